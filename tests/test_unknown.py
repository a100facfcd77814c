"""What the unrecorded could do to a finding."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import few, join, part, people, residents, row, wandsworth

from dsvstats import counts, estimates
from dsvstats.errors import InputError
from dsvstats.estimates import flags
from dsvstats.statistics import intervals
from dsvstats.statistics.disproportionality import relative_rates, unknown_bounds

NUMBERS = ["estimate", "lower", "upper"]


def small(unrecorded=40):
    """60 White and 30 other victims of 700 and 300 residents."""
    return join(
        people(
            "ethnicity_two",
            {"White": 60, "Black and minority ethnic": 30, "Not recorded": unrecorded},
        ),
        residents("ethnicity_two", {"White": 700, "Black and minority ethnic": 300}),
    )


def named(found, group, statistic):
    return row(found, group=group, statistic=statistic)


def supposed(found, group, what):
    """The ratio of this group as it is if the unrecorded are like this."""
    held = [flags.of(each).get("supposing") == what for each in found["flags"]]
    return row(found[held], group=group)


def test_worst_and_best_case_by_hand():
    found = unknown_bounds(small(), "crime", per="residents")
    group = "Black and minority ethnic"
    random = supposed(found, group, "random")
    assert random["estimate"] == pytest.approx((30 / 300) / (60 / 700))
    assert random["statistic"] == "rate ratio"
    lowest = supposed(found, group, "lowest")
    assert lowest["estimate"] == pytest.approx((30 / 300) / (100 / 700))
    assert lowest["reference_numerator"] == 100
    highest = supposed(found, group, "highest")
    assert highest["estimate"] == pytest.approx((70 / 300) / (60 / 700))
    assert highest["numerator"] == 70
    assert highest[NUMBERS].tolist() == pytest.approx(list(intervals.rate_ratio(70, 300, 60, 700)))


def test_the_tipping_point_by_hand():
    # no difference: 30% of all 130 victims, 39, so 9 of the 40 unrecorded (22.5%)
    found = unknown_bounds(small(), "crime", per="residents")
    group = "Black and minority ethnic"
    tipping = named(found, group, "tipping point")
    assert tipping["estimate"] == pytest.approx(9 / 40)
    assert tipping[["numerator", "denominator"]].tolist() == pytest.approx([9, 40])
    assert tipping[["reference_numerator", "reference_denominator"]].tolist() == [30, 90]
    odds = named(found, group, "tipping odds ratio")
    assert odds["estimate"] == pytest.approx((9 / 31) / (30 / 60))
    white = named(found, "White", "tipping point")
    assert white["estimate"] == pytest.approx(1 - 9 / 40)


def test_at_the_tipping_point_the_ratio_is_1():
    found = unknown_bounds(wandsworth(), "crime", per="residents")
    for group in ("White", "Black", "Asian"):
        needed = named(found, group, "tipping point")["numerator"]
        cases = wandsworth()
        of_group = (cases["group"] == group) & (cases["unit"] == "victim_records")
        count = cases.loc[of_group, "count"].iloc[0] + needed
        base = cases.loc[(cases["group"] == group) & (cases["unit"] == "residents"), "count"].iloc[
            0
        ]
        assert (count / base) / ((1187 - count) / (307_000 - base)) == pytest.approx(1)


def test_a_finding_out_of_reach_says_so():
    cases = small(unrecorded=5)
    cases.loc[cases["count"] == 30, "count"] = 300
    found = unknown_bounds(cases, "crime", per="residents")
    tipping = named(found, "Black and minority ethnic", "tipping point")
    assert tipping["estimate"] < 0 and tipping["flags"] == "out_of_reach"
    low = supposed(found, "Black and minority ethnic", "lowest")
    assert low["lower"] > 1 and low["way"] == "higher"


def test_outcomes_recorded_differently_at_the_two_stages():
    # Lambeth's victims of offences and of incidents
    cases = join(
        people(
            "ethnicity_two", {"White": 700, "Black and minority ethnic": 1084, "Not recorded": 146}
        ),
        people(
            "ethnicity_two",
            {"White": 1046, "Black and minority ethnic": 1127, "Not recorded": 2333},
            measure="recorded",
        ),
    )
    found = unknown_bounds(cases, "crime", per="recorded")
    low = supposed(found, "White", "lowest")
    # all 146 with an offence are of the others, all 2,187 without one are White
    assert low[["numerator", "denominator"]].tolist() == [700, 1046 + 2187]
    assert low[["reference_numerator", "reference_denominator"]].tolist() == [1230, 1127 + 146]
    high = supposed(found, "White", "highest")
    assert high[["numerator", "denominator"]].tolist() == [846, 1046 + 146]
    assert high[["reference_numerator", "reference_denominator"]].tolist() == [1084, 1127 + 2187]
    tipping = named(found, "White", "tipping point")
    # White are 346 of the 389 recorded without an offence; of 1,930 with one that is 1,716.7
    assert tipping["numerator"] == pytest.approx(346 / 389 * 1930 - 700)
    assert tipping["flags"] == "out_of_reach"


def test_against_the_reference_group():
    found = unknown_bounds(wandsworth(), "crime", per="residents", versus="reference")
    low = supposed(found, "Black", "lowest")
    assert low["estimate"] == pytest.approx((138 / 33) / ((415 + 544) / 219))
    tipping = named(found, "Black", "tipping point")
    # of those not Black, 415 of the 505 recorded are White, and so of the unrecorded
    needed = tipping["numerator"]
    white = 415 + (544 - needed) * 415 / (643 - 138)
    assert (138 + needed) / 33 == pytest.approx(white / 219)
    assert tipping["estimate"] == pytest.approx(needed / 544)
    assert needed < 0  # even if all the others were not Black, the ratio would stay above 1
    assert flags.of(tipping["flags"]) == {"out_of_reach": "", "others_as_recorded": ""}
    assert tipping[["reference_numerator", "reference_denominator"]].tolist() == [138, 643]
    assert named(found, "Black", "tipping odds ratio")["estimate"] == 0
    reference = found[found["group"] == "White"]
    assert reference["estimate"].isna().all()


@pytest.mark.parametrize("nested", [True, False])
def test_a_ratio_to_the_reference_is_1_at_its_tipping_point(nested):
    events = {"White": 60, "Black": 12, "Asian": 9, "Not recorded": 45}
    base = {"White": 300, "Black": 90, "Asian": 50, "Not recorded": 100 * nested}
    if nested:
        cases = part("ethnicity_broad", events, base)
        by = {"measure": "arrest", "per": "crime"}
    else:
        lives = {group: n for group, n in base.items() if n}
        cases = join(people("ethnicity_broad", events), residents("ethnicity_broad", lives))
        by = {"measure": "crime", "per": "residents"}
    found = unknown_bounds(cases, versus="reference", **by)
    for group in ("Black", "Asian"):
        share = named(found, group, "tipping point")["estimate"]
        others = {each: events[each] for each in ("White", "Black", "Asian") if each != group}
        put = {each: (1 - share) * 45 * n / sum(others.values()) for each, n in others.items()}
        put[group] = share * 45
        rates = {}
        for each in put:
            rest = base[each] - events[each] * nested
            count = events[each] + put[each]
            # those of the base without the event that are unrecorded are shared as the recorded
            rest *= 1 + nested * 55 / (440 - 81)
            rates[each] = count / (rest + count * nested)
        assert rates[group] == pytest.approx(rates["White"])
    two = unknown_bounds(small(), "crime", per="residents", versus="reference")
    rest = unknown_bounds(small(), "crime", per="residents")
    for statistic in ("tipping point", "tipping odds ratio"):
        one, other = (named(each, "Black and minority ethnic", statistic) for each in (two, rest))
        assert one["estimate"] == pytest.approx(other["estimate"])
        assert "others_as_recorded" not in flags.of(one["flags"])


def test_where_only_some_are_noted_nothing_is_missing_at_random():
    cases = join(
        people("disability", {"Disabled": 52, "Not recorded (implied)": 1878}),
        residents("disability", {"Disabled": 38_671, "Not disabled": 264_415}),
    )
    found = unknown_bounds(cases, "crime", per="residents")
    random = supposed(found, "Disabled", "random")
    assert np.isnan(random["estimate"]) and "some_noted" in flags.of(random["flags"])
    low = supposed(found, "Disabled", "lowest")
    assert low["estimate"] == pytest.approx((52 / 38_671) / (1878 / 264_415))
    assert supposed(found, "Disabled", "highest")["estimate"] == np.inf
    tipping = named(found, "Disabled", "tipping point")
    assert tipping["numerator"] == pytest.approx(1930 * 38_671 / 303_086 - 52)
    assert np.isnan(tipping["reference_numerator"])
    assert np.isnan(named(found, "Disabled", "tipping odds ratio")["estimate"])


def test_the_unrecorded_themselves_are_shown():
    found = unknown_bounds(small(), "crime", per="residents")
    assert (found[found["group"] == "Not recorded"]["numerator"] == 40).all()


def test_nobody_unrecorded_leaves_nothing_to_bound():
    found = unknown_bounds(small(unrecorded=0), "crime", per="residents")
    white = found[found["group"] == "White"]
    assert white["estimate"][:3].nunique() == 1
    assert white["estimate"][3:].isna().all()
    assert flags.has(white["flags"], "nobody_unrecorded").all()


def test_withheld_unrecorded_withhold_the_bounds():
    cases = small()
    cases.loc[2, "withheld"] = True
    found = unknown_bounds(cases, "crime", per="residents")
    assert found["withheld"].all() and found["estimate"].isna().all()


def test_what_is_missing_at_random_is_the_relative_rate():
    found = unknown_bounds(wandsworth(), "crime", per="residents")
    random = found[::5]
    rates = relative_rates(wandsworth(), "crime", per="residents", versus="rest")
    told = random[random["group"] != "Not recorded"]["flags"]
    assert {flags.of(each)["supposing"] for each in told} == {"random"}
    assert random["statistic"].tolist() == rates["statistic"].tolist()
    np.testing.assert_allclose(random[NUMBERS], rates[NUMBERS])
    assert random["way"].tolist() == rates["way"].tolist()


def test_nothing_supplied_gives_nothing_and_bad_input_is_named():
    pd.testing.assert_frame_equal(
        unknown_bounds(counts.empty(), "crime", per="residents"), estimates.empty()
    )
    with pytest.raises(InputError, match="versus: must be one of rest, reference"):
        unknown_bounds(small(), "crime", per="residents", versus="overall")
    with pytest.raises(InputError, match="level"):
        unknown_bounds(small(), "crime", per="residents", level=95)


@few
@given(
    st.lists(st.integers(0, 60), min_size=3, max_size=3),
    st.lists(st.integers(0, 60), min_size=3, max_size=3),
    st.floats(0, 1),
    st.floats(0, 1),
)
def test_no_allocation_of_the_unrecorded_is_outside_the_bounds(events, others, a, b):
    groups = ["Female", "Male", "Not recorded"]
    whole = [e + o for e, o in zip(events, others, strict=True)]
    cases = part(
        "gender", dict(zip(groups, events, strict=True)), dict(zip(groups, whole, strict=True))
    )
    found = unknown_bounds(cases, "arrest", per="crime")
    low, high = (supposed(found, "Female", each)["estimate"] for each in ("lowest", "highest"))
    x, y = round(a * events[2]), round(b * others[2])
    top = events[0] + x, whole[0] + x + y
    rest = sum(events) - top[0], sum(whole) - top[1]
    if min(whole[:2]) == 0 or rest[0] == 0 or rest[1] == 0 or events[1] == 0:
        return
    ratio = top[0] / top[1] / (rest[0] / rest[1])
    assert low <= ratio * (1 + 1e-9)
    assert np.isnan(high) or ratio <= high * (1 + 1e-9)
