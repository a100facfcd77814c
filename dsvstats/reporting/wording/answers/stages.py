"""Where do cases fall away: the newest whole period first, then what an older one adds."""

from __future__ import annotations

from dsvstats import counts
from dsvstats.estimates.verdicts import FIRM, NOT_FIRM, NOT_KNOWN
from dsvstats.reporting import blocks
from dsvstats.reporting.wording import numerals, phrases, rounding
from dsvstats.reporting.wording.answers import outcomes
from dsvstats.reporting.wording.answers.about import About
from dsvstats.reporting.wording.answers.between import difference
from dsvstats.reporting.wording.answers.composing import Said, answer, listed
from dsvstats.reporting.wording.answers.found import Found, Row, flag, period, told
from dsvstats.reporting.wording.answers.outcomes import DETECTED, OUTCOME
from dsvstats.terms import chains, measures, units

KEPT = ("retention", "ratio of counts")
CRIME = "crime"
LATER = ("arrest", DETECTED, "charge", "prosecuted", "convicted")
_SERIES = ("area", "subject", "unit", "measure", "definition")
_YEAR = 355
_NEAR = 0.03
_SEVERAL = "that year's totals are printed in several ways"
_ORDER = [measure for _, measure in chains.STAGES]


def falling_away(about: About, found: Found) -> blocks.Answer:
    """Where do the cases of this area and subject fall away?"""
    rows = [
        row
        for row in found.rows(KEPT, strand="all", area=about.area, subject=about.subject)
        if told(row) and row.unit in units.cases()
    ]
    whole = _whole_periods(rows)
    newest = {row.measure: row for row in rows if whole and period(row) == whole[-1]}
    if not newest:
        return _nothing(about, found)
    crime, outcome = newest.get(CRIME), _of_crimes(found, newest.get(DETECTED))
    said = [*_crimes(about, found, crime)]
    whose = "the crimes" if crime else about.crimes
    said += (
        outcomes.outcomes(about, found, outcome, whose)
        if outcome
        else outcomes.printed(about, crime)
    )
    said += outcomes.cautions(found, about, outcome)
    said += _convicted(about, newest)
    said += [each for older in reversed(whole[:-1]) for each in _further(rows, older, newest)][:1]
    said += _by_group(found, about)
    return answer(
        about, _headline(about, crime, outcome, newest), [*said, *_unknown(about, rows, newest)]
    )


def _whole_periods(rows: list[Row]) -> list[tuple]:
    """The periods of about a year or more, the newest last; all, where none is as long."""
    periods = sorted({period(row) for row in rows}, key=lambda each: (each[1], each[0]))
    return [each for each in periods if (each[1] - each[0]).days >= _YEAR] or periods


def _crimes(about: About, found: Found, row: Row | None) -> list[Said]:
    """How many incidents became crimes, or how many crimes there were beside incidents."""
    if row is None:
        return []
    if about.followed:
        for each in found.rows("proportion", unit="incidents", measure=CRIME, strand="all"):
            if told(each) and period(each) == period(row) and each.area == row.area:
                return [_followed(about, each)]
    ratio, base = row.estimate, f"{about.incidents}"
    tenth = round(10 * ratio)
    if 0 < tenth < 10 and abs(tenth / 10 - ratio) <= _NEAR + 1e-9:
        many = f"{numerals.word(tenth)} crimes for every ten {base}"
    else:
        many = f"{100 * ratio:.0f} crimes for every 100 {base}"
    tile = blocks.Tile(
        f"{100 * ratio:.0f}",
        f"crimes for every 100 incidents, {numerals.number(row.numerator)} to "
        f"{numerals.number(row.denominator)}",
        FIRM,
    )
    return [Said(FIRM, f"police recorded {many}", outcomes.COMPLETE, period(row), tile)]


def _of_crimes(found: Found, outcome: Row | None) -> Row | None:
    """The same outcomes as a share of all crimes, where more stages stand between the two."""
    if outcome is None or outcome.base == counts.base_of(outcome.unit, CRIME):
        return outcome
    same = {each: getattr(outcome, each) for each in _SERIES}
    base = counts.base_of(outcome.unit, CRIME)
    rows = found.rows(["proportion", "retention"], strand="all", base=base, **same)
    return next((row for row in rows if told(row) and period(row) == period(outcome)), None)


def _followed(about: About, row: Row) -> Said:
    share = rounding.percent(row.estimate)
    tile = blocks.Tile(share, f"incidents that became crimes, {outcomes.of(row)}", FIRM)
    return Said(
        FIRM,
        f"{share} of {about.incidents} became crimes",
        "Each case is followed from the start",
        period(row),
        tile,
    )


def _convicted(about: About, newest: dict[str, Row]) -> list[Said]:
    """In records, how many crimes had a conviction so far."""
    row, crime = newest.get("convicted"), newest.get(CRIME)
    if not about.followed or row is None or crime is None:
        return []
    what = f"{numerals.number(row.numerator)} of {numerals.number(crime.numerator)} crimes"
    return [
        Said(
            NOT_KNOWN,
            f"{what} had a conviction so far",
            "The final number is not known",
            period(row),
        )
    ]


def _further(rows: list[Row], older: tuple, newest: dict[str, Row]) -> list[Said]:
    """What an older whole period tells of stages that the newest one does not reach."""
    held = [row for row in rows if period(row) == older]
    beyond = {row.measure for row in held} - set(newest)
    if not beyond:
        return []
    shown = {row.measure: row for row in held if row.measure in (DETECTED, *beyond)}
    last = sorted(shown.values(), key=lambda row: _ORDER.index(row.measure))[-3:]
    told_of = [f"{numerals.number(row.numerator)} {_many(row.measure)}" for row in last]
    of_crimes = [row for row in held if row.measure == CRIME]
    several = len({row.definition for row in of_crimes}) > 1
    verdict, why = (NOT_FIRM, _SEVERAL) if several else (FIRM, "")
    tile = None
    if of_crimes:
        first = numerals.number(max(row.denominator for row in of_crimes))
        why = f"These stand beside {first} incidents{', but ' + why if why else ''}"
        when = phrases.briefly(*older).removeprefix("the ")
        label = f"{_many(last[-1].measure)}, beside {first} incidents, {when}"
        tile = blocks.Tile(numerals.number(last[-1].numerator), label, verdict)
    return [Said(verdict, f"there were {listed(told_of)}", why, older, tile)]


def _many(measure: str) -> str:
    return "such outcomes" if measure == DETECTED else measures.many(measure)


def _by_group(found: Found, about: About) -> list[Said]:
    """The clearest difference between groups over the whole chain."""
    rows = found.rows(
        "ratio of retentions", measure=DETECTED, area=about.area, subject=about.subject
    )
    whole = [row for row in rows if flag(row, "whole_chain") is not None]
    return difference(whole, "the records of {who} reached one {more} often than those of {other}")


def _headline(about: About, crime: Row | None, outcome: Row | None, newest: dict) -> str:
    if about.followed and crime is not None and "convicted" in newest:
        convicted = numerals.number(newest["convicted"].numerator)
        return (
            f"{rounding.share_of(crime.estimate)} incidents became crimes, and {convicted} crimes "
            f"ended in conviction so far"
        )
    if outcome is not None:
        share = rounding.share_of(outcome.estimate)
        if 0.4 <= outcome.estimate < 0.5:
            share = "fewer than half of"
        return f"{phrases.upper_first(share)} {about.crimes} had a {OUTCOME}"
    if crime is not None:
        many = numerals.number(crime.numerator)
        return f"{about.area} cannot show what followed its {many} {about.crimes}"
    return f"Where cases fall away in {about.area} is known only in part"


def _unknown(about: About, rows: list[Row], newest: dict[str, Row]) -> list[Said]:
    """Which stages are not known, and which only of an earlier year."""
    ever = {row.measure for row in rows}
    ever.update(each for each in LATER if about.asked.get(each))
    never = [each for each in about.missing(*LATER) if each not in ever]
    if "prosecuted" in never and "convicted" in never:
        never.remove("convicted")
    before = [each for each in LATER if each in ever - set(newest)]
    if before and not about.followed:
        return [Said(NOT_KNOWN, _earlier(before, never))]
    if not never:
        return []
    names = listed([_outcome_words(each) for each in never], last="or")
    after = ", so later losses are not known" if "prosecuted" in never else ""
    return [Said(NOT_KNOWN, f"no counts of {names} were supplied{after}")]


def _earlier(before: list[str], never: list[str]) -> str:
    names = phrases.joined(map(measures.many, before))
    rest = f", and {phrases.joined(map(measures.many, never))} not at all" if never else ""
    return f"{names} are given only for an earlier year{rest}"


def _outcome_words(measure: str) -> str:
    return "outcomes" if measure == DETECTED else measures.many(measure)


def _nothing(about: About, found: Found) -> blocks.Answer:
    text = (
        f"{about.area} supplied no two counts of {about.words} that follow each other, such as "
        f"incidents and crimes"
    )
    if not about.supplied:
        text = f"{about.area} supplied no incidents, crimes, arrests, charges or outcomes"
    real = outcomes.printed(about, None) or _solved(about, found)
    said = [Said(NOT_KNOWN, text), *real]
    return answer(about, f"Where cases fall away in {about.area} is not known", said)


def _solved(about: About, found: Found) -> list[Said]:
    """How many homicides of the area were solved, where nothing else is known."""
    if not about.of_killing:
        return []
    for row in found.rows("proportion", measure="solved", area=about.area, strand="all"):
        if row.withheld:
            text = "its share of homicides solved is withheld, to protect the people counted"
            return [Said(NOT_KNOWN, text)]
        if not told(row):
            continue
        share = rounding.percent(row.estimate)
        return [
            Said(
                FIRM,
                f"police list {share} of homicides as solved",
                "Cases of the last years may still be solved",
                period(row),
                blocks.Tile(share, f"homicides solved, {outcomes.of(row)}", FIRM),
            )
        ]
    return []
