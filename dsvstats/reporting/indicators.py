"""The indicators by which areas stand side by side: picked from what is shown, one entry each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from dsvstats.counts import records
from dsvstats.estimates import verdicts
from dsvstats.reporting.blocks import Indicator
from dsvstats.reporting.wording import numerals, values
from dsvstats.terms import chains

SUBJECTS = ("domestic_violence", "domestic_homicide")


@dataclass(frozen=True)
class Entry:
    """An indicator: what it is called, and the columns of the estimate that holds it."""

    title: str
    where: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)


_PEOPLE = ("victim_records", "victims")
ENTRIES = (
    Entry(
        "Crimes for every 100 incidents",
        {
            "statistic": ("ratio of counts", "retention"),
            "unit": "offences",
            "measure": "crime",
            "base": "incidents:recorded",
            "strand": "all",
        },
    ),
    Entry(
        "Women, times the rate of men",
        {
            "statistic": "rate ratio",
            "unit": _PEOPLE,
            "measure": "crime",
            "group": "Female",
            "reference": "Male",
        },
    ),
    Entry(
        "Black and minority ethnic residents, times their share",
        {
            "statistic": "representation index",
            "unit": _PEOPLE,
            "measure": "crime",
            "group": "Black and minority ethnic",
        },
    ),
    Entry(
        "Victim records with an ethnicity",
        {
            "statistic": "completeness",
            "unit": _PEOPLE,
            "measure": "crime",
            "strand": ("ethnicity_broad", "ethnicity_two", "ethnicity_officer_defined"),
        },
    ),
    Entry(
        "Crimes with a sanction detection",
        {
            "statistic": ("retention", "proportion"),
            "unit": "offences",
            "measure": chains.DETECTION,
            "base": "offences:crime",
            "strand": "all",
        },
    ),
    Entry(
        "Domestic homicides, times the number expected",
        {"statistic": "standardised ratio", "versus": "expected", "strand": "all"},
    ),
)
"""In the order in which they are shown."""


def of(found: pd.DataFrame) -> tuple[Indicator, ...]:
    """Which indicators do these estimates hold? Of each area, that of its latest period.

    >>> from dsvstats import estimates
    >>> of(estimates.empty())
    ()
    """
    if "statistic" not in found or found.empty:
        return ()
    there = set(found["statistic"])
    about = found[found["subject"].isin(SUBJECTS)]
    wanted = [each for each in ENTRIES if there.intersection(_either(each.where["statistic"]))]
    picked = [_picked(each, about[_fits(about, each.where)]) for each in wanted]
    return tuple(one for each in picked for one in each)


def _fits(found: pd.DataFrame, where: Mapping[str, str | tuple[str, ...]]) -> pd.Series:
    fits = pd.Series(True, index=found.index)
    for column, wanted in where.items():
        fits &= found[column].isin(_either(wanted))
    return fits


def _either(wanted: str | tuple[str, ...]) -> tuple[str, ...]:
    return (wanted,) if isinstance(wanted, str) else wanted


def _picked(entry: Entry, rows: pd.DataFrame) -> list[Indicator]:
    if rows.empty:
        return []
    latest = rows.sort_values("end", kind="stable").drop_duplicates("area", keep="last")
    told = zip(records(latest), verdicts.verdicts(latest), strict=True)
    return [_indicator(entry.title, row, verdict) for row, verdict in told]


def _indicator(title: str, row, verdict: str) -> Indicator:
    """The number as the page says it, and the counts behind it where they are one over another."""
    known = values.known(row.numerator) and values.known(row.denominator) and not row.withheld
    of_counts = row.versus == "none" and known
    counts = f"{numerals.whole(row.numerator)} of {numerals.whole(row.denominator)}"
    return Indicator(title, row.area, values.value(row), counts if of_counts else "", verdict)
