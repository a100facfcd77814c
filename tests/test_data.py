"""The data: what README.md says of the files is so, and every word leads to a known one."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import re
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
import yaml

from dsvstats import counts, strands
from dsvstats.terms.measures import MEASURES
from dsvstats.terms.units import UNITS

DATA = Path(__file__).parents[1] / "data"
README = (DATA / "README.md").read_text(encoding="utf-8")
LISTED = re.findall(r"^\| `([^`]+)` \| (\d+) \| `([0-9a-f]{64})` \|$", README, flags=re.MULTILINE)
COUNT_LOOKS_AT = ["doc", "table_id", "subject", "population", "measure", "category"]
COUNT_GIVES = ["to_subject", "to_unit", "to_measure", "to_definition"]
MAPPED_KEY = ["area", "period_start", "period_end", *COUNT_GIVES, "to_strand", "to_group"]


def text(name: str) -> str:
    raw = (DATA / name).read_bytes()
    return (gzip.decompress(raw) if name.endswith(".gz") else raw).decode("utf-8")


def table(name: str) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(text(name)), dtype="str", keep_default_na=False)


@pytest.fixture(scope="module")
def printed() -> pd.DataFrame:
    return table("published/printed.csv")


@pytest.fixture(scope="module")
def mapping() -> pd.DataFrame:
    return table("published/mapping.csv")


@pytest.fixture(scope="module")
def residents() -> pd.DataFrame:
    frame = table("benchmarks/residents.csv.gz")
    return frame.assign(count=frame["count"].astype(int))


@pytest.fixture(scope="module")
def mapped(printed, mapping) -> pd.DataFrame:
    rows = apply(printed, mapping, "count", COUNT_LOOKS_AT, COUNT_GIVES)
    rows = apply(rows, mapping, "group", ["strand", "category"], ["to_strand", "to_group"])
    return rows[(rows["unit"] == "count") & (rows["value"] != "")]


def apply(rows, mapping, kind: str, looks_at: list[str], gives: list[str]) -> pd.DataFrame:
    """The first rule that fits wins; a blank cell fits anything; no rule leaves None."""
    rows = rows.assign(**dict.fromkeys(gives))
    for rule in mapping[mapping["kind"] == kind].iloc[::-1].to_dict("records"):
        fits = pd.Series(True, index=rows.index)
        for column in looks_at:
            if rule[column]:
                fits &= rows[column] == rule[column]
        rows.loc[fits, gives] = [rule[each] for each in gives]
    return rows


# files


@pytest.mark.parametrize(("name", "rows", "checksum"), LISTED, ids=[each[0] for each in LISTED])
def test_each_file_is_as_readme_says(name, rows, checksum):
    raw = (DATA / name).read_bytes()
    assert hashlib.sha256(raw).hexdigest() == checksum
    if name.endswith(".yml") and not name.startswith("places/"):
        assert len(text(name).splitlines()) == int(rows)
    elif name.endswith(".yml"):
        place = yaml.safe_load(text(name))
        assert len(place["parts"]) + len(place["beside"]) == int(rows)
    else:
        assert len(list(csv.reader(io.StringIO(text(name))))) - 1 == int(rows)
    assert len(raw) < 2 * 1024 * 1024


def test_every_file_is_listed():
    files = {str(path.relative_to(DATA)) for path in DATA.rglob("*") if path.is_file()}
    assert files == {name for name, *_ in LISTED} | {"README.md"}


def test_only_the_sources_are_named_and_no_path_of_a_machine():
    everything = README + "".join(text(name) for name, *_ in LISTED)
    hosts = set(re.findall(r"://([^/\s,\"]+)", everything))
    assert hosts == {"policeauthority.org", "yumpu.com"}
    assert not re.findall(r"(?<![\w:/.)])/(?:[a-z]+/)+", everything)


# what was printed


def test_the_printed_columns_hold_known_words(printed):
    assert list(printed.columns) == [
        "doc", "paragraph", "area", "period_start", "period_end", "subject", "population",
        "measure", "strand", "category", "value", "unit", "kind", "table_id", "note",
    ]  # fmt: skip
    assert set(printed["unit"]) == {
        "count", "percent", "per_cent_change", "ratio", "gbp", "other",
    }  # fmt: skip
    assert set(printed["kind"]) == {"component", "stated_total", "stated_rate", "single"}
    assert set(printed["doc"]) == set(table("published/documents.csv")["doc"])
    assert not printed.duplicated().any()


def test_printed_values_are_numbers_or_blank_with_a_note(printed):
    blank = printed["value"] == ""
    assert printed.loc[~blank, "value"].str.fullmatch(r"\d+(\.\d+)?").all()
    assert (printed.loc[blank, "note"] != "").all()
    counted = printed[(printed["unit"] == "count") & ~blank]
    assert counted["value"].str.fullmatch(r"\d+").all()


def test_printed_periods_are_dates_in_order(printed):
    for column in ("period_start", "period_end"):
        written = printed.loc[printed[column] != "", column]
        assert pd.to_datetime(written, format="%Y-%m-%d").notna().all()
    both = printed[(printed["period_start"] != "") & (printed["period_end"] != "")]
    assert (both["period_start"] <= both["period_end"]).all()


def test_table_ids_belong_to_one_document_and_end_with_their_strand(printed):
    prefix = table("published/documents.csv").set_index("doc")["prefix"]
    tables = printed[printed["table_id"] != ""]
    parts = tables["table_id"].str.extract(r"^(brk|rel|ovl|cmp):([a-z]+)-[^/]+(?:/(.+))?$")
    assert (parts[1] == tables["doc"].map(prefix)).all()
    split = parts[2].notna() & (parts[2] != "reports") & (tables["kind"] == "component")
    assert (parts.loc[split, 2] == tables.loc[split, "strand"]).all()


def test_misprints_stay_as_printed(printed):
    def values(table_id: str) -> dict:
        rows = printed[printed["table_id"] == table_id]
        return dict(zip(rows["category"], rows["value"].astype(float), strict=True))

    accused = values("brk:arrests-p17-accused/ethnic_appearance")
    total = accused.pop("Total")
    assert (accused["African/Caribbean"], sum(accused.values()), total) == (13649, 23084, 13084)
    unsupported = printed[printed["table_id"] == "rel:lambeth-dv-unsupported"]
    assert list(unsupported["value"]) == ["1976", "41", "20.6"]
    merton = values("brk:merton-dv-incidents-victims/ethnicity_broad")
    assert sum(merton.values()) == 2 * merton["Total"] == 2 * 2041


# from printed words to the design's


def test_rules_lead_only_to_known_words(mapping):
    taken = mapping[(mapping["kind"] == "count") & (mapping["to_unit"] != "")]
    assert set(taken["to_unit"]) <= set(UNITS)
    assert set(taken["to_measure"]) <= set(MEASURES)
    assert all(f"`{each}`" in README for each in set(taken["to_definition"]))
    assert (taken[COUNT_GIVES] != "").all(axis=None)
    groups = mapping[(mapping["kind"] == "group") & (mapping["to_group"] != "")]
    for strand, group in groups[["to_strand", "to_group"]].itertuples(index=False):
        assert strands.known(strand, group), (strand, group)


def test_what_is_not_taken_has_a_reason(mapping):
    assert set(mapping["kind"]) == {"count", "group", "met", "period", "rate", "target"}
    nothing = (mapping[["to_unit", "to_group", "to_start", "to_measure"]] == "").all(axis=1)
    assert nothing.any()
    assert (mapping.loc[nothing, "why"] != "").all()


def test_printed_rates_and_targets_are_of_known_measures(mapping):
    rules = mapping[mapping["kind"].isin(["rate", "target"])]
    assert set(rules["to_measure"]) <= set(MEASURES)
    assert not rules["measure"].duplicated().any()


def test_every_rule_names_something_that_was_printed(mapping, printed):
    for column in [*COUNT_LOOKS_AT, "strand"]:
        assert set(mapping[column]) - {""} <= set(printed[column]), column


def test_every_printed_count_has_a_rule(mapped):
    assert mapped["to_unit"].notna().all()
    assert mapped.loc[mapped["to_unit"] != "", "to_group"].notna().all()


def test_one_key_has_one_count_in_a_document(mapped):
    taken = mapped[(mapped["to_unit"] != "") & (mapped["to_group"] != "")]
    key = ["doc", *MAPPED_KEY]
    summed = (
        taken.assign(value=taken["value"].astype(int))
        .groupby([*key, "paragraph", "table_id"])["value"]
        .sum()
        .reset_index()
        .drop_duplicates([*key, "value"])
    )
    assert len(summed) == 563
    assert not summed.duplicated(key).any()
    twice = summed[summed.duplicated(MAPPED_KEY, keep=False) & (summed["period_start"] != "")]
    assert sorted(twice["value"]) == [102227, 108197]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("50986", {("offences", "crime", "flagged")}),
        ("52212", {("offences", "crime", "spi8a")}),
        (
            "22598",
            {
                ("offences", "sanction_detection", "flagged"),
                ("offences", "sanction_detection", "spi8a"),
            },
        ),
        ("51189", {("victim_records", "crime", "flagged")}),
        ("84026", {("incidents", "recorded", "spi8a")}),
        ("33559", {("offences", "arrest", "spi8a")}),
        ("77388", {("victims", "recorded", "aged_18_or_over")}),
        ("12856", {("victims", "crime", "aged_18_or_over")}),
        ("6786", {("offences", "crime", "rape_excluded")}),
        ("103", {("allegations", "recorded", "rape_included")}),
        ("205", {("victims", "repeat_within", "as_printed")}),
        ("6688", {("prosecutions", "prosecuted", "flagged")}),
    ],
)
def test_what_a_number_counts(mapped, value, expected):
    rows = mapped[(mapped["value"] == value) & (mapped["subject"] != "older_people")]
    assert set(rows[COUNT_GIVES[1:]].itertuples(index=False, name=None)) == expected


def test_people_by_number_of_reports(mapped):
    rows = mapped[(mapped["to_strand"] == "reports") & (mapped["to_unit"] == "victims")]
    wandsworth = rows[rows["area"] == "Wandsworth"].set_index("to_group")["value"].astype(int)
    assert wandsworth.sum() == 205
    assert sum(int(times) * people for times, people in wandsworth.items()) == 515
    london = rows[rows["area"] == "MPS"].groupby("to_measure")["value"].agg(set)
    assert london.to_dict() == {"recorded": {"53755", "23633"}, "crime": {"33471", "12856"}}


def test_a_scheme_that_is_not_stated_is_not_guessed(mapped):
    rows = mapped[mapped["strand"] == "ethnicity_scheme_not_stated"]
    assert "136" in set(rows["value"])
    assert set(rows.loc[rows["category"] != "Total", "to_group"]) == {""}


# residents


def test_london_is_its_32_boroughs_without_the_city(residents):
    place = yaml.safe_load(text("places/london.yml"))
    met, beside = list(place["parts"]), list(place["beside"])
    assert place["force"] == "Metropolitan Police"
    assert len(met) == 32
    assert beside == ["City of London"]
    assert set(residents["area"]) == {"London", *met, *beside}
    key = ["date", "census", "strand", "group"]
    assert not residents.duplicated(["area", *key]).any()
    summed = residents[residents["area"].isin(met)].groupby(key)["count"].sum()
    london = residents[residents["area"] == "London"].set_index(key)["count"]
    assert (summed.sort_index() == london.sort_index()).all()


def test_strands_of_a_census_agree_but_for_the_adjusted_tables_of_2021(residents):
    boroughs = residents[residents["area"] != "London"]
    totals = boroughs.groupby(["census", "date", "area", "strand"])["count"].sum().unstack()
    apart = totals.sub(totals["all"], axis=0).abs().groupby("census").max()
    assert apart.drop(index="census_2021").fillna(0).eq(0).all(axis=None)
    assert apart.loc["census_2021"].dropna().to_dict() == {
        "all": 0,
        "disability": 30,
        "ethnicity_census_2021": 0,
        "ethnicity_self_defined": 0,
        "religion": 47,
    }


def test_residents_are_in_known_groups(residents):
    pairs = residents[["strand", "group"]].drop_duplicates()
    own = pairs["strand"].str.startswith("ethnicity_census_")
    assert pairs[own].groupby("strand").size().to_dict() == {
        "ethnicity_census_2011": 18,
        "ethnicity_census_2021": 19,
    }
    for strand, group in pairs[~own].itertuples(index=False):
        assert strands.known(strand, group), (strand, group)


def test_the_censuses_own_groups_make_the_sixteen(residents):
    wandsworth = residents[residents["area"] == "Wandsworth"]

    def people(census: str, strand: str, *groups: str) -> int:
        rows = wandsworth[(wandsworth["census"] == census) & (wandsworth["strand"] == strand)]
        assert set(groups) <= set(rows["group"])
        return int(rows.loc[rows["group"].isin(groups), "count"].sum())

    assert people("census_2011", "all", "All") == 306995
    other_white = "White - Any other White background"
    assert people("census_2011", "ethnicity_self_defined", other_white) == people(
        "census_2011",
        "ethnicity_census_2011",
        "White: Gypsy or Irish Traveller",
        "White: Other White",
    )
    assert people("census_2021", "ethnicity_self_defined", other_white) == people(
        "census_2021",
        "ethnicity_census_2021",
        "White: Gypsy or Irish Traveller",
        "White: Roma",
        "White: Other White",
    )


def test_age_bands_have_no_gap_and_no_overlap(residents):
    for _, rows in residents[residents["strand"] == "age"].groupby("census"):
        bands = sorted(map(strands.band, rows["group"].unique()))
        assert bands[0][0] == 0
        assert all(above[0] == below[1] + 1 for below, above in pairwise(bands))


# records


def test_recorded_crime_is_a_whole_counts_frame():
    cases = counts.check(table("published/recorded_crime.csv.gz"))
    assert cases["area"].nunique() == 32
    assert cases.groupby(["area", "subject"]).size().eq(162).all()
    assert (cases["start"].min(), cases["end"].max()) == (
        pd.Timestamp("2010-04-01"),
        pd.Timestamp("2023-09-30"),
    )
    assert cases.groupby("subject")["count"].sum().to_dict() == {
        "homicide": 1667 - 61,
        "other_sexual_offences": 146069 - 9297 - 33,
        "rape": 86167 - 12333 - 12,
    }


def test_homicides_hold_only_what_is_used():
    victims = table("records/homicides.csv")
    assert list(victims.columns) == [
        "year", "area", "age_group", "gender", "ethnicity", "domestic_abuse", "solved",
    ]  # fmt: skip
    assert victims["area"].nunique() == 32
    assert set(victims["gender"]) == {"Female", "Male"}
    assert set(victims["ethnicity"]) == {"White", "Black", "Asian", "Other", "Not recorded"}
    assert (victims["domestic_abuse"] == "True").sum() == 472
    assert (victims["solved"] == "False").sum() == 308
    assert victims.sort_values(list(victims.columns)).index.equals(victims.index)
