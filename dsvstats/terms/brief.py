"""The board's commissioning brief: what every area is asked for, in its order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from dsvstats import files
from dsvstats.terms import measures, subjects


@dataclass(frozen=True)
class Wanted:
    """One number of an item: of which subject, what happened, and what it is a part of.

    ``unit`` is how it is called where it was not supplied. ``spare``: told where it was supplied,
    and not missed where it was not; ``least``: it is noted only where someone notes it, so that
    it is a minimum.
    """

    subject: str
    measure: str
    of: str = ""
    unit: str = ""
    spare: bool = False
    least: bool = False


@dataclass(frozen=True)
class Item:
    """One item of Part One: the question, the counts that answer it, and what is printed of it."""

    asks: str
    counts: tuple[Wanted, ...]
    printed: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True)
class Brief:
    """What is asked in numbers, and the questions that an author answers, by their headings."""

    asked: tuple[Item, ...]
    written: tuple[tuple[str, tuple[str, ...]], ...]


@cache
def brief() -> Brief:
    """What does the board ask every area for? ``data/brief.yml``.

    >>> held = brief()
    >>> held.asked[1].asks, held.asked[1].counts[0].subject
    ('How many crimes were flagged as each?', 'domestic_violence')
    """
    held = files.read_yaml(files.data("brief.yml"))
    return Brief(
        asked=tuple(map(_item, held["asked"])),
        written=tuple((each["heading"], tuple(each["questions"])) for each in held["written"]),
    )


def _item(held: Mapping) -> Item:
    wanted = tuple(Wanted(**each) for each in held["counts"])
    for each in wanted:
        subjects.known(each.subject)
        measures.known(each.measure)
    return Item(held["asks"], wanted, tuple(held.get("printed", ())))
