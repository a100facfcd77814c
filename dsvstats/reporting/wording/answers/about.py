"""What a page's answer is about, and what it was made from, as the page hands it over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from dsvstats.reporting.wording import phrases
from dsvstats.terms import subjects

QUESTIONS = {
    "quality": "how good are the figures?",
    "disproportionality": "who is over-represented?",
    "attrition": "where do cases fall away?",
    "repeats": "who is harmed again?",
    "comparison": "is the service the same in every area?",
    "theme": "what do the records show?",
    "report": "what was the board told?",
}
"""What each page asks, in the words of its title."""
CHECKED, USUAL = "quality", "domestic_violence"


@dataclass(frozen=True)
class About:
    """Whom and what an answer is about.

    ``followed``: each case and each person is followed by an identifier, as in records, and not
    counted apart. ``asked``: the things that the board asked for, and whether each was supplied.
    ``stated``: rates printed as percentages (``published.stated``).
    """

    area: str
    subject: str
    role: str = "victims"
    measure: str = "crime"
    followed: bool = False
    synthetic: bool = False
    asked: Mapping[str, bool] = field(default_factory=dict)
    stated: pd.DataFrame = field(default_factory=pd.DataFrame)
    theme: str = ""
    """What a thematic session is about, as its title says it; ``theme_told``: of people of some
    groups of one strand; ``cannot``: what its evidence cannot tell; ``readings``: shares of printed
    numbers, each with what it says and its counts."""
    theme_told: bool = False
    cannot: tuple[str, ...] = ()
    readings: tuple[tuple[str, str, str], ...] = ()
    items: tuple[tuple[str, bool], ...] = ()
    """The items of the board's brief, and whether each was answered in numbers."""
    supplied: bool = True
    """Did the area supply any counts at all, of any subject?"""

    @property
    def crimes(self) -> str:
        """What the crimes are called: domestic violence crimes."""
        return subjects.crimes(self.subject)

    @property
    def incidents(self) -> str:
        """What the incidents are called: domestic violence incidents."""
        return subjects.incidents(self.subject)

    @property
    def words(self) -> str:
        """What was done: domestic violence."""
        return " and ".join(each.words for each in subjects.parts(self.subject))

    @property
    def of_killing(self) -> bool:
        """Do domestic homicides belong to what it is about?"""
        killed = any(each.killed for each in subjects.parts(self.subject))
        return killed or self.subject == USUAL

    def missing(self, *names: str) -> list[str]:
        """Which of these things were asked for and not supplied?"""
        return [each for each in names if not self.asked.get(each, False)]


def title(
    question: str, *, area: str, subject: str = "", role: str = "victims", theme: str = ""
) -> str:
    """What is this page called: its area, its subject where it is not the usual one, its question?

    >>> title("disproportionality", area="Wandsworth", subject="domestic_violence")
    'Wandsworth: who is over-represented?'
    >>> title("disproportionality", area="Barnet", subject="rape", role="accused")
    'Barnet, rape: who is over-represented among the accused?'
    >>> title("theme", area="London", theme="Older people")
    'London, older people: what do the records show?'
    """
    asks = QUESTIONS[question]
    if theme:
        return f"{area}, {phrases.lower_first(theme)}: {asks}"
    if question == "disproportionality" and role != "victims":
        asks = f"{asks.removesuffix('?')} among the {role}?"
    about = f", {' and '.join(each.words for each in subjects.parts(subject))}" if subject else ""
    shown = "" if subject in ("", USUAL) or question == CHECKED else about
    return f"{area}{shown}: {asks}"
