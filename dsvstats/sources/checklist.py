"""What the board asked every area for, and what each supplied."""

from __future__ import annotations

import pandas as pd

from dsvstats import counts
from dsvstats.cache import remembered
from dsvstats.terms import measures, schemes
from dsvstats.terms.measures import MEASURES, Asked
from dsvstats.terms.subjects import SUBJECTS
from dsvstats.terms.units import UNITS

NOT_SUPPLIED = "not supplied"


def supplied(held: pd.DataFrame) -> pd.DataFrame:
    """Of what the board asked every area for, what did this area supply?

    Returns ``Subject`` (domestic violence, serious sexual offences), ``Asked for`` and
    ``Supplied``: the number, or "not supplied".

    >>> supplied(counts.empty())["Supplied"].unique().tolist()
    ['not supplied']
    """
    return _supplied(held, asked())


def asked() -> tuple[tuple[str, Asked], ...]:
    """What is asked for of every area, in order? Measures, each with how it is asked for.

    >>> [measure for measure, _ in asked()][:3]
    ['recorded', 'crime', 'arrest']
    """
    every = [(name, each) for name, entry in MEASURES.items() for each in entry.asked]
    return tuple(sorted(every, key=lambda pair: pair[1].order))


@remembered
def _supplied(held: pd.DataFrame, wanted: tuple[tuple[str, Asked], ...]) -> pd.DataFrame:
    rows = []
    for subject in (name for name, entry in SUBJECTS.items() if entry.asked):
        of_subject = held[held["subject"] == subject]
        held_of = dict(list(of_subject.groupby("measure")))
        told = {
            each.words or measures.many(name): _told(held_of.get(name), each)
            for name, each in wanted
        }
        told |= {
            f"people by {words}": _roles(of_subject, telling)
            for words, telling in schemes.wanted().items()
        }
        rows += [
            {"Subject": SUBJECTS[subject].words, "Asked for": asked_for, "Supplied": given}
            for asked_for, given in told.items()
        ]
    return pd.DataFrame(rows)


def _told(held: pd.DataFrame | None, wanted: Asked) -> str:
    """The number of this measure as it was asked for; several where several were supplied."""
    if held is None:
        return NOT_SUPPLIED
    counted = [wanted.unit] if wanted.unit else [u for u, each in UNITS.items() if not each.roles]
    found = held[held["unit"].isin(counted) & (held["strand"] == wanted.strand)]
    if wanted.strand == "all":
        found = counts.latest(found)
        numbers = found["count"].dropna().unique()
    else:
        numbers = [found["count"].sum()] if len(found) else []
    if found["withheld"].any():
        return "withheld"
    return " or ".join(f"{each:,}" for each in numbers) or NOT_SUPPLIED


def _roles(of_subject: pd.DataFrame, telling: list[str]) -> str:
    """Of whom were counts by these schemes supplied?"""
    held = of_subject["unit"][of_subject["strand"].isin(telling)].unique()
    roles = [" or ".join(UNITS[unit].roles) for unit in held if unit in UNITS]
    return ", ".join(dict.fromkeys(filter(None, roles))) or NOT_SUPPLIED


def told(held: pd.DataFrame, *, subject: str) -> dict[str, bool]:
    """Which of the things that every area is asked for did this one supply of this subject?

    Each by its measure ("reports" for people by number of reports) or, of people, by what is told
    of them ("ethnicity").

    >>> from dsvstats.sources import supply
    >>> found = told(supply.cases("Wandsworth"), subject="domestic_violence")
    >>> found["crime"], found["charge"], found["gender"], found["disability"], len(found)
    (True, False, True, False, 19)
    """
    own = held[held["subject"] == subject]
    held_of = dict(list(own.groupby("measure")))
    found = {
        each.strand if each.strand != "all" else name: _told(held_of.get(name), each)
        != NOT_SUPPLIED
        for name, each in asked()
    }
    return found | {
        words: _roles(own, telling) != NOT_SUPPLIED for words, telling in schemes.wanted().items()
    }


def missing(held: pd.DataFrame) -> list[str]:
    """What did the area supply of neither subject?

    >>> from dsvstats.sources import supply
    >>> "cases withdrawn" in missing(supply.cases("Wandsworth"))
    True
    """
    told = supplied(held)
    given = told[told["Supplied"] != NOT_SUPPLIED]["Asked for"]
    return list(dict.fromkeys(told["Asked for"][~told["Asked for"].isin(given)]))
