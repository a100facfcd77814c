"""The counts of a frame as one system of linear equations, built from the terms.

Whoever reads a publication knows what its words mean: that the groups of a strand make up
everyone, that crimes are incidents, that rapes are serious sexual offences. Each such fact is an
equation over the rows of the frame, and over what is not in it: what is left of a whole without
a part of it, and totals that nobody gave.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain

import numpy as np
import pandas as pd
import scipy.sparse as sp

from dsvstats.disclosure import grouped, relations, timed
from dsvstats.disclosure.keys import Keys
from dsvstats.disclosure.relations import LEFT, OVER, SUM, Relation
from dsvstats.terms.places import Place


@dataclass(frozen=True)
class System:
    """``matrix @ counts == 0`` over the rows of a frame, and over what else there is.

    The first ``rows`` of the variables are the frame's rows. All are whole numbers of 0 or more.
    ``left``: what is left of a whole, which must not be shown to be small; that it is nothing
    may be known where it ``may_be_nothing``. ``part``, ``whole``: the rows that it is left of, -1
    where it is not. ``fact``: which of ``names`` each equation is of; ``nearly``: it need not hold
    everywhere.
    """

    matrix: sp.csr_array
    rows: int
    left: np.ndarray
    may_be_nothing: np.ndarray
    part: np.ndarray
    whole: np.ndarray
    fact: np.ndarray
    nearly: np.ndarray
    names: list[str]

    @property
    def size(self) -> int:
        return self.matrix.shape[1]


@dataclass
class _Building:
    """The parts of a system while it is put together."""

    rows: int
    size: int = 0
    equations: int = 0
    at: list[np.ndarray] = field(default_factory=list)
    of: list[np.ndarray] = field(default_factory=list)
    times: list[np.ndarray] = field(default_factory=list)
    fact: list[np.ndarray] = field(default_factory=list)
    nearly: list[np.ndarray] = field(default_factory=list)
    more: list[tuple[np.ndarray, ...]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    def entries(self, at, of, times) -> None:
        self.at.append(np.asarray(at, dtype=np.int64))
        self.of.append(np.asarray(of, dtype=np.int64))
        self.times.append(np.broadcast_to(np.asarray(times, dtype=float), len(self.at[-1])))

    def variables(self, many: int, *, left: bool, nothing, part=-1, whole=-1) -> np.ndarray:
        """So many more variables, and their numbers."""
        found = np.arange(self.size, self.size + many)
        self.size += many
        each = (np.broadcast_to(np.asarray(v), many) for v in (left, nothing, part, whole))
        self.more.append(tuple(each))
        return found


def system(cases: pd.DataFrame, *, place: Place) -> System:
    """Which equations do the counts of this frame keep, whatever they are?

    >>> from dsvstats import counts
    >>> from dsvstats.terms import places
    >>> cases = pd.concat([counts.table("Barnet", "incidents", "recorded", "all", {"All": 55}),
    ...                    counts.table("Barnet", "offences", "crime", "all", {"All": 46})])
    >>> found = system(cases, place=places.place())
    >>> found.names, found.matrix.toarray().tolist()
    (['units'], [[-1.0, 1.0, 1.0]])
    """
    keys = Keys(cases)
    built = _Building(rows=len(cases), size=len(cases))
    absent: dict[int, int] = {}
    found = chain(
        grouped.of_strands(keys),
        relations.inside(keys),
        relations.classes(keys),
        relations.of_units(keys),
        relations.of_subjects(keys),
        relations.of_lists(keys),
        timed.of_periods(keys),
        relations.of_areas(keys, place),
    )
    for relation in found:
        if len(relation.parts):
            _put(built, relation, absent)
    left, nothing, part, whole = (
        np.concatenate([np.full(len(cases), fill), *(each[n] for each in built.more)])
        for n, fill in enumerate((False, True, -1, -1))
    )
    shape = (built.equations, built.size)
    entries = (np.concatenate([np.zeros(0), *built.times]), (_joined(built.at), _joined(built.of)))
    return System(
        matrix=sp.csr_array(sp.coo_array(entries, shape=shape)),
        rows=len(cases),
        left=left.astype(bool),
        may_be_nothing=nothing.astype(bool),
        part=part.astype(np.int64),
        whole=whole.astype(np.int64),
        fact=_joined(built.fact),
        nearly=_joined(built.nearly).astype(bool),
        names=built.names,
    )


def _joined(parts: list[np.ndarray]) -> np.ndarray:
    return np.concatenate([np.zeros(0, dtype=np.int64), *parts])


def _put(built: _Building, relation: Relation, absent: dict[int, int]) -> None:
    """One more relation: an equation for each whole, or for each pair."""
    parts, wholes = (_known(built, relation, absent, each) for each in ("parts", "wholes"))
    if relation.together:
        _, first, equation = np.unique(wholes, return_index=True, return_inverse=True)
    else:
        first = equation = np.arange(len(wholes))
    start, many = built.equations, len(first)
    built.equations += many
    built.entries(start + equation, parts, 1.0 if relation.times is None else relation.times)
    built.entries(start + np.arange(many), wholes[first], -1.0)
    if relation.kind != SUM:
        alone = np.bincount(equation, minlength=many) == 1
        rest = built.variables(
            many,
            left=relation.kind == LEFT,
            nothing=False if relation.nothing is None else relation.nothing[first],
            part=np.where(alone, parts[first], -1),
            whole=wholes[first],
        )
        built.entries(start + np.arange(many), rest, -1.0 if relation.kind == OVER else 1.0)
    built.fact.append(np.full(many, len(built.names)))
    built.nearly.append(np.full(many, relation.nearly))
    built.names.append(relation.name)


def _known(built: _Building, relation: Relation, absent: dict[int, int], side: str) -> np.ndarray:
    """The variables of these rows, and of what the frame does not have."""
    rows = getattr(relation, side).astype(np.int64)
    lost = rows < 0
    if lost.any():
        numbers, back = np.unique(rows[lost], return_inverse=True)
        new = [number for number in numbers.tolist() if number not in absent]
        more = built.variables(len(new), left=relation.hidden, nothing=not relation.hidden)
        absent |= dict(zip(new, more.tolist(), strict=True))
        rows = rows.copy()
        rows[lost] = np.array([absent[number] for number in numbers.tolist()])[back]
    return rows
