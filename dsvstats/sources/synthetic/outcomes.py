"""What becomes of a synthetic report, and how much of it is known on the day of the extract."""

from __future__ import annotations

import numpy as np

from dsvstats.sources.synthetic.setting import Planted, Setting
from dsvstats.terms.schemes import SCHEMES

ARREST = {"domestic": 0.70, "sexual": 0.50}
"""Of crimes, how many lead to an arrest."""
CONVICTED = 0.7
"""Of prosecutions, chosen."""
_SAME_DAY, _DAYS_TO_ARREST = 0.7, 7.0


def effects(setting: Setting, planted: Planted) -> tuple[np.ndarray, np.ndarray]:
    """How many times the mean chance of detection has each ethnicity, and each gender?"""
    return (
        planted.rates(
            "detected", "ethnicity_self_defined", SCHEMES["ethnicity_self_defined"].groups
        ),
        planted.rates("detected", "gender", setting.genders),
    )


def detected(setting: Setting, planted: Planted, mean_reports: np.ndarray) -> np.ndarray:
    """How likely is it in each area that a crime is ever detected, all effects being one?

    What the extract knows, averaged over its victims, then equals what the area printed.
    """
    by_ethnicity, by_gender = effects(setting, planted)
    genders = np.stack([setting.female, 1 - setting.female], axis=1) * mean_reports
    genders /= genders.sum(axis=1, keepdims=True)
    at_home = (setting.ethnicity @ by_ethnicity) * (genders @ by_gender)
    away = planted.elsewhere
    mean_effect = (1 - away) * at_home + away * (setting.share @ at_home)
    return setting.detected / mean_effect


def arrest_delay(rng: np.random.Generator, size: int) -> np.ndarray:
    """How many days to the arrest?"""
    late = rng.random(size) >= _SAME_DAY
    return np.where(late, rng.exponential(_DAYS_TO_ARREST, size), 0.0)


def known_arrests(days: int) -> float:
    """Of arrests ever made, how many are known on the last of so many days of reports?

    >>> round(known_arrests(365), 3)
    0.995
    """
    left = np.arange(1, days + 1)
    return float(np.mean(1 - (1 - _SAME_DAY) * np.exp(-left / _DAYS_TO_ARREST)))


def known_outcomes(days: int, mean_days: float) -> float:
    """Of detections ever made, how many are known on the last of so many days of reports?

    >>> round(known_outcomes(365, 40.0), 3)
    0.886
    """
    left = np.arange(1, days + 1)
    wait, arrest = mean_days, _DAYS_TO_ARREST
    if wait <= 0:
        return known_arrests(days)
    apart = wait - arrest if wait != arrest else 1e-9
    late = (wait * np.exp(-left / wait) - arrest * np.exp(-left / arrest)) / apart
    return float(np.mean(1 - _SAME_DAY * np.exp(-left / wait) - (1 - _SAME_DAY) * late))
