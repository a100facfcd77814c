"""Every group of a scheme has its row, or none: which rows does a table lack?"""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pandas as pd

from dsvstats import strands
from dsvstats.counts import KEY, codes
from dsvstats.strands import CROSSED, NOT_RECORDED, UNRECORDED
from dsvstats.terms.schemes import ALL, SCHEMES

TABLE = [each for each in KEY if each != "group"]


def missing(cases: pd.DataFrame) -> pd.DataFrame:
    """Rows for the groups of a scheme that a table does not list, each with no count.

    A table is the rows of one key but for the group. Those of other ages than the scheme has
    are the bands that are told anywhere in the frame. Where everyone is counted too, or
    some table of the strand says how many are not recorded, those are a group as well. Tables
    with groups that stand for several others are left as they are.

    >>> from dsvstats import counts
    >>> cases = counts.table("Barnet", "victims", "crime", "gender", {"Female": 12})
    >>> missing(cases)[["group", "withheld"]].values.tolist()
    [['Male', True]]
    """
    listed = cases[(cases["strand"] != "all").to_numpy()]
    if listed.empty:
        return cases.iloc[:0]
    (table,) = codes([listed], TABLE)
    first = np.unique(table, return_index=True)[1]
    pair, pairs = pd.factorize(pd.MultiIndex.from_frame(listed[["strand", "group"]]))
    names = listed["strand"].to_numpy()[first]
    totalled = _totalled(cases, listed.iloc[first])
    ages = {band for pair_of in pairs for band in _ages(*pair_of)}
    parts = []
    for strand in pd.unique(names):
        here = np.flatnonzero(names == strand)
        of = np.isin(table, here)
        held = {pairs[number][1] for number in np.unique(pair[of])}
        whole = _groups(strand, held, ages)
        parts += list(_of_strand(listed[of], table[of], here, strand, held, whole, totalled))
    found = [cases.iloc[:0], *(_as_rows(listed, first, *part) for part in parts if len(part[0]))]
    return pd.concat(found, ignore_index=True)


def _totalled(cases: pd.DataFrame, tables: pd.DataFrame) -> np.ndarray:
    """Is everyone counted too, beside each of these tables?"""
    whole = [each for each in TABLE if each != "strand"]
    everyone = cases[(cases["strand"] == "all").to_numpy()]
    of, held = codes([tables, everyone], whole)
    return np.isin(of, held)


def _of_strand(rows, table, here, strand: str, held: set[str], whole, totalled):
    """The tables and groups that lack a row, for each group of this strand."""
    groups = rows["group"].to_numpy()
    if strand == "reports":
        yield from _of_list(groups, table, here)
        return
    merged = {each for part in strands.parts(strand) for each in _merged(part)}
    left_alone = np.unique(table[np.isin(groups, list(merged))])
    seen = NOT_RECORDED in {part for group in held for part in group.split(CROSSED)}
    for group in whole:
        unsaid = any(part in UNRECORDED for part in group.split(CROSSED))
        among = here[totalled[here]] if unsaid and not (seen and CROSSED in strand) else here
        has = table[groups == group]
        if unsaid:  # what a table leaves out of its total says as much
            has = np.concatenate([has, table[np.isin(groups, UNRECORDED)]])
        yield np.setdiff1d(among, np.concatenate([has, left_alone])), group


def _of_list(groups, table, here):
    """A list by number of reports goes from 1 to its highest number without a gap."""
    number = np.array([int(str(group).rstrip("+")) for group in groups])
    for each in range(1, int(number.max(initial=0))):
        has = table[number == each]
        longer = np.unique(table[number > each])
        yield np.setdiff1d(longer, has), str(each)


def _merged(part: str) -> tuple[str, ...]:
    return SCHEMES[part].merged if part in SCHEMES else ()


def _ages(strand: str, group: str) -> list[str]:
    """The age bands of this group."""
    pairs = zip(strands.parts(strand), group.split(CROSSED), strict=True)
    return [each for part, each in pairs if part == "age" and strands.recorded(each)]


def _groups(strand: str, held: set[str], ages: set[str]) -> list[str]:
    """Every group of the strand, those not recorded last: of all ages that are told somewhere."""
    parts = strands.parts(strand)
    lists = []
    for place, part in enumerate(parts):
        if part == "age":
            own = {group.split(CROSSED)[place] for group in held}
            bands = ages if _apart(sorted(ages)) else own
            groups = [each for each in strands.ordered("age", bands) if strands.recorded(each)]
            groups = _without_gaps(groups) if _apart(groups) else []
        else:
            groups = [each for each in SCHEMES[part].groups if each not in _merged(part)]
        lists.append([*groups, NOT_RECORDED])
    return [CROSSED.join(each) for each in product(*lists)]


def _apart(groups: list[str]) -> bool:
    """Do these bands leave each other out?"""
    edges = sorted(edge for each in groups if (edge := strands.band(each)))
    return len(edges) == len(groups) and all(one[1] < other[0] for one, other in pairwise(edges))


def _without_gaps(groups: list[str]) -> list[str]:
    """These age bands, and those between them that none of them holds."""
    edges = [edge for each in groups if (edge := strands.band(each))]
    gaps = [(one[1] + 1, other[0] - 1) for one, other in pairwise(edges)]
    more = [f"{low:.0f}-{high:.0f}" if low < high else f"{low:.0f}" for low, high in gaps]
    held = [each for each, (low, high) in zip(more, gaps, strict=True) if low <= high]
    return strands.ordered("age", [*groups, *held])


def _as_rows(listed: pd.DataFrame, first: np.ndarray, tables, group: str) -> pd.DataFrame:
    rows = listed.iloc[first[tables]].assign(group=group, withheld=True)
    return rows.assign(count=pd.array([None] * len(rows), dtype="Int64"))


def empty_tables(cases: pd.DataFrame, *, threshold: int) -> np.ndarray:
    """Which rows are of a table by strand that shows nothing of the threshold or above?

    Their absence says no more than that they are withheld, or that there is nobody at all.
    """
    (table,) = codes([cases], TABLE)
    shows = (cases["count"].fillna(0) >= threshold).to_numpy(bool) & ~cases["withheld"].to_numpy()
    some = np.bincount(table, weights=shows, minlength=table.max(initial=-1) + 1) > 0
    return ~some[table] & (cases["strand"] != "all").to_numpy() & (cases["group"] != ALL).to_numpy()
