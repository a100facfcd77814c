"""How long until something happens, to people some of whom are not followed to the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from dsvstats import strands
from dsvstats.counts import KEY
from dsvstats.errors import InputError
from dsvstats.statistics import common

_BLANK = {"area": "", "subject": "", "unit": "", "definition": "", "start": pd.NaT, "end": pd.NaT}


@dataclass(frozen=True)
class Table:
    """At each distinct time: how many were at risk, and to how many each outcome happened.

    ``happened`` has a row for each time and a column for each outcome. Censored at a time are
    those at risk then: what happens at one moment happens before anyone is lost at it.
    """

    times: np.ndarray
    at_risk: np.ndarray
    happened: np.ndarray

    @property
    def any_happened(self) -> np.ndarray:
        """To how many did any outcome happen, at each time?"""
        return self.happened.sum(axis=1)


def table(times, outcomes, *, among: int, weights=None) -> Table:
    """Count who was at risk and what happened, at each distinct time.

    ``outcomes`` are whole numbers: 0 where nothing has happened by then (censored), else from 1
    to ``among``. ``weights`` are how many cases each row stands for.

    >>> found = table([1, 1, 2], [1, 0, 2], among=2)
    >>> found.at_risk.tolist(), found.happened.tolist()
    ([3.0, 1.0], [[1.0, 0.0], [0.0, 1.0]])
    """
    times, outcomes = np.asarray(times, dtype=float), np.asarray(outcomes, dtype=int)
    weights = np.ones(len(times)) if weights is None else np.asarray(weights, dtype=float)
    distinct, place = np.unique(times, return_inverse=True)
    size = len(distinct) * (among + 1)
    counted = np.bincount(place * (among + 1) + outcomes, weights=weights, minlength=size)
    counted = counted.reshape(len(distinct), among + 1)
    gone = counted.sum(axis=1)
    return Table(distinct, gone[::-1].cumsum()[::-1], counted[:, 1:])


def survival(held: Table) -> tuple[np.ndarray, np.ndarray]:
    """To what share has nothing happened after each time, with its standard error?

    Kaplan and Meier (1958), Greenwood (1926).

    >>> share, error = survival(table([1, 2, 2, 3], [1, 1, 0, 1], among=1))
    >>> share.round(3).tolist(), error.round(3).tolist()
    ([0.75, 0.5, 0.0], [0.217, 0.25, 0.0])
    """
    happened, at_risk = held.any_happened, held.at_risk
    share = np.cumprod(1 - happened / at_risk)
    left = at_risk - happened
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(left > 0, happened / (at_risk * left), 0.0)
    return share, share * np.sqrt(np.cumsum(terms))


def before(values: np.ndarray, first: float = 1.0) -> np.ndarray:
    """Each value's value one time earlier."""
    return np.concatenate([[first], values[:-1]])


def log_log(share, error, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Limits of a share that are symmetrical on the complementary log-log scale.

    Kalbfleisch and Prentice (1980). They never leave 0 and 1; of a share of 0 or 1 there are none.

    >>> [float(each.round(3)) for each in log_log(0.95, 0.0487, 0.95)]
    [0.695, 0.993]
    """
    z = special.ndtri((1 + level) / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        away = np.exp(z * error / (share * np.log(share)))
        lower, upper = share ** (1 / away), share**away
    inside = (share > 0) & (share < 1)
    return np.where(inside, lower, np.nan), np.where(inside, upper, np.nan)


def at(times: np.ndarray, values: np.ndarray, asked, *, start: float) -> np.ndarray:
    """What is a step function's value at these times? ``start`` before its first step."""
    place = np.searchsorted(times, np.asarray(asked, dtype=float), side="right") - 1
    return np.where(place < 0, start, np.asarray(values)[np.maximum(place, 0)])


def checked(
    cases: pd.DataFrame, *, time: str, outcome: str
) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """The times, the outcomes as numbers, and their names; 0 where none has happened yet.

    An error where a column is missing, or a time is missing or below 0.
    """
    mend = f"name the columns: time={time!r}, outcome={outcome!r}"
    common.needs(cases, [time, outcome], where="cases", mend=mend)
    times = pd.to_numeric(cases[time], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    bad = ~(times >= 0) | ~np.isfinite(times)
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        raise InputError(
            where=f"cases, row {row + 1}, {time}",
            rule="a number of days from 0 on",
            value=cases[time].iloc[row],
            mend="leave out cases without a day, or mend the day",
        )
    place, found = pd.factorize(cases[outcome])
    told = [str(each) for each in found]
    names = sorted(set(told) - {""})
    number = np.array([0 if each == "" else names.index(each) + 1 for each in told] + [0])
    return times, number[place], names


@dataclass(frozen=True)
class Group:
    """Cases of one group: its key, their days, outcomes and weights, and which rows they are.

    ``codes`` are the outcomes as numbers, from 1 on in the order of ``names``; 0 for none yet.
    """

    key: dict[str, Any]
    days: np.ndarray
    codes: np.ndarray
    names: list[str]
    weights: np.ndarray
    rows: np.ndarray

    @cached_property
    def table(self) -> Table:
        """Who was at risk and what happened, at each day."""
        return table(self.days, self.codes, among=len(self.names), weights=self.weights)


def by_group(cases: pd.DataFrame, time: str, outcome: str) -> Iterator[Group]:
    """The cases of each group apart."""
    if cases.empty:
        return
    cases = cases.reset_index(drop=True)
    days, codes, names = checked(cases, time=time, outcome=outcome)
    weights = cases["count"].to_numpy(dtype=float) if "count" in cases else np.ones(len(cases))
    blank = {**_BLANK, "strand": "all", "group": strands.ALL}
    told = [each for each in KEY if each in blank and each in cases]
    parts = cases.groupby(told, sort=False, dropna=False).indices if told else None
    for place, at in (parts or {(): np.arange(len(cases))}).items():
        own = dict(zip(told, place if len(told) > 1 else (place,), strict=False))
        key = {each: own.get(each, value) for each, value in blank.items()}
        yield Group(key, days[at], codes[at], names, weights[at], at)
