"""Estimates in words: what may be said, with its counts, its limits and its reference."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dsvstats import strands
from dsvstats.estimates import flags
from dsvstats.estimates.directions import HIGHER, LOWER
from dsvstats.reporting.wording import (
    comparisons,
    grouping,
    phrases,
    remarks,
    unrecorded,
    values,
)
from dsvstats.reporting.wording.statements import nothing
from dsvstats.reporting.wording.text import Words
from dsvstats.terms import units

(INDEPENDENT,) = remarks.said("assumes_independence")
(MINIMUM,) = remarks.said("minimum_recorded")
_PLAINER = {
    INDEPENDENT: (
        "the limits take the records as independent; where the same people recur they are too "
        "narrow"
    ),
    MINIMUM: "this is recorded only when someone asks, so a share is the least that it can be",
}


def sentence(estimates: pd.DataFrame, *, what: str = "", source: str = "") -> Words:
    """What do these estimates say? A sentence or a few for each strand or measure.

    Each gives its counts, its limits and what it is compared with, and states no direction but
    the estimate's own ``way``. Of several comparisons the first is told: the reference
    group, everyone else, the overall rate, the residents. Remarks that the statistic made
    follow, and what must be said of people counted once per record, of strands recorded only
    when someone asks, and of synthetic data. ``what`` names what was not supplied, if so.

    >>> from dsvstats import estimates
    >>> sentence(estimates.empty(), what="the arrest rate")
    Not supplied: the arrest rate.
    """
    if unrecorded.suppositions(estimates):
        return _unrecorded(estimates, source)
    held = grouping.families(estimates)
    if not held:
        return nothing(estimates, what, source)
    said, place = [], ""
    for rows in held:
        here = grouping.lead(rows, source)
        first, *more = comparisons.told(rows)
        first = f"{_heading(rows, len(held))}{first}"
        first = f"{here}, {first}" if here != place else first
        said.append(" ".join(map(phrases.closed, [first, *more])))
        place = here
    end = " ".join(map(phrases.closed, _ends(held)))
    lead = grouping.lead(held[0], source)
    if all((rows["statistic"] == "completeness").all() for rows in held):
        opened = [phrases.lower_first(each).removesuffix(".") for each in said]
        return Words(phrases.closed(phrases.joined(opened)), lead=lead)
    if len(said) > 1:
        bullets = "\n".join(f"- {each}" for each in said)
        return Words("\n\n".join(filter(None, [bullets, end])), lead=lead)
    return Words(" ".join(filter(None, [*said, end])), lead=lead)


def cautions(estimates: pd.DataFrame) -> list[str]:
    """What must be borne in mind of these estimates? The remarks that their sentence ends with.

    >>> from dsvstats import estimates
    >>> cautions(estimates.empty())
    []
    """
    if unrecorded.suppositions(estimates):
        return []
    return [phrases.closed(each) for each in _ends(grouping.families(estimates))]


def _ends(held: list[pd.DataFrame]) -> list[str]:
    """The remarks on all that was said, then those on some of it, with what they are on."""
    found: dict[str, list[str]] = {}
    for rows in held:
        strand = rows["strand"].iloc[0]
        name = rows["section"].iloc[0] if strand == "all" else phrases.strand_alone(strand)
        for remark in _remarks(rows):
            found.setdefault(remark, []).append(name)
    shared = [remark for remark, names in found.items() if len(names) == len(held)]
    some = [
        ": ".join(filter(None, [phrases.joined(dict.fromkeys(names)), remark]))
        for remark, names in found.items()
        if remark not in shared
    ]
    return shared + some


def brief(estimates: pd.DataFrame, *, what: str = "", source: str = "") -> Words:
    """What do these estimates say, in one sentence? The first finding, with its counts and limits.

    Of several strands or measures the first with a clear difference is told, else the first.

    >>> from dsvstats import estimates
    >>> brief(estimates.empty())
    Not supplied.
    """
    if unrecorded.suppositions(estimates):
        return Words(sentence(estimates, source=source).split("\n\n")[0])
    held = grouping.families(estimates)
    if not held:
        return nothing(estimates, what, source)
    clear = [r for r in held if r["way"].isin([HIGHER, LOWER]).any()]
    rows = (clear or held)[0]
    lead, first = grouping.lead(rows, source), comparisons.told(rows)[0]
    return Words(phrases.closed(f"{lead}, {_heading(rows, len(held))}{first}"), lead=lead)


def _unrecorded(estimates: pd.DataFrame, source: str) -> Words:
    """What the unrecorded could do, a paragraph for each strand."""
    sections: dict[str, list] = {}
    for band in unrecorded.bands(estimates):
        sections.setdefault(band.row.section, []).append(band)
    lead = grouping.lead(estimates, source)
    said: list[str] = []
    for held in sections.values():
        first, *more = unrecorded.told(held)
        text = f"by {phrases.strand(held[0].row.strand)}, {first}"
        said.append(" ".join(map(phrases.closed, [text if said else f"{lead}, {text}", *more])))
    return Words("\n\n".join(said), lead=lead)


def _heading(rows: pd.DataFrame, several: int) -> str:
    name = rows["strand"].iloc[0]
    if name == "all" or rows["statistic"].iloc[0] == "completeness":
        return ""
    compared = values.compared(next(rows.itertuples()))
    apart = rows["section"].iloc[0].removeprefix(strands.title(name)).removeprefix(", ")
    by = f"by {phrases.strand(name)}, " if compared or several > 1 else ""
    return by + (f"{apart}, " if apart else "")


def _remarks(rows: pd.DataFrame) -> list[str]:
    shared = grouping.shared_notes(rows)
    recorded = rows["statistic"] == "completeness"
    limited = rows["estimate"].notna() & rows["lower"].notna() & ~recorded
    allowed = (flags.has(rows["flags"], each) for each in ("dispersion", "assumes_independence"))
    silent = ~np.logical_or(*allowed)
    if (rows["unit"].isin(units.records()) & limited).any() and silent.all():
        shared.append(INDEPENDENT)
    asked = any(values.asked(row) for row in rows[~recorded].itertuples())
    if asked and not flags.has(rows["flags"], "minimum_recorded").any():
        shared.append(MINIMUM)
    return [_PLAINER.get(each, each) for each in shared]
