"""What rates and comparisons share: recorded people, dispersion, families of comparisons."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from numbers import Real

import numpy as np
import pandas as pd
from scipy import special

from dsvstats import counts, strands
from dsvstats.errors import InputError, near
from dsvstats.terms import units

FAMILY = ["area", "start", "end", "subject", "unit", "measure", "definition"]
STRAND = [*FAMILY, "strand"]
PLACE = ["area", "start", "end", "subject", "definition", "strand"]
Dispersion = float | Mapping[str, float]
_LEAST_TAIL = 1e-12
SCALES: dict[str, tuple[Callable, Callable]] = {
    "log": (np.log, np.exp),
    "logit": (special.logit, special.expit),
    "plain": (np.asarray, np.asarray),
}
"""On which scale limits are symmetrical: the way there, and back."""


def by_group(rows: pd.DataFrame, answer: Callable[[str, str], object]) -> np.ndarray:
    """What does this answer for each row's strand and group? Asked once for each pair."""
    pairs, first = _distinct(rows, ["strand", "group"])
    held = zip(rows["strand"].iloc[first], rows["group"].iloc[first], strict=True)
    return np.array([answer(*pair) for pair in held] or [False])[pairs]


def by_strand(rows: pd.DataFrame, answer: Callable[[str], object]) -> np.ndarray:
    """What does this answer for each row's strand? Asked once for each strand."""
    places, first = _distinct(rows, ["strand"])
    return np.array([answer(each) for each in rows["strand"].iloc[first]] or [False])[places]


def codes_of(rows: pd.DataFrame, columns: list[str]) -> np.ndarray:
    """One whole number for each row, the same where rows agree in all these columns."""
    return counts.codes([rows], columns)[0]


def _distinct(rows: pd.DataFrame, columns: list[str]) -> tuple[np.ndarray, np.ndarray]:
    code = codes_of(rows, columns)
    return code, np.unique(code, return_index=True)[1]


def recorded(rows: pd.DataFrame) -> np.ndarray:
    """Which rows are of people whose group was recorded?"""
    return by_group(rows, lambda _, group: strands.recorded(group)).astype(bool)


def asked(rows: pd.DataFrame) -> np.ndarray:
    """Which rows are of a strand that is recorded only when someone asks?"""

    def only_asked(strand: str) -> bool:
        return any(strands.scheme(part).asked for part in strands.parts(strand))

    return by_strand(rows, only_asked).astype(bool)


def total(values: np.ndarray, family: np.ndarray) -> np.ndarray:
    """What do the values of each row's family add up to?"""
    return np.bincount(family, weights=values)[family] if len(values) else values


def highest(values: np.ndarray, family: np.ndarray) -> np.ndarray:
    """What is the highest value known in each row's family? Missing where none is."""
    found = np.full(family.max(initial=-1) + 1, np.nan)
    np.fmax.at(found, family, values)
    return found[family]


def spread(rows: pd.DataFrame, dispersion: Dispersion, level: float) -> np.ndarray:
    """Each row's dispersion: one number for all, or one for each area named (else 1)."""
    named = dispersion.items() if isinstance(dispersion, Mapping) else [("", dispersion)]
    most = (special.ndtri(_LEAST_TAIL) / special.ndtri((1 - level) / 2)) ** 2
    for area, value in named:
        number = isinstance(value, Real) and not isinstance(value, bool)
        if not number or not 1 <= value <= most:
            raise InputError(
                where=f"dispersion[{area!r}]" if area else "dispersion",
                rule=f"a number from 1 to {math.floor(most)}",
                value=value,
                mend="rates.dispersion works it out; 1 means independent records",
            )
    if not isinstance(dispersion, Mapping):
        return np.full(len(rows), float(dispersion))
    return rows["area"].map(dispersion).fillna(1.0).to_numpy(dtype=float)


def dispersed(
    limits: Callable[..., tuple],
    arrays: list[np.ndarray],
    *,
    spread: np.ndarray,
    level: float | np.ndarray,
) -> list[np.ndarray]:
    """Limits for events that come in clusters: quasi-likelihood. A level for all or for each row.

    A score, likelihood-free of scale, is divided by the dispersion: (x - m)² / (dispersion v).
    That is the ordinary limit at a normal quantile the root of the dispersion times as large,
    or on counts and bases divided by the dispersion. Exact methods are widened alike.
    """
    found = [np.full(len(spread), np.nan) for _ in range(3)]
    levels = np.broadcast_to(np.asarray(level, dtype=float), spread.shape)
    wide = np.empty(len(spread))
    for each in np.unique(spread):
        at = spread == each
        distinct, back = np.unique(levels[at], return_inverse=True)
        wide[at] = np.array([widened(float(one), float(each)) for one in distinct])[back]
    for level in np.unique(wide):
        at = wide == level
        result = limits(*[array[at] for array in arrays], level=float(level))
        for values, value in zip(found, result, strict=True):
            values[at] = value
    return found


def widened(level: float, dispersion: float, *, of: int = 1) -> float:
    """At which level are ordinary limits as wide as these under the dispersion?

    ``of`` limits that share out what is left beyond the level.

    >>> widened(0.95, 1.0), round(widened(0.95, 1.89), 4)
    (0.95, 0.993)
    """
    if dispersion == 1:
        return level
    beyond = special.ndtr(special.ndtri((1 - level) / 2 / of) * math.sqrt(dispersion))
    return float(1 - 2 * of * beyond)


def softened(p: np.ndarray, spread: np.ndarray) -> np.ndarray:
    """The two-sided p-values under the dispersion: the same score, divided by its root."""
    with np.errstate(invalid="ignore"):
        wide = 2 * special.ndtr(special.ndtri(np.asarray(p, dtype=float) / 2) / np.sqrt(spread))
    return np.where(spread == 1, p, wide)


def together(level: float, tests: np.ndarray) -> np.ndarray:
    """At which level does each of so many comparisons hold, for all to hold at this one? Šidák's.

    >>> together(0.95, np.array([0, 1, 2])).round(4).tolist()
    [0.95, 0.95, 0.9747]
    """
    return level ** (1 / np.maximum(tests, 1))


def quantile(level: float | np.ndarray) -> float | np.ndarray:
    """How many standard errors do limits of this level lie away?

    >>> print(round(quantile(0.95), 2))
    1.96
    """
    return -special.ndtri((1 - np.asarray(level)) / 2)


def wald_together(
    estimate: np.ndarray,
    limits: Sequence[np.ndarray],
    *,
    level: float,
    tests: np.ndarray,
    scale: str,
) -> list[np.ndarray]:
    """Limits so many standard errors away on their scale, as they are for all of a family at once."""
    further = quantile(together(level, tests)) / quantile(level)
    to, back = SCALES[scale]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        middle = to(estimate)
        return [back(middle + (to(each) - middle) * further) for each in limits]


def independence(rows: pd.DataFrame, spread: np.ndarray) -> np.ndarray:
    """What do the limits assume of repeat events? A flag for each row."""
    code = np.where(rows["unit"].isin(units.people()).to_numpy(), "", "assumes_independence")
    code = code.astype(object)
    for each in np.unique(spread[spread > 1]):
        code[spread == each] = f"dispersion={each:.3g}"
    return code


def chosen(value: str, options: tuple[str, ...], *, where: str) -> str:
    """Is this one of the options? The option, or an error that names the argument and lists them."""
    if value not in options:
        raise InputError(
            where=where,
            rule=f"one of {', '.join(options)}",
            value=value,
            mend=near(str(value), list(options)),
        )
    return value


def as_completely(share, other) -> np.ndarray:
    """Is a strand recorded about as completely here as there? For 95% of the other share or more.

    A ratio, so that strands hardly ever recorded are held to it too: 2% is not about 3%.
    """
    return np.minimum(share, other) >= 0.95 * np.maximum(share, other)


def as_completely_between(here: tuple, there: tuple):
    """The same, wherever between the least and the largest that they can be both shares lie."""
    return as_completely(here[0], there[1]) & as_completely(here[1], there[0])


def known(rows: pd.DataFrame, column: str, *, where: str) -> None:
    """Is every value of this column there? Else an error that names the first row without one."""
    lacking = rows[column].isna().to_numpy()
    if lacking.any():
        raise InputError(
            where=f"{where}, row {int(lacking.argmax())}, {column}",
            rule="filled in",
            value="",
            mend="leave out those of whom it is not known, and say how many they are",
        )


def needs(rows: pd.DataFrame, columns: Sequence[str], *, where: str, mend: str) -> None:
    """Are these columns there? Else an error that names those that are not."""
    missing = [each for each in columns if each not in rows]
    if missing:
        raise InputError(
            where=where,
            rule=f"a column {', '.join(missing)}"
            if len(missing) == 1
            else f"the columns {', '.join(missing)}",
            value=", ".join(map(str, rows.columns)),
            mend=mend,
        )
