"""What is said of counts, of what is missing, of contradictions, and of a page's own making."""

from __future__ import annotations

import pandas as pd

from dsvstats.reporting.wording import grouping, phrases
from dsvstats.reporting.wording.text import Words

_MOST = 6


def nothing(rows: pd.DataFrame, what: str = "", source: str = "") -> Words:
    """That there is nothing to say, and of what."""
    text = f"Not supplied: {what}." if what else "Not supplied."
    return Words(grouping.marked(text, rows, source))


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


def _marked(text: str, source: str) -> str:
    return grouping.marked(text, pd.DataFrame(), source)
