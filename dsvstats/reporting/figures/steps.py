"""Where a difference arises: from equal, stage by stage, to what it is in the end."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from dsvstats.reporting.blocks import Figure
from dsvstats.reporting.figures import rows, scale
from dsvstats.reporting.figures.rows import Heads, Row
from dsvstats.reporting.wording import nouns, phrases, rounding, values

_ALTOGETHER = "Altogether"


def waterfall(held: Sequence[Any], *, heading: str, about: str) -> Figure:
    """At which stage does the difference between a group and its reference arise?

    ``held`` are the rows of one group that `attrition.relative_rate_index` gives: its rate per
    resident, its retention at each stage, each over the reference group's, and last the whole.
    Each stage's bar goes from where the stages before it have come to, to where it brings them.
    """
    reached = [1.0]
    for row in held[:-1]:
        reached.append(reached[-1] * row.estimate)
    drawn = [
        _step(row, before, after)
        for row, (before, after) in zip(held[:-1], pairwise(reached), strict=True)
    ]
    drawn.append(_step(held[-1], 1.0, held[-1].estimate, label=_ALTOGETHER))
    return rows.figure(
        drawn,
        scale.ratios([*reached, held[-1].estimate]),
        look=rows.STEP,
        kind="Waterfall of stages",
        heading=heading,
        caption=f"How far each stage brings the difference. {about}. Equal = no difference.",
        heads=Heads(group="Stage", value="Times at this stage", counts=""),
    )


def _step(row: Any, before: float, after: float, label: str = "") -> Row:
    return Row(
        label or stage(row),
        value=rounding.times(row.estimate),
        word=rows.WORDS.get(row.way, ""),
        way=row.way,
        estimate=after,
        ends=(before, after),
        note="" if label else values.base(row),
    )


def stage(row: Any) -> str:
    """What is this step of the way called?"""
    if values.of_residents(row):
        return phrases.upper_first(f"{nouns.thing(row.unit, row.measure)}, for each resident")
    return phrases.upper_first(nouns.outcome(row.measure))
