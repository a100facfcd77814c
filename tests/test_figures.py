"""Figures and what stands about them: what they draw and say, and that they never change."""

from __future__ import annotations

import base64
import json
import math
import re
import subprocess
import sys
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import estimated, residents
from tables import people as counted

from dsvstats import counts, estimates, strands
from dsvstats.reporting import blocks, figures, markup, sections
from dsvstats.reporting.figures import marks, pictures, scale
from dsvstats.reporting.showing import block, show
from dsvstats.statistics import attrition
from dsvstats.terms import places as areas

SIXTEEN = strands.SCHEMES["ethnicity_self_defined"].groups
EMPTY = counts.empty()


def frame(*rows, **common):
    return estimated(*rows, **{"method": "wilson"} | common)


def ratio(group, estimate=2.0, *, spread=1.5, reference="White - British", **changes):
    versus = {"everyone else": "rest", "overall": "overall"}.get(reference, "reference")
    return {
        "versus": versus,
        "strand": "ethnicity_self_defined",
        "group": group,
        "statistic": "rate ratio",
        "numerator": 138,
        "denominator": 1_232_700,
        "base": "residents:usual_residents",
        "reference": reference,
        "reference_numerator": 415,
        "reference_denominator": 3_187_700,
        "estimate": estimate,
        "lower": estimate / spread,
        "upper": estimate * spread,
    } | changes


def share(count, whole, **changes):
    return {
        "numerator": count,
        "denominator": whole,
        "estimate": count / whole,
        "lower": max(0.0, count / whole - 0.05),
        "upper": min(1.0, count / whole + 0.05),
        "statistic": "proportion",
        "base": "offences:crime",
    } | changes


def families():
    """A forest plot with everything that can stand in one."""
    values = [1, 0.9, 1.5, 0.0, 40, 0.02, 1.8, 0.5, 0.9, 1.1, 0.65, 2.3, 1.2, 3.9, 0.1, 1.04]
    rows = [ratio(group, value) for group, value in zip(SIXTEEN, values, strict=True)]
    rows[0] |= {"lower": 1.0, "upper": 1.0, "flags": "is_reference"}
    rows[1] |= {"withheld": True}
    rows[2] |= {"flags": "too_few"}
    rows[3] |= {"lower": 0.0, "upper": math.inf}
    rows[4] |= {"upper": math.inf}
    rows[5] |= dict.fromkeys(("estimate", "lower", "upper"), math.nan)
    rows[6] |= {"estimate": math.nan, "method": "bounds", "flags": "bounds"}
    return frame(*rows, ratio("Not recorded", math.nan, denominator=math.nan, flags="unrecorded"))


def compared():
    return frame(
        *[
            ratio(group, reference=versus)
            for group in SIXTEEN[1:4]
            for versus in ("White - British", "everyone else", "overall")
        ],
        *[
            ratio("White - British", 0.9, reference=versus)
            for versus in ("everyone else", "overall")
        ],
        ratio("Female", 4, strand="gender", reference="Male"),
    )


def unknown():
    return frame(
        *[
            ratio(
                group,
                value,
                spread=1.05,
                flags=f"supposing={name}",
                reference="everyone else",
            )
            for group, values in {SIXTEEN[1]: (2, 1.5, 90), SIXTEEN[2]: (0.9, 0.2, 4)}.items()
            for name, value in zip(("random", "lowest", "highest"), values, strict=True)
        ]
    )


def boroughs(**changes):
    rows = [
        {
            "area": area,
            "numerator": n + 10,
            "denominator": 3e6,
            "base": "residents:usual_residents",
            "statistic": "rate",
            "estimate": n / 4 + 1.234,
            "lower": n / 4,
            "upper": n / 3 + 4,
            "per": 1_000_000,
            "subject": "dv_homicide",
        }
        for n, area in enumerate([*areas.boroughs(), "London"])
    ]
    return frame(*[row | changes.get(row["area"].replace(" ", "_"), {}) for row in rows])


def chain(*more):
    return frame(
        {
            "unit": "offences",
            "statistic": "ratio of counts",
            "numerator": 1187,
            "denominator": 2801,
            "base": "incidents:recorded",
            "estimate": 0.424,
            "lower": 0.4,
            "upper": 0.45,
        },
        share(629, 1187, unit="offences", measure="sanction_detection", statistic="retention"),
        *more,
    )


LARGER = {
    "unit": "offences",
    "measure": "charge",
    "statistic": "retention",
    "numerator": 900,
    "denominator": 629,
    "base": "offences:sanction_detection",
    "method": "",
}


def targets():
    against = {
        "versus": "target",
        "reference": "target",
        "reference_denominator": 1.0,
        "unit": "offences",
        "measure": "sanction_detection",
    }
    return frame(
        share(24_757, 53_726, reference_numerator=0.38, **against),
        share(752, 2_400, reference_numerator=0.32, subject="rape", **against),
    )


def people(groups=None, **key):
    groups = groups or {"2": 146, "3": 37, "4": 12, "5": 5, "6": 2, "7": 2, "13": 1}
    return counts.table("Wandsworth", "victims", "crime", "reports", groups, **key)


def curve(area="Wandsworth"):
    key = {name: people()[name].iloc[0] for name in counts.KEY if name not in ("strand", "group")}
    people_, reports = np.array([1, 59, 145]), np.array([13, 3, 2])
    return pd.DataFrame(
        key
        | {"area": area}
        | {
            "reports": reports,
            "people": people_,
            "share_of_people": people_.cumsum() / 205,
            "share_of_reports": (people_ * reports).cumsum() / (people_ * reports).sum(),
        }
    )


def composition():
    return frame(
        *[
            share(50 + n, 1187, strand="ethnicity_self_defined", group=group, statistic="share")
            for n, group in enumerate(SIXTEEN)
        ],
        share(544, 1187, strand="ethnicity_self_defined", group="Not recorded", statistic="share"),
    )


def many():
    return frame(
        *[share(40 + n, 900, area=f"Borough of the very long name number {n}") for n in range(32)]
    )


FOUND = pd.DataFrame(
    {
        "rule": ["shares_against_100", "components_total", "components_total"],
        **dict.fromkeys(["area", "doc", "paragraph", "detail", "printed"], "x"),
        **dict.fromkeys(["recomputed", "suggestion"], ""),
    }
)


def shown(found, *, source="", **told):
    return block(found, "", "", source, **told)


DRAWN = {
    "forest": lambda: shown(families()),
    "forest of three": lambda: shown(compared()),
    "forest of differences": lambda: shown(
        frame(
            ratio(
                "Female",
                -0.1,
                strand="gender",
                statistic="difference of retentions",
                lower=-0.2,
                upper=0.1,
            )
        )
    ),
    "shares": lambda: shown(composition()),
    "bounds": lambda: shown(unknown()),
    "stages": lambda: shown(chain(LARGER)),
    "targets": lambda: shown(targets()),
    "reports": lambda: shown(people()),
    "lorenz": lambda: shown(pd.concat([curve(), curve("Lambeth")])),
    "ranked": lambda: shown(boroughs(Sutton={"withheld": True}), highlight="Bexley"),
    "many": lambda: shown(many()),
    "findings": lambda: shown(FOUND),
}


@pytest.fixture(scope="module")
def drawn():
    return {name: draw() for name, draw in DRAWN.items()}


class Parsed(HTMLParser):
    """The tags of a page in order, with their attributes; all that is opened is closed."""

    VOID = ("line", "rect", "circle", "path", "use", "br", "meta")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags, self.depth, self.words = [], [], []
        self.feed(text)
        assert not self.depth, "tags left open"

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.depth.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.depth.pop() == tag

    def handle_data(self, data):
        if data.strip():
            self.words.append((self.depth[-1] if self.depth else "", data.strip()))

    def all(self, tag, **wanted):
        return [a for t, a in self.tags if t == tag and wanted.items() <= a.items()]


def rows_of(made):
    """The rows of a block's figures by their label."""
    held = [each for each in made.sections if each.figure]
    return {row["label"]: row for each in held for row in each.figure.rows}


def html_of(made, label):
    """The HTML of the row with this label."""
    lines = re.findall(r'<div class="r[ "].*?</div>', markup.page(made))
    return next(
        line for line in lines if f'class="g">{label}<' in line or f"</span>{label}<" in line
    )


@pytest.mark.parametrize("name", DRAWN)
def test_what_is_shown_is_whole_and_its_addresses_are_its_own(drawn, name):
    parsed = Parsed(markup.page(drawn[name]))
    ids = [attrs["id"] for _, attrs in parsed.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert not parsed.all("script")
    links = [a["href"] for a in parsed.all("a")]
    assert all(each.startswith(("#", "data:text/csv")) for each in links)
    assert {each[1:] for each in links if each.startswith("#")} <= set(ids)


def test_addresses_are_told_apart_over_a_whole_page(drawn):
    ids = re.findall(r' id="([^"]+)"', "".join(map(markup.page, drawn.values())))
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("name", DRAWN)
def test_every_figure_says_what_it_shows_in_a_text_that_can_be_heard_out(drawn, name):
    for each in drawn[name].sections:
        if each.figure:
            assert 20 < len(each.figure.alt) <= 250
            assert each.figure.alt.startswith(each.figure.kind[:5]) or each.figure.kind == "picture"
            assert each.figure.alt.count(".") >= 2


@pytest.mark.parametrize("name", DRAWN)
def test_marks_stay_within_their_row(drawn, name):
    for place in re.findall(r'(?:x|x1|x2|width)="(-?[\d.]+)%"', markup.page(drawn[name])):
        assert 0 <= float(place) <= 100


@pytest.mark.parametrize("name", DRAWN)
def test_colours_keep_to_the_palette_and_are_told_by_shape_too(drawn, name):
    used = set(
        re.findall(r"#[0-9a-f]{6}\b", markup.page(drawn[name]).split("data:text")[0].lower())
    )
    assert used <= {
        *("#0072b2", "#d55e00", "#6b7278", "#4d545b", "#1b1d1f", "#d3d8dd", "#e4f0f8", "#ffffff"),
    }


def test_no_letter_is_below_12_pixels():
    sizes = re.findall(r"font(?:-size)?:(?:\d+ )?([\d.]+)(rem|px|em)", markup.style())
    pixels = [float(n) * {"rem": 16, "px": 1, "em": 16}[unit] for n, unit in sizes]
    screen = [
        size for size, (n, unit) in zip(pixels, sizes, strict=True) if (n, unit) != ("10", "px")
    ]
    assert screen and min(screen) >= 12
    assert plane_letters() >= {"12"}


def plane_letters():
    drawn = pictures.lorenz(curve()).figure.html
    return set(re.findall(r"font-size: (\d+)px", drawn))


def test_the_same_bytes_in_any_kernel(drawn):
    code = (
        "import test_figures as t; from dsvstats.reporting import markup; import hashlib;"
        "print(hashlib.sha256(markup.page(t.DRAWN['lorenz']()).encode()).hexdigest())"
    )
    own = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd="tests"
    )
    import hashlib

    here = hashlib.sha256(markup.page(drawn["lorenz"]).encode()).hexdigest()
    assert own.stdout.strip() == here


def test_a_forest_has_no_difference_in_its_middle(drawn):
    held = drawn["forest"].sections[0].figure.scale
    assert held["log"] and held["null"] == 1.0
    assert held["ticks"][len(held["ticks"]) // 2] == "equal"


def test_a_pin_points_the_way_that_the_whole_family_allows():
    rows = [
        ratio("Black", 2.0, strand="ethnicity_broad", lower_together=1.4, upper_together=2.9),
        ratio("Mixed", 0.5, strand="ethnicity_broad", lower_together=0.3, upper_together=0.9),
        ratio(
            "Asian",
            1.5,
            spread=1.3,
            strand="ethnicity_broad",
            lower_together=0.9,
            upper_together=2.4,
        ),
        ratio("Other", 1.1, strand="ethnicity_broad", flags="too_few"),
    ]
    made = shown(frame(*rows))
    words = {label: row["word"] for label, row in rows_of(made).items()}
    assert words == {
        "Black": "▶ higher",
        "Mixed": "◀ lower",
        "Asian": "● unclear",
        "Other": "○ too few",
    }
    assert marks.ACCENT in html_of(made, "Black") and marks._HEADS["higher"] in html_of(
        made, "Black"
    )
    assert marks._HEADS["lower"] in html_of(made, "Mixed")
    assert marks.ACCENT not in html_of(made, "Asian") and marks.GREY in html_of(made, "Asian")
    assert 'fill="#fff"' in html_of(made, "Other")


def test_thick_limits_are_one_group_s_and_thin_ones_the_family_s():
    line = html_of(
        shown(frame(ratio("Black", 2.0, lower_together=1.1, upper_together=3.6))), "Black"
    )
    thick, thin = (
        re.findall(
            rf'<line x1="([\d.]+)%" x2="([\d.]+)%" y1="23" y2="23"[^>]*stroke-width="{w}"', line
        )
        for w in ("7", "1.75")
    )
    (a, b), (c, d) = (tuple(map(float, each[0])) for each in (thick, thin))
    assert c < a < b < d


def test_limits_that_run_off_the_scale_end_in_arrows():
    made = shown(frame(ratio("Black", 2.0, lower=0.001, upper=900.0)))
    assert html_of(made, "Black").count('fill="none"') == 2
    within = shown(frame(ratio("Black", 2.0, lower=1.5, upper=3.0)))
    assert 'fill="none"' not in html_of(within, "Black")


def test_withheld_rows_in_a_run_are_one_line():
    rows = [ratio(group, withheld=True) for group in SIXTEEN[1:15]]
    drawn = shown(frame(ratio(SIXTEEN[0], 1.2), *rows))
    text = markup.page(drawn)
    assert text.count("withheld, to protect") == 1
    assert '<span class="g">14 groups</span>' in text
    held = [each["label"] for part in drawn.sections for each in part.figure.rows]
    assert held[1:] == ["14 groups"]  # what is drawn as pixels too


def test_the_unrecorded_stand_last_with_what_they_could_do():
    told = {"strand": "gender", "reference": "Male"}
    missing = ratio("Not recorded", math.nan, numerator=544, denominator=math.nan, **told)
    turned = ratio("Female", 2.0, flags="missing=544/1187 could_turn", **told)
    firm = ratio("Female", 2.0, flags="missing=18/1187", **told)
    for row, so, verdict in (
        (turned, "could undo a row above", "not_firm"),
        (firm, "too few to turn a row above", "firm"),
    ):
        made = shown(frame(row, missing))
        last = list(rows_of(made).values())[-1]
        assert last["kind"] == "missing" and so in last["note"]
        assert made.sections[0].verdict == verdict
        assert "hatch" not in html_of(made, "Women")
    assert list(rows_of(shown(frame(turned, missing))).values())[-1]["counts"] == "544 of 1,187"


def test_what_is_missing_is_hatched_and_has_no_pin():
    made = shown(unknown())
    rows = rows_of(made)
    first = html_of(made, SIXTEEN[1])
    assert "hatch" in first and "M-5,-6" not in first and 'stroke-width="7"' not in first
    assert rows[SIXTEEN[1]]["counts"] == "Stays higher"
    assert rows[SIXTEEN[2]]["counts"] == "Either way"


def test_shares_of_all_strands_stand_on_one_scale():
    rows = [
        ratio("Female", 1.3, strand="gender", reference="Male", spread=1.1),
        ratio("Black", 7.0, strand="ethnicity_broad", reference="White", spread=1.1),
    ]
    scales = [each.figure.scale for each in shown(frame(*rows)).sections]
    assert scales[0] == scales[1] and scales[0]["high"] == 8.0


def test_fine_groups_are_folded_under_broad_ones():
    rows = [
        ratio("Black", 2.0, strand="ethnicity_broad", reference="White"),
        ratio(SIXTEEN[11], 2.0),
    ]
    made = shown(frame(*rows))
    assert [each.folded for each in made.sections] == [False, True]
    assert [each.folded for each in shown(frame(rows[1])).sections] == [False]


def clear_and_not():
    return frame(
        ratio("Female", 4.0, strand="gender", reference="Male", spread=1.1),
        ratio("Black", 1.1, strand="ethnicity_broad", reference="White"),
    )


def test_what_could_be_chance_is_folded_beside_what_is_clear():
    folded = {each.name: each.folded for each in shown(clear_and_not()).sections}
    assert folded == {"Gender": False, "Ethnicity, broad groups": True}
    chance = shown(clear_and_not().iloc[1:])
    assert [each.folded for each in chance.sections] == [False]


def test_what_is_folded_says_what_it_found_and_how_firm_it_is():
    text = markup.page(shown(clear_and_not()))
    (summary,) = re.findall("<summary>(Ethnicity.*?)</summary>", text)
    assert "No clear difference" in summary and "Could be chance" in summary


def test_what_one_figure_of_a_block_says_of_all_is_said_once():
    rows = [
        ratio("Female", 1.5, strand="gender", versus="population", spread=1.05),
        ratio("Black", 2.0, strand="ethnicity_broad", versus="population", spread=1.05),
    ]
    made = shown(frame(*[row | {"flags": "residents=2011"} for row in rows]))
    assert [each.cautions for each in made.sections] == [("Residents of 2011.",)] * 2
    text = markup.page(made).split("<details")[0]
    assert text.count("<figure>") == 2 and text.count("<figcaption>") == 1
    for once in ("Equal = the same share", "Residents of 2011.", "95% limits, alone"):
        assert text.count(once) == 1
    assert "Residents of 2011." in markup.text(made)


def test_tables_of_a_block_are_folded_into_one_each_with_its_strand():
    text = markup.page(shown(compared()))
    assert text.count("<summary>Table and CSV") == 1
    captions = re.findall("<caption>(.*?)</caption>", text)
    assert len(captions) == len(set(captions)) == 2


def test_all_sections_are_folded_where_a_page_asks_for_it(capsys):
    (told,) = show(compared(), folded=True)
    assert all(each.folded for each in told.part.sections)
    assert capsys.readouterr().out.count("rate") == markup.text(shown(compared())).count("rate")


def test_three_comparisons_are_one_figure_and_one_table():
    made = shown(compared())
    first = made.sections[0]
    assert {row["value"] for row in first.figure.rows} <= {"2.00", "1"}
    names = [each.name for each in first.table.columns]
    assert {"reference_estimate", "rest_estimate", "overall_estimate"} <= set(names)


def test_a_stage_larger_than_the_one_before_is_shown_and_not_divided():
    rows = rows_of(shown(chain(LARGER)))
    assert rows["Offences with a charge"]["counts"] == "more: not divided"
    assert rows["Offences with a charge"]["value"] == "900"


def test_stages_show_what_remains_and_what_it_is_of():
    rows = rows_of(shown(chain()))
    assert [row["value"] for row in rows.values()] == ["2,801", "1,187", "629"]
    assert rows["Offences"]["before"] == 2801
    assert shown(chain()).sections[0].heading.startswith("From 2,801 incidents to 629")


def test_targets_are_marked_and_named_in_their_rows():
    made = shown(targets())
    marked = [row for row in rows_of(made).values() if row["mark"] is not None]
    assert sorted(row["mark"] for row in marked) == [0.32, 0.38]
    assert all("target" in row["label"] for row in marked)


def test_areas_stand_in_order_the_whole_first_and_the_page_s_own_marked():
    rows = list(rows_of(shown(boroughs(), highlight="Bexley", whole="London")).values())
    assert rows[0]["label"] == "London"
    told = [row["estimate"] for row in rows[1:]]
    assert told == sorted(told, reverse=True)
    assert [row["label"] for row in rows if row["kind"] == "here"] == ["Bexley"]


def test_what_tells_an_area_s_row_from_the_others_stands_below_its_name():
    row = share(44, 224, area="Merton", measure="no_crime", statistic="proportion")
    found = frame(row, row | {"end": pd.Timestamp("2010-03-31")}, row | {"area": "Barnet"})
    drawn = shown(found, highlight="Merton").sections[0].figure.rows
    assert {each["label"] for each in drawn} == {"Merton", "Barnet"}
    assert len({each["note"] for each in drawn if each["label"] == "Merton"}) == 2
    hidden = [share(40 + n, 90, area=area) for n, area in enumerate(areas.boroughs()[:5])]
    text = markup.page(shown(frame(*hidden[:1], *(row | {"withheld": True} for row in hidden[1:]))))
    assert '<span class="g">4 areas</span>' in text


def test_the_lorenz_curve_lies_over_its_line_of_equality():
    made = shown(curve())
    assert made.sections[
        0
    ].heading == "The most reported 29% of people are in 43% of the reports" or (
        "of the reports" in made.sections[0].heading
    )
    points = re.findall(r"<path d=\"M ([^\"]+)\"", made.sections[0].figure.html)
    assert points
    assert made.sections[0].table.values


def test_nothing_to_show_is_a_line_and_not_an_empty_figure():
    made = block(estimates.empty(), "victims by age", "", "")
    assert made == blocks.Block("victims by age")
    assert markup.page(made) == "<p>Not supplied: victims by age.</p>"
    assert markup.text(block(counts.empty(), "", "", "")) == "Not supplied."


@pytest.mark.parametrize("name", ["<b>&", "$x^2$", "{0}", "Ω\u202etxet", "x" * 300])
def test_hostile_names_are_shown_as_they_are(name):
    page = markup.page(shown(frame(share(5, 50, area=name), share(6, 50, area="Barnet"))))
    Parsed(page)
    assert "<b>&</b>" not in page and "<b>&amp;" not in page.replace("&lt;b&gt;&amp;", "")


def test_synthetic_figures_say_so_in_their_heading():
    made = shown(frame(ratio("Black", definition="synthetic", flags="synthetic")))
    assert made.synthetic
    assert all("synthetic" in each.heading.lower() for each in made.sections)


def test_the_same_numbers_stand_in_table_figure_and_csv():
    made = shown(frame(ratio("Black", 2.0, lower_together=1.2, upper_together=3.4)))
    table = made.sections[0].table
    line = dict(zip([each.name for each in table.columns], table.values[0], strict=True))
    assert line["estimate"] == 2.0 and line["lower_together"] == 1.2 and line["numerator"] == 138
    assert rows_of(made)["Black"]["estimate"] == line["estimate"]


numbers = st.floats(1e-6, 1e6, allow_nan=False)


@given(values=st.lists(numbers, min_size=1), value=numbers, more=numbers)
def test_a_scale_keeps_order_and_stays_within_its_row(values, value, more):
    for made in (scale.ratios(values), scale.amounts(values), scale.shares(values)):
        low, high = sorted((value, more))
        assert 0 <= made.at(low) <= made.at(high) <= 100
    assert scale.ratios(values).at(1.0) == pytest.approx(50)
    held = scale.amounts(values)
    assert held.high >= max(values) * (1 - 1e-9) and held.high <= 10 * max(values) + 1e-9


@given(values=st.lists(st.floats(-5, 5), min_size=1))
def test_differences_have_no_difference_in_the_middle(values):
    held = scale.differences(values, write="{:g}".format)
    assert held.at(0.0) == 50 and held.ticks[2] == "equal"
    assert held.high >= max(map(abs, values)) * (1 - 1e-9) or max(map(abs, values)) < 1e-9


def test_counts_have_whole_ticks():
    assert scale.amounts([13.0, 146.0]).ticks == ("0", "40", "80", "120", "160")
    assert scale.amounts([1.0], whole=True).ticks == ("0", "1", "2", "3", "4")


@pytest.mark.parametrize("name", DRAWN)
def test_every_figure_becomes_pixels_for_documents_from_its_data_alone(drawn, name):
    there = json.loads(json.dumps(blocks.data(drawn[name])))
    for each in blocks.part(there).sections:
        if each.figure:
            pixels = base64.b64decode(figures.png(each.figure))
            assert pixels.startswith(b"\x89PNG") and len(pixels) > 2000
            assert figures.png(each.figure) == figures.png(each.figure)


def whole_way(recorded, crime) -> pd.DataFrame:
    """Women and men, from residents to crimes."""
    cases = pd.concat(
        [
            counted(
                "gender", dict(zip(("Female", "Male"), recorded, strict=True)), measure="recorded"
            ),
            counted("gender", dict(zip(("Female", "Male"), crime, strict=True)), measure="crime"),
            residents("gender", {"Female": 50_000, "Male": 50_000}),
        ]
    )
    return attrition.relative_rate_index(cases, stages=["recorded", "crime"])


def test_a_waterfall_goes_from_equal_by_each_stage_to_the_whole():
    (section,) = sections.of_steps(whole_way([1000, 500], [600, 100]))
    first, second, whole = section.figure.rows
    assert first["ends"] == [1.0, pytest.approx(2.0, rel=0.01)]
    assert second["ends"] == [pytest.approx(2.0, rel=0.01), pytest.approx(6.0, rel=0.01)]
    assert whole["ends"] == [1.0, pytest.approx(6.0, rel=0.01)] and whole["label"] == "Altogether"
    assert "the largest step is where cases were recorded as crimes" in section.heading
    assert section.sentences[0].startswith("Step by step: 2 times in what is recorded")
    assert section.figure.html.count("<path") >= 3


def test_a_difference_that_is_not_clear_in_the_end_is_not_told_as_one():
    (section,) = sections.of_steps(whole_way([300, 200], [60, 62]))
    assert (
        section.heading.endswith("no clear difference in the end") and section.verdict == "chance"
    )


def test_groups_without_every_stage_have_no_waterfall_and_stand_in_the_table():
    found = whole_way([1000, 500], [600, 0])
    (section,) = sections.of_steps(found)
    assert section.figure is None and section.table is not None
