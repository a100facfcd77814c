"""Estimates in words: what may be said, with its counts, its limits and its reference."""

from __future__ import annotations

import html
import re

import numpy as np
import pandas as pd

from dsvstats import strands
from dsvstats.estimates import flags
from dsvstats.estimates.directions import HIGHER, LOWER
from dsvstats.reporting.tables import Table, listing
from dsvstats.reporting.wording import (
    comparisons,
    grouping,
    nouns,
    numerals,
    phrases,
    remarks,
    unrecorded,
    values,
)
from dsvstats.reporting.wording.headlines import headline, subtitle
from dsvstats.terms import units

__all__ = [
    "Words",
    "answer",
    "brief",
    "counted",
    "findings",
    "headline",
    "not_supplied",
    "provenance",
    "sentence",
    "subtitle",
]


_MOST = 6
INDEPENDENT = remarks.WORDS["assumes_independence"]
MINIMUM = remarks.WORDS["minimum_recorded"]
_PLAINER = {
    INDEPENDENT: (
        "the limits take the records as independent; where the same people recur they are too "
        "narrow"
    ),
    MINIMUM: "this is recorded only when someone asks, so a share is the least that it can be",
}


class Words(str):
    """Plain text that a notebook shows as Markdown: paragraphs, and lines that start with "- ".

    ``lead`` is the place and period that it opens with, if any.

    >>> Words("a_b <c>")._repr_markdown_()
    'a\\\\_b &lt;c&gt;'
    """

    lead: str = ""

    def __new__(cls, text: str = "", *, lead: str = "") -> Words:
        words = super().__new__(cls, text)
        words.lead = lead
        return words

    def _repr_markdown_(self) -> str:
        lines = [re.match(r"(- )?(.*)", line, re.DOTALL).groups() for line in self.split("\n")]
        return "\n".join((mark or "") + _escaped(text) for mark, text in lines)

    def __repr__(self) -> str:
        return str(self)


def _escaped(text: str) -> str:
    safe = re.sub(r"([\\`*_{}\[\]#|$~])", r"\\\1", html.escape(text, quote=False))
    return re.sub(r"^(\s*)([-+>]|\d+[.)])(?=\s)", r"\1\\\2", safe)


def sentence(estimates: pd.DataFrame, *, what: str = "", source: str = "") -> Words:
    """What do these estimates say? A sentence or a few for each strand or measure.

    Each gives its counts, its limits and what it is compared with, and states a direction only
    where ``direction`` allows one. Of several comparisons the first is told: the reference
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
        return _nothing(estimates, what, source)
    said, place = [], ""
    for rows in held:
        here = _lead(rows, source)
        first, *more = comparisons.told(rows)
        first = f"{_heading(rows, len(held))}{first}"
        first = f"{here}, {first}" if here != place else first
        said.append(" ".join(map(phrases.closed, [first, *more])))
        place = here
    end = " ".join(map(phrases.closed, _ends(held)))
    lead = _lead(held[0], source)
    if all((rows["statistic"] == "completeness").all() for rows in held):
        opened = [phrases.lower_first(each).removesuffix(".") for each in said]
        return Words(phrases.closed(phrases.joined(opened)), lead=lead)
    if len(said) > 1:
        bullets = "\n".join(f"- {each}" for each in said)
        return Words("\n\n".join(filter(None, [bullets, end])), lead=lead)
    return Words(" ".join(filter(None, [*said, end])), lead=lead)


def _ends(held: list[pd.DataFrame]) -> list[str]:
    """The remarks on all that was said, then those on some of it, with what they are on."""
    found: dict[str, list[str]] = {}
    for rows in held:
        strand = rows["strand"].iloc[0]
        name = rows["section"].iloc[0] if strand == "all" else phrases.strand(strand).split(" (")[0]
        for remark in _remarks(rows):
            found.setdefault(remark, []).append(name)
    shared = [remark for remark, names in found.items() if len(names) == len(held)]
    some = [
        ": ".join(filter(None, [phrases.joined(dict.fromkeys(names)), remark]))
        for remark, names in found.items()
        if remark not in shared
    ]
    return shared + some


def _nothing(rows: pd.DataFrame, what: str, source: str) -> Words:
    text = f"Not supplied: {what}." if what else "Not supplied."
    return Words(grouping.marked(text, rows, source))


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
        return _nothing(estimates, what, source)
    clear = [r for r in held if r["way"].isin([HIGHER, LOWER]).any()]
    rows = (clear or held)[0]
    lead, first = _lead(rows, source), comparisons.told(rows)[0]
    return Words(phrases.closed(f"{lead}, {_heading(rows, len(held))}{first}"), lead=lead)


def _unrecorded(estimates: pd.DataFrame, source: str) -> Words:
    """What the unrecorded could do, a paragraph for each strand."""
    sections: dict[str, list] = {}
    for band in unrecorded.bands(estimates):
        sections.setdefault(band.row.section, []).append(band)
    lead = _lead(estimates, source)
    said = []
    for held in sections.values():
        first, *more = unrecorded.told(held)
        text = f"by {phrases.strand(held[0].row.strand)}, {first}"
        said.append(" ".join(map(phrases.closed, [text if said else f"{lead}, {text}", *more])))
    return Words("\n\n".join(said), lead=lead)


def _lead(rows: pd.DataFrame, source: str) -> str:
    first = rows.iloc[0]
    parts = ["in synthetic data"] if grouping.synthetic(rows, source) else []
    if rows["area"].nunique() == 1:
        parts.append(f"in {phrases.place(first['area'])}")
    if len(rows[["start", "end"]].drop_duplicates()) == 1:
        parts.append(phrases.during(first["start"], first["end"]))
    return ", ".join(parts) or "in the periods shown"


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


def answer(*said: str) -> Words:
    """The answer at the head of a page, from the sentences made for its questions.

    Repeats are left out, "not supplied" is said once, and so are the place and period that a
    sentence shares with the one before.

    >>> answer("A is 1 of 2.", "B is 2 of 3.", "Not supplied.", "Not supplied.")
    A is 1 of 2. B is 2 of 3. Not supplied.
    """
    each = said[0] if len(said) == 1 and not isinstance(said[0], str) else said
    kept, place = {}, ""
    for text in each:
        lead = getattr(text, "lead", "")
        opening = f"{phrases.upper_first(lead)}, "
        body = str(text).strip()
        plain = lead and lead == place and body.startswith(opening)
        kept[phrases.upper_first(body.removeprefix(opening)) if plain else body] = None
        place = lead
    kept.pop("", None)
    parted = "\n\n" if any("\n" in text for text in kept) else " "
    return Words(parted.join(kept) or "Not supplied.")


def counted(cases: pd.DataFrame, *, source: str = "") -> Words:
    """What was counted, and for how many people was each strand recorded? Counts in words.

    >>> from dsvstats import counts
    >>> counted(counts.table("Wandsworth", "offences", "crime", "all", {"All": 1187}))
    In Wandsworth, in the 12 months to 31 March 2009, 1,187 domestic violence offences were counted.
    """
    rows = cases[cases["strand"] == "all"]
    if rows.empty:
        return _nothing(cases, "", source)
    said = []
    for _, here in rows.groupby(["area", "start", "end"], sort=False):
        told = [_thing(row) for row in here.itertuples()]
        more = len(told) - _MOST
        told = told[:_MOST] + ([f"{numerals.word(more)} more counts"] if more > 0 else [])
        said.append(phrases.closed(f"{_lead(here, source)}, {phrases.joined(told)} were counted"))
    return Words(" ".join(said))


def _thing(row) -> str:
    variant = phrases.definition(row.definition)
    named = nouns.thing(row.unit, row.measure, row.subject) + (f" ({variant})" if variant else "")
    if row.withheld:
        return f"a withheld number of {named}"
    number = "an unstated number of" if row.count is pd.NA else numerals.number(float(row.count))
    return f"{number} {named}"


def not_supplied(what, *, area: str = "", source: str = "") -> Words:
    """What was not supplied? One thing or a list, in a sentence; nothing missing is said too.

    >>> not_supplied(["religion", "disability"], area="Merton")
    Merton did not supply religion and disability.
    >>> not_supplied([])
    Nothing asked for is missing.
    """
    wanted = [what] if isinstance(what, str) else [str(each) for each in what]
    said = f"Not supplied: {phrases.joined(wanted)}."
    if not wanted:
        said = "Nothing asked for is missing."
    elif area:
        said = f"{phrases.place(area)} did not supply {phrases.joined(wanted)}."
    return Words(_marked(said, source))


def findings(found: pd.DataFrame, *, source: str = "") -> Words:
    """What contradicts itself in what was supplied? How many findings, of which rules.

    >>> findings(pd.DataFrame(columns=["rule", "table_id", "suggestion"]))
    What was supplied does not contradict itself: there are no findings.
    """
    if found.empty:
        said = "What was supplied does not contradict itself: there are no findings."
        return Words(_marked(said, source))
    rules = found["rule"].value_counts(sort=False).sort_values(ascending=False, kind="stable")
    listed = [f"{phrases.lower_first(phrases.rule(rule))} ({n:,})" for rule, n in rules.items()]
    mended = int((found["suggestion"].fillna("").astype("str") != "").sum())
    tables = numerals.counted(found["table_id"].nunique(), "table")
    few = phrases.joined(listed[:4] + ([f"others ({len(listed) - 4})"] if len(listed) > 4 else []))
    said = (
        f"There {'is' if len(found) == 1 else 'are'} {numerals.counted(len(found), 'finding')} in "
        f"{tables}: {few}. For {numerals.word(mended)} of them one change would mend the table."
    )
    return Words(_marked(said, source))


def _marked(text: str, source: str) -> str:
    return grouping.marked(text, pd.DataFrame(), source)


def provenance(
    parameters: dict, *, sources=(), checksums: dict | None = None, version: str = ""
) -> Table:
    """What was this page made from? Parameters, sources, checksums and the package's version."""
    lines = [("Package version", f"dsvstats {version}".strip())] if version else []
    given = {name: value for name, value in parameters.items() if value != ""}
    lines += [(f"Parameter {name}", str(value)) for name, value in given.items()]
    listed = [sources] if isinstance(sources, str) else list(sources)
    lines += [("Source", str(each)) for each in listed]
    lines += [(f"Checksum of {name}", str(value)) for name, value in (checksums or {}).items()]
    return listing(
        pd.DataFrame(lines, columns=["What", "Value"]), caption="What this page was made from"
    )
