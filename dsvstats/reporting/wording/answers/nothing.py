"""What is said where an area supplied nothing, and any real figure that there is all the same."""

from __future__ import annotations

from dsvstats.estimates.directions import HIGHER, LOWER
from dsvstats.estimates.verdicts import CHANCE, FIRM, NOT_KNOWN
from dsvstats.reporting import blocks
from dsvstats.reporting.wording import numerals
from dsvstats.reporting.wording.answers.about import About
from dsvstats.reporting.wording.answers.composing import Said, answer
from dsvstats.reporting.wording.answers.found import Found, period, told
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
    """The domestic homicides in the area beside those expected at the rates of the whole."""
    for row in found.rows("standardised ratio", versus="expected", area=about.area):
        if not told(row):
            continue
        so = _SO.get(row.way)
        clear = f"{so} expected at {row.reference}'s rates"
        what = f"{numerals.number(row.numerator)} {subjects.crimes(row.subject)}"
        return [
            Said(
                FIRM if so else CHANCE,
                f"police list {what}, {clear}" if so else f"police list {what}",
                "" if so else f"There is no clear difference from {row.reference}'s rates",
                period(row),
                blocks.Tile(
                    numerals.number(row.numerator),
                    f"{subjects.crimes(row.subject)}, {row.start:%Y} to {row.end:%Y}, "
                    f"{row.denominator:.1f} expected",
                    FIRM if so else CHANCE,
                ),
            )
        ]
    return []
