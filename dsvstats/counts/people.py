"""Which of an area's counts are of whom: roles, stages, and the scheme told."""

from __future__ import annotations

import pandas as pd

from dsvstats import strands
from dsvstats.counts.choosing import choose, in_order, join, latest
from dsvstats.errors import one_of
from dsvstats.terms import schemes, units

STAGES = [
    ("calls", "recorded"),
    ("incidents", "recorded"),
    ("offences", "crime"),
    ("offences", "sanction_detection"),
    ("offences", "charge"),
    ("offences", "prosecuted"),
    ("offences", "convicted"),
    ("prosecutions", "prosecuted"),
    ("prosecutions", "convicted"),
]
"""A case's way, from the first call to the court; an area has some of it."""
OFFENCES = ("offences", "crime")
DETECTED = ("offences", "sanction_detection")
CASES = ["calls", "incidents", "allegations", "offences", "prosecutions"]
"""What is counted once per case, and not once per person."""
_OF_PEOPLE = ("recorded", "crime", "sanction_detection")
_CALLS, _INCIDENTS, _VICTIMS = ((unit, "recorded") for unit in ("calls", "incidents", "victims"))
STEPS = {
    ("calls", "converted"): _CALLS,
    ("incidents", "risk_form"): _INCIDENTS,
    ("incidents", "crime"): _INCIDENTS,
    ("offences", "arrest"): OFFENCES,
    DETECTED: OFFENCES,
    ("offences", "charge"): DETECTED,
    ("offences", "convicted"): ("offences", "prosecuted"),
    ("offences", "withdrawn"): OFFENCES,
}
"""What followed what, and of how many it could have."""
PRACTICE = {
    ("calls", "converted"): _CALLS,
    ("incidents", "risk_form"): _INCIDENTS,
    ("incidents", "cross_allegation"): _INCIDENTS,
    ("offences", "arrest"): OFFENCES,
    ("offences", "dual_arrest"): ("offences", "arrest"),
    ("offences", "caution"): DETECTED,
    ("offences", "charge"): DETECTED,
    ("offences", "unsupported_prosecution"): ("offences", "prosecuted"),
    ("offences", "withdrawn"): OFFENCES,
    ("incidents", "haven_referral_recorded"): _INCIDENTS,
}
"""What was done at each step, and of how many it could have been."""
FLAGS = {
    ("incidents", "flag_missing"): ("incidents", "flag_eligible"),
    ("incidents", "flag_unexplained"): _INCIDENTS,
}
"""The flags audit: not flagged though it could be, flagged though what is recorded says no."""
REPEATS = {("victims", f"repeat_{where}"): _VICTIMS for where in ("within", "anywhere")}
"""People reported two or more times, in the area and anywhere."""
REPEATS_OF_AREAS = {("offences", "repeat_crime"): OFFENCES, ("victims", "repeat_within"): _VICTIMS}
"""What areas are compared by: the repeat crimes that they told of, or people counted alike."""
CONFLICTS = {
    ("victims", f"conflicting_{strand}"): _VICTIMS
    for strand in (
        *("age", "gender", "disability", "ethnicity_self_defined", "ethnicity_officer_defined"),
        *("religion", "sexual_orientation", "relationship"),
    )
}
"""People of whom two reports record different things."""


def people(held: pd.DataFrame, *, role: str, subject: str, measure: str = "crime") -> pd.DataFrame:
    """Which counts are of these people, by strand? The rows of the role's unit, latest period.

    ``role`` is victims, suspects or accused. Where people are counted both once and once per
    record, those counted once are taken; the number of reports is not a strand of a person.
    Self-defined ethnicity comes in broad groups as well.

    >>> from dsvstats.sources import supply
    >>> people(supply.cases("Wandsworth"), role="victims", subject="domestic_violence")["unit"][0]
    'victim_records'
    """
    rows = held[
        (held["subject"] == subject)
        & (held["measure"] == measure)
        & ~held["strand"].isin(["all", "reports"])
    ]
    found = latest(rows[rows["unit"] == unit(rows, role=role)])
    if "ethnicity_broad" in set(found["strand"]):
        return in_order(found)
    broad = strands.recode(found, strand="ethnicity_self_defined", to="ethnicity_broad")
    return in_order(join(found, broad))


def unit(held: pd.DataFrame, *, role: str) -> str:
    """In which unit are people of this role counted by strand? Each once, if that was supplied.

    >>> from dsvstats import counts
    >>> unit(counts.empty(), role="accused")
    'accused'
    """
    one_of(units.roles(), role, where="role", rule="a role of a person")
    by_strand = set(held["unit"][~held["strand"].isin(["all", "reports"])])
    counted = units.in_role(role)
    return next((each for each in counted if each in by_strand), counted[0])


def stages(held: pd.DataFrame, *, role: str = "victims") -> list[tuple[str, str]]:
    """What happens to the cases of these people, from the report to a detection, as a chain?

    >>> from dsvstats import counts
    >>> stages(counts.empty())
    [('victims', 'recorded'), ('victims', 'crime'), ('victims', 'sanction_detection')]
    """
    return [(unit(held, role=role), measure) for measure in _OF_PEOPLE]


def counted(people: pd.DataFrame, *, role: str, measure: str = "crime") -> tuple[str, str]:
    """Which unit and measure are these people counted in? For the statistics' ``measure``.

    >>> from dsvstats import counts
    >>> counted(counts.empty(), role="victims")
    ('victims', 'crime')
    """
    return (people["unit"].iloc[0] if len(people) else units.in_role(role)[0]), measure


def ethnicity(people: pd.DataFrame) -> str:
    """By which scheme are these people's ethnicities best told in a sentence? The broadest.

    >>> from dsvstats import counts
    >>> ethnicity(counts.empty())
    'ethnicity_broad'
    """
    held = set(people["strand"])
    return min(
        (each for each in schemes.telling("ethnicity") if each in held),
        key=lambda s: len(strands.SCHEMES[s].groups),
        default="ethnicity_broad",
    )


def records(people: pd.DataFrame, listed: pd.DataFrame) -> int:
    """How many records are there? Those of the people counted, or those listed if they are more.

    ``listed`` are people by number of reports.

    >>> from dsvstats.sources import supply
    >>> held = supply.cases("Wandsworth")
    >>> from dsvstats import counts
    >>> records(people(held, role="victims", subject="domestic_violence"), counts.empty())
    1187
    """
    counted = people.groupby("strand")["count"].sum().max() if len(people) else 0
    number = listed["group"].str.removesuffix("+").astype(int)
    return int(max(counted, (listed["count"] * number).sum()))


def listed(
    held: pd.DataFrame, *, subject: str, role: str = "victims", measure: str | list[str] = "crime"
) -> pd.DataFrame:
    """People of this role by number of reports; a list of victims says nothing of the accused.

    >>> from dsvstats.sources import supply
    >>> len(listed(supply.cases("Wandsworth"), subject="domestic_violence"))
    7
    >>> len(listed(supply.cases("Wandsworth"), subject="domestic_violence", role="accused"))
    0
    """
    return in_order(
        choose(
            held, strand="reports", subject=subject, measure=measure, unit=list(units.in_role(role))
        )
    )


def recurring(
    held: pd.DataFrame, *, subject: str, role: str = "victims", measure: str = "crime"
) -> pd.DataFrame:
    """How often do the people recur whose records are counted? Empty where each counts once.

    >>> from dsvstats.sources import supply
    >>> len(recurring(supply.cases("Wandsworth"), subject="domestic_violence"))
    7
    """
    found = listed(held, subject=subject, role=role, measure=measure)
    of_these = choose(held, subject=subject, measure=measure)
    return found if unit(of_these, role=role) in units.records() else found.iloc[:0]
