"""No small count is shown, nor what would give one away by a single subtraction."""

from __future__ import annotations

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from dsvstats import counts, strands
from dsvstats.disclosure.withholding import THRESHOLD, withhold

AREAS = ["London", "Barnet", "Camden", "Ealing"]
GROUPS = [*strands.SCHEMES["ethnicity_self_defined"].groups, strands.NOT_RECORDED]


def shown(cases: pd.DataFrame) -> list:
    return cases["count"].tolist()


@st.composite
def crossed(draw):
    """Counts of some groups in some areas, recorded and of crimes."""
    parts = []
    groups = draw(st.lists(st.sampled_from(GROUPS), min_size=1, max_size=8, unique=True))
    for area in draw(st.lists(st.sampled_from(AREAS), min_size=1, unique=True)):
        whole = {group: draw(st.integers(0, 40)) for group in groups}
        part = {group: draw(st.integers(0, n)) for group, n in whole.items()}
        for measure, held in (("recorded", whole), ("crime", part)):
            parts.append(counts.table(area, "victims", measure, "ethnicity_self_defined", held))
    return pd.concat(parts, ignore_index=True)


@settings(max_examples=40)
@given(crossed())
def test_small_counts_are_withheld_and_never_alone(cases):
    found = withhold(cases)
    assert found["count"].equals(cases["count"].mask(found["withheld"]))
    found = found.assign(count=cases["count"])
    known = found["group"].map(strands.recorded)
    small = (found["count"] < THRESHOLD) & (known | (found["count"] > 0))
    assert found["withheld"][small].all()
    of_groups = found[known]
    for within in ("group", "area"):
        rows = of_groups if within == "group" else of_groups[of_groups["area"] != "London"]
        key = [each for each in counts.KEY if each != within]
        hidden = rows[rows["withheld"]].groupby(key)["count"].agg(["sum", "size"])
        some = (~rows["withheld"]).groupby([rows[each] for each in key]).any()
        exposed = (hidden["size"] == 1) | (hidden["sum"] < THRESHOLD)
        assert not (exposed & (hidden["sum"] > 0) & some.reindex(hidden.index)).any()


@settings(max_examples=40)
@given(crossed())
def test_what_is_left_of_a_shown_whole_is_not_small(cases):
    found = withhold(cases).assign(count=cases["count"])
    found = found[found["group"].map(strands.recorded)]
    if found.empty:
        return
    wide = found.pivot_table(
        index=["area", "group"], columns="measure", values=["count", "withheld"], aggfunc="first"
    )
    left = wide["count"]["recorded"] - wide["count"]["crime"]
    told = ~wide["withheld"].astype(bool).any(axis=1)
    if (left > 0).any():
        assert not ((left < THRESHOLD) & told).any()


def test_a_second_group_hides_the_first():
    """Of 60 with 52 shown, the 8 would be known: the smallest other group goes too."""
    cases = counts.table("Barnet", "victims", "crime", "age", {"0-17": 8, "18-29": 32, "30+": 20})
    assert shown(withhold(cases))[1] == 32
    assert withhold(cases)["withheld"].tolist() == [True, False, True]


def test_a_small_number_unrecorded_is_withheld_and_hides_nobody_else():
    cases = counts.table(
        "Barnet", "victims", "crime", "gender", {"Female": 90, "Male": 20, "Not recorded": 3}
    )
    assert withhold(cases)["withheld"].tolist() == [False, False, True]
    nobody = cases.assign(count=pd.array([90, 20, 0], dtype="Int64"))
    assert not withhold(nobody)["withheld"].any()


def test_what_is_all_of_it_everywhere_is_so_by_what_it_is():
    """Everybody accused was in a crime; but where all in one borough only were, it tells."""
    parts = [
        counts.table(area, "accused", measure, "all", {"All": n})
        for area, n in (("Barnet", 40), ("Camden", 50))
        for measure in ("recorded", "crime")
    ]
    cases = pd.concat(parts, ignore_index=True)
    assert not withhold(cases)["withheld"].any()
    some = cases.assign(count=pd.array([40, 40, 80, 50], dtype="Int64"))
    assert withhold(some)["withheld"].tolist() == [False, True, False, True]


def test_fine_groups_hide_each_other_within_their_broad_group():
    """Mixed groups of 30, 30 and 4: with all Mixed shown as 64, the 4 would be known."""
    groups = strands.SCHEMES["ethnicity_self_defined"].groups[:5]
    fine = dict(zip(groups, (90, 80, 70, 4, 30), strict=True))
    cases = counts.table("Barnet", "victims", "crime", "ethnicity_self_defined", fine)
    assert withhold(cases)["withheld"].tolist() == [False, False, False, True, True]


def of_classes(**held) -> pd.DataFrame:
    parts = [counts.table("Barnet", "incidents", m, "all", {"All": n}) for m, n in held.items()]
    return pd.concat(parts, ignore_index=True)


def test_a_class_of_incidents_is_not_told_by_the_others():
    """2,336 incidents less 1,001 crimes and 1,330 of neither leave 5 specified investigations."""
    found = withhold(
        of_classes(
            recorded=2336,
            crime=1001,
            no_crime=330,
            crime_related_incident=1000,
            no_crime_or_crime_related_incident=1330,
            specified_investigation=5,
        )
    )
    shown_of = dict(zip(found["measure"], shown(found), strict=True))
    assert [each for each, number in shown_of.items() if not pd.isna(number)] == [
        "recorded",
        "crime",
    ]


def test_a_broad_group_is_not_told_by_its_only_fine_one():
    broad = counts.table(
        "Barnet", "victims", "crime", "ethnicity_broad", {"White": 126, "Mixed": 9, "Other": 12}
    )
    only = "Chinese or other ethnic group - Any other ethnic group"
    fine = counts.table(
        "Barnet", "victims", "crime", "ethnicity_self_defined", {"White - British": 126, only: 12}
    )
    found = withhold(pd.concat([broad, fine], ignore_index=True))
    held = found.set_index("group")["withheld"]
    assert held["Mixed"] and held["Other"] and held[only]


def test_several_fine_groups_withheld_leave_their_broad_one_shown():
    mixed = [g for g in strands.SCHEMES["ethnicity_self_defined"].groups if g.startswith("Mixed")]
    broad = counts.table(
        "Barnet", "victims", "crime", "ethnicity_broad", {"White": 90, "Mixed": 13}
    )
    fine = counts.table(
        "Barnet",
        "victims",
        "crime",
        "ethnicity_self_defined",
        {"White - British": 60, "White - Irish": 30, mixed[0]: 7, mixed[1]: 6},
    )
    found = withhold(pd.concat([broad, fine], ignore_index=True)).set_index("group")["withheld"]
    assert found[found].index.tolist() == mixed[:2]


def test_the_unrecorded_do_not_tell_how_few_the_others_are():
    cases = counts.table(
        "Barnet", "victims", "crime", "religion", {"Christian": 3, "Not recorded": 101}
    )
    assert withhold(cases)["withheld"].all()


def test_nothing_to_withhold():
    assert withhold(counts.empty()).empty
