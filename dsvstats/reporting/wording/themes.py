"""A theme in words: what is meant, what its evidence can tell, and what printed numbers say."""

from __future__ import annotations

import pandas as pd

from dsvstats.reporting.wording import numerals, phrases
from dsvstats.terms.schemes import SCHEMES
from dsvstats.terms.themes import Theme


def definition(theme: Theme) -> pd.DataFrame:
    """What is meant, from when the words are, and by what people are told apart.

    >>> from dsvstats.terms import themes
    >>> definition(themes.theme("older_people"))["Theme"].tolist()
    ['What is meant', 'From', 'Told by']
    """
    named = [SCHEMES[each].title.lower() for each in theme.told_by]
    told = {
        "What is meant": theme.definition,
        "From": theme.since,
        "Told by": phrases.joined(named),
    }
    return pd.DataFrame({"Theme": list(told), theme.title: list(told.values())})


def evidence(theme: Theme) -> pd.DataFrame:
    """What the evidence can and cannot support.

    >>> from dsvstats.terms import themes
    >>> evidence(themes.theme("older_people"))["This evidence"].unique().tolist()
    ['can tell', 'cannot tell']
    """
    told = [("can tell", each) for each in theme.can]
    told += [("cannot tell", each) for each in theme.cannot]
    return pd.DataFrame(told, columns=["This evidence", "What"])


def readings(held: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Shares that two printed numbers give, as a reader takes them.

    ``held`` has a row for each: what it ``says``, its ``count`` and what that is a part ``of``,
    ``estimate``, ``lower``, ``upper`` at ``level``, and ``source``.

    >>> told = {"says": "of them", "count": 32, "of": 145, "source": "a report"}
    >>> limits = {"estimate": 32 / 145, "lower": 0.161, "upper": 0.295}
    >>> readings(pd.DataFrame([told | limits])).iloc[0, :4].tolist()
    ['22%', 'them', '32 of 145', '16% to 30%']
    """
    value, low, high = (
        list(map(numerals.percent, held[each])) for each in ("estimate", "lower", "upper")
    )
    both = zip(held["count"], held["of"], strict=True)
    return pd.DataFrame(
        {
            "Share": value,
            "Of what": held["says"].str.removeprefix("of "),
            "Counts": [f"{part:,} of {whole:,}" for part, whole in both],
            f"{level:.0%} limits": [f"{a} to {b}" for a, b in zip(low, high, strict=True)],
            "Place": held["source"],
        }
    )
