"""What a synthetic extract is made to look like: printed totals, the Census, planted effects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import pandas as pd

from dsvstats import files, strands
from dsvstats.errors import InputError, near
from dsvstats.terms import places as areas
from dsvstats.terms.schemes import SCHEMES

LONDON = {"incidents": 118_920, "crimes": 53_726, "detected": 24_757}
"""Domestic violence, October 2008 to September 2009, as the board's annual report prints it."""

PRINTED: dict[str, dict[str, float]] = {
    "Barking and Dagenham": {"incidents": 4636, "crimes": 2082, "detected": 832, "cautions": 451},
    "Bexley": {"crimes": 1309, "caution_share": 0.40},
    "Camden": {"incidents": 2678, "crimes": 949},
    "Haringey": {"incidents": 4014, "crimes": 1664, "detected": 728, "cautions": 353},
    "Lambeth": {"incidents": 4979, "crimes": 1976, "detected": 882, "cautions": 492},
    "Merton": {"incidents": 2041},
    "Richmond upon Thames": {"incidents": 754, "crimes": 598, "caution_share": 0.53},
    "Wandsworth": {
        "incidents": 2801,
        "crimes": 1187,
        "detected_share": 0.53,
        "caution_share": 0.45,
    },
}
"""The boroughs' own, twelve months of 2008 and 2009, from the annual report and board papers."""

CAUTION_SHARE = 0.5
"""Of sanction detections, where the borough printed none."""

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
    its zeros. ``elsewhere``: of reports, how many are made in another borough. ``soon``: of
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
    """The boroughs' shares and rates, and who lives there, in arrays: boroughs down, groups across.

    ``cells`` are age bands and genders, ages fastest last. Shares of ``cells`` and ``ethnicity``
    are those of victims, with the planted rates; the ``residents_`` are the Census's.
    """

    boroughs: tuple[str, ...]
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
        """Of each borough's victims, how many are female?"""
        return self.cells.reshape(len(self.boroughs), -1, len(self.genders))[:, :, 0].sum(axis=1)


def setting(boroughs: tuple[str, ...], planted: Planted) -> Setting:
    """What do these boroughs look like, with these effects planted?"""
    cells = residents("age x gender")
    bands = tuple(dict.fromkeys(group.split(strands.CROSSED)[0] for group in cells))
    genders = SCHEMES["gender"].groups
    order = [f"{band}{strands.CROSSED}{gender}" for band in bands for gender in genders]
    by_cell = cells.loc[list(boroughs), order].to_numpy(dtype=float)
    by_ethnicity = residents("ethnicity_self_defined").loc[list(boroughs), list(_ETHNICITY)]
    by_ethnicity = by_ethnicity.to_numpy(dtype=float)
    rates = np.outer(
        planted.rates("victims", "age", bands), planted.rates("victims", "gender", genders)
    ).ravel()
    religion = residents("religion").loc[list(boroughs), list(SCHEMES["religion"].groups)]
    disability = residents("disability").loc[list(boroughs), ["Disabled", "Not disabled"]]
    places = [areas.boroughs().index(borough) for borough in boroughs]
    totals = {name: values[places] for name, values in _volumes().items()}
    return Setting(
        boroughs=tuple(boroughs),
        share=totals["incidents"] / totals["incidents"].sum(),
        crime=totals["crimes"] / totals["incidents"],
        detected=totals["detected"] / totals["crimes"],
        caution=totals["caution_share"],
        bands=bands,
        genders=genders,
        cells=_shares(by_cell * rates),
        ethnicity=_shares(
            by_ethnicity * planted.rates("victims", "ethnicity_self_defined", _ETHNICITY)
        ),
        religion=_shares(religion.to_numpy(dtype=float)),
        disability=_shares(disability.to_numpy(dtype=float)),
        residents_cells=by_cell,
        residents_ethnicity=by_ethnicity,
    )


@cache
def residents(strand: str) -> pd.DataFrame:
    """How many people of each group lived in each borough at the 2011 Census?"""
    rows = files.read_csv(files.data("benchmarks", "residents.csv.gz")).frame(count=int)
    rows = rows[(rows["strand"] == strand) & (rows["census"] == "census_2011")]
    return rows.pivot(index="area", columns="group", values="count")[rows["group"].unique()]


def _shares(weights: np.ndarray) -> np.ndarray:
    return weights / weights.sum(axis=1, keepdims=True)


@cache
def _volumes() -> dict[str, np.ndarray]:
    """Each borough's incidents, crimes and detections: as printed, the rest shared out.

    Incidents that no borough printed go by residents, crimes and detections at one rate.
    """
    names = areas.boroughs()
    people = residents("gender").sum(axis=1)
    parts: dict[str, np.ndarray] = {"people": people[list(names)].to_numpy(dtype=float)}
    for measure, base in (("incidents", "people"), ("crimes", "incidents"), ("detected", "crimes")):
        known = np.array([PRINTED.get(name, {}).get(measure, np.nan) for name in names])
        if measure == "detected":
            share = np.array([PRINTED.get(n, {}).get("detected_share", np.nan) for n in names])
            known = np.where(np.isnan(known), share * parts["crimes"], known)
        left = np.isnan(known)
        rate = (LONDON[measure] - np.nansum(known)) / parts[base][left].sum()
        parts[measure] = np.where(left, rate * parts[base], known)
    cautions = np.array([PRINTED.get(name, {}).get("cautions", np.nan) for name in names])
    shares = [PRINTED.get(name, {}).get("caution_share", CAUTION_SHARE) for name in names]
    parts["caution_share"] = np.where(np.isnan(cautions), shares, cautions / parts["detected"])
    return parts
