"""Do the printed shares of a breakdown add up to 100, as far as rounding goes?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction

from dsvstats.sources.published.figures import WHOLE, Figure, step
from dsvstats.sources.published.tables import Table
from dsvstats.sources.reconcile.findings import CAUTION, CONTRADICTION, Finding, number, replaced
from dsvstats.sources.reconcile.repairs import only_repair


def shares(part: Table) -> Iterator[Finding]:
    """Do the shares of this breakdown add up to 100, or to the share that they are parts of?

    Rounding may put k shares half of k units in the last place above or below, save that two
    shares of one whole never round to less than it. Cut off, they fall short by less than k
    units. Shares of a ``rel:`` list may fall short by any number, and rates printed beside
    counts are left to those.
    """
    kinds = {"component"} if part.form == "rel" or part.parts else {"component", "stated_rate"}
    grouped = defaultdict(list)
    for each in part.figures:
        if each.unit in WHOLE and each.kind in kinds and not each.is_whole:
            grouped[each.unit, each.kind, each.population, each.measure].append(each)
    for (unit, kind, *_), held in grouped.items():
        if len(held) > 1 and all(each.text for each in held):
            totals = part.of("stated_total", {unit}) if kind == "component" else []
            yield from _share_finding(held, totals)


def _share_finding(shares: list[Figure], totals: list[Figure]) -> Iterator[Finding]:
    unit = shares[0].unit
    whole = totals[0].value if totals else WHOLE[unit]
    steps = [step(each.text) for each in [*shares, *totals[:1]]]
    total = sum((each.value for each in shares), Fraction(0))
    slack = sum(steps, Fraction(0)) / 2
    gap = total - whole
    partial = gap < 0 and shares[0].table_id.startswith("rel:")
    if partial or _rounded(gap, slack, pair=len(steps) == 2):
        return
    stated = number(whole, unit)
    recomputed = number(total, unit)
    sentence = f"The {len(shares)} printed shares add up to {recomputed}, not {stated}"
    severity, repair = CAUTION, ""
    if -2 * slack < gap < 0:
        sentence += ": they are cut off, not rounded"
    elif gap < 0 and not any(each.is_unrecorded for each in shares):
        sentence += f": they leave {number(-gap, unit)} out, more than rounding can"
    else:
        severity = CONTRADICTION
        sentence += ", further than rounding can put them"
        found = only_repair(
            [(each, each.text) for each in shares],
            lambda figure, new: _rounded(
                gap - figure.value + Fraction(new), slack, pair=len(steps) == 2
            ),
        )
        repair = replaced(found[0].text, found[1]) if found else ""
    yield Finding(
        "components_total" if totals else "shares_against_100",
        (*shares, *totals),
        f"{sentence}.",
        severity=severity,
        printed=stated,
        recomputed=recomputed,
        suggestion=repair,
        whole_table=True,
    )


def _rounded(gap: Fraction, slack: Fraction, *, pair: bool) -> bool:
    """Can rounding alone make the gap? Two shares of one whole never round to less than it."""
    return abs(gap) <= slack and not (pair and gap == -slack)
