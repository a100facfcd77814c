"""The printed frame as exact numbers, or an error that says what is wrong with it."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

import pandas as pd

from dsvstats import files
from dsvstats.errors import Faults, InputError, near

COLUMNS = [
    "doc",
    "paragraph",
    "area",
    "period_start",
    "period_end",
    "subject",
    "population",
    "measure",
    "strand",
    "category",
    "value",
    "unit",
    "kind",
    "table_id",
    "note",
]
PER = {"per_1000": 1_000, "per_100000": 100_000}
UNITS = ["count", "percent", "per_cent_change", "ratio", *PER, "gbp", "other"]
KINDS = ["component", "stated_total", "stated_rate", "single"]
FORMS = {
    "brk": "categories that partition their stated total",
    "rel": "a part and its whole, with or without a printed rate",
    "ovl": "categories that overlap",
    "cmp": "the same quantity side by side",
}
AMOUNTS = {"count", "other", "gbp"}
WHOLE = {"percent": 100, "ratio": 1}
_PER = re.compile(r"(?:^|_)per_(1_?000|100_?000|thousand|hundred_thousand)(?=_|$)")
_MEAN = re.compile(r"(?:^|_)(?:mean|average)(?=_|$)")
_PER_WORDS = {"thousand": 1_000, "hundred_thousand": 100_000}
_TOTAL = re.compile(r"(?:grand |overall )?totals?|all(?: \w+)?", re.IGNORECASE)
_UNRECORDED = re.compile(
    r"\bun(?:known|recorded|defined|specified|stated)\b"
    r"|\b(?:not|none|no)\s+(?:recorded|stated|known|given|supplied|defined)\b"
    r"|\bmissing\b|\bblank\b|\bdecline|\brefuse|\bdoes not understand\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, order=True)
class Figure:
    """One printed number and its place; `text` is the number as printed, "" where there is none."""

    doc: str
    table_id: str
    paragraph: str
    area: str
    period_start: str
    period_end: str
    subject: str
    population: str
    measure: str
    strand: str
    category: str
    kind: str
    unit: str
    text: str

    @cached_property
    def value(self) -> Fraction | int:
        return amount(self.text)

    @cached_property
    def scale(self) -> int | None:
        """Of how many is this a rate? 100 of a percentage, 1 of a ratio; none of other numbers."""
        if self.unit not in WHOLE and self.unit not in PER and self.kind != "stated_rate":
            return None
        if named := _PER.search(self.measure):
            return _PER_WORDS.get(named[1]) or int(named[1].replace("_", ""))
        return PER.get(self.unit) or WHOLE.get(self.unit) or (1 if self.is_mean else None)

    @property
    def is_mean(self) -> bool:
        return bool(_MEAN.search(self.measure))

    @cached_property
    def label(self) -> str:
        return " ".join(self.category.casefold().split())

    @cached_property
    def is_whole(self) -> bool:
        """Is this the whole of its base, rather than one category of it?"""
        return (self.kind == "stated_total" and self.strand == "none") or is_total(self.label)

    def printed_as(self, text: str) -> Figure:
        """The same quantity in the same place, with another number."""
        place = {name: getattr(self, name) for name in _PLACE}
        return Figure(**place, text=text)

    @property
    def is_unrecorded(self) -> bool:
        return bool(_UNRECORDED.search(self.category))


_PLACE = [each.name for each in fields(Figure) if each.name != "text"]


def is_total(label: str) -> bool:
    """Does this label name everybody? An empty one does.

    >>> is_total("Total"), is_total("all victims"), is_total("White")
    (True, True, False)
    """
    return not label or bool(_TOTAL.fullmatch(label))


def amount(number: str) -> Fraction | int:
    """How much is this number, exactly?

    >>> amount("46"), amount("25.5")
    (46, Fraction(51, 2))
    """
    return int(number) if number.isdecimal() else Fraction(number)


def step(number: str) -> Fraction | int:
    """What is one unit in the last printed place of this number?

    >>> step("25.24"), step("46")
    (Fraction(1, 100), 1)
    """
    places = len(number.partition(".")[2])
    return Fraction(1, 10**places) if places else 1


def figures(printed: pd.DataFrame, *, name: str = "printed") -> list[Figure]:
    """Which numbers does this frame hold, exactly as printed? In an order of their own.

    A number held as text keeps its printed decimals; one held as a float has as many as it
    needs. Raises InputError for a frame that is not in the printed shape, with every row (the
    file's own, where one was read) and column that is wrong.
    """
    if not len(printed.columns):
        return []
    missing = [column for column in COLUMNS if column not in printed.columns]
    if missing:
        raise InputError(
            where=f"{name}, columns",
            rule=f"a table with {', '.join(COLUMNS)}",
            value=[str(column) for column in printed.columns],
            mend=f"add {', '.join(missing)}",
        )
    if printed.columns.has_duplicates:
        raise InputError(
            where=f"{name}, columns",
            rule="each given once",
            value=[str(column) for column in printed.columns],
            mend="remove the second one",
        )
    columns = {column: printed[column].tolist() for column in COLUMNS}
    found: dict[Figure, int] = {}
    faults = Faults(name)
    for at, number in enumerate(files.numbers(printed)):
        row = {column: columns[column][at] for column in COLUMNS}
        try:
            figure = _figure(row, f"{name} row {number}")
        except InputError as error:
            faults.take(number, error)
            continue
        if figure in found:
            faults.add(
                number,
                rule="given once",
                value=f"the same as row {found[figure]}",
                mend="remove one of the two, or tell them apart by paragraph",
            )
        found[figure] = number
    faults.tell()
    return sorted(found)


def _figure(row: dict, place: str) -> Figure:
    words = {
        column: _text(row[column])
        for column in COLUMNS
        if column not in ("value", "note", "period_start", "period_end")
    }
    words["strand"] = words["strand"] or "none"
    for column, known in (("unit", UNITS), ("kind", KINDS)):
        if words[column] not in known:
            raise InputError(
                where=f"{place}, {column}",
                rule=f"one of {', '.join(known)}",
                value=row[column],
                mend=near(words[column], known),
            )
    if words["table_id"] and words["table_id"].partition(":")[0] not in FORMS:
        raise InputError(
            where=f"{place}, table_id",
            rule="empty, or begin with " + ", ".join(f"{each}:" for each in FORMS),
            value=words["table_id"],
            mend="; ".join(f"{form}: for {what}" for form, what in FORMS.items()),
        )
    for column in ("period_start", "period_end"):
        words[column] = _date(row[column], f"{place}, {column}")
    return Figure(**words, text=_number(row["value"], words["unit"], f"{place}, value"))


def _text(value: object) -> str:
    if type(value) is str:
        return value.strip()
    missing = pd.api.types.is_scalar(value) and pd.isna(value)
    return "" if missing else str(value).strip()


def _date(value: object, place: str) -> str:
    text = _text(value).removesuffix(" 00:00:00")
    if not text:
        return ""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or not 1800 <= day.year <= 2200 or day.isoformat() != text:
        raise InputError(
            where=place, rule="a date or empty", value=value, mend="write it as 2008-04-01"
        )
    return text


def _number(value: object, unit: str, place: str) -> str:
    text = _text(value)
    if not text:
        return ""
    if isinstance(value, float) and math.isfinite(value):
        text = f"{Decimal(repr(float(value))):f}".removesuffix(".0")
    text = text.removesuffix(".0") if unit == "count" else text
    if not re.fullmatch(r"-?\d{1,15}(?:\.\d{1,15})?", text):
        raise InputError(
            where=place,
            rule="a number or empty",
            value=value,
            mend="write 1187 or 25.24, without commas, signs or words",
        )
    if unit == "count" and not text.isdecimal():
        raise InputError(
            where=place,
            rule="a whole number of 0 or more where the unit is count",
            value=value,
            mend="use the unit other for full-time equivalents and the like",
        )
    return re.sub(r"^(-?)0+(?=\d)", r"\1", text)
