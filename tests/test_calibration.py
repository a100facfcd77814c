"""Planted truths in synthetic boroughs: found without bias, and not found where there are none."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from tables import RESIDENTS

from dsvstats import counts
from dsvstats.statistics.disproportionality import adjust_p, relative_rates, representation
from dsvstats.statistics.multiplicity import METHODS

BOROUGHS = 2000
RATE = 2 / 1000


def boroughs(events, *, unit="victims"):
    """A counts frame of many boroughs with the same residents, from events by borough and group."""
    groups = list(RESIDENTS)
    areas = np.repeat([f"Borough {n:04d}" for n in range(len(events))], len(groups))
    frame = pd.DataFrame(
        {
            "area": areas,
            "start": "2011-04-01",
            "end": "2012-03-31",
            "subject": "domestic_violence",
            "unit": unit,
            "measure": "crime",
            "definition": "",
            "strand": "ethnicity_broad",
            "group": np.tile(groups, len(events)),
            "count": np.asarray(events).ravel(),
            "source": "synthetic",
            "withheld": False,
        }
    )
    people = frame.assign(
        unit="residents",
        measure="usual_residents",
        subject="population",
        start="2011-03-27",
        end="2011-03-27",
        count=np.tile(list(RESIDENTS.values()), len(events)),
    )
    return counts.check(pd.concat([frame, people]))


def poisson(seed, times=1.0, group="Black"):
    rng = np.random.default_rng(seed)
    mean = np.array([n * RATE * (times if name == group else 1) for name, n in RESIDENTS.items()])
    return rng.poisson(mean, (BOROUGHS, len(mean)))


def called(found):
    """The share of boroughs where any group is called different: way and adjusted p agree."""
    clear = found["way"].isin(["higher", "lower"])
    assert (clear == (found["p_adjusted"] < 0.05)).all()
    return clear.groupby(found["area"]).any().mean()


def called_by(found, p):
    """The share of boroughs where any p is below 0.05."""
    return (p < 0.05).groupby(found["area"]).any().mean()


def margin(share):
    return 3 * np.sqrt(share * (1 - share) / BOROUGHS)


def test_a_planted_ratio_of_1_5_is_recovered_without_bias():
    found = relative_rates(boroughs(poisson(1, times=1.5)), "crime", per="residents")
    for reference, truth in (
        ("White", 1.5),
        ("everyone else", 1.5),
        ("overall", 1.5 / (1 + 0.5 * 33 / 307)),
    ):
        rows = found[(found["group"] == "Black") & (found["reference"] == reference)]
        error = rows["estimate"].std() / np.sqrt(BOROUGHS)
        assert rows["estimate"].mean() == pytest.approx(truth, abs=3 * error + 0.005)
        covered = ((rows["lower"] <= truth) & (rows["upper"] >= truth)).mean()
        assert covered == pytest.approx(0.95, abs=margin(0.05))


def test_a_planted_share_is_recovered_without_bias():
    found = representation(boroughs(poisson(2, times=1.5)), against="residents")
    rows = found[found["group"] == "Black"]
    truth = 1.5 / (1 + 0.5 * 33 / 307)
    error = rows["estimate"].std() / np.sqrt(BOROUGHS)
    assert rows["estimate"].mean() == pytest.approx(truth, abs=3 * error)


def test_a_null_borough_is_called_disproportionate_no_more_often_than_stated():
    found = relative_rates(boroughs(poisson(3)), "crime", per="residents")
    assert called(found) <= 0.05 + margin(0.05)
    assert called_by(found, found["p"]) > 0.1


@pytest.mark.parametrize("method", METHODS)
def test_nor_is_it_by_any_rule_of_adjustment(method):
    found = relative_rates(boroughs(poisson(3)), "crime", per="residents")
    tests = found[found["versus"] != "overall"]  # the rest and the overall are one test
    adjusted = adjust_p(tests["p"], method=method, family=tests["area"])
    assert called_by(tests, adjusted) <= 0.05 + margin(0.05)
    assert called_by(tests, tests["p"]) > 0.1


def test_a_null_borough_of_repeat_victims_needs_the_dispersion():
    rng = np.random.default_rng(4)
    mean = np.array(list(RESIDENTS.values())) * RATE / 1.5
    people = rng.poisson(mean, (BOROUGHS, len(mean)))
    again = rng.binomial(people, 0.25)
    records = people + 2 * again  # one in four has three records, the others one
    dispersion = (0.75 + 0.25 * 9) / (0.75 + 0.25 * 3)
    cases = boroughs(records, unit="victim_records")
    plain = relative_rates(cases, "crime", per="residents")
    widened = relative_rates(cases, "crime", per="residents", dispersion=dispersion)
    assert called(plain) > 0.2
    assert called(widened) <= 0.05 + margin(0.05)
