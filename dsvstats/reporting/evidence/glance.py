"""The areas by indicators at a glance, as their pages give them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dsvstats.reporting import indicators
from dsvstats.reporting.blocks import Indicator
from dsvstats.reporting.evidence.site import Page


@dataclass(frozen=True)
class Glance:
    """A table of areas by indicators: the headings, and for each area its cells."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Indicator | None, ...]], ...]


def table(areas: Sequence[tuple[str, Sequence[Page]]]) -> Glance | None:
    """Each area's indicators, from its own pages; None where there is none at all."""
    by_area = {area: _of_area(area, own) for area, own in areas}
    there = {title for found in by_area.values() for title in found}
    columns = [each.title for each in indicators.ENTRIES if each.title in there]
    if not columns:
        return None
    rows = [(area, tuple(map(found.get, columns))) for area, found in by_area.items()]
    return Glance(tuple(columns), tuple(rows))


def _of_area(area: str, own: Sequence[Page]) -> dict[str, Indicator]:
    """What its pages give of it, the first of each."""
    found: dict[str, Indicator] = {}
    for page in own:
        for block in page.held.blocks:
            for each in block.indicators:
                if each.area == area:
                    found.setdefault(each.title, each)
    return found
