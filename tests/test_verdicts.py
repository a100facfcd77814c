"""How firm a finding is: what the unrecorded, and people who recur, could do to it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import few, join, people, residents, row

import dsvstats as dsv
from dsvstats.estimates import flags, verdicts
from dsvstats.sources import supply
from dsvstats.statistics import attrition, disproportionality, rates
from dsvstats.statistics.undoing import LARGEST_DISPERSION

LIVE = {"White": 600_000, "Mixed": 30_000, "Asian": 90_000, "Black": 200_000, "Other": 80_000}


def index(groups, *, unit="victims", **options):
    cases = people("ethnicity_broad", groups, unit=unit)
    return disproportionality.representation(
        cases, against=residents("ethnicity_broad", LIVE), **options
    )


def verdict(estimates, **wanted) -> str:
    found = row(estimates.assign(verdict=verdicts.verdicts(estimates)), **wanted)
    return found["verdict"]


COUNTED = {"White": 600, "Mixed": 30, "Asian": 90, "Black": 300, "Other": 80}


@pytest.mark.parametrize(
    ("missing", "said"), [(0, verdicts.FIRM), (20, verdicts.FIRM), (600, verdicts.NOT_FIRM)]
)
def test_the_unrecorded_undo_what_they_are_enough_to_undo(missing, said):
    found = index(COUNTED | {"Not recorded": missing})
    assert verdict(found, group="Black") == said
    whole = sum(COUNTED.values()) + missing
    assert flags.of(row(found, group="Black")["flags"])["missing"] == f"{missing}/{whole}"
    assert verdict(found, group="Asian") == verdicts.CHANCE


@few
@given(
    st.lists(st.integers(1, 400), min_size=5, max_size=5),
    st.integers(0, 800),
    st.sampled_from([1.0, 1.5, 3.0]),
)
def test_a_finding_turns_where_the_bounds_with_their_limits_say_so(counted, missing, dispersion):
    groups = dict(zip(LIVE, counted, strict=True)) | {"Not recorded": missing}
    held = join(people("ethnicity_broad", groups), residents("ethnicity_broad", LIVE))
    by = {"per": "residents", "dispersion": dispersion, "versus": "rest"}
    found = disproportionality.relative_rates(held, "crime", **by)
    bounds = disproportionality.unknown_bounds(held, "crime", **by)
    for each in found[found["way"].isin(["higher", "lower"])].itertuples():
        end = {"higher": "lowest", "lower": "highest"}[each.way]
        worst = row(flags.rows(bounds, "supposing"), group=each.group, flags=_of(bounds, end, each))
        held_one = worst["lower_together"] <= 1 <= worst["upper_together"]
        crossed = (worst["estimate"] > 1) != (each.estimate > 1)
        assert ("could_turn" in flags.of(each.flags)) == (held_one or crossed)


def _of(bounds: pd.DataFrame, end: str, each) -> str:
    of_group = bounds[bounds["group"] == each.group]["flags"]
    return next(text for text in of_group if flags.of(text).get("supposing") == end)


def test_records_of_people_who_recur_are_not_taken_for_independent():
    counted = COUNTED | {"Black": 256}
    of_people, of_records = index(counted), index(counted, unit="victim_records")
    assert verdict(of_people, group="Black") == verdicts.FIRM
    assert verdict(of_records, group="Black") == verdicts.NOT_FIRM
    assert "repeats_could_turn" in flags.of(row(of_records, group="Black")["flags"])
    known = index(counted, unit="victim_records", dispersion=1.05)
    assert verdict(known, group="Black") == verdicts.FIRM


def test_the_largest_dispersion_is_that_of_the_documents():
    held = supply.everywhere()
    areas = held.loc[held["strand"] == "reports", "area"].unique()
    measured = {area: dsv.open(area).dispersion for area in areas}
    assert max(measured, key=measured.get) == "Wandsworth"
    assert measured["Wandsworth"] == pytest.approx(LARGEST_DISPERSION)


def test_what_may_not_be_told_of_the_unrecorded_is_not_told():
    cases = people("ethnicity_broad", COUNTED | {"Not recorded": None})
    cases["withheld"] = cases["group"] == "Not recorded"
    live = residents("ethnicity_broad", LIVE)
    found = disproportionality.representation(cases, against=live)
    black = row(found, group="Black")
    assert "missing" not in flags.of(black["flags"])
    assert black["way"] == "higher" and verdict(found, group="Black") == verdicts.NOT_FIRM


def test_a_minimum_counts_the_unrecorded_as_everyone_else_already():
    cases = people("disability", {"Disabled": 400, "Not recorded": 600})
    live = residents("disability", {"Disabled": 100_000, "Not disabled": 900_000})
    found = disproportionality.representation(cases, against=live)
    assert verdict(found, group="Disabled") == verdicts.FIRM
    assert flags.of(row(found, group="Disabled")["flags"])["missing"] == "600/1000"


def test_printed_shares_have_verdicts_too():
    cases = people("gender", {"Female": 560, "Male": 440, "Not recorded": 60})
    found = disproportionality.representation(cases, against={"Female": 50, "Male": 50})
    assert verdict(found, group="Female") == verdicts.NOT_FIRM
    cases = people("gender", {"Female": 760, "Male": 240, "Not recorded": 30})
    found = disproportionality.representation(cases, against={"Female": 50, "Male": 50})
    assert verdict(found, group="Female") == verdicts.FIRM


@pytest.mark.parametrize("missing", [0, 500])
def test_stages_have_verdicts_too(missing):
    held = join(
        people("gender", {"Female": 2000, "Male": 2000, "Not recorded": missing}),
        people(
            "gender",
            {"Female": 900, "Male": 700, "Not recorded": round(0.4 * missing)},
            measure="sanction_detection",
        ),
    )
    for compare in (attrition.stage_ratios, attrition.gap):
        found = compare(held, stages=["crime", "sanction_detection"])
        wanted = verdicts.NOT_FIRM if missing else verdicts.FIRM
        assert found["way"].tolist() == ["higher"] * len(found)
        assert set(verdicts.verdicts(found)) == {wanted}


def test_fine_and_broad_groups_of_one_scheme_count_as_one_strand():
    here = dsv.open("Wandsworth")
    both = disproportionality.representation(here.people, against=here.residents)
    fine = here.people[here.people["strand"] != "ethnicity_broad"]
    alone = disproportionality.representation(fine, against=here.residents)
    same = ["strand", "group", "lower_together", "upper_together", "p_adjusted"]
    kept = both[both["strand"] != "ethnicity_broad"][same].reset_index(drop=True)
    pd.testing.assert_frame_equal(kept, alone[same])


@settings(max_examples=20)
@given(st.integers(0, 300), st.integers(0, 300))
def test_more_missing_records_never_make_a_finding_firmer(first, second):
    fewer, more = sorted((first, second))
    firm = [
        verdict(index(COUNTED | {"Not recorded": each}), group="Black") == verdicts.FIRM
        for each in (fewer, more)
    ]
    assert firm[0] or not firm[1]


def test_wandsworth_as_the_board_will_read_it():
    here = dsv.open("Wandsworth")
    found = disproportionality.representation(
        here.people, against=here.residents, dispersion=here.dispersion
    )
    assert rates.dispersion(here.recurring, records=1187) == here.dispersion
    assert verdict(found, strand="gender", group="Female") == verdicts.FIRM
    assert verdict(found, strand="age", group="18-29") == verdicts.FIRM
    assert verdict(found, strand="ethnicity_broad", group="Black") == verdicts.NOT_FIRM
    assert np.isin(verdicts.verdicts(found), verdicts.VERDICTS).all()
