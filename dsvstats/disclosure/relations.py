"""What every reader knows of how counts hang together, found among the rows of a frame."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from dsvstats import strands
from dsvstats.disclosure.keys import Keys
from dsvstats.strands import UNRECORDED
from dsvstats.terms import measures, subjects, units
from dsvstats.terms.measures import MEASURES
from dsvstats.terms.places import Place
from dsvstats.terms.schemes import ALL
from dsvstats.terms.units import UNITS

SUM, LEFT, MORE, OVER = "sum", "left", "more", "over"
EVERYONE = "all", ALL
_LIST = "reports"


@dataclass(frozen=True)
class Relation:
    """One fact in as many places as it holds: which rows are parts of which.

    ``parts`` and ``wholes`` are rows, pair by pair; a whole or part below 0 is one that the frame
    does not have, the same number wherever it is the same. ``kind``: "sum", the parts make up
    the whole; "left", what is left of it besides must not be shown to be small; "more", it is
    theirs or more; "over", it is theirs or less. ``together``: the parts of one whole are of one
    equation, else each pair is one. ``times``: how often a part counts. ``nothing``: that nothing
    is left tells nothing of anyone, pair by pair. ``hidden``: what the frame does not have must
    not be shown to be small either. ``nearly``: what is known of a person may differ between the
    two, so that it need not hold everywhere, though a reader would suppose so.
    """

    name: str
    kind: str
    parts: np.ndarray
    wholes: np.ndarray
    together: bool = True
    times: np.ndarray | None = None
    nothing: np.ndarray | None = None
    hidden: bool = False
    nearly: bool = False

    def where(self, kept: np.ndarray) -> Relation:
        """The same of these pairs alone."""
        cut: dict[str, Any] = {
            name: None if (held := getattr(self, name)) is None else held[kept]
            for name in ("parts", "wholes", "times", "nothing")
        }
        return replace(self, **cut)


def inside(keys: Keys) -> Iterator[Relation]:
    """Measures of which one holds the other, of the same things and people."""
    held = keys.words["measure"]
    listed = keys.told("pair", lambda pair: pair[0] == _LIST)
    for name in list(held):
        rows = keys.rows(measure=[name])
        rows = rows[~listed[rows]]
        for direct in MEASURES[name].inside if name in MEASURES else ():
            yield from _up(keys, name, rows, direct)


def _up(keys: Keys, name: str, rows: np.ndarray, whole: str) -> Iterator[Relation]:
    """The part in its whole; where that has no row, in what the whole is inside."""
    at = np.full(len(rows), -1)
    if keys.knows("measure", whole):
        at = keys.at(keys.replaced(rows, measure=keys.number("measure", whole)))
        always = keys.told("unit", lambda unit: UNITS[unit].always == name and whole == "recorded")
        found = Relation("measures", LEFT, rows, at, together=False, nothing=unrecorded(keys)[rows])
        yield found.where((at >= 0) & ~always[rows])
        yield replace(found, kind=SUM).where((at >= 0) & always[rows])
    if (at < 0).any():
        for above in MEASURES[whole].inside:
            yield from _up(keys, name, rows[at < 0], above)


def unrecorded(keys: Keys) -> np.ndarray:
    """Which rows are of people of whom it is not recorded?"""
    return keys.told("pair", lambda pair: not strands.recorded(pair[1]))


def classes(keys: Keys) -> Iterator[Relation]:
    """Measures that add up, or leave each other out, of what has one of them each.

    Of cases, that is: a person accused in several may have one of each.
    """
    one_of = list(units.one_class())
    people = keys.told("unit", lambda unit: unit in units.people())
    apart = [(MEASURES[names[0]].inside[0], names) for names in measures.apart()]
    for sort, found, among in (
        (SUM, measures.classes(), one_of),
        (SUM, measures.halves(), list(UNITS)),
        (LEFT, apart, one_of),
    ):
        for whole, parts in found:
            rows = keys.rows(measure=[whole], unit=among)
            known = [keys.number("measure", part) for part in parts if keys.knows("measure", part)]
            if len(known) < 2 or not len(rows):
                continue
            at = np.array([keys.at(keys.replaced(rows, measure=part)) for part in known])
            some, all_of = (at >= 0).sum(axis=0), (at >= 0).sum(axis=0) == len(parts)
            several = people[rows] & (sort == SUM)
            for kind, kept in (
                (sort, all_of & ~several),
                (OVER, all_of & several),
                (LEFT, (some > 1) & ~all_of & ~several),
            ):
                pairs = (at >= 0) & kept
                wholes = np.broadcast_to(rows, at.shape)[pairs]
                nothing = unrecorded(keys)[wholes]
                yield Relation("classes", kind, at[pairs], wholes, nothing=nothing)


def of_units(keys: Keys) -> Iterator[Relation]:
    """Units of which one is the other too, or has one or more of it."""
    everyone = keys.told("pair", lambda pair: pair == EVERYONE)
    listed = keys.told("pair", lambda pair: pair[0] == _LIST)
    anew = keys.told("measure", lambda name: MEASURES[name].anew)
    for name in list(keys.words["unit"]):
        entry, rows = UNITS[name], keys.rows(unit=[name])
        if keys.knows("unit", entry.one_of):
            yield from _one_of(keys, rows, entry.one_of, entry.always)
        if keys.knows("unit", entry.among):
            among = rows[~listed[rows]]
            at = keys.at(keys.replaced(among, unit=keys.number("unit", entry.among)))
            nothing = unrecorded(keys)[among]
            pairs = Relation("units", LEFT, among, at, together=False, nothing=nothing)
            yield pairs.where((at >= 0) & everyone[among])
            yield replace(pairs, nearly=True).where((at >= 0) & ~everyone[among])
        for other in entry.records:
            if keys.knows("unit", other):
                every = rows[everyone[rows] & ~anew[rows]]
                at = keys.at(keys.replaced(every, unit=keys.number("unit", other)))
                yield Relation("records", MORE, every, at, together=False).where(at >= 0)


def _one_of(keys: Keys, rows: np.ndarray, other: str, always: str) -> Iterator[Relation]:
    """Each is one of the others: what happened to it happened to that one too."""
    happened = keys.told("measure", lambda name: name == always or always in measures.inside(name))
    rows = rows[happened[rows]]
    number = keys.number("unit", other)
    at = keys.at(keys.replaced(rows, unit=number))
    yield Relation("units", SUM, rows, at, together=False).where(at >= 0)
    lost = rows[(at < 0) & (keys.told("measure", lambda name: name == always)[rows])]
    for whole in MEASURES[always].inside if always else ():
        if keys.knows("measure", whole):
            up = keys.at(keys.replaced(lost, unit=number, measure=keys.number("measure", whole)))
            nothing = unrecorded(keys)[lost]
            pairs = Relation("units", LEFT, lost, up, together=False, nothing=nothing)
            yield pairs.where(up >= 0)


def of_subjects(keys: Keys) -> Iterator[Relation]:
    """Subjects of which one holds the other."""
    held = list(keys.words["subject"])
    told = keys.told("pair", lambda pair: pair[0] != _LIST)
    told &= keys.told("measure", lambda name: not MEASURES[name].by_flag)
    people = keys.told("unit", lambda unit: unit in units.people())
    sure = keys.told("pair", lambda pair: pair == EVERYONE) | ~people
    for name in held:
        rows = keys.rows(subject=[name])
        rows = rows[told[rows]]
        for whole in subjects.inside(name, held):
            at = keys.at(keys.replaced(rows, subject=keys.number("subject", whole)))
            nothing = unrecorded(keys)[rows]
            pairs = Relation("subjects", LEFT, rows, at, together=False, nothing=nothing)
            yield pairs.where((at >= 0) & sure[rows])
            yield replace(pairs, nearly=True).where((at >= 0) & ~sure[rows])


def of_areas(keys: Keys, place: Place) -> Iterator[Relation]:
    """The parts of the place make up the whole; of people, some are in several."""
    if not keys.knows("area", place.whole):
        return
    people = keys.told("unit", lambda unit: unit in units.people())
    listed = keys.told("pair", lambda pair: pair[0] == _LIST)
    anew = keys.told("measure", lambda name: MEASURES[name].anew)
    everyone = keys.told("pair", lambda pair: pair == EVERYONE)
    rows = keys.rows(area=place.parts)
    at = keys.at(keys.replaced(rows, area=keys.number("area", place.whole)))
    rows, at = rows[at >= 0], at[at >= 0]
    every = np.bincount(at, minlength=len(keys.codes))[at] == len(place.parts)
    recorded = keys.told("measure", lambda name: name == "recorded")
    seen = (everyone | recorded) & ~listed & ~anew
    for kind, kept in (
        (SUM, ~people[rows] & every),
        (LEFT, ~people[rows] & ~every),
        (OVER, people[rows] & every & seen[rows]),
    ):
        nothing = unrecorded(keys)[rows]
        yield Relation("areas", kind, rows, at, nothing=nothing).where(kept)
    pairs = Relation("areas", LEFT, rows, at, together=False)
    yield pairs.where(people[rows] & everyone[rows])


def of_lists(keys: Keys) -> Iterator[Relation]:
    """Who is in the list by number of reports from 2 on is reported again."""
    number = keys.told("pair", lambda pair: int(pair[1].rstrip("+")) if pair[0] == _LIST else 0)
    if not (number > 0).any():
        return
    everyone = keys.number("pair", EVERYONE)
    opened = keys.told("pair", lambda pair: pair[1].endswith("+"))
    for name, entry in MEASURES.items():
        if entry.of_list and keys.knows("measure", name):
            rows = keys.rows(measure=[entry.of_list])
            rows = rows[number[rows] > 1]
            again = keys.number("measure", name)
            at = keys.at(keys.replaced(rows, measure=again, pair=everyone))
            yield Relation("reports", SUM, rows, at).where(at >= 0)
    for unit in list(keys.words["unit"]):
        for other in UNITS[unit].records:
            if keys.knows("unit", other):
                rows = keys.rows(unit=[unit])
                rows = rows[number[rows] > 0]
                other_unit = keys.number("unit", other)
                at = keys.at(keys.replaced(rows, unit=other_unit, pair=everyone))
                more = np.isin(at, at[opened[rows]])
                for kind, kept in ((SUM, ~more), (MORE, more)):
                    pairs = Relation("reports", kind, rows, at, times=number[rows].astype(float))
                    yield pairs.where(kept & (at >= 0))


def unbroken(bands: list[str]) -> bool:
    """Do these age bands hold every age, each once?"""
    edges = sorted(edge for each in bands if (edge := strands.band(each)))
    low = 0.0
    for first, last in edges:
        if first != low:
            return False
        low = last + 1
    return bool(edges) and low == np.inf


def told(group: str) -> bool:
    """Is it one of the groups of people of whom it is not recorded?"""
    return any(part in UNRECORDED for part in group.split(strands.CROSSED))
