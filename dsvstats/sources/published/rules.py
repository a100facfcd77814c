"""From printed words to the design's: the rules of a place's mapping."""

from __future__ import annotations

from functools import cache

import pandas as pd

from dsvstats import files
from dsvstats.terms.places import Place

_COLUMNS = [
    *("kind", "doc", "table_id", "subject", "population", "measure", "strand", "category"),
    *("to_subject", "to_unit", "to_measure", "to_definition", "to_strand", "to_group"),
    *("to_start", "to_end"),
]
LOOKS_AT = ["doc", "table_id", "subject", "population", "measure", "category"]
"""What the rules for counts look at."""


@cache
def mapping(place: Place) -> pd.DataFrame:
    """The rules, in order; none where the place has none."""
    if "mapping" not in place.files:
        return pd.DataFrame(columns=_COLUMNS, dtype="str")
    return files.read_csv(place.files["mapping"].path, needs=_COLUMNS).frame()


def measures(place: Place, kind: str, *, by: str = "measure") -> dict[str, str]:
    """Which printed measures, or tables, are rates, or targets, and of which measure of ours?"""
    rules = mapping(place)[mapping(place)["kind"] == kind]
    return dict(zip(rules[by], rules["to_measure"], strict=True))


def counted_as(place: Place, measure: str) -> str:
    """By which printed word are counts of this measure most often told? Nothing: by none."""
    rules = mapping(place)[mapping(place)["kind"] == "count"]
    words = rules.loc[(rules["to_measure"] == measure) & (rules["measure"] != ""), "measure"]
    return str(words.mode().iloc[0]) if len(words) else ""


def ruled(
    rows: pd.DataFrame, kind: str, looks_at: list[str], gives: list[str], *, place: Place
) -> pd.DataFrame:
    """The first rule that fits wins; a blank cell fits anything."""
    rules = mapping(place)[mapping(place)["kind"] == kind]
    tests = rules[looks_at].to_numpy(dtype=object)
    given = [*rules[gives].itertuples(index=False, name=None), ("",) * len(gives)]

    def first(words: tuple[str, ...]) -> int:
        pairs = (zip(test, words, strict=True) for test in tests)
        fits = (n for n, pair in enumerate(pairs) if all(not t or t == w for t, w in pair))
        return next(fits, len(given) - 1)

    code, words = pd.factorize(pd.MultiIndex.from_frame(rows[looks_at]))
    found = [given[first(each)] for each in words]
    columns = {
        name: pd.Series([each[n] for each in found], dtype="str").take(code).array
        for n, name in enumerate(gives)
    }
    return rows.assign(**columns)
