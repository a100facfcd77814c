"""The counts frame: tiny visible tables, bad input, and the one place where a base is met."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import join

from dsvstats import counts
from dsvstats.errors import InputError

HEADER = "area,start,end,subject,unit,measure,strand,group,count"
ROW = "Wandsworth,2008-04-01,2009-03-31,domestic_violence,offences,crime,all,All,1187"


def victims(**changes) -> pd.DataFrame:
    groups = {"Female": 947, "Male": 222, "Not recorded": 18}
    return counts.table("Wandsworth", "victim_records", "crime", "gender", groups, **changes)


def residents(years: dict[str, dict[str, int]], strand: str = "gender") -> pd.DataFrame:
    return pd.concat(
        [
            counts.table(
                "Wandsworth",
                "residents",
                "usual_residents",
                strand,
                groups,
                start=day,
                end=day,
                subject="population",
                definition=f"census_{day[:4]}",
                source="Census",
            )
            for day, groups in years.items()
        ],
        ignore_index=True,
    )


def written(tmp_path, text: str, encoding: str = "utf-8"):
    path = tmp_path / "own.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_read_returns_the_design_columns_and_names_its_source(tmp_path):
    cases = counts.read(written(tmp_path, f"{HEADER}\n{ROW}\n"))
    assert list(cases.columns) == counts.COLUMNS
    assert cases["count"].tolist() == [1187]
    assert cases["source"].tolist() == ["own.csv"]


def test_read_takes_a_byte_order_mark_and_windows_lines(tmp_path):
    cases = counts.read(written(tmp_path, f"\ufeff{HEADER}\r\n{ROW}\r\n"))
    assert cases["area"].tolist() == ["Wandsworth"]


def test_a_blank_count_is_not_supplied_and_never_zero(tmp_path):
    cases = counts.read(written(tmp_path, f"{HEADER}\n{ROW.removesuffix('1187')}\n"))
    assert cases["count"].isna().all()


@pytest.mark.parametrize(
    ("text", "where", "value"),
    [
        ("", "own.csv", "an empty file"),
        ("\n\n", "own.csv", "an empty file"),
        (f"{HEADER}\n{ROW.replace('1187', '-3')}\n", "own.csv row 2, count", "-3"),
        (f"{HEADER}\n{ROW.replace('1187', '1.5')}\n", "own.csv row 2, count", "1.5"),
        (f"{HEADER}\n{ROW.replace('1187', '1,187')}\n", "own.csv row 2", "10 cells"),
        (f"{HEADER}\n{ROW.replace('1187', 'nan')}\n", "own.csv row 2, count", "nan"),
        (f"{HEADER}\n{ROW}\n{ROW}\n", "own.csv row 3, group", "All"),
        (f"{HEADER}\n{ROW.replace(',All,', ',Everyone,')}\n", "own.csv row 2, group", "Everyone"),
        (f"{HEADER}\n{ROW.replace(',all,', ',sex,')}\n", "own.csv row 2, strand", "sex"),
        (f"{HEADER}\n{ROW.replace('offences', 'crimes')}\n", "own.csv row 2, unit", "crimes"),
        (f"{HEADER}\n{ROW.replace('2009-03-31', '31/03/2009')}\n", "row 2, end", "31/03/2009"),
        (f"{HEADER}\n{ROW.replace('2009-03-31', '2007-03-31')}\n", "row 2, end", "2007"),
        (f"{HEADER}\n{ROW.replace('2009-03-31', '2009-02-30')}\n", "row 2, end", "2009-02-30"),
        (HEADER.removesuffix(",count") + "\n", "own.csv, columns", "area"),
        (f"{HEADER},name\n{ROW},x\n", "own.csv, columns", "name"),
        (f"{HEADER},count\n{ROW},5\n", "own.csv, columns", "count"),
        ("just a letter\nto the board", "own.csv, columns", "just a letter"),
        (f'{HEADER}\n"{ROW}\n', "own.csv", "unexpected end"),
        ("\0PK\3\4", "own.csv", "a binary file"),
    ],
)
def test_bad_files_say_where_what_and_the_mend(tmp_path, text, where, value):
    with pytest.raises(InputError) as caught:
        counts.read(written(tmp_path, text))
    assert where in caught.value.where
    assert value in str(caught.value)
    assert caught.value.mend


def test_a_wrong_encoding_names_the_line(tmp_path):
    path = written(tmp_path, f"{HEADER}\n{ROW.replace('Wandsworth', 'Wandswörth')}\n", "latin-1")
    with pytest.raises(InputError, match=r"own.csv row 2: must be text in UTF-8"):
        counts.read(path)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match="a file that exists"):
        counts.read(tmp_path / "none.csv")


@given(st.binary(max_size=300))
def test_any_bytes_are_counts_or_a_named_fault(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("own") / "own.csv"
    path.write_bytes(content)
    with pytest.raises(InputError):
        counts.read(path)


def test_check_changes_nothing_in_place():
    cases = victims().drop(columns=["definition", "withheld"])
    before = cases.copy()
    counts.check(cases)
    pd.testing.assert_frame_equal(cases, before)


def test_groups_add_up_to_everyone():
    total = counts.add_up(victims(), over="group")
    assert total[["strand", "group", "count"]].to_numpy().tolist() == [["all", "All", 1187]]


def test_a_missing_count_makes_the_sum_missing():
    groups = {"Female": 947, "Male": None}
    cases = counts.table("Wandsworth", "victim_records", "crime", "gender", groups)
    assert counts.add_up(cases, over="group")["count"].isna().all()


@pytest.mark.parametrize("over", ["area", "period", "subject"])
def test_people_are_never_added_over_what_they_may_be_in_twice(over):
    people = counts.table("Wandsworth", "victims", "crime", "all", {"All": 205})
    with pytest.raises(InputError, match="victims may be in two"):
        counts.add_up(people, over=over)


def test_offences_add_up_over_areas_and_periods():
    months = pd.concat(
        counts.table(
            area,
            "offences",
            "crime",
            "all",
            {"All": n},
            start=f"2010-{m}-01",
            end=f"2010-{m}-{last}",
            subject="rape",
            source="recorded crime",
        )
        for n, (area, m, last) in enumerate(
            [(area, *each) for area in ("Barnet", "Brent") for each in (("01", 31), ("02", 28))], 1
        )
    )
    total = counts.add_up(months, over=["area", "period"])
    assert total["count"].tolist() == [1 + 2 + 3 + 4]
    assert total[["start", "end"]].astype(str).to_numpy().tolist() == [["2010-01-01", "2010-02-28"]]


def test_two_sources_of_one_key_wait_for_a_choice():
    two = pd.concat([victims(source="board"), victims(source="crime system")], ignore_index=True)
    with pytest.raises(InputError, match=r"counts\.prefer"):
        counts.pair(two, "crime", of="crime")
    chosen = counts.prefer(two, ["crime system"])
    assert set(chosen["source"]) == {"crime system"}
    assert set(counts.set_aside(two, ["crime system"])["source"]) == {"board"}
    assert len(counts.pair(chosen, "crime", of="crime")) == 3


def test_definitions_do_not_meet():
    cases = pd.concat(
        [
            counts.table(
                "London", "offences", "crime", "all", {"All": 50986}, definition="flagged"
            ),
            counts.table(
                "London",
                "offences",
                "sanction_detection",
                "all",
                {"All": 22598},
                definition="spi8a",
            ),
        ]
    )
    assert counts.pair(cases, "sanction_detection", of="crime").empty


def test_an_ambiguous_measure_lists_the_candidates():
    cases = pd.concat(
        [
            counts.table("London", "offences", "crime", "all", {"All": 50986}),
            counts.table("London", "victim_records", "crime", "all", {"All": 51189}),
        ]
    )
    with pytest.raises(InputError) as caught:
        counts.pair(cases, "crime", per="recorded")
    assert "('offences', 'crime'), ('victim_records', 'crime')" in caught.value.mend


def test_an_unknown_measure_is_an_error_and_one_not_supplied_is_empty():
    with pytest.raises(InputError):
        counts.pair(victims(), "crimez", of="crime")
    assert counts.pair(victims(), "arrest", of="crime").empty
    assert counts.pair(counts.empty(), "arrest", of="crime").empty


def test_a_missing_count_stays_missing_in_a_pair():
    cases = pd.concat(
        [
            counts.table("London", "offences", "crime", "all", {"All": None}),
            counts.table("London", "incidents", "recorded", "all", {"All": 108197}),
        ]
    )
    assert np.isnan(counts.pair(cases, "crime", per="recorded")["numerator"]).all()


def test_residents_join_on_area_strand_and_group_as_person_years():
    people = residents({"2011-03-27": {"Female": 158_000, "Male": 149_000}})
    paired = counts.pair(pd.concat([victims(), people]), "crime", per="residents")
    assert paired["group"].tolist() == ["Female", "Male"]
    assert paired["denominator"].tolist() == [158_000, 149_000]
    assert set(paired["kind"]) == {"rate"}


def test_residents_are_interpolated_between_censuses():
    people = residents({"2001-04-29": {"Female": 100_000}, "2011-03-27": {"Female": 200_000}})
    paired = counts.pair(pd.concat([victims(), people]), "crime", per="residents")
    middle = pd.Timestamp("2008-09-29 12:00") - pd.Timestamp("2001-04-29")
    share = middle / (pd.Timestamp("2011-03-27") - pd.Timestamp("2001-04-29"))
    assert paired["denominator"][0] == pytest.approx(100_000 * (1 + share), rel=1e-4)
    assert paired["flags"][0] == "residents=2001/2011"


def test_two_years_are_twice_the_person_years():
    people = residents({"2011-03-27": {"Female": 158_000, "Male": 149_000}})
    paired = counts.pair(pd.concat([victims(end="2010-03-31"), people]), "crime", per="residents")
    assert paired["denominator"].tolist() == [316_000, 298_000]


def test_withheld_counts_withhold_the_pair():
    cases = pd.concat([victims(), victims().assign(measure="sanction_detection", withheld=True)])
    assert counts.pair(cases, "sanction_detection", of="crime")["withheld"].all()


@given(st.permutations(range(3)))
def test_order_does_not_depend_on_the_rows(rows):
    shuffled = victims().iloc[list(rows)]
    assert counts.in_order(shuffled)["group"].tolist() == ["Female", "Male", "Not recorded"]


@given(
    st.dictionaries(
        st.sampled_from(["Female", "Male", "Not recorded"]), st.integers(0, 10**9), min_size=1
    )
)
def test_groups_sum_to_the_total(groups):
    cases = counts.table("Wandsworth", "victim_records", "crime", "gender", groups)
    assert counts.add_up(cases, over="group")["count"].tolist() == [sum(groups.values())]


def months(*held, area="Barnet", **key):
    """Offences of these months of 2009; a missing one has no number."""
    return pd.concat(
        [
            counts.table(
                area,
                "offences",
                "crime",
                "all",
                {"All": number},
                start=f"2009-{month:02}-01",
                end=str((pd.Timestamp(f"2009-{month:02}-01") + pd.offsets.MonthEnd()).date()),
                **key,
            )
            for month, number in held
        ]
    )


def test_a_month_that_is_not_there_is_not_added_up_as_one_in_which_nothing_happened():
    every = counts.add_up(months((1, 100), (2, 100), (3, 100)), over="period")
    assert every["count"].tolist() == [300]
    assert (every["start"][0], every["end"][0]) == (
        pd.Timestamp("2009-01-01"),
        pd.Timestamp("2009-03-31"),
    )
    with pytest.raises(InputError, match="one until 2009-01-31, and the next from 2009-03-01"):
        counts.add_up(months((1, 100), (3, 100)), over="period")
    assert counts.add_up(months((1, 100), (2, None)), over="period")["count"].isna().all()


def test_periods_that_overlap_are_not_added_up():
    year = counts.table("Barnet", "offences", "crime", "all", {"All": 9}, start="2009-01-01")
    with pytest.raises(InputError, match="without an overlap"):
        counts.add_up(
            join(year.assign(end=pd.Timestamp("2009-02-10")), months((2, 4))), over="period"
        )


def test_areas_of_different_stretches_are_not_added_up_as_of_one():
    both = join(months((1, 5), (2, 5)), months((1, 5), area="Brent"))
    with pytest.raises(InputError, match="one stretch of time"):
        counts.add_up(both, over=["area", "period"])
    apart = counts.add_up(both, over="period")
    assert apart["count"].tolist() == [10, 5]
    assert apart["end"].dt.month.tolist() == [2, 1]


@given(
    rows=st.lists(
        st.tuples(st.sampled_from(["a", "b", None]), st.sampled_from([0.5, None])), min_size=1
    )
)
def test_few_rows_are_told_apart_as_many_are(rows):
    held = pd.DataFrame(rows, columns=["group", "number"])
    held["start"] = pd.Timestamp("2009-01-01") + pd.to_timedelta(held.index % 2, unit="D")
    held["count"] = held["number"].astype("Float64")
    columns = list(held)
    few = np.concatenate(counts.codes([held, held[:1]], columns))
    many = pd.concat([held, held[:1], *[held] * (400 // len(held) + 1)])
    assert (counts.codes([many], columns)[0][: len(few)] == few).all()
