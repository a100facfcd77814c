"""Attrition as bars: each stage on the stage before it, with what remains."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from dsvstats.reporting.figures import alt_text, charts, layout, marks
from dsvstats.reporting.figures.axis import amounts
from dsvstats.reporting.figures.theme import Picture, pictured
from dsvstats.reporting.wording import grouping, nouns, numerals, phrases, values

_MORE = "more: not divided"


@pictured
def stages(chain: pd.DataFrame, *, title: str = "", source: str = "") -> Picture:
    """Where do cases fall away? A bar for each stage, on the bar of the stage before.

    ``chain`` is ``attrition.retention``'s estimates, or counts, in the order of their stages;
    counts are drawn without shares. A stage larger than the one before is shown and marked,
    never divided.
    """
    held: list[Any] = list(chain.assign(section=_sections(chain)).itertuples(index=False))
    made: dict[str, list[layout.Row]] = {}
    of_counts = "count" in chain
    for row in held:
        lines = made.setdefault(row.section, [])
        if of_counts:
            lines.append(_counted(row, lines))
            continue
        if not lines:
            lines.append(_first(row))
        lines.append(_kept(row))
    cells = [cell for lines in made.values() for line in lines for cell in line.cells[:1] if cell]
    chart = layout.Chart(
        list(made.items()),
        amounts([each.estimate for each in cells], label="Number counted"),
        marks.stage,
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


def _first(row) -> layout.Row:
    label = phrases.upper_first(nouns.base(row.base) or "First stage")
    look = marks.HATCHED if row.withheld else marks.PLAIN
    number = phrases.WITHHELD if row.withheld else numerals.number(row.denominator)
    return layout.Row(
        label, (layout.Cell(row.denominator, look=look),), (number, ""), alt_text.row(label, number)
    )


def _kept(row) -> layout.Row:
    label = phrases.upper_first(nouns.thing(row.unit, row.measure))
    if row.withheld:
        cell = layout.Cell(math.nan, look=marks.HATCHED)
        return layout.Row(label, (cell,), (phrases.WITHHELD, ""), alt_text.row(label, "withheld"))
    larger = row.numerator > row.denominator
    cell = layout.Cell(
        row.numerator,
        upper=row.denominator,
        look=marks.LARGER if larger and _undivided(row) else marks.PLAIN,
    )
    number, share = numerals.number(row.numerator), _share(row, larger=larger)
    before = f"{share} of {nouns.base(row.base)}" if row.base and share else share
    return layout.Row(label, (cell,), (number, share), alt_text.row(label, number, before))


def _undivided(row) -> bool:
    return not values.known(row.estimate)


def _share(row, *, larger: bool) -> str:
    if larger and _undivided(row):
        return _MORE
    if values.scale(row.statistic) == values.HUNDRED and values.known(row.estimate):
        return f"{values.value(row)} for every 100"
    return values.short(row) if values.known(row.numerator) else ""


def _counted(row, above: list[layout.Row]) -> layout.Row:
    label = phrases.upper_first(nouns.thing(row.unit, row.measure))
    number = math.nan if row.withheld or row.count is pd.NA else float(row.count)
    last = above[-1].cells[0] if above else None
    before = last.estimate if last else math.nan
    look = marks.HATCHED if row.withheld else marks.LARGER if number > before else marks.PLAIN
    said = phrases.WITHHELD if row.withheld else numerals.number(number)
    return layout.Row(
        label, (layout.Cell(number, upper=before, look=look),), (said,), alt_text.row(label, said)
    )


def _title(held: list, made: dict, of_counts: bool) -> str:
    if len(made) != 1 or not held:
        return ""
    lines = [line for line in next(iter(made.values())) if values.known(line.cells[0].estimate)]
    if len(lines) < 2:
        return ""
    first, last = lines[0], lines[-1]
    return (
        f"From {first.texts[0]} {phrases.lower_first(first.label)} "
        f"to {last.texts[0]} {phrases.lower_first(last.label)}"
    )


def _key(cells: list[layout.Cell]) -> list[tuple[dict, str]]:
    key = [({"patch": marks.BARS[marks.ACCENTED]}, "what remains")]
    if any(values.known(each.upper) and each.look != marks.LARGER for each in cells):
        key.append(({"patch": marks.BEFORE_BAR}, "the stage before"))
    if any(each.look == marks.LARGER for each in cells):
        key.append(({"patch": marks.BARS[marks.LARGER]}, "more than the stage before"))
    return key
