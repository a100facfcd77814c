"""A notebook's own text as HTML: nothing in it is run, and nothing is loaded from elsewhere."""

from __future__ import annotations

import html
import re
from functools import cache

import mistune


class _Page(mistune.HTMLRenderer):
    """Headings below the page's own; a picture from elsewhere is its text."""

    def __init__(self, top: int) -> None:
        super().__init__(escape=True)
        self.top = top

    def heading(self, text: str, level: int, **attrs) -> str:
        deep = min(self.top + max(level - 1, 0), 6)
        return f"<h{deep}>{text}</h{deep}>\n"

    def image(self, text: str, url: str, title: str | None = None) -> str:
        if re.match(r"data:image/(png|jpeg|gif|svg\+xml)[;,]", url):
            return super().image(text, url, title)
        return html.escape(text)


@cache
def _parser(top: int) -> mistune.Markdown:
    return mistune.create_markdown(renderer=_Page(top), plugins=["table", "strikethrough"])


def to_html(text: str, *, top: int = 3) -> str:
    """This text as HTML, its first headings of level ``top``.

    >>> to_html("*one* <script>")
    '<p><em>one</em> &lt;script&gt;</p>\\n'
    """
    return str(_parser(top)(text))


def plain(text: str) -> str:
    """This text without its marks.

    >>> plain("**One** `two` <b>")
    'One two <b>'
    """
    return html.unescape(re.sub(r"<[^>]+>", "", to_html(text))).strip()
