"""Percentages as printed: between which shares may the true one lie?"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

import numpy as np
import pandas as pd

from dsvstats import counts, strands
from dsvstats.errors import InputError, near

NOT_STATED = 0.1
"""The most that shares of all groups may leave out: of religion, 8 in 100 say nothing."""
_PLACE = ["area", "strand", "group"]


def table(percentages, *, decimals: int | None = None) -> pd.DataFrame:
    """What share does each printed percentage stand for, at the least and at the most?

    Returns ``group``, and ``area``, ``strand`` and ``source`` where they were given, with
    ``share``, ``low`` and ``high``: half a unit of the last decimal to either side, within 0 and 1.

    >>> table({"Female": 53, "Male": "47.0"})
        group  share     low    high
    0  Female   0.53  0.5250  0.5350
    1    Male   0.47  0.4695  0.4705
    """
    if isinstance(percentages, pd.DataFrame):
        held = percentages.reset_index(drop=True)
    elif isinstance(percentages, (Mapping, pd.Series)):
        pairs = dict(percentages).items()
        held = pd.DataFrame(
            {
                "group": [a for a, _ in pairs],
                "percent": pd.Series([b for _, b in pairs], dtype=object),
            }
        )
    else:
        raise _refused(percentages, "a measure, or percentages by group", "give a series of them")
    missing = {"group", "percent"} - set(held.columns)
    if missing:
        raise _refused(list(held.columns), "a table of group and percent", f"add {sorted(missing)}")
    key = [each for each in _PLACE if each in held]
    if held.duplicated(key).any():
        row = held[held.duplicated(key)].iloc[0]
        raise _refused(row["group"], "one percentage for each group", "remove the second")
    exact = [_number(value) for value in held["percent"]]
    places = [_places(value) if decimals is None else decimals for value in held["percent"]]
    half = 0.5 * 10.0 ** -np.array(places, dtype=float) / 100
    share = np.array([float(value) for value in exact]) / 100
    return held[[*key, *[each for each in ["source"] if each in held]]].assign(
        share=share,
        low=np.maximum(share - half, 0.0).round(12),
        high=np.minimum(share + half, 1.0).round(12),
    )


def joined(rows: pd.DataFrame, shares: pd.DataFrame) -> pd.DataFrame:
    """The counts of every strand with printed shares, in the shape of a pair."""
    strand_groups = rows[["strand", "group"]].drop_duplicates()
    for group in shares["group"]:
        if len(rows) and not any(strands.known(each, group) for each in rows["strand"].unique()):
            raise _refused(
                group, "a group of a strand counted here", near(group, list(strand_groups["group"]))
            )
    for strand in rows["strand"].unique():
        _refuse_total(strand, shares)
    key = [each for each in _PLACE if each in shares]
    above, below = counts.codes([rows, shares], key)
    at = pd.Index(below).get_indexer(above)
    there = (at >= 0) & rows["group"].map(strands.recorded).to_numpy(dtype=bool)
    (family,) = counts.codes([rows], [each for each in counts.KEY if each != "group"])
    kept = np.isin(family, family[there])
    values = {
        name: np.where(there, shares[name].to_numpy()[at], np.nan) if len(shares) else np.nan
        for name in ("share", "low", "high")
    }
    printed_in = (
        shares["source"].to_numpy(dtype=object)[at] if "source" in shares and len(shares) else ""
    )
    rows = rows.assign(
        source=counts.sources_of(rows["source"], np.where(there, printed_in, "")),
        numerator=rows["count"].to_numpy(dtype=float, na_value=np.nan),
        denominator=1.0,
        share=values["share"],
        low=values["low"],
        high=values["high"],
        kind="rate",
        base="",
        flags="",
    )
    return rows[kept].reset_index(drop=True)


def _refuse_total(strand: str, shares: pd.DataFrame) -> None:
    """An error where an area's shares of one strand cannot be shares of the same people."""
    own = shares[[strands.known(strand, each) for each in shares["group"]]]
    if "strand" in own:
        own = own[own["strand"] == strand]
    every = set(strands.SCHEMES[strand].groups) if strand in strands.SCHEMES else set()
    for _, part in own.groupby(own["area"] if "area" in own else np.zeros(len(own))):
        least, most = part["low"].sum(), part["high"].sum()
        whole = bool(every) and every <= set(part["group"])
        if least > 1 + 1e-9 or (whole and most < 1 - NOT_STATED):
            raise _refused(
                f"{strand}: {100 * part['share'].sum():.6g} in all",
                "percentages of one whole, 100 together but for their rounding",
                "give each group once, of the same people, as it is printed",
            )


def _number(value) -> Decimal:
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or not 0 <= number <= 100:
        raise _refused(value, "a percentage from 0 to 100", "write it as it is printed")
    return number


def _places(value) -> int:
    """How many decimals are written? A number that is whole has none."""
    number = Decimal(str(value).strip())
    if not isinstance(value, str):
        number = number.normalize()
    return max(0, -int(number.as_tuple().exponent))


def _refused(value, rule: str, mend: str) -> InputError:
    return InputError(where="against", rule=rule, value=value, mend=mend)
