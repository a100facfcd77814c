"""How the groups of one strand make up those of another, and everyone."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise, permutations

import numpy as np

from dsvstats import strands
from dsvstats.disclosure.keys import Keys
from dsvstats.disclosure.relations import EVERYONE, LEFT, SUM, Relation, unbroken
from dsvstats.strands import CROSSED, UNRECORDED
from dsvstats.terms.schemes import EXACT

Group = str
Edges = tuple[float, float]


def of_strands(keys: Keys) -> Iterator[Relation]:
    """Groups of which a broad one, or everyone, is made up."""
    pairs = list(keys.words["pair"])
    names = sorted({strand for strand, _ in pairs} - {"all"})
    strand = keys.told("pair", lambda pair: pair[0])
    clear = {name: _clear(name, [group for of, group in pairs if of == name]) for name in names}
    yield from _everyone(keys, [name for name in names if clear[name]], strand)
    for name in names:
        for other in names:
            if name != other and clear[name] and clear[other]:
                yield from _coarser(keys, name, other, np.flatnonzero(strand == name))
        if not clear[name] and name == "age":
            yield from _of_bands(keys, np.flatnonzero(strand == name))


def _clear(strand: str, groups: list[Group]) -> bool:
    """Does every person have one group of the strand at most? Not where ages stand twice over."""
    for place, part in enumerate(strands.parts(strand)):
        if part == "age":
            edges = sorted(
                edge
                for group in {each.split(CROSSED)[place] for each in groups}
                if (edge := strands.band(group))
            )
            if any(a[1] >= b[0] for a, b in pairwise(edges)):
                return False
    return True


def _table(keys: Keys, rows: np.ndarray) -> np.ndarray:
    """One number for everyone of the same table: the key of the row of everyone."""
    return keys.replaced(rows, pair=keys.number("pair", EVERYONE))


def _everyone(keys: Keys, names: list[str], strand: np.ndarray) -> Iterator[Relation]:
    """The groups of each strand and those not recorded are everyone, who may not be given."""
    unsaid = keys.told("pair", lambda pair: any(p in UNRECORDED for p in pair[1].split(CROSSED)))
    found, seen = [], []
    for name in names:
        rows = np.flatnonzero(strand == name)
        table = _table(keys, rows)
        closed = np.isin(table, table[unsaid[rows]]) if name != "reports" else table >= 0
        bands = [
            g.split(CROSSED)[at]
            for s, g in keys.words["pair"]
            if s == name
            for at, part in enumerate(strands.parts(name))
            if part == "age"
        ]
        closed &= not bands or unbroken(list(set(bands)))
        found.append((rows, table, closed))
        seen.append(np.unique(table[closed]))
    twice, often = np.unique(np.concatenate([*seen, np.zeros(0, int)]), return_counts=True)
    several = twice[often > 1]
    for rows, table, closed in found:
        at = keys.at(table)
        at = np.where((at < 0) & closed & np.isin(table, several), -2 - table, at)
        yield Relation("strands", SUM, rows, at).where(closed & (at != -1))
        open_ = ~closed & (at >= 0)
        nothing = np.ones(len(rows), dtype=bool)
        yield Relation("strands", LEFT, rows, at, nothing=nothing).where(open_)


def _coarser(keys: Keys, name: str, other: str, rows: np.ndarray) -> Iterator[Relation]:
    """Fine groups make up broad ones, and crossed ones those of the strands that they cross."""
    into = _into(name, other)
    if into is None:
        return
    pairs = list(keys.words["pair"])
    digit = np.full(len(pairs), -1)
    expected: dict[int, int] = {}
    for number, (strand, group) in enumerate(pairs):
        if strand == name and keys.knows("pair", (other, to := into(group))):
            digit[number] = keys.number("pair", (other, to))
            expected[digit[number]] = expected.get(digit[number], 0) + 1
    target = digit[keys.of("pair", rows)]
    at = keys.at(keys.replaced(rows, pair=target))
    number = np.bincount(at[at >= 0], minlength=len(keys.codes))[at]
    want = np.array([expected.get(each, 0) for each in target.tolist()])
    nothing = np.ones(len(rows), dtype=bool)
    yield Relation("strands", SUM, rows, at).where((at >= 0) & (number >= want))
    yield Relation("strands", LEFT, rows, at, nothing=nothing).where((at >= 0) & (number < want))


def _into(name: str, other: str):
    """What leads from each group of a strand to the coarser one's? None where nothing does."""
    own, wanted = strands.parts(name), strands.parts(other)
    if len(wanted) > len(own) or "reports" in (name, other):
        return None
    for chosen in permutations(range(len(own)), len(wanted)):
        if all(
            own[at] == part or (own[at], part) in EXACT
            for at, part in zip(chosen, wanted, strict=True)
        ):
            maps = [
                None if own[at] == part else EXACT[own[at], part]
                for at, part in zip(chosen, wanted, strict=True)
            ]
            return lambda group: CROSSED.join(
                _mapped(group.split(CROSSED)[at], to) for at, to in zip(chosen, maps, strict=True)
            )
    return None


def _mapped(group: Group, to: dict[str, str] | None) -> Group:
    return group if to is None else to.get(group, group)


def _of_bands(keys: Keys, rows: np.ndarray) -> Iterator[Relation]:
    """Age bands that overlap: each is made up of the finest that their edges make."""
    table = _table(keys, rows)
    pairs = keys.words["pair"]
    groups = np.array([pairs[number][1] for number in keys.of("pair", rows)], dtype=object)
    order = np.argsort(table, kind="stable")
    starts = np.flatnonzero(np.diff(table[order], prepend=-1))
    for at in np.split(order, starts[1:]):
        key = int(table[at[0]])
        bands = dict(zip(groups[at], rows[at], strict=True))
        held = {edge: row for group, row in bands.items() if (edge := strands.band(group))}
        finest = _finest(held)
        of = {each: held.get(each, _absent(key, number)) for number, each in enumerate(finest)}
        for edge, row in held.items():
            if edge not in of:
                parts = np.array([of[each] for each in finest if _within(each, edge)])
                yield Relation("ages", SUM, parts, np.full(len(parts), row), hidden=True)
        whole = int(keys.at(np.array([key]))[0])
        if whole >= 0 and finest:
            unsaid = [row for group, row in bands.items() if group in UNRECORDED]
            yield _of_everyone(of, held, unsaid, whole)


def _finest(held: dict[Edges, int]) -> list[Edges]:
    """The bands that all first and last ages make."""
    cuts = sorted({low for low, _ in held} | {high + 1 for _, high in held})
    return [(low, high - 1) for low, high in pairwise(cuts)]


def _within(band: Edges, other: Edges) -> bool:
    return other[0] <= band[0] and band[1] <= other[1]


def _of_everyone(of: dict[Edges, int], held, unsaid: list[int], whole: int) -> Relation:
    """The finest bands, and those not recorded, are everyone, or some of them."""
    told = [each for each in of if any(_within(each, band) for band in held)]
    ages = sorted(of)
    closed = ages[0][0] == 0 and ages[-1][1] == np.inf and len(told) == len(of) and bool(unsaid)
    parts = np.array([*(of[each] for each in told), *unsaid])
    kind, nothing = (SUM, None) if closed else (LEFT, np.ones(len(parts), dtype=bool))
    wholes = np.full(len(parts), whole)
    return Relation("ages", kind, parts, wholes, nothing=nothing, hidden=True)


def _absent(key: int, number: int) -> int:
    """A number for what no row has: the same for one table and band."""
    return -(2 + key * 1000 + number) - 2**61
