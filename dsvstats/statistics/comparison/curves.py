"""Where would areas of every size lie if they were as the whole is? What a funnel is drawn from."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import special

from dsvstats.estimates.flags import of as flags_of
from dsvstats.statistics import common
from dsvstats.statistics.comparison.overdispersion import around

_KINDS = {"rate ratio": "rate", "ratio of ratios": "ratio"}


def funnel_curves(found: pd.DataFrame, *, points: int = 60) -> pd.DataFrame:
    """Where would areas of every size lie if they were as the whole is? For drawing a funnel.

    ``found`` is what `funnel` gave of one indicator. Returns ``size`` (a base), ``target`` (the
    whole's proportion or rate) and the limits ``lower_95``, ``upper_95``, ``lower_998`` and
    ``upper_998``; nothing where no area has a base.
    """
    known = found[found["denominator"].gt(0) & found["reference_denominator"].gt(0)]
    if known.empty:
        return pd.DataFrame(columns=["size", "target"])
    first = known.iloc[0]
    sizes = np.geomspace(
        known["denominator"].min() * 0.9, known["denominator"].max() * 1.05, points
    )
    by = {
        "target": first["reference_numerator"] / first["reference_denominator"],
        "kind": _KINDS.get(first["statistic"], "proportion"),
        "between": float(flags_of(first["flags"]).get("between", 0)),
    }
    told = {"size": sizes, "target": by["target"]}
    for name, level in (("95", 0.95), ("998", 0.998)):
        told[f"lower_{name}"], told[f"upper_{name}"] = funnel_limits(sizes=sizes, level=level, **by)
    return pd.DataFrame(told)


def funnel_limits(
    target: float, sizes, *, kind: str, between: float = 0.0, level: float = 0.95
) -> tuple[np.ndarray, np.ndarray]:
    """Between which limits does an area of this size lie, if it is as the whole is?

    For drawing: binomial or Poisson limits, made continuous between whole numbers (Spiegelhalter
    2005; half a count higher than his, so that an area beyond them is one whose mid-P is small).

    Parameters
    ----------
    target : float
        The whole's proportion or rate.
    sizes : array of numbers
        The bases of areas, in the unit that the target is per.
    kind : str
        "proportion" where the count is a part of its base, "ratio" where it is set against
        another count, "rate" where its base is no count.
    between : float, default 0.0
        The standard deviation between areas beyond chance, as in `funnel`'s flag ``between``.
    level : float, default 0.95
        How often an area lies between them.

    Returns
    -------
    tuple of two arrays
        The lower and the upper limit at each size.

    Examples
    --------
    >>> low, high = funnel_limits(0.25, [50, 200], kind="proportion")
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.136, 0.191], [0.374, 0.311])
    """
    sizes = np.asarray(sizes, dtype=float)
    if kind == "ratio":
        return _limits_of_ratio(target, sizes, between, level)
    if between > 0:
        return stable_limits(target, sizes, kind=kind, between=between, level=level)
    low, high = (
        np.maximum(_reached(part, sizes, target, kind) + 0.5, 0) / sizes
        for part in ((1 - level) / 2, (1 + level) / 2)
    )
    return low, high


def stable_limits(
    target: float, sizes: np.ndarray, *, kind: str, between: float, level: float
) -> tuple[np.ndarray, np.ndarray]:
    """The same of a proportion or a rate, symmetrical where its variance is stable."""
    scale = 4 * sizes * (1 if kind == "proportion" else target)
    away = common.quantile(level) * np.sqrt(1 / scale + between**2)
    return around(np.full(sizes.shape, target), target, away, kind == "proportion")


def _reached(part: float, sizes: np.ndarray, target: float, kind: str) -> np.ndarray:
    """Below which count does this part of the distribution lie? Between whole counts too."""
    if kind == "proportion":
        return special.bdtrik(part, sizes, target)
    return special.pdtrik(part, target * sizes)


def _limits_of_ratio(target, sizes, between: float, level: float) -> tuple[np.ndarray, np.ndarray]:
    """A count of this one and the other together, which grows with the limit that is looked for."""
    share, found = target / (1 + target), []
    for end in (0, 1):
        ratio = np.full(sizes.shape, float(target))
        for _ in range(30):
            both = sizes * (1 + ratio)
            at = funnel_limits(share, both, kind="proportion", between=between, level=level)[end]
            ratio = at / (1 - at)
        found.append(ratio)
    return found[0], found[1]
