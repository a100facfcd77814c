"""Which counts may not be shown: small ones, and those that would give small ones away."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dsvstats.counts import KEY
from dsvstats.vocabulary import INSIDE

NOTICE = "Made from records: not for publication until disclosure control is complete."
_WHOLE_AREA = "London"


def withhold(cases: pd.DataFrame, *, threshold: int = 10) -> pd.DataFrame:
    """The same counts, with those below the threshold withheld, and those that give them away.

    A count is withheld below ``threshold``, 0 included; where what is left of the count that it
    is a part of is below it; and where it is the only other count, besides one withheld, that
    stands between a shown total and that one: among the groups of a strand, and among the
    boroughs of London. A first line of defence for counts made from records, for pages that are
    not published: several withheld counts can still bound each other.

    >>> from dsvstats import counts
    >>> cases = pd.concat([counts.table("Barnet", "victims", measure, "all", {"All": n})
    ...                    for measure, n in (("recorded", 72), ("solved", 69), ("unsolved", 3))])
    >>> withhold(cases)[["measure", "withheld"]].values.tolist()
    [['recorded', False], ['solved', True], ['unsolved', True]]
    """
    rows = cases.reset_index(drop=True)
    size = rows["count"].astype(float)
    hidden = (rows["withheld"] | (size < threshold)).to_numpy(dtype=bool).copy()
    hidden |= _leaves_few(rows, size, threshold)
    hidden |= _alone(rows, size, hidden, within=[k for k in KEY if k != "group"])
    of_boroughs = (rows["area"] != _WHOLE_AREA).to_numpy()
    hidden |= _alone(rows, size, hidden, within=[k for k in KEY if k != "area"], among=of_boroughs)
    return rows.assign(withheld=hidden)


def _leaves_few(rows: pd.DataFrame, size: pd.Series, threshold: int) -> np.ndarray:
    key = [each for each in KEY if each != "measure"]
    wide = rows.assign(size=size)
    found = np.zeros(len(rows), dtype=bool)
    for whole in wide["measure"].unique():
        inside = wide["measure"].map(lambda m, whole=whole: whole in INSIDE.get(m, set()))
        base = wide[wide["measure"] == whole].drop_duplicates(key).set_index(key)["size"]
        at = pd.MultiIndex.from_frame(wide[key])
        left = base.reindex(at).to_numpy() - size.to_numpy()
        found |= inside.to_numpy(dtype=bool) & (left >= 0) & (left < threshold)
    return found


def _alone(rows, size, hidden, *, within: list[str], among: np.ndarray | None = None) -> np.ndarray:
    """The smallest shown count of each family in which exactly one is withheld."""
    among = np.ones(len(rows), dtype=bool) if among is None else among
    found = np.zeros(len(rows), dtype=bool)
    held = rows.assign(size=size, hidden=hidden)[among]
    for _, family in held.groupby(within, sort=False, dropna=False):
        if family["hidden"].sum() == 1 and len(family) > 1:
            found[family.loc[~family["hidden"], "size"].idxmin()] = True
    return found
