"""Who is who: rows in cores that are surely one person, and how likely two cores are one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from dsvstats.errors import InputError
from dsvstats.sources.linkage import model
from dsvstats.sources.linkage.rows import NAMED, prepared

SURE = 0.99
THRESHOLDS = (0.5, 0.75, 0.9, 0.95, SURE)
_TELLING = ("person_id", "report_id", "area", "role")
"""What tells rows apart that are alike in all that is compared."""


@dataclass(frozen=True)
class Linked:
    """Which rows may be about one person: numbers alone, of nobody's name or birth.

    ``core`` has a number for each row: rows of one core are surely about one person. ``between``
    are pairs of cores (``one``, ``other``) with the ``probability`` that they are one.
    ``pairs`` are all pairs of rows that were compared, and ``given`` numbers the id of each core,
    -1 where it has none.
    """

    core: np.ndarray
    between: pd.DataFrame
    pairs: pd.DataFrame
    given: np.ndarray

    def at(self, threshold: float = 0.5) -> np.ndarray:
        """Each row's person, where what is at least as likely as this is taken to be so."""
        return self._joined((self.between["probability"] >= threshold).to_numpy())

    def clusters(self) -> pd.DataFrame:
        """Each row's person at several thresholds, from likely to sure."""
        return pd.DataFrame({each: self.at(each) for each in THRESHOLDS})

    def draws(self, number: int = 20, *, seed: int = 1) -> Iterator[np.ndarray]:
        """Each row's person, drawn so many times, as likely as the pairs are.

        What varies from draw to draw is what the linkage does not know; `repeats.linked_prevalence`
        and `linked_ratios` carry it into limits.
        """
        chance = self.between["probability"].to_numpy()
        for each in np.random.SeedSequence(seed).spawn(number):
            yield self._joined(np.random.default_rng(each).random(len(chance)) < chance)

    def _joined(self, kept: np.ndarray) -> np.ndarray:
        cores = int(self.core.max(initial=-1)) + 1
        one, other = (self.between[each].to_numpy()[kept] for each in ("one", "other"))
        person = _components(one, other, cores)
        return _apart(person, self.given)[self.core]


def link(people: pd.DataFrame, *, keeps: Sequence[str] = ()) -> Linked:
    """Which of these rows are about the same person, and how sure is that?

    Rows are compared where they agree in one of several ways (``model.rules``), by names that may
    be a letter apart, date of birth and postcode sector, common values counting for less
    (Fellegi and Sunter 1969, by Splink). The whole is linked first, so that people are followed
    from area to area; what is missing agrees with nothing. Ids that are there already are used as
    they are: rows of one id are one person, rows of two ids never, and rows without one may be of
    one of them.

    Parameters
    ----------
    people : DataFrame
        A row for each person in each report: ``given_name``, ``family_name``, ``date_of_birth``;
        ``postcode`` and ``person_id`` where they were supplied.
    keeps : list of str, default ()
        Other columns of which a person has one value, such as "gender".

    Returns
    -------
    Linked
        Numbers alone: no name, day or id is kept.

    Examples
    --------
    >>> people = pd.DataFrame({"given_name": ["Ada", "Ada"], "family_name": ["Ex", "Why"],
    ...                        "date_of_birth": ["1980-01-01", "1981-02-02"], "person_id": ["a1", "a1"]})
    >>> link(people).at(0.5).tolist()
    [0, 0]
    """
    rows = prepared(people, keeps=keeps)
    order = _order(people, rows)
    given = _ids(people)[order]
    try:
        pairs = model.pairs(rows.iloc[order].assign(unique_id=np.arange(len(rows))), keeps=keeps)
    except InputError:
        if (given < 0).any() and len(rows) > 1:
            raise
        pairs = pd.DataFrame({"one": [], "other": [], "probability": [], "rule": []})
    found = joined(pairs, given)
    ends = np.sort(order[found.pairs[["one", "other"]].to_numpy()], axis=1)
    pairs = found.pairs.assign(one=ends[:, 0], other=ends[:, 1])
    return replace(found, core=found.core[np.argsort(order)], pairs=pairs)


def _order(people: pd.DataFrame, rows: pd.DataFrame) -> np.ndarray:
    """The rows by what they hold: the same people in any order are linked and drawn alike."""
    more = {each: people[each].astype("str").array for each in _TELLING if each in people}
    held = rows.drop(columns=["unique_id", NAMED]).assign(**more)
    return held.sort_values([*held.columns], kind="stable").index.to_numpy()


def joined(pairs: pd.DataFrame, given: np.ndarray) -> Linked:
    """Rows in cores, and what is likely between cores, from the pairs and the ids that were there."""
    pairs = pairs.astype({"one": int, "other": int})
    one, other = pairs["one"].to_numpy(), pairs["other"].to_numpy()
    apart = (given[one] >= 0) & (given[other] >= 0) & (given[one] != given[other])
    sure = (pairs["probability"].to_numpy() >= SURE) & ~apart
    first = _first_of_each(given)
    named = np.flatnonzero(given >= 0)
    core = _components(
        np.concatenate([one[sure], named]),
        np.concatenate([other[sure], first[given[named]]]),
        len(given),
    )
    core = _with_one_id(core, given, one[sure], other[sure], named, first)
    ids = np.full(int(core.max(initial=-1)) + 1, -1)
    ids[core[named]] = given[named]
    between = _between(pairs[~apart], core)
    a, b = (ids[between[each].to_numpy()] for each in ("one", "other"))
    between = between[~((a >= 0) & (b >= 0) & (a != b))].reset_index(drop=True)
    return Linked(core, between, pairs, ids)


def _ids(people: pd.DataFrame) -> np.ndarray:
    """A number for each id that was supplied, -1 where there is none."""
    if "person_id" not in people:
        return np.full(len(people), -1)
    told = people["person_id"].astype("str").where(people["person_id"].notna())
    return pd.factorize(told.replace("", None))[0]


def _first_of_each(given: np.ndarray) -> np.ndarray:
    """The first row of each id."""
    first = np.full(int(given.max(initial=-1)) + 1, -1)
    named = np.flatnonzero(given >= 0)[::-1]
    first[given[named]] = named
    return first


def _with_one_id(core, given, one, other, named, first) -> np.ndarray:
    """Cores that rows without an id would join two ids in are left as the ids have them."""
    pairs = np.unique(np.stack([core[named], given[named]], axis=1), axis=0)
    many = np.bincount(pairs[:, 0], minlength=int(core.max(initial=-1)) + 1) > 1
    if not many.any():
        return core
    kept = ~many[core[one]]
    return _components(
        np.concatenate([one[kept], named]),
        np.concatenate([other[kept], first[given[named]]]),
        len(given),
    )


def _between(pairs: pd.DataFrame, core: np.ndarray) -> pd.DataFrame:
    """Between two cores, the likeliest of the pairs of their rows."""
    both = np.sort(core[pairs[["one", "other"]].to_numpy()], axis=1)
    told = pd.DataFrame(
        {"one": both[:, 0], "other": both[:, 1], "probability": pairs["probability"].to_numpy()}
    )
    told = told[told["one"] != told["other"]]
    return told.groupby(["one", "other"], as_index=False)["probability"].max()


def _components(one: np.ndarray, other: np.ndarray, size: int) -> np.ndarray:
    """What is joined to what, by one pair after the other? A number for each."""
    joined = coo_array((np.ones(len(one), dtype=bool), (one, other)), shape=(size, size))
    return connected_components(joined, directed=False)[1]


def _apart(person: np.ndarray, ids: np.ndarray) -> np.ndarray:
    """The persons of these cores, save that none has two ids: such are left as their cores."""
    held = np.flatnonzero(ids >= 0)
    pairs = np.unique(np.stack([person[held], ids[held]], axis=1), axis=0)
    many = np.bincount(pairs[:, 0], minlength=int(person.max(initial=-1)) + 1) > 1
    split = many[person]
    if not split.any():
        return person
    own = int(person.max(initial=-1)) + 1 + np.arange(len(person))
    return np.unique(np.where(split, own, person), return_inverse=True)[1]
