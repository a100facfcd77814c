"""How good are the figures: the gap that bars a comparison, what is sound, what clashes."""

from __future__ import annotations

from dsvstats import strands
from dsvstats.estimates.verdicts import FIRM, NOT_FIRM, NOT_KNOWN
from dsvstats.reporting import blocks
from dsvstats.reporting.wording import numerals, phrases, rounding
from dsvstats.reporting.wording.answers.about import About
from dsvstats.reporting.wording.answers.composing import Said, answer, listed
from dsvstats.reporting.wording.answers.found import Found, Row, period, told
from dsvstats.reporting.wording.answers.nothing import supplied_none
from dsvstats.terms import chains, measures, schemes, units

_SOUND, _GAP, _WELL = 0.95, 0.9, 0.97
_STAGES = {"recorded": "incident", "crime": "crime", chains.DETECTION: "outcome"}
_FOLLOWS = ("arrest", chains.DETECTION, "charge", "prosecuted")
_MOST = 3
_BOUNDED, _SEVERAL = ("bounded_by_another", "component_above_total"), ";"


def how_good(about: About, found: Found) -> blocks.Answer:
    """How good are this area's figures?"""
    if not about.supplied:
        return supplied_none(about)
    held = _recorded(about, found)
    crimes = [row for row in held if row.measure == about.measure] or held
    if not crimes:
        said = [*_clashes(found), *_unknown(about, held)]
        return answer(
            about, f"{about.area} supplied no {about.role} by age, gender or ethnicity", said
        )
    worst = min(crimes, key=lambda row: row.estimate)
    stages = _stages(held, worst)
    headline, said = _first(about, found, crimes, worst, stages)
    said += _sound([row for row in crimes if row is not worst or not stages])
    said += [*_clashes(found), *_unknown(about, held)]
    sound = [row for row in crimes if row is not worst and row.estimate >= _SOUND]
    return answer(about, headline, said, map(_tile, [worst, *stages, *sound]))


def _first(
    about: About, found: Found, crimes: list[Row], worst: Row, stages: list[Row]
) -> tuple[str, list[Said]]:
    """The gap that bars a comparison; where there is none, the clash in the most used total."""
    several = _printed_several_ways(about, found)
    if stages:
        return _uneven(about, worst, stages)
    if worst.estimate < _GAP:
        return _gap(about, worst)
    if several is not None:
        return _several(about, *several)
    names = listed([_name(row) for row in crimes])
    verb = "is" if len(crimes) == 1 else "are"
    return f"{phrases.upper_first(names)} {verb} recorded well", []


def _recorded(about: About, found: Found) -> list[Row]:
    """How completely each strand that anybody may note was recorded, of the page's people."""
    rows = [
        row
        for row in found.rows("completeness", area=about.area, subject=about.subject)
        if told(row)
        and row.unit in units.in_role(about.role)
        and row.measure in _STAGES
        and not any(strands.scheme(each).asked for each in strands.parts(row.strand))
        and row.strand != "relationship"
    ]
    fine = {row.strand for row in rows}
    return [row for row in rows if strands.made_from(row.strand) not in fine - {row.strand}]


def _name(row: Row) -> str:
    return schemes.briefly(row.strand)


def _what(row: Row, about: About) -> str:
    """What was counted: victim records of domestic violence crimes."""
    return f"{about.words} {units.brief(row.unit)}"


def _gap(about: About, row: Row) -> tuple[str, list[Said]]:
    out = row.denominator - row.numerator
    share = rounding.share_of(out / row.denominator)
    name = _name(row)
    headline = f"{phrases.upper_first(name)} is missing for {share} {_what(row, about)}"
    text = f"{share} {units.brief(row.unit)} had no {name}"
    return headline, [
        Said(NOT_FIRM, text, f"Comparisons by {name} are uncertain", period(row)),
    ]


def _stages(held: list[Row], worst: Row) -> list[Row]:
    """The other stages that record the worst strand less completely than crimes do."""
    best = [row for row in held if row.strand == worst.strand and row.measure == worst.measure]
    return [
        row
        for row in held
        if row.strand == worst.strand
        and row.measure != worst.measure
        and row.end == worst.end
        and row.estimate < _GAP * best[0].estimate
    ]


def _uneven(about: About, row: Row, stages: list[Row]) -> tuple[str, list[Said]]:
    name, order = _name(row), list(_STAGES)
    places = {order.index(each.measure) < order.index(row.measure) for each in stages}
    when = " and ".join(w for w, at in (("before", True), ("after", False)) if at in places)
    headline = f"{phrases.upper_first(name)} is recorded well for crimes, but poorly {when} them"
    lacks = listed(
        [
            f"{rounding.share_of(1 - each.estimate)} {_STAGES[each.measure]} records"
            for each in sorted(stages, key=lambda each: order.index(each.measure))
        ]
    )
    share = rounding.share_of(row.estimate)
    return headline, [
        Said(
            FIRM,
            f"{share} {units.brief(row.unit)} of {about.crimes} gave {name}",
            "That is enough to compare",
            period(row),
        ),
        Said(NOT_FIRM, f"{lacks} lack {name}", "Stages cannot be compared by it", period(row)),
    ]


def _printed_several_ways(about: About, found: Found) -> tuple[list[float], tuple] | None:
    """The totals of one period's crimes, where they are printed in several ways."""
    held = found.counted(
        area=about.area, subject=about.subject, unit="offences", measure="crime", strand="all"
    )
    for place, rows in held.groupby(["start", "end"], sort=False):
        totals = sorted(set(rows["count"].astype(float)))
        if len(totals) > 1:
            return totals, place
    return None


def _several(about: About, totals: list[float], place: tuple) -> tuple[str, list[Said]]:
    ways = numerals.word(len(totals))
    low, high = numerals.number(totals[0]), numerals.number(totals[-1])
    tile = blocks.Tile(
        str(len(totals)),
        "totals for one year's crimes, " + "; ".join(map(numerals.number, totals)),
        NOT_FIRM,
    )
    return f"{about.area}'s {about.crimes} for one year are printed {ways} ways", [
        Said(NOT_FIRM, f"the totals run from {low} to {high}", "None is firm alone", place, tile)
    ]


def _sound(rows: list[Row]) -> list[Said]:
    good = [row for row in rows if row.estimate >= _SOUND]
    if not good:
        return []
    least = min(row.estimate for row in good)
    names = list(dict.fromkeys(_name(row) for row in good))
    each = "was" if len(names) == 1 else "were each"
    whole = "always recorded"
    if least < 1:
        whole = f"recorded for at least {int(100 * least)} in 100 {units.brief(good[0].unit)}"
    it = "it" if len(names) == 1 else "them"
    return [
        Said(
            FIRM,
            f"{listed(names)} {each} {whole}",
            f"Comparisons by {it} are sound",
            period(good[0]),
        )
    ]


def _clashes(found: Found) -> list[Said]:
    """How many printed figures contradict each other, and one of them."""
    if found.checks is None:
        return []
    held = found.checks[found.checks["severity"] == "contradiction"]
    if held.empty:
        return [Said(FIRM, "no check found two figures that contradict each other")]
    many = len(held)
    verb = "clashes" if many == 1 else "clash"
    mended = int((held["suggestion"].fillna("").astype(str) != "").sum())
    bounded = held[held["rule"].isin(_BOUNDED) & ~held["printed"].str.contains(_SEVERAL)]
    why = ""
    if mended:
        one = numerals.word(mended)
        why = f"For {one}, changing one figure would mend the table: likely, but unconfirmed"
    elif len(bounded):
        first = bounded.iloc[0]
        why = (
            f"One figure is printed as {first['printed']}, where {first['recomputed']} is possible"
        )
    text = f"{numerals.word(many)} {'set' if many == 1 else 'sets'} of printed figures {verb} with others"
    return [Said(NOT_FIRM, text, why)]


def _unknown(about: About, held: list[Row]) -> list[Said]:
    """What was not supplied, by what it would tell."""
    left = about.missing(*_FOLLOWS)
    if len(left) == len(_FOLLOWS):
        text = "what followed the crime report is not known"
        if not held:
            text = "who the people were, and what followed the crime report, is not known"
        return [Said(NOT_KNOWN, text, f"{about.area} supplied no arrests, charges or outcomes")]
    names = [measures.many(each) for each in left]
    if not about.asked.get("reports", True):
        names.append("repeat victims")
    names += [schemes.briefly(each) for each in about.missing(*schemes.wanted())]
    if not names:
        return []
    more = len(names) - 2 * _MOST
    shown = names[: 2 * _MOST] + ([f"{numerals.word(more)} more"] if more > 0 else [])
    verb = "is" if len(shown) == 1 else "are"
    return [Said(NOT_KNOWN, f"{listed(shown)} {verb} not known", _not_supplied(shown))]


def _not_supplied(shown: list[str]) -> str:
    return "It was not supplied" if len(shown) == 1 else "They were not supplied"


def _tile(row: Row) -> blocks.Tile:
    stage = {"recorded": "incident ", chains.DETECTION: "outcome "}.get(row.measure, "")
    label = (
        f"{stage}{units.brief(row.unit)} with {_a(_name(row))}, "
        f"{numerals.number(row.numerator)} of {numerals.number(row.denominator)}"
    )
    verdict = FIRM if row.estimate >= _WELL else NOT_FIRM if row.estimate < _GAP else ""
    return blocks.Tile(rounding.percent(row.estimate), label, verdict)


def _a(name: str) -> str:
    return name if name.startswith("ethnicity") else f"{'an' if name[0] in 'aeio' else 'a'} {name}"
