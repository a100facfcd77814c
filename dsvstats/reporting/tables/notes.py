"""The notes below a table of estimates: base, reference, units, methods and shared remarks."""

from __future__ import annotations

import pandas as pd

from dsvstats.counts import records
from dsvstats.reporting.wording import clauses, phrases, values
from dsvstats.terms import subjects

_KILLED = "homicide"
_SCALES = {
    values.POINTS: "Differences are in percentage points",
    values.HUNDRED: "Ratios of counts are for every 100 of the base, and no shares of it",
}


def below(rows: pd.DataFrame, shared: list[str], source: str) -> tuple[str, ...]:
    """The notes on all these estimates, each a sentence; remarks that they share among them."""
    held = records(rows)
    said = [
        _bases(rows, held),
        _references(held),
        *_scales(held),
        _methods(rows),
        values.OVERRULED if any(map(values.overruled, held)) else "",
        *shared,
        f"Source: {source}" if source else "",
    ]
    return tuple(phrases.closed(each) for each in said if each)


def _bases(rows: pd.DataFrame, held: list) -> str:
    deaths = [subject for each in rows["subject"].unique() for subject in subjects.parts(each)]
    killed = _KILLED if all(each.killed for each in deaths) else ""
    bases = dict.fromkeys(clauses.based(row, killed) for row in held if row.base)
    return f"Base: {'; '.join(bases)}" if bases else ""


def _references(held: list) -> str:
    named = {
        f"{phrases.people(row.strand, row.reference)} ({clauses.reference_counts(row)})": None
        for row in held
        if row.versus == "reference" and values.known(row.reference_denominator)
    }
    return f"Reference: {'; '.join(named)}" if named else ""


def _scales(held: list) -> list[str]:
    there = {values.scale(row.statistic) for row in held}
    rates = sorted({values.unit(row) for row in held} - {""})
    said = [words for scale, words in _SCALES.items() if scale in there]
    return said + ([f"Rates are {phrases.joined(rates)}"] if rates else [])


def _methods(rows: pd.DataFrame) -> str:
    methods = [phrases.method(each) for each in dict.fromkeys(rows["method"]) if each]
    return f"Method of the limits: {'; '.join(methods)}" if methods else ""
