"""One finding of an extract, in words that give nobody away."""

from __future__ import annotations

import re

import pandas as pd

from dsvstats.errors import near
from dsvstats.sources.extract.rules import Rule

COLUMNS = ["file", "row", "column", "value", "rule", "mend", "found", "blocks"]
_LONGEST = 40
_SIZES = ((10, "a few"), (100, "tens of"), (1000, "hundreds of"), (float("inf"), "thousands of"))
_SHORT = {
    *("f", "m", "u", "x", "y", "n", "t", "yes", "no", "true", "false", "none", "null", "nan"),
    *("n/a", "n/k", "unk", "not known", "refused", "declined", "other", "-", "?", "."),
}


def finding(file: str, row, rule: Rule, cell, days=None) -> dict:
    """One finding. A cell is shown by its shape: it may hold what nobody else may see."""
    text = None if cell is None or pd.isna(cell) else str(cell)
    apart = days is not None and pd.notna(days)
    return {
        "file": file,
        "row": None if row is None else int(row),
        "column": rule.column,
        "value": _before(abs(int(days))) if apart else shape(text),
        "rule": rule.rule,
        "mend": rule.mend if apart else _mend(rule, text),
        "found": 1,
        "blocks": rule.blocks,
    }


def shape(text: str | None) -> str:
    """What does this cell look like? Letters as a, digits as 9; common short words as they are.

    >>> shape("Smith-Jones"), shape("01/10/2008"), shape("F"), shape("212"), shape(None)
    ('Aaaaa-Aaaaa', '99/99/9999', 'F', '999', 'empty')
    """
    if text is None or not text.strip():
        return "empty"
    if text.strip().casefold() in _SHORT:
        return text.strip()
    plain = re.sub(r"[^\W\d_]", lambda letter: "A" if letter[0].isupper() else "a", text)
    plain = re.sub(r"[^Aa9 .,:;/()=+<>@'\"&#*_-]", "?", re.sub(r"\d", "9", plain))
    return plain if len(plain) <= _LONGEST else plain[: _LONGEST - 1] + "…"


def _before(days: int) -> str:
    """How long before, without the number, which may tell of whom."""
    size = next(word for most, word in _SIZES if days < most)
    return f"{size} days before"


def _mend(rule: Rule, text: str | None) -> str:
    """A nearer mend, where the cell tells: what the code may have been, or what Excel did."""
    word = (text or "").strip()
    if word[:1] in ("=", "+", "@"):
        return "a formula: paste the cells as values"
    if rule.codes and word:
        guess = near(word, list(rule.codes))
        return f"{guess} {rule.mend}" if guess.startswith("did") else rule.mend
    if re.fullmatch(r"\d{5}(\.0)?", word) and "day" in rule.rule:
        return "looks like Excel's number of a day: format the column as a date and export it again"
    if re.fullmatch(r"\d{1,2}([/.-])\d{1,2}\1\d{4}.*", word) and "day" in rule.rule:
        return 'say dates: "%d/%m/%Y" in YAML, if that is their form in every row'
    return rule.mend
