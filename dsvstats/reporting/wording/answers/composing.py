"""An answer from what was found: in order of rank, place and period once, synthetic data named."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from dsvstats.estimates.verdicts import FIRM, NOT_KNOWN
from dsvstats.reporting import blocks
from dsvstats.reporting.wording import phrases
from dsvstats.reporting.wording.answers.about import About

MOST_FIRM, MOST_DOUBTFUL, MOST_TILES = 3, 2, 5
_SYNTHETIC = "in synthetic data, "


@dataclass(frozen=True)
class Said:
    """One thing to say: a sentence without its capital and its stop, how firm it is, and why.

    ``period`` is that which it is about, and ``tile`` its figure, where it has one.
    """

    verdict: str
    text: str
    why: str = ""
    period: tuple | None = None
    tile: blocks.Tile | None = None


def answer(about: About, headline: str, said: Iterable[Said], tiles=()) -> blocks.Answer:
    """These findings as a page's answer: at most three firm, two doubtful, then what is unknown."""
    kept = _kept(list(said))
    found = list(_placed(about, kept))
    figures = [each.tile for each in kept if each.tile is not None] + list(tiles)
    notice = ""
    if about.synthetic:
        headline = f"Synthetic data: {_low(about, headline)}"
        figures = [replace(each, label=f"synthetic: {each.label}") for each in figures]
        notice = "These synthetic figures are made up and describe nobody."
    return blocks.Answer(
        headline=phrases.closed(headline),
        findings=tuple(found),
        tiles=tuple(figures[:MOST_TILES]),
        notice=notice,
    )


def _kept(said: list[Said]) -> list[Said]:
    firm, doubtful, unknown = 0, 0, 0
    kept = []
    for each in said:
        if each.verdict == FIRM:
            firm += 1
            keep = firm <= MOST_FIRM
        elif each.verdict == NOT_KNOWN:
            unknown += 1
            keep = unknown <= 2
        else:
            doubtful += 1
            keep = doubtful <= MOST_DOUBTFUL
        kept += [each] if keep else []
    if kept and kept[0].verdict == NOT_KNOWN:
        return kept
    return sorted(kept, key=lambda each: each.verdict == NOT_KNOWN)


def _placed(about: About, said: list[Said]) -> Iterable[blocks.Finding]:
    """Each with the place and the period that it does not share with the one before.

    A reason that was given already is not given again.
    """
    start = _SYNTHETIC if about.synthetic else ""
    place, period = True, None
    given: set[str] = set()
    for each in said:
        opening = ""
        if each.period is not None and each.period != period:
            where = f"in {about.area}, " if place else ""
            opening = f"{where}in {phrases.briefly(*each.period)}, "
            place, period = False, each.period
        why = "" if each.why in given else each.why
        given.add(each.why)
        yield blocks.Finding(
            verdict=each.verdict,
            text=phrases.closed(f"{start}{opening}{each.text}"),
            why=phrases.closed(f"{start}{_low(about, why)}") if why else "",
        )


def _low(about: About, text: str) -> str:
    """The text as it stands within a sentence about synthetic data, and elsewhere as it is."""
    named = text.startswith(about.area)
    return phrases.lower_first(text) if about.synthetic and not named else text


def listed(names: list[str], *, last: str = "and") -> str:
    """Things in a row, as a sentence lists them."""
    return phrases.joined(names, last=last)
