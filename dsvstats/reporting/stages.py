"""Attrition as bars: each stage on the stage before it, with what remains."""

from __future__ import annotations

import math

import pandas as pd

from dsvstats.reporting import (
    charts,
    grouping,
    numerals,
    paint,
    phrases,
    reading,
    rows,
    spoken,
    things,
)
from dsvstats.reporting.axis import amounts
from dsvstats.reporting.theme import Picture, pictured

_MORE = "more: not divided"


@pictured
def stages(chain: pd.DataFrame, *, title: str = "", source: str = "") -> Picture:
    """Where do cases fall away? A bar for each stage, on the bar of the stage before.

    ``chain`` is ``attrition.retention``'s estimates, or counts, in the order of their stages;
    counts are drawn without shares. A stage larger than the one before is shown and marked,
    never divided.
    """
    held = list(chain.assign(section=_sections(chain)).itertuples(index=False))
    made: dict[str, list[rows.Row]] = {}
    of_counts = "count" in chain
    for row in held:
        lines = made.setdefault(row.section, [])
        if of_counts:
            lines.append(_counted(row, lines))
            continue
        if not lines:
            lines.append(_first(row))
        lines.append(_kept(row))
    cells = [line.cells[0] for lines in made.values() for line in lines]
    chart = rows.Chart(
        list(made.items()),
        amounts([each.estimate for each in cells], label="Number counted"),
        paint.stage,
        headings=("Number",) if of_counts else ("Number", "Of the stage before"),
    )
    return charts.finish(
        "Stage bars",
        chart,
        chain,
        title=title or _title(held, made, of_counts),
        source=source,
        key=_key(cells),
    )


def _sections(chain: pd.DataFrame) -> list[str]:
    """What sets one chain apart from another: all that differs but the stage."""
    bare = chain.assign(unit="", measure="", statistic="", base="")
    named = grouping.labels(bare)
    several = named["label"].nunique() > 1 or bool((chain["strand"] != "all").any())
    parts = zip(named["section"], named["label"] if several else [""] * len(chain), strict=True)
    return [": ".join(filter(None, each)) for each in parts]


def _first(row) -> rows.Row:
    label = phrases.upper_first(things.base(row.base) or "First stage")
    look = paint.HATCHED if row.withheld else paint.PLAIN
    number = phrases.WITHHELD if row.withheld else numerals.number(row.denominator)
    return rows.Row(
        label, (rows.Cell(row.denominator, look=look),), (number, ""), spoken.row(label, number)
    )


def _kept(row) -> rows.Row:
    label = phrases.upper_first(things.thing(row.unit, row.measure))
    if row.withheld:
        cell = rows.Cell(math.nan, look=paint.HATCHED)
        return rows.Row(label, (cell,), (phrases.WITHHELD, ""), spoken.row(label, "withheld"))
    larger = row.numerator > row.denominator
    cell = rows.Cell(
        row.numerator,
        upper=row.denominator,
        look=paint.LARGER if larger and _undivided(row) else paint.PLAIN,
    )
    number, share = numerals.number(row.numerator), _share(row, larger=larger)
    before = f"{share} of {things.base(row.base)}" if row.base and share else share
    return rows.Row(label, (cell,), (number, share), spoken.row(label, number, before))


def _undivided(row) -> bool:
    return not reading.known(row.estimate)


def _share(row, *, larger: bool) -> str:
    if larger and _undivided(row):
        return _MORE
    if reading.scale(row.statistic) == reading.HUNDRED and reading.known(row.estimate):
        return f"{reading.value(row)} for every 100"
    return reading.short(row) if reading.known(row.numerator) else ""


def _counted(row, above: list[rows.Row]) -> rows.Row:
    label = phrases.upper_first(things.thing(row.unit, row.measure))
    number = math.nan if row.withheld or row.count is pd.NA else float(row.count)
    before = above[-1].cells[0].estimate if above else math.nan
    look = paint.HATCHED if row.withheld else paint.LARGER if number > before else paint.PLAIN
    said = phrases.WITHHELD if row.withheld else numerals.number(number)
    return rows.Row(
        label, (rows.Cell(number, upper=before, look=look),), (said,), spoken.row(label, said)
    )


def _title(held: list, made: dict, of_counts: bool) -> str:
    if len(made) != 1 or not held:
        return ""
    lines = [line for line in next(iter(made.values())) if reading.known(line.cells[0].estimate)]
    if len(lines) < 2:
        return ""
    first, last = lines[0], lines[-1]
    return (
        f"From {first.texts[0]} {phrases.lower_first(first.label)} "
        f"to {last.texts[0]} {phrases.lower_first(last.label)}"
    )


def _key(cells: list[rows.Cell]) -> list[tuple[dict, str]]:
    key = [({"patch": paint.BARS[paint.ACCENTED]}, "what remains")]
    if any(reading.known(each.upper) and each.look != paint.LARGER for each in cells):
        key.append(({"patch": paint.BEFORE_BAR}, "the stage before"))
    if any(each.look == paint.LARGER for each in cells):
        key.append(({"patch": paint.BARS[paint.LARGER]}, "more than the stage before"))
    return key
