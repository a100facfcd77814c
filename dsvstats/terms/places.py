"""The areas: London's 32 boroughs and London, and the names people use for them."""

from __future__ import annotations

import csv
import re
from functools import cache

import pandas as pd

from dsvstats.errors import InputError, near
from dsvstats.files import data

LONDON = "London"
_ALSO = {
    "mps": LONDON,
    "met": LONDON,
    "metropolitan police": LONDON,
    "metropolitan police service": LONDON,
    "greater london": LONDON,
    "richmond": "Richmond upon Thames",
    "kingston": "Kingston upon Thames",
    "barking": "Barking and Dagenham",
    "hammersmith": "Hammersmith and Fulham",
    "kensington": "Kensington and Chelsea",
}


@cache
def boroughs() -> tuple[str, ...]:
    """Which boroughs does the Metropolitan Police serve? The City has a force of its own.

    >>> len(boroughs()), "City of London" in boroughs()
    (32, False)
    """
    with data("benchmarks", "boroughs.csv").open(encoding="utf-8") as file:
        rows = csv.DictReader(file)
        return tuple(sorted(row["area"] for row in rows if row["force"] == "Metropolitan Police"))


def names() -> list[str]:
    """Which areas are there? London, then its boroughs.

    >>> names()[:2]
    ['London', 'Barking and Dagenham']
    """
    return [LONDON, *boroughs()]


def find(name: str) -> str:
    """Which area is meant? Unknown names are an error that lists the near ones.

    >>> find("richmond"), find("MPS"), find("Barking & Dagenham")
    ('Richmond upon Thames', 'London', 'Barking and Dagenham')
    """
    wanted = re.sub(r"\s+", " ", str(name).replace("&", " and ").replace("-", " ")).strip()
    folded = {each.casefold(): each for each in names()} | _ALSO
    if wanted.casefold() in folded:
        return folded[wanted.casefold()]
    raise InputError(
        where="area", rule="a London borough, or London", value=name, mend=near(wanted, names())
    )


def of(rows: pd.DataFrame, area: str) -> pd.DataFrame:
    """The rows of this area, by any of its names.

    >>> of(pd.DataFrame({"area": ["Barnet", "London"]}), "MPS")["area"].tolist()
    ['London']
    """
    return rows[rows["area"] == find(area)].reset_index(drop=True)
