"""What is counted, in words: units, what happened to them, and what they are about."""

from __future__ import annotations

from dsvstats.reporting.wording.phrases import joined
from dsvstats.terms.measures import PER_RECORD, UNITS

_MEASURES = {
    "no_crime": "recorded as no crime",
    "crime_related_incident": "recorded as crime-related incidents",
    "no_crime_or_crime_related_incident": "recorded as no crime or crime-related incident",
    "specified_investigation": "recorded as specified investigations",
    "arrest": "with an arrest",
    "dual_arrest": "with a dual arrest",
    "sanction_detection": "with a sanction detection",
    "caution": "with a caution",
    "charge": "with a charge",
    "no_further_action": "with no further action",
    "prosecuted": "prosecuted",
    "convicted": "with a conviction",
    "withdrawn": "withdrawn",
    "unsupported_prosecution": "prosecuted without the victim's support",
    "haven_referral": "with a Haven referral",
    "haven_referral_recorded": "with a Haven referral",
    "converted": "made into reports",
    "cross_allegation": "with allegations both ways",
    "risk_form": "with a risk form (124D or DASH)",
    "risk_standard": "assessed as standard risk",
    "risk_medium": "assessed as medium risk",
    "risk_high": "assessed as high risk",
    "flag_eligible": "whose facts call for the flag",
    "flag_missing": "without the flag that their facts call for",
    "flag_unexplained": "flagged though their facts say otherwise",
    "conflicting_age": "with conflicting age",
    "conflicting_gender": "with conflicting gender",
    "conflicting_disability": "with conflicting disability",
    "conflicting_ethnicity_self_defined": "with conflicting self-defined ethnicity",
    "conflicting_ethnicity_officer_defined": "with conflicting officer-defined ethnicity",
    "conflicting_religion": "with conflicting religion",
    "conflicting_sexual_orientation": "with conflicting sexual orientation",
    "conflicting_relationship": "with conflicting relationship",
    "repeat_crime": "that are repeat crimes",
    "repeat_within": "reported again within the area",
    "repeat_anywhere": "reported again anywhere",
    "repeat_crime_within": "in two or more crimes within the area",
    "repeat_crime_anywhere": "in two or more crimes anywhere",
    "solved": "in solved cases",
    "unsolved": "in unsolved cases",
}
_SUBJECTS = {
    "dv_homicide": "domestic homicide",
    "honour_based_violence": "honour-based violence",
    "lgbt": "LGBT",
}
_ACTS = {"recorded": "incidents", "crime": "crimes"}


def subject(name: str) -> str:
    """What the counts are about, in words.

    >>> subject("honour_based_violence"), subject("rape & domestic_violence")
    ('honour-based violence', 'both rape and domestic violence')
    """
    parts = [_SUBJECTS.get(part, part.replace("_", " ")) for part in name.split(" & ")]
    return parts[0] if len(parts) == 1 else f"both {joined(parts)}"


def thing(unit: str, measure: str, about: str = "") -> str:
    """What is counted, in words: its unit, what happened, and what it is about.

    >>> thing("offences", "sanction_detection", "domestic_violence")
    'domestic violence offences with a sanction detection'
    >>> thing("victims", "crime", "domestic_violence"), thing("victim_records", "crime")
    ('victims and survivors of domestic violence crimes', 'victim records of crimes')
    >>> thing("allegations", "no_crime", "serious_sexual_offences")
    'allegations of serious sexual offences recorded as no crime'
    """
    what = subject(about) if about and about != "all" else ""
    outcome = "" if measure in _ACTS else " " + _MEASURES.get(measure, measure.replace("_", " "))
    if unit in ("victims", "suspects", "accused", *PER_RECORD):
        who = _people(unit, what)
        whole = what.startswith("both ") or what.endswith(("homicide", "offences"))
        act = what if whole else _act(measure, what)
        return f"{who} {act}{outcome}".strip()
    if unit in ("residents", "staff"):
        return UNITS[unit] + ("" if measure in ("recorded", "usual_residents") else outcome)
    if unit == "prosecutions" and measure == "prosecuted":
        outcome = ""
    kind = UNITS.get(unit, unit.replace("_", " "))
    if unit == "incidents" and measure == "crime":
        outcome = " recorded as crimes"
    if what.endswith("offences") and unit == "offences" and not what.startswith("both "):
        return what + outcome
    if what.startswith("both ") or what.endswith("offences"):
        return f"{kind} of {what}{outcome}"
    return f"{what} {kind}".strip() + outcome


def outcome(measure: str) -> str:
    """What happened to the things counted, as a verb.

    >>> outcome("sanction_detection"), outcome("crime"), outcome("solved")
    ('had a sanction detection', 'were recorded as crimes', 'were in solved cases')
    """
    words = _MEASURES.get(measure, measure.replace("_", " "))
    if measure in _ACTS:
        return "were recorded" + (" as crimes" if measure == "crime" else "")
    if words.startswith("with "):
        return "had " + words.removeprefix("with ")
    return "were " + words.removeprefix("that are ")


def base(name: str, about: str = "") -> str:
    """What a denominator is, in the words that a page uses.

    >>> base("victims:crime"), base("offences:sanction_detection")
    ('victims and survivors of crimes', 'offences with a sanction detection')
    >>> base("incidents:recorded", "domestic_violence"), base("residents:usual_residents", "rape")
    ('domestic violence incidents', 'person-years of residents')
    """
    unit, _, measure = name.partition(":")
    if unit == "residents":
        return "person-years of residents"
    return thing(unit, measure, about) if unit else ""


def _people(unit: str, what: str) -> str:
    if unit == "victims" and what.endswith("homicide"):
        return "victims of"
    return {
        "victims": "victims and survivors of",
        "suspects": "suspects in",
        "accused": "people accused of",
        "victim_records": "victim records of",
        "suspect_records": "suspect records of",
        "offenders": "suspects and accused (once per record) in",
    }[unit]


def _act(measure: str, what: str) -> str:
    act = _ACTS.get(measure, "" if what else "incidents")
    return f"{what} {act}".strip()
