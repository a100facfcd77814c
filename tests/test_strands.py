"""The diversity strands: what is a group, what order, and what honestly goes into what."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsvstats import counts, strands
from dsvstats.errors import InputError
from dsvstats.terms import definitions

SELF_DEFINED = strands.SCHEMES["ethnicity_self_defined"].groups


def by(strand: str, groups: dict[str, int]):
    return counts.table("Wandsworth", "victim_records", "crime", strand, groups, source="board")


def test_sixteen_groups_and_not_recorded():
    assert len(SELF_DEFINED) == 16
    assert strands.known("ethnicity_self_defined", strands.NOT_RECORDED)


def test_fine_to_coarse_adds_up_and_keeps_the_unrecorded():
    cases = by("ethnicity_self_defined", dict.fromkeys(SELF_DEFINED, 1) | {"Not recorded": 544})
    broad = strands.recode(cases, strand="ethnicity_self_defined", to="ethnicity_broad")
    assert dict(zip(broad["group"], broad["count"], strict=True)) == {
        "White": 3,
        "Mixed": 4,
        "Asian": 5,
        "Black": 3,
        "Other": 1,
        "Not recorded": 544,
    }


def test_officer_defined_groups_go_into_nothing_exactly():
    cases = by("ethnicity_officer_defined", {"White North European": 9, "Black": 2, "Asian": 2})
    with pytest.raises(InputError, match="approximate=True"):
        strands.recode(cases, strand="ethnicity_officer_defined", to="ethnicity_broad")
    rough = strands.recode(
        cases, strand="ethnicity_officer_defined", to="ethnicity_broad", approximate=True
    )
    assert (rough["definition"].map(definitions.made) == ("approximate",)).all()
    assert (rough["source"] == cases["source"].iloc[0]).all()


def test_no_honest_mapping_is_refused_even_approximately():
    cases = by("ethnicity_broad", {"White": 9})
    with pytest.raises(InputError, match="choose from ethnicity_two"):
        strands.recode(cases, strand="ethnicity_broad", to="religion", approximate=True)


def test_ages_go_into_bands_that_hold_them_whole():
    cases = by("age", {"0-17": 1, "18-29": 2, "30-39": 3, "60+": 4, "Not recorded": 5})
    wide = strands.recode(cases, strand="age", to=["0-17", "18-39", "60+"])
    assert dict(zip(wide["group"], wide["count"], strict=True)) == {
        "0-17": 1,
        "18-39": 5,
        "60+": 4,
        "Not recorded": 5,
    }
    with pytest.raises(InputError, match="18-29"):
        strands.recode(cases, strand="age", to=["0-24", "25+"])


def test_a_missing_count_stays_missing():
    cases = by("ethnicity_broad", {"Asian": None, "Black": 3})
    assert strands.recode(cases, strand="ethnicity_broad", to="ethnicity_two")["count"].isna().all()


def test_a_chosen_reference_that_is_not_there_lists_the_groups():
    with pytest.raises(InputError, match="did you mean Female"):
        strands.reference("gender", ["Female", "Male"], chosen={"gender": "Females"})
    assert strands.reference("gender", ["Female"]) is None


def test_crossed_strands_are_known_by_their_parts():
    assert strands.known("age x gender", "18-29 x Female")
    assert not strands.known("age x gender", "Female x 18-29")
    assert strands.reference("age x gender", ["18-29 x Female", "30-39 x Male"]) == "30-39 x Male"


@given(st.lists(st.integers(0, 99), min_size=1, unique=True))
def test_ages_stand_in_order_of_age(starts):
    groups = [f"{start}-{start + 1}" for start in starts]
    assert [int(g.split("-")[0]) for g in strands.ordered("age", groups)] == sorted(starts)
