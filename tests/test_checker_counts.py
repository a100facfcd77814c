"""Does the checker find what a researcher's own counts contradict, and nothing in those that agree?"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dsvstats as dsv
from dsvstats import counts
from dsvstats.errors import InputError
from dsvstats.sources import population, reconcile, supply
from dsvstats.sources.reconcile.findings import COLUMNS
from dsvstats.statistics import disproportionality
from dsvstats.terms import places
from dsvstats.terms.measures import MEASURES, inside


def of(strand, groups, unit="victims", measure="crime", **other):
    return counts.table("Harrow", unit, measure, strand, groups, **other)


def check(*frames, residents=None, columns=("rule", "severity", "printed", "recomputed")):
    found = reconcile.check_counts(counts.join(*frames), residents=residents)
    assert list(found.columns) == COLUMNS
    return [tuple(each) for each in found[list(columns)].itertuples(index=False)]


FEWER = settings(max_examples=max(25, settings().max_examples // 4), deadline=None)
CRIMES = of("all", {"All": 1187}, "offences")


def test_a_part_above_its_whole():
    charges = of("all", {"All": 5000}, "offences", "charge")
    assert check(CRIMES, charges) == [
        ("part_above_whole", "contradiction", "5,000", "at most 1,187")
    ]
    assert check(CRIMES, of("all", {"All": 500}, "offences", "charge")) == []


def test_a_part_is_set_against_the_nearest_of_its_wholes():
    detected = of("all", {"All": 600}, "offences", "sanction_detection")
    charges = of("all", {"All": 700}, "offences", "charge")
    assert check(CRIMES, detected, charges)[0][3] == "at most 600"


def test_groups_above_their_wholes_are_one_finding_a_strand():
    held = of("gender", {"Female": 113, "Male": 8, "Not recorded": 0}, measure="recorded")
    crimes = of("gender", {"Female": 122, "Male": 10, "Not recorded": 0})
    assert check(held, crimes) == [
        ("part_above_whole", "contradiction", "122; 10", "at most 113; at most 8")
    ]


@pytest.mark.parametrize("other", [{"start": "2007-04-01"}, {"subject": "rape"}])
def test_other_periods_and_subjects_are_no_wholes(other):
    assert check(CRIMES, of("all", {"All": 5000}, "offences", "charge", **other)) == []
    assert check(CRIMES, of("all", {"All": 5000}, "victims", "charge")) == []


@FEWER
@given(st.sampled_from(sorted(MEASURES)), st.sampled_from(sorted(MEASURES)))
def test_whatever_is_inside_another_is_bounded_by_it(part, whole):
    found = check(
        of("all", {"All": 9}, "incidents", part), of("all", {"All": 8}, "incidents", whole)
    )
    assert bool(found) == (whole in inside(part))


def test_strands_of_the_same_people_that_disagree():
    everyone = of("all", {"All": 128})
    age = of("age", {"18-29": 60, "30+": 70})
    gender = of("gender", {"Female": 100, "Male": 20, "Not recorded": 3})
    assert check(everyone, age, gender) == [
        ("strands_disagree", "contradiction", "130", "128"),
        ("strands_disagree", "contradiction", "123", "128"),
    ]
    assert check(age, of("gender", {"Female": 100, "Male": 30})) == []


def test_who_leaves_people_out_is_said_once_of_the_same_people():
    found = check(
        of("all", {"All": 128}),
        of("gender", {"Female": 100, "Male": 20}),
        of("ethnicity_two", {"White": 60, "Black and minority ethnic": 50}),
    )
    assert found == [("strands_disagree", "caution", "120; 110", "128")]


def test_a_group_alone_is_a_part_and_no_strand_that_disagrees():
    everyone = of("all", {"All": 128})
    found = check(everyone, of("disability", {"Disabled": 14}), columns=["rule", "detail"])
    assert found == [
        (
            "group_missing",
            "Disability of victims is told without Not disabled: 1 of the 2 groups of its scheme "
            "has a row.",
        )
    ]
    found = check(everyone, of("disability", {"Disabled": 140}))
    assert ("strands_disagree", "contradiction", "140", "128") in found


def test_withheld_and_missing_counts_are_no_contradiction():
    everyone = of("all", {"All": 128})
    gender = of("gender", {"Female": 100, "Male": None, "Not recorded": 3})
    assert check(everyone, gender) == check(everyone, gender.assign(withheld=True)) == []
    assert check(of("all", {"All": 90}), gender)[0][2:] == ("103", "90")


def test_people_by_number_of_reports_are_all_of_them_from_one_report_on():
    everyone = of("all", {"All": 128})
    assert check(everyone, of("reports", {"2": 9, "3+": 4})) == []
    assert check(everyone, of("reports", {"1": 110, "2": 9, "3+": 4}))[0][2:] == ("123", "128")


def test_a_finer_scheme_and_a_crossed_strand_hold_the_same_groups():
    fine = of("ethnicity_self_defined", {"White - British": 60, "White - Irish": 5})
    broad = of("ethnicity_broad", {"White": 66, "Black": 0, "Asian": 0, "Mixed": 0, "Other": 0})
    assert ("schemes_disagree", "contradiction", "66", "65") in check(fine, broad)
    cells = {"18-29 x Female": 60, "18-29 x Male": 5, "30+ x Female": 60, "30+ x Male": 5}
    crossed = of("age x gender", cells)
    assert check(crossed, of("gender", {"Female": 120, "Male": 10})) == []
    assert check(crossed, of("gender", {"Female": 110, "Male": 20})) == [
        ("schemes_disagree", "contradiction", "110", "120"),
        ("schemes_disagree", "contradiction", "20", "10"),
    ]


def test_bands_that_overlap_or_leave_ages_out():
    assert check(of("age", {"18-29": 60, "25-39": 30, "50+": 40})) == [
        ("age_bands", "contradiction", "18-29; 25-39", "ages 25 to 29"),
        ("age_bands", "caution", "25-39; 50+", "ages 40 to 49"),
    ]
    assert check(of("age", {"18+": 60, "60+": 30}))[0][3] == "ages 60 and over"


def test_a_missing_group_of_a_scheme_is_said_once_for_all_that_lack_it():
    groups = {"White": 60, "Black": 30, "Asian": 20, "Other": 8}
    found = check(
        of("ethnicity_broad", groups),
        of("ethnicity_broad", groups, measure="recorded"),
        of("ethnicity_broad", groups, start="2007-04-01", end="2008-03-31"),
    )
    assert found == [("group_missing", "caution", "4 of 5 groups", "Mixed")]
    assert check(of("ethnicity_four", groups)) == []
    assert check(of("ethnicity_broad", groups | {"Mixed": None})) == []


def test_a_group_that_stands_for_several_needs_none_of_them():
    lgbt = {"Heterosexual": 90, "Lesbian, gay, bisexual or trans": 9}
    assert check(of("sexual_orientation", lgbt)) == []
    apart = {"Heterosexual": 90, "Gay or lesbian": 5, "Bisexual": 3, "Other orientation": 1}
    assert check(of("sexual_orientation", apart)) == []


LIVES = {"White": 8_000, "Mixed": 300, "Asian": 900, "Black": 500, "Other": 300}
BROAD = {"White": 4_000, "Mixed": 0, "Asian": 500, "Black": 300, "Other": 100}


def residents():
    return of("ethnicity_broad", LIVES, "residents", "usual_residents")


def test_a_group_that_is_never_used_is_said_where_many_would_be_expected():
    found = check(of("ethnicity_broad", BROAD), residents=residents())
    assert found == [("never_used", "caution", "0", "about 147")]
    used = of("ethnicity_broad", {"Mixed": 2}, start="2007-04-01", end="2008-03-31")
    assert "never_used" not in {
        each[0] for each in check(of("ethnicity_broad", BROAD), used, residents=residents())
    }
    few = of("ethnicity_broad", {group: n // 10 for group, n in BROAD.items()})
    assert check(few, residents=residents()) == []


def test_a_group_that_is_never_used_is_missing_and_no_ratio_of_nothing(tmp_path):
    own = counts.join(of("ethnicity_broad", {g: 5 * n for g, n in BROAD.items()}, source="mine"))
    own.to_csv(tmp_path / "mine.csv", index=False)
    here = dsv.open("Harrow", str(tmp_path / "mine.csv"))
    assert here.findings["rule"].tolist() == ["never_used"]
    assert here.findings["doc"].tolist() == ["mine"]
    index = disproportionality.representation(here.people, against=here.residents)
    mixed = index[index["group"] == "Mixed"]
    assert len(mixed) and mixed["p"].isna().all() and not (mixed["estimate"] == 0).any()


def test_counts_that_agree_give_no_finding_on_the_page(tmp_path):
    counts.join(CRIMES, of("gender", {"Female": 100, "Male": 28})).to_csv(
        tmp_path / "mine.csv", index=False
    )
    here = dsv.open("Harrow", str(tmp_path / "mine.csv"))
    assert here.findings.empty
    assert here.checked == {"tables": 2, "numbers": 3}
    other = dsv.open("Barnet", str(tmp_path / "mine.csv"))
    assert other.findings.empty and other.checked == {"tables": 0, "numbers": 0}


def test_how_much_was_checked_is_told_of_every_kind_of_data():
    assert supply.checked("Barnet")["numbers"] == 0
    assert supply.checked("Wandsworth")["numbers"] > 400
    assert reconcile.checked(counts.empty()) == {"tables": 0, "numbers": 0}


def test_residents_of_the_censuses_agree():
    own = population.read(places.place())
    own = own[(own["area"] == "Harrow") & (own["definition"] == "census_2011")]
    rules = reconcile.check_counts(own)["rule"]
    assert not set(rules) & {"part_above_whole", "age_bands", "never_used"}


@FEWER
@given(st.lists(st.integers(0, 3_000), min_size=6, max_size=6), st.integers(0, 5), st.data())
def test_one_changed_count_of_several_strands_is_found(cells, at, draw):
    grid = np.array(cells).reshape(3, 2)
    bands, genders = ["18-29", "30-39", "40+"], ["Female", "Male"]
    crossed = {
        f"{age} x {gender}": int(grid[i, j])
        for i, age in enumerate(bands)
        for j, gender in enumerate(genders)
    }
    frames = [
        of("all", {"All": int(grid.sum())}),
        of("age", dict(zip(bands, grid.sum(1).tolist(), strict=True))),
        of("gender", dict(zip(genders, grid.sum(0).tolist(), strict=True))),
        of("age x gender", crossed),
    ]
    assert check(*frames) == []
    held = counts.join(*frames)
    row = draw.draw(st.integers(0, len(held) - 1))
    changed = held["count"].where(held.index != row, held["count"] + 1 + at)
    assert check(held.assign(count=changed)) != []


ROWS = st.tuples(
    st.sampled_from(["victims", "offences", "residents", "accused"]),
    st.sampled_from(["recorded", "crime", "charge", "repeat_within", "usual_residents"]),
    st.sampled_from(
        [
            *(("all", "All"), ("gender", "Female"), ("gender", "Not recorded"), ("age", "18-29")),
            *(
                ("age", "25+"),
                ("age x gender", "18-29 x Male"),
                ("reports", "1"),
                ("reports", "2+"),
            ),
            *(("ethnicity_self_defined", "White - Irish"), ("ethnicity_two", "White")),
            ("sexual_orientation", "Lesbian, gay, bisexual or trans"),
            ("disability", "Disabled"),
        ]
    ),
    st.sampled_from([None, 0, 5, 900_000]),
    st.booleans(),
)


@FEWER
@given(st.lists(ROWS, max_size=12))
def test_any_counts_are_checked(rows):
    frames = [
        of(strand, {group: count}, unit, measure).assign(withheld=withheld)
        for unit, measure, (strand, group), count, withheld in rows
    ]
    held = counts.join(counts.empty(), *frames).drop_duplicates(counts.KEY, ignore_index=True)
    found = reconcile.check_counts(held, residents=residents())
    assert found["rule"].isin(list(reconcile.RULES_OF_COUNTS)).all()
    assert found["detail"].str.fullmatch(r"[A-Z0-9].*\.").all()
    pd.testing.assert_index_equal(found.columns, pd.Index(COLUMNS))


def test_two_sources_for_one_count_are_checked_one_by_one(tmp_path):
    twice = counts.join(CRIMES.assign(source="one"), CRIMES.assign(source="two"))
    twice.to_csv(tmp_path / "mine.csv", index=False)
    given = {"data": str(tmp_path / "mine.csv")}
    assert supply.findings("Harrow", **given, prefer=None).empty
    assert supply.findings("Harrow", **given, prefer=["two"]).empty
    with pytest.raises(InputError, match="prefer"):
        supply.findings("Harrow", **given)
