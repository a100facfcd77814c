"""Tables for a page: what stands in their cells, and HTML that reads aloud well."""

from __future__ import annotations

import csv
import io
import math
import re
from html.parser import HTMLParser

import pandas as pd
import pytest
from tables import estimated

import dsvstats
from dsvstats import counts
from dsvstats.reporting import tables
from dsvstats.reporting.wording import grouping
from dsvstats.statistics import disproportionality

OF_GROUP = {"strand": "ethnicity_broad", "group": "Black", "method": "score"}


def frame(*rows, **common):
    return estimated(*rows, **OF_GROUP | common)


def ratio(group="Black", reference="White", **changes):
    versus = {"everyone else": "rest", "overall": "overall"}.get(reference, "reference")
    return {
        "group": group,
        "versus": versus,
        "statistic": "rate ratio",
        "numerator": 1138,
        "denominator": 32_700.4,
        "base": "residents:usual_residents",
        "reference": reference,
        "reference_numerator": 415,
        "reference_denominator": 187_700,
        "estimate": 1.91,
        "lower": 1.57,
        "upper": 2.31,
    } | changes


class Parsed(HTMLParser):
    """The tags of a table in order, with their attributes, and the text of its cells."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags, self.cells, self.depth = [], [], []
        self.feed(text)
        assert not self.depth, "tags left open"

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.depth.append(tag)
        if tag in ("th", "td", "caption"):
            self.cells.append("")

    def handle_endtag(self, tag):
        assert self.depth.pop() == tag

    def handle_data(self, data):
        if self.depth and self.depth[-1] in ("th", "td", "caption"):
            self.cells[-1] += data


def show(estimates, source=""):
    return tables.table(grouping.tidy(estimates), caption=tables.caption(estimates), source=source)


def column(table, title):
    """The words of the column that has this title."""
    at = [each.title for each in table.columns].index(title)
    return [row[at] for row in table.words]


def value(table, name):
    """The values of the column of this name."""
    at = [each.name for each in table.columns].index(name)
    return [row[at] for row in table.values]


def test_an_estimate_has_its_counts_and_limits_beside_it():
    table = show(frame(ratio()))
    titles = [each.title for each in table.columns]
    assert dict(zip(titles, table.words[0], strict=True)) == {
        "Group": "Black",
        "Number": "1,138",
        "Base": "32,700",
        "Rate ratio": "1.91",
        "95% limits: lower": "1.57",
        "95% limits: upper": "2.31",
    }
    assert table.values[0] == ("Black", 1138, 32_700.4, 1.91, 1.57, 2.31)
    assert table.caption == (
        "Rate ratio: victims and survivors of domestic violence crimes, Wandsworth, "
        "the 12 months to 31 March 2009"
    )
    assert "Reference: White people (415 in 187,700)." in table.notes
    assert "Base: person-years of residents." in table.notes


def test_limits_of_all_groups_follow_where_they_differ():
    table = show(frame(ratio(lower_together=1.4, upper_together=2.6)))
    assert value(table, "lower_together") == [1.4] and value(table, "upper_together") == [2.6]
    html = tables.markup(table, name="x")
    assert ">1.57 to 2.31<" in html and ">1.40 to 2.60<" in html
    assert ">95% limits, alone<" in html and ">95% limits, all groups<" in html
    assert "lower_together" not in [each.name for each in show(frame(ratio())).columns]


def test_three_comparisons_stand_side_by_side():
    rows = [
        ratio("White", "White", estimate=1, lower=1, upper=1, flags="is_reference"),
        ratio("White", "everyone else", estimate=0.8),
        ratio("White", "overall", estimate=0.9),
        ratio(),
        ratio(reference="everyone else", estimate=2.05),
        ratio(reference="overall", estimate=1.8),
    ]
    table = show(frame(*rows))
    assert column(table, "Group") == ["White", "Black"]
    assert column(table, "Against the reference group") == ["1 (reference)", "1.91"]
    assert column(table, "Against everyone else") == ["0.80", "2.05"]
    assert column(table, "Against the overall figure") == ["0.90", "1.80"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"withheld": True}, ("withheld", "", "", "")),
        (dict.fromkeys(("estimate", "lower", "upper"), math.nan), ("1,138", "no estimate", "", "")),
        (
            dict.fromkeys(("numerator", "estimate", "lower", "upper"), math.nan),
            ("not supplied", "not supplied", "", ""),
        ),
        (
            {"estimate": 0.0, "lower": 0.0, "upper": math.inf},
            ("1,138", "0.00", "0.00", "no upper limit"),
        ),
        ({"upper": math.inf}, ("1,138", "1.91", "1.57", "no upper limit")),
        (
            {
                "estimate": math.nan,
                "lower": 0.3,
                "upper": 4.6,
                "method": "bounds",
                "flags": "bounds",
            },
            ("1,138", "between 0.30 and 4.60", "0.30", "4.60"),
        ),
    ],
)
def test_what_cells_say(changes, words):
    table = show(frame(ratio(**changes), ratio("White", estimate=1.2)))
    names = ("numerator", "estimate", "lower", "upper")
    at = [[each.name for each in table.columns].index(name) for name in names]
    assert tuple(table.words[0][n] for n in at) == words
    held = [changes.get(name, 0) for name in names]
    for n, number in zip(at, held, strict=True):
        if changes.get("withheld") or (isinstance(number, float) and not math.isfinite(number)):
            assert table.values[0][n] is None


def test_withheld_rows_show_no_count_in_any_form():
    table = show(frame(ratio(withheld=True), ratio("White")))
    assert [each for each in table.values[0][1:] if each is not None] == []
    assert "1138" not in tables.comma_separated(table).splitlines()[1]
    assert "1,138" not in tables.markup(table, name="x").split("White")[0]


def test_a_target_stands_beside_its_rate_and_not_beside_what_is_withheld():
    against = ratio(
        statistic="proportion",
        base="offences:crime",
        versus="target",
        reference="target",
        reference_numerator=0.4,
        reference_denominator=1.0,
    )
    table = show(frame(against, against | {"group": "White", "withheld": True}))
    assert column(table, "Target") == ["40%", ""]


def test_representation_shows_both_shares():
    index = ratio(
        statistic="representation index",
        base="victims:crime",
        versus="population",
        reference="residents:usual_residents",
        denominator=5000,
    )
    table = show(frame(index))
    assert column(table, "Share") == ["22.8%"]
    assert column(table, "Share of residents") == ["0.2%"]


def test_remarks_on_all_rows_are_notes_and_others_are_marked():
    flags = ("residents=2011", "residents=2011 few")
    table = show(
        frame(*[ratio(g, flags=f) for g, f in zip(("White", "Black"), flags, strict=True)])
    )
    assert "Residents of 2011." in table.notes
    assert [[table.notes[n] for n in marks] for marks in table.marks] == [[], ["rests on few"]]
    html = tables.markup(table, name="x")
    (mark,) = re.findall(r'<sup><a href="#(x-note\d+)"', html)
    assert f'<li id="{mark}">rests on few</li>' in html


def test_suppositions_about_the_unrecorded_share_a_row():
    cases = [
        ratio(reference="everyone else", flags=f"residents=2011 supposing={name}", numerator=n)
        for name, n in (("random", 1138), ("lowest", 1138), ("highest", 1682))
    ]
    tipping = ratio(
        statistic="tipping point",
        base="victims:crime",
        versus="none",
        reference="",
        flags="out_of_reach",
        method="",
        **dict.fromkeys(("lower", "upper"), math.nan) | {"estimate": 1.4},
    )
    table = show(frame(*cases, tipping))
    assert len(table.words) == 1
    assert column(table, "Number") == ["1,138"]
    assert column(table, "Tipping point") == ["out of reach"]
    assert "highest_lower" in [each.name for each in table.columns]


def test_html_has_a_caption_scopes_and_nothing_that_changes():
    both = frame(ratio(), ratio("Female", "Male", strand="gender"))
    first = tables.markup(show(both), name="x")
    parsed = Parsed(first)
    assert [tag for tag, _ in parsed.tags][:2] == ["table", "caption"]
    heads = [attrs for tag, attrs in parsed.tags if tag == "th"]
    assert {each["scope"] for each in heads} == {"col", "row"}
    bands = [attrs for tag, attrs in parsed.tags if tag == "td" and "colspan" in attrs]
    assert bands and all(each["role"] == "rowheader" for each in bands)
    assert first == tables.markup(show(both), name="x")


def test_every_cell_says_its_heading_on_a_narrow_page():
    parsed = Parsed(tables.markup(show(frame(ratio())), name="x"))
    cells = [attrs for tag, attrs in parsed.tags if tag == "td"]
    assert [each["data-l"] for each in cells] == ["Number", "Base", "Rate ratio", "95% limits"]
    assert all(each["class"] == "num" for each in cells)


def test_the_csv_holds_the_values():
    text = tables.comma_separated(show(frame(ratio())))
    (line,) = csv.DictReader(io.StringIO(text))
    assert line["group"] == "Black" and float(line["estimate"]) == 1.91
    assert float(line["denominator"]) == 32_700.4


def test_hostile_text_is_shown_and_not_run():
    hostile = "<script>alert(1)</script>"
    odd = frame(ratio(reference=hostile), area=hostile, method=hostile, source=hostile)
    table = show(odd, source=hostile)
    html = tables.markup(table, name="x") + tables.link(table, name="x")
    assert "<script>" not in html
    assert html.count("&lt;script&gt;") >= 4
    listed = tables.listing(pd.DataFrame({"What": [hostile]}), caption="x")
    assert "<script>" not in tables.markup(listed, name="x")


def test_ratios_of_counts_say_that_they_are_no_shares():
    ratio_of_counts = ratio(
        statistic="ratio of counts", base="incidents:recorded", versus="none", estimate=0.42
    )
    table = show(frame(ratio_of_counts))
    assert any("no shares" in note for note in table.notes)
    assert value(table, "estimate") == [42] and column(table, "Ratio of counts") == ["42"]
    assert not any("no shares" in note for note in show(frame(ratio())).notes)


def test_no_dash_stands_for_to():
    table = show(
        frame(ratio(statistic="difference of retentions", estimate=-0.1, lower=-0.2, upper=0.1))
    )
    assert not re.search("[\u2012-\u2015]", tables.plain(table))
    assert "\u221210.0 | \u221220.0 to 10.0" in tables.plain(table)


def test_counts_stand_side_by_side_up_to_four():
    cases = pd.concat(
        [
            counts.table("Merton", "incidents", "recorded", "all", {"All": 1500}, source="a"),
            counts.table("Merton", "offences", "crime", "all", {"All": None}, source="b"),
        ]
    )
    table = tables.counts(cases)
    assert [each.title for each in table.columns] == ["Area", "Incidents", "Offences"]
    assert table.words == (("Merton", "1,500", "not supplied"),)
    assert table.values == (("Merton", 1500, None),)
    assert table.notes == ("Source: a; b.",)


def test_one_count_from_two_sources_names_both():
    cases = pd.concat(
        [
            counts.table("Merton", "offences", "crime", "all", {"All": n}, source=s)
            for n, s in ((1187, "a"), (1190, "b"))
        ]
    )
    assert [row[0] for row in tables.counts(cases).words] == ["Offences (a)", "Offences (b)"]


def test_withheld_counts_are_not_shown():
    cases = counts.table("Merton", "victims", "crime", "gender", {"Female": 7, "Male": 30})
    cases["withheld"] = cases["count"] < 10
    table = tables.counts(cases)
    assert column(table, "Count") == ["withheld", "30"]
    assert value(table, "count") == [None, 30]


def test_findings_say_where_what_and_what_would_mend_it():
    found = pd.DataFrame(
        [
            {
                "doc": "arrest_rates_2008_07_08",
                "paragraph": "1; 2; 3; 4; 5",
                "area": "London",
                "table_id": "brk:x",
                "strand": "",
                "category": "",
                "rule": "components_total",
                "severity": "contradiction",
                "printed": "23,084",
                "recomputed": "13,084",
                "suggestion": "3,649 for 13,649",
                "detail": "The categories add up to 13,084.",
            }
        ]
    )
    table = tables.findings(found)
    assert column(table, "Place") == ["1; 2; 3 and two more"]
    assert column(table, "Would mend it") == ["3,649 for 13,649"]
    assert column(table, "What it shows") == ["The categories add up to 13,084."]
    assert tables.findings(found.head(0)).caption == "No findings"


def test_synthetic_tables_say_so():
    definition = show(frame(ratio(definition="synthetic"))).caption
    assert "synthetic" in definition.lower()


def test_the_counts_beside_bounds_are_those_that_were_recorded():
    here = dsvstats.open("Wandsworth")
    bounds = disproportionality.unknown_bounds(here.people, per=here.residents)
    table = show(bounds[bounds["strand"] == "gender"])
    assert column(table, "Number") == ["947", "222", "18"]
