"""How firm a finding is, as a reader sees it: a tag beside it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from dsvstats.estimates import verdicts


class Tag(NamedTuple):
    """A verdict as a reader sees it: its words, and the name of its style."""

    words: str
    style: str


TAGS: Mapping[str, Tag] = MappingProxyType(
    {
        verdicts.FIRM: Tag("Firm", "firm"),
        verdicts.NOT_FIRM: Tag("Not firm", "miss"),
        verdicts.CHANCE: Tag("Could be chance", "chance"),
        verdicts.NOT_KNOWN: Tag("Not known", "none"),
    }
)


def words(verdict: str) -> str:
    """What the tag of this verdict says.

    >>> words("not_firm"), words("")
    ('Not firm', '')
    """
    return TAGS[verdict].words if verdict in TAGS else ""


def html(verdict: str) -> str:
    """The tag of this verdict; nothing where nothing is compared.

    >>> html("firm"), html("")
    ('<span class="tag firm">Firm</span>', '')
    """
    if verdict not in TAGS:
        return ""
    return f'<span class="tag {TAGS[verdict].style}">{TAGS[verdict].words}</span>'
