"""The glossary's words: what each means, and which of them a page uses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from dsvstats import files
from dsvstats.reporting.evidence import markdown

_FILE = "GLOSSARY.md"
_HEADED = ("term", "meaning here")


@dataclass(frozen=True)
class Word:
    """A word of the glossary: its address there, its names, its meaning and where it is from."""

    name: str
    meaning: str
    source: str
    under: str

    @property
    def address(self) -> str:
        """Where it stands in the glossary."""
        return files.slug(self.name)

    @property
    def names(self) -> list[str]:
        """What it is called: several words may have one meaning."""
        plain = re.sub(r"\([^)]*\)", "", self.name)
        return [each.strip() for each in re.split("[,;]", plain) if each.strip()]


@cache
def words() -> tuple[Word, ...]:
    """All words of GLOSSARY.md, in its order.

    >>> [each.name for each in words()][:2]
    ['call', 'incident']
    """
    found, under, headed = [], "", False
    for line in files.shipped(_FILE).read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            under = line.removeprefix("## ").strip()
        cells = [each.strip() for each in line.strip().strip("|").split("|")]
        if not line.startswith("|"):
            headed = False
        elif tuple(cells[:2]) == _HEADED:
            headed = True
        elif headed and not line.startswith("|--"):
            meaning, source = map(markdown.plain, cells[1:3])
            found.append(Word(cells[0], meaning, source, under))
    return tuple(found)


@cache
def _pattern(word: Word) -> re.Pattern[str]:
    forms = "|".join(rf"{re.escape(each)}(?:s|es)?" for each in word.names)
    return re.compile(rf"(?<![\w-])(?:{forms})(?![\w-])", re.IGNORECASE)


def used(text: str) -> list[Word]:
    """Which of the glossary's words does this text use? By name.

    >>> [each.name for each in used("Rate ratios of 1,187 victim records")]
    ['risk ratio, rate ratio', 'victim record']
    """
    longest = sorted(words(), key=lambda each: -max(map(len, each.names)))
    left, found = text, []
    for each in longest:
        left, times = _pattern(each).subn(" ", left)
        if times:
            found.append(each)
    return sorted(found, key=lambda each: each.name.casefold())
