"""The clearest difference between two groups, each told of 100."""

from __future__ import annotations

from collections.abc import Iterable

from dsvstats import strands
from dsvstats.estimates.verdicts import FIRM, NOT_FIRM
from dsvstats.reporting.wording import rounding
from dsvstats.reporting.wording.answers import doubts
from dsvstats.reporting.wording.answers.composing import Said
from dsvstats.reporting.wording.answers.found import Row, period, told

_BROAD = 8
"""Schemes of more groups than this are too fine for an answer."""


def difference(rows: Iterable[Row], text: str) -> list[Said]:
    """The clearest of these comparisons with a reference group; nothing where none is clear.

    Firm ones before others, then the furthest from no difference. ``text`` says it of ``who``,
    ``more`` or less often than ``other``.
    """
    clear = [
        row
        for row in rows
        if told(row)
        and row.verdict in (FIRM, NOT_FIRM)
        and len(strands.scheme(row.strand).groups) <= _BROAD
    ]
    if not clear:
        return []
    row = min(clear, key=lambda each: (each.verdict != FIRM, -rounding.apart(each.estimate)))
    share = row.numerator / row.denominator
    against = row.reference_numerator / row.reference_denominator
    who, other = (strands.called(row.strand, group) for group in (row.group, row.reference))
    said = text.format(who=who, other=other, more="more" if share > against else "less")
    hundreds = f"{100 * share:.0f} against {100 * against:.0f} in 100"
    return [Said(row.verdict, f"{said}, {hundreds}", doubts.why(row), period(row))]
