"""Plain text as a notebook shows it, and the answer that a page opens with."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from typing import Self

from dsvstats.reporting.wording import phrases


class Words(str):
    """Plain text that a notebook shows as Markdown: paragraphs, and lines that start with "- ".

    ``lead`` is the place and period that it opens with, if any.

    >>> Words("a_b <c>")._repr_markdown_()
    'a\\\\_b &lt;c&gt;'
    """

    lead: str = ""

    def __new__(cls, text: str = "", *, lead: str = "") -> Self:
        words = super().__new__(cls, text)
        words.lead = lead
        return words

    def _repr_markdown_(self) -> str:
        return "\n".join(map(_line, self.split("\n")))

    def __repr__(self) -> str:
        return str(self)


def _line(text: str) -> str:
    """A line as Markdown; the mark of an item in a list stays."""
    mark = "- " if text.startswith("- ") else ""
    return mark + _escaped(text.removeprefix(mark))


def _escaped(text: str) -> str:
    safe = re.sub(r"([\\`*_{}\[\]#|$~])", r"\\\1", html.escape(text, quote=False))
    return re.sub(r"^(\s*)([-+>]|\d+[.)])(?=\s)", r"\1\\\2", safe)


def answer(*said: str | Iterable[str]) -> Words:
    """The answer at the head of a page, from the sentences made for its questions.

    Repeats are left out, "not supplied" is said once, and so are the place and period that a
    sentence shares with the one before.

    >>> answer("A is 1 of 2.", "B is 2 of 3.", "Not supplied.", "Not supplied.")
    A is 1 of 2. B is 2 of 3. Not supplied.
    """
    each = said[0] if len(said) == 1 and not isinstance(said[0], str) else said
    kept: dict[str, None] = {}
    place = ""
    for text in each:
        lead = getattr(text, "lead", "")
        opening = f"{phrases.upper_first(lead)}, "
        body = str(text).strip()
        plain = lead and lead == place and body.startswith(opening)
        kept[phrases.upper_first(body.removeprefix(opening)) if plain else body] = None
        place = lead
    kept.pop("", None)
    parted = "\n\n" if any("\n" in text for text in kept) else " "
    return Words(parted.join(kept) or "Not supplied.")
