"""What a rule of reconciliation found: its place, the numbers, a repair and a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pandas as pd

from dsvstats.sources.published.figures import Figure

COLUMNS = [
    "doc",
    "paragraph",
    "area",
    "table_id",
    "strand",
    "category",
    "rule",
    "severity",
    "printed",
    "recomputed",
    "suggestion",
    "detail",
]
CONTRADICTION = "contradiction"
CAUTION = "caution"
_NAMED = {"strand": 2, "table_id": 4}


Mends = Callable[[Figure, Figure], bool]
"""Given a number and what it might have been: does what was found then hold?"""
Wanted = Callable[[Figure], Iterable[str]]
"""What would a number have to be, for what was found to hold?"""


@dataclass(frozen=True)
class Rule:
    """One rule of reconciliation: the question that it asks, and what finds where it is broken."""

    words: str
    find: Callable[[Any], Iterator[Any]]


@dataclass(frozen=True)
class Finding:
    """One finding of one rule about some printed numbers: its place is theirs, or their table's.

    ``about``: all the numbers that it was worked out from, the `figures` and others; ``mends``:
    whether it is gone when one of them is another; ``exact``: it can be mended by few numbers
    only; ``wanted``: which, where an equation says so; ``sure``: whether what mends it does so
    without another supposition. Without ``mends`` nobody can say which number is wrong.
    """

    figures: tuple[Figure, ...]
    detail: str
    severity: str = CONTRADICTION
    printed: str = ""
    recomputed: str = ""
    suggestion: str = ""
    whole_table: bool = False
    about: tuple[Figure, ...] = ()
    mends: Mends | None = None
    exact: bool = False
    wanted: Wanted | None = None
    sure: Mends | None = None
    rule: str = ""


def frame(findings: Iterable[Finding], *, rules: list[str]) -> pd.DataFrame:
    """Which findings are there, in order of place and rule? Every column is text.

    >>> frame([], rules=[]).shape
    (0, 12)
    """
    rows = [
        {
            "doc": _each(finding.figures, "doc"),
            "paragraph": _each(finding.figures, "paragraph"),
            "area": _each(finding.figures, "area"),
            "table_id": _each(finding.figures, "table_id"),
            "strand": _each(finding.figures, "strand"),
            "category": "" if finding.whole_table else _each(finding.figures, "category"),
            "rule": finding.rule,
            "severity": finding.severity,
            "printed": finding.printed,
            "recomputed": finding.recomputed,
            "suggestion": finding.suggestion,
            "detail": finding.detail,
        }
        for finding in findings
    ]

    def place(row: dict) -> list:
        return [
            row["doc"],
            natural(row["table_id"]),
            row["area"],
            rules.index(row["rule"]),
            *(natural(row[column]) for column in ("paragraph", "strand", "category", "printed")),
            row["detail"],
        ]

    return pd.DataFrame(sorted(rows, key=place), columns=COLUMNS, dtype="str")


def natural(text: str) -> list[tuple[int, int, str]]:
    """In what order do people put such texts? Runs of digits count as numbers.

    >>> sorted(["para 12", "para 9"], key=natural)
    ['para 9', 'para 12']
    """
    runs = re.findall(r"\d+|\D+", text)
    return [(0, int(run), "") if run.isdecimal() else (1, 0, run) for run in runs]


def instead(figure: Figure, old: Figure | None, new: Figure | None) -> Figure:
    """This number, or the new one where it is the old one."""
    return new if new and figure == old else figure


def listed(words: list[str]) -> str:
    """Words in a row.

    >>> listed(["White"]), listed(["White", "Black", "Asian"])
    ('White', 'White, Black and Asian')
    """
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def name(figure: Figure) -> str:
    """What is this number called in a sentence?"""
    return figure.category or figure.measure


def _each(figures: tuple[Figure, ...], field: str) -> str:
    values = {getattr(each, field) for each in figures} - {""}
    if field == "strand" and len(values) > 1:
        values -= {"none"}
    if len(values) > _NAMED.get(field, len(values)):
        return ""
    return "; ".join(sorted(values, key=natural))


def number(value: Fraction | int | str, unit: str = "count", *, places: int | None = None) -> str:
    """How is this number written? With commas, and with % where it is a percentage.

    Other numbers than printed ones are rounded to `places`, at least two, after the point.

    >>> number("13649"), number(Fraction(100, 23), "percent"), number(Fraction(1, 3), "ratio")
    ('13,649', '4.35%', '0.333')
    """
    if isinstance(value, str):
        whole, point, rest = value.partition(".")
        text = f"{int(whole):,}{point}{rest}"
        text = f"-{text}" if value.startswith("-0") else text
    else:
        places = max(2, places or 0) + (unit == "ratio")
        text = f"{value.numerator:,}" if value.denominator == 1 else f"{float(value):,.{places}f}"
        if "." in text and (value * 10**places).denominator == 1:
            text = text.rstrip("0")
    return text + ("%" if unit in ("percent", "per_cent_change") else "")


def number_text(value: Fraction | int, places: int = 0) -> str:
    """How would a table print this number, with so many decimals or as many as it has?

    >>> number_text(3649), number_text(Fraction(5, 2)), number_text(Fraction(46), 1)
    ('3649', '2.5', '46.0')
    """
    if places:
        return f"{float(value):.{places}f}"
    return str(value) if value.denominator == 1 else f"{float(value):.10f}".rstrip("0")


def shown(figure: Figure) -> str:
    """How is this printed number written in a finding?"""
    return number(figure.text, figure.unit) if figure.text else "no number"


def replaced(old: str, new: str) -> str:
    """How is a repair written?

    >>> replaced("13649", "3649")
    '3,649 for 13,649'
    """
    return f"{number(new)} for {number(old)}"
