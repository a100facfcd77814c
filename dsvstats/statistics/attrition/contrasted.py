"""How two retentions, or two ratios of counts, are set against each other: divided or taken away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dsvstats.statistics import common, intervals


@dataclass(frozen=True)
class Contrast:
    """How two retentions, or two ratios of counts, are set against each other.

    ``names``, ``limits`` and ``p`` have two entries each: of retentions, and of ratios of counts.
    ``of_ratios`` is the method of the latter where it is not the one that was asked for.
    """

    names: tuple[str, str]
    methods: tuple[str, ...]
    limits: tuple[Callable, Callable]
    p: tuple[Callable, Callable]
    caution: Callable
    of_ratios: str = ""
    null: float = 1.0

    def between(
        self, nested: np.ndarray, sides: list[np.ndarray], *, level, method: str, spread: np.ndarray
    ) -> list[np.ndarray]:
        """The contrast of the two sides, and its limits; of retentions where ``nested`` says so."""
        found = [np.full(len(nested), np.nan) for _ in range(3)]
        levels = np.broadcast_to(np.asarray(level, dtype=float), spread.shape)
        for kind, limit in zip((nested, ~nested), self.limits, strict=True):
            values = common.dispersed(
                lambda *four, level, limit=limit: limit(*four, level=level, method=method),
                [side[kind] for side in sides],
                spread=spread[kind],
                level=levels[kind],
            )
            for into, value in zip(found, values, strict=True):
                into[kind] = value
        return found

    def chance(
        self, nested: np.ndarray, sides: list[np.ndarray], *, method: str, spread: np.ndarray
    ) -> np.ndarray:
        """The p-value of no difference between the two sides."""
        p = np.full(len(nested), np.nan)
        for kind, test in zip((nested, ~nested), self.p, strict=True):
            found = test(*[side[kind] for side in sides], method=method)
            p[kind] = common.softened(found, spread[kind])
        return p


def _odds(four) -> list[np.ndarray]:
    count, base, count_ref, base_ref = four
    return [count, count + base, count_ref, count_ref + base_ref]


def _woolf(method: str) -> str:
    return "woolf" if method == "log" else method


def _ratio_of_ratios(*four, level, method) -> intervals.Interval:
    return intervals.odds_ratio(*_odds(four), level=level, method=_woolf(method))


def _ratio_of_ratios_p(*four, method) -> np.ndarray:
    return intervals.odds_ratio_p(*_odds(four), method=_woolf(method))


def _ratios_apart(*four, level, method) -> intervals.Interval:
    return intervals.ratio_difference(*four, level=level)


def _ratios_apart_p(*four, method) -> np.ndarray:
    return intervals.ratio_difference_p(*four)


RATIO = Contrast(
    names=("ratio of retentions", "ratio of ratios"),
    methods=("score", "log"),
    limits=(intervals.risk_ratio, _ratio_of_ratios),
    p=(intervals.risk_ratio_p, _ratio_of_ratios_p),
    caution=intervals.caution_risk_ratio,
)
GAP = Contrast(
    names=("difference of retentions", "difference of ratios"),
    methods=("newcombe", "mee", "miettinen_nurminen", "agresti_caffo"),
    limits=(intervals.risk_difference, _ratios_apart),
    p=(intervals.risk_difference_p, _ratios_apart_p),
    caution=intervals.caution_risk_difference,
    of_ratios="mover",
    null=0.0,
)
ODDS = Contrast(
    names=("odds ratio", "ratio of ratios"),
    methods=("woolf",),
    limits=(intervals.odds_ratio, _ratio_of_ratios),
    p=(intervals.odds_ratio_p, _ratio_of_ratios_p),
    caution=intervals.caution_odds_ratio,
)
