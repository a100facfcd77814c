"""What the counts are about: one entry for each subject, and crossed ones made from them."""

from __future__ import annotations

from dataclasses import dataclass

from dsvstats.errors import one_of

AND = " & "


@dataclass(frozen=True)
class Subject:
    """One subject: its words, and how they stand with what is counted.

    ``acts``: the words name what was done, so that nothing stands after them ("victims of
    serious sexual offences"); ``killed``: it is a death. ``asked``: the board asks for it.
    """

    words: str
    acts: bool = False
    killed: bool = False
    asked: bool = False


SUBJECTS: dict[str, Subject] = {
    "all": Subject(""),
    "domestic_violence": Subject("domestic violence", asked=True),
    "serious_sexual_offences": Subject("serious sexual offences", acts=True, asked=True),
    "rape": Subject("rape"),
    "honour_based_violence": Subject("honour-based violence"),
    "forced_marriage": Subject("forced marriage"),
    "lgbt": Subject("LGBT"),
    "bocu_sexual_offences": Subject("borough-investigated sexual offences", acts=True),
    "other_sexual_offences": Subject("other sexual offences", acts=True),
    "grievous_bodily_harm": Subject("grievous bodily harm"),
    "homicide": Subject("homicide", killed=True),
    "domestic_homicide": Subject("domestic homicide", killed=True),
    "dv_homicide": Subject("domestic homicide", killed=True),
    "population": Subject("population"),
    "residents": Subject("population"),  # as a researcher's own tables are likely to say
}
"""Each subject by its name; two at once are joined by " & "."""


def known(name: str, *, where: str = "subject") -> str:
    """The same name, if it is a subject's or of several; else an error that lists the near ones.

    >>> known("domestic_violence & rape")
    'domestic_violence & rape'
    """
    for part in name.split(AND):
        one_of(SUBJECTS, part, where=where, rule="a subject, or several joined by ' & '")
    return name


def parts(name: str) -> list[Subject]:
    """Which subjects is this made of? One that is not listed has the words of its name.

    >>> [each.words for each in parts("rape & domestic_violence")]
    ['rape', 'domestic violence']
    """
    return [SUBJECTS.get(part, Subject(part.replace("_", " "))) for part in name.split(AND)]
