"""One block of synthetic reports: drawn from its own seed, whatever stands in the others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dsvstats.sources.synthetic import outcomes, repeats
from dsvstats.sources.synthetic import people as persons
from dsvstats.sources.synthetic.people import People
from dsvstats.sources.synthetic.setting import Planted, Setting
from dsvstats.sources.synthetic.volumes import SEXUAL_CRIMES

NEVER = np.iinfo(np.int32).max
_CLASSES = {"domestic": (0.04, 0.96, 0.0), "sexual": (0.48, 0.44, 0.08)}
"""Of what is no crime: no crime, crime-related incident, specified investigation."""
_KNOWN_SUSPECT, _PARTNER, _SOMEONE_ELSES = 0.75, 0.85, 0.05
_DUAL = {"cross": 0.004, "arrested": 0.25}
_DAYS_TO_COURT, _DAYS_TO_RESULT = 21.0, 90.0
_SOON_DAYS = 30.0


@dataclass(frozen=True)
class Place:
    """Which block, where its numbers start, and the days: reported within, extracted after."""

    seed: int
    number: int
    flagged: int
    unflagged: int
    sexual: int
    first_report: int
    first_person: int
    first_day: int
    days: int

    @property
    def reports(self) -> int:
        return self.flagged + self.unflagged + self.sexual


@dataclass
class Block:
    """Reports, who is in them, and everybody there is, in arrays of numbers."""

    place: Place
    people: People
    report: dict[str, np.ndarray]
    role: dict[str, np.ndarray]
    rng: np.random.Generator


def draw(setting: Setting, planted: Planted, place: Place) -> Block:
    """Everything that happens in this block."""
    rng = np.random.default_rng(np.random.SeedSequence(place.seed, spawn_key=(place.number,)))
    domestic = place.flagged + place.unflagged
    victims, number = persons.reported_again(
        rng, setting, planted, domestic, first_day=place.first_day
    )
    homes = persons.pick(rng, setting.share, place.sexual)
    victims = persons.join([victims, persons.draw(rng, setting, homes, first_day=place.first_day)])
    number = np.concatenate([number, np.ones(place.sexual, dtype=np.int32)])
    victim = np.repeat(np.arange(len(victims)), number)
    again = np.arange(len(victim)) - np.repeat(np.cumsum(number) - number, number)
    report = _reports(rng, setting, planted, place, victims, victim, again)
    strangers = len(victim)
    everyone = persons.join(
        [
            victims,
            persons.partners(rng, setting, victims, first_day=place.first_day),
            persons.draw(rng, setting, victims.home[victim], first_day=place.first_day),
        ]
    )
    report |= _outcomes(rng, setting, planted, place, everyone, victim, report)
    return Block(place, everyone, report, _roles(rng, place, victim, report, strangers), rng)


def _reports(rng, setting, planted, place, victims, victim, again) -> dict[str, np.ndarray]:
    size = place.reports
    domestic = np.arange(size) < place.flagged + place.unflagged
    flagged = domestic.copy()
    flagged[rng.permutation(place.flagged + place.unflagged)[: place.unflagged]] = False
    away = (rng.random(size) < planted.elsewhere) & domestic
    area = np.where(away, persons.pick(rng, setting.share, size), victims.home[victim])
    crime = rng.random(size) < np.where(domestic, setting.crime[area], SEXUAL_CRIMES)
    other = np.where(
        domestic,
        persons.pick(rng, np.array(_CLASSES["domestic"]), size),
        persons.pick(rng, np.array(_CLASSES["sexual"]), size),
    )
    also = np.where(crime, *setting.volumes.also_sexual)
    sexual = ~domestic | (rng.random(size) < also)
    return {
        "victim": victim,
        "area": area,
        "day": place.first_day + _days(rng, planted, place, again),
        "domestic": domestic,
        "flagged": flagged,
        "crime": crime,
        "classification": np.where(crime, 0, other + 1),
        "sexual": sexual,
        "rape": sexual & (rng.random(size) < setting.volumes.rape),
    }


def _days(rng, planted, place, again) -> np.ndarray:
    """On any day, but some repeats follow the last report within weeks."""
    day = rng.integers(0, place.days, len(again), dtype=np.int32)
    soon = rng.random(len(again)) < planted.soon
    wait = 1 + rng.exponential(_SOON_DAYS, len(again)).astype(np.int32)
    for n in range(1, int(again.max(initial=0)) + 1):
        here = np.flatnonzero((again == n) & soon)
        after = day[here - 1] + wait[here]
        day[here] = np.where(after < place.days, after, day[here])
    return day


def _outcomes(rng, setting, planted, place, everyone, victim, report) -> dict[str, np.ndarray]:
    size, crime, domestic = place.reports, report["crime"], report["domestic"]
    by_ethnicity, by_gender = outcomes.effects(setting, planted)
    q = np.array([planted.again[gender] for gender in setting.genders])
    chance = outcomes.detected(setting, planted, repeats.mean(planted.size, q))[report["area"]]
    chance = chance * by_ethnicity[everyone.ethnicity[victim]] * by_gender[everyone.gender[victim]]
    chance = np.where(domestic, chance, setting.volumes.sexual_detected)
    chance /= outcomes.known_outcomes(place.days, planted.mean_days_to_outcome)
    arrest = np.where(domestic, outcomes.ARREST["domestic"], outcomes.ARREST["sexual"])
    arrest = arrest / outcomes.known_arrests(place.days)
    arrested = crime & (rng.random(size) < arrest)
    detected = arrested & (rng.random(size) < chance / arrest)
    cautioned = detected & (rng.random(size) < setting.caution[report["area"]])
    charged = detected & ~cautioned
    prosecuted = charged & (rng.random(size) < setting.volumes.prosecuted)
    dropped = arrested & ~detected & (rng.random(size) < 0.9)
    delay = outcomes.arrest_delay(rng, size)
    decided = delay + rng.exponential(planted.mean_days_to_outcome or 1e-9, size)
    court = decided + rng.exponential(_DAYS_TO_COURT, size)
    result = court + rng.exponential(_DAYS_TO_RESULT, size)
    last = place.first_day + place.days

    def known(happened, after) -> np.ndarray:
        day = report["day"] + np.floor(after).astype(np.int32)
        return np.where(happened & (day < last), day, NEVER).astype(np.int32)

    found = {
        "arrested": known(arrested, delay),
        "charged": known(charged, decided),
        "cautioned": known(cautioned, decided),
        "no_further_action": known(dropped, decided),
        "prosecuted": known(prosecuted, court),
        "resulted": known(prosecuted, result),
    }
    convicted = rng.random(size) < outcomes.CONVICTED
    found["result"] = np.where(convicted, 0, 1 + persons.pick(rng, np.array([0.6, 0.4]), size))
    return found


def _roles(rng, place, victim, report, strangers) -> dict[str, np.ndarray]:
    """Who is in which report: its victim, its suspect if known, and the victim as a suspect."""
    size = place.reports
    everyone, known = np.arange(size), report["arrested"] < NEVER
    known = known | (rng.random(size) < _KNOWN_SUSPECT)
    partner = victim + (victim.max(initial=-1) + 1)
    who = persons.pick(
        rng, np.array([_PARTNER, _SOMEONE_ELSES, 1 - _PARTNER - _SOMEONE_ELSES]), size
    )
    stranger = 2 * (victim.max(initial=-1) + 1) + everyone
    suspect = np.select([who == 0, who == 1], [partner, rng.permutation(partner)], stranger)
    cross = known & report["crime"] & report["domestic"] & (rng.random(size) < _DUAL["cross"])
    dual = cross & (report["arrested"] < NEVER) & (rng.random(size) < _DUAL["arrested"])
    at = np.concatenate([everyone, everyone[known], everyone[cross]])
    kind = np.repeat([0, 1, 2], [size, known.sum(), cross.sum()])
    decided = np.minimum(report["charged"], report["cautioned"]) < NEVER
    order = rng.permutation(len(at))
    return {
        "report": at[order],
        "person": np.concatenate([victim, suspect[known], victim[cross]])[order],
        "kind": kind[order],
        "role": np.where(kind == 0, 0, np.where((kind == 1) & decided[at], 2, 1))[order],
        "arrested_too": ((kind == 2) & dual[at])[order],
    }
