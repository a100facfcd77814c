"""What a synthetic extract is made to look like: printed totals, a Census, planted effects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from dsvstats import strands
from dsvstats.errors import InputError, near
from dsvstats.sources.synthetic.volumes import Volumes, residents, volumes
from dsvstats.terms.places import Place
from dsvstats.terms.schemes import SCHEMES

_CELLS = "age x gender"
_ETHNICITY = SCHEMES["ethnicity_self_defined"].groups
_YOUNG = ("0-4", "5-7", "8-9", "10-14", "15-15")
_OLD = ("60-64", "65-69", "70-74", "75-79", "80-84", "85+")


def _rates() -> dict[str, dict[str, float]]:
    return {
        "ethnicity_self_defined": {
            "White - Irish": 1.1,
            "Mixed - White and Black Caribbean": 1.4,
            "Asian or Asian British - Bangladeshi": 0.8,
            "Asian or Asian British - Pakistani": 1.1,
            "Black or Black British - Caribbean": 1.5,
            "Black or Black British - African": 1.2,
            "Chinese or other ethnic group - Chinese": 0.6,
        },
        "gender": {"Female": 4.3},
        "age": dict.fromkeys(_YOUNG, 0.04)
        | {"16-17": 0.5}
        | dict.fromkeys(("18-19", "20-24", "25-29"), 1.7)
        | dict.fromkeys(("40-44", "45-49"), 0.85)
        | dict.fromkeys(("50-54", "55-59"), 0.42)
        | dict.fromkeys(_OLD, 0.14),
    }


def _detection() -> dict[str, dict[str, float]]:
    return {
        "ethnicity_self_defined": {
            "Black or Black British - Caribbean": 0.9,
            "Black or Black British - African": 0.9,
        },
        "gender": {"Male": 0.85},
    }


@dataclass(frozen=True)
class Planted:
    """What is planted: chosen, not found in any data.

    ``victims``: by strand and group, how many times the rate per resident of a group that is not
    named. ``detected``: how many times the chance that a crime is detected. ``again``: by gender,
    the chance parameter q of the number of reports, a negative binomial of size ``size`` without
    its zeros. ``elsewhere``: of reports, how many are made in another area. ``soon``: of
    repeats, how many follow the last one within weeks. ``ethnicity_recorded``: of records of
    crimes and of the rest, how many have it, and how many times that for the groups named:
    what is missing is not missing at random.
    """

    victims: Mapping[str, Mapping[str, float]] = field(default_factory=_rates)
    detected: Mapping[str, Mapping[str, float]] = field(default_factory=_detection)
    size: float = 1.0
    again: Mapping[str, float] = field(default_factory=lambda: {"Female": 0.325, "Male": 0.24})
    elsewhere: float = 0.07
    soon: float = 0.2
    ethnicity_recorded: tuple[float, float] = (0.92, 0.48)
    less_recorded: Mapping[str, float] = field(
        default_factory=lambda: dict.fromkeys(_ETHNICITY[-5:], 0.85)
    )
    misrecorded: float = 0.01
    misspelt: float = 0.04
    unflagged: float = 0.02
    mean_days_to_outcome: float = 40.0

    @classmethod
    def none(cls, **changes) -> Planted:
        """No disparity: every group has the same rates. ``changes`` plants something in it.

        >>> Planted.none(elsewhere=0.0).victims
        {}
        """
        plain = {"victims": {}, "detected": {}, "again": {"Female": 0.31, "Male": 0.31}}
        return cls(**plain | {"less_recorded": {}} | changes)

    def rates(self, effect: str, strand: str, groups) -> np.ndarray:
        """How many times the others' rate has each of these groups?"""
        chosen = getattr(self, effect).get(strand, {})
        unknown = [group for group in chosen if group not in groups]
        if unknown:
            raise InputError(
                where=f"planted.{effect}[{strand!r}]",
                rule="a group of the strand",
                value=unknown[0],
                mend=near(unknown[0], list(groups)),
            )
        return np.array([chosen.get(group, 1.0) for group in groups])


@dataclass(frozen=True)
class Setting:
    """The areas' shares and rates, and who lives there, in arrays: areas down, groups across.

    ``cells`` are age bands and genders, ages fastest last. Shares of ``cells`` and ``ethnicity``
    are those of victims, with the planted rates; the ``residents_`` are the Census's.
    """

    place: Place
    areas: tuple[str, ...]
    volumes: Volumes
    share: np.ndarray
    crime: np.ndarray
    detected: np.ndarray
    caution: np.ndarray
    bands: tuple[str, ...]
    genders: tuple[str, ...]
    cells: np.ndarray
    ethnicity: np.ndarray
    religion: np.ndarray
    disability: np.ndarray
    residents_cells: np.ndarray
    residents_ethnicity: np.ndarray

    @property
    def female(self) -> np.ndarray:
        """Of each area's victims, how many are female?"""
        return self.cells.reshape(len(self.areas), -1, len(self.genders))[:, :, 0].sum(axis=1)


def setting(areas: tuple[str, ...], planted: Planted, *, place: Place) -> Setting:
    """What do these parts of the place look like, with these effects planted?"""

    def lives(strand: str, groups) -> np.ndarray:
        held = residents(place, strand).reindex(columns=list(groups), fill_value=0)
        return held.loc[list(areas)].to_numpy(dtype=float)

    bands = tuple(dict.fromkeys(g.split(strands.CROSSED)[0] for g in residents(place, _CELLS)))
    genders = SCHEMES["gender"].groups
    order = [f"{band}{strands.CROSSED}{gender}" for band in bands for gender in genders]
    by_cell, by_ethnicity = lives(_CELLS, order), lives("ethnicity_self_defined", _ETHNICITY)
    rates = np.outer(
        planted.rates("victims", "age", bands), planted.rates("victims", "gender", genders)
    ).ravel()
    held = volumes(place)
    at = [place.parts.index(area) for area in areas]
    share = held.share[at]
    return Setting(
        place=place,
        areas=tuple(areas),
        volumes=held,
        share=share / share.sum(),
        crime=held.crime[at],
        detected=held.detected[at],
        caution=held.caution[at],
        bands=bands,
        genders=genders,
        cells=_shares(by_cell * rates),
        ethnicity=_shares(
            by_ethnicity * planted.rates("victims", "ethnicity_self_defined", _ETHNICITY)
        ),
        religion=_shares(lives("religion", SCHEMES["religion"].groups)),
        disability=_shares(lives("disability", SCHEMES["disability"].groups)),
        residents_cells=by_cell,
        residents_ethnicity=by_ethnicity,
    )


def _shares(weights: np.ndarray) -> np.ndarray:
    return weights / weights.sum(axis=1, keepdims=True)
