"""How a page opens and what it answers, as a notebook shows them."""

from __future__ import annotations

from html import escape

from dsvstats.reporting import blocks, markup, tags
from dsvstats.reporting.displayed import Displayed
from dsvstats.reporting.wording import phrases


def opened(opening: blocks.Opening) -> Displayed:
    """A page's opening: its title, then period, base and source in a line, then any notice.

    It brings the style of all that a notebook shows below it.

    >>> opened(blocks.Opening("Merton: who is harmed again?", "Merton", "London", "", "2009"))
    Merton: who is harmed again?
    2009.
    """
    source = f"Source: {opening.source}" if opening.source else ""
    line = " ".join(map(phrases.closed, filter(None, (opening.period, opening.base, source))))
    told = [opening.title, *filter(None, (line, opening.notice))]
    title, *rest = map(escape, told)
    html = f"<style>{markup.style()}</style><h2>{title}</h2>" + "".join(
        f"<p>{each}</p>" for each in rest
    )
    return Displayed(opening, html, "\n".join(told))


def shown(answer: blocks.Answer) -> Displayed:
    """A page's answer: its headline, its figures, and each finding with how firm it is.

    >>> shown(blocks.Answer("Barnet supplied no figures."))
    Barnet supplied no figures.
    """
    told = [answer.headline, *filter(None, [answer.notice])]
    told += [f"- {_words(each)}" for each in answer.findings]
    told += [f"- {each.number}: {each.label}" for each in answer.tiles]
    return Displayed(answer, _html(answer), "\n".join(told))


def _html(answer: blocks.Answer) -> str:
    notice = f'<p class="notice">{escape(answer.notice)}</p>' if answer.notice else ""
    tiles = "".join(map(_tile, answer.tiles))
    if tiles:
        tiles = f'<ul class="tiles" aria-label="Headline figures">{tiles}</ul>'
    return (
        f'<h2>The answer</h2>{notice}<p class="headline"><b>{escape(answer.headline)}</b></p>'
        f'{tiles}<ol class="answer">{"".join(map(_finding, answer.findings))}</ol>'
    )


def _words(finding: blocks.Finding) -> str:
    verdict = tags.words(finding.verdict)
    text = f"{verdict}: {finding.text}" if verdict else finding.text
    return " ".join(filter(None, [text, finding.why]))


def _tile(tile: blocks.Tile) -> str:
    return (
        f"<li><b>{escape(tile.number)}</b><span>{escape(tile.label)}</span>"
        f"{tags.html(tile.verdict)}</li>"
    )


def _finding(finding: blocks.Finding) -> str:
    why = f' <span class="why">{escape(finding.why)}</span>' if finding.why else ""
    return f"<li>{tags.html(finding.verdict)} <span>{escape(finding.text)}{why}</span></li>"
