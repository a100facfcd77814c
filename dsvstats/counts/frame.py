"""Is this a counts frame, and does this file hold one? Faults are named where they stand."""

from __future__ import annotations

import re
from datetime import date, datetime

import numpy as np
import pandas as pd

from dsvstats import files, strands
from dsvstats.errors import InputError, near
from dsvstats.terms.measures import MEASURES
from dsvstats.terms.subjects import AND, SUBJECTS
from dsvstats.terms.units import UNITS

KEY = [
    "area",
    "start",
    "end",
    "subject",
    "unit",
    "measure",
    "definition",
    "strand",
    "group",
]
COLUMNS = [*KEY, "count", "source", "withheld"]


def empty() -> pd.DataFrame:
    """The counts frame of nothing: not supplied.

    >>> list(empty().columns) == COLUMNS
    True
    """
    return check(pd.DataFrame(columns=COLUMNS))


def check(cases: pd.DataFrame, *, name: str = "cases") -> pd.DataFrame:
    """Is this a counts frame? The same rows with the design's columns and types.

    ``count`` may be missing (not supplied) but not negative or fractional; periods end after
    they start; groups belong to their strand; no row stands twice from one source. The first
    fault is an error with its row (where a file was read, the file's own), column, value and
    mend. ``definition`` and ``source`` may be left out, and ``withheld``.

    >>> from dsvstats import counts
    >>> counts.check(counts.table("Wandsworth", "offences", "crime", "all", {"All": -1}))
    Traceback (most recent call last):
    ...
    dsvstats.errors.InputError: cases row 0, count: must be a whole number of 0 or more, or \
empty; received -1; ...
    """
    numbers = files.numbers(cases)
    cases = _columns(cases, name)

    def refuse(rows: np.ndarray, column: str, rule: str, mend: str) -> None:
        if rows.any():
            row = int(rows.argmax())
            value = cases[column].iloc[row]
            value = value.item() if isinstance(value, np.generic) else value
            where = f"{name} row {numbers[row]}, {column}"
            raise InputError(where=where, rule=rule, value=value, mend=mend)

    columns = {}
    for column, (tidy, dtype) in _TIDY.items():
        if column == "count" and pd.api.types.is_integer_dtype(cases[column]):
            columns[column] = cases[column].astype("Int64")
            refuse((columns[column] < 0).fillna(False).to_numpy(bool), column, *_WHOLE)
            continue
        code, values = pd.factorize(cases[column], use_na_sentinel=False)
        tidied = []
        for number, value in enumerate(values):
            try:
                tidied.append(tidy(value))
            except _Fault as fault:
                refuse(code == number, column, *fault.args)
        columns[column] = pd.Series(pd.array(tidied, dtype=dtype)).take(code).reset_index(drop=True)
    checked = pd.DataFrame(columns)[COLUMNS]
    refuse(
        (checked["end"] < checked["start"]).to_numpy(),
        "end",
        "on or after start",
        "both days are inside the period",
    )
    pair, pairs = pd.factorize(pd.MultiIndex.from_frame(checked[["strand", "group"]]))
    for number, (strand, group) in enumerate(pairs):
        if not strands.known(strand, group):
            groups = [*strands.SCHEMES.get(strand, strands.Scheme("")).groups, strands.NOT_RECORDED]
            mend = near(group, groups) if len(groups) > 1 else "for example 18-29 or 60+"
            refuse(pair == number, "group", f"a group of the strand {strand}", mend)
    refuse(
        checked.duplicated([*KEY, "source"]).to_numpy(),
        "group",
        "given once for each key and source",
        "remove the second row, or name its source",
    )
    return checked


class _Fault(Exception):
    """A rule that a value breaks, and the mend."""


_WHOLE = ("a whole number of 0 or more, or empty", "an empty cell means not supplied")
_FLAGS = {"true": True, "1": True, "false": False, "0": False, "": False}


def _text(value) -> str:
    return "" if pd.isna(value) else str(value).strip()


def _name(value) -> str:
    if text := _text(value):
        return text
    raise _Fault("filled in", "every row says what it counts")


def _measure(value) -> str:
    if (measure := _name(value)) in MEASURES:
        return measure
    raise _Fault("a measure", near(measure, list(MEASURES)))


def _subject(value) -> str:
    unknown = [part for part in _name(value).split(AND) if part not in SUBJECTS]
    if unknown:
        raise _Fault(f"a subject, or several joined by '{AND}'", near(unknown[0], list(SUBJECTS)))
    return _name(value)


def _unit(value) -> str:
    if (unit := _name(value)) in UNITS:
        return unit
    raise _Fault("a unit of counting", near(unit, list(UNITS)))


def _strand(value) -> str:
    unknown = [part for part in strands.parts(_name(value)) if part not in strands.SCHEMES]
    if unknown:
        raise _Fault("one of the strands", near(unknown[0], list(strands.SCHEMES)))
    return _name(value)


def _date(value) -> np.datetime64:
    try:
        day = value.date() if isinstance(value, datetime) else date.fromisoformat(_text(value))
        if isinstance(value, datetime) or len(_text(value)) == 10:
            return np.datetime64(day, "us")
    except ValueError:
        pass
    raise _Fault("a date", "write it as 2008-04-01")


def _count(value) -> int | None:
    text = _text(value)
    if not isinstance(value, str) and text and float(value).is_integer():
        text = str(int(value))
    if re.fullmatch(r"\d{0,15}", text, flags=re.ASCII):
        return int(text) if text else None
    raise _Fault(*_WHOLE)


def _flag(value) -> bool:
    if (flag := _text(value).casefold()) in _FLAGS:
        return _FLAGS[flag]
    raise _Fault("true or false", "empty means false")


_TIDY = {
    "area": (_name, "str"),
    "start": (_date, "datetime64[us]"),
    "end": (_date, "datetime64[us]"),
    "subject": (_subject, "str"),
    "unit": (_unit, "str"),
    "measure": (_measure, "str"),
    "definition": (_text, "str"),
    "strand": (_strand, "str"),
    "group": (_name, "str"),
    "count": (_count, "Int64"),
    "source": (_text, "str"),
    "withheld": (_flag, "bool"),
}


def _columns(cases: pd.DataFrame, name: str) -> pd.DataFrame:
    cases = cases.reset_index(drop=True).copy()
    for column, default in (("definition", ""), ("source", ""), ("withheld", False)):
        if column not in cases:
            cases[column] = default
    missing = [column for column in COLUMNS if column not in cases]
    extra = [str(column) for column in cases.columns if column not in COLUMNS]
    if missing:
        raise InputError(
            where=f"{name}, columns",
            rule=f"a table with {', '.join(COLUMNS)}",
            value=[str(column) for column in cases.columns],
            mend=f"add {', '.join(missing)}",
        )
    if extra or cases.columns.has_duplicates:
        raise InputError(
            where=f"{name}, columns",
            rule=f"just {', '.join(COLUMNS)}, each once",
            value=extra or list(cases.columns),
            mend=near(extra[0], COLUMNS) if extra else "remove the second one",
        )
    return cases


def read(path) -> pd.DataFrame:
    """What does this CSV of counts hold? A researcher's own counts, in the design's shape.

    One row per thing counted, with the columns ``area, start, end, subject, unit, measure,
    strand, group, count`` and, if wanted, ``definition``, ``source`` (else the file's name) and
    ``withheld``. An error names the file, line, column, value and mend. Returns a counts frame.
    """
    rows = files.read_csv(path, start=",".join(COLUMNS))
    cases = rows.frame()
    if "count" in cases and rows.separator == ",":
        cases["count"] = cases["count"].map(files.plain_number)
    if "source" not in cases:
        cases["source"] = rows.name
    return check(cases, name=rows.name)
