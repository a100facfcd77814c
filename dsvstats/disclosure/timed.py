"""How the counts of periods that overlap, follow or hold each other hang together."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
import pandas as pd

from dsvstats.disclosure.keys import Keys
from dsvstats.disclosure.relations import EVERYONE, LEFT, OVER, SUM, Relation
from dsvstats.terms import units

Period = tuple[pd.Timestamp, pd.Timestamp]
_DAY = pd.Timedelta(days=1)


def of_periods(keys: Keys) -> Iterator[Relation]:
    """Cases of a period are those of its parts; people of a part of it are in the whole."""
    periods = list(keys.words["period"])
    if len(periods) < 2:
        return
    people = keys.told("unit", lambda unit: unit in units.people())
    everyone = keys.told("pair", lambda pair: pair == EVERYONE)
    yield from _cases(keys, np.flatnonzero(~people), periods)
    for number, period in enumerate(periods):
        rows = np.flatnonzero(people & everyone & (keys.of("period") == number))
        for whole in periods:
            if whole != period and whole[0] <= period[0] and period[1] <= whole[1]:
                at = keys.at(keys.replaced(rows, period=keys.number("period", whole)))
                pairs = Relation("periods", LEFT, rows, at, together=False)
                yield pairs.where(at >= 0)
        parts = _tiles(period, periods)
        if len(parts) > 1:
            every = np.flatnonzero(people & everyone)
            every = every[np.isin(keys.of("period", every), [periods.index(p) for p in parts])]
            at = keys.at(keys.replaced(every, period=number))
            all_of = np.bincount(at[at >= 0], minlength=len(keys.codes))[at] == len(parts)
            whole = Relation("periods", OVER, every, at)
            yield whole.where((at >= 0) & all_of)


def _tiles(period: Period, periods: list[Period]) -> list[Period]:
    """The other periods that follow on each other from its first day to its last, if there are."""
    found, day = [], period[0]
    while day <= period[1]:
        fits = [p for p in periods if p[0] == day and p[1] <= period[1] and p != period]
        if not fits:
            return []
        found.append(min(fits, key=lambda p: p[1]))
        day = found[-1][1] + _DAY
    return found


def _cases(keys: Keys, rows: np.ndarray, periods: list[Period]) -> Iterator[Relation]:
    """Each period is made up of the shortest that all first and last days make."""
    other = keys.replaced(rows, period=0)
    _, back, often = np.unique(other, return_inverse=True, return_counts=True)
    rows, of = rows[often[back] > 1], back[often[back] > 1]
    if not len(rows):
        return
    held = np.unique(keys.of("period", rows))
    days = sorted({periods[n][0] for n in held} | {periods[n][1] + _DAY for n in held})
    shortest = [(first, last - _DAY) for first, last in itertools.pairwise(days)]
    own = {periods[number]: number for number in held.tolist()}
    for number in held.tolist():
        first, last = periods[number]
        inner = [n for n, p in enumerate(shortest) if first <= p[0] and p[1] <= last]
        if len(inner) < 2:
            continue
        here = rows[keys.of("period", rows) == number]
        which = of[keys.of("period", rows) == number]
        parts = []
        for n in inner:
            told = own.get(shortest[n])
            at = np.full(len(here), -1)
            if told is not None:
                at = keys.at(keys.replaced(here, period=told))
            parts.append(np.where(at < 0, -(2 + which * len(shortest) + n) - 2**60, at))
        wholes = np.tile(here, len(inner))
        yield Relation("periods", SUM, np.concatenate(parts), wholes, hidden=True)
