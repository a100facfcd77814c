"""A base given as counts of its own answers as the same base among the counts does."""

from __future__ import annotations

import pandas as pd
import pytest

from dsvstats import counts
from dsvstats.errors import InputError
from dsvstats.statistics import disproportionality

PEOPLE = counts.table("W", "victims", "crime", "gender", {"Female": 947, "Male": 222})
RESIDENTS = counts.table(
    "W",
    "residents",
    "usual_residents",
    "gender",
    {"Female": 158_349, "Male": 148_646},
    subject="population",
    start="2011-03-27",
    end="2011-03-27",
)
ASKED = {
    "relative_rates": "per",
    "unknown_bounds": "per",
    "representation": "against",
}


@pytest.mark.parametrize("name", ASKED)
def test_a_frame_of_residents_is_as_good_as_their_name(name):
    function, base = getattr(disproportionality, name), ASKED[name]
    apart = function(PEOPLE, **{base: RESIDENTS})
    together = function(counts.join(PEOPLE, RESIDENTS), "crime", **{base: "residents"})
    pd.testing.assert_frame_equal(apart, together)
    assert apart["estimate"].notna().any()


@pytest.mark.parametrize("name", ASKED)
def test_nothing_counted_and_nobody_to_set_it_against_are_answered(name):
    function, base = getattr(disproportionality, name), ASKED[name]
    assert function(counts.empty(), **{base: RESIDENTS}).empty
    assert function(counts.empty(), **{base: counts.empty()}).empty
    assert not function(PEOPLE, **{base: counts.empty()})["estimate"].notna().any()


@pytest.mark.parametrize("name", ASKED)
def test_a_base_or_counts_that_may_mean_several_are_refused(name):
    function, base = getattr(disproportionality, name), ASKED[name]
    several = counts.join(PEOPLE, PEOPLE.assign(measure="recorded"))
    with pytest.raises(InputError, match="measure: must be named where there are several"):
        function(several, **{base: RESIDENTS})
    with pytest.raises(InputError, match=f"{base}: must be named where there are several"):
        function(PEOPLE, **{base: several})
