"""Which way each estimate points: tiny tables for every way, and its agreement with limits and p."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import RESIDENTS, crossed_case, few, join, part, people, residents, wandsworth

from dsvstats import counts, estimates, strands
from dsvstats.errors import InputError
from dsvstats.estimates import directions, flags
from dsvstats.sources import population
from dsvstats.statistics import attrition, comparison, disproportionality, rates, repeats
from dsvstats.statistics.disproportionality import relative_rates, representation, unknown_bounds

GROUPS = list(RESIDENTS)
INF, NAN = float("inf"), float("nan")


def pointed(statistic="rate ratio", versus="rest", limits=(1.5, 1.1, 2.0), **columns):
    """The way of one estimate: its value and its limits, which are the family's too."""
    columns = {"strand": "gender", "group": "Female", "flags": "", "withheld": False} | columns
    key = people("gender", {"Female": 1})[counts.KEY].assign(
        strand=columns.pop("strand"), group=columns.pop("group")
    )
    values = dict(zip(("estimate", "lower", "upper"), limits, strict=True))
    found = estimates.frame(key, statistic=statistic, versus=versus, **values, **columns)
    return found["way"].iloc[0]


@pytest.mark.parametrize(
    ("limits", "way"),
    [
        ((1.5, 1.1, 2.0), "higher"),
        ((INF, 1.1, INF), "higher"),
        ((0.5, 0.3, 0.9), "lower"),
        ((0.0, 0.0, 0.9), "lower"),
        ((1.2, 0.9, 1.5), "unclear"),
        ((1.2, 1.0, 1.5), "unclear"),
        ((0.8, 0.6, 1.0), "unclear"),
        ((NAN, 0.0, INF), "none"),
        ((NAN, NAN, NAN), "none"),
    ],
)
def test_a_ratio_points_where_its_limits_leave_out_1(limits, way):
    assert pointed(limits=limits) == way


@pytest.mark.parametrize(
    ("limits", "way"),
    [((0.2, 0.1, 0.3), "higher"), ((-0.2, -0.3, -0.1), "lower"), ((0.2, -0.1, 0.5), "unclear")],
)
@pytest.mark.parametrize("statistic", ["difference of retentions", "excess events"])
def test_a_difference_points_where_its_limits_leave_out_0(statistic, limits, way):
    assert pointed(statistic, "reference", limits) == way


def test_the_limits_of_the_family_overrule_those_of_one():
    assert pointed(limits=(1.5, 1.1, 2.0), lower_together=0.9, upper_together=2.4) == "unclear"
    assert pointed(limits=(0.5, 0.3, 0.9), lower_together=0.2, upper_together=1.1) == "unclear"
    assert pointed(limits=(1.5, 1.1, 2.0), lower_together=1.01, upper_together=2.2) == "higher"


@pytest.mark.parametrize(
    ("target", "way"), [(0.47, "higher"), (0.55, "unclear"), (0.65, "lower"), (0.5, "unclear")]
)
def test_against_a_target_no_difference_is_the_target(target, way):
    against = {"reference_numerator": target, "reference_denominator": 1.0}
    assert pointed("proportion", "target", (0.55, 0.5, 0.6), **against) == way


def test_what_is_compared_with_nothing_points_nowhere():
    assert pointed("proportion", "none", (0.9, 0.8, 0.95)) == "none"
    assert pointed("rate ratio", "none") == "none"
    assert pointed("E-value", "none", (3.0, 1.5, 4.0)) == "none"


def test_the_reference_itself_points_nowhere():
    assert pointed(versus="reference", limits=(1, 1, 1), flags="is_reference") == "none"


def test_what_is_withheld_points_nowhere():
    assert pointed(withheld=True) == "none"


def test_too_few_to_say():
    assert pointed(limits=(1.2, 0.4, 3.0), flags="assumes_independence too_few") == "too_few"
    assert pointed(limits=(NAN, 0.0, INF), flags="too_few") == "none"
    assert pointed(limits=(5.0, 1.4, 9.0), flags="few") == "higher"


@pytest.mark.parametrize(
    ("lower", "upper", "way"),
    [
        (0.5, 2.0, "either_way"),
        (1.0, 2.0, "either_way"),
        (0.0, INF, "either_way"),
        (1.2, 2.0, "higher"),
        (0.2, 0.8, "lower"),
        (NAN, NAN, "none"),
    ],
)
def test_bounds_that_hold_no_difference_could_be_either_way_and_others_say_which(lower, upper, way):
    assert pointed(limits=(NAN, lower, upper), flags="bounds unequal_recording") == way
    assert pointed(limits=(NAN, lower, upper), flags="bounds", withheld=True) == "none"
    assert pointed(versus="none", limits=(NAN, lower, upper), flags="bounds") == "none"


ABOVE, BELOW = (1.5, 1.1, 2.0), (0.5, 0.3, 0.9)


@pytest.mark.parametrize(
    ("group", "limits", "way"),
    [
        ("Disabled", ABOVE, "higher"),
        ("Disabled", BELOW, "unclear"),
        ("Not disabled", ABOVE, "unclear"),  # nobody notes the usual group
        ("Not disabled", BELOW, "unclear"),
    ],
)
@pytest.mark.parametrize(
    "against",
    [
        {"base": "residents:usual_residents"},
        {
            "base": "victims:crime",
            "versus": "population",
            "reference": "residents:usual_residents",
        },
        {"base": "victims:crime", "versus": "population"},  # printed shares
    ],
)
def test_a_minimum_recorded_of_residents_is_never_lower(against, group, limits, way):
    columns = {"strand": "disability", "group": group, "flags": "minimum_recorded"} | against
    assert pointed(limits=limits, **columns) == way


@pytest.mark.parametrize(
    "against",
    [
        {"base": "victims:recorded"},
        {"base": "victims:arrest", "versus": "population", "reference": "victims:crime"},
    ],
)
def test_among_people_recorded_alike_a_minimum_may_be_lower(against):
    columns = {"strand": "disability", "group": "Disabled", "flags": "minimum_recorded"} | against
    assert pointed(limits=BELOW, **columns) == "lower"


def test_crossed_strands_have_no_usual_group():
    columns = {"flags": "minimum_recorded", "base": "residents:usual_residents"}
    columns |= {"strand": "gender x disability", "group": "Female x Not disabled"}
    assert pointed(limits=ABOVE, **columns) == "higher"


def test_every_way_is_one_of_the_ways_and_a_statistic_without_an_entry_is_an_error():
    assert directions.WAYS == ("higher", "lower", "unclear", "too_few", "either_way", "none")
    with pytest.raises(InputError, match=r"estimates\.kinds"):
        pointed("rate ratoi")


# Way, limits together and adjusted p agree -------------------------------------------------------


def agree(found, level):
    """Higher or lower exactly where the adjusted p is below 1 - level, on the estimate's side."""
    p = found["p_adjusted"].to_numpy()
    clear = found["way"].isin(["higher", "lower"]).to_numpy()
    near = np.abs(p - (1 - level)) < 1e-9
    np.testing.assert_array_equal(clear[~near], (p < 1 - level)[~near])
    excludes = (found["lower_together"] > 1) | (found["upper_together"] < 1)
    np.testing.assert_array_equal(clear, excludes & found["estimate"].notna())
    assert (found.loc[found["way"] == "higher", "estimate"] > 1).all()
    assert (found.loc[found["way"] == "lower", "estimate"] < 1).all()
    held = found.dropna(subset=["lower", "lower_together"])
    slack = 1e-9 * (1 + held["upper"].where(np.isfinite(held["upper"]), 0))
    assert (held["lower_together"] <= held["lower"] + slack).all()
    assert (held["upper_together"] >= held["upper"] - slack).all()


events = st.lists(st.integers(0, 120), min_size=5, max_size=5)
others = st.lists(st.integers(1, 400), min_size=5, max_size=5)
levels, dispersions = st.sampled_from([0.8, 0.95, 0.99]), st.sampled_from([1.0, 1.9])


def by_group(numbers):
    return dict(zip(GROUPS, numbers, strict=True))


@few
@given(events, others, levels, dispersions)
def test_way_limits_and_p_agree_for_rates(numbers, lives, level, dispersion):
    cases = join(
        people("ethnicity_broad", by_group(numbers)),
        residents("ethnicity_broad", by_group([100 * each for each in lives])),
        people("gender", {"Female": numbers[0], "Male": numbers[1]}),
        residents("gender", {"Female": 100 * lives[0], "Male": 100 * lives[1]}),
    )
    options = {"level": level, "dispersion": dispersion}
    agree(relative_rates(cases, "crime", per="residents", **options), level)
    agree(representation(cases, "crime", against="residents", **options), level)
    printed = by_group(np.round(100 * np.array(lives) / sum(lives)))
    agree(representation(cases, "crime", against=printed, **options), level)


@few
@given(events, others, levels, dispersions)
def test_way_limits_and_p_agree_for_proportions(numbers, more, level, dispersion):
    whole = [a + b for a, b in zip(numbers, more, strict=True)]
    cases = part("ethnicity_broad", by_group(numbers), by_group(whole))
    options = {"level": level, "dispersion": dispersion}
    agree(relative_rates(cases, "arrest", per="crime", **options), level)
    agree(representation(cases, "arrest", against="crime", **options), level)


@few
@given(events, others, levels, dispersions)
def test_way_limits_and_p_agree_for_ratios_of_counts(numbers, more, level, dispersion):
    cases = join(
        people("ethnicity_broad", by_group(numbers), unit="accused"),
        people("ethnicity_broad", by_group(more)),
    )
    options = {"level": level, "dispersion": dispersion}
    above, below = ("accused", "crime"), ("victims", "crime")
    agree(relative_rates(cases, above, per=below, **options), level)
    agree(representation(cases, above, against=below, **options), level)


@few
@given(events, st.integers(1, 99))
def test_way_and_p_agree_for_targets(numbers, goal):
    cases = part("ethnicity_broad", by_group(numbers), by_group([120] * 5))
    found = comparison.against_target(cases, "arrest", of="crime", target=goal / 100)
    near = np.abs(found["p_adjusted"] - 0.05) < 1e-9
    clear = found["way"].isin(["higher", "lower"])
    assert (clear == (found["p_adjusted"] < 0.05))[~near].all()
    higher = found["way"] == "higher"
    assert (found.loc[higher, "estimate"] > goal / 100).all()


def test_two_groups_are_one_test_whatever_is_asked_of_them():
    cases = join(
        people("gender", {"Female": 60, "Male": 40}),
        residents("gender", {"Female": 1000, "Male": 1000}),
    )
    rest = relative_rates(cases, "crime", per="residents", versus="rest")
    random = unknown_bounds(cases, "crime", per="residents")[::5]
    above = disproportionality.excess(cases, "crime", per="residents", versus="rest")[::2]
    for found in (rest, random, above):
        np.testing.assert_allclose(found["p_adjusted"], rest["p"])
        np.testing.assert_allclose(found["lower_together"], found["lower"])


# Flags -------------------------------------------------------------------------------------------

AGES = {"a": [30, 20, 12], "n1": [60, 50, 40], "c": [25, 30, 9], "n0": [70, 90, 30]}
STAGES = ["recorded", "crime", "sanction_detection"]


def stages():
    gender = [{"Female": 90, "Male": 60}, {"Female": 70, "Male": 40}, {"Female": 30, "Male": 45}]
    asked = [
        {"Disabled": 9, "Not recorded": 141},
        {"Disabled": 20, "Not recorded": 90},
        {"Disabled": 4, "Not recorded": 71},
    ]
    return join(
        *[
            people(strand, groups, measure=measure)
            for strand, chain in (("gender", gender), ("disability", asked))
            for measure, groups in zip(STAGES, chain, strict=True)
        ]
    )


def compared():
    """Frames in which groups are missing, alone, few, unrecorded or without a base."""
    broad = people("ethnicity_broad", {"White": 415, "Mixed": 3, "Asian": None, "Not recorded": 5})
    lives = residents("ethnicity_broad", RESIDENTS | {"Mixed": 90})
    some = join(
        people("disability", {"Disabled": 52, "Not recorded (implied)": 1878}),
        residents("disability", {"Disabled": 38_671, "Not disabled": 264_415}),
    )
    both = join(
        people("disability", {"Disabled": 400, "Not disabled": 50, "Not recorded": 100}),
        residents("disability", {"Disabled": 30_000, "Not disabled": 270_000}),
    )
    alone = join(people("gender", {"Female": 7, "Male": 3}), residents("gender", {"Female": 9_000}))
    everyone = people("gender", {"Female": 900, "Male": 10})
    everyone = join(everyone, residents("gender", {"Female": 5_000, "Male": 5_000}))
    clear = join(
        people("gender", {"Female": 9, "Male": 900}, unit="victim_records"),
        residents("gender", {"Female": 5_000, "Male": 5_000}),
    )
    return [join(broad, lives), some, both, alone, everyone, clear]


FIVE = ("Barnet", "Brent", "Camden", "Ealing", "Enfield")


def every():
    """Estimates of each public statistic, among them those that leave things out."""
    for cases in compared():
        unit = cases["unit"].iloc[0]
        yield relative_rates(cases, (unit, "crime"), per="residents")
        yield relative_rates(cases, (unit, "crime"), per="residents", dispersion=1.5)
        yield representation(cases, (unit, "crime"), against="residents")
        yield unknown_bounds(cases, (unit, "crime"), per="residents")
        yield unknown_bounds(wandsworth(), "crime", per="residents", versus="reference")
        yield disproportionality.excess(cases, (unit, "crime"), per="residents")
        yield disproportionality.shares(cases, (unit, "crime"))
        yield rates.rate(cases, (unit, "crime"), per="residents")
        yield rates.completeness(cases)
    yield representation(wandsworth(), ("victim_records", "crime"), against={"White": 78})
    never = join(
        people("ethnicity_broad", {"White": 1900, "Mixed": 0, "Black": 100}),
        residents("ethnicity_broad", {"White": 9000, "Mixed": 900, "Black": 700}),
    )
    yield relative_rates(never, "crime", per="residents")
    yield rates.completeness(never)
    listed = people("ethnicity_broad", {"White": 190, "Black": 100})
    lives = residents("ethnicity_broad", {"White": 9000, "Mixed": 90, "Black": 700})
    yield relative_rates(join(listed, lives), "crime", per="residents")
    adults = join(
        people("age", {"18-29": 30, "30+": 20}, end="2022-12-31"),
        people("gender", {"Female": 30, "Male": 20}, end="2022-12-31"),
        people("religion", {"Christian": 30, "Hindu": 20}, start="1990-01-01"),
        people("age", {"18-29": 30, "30+": 20}, start="1990-01-01"),
        people("ethnicity_four", {"White": 30, "Black": 20}),
    )
    lives = population.residents_like(adults, census=[2001, 2011, 2021])
    yield relative_rates(adults, "crime", per=lives)
    small = people("gender", {"Female": 4, "Male": 3}, definition="synthetic")
    yield representation(small, against={"Female": 50, "Male": 50})
    officer = people("ethnicity_officer_defined", {"White North European": 40, "Black": 50})
    broad = strands.recode(
        officer, strand="ethnicity_officer_defined", to="ethnicity_broad", approximate=True
    )
    yield representation(broad, against={"White": 60, "Black": 40})
    unequal = part(
        "gender",
        {"Female": 700, "Male": 900, "Not recorded": 146},
        {"Female": 1046, "Male": 1127, "Not recorded": 2333},
    )
    yield relative_rates(unequal, "arrest", per="crime")
    unknown = unequal["group"].eq("Not recorded") & unequal["measure"].eq("crime")
    unknown = unequal.assign(count=unequal["count"].mask(unknown))
    yield relative_rates(unknown, "arrest", per="crime")
    yield attrition.retention(stages(), stages=STAGES)
    yield attrition.stage_ratios(stages(), stages=STAGES)
    yield attrition.gap(stages(), stages=STAGES)
    gender = stages().query("strand == 'gender'")
    yield attrition.exits(gender, of="recorded", ways=["crime"])
    yield attrition.not_crimed(
        join(
            people("all", {"All": 90}, unit="incidents", measure="recorded"),
            people(
                "all",
                {"All": 9},
                unit="incidents",
                measure="no_crime_or_crime_related_incident",
            ),
        ),
        subject="domestic_violence",
    )
    followed = pd.DataFrame(
        {
            "area": "Barnet",
            "strand": "gender",
            "group": ["Female", "Male"] * 3,
            "days": [1, 2, 3, 4, 5, 6],
            "outcome": ["charge", "charge", "withdrawn", "", "", "charge"],
        }
    )
    yield attrition.cumulative_incidence(followed, at=[4])
    yield attrition.gray(followed)
    yield attrition.matured(followed)
    of_crimes = {"reference": {"gender": "Male"}, "stages": ["recorded", "crime"]}
    yield attrition.continuation_ratio(gender, **of_crimes)
    yield attrition.relative_rate_index(
        join(gender, residents("gender", {"Female": 9000, "Male": 9000}, area="Barnet")),
        **of_crimes,
    )
    listed = people("reports", {"2": 14, "3+": 4})
    offences = people("all", {"All": 90}, unit="offences")
    yield repeats.prevalence(listed)
    yield repeats.reports(listed)
    yield repeats.share_of_records(join(listed, offences))
    yield repeats.capped(listed, cap=5)
    yield repeats.unseen(people("reports", {"1": 50, "2": 9, "3": 2}))
    yield repeats.unseen(people("reports", {"1": 50}), method="poisson")
    yield repeats.frequency_model(people("reports", {"1": 50, "2": 9, "3": 2}))
    followed = followed.assign(again=followed["outcome"] == "charge")
    yield repeats.time_to_repeat(followed, at=[4])
    at_risk = followed.assign(person=range(6), start_day=0, end_day=followed["days"])
    yield repeats.recurrence(at_risk, at=[4], reference={"gender": "Male"})
    yield repeats.across_areas(
        join(
            people("all", {"All": 9}, measure="repeat_within"),
            people("all", {"All": 12}, measure="repeat_anywhere"),
        )
    )
    cells = crossed_case(AGES)
    gone = cells.assign(withheld=cells["group"] == "20-20 x Male")
    none = crossed_case(AGES | {"a": [0, 0, 0]})
    for each in (cells, gone, none):
        by = {"per": "crime", "strand": "gender"}
        yield disproportionality.adjusted(each, "arrest", by="age", **by)
        yield disproportionality.stratified(each, "arrest", strata="age", **by)
        yield disproportionality.intersections(
            each, "arrest", per="crime", strand="age x gender", model="null"
        )
    for ages in (("20",), ("20", "21")):
        held = cells[cells["group"].str.startswith(ages)]
        yield disproportionality.intersections(held, "arrest", per="crime", strand="age x gender")
    year = {"start": "2011-04-01", "end": "2012-03-31"}
    areas = join(
        *[
            join(
                people("age", {"0-29": n, "30+": n}, area=area, **year),
                residents("age", {"0-29": 900, "30+": 700}, area=area),
            )
            for area, n in (("Barnet", 4), ("Brent", 30), ("London", 99))
        ]
    )
    short = areas[~((areas["area"] == "Brent") & (areas["group"] == "30+"))]
    for each in (areas, short):
        for method in ("fay_feuer", "dobson"):
            yield rates.directly_standardised(each, "crime", strata="age", method=method)
        yield rates.indirectly_standardised(each, "crime", strata="age")
        yield disproportionality.decompose(
            each, "crime", per="residents", strata="age", between=("Barnet", "Brent")
        )
    yield disproportionality.representation(
        people("gender", {"Female": 570, "Male": 430}, unit="victim_records"),
        against={"Female": 52, "Male": 48},
    )
    whole = part("all", {"All": 30}, {"All": 100})
    targets = pd.DataFrame({"subject": ["domestic_violence"], "end": ["2009-03-31"], "target": 0.4})
    yield comparison.against_target(whole, "arrest", of="crime", target=targets)
    later = targets.assign(end="2009-06-30")
    yield comparison.against_target(whole, "arrest", of="crime", target=later)
    yield rates.proportion(whole, "arrest", of="crime")
    several = join(
        *[
            people("all", {"All": n}, area=area, measure=measure)
            for area, *both in zip(FIVE, (12, 90, 25, 8, 60), (60, 150, 130, 70, 210), strict=True)
            for measure, n in zip(("arrest", "crime"), both, strict=True)
        ]
    )
    yield comparison.funnel(several, "arrest", of="crime")
    yield comparison.shrunken(several, "arrest", of="crime")
    yield comparison.ranks(several, "arrest", of="crime")
    yield comparison.heterogeneity(several, "arrest", of="crime")
    whole = [
        people("all", {"All": n}, area="London", measure=measure)
        for measure, n in (("arrest", 300), ("crime", 900))
    ]
    yield comparison.against_area(join(several, *whole), "arrest", of="crime", whole="London")
    months = pd.date_range("2008-01-01", periods=36, freq="MS")
    monthly = join(
        *[
            people(
                "all",
                {"All": 90 + 40 * (n % 2)},
                start=str(month.date()),
                end=str((month + pd.offsets.MonthEnd()).date()),
            )
            for n, month in enumerate(months)
        ]
    )
    yield comparison.trend(monthly, "crime", change="2009-09-23")
    drawn = counts.join(
        counts.table("Barnet", "victims", "recorded", "gender", {"Female": 400, "Male": 200}),
        counts.table("Barnet", "victims", "repeat_within", "gender", {"Female": 90, "Male": 20}),
    )
    drawn = pd.concat([drawn.assign(draw=n) for n in range(2)])
    yield repeats.linked_prevalence(drawn)
    yield repeats.linked_ratios(drawn)


def test_every_code_that_a_statistic_emits_has_its_entry_and_every_entry_is_emitted():
    emitted = set()
    for found in every():
        assert len(found) and list(found.columns) == estimates.COLUMNS
        assert set(found["way"]) <= set(directions.WAYS)
        emitted |= {code for each in found["flags"].unique() for code in flags.of(each)}
    assert emitted == set(flags.CODES)


def test_flags_are_read_as_they_are_written():
    joined = flags.flagged(
        np.array(["few", "", ""], dtype=object),
        (np.array([True, True, False]), "dispersion=1.89"),
        (np.array([True, False, True]), np.array(["a", "b", ""], dtype=object)),
    )
    assert joined.tolist() == ["few dispersion=1.89 a", "dispersion=1.89", ""]
    assert flags.of("few dispersion=1.89") == {"few": "", "dispersion": "1.89"}
    assert flags.has(joined, "few").tolist() == [True, False, False]
    assert not flags.has(["too_few"], "few").any()
