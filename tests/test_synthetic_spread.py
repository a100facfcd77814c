"""Over many seeds the synthetic extract varies as chance does, and leans to no side."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

from dsvstats.sources.synthetic import block as blocks
from dsvstats.sources.synthetic import truth as truths
from dsvstats.sources.synthetic.setting import Planted, setting
from dsvstats.terms import places

SEEDS, FLAGGED = 80, 3000
PLANTED = Planted()


def london():
    place = places.place()
    return place, setting(place.parts, PLANTED, place=place)


def drawn(seed: int) -> dict[str, tuple[float, float]]:
    """Of one extract: how many of how many, at each stage."""
    unflagged = round(FLAGGED * PLANTED.unflagged)
    at = blocks.Place(seed, 0, FLAGGED, unflagged, 0, 0, 0, 0, 365)
    made = blocks.draw(london()[1], PLANTED, at)
    flagged = made.report["flagged"]
    victims, reports = np.unique(made.report["victim"][flagged], return_counts=True)
    women = made.people.gender[victims] == london()[1].genders.index("Female")
    return {
        "crime": (made.report["crime"][flagged].sum(), FLAGGED),
        "repeat_anywhere": ((reports > 1).sum(), len(victims)),
        "women": (women.sum(), len(victims)),
    }


@cache
def planted() -> dict[str, float]:
    place, like = london()
    rows = truths.truth(
        like,
        PLANTED,
        flagged=FLAGGED,
        unflagged=round(FLAGGED * PLANTED.unflagged),
        sexual=0,
        start="2009-01-01",
        end="2009-12-31",
    )
    rows = rows[(rows["area"] == place.whole) & (rows["subject"] == "domestic_violence")]
    rows = rows[rows["statistic"] == "count"]

    def count(**wanted) -> float:
        keep = np.logical_and.reduce([rows[name] == value for name, value in wanted.items()])
        return rows.loc[keep, "estimate"].item()

    victims = {"unit": "victims", "strand": "all"}
    groups = {"unit": "victims", "measure": "recorded", "strand": "gender", "definition": "true"}
    everyone = count(**victims, measure="recorded")
    return {
        "crime": count(unit="incidents", measure="crime") / FLAGGED,
        "repeat_anywhere": count(**victims, measure="repeat_anywhere") / everyone,
        "women": count(**groups, group="Female") / everyone,
    }


@pytest.fixture(scope="module")
def apart() -> pd.DataFrame:
    """How many standard errors, of so many of so many, each seed is from what was planted."""
    lines = []
    for seed in range(SEEDS):
        line = {}
        for name, (part, whole) in drawn(seed).items():
            share = planted()[name]
            line[name] = (part - share * whole) / np.sqrt(whole * share * (1 - share))
        lines.append(line)
    return pd.DataFrame(lines)


@pytest.mark.parametrize("stage", ["crime", "repeat_anywhere", "women"])
def test_each_stage_varies_as_chance_does_and_leans_to_no_side(apart, stage):
    """The bounds are those that chance keeps in 999 of 1,000 runs of so many seeds."""
    found = apart[stage]
    assert abs(found.mean()) < 3.3 / np.sqrt(SEEDS)
    assert 1 - 3.3 / np.sqrt(2 * SEEDS) < found.std() < 1 + 3.3 / np.sqrt(2 * SEEDS)
    assert found.abs().max() < 4


def test_counts_of_a_fixed_whole_vary_less_than_poisson_counts_do():
    """A count of 45 in 100 of exactly so many has 0.74 of a Poisson count's deviation."""
    crimes = np.array([drawn(seed)["crime"][0] for seed in range(SEEDS)])
    share = planted()["crime"]
    ratio = crimes.std() / np.sqrt(FLAGGED * share)
    assert ratio == pytest.approx(np.sqrt(1 - share), abs=0.25) and ratio < 1
