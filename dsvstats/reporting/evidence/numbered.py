"""The tables of a page, in order: each with what stands above it, for formats that list them."""

from __future__ import annotations

from dataclasses import dataclass

from dsvstats import files
from dsvstats.reporting import blocks
from dsvstats.reporting.evidence.contents import Contents


@dataclass(frozen=True)
class Numbered:
    """A table of a page: its number, the question it answers, the section it stands in."""

    number: int
    question: str
    section: blocks.Section
    table: blocks.Table
    source: str

    @property
    def name(self) -> str:
        """A short name for files and sheets, which no other table of the page has."""
        return f"{self.number:02}_{files.slug(self.section.name) or 'table'}"

    @property
    def heading(self) -> str:
        """What it shows, in a line."""
        return self.section.heading or self.table.caption


def tables(held: Contents) -> list[Numbered]:
    """All tables of this page that hold a row."""
    found = [
        (question.heading, section, section.table, block.source)
        for question in held.questions
        for block in question.blocks
        for section in block.sections
        if section.table is not None and section.table.values
    ]
    return [Numbered(number, *each) for number, each in enumerate(found, 1)]
