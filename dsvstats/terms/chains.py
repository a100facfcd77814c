"""Which counts follow which: a case's way from the first call to the court, and what is of what."""

from __future__ import annotations

from dsvstats.terms.measures import DECIDED_IN, MEASURES

Counted = tuple[str, str]
"""A unit and a measure."""

DETECTION = "sanction_detection"
CALLS: Counted = ("calls", "recorded")
INCIDENTS: Counted = ("incidents", "recorded")
OFFENCES: Counted = ("offences", "crime")
DETECTED: Counted = ("offences", DETECTION)
VICTIMS: Counted = ("victims", "recorded")

STAGES: list[Counted] = [
    CALLS,
    INCIDENTS,
    OFFENCES,
    ("offences", "suspect_identified"),
    ("offences", "arrest_or_detection"),
    DETECTED,
    ("offences", "charge"),
    ("offences", "prosecuted"),
    ("offences", "convicted"),
    ("prosecutions", "prosecuted"),
    ("prosecutions", "convicted"),
]
"""A case's way, from the first call to the court; an area has some of it."""

OF_PEOPLE = ("recorded", "crime", "suspect_identified", "arrest_or_detection", DETECTION)
"""What happens to people's cases, from the report to a detection."""

TO_COURT = (*OF_PEOPLE, "charge", "prosecuted", "convicted")
"""What happens to people's cases, from the report to a conviction."""

TOLD_BY_STRAND = (
    *("recorded", "crime", "no_crime", "arrest", DETECTION, "charge", "caution", "withdrawn"),
    *("prosecuted", "convicted", "repeat_within", "repeat_anywhere"),
)
"""What is published of people by strand, of records: each more costs others that it would tell."""

EXITS: dict[Counted, tuple[str, ...]] = {
    INCIDENTS: ("no_crime", "crime_related_incident", "specified_investigation"),
    OFFENCES: ("withdrawn_undetected", "dropped"),
    DETECTED: ("caution",),
    ("offences", "prosecuted"): ("acquitted", "discontinued"),
}
"""How cases leave at each stage: ways that exclude each other."""

STEPS: dict[Counted, Counted] = {
    ("calls", "converted"): CALLS,
    ("incidents", "risk_form"): INCIDENTS,
    ("incidents", "crime"): INCIDENTS,
    ("offences", "arrest"): OFFENCES,
    DETECTED: OFFENCES,
    ("offences", "charge"): DETECTED,
    ("offences", "convicted"): ("offences", "prosecuted"),
    ("offences", "withdrawn"): OFFENCES,
}
"""What followed what, and of how many it could have."""

PRACTICE: dict[Counted, Counted] = {
    ("calls", "converted"): CALLS,
    ("incidents", "risk_form"): INCIDENTS,
    ("incidents", "cross_allegation"): INCIDENTS,
    ("offences", "arrest"): OFFENCES,
    ("offences", "dual_arrest"): ("offences", "arrest"),
    ("offences", "caution"): DETECTED,
    ("offences", "charge"): DETECTED,
    ("offences", "unsupported_prosecution"): ("offences", "prosecuted"),
    ("offences", "withdrawn"): OFFENCES,
    ("offences", "withdrawn_detected"): DETECTED,
    ("incidents", "haven_referral_recorded"): INCIDENTS,
}
"""What was done at each step, and of how many it could have been."""

DECIDED: dict[Counted, Counted] = {
    ("suspects", f"decided_in_{weeks}_weeks"): ("suspects", "arrest_followed")
    for weeks in DECIDED_IN
}
"""How soon after an arrest it was decided whether to charge."""

OUTCOMES: dict[Counted, Counted] = {
    ("offences", name): OFFENCES
    for name in (
        *("charge", "caution", "victim_does_not_support", "evidential_difficulties"),
        *("no_suspect", "prosecution_prevented", "other_outcome", "not_yet_assigned"),
    )
}
"""How recorded offences ended: each has one of these, or none yet."""

YOUNG: dict[Counted, Counted] = {
    ("offences", name): OFFENCES for name in ("charge", "not_yet_assigned")
}
"""What tells whether cases are too young to have an outcome."""

FLAGS: dict[Counted, Counted] = {
    ("incidents", "flag_missing"): ("incidents", "flag_eligible"),
    ("incidents", "flag_unexplained"): INCIDENTS,
}
"""The flags audit: not flagged though it could be, flagged though what is recorded says no."""

COMPARED: dict[Counted, Counted] = {
    ("incidents", "crime"): INCIDENTS,
    OFFENCES: INCIDENTS,
    ("incidents", "no_crime_or_crime_related_incident"): INCIDENTS,
    ("offences", "arrest"): OFFENCES,
    DETECTED: OFFENCES,
    ("offences", "charge"): DETECTED,
    ("offences", "caution"): DETECTED,
    ("offences", "withdrawn"): OFFENCES,
    ("victims", "repeat_within"): VICTIMS,
    ("incidents", "risk_form"): INCIDENTS,
    ("incidents", "flag_missing"): ("incidents", "flag_eligible"),
}
"""What areas are set side by side by, and of what each is a part or against what it is set."""

REPEATS: dict[Counted, Counted] = {
    ("victims", "repeat_within"): VICTIMS,
    ("victims", "repeat_anywhere"): VICTIMS,
}
"""People reported two or more times, in the area and anywhere."""

REPEATS_OF_AREAS: dict[Counted, Counted] = {
    ("offences", "repeat_crime"): OFFENCES,
    ("victims", "repeat_within"): VICTIMS,
}
"""What areas are compared by: the repeat crimes that they told of, or people counted alike."""

CONFLICTS: dict[Counted, Counted] = {
    ("victims", name): VICTIMS for name, entry in MEASURES.items() if entry.conflict_in
}
"""People of whom two reports record different things."""
