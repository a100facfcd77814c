"""What do the records show of a theme: how many, how unlike others, and what they cannot tell?"""

from __future__ import annotations

from dataclasses import replace

from dsvstats import counts, strands
from dsvstats.estimates.verdicts import FIRM, NOT_FIRM, NOT_KNOWN, NOTHING
from dsvstats.reporting import blocks
from dsvstats.reporting.wording import nouns, numerals, phrases, rounding
from dsvstats.reporting.wording.answers import between, contrasts, doubts
from dsvstats.reporting.wording.answers.about import About
from dsvstats.reporting.wording.answers.composing import Said, answer, listed
from dsvstats.reporting.wording.answers.found import FEWEST, Found, Row, flag, period, told
from dsvstats.reporting.wording.sentences import MINIMUM
from dsvstats.terms import measures, subjects, units

_SHARE, _KEPT = "share", "retention"
_LEAST = phrases.upper_first(MINIMUM)
_FEW = "So few tell of no difference that chance could not make"
_OUTCOMES = ["ratio of retentions", "ratio of ratios"]
_MOST_COUNTED = 2


def session(about: About, found: Found) -> blocks.Answer:
    """What the records show of the theme, from whom it counts to what nobody can tell from them."""
    counted = _of_groups(about, found) if about.theme_told else _of_subjects(about, found)
    unlike = sorted(_unlike(about, found), key=lambda each: each.said.verdict != FIRM)
    said = [*counted, *(each.said for each in unlike), *_ended(about, found), *_read(about)]
    if not said:
        nothing = _nothing(about, found)
        headline = f"What the records show of {phrases.lower_first(about.theme)} is not known"
        return answer(about, headline, [nothing, *_cannot(about)])
    headline = unlike[0].headline if unlike else phrases.upper_first(said[0].text)
    return answer(about, headline, [*said, *_cannot(about)])


def _nothing(about: About, found: Found) -> Said:
    held = found.counted(area=about.area)
    theme = phrases.lower_first(about.theme)
    if about.theme_told:
        return Said(NOT_KNOWN, f"{about.area} did not say how many of those harmed were {theme}")
    if len(held) and (held["count"] < FEWEST).all():
        return Said(NOT_KNOWN, f"fewer than {FEWEST} of each were recorded", _FEW)
    return Said(NOT_KNOWN, f"{about.area} supplied no counts of {theme}")


def _of_groups(about: About, found: Found) -> list[Said]:
    """How many of those counted were of the theme's groups, and how their cases ended."""
    shares = [row for row in found.rows(_SHARE, area=about.area) if _of_theme(row)]
    said = [_share(row, _completeness(found, row)) for row in shares if told(row)]
    if not said:
        said = [_at_least(row) for row in shares]
    kept = [row for row in found.rows(_KEPT, area=about.area) if told(row) and _of_theme(row)]
    first = [row for row in kept if row.subject == kept[0].subject]
    return said[:_MOST_COUNTED] + [_kept(row) for row in first[:_MOST_COUNTED]]


def _of_theme(row: Row) -> bool:
    return strands.recorded(row.group) and not _is_usual(row) and row.numerator >= FEWEST


def _completeness(found: Found, row: Row) -> Row | None:
    """For how many of these people the strand was recorded."""
    same = {each: getattr(row, each) for each in ("area", "subject", "unit", "measure", "strand")}
    return next((each for each in found.rows("completeness", **same) if told(each)), None)


def _share(row: Row, recorded: Row | None) -> Said:
    """So many of those whose group was recorded were people of this one."""
    who = strands.called(row.strand, row.group)
    part, whole = (numerals.number(each) for each in (row.numerator, row.denominator))
    what = nouns.thing(row.unit, row.measure, row.subject)
    text = f"{part} of {whole} {what} were of {who}"
    label = f"{who}, of {whole} {units.brief(row.unit)}"
    if flag(row, "minimum_recorded") is not None:
        return Said(NOT_FIRM, text, _LEAST, period(row), blocks.Tile(part, label, NOT_FIRM))
    tile = blocks.Tile(rounding.percent(row.estimate), label)
    strand = phrases.upper_first(phrases.strand_alone(row.strand))
    if recorded is None:
        why = f"How many have no {phrases.strand_alone(row.strand)} recorded is not known"
        return Said(NOT_FIRM, text, why, period(row), tile)
    if recorded.estimate < doubts.NEARLY:
        left = numerals.number(recorded.denominator - recorded.numerator)
        why = f"The {left} without {doubts.a_group(row.strand)} may be of any group"
        return Said(NOT_FIRM, text, why, period(row), tile)
    how = "always" if recorded.estimate == 1 else "nearly always"
    return Said(FIRM, text, f"{strand} was {how} recorded", period(row), tile)


def _at_least(row: Row) -> Said:
    """So many people of this group, of nobody knows how many."""
    who, part = strands.called(row.strand, row.group), numerals.number(row.numerator)
    what = nouns.thing(row.unit, row.measure, row.subject)
    tile = blocks.Tile(part, f"{what}, of {who}", NOT_FIRM)
    return Said(NOT_FIRM, f"{part} {what} were of {who}", _LEAST, period(row), tile)


def _kept(row: Row) -> Said:
    """In how many of this group's cases it ended so."""
    who = strands.called(row.strand, row.group)
    part, whole = (numerals.number(each) for each in (row.numerator, row.denominator))
    of_reports = row.base == counts.base_of(row.unit, "recorded")
    words = subjects.incidents(row.subject) if of_reports else subjects.crimes(row.subject)
    verb = measures.verb(row.measure)
    tile = blocks.Tile(rounding.percent(row.estimate), f"of {words} against {who} {verb}")
    text = f"{words} against {who} {verb} in {part} of {whole} cases"
    return Said(NOTHING, text, "", period(row), tile)


def _is_usual(row: Row) -> bool:
    """Is it the group that others are usually compared with, and not what a theme is about?"""
    groups = [row.group, *strands.scheme(row.strand).groups]
    return row.group == strands.reference(row.strand, groups)


def _of_subjects(about: About, found: Found) -> list[Said]:
    held = found.counted(area=about.area, strand="all")
    said = []
    for name in sorted(dict.fromkeys(held["subject"]), key=lambda each: subjects.AND in each):
        rows = held[(held["subject"] == name) & held["measure"].isin(["crime", "recorded"])]
        killed = subjects.parts(name)[0].killed
        rows = rows[rows["unit"].isin(["victims"] if killed else units.cases())]
        rows = rows.sort_values("end", ascending=False, kind="stable")
        if rows.empty or rows["count"].iloc[0] < FEWEST:
            continue
        row = next(rows.itertuples(index=False))
        number, what = numerals.number(float(row.count)), nouns.thing(row.unit, row.measure, name)
        tile = blocks.Tile(number, what)
        text = f"{number} {what} were recorded"
        said.append(Said(NOTHING, text, "", (row.start, row.end), tile))
    return said[:_MOST_COUNTED]


def _unlike(about: About, found: Found) -> list[contrasts.Contrast]:
    """The clearest difference from residents of each strand, for the first subject that has one."""
    rows = found.rows(contrasts.INDEX, versus="population", area=about.area)
    for name in dict.fromkeys(row.subject for row in rows):
        own = replace(about, subject=name)
        by_strand: dict[str, list[Row]] = {}
        for row in rows:
            own_role = row.subject == name and row.unit in units.in_role(about.role)
            if own_role and not (about.theme_told and _is_usual(row)):
                by_strand.setdefault(strands.made_from(row.strand), []).append(row)
        clear = [contrasts.clearest(own, found, each) for each in by_strand.values()]
        if any(clear):
            return [each for each in clear if each]
    return []


def _ended(about: About, found: Found) -> list[Said]:
    """The clearest difference between groups in how their cases ended."""
    rows = found.rows(_OUTCOMES, versus="reference", area=about.area)
    for measure in dict.fromkeys(row.measure for row in rows):
        own = [row for row in rows if row.measure == measure]
        cases = subjects.crimes(own[0].subject)
        text = f"{cases} against {{who}} {measures.verb(measure)} {{more}} often than {{other}}'s"
        if said := between.difference(own, text):
            return said
    return []


def _read(about: About) -> list[Said]:
    """What two printed numbers say of the theme."""
    return [
        Said(NOTHING, f"{share} {says}", f"That is {counts}")
        for share, says, counts in about.readings
    ]


def _cannot(about: About) -> list[Said]:
    """The first thing that the evidence cannot tell, up to what explains it."""
    if not about.cannot:
        return []
    whats = [each.partition(":")[0].partition(",")[0] for each in about.cannot[:1]]
    return [Said(NOT_KNOWN, f"the records cannot tell {listed(whats)}")]
