"""What may a notebook's parameters cell hold? Text, numbers, truth values, lists, mappings."""

from __future__ import annotations

import datetime
import math
import numbers
import os
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from dsvstats.errors import InputError


def plain(value: Any, *, where: str = "parameter") -> Any:
    """The value as a notebook's parameters cell can hold it.

    Dates become ISO text (a time at midnight is written as its date), paths text, tuples,
    sets and arrays lists (sets sorted), numpy and pandas scalars and decimals plain numbers.

    >>> import datetime
    >>> plain((datetime.date(2008, 4, 1), {"b", "a"}))
    ['2008-04-01', ['a', 'b']]
    """
    value = _unwrapped(value)
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (Decimal, numbers.Real)):
        return _number(value, where)
    if isinstance(value, (datetime.date, datetime.time)):
        return _iso(value)
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, Mapping):
        return {_key(name, where): plain(each, where=where) for name, each in value.items()}
    if isinstance(value, (set, frozenset)):
        found = [plain(each, where=where) for each in value]
        return sorted(found, key=lambda each: (type(each).__name__, str(each)))
    if isinstance(value, (list, tuple, range)):
        return [plain(each, where=where) for each in value]
    raise InputError(
        where=where,
        rule="text, a number, a truth value, a date, a path, nothing, or a list or mapping of them",
        value=value,
        mend=f"convert the {type(value).__name__} first",
    )


def _unwrapped(value: Any) -> Any:
    """What numpy and pandas wrap, without importing either."""
    kind = type(value)
    module = kind.__module__.partition(".")[0]
    if isinstance(value, str):
        return str(value)
    if kind.__name__ in ("NaTType", "NAType"):
        return None
    if module == "numpy" and kind.__name__ == "datetime64":
        return value.astype("datetime64[us]").item()
    if module == "numpy" and hasattr(value, "item") and not getattr(value, "ndim", 0):
        return value.item()
    if module == "pandas" and kind.__name__ == "Timestamp":
        return value.to_pydatetime(warn=False)
    if module in ("numpy", "pandas") and hasattr(value, "tolist"):
        return value.tolist()
    return value


def _iso(value: datetime.date | datetime.time) -> str:
    if isinstance(value, datetime.datetime):
        midnight = value.tzinfo is None and value.time() == datetime.time()
        return (value.date() if midnight else value).isoformat()
    return value.isoformat()


def _number(value: Decimal | numbers.Real, where: str) -> int | float:
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, Decimal):
        return _decimal(value, where)
    return _finite(float(value), where)


def _decimal(value: Decimal, where: str) -> int | float:
    if value.is_finite() and value == value.to_integral_value():
        return int(value)
    if value.is_finite() and Decimal(repr(float(value))) != value:
        raise InputError(
            where=where,
            rule="a decimal that a floating-point number can hold",
            value=str(value),
            mend="round it, or give it as text",
        )
    return _finite(float(value), where)


def _finite(value: float, where: str) -> float:
    if not math.isfinite(value):
        raise InputError(
            where=where, rule="a finite number", value=value, mend="leave it out or give None"
        )
    return value


def _key(name: Any, where: str) -> str:
    if not isinstance(name, str):
        raise InputError(where=where, rule="a mapping from names", value=name, mend="use text keys")
    return name
