"""Which counts must be withheld, so that none of them can be worked out from the others?"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from dsvstats import counts
from dsvstats.counts import KEY, codes
from dsvstats.disclosure import auditing
from dsvstats.disclosure.listing import empty_tables, missing
from dsvstats.disclosure.shield import Shield
from dsvstats.errors import InputError
from dsvstats.terms import places

_ROUNDS = 12


def protect(
    cases: pd.DataFrame,
    *,
    threshold: int,
    zeros_shown: bool,
    costs: Mapping[str, float] | None = None,
    released: pd.DataFrame | None = None,
    place: str | Path | places.Place = "",
) -> pd.DataFrame:
    """The same counts, with those withheld that may not be shown, and those that tell them.

    A count below the threshold is withheld, and zeros too unless they are shown; that nobody's
    group is not recorded is always shown. Then so many others go, the least loss first, that
    nobody who knows the rest, the rule and what the words mean can work out a withheld count, or
    that it, or what is left of one count without another, is below the threshold. Every group of
    a scheme has its row; a table by strand that would show nothing of the threshold or above is
    left out. What comes out has passed `audit`; what cannot be made to is withheld.

    Parameters
    ----------
    cases : DataFrame
        The counts frame of all that is published together.
    threshold : int
        The least count that is shown.
    zeros_shown : bool
        Are zeros shown?
    costs : mapping, default None
        What the loss of a count of a strand weighs, instead of `costs.losses`'s own.
    released : DataFrame, default None
        What was published before, as the ledger holds it.
    place : str, default ""
        What the areas are parts of.

    Returns
    -------
    DataFrame
        The counts frame to publish. A withheld row has no count, for whatever reason.

    Examples
    --------
    >>> cases = pd.concat([
    ...     counts.table("Barnet", "victims", "crime", "all", {"All": 63}),
    ...     counts.table("Barnet", "victims", "crime", "age",
    ...                  {"0-17": 8, "18-29": 32, "30+": 20, "Not recorded": 3})])
    >>> protect(cases, threshold=5, zeros_shown=False)["count"].tolist()
    [63, <NA>, 32, 20, <NA>]
    """
    counts.require(cases)
    auditing.check_threshold(threshold)
    there = places.place(place)
    listed = (cases["strand"] == "reports").to_numpy()
    cases = cases[~empty_tables(cases, threshold=threshold) | listed]
    given, mine = auditing.with_released(cases, released)
    added = missing(given)
    every = pd.concat([given, added], ignore_index=True)
    mine = np.concatenate([mine, np.ones(len(added), dtype=bool)])
    shield = Shield(
        every,
        mine,
        known=_known(every, released),
        given=len(given),
        threshold=threshold,
        zeros_shown=zeros_shown,
        costs=costs or {},
        place=there,
    )
    before = _failing(given[~mine[: len(given)]], threshold, zeros_shown, there)
    for _ in range(_ROUNDS):
        told = auditing.audit(
            shield.veiled(),
            threshold=threshold,
            zeros_shown=zeros_shown,
            released=released,
            place=there,
        )
        failed = told[~_named(told).isin(before)]
        if failed.empty:
            return shield.published()
        shield.hide_around(failed)
    raise InputError(
        where="cases",
        rule="counts that can be protected together with what was released before",
        value=failed.iloc[0][[*KEY[:1], *KEY[3:], "why"]].tolist(),
        mend="publish less of them: leave out the strand, the period or the area",
    )


def _known(every: pd.DataFrame, released: pd.DataFrame | None) -> np.ndarray:
    """Which of these were published before? To withhold them now would hide nothing."""
    if released is None or released.empty:
        return np.zeros(len(every), dtype=bool)
    ours, before = codes([every, released[released["count"].notna()]], KEY)
    return np.isin(ours, before)


def _failing(released: pd.DataFrame, threshold: int, zeros_shown: bool, place) -> pd.Series:
    """What was released before tells these by itself, whatever is published now."""
    rule = {"threshold": threshold, "zeros_shown": zeros_shown, "place": place}
    return _named(auditing.audit(released, **rule))


def _named(failures: pd.DataFrame) -> pd.Series:
    """One word for each failure's key."""
    return failures[[*KEY, "left_of"]].astype(str).agg("|".join, axis=1).astype(object)
