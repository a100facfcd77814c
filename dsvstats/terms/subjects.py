"""What the counts are about: one entry for each subject, and crossed ones made from them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dsvstats.errors import one_of

AND = " & "


@dataclass(frozen=True)
class Subject:
    """One subject: its words, and how they stand with what is counted.

    ``acts``: the words name what was done, so that nothing stands after them ("victims of
    serious sexual offences"); ``killed``: it is a death. ``asked``: the board asks for it.
    ``inside``: the subjects that hold all of it.
    """

    words: str
    acts: bool = False
    killed: bool = False
    asked: bool = False
    crimes: str = ""
    inside: tuple[str, ...] = ()


SUBJECTS: dict[str, Subject] = {
    "all": Subject(""),
    "domestic_violence": Subject("domestic violence", asked=True),
    "serious_sexual_offences": Subject("serious sexual offences", acts=True, asked=True),
    "rape": Subject("rape", crimes="rapes", inside=("serious_sexual_offences",)),
    "honour_based_violence": Subject("honour-based violence"),
    "forced_marriage": Subject("forced marriage"),
    "lgbt": Subject("LGBT"),
    "bocu_sexual_offences": Subject("locally investigated sexual offences", acts=True),
    "other_sexual_offences": Subject("other sexual offences", acts=True),
    "grievous_bodily_harm": Subject(
        "grievous bodily harm", crimes="crimes of grievous bodily harm"
    ),
    "homicide": Subject("homicide", killed=True, crimes="homicides"),
    "domestic_homicide": Subject(
        "domestic homicide", killed=True, crimes="domestic homicides", inside=("homicide",)
    ),
    "dv_homicide": Subject(
        "domestic homicide",
        killed=True,
        crimes="domestic homicides",
        inside=("homicide", "domestic_violence"),
    ),
    "marac": Subject("MARAC"),
    "workforce": Subject("staff"),
    "victims_code": Subject("Victims' Code"),
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


def inside(name: str, held: Iterable[str]) -> list[str]:
    """Which of these subjects hold all of this one, and none of the others between them?

    >>> inside("domestic_violence & rape", ["domestic_violence", "rape", "serious_sexual_offences"])
    ['domestic_violence', 'rape']
    """
    above = {each: _above(each) for each in {*held, name}}
    wholes = [each for each in held if each != name and _holds(above, each, name)]
    return [
        each
        for each in wholes
        if not any(_holds(above, each, other) for other in wholes if other != each)
    ]


def _above(name: str) -> frozenset[str]:
    """The subject's own names, and those of all that hold it."""
    found = set(name.split(AND)) | {"all"}
    for part in name.split(AND):
        for whole in SUBJECTS[part].inside if part in SUBJECTS else ():
            found |= _above(whole)
    return frozenset(found)


def _holds(above: dict[str, frozenset[str]], whole: str, part: str) -> bool:
    """Is all of the part in the whole, and not the other way round?"""
    return set(whole.split(AND)) <= above[part] and not set(part.split(AND)) <= above[whole]


def crimes(name: str) -> str:
    """What are several crimes of this subject called?

    >>> crimes("domestic_violence"), crimes("serious_sexual_offences"), crimes("rape")
    ('domestic violence crimes', 'serious sexual offences', 'rapes')
    """
    first, *more = parts(name)
    if more:
        return f"crimes of both {' and '.join(each.words for each in (first, *more))}"
    return first.crimes or (first.words if first.acts else f"{first.words} crimes".strip())


def incidents(name: str) -> str:
    """What are several incidents of this subject called?

    >>> incidents("domestic_violence"), incidents("serious_sexual_offences")
    ('domestic violence incidents', 'incidents of serious sexual offences')
    """
    first, *more = parts(name)
    if more or first.acts or first.crimes:
        return f"incidents of {' and '.join(each.words for each in (first, *more))}"
    return f"{first.words} incidents".strip()
