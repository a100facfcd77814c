"""Do the categories of a printed breakdown add up: to its total, and to their siblings?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from fractions import Fraction

from dsvstats.sources.published.figures import AMOUNTS, Figure, step
from dsvstats.sources.published.tables import Table, parted
from dsvstats.sources.reconcile.findings import (
    CAUTION,
    CONTRADICTION,
    Finding,
    number,
    replaced,
    shown,
)
from dsvstats.sources.reconcile.repairs import only_repair

_NOTHING_SAYS = "nothing printed says what it should be"


def sums(parts: list[Table]) -> Iterator[Finding]:
    """Do these breakdowns add up, each to its total and all of one base to the same number?

    A list of categories that does not claim to be complete (``rel:``) is only set beside its
    siblings: it may leave people out, but not hold more of them.
    """
    bases = defaultdict(list)
    for part in parts:
        bases[_base(part)].append(part)
    for siblings in bases.values():
        held = [_sum(each.parts) for each in siblings if each.parts and _holds(each)]
        for part in siblings:
            own = [_sum(part.parts)] if part.parts and _holds(part) else []
            yield from _components_total(part, set(Counter(held) - Counter(own)))
        yield from _sibling_strands([each for each in siblings if _comparable(each)])


def component_above_total(table: Table) -> Iterator[Finding]:
    """Is a category of this table larger than the total that it is a part of?"""
    for part in parted(table):
        for each in part.parts:
            wholes = [total for total in part.totals if total.unit == each.unit]
            if not wholes or each.value <= max(total.value for total in wholes):
                continue
            whole = shown(max(wholes, key=lambda total: total.value))
            yield Finding(
                "component_above_total",
                (each,),
                f"{_name(each)} is printed as {shown(each)}, more than the {whole} that it is "
                "a part of.",
                printed=shown(each),
                recomputed=f"at most {whole}",
            )


def missing_number(figures: list[Figure], parts: list[Table]) -> Iterator[Finding]:
    """Is a category printed without a number, and which number would complete its breakdown?

    A statement of its own (a ``single``) without a number is no category of anything.
    """
    own = {each: part for part in parts for each in part.figures if not each.text}
    for blank in figures:
        if not blank.text and blank.kind != "single":
            needed, would = "", _NOTHING_SAYS
            if blank in own:
                needed, would = _completion(own[blank], blank)
            yield Finding(
                "missing_number",
                (blank,),
                f"{_name(blank)} is printed without a number; {would}.",
                severity=CAUTION,
                printed="no number",
                recomputed=needed,
            )


def _completion(part: Table, blank: Figure) -> tuple[str, str]:
    known = _sum(part.parts)
    blanks = [each for each in part.figures if not each.text and each.kind == blank.kind]
    if part.form != "brk" or len(blanks) > 1 or not part.parts or blank.unit not in AMOUNTS:
        return "", _NOTHING_SAYS
    if blank.kind == "stated_total" and not _blanks(part):
        return number(known), f"the categories add up to {number(known)}"
    if blank.kind != "component" or not part.totals:
        return "", _NOTHING_SAYS
    gap = min(total.value - known for total in part.totals)
    if gap < 0:
        return "none", f"the others already add up to {number(-gap)} more than the stated total"
    return number(gap), f"{number(gap)} would complete the stated total"


def _name(figure: Figure) -> str:
    return figure.category or figure.measure


def _sum(figures: list[Figure]) -> Fraction:
    return sum((each.value for each in figures), Fraction(0))


def _slack(figures: list[Figure]) -> Fraction:
    """By how much may rounded numbers miss their sum? Whole numbers by nothing."""
    steps = [step(each.text) for each in figures]
    return sum(steps, Fraction(0)) / 2 if any(each < 1 for each in steps) else Fraction(0)


def _blanks(part: Table) -> bool:
    return any(each.kind == "component" and not each.text for each in part.figures)


def _base(part: Table) -> tuple:
    fields = ("period_start", "period_end", "subject", "population", "measure")
    parts = [each for each in part.figures if each.kind == "component"] or list(part.figures)
    first = part.figures[0]
    return (
        first.doc,
        first.area,
        *(tuple(sorted({getattr(each, field) for each in parts})) for field in fields),
    )


def _holds(part: Table) -> bool:
    if _blanks(part):
        return False
    slack = _slack([*part.parts, *part.totals])
    return all(abs(_sum(part.parts) - total.value) <= slack for total in part.totals)


def _components_total(part: Table, confirmed: set[Fraction]) -> Iterator[Finding]:
    parts, totals = part.parts, part.totals
    if part.form != "brk" or not parts or not totals:
        return
    recomputed, stated = _sum(parts), {each.value for each in totals}
    slack = _slack([*parts, *totals])
    if any(abs(recomputed - total) <= slack for total in stated):
        return
    if _blanks(part) and recomputed < max(stated):
        return
    gap = recomputed - min(stated, key=lambda total: (abs(recomputed - total), total))
    sure = len(stated) == 1 and not _blanks(part)
    repair = _sum_repair(parts, totals, confirmed) if sure else None
    yield Finding(
        "components_total",
        (*parts, *totals),
        _sum_sentence(parts, recomputed, gap, repair),
        printed=" or ".join(sorted({shown(each) for each in totals})),
        recomputed=number(recomputed, parts[0].unit),
        suggestion=repair[1] if repair else "",
        whole_table=True,
    )


def _sum_sentence(
    parts: list[Figure], recomputed: Fraction, gap: Fraction, repair: tuple[str, str] | None
) -> str:
    start = "The only category is" if len(parts) == 1 else f"The {len(parts)} categories add up to"
    side = "more" if gap > 0 else "fewer"
    sentence = f"{start} {number(recomputed)}, {number(abs(gap))} {side} than the stated total"
    if gap < 0 and not any(each.is_unrecorded for each in parts):
        sentence += ", and no category holds the unrecorded"
    if repair:
        sentence += f"; {repair[1]} in {repair[0]} is the only change of one digit that mends it"
    return f"{sentence}."


def _sum_repair(
    parts: list[Figure], totals: list[Figure], confirmed: set[Fraction]
) -> tuple[str, str] | None:
    recomputed, total = _sum(parts), totals[0].value
    total_held, parts_held = total in confirmed, recomputed in confirmed
    choices = [] if parts_held and not total_held else list(parts)
    choices += [] if total_held and not parts_held else totals[:1]

    def mends(figure: Figure, new: str) -> bool:
        if figure.kind == "stated_total":
            return Fraction(new) == recomputed
        return recomputed - figure.value + Fraction(new) == total

    found = only_repair([(each, each.text) for each in choices], mends)
    if not found:
        return None
    figure, new = found
    where = "the stated total" if figure.kind == "stated_total" else _name(figure)
    return where, replaced(figure.text, new)


def _comparable(part: Table) -> bool:
    return (
        part.figures[0].strand != "none"
        and (part.form == "brk" or not part.totals)
        and not _blanks(part)
        and len(part.parts) > 1
        and {each.unit for each in part.parts} == {"count"}
        and len({each.value for each in part.totals}) <= 1
    )


def _size(part: Table) -> Fraction:
    return part.totals[0].value if part.totals else _sum(part.parts)


def _sibling_strands(siblings: list[Table]) -> Iterator[Finding]:
    base, sure = _common_size(siblings)
    agreeing = [each for each in siblings if _size(each) == base]
    agreed = sorted({_strand(each) for each in agreeing})
    claimed = any(_is_complete(each) for each in agreeing)
    against = f"{' and '.join(agreed)} {'has' if len(agreed) == 1 else 'have'} {number(base)}"
    for part in siblings:
        if _size(part) != base:
            yield _sibling_finding(part, base, against, claimed=claimed, sure=sure)


def _sibling_finding(
    part: Table, base: Fraction, against: str, *, claimed: bool, sure: bool
) -> Finding:
    size = _size(part)
    own = f"{_strand(part)} {'is' if part.totals else 'adds up to'} {number(size)}"
    short = size < base and not _is_complete(part)
    doubtful = short or (size > base and not claimed)
    if short:
        end = f"it leaves {number(base - size)} out"
    elif doubtful:
        end = f"it has {number(size - base)} more, or the others leave them out"
    else:
        end = "one base cannot have two sizes"
    return Finding(
        "sibling_strands",
        tuple(part.parts),
        f"{own.replace('_', ' ').capitalize()} where {against.replace('_', ' ')}: {end}.",
        severity=CAUTION if doubtful else CONTRADICTION,
        printed=number(size),
        recomputed=number(base),
        suggestion=_sibling_repair(part, base) if sure and not short else "",
        whole_table=True,
    )


def _common_size(siblings: list[Table]) -> tuple[Fraction, bool]:
    """The size that most breakdowns have, and whether two at least do; without one, the largest."""
    sizes = Counter(_size(each) for each in siblings if each.form == "brk")
    if not sizes:
        return max((_size(each) for each in siblings), default=Fraction(0)), False
    most = max(sizes.values())
    return max(size for size, times in sizes.items() if times == most), most > 1


def _is_complete(part: Table) -> bool:
    return bool(part.totals) or any(each.is_unrecorded for each in part.parts)


def _strand(part: Table) -> str:
    return part.parts[0].strand


def _sibling_repair(part: Table, base: Fraction) -> str:
    if part.totals:
        return ""
    rest = base - _sum(part.parts)
    found = only_repair(
        [(each, each.text) for each in part.parts],
        lambda figure, new: Fraction(new) == figure.value + rest,
    )
    return replaced(found[0].text, found[1]) if found else ""
