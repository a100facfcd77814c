"""Which counts may not be shown, and what must be said of a page made from records."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from dsvstats.cache import remembered
from dsvstats.counts import KEY, codes
from dsvstats.strands import recorded
from dsvstats.terms import measures, places, units
from dsvstats.terms.measures import MEASURES
from dsvstats.terms.schemes import EXACT

THRESHOLD = 10
_FINE, _BROAD = "ethnicity_self_defined", "ethnicity_broad"


NOTICE = "Made from records: not for publication until disclosure control is complete."


_PROTECTED = "protected below {}"


def protected(source: str, threshold: int) -> str:
    """The name of a source whose counts are protected.

    >>> protected("records", 10)
    'records (protected below 10)'
    """
    return f"{source} ({_PROTECTED.format(threshold)})"


def notice(kind: str, sources: Iterable[str] = ()) -> str:
    """What must be said of a page with counts of this kind, of these sources?

    >>> notice("records") == NOTICE, notice("published")
    (True, '')
    >>> notice("counts", [protected("records", 10)])
    'Counts below 10 are withheld, and others from which they could be worked out: an audit found none that can.'
    """
    if kind not in ("published", "counts"):
        return NOTICE
    if not (least := protected_below(sources)):
        return ""
    return (
        f"Counts below {least} are withheld, and others from which they could be worked out: "
        "an audit found none that can."
    )


def protected_below(sources: Iterable[str]) -> int:
    """Below which number are counts of these sources withheld? 0 where none is protected.

    >>> protected_below(["a", protected("records", 10)])
    10
    """
    pattern = _PROTECTED.replace("{}", r"(\d+)")
    told = [int(found[1]) for each in sources if (found := re.search(pattern, each))]
    return min(told, default=0)


def withhold(
    cases: pd.DataFrame, *, threshold: int = THRESHOLD, place: str | Path | places.Place = ""
) -> pd.DataFrame:
    """The same counts, with those below the threshold withheld, and those that give them away.

    A withheld row carries no count: it is missing, and only ``withheld`` says that there is one.
    A count is withheld below ``threshold``, 0 included; where what is left of the count that it
    is a part of is below it (unless the two are equal everywhere); and as the smallest that is
    still shown, as long as what is withheld beside it is one count only, or less than the
    threshold in all, so that a shown total gives it away: among the groups of a strand, among
    those that make up one of a coarser strand, among the classes that an incident is recorded
    as, between charges and cautions, and among the parts of the place. That nobody asked tells
    nothing of anyone: a small number of people whose group was not recorded is withheld, but no
    other count is to protect it, and that there are none is shown.

    A first line of defence for counts made from records, for pages that are not published:
    several withheld counts can still bound each other, two periods that overlap and two subjects
    of which one holds the other can be subtracted, and a 0 can be worked out.

    >>> from dsvstats import counts
    >>> cases = pd.concat([counts.table("Barnet", "victims", measure, "all", {"All": n})
    ...                    for measure, n in (("recorded", 72), ("solved", 69), ("unsolved", 3))])
    >>> withhold(cases)[["measure", "withheld"]].values.tolist()
    [['recorded', False], ['solved', True], ['unsolved', True]]
    """
    return _withhold(cases, threshold, places.place(place).whole)


@remembered
def _withhold(cases: pd.DataFrame, threshold: int, whole_area: str) -> pd.DataFrame:
    rows = cases.reset_index(drop=True)
    size = rows["count"].to_numpy(dtype=float, na_value=np.nan)
    known = rows["group"].map(recorded).to_numpy(dtype=bool)
    hidden = rows["withheld"].to_numpy(dtype=bool) | ((size < threshold) & (known | (size > 0)))
    hidden |= _leaves_few(rows, size, known, threshold)
    of_parts = known & (rows["area"] != whole_area).to_numpy()
    broad = rows.assign(strand=_BROAD, group=_coarser(rows))
    fine = known & (rows["strand"] == _FINE).to_numpy()
    of_strand = _family(rows, [each for each in KEY if each != "group"])
    families = [
        (_family(broad, KEY), fine, fine),
        (of_strand, known, known),
        (_family(rows, [each for each in KEY if each != "area"]), of_parts, of_parts),
    ]
    stays = rows["measure"].isin([name for name, each in MEASURES.items() if each.stays]).to_numpy()
    of_one = rows["unit"].isin(units.one_class()).to_numpy()
    for whole, parts in measures.classes():
        among = rows["measure"].isin(parts).to_numpy() & of_one
        families.append((_family(rows.assign(measure=whole), KEY), among, among & ~stays))
    one_of_both = _family(broad, KEY), known & rows["strand"].isin([_FINE, _BROAD]).to_numpy()
    before = -1
    while hidden.sum() > before:  # what one family hides may stand alone in another
        before = hidden.sum()
        for family, among, choice in families:
            hidden |= _next(family, size, hidden & among, choice & ~hidden, threshold)
        hidden |= _told_by_the_other(*one_of_both, fine, size, hidden)
        hidden |= _all_but_unrecorded(of_strand, known, size, hidden, threshold)
    return rows.assign(count=rows["count"].mask(hidden), withheld=hidden)


def _leaves_few(
    rows: pd.DataFrame, size: np.ndarray, known: np.ndarray, threshold: int
) -> np.ndarray:
    """Where is what remains of the whole, without this part of it, a small count?

    Not where the part is the whole in every place, so that it is so by what the two are:
    everybody accused was in a crime, and that nobody is left over tells nothing of anyone.
    """
    place = _family(rows, [each for each in KEY if each != "measure"])
    unit = pd.factorize(rows["unit"])[0]
    measure, names = pd.factorize(rows["measure"])
    at = [np.flatnonzero(measure == code) for code in range(len(names))]
    wholes = {name: measures.inside(name) for name in names}
    found = np.zeros(len(rows), dtype=bool)
    for whole, base_at in zip(names, at, strict=True):
        base = np.full(place.max(initial=-1) + 1, np.nan)
        base[place[base_at]] = size[base_at]
        for part, here in zip(names, at, strict=True):
            if whole in wholes[part]:
                left = base[place[here]] - size[here]
                some = np.bincount(unit[here], weights=left > 0)[unit[here]] > 0
                found[here] |= (left >= 0) & (left < threshold) & some & known[here]
    return found


def _coarser(rows: pd.DataFrame) -> np.ndarray:
    """The group of the broad scheme that each group is a part of, else its own name."""
    fine = (rows["strand"] == _FINE).to_numpy()
    broader = EXACT[_FINE, _BROAD]
    return np.where(fine, rows["group"].map(lambda g: broader.get(g, g)), rows["group"])


def _told_by_the_other(family, among, fine, size, hidden) -> np.ndarray:
    """A broad group whose only fine one is withheld; the smallest fine one where it is itself."""
    number = np.bincount(family, weights=fine)
    gone = np.bincount(family, weights=fine & hidden)
    broad = among & ~fine
    broad_gone = np.bincount(family, weights=broad & hidden) > 0
    found = broad & ((gone == number) & (number == 1))[family]
    at = np.flatnonzero(fine & (broad_gone & (gone == 0))[family])
    return found | _smallest(family, size, at)


def _all_but_unrecorded(family, known, size, hidden, threshold: int) -> np.ndarray:
    """Those not recorded, where all others are withheld and are few: a total would tell them."""
    total = np.bincount(family, weights=np.where(known, np.nan_to_num(size), 0.0))
    shown = np.bincount(family, weights=known & ~hidden)
    return ~known & ((shown == 0) & (total > 0) & (total < threshold))[family]


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
    return _smallest(family, size, np.flatnonzero(exposed[family] & shown))


def _smallest(family: np.ndarray, size: np.ndarray, at: np.ndarray) -> np.ndarray:
    """The smallest of these counts in each family."""
    found = np.zeros(len(size), dtype=bool)
    order = np.lexsort([size[at], family[at]])
    first = np.unique(family[at][order], return_index=True)[1]
    found[at[order][first]] = True
    return found
