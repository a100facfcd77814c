"""Do the categories of a printed breakdown add up to every total that it states?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from functools import partial
from itertools import combinations

from dsvstats.sources.published.figures import AMOUNTS, Figure
from dsvstats.sources.published.tables import Table, parted
from dsvstats.sources.reconcile.findings import (
    CAUTION,
    Finding,
    instead,
    name,
    number,
    number_text,
    shown,
)
from dsvstats.sources.reconcile.shares import totals_of_shares
from dsvstats.sources.reconcile.sheet import Sheet
from dsvstats.sources.reconcile.totals import Sum, added, slack, some_give

_NOTHING_SAYS = "nothing printed says what it should be"


def components_total(sheet: Sheet) -> Iterator[Finding]:
    """What does not add up: each stated total and subtotal, save where one cell explains two?"""
    for part in sheet.parts:
        broken = _broken(part, sheet)
        crossed = [total for pair in _crossing(broken) for total in pair[:2]]
        left = [each for each in broken if each not in crossed and not (crossed and each.whole)]
        for found in _of_one_value(left):
            yield _none_finding(found[0]) if found[0].some else _sum_finding(part, found)
        yield from totals_of_shares(part)


def wrong_cell(sheet: Sheet) -> Iterator[Finding]:
    """Which cell of a crosstab do its row and its column, both wrong by as much, point at?"""
    for part in sheet.parts:
        for row, column, cell in _crossing(_broken(part, sheet)):
            needed = cell.value - row.gap
            yield Finding(
                (cell,),
                f"{name(cell)} is printed as {shown(cell)}: its row and its column, "
                f"{name(row.total)} and {name(column.total)}, both miss their totals by "
                f"{number(abs(Fraction(row.gap)))}; {number(needed)} would mend both.",
                printed=shown(cell),
                recomputed=number(needed, cell.unit),
                mends=partial(_is_number, needed),
                exact=True,
                wanted=partial(_as_text, needed),
            )


def component_above_total(sheet: Sheet) -> Iterator[Finding]:
    """Which category is larger than the total that it is a part of?"""
    for part in (part for table in sheet.tables for part in parted(table)):
        more = any(_of_others(each) for each in part.rates)
        for each in part.parts if part.totals and not more else []:
            own = [total for total in part.totals if total.unit == each.unit]
            if own and each.value > max(total.value for total in own):
                yield _above(each, own)


def missing_number(sheet: Sheet) -> Iterator[Finding]:
    """Which category is printed without a number, and which would complete its breakdown?

    A statement of its own (a ``single``) without a number is no category of anything.
    """
    own = {each: part for part in sheet.parts for each in part.figures if not each.text}
    for blank in sheet.figures:
        if not blank.text and blank.kind != "single":
            needed, would = "", _NOTHING_SAYS
            if blank in own:
                needed, would = _completion(own[blank], blank, sheet.wholes(own[blank]))
            yield Finding(
                (blank,),
                f"{name(blank)} is printed without a number; {would}.",
                severity=CAUTION,
                printed="no number",
                recomputed=needed,
            )


def blanks(part: Table) -> bool:
    """Is a category of this breakdown printed without a number?"""
    return any(each.kind == "component" and not each.text for each in part.figures)


def _of_others(rate: Figure) -> bool:
    """Is it a rate of what is no part of its base: so many residents, or several for each?"""
    return rate.scale not in (1, 100) or (rate.scale == 1 and rate.value > 1)


def _is_number(needed: Fraction | int, _: Figure, new: Figure) -> bool:
    return new.value == needed


def _as_text(needed: Fraction | int, _: Figure) -> list[str]:
    return [number_text(needed)]


def _broken(part: Table, sheet: Sheet) -> list[Sum]:
    """The totals that are not what their categories add up to, blank ones allowed for."""
    if part.form != "brk":
        return []
    short = blanks(part)
    broken = [each for each in sheet.sums(part) if not each.holds]
    return [each for each in broken if not (short and (each.gap < 0 or each.some))]


def _crossing(broken: list[Sum]) -> list[tuple[Sum, Sum, Figure]]:
    """A row and a column that are wrong by as much, and the cell in both; only if there is one."""
    found = []
    sides = [each for each in broken if not each.whole and not each.some]
    for row, column in combinations(sides, 2):
        shared = [each for each in row.parts if each in column.parts]
        if row.gap == column.gap and len(shared) == 1 and len(row.parts) > 1 < len(column.parts):
            found.append((row, column, shared[0]))
    return found if len(found) == 1 else []


def _of_one_value(broken: list[Sum]) -> list[list[Sum]]:
    """Totals of the same categories and one value are one finding."""
    together: dict[tuple, list[Sum]] = {}
    for each in broken:
        together.setdefault((each.parts, each.total.value), []).append(each)
    return list(together.values())


def _sum_finding(part: Table, broken: list[Sum]) -> Finding:
    parts, totals = broken[0].parts, tuple(each.total for each in broken)
    sure = not blanks(part) and len(totals) == 1
    recomputed, total = added(parts), totals[0]
    whole = broken[0].whole
    return Finding(
        (*parts, *totals) if whole else (total,),
        _sum_sentence(broken[0], unnamed=(whole and total.is_whole) or len(part.totals) == 1),
        printed=" or ".join(sorted({shown(each) for each in totals})),
        recomputed=number(recomputed, parts[0].unit),
        whole_table=whole,
        about=(*parts, *totals),
        mends=_adding_up(parts, total) if sure else None,
        exact=sure,
        wanted=_needed(parts, total) if sure else None,
    )


def _none_finding(broken: Sum) -> Finding:
    """A total of some of the categories, which none of them give."""
    parts, total = broken.parts, broken.total
    return Finding(
        (total,),
        f"{name(total)}: none of the {len(parts)} categories add up to the {shown(total)} stated.",
        printed=shown(total),
        about=(*parts, total),
        mends=lambda old, new: some_give(
            instead(total, old, new), [instead(each, old, new) for each in parts]
        ),
    )


def _sum_sentence(broken: Sum, *, unnamed: bool) -> str:
    parts, gap = broken.parts, broken.gap
    start = "The only category is" if len(parts) == 1 else f"The {len(parts)} categories add up to"
    if not unnamed:
        start = start.replace("The", f"{broken.total.category}: the", 1)
    side = "more" if gap > 0 else "fewer"
    sentence = (
        f"{start} {number(added(parts))}, {number(abs(Fraction(gap)))} {side} than the stated total"
    )
    if broken.whole and gap < 0 and not any(each.is_unrecorded for each in parts):
        sentence += ", and no category holds the unrecorded"
    return f"{sentence}."


def _adding_up(parts: tuple[Figure, ...], total: Figure) -> Callable[[Figure, Figure], bool]:
    def mends(old: Figure, new: Figure) -> bool:
        own = [instead(each, old, new) for each in parts]
        stated = instead(total, old, new)
        return abs(Fraction(added(own)) - stated.value) <= slack([*own, stated])

    return mends


def _needed(parts: tuple[Figure, ...], total: Figure) -> Callable[[Figure], Iterable[str]]:
    gap = added(parts) - total.value
    return lambda old: [number_text(old.value + gap if old == total else old.value - gap)]


def _above(part: Figure, totals: list[Figure]) -> Finding:
    largest = max(totals, key=lambda total: total.value)

    def mends(old: Figure, new: Figure) -> bool:
        own = instead(part, old, new)
        return own.value <= max(instead(each, old, new).value for each in totals)

    return Finding(
        (part,),
        f"{name(part)} is printed as {shown(part)}, more than the {shown(largest)} that it is "
        "a part of.",
        printed=shown(part),
        recomputed=f"at most {shown(largest)}",
        about=(part, *totals),
        mends=mends,
    )


def _completion(part: Table, blank: Figure, totals: list[Figure]) -> tuple[str, str]:
    known = added(part.parts)
    missing = [each for each in part.figures if not each.text and each.kind == blank.kind]
    if part.form != "brk" or len(missing) > 1 or not part.parts or blank.unit not in AMOUNTS:
        return "", _NOTHING_SAYS
    if blank.kind == "stated_total" and not blanks(part):
        return number(known), f"the categories add up to {number(known)}"
    if blank.kind != "component" or not totals:
        return "", _NOTHING_SAYS
    gap = min(total.value - known for total in totals)
    if gap < 0:
        return "none", f"the others already add up to {number(-gap)} more than the stated total"
    return number(gap), f"{number(gap)} would complete the stated total"
