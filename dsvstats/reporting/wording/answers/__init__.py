"""A page's answer: chosen from everything that the page found, and ranked."""

from __future__ import annotations

import pandas as pd

from dsvstats.errors import one_of
from dsvstats.reporting import blocks
from dsvstats.reporting.wording.answers import (
    comparing,
    contrasts,
    quality,
    repeats,
    reports,
    stages,
    themes,
)
from dsvstats.reporting.wording.answers.about import QUESTIONS, About, title
from dsvstats.reporting.wording.answers.found import sort

__all__ = ["QUESTIONS", "About", "answered", "title"]

_ANSWERED = {
    "quality": quality.how_good,
    "disproportionality": contrasts.over_represented,
    "attrition": stages.falling_away,
    "repeats": repeats.harmed_again,
    "comparison": comparing.side_by_side,
    "theme": themes.session,
    "report": reports.told_the_board,
}


def answered(question: str, about: About, *found: pd.DataFrame) -> blocks.Answer:
    """What does this page answer? Its headline, its findings by rank, its headline figures.

    ``found`` is everything that the page found: estimates, counts, findings of the checks. What
    each is tells itself by its columns, so that their order does not matter.

    >>> from dsvstats import estimates
    >>> about = About("Barnet", "domestic_violence", asked={"crime": False}, supplied=False)
    >>> answered("quality", about, estimates.empty()).headline
    'Barnet supplied no figures.'
    """
    one_of(QUESTIONS, question, where="question", rule="a question of a page")
    return _ANSWERED[question](about, sort(found))
