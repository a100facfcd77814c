"""An answer as a notebook shows it: headline figures, then each finding with how firm it is."""

from __future__ import annotations

from html import escape
from typing import Any

from dsvstats.estimates import verdicts
from dsvstats.reporting import blocks
from dsvstats.reporting.wording.text import Words

TAGS = {
    verdicts.FIRM: ("firm", "Firm"),
    verdicts.NOT_FIRM: ("miss", "Not firm"),
    verdicts.CHANCE: ("chance", "Could be chance"),
    verdicts.NOT_KNOWN: ("none", "Not known"),
}
"""The class and the words of each verdict's tag."""


def tag(verdict: str) -> str:
    """The tag that says how firm a finding is; nothing where nothing is compared.

    >>> tag("firm"), tag("")
    ('<span class="tag firm">Firm</span>', '')
    """
    if verdict not in TAGS:
        return ""
    kind, words = TAGS[verdict]
    return f'<span class="tag {kind}">{words}</span>'


class Answered:
    """An answer that a notebook shows, in HTML, Markdown and plain text, with its data beside it."""

    def __init__(self, answer: blocks.Answer) -> None:
        self.answer = answer

    def __repr__(self) -> str:
        told = [self.answer.headline, *filter(None, [self.answer.notice])]
        told += [f"- {_words(each)}" for each in self.answer.findings]
        told += [f"- {each.number}: {each.label}" for each in self.answer.tiles]
        return "\n".join(told)

    def _repr_markdown_(self) -> str:
        head, *rest = repr(self).split("\n")
        return "\n".join(["## The answer", "", f"**{Words(head)._repr_markdown_()}**", ""] + [
            Words(each)._repr_markdown_() for each in rest
        ])

    def _repr_html_(self) -> str:
        held = self.answer
        notice = f'<p class="notice">{escape(held.notice)}</p>' if held.notice else ""
        tiles = "".join(map(_tile, held.tiles))
        if tiles:
            tiles = f'<ul class="tiles" aria-label="Headline figures">{tiles}</ul>'
        return (
            f'<div class="answered">{notice}<h2>The answer</h2>'
            f'<p class="headline"><b>{escape(held.headline)}</b></p>{tiles}'
            f'<ol class="answer">{"".join(map(_finding, held.findings))}</ol></div>'
        )

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {
            "text/plain": repr(self),
            "text/markdown": self._repr_markdown_(),
            "text/html": self._repr_html_(),
            blocks.MIME: blocks.data(self.answer),
        }


def _words(finding: blocks.Finding) -> str:
    verdict = TAGS[finding.verdict][1] + ": " if finding.verdict in TAGS else ""
    return " ".join(filter(None, [verdict + finding.text, finding.why]))


def _tile(tile: blocks.Tile) -> str:
    return (
        f"<li><b>{escape(tile.number)}</b><span>{escape(tile.label)}</span>{tag(tile.verdict)}</li>"
    )


def _finding(finding: blocks.Finding) -> str:
    why = f' <span class="why">{escape(finding.why)}</span>' if finding.why else ""
    return f"<li>{tag(finding.verdict)} <span>{escape(finding.text)}{why}</span></li>"
