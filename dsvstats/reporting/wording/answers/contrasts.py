"""Who is over-represented, by which strand, and is it firm?"""

from __future__ import annotations

from dataclasses import dataclass

from dsvstats import strands
from dsvstats.estimates.directions import HIGHER, LOWER
from dsvstats.estimates.verdicts import CHANCE, FIRM, NOT_FIRM, NOT_KNOWN
from dsvstats.reporting import blocks
from dsvstats.reporting.wording import numerals, phrases, rounding
from dsvstats.reporting.wording.answers import doubts
from dsvstats.reporting.wording.answers.about import About
from dsvstats.reporting.wording.answers.composing import Said, answer, listed
from dsvstats.reporting.wording.answers.found import (
    FEWEST,
    Found,
    Row,
    flag,
    missing,
    period,
    told,
)
from dsvstats.reporting.wording.answers.nothing import killed
from dsvstats.terms import schemes, units

INDEX, RATE = "representation index", "rate ratio"
_LEFT = ("Other", "Other religion", "Other orientation")
_WELL = 0.97
_FINE = 8


@dataclass(frozen=True)
class Contrast:
    """One strand's clearest finding: the row, what it is told of, and the ratio that is said."""

    row: Row
    said: Said
    ratio: float
    headline: str


def over_represented(about: About, found: Found) -> blocks.Answer:
    """Who is over-represented among the people of the page?"""
    by_strand: dict[str, list[Row]] = {}
    for row in found.rows(INDEX, versus="population", area=about.area):
        if flag(row, "printed_shares") is None and _of_role(row, about):
            by_strand.setdefault(strands.made_from(row.strand), []).append(row)
    clear = [each for rows in by_strand.values() if (each := clearest(about, found, rows))]
    clear.sort(key=lambda each: (each.said.verdict != FIRM, -rounding.apart(each.ratio)))
    firm = [each for each in clear if each.said.verdict == FIRM]
    kept = [*firm, *clear[len(firm) : len(firm) + 1]]
    said = [each.said for each in kept]
    if kept == firm:
        said += _unclear([rows for rows in by_strand.values() if _comparable(rows)], clear)
    said += _accused(about, found)
    if not said:
        return _nothing(about, found)
    said += _unknown(about, found, by_strand)
    headline = f"No group clearly differs from its share of residents in {about.area}"
    return answer(about, kept[0].headline if kept else headline, said, _unrecorded(kept))


def _of_role(row: Row, about: About) -> bool:
    return row.unit in units.in_role(about.role) and row.subject == about.subject


def _comparable(rows: list[Row]) -> list[Row]:
    """Those of the broadest scheme of a strand that may be told: not withheld, residual or few."""
    held = [row for row in rows if told(row)]
    schemes_held = {row.strand for row in held}
    broad = min(schemes_held, key=lambda each: len(strands.scheme(each).groups), default="")
    if broad and len(strands.scheme(broad).groups) > _FINE:
        return []
    return [row for row in held if row.strand == broad]


def clearest(about: About, found: Found, rows: list[Row]) -> Contrast | None:
    """The clearest difference from residents in these rows of one strand, if there is one."""
    held = _comparable(rows)
    clear = [
        row
        for row in held
        if row.way in (HIGHER, LOWER) and row.group not in _LEFT and row.numerator >= FEWEST
    ]
    if not clear:
        return None
    if len(held) == 2 and schemes.named(held[0].strand) and all(row.numerator for row in held):
        return _two(about, found, held)
    clear.sort(
        key=lambda row: (row.verdict != FIRM, row.way != HIGHER, -rounding.apart(row.estimate))
    )
    return _against_share(about, clear[0])


def _two(about: About, found: Found, held: list[Row]) -> Contrast:
    """Two groups that have names of their own, women and men: the one's rate over the other's."""
    most, least = sorted(held, key=lambda row: -row.estimate)
    ratio = most.estimate / least.estimate
    for row in found.rows(RATE, versus="reference", strand=most.strand, unit=most.unit):
        if told(row) and row.group != row.reference and row.subject == about.subject:
            ratio = max(row.estimate, 1 / row.estimate)
    who, other = (strands.called(row.strand, row.group) for row in (most, least))
    share = rounding.share_of(most.numerator / most.denominator)
    tile = blocks.Tile(
        rounding.times(ratio), f"{_possessive(who)} rate against {_possessive(other)}", most.verdict
    )
    said = Said(
        most.verdict,
        f"{who} were {_in(most)}{share} {units.brief(most.unit)}",
        doubts.why(most),
        period(most),
        tile,
    )
    return Contrast(most, said, ratio, f"{_as(about, most, who)} {rounding.often(ratio)} {other}")


def _possessive(words: str) -> str:
    return f"{words}'" if words.endswith("s") else f"{words}'s"


def _in(row: Row) -> str:
    return "in " if row.unit in units.records() else ""


def _as(about: About, row: Row, who: str) -> str:
    entry = units.UNITS[row.unit]
    return f"{phrases.upper_first(who)} are recorded {entry.as_} {about.words}"


def _against_share(about: About, row: Row) -> Contrast:
    who = strands.called(row.strand, row.group, noun=_noun(row))
    often = rounding.often(row.estimate)
    least = "at least " if flag(row, "minimum_recorded") is not None else ""
    tile = blocks.Tile(
        rounding.times(row.estimate), f"{who}, against their share of residents", row.verdict
    )
    said = Said(
        row.verdict,
        f"{who} appear {least}{often} their share of residents",
        doubts.why(row),
        period(row),
        tile,
    )
    headline = f"{_as(about, row, who)} {least}{often} their share of residents"
    return Contrast(row, said, row.estimate, headline)


def _noun(row: Row) -> str:
    return "people" if row.strand == "age" else "residents"


def _unclear(rows: list[list[Row]], clear: list[Contrast]) -> list[Said]:
    """The strands that could be compared, and of which no group clearly differs."""
    told_of = {strands.made_from(each.row.strand) for each in clear}
    left = [
        held
        for held in map(_comparable, rows)
        if strands.made_from(held[0].strand) not in told_of
        and not all(flag(row, "minimum_recorded") is not None for row in held)
    ]
    if not left:
        return []
    names = [schemes.briefly(held[0].strand) for held in left]
    gaps = [n for held in left if (n := missing(held[0])) and n[0] > (1 - _WELL) * n[1]]
    why = "The differences could be chance"
    if gaps:
        out, _ = max(gaps)
        why = f"The {numerals.number(out)} who have no group recorded could hide a difference"
    text = f"by {listed(names, last='or')}, no group clearly differs from its share of residents"
    return [Said(CHANCE, text, why, period(left[0][0]))]


def _accused(about: About, found: Found) -> list[Said]:
    """Who is accused, of two groups, where the page is about victims; no share of anybody else."""
    if about.role != "victims":
        return []
    held = found.counted(unit="accused", subject=about.subject, strand="gender", area=about.area)
    known = held[held["group"].map(strands.recorded).astype(bool)]
    out = held.loc[~held["group"].map(strands.recorded).astype(bool), "count"].sum()
    if len(known) != 2 or (known["count"] < FEWEST).any():
        return []
    known = known.sort_values("count", ascending=False)
    told_of = [
        f"{numerals.number(float(row.count))} {strands.called('gender', row.group)}"
        for row in known.itertuples(index=False)
    ]
    first = known.iloc[0]
    whole = known["count"].sum() + out
    few = out <= (1 - _WELL) * whole
    why = "Gender was always recorded"
    if out:
        why = f"Gender is missing for {numerals.number(float(out))}"
    return [
        Said(
            FIRM if few else NOT_FIRM,
            f"the people accused were {listed(told_of)}",
            why,
            (first["start"], first["end"]),
        )
    ]


def _unknown(about: About, found: Found, by_strand: dict[str, list[Row]]) -> list[Said]:
    """The strands that the board asked for, and of which nothing can be said."""
    told_of = {schemes.told_of(rows[0].strand) for rows in by_strand.values() if _can_tell(rows)}
    left = [each for each in schemes.wanted() if each not in told_of]
    if not left:
        return []
    names = [schemes.briefly(each) for each in left]
    why = _why_unknown(about, found, left)
    return [Said(NOT_KNOWN, f"nothing can be said of {listed(names, last='or')}", why)]


def _can_tell(rows: list[Row]) -> bool:
    """Is anything told of this strand: a finding, or that none is clear?"""
    return any(
        row.verdict in (FIRM, NOT_FIRM) or flag(row, "minimum_recorded") is None
        for row in _comparable(rows)
    )


def _why_unknown(about: About, found: Found, left: list[str]) -> str:
    absent = about.missing(*left)
    people = found.counted(area=about.area, subject=about.subject)
    people = people[people["unit"].isin(units.in_role(about.role))]
    ethnic = {each for each in people["strand"] if schemes.told_of(each) == "ethnicity"}
    if "ethnicity" in left and ethnic == {"ethnicity_officer_defined"}:
        return "Officers' ethnic groups match no Census, and the rest cannot be compared"
    if absent == left:
        return f"{about.area} did not supply {'it' if len(left) == 1 else 'them'}"
    if not absent and about.followed:
        return "So few were asked, or so many are withheld, that they cannot be compared"
    return f"{about.area} did not supply them in a form that can be compared with residents"


def _unrecorded(clear: list[Contrast]) -> list[blocks.Tile]:
    """The largest gap of a finding that it could undo, as a headline figure."""
    gaps = [
        (n, each.row)
        for each in clear
        if each.said.verdict == NOT_FIRM
        and flag(each.row, "could_turn") is not None
        and (n := missing(each.row))
    ]
    return [
        blocks.Tile(
            rounding.hundred(out / whole),
            f"{units.brief(row.unit)} without {doubts.a_group(row.strand)}, "
            f"{numerals.number(out)} of {numerals.number(whole)}",
        )
        for (out, whole), row in gaps[:1]
    ]


def _nothing(about: About, found: Found) -> blocks.Answer:
    """Nobody was told of by any group."""
    roles = {"victims": "harmed", "suspects": "suspected", "accused": "accused"}
    whom = [roles[about.role], *[w for role, w in roles.items() if role != about.role]]
    text = f"{about.area} did not say who was {listed(whom, last='or')}, by any group"
    if about.supplied:
        people = units.UNITS[units.in_role(about.role)[0]]
        text = f"{about.area} supplied no {people.many} of {about.words} by any group"
        rows = found.estimates
        mine = rows["unit"].isin(units.in_role(about.role)) & (rows["area"] == about.area)
        mine &= (rows["subject"] == about.subject) & (rows["strand"] != "all")
        by_group = rows.loc[mine, "numerator"].notna().any()
        if by_group or len(found.counted(area=about.area, subject=about.subject)):
            text = f"the {people.many} of {about.words} cannot be compared with residents"
    said = [Said(NOT_KNOWN, text), *killed(about, found)]
    return answer(about, f"Who is over-represented in {about.area} is not known", said)
