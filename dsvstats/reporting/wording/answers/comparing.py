"""Is the service the same in every area, and where does this one stand?"""

from __future__ import annotations

from dsvstats.estimates.directions import HIGHER, LOWER
from dsvstats.estimates.verdicts import CHANCE, FIRM, NOT_KNOWN
from dsvstats.reporting import blocks
from dsvstats.reporting.wording import nouns, numerals, phrases, rounding
from dsvstats.reporting.wording.answers.about import About
from dsvstats.reporting.wording.answers.composing import Said, answer, listed
from dsvstats.reporting.wording.answers.found import Found, Row, flag, period, told
from dsvstats.terms import subjects

_OF_RESIDENTS = "rate ratio"
_BESIDE = [_OF_RESIDENTS, "ratio of proportions", "ratio of ratios"]
_YEARLY = "change in a year"
_MOST_NAMED = 2
_APART = "That is beyond chance and beyond how areas differ"
_VARIES = "heterogeneity of areas, chi-squared"


def side_by_side(about: About, found: Found) -> blocks.Answer:
    """Does this area stand apart, do areas differ, and has it changed?"""
    beside = found.rows(_BESIDE, versus="overall")
    rows = sorted((row for row in beside if told(row) and _is_of(about, row)), key=_order)
    own = [row for row in rows if row.area == about.area]
    apart = [row for row in own if row.way in (HIGHER, LOWER)]
    said = [_stands(row) for row in apart]
    if own and not apart:
        said.append(_like_others(own, rows))
    if rows and not own:
        said.append(_among(rows))
    said += _differ(about, found) + _changed(about, found) + _unknown(about, found)
    return answer(about, _headline(about, rows, own, apart), said)


def _is_of(about: About, row: Row) -> bool:
    """Is this real where the page is, and made up where the page is? Neither is told as the other."""
    return (flag(row, "synthetic") is not None) == about.synthetic


def _order(row: Row) -> int:
    """Subjects in the order of their entries."""
    return list(subjects.SUBJECTS).index(row.subject) if row.subject in subjects.SUBJECTS else 99


def _headline(about: About, rows: list[Row], own: list[Row], apart: list[Row]) -> str:
    if not rows:
        return f"How {about.area} compares with the other areas is not known"
    if not own:
        return _among(rows).text
    if not apart:
        return f"{about.area} does not clearly stand apart in {_things(own, last='or')}"
    row = min(apart, key=lambda each: -rounding.apart(each.estimate))
    return f"{about.area} stands apart in {_things([row])}: {row.way} than {_whole(row)}"


def _among(rows: list[Row]) -> Said:
    """Which of all areas stand apart, of the page on the whole."""
    apart = [row for row in rows if row.way in (HIGHER, LOWER)]
    areas = numerals.number(len({row.area for row in rows}))
    if not apart:
        text = f"none of {areas} areas clearly stands apart in {_things(rows, last='or')}"
        return Said(CHANCE, text, "Their differences could be chance", period(rows[0]))
    by_thing: dict[str, list[Row]] = {}
    for row in apart:
        by_thing.setdefault(_things([row]), []).append(row)
    most = max(by_thing, key=lambda name: len(by_thing[name]))
    same = sorted(by_thing[most], key=lambda row: -row.estimate)
    first = same[0]
    names = listed([f"{row.area} ({row.way})" for row in same[:3]])
    many = numerals.counted(len(same), "area")
    stand = "stands" if len(same) == 1 else "stand"
    text = f"{many} of {areas} {stand} apart in {_things(same)}: {names}"
    return Said(first.verdict, text, _APART, period(first))


def _things(rows: list[Row], last: str = "and") -> str:
    """What these rows are of, by name; of more than a few how many they are."""
    names = list(dict.fromkeys(nouns.thing(row.unit, row.measure, row.subject) for row in rows))
    if len(names) > _MOST_NAMED:
        return f"any of {len(names)} indicators" if last == "or" else f"{len(names)} indicators"
    return listed(names, last=last)


def _whole(row: Row) -> str:
    return phrases.place(row.reference)


def _stands(row: Row) -> Said:
    often, of_residents = rounding.often(row.estimate), row.statistic == _OF_RESIDENTS
    text = f"{nouns.base(row.base)} {nouns.outcome(row.measure)} {often} in {_whole(row)}"
    if of_residents:
        text = f"{_things([row])} were recorded {often} in {_whole(row)}"
    tile = blocks.Tile(
        rounding.times(row.estimate), f"{_things([row])}, against {_whole(row)}", row.verdict
    )
    return Said(
        row.verdict,
        text,
        f"For each resident, {phrases.lower_first(_APART)}" if of_residents else _APART,
        period(row),
        tile,
    )


def _like_others(own: list[Row], rows: list[Row]) -> Said:
    areas = len({row.area for row in rows})
    far = max(own, key=lambda row: rounding.apart(row.estimate))
    tile = blocks.Tile(
        rounding.times(far.estimate), f"{_things([far])}, against {_whole(far)}", CHANCE
    )
    text = f"{_things(own)} lie within what {numerals.number(areas)} areas differ by"
    return Said(CHANCE, text, "Any difference could be chance", period(own[0]), tile)


def _differ(about: About, found: Found) -> list[Said]:
    """Do the areas differ by more than chance?"""
    rows = sorted((row for row in found.rows(_VARIES) if _is_of(about, row)), key=_order)
    clear = [row for row in rows if row.verdict == FIRM]
    if not rows:
        return []
    if clear:
        why = "So much could hardly be chance; why they differ is not in these figures"
        return [Said(FIRM, f"areas differ in {_things(clear)}", why, period(clear[0]))]
    text = f"areas do not clearly differ in {_things(rows, last='or')}"
    return [Said(CHANCE, text, "", period(rows[0]))]


def _changed(about: About, found: Found) -> list[Said]:
    """How much more or less there is after a year, over all that is held."""
    said = []
    for row in sorted(found.rows(_YEARLY, area=about.area), key=_order):
        if not told(row) or row.way not in (HIGHER, LOWER) or not _is_of(about, row):
            continue
        more = "rose" if row.estimate > 1 else "fell"
        change = f"{100 * abs(row.estimate - 1):.0f}%"
        since = f"since {phrases.date(row.start)}"
        text = f"{_things([row])} {more} by {change} a year {since}"
        day = flag(row, "from_day")
        why = "More were recorded; whether more happened is not known"
        if row.estimate < 1:
            why = "Fewer were recorded; whether fewer happened is not known"
        if day:
            text = f"{_things([row])} {more} by {change} a year until {phrases.date(day)}"
        more = "more" if row.estimate > 1 else "fewer"
        tile = blocks.Tile(change, f"{more} {_things([row])} each year", row.verdict)
        said.append(Said(row.verdict, text, why, None, tile))
    return said[:1]


def _unknown(about: About, found: Found) -> list[Said]:
    """Which of what the board asked every area for can this one not be compared by?"""
    names = [each for each, there in about.asked.items() if not there]
    if not names:
        return []
    if len(names) == len(about.asked):
        return [
            Said(NOT_KNOWN, f"{about.area} supplied none of the figures that the board asked for")
        ]
    several = f"{numerals.counted(len(names), 'thing')} that the board asked for"
    it = "it" if len(names) == 1 else "them"
    why = f"{about.area} did not supply {it}"
    return [Said(NOT_KNOWN, f"nothing can be compared of {several}", why)]
