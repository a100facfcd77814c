"""From tables of numbers to the counts frame: areas, days and source in words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from pandas.api.types import union_categoricals

from dsvstats import counts
from dsvstats.sources.extract.engine import fetch
from dsvstats.sources.extract.schema import TABLES
from dsvstats.sources.extract.wanted import Wanted
from dsvstats.terms import units

UNNAMED = "extract"


class Supplied:
    """What the extract holds: its areas, its days, its sources, and people without an id."""

    def __init__(self, extract) -> None:
        keys = extract.typed("reports", "borough", "reported", "source")
        source = ["source"] if "source" in keys.columns else []
        found = fetch(
            keys.group_by("borough", *source).aggregate(
                first=keys.reported.min(), last=keys.reported.max()
            )
        )
        there = sorted(set(found["borough"].dropna().astype(int)))
        self.place = extract.place
        self.parts = [self.place.parts[n] for n in there]
        self.first, self.last = (
            pd.Timestamp(found[n].agg(f)) for n, f in (("first", "min"), ("last", "max"))
        )
        names = found["source"] if source else pd.Series([None])
        self.source = " + ".join(sorted(set(names.fillna(UNNAMED)))) or UNNAMED
        self.unlinked = 0
        if extract.people is not None and "person_id" in extract.people.columns:
            people = extract.typed("people", "person_id")
            self.unlinked = int(
                fetch(people.aggregate(n=people.person_id.isnull().sum()))["n"].fillna(0).iloc[0]
            )

    @property
    def areas(self) -> list[str]:
        """The parts that are there, and the whole where all of them are."""
        whole = len(self.parts) == len(self.place.parts)
        return [*self.parts, *([self.place.whole] if whole else [])]


def frame(parts: list[pd.DataFrame], supplied: Supplied, wanted: Wanted) -> pd.DataFrame:
    """The counts frame of these tables, for the areas wanted."""
    if not parts:
        return counts.empty()
    rows = {name: _joined([part[name] for part in parts]) for name in parts[0]}
    parts.clear()
    numbers = wanted.numbers
    known = np.isin(rows["area"], [numbers[area] for area in wanted.areas])
    rows = {name: column[known] for name, column in rows.items()}
    period = rows.pop("period")
    starts, ends = (
        np.array(each, dtype="datetime64[us]") for each in zip(*wanted.periods, strict=True)
    )
    note = f" ({supplied.unlinked:,} records without a person id, each counted as a person)"
    noted = np.isin(rows["unit"], list(units.people())) & bool(supplied.unlinked)
    rows |= {
        "area": pd.Categorical.from_codes(
            np.searchsorted(list(numbers.values()), rows["area"]), list(numbers)
        ),
        "start": starts[period],
        "end": ends[period],
        "count": pd.array(rows["count"], dtype="Int64"),
        "source": pd.Categorical.from_codes(
            noted.astype(np.int8), [supplied.source, supplied.source + note]
        ),
        "definition": pd.Categorical.from_codes(np.zeros(len(period), dtype=np.int8), [""]),
        "withheld": np.zeros(len(period), dtype=bool),
    }
    return pd.DataFrame({name: _text(rows[name]) for name in counts.COLUMNS})


def named(codes: pd.Series, words: Sequence[str]) -> pd.Series:
    """The words that these numbers stand for; missing where there is none.

    >>> named(pd.Series([1.0, float("nan")]), ["Barnet", "Bexley"]).tolist()
    ['Bexley', nan]
    """
    at = codes.fillna(-1).to_numpy(dtype=int)
    told = np.array([*words, None], dtype=object)[at]
    return pd.Series(told, codes.index, dtype="str")


def in_words(codes: pd.Series, strand: str) -> pd.Series:
    """The groups of a strand that these numbers stand for; missing where none was recorded."""
    return named(codes, TABLES["people"][strand].codes)


def _text(column):
    if isinstance(column, pd.Categorical):
        return pd.array(list(column.categories), dtype="str").take(column.codes)
    return column


def _joined(columns: list[pd.Series]) -> np.ndarray | pd.Categorical:
    """One column of these: words stay numbers with their list, since there may be millions."""
    if isinstance(columns[0].dtype, pd.CategoricalDtype):
        return union_categoricals(columns)
    return np.concatenate([column.to_numpy() for column in columns])
