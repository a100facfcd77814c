"""How completely people are recorded, and how far the same people's records recur."""

from __future__ import annotations

from numbers import Integral

import numpy as np
import pandas as pd

from dsvstats import counts, estimates, strands
from dsvstats.cache import remembered
from dsvstats.counts import KEY
from dsvstats.errors import InputError
from dsvstats.estimates.flags import flagged
from dsvstats.statistics import common, intervals
from dsvstats.statistics.intervals.inputs import tail

MANY = 1000
"""Of so many recorded, a group with nobody is worth a question."""


@remembered
def completeness(cases: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """For how many people was each strand recorded?

    The people whose group is known over all in the strand, those "Not recorded", implied and
    "70+ or not recorded" included, for every unit and measure; residents are left out. Wilson
    limits. In strands recorded only when someone asks, this is how often somebody did.

    Returns estimates, a row for each area, period, unit, measure and strand, under the group
    "All".

    >>> cases = counts.table("Wandsworth", "victim_records", "crime", "gender",
    ...                      {"Female": 947, "Male": 222, "Not recorded": 18})
    >>> completeness(cases)[["numerator", "denominator", "estimate"]].round(3)
       numerator  denominator  estimate
    0     1169.0       1187.0     0.985
    """
    tail(level)
    counts.refuse_doubles(cases)
    kept = ~cases["strand"].isin(["all", "reports"]) & (cases["unit"] != "residents")
    rows = cases[kept].reset_index(drop=True)
    if rows.empty:
        return estimates.empty()
    (family,) = counts.codes([rows], common.STRAND)
    held = counts.recording(cases[cases["unit"] != "residents"])
    denominator = np.where(held["lacking"], np.nan, held["total"])
    numerator = denominator - held["unrecorded"].to_numpy()
    share = intervals.proportion(numerator, denominator, level=level)
    found = held.assign(group=strands.ALL)[KEY]
    return estimates.order(
        estimates.frame(
            found,
            statistic="completeness",
            numerator=numerator,
            denominator=denominator,
            base=found["unit"] + ":" + found["measure"],
            estimate=share.estimate,
            lower=share.lower,
            upper=share.upper,
            level=level,
            method="wilson",
            withheld=(held["withheld"] | held["bare"]).to_numpy(),
            flags=flagged(
                intervals.caution_proportion(numerator, denominator),
                _empty(rows, family, numerator),
            ),
            source=counts.sources_by(rows["source"], family),
        )
    )


def _empty(
    rows: pd.DataFrame, family: np.ndarray, recorded: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """In which strands of many people do some groups hold nobody, and how many groups?

    Those whose row says 0 in every period: a code that a system never uses looks like that.
    """
    thing = common.codes_of(rows, [each for each in KEY if each not in ("start", "end")])
    size = rows["count"].to_numpy(dtype=float, na_value=np.nan)
    some = common.total((np.isnan(size) | (size > 0)).astype(float), thing) > 0
    empty = np.bincount(family, weights=common.recorded(rows) & ~some)
    groups = np.bincount(family, weights=common.recorded(rows))
    where = (empty > 0) & (groups > 2) & (recorded >= MANY)
    return where, np.array([f"groups_unused={each:.0f}" for each in empty], dtype=object)


def dispersion(people: pd.DataFrame, *, records: int) -> float:
    """How much wider than independent records are records of people who recur?

    The sum of k² people over the sum of k people, k being how many records each person has: the
    variance of a compound Poisson count over its mean. ``people`` are counts by the strand
    "reports" of one area and period; ``records`` is how many records there are, and those that
    the list does not account for are taken to be of people with one each. An open last group
    ("5+") counts as its lowest number, and what is missing or withheld as people with one, so
    that the result is a minimum. Limits widen by its root.

    Returns a number of 1 or more, for the ``dispersion`` argument of the rates and comparisons.

    Wandsworth's 205 people had 515 of 1,187 records; the root of the dispersion is about 1.4:

    >>> people = counts.table("Wandsworth", "victims", "crime", "reports",
    ...                       {"2": 146, "3": 37, "4": 12, "5": 5, "6": 2, "7": 2, "13": 1})
    >>> round(dispersion(people, records=1187), 3), round(dispersion(people, records=1187) ** 0.5, 2)
    (1.891, 1.38)
    """
    counts.refuse_doubles(people)
    rows = people[people["strand"] == "reports"]
    rows = rows[rows["group"].map(strands.recorded).astype(bool)]
    places = rows[[each for each in KEY if each != "group"]].drop_duplicates()
    if len(places) > 1:
        raise InputError(
            where="people",
            rule="one list, of one area, period, subject and measure",
            value=places.drop(columns=["start", "end"]).agg(" / ".join, axis=1).tolist()[:3],
            mend="choose one with counts.choose, and give the results by area",
        )
    rows = rows[rows["count"].notna() & ~rows["withheld"]]
    number = rows["group"].str.rstrip("+").to_numpy(dtype=float)
    held = rows["count"].to_numpy(dtype=float)
    listed = float(np.sum(number * held))
    if isinstance(records, bool) or not isinstance(records, Integral) or records < listed:
        raise InputError(
            where="records",
            rule=f"a whole number of at least the {listed:,.0f} records listed",
            value=records,
            mend="give all records of the period, repeat or not",
        )
    singles = records - listed
    return float((np.sum(number**2 * held) + singles) / records) if records else 1.0
