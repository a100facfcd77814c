"""How much is recorded in a place: the printed totals that a synthetic extract is made like."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from dsvstats import files
from dsvstats.errors import Faults, InputError, near
from dsvstats.sources import population
from dsvstats.terms.places import Place

COLUMNS = ["area", "subject", "what", "value", "doc"]
WHATS = (
    *("incidents", "crimes", "detected", "detected_percent", "cautions", "caution_percent"),
    *("charged", "prosecuted"),
)
"""What may be said of an area; percentages are of crimes, and of sanction detections."""
_NEEDED = ("incidents", "crimes", "detected")
_DOMESTIC, _RAPE, _SEXUAL = "domestic_violence", "rape", "serious_sexual_offences"

CAUTION_SHARE, PROSECUTED = 0.5, 0.7
"""Of sanction detections, and of charges, where nothing was printed."""
SEXUAL_CRIMES = 0.75
"""Of reports of serious sexual offences, how many are crimes: chosen."""
DOMESTIC_TOO = 0.2
"""Of serious sexual offences, how many are domestic too: chosen."""


@dataclass(frozen=True)
class Volumes:
    """Each part's volumes, in the place's order, and the rates of the whole.

    ``share`` of incidents; ``crime`` of incidents, ``detected`` of crimes, ``caution`` of
    detections. ``sexual_only``: reports of serious sexual offences that are not domestic, for
    each domestic incident; ``also_sexual``: of domestic crimes, and of the other domestic
    reports, how many are such offences too; ``rape`` of those; ``sexual_detected`` of their
    crimes.
    """

    share: np.ndarray
    crime: np.ndarray
    detected: np.ndarray
    caution: np.ndarray
    prosecuted: float
    crimes_of_all: float
    sexual_only: float
    also_sexual: tuple[float, float]
    sexual_detected: float
    rape: float


@cache
def volumes(place: Place) -> Volumes:
    """How much is recorded in each part of the place: as printed, and the rest shared out.

    Incidents that no part printed go by residents, crimes and detections at one rate.
    """
    told = _told(place)
    whole = {what: told.get((place.whole, _DOMESTIC, what), np.nan) for what in WHATS}
    parts = _parts(place, told, whole)
    incidents, crimes = whole["incidents"], whole["crimes"]
    rape, other = (
        {what: told.get((place.whole, subject, what), 0.0) for what in ("crimes", "detected")}
        for subject in (_RAPE, _SEXUAL)
    )
    sexual = rape["crimes"] + other["crimes"]
    reports = sexual / SEXUAL_CRIMES
    both = (DOMESTIC_TOO * sexual, DOMESTIC_TOO * (reports - sexual))
    prosecuted = whole["prosecuted"] / whole["charged"]
    return Volumes(
        share=parts["incidents"] / parts["incidents"].sum(),
        crime=parts["crimes"] / parts["incidents"],
        detected=parts["detected"] / parts["crimes"],
        caution=parts["caution"],
        prosecuted=PROSECUTED if np.isnan(prosecuted) else prosecuted,
        crimes_of_all=crimes / incidents,
        sexual_only=(1 - DOMESTIC_TOO) * reports / incidents,
        also_sexual=(both[0] / crimes, both[1] / (incidents - crimes)),
        sexual_detected=(rape["detected"] + other["detected"]) / sexual if sexual else 0.0,
        rape=rape["crimes"] / sexual if sexual else 0.0,
    )


def _told(place: Place) -> dict[tuple[str, str, str], float]:
    """What the place's file of volumes says, by area, subject and what it is."""
    if "volumes" not in place.files:
        raise InputError(
            where="place",
            rule="one whose files name volumes, the printed totals to be made like",
            value=place.name,
            mend=f"write a CSV with {', '.join(COLUMNS)}, as data/places/london_volumes.csv",
        )
    path = place.files["volumes"].path
    faults = Faults(path.name)
    found = {}
    for row, cells in files.read_csv(path, needs=COLUMNS, faults=faults).records():
        area, what, value = cells["area"], cells["what"], cells["value"]
        if not place.knows(area):
            faults.add(row, "area", rule="an area", value=area, mend=near(area, [*place.areas]))
        elif what not in WHATS:
            faults.add(row, "what", rule="a volume", value=what, mend=near(what, [*WHATS]))
        elif not value.isdecimal():
            faults.add(row, "value", rule="a whole number", value=value, mend="write 1187")
        else:
            found[place.find(area), cells["subject"], what] = float(value)
    missing = [each for each in _NEEDED if (place.whole, _DOMESTIC, each) not in found]
    if missing and not len(faults):
        faults.add(
            None,
            rule=f"the {', '.join(_NEEDED)} of {place.whole}",
            value=f"no {missing[0]}",
            mend=f"add a row {place.whole},{_DOMESTIC},{missing[0]}",
        )
    faults.tell()
    return found


def _parts(place: Place, told: dict, whole: dict[str, float]) -> dict[str, np.ndarray]:
    def printed(what: str) -> np.ndarray:
        return np.array([told.get((part, _DOMESTIC, what), np.nan) for part in place.parts])

    held = {"people": _residents(place)}
    for what, base in (("incidents", "people"), ("crimes", "incidents"), ("detected", "crimes")):
        known = printed(what)
        if what == "detected":
            known = np.where(
                np.isnan(known), printed("detected_percent") / 100 * held["crimes"], known
            )
        left = np.isnan(known)
        rest = held[base][left].sum()
        rate = (whole[what] - np.nansum(known)) / rest if rest else 0.0
        held[what] = np.where(left, rate * held[base], known)
    cautions, percent = printed("cautions"), printed("caution_percent") / 100
    shares = np.where(np.isnan(percent), CAUTION_SHARE, percent)
    held["caution"] = np.where(np.isnan(cautions), shares, cautions / held["detected"])
    return held


def _residents(place: Place) -> np.ndarray:
    people = residents(place, "gender").sum(axis=1)
    return people[list(place.parts)].to_numpy(dtype=float)


WANTED = ("age x gender", "gender", "ethnicity_self_defined", "religion", "disability")


@cache
def census(place: Place) -> int:
    """Which Census do the people come from? The latest that tells all that is made up of them.

    >>> from dsvstats.terms import places
    >>> census(places.place())
    2011
    """
    for year in sorted(place.censuses, reverse=True):
        held = population.read(place)
        held = held[held["start"] == pd.Timestamp(place.censuses[year])]
        if set(WANTED) <= set(held["strand"]):
            return year
    raise InputError(
        where="place",
        rule=f"one whose residents are known by {', '.join(WANTED)}",
        value=place.name,
        mend="add them to its residents, of one Census",
    )


@cache
def residents(place: Place, strand: str) -> pd.DataFrame:
    """How many people of each group lived in each part at that Census?"""
    rows = population.residents(place.parts, strand, census=census(place), place=place)
    wide = rows.pivot(index="area", columns="group", values="count")
    return wide[rows["group"].unique()]
