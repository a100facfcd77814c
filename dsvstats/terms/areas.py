"""A place and its areas: a whole, its parts, and the names that people use for them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from dsvstats.errors import InputError, near

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Tile:
    """Where an area stands on its place's map of tiles, and its name there."""

    row: int
    column: int
    name: str
    own_force: bool = False


@dataclass(frozen=True)
class File:
    """A file of a place, and who made it where its rows do not say."""

    path: Path
    source: str = ""


@dataclass(frozen=True)
class Place:
    """What is studied as one: a whole, and the parts that it is divided into.

    ``named`` leads from every name of an area (folded) to the area; ``tiles`` hold the parts on
    a map, and what lies beside them; ``censuses`` are the days of those known for it; ``files``
    are where its residents, printed figures and open data lie, by what they hold; ``prefer`` are
    the documents to take first where two count one thing; ``publisher`` is whom evidence is made
    for, and ``licence`` what must be said of the figures; ``checksum`` is of the file that the
    place was read from and of those that it names.
    """

    name: str
    whole: str
    parts: tuple[str, ...] = ()
    part: str = "part"
    parts_called: str = "parts"
    force: str = ""
    codes: Mapping[str, str] = field(default_factory=dict)
    named: Mapping[str, str] = field(default_factory=dict)
    tiles: Mapping[str, Tile] = field(default_factory=dict)
    censuses: Mapping[int, date] = field(default_factory=dict)
    files: Mapping[str, File] = field(default_factory=dict)
    prefer: tuple[str, ...] = ()
    publisher: str = ""
    licence: str = ""
    checksum: str = ""

    def __hash__(self) -> int:
        return hash((self.name, self.checksum))

    @property
    def areas(self) -> tuple[str, ...]:
        """All areas that can be asked for: the whole first, then its parts."""
        return (self.whole, *self.parts)

    @property
    def residents(self) -> File | None:
        """Where its residents lie; None where the place has none of its own."""
        return self.files.get("residents")

    def knows(self, name: str) -> bool:
        """Is this a name of one of its areas?"""
        return folded(name) in self.named

    def find(self, name: str, *, where: str = "area") -> str:
        """Which area is meant? Unknown names are an error that lists the near ones."""
        if self.knows(name):
            return self.named[folded(name)]
        rule = f"{self.whole}, or a {self.part} of it" if self.parts else self.whole
        raise InputError(where=where, rule=rule, value=name, mend=near(str(name), [*self.areas]))

    def of(self, rows: pd.DataFrame, area: str) -> pd.DataFrame:
        """The rows of this area, asked for by any of its names."""
        return rows[rows["area"] == self.find(area)].reset_index(drop=True)


def folded(name: str) -> str:
    """A name as it is looked up: case, spaces, hyphens and & make no difference.

    >>> folded("Barking-&  Dagenham")
    'barking and dagenham'
    """
    words = str(name).replace("&", " and ").replace("-", " ")
    return re.sub(r"\s+", " ", words).strip().casefold()
