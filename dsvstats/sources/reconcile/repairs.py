"""Which single misprint would explain what a table contradicts?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations, islice

from dsvstats.sources.published.figures import Figure
from dsvstats.sources.reconcile.findings import CONTRADICTION, Finding, name, replaced
from dsvstats.sources.reconcile.sheet import Sheet

Rules = Callable[[Sheet], list[Finding]]
_NUMBER = re.compile(r"(?:0|[1-9]\d*)(?:\.\d+)?")
_MOST = 12
"""Where more numbers than this would mend a table, nobody can say which is wrong."""


def misprints(number: str) -> set[str]:
    """Which numbers may this one be a misprint of?

    One digit changed, dropped or added, or two digits swapped. The decimal point stays where it
    is; a number does not begin with a needless 0.

    >>> sorted(misprints("7"))[:4], "3649" in misprints("13649"), "0649" in misprints("10649")
    (['0', '1', '17', '2'], True, False)
    >>> "205" in misprints("250"), "2.05" in misprints("250")
    (True, False)
    """
    if not _NUMBER.fullmatch(number):
        return set()
    found: set[str] = set()
    for at in range(len(number) + 1):
        before, after = number[:at], number[at:]
        found.update(f"{before}{digit}{after}" for digit in "0123456789")
        if after and after[0] != ".":
            found.add((before + after[1:]).removesuffix("."))
            found.update(f"{before}{digit}{after[1:]}" for digit in "0123456789")
    found.update(_swapped(number))
    return {each for each in found - {number} if _NUMBER.fullmatch(each)}


def _swapped(number: str) -> Iterator[str]:
    digits = [at for at, digit in enumerate(number) if digit != "."]
    for one, other in combinations(digits, 2):
        text = list(number)
        text[one], text[other] = text[other], text[one]
        yield "".join(text)


def with_repairs(found: list[Finding], sheet: Sheet, rules: Rules) -> list[Finding]:
    """The same findings, each single misprint that explains some of them told once.

    Findings that are about the same numbers are explained together: by a change of one number
    that each of them is about, after which all of them hold and no rule finds anything new. Where
    several such changes mend the table, or none does, nothing is suggested.
    """
    told = list(found)
    for cluster in _clusters(found):
        if change := _only_change([found[at] for at in cluster], sheet, rules):
            old, new = change
            at = next(each for each in cluster if found[each].exact)
            told[at] = _suggesting(found[at], old, new.text)
    return told


def _clusters(found: list[Finding]) -> list[list[int]]:
    """The contradictions, by their positions, that are about the same numbers."""
    clusters: list[tuple[list[int], set[Figure]]] = []
    for at, finding in enumerate(found):
        if finding.severity != CONTRADICTION:
            continue
        positions, numbers = [at], set(finding.about or finding.figures)
        apart = []
        for other in clusters:
            if numbers.isdisjoint(other[1]):
                apart.append(other)
            else:
                positions, numbers = positions + other[0], numbers | other[1]
        clusters = [*apart, (sorted(positions), numbers)]
    return [positions for positions, _ in clusters]


def _only_change(found: list[Finding], sheet: Sheet, rules: Rules) -> tuple[Figure, Figure] | None:
    if not all(each.mends for each in found) or not any(each.exact for each in found):
        return None
    common = set.intersection(*(set(each.about or each.figures) for each in found))
    changes = [change for each in sorted(common) for change in _changes(each, found)]
    mending = _mending(changes, sheet, rules) if len(changes) <= _MOST else []
    if len(mending) != 1 or not all(each.sure(*mending[0]) for each in found if each.sure):
        return None
    return mending[0]


def _mending(
    changes: list[tuple[Figure, Figure]], sheet: Sheet, rules: Rules
) -> list[tuple[Figure, Figure]]:
    """Those of the changes after which no rule finds anything new; two at most."""
    mending = (change for change in changes if _nothing_new(*change, sheet, rules))
    return list(islice(mending, 2))


def _changes(figure: Figure, found: list[Finding]) -> Iterator[tuple[Figure, Figure]]:
    """This number with each other after which all that was found holds."""
    exact = [set(each.wanted(figure)) for each in found if each.wanted]
    for text in sorted(set.intersection(misprints(figure.text), *exact)):
        new = figure.printed_as(text)
        if all(each.mends and each.mends(figure, new) for each in found):
            yield figure, new


def _nothing_new(old: Figure, new: Figure, sheet: Sheet, rules: Rules) -> bool:
    near = sheet.near(old)
    return _contradicted(near.changed(old, new), rules) <= _contradicted(near, rules)


def _contradicted(sheet: Sheet, rules: Rules) -> set[tuple]:
    """What contradicts itself where, whatever the numbers are."""
    return {
        (
            finding.rule,
            *sorted({(each.table_id, each.strand, each.label) for each in finding.figures}),
        )
        for finding in rules(sheet)
        if finding.severity == CONTRADICTION
    }


def _suggesting(finding: Finding, old: Figure, new: str) -> Finding:
    suggestion = replaced(old.text, new)
    where = "the stated total" if old.kind == "stated_total" and old.is_whole else name(old)
    told = f"{suggestion} in {where} is the only change of one digit, or of two swapped, that mends"
    return replace(
        finding,
        suggestion=suggestion,
        detail=f"{finding.detail.removesuffix('.')}; {told} it.",
    )
