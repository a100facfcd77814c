"""Are printed changes, and distances from a target, what the numbers beside them give?"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from itertools import permutations

from dsvstats.sources.published.figures import AMOUNTS, Figure
from dsvstats.sources.published.tables import Table
from dsvstats.sources.reconcile.findings import (
    CAUTION,
    CONTRADICTION,
    Finding,
    instead,
    number,
    shown,
)
from dsvstats.sources.reconcile.rounding import cut_to, printed_so, rounds_to
from dsvstats.sources.reconcile.sheet import Sheet

_OVER = re.compile(r"_(over|above|under|below)_target$")
_ENDS = re.compile(r"_(?:change|rate|increase|decrease|reduction)$")
Pair = tuple[Figure, Figure]
"""The later and the earlier."""


def change_against_counts(sheet: Sheet) -> Iterator[Finding]:
    """Which changes in per cent are not those between the counts of one measure beside them?"""
    for table in sheet.tables:
        for rate in table.of("stated_rate", {"per_cent_change"}):
            yield from _changed(table, rate)


def over_target(sheet: Sheet) -> Iterator[Finding]:
    """Which numbers are not as far over their target as is said?"""
    for said in sheet.figures:
        if (found := _OVER.search(said.measure)) and said.text:
            about = _stem(said.measure[: found.start()])
            held = [each for each in sheet.figures if each.text and _of_one(each, said)]
            if pairs := _with_targets(held, about):
                yield from _target_finding(said, pairs, over=found[1] in ("over", "above"))


def _with_targets(held: list[Figure], about: str) -> list[Pair]:
    """What was reached of this, each with each target of it."""
    targets = [each for each in held if each.measure in (f"{about}_target", "target")]
    reached = [
        each for each in held if "target" not in each.measure and _stem(each.measure) == about
    ]
    return [(each, target) for each in reached for target in targets]


def _target_finding(said: Figure, pairs: list[Pair], *, over: bool) -> Iterator[Finding]:
    relative = said.unit in ("percent", "per_cent_change")

    def right(old: Figure | None, new: Figure | None, *, over: bool) -> bool:
        text = instead(said, old, new).text
        return any(
            printed_so(value, text)
            for pair in pairs
            for value in _distances(pair, old, new, over=over, relative=relative)
        )

    if right(None, None, over=over):
        return
    reached, target = pairs[0]
    by = _distances(pairs[0], over=True)[0]
    away = number(abs(by), said.unit)
    yield Finding(
        (said,),
        f"{shown(reached)} against a target of {shown(target)} is {away} "
        f"{'over' if by >= 0 else 'under'} it, not {shown(said)} {'over' if over else 'under'}.",
        printed=shown(said),
        recomputed=f"{away} {'over' if by >= 0 else 'under'}",
        about=(said, *dict.fromkeys(each for pair in pairs for each in pair)),
        mends=None if right(None, None, over=not over) else partial(right, over=over),
        exact=True,
    )


def _distances(
    pair: Pair,
    old: Figure | None = None,
    new: Figure | None = None,
    *,
    over: bool,
    relative: bool = False,
) -> list[Fraction]:
    """How far is the number over its target, or under it? In per cent of the target, too."""
    reached, target = (instead(each, old, new).value for each in pair)
    by = Fraction(reached - target if over else target - reached)
    return [by, by / target * 100] if relative and target else [by]


def _stem(measure: str) -> str:
    return _ENDS.sub("", measure)


def _of_one(one: Figure, other: Figure) -> bool:
    """Are these of one table, or else of one place and period of a document?"""
    if one.doc != other.doc or one.subject != other.subject or one.label != other.label:
        return False
    together = bool(one.table_id) and one.table_id == other.table_id
    return together or (one.area == other.area and one.period_end == other.period_end)


def _changed(table: Table, rate: Figure) -> Iterator[Finding]:
    """Is the printed change the change between two counts of one measure?"""
    every, printed = _pairs(table, rate), rate.text.removeprefix("-")
    pairs = [pair for pair in every if _fell(pair)] if printed != rate.text else every
    changes = {pair: _change(pair) for pair in pairs or every}
    right = any(rounds_to(value, printed) for value in changes.values())
    if not changes or (right and pairs):
        return
    cut = [pair for pair in changes if cut_to(changes[pair], printed)]
    near = min(cut or changes, key=lambda pair: (abs(changes[pair] - Fraction(printed)), pair))
    yield _change_finding(rate, near, list(changes), rises=not pairs, cut=bool(cut and pairs))


def _fell(pair: Pair) -> bool:
    return pair[0].value < pair[1].value


def _change_finding(
    rate: Figure, near: Pair, pairs: list[Pair], *, rises: bool, cut: bool
) -> Finding:
    (now, before), recomputed = near, number(_change(near), rate.unit, places=_places(rate))
    of_later = _gives_over_the_later(rate, pairs)

    def mends(old: Figure, new: Figure) -> bool:
        text = instead(rate, old, new).text.removeprefix("-")
        return any(printed_so(_change(pair, old, new), text) for pair in pairs)

    readings = {
        "of a number that fell, and it rose": rises,
        "cut off, not rounded": cut,
        f"that of {shown(now)}, the later of them": of_later,
        "neither rounded nor cut off from it": True,
    }
    reading = next(words for words, fits in readings.items() if fits)
    return Finding(
        (rate,),
        f"{shown(now)} against {shown(before)} is a change of {recomputed}: {shown(rate)} is "
        f"{reading}.",
        severity=CAUTION if cut else CONTRADICTION,
        printed=shown(rate),
        recomputed=recomputed,
        about=(rate, *dict.fromkeys(each for pair in pairs for each in pair)),
        mends=None if rises or of_later else mends,
        exact=True,
    )


def _gives_over_the_later(rate: Figure, pairs: list[Pair]) -> bool:
    """Is it the difference over the later count, and not over the earlier?"""
    text = rate.text.removeprefix("-")
    return any(printed_so(_change((before, now)), text) for now, before in pairs)


def _change(pair: Pair, old: Figure | None = None, new: Figure | None = None) -> Fraction:
    """By how much per cent is the later another than the earlier? Never as printed, of 0."""
    now, before = (instead(each, old, new).value for each in pair)
    return abs(Fraction(now - before) / before * 100) if before else Fraction(-1)


def _pairs(table: Table, rate: Figure) -> list[Pair]:
    """Two numbers of one measure, the later first."""
    counted = [each for each in table.figures if _is_amount(each) and _is_labelled(each, rate)]
    counts: dict[tuple, list[Figure]] = defaultdict(list)
    for each in counted:
        counts[each.area, each.population, each.measure, each.strand].append(each)
    named = {key: held for key, held in counts.items() if _stem(key[2]) == _stem(rate.measure)}
    return [
        (now, before)
        for held in (named or counts).values()
        for now, before in permutations(held, 2)
        if before.value and not before.period_end > now.period_end
        if _spans(now, before, rate, held)
    ]


def _is_amount(figure: Figure) -> bool:
    return figure.unit in AMOUNTS and bool(figure.text) and figure.kind != "stated_rate"


def _is_labelled(figure: Figure, rate: Figure) -> bool:
    return not (rate.label and figure.label) or figure.label == rate.label


def _spans(now: Figure, before: Figure, rate: Figure, held: list[Figure]) -> bool:
    """Of three periods or more, may the change be between these two?"""
    if len(held) == 2:
        return True
    ends = sorted({each.period_end for each in held})
    if len(ends) != len(held):
        return False
    return not rate.period_end or now.period_end == rate.period_end or rate.period_end not in ends


def _places(rate: Figure) -> int:
    return len(rate.text.partition(".")[2]) + 1
