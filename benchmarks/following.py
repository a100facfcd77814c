"""How fast are cases followed to their outcome, people to their next report, and areas compared?

Cumulative incidence beside statsmodels' on the same groups, hazard ratios beside its PHReg, and
funnels, pooled estimates and retention in milliseconds.

    python -m benchmarks.following
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
from statsmodels.duration.hazard_regression import PHReg
from statsmodels.duration.survfunc import CumIncidenceRight

from benchmarks.disproportionality import table
from benchmarks.statistics import Line, medians, report
from dsvstats import counts, strands
from dsvstats.statistics import attrition, comparison
from dsvstats.statistics.repeats import hazards

CASES, GROUPS, AREAS = 100_000, 20, 33
OUTCOMES = ("charge", "caution", "withdrawn", "no further action")
STAGES = ["recorded", "crime", "arrest", "sanction_detection", "charge", "convicted"]


def cases() -> pd.DataFrame:
    """Cases of many groups with days and outcomes, a third of them still open."""
    draw = np.random.default_rng(1)
    told = draw.choice([*OUTCOMES, ""], CASES, p=[0.15, 0.1, 0.2, 0.2, 0.35])
    return pd.DataFrame(
        {
            "strand": "ethnicity_self_defined",
            "group": draw.integers(0, GROUPS, CASES).astype(str),
            "days": draw.integers(0, 400, CASES),
            "outcome": told,
        }
    )


def incidence() -> Iterator[Line]:
    """With variances, of all groups and outcomes at three days."""
    held = cases()
    number = held["outcome"].map({"": 0} | {each: n for n, each in enumerate(OUTCOMES, 1)})
    parts = [
        (rows["days"].to_numpy(), number[rows.index].to_numpy())
        for _, rows in held.groupby("group")
    ]

    def theirs() -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for days, told in parts:
                CumIncidenceRight(days, told)

    ours, peer = medians(
        lambda: attrition.cumulative_incidence(held, at=[28, 56, 182]), theirs, repeats=5
    )
    what = f"cumulative incidence, {CASES:,} cases in {GROUPS} groups"
    print(f"{what:<60} {1000 * ours:>21.1f} ms  (at most 200 ms)")
    yield Line(f"{what}, to its arrays alone", ours, peer, at_most=20)
    gray, _ = medians(lambda: attrition.gray(held), lambda: None, repeats=3)
    print(f"{'Gray test of the same':<60} {1000 * gray:>21.1f} ms")


def recurring() -> Iterator[Line]:
    """Hazard ratios of two thousand intervals, with ties."""
    draw = np.random.default_rng(2)
    size = 2000
    stop = draw.integers(1, 365, size).astype(float)
    happened, columns = draw.random(size) < 0.5, draw.integers(0, 2, (size, 1)).astype(float)
    held = hazards.Intervals(
        np.zeros(size), stop, happened, columns, np.arange(size), np.zeros(size)
    )
    ours, peer = medians(
        lambda: hazards.fitted(held),
        lambda: PHReg(stop, columns, status=happened.astype(int), ties="efron").fit(),
        repeats=3,
    )
    yield Line(f"hazard ratio, {size:,} intervals, with robust variance", ours, peer, at_most=5)


def milliseconds() -> None:
    """What has no peer here."""
    groups = [*strands.SCHEMES["ethnicity_self_defined"].groups, strands.NOT_RECORDED]
    held = table(groups, STAGES, AREAS, "ethnicity_self_defined")
    held = held[held["unit"] != "residents"]
    ordered = held.sort_values(["area", "group", "count"], ascending=[True, True, False])
    ordered = ordered.assign(measure=STAGES * (len(held) // len(STAGES)))
    chain = counts.in_order(counts.check(ordered))
    beside = counts.choose(chain, measure=["recorded", "crime"])
    asked: dict[str, tuple[Callable[[], object], int | None]] = {
        "retention, six stages, 33 areas by 17 groups": (
            lambda: attrition.retention(chain, stages=STAGES),
            50,
        ),
        "funnels, 17 indicators of 33 areas": (
            lambda: comparison.funnel(beside, "crime", of="recorded"),
            None,
        ),
        "pooled estimates, 17 indicators of 33 areas": (
            lambda: comparison.shrunken(beside, "crime", of="recorded"),
            None,
        ),
    }
    for what, (ask, most) in asked.items():
        (seconds,) = medians(ask, repeats=5)
        told = f"  (at most {most} ms)" if most else ""
        print(f"{what:<60} {1000 * seconds:>21.1f} ms{told}")


if __name__ == "__main__":
    report(incidence())
    report(recurring())
    milliseconds()
