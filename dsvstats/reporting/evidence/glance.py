"""The areas by indicators at a glance: each area's headline figures, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dsvstats.reporting import blocks
from dsvstats.reporting.evidence.site import Page


@dataclass(frozen=True)
class Glance:
    """A table of areas by pages: the headings, and for each area its cells."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[blocks.Tile | None, ...]], ...]


def table(areas: Sequence[tuple[str, Sequence[Page]]]) -> Glance | None:
    """Each area's first headline figure of each page; None where no page has any."""
    names = dict.fromkeys(each.held.name for _, own in areas for each in own)
    subjects = {each.held.name: each.held.subject for _, own in areas for each in own}
    rows = [(area, tuple(_first(own, name) for name in names)) for area, own in areas]
    if not any(any(cells) for _, cells in rows):
        return None
    return Glance(tuple(subjects[each] for each in names), tuple(rows))


def _first(own: Sequence[Page], name: str) -> blocks.Tile | None:
    answers = [each.held.answer for each in own if each.held.name == name]
    return next((each.tiles[0] for each in answers if each and each.tiles), None)
