"""Tables for a page: what stands in their cells, and HTML that reads aloud well."""

from __future__ import annotations

import math
import re
from html.parser import HTMLParser

import pandas as pd
import pytest
from tables import estimated

from dsvstats import counts, estimates
from dsvstats.reporting import tables

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


def test_an_estimate_has_its_counts_and_limits_beside_it():
    table = tables.show(frame(ratio()))
    assert table.data.to_dict("records") == [
        {
            "Section": "Ethnicity, broad groups",
            "Group": "Black",
            "Number": "1,138",
            "Base": "32,700",
            "Estimate (95% limits)": "1.91 (1.57 to 2.31)",
        }
    ]
    assert table.caption == (
        "Rate ratio: victims and survivors of domestic violence crimes, Wandsworth, "
        "the 12 months to 31 March 2009"
    )
    assert "Reference: people recorded as White (415 in 187,700)." in table.notes
    assert "Base: person-years of residents." in table.notes


def test_three_comparisons_stand_side_by_side():
    rows = [
        ratio("White", "White", estimate=1, lower=1, upper=1, flags="is_reference"),
        ratio("White", "everyone else", estimate=0.8),
        ratio("White", "overall", estimate=0.9),
        ratio(),
        ratio(reference="everyone else", estimate=2.05),
        ratio(reference="overall", estimate=1.8),
    ]
    data = tables.show(frame(*rows)).data
    assert list(data.columns[-3:]) == [
        "Against the reference group (95% limits)",
        "Against everyone else (95% limits)",
        "Against the overall figure (95% limits)",
    ]
    assert data["Group"].tolist() == ["White", "Black"]
    assert data.iloc[0, -3] == "1 (reference)"
    assert data.iloc[1, -2].startswith("2.05 (")


@pytest.mark.parametrize(
    ("changes", "cell"),
    [
        ({"withheld": True}, "withheld"),
        ({"estimate": math.nan, "lower": math.nan, "upper": math.nan}, "no estimate"),
        (dict.fromkeys(("numerator", "estimate", "lower", "upper"), math.nan), "not supplied"),
        ({"estimate": 0.0, "lower": 0.0, "upper": math.inf}, "0.00 (0.00 and above)"),
        ({"upper": math.inf}, "1.91 (1.57 and above)"),
        ({"lower": 0.9996, "estimate": 1.0004}, "1.0004 (0.9996 to 2.31)"),
        (
            {
                "estimate": math.nan,
                "lower": 0.3,
                "upper": 4.6,
                "method": "bounds",
                "flags": "bounds",
            },
            "between 0.30 and 4.60",
        ),
    ],
)
def test_what_a_cell_says(changes, cell):
    assert tables.show(frame(ratio(**changes))).data.iloc[0, 4] == cell


def test_withheld_rows_show_no_count():
    cells = tables.show(frame(ratio(withheld=True))).data.iloc[0]
    assert (cells["Number"], cells["Base"]) == ("withheld", "withheld")


def test_a_target_stands_beside_its_rate_and_not_beside_what_is_withheld():
    against = ratio(
        statistic="proportion",
        base="offences:crime",
        versus="target",
        reference="target",
        reference_numerator=0.4,
        reference_denominator=1.0,
    )
    data = tables.show(frame(against, against | {"group": "White", "withheld": True})).data
    assert data["Target"].tolist() == ["40%", ""]


def test_representation_shows_both_shares():
    index = ratio(
        statistic="representation index",
        base="victims:crime",
        versus="population",
        reference="residents:usual_residents",
        denominator=5000,
    )
    data = tables.show(frame(index)).data
    assert data["Share"].item() == "22.8%"
    assert data["Share of residents"].item() == "0.2%"


def test_remarks_on_all_rows_stand_below_and_others_in_their_row():
    flags = ("residents=2011", "residents=2011 few")
    table = tables.show(
        frame(*[ratio(g, flags=f) for g, f in zip(("White", "Black"), flags, strict=True)])
    )
    assert "Residents of 2011." in table.notes
    assert table.data["Note"].tolist() == ["", "rests on few"]


def test_remarks_on_one_section_name_it():
    table = tables.show(
        frame(
            ratio(flags="residents=2011"),
            ratio("Female", "Male", strand="gender", flags="residents=2001"),
        )
    )
    assert "Gender: residents of 2001." in table.notes
    assert "Note" not in table.data


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
    table = tables.show(frame(*cases, tipping))
    data = table.data
    assert any(
        "victims and survivors of crimes whose group was not" in note for note in table.notes
    )
    assert "Residents of 2011." in table.notes
    assert "Note" not in data
    assert len(data) == 1
    assert data["Number"].item() == "1,138"
    assert "Highest (95% limits)" in data
    assert data["Tipping point"].item() == "out of reach"


def test_html_has_a_caption_scopes_and_nothing_that_changes():
    table = tables.show(frame(ratio(), ratio("Female", "Male", strand="gender")), source="a report")
    first = table._repr_html_()
    parsed = Parsed(first)
    tags = [tag for tag, _ in parsed.tags]
    assert tags[:3] == ["div", "table", "caption"]
    heads = [attrs for tag, attrs in parsed.tags if tag == "th"]
    assert {each["scope"] for each in heads} == {"col", "row", "rowgroup"}
    assert "" not in parsed.cells
    assert (
        first
        == tables.show(
            frame(ratio(), ratio("Female", "Male", strand="gender")), source="a report"
        )._repr_html_()
    )
    assert not re.search(r'\bid="', first)


def test_numbers_are_set_right_and_words_left():
    html = tables.show(frame(ratio()))._repr_html_()
    assert '<th scope="col" style="text-align:right">Number</th>' in html
    assert '<td style="text-align:right">1,138</td>' in html
    assert '<th scope="row" style="text-align:left">Black</th>' in html


def test_hostile_text_is_shown_and_not_run():
    hostile = "<script>alert(1)</script>"
    odd = frame(ratio(reference=hostile), area=hostile, method=hostile, source=hostile)
    html = tables.show(odd, title=hostile, source=hostile)._repr_html_()
    assert "<script>" not in html
    assert html.count("&lt;script&gt;") >= 4
    assert (
        tables.listing(pd.DataFrame({hostile: [hostile]}), caption="x")
        ._repr_html_()
        .count("&lt;script&gt;")
        == 2
    )


def test_ratios_of_counts_say_that_they_are_no_shares():
    ratio_of_counts = ratio(statistic="ratio of counts", base="incidents:recorded", versus="none")
    assert "Ratios of counts are for every 100 of the base, and no shares of it." in (
        tables.show(frame(ratio_of_counts)).notes
    )
    assert not any("no shares" in note for note in tables.show(frame(ratio())).notes)


def test_no_dash_stands_for_to():
    table = tables.show(frame(ratio(statistic="difference", estimate=-0.1, lower=-0.2, upper=0.1)))
    assert not re.search("[\u2012-\u2015]", repr(table))
    assert "\u221210.0 (\u221220.0 to 10.0)" in repr(table)


def test_empty_frames_are_not_supplied():
    for table in (
        tables.show(estimates.empty()),
        tables.counts(counts.empty()),
        tables.listing(pd.DataFrame({"What": []}), caption="x"),
    ):
        assert table.data.iloc[0, 0] == "not supplied"
        assert re.fullmatch(r"<p>.+</p>", table._repr_html_())
    assert tables.findings(pd.DataFrame()).data.iloc[0, 0] == "none"


def test_counts_stand_side_by_side_up_to_four():
    cases = pd.concat(
        [
            counts.table("Merton", "incidents", "recorded", "all", {"All": 1500}, source="a"),
            counts.table("Merton", "offences", "crime", "all", {"All": None}, source="b"),
        ]
    )
    table = tables.counts(cases)
    assert table.data.to_dict("records") == [
        {"Area": "Merton", "Incidents": "1,500", "Offences": "not supplied"}
    ]
    assert table.notes == ("Source: a; b.",)


def test_one_count_from_two_sources_names_both():
    cases = pd.concat(
        [
            counts.table("Merton", "offences", "crime", "all", {"All": n}, source=s)
            for n, s in ((1187, "a"), (1190, "b"))
        ]
    )
    data = tables.counts(cases).data
    assert data.iloc[:, 0].tolist() == ["Offences (a)", "Offences (b)"]


def test_withheld_counts_are_not_shown():
    cases = counts.table("Merton", "victims", "crime", "gender", {"Female": 7, "Male": 30})
    cases["withheld"] = cases["count"] < 10
    assert tables.counts(cases).data["Count"].tolist() == ["withheld", "30"]


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
    data = tables.findings(found).data
    assert data["Place"].item() == "1; 2; 3 and two more"
    assert data["Would mend it"].item() == "3,649 for 13,649"
    assert data["What it shows"].item() == "The categories add up to 13,084."


def test_synthetic_tables_say_so():
    assert "(synthetic)" in tables.show(frame(ratio(definition="synthetic"))).caption
    marked = tables.show(frame(ratio(flags="synthetic"))).caption
    assert marked.startswith("Synthetic data: ")
