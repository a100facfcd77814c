"""What is said of counts, of what is missing, of contradictions, and of a page's own making."""

from __future__ import annotations

import pandas as pd

from dsvstats.reporting.wording import grouping, nouns, numerals, phrases
from dsvstats.reporting.wording.text import Words

_MOST = 6


def nothing(rows: pd.DataFrame, what: str = "", source: str = "") -> Words:
    """That there is nothing to say, and of what."""
    text = f"Not supplied: {what}." if what else "Not supplied."
    return Words(grouping.marked(text, rows, source))


def counted(cases: pd.DataFrame, *, source: str = "") -> Words:
    """What was counted, and for how many people was each strand recorded? Counts in words.

    >>> from dsvstats import counts
    >>> counted(counts.table("Wandsworth", "offences", "crime", "all", {"All": 1187}))
    In Wandsworth, in the 12 months to 31 March 2009, 1,187 domestic violence offences were counted.
    """
    rows = cases[cases["strand"] == "all"]
    if rows.empty:
        return nothing(cases, "", source)
    said = []
    for _, here in rows.groupby(["area", "start", "end"], sort=False):
        told = [_thing(row) for row in here.itertuples()]
        more = len(told) - _MOST
        told = told[:_MOST] + ([f"{numerals.word(more)} more counts"] if more > 0 else [])
        said.append(
            phrases.closed(f"{grouping.lead(here, source)}, {phrases.joined(told)} were counted")
        )
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
