"""Do counts of the same people, and of parts and wholes, agree?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import pandas as pd

from dsvstats import strands
from dsvstats.sources.reconcile.counted import Held, Strand, Told
from dsvstats.sources.reconcile.findings import CAUTION, CONTRADICTION, listed, number
from dsvstats.terms import measures, units
from dsvstats.terms.schemes import ALL, EXACT


def part_above_whole(held: Held) -> Iterator[Told]:
    """Which parts are larger than the whole that terms say they are inside?

    Of one area, period, subject, unit and group; of one definition, or else of any.
    """
    sizes: dict[tuple, dict[str, int]] = defaultdict(dict)
    known = held.cases.dropna(subset=["count"])
    for row in known.itertuples(index=False):
        for variant in (row.definition, None):
            own = sizes[_place(row, variant)]
            own[row.measure] = max(own.get(row.measure, 0), int(row.count))
    broken: dict[tuple, list[tuple[int, int]]] = defaultdict(list)
    for at, row in enumerate(known.itertuples(index=False)):
        inside = measures.inside(row.measure)
        own, of_any = sizes[_place(row, row.definition)], sizes[_place(row, None)]
        wholes = {each: own.get(each, of_any[each]) for each in inside if each in of_any}
        whole = min(wholes, key=lambda each: (wholes[each], each), default="")
        if whole and row.count > wholes[whole]:
            broken[(*row[:7], row.strand, whole)].append((at, wholes[whole]))
    for (*_, whole), found in broken.items():
        yield _above(known.iloc[[at for at, _ in found]], whole, [most for _, most in found])


def strands_disagree(held: Held) -> Iterator[Told]:
    """Which strands of the same people are not of one size?

    A strand that nobody unrecorded is told of may leave people out, which is said once of the same
    people; one that is of everybody may not, and none may hold more.
    """
    for family in held.families:
        others = [each for each in family if not each.is_part]
        if base := _base(others):
            yield from (_other_size(each, base) for each in family if _contradicts(each, base))
            short = [each for each in others if _is_short(each, base)]
            if short:
                yield _short(short, base)


def schemes_disagree(held: Held) -> Iterator[Told]:
    """Which groups are otherwise in a finer scheme of the same people, or in a crossed strand?"""
    for family in held.families:
        known = {each.name: each for each in family if each.is_known}
        for fine, coarse, groups in _mapped(known):
            parts = known[fine].rows.assign(to=groups)
            made = parts.groupby("to", sort=False)["count"].sum()
            own = known[coarse].rows.set_index("group")["count"]
            for group in [each for each in own.index if each in made.index]:
                if own[group] != made[group]:
                    rows = known[coarse].rows
                    yield Told(
                        rows[rows["group"] == group],
                        f"{group} is {number(int(own[group]))} by "
                        f"{strands.title(coarse).lower()}, and {number(int(made[group]))} by "
                        f"{strands.title(fine).lower()}.",
                        printed=number(int(own[group])),
                        recomputed=number(int(made[group])),
                    )


def _contradicts(one: Strand, base: Strand) -> bool:
    known = one.is_known and one.is_whole
    return one.size > base.size or (known and one.size < base.size)


def _is_short(one: Strand, base: Strand) -> bool:
    return one.is_known and not one.is_whole and one.size < base.size


def _base(family: list[Strand]) -> Strand | None:
    """Whose size are the others set against? Everybody's, else that which most have."""
    known = [each for each in family if each.is_known]
    everybody = [each for each in known if each.name == "all"]
    if everybody or not known:
        return everybody[0] if everybody else None
    sizes = Counter(each.size for each in known)
    return max(known, key=lambda each: (sizes[each.size], each.size, each.is_whole))


def _place(row: Any, definition: str | None) -> tuple:
    return (row.area, row.start, row.end, row.subject, row.unit, row.strand, row.group, definition)


def _above(rows: pd.DataFrame, whole: str, most: list[int]) -> Told:
    first = rows.iloc[0]
    sizes = [number(int(each)) for each in rows["count"]]
    named = ["" if each == ALL else f" ({each})" for each in rows["group"]]
    own = listed([f"{size}{group}" for size, group in zip(sizes, named, strict=True)])
    return Told(
        rows,
        f"{own} {units.many(first['unit'])} {measures.words(first['measure'])} are more than the "
        f"{listed([number(each) for each in most])} {measures.words(whole)} that they are a part "
        "of.",
        printed="; ".join(sizes),
        recomputed="; ".join(f"at most {number(each)}" for each in most),
    )


def _other_size(one: Strand, base: Strand) -> Told:
    doubtful = one.size > base.size and not (base.is_whole or one.is_part)
    end = "one base cannot have two sizes"
    if one.is_part:
        end = "a part cannot be more than the whole"
    elif doubtful:
        end = f"it has {number(one.size - base.size)} more, or the others leave them out"
    said = f"{one.says} where {base.says}: {end}."
    return Told(
        one.rows,
        f"{said[0].upper()}{said[1:]}",
        severity=CAUTION if doubtful else CONTRADICTION,
        printed=number(one.size),
        recomputed=number(base.size),
    )


def _short(short: list[Strand], base: Strand) -> Told:
    own = listed([each.says for each in short])
    left = listed([number(base.size - each.size) for each in short])
    end = "it leaves" if len(short) == 1 else "they leave"
    return Told(
        pd.concat([each.rows for each in short]),
        f"{own[0].upper()}{own[1:]} where {base.says}: {end} {left} out, and no row for the "
        "unrecorded is there.",
        severity=CAUTION,
        printed="; ".join(number(each.size) for each in short),
        recomputed=number(base.size),
    )


def _mapped(known: dict[str, Strand]) -> Iterator[tuple[str, str, list[str]]]:
    """Each finer strand and a coarser one, with the coarser group that each row is in."""
    for (fine, coarse), groups in EXACT.items():
        if fine in known and coarse in known:
            yield fine, coarse, [groups.get(each, each) for each in known[fine].groups]
    for crossed in [each for each in known if strands.CROSSED in each]:
        for side, name in enumerate(strands.parts(crossed)):
            if name in known:
                cells = [each.split(strands.CROSSED)[side] for each in known[crossed].groups]
                yield crossed, name, cells
