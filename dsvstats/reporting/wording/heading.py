"""How a page opens: its title, from when its figures are, and what may be done with it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from dsvstats.reporting import blocks
from dsvstats.reporting.wording import grouping, nouns, numerals, phrases
from dsvstats.reporting.wording.answers.about import QUESTIONS, About, title


def heading(
    about: About,
    question: str,
    cases: pd.DataFrame,
    *,
    whole: str = "",
    notice: str = "",
    source: str = "",
    supplied: Sequence[str] = (),
    missing: Sequence[str] = (),
) -> blocks.Opening:
    """What is this page about? Its title, the period and the base of its counts, any notice.

    >>> from dsvstats import counts
    >>> cases = counts.table("Lambeth", "victims", "crime", "gender", {"Female": 30, "Male": 9})
    >>> made = heading(About("Lambeth", "domestic_violence"), "disproportionality", cases)
    >>> made.title, made.period
    ('Lambeth: who is over-represented?', 'the year to March 2009')
    >>> made.base
    '39 victims and survivors of domestic violence crimes'
    >>> heading(About("Merton", "rape"), "attrition", counts.empty()).title
    'Merton, rape: where do cases fall away?'
    """
    named = title(
        question, area=about.area, subject=about.subject, role=about.role, theme=about.theme
    )
    return blocks.Opening(
        title=grouping.marked(named, cases, source),
        area=about.area,
        whole=whole,
        question=QUESTIONS[question],
        period=_periods(cases) or "nothing was supplied",
        base=_base(cases),
        source=source,
        notice=notice,
        supplied=tuple(supplied),
        missing=tuple(missing),
        theme=about.theme,
    )


def _periods(cases: pd.DataFrame) -> str:
    """The period of these counts, or how many there are, and from when to when."""
    periods = cases[["start", "end"]].drop_duplicates().sort_values(["end", "start"])
    if len(periods) <= 2:
        return phrases.joined(
            phrases.briefly(each.start, each.end) for each in periods.itertuples()
        )
    first, last = periods["start"].min(), periods["end"].max()
    return f"{len(periods)} periods from {phrases.date(first)} to {phrases.date(last)}"


def _base(cases: pd.DataFrame) -> str:
    """How many people are counted, where they are of one kind."""
    kinds = cases[["unit", "measure", "subject"]].drop_duplicates()
    if len(kinds) != 1 or (cases["strand"] == "all").all() or cases["withheld"].any():
        return ""
    most = cases.groupby("strand")["count"].sum().max()
    return f"{numerals.number(float(most))} {nouns.thing(*kinds.iloc[0])}"
