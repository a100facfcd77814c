"""Facts travel in columns: words are made from them alone, and nothing reads the words back."""

from __future__ import annotations

import ast
import math
import re
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import estimated, few

import dsvstats
from dsvstats.estimates import flags
from dsvstats.estimates.columns import VERSUS
from dsvstats.estimates.directions import HIGHER, LOWER, WAYS
from dsvstats.estimates.kinds import KINDS
from dsvstats.reporting import sections, tables, wording
from dsvstats.reporting.wording import grouping, remarks, rounding, unrecorded

ROOT = Path(dsvstats.__file__).parent
VALUES = {
    "dispersion": "1.89",
    "narrow": "clopper_pearson",
    "residents": "2001/2011",
    "completeness": "0.4822/0.9244",
    "supposing": "lowest",
    "within": "age/gender",
    "by_strata": "age",
    "alike_in": "age/gender",
    "target_day": "2009-03-31",
    "other_target": "0.47/2009-06-01",
    "ages": "18+",
    "all_ages": "18+",
    "lacks": "Mixed",
    "groups_unused": "2",
    "groups_omitted": "2",
    "as_first": "2011",
    "as_last": "2021",
    "by_day": "56",
    "open": "12",
    "degrees": "4",
    "between": "0.07",
    "overdispersed": "1.4",
    "from_day": "2009-09-23",
}
"""A value for each flag that has one."""
GROUPS = ("White", "Mixed", "Asian", "Black", "Other")


def flag(code: str) -> str:
    return f"{code}={VALUES[code]}" if code in VALUES else code


def of(statistic: str, **changes) -> dict:
    """An estimate of this statistic, compared with the reference group if it is a comparison."""
    compared = KINDS[statistic].null is not None
    return {
        "strand": "ethnicity_broad",
        "group": "Black",
        "statistic": statistic,
        "numerator": 138,
        "denominator": 2_700,
        "base": "victims:recorded",
        "versus": "reference" if compared else "none",
        "reference": "White" if compared else "",
        "reference_numerator": 415 if compared else math.nan,
        "reference_denominator": 9_700 if compared else math.nan,
        "per": 1000.0,
        "estimate": 0.4321,
        "lower": 0.3021,
        "upper": 0.6021,
        "method": "score",
    } | changes


def test_every_flag_has_its_words_and_all_words_their_flag():
    assert set(remarks.WORDS) == set(flags.CODES)


@pytest.mark.parametrize("code", flags.CODES)
def test_a_flag_is_said_in_words_and_not_as_a_code(code):
    said = remarks.said(flag(code))
    assert all("_" not in each and "=" not in each for each in said)
    assert said or isinstance(remarks.WORDS[code], str)


@pytest.mark.parametrize("statistic", KINDS)
def test_every_statistic_can_be_told_and_shown(statistic):
    row = of(statistic)
    one, several = estimated(row), estimated(*[row | {"group": group} for group in GROUPS])
    table = tables.table(grouping.tidy(one), caption="x")
    at = next(n for n, each in enumerate(table.columns) if each.name.endswith("estimate"))
    number = table.words[0][at].split(" ")[0].rstrip("%")
    as_said = (number, rounding.times(0.4321), "43%", "138")
    assert any(each in wording.sentence(one) for each in as_said), (number, wording.sentence(one))
    for rows in (one, several, estimated(row, withheld=True)):
        for text in (wording.sentence(rows), wording.headline(rows), tables.caption(rows)):
            assert text
            assert "nan" not in text.split()
    lines = {"completeness": 1}.get(statistic, len(GROUPS))  # one for the strand
    assert len(tables.table(grouping.tidy(several), caption="x").words) == lines


STATED = {
    HIGHER: ("higher for", "clearly higher", "over-represented", "above", "clearly more"),
    LOWER: ("lower for", "clearly lower", "under-represented", "below", "clearly fewer"),
}
"""How sentences and titles state each direction."""
LIMITS = st.tuples(
    st.floats(0.01, 9), st.floats(0.01, 9), st.floats(0.01, 9), st.floats(0.01, 9)
).map(sorted)
FLAGS = st.sampled_from(["", "few", "too_few", "minimum_recorded", "bounds", "is_reference"])


@st.composite
def comparisons(draw) -> pd.DataFrame:
    """Groups compared, whose own limits may be clear where those for all together are not."""
    statistic, versus = draw(
        st.sampled_from(
            [
                ("rate ratio", "reference"),
                ("risk ratio", "rest"),
                ("ratio of proportions", "overall"),
                ("representation index", "population"),
                ("standardised ratio", "expected"),
                ("difference of retentions", "reference"),
                ("proportion", "target"),
                ("proportion", "none"),
            ]
        )
    )
    reference = {"reference": "White", "population": "residents:usual_residents"}.get(versus, "")
    rows = []
    for group in draw(st.lists(st.sampled_from(GROUPS[1:]), min_size=1, unique=True)):
        together, lower, upper, highest = draw(LIMITS)
        rows.append(
            of(
                statistic,
                group=group,
                versus=versus,
                reference=reference,
                reference_numerator=draw(st.sampled_from([0.3, 1.5])),
                reference_denominator=1.0,
                estimate=draw(st.floats(lower, upper)),
                lower=lower,
                upper=upper,
                lower_together=together,
                upper_together=highest,
                flags=draw(FLAGS),
                withheld=draw(st.booleans()),
            )
        )
    return estimated(*rows)


def stated(text: str) -> dict[str, str]:
    """What this text states of each direction: the part of it that names who is meant."""
    found = {}
    for way, other in ((HIGHER, LOWER), (LOWER, HIGHER)):
        part = re.search(rf"{way} for (.+?)(?: and {other} for|, \d|: |\. | than |\.?$)", text)
        found[way] = part[1] if part else ""
    over, under = text.partition(" over-represented")[::2]
    if under:
        found[HIGHER] += over
    return found


@few
@given(comparisons())
def test_no_direction_is_stated_but_the_way_of_the_row(rows):
    title = wording.headline(rows)
    ways = rows.set_index("group")["way"]
    every = [each for words in STATED.values() for each in words]
    found = bool(ways.isin([HIGHER, LOWER]).any())
    assert found == any(each in wording.sentence(rows) for each in every), (title, ways)
    for text in (wording.sentence(rows), wording.brief(rows), title):
        for way, words in STATED.items():
            assert way in set(ways) or not any(each in text for each in words), (text, ways)
        for way, names in stated(text).items():
            for group in ways.index:
                assert group not in names or ways[group] == way, (text, ways)
    alone = re.match(r"(\w+) people: .+ times the", title)
    assert not alone or ways[alone[1]] in (HIGHER, LOWER), (title, ways)


@pytest.mark.parametrize("many", [2, 4, 6])
def test_of_many_rates_how_many_reach_their_target_is_said(many):
    """The lowest and the highest alone would leave out on which side of the target they are."""
    aim = {"versus": "target", "reference_numerator": 0.3, "reference_denominator": 1.0}
    places = ("Lambeth", "Merton", "Barnet", "Camden", "Sutton", "Bexley")
    rows = estimated(
        *[
            of("proportion", area=area, strand="all", group="All", lower=0.4, upper=0.6, **aim)
            for area in places[:many]
        ]
    )
    assert set(rows["way"]) == {HIGHER}
    assert "above the target" in wording.sentence(rows)
    assert "below" not in wording.sentence(rows)


@given(st.lists(LIMITS, min_size=3, max_size=3), st.lists(LIMITS, min_size=3, max_size=3))
def test_what_stays_whatever_the_unrecorded_are_is_clear_at_the_worst(first, second):
    rows = estimated(
        *[
            of(
                "rate ratio",
                group=group,
                versus="rest",
                reference="everyone else",
                estimate=(lower + upper) / 2,
                lower=lower,
                upper=upper,
                lower_together=together,
                upper_together=highest,
                flags=f"supposing={case}",
            )
            for group, limits in (("White", first), ("Black", second))
            for case, (together, lower, upper, highest) in zip(
                (unrecorded.LOWEST, unrecorded.RANDOM, unrecorded.HIGHEST), limits, strict=True
            )
        ]
    )
    said = str(wording.sentence(rows))
    firm = said.partition("stays")[2].partition("ould be either way")[0].partition(". For")[0]
    for group in ("White", "Black"):
        ways = rows[rows["group"] == group].set_index("flags")["way"]
        higher = ways[f"supposing={unrecorded.LOWEST}"] == HIGHER
        lower = ways[f"supposing={unrecorded.HIGHEST}"] == LOWER
        assert (group in firm) == (higher or lower), (said, ways)


@pytest.mark.parametrize(
    ("together", "words"),
    [
        ((1.1, 3.4), "1.80 times the number expected, clearly more"),
        ((0.9, 4.1), "1.80 times the number expected, no clear difference"),
    ],
)
def test_the_title_of_areas_in_order_states_the_way_of_the_area(together, words):
    area = {
        "area": "Lambeth",
        "strand": "all",
        "group": "All",
        "versus": "expected",
        "reference": "London",
        "estimate": 1.8,
        "lower": 1.2,
        "upper": 2.9,
        "lower_together": together[0],
        "upper_together": together[1],
    }
    rows = estimated(
        of("standardised ratio", **area),
        of("standardised ratio", **area | {"area": "Merton", "lower_together": 1.1}),
    )
    (section,) = sections.of_estimates(rows, highlight="Lambeth")
    assert words in section.heading


COLUMNS = {"statistic", "base", "versus", "reference", "method", "flags", "source", "note", "way"}
READERS = {
    *("startswith", "endswith", "removeprefix", "removesuffix", "partition", "rpartition"),
    *("split", "rsplit", "find", "rfind", "casefold", "lower", "upper", "replace", "slice"),
    *("contains", "match", "fullmatch", "extract", "count"),
}
"""How a text is read, of Python and of pandas' ``str``."""
PASSING = {"unique", "dropna", "fillna", "astype", "map", "tolist", "iloc", "str", "fromkeys"}
PASSING |= {"list", "set", "tuple", "sorted", "dict"}
"""What hands the texts of a column on as they are."""
ALLOWED = {
    ("reporting/wording/values.py", "unit_of"): "a base is data: unit and measure",
    ("reporting/evidence/contents.py", "_sections"): "a notebook's headings are Markdown",
}
SOURCES = [
    path
    for room in ("reporting", "statistics", "disclosure")
    for path in (ROOT / room).rglob("*.py")
]


class Reading(ast.NodeVisitor):
    """Finds where one function reads the text of a column."""

    def __init__(self) -> None:
        self.held: set[str] = set(COLUMNS)
        self.found: list[str] = []

    def holds(self, node: ast.AST) -> bool:
        """Is this the text of a column, or several?"""
        match node:
            case ast.Name(id=name):
                return name in self.held
            case ast.Attribute(attr=name, value=of) if name in COLUMNS:
                return not isinstance(of, ast.Name) or of.id not in ("phrases", "self", "options")
            case ast.Attribute(attr=name, value=of) if name in PASSING:
                return self.holds(of)
            case ast.Subscript(slice=ast.Constant(value=name)) if name in COLUMNS:
                return True
            case ast.Subscript(value=ast.Attribute(attr="iloc", value=of)):
                return self.holds(of)
            case ast.Call(func=ast.Attribute(attr=name, value=of), args=given) if name in PASSING:
                return self.holds(of) or any(map(self.holds, given))
            case ast.Call(func=ast.Name(id=name), args=given) if name in PASSING:
                return any(map(self.holds, given))
            case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
                return any(map(self.holds, parts))
            case ast.BoolOp(values=parts) | ast.JoinedStr(values=parts):
                return any(map(self.holds, parts))
            case ast.Starred(value=of) | ast.FormattedValue(value=of):
                return self.holds(of)
            case ast.IfExp(body=one, orelse=other):
                return self.holds(one) or self.holds(other)
        return False

    def take(self, target: ast.AST, value: ast.AST) -> None:
        if isinstance(target, ast.Name) and self.holds(value):
            self.held.add(target.id)

    def visit_Assign(self, node: ast.Assign) -> None:
        for target in node.targets:
            self.take(target, node.value)
        self.generic_visit(node)

    def visit_For(self, node: ast.For) -> None:
        self.take(node.target, node.iter)
        self.generic_visit(node)

    def visit_comprehension(self, node: ast.comprehension) -> None:
        self.take(node.target, node.iter)
        self.generic_visit(node)

    def _made(self, node) -> None:
        for each in node.generators:
            self.visit(each)
        self.generic_visit(node)

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _made

    def visit_Call(self, node: ast.Call) -> None:
        match node.func:
            case ast.Attribute(value=ast.Name(id="re")) if any(map(self.holds, node.args)):
                self.found.append(ast.unparse(node))
            case ast.Attribute(attr=name, value=of) if name in READERS and self.holds(of):
                self.found.append(ast.unparse(node))
        self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        inside = isinstance(node.ops[0], ast.In | ast.NotIn)
        literal = isinstance(node.left, ast.Constant | ast.JoinedStr)
        several = isinstance(node.comparators[0], ast.List | ast.Tuple | ast.Set)
        if inside and literal and not several and self.holds(node.comparators[0]):
            self.found.append(ast.unparse(node))
        self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        match node:
            case ast.Subscript(slice=ast.Slice(), value=ast.Attribute(attr=name)) if (
                name in COLUMNS
            ):
                self.found.append(ast.unparse(node))
        self.generic_visit(node)


def read_back(code: str) -> dict[str, list[str]]:
    """Which functions of this code read the text of a column, and where?"""
    found = {}
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.FunctionDef | ast.Lambda):
            reading = Reading()
            reading.visit(node)
            if reading.found:
                found[getattr(node, "name", "lambda")] = reading.found
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_code_reads_words_back(path):
    place = path.relative_to(ROOT).as_posix()
    found = read_back(path.read_text(encoding="utf-8"))
    assert {name: text for name, text in found.items() if (place, name) not in ALLOWED} == {}


def test_what_may_read_still_does():
    for place, name in ALLOWED:
        assert name in read_back((ROOT / place).read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "body",
    [
        'return row.statistic.startswith("share")',
        'return "too small" in row.note',
        'return re.search("per ([0-9,]+)", row.flags)',
        'return rows["base"].str.contains("residents")',
        'return rows["source"].iloc[0].split(" ")[0]',
        'return [each.split(",")[0] for each in rows["statistic"].unique()]',
        'name = row.reference\n    return name.partition(",")',
        'return re.match("bounds", f"{row.method} {row.base}")',
        'return row.base[:9] == "residents"',
        "return method.casefold()",
        'for each in [source, *rows["source"]]:\n        if "synthetic" in each:\n            return 1',
    ],
)
def test_the_reading_of_words_is_found(body):
    assert read_back(f"def judge(row, rows, method, source):\n    {body}\n")


@pytest.mark.parametrize(
    "body",
    [
        'return row.statistic == "share" and row.way in ("higher", "lower")',
        'return flags.has(rows["flags"], "few")',
        'return "; ".join(rows["method"].unique())',
        'return row.group.endswith("+")',
        'return rows["flags"].isin(["few"])',
        'return "statistic" in rows',
    ],
)
def test_asking_for_data_is_not_reading(body):
    assert not read_back(f"def judge(row, rows):\n    {body}\n")


ENTRIES = {"statistic": set(KINDS), "versus": set(VERSUS), "way": set(WAYS)}


def compared_with(code: str):
    """The column, and the text that it is compared with or asked for, wherever that is done."""
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.Compare(left=left, comparators=[right]):
                for column in _columns(left):
                    yield from ((column, each) for each in _texts(right))
            case ast.Call(func=ast.Attribute(attr="isin", value=of), args=[given]):
                for column in _columns(of):
                    yield from ((column, each) for each in _texts(given))
            case ast.Call(
                func=ast.Attribute(attr="flagged" | "has" | "rows"),
                args=[_, ast.Constant(value=str(code))],
            ):
                yield "flags", code


def _columns(node: ast.AST) -> list[str]:
    match node:
        case ast.Attribute(attr=name) | ast.Subscript(slice=ast.Constant(value=name)):
            return [name] if name in ENTRIES else []
    return []


def _texts(node: ast.AST) -> list[str]:
    return [
        each.value
        for each in ast.walk(node)
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    ]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_column_is_only_compared_with_what_it_can_hold(path):
    known = ENTRIES | {"flags": set(flags.CODES)}
    asked = compared_with(path.read_text(encoding="utf-8"))
    assert [(column, text) for column, text in asked if text not in known[column]] == []


def test_a_comparison_with_no_entry_is_found():
    code = 'def judge(row):\n    return row.statistic == "rate" or row.versus in ("rest", "others")'
    assert list(compared_with(code)) == [
        ("statistic", "rate"),
        ("versus", "rest"),
        ("versus", "others"),
    ]
    assert "others" not in ENTRIES["versus"]
