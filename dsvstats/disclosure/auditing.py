"""What can be worked out of a publication by whoever has nothing else than it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from dsvstats import counts
from dsvstats.counts import KEY, codes
from dsvstats.disclosure.attack import attack
from dsvstats.disclosure.equations import System, system
from dsvstats.disclosure.listing import missing
from dsvstats.disclosure.parts import Asked
from dsvstats.disclosure.relations import told
from dsvstats.errors import InputError
from dsvstats.terms import places

ABSENT = "absent"
COLUMNS = [*KEY, "left_of", "lower", "upper", "why"]


def audit(
    cases: pd.DataFrame,
    *,
    threshold: int,
    zeros_shown: bool,
    released: pd.DataFrame | None = None,
    place: str | Path | places.Place = "",
) -> pd.DataFrame:
    """Which hidden counts can be worked out from those that are shown?

    The attacker knows what every word means, that counts are whole numbers, the threshold, the
    rule, and whether zeros are shown. A hidden count fails where it can be only one number, or
    where it cannot be as large as the threshold; so does what is left of one count without
    another, where it cannot be as large as the threshold, though nobody printed it. Nothing
    passes that is not proved safe, by whole tables in which it is different.

    Parameters
    ----------
    cases : DataFrame
        The counts frame to be published, or that was; a withheld row has no count.
    threshold : int
        The least count that is shown.
    zeros_shown : bool
        Are zeros shown? Then every hidden count is known to be at least one.
    released : DataFrame, default None
        What was published before, a counts frame as the ledger holds it: known as well.
    place : str, default ""
        What the areas are parts of.

    Returns
    -------
    DataFrame
        A row for each failure: the key; ``left_of``, of which count it is what is left, else
        nothing; the ``lower`` and ``upper`` limit that can be worked out; ``why``: derived,
        small, absent (a group of the scheme has no row, so that it is known to be zero),
        contradiction (what is shown cannot all be true), undecided (no proof was found).

    Examples
    --------
    >>> cases = counts.table("Kingston upon Thames", "victims", "crime", "gender",
    ...                      {"Female": 30, "Male": None, "Not recorded": 12})
    >>> cases["withheld"] = cases["count"].isna()
    >>> total = counts.table("Kingston upon Thames", "victims", "crime", "all", {"All": 44})
    >>> audit(pd.concat([cases, total]), threshold=5, zeros_shown=False)[
    ...     ["group", "lower", "upper", "why"]].values.tolist()
    [['Male', 2, 2, 'derived']]
    """
    counts.require(cases)
    check_threshold(threshold)
    given, mine = with_released(cases, released)
    added = missing(given)
    every = pd.concat([given, added], ignore_index=True)
    there = places.place(place)
    found = system(every, place=there)
    return _failures(every, found, _shown(every), len(given), mine, threshold, zeros_shown)


def check_threshold(threshold: int) -> None:
    """Is this a threshold? Anything but a whole number of 2 or more is an error."""
    whole = isinstance(threshold, (int, np.integer)) and not isinstance(threshold, bool)
    if not whole or threshold < 2:
        raise InputError(
            where="threshold",
            rule="a whole number of 2 or more",
            value=threshold,
            mend="for example threshold=10: counts below it are withheld",
        )


def with_released(
    cases: pd.DataFrame, released: pd.DataFrame | None
) -> tuple[pd.DataFrame, np.ndarray]:
    """These counts, with what was published before: which of the rows are these?

    A count that is shown here and was shown before must be the same. One that is withheld here
    and was shown before is known.
    """
    cases = cases.reset_index(drop=True)
    (number,) = codes([cases], KEY)
    if (twice := pd.Series(number).duplicated()).any():
        row = cases.loc[int(twice.to_numpy().argmax())]
        raise InputError(
            where="cases",
            rule="one row for each key",
            value=[str(row[each]) for each in KEY],
            mend="choose one of the sources with counts.prefer",
        )
    if released is None or released.empty:
        return cases, np.ones(len(cases), dtype=bool)
    counts.require(released)
    before = released[released["count"].notna().to_numpy()].drop_duplicates(KEY)
    before = before.reset_index(drop=True)
    new, old = codes([cases, before], KEY)
    place = pd.Series(np.arange(len(before)), index=old)
    known = place.reindex(new).to_numpy()
    again = ~np.isnan(known)
    told_before = before["count"].to_numpy(float)[known[again].astype(int)]
    now = cases["count"].to_numpy(float, na_value=np.nan)
    filled = now.copy()
    filled[again] = np.where(np.isnan(now[again]), told_before, now[again])
    both = cases.assign(count=pd.array(filled, dtype="Int64"))
    more = before[~np.isin(old, new)]
    every = pd.concat([both, more], ignore_index=True)
    return every, np.arange(len(every)) < len(cases)


def _shown(every: pd.DataFrame) -> np.ndarray:
    return every["count"].to_numpy(dtype=float, na_value=np.nan)


def _failures(every, found: System, shown, given: int, mine, threshold, zeros_shown):
    """The rows of the audit's frame."""
    known = np.concatenate([shown, np.full(found.size - found.rows, np.nan)])
    withheld = every["withheld"].to_numpy(bool) & np.isnan(shown)
    recorded = ~np.array([told(group) for group in every["group"]], dtype=bool)
    told_at_all = np.arange(found.rows) < given
    hidden = _of(found, withheld)
    least = _of(found, withheld & told_at_all & (zeros_shown | ~recorded)).astype(float)
    asked = Asked(
        large=hidden | found.left,
        two=hidden,
        none=np.where(found.left, found.may_be_nothing | zeros_shown, False),
        threshold=threshold,
    )
    answer = attack(found.matrix, known, least, asked, nearly=found.nearly)
    parts = [_as_rows(every, found, np.flatnonzero(answer.why != ""), answer)]
    if not zeros_shown:
        lacks = np.flatnonzero(withheld & ~told_at_all & recorded)
        parts.append(_as_rows(every, found, lacks, answer).assign(lower=0, upper=0, why=ABSENT))
    return pd.concat(parts, ignore_index=True)


def _of(found: System, rows: np.ndarray) -> np.ndarray:
    """The same for every variable; nothing of those that are not rows."""
    return np.concatenate([rows, np.zeros(found.size - found.rows, dtype=bool)])


def _as_rows(every: pd.DataFrame, found: System, at: np.ndarray, answer) -> pd.DataFrame:
    row = np.where(at < found.rows, at, np.where(found.part[at] >= 0, found.part[at], -1))
    row = np.where(row >= 0, row, found.whole[at])
    row = np.where((row < 0) | (row >= found.rows), 0, row)
    rows = every[KEY].iloc[row].reset_index(drop=True)
    whole = np.where(at < found.rows, -1, found.whole[at])
    left = ["" if each < 0 else _words(every.iloc[each]) for each in whole]
    limits = {
        name: pd.array(np.where(np.isfinite(held[at]), held[at], np.nan), dtype="Int64")
        for name, held in (("lower", answer.lower), ("upper", answer.upper))
    }
    return rows.assign(left_of=left, **limits, why=answer.why[at])[COLUMNS]


def _words(row: pd.Series) -> str:
    return ", ".join(str(row[each]) for each in ("area", "subject", "unit", "measure", "group"))
