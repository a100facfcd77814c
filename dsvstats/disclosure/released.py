"""What is out already: every count that was published, and none that was hidden."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from dsvstats import counts, files
from dsvstats.counts import KEY, codes
from dsvstats.errors import InputError
from dsvstats.terms import places


def ledger(
    path: str | Path,
    *,
    add: pd.DataFrame | None = None,
    place: str | Path | places.Place = "",
) -> pd.DataFrame:
    """What was published before?

    A new release is protected and audited together with all of it: `protect` and `audit` take it
    as ``released``.

    Parameters
    ----------
    path : the CSV that holds it, in the columns of a counts frame; made when it is first added to.
    add : a counts frame that is published now: what it shows is added, and the file written whole.
    place : what the areas are parts of.

    Returns
    -------
    DataFrame : the counts frame of all that was published.

    Raises
    ------
    InputError : where a count was published before with another number.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "ledger.csv"
    >>> len(ledger(path))
    0
    >>> told = counts.table("Barnet", "victims", "crime", "gender", {"Female": 30, "Male": None})
    >>> told["withheld"] = told["count"].isna()
    >>> ledger(path, add=told)["group"].tolist()
    ['Female']
    """
    held = counts.read(path, place=place) if Path(path).exists() else counts.empty()
    if add is None:
        return held
    counts.require(add)
    shown = add[add["count"].notna().to_numpy()]
    _refuse_another(held, shown, Path(path).name)
    every = counts.join(held, shown).drop_duplicates(KEY).reset_index(drop=True)
    with files.whole(path) as draft:
        every.drop(columns="withheld").to_csv(draft, index=False, date_format="%Y-%m-%d")
    return every


def _refuse_another(held: pd.DataFrame, shown: pd.DataFrame, name: str) -> None:
    old, new = codes([held, shown], KEY)
    before = pd.Series(held["count"].to_numpy(), index=old)
    before = before[~before.index.duplicated()].reindex(new).to_numpy(float, na_value=float("nan"))
    now = shown["count"].to_numpy(float)
    other = (before == before) & (before != now)
    if other.any():
        row = shown.iloc[int(other.argmax())]
        raise InputError(
            where=name,
            rule="the numbers that were published before",
            value=f"{row['count']} for {int(before[other.argmax()])}",
            mend=f"say why {row['area']}, {row['measure']}, {row['group']} is another number now, "
            "under a definition of its own",
        )
