"""Which of an area's counts are of whom: roles, stages, and the scheme told."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile

import pandas as pd

from dsvstats import strands
from dsvstats.counts.choosing import choose, latest
from dsvstats.counts.frame import in_order, join
from dsvstats.counts.pairing import Measure
from dsvstats.errors import one_of
from dsvstats.terms import measures, schemes, subjects, units
from dsvstats.terms.chains import OF_PEOPLE, TO_COURT


def of(held: pd.DataFrame, *, role: str, subject: str, measure: str = "crime") -> pd.DataFrame:
    """Which counts are of these people, by strand? The rows of the role's unit, latest period.

    ``role`` is victims, suspects or accused. Where people are counted both once and once per
    record, those counted once are taken; the number of reports is not a strand of a person.
    Self-defined ethnicity comes in broad groups as well.

    >>> from dsvstats.sources import supply
    >>> of(supply.cases("Wandsworth"), role="victims", subject="domestic_violence")["unit"][0]
    'victim_records'
    """
    subjects.known(subject)
    measures.known(measure)
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
    """What happens to the cases of these people, as a chain: from the report to a detection?

    >>> from dsvstats import counts
    >>> stages(counts.empty())[:2]
    [('victims', 'recorded'), ('victims', 'crime')]
    """
    return [(unit(held, role=role), measure) for measure in OF_PEOPLE]


def course(held: pd.DataFrame, *, role: str = "victims") -> list[tuple[str, str]]:
    """The same chain on to a conviction, as far as the people of every gender are told.

    What fewer are told of would end every comparison that it is a part of.

    >>> from dsvstats import counts
    >>> course(counts.empty()) == stages(counts.empty())
    True
    """
    told = choose(held, strand="gender", unit=unit(held, role=role))
    told = told[told["group"].map(strands.recorded).astype(bool)]
    later = [each for each in TO_COURT if each not in OF_PEOPLE]
    withheld = set(told.loc[told["withheld"], "measure"])
    reached = takewhile(set(told["measure"]).difference(withheld).__contains__, later)
    return [*stages(held, role=role), *((unit(held, role=role), each) for each in reached)]


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
    >>> records(of(held, role="victims", subject="domestic_violence"), counts.empty())
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


def recurring(people: pd.DataFrame, held: pd.DataFrame) -> pd.DataFrame:
    """How often do these people recur, by their list among all counts of the area?

    ``people`` are of one subject, unit and measure. Empty where each of them is counted once.

    >>> from dsvstats.sources import supply
    >>> held = supply.cases("Wandsworth")
    >>> len(recurring(of(held, role="victims", subject="domestic_violence"), held))
    7
    """
    first = next(people.itertuples(index=False), None)
    if first is None or first.unit not in units.records():
        return held.iloc[:0]
    role = units.role(first.unit)
    return latest(listed(held, subject=first.subject, role=role, measure=first.measure))


def kinds(people: pd.DataFrame) -> Iterator[tuple[Measure, pd.DataFrame]]:
    """The people of each subject, by what they are counted as: unit and measure.

    >>> from dsvstats.sources import supply
    >>> held = of(supply.cases("Wandsworth"), role="victims", subject="domestic_violence")
    >>> [kind for kind, rows in kinds(held)]
    [('victim_records', 'crime')]
    """
    for (_, unit, measure), rows in people.groupby(["subject", "unit", "measure"], sort=False):
        yield (str(unit), str(measure)), rows
