"""Which counts may not be shown: small ones, and those that would give small ones away."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dsvstats.counts import KEY, codes
from dsvstats.remembering import remembered
from dsvstats.schemes import EXACT
from dsvstats.strands import recorded
from dsvstats.vocabulary import INSIDE

THRESHOLD = 10
_WHOLE_AREA = "London"


@remembered
def withhold(cases: pd.DataFrame, *, threshold: int = THRESHOLD) -> pd.DataFrame:
    """The same counts, with those below the threshold withheld, and those that give them away.

    A count is withheld below ``threshold``, 0 included; where what is left of the count that it
    is a part of is below it (unless the two are equal everywhere); and as the smallest that is
    still shown, as long as what is withheld beside it is one count only, or less than the
    threshold in all, so that a shown total gives it away: among the groups of a strand, among
    those that make up one of a coarser strand, and among the boroughs of London. That nobody
    asked tells nothing of anyone: no count is withheld to protect a small number of people whose
    group was not recorded, and that there are none is shown.

    A first line of defence for counts made from records, for pages that are not published:
    several withheld counts can still bound each other, and two periods that overlap can be
    subtracted.

    >>> from dsvstats import counts
    >>> cases = pd.concat([counts.table("Barnet", "victims", measure, "all", {"All": n})
    ...                    for measure, n in (("recorded", 72), ("solved", 69), ("unsolved", 3))])
    >>> withhold(cases)[["measure", "withheld"]].values.tolist()
    [['recorded', False], ['solved', True], ['unsolved', True]]
    """
    rows = cases.reset_index(drop=True)
    size = rows["count"].to_numpy(dtype=float, na_value=np.nan)
    known = rows["group"].map(recorded).to_numpy(dtype=bool)
    hidden = rows["withheld"].to_numpy(dtype=bool) | ((size < threshold) & (known | (size > 0)))
    hidden |= _leaves_few(rows, size, threshold)
    of_boroughs = known & (rows["area"] != _WHOLE_AREA).to_numpy()
    families = [
        (_family(rows.assign(group=_coarser(rows)), KEY), known),
        (_family(rows, [each for each in KEY if each != "group"]), known),
        (_family(rows, [each for each in KEY if each != "area"]), of_boroughs),
    ]
    before = -1
    while hidden.sum() > before:  # what one family hides may stand alone in another
        before = hidden.sum()
        for family, among in families:
            hidden |= _next(family, size, hidden & among, among & ~hidden, threshold)
    return rows.assign(withheld=hidden)


def _leaves_few(rows: pd.DataFrame, size: np.ndarray, threshold: int) -> np.ndarray:
    """Where is what remains of the whole, without this part of it, a small count?

    Not where the part is the whole in every place, so that it is so by what the two are:
    everybody accused was in a crime, and that nobody is left over tells nothing of anyone.
    """
    place = _family(rows, [each for each in KEY if each != "measure"])
    unit = pd.factorize(rows["unit"])[0]
    measure, names = pd.factorize(rows["measure"])
    at = [np.flatnonzero(measure == code) for code in range(len(names))]
    found = np.zeros(len(rows), dtype=bool)
    for whole, base_at in zip(names, at, strict=True):
        base = np.full(place.max(initial=-1) + 1, np.nan)
        base[place[base_at]] = size[base_at]
        for part, here in zip(names, at, strict=True):
            if whole in INSIDE.get(part, set()):
                left = base[place[here]] - size[here]
                some = np.bincount(unit[here], weights=left > 0)[unit[here]] > 0
                found[here] |= (left >= 0) & (left < threshold) & some
    return found


def _coarser(rows: pd.DataFrame) -> np.ndarray:
    """The group of the broad scheme that each group is a part of, else its own name."""
    broad = EXACT["ethnicity_self_defined", "ethnicity_broad"]
    fine = (rows["strand"] == "ethnicity_self_defined").to_numpy()
    return np.where(fine, rows["group"].map(lambda g: broad.get(g, g)), rows["group"])


def _family(rows: pd.DataFrame, within: list[str]) -> np.ndarray:
    return codes([rows], within)[0]


def _next(family, size, hidden, shown, threshold: int) -> np.ndarray:
    """The smallest shown count of each family whose withheld ones a total would give away."""
    found = np.zeros(len(size), dtype=bool)
    if not len(size):
        return found
    number = np.bincount(family, weights=hidden)
    total = np.bincount(family, weights=np.where(hidden, np.nan_to_num(size), 0.0))
    exposed = (total > 0) & ((number == 1) | (total < threshold))
    at = np.flatnonzero(exposed[family] & shown)
    order = np.lexsort([size[at], family[at]])
    first = np.unique(family[at][order], return_index=True)[1]
    found[at[order][first]] = True
    return found
