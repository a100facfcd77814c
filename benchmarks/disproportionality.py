"""How fast are rates and comparisons of many areas at once?

Standardised rates beside PHStatsMethods' on the same areas, where that package is installed (it is
for this only: `.venv/bin/pip install PHStatsMethods`), and relative rates in milliseconds.

    python -m benchmarks.disproportionality
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from benchmarks.statistics import Line, medians, report
from dsvstats import counts, strands
from dsvstats.statistics.disproportionality import relative_rates
from dsvstats.statistics.rates import directly_standardised
from dsvstats.statistics.strata import weighted

AREAS, BANDS = 2000, 8
BOROUGHS = 33
MEASURES = ["recorded", "crime", "arrest", "sanction_detection", "charge", "convicted"]
MILLISECONDS = 50


def table(groups: list[str], measures: list[str], areas: int, strand: str) -> pd.DataFrame:
    """Victims by measure and group, and residents by group, in many areas of unlike sizes."""
    rng = np.random.default_rng(0)
    index = pd.MultiIndex.from_product(
        [[f"Area {n:04d}" for n in range(areas)], measures, groups],
        names=["area", "measure", "group"],
    )
    victims = index.to_frame(index=False).assign(
        start="2011-04-01",
        end="2012-03-31",
        subject="domestic_violence",
        unit="victims",
        strand=strand,
        count=rng.poisson(rng.gamma(2, 25, len(index))),
    )
    lives = victims[victims["measure"] == measures[0]].assign(
        start="2011-03-27",
        end="2011-03-27",
        subject="population",
        unit="residents",
        measure="usual_residents",
        count=rng.integers(2000, 20_000, areas * len(groups)),
    )
    return counts.check(pd.concat([victims, lives]))


def standardised() -> Iterator[Line]:
    bands = [f"{10 * n}-{10 * n + 9}" for n in range(BANDS)]
    cases = table(bands, ["crime"], AREAS, "age")
    standard = dict(zip(bands, [12, 12, 14, 14, 14, 12, 12, 10], strict=True))

    def ours(method: str) -> pd.DataFrame:
        return directly_standardised(
            cases, "crime", strata="age", standard=standard, method=method, multiplier=100_000
        )

    try:
        from PHStatsMethods import ph_dsr
    except ImportError:
        print("PHStatsMethods is not installed: standardised rates have nothing to be set beside")
        return
    held = {unit: counts.choose(cases, unit=unit) for unit in ("victims", "residents")}
    peer = held["victims"][["area", "group"]].assign(
        events=held["victims"]["count"].astype(int),
        people=held["residents"]["count"].astype(int),
        standard=held["victims"]["group"].map(standard),
    )

    def theirs() -> pd.DataFrame:
        return ph_dsr(
            peer, "events", "people", "standard", group_cols="area", euro_standard_pops=False
        )

    for side, name in (("estimate", "Value"), ("lower", "lower_95_ci"), ("upper", "upper_95_ci")):
        np.testing.assert_allclose(ours("dobson")[side], theirs()[name], rtol=1e-9)
    count, base = (
        held[each]["count"].to_numpy(dtype=float).reshape(AREAS, BANDS)
        for each in ("victims", "residents")
    )
    share = np.array(list(standard.values())) / 100
    for method in ("dobson", "fay_feuer"):
        frames, arrays, peer_seconds = medians(
            lambda method=method: ours(method),
            lambda method=method: weighted(count, base, share, level=0.95, method=method),
            theirs,
            repeats=5,
        )
        what = f"directly standardised, {AREAS:,} areas by {BANDS} bands, {method}"
        yield Line(f"{what}, frames", frames, peer_seconds, at_least=500)
        yield Line(f"{what}, arithmetic", arrays, peer_seconds, at_least=500)


def relative() -> None:
    groups = [*strands.SCHEMES["ethnicity_self_defined"].groups, strands.NOT_RECORDED]
    cases = table(groups, MEASURES, BOROUGHS, "ethnicity_self_defined")
    cases = cases[(cases["unit"] != "residents") | (cases["group"] != strands.NOT_RECORDED)]
    (seconds,) = medians(lambda: relative_rates(cases, MEASURES, per="residents"), repeats=31)
    what = f"relative rates, {BOROUGHS} areas by {len(groups)} groups by {len(MEASURES)} measures"
    print(f"{what:<60} {1000 * seconds:>21.1f} ms  (at most {MILLISECONDS} ms)")


if __name__ == "__main__":
    report(standardised())
    relative()
