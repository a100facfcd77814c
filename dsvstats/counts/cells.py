"""What may each cell of a counts frame hold? A rule for each column, and how to mend a breach."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime

import numpy as np
import pandas as pd

from dsvstats import strands
from dsvstats.errors import near
from dsvstats.terms.measures import MEASURES
from dsvstats.terms.subjects import AND, SUBJECTS
from dsvstats.terms.units import UNITS

WHOLE = ("a whole number of 0 or more, or empty", "an empty cell means not supplied")
OLDEST, NEWEST = 1800, 2200
"""The years that a period may lie in."""
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_FLAGS = {"true": True, "1": True, "false": False, "0": False, "": False}


class Breach(Exception):
    """A rule that a value breaks, and the mend."""


def _text(value) -> str:
    return "" if pd.isna(value) else str(value).strip()


def _name(value) -> str:
    if text := _text(value):
        return text
    raise Breach("filled in", "every row says what it counts")


def _measure(value) -> str:
    if (measure := _name(value)) in MEASURES:
        return measure
    raise Breach("a measure", near(measure, list(MEASURES)))


def _subject(value) -> str:
    unknown = [part for part in _name(value).split(AND) if part not in SUBJECTS]
    if unknown:
        raise Breach(f"a subject, or several joined by '{AND}'", near(unknown[0], list(SUBJECTS)))
    return _name(value)


def _unit(value) -> str:
    if (unit := _name(value)) in UNITS:
        return unit
    raise Breach("a unit of counting", near(unit, list(UNITS)))


def _strand(value) -> str:
    unknown = [part for part in strands.parts(_name(value)) if part not in strands.SCHEMES]
    if unknown:
        raise Breach("one of the strands", near(unknown[0], list(strands.SCHEMES)))
    return _name(value)


def _date(value) -> np.datetime64:
    try:
        day = value.date() if isinstance(value, datetime) else date.fromisoformat(_text(value))
    except ValueError:
        day = None
    written = isinstance(value, datetime) or re.fullmatch(_DAY, _text(value))
    if day is None or not written:
        raise Breach("a date", "write it as 2008-04-01")
    if not OLDEST <= day.year <= NEWEST:
        raise Breach(f"a date of the years {OLDEST} to {NEWEST}", "correct the year")
    return np.datetime64(day, "us")


def _count(value) -> int | None:
    text = _text(value)
    if isinstance(value, (float, np.floating)) and text and float(value).is_integer():
        text = str(int(value))
    if re.fullmatch(r"[0-9]{0,15}", text) and not isinstance(value, (bool, np.bool_)):
        return int(text) if text else None
    raise Breach(*WHOLE)


def _flag(value) -> bool:
    if (flag := _text(value).casefold()) in _FLAGS:
        return _FLAGS[flag]
    raise Breach("true or false", "empty means false")


TIDY: dict[str, tuple[Callable, str]] = {
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
"""Each column's rule, which gives the tidied value, and the type of the column."""
