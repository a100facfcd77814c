"""Counts from a researcher's own file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from dsvstats import files
from dsvstats.counts import mapping as mappings
from dsvstats.counts.frame import COLUMNS, Breached, Rule, check
from dsvstats.errors import Faults, InputError
from dsvstats.terms import places


def read(
    path: str | Path,
    *,
    place: str | Path | places.Place = "",
    mapping: str | Path = "",
    rules: Sequence[Rule] = (),
) -> pd.DataFrame:
    """What does this CSV of counts hold? A researcher's own counts, in the design's shape.

    One row per thing counted, with the columns ``area, start, end, subject, unit, measure,
    strand, group, count`` and, if wanted, ``definition``, ``source`` (else the file's name) and
    ``withheld``. Areas are those of the place, by any of their names. The YAML ``mapping`` fits
    other names, codes and dates to these. What is wrong is one error that names the file and, for
    each fault, row, column, value and mend; ``rules`` are what must hold besides. Returns a counts
    frame.
    """
    there = places.place(place)
    faults = Faults(Path(path).name)
    rows = files.read_csv(path, start=",".join(COLUMNS), faults=faults)
    if mapping:
        rows = mappings.fitted(rows, mappings.read(mapping, there))
    cases = rows.frame()
    if not len(rows.cells) and not len(faults):
        faults.add(None, rule="a table with a row", value="a header alone", mend="fill it in")
    if "count" in cases:
        cases["count"] = cases["count"].map(rows.number)
    if "source" not in cases:
        cases["source"] = rows.name
    if "area" in cases:
        cases["area"] = _areas(cases["area"], there, faults)
    return check(cases, name=rows.name, faults=faults, rules=[_withheld, *rules])


def _withheld(checked: pd.DataFrame) -> Iterator[Breached]:
    yield (
        (checked["withheld"] & checked["count"].notna()).to_numpy(bool),
        "count",
        "empty where it is withheld",
        "empty the cell, or say that it is not withheld",
    )


def _areas(given: pd.Series, place: places.Place, faults: Faults) -> pd.Series:
    """The areas by their own names; each that the place does not have is a fault."""
    found = {}
    for name, rows in given.groupby(given, sort=False):
        row = rows.index[0]
        try:
            found[name] = place.find(name, where=f"{faults.name} row {row}, area") if name else ""
        except InputError as error:
            faults.take(row, error.and_so(len(rows) - 1))
            found[name] = name
    return given.map(found)
