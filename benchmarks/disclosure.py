"""How long does it take to protect a table, or a study, and how much of it is lost?

python -m benchmarks.disclosure
"""

from __future__ import annotations

import resource
import tempfile
import time
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

from dsvstats import disclosure
from dsvstats.counts import KEY, check
from dsvstats.sources import counted, extract, release, synthetic
from dsvstats.strands import CROSSED, NOT_RECORDED
from dsvstats.terms import places
from dsvstats.terms.schemes import EXACT, SCHEMES

FINE, BROAD = "ethnicity_self_defined", "ethnicity_broad"
SHARES = [40, 3, 12, 1.5, 0.8, 1, 1.6, 5, 4, 4, 1.2, 4, 9, 5, 2, 4.6, 6]


def two_way(total: int = 4000, seed: int = 1) -> np.ndarray:
    """Records of people by area and group: London's boroughs and 16+1 groups."""
    rng = np.random.default_rng(seed)
    of_area = rng.gamma(4, 1, len(places.boroughs()))
    mean = np.outer(of_area, SHARES) * rng.gamma(2.5, 1 / 2.5, (len(of_area), len(SHARES)))
    return rng.poisson(total * mean / mean.sum())


def rows(cells: np.ndarray, strand: str, groups: list[str]) -> list[dict]:
    """A row for each area and group, and for the whole place."""
    areas = [*places.boroughs(), places.place().whole]
    every = np.vstack([cells, cells.sum(axis=0)])
    return [
        {"area": area, "strand": strand, "group": group, "count": int(every[n, m])}
        for n, area in enumerate(areas)
        for m, group in enumerate(groups)
    ]


def as_cases(held: list[dict]) -> pd.DataFrame:
    key = {"start": "2008-04-01", "end": "2009-03-31", "subject": "domestic_violence",
           "unit": "victim_records", "measure": "recorded"}  # fmt: skip
    return check(pd.DataFrame(held).assign(**key))


def areas_by_groups() -> pd.DataFrame:
    """33 areas by 17 groups, with both totals."""
    cells = two_way()
    groups = [*SCHEMES[FINE].groups, NOT_RECORDED]
    return as_cases(rows(cells, FINE, groups) + rows(cells.sum(1, keepdims=True), "all", ["All"]))


def three_ways() -> pd.DataFrame:
    """33 areas by 17 groups in 6 broad ones by 3 of gender, and all totals: about 2,700 cells."""
    rng = np.random.default_rng(2)
    fine, gender = [*SCHEMES[FINE].groups, NOT_RECORDED], ["Female", "Male", NOT_RECORDED]
    cells = two_way(12000, 2)
    cells = np.stack([[rng.multinomial(n, [0.7, 0.25, 0.05]) for n in row] for row in cells])
    broad = [*SCHEMES[BROAD].groups, NOT_RECORDED]
    into = [broad.index(EXACT[FINE, BROAD].get(group, group)) for group in fine]
    coarse = np.zeros((len(cells), len(broad), len(gender)), dtype=int)
    np.add.at(coarse, (slice(None), into), cells)

    def crossed(groups: list[str]) -> list[str]:
        return [CROSSED.join(each) for each in product(groups, gender)]

    flat = len(cells), -1
    held = rows(cells.reshape(flat), f"{FINE}{CROSSED}gender", crossed(fine))
    held += rows(coarse.reshape(flat), f"{BROAD}{CROSSED}gender", crossed(broad))
    held += rows(cells.sum(2), FINE, fine) + rows(coarse.sum(2), BROAD, broad)
    held += rows(cells.sum(1), "gender", gender)
    return as_cases([*held, *rows(cells.sum((1, 2))[:, None], "all", ["All"])])


def tables() -> None:
    rule = {"threshold": 5, "zeros_shown": True}
    for name, cases in (("33 x 17", areas_by_groups()), ("three ways", three_ways())):
        start = time.perf_counter()
        found = disclosure.protect(cases, **rule)
        took = time.perf_counter() - start
        failed = len(disclosure.audit(found, **rule))
        both = cases.merge(found[[*KEY, "count"]], on=KEY, how="left", suffixes=("", "_shown"))
        small = (both["count"] > 0) & (both["count"] < rule["threshold"])
        lost = int((both["count_shown"].isna() & ~small).sum())
        print(
            f"{name}: {len(cases):,} cells, {int(small.sum())} small, {lost} more lost, "
            f"{took:.1f} s, {failed} failures"
        )


def study(incidents: int) -> None:
    """All areas of a made-up extract, protected together, and what it would cost without."""
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "made-up")
        synthetic.generate(incidents, 1, out=path)
        start = time.perf_counter()
        true = release.chosen(counted.latest(extract.read(path), threshold=10))
        counting = time.perf_counter() - start
        first_line = disclosure.withhold(true, threshold=10)
        start = time.perf_counter()
        found = disclosure.protect(true, threshold=10, zeros_shown=False)
        took = time.perf_counter() - start
    large = int((true["count"] >= 10).sum())
    shown, before = int(found["count"].notna().sum()), int(first_line["count"].notna().sum())
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(
        f"{incidents:,} incidents, {len(true):,} counts, {large:,} of 10 or more: "
        f"{shown:,} shown (the first line, which tells some: {before:,}), {took:.0f} s "
        f"(counting {counting:.0f} s), {memory:.1f} GB"
    )


def main() -> None:
    tables()
    study(237_840)


if __name__ == "__main__":
    main()
