"""How long each stage of a prosecution took, year by year."""

from __future__ import annotations

import pandas as pd

_STAGES = {
    "offence_to_charge": "From offence to charge",
    "charge_to_first_listing": "On to the first hearing",
    "first_listing_to_completion_at_magistrates_court": "On to the end at the magistrates' court",
    "sending_to_crown_court_to_main_hearing": "From sending to the Crown Court to the main hearing",
    "main_hearing_to_completion": "On to the end",
    "offence_to_completion": "From offence to the end",
}


def court_times(held: pd.DataFrame) -> pd.DataFrame:
    """The median days of each stage: a year a row, a stage a column.

    ``held`` has ``year``, ``defendants``, ``stage`` and ``median_days``. Stages are medians of
    their own: they do not add up to the whole.

    >>> held = pd.DataFrame({"year": [2018], "defendants": [2358], "stage": ["offence_to_charge"],
    ...                      "median_days": [394.5]})
    >>> court_times(held)
       Year Defendants From offence to charge
    0  2018      2,358                  394.5
    """
    years = held[["year", "defendants"]].drop_duplicates()
    days = {(row.year, row.stage): row.median_days for row in held.itertuples(index=False)}
    there = [each for each in _STAGES if each in set(held["stage"])]
    told = {
        "Year": years["year"].astype("str"),
        "Defendants": years["defendants"].map("{:,}".format),
    }
    stages = {
        _STAGES[stage]: [f"{days[year, stage]:g}" for year in years["year"]] for stage in there
    }
    return pd.DataFrame(told | stages).reset_index(drop=True)
