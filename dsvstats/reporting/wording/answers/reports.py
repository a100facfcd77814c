"""What was the board told? The brief's main numbers, and how much of it was answered."""

from __future__ import annotations

from dsvstats.estimates.verdicts import FIRM, NOT_KNOWN
from dsvstats.reporting import blocks
from dsvstats.reporting.wording import nouns, numerals, rounding
from dsvstats.reporting.wording.answers.about import About
from dsvstats.reporting.wording.answers.composing import Said, answer, listed
from dsvstats.reporting.wording.answers.found import FEWEST, Found, Row, period, told
from dsvstats.terms import chains, measures, units

_FIRST = (chains.DETECTION, "caution", "no_crime_or_crime_related_incident", "repeat_crime")
_COMPLETE = "Counts are complete"


def told_the_board(about: About, found: Found) -> blocks.Answer:
    """How much of the brief was answered, with which main numbers, and what was not."""
    given = [asks for asks, there in about.items if there]
    many = f"{len(given)} of the {len(about.items)} things that the board asks for"
    if not given:
        said = [Said(NOT_KNOWN, f"{about.area} answered none of {many.partition(' of ')[2]}")]
        return answer(about, f"{about.area} told the board nothing in numbers", said)
    said = _volume(about, found) + [_rate(row) for row in _rates(about, found)]
    left = [asks for asks, there in about.items if not there]
    if left:
        text = f"nothing was supplied on {len(left)} of the {len(about.items)}"
        said.append(Said(NOT_KNOWN, text, "Each is named under its question"))
    return answer(about, f"{about.area} answered {many}", said)


def _volume(about: About, found: Found) -> list[Said]:
    """How many incidents and crimes of domestic violence there were."""
    held = found.counted(area=about.area, subject=about.subject, strand="all")
    held = held[held["unit"].isin(units.cases())].sort_values("end", ascending=False)
    names = {"recorded": "incidents", "crime": "offences"}
    rows = [
        next(own.itertuples(index=False))
        for measure, unit in names.items()
        if len(own := held[(held["measure"] == measure) & (held["unit"] == unit)])
    ]
    if not rows:
        return []
    told_of = [
        f"{numerals.number(float(row.count))} {nouns.thing(row.unit, row.measure, row.subject)}"
        for row in rows
    ]
    tiles = [
        blocks.Tile(
            numerals.number(float(row.count)), nouns.thing(row.unit, row.measure, row.subject)
        )
        for row in rows
    ]
    first = rows[0]
    text = f"{listed(told_of)} were recorded"
    return [Said(FIRM, text, _COMPLETE, (first.start, first.end), tiles[-1])]


def _rates(about: About, found: Found) -> list[Row]:
    """The rates that the brief asks for first, of enough cases to be told."""
    rows = [row for row in found.rows("proportion", area=about.area, strand="all") if told(row)]
    rows = [row for row in rows if row.numerator >= FEWEST and row.measure in _FIRST]
    order = {each: n for n, each in enumerate(_FIRST)}
    once = {(row.subject, row.measure): row for row in rows[::-1]}.values()
    return sorted(once, key=lambda row: (order[row.measure], row.subject != about.subject))[:3]


def _rate(row: Row) -> Said:
    base = nouns.base(row.base, row.subject)
    share, verb = rounding.percent(row.estimate), measures.verb(row.measure)
    both = f"{numerals.number(row.numerator)} of {numerals.number(row.denominator)}"
    tile = blocks.Tile(share, f"of {base} {verb}, {both}")
    return Said(FIRM, f"{share} of {base} {verb}", f"That is {both}", period(row), tile)
