"""Figures: what they draw and say, that nothing in them overlaps, and that they never change."""

from __future__ import annotations

import base64
import itertools
import math
import subprocess
import sys

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex, to_rgb
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from tables import estimated

from dsvstats import counts, estimates, strands
from dsvstats.reporting import figures
from dsvstats.reporting.figures import axis, theme
from dsvstats.reporting.figures import marks as paint
from dsvstats.reporting.figures import tile_map as tiles
from dsvstats.reporting.wording import values
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


FOUND = pd.DataFrame({"rule": ["shares_against_100", "components_total", "components_total"]})
DRAWN = {
    "forest": lambda: figures.forest(families(), source="a report with a long name, page 12"),
    "forest of three": lambda: figures.forest(compared()),
    "forest of differences": lambda: figures.forest(
        frame(ratio("Female", -0.1, strand="gender", statistic="difference", lower=-0.2, upper=0.1))
    ),
    "shares": lambda: figures.shares(composition()),
    "shares of many": lambda: figures.shares(many()),
    "bounds": lambda: figures.bounds(unknown()),
    "bounds alone": lambda: figures.bounds(families()),
    "stages": lambda: figures.stages(chain(LARGER)),
    "stages of counts": lambda: figures.stages(
        pd.concat(
            [
                counts.table("Wandsworth", "incidents", "recorded", "all", {"All": 2801}),
                counts.table("Wandsworth", "offences", "crime", "all", {"All": 1187}),
            ]
        )
    ),
    "dots": lambda: figures.dots(targets()),
    "dots with a target": lambda: figures.dots(many(), target=0.08),
    "reports": lambda: figures.reports(people()),
    "lorenz": lambda: figures.lorenz(pd.concat([curve(), curve("Lambeth")])),
    "tiles": lambda: figures.tiles(
        boroughs(Sutton={"withheld": True}, Bexley={"estimate": math.nan}), highlight="Wandsworth"
    ),
    "ranked": lambda: figures.ranked(boroughs(Sutton={"withheld": True}), highlight="Bexley"),
    "findings": lambda: figures.findings(FOUND),
    "empty": lambda: figures.forest(estimates.empty()),
}


@pytest.fixture(scope="module")
def pictures():
    return {name: draw() for name, draw in DRAWN.items()}


def texts(picture):
    figure = picture.figure
    figure.draw_without_rendering()
    renderer = figure.canvas.get_renderer()
    shown = [t for t in figure.findobj(Text) if t.get_visible() and t.get_text().strip()]
    return [(t.get_text(), t.get_window_extent(renderer), t) for t in shown]


def overlaps(picture):
    found = []
    for (a, one, _), (b, other, _) in itertools.combinations(texts(picture), 2):
        wide = min(one.x1, other.x1) - max(one.x0, other.x0)
        high = min(one.y1, other.y1) - max(one.y0, other.y0)
        if wide > 1 and high > 2:
            found.append((a, b))
    return found


def axes_of(picture, scale=None):
    held = [a for a in picture.figure.axes if a.axison]
    return [a for a in held if scale is None or a.get_xscale() == scale]


def markers(axes):
    return {
        (line.get_marker(), line.get_markerfacecolor())
        for line in axes.lines
        if line.get_marker() not in ("None", "", None)
    }


def bars(axes):
    return [p for p in axes.patches if isinstance(p, Rectangle)]


@pytest.mark.parametrize("name", DRAWN)
def test_texts_neither_overlap_nor_leave_the_page(pictures, name):
    picture = pictures[name]
    assert overlaps(picture) == []
    page = picture.figure.bbox
    for text, box, _ in texts(picture):
        assert page.x0 - 1 <= box.x0, text
        assert box.x1 <= page.x1 + 1, text
        assert page.y0 - 1 <= box.y0, text
        assert box.y1 <= page.y1 + 1, text


def test_the_overlap_test_can_fail():
    picture = figures.forest(estimates.empty())
    picture.figure.text(0.5, 0.5, "one long text")
    picture.figure.text(0.5, 0.5, "another on top of it")
    assert ("one long text", "another on top of it") in overlaps(picture)


@pytest.mark.parametrize("name", DRAWN)
def test_writing_is_large_enough_at_half_the_width(pictures, name):
    sizes = {t.get_fontsize() for _, _, t in texts(pictures[name])}
    assert min(sizes) >= 9.5


@pytest.mark.parametrize("name", DRAWN)
def test_every_figure_says_what_it_shows(pictures, name):
    picture = pictures[name]
    title = next(t.get_text() for _, _, t in texts(picture) if t.get_gid() == "title")
    assert title.replace("\n", " ") in picture.alt.replace("\n", " ")
    assert picture.alt.endswith(".")
    assert repr(picture) == picture.alt


def test_alternative_text_gives_the_numbers(pictures):
    assert "Wandsworth, the 12 months to 31 March 2009" in pictures["forest"].alt
    assert "White - British: reference" in pictures["forest"].alt
    assert "White - Irish: withheld" in pictures["forest"].alt
    assert "46.1% (41.1 to 51.1), 24,757 of 53,726" in pictures["dots"].alt
    assert "18 more rows are in the table" in pictures["shares of many"].alt
    assert "Two reports: 146 people" in pictures["reports"].alt


def test_the_same_bytes_in_any_kernel_at_twice_the_size():
    first = DRAWN["forest of three"]()
    width, height = first.figure.get_size_inches()
    with matplotlib.rc_context({"font.size": 30, "figure.dpi": 50, "axes.facecolor": "red"}):
        second = DRAWN["forest of three"]()
        data, meta = second._repr_mimebundle_()
    assert first.png == second.png == base64.b64decode(data["image/png"])
    assert data["image/png"].isascii()
    assert first.png.startswith(b"\x89PNG")
    pixels = [int.from_bytes(first.png[at : at + 4], "big") for at in (16, 20)]
    assert pixels == pytest.approx([2 * theme.DPI * side for side in (width, height)], abs=1)
    assert meta["image/png"]["width"] == round(theme.DPI * width)
    assert data["text/plain"] == meta["image/png"]["alt"] == first.alt


def test_flat_colours_survive_the_palette():
    from io import BytesIO

    from PIL import Image

    image = Image.open(BytesIO(DRAWN["stages"]().png)).convert("RGB")
    colours = {colour for _, colour in image.getcolors(1 << 24)}
    for wanted in ("#FFFFFF", theme.ACCENT, theme.SECOND):
        rgb = [round(255 * c) for c in to_rgb(wanted)]
        assert min(max(abs(a - b) for a, b in zip(rgb, each, strict=True)) for each in colours) <= 4


def test_drawing_leaves_pyplot_and_its_settings_alone():
    before = dict(matplotlib.rcParams)
    assert DRAWN["dots"]().png
    assert dict(matplotlib.rcParams) == before
    code = (
        "import sys; from dsvstats.reporting import figures; from dsvstats import estimates; "
        "figures.forest(estimates.empty()).png; assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    "draw",
    [
        lambda: figures.forest(estimates.empty()),
        lambda: figures.shares(estimates.empty()),
        lambda: figures.bounds(estimates.empty()),
        lambda: figures.stages(estimates.empty()),
        lambda: figures.stages(EMPTY),
        lambda: figures.dots(estimates.empty(), target=0.4),
        lambda: figures.reports(EMPTY),
        lambda: figures.lorenz(curve().head(0)),
        lambda: figures.tiles(estimates.empty(), highlight="Wandsworth"),
        lambda: figures.ranked(estimates.empty(), highlight="Wandsworth"),
        lambda: figures.findings(FOUND.head(0)),
    ],
)
def test_nothing_to_show_is_shown_as_nothing(draw):
    picture = draw()
    assert "Nothing to show" in picture.alt or "No findings" in picture.alt
    assert picture.figure.get_figheight() < 2


def test_a_forest_has_a_log_axis_with_its_line_at_1(pictures):
    (axes,) = axes_of(pictures["forest"], "log")
    lines = [c for c in axes.collections if to_hex(c.get_color()[0]) == theme.INK.lower()]
    assert {tuple(s[:, 0]) for c in lines for s in c.get_segments()} == {(1.0, 1.0)}
    low, high = axes.get_xlim()
    assert low > 0.02 / 40
    assert high < 40 * 40


def test_shape_and_colour_say_the_direction(pictures):
    (axes,) = axes_of(pictures["forest"], "log")
    drawn = markers(axes)
    assert (">", theme.ACCENT) in drawn
    assert ("<", theme.ACCENT) in drawn
    assert ("o", "white") in drawn, "small groups are hollow"
    assert ("D", theme.INK) in drawn, "the reference is a diamond"
    assert any(bar.get_hatch() for bar in bars(axes)), "withheld rows are hatched"
    assert (5, theme.ACCENT) in drawn, "a limit off the axis ends in an arrow"


FAMILY = {"lower_together": 0.9, "upper_together": 9.0, "p_adjusted": 0.2}
"""What holds for all comparisons at once, where it does not make clear what limits alone do."""


def test_no_direction_where_the_limits_together_do_not_agree():
    (axes,) = axes_of(figures.forest(frame(ratio(SIXTEEN[1], 3, **FAMILY))), "log")
    assert markers(axes) == {("o", theme.GREY)}


def test_the_page_says_why_limits_alone_make_no_direction():
    overruled = figures.forest(frame(ratio(SIXTEEN[1], 3, **FAMILY)))
    agreed = figures.forest(frame(ratio(SIXTEEN[1], 3, **FAMILY | {"lower_together": 1.1})))
    minimum = ratio("Disabled", 0.2, strand="disability", flags="minimum_recorded")
    assert values.OVERRULED in overruled.alt
    assert values.OVERRULED not in agreed.alt
    assert values.OVERRULED not in figures.forest(frame(minimum)).alt


def test_a_band_that_the_limits_together_overrule_says_so():
    rows = unknown()
    lowest = (rows["flags"] == "supposing=lowest") & (rows["group"] == SIXTEEN[1])
    wide = estimates.frame(rows.assign(lower_together=rows["lower_together"].mask(lowest, 0.9)))
    assert values.OVERRULED in figures.bounds(wide).alt
    assert "with the play of chance, could put every finding either way" in figures.bounds(wide).alt
    assert values.OVERRULED not in figures.bounds(rows).alt


def test_three_comparisons_share_one_axis(pictures):
    panels = axes_of(pictures["forest of three"], "log")
    assert len(panels) == 3
    assert len({a.get_xlim() for a in panels}) == 1
    assert ("D", theme.INK) in markers(panels[0]), "the reference is shown where it was left out"


def test_risks_beside_their_ratios_are_drawn():
    """The reference group of an adjusted ratio has a risk, and no ratio to mark as 1."""
    risks = [
        ratio(group, 0.3, strand="gender", statistic="standardised risk", versus="none")
        for group in ("Female", "Male")
    ]
    compared_with = ratio("Female", 1.2, strand="gender", reference="Male")
    flagged = ratio("Male", 0.3, strand="gender", versus="none", flags="is_reference")
    for rows in (frame(*risks, compared_with), frame(compared_with, flagged)):
        assert "Female: " in figures.forest(rows).alt


def test_the_reference_is_named(pictures):
    written = [text for text, _, _ in texts(pictures["forest of three"])]
    assert "Ethnicity, self-defined (16+1) (reference: White - British)" in written
    assert "Gender (reference: Male)" in written


def test_differences_have_a_linear_axis_with_its_line_at_0(pictures):
    (axes,) = axes_of(pictures["forest of differences"], "linear")
    low, high = axes.get_xlim()
    assert low < 0 < high


def test_shares_run_from_0_to_1_and_the_unrecorded_are_dotted(pictures):
    (axes,) = axes_of(pictures["shares"])
    assert axes.get_xlim() == (0, 1)
    lengths = [bar.get_width() for bar in bars(axes)]
    assert lengths[0] == pytest.approx(50 / 1187)
    assert [bool(bar.get_hatch()) for bar in bars(axes)] == [False] * 16 + [True]


def test_a_stage_larger_than_the_one_before_is_shown_and_not_divided(pictures):
    picture = pictures["stages"]
    assert "Offences with a charge: 900, more: not divided" in picture.alt
    (axes,) = axes_of(picture)
    orange = [bar for bar in bars(axes) if to_hex(bar.get_facecolor()) == theme.SECOND.lower()]
    assert [bar.get_width() for bar in orange] == [900]
    assert "143%" not in picture.alt


def test_stages_show_what_remains_and_what_it_is_of(pictures):
    alt = pictures["stages"].alt
    assert "Incidents: 2,801" in alt
    assert "Offences: 1,187, 42 for every 100 of incidents" in alt
    assert "629, 53.0% (48.0 to 58.0) of offences" in alt


def test_targets_are_marked_in_each_row(pictures):
    (axes,) = axes_of(pictures["dots"])
    marks = {tuple(line.get_xdata()) for line in axes.lines if len(line.get_xdata()) == 2}
    assert {(0.38, 0.38), (0.32, 0.32)} <= marks
    assert (">", theme.ACCENT) in markers(axes)
    assert ("o", theme.GREY) in markers(axes)


def test_a_withheld_rate_has_no_target_to_mark():
    rows = targets()
    one_target = estimates.frame(rows.assign(withheld=[True, False]))
    several = estimates.frame(
        pd.concat([rows, rows.assign(area="Merton")]).assign(withheld=[True, False, False, False])
    )
    assert "withheld" in figures.dots(one_target).alt
    assert "(target 32%)" in figures.dots(several).alt
    assert figures.dots(several).alt.count("(target") == 3


def test_bands_in_colour_are_clear_of_no_difference(pictures):
    (axes,) = axes_of(pictures["bounds"], "log")
    faces = [to_hex(bar.get_facecolor()) for bar in bars(axes)]
    assert faces == [paint.SPAN["facecolor"].lower(), theme.PALE.lower()]
    assert "holds" in pictures["bounds"].alt


def test_areas_stand_in_order_and_the_whole_is_a_line(pictures):
    picture = pictures["ranked"]
    downwards = sorted(texts(picture), key=lambda each: -each[1].y0)
    rows = [
        text
        for text, _, t in downwards
        if text in areas.boroughs() and t.get_position()[0] == theme.MARGIN
    ]
    assert rows[0] == "Westminster"
    assert rows[-1] == "Sutton", "what is withheld comes last"
    bold = [text for text, _, t in texts(picture) if t.get_weight() == "bold"]
    assert "Bexley" in bold
    (axes,) = axes_of(picture)
    london = boroughs()["estimate"].iloc[-1]
    lines = [c for c in axes.collections if to_hex(c.get_color()[0]) == theme.INK.lower()]
    assert {s[0, 0] for c in lines for s in c.get_segments()} == {london}
    assert "London" not in rows


def test_the_grid_holds_each_borough_once():
    assert set(tiles.GRID) == {*areas.boroughs(), tiles.CITY}
    places = {(line, column) for line, column, _ in tiles.GRID.values()}
    assert len(places) == 33
    assert tiles.GRID["Enfield"][0] < tiles.GRID["Sutton"][0], "north is up"
    assert tiles.GRID["Hillingdon"][1] < tiles.GRID["Havering"][1], "west is left"


def test_tiles_outline_this_borough_and_hatch_what_is_withheld(pictures):
    sheet = pictures["tiles"].figure.axes[0]
    assert sum(bool(bar.get_hatch()) for bar in bars(sheet)) == 1
    outlined = [bar for bar in bars(sheet) if not bar.get_fill()]
    assert len(outlined) == 2, "the tile and its key"
    assert "Wandsworth: 8.73 (7.50 to 14.00), 40 in 3,000,000" in pictures["tiles"].alt


def luminance(colour):
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_writing_on_every_shade_can_be_read():
    edges = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
    for value in np.linspace(0, 5, 11):
        shade = tiles._shade(value, edges)
        light, dark = sorted([luminance(shade), luminance(tiles._ink(shade))], reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_the_lorenz_curve_lies_over_its_line_of_equality(pictures):
    (axes,) = axes_of(pictures["lorenz"])
    equal, first, second = [np.asarray(line.get_xydata()) for line in axes.lines]
    assert (equal[:, 0] == equal[:, 1]).all()
    assert (first[1:-1, 1] > first[1:-1, 0]).all()
    assert (first[0] == 0).all()
    assert (first[-1] == pytest.approx(1)) is True
    assert (second == first).all()


def test_colours_keep_to_the_palette(pictures):
    allowed = {
        theme.ACCENT,
        theme.SECOND,
        theme.INK,
        theme.SOFT,
        theme.GREY,
        theme.PALE,
        theme.STRIPE,
        "#FFFFFF",
        "#E9ECEF",
        "#9CCBE6",
    }
    for name in set(DRAWN) - {"tiles"}:
        for axes in pictures[name].figure.axes:
            for bar in bars(axes):
                assert to_hex(bar.get_facecolor()).upper() in {a.upper() for a in allowed}


@pytest.mark.parametrize("name", ["A $x^2$ & <b> \\alpha", "x" * 120, "Zażółć"])
def test_hostile_names_are_drawn_as_they_are(name):
    rows = frame(share(4, 9, area=name), share(5, 9, area="Merton"))
    for picture in (figures.dots(rows), figures.ranked(rows, highlight=name)):
        assert overlaps(picture) == []
        assert all(not t.get_parse_math() for _, _, t in texts(picture))


def test_synthetic_figures_say_so_in_their_title():
    for draw in (figures.forest, figures.dots, figures.shares, figures.bounds, figures.stages):
        assert "Synthetic data: " in draw(chain().assign(flags="synthetic")).alt
    assert "Synthetic data: " in figures.reports(people(definition="synthetic")).alt


def test_a_title_of_ones_own():
    assert figures.forest(families(), title="Mine").alt.startswith("Forest plot. Mine. ")


@pytest.mark.parametrize(
    ("low", "high", "wanted"),
    [(0.2, 6, [0.5, 1, 2]), (0.001, 1000, [0.001, 1, 1000]), (0.95, 1.06, [1])],
)
def test_ticks_of_a_log_axis_are_round_and_apart(low, high, wanted):
    ticks = axis.Axis(low, high, log=True).ticks(2.0)
    assert set(wanted) <= set(np.round(ticks, 9))
    assert len(ticks) <= 7


def test_counts_have_whole_ticks():
    assert axis.amounts([2], label="").ticks(5.0) == [0, 1, 2]
