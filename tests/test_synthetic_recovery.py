"""What was planted in a synthetic extract, and whether the estimators find it again."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dsvstats import counts
from dsvstats.estimates import flags
from dsvstats.sources import extract, published, synthetic
from dsvstats.sources.synthetic.setting import Planted
from dsvstats.statistics import attrition, repeats
from dsvstats.statistics.disproportionality import relative_rates, unknown_bounds
from dsvstats.terms import places

RECORDED = {"ethnicity_recorded": (1.0, 1.0), "misrecorded": 0.0, "less_recorded": {}}
"""Everybody's ethnicity is recorded as it is, so that limits need to hold chance only."""
STAGES = [("victims", each) for each in ("recorded", "crime", "sanction_detection")]
PLACE = ["strand", "group"]


def counted(made, units=("victims",)) -> pd.DataFrame:
    cases = extract.count(
        made.extract,
        units=list(units),
        subjects=["domestic_violence"],
        strands=["all", "gender", "ethnicity_self_defined", "reports"],
        periods=("2008-10-01", "2009-09-30"),
    )
    return cases[~cases["measure"].str.startswith("conflicting")]


def planted(truth: pd.DataFrame, area: str, **wanted) -> pd.Series:
    """What every group's statistic should be, by strand and group."""
    rows = truth[(truth["area"] == area) & truth["definition"].isin(["", "true"])]
    for column, value in wanted.items():
        rows = rows[rows[column] == value]
    return rows.set_index(PLACE)["estimate"]


def beside(found: pd.DataFrame, truth: pd.Series) -> pd.DataFrame:
    """Estimates with their truth, and whether the limits hold it."""
    found = found.merge(truth.rename("truth").reset_index(), on=PLACE, validate="many_to_one")
    return found.assign(held=found["truth"].between(found["lower"], found["upper"]))


def ratios(cases: pd.DataFrame, truth: pd.DataFrame, area: str) -> pd.DataFrame:
    """The rates per resident against the usual reference, with those planted."""
    people = counts.choose(cases, area=area, strand=["gender", "ethnicity_self_defined"])
    residents = [
        published.residents(area, strand, census=2011)
        for strand in ("gender", "ethnicity_self_defined")
    ]
    found = relative_rates(
        pd.concat([people, *residents]),
        ("victims", "recorded"),
        per="residents",
        versus="reference",
    )
    found = found[found["group"] != found["reference"]]
    return beside(found, planted(truth, area, statistic="rate ratio"))


def retained(cases: pd.DataFrame, truth: pd.DataFrame, area: str) -> pd.DataFrame:
    """Each stage's retention from crimes on, with those planted."""
    people = counts.choose(cases, area=area, strand=["all", "gender", "ethnicity_self_defined"])
    parts = []
    for measure, base in (
        ("crime", "recorded"),
        ("arrest", "crime"),
        ("sanction_detection", "crime"),
    ):
        found = attrition.retention(people, stages=[("victims", base), ("victims", measure)])
        parts.append(
            beside(
                found,
                planted(
                    truth,
                    area,
                    statistic="proportion",
                    unit="victims",
                    measure=measure,
                ),
            )
        )
    return pd.concat(parts, ignore_index=True)


def repeated(cases: pd.DataFrame, truth: pd.DataFrame, area: str) -> pd.DataFrame:
    found = repeats.prevalence(counts.choose(cases, area=area, measure="recorded"))
    return beside(
        found,
        planted(
            truth,
            area,
            statistic="proportion",
            unit="victims",
            measure="repeat_within",
            strand="all",
        ),
    )


@pytest.fixture(scope="module")
def london():
    """The year that the board's annual report prints, with all that is planted by default."""
    made = synthetic.generate(118_920, 1)
    return made, counted(made, ("incidents", "offences", "victims"))


@pytest.fixture(scope="module")
def recorded():
    made = synthetic.generate(60_000, 2, planted=Planted(**RECORDED))
    return made, counted(made)


def test_the_totals_are_the_printed_ones_within_chance(london):
    _, cases = london
    here = counts.choose(cases, strand="all").set_index(["area", "unit", "measure"])["count"]
    assert here["London", "incidents", "recorded"] == 118_920
    crimes = here["London", "offences", "crime"]
    assert abs(crimes - 53_726) < 4 * np.sqrt(53_726)
    detected = here["London", "offences", "sanction_detection"]
    assert detected / crimes == pytest.approx(0.46, abs=0.01)
    assert here["London", "victims", "recorded"] < 118_920 / 1.2


@pytest.mark.parametrize(
    ("unit", "measure", "name"),
    [
        ("incidents", "recorded", "incidents"),
        ("offences", "crime", "crimes"),
        ("offences", "sanction_detection", "detected"),
        ("offences", "caution", "cautions"),
    ],
)
def test_boroughs_have_their_own_printed_totals_within_chance(london, unit, measure, name):
    _, cases = london
    found = counts.choose(cases, strand="all", unit=unit, measure=measure).set_index("area")
    told = pd.read_csv(places.place().files["volumes"].path)
    known = told[(told["what"] == name) & (told["area"] != "London")]
    known = known.set_index("area")["value"].to_dict()
    assert len(known) >= 3
    for area, printed in known.items():
        assert abs(found["count"][area] - printed) < 4 * np.sqrt(printed), area
    assert found["count"].drop("London").sum() == found["count"]["London"]


def test_relative_rates_are_those_planted(recorded):
    made, cases = recorded
    found = ratios(cases, made.truth, "London")
    assert len(found) == 16
    error = np.log(found["upper"] / found["lower"]) / (2 * 1.96)
    apart = np.log(found["estimate"] / found["truth"]) / error
    assert apart.abs().max() < 3.5
    assert found["held"].sum() >= 13
    caribbean = found.set_index("group").loc["Black or Black British - Caribbean"]
    assert caribbean["lower"] > 1.3 and caribbean["estimate"] == pytest.approx(1.5, rel=0.1)


def test_stages_and_their_ratios_are_those_planted(recorded):
    made, cases = recorded
    found = retained(cases, made.truth, "London")
    assert len(found) == 3 * (1 + 2 + 16)
    assert found["held"].mean() > 0.88
    assert (found["estimate"] - found["truth"]).abs().max() < 0.06
    chain = attrition.stage_ratios(
        counts.choose(cases, area="London", strand="gender"), stages=STAGES
    )
    ratio = counts.choose(flags.rows(chain, "whole_chain"), group="Female").iloc[0]
    each = planted(
        made.truth, "London", statistic="count", unit="victims", measure="sanction_detection"
    )["gender"]
    base = planted(made.truth, "London", statistic="count", unit="victims", measure="recorded")[
        "gender"
    ]
    truth = (each["Female"] / base["Female"]) / (each["Male"] / base["Male"])
    assert truth > 1.1
    assert 1 < ratio["lower"] < truth < ratio["upper"]
    assert ratio["reference"] == "Male"


@pytest.mark.parametrize("area", ["London", "Lambeth", "Richmond upon Thames"])
def test_the_prevalence_of_repeats_is_that_planted(london, area):
    made, cases = london
    found = repeated(cases, made.truth, area).iloc[0]
    error = (found["upper"] - found["lower"]) / (2 * 1.96)
    assert 0.15 < found["truth"] < 0.35
    assert abs(found["estimate"] - found["truth"]) < 3.5 * error


def test_what_is_missing_not_at_random_misleads_but_the_bounds_hold_the_truth(london):
    made, cases = london
    people = counts.choose(cases, area="London", strand="ethnicity_self_defined")
    residents = published.residents("London", "ethnicity_self_defined", census=2011)
    found = unknown_bounds(
        pd.concat([people, residents]),
        ("victims", "recorded"),
        per="residents",
        versus="reference",
    )
    truth = planted(made.truth, "London", statistic="rate ratio", strand="ethnicity_self_defined")
    found = beside(found, truth)
    found = found[found["truth"] != 1]
    supposed = found["flags"].map(lambda each: flags.of(each).get("supposing"))
    parts = {
        name: found[supposed == name].set_index("group") for name in ("random", "lowest", "highest")
    }
    assert (parts["lowest"]["estimate"] < parts["lowest"]["truth"]).all()
    assert (parts["highest"]["estimate"] > parts["highest"]["truth"]).all()
    less = [group for group in Planted().less_recorded if group in parts["lowest"].index]
    assert len(less) == 5
    assert (parts["random"].loc[less, "upper"] < parts["random"].loc[less, "truth"]).sum() >= 3


def test_some_people_are_reported_in_several_boroughs(london):
    _, cases = london
    people = counts.choose(cases, strand="all", unit="victims", measure="recorded")
    people = people.set_index("area")["count"]
    twice = people.drop("London").sum() - people["London"]
    assert 0.01 < twice / people["London"] < 0.1
    again = counts.choose(
        cases, strand="all", unit="victims", measure=["repeat_within", "repeat_anywhere"]
    )
    again = again.pivot(index="area", columns="measure", values="count")
    assert (again["repeat_anywhere"] >= again["repeat_within"]).all()
    assert (again["repeat_anywhere"] > again["repeat_within"]).drop("London").sum() > 25


@pytest.mark.soak
def test_limits_hold_the_truth_as_often_as_they_say():
    """One borough, 150 seeds: nobody is reported elsewhere, so that people are independent.

    Repeats are one estimate a seed, whose share has a standard error of 0.018.
    """
    parts = []
    for seed in range(150):
        made = synthetic.generate(
            4000, seed, areas=["Lambeth"], planted=Planted(**RECORDED, elsewhere=0.0)
        )
        cases = counted(made)
        for name, find in (("ratios", ratios), ("retention", retained), ("repeats", repeated)):
            parts.append(find(cases, made.truth, "Lambeth").assign(kind=name))
    found = pd.concat(parts)
    coverage = found.groupby("kind")["held"].mean()
    assert abs(coverage["ratios"] - 0.95) < 0.02, coverage
    assert abs(coverage["retention"] - 0.95) < 0.02, coverage
    assert abs(coverage["repeats"] - 0.95) < 0.054, coverage
