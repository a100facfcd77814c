"""The people of a block of synthetic reports: victims, their partners, and strangers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dsvstats import strands
from dsvstats.sources.synthetic import names, repeats
from dsvstats.sources.synthetic.setting import Planted, Setting
from dsvstats.terms.schemes import SCHEMES

ORIENTATION = (0.955, 0.025, 0.015, 0.005)
_SAME_ETHNICITY, _OTHER_GENDER = 0.7, 0.93


@dataclass
class People:
    """Who they are, as numbers: each a place in its scheme's groups; days count from 1970."""

    home: np.ndarray
    gender: np.ndarray
    born: np.ndarray
    ethnicity: np.ndarray
    religion: np.ndarray
    disability: np.ndarray
    orientation: np.ndarray
    given: np.ndarray
    family: np.ndarray
    postcode: np.ndarray

    def __len__(self) -> int:
        return len(self.home)


def pick(rng: np.random.Generator, chances: np.ndarray, rows: np.ndarray | int) -> np.ndarray:
    """Draw a group for each of so many, or one for each row of these chances."""
    if isinstance(rows, (int, np.integer)):
        edges = np.cumsum(chances)[:-1]
        return np.searchsorted(edges, rng.random(rows), side="right").astype(np.int16)
    edges = np.cumsum(chances, axis=1)[:, :-1][rows]
    return (rng.random(len(rows))[:, None] >= edges).sum(axis=1).astype(np.int16)


def draw(rng: np.random.Generator, setting: Setting, home: np.ndarray, *, first_day: int) -> People:
    """People who live there, as victims are: with the planted rates."""
    size = len(home)
    cell = pick(rng, setting.cells, home)
    low, high = np.array([_years(band) for band in setting.bands])[cell // 2].T
    age = low + rng.random(size) * (high - low)
    return People(
        home=home,
        gender=cell % 2,
        born=(first_day - age * 365.25).astype(np.int32),
        ethnicity=pick(rng, setting.ethnicity, home),
        religion=pick(rng, setting.religion, home),
        disability=pick(rng, setting.disability, home),
        orientation=pick(rng, np.array(ORIENTATION), size),
        given=pick(rng, names.chances(len(names.given_names())), size),
        family=pick(rng, names.chances(len(names.family_names())), size),
        postcode=rng.integers(0, 10_000_000, size, dtype=np.int32),
    )


def partners(
    rng: np.random.Generator, setting: Setting, people: People, *, first_day: int
) -> People:
    """One partner for each: of the same home, mostly of the other gender and the same ethnicity."""
    found = draw(rng, setting, people.home, first_day=first_day)
    other = rng.random(len(people)) < _OTHER_GENDER
    found.gender = np.where(other, 1 - people.gender, people.gender)
    same = rng.random(len(people)) < _SAME_ETHNICITY
    found.ethnicity = np.where(same, people.ethnicity, found.ethnicity)
    found.postcode = people.postcode
    shared = rng.random(len(people)) < 0.4
    found.family = np.where(shared, people.family, found.family)
    return found


def join(groups: list[People]) -> People:
    """All of these, one after the other."""
    return People(
        **{
            name: np.concatenate([getattr(group, name) for group in groups])
            for name in People.__dataclass_fields__
        }
    )


def reported_again(
    rng: np.random.Generator, setting: Setting, planted: Planted, reports: int, *, first_day: int
) -> tuple[People, np.ndarray]:
    """Victims until these reports are used up, and how many each is in."""
    q = np.array([planted.again[gender] for gender in setting.genders])
    shares = np.stack([setting.female, 1 - setting.female], axis=1)
    mean_at_home = shares @ repeats.mean(planted.size, q)
    homes = setting.share / mean_at_home
    homes = homes / homes.sum()
    wanted = int(reports / (homes @ mean_at_home) * 1.05) + 100
    people = draw(rng, setting, pick(rng, homes, wanted), first_day=first_day)
    number = np.empty(len(people), dtype=np.int32)
    for gender, chance in enumerate(q):
        who = np.flatnonzero(people.gender == gender)
        number[who] = 1 + pick(rng, repeats.chances(planted.size, chance), len(who))
    until = np.cumsum(number)
    last = int(np.searchsorted(until, reports))
    number[last] -= until[last] - reports
    kept = People(
        **{name: getattr(people, name)[: last + 1] for name in People.__dataclass_fields__}
    )
    return kept, number[: last + 1]


def _years(band: str) -> tuple[float, float]:
    low, high = strands.band(band) or (0.0, 94.0)
    return low, min(high, 94.0) + 1


OFFICER_DEFINED = np.array(
    [
        SCHEMES["ethnicity_officer_defined"].groups.index(seen)
        for seen in (
            "White North European",
            "White North European",
            "White South European",
            "Black",
            "Black",
            "Asian",
            "White South European",
            "Asian",
            "Asian",
            "Asian",
            "Asian",
            "Black",
            "Black",
            "Black",
            "South East Asian",
            "Arabic or North African",
        )
    ],
    dtype=np.int16,
)
"""How officers see people of each self-defined group, in this extract."""
