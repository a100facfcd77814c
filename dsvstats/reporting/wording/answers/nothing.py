"""What is said where an area supplied nothing, and any real figure that there is all the same."""

from __future__ import annotations

from dsvstats.estimates.directions import HIGHER, LOWER
from dsvstats.estimates.verdicts import CHANCE, FIRM, NOT_KNOWN
from dsvstats.reporting import blocks
from dsvstats.reporting.wording import numerals
from dsvstats.reporting.wording.answers.about import About
from dsvstats.reporting.wording.answers.composing import Said, answer
from dsvstats.reporting.wording.answers.found import FEWEST, Found, Row, period, told
from dsvstats.terms import subjects

_SO = {HIGHER: "more than", LOWER: "fewer than"}


def supplied_none(about: About) -> blocks.Answer:
    """The area supplied no figures."""
    asked = len(about.asked)
    said = [
        Said(
            NOT_KNOWN,
            f"{about.area} supplied none of the {asked} figures that the board asked for",
            "Nothing can be checked",
        ),
        Said(NOT_KNOWN, "this is a gap in the evidence, not a sign of no harm"),
    ]
    return answer(about, f"{about.area} supplied no figures", said)


def killed(about: About, found: Found) -> list[Said]:
    """The domestic homicides in the area beside those expected at the rates of the whole.

    Fewer than ten are not told as a number.
    """
    if not about.of_killing:
        return []
    for row in found.rows("standardised ratio", versus="expected", area=about.area):
        if told(row):
            return [_killed(row)]
    return []


def _killed(row: Row) -> Said:
    so = _SO.get(row.way)
    verdict = FIRM if so else CHANCE
    crimes = subjects.crimes(row.subject)
    few = row.numerator < FEWEST
    many = "fewer than 10" if few else numerals.number(row.numerator)
    label = f"{crimes}, {row.start:%Y} to {row.end:%Y}, {row.denominator:.1f} expected"
    tile = None if few else blocks.Tile(many, label, verdict)
    why = f"There is no clear difference from {row.reference}'s rates"
    if so:
        why = f"That is {so} expected at {row.reference}'s rates, {row.denominator:.1f}"
    return Said(verdict, f"police list {many} {crimes}", why, period(row), tile)
