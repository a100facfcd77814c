"""What the cells of an extract mean: each column as its own type, and where it cannot be read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from dsvstats.files.fitting import dates_pattern
from dsvstats.sources.extract.mapping import ANYTHING, Fit
from dsvstats.sources.extract.schema import TABLES, Column, words

OLDEST, FIRST_DAY = 120, "1850-01-01"
FAULT = "fault "
_THERE = "there "
_ODD = "odd "
_NONE = -1
_ISO = r"^([0-9]{4}-[0-9]{2}-[0-9]{2})( 00:00:00)?\z"
_PLAIN_ID = r"^([!-~][ -~]{0,98})?[0-9]([ -~]{0,98}[!-~])?\z"
_TRUE, _FALSE = ("true", "t", "yes", "y", "1"), ("false", "f", "no", "n", "0")


@dataclass(frozen=True)
class Value:
    """How a column is read: its value and where something is there, both of the raw table.

    ``value`` is missing where it cannot be read; a code is its place among the column's codes, a
    flag 1 or 0, and -1 in both says that nothing is recorded. ``odd``: readable, and still wrong.
    ``codes``: the words that it may be.
    """

    value: ir.Value
    there: ir.BooleanValue
    rule: str
    mend: str
    odd: ir.BooleanValue | None = None
    codes: tuple[str, ...] = ()


@ibis.udf.scalar.builtin
def array_position(words: list[str], word: str) -> int:
    """Where does the word stand, from 1? A chain of cases costs the engine four times as much."""


def read(
    raw: ir.Table, columns: Mapping[str, Column], fit: Fit, only: Collection[str] = ()
) -> dict[str, Value]:
    """How is each of these columns of this raw table, or each of those named, read?"""
    return {
        name: replace(_KINDS[column.kind](raw[name], column, fit, name), codes=column.codes)
        for name, column in columns.items()
        if name in raw.columns and (name in only or not only)
    }


def typed(raw: ir.Table, table: str, values: Mapping[str, Value], **also: ir.Value) -> ir.Table:
    """The table with each of these columns as its own type, whatever cannot be read missing."""
    first = raw.select(**also, **{name: value.value for name, value in values.items()}).view()
    columns = {name: _finished(first[name], TABLES[table][name]) for name in values}
    return first.select(*also, **columns)


def staged(raw: ir.Table, table: str, values: Mapping[str, Value], **also: ir.Value) -> ir.Table:
    """The same, and beside each column, under FAULT, where it is at fault.

    A fault is something that cannot be read, or nothing where something must be.
    """
    first = raw.select(
        **also,
        **{name: value.value for name, value in values.items()},
        **{_THERE + name: value.there for name, value in values.items()},
        **{_ODD + name: value.odd for name, value in values.items() if value.odd is not None},
    ).view()
    columns = {name: _finished(first[name], TABLES[table][name]) for name in values}
    faults = {}
    for name, value in values.items():
        faults[FAULT + name] = first[_THERE + name] & first[name].isnull()
        if value.odd is not None:
            faults[FAULT + name] |= first[_ODD + name]
        if TABLES[table][name].required:
            faults[FAULT + name] |= columns[name].isnull()
    return first.select(*also, **columns, **faults).view()


def _finished(value: ir.Value, column: Column) -> ir.Value:
    if column.kind == "flag":
        return ibis.ifelse(value == _NONE, ibis.null("boolean"), value == 1)
    return value.nullif(ibis.literal(_NONE, "int8")) if column.kind == "code" else value


def _text(raw: ir.Value) -> ir.StringValue | None:
    """The cell as lower-case text without spaces around it; None for other types."""
    kind = raw.type()
    if isinstance(kind, dt.String):
        return raw.strip().lower()
    if isinstance(kind, (dt.Integer, dt.Boolean)):
        return raw.cast("string").lower()
    return None


def _unreadable(raw: ir.Value, column: Column, rule: str, mend: str) -> Value:
    kinds = {"code": "int8", "flag": "int8", "date": "date", "age": "int16"}
    return Value(ibis.null(kinds.get(column.kind, "string")), raw.notnull(), rule, mend)


def _id(raw, column, fit, name) -> Value:
    rule = "a number, or plain text with a digit in it and no spaces around it"
    mend = "export it as text; were two columns exchanged?"
    kind = raw.type()
    if isinstance(kind, dt.Integer):
        return Value(raw.cast("string"), raw.notnull(), rule, mend)
    if not isinstance(kind, dt.String):
        return _unreadable(raw, column, rule, mend)
    odd = (raw != "") & ~raw.re_search(_PLAIN_ID)
    return Value(raw.nullif(""), raw != "", rule, mend, odd)


def _name(raw, column, fit, name) -> Value:
    return Value(ibis.null("string"), ibis.literal(False), "", "")


def _label(raw, column, fit, name) -> Value:
    rule, mend = "a few plain words", "for example: CRIS extract of May 2010"
    if not isinstance(raw.type(), dt.String):
        return _unreadable(raw, column, rule, mend)
    text = raw.strip()
    plain = text.re_search(r"^[A-Za-z0-9 .,()/&-]{1,60}\z")
    return Value(ibis.ifelse(plain, text, ibis.null("string")), text != "", rule, mend)


def _code(raw, column, fit, name) -> Value:
    shown = ", ".join(column.codes[:4]) + (" …" if len(column.codes) > 4 else "")
    rule, mend = f"one of its codes ({shown})", "correct it, or map it in YAML"
    places = {code: n for n, code in enumerate(column.codes)}
    known = {word: places.get(code, _NONE) for word, code in words(column).items()}
    return _worded(raw, column, known | _fitted(fit, name, places), rule, mend)


def _flag(raw, column, fit, name) -> Value:
    rule, mend = "true or false, or empty", "map other words in YAML"
    if isinstance(raw.type(), dt.Boolean):
        return Value(raw.cast("int8"), raw.notnull(), rule, mend)
    known = dict.fromkeys(_TRUE, 1) | dict.fromkeys(_FALSE, 0)
    known |= dict.fromkeys(("unknown", "not recorded"), _NONE)
    return _worded(raw, column, known | _fitted(fit, name, {"true": 1, "false": 0}), rule, mend)


def _fitted(fit: Fit, name: str, places: dict[str, int]) -> dict[str, int]:
    return {word: places.get(code, _NONE) for word, code in fit.codes.get(name, {}).items()}


def _worded(raw, column, known: dict[str, int], rule: str, mend: str) -> Value:
    """A cell that holds one of these words, each of which stands for a number."""
    text = _text(raw)
    if text is None:
        return _unreadable(raw, column, rule, mend)
    known = {word: number for word, number in known.items() if word}
    other = known.pop(ANYTHING, None)
    listed = sorted(known, key=lambda word: (known[word] < 0, known[word]))
    at = array_position(ibis.literal(listed, "array<string>"), text).nullif(0) - 1
    if [known[word] for word in listed] != list(range(len(listed))):
        changed = [(n, known[word]) for n, word in enumerate(listed) if known[word] != n]
        at = at.cases(*changed, else_=at)
    there = text != ""
    if other is not None:
        at = ibis.ifelse(there, at.fill_null(other), ibis.null("int64"))
    return Value(at.cast("int8"), there, rule, mend)


def _date(raw, column, fit, name) -> Value:
    rule, mend = "a day written as 2008-10-01", "format the column so, or give dates in YAML"
    kind = raw.type()
    if isinstance(kind, dt.Date) or (isinstance(kind, dt.Timestamp) and kind.timezone is None):
        day, there = raw.cast("date"), raw.notnull()
    elif isinstance(kind, dt.String):
        text = raw.strip()
        day, there = _written(text, fit.dates), text != ""
    else:
        return _unreadable(raw, column, rule, mend)
    possible = day.between(ibis.date(FIRST_DAY), ibis.today())
    value = ibis.ifelse(possible, day, ibis.null("date"))
    return Value(value, there, f"{rule}, not after today", mend)


def _written(text: ir.StringValue, form: str) -> ir.DateValue:
    """The day, only if it is written as the form says: parsers take too much."""
    if form:
        pattern, order = dates_pattern(form)
        year, month, day = (text.re_extract(pattern, order.index(part) + 1) for part in "Ymd")
        text = ibis.ifelse(
            text.re_search(pattern),
            year + "-" + month.lpad(2, "0") + "-" + day.lpad(2, "0"),
            ibis.null("string"),
        )
    return text.re_extract(_ISO, 1).try_cast("date")


def _age(raw, column, fit, name) -> Value:
    rule, mend = f"whole years of 0 to {OLDEST}, or empty", "leave it empty where it is unknown"
    kind = raw.type()
    if isinstance(kind, dt.Integer):
        number, there = raw, raw.notnull()
    elif isinstance(kind, (dt.Floating, dt.Decimal)):
        number, there = raw.cast("float64"), raw.notnull() & ~raw.cast("float64").isnan()
    elif isinstance(kind, dt.String):
        text = raw.strip()
        plain = text.re_search(r"^[0-9]{1,3}(\.0)?\z")
        number = ibis.ifelse(plain, text, ibis.null("string")).try_cast("float64")
        there = text != ""
    else:
        return _unreadable(raw, column, rule, mend)
    possible = number.between(0, OLDEST)
    if not isinstance(number.type(), dt.Integer):
        possible = possible & (number == number.floor())
    value = ibis.ifelse(possible, number, ibis.null(number.type()))
    return Value(value.cast("int16"), there, rule, mend)


_KINDS = {
    "id": _id,
    "name": _name,
    "label": _label,
    "code": _code,
    "flag": _flag,
    "date": _date,
    "age": _age,
}
