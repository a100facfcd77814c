"""What the cells of an extract mean: each column as its own type, and where it cannot be read."""

from __future__ import annotations

from dataclasses import dataclass

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from dsvstats import strands
from dsvstats.sources.extract_mapping import ANYTHING, Fit, dates_pattern
from dsvstats.sources.extract_schema import TABLES, Column, words

OLDEST, YOUNGEST_DAY = 120, "1850-01-01"
_TRUE, _FALSE = ("true", "t", "yes", "y", "1"), ("false", "f", "no", "n", "0")


@dataclass(frozen=True)
class Value:
    """A column read: its value, where it is at fault, and the rule. Codes count from 0.

    ``value`` is missing where nothing is recorded; ``fault`` is where something is there that
    cannot be read, or nothing where something must be.
    """

    value: ir.Value
    fault: ir.BooleanValue
    rule: str
    mend: str


def read(raw: ibis.Table, table: str, fit: Fit) -> dict[str, Value]:
    """What does each column of this raw table hold?"""
    return {
        name: _required(_kind(raw[name], TABLES[table][name], fit, name), raw[name], column)
        for name, column in TABLES[table].items()
        if name in raw.columns
    }


def _required(value: Value, raw: ir.Value, column: Column) -> Value:
    if not column.required:
        return value
    empty = value.value.isnull()
    return Value(value.value, (value.fault | empty), f"filled in, {value.rule}", value.mend)


def _kind(raw: ir.Value, column: Column, fit: Fit, name: str) -> Value:
    if isinstance(raw.type(), (dt.Null,)):
        return Value(_nothing(column), ibis.literal(False), "", "")
    return {
        "id": _id,
        "name": _id,
        "label": _label,
        "code": _code,
        "flag": _flag,
        "date": _date,
        "age": _age,
    }[column.kind](raw, column, fit, name)


def _nothing(column: Column) -> ir.Value:
    kinds = {"code": "int8", "flag": "boolean", "date": "date", "age": "int16"}
    return ibis.null(kinds.get(column.kind, "string"))


def _text(raw: ir.Value) -> ir.StringValue | None:
    """The cell as text without spaces around it, missing where empty; None for other types."""
    kind = raw.type()
    if isinstance(kind, dt.String):
        return raw.strip().nullif("")
    if isinstance(kind, (dt.Integer, dt.Boolean)):
        return raw.cast("string").lower()
    return None


def _unreadable(raw: ir.Value, column: Column, rule: str, mend: str) -> Value:
    return Value(_nothing(column), raw.notnull(), rule, mend)


def _id(raw, column, fit, name) -> Value:
    rule, mend = "a number or short text without spaces around it", "export it as text"
    kind = raw.type()
    if isinstance(kind, dt.Integer):
        return Value(raw.cast("string"), ibis.literal(False), rule, mend)
    if not isinstance(kind, dt.String):
        return _unreadable(raw, column, rule, mend)
    value = raw.nullif("")
    fault = value.notnull() & ((value != value.strip()) | (value.length() > 100))
    return Value(value, fault, rule, mend)


def _label(raw, column, fit, name) -> Value:
    rule, mend = "a few plain words", "for example: CRIS extract of May 2010"
    text = _text(raw)
    if text is None:
        return _unreadable(raw, column, rule, mend)
    plain = text.re_search(r"^[A-Za-z0-9 .,()/&-]{1,60}$")
    return Value(ibis.ifelse(plain, text, ibis.null("string")), text.notnull() & ~plain, rule, mend)


def _code(raw, column, fit, name) -> Value:
    known = {word: code or strands.NOT_RECORDED
             for word, code in (words(column) | fit.codes.get(name, {})).items()}
    other = known.pop(ANYTHING, None)
    shown = ", ".join(column.codes[:4]) + (" …" if len(column.codes) > 4 else "")
    rule, mend = f"one of its codes ({shown})", "correct it, or map it in YAML"
    text = _text(raw)
    if text is None:
        return _unreadable(raw, column, rule, mend)
    blank = -1
    place = {code: n for n, code in enumerate(column.codes)} | {strands.NOT_RECORDED: blank}
    otherwise = ibis.null("int8") if other is None else ibis.literal(place[other], "int8")
    code = text.lower().cases(
        *[(word, ibis.literal(place[our], "int8")) for word, our in known.items() if word],
        else_=otherwise,
    )
    fault = text.notnull() & code.isnull()
    return Value(code.nullif(ibis.literal(blank, "int8")), fault, rule, mend)


def _flag(raw, column, fit, name) -> Value:
    rule, mend = "true or false, or empty", "map other words in YAML"
    if isinstance(raw.type(), dt.Boolean):
        return Value(raw, ibis.literal(False), rule, mend)
    text = _text(raw)
    if text is None:
        return _unreadable(raw, column, rule, mend)
    fitted = fit.codes.get(name, {})
    known = dict.fromkeys(_TRUE, True) | dict.fromkeys(_FALSE, False) | dict.fromkeys(
        ("unknown", "not recorded"), None
    )
    known |= {their: {"true": True, "false": False}.get(our) for their, our in fitted.items()}
    other = known.pop(ANYTHING, ...)
    sure = [(word, ibis.literal(flag)) for word, flag in known.items() if flag is not None]
    value = text.lower().cases(
        *sure, else_=ibis.null("boolean") if other in (..., None) else ibis.literal(other)
    )
    empty = [word for word, flag in known.items() if flag is None]
    fault = ibis.literal(False) if other is not ... else (
        text.notnull() & value.isnull() & text.lower().notin(empty)
    )
    return Value(value, fault, rule, mend)


def _date(raw, column, fit, name) -> Value:
    rule, mend = "a day written as 2008-10-01", "format the column so, or give dates in YAML"
    kind = raw.type()
    today = ibis.today()
    if isinstance(kind, dt.Date) or (isinstance(kind, dt.Timestamp) and kind.timezone is None):
        day = raw.cast("date")
        read = raw.notnull()
    elif isinstance(kind, dt.String):
        text = raw.strip().nullif("")
        day, read = _written(text, fit.dates), text.notnull()
    else:
        return _unreadable(raw, column, rule, mend)
    possible = day.between(ibis.date(YOUNGEST_DAY), today)
    return Value(
        ibis.ifelse(possible, day, ibis.null("date")),
        read & (day.isnull() | ~possible),
        f"{rule}, not after today",
        mend,
    )


def _written(text: ir.StringValue, form: str) -> ir.DateValue:
    """The day, only if writing it again gives the same text: parsers take too much."""
    if form:
        pattern, order = dates_pattern(form)
        year, month, day = (text.re_extract(pattern, order.index(part) + 1) for part in "Ymd")
        text = ibis.ifelse(
            text.re_search(pattern), year + "-" + month.lpad(2, "0") + "-" + day.lpad(2, "0"),
            ibis.null("string"),
        )
    whole = ibis.ifelse(text.endswith(" 00:00:00"), text.substr(0, 10), text)
    day = whole.try_cast("date")
    return ibis.ifelse(day.cast("string") == whole, day, ibis.null("date"))


def _age(raw, column, fit, name) -> Value:
    rule, mend = f"whole years of 0 to {OLDEST}, or empty", "leave it empty where it is unknown"
    kind = raw.type()
    if isinstance(kind, dt.Integer):
        number, there = raw, raw.notnull()
    elif isinstance(kind, (dt.Floating, dt.Decimal)):
        there = raw.notnull() & ~raw.cast("float64").isnan()
        number = ibis.ifelse(there & (raw == raw.floor()), raw, ibis.null(kind))
    elif isinstance(kind, dt.String):
        text = _text(raw)
        there = text.notnull()
        plain = text.re_search(r"^[0-9]{1,3}(\.0)?$")
        number = ibis.ifelse(plain, text, ibis.null("string")).try_cast("float64")
    else:
        return _unreadable(raw, column, rule, mend)
    possible = number.between(0, OLDEST)
    value = ibis.ifelse(possible, number, ibis.null(number.type())).cast("int16")
    return Value(value, there & (number.isnull() | ~possible), rule, mend)
