"""Do the groups of a strand leave nobody out, and take nobody twice?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pandas as pd

from dsvstats import strands
from dsvstats.sources.reconcile.ages import ages_named
from dsvstats.sources.reconcile.counted import Held, Strand, Told
from dsvstats.sources.reconcile.findings import CAUTION, CONTRADICTION, listed
from dsvstats.terms import units

_OLDEST = 999


def age_bands(held: Held) -> Iterator[Told]:
    """Which age bands overlap, or leave ages out between them?"""
    for family in held.families:
        for each in family:
            if each.name == "age":
                yield from _between_bands(each.rows)


def group_missing(held: Held) -> Iterator[Told]:
    """Which schemes are told with some of their groups only? Once for all that is so."""
    lacking: dict[tuple, list[pd.DataFrame]] = defaultdict(list)
    for family in held.families:
        for each in family:
            if missing := _missing(each):
                first = each.rows.iloc[0]
                lacking[first["area"], first["unit"], each.name, missing].append(each.rows)
    for (_, unit, name, missing), found in lacking.items():
        few = listed([*missing[:4], *([f"{len(missing) - 4} more"] if len(missing) > 4 else [])])
        groups = strands.scheme(name).groups
        own = len({group for rows in found for group in rows["group"]} & set(groups))
        yield Told(
            pd.concat(found),
            f"{strands.title(name)} of {units.many(unit)} is told without {few}: {own} of the "
            f"{len(groups)} groups of its scheme {'has' if own == 1 else 'have'} a row.",
            severity=CAUTION,
            printed=f"{own} of {len(groups)} groups",
            recomputed=few,
            over_time=True,
        )


def _between_bands(rows: pd.DataFrame) -> Iterator[Told]:
    held = [(band, at) for at, each in enumerate(rows["group"]) if (band := strands.band(each))]
    for (before, first), (after, second) in pairwise(sorted(held)):
        pair = rows.iloc[[first, second]]
        between = f"{pair['group'].iloc[0]} and {pair['group'].iloc[1]}"
        if after[0] <= before[1]:
            ages = _ages(after[0], min(before[1], after[1]))
            yield _bands(pair, f"{ages} are in both {between}", ages, CONTRADICTION)
        elif after[0] > before[1] + 1:
            ages = _ages(before[1] + 1, after[0] - 1)
            yield _bands(pair, f"{ages} are in no band, between {between}", ages, CAUTION)


def _ages(low: float, high: float) -> str:
    return ages_named(int(low), _OLDEST if np.isinf(high) else int(high))


def _bands(pair: pd.DataFrame, said: str, ages: str, severity: str) -> Told:
    said = said if ages.startswith("ages") else said.replace(" are ", " is ", 1)
    return Told(
        pair,
        f"{said[0].upper()}{said[1:]}.",
        severity=severity,
        printed="; ".join(pair["group"]),
        recomputed=ages,
    )


def _missing(one: Strand) -> tuple[str, ...]:
    """Which groups of its scheme have no row? Of one that stands for several, none of those."""
    if one.name == "all" or strands.CROSSED in one.name:
        return ()
    scheme, own = strands.scheme(one.name), set(one.groups)
    wanted = [each for each in scheme.groups if each not in scheme.merged]
    if own & set(scheme.merged):
        wanted = [scheme.reference or ""]
    return tuple(each for each in wanted if each not in own) if own & set(scheme.groups) else ()
