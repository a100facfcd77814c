"""Plain text as a notebook shows it."""

from __future__ import annotations

import html
import re


class Words(str):
    """Plain text that a notebook shows as Markdown: paragraphs, and lines that start with "- ".

    >>> Words("a_b <c>")._repr_markdown_()
    'a\\\\_b &lt;c&gt;'
    """

    def _repr_markdown_(self) -> str:
        return "\n".join(map(_line, self.split("\n")))

    def __repr__(self) -> str:
        return str(self)


class Origin(str):
    """Where counts are from, in a line, and whether they are of made-up records.

    >>> Origin("a made-up extract", synthetic=True).synthetic
    True
    """

    synthetic: bool = False

    def __new__(cls, text: str, *, synthetic: bool = False) -> Origin:
        origin = super().__new__(cls, text)
        origin.synthetic = synthetic
        return origin


def _line(text: str) -> str:
    """A line as Markdown; the mark of an item in a list stays."""
    mark = "- " if text.startswith("- ") else ""
    return mark + _escaped(text.removeprefix(mark))


def _escaped(text: str) -> str:
    safe = re.sub(r"([\\`*_{}\[\]#|$~])", r"\\\1", html.escape(text, quote=False))
    return re.sub(r"^(\s*)([-+>]|\d+[.)])(?=\s)", r"\1\\\2", safe)
