"""Do the printed shares of a breakdown add up to 100, as far as rounding goes?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from dsvstats.sources.published.figures import WHOLE, Figure, step
from dsvstats.sources.published.tables import Table
from dsvstats.sources.reconcile.findings import CAUTION, CONTRADICTION, Finding, instead, number
from dsvstats.sources.reconcile.rounding import cut_to, rounds_to
from dsvstats.sources.reconcile.sheet import Sheet

_LEFT_OUT = ", more than rounding can."


def shares_against_100(sheet: Sheet) -> Iterator[Finding]:
    """Which shares do not add up to 100?

    Rounding may put k shares half of k units in the last place above or below, save that two
    shares of one whole never round to less than it. Cut off, they fall short by less than k
    units. Shares of a ``rel:`` list may fall short by any number, and rates printed beside
    counts are left to those.
    """
    for siblings in sheet.siblings:
        found = [
            finding
            for part in siblings
            for held, totals in _listed(part)
            if not totals
            for finding in _share_finding(held, None, part)
        ]
        short = [each for each in found if each.detail.endswith(_LEFT_OUT)]
        yield from found if len(short) < 2 else _once(found, short)


def totals_of_shares(part: Table) -> Iterator[Finding]:
    """Which shares do not add up to the stated share that they are parts of?"""
    for held, totals in _listed(part):
        for total in totals:
            yield from _share_finding(held, total, part)


def _once(found: list[Finding], short: list[Finding]) -> Iterator[Finding]:
    """What only says that nobody unrecorded is printed is said once of one table."""
    strands = sorted({each.figures[0].strand.replace("_", " ") for each in short})
    sums = "; ".join(each.recomputed for each in short)
    yield from (each for each in found if each not in short)
    yield replace(
        short[0],
        figures=tuple(figure for each in short for figure in each.figures),
        detail=f"The printed shares by {' and by '.join(strands)} add up to {sums}, not "
        f"{short[0].printed}{_LEFT_OUT}",
        recomputed=sums,
    )


def _listed(part: Table) -> Iterator[tuple[list[Figure], list[Figure]]]:
    kinds = {"component"} if part.form == "rel" or part.parts else {"component", "stated_rate"}
    grouped = defaultdict(list)
    for each in part.figures:
        if each.unit in WHOLE and each.kind in kinds and not each.is_whole:
            grouped[each.unit, each.kind, each.population, each.measure].append(each)
    for (unit, kind, *_), held in grouped.items():
        if len(held) > 1 and all(each.text and each.scale == WHOLE[unit] for each in held):
            yield held, part.of("stated_total", {unit}) if kind == "component" else []


def _share_finding(shares: list[Figure], total: Figure | None, part: Table) -> Iterator[Finding]:
    unit = shares[0].unit
    whole = total.value if total else WHOLE[unit]
    gap = sum(each.value for each in shares) - whole
    partial = gap < 0 and part.form == "rel"
    about = (*shares, total) if total else tuple(shares)
    if partial or _rounded(about, gap):
        return
    stated, recomputed = number(whole, unit), number(whole + gap, unit)
    sentence = f"The {len(shares)} printed shares add up to {recomputed}, not {stated}"
    severity, reading = _reading(shares, gap, part, slack=_slack(about))

    complete = bool(total) or any(each.is_unrecorded for each in shares)

    def gap_after(old: Figure, new: Figure) -> tuple[tuple[Figure, ...], Fraction | int]:
        own = tuple(instead(each, old, new) for each in about)
        held = sum(each.value for each in own[: len(shares)])
        return own, held - (own[-1].value if total else whole)

    def mends(old: Figure, new: Figure) -> bool:
        own, left = gap_after(old, new)
        short = left < 0 and (not complete or -left < 2 * _slack(own))
        return short or _rounded(own, left)

    yield Finding(
        about,
        f"{sentence}{reading}.",
        severity=severity,
        printed=stated,
        recomputed=recomputed,
        whole_table=True,
        mends=mends,
        sure=lambda old, new: _rounded(*gap_after(old, new)),
        exact=True,
    )


def _reading(
    shares: list[Figure], gap: Fraction | int, part: Table, *, slack: Fraction | int
) -> tuple[str, str]:
    """How can the gap be read? As a contradiction where in no way."""
    unrecorded = any(each.is_unrecorded for each in shares)
    if -2 * slack < gap < 0:
        if _cut(shares, part):
            return CAUTION, ": they are cut off, not rounded"
        other = "one of them is misprinted" if unrecorded else "some are left out"
        return CAUTION, f": they may be cut off, not rounded, or {other}"
    if gap < 0 and not unrecorded:
        return CAUTION, f": they leave {number(-gap, shares[0].unit)} out{_LEFT_OUT[:-1]}"
    return CONTRADICTION, ", further than rounding can put them"


def _cut(shares: list[Figure], part: Table) -> bool:
    """Does the printed base show it: are they whole numbers of it cut off, and not rounded?"""
    for base in part.totals:
        if base.unit == "count" and base.value > 0:
            scale = Fraction(WHOLE[shares[0].unit]) / base.value
            counts = [-int(-each.value // scale) for each in shares]
            values = [count * scale for count in counts]
            pairs = list(zip(values, shares, strict=True))
            rounded = all(rounds_to(value, each.text) for value, each in pairs)
            if sum(counts) == base.value and not rounded:
                return all(cut_to(value, each.text) for value, each in pairs)
    return False


def _slack(shares: tuple[Figure, ...]) -> Fraction:
    return sum((Fraction(step(each.text)) for each in shares), Fraction(0)) / 2


def _rounded(shares: tuple[Figure, ...], gap: Fraction | int) -> bool:
    """Can rounding alone make the gap? Two shares of one whole never round to less than it."""
    slack = _slack(shares)
    return abs(Fraction(gap)) <= slack and not (len(shares) == 2 and gap == -slack)
