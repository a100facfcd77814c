"""Counts from a researcher's own file."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from dsvstats import files
from dsvstats.counts.frame import COLUMNS, check
from dsvstats.errors import Faults, InputError
from dsvstats.terms import places


def read(path: str | Path, *, place: str | Path | places.Place = "") -> pd.DataFrame:
    """What does this CSV of counts hold? A researcher's own counts, in the design's shape.

    One row per thing counted, with the columns ``area, start, end, subject, unit, measure,
    strand, group, count`` and, if wanted, ``definition``, ``source`` (else the file's name) and
    ``withheld``. Areas are those of the place, by any of their names. What is wrong is one
    error that names the file and, for each fault, row, column, value and mend. Returns a counts
    frame.
    """
    faults = Faults(Path(path).name)
    rows = files.read_csv(path, start=",".join(COLUMNS), faults=faults)
    cases = rows.frame()
    if "count" in cases:
        cases["count"] = cases["count"].map(rows.number)
    if "source" not in cases:
        cases["source"] = rows.name
    if "area" in cases:
        cases["area"] = _areas(cases["area"], places.place(place), faults)
    return check(cases, name=rows.name, faults=faults)


def _areas(given: pd.Series, place: places.Place, faults: Faults) -> pd.Series:
    """The areas by their own names; each that the place does not have is a fault."""
    found = {}
    for row, name in given.drop_duplicates().items():
        try:
            found[name] = place.find(name, where=f"{faults.name} row {row}, area") if name else ""
        except InputError as error:
            faults.take(row, error)
            found[name] = name
    return given.map(found)
