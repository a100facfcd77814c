"""The words of the counts frame: units, measures, and which measure is a part of which."""

from __future__ import annotations

UNITS = {
    "calls": "calls",
    "incidents": "incidents",
    "offences": "offences",
    "allegations": "allegations",
    "victims": "victims",
    "victim_records": "victim records",
    "suspects": "suspects",
    "suspect_records": "suspect records",
    "accused": "people accused",
    "offenders": "suspects and accused, once per record",
    "prosecutions": "prosecutions",
    "residents": "residents",
    "staff": "staff",
}
PEOPLE = ("victims", "suspects", "accused", "residents", "staff")
PER_RECORD = ("victim_records", "suspect_records", "offenders")

_FROM_CRIME = {"recorded", "crime"}
_FROM_DETECTION = _FROM_CRIME | {"sanction_detection"}
_FROM_CHARGE = _FROM_CRIME | {"charge"}
_AGAIN = _FROM_CRIME | {"repeat_anywhere"}
INSIDE: dict[str, set[str]] = {
    "recorded": set(),
    "usual_residents": set(),
    "crime": {"recorded"},
    "no_crime": {"recorded", "no_crime_or_crime_related_incident"},
    "crime_related_incident": {"recorded", "no_crime_or_crime_related_incident"},
    "no_crime_or_crime_related_incident": {"recorded"},
    "specified_investigation": {"recorded"},
    "arrest": _FROM_CRIME,
    "dual_arrest": _FROM_CRIME | {"arrest"},
    "sanction_detection": _FROM_CRIME,
    "caution": _FROM_DETECTION,
    "charge": _FROM_DETECTION,
    "no_further_action": _FROM_CRIME,
    "prosecuted": _FROM_CHARGE,
    "convicted": _FROM_CHARGE | {"prosecuted"},
    "withdrawn": _FROM_CRIME,
    "unsupported_prosecution": _FROM_CHARGE | {"prosecuted"},
    "haven_referral": _FROM_CRIME | {"haven_referral_recorded"},
    "risk_form": {"recorded"},
    "repeat_crime": {"crime"},
    "repeat_within": {"recorded", "repeat_anywhere"},
    "repeat_anywhere": {"recorded"},
    "repeat_crime_within": _AGAIN | {"repeat_within", "repeat_crime_anywhere"},
    "repeat_crime_anywhere": _AGAIN,
    "converted": {"recorded"},
    "cross_allegation": {"recorded"},
    "haven_referral_recorded": {"recorded"},
    "risk_standard": {"recorded"},
    "risk_medium": {"recorded"},
    "risk_high": {"recorded"},
    "flag_eligible": set(),
    "flag_missing": {"flag_eligible"},
    "flag_unexplained": {"recorded"},
    "conflicting_age": {"recorded"},
    "conflicting_gender": {"recorded"},
    "conflicting_disability": {"recorded"},
    "conflicting_ethnicity_self_defined": {"recorded"},
    "conflicting_ethnicity_officer_defined": {"recorded"},
    "conflicting_religion": {"recorded"},
    "conflicting_sexual_orientation": {"recorded"},
    "conflicting_relationship": {"recorded"},
    "solved": {"recorded"},
    "unsolved": {"recorded"},
}
"""Each measure, and the measures that it is a part of when both count the same unit."""


def base_words(unit: str, measure: str) -> str:
    """What is counted, in words?

    >>> base_words("victim_records", "crime"), base_words("incidents", "recorded")
    ('victim records of crimes', 'incidents recorded')
    """
    what = {"recorded": "recorded", "crime": "recorded as crimes"}.get(
        measure, "with " + measure.replace("_", " ")
    )
    if unit == "residents":
        return "residents"
    if unit in ("victims", "suspects", "accused", *PER_RECORD):
        what = {"recorded": "of incidents", "crime": "of crimes"}.get(measure, what)
    elif unit == "offences" and measure == "crime":
        what = "recorded"
    return f"{UNITS.get(unit, unit)} {what}"
