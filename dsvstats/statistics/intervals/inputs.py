"""Numbers in: made into arrays, checked, and worked through a block at a time."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from numbers import Real
from typing import Any, NamedTuple

import numpy as np

from dsvstats.errors import InputError, near

BLOCK = 12_288  # 96 KB a column: a block and its workings stay in the cache


class Interval(NamedTuple):
    """An estimate with its lower and upper limit."""

    estimate: np.ndarray | np.floating
    lower: np.ndarray | np.floating
    upper: np.ndarray | np.floating


def tail(level: float) -> float:
    """How much probability is left beyond each limit at this level?

    >>> round(tail(0.9), 10)
    0.05
    """
    number = isinstance(level, Real) and not isinstance(level, (bool, np.bool_))
    if not number or not 0 < level < 1:
        raise InputError(
            where="level",
            rule="one number above 0 and below 1",
            value=level,
            mend="use 0.95 for limits at 95%",
        )
    return (1 - float(level)) / 2


def choose(method: str, methods: Sequence[str]) -> str:
    """Is this one of the methods? The method, or an error that lists them."""
    if method not in tuple(methods):
        raise InputError(
            where="method",
            rule=f"one of {', '.join(methods)}",
            value=method,
            mend=near(str(method), list(methods)),
        )
    return method


def chosen(method: str, methods: Mapping[str, Callable]) -> Callable:
    """What does the method do? An error lists the methods where this is not one."""
    return methods[choose(method, tuple(methods))]


def numbers(name: str, values: Any) -> np.ndarray:
    """One argument as an array of numbers, with what is missing as NaN."""
    if np.ma.isMaskedArray(values):
        values = np.ma.filled(values.astype(float), np.nan)
    array = np.asarray(values)
    if array.dtype.kind in "biuf":
        return array
    if array.dtype.kind == "O":
        import pandas

        flat = [_number(name, each, pandas.isna) for each in array.ravel()]
        return np.array(flat, dtype=float).reshape(array.shape)
    raise _not_a_number(name, array.ravel()[0] if array.size else array.dtype.name)


def _number(name: str, value: Any, isna: Callable[[object], bool]) -> float:
    if isinstance(value, (str, bytes, complex)) or np.ndim(value):
        raise _not_a_number(name, value)
    if isna(value):
        return math.nan
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        raise _not_a_number(name, value) from None


def _not_a_number(name: str, value: object) -> InputError:
    return InputError(
        where=name, rule="a number", value=value, mend="convert it, or leave it missing (NaN)"
    )


def evaluate(
    kernel: Callable[..., Sequence[np.ndarray]],
    named: dict[str, object],
    *,
    inside: Sequence[tuple[str, str]] = (),
    whole: Sequence[str] = (),
    divisors: Sequence[str] = (),
    outputs: int = 3,
) -> list[np.ndarray]:
    """Broadcast and check the arguments, then apply the kernel block by block.

    `whole` names the counts, `inside` the pairs (part, base) where the part is at most the base,
    `divisors` the denominators: where one is 0, or any argument is missing, every output is NaN.
    Arguments that are all scalars give scalars.
    """
    arrays = {name: numbers(name, values) for name, values in named.items()}
    try:
        shape = np.broadcast_shapes(*(array.shape for array in arrays.values()))
    except ValueError:
        raise InputError(
            where=", ".join(arrays),
            rule="shapes that broadcast together",
            value=[array.shape for array in arrays.values()],
            mend="give arrays of one length, or scalars",
        ) from None
    columns = {
        name: array.reshape(-1) if array.shape == shape else np.broadcast_to(array, shape).ravel()
        for name, array in arrays.items()
    }
    size = math.prod(shape)
    unsure = [name for name in whole if columns[name].dtype.kind == "f"]
    results = np.empty((outputs, size))
    with np.errstate(all="ignore"):
        for start in range(0, size, BLOCK):
            block = {
                name: column[start : start + BLOCK].astype(float, copy=False)
                for name, column in columns.items()
            }
            sound = _sound(block, inside, unsure, divisors)
            if not sound:
                _check_block(block, inside, whole, start, shape)
            into = results[:, start : start + BLOCK]
            for row, result in zip(into, kernel(*block.values()), strict=True):
                row[...] = result
            if not sound:
                into[:, _void(block, divisors)] = np.nan
    return [result.reshape(shape)[()] for result in results]


def _check_block(
    block: dict[str, np.ndarray],
    inside: Sequence[tuple[str, str]],
    whole: Sequence[str],
    start: int,
    shape: tuple[int, ...],
) -> None:
    for name, values in block.items():
        _check(name, values, name in whole, start, shape)
    for part, base in inside:
        _check_inside(part, block[part], base, block[base], start, shape)


def _void(block: dict[str, np.ndarray], divisors: Sequence[str]) -> np.ndarray:
    """Where is anything missing, or a denominator 0?"""
    void = np.isnan(sum(block.values()))
    for name in divisors:
        void |= block[name] == 0
    return void


def _sound(
    block: dict[str, np.ndarray],
    inside: Sequence[tuple[str, str]],
    unsure: Sequence[str],
    divisors: Sequence[str],
) -> bool:
    """Is nothing in this block missing, zero in a denominator, or wrong? In few passes."""
    return (
        all(each.min() >= 0 and each.max() < np.inf for each in block.values())
        and all(block[name].min() > 0 for name in divisors)
        and all((block[part] <= block[base]).all() for part, base in inside)
        and all((block[name] == np.floor(block[name])).all() for name in unsure)
    )


def _check(name: str, values: np.ndarray, whole: bool, start: int, shape: tuple) -> None:
    bad = (values < 0) | (values == np.inf)
    if whole:
        bad |= values > np.floor(values)
    if bad.any():
        at = int(bad.argmax())
        kind = "a whole number of at least 0" if whole else "a finite number of at least 0"
        raise InputError(
            where=name + _place(start + at, shape),
            rule=kind,
            value=_plain(values[at]),
            mend="correct it, or leave it missing (NaN) if it is not known",
        )


def _check_inside(
    part: str, parts: np.ndarray, base: str, bases: np.ndarray, start: int, shape: tuple
) -> None:
    bad = parts > bases
    if bad.any():
        at = int(bad.argmax())
        raise InputError(
            where=part + _place(start + at, shape),
            rule=f"at most {base}, {_plain(bases[at])}",
            value=_plain(parts[at]),
            mend=f"count both over the same cases, so that {part} is inside {base}",
        )


def _place(position: int, shape: tuple) -> str:
    if not shape:
        return ""
    return f"[{', '.join(str(int(each)) for each in np.unravel_index(position, shape))}]"


def _plain(value: float) -> float | int:
    value = float(value)
    return int(value) if value.is_integer() else value


def two_shares(kernel: Callable, count, nobs, count_ref, nobs_ref, outputs: int = 3):
    """Evaluate on the counts and bases of two groups of people or cases."""
    named = {"count": count, "nobs": nobs, "count_ref": count_ref, "nobs_ref": nobs_ref}
    return evaluate(
        kernel,
        named,
        whole=tuple(named),
        inside=(("count", "nobs"), ("count_ref", "nobs_ref")),
        divisors=("nobs", "nobs_ref"),
        outputs=outputs,
    )


def two_rates(kernel: Callable, count, exposure, count_ref, exposure_ref, outputs: int = 3):
    """Evaluate on the counts and exposures of two groups."""
    return evaluate(
        kernel,
        {
            "count": count,
            "exposure": exposure,
            "count_ref": count_ref,
            "exposure_ref": exposure_ref,
        },
        whole=("count", "count_ref"),
        divisors=("exposure", "exposure_ref"),
        outputs=outputs,
    )


def four_counts(kernel: Callable, count, base, count_ref, base_ref, outputs: int = 3):
    """Evaluate on the counts of two groups, each beside another count."""
    named = {"count": count, "base": base, "count_ref": count_ref, "base_ref": base_ref}
    return evaluate(
        kernel, named, whole=tuple(named), divisors=("base", "base_ref"), outputs=outputs
    )


def part_of_whole(kernel: Callable, count, exposure, count_all, exposure_all, outputs: int = 3):
    """Evaluate on the counts and exposures of a group and of everyone, the group included."""
    return evaluate(
        kernel,
        {
            "count": count,
            "exposure": exposure,
            "count_all": count_all,
            "exposure_all": exposure_all,
        },
        whole=("count", "count_all"),
        inside=(("count", "count_all"), ("exposure", "exposure_all")),
        divisors=("exposure", "exposure_all"),
        outputs=outputs,
    )
