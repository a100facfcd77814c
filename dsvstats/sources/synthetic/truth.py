"""The truth of a synthetic extract: what its counts and ratios are expected to be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dsvstats import counts, estimates, strands
from dsvstats.sources.synthetic import outcomes, repeats
from dsvstats.sources.synthetic.setting import Planted, Setting
from dsvstats.sources.synthetic.volumes import SEXUAL_CRIMES
from dsvstats.terms.chains import DETECTION
from dsvstats.terms.schemes import SCHEMES

_BASES = {
    ("incidents", "crime"): "recorded",
    ("offences", "arrest"): "crime",
    ("offences", DETECTION): "crime",
    ("offences", "caution"): DETECTION,
    ("victims", "crime"): "recorded",
    ("victims", "arrest"): "crime",
    ("victims", DETECTION): "crime",
    ("victims", "repeat_within"): "recorded",
    ("victims", "repeat_anywhere"): "recorded",
}


@dataclass(frozen=True)
class _Chances:
    """Of a report by people of a home, gender and ethnicity: how likely is each kind of it?

    Arrays of home by area by gender by ethnicity; the last area is the whole place.
    """

    kind: dict[str, np.ndarray]
    q: np.ndarray
    people: np.ndarray


def truth(
    setting: Setting,
    planted: Planted,
    *,
    flagged: int,
    unflagged: int,
    sexual: int,
    start: str,
    end: str,
) -> pd.DataFrame:
    """What should every statistic of this extract come to?

    Returns an estimates frame: expected counts (``statistic`` "count"), proportions and rate
    ratios per resident against the usual reference, by area and by gender and self-defined
    ethnicity, with ``method`` "planted". ``definition`` "true" is by what people are; "as
    recorded" is by what the extract says of them, unrecorded and misrecorded as planted.
    """
    days = (pd.Timestamp(end) - pd.Timestamp(start)).days + 1
    held = _chances(setting, planted, flagged=flagged, unflagged=unflagged, days=days)
    places = [*setting.areas, setting.place.whole]
    if len(setting.areas) < len(setting.place.parts):
        places = places[:-1]
    parts = [
        _reports(setting, flagged, places),
        _sexual(setting, flagged, sexual, places),
        *_victims(setting, planted, held, places),
    ]
    cells = pd.concat(parts, ignore_index=True).assign(
        start=pd.Timestamp(start), end=pd.Timestamp(end)
    )
    rows = pd.concat(
        [
            cells.assign(statistic="count", estimate=cells["count"]),
            _proportions(cells),
            _ratios(cells, setting),
        ],
        ignore_index=True,
    )
    return estimates.order(estimates.frame(rows, method="planted", flags="synthetic"))


def _chances(setting, planted, *, flagged, unflagged, days) -> _Chances:
    areas = len(setting.areas)
    q = np.array([planted.again[gender] for gender in setting.genders])
    mean = repeats.mean(planted.size, q)
    female = np.stack([setting.female, 1 - setting.female], axis=1)
    homes = setting.share / (female @ mean)
    homes = homes / homes.sum()
    total = (flagged + unflagged) / (homes @ (female @ mean))
    people = total * homes[:, None, None] * female[:, :, None] * setting.ethnicity[:, None, :]
    seen = flagged / max(flagged + unflagged, 1)
    away = planted.elsewhere
    here = seen * ((1 - away) * np.eye(areas) + away * setting.share[None, :])
    by_ethnicity, by_gender = outcomes.effects(setting, planted)
    known = outcomes.known_outcomes(days, planted.mean_days_to_outcome)
    arrest = outcomes.ARREST["domestic"]
    chance = outcomes.detected(setting, planted, mean)[:, None, None] * (
        by_gender[:, None] * by_ethnicity[None, :]
    )
    sure = arrest / outcomes.known_arrests(days) * known
    detected = setting.crime[:, None, None] * np.minimum(chance, sure)
    crime = np.broadcast_to(setting.crime[:, None, None], detected.shape)
    less = np.array(
        [planted.less_recorded.get(g, 1.0) for g in SCHEMES["ethnicity_self_defined"].groups]
    )
    of_crimes, of_others = planted.ethnicity_recorded
    at_area = {
        "recorded": np.ones_like(detected),
        "crime": crime,
        "arrest": crime * arrest,
        DETECTION: detected,
        "charge": detected * (1 - setting.caution)[:, None, None],
        "caution": detected * setting.caution[:, None, None],
        "ethnicity": (crime * of_crimes + (1 - crime) * of_others) * less,
    }
    kind = {}
    for name, of_report in at_area.items():
        each = here[:, :, None, None] * of_report[None]
        kind[name] = np.concatenate([each, each.sum(axis=1, keepdims=True)], axis=1)
    return _Chances(kind, q[None, None, :, None], people)


def _reports(setting: Setting, flagged: int, places: list[str]) -> pd.DataFrame:
    incidents = np.append(flagged * setting.share, flagged)
    crimes = np.append(flagged * setting.share * setting.crime, 0.0)
    detected = crimes * np.append(setting.detected, 0.0)
    cautions = detected * np.append(setting.caution, 0.0)
    for each in (crimes, detected, cautions):
        each[-1] = each[:-1].sum()
    amounts = {
        ("incidents", "recorded"): incidents,
        ("incidents", "crime"): crimes,
        ("offences", "crime"): crimes,
        ("offences", "arrest"): crimes * outcomes.ARREST["domestic"],
        ("offences", DETECTION): detected,
        ("offences", "caution"): cautions,
        ("offences", "charge"): detected - cautions,
    }
    return pd.concat(
        [_cells(places, *key, amount[: len(places)]) for key, amount in amounts.items()]
    )


def _sexual(setting: Setting, flagged: int, sexual: int, places: list[str]) -> pd.DataFrame:
    """Serious sexual offences in the whole: those that are domestic too, and the others."""
    whole, held = setting.place.whole, setting.volumes
    if whole not in places:
        return _cells([], "incidents", "recorded", [])
    crimes_here = held.crimes_of_all * flagged
    domestic = held.also_sexual[0] * crimes_here
    other = held.also_sexual[1] * (flagged - crimes_here)
    amounts = {
        ("incidents", "recorded"): domestic + other + sexual,
        ("offences", "crime"): domestic + SEXUAL_CRIMES * sexual,
    }
    return pd.concat([_cells([whole], *key, [amount]) for key, amount in amounts.items()]).assign(
        subject="serious_sexual_offences"
    )


def _victims(setting, planted, held: _Chances, places: list[str]) -> list[pd.DataFrame]:
    size, q, chance = planted.size, held.q, held.kind
    people = held.people[:, None]
    once = {name: 1 - repeats.none_of(size, q, each) for name, each in chance.items()}
    anywhere = chance["recorded"][:, -1:]
    only = chance["recorded"] / anywhere * repeats.one_of(size, q, anywhere)
    found = {name: once[name] for name in _VICTIMS}
    found["repeat_within"] = once["recorded"] - repeats.one_of(size, q, chance["recorded"])
    found["repeat_anywhere"] = once["recorded"] - only
    found["repeat_crime_within"] = once["crime"] - repeats.one_of(size, q, chance["crime"])
    parts = []
    for measure, each in found.items():
        by_cell = (people * each).sum(axis=0)[: len(places)]
        parts.append(_cells(places, "victims", measure, by_cell.sum(axis=(1, 2))))
        for strand, axis in (("gender", 2), ("ethnicity_self_defined", 1)):
            parts.append(
                _groups(places, "victims", measure, strand, by_cell.sum(axis=axis), "true")
            )
    told = (people * once["ethnicity"]).sum(axis=(0, 2))[: len(places)]
    mix = setting.share @ setting.ethnicity
    slip = planted.misrecorded
    told = (1 - slip) * told + slip * told.sum(axis=1, keepdims=True) * mix
    everyone = (people * once["recorded"]).sum(axis=(0, 2, 3))[: len(places)]
    told = np.column_stack([told, everyone - told.sum(axis=1)])
    parts.append(
        _groups(places, "victims", "recorded", "ethnicity_self_defined", told, "as recorded")
    )
    if setting.place.whole in places:
        zero = (held.people * repeats.unseen(size, held.q[0])).sum()
        parts.append(_cells([setting.place.whole], "victims", "unseen", [zero]))
    return parts


_VICTIMS = ("recorded", "crime", "arrest", DETECTION, "charge", "caution")


def _cells(places, unit, measure, amounts) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "area": places,
            "subject": "domestic_violence",
            "unit": unit,
            "measure": measure,
            "definition": "",
            "strand": "all",
            "group": strands.ALL,
            "count": np.asarray(amounts, dtype=float),
        }
    )


def _groups(places, unit, measure, strand, amounts, definition) -> pd.DataFrame:
    groups = [*SCHEMES[strand].groups, strands.NOT_RECORDED][: amounts.shape[1]]
    rows = _cells(np.repeat(places, len(groups)), unit, measure, amounts.ravel())
    return rows.assign(strand=strand, group=np.tile(groups, len(places)), definition=definition)


def _proportions(cells: pd.DataFrame) -> pd.DataFrame:
    key = [each for each in counts.KEY if each != "measure"]
    parts = []
    for (unit, measure), base in _BASES.items():
        above = cells[(cells["unit"] == unit) & (cells["measure"] == measure)]
        below = cells[(cells["unit"] == unit) & (cells["measure"] == base)]
        both = above.merge(below[[*key, "count"]], on=key, suffixes=("", "_base"))
        parts.append(
            both.assign(
                statistic="proportion",
                numerator=both["count"],
                denominator=both["count_base"],
                estimate=both["count"] / both["count_base"],
                base=counts.base_of(unit, base),
            )
        )
    return pd.concat(parts)


def _ratios(cells: pd.DataFrame, setting: Setting) -> pd.DataFrame:
    """Victims per resident, against the usual reference."""
    rows = cells[(cells["unit"] == "victims") & (cells["measure"] == "recorded")]
    rows = rows[rows["definition"] == "true"].copy()
    by_gender = setting.residents_cells.reshape(len(setting.areas), -1, 2).sum(axis=1)
    residents = {
        (area, strand, group): number
        for strand, table in (
            ("gender", by_gender),
            ("ethnicity_self_defined", setting.residents_ethnicity),
        )
        for area, line in zip(
            [*setting.areas, setting.place.whole], [*table, table.sum(axis=0)], strict=True
        )
        for group, number in zip(SCHEMES[strand].groups, line, strict=True)
    }
    rows["denominator"] = [
        residents[place] for place in zip(rows["area"], rows["strand"], rows["group"], strict=True)
    ]
    rows["reference"] = rows["strand"].map(lambda strand: SCHEMES[strand].reference)
    rows["numerator"] = rows["count"]
    others = rows[rows["group"] == rows["reference"]].set_index(["area", "strand"])
    places = pd.MultiIndex.from_frame(rows[["area", "strand"]])
    rows["reference_numerator"] = others["numerator"].reindex(places).to_numpy()
    rows["reference_denominator"] = others["denominator"].reindex(places).to_numpy()
    rows["estimate"] = (rows["numerator"] / rows["denominator"]) / (
        rows["reference_numerator"] / rows["reference_denominator"]
    )
    return rows.assign(statistic="rate ratio", base=counts.base_of("residents", "usual_residents"))
