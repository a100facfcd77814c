"""Who is harmed again: people, on the base that no check contradicts."""

from __future__ import annotations

from dsvstats import strands
from dsvstats.estimates.verdicts import FIRM, NOT_FIRM, NOT_KNOWN
from dsvstats.reporting import blocks
from dsvstats.reporting.wording import numerals, rounding
from dsvstats.reporting.wording.answers.about import About
from dsvstats.reporting.wording.answers.between import difference
from dsvstats.reporting.wording.answers.composing import Said, answer
from dsvstats.reporting.wording.answers.found import FEWEST, Found, Row, flag, period, told

_BY_NAME = "People were matched by name, so that one spelt two ways counts as two"


def harmed_again(about: About, found: Found) -> blocks.Answer:
    """How many people were harmed again?"""
    lists = found.rows("prevalence", area=about.area, subject=about.subject)
    shares = [row for row in lists if told(row)]
    starts = [row for row in lists if flag(row, "starts_at_two") is not None]
    if shares:
        return _shares(about, found, shares)
    if starts:
        return _listed(about, found, starts[0])
    return _crimes(about, found)


def _shares(about: About, found: Found, rows: list[Row]) -> blocks.Answer:
    """A share of people, of incidents before crimes; one that a check contradicts is doubtful."""
    rows = sorted(rows, key=lambda row: row.measure != "recorded")
    implied = {row: _too_many(found, row) for row in rows}
    first = min(rows, key=lambda row: implied[row] is not None)
    said = [_share(about, first)]
    for row in rows:
        if row is not first and (told_of := implied[row]):
            said.append(_contradicted(row, *told_of))
    said += _by_group(found, about)
    tiles = _anywhere(found, about)
    headline = _headline(about, first)
    return answer(about, headline, [*said, *_unknown(about, found)], tiles)


def _headline(about: About, row: Row) -> str:
    """What share of the people were reported again, as one says it."""
    people = _people(row)
    if row.numerator < FEWEST:
        return f"fewer than 10 {people} were reported as victims more than once in {about.area}"
    share = rounding.share(row.estimate)
    if share.startswith("one in"):
        one = "adult" if people == "adults" else "person"
        return f"about one {one} in {share.removeprefix('one in ')} was reported again"
    share = rounding.share_of(row.estimate)
    nearly = "" if share.startswith(("almost", "over", "fewer")) else "about "
    return f"{nearly}{share} {people} reported as victims were reported more than once"


def _people(row: Row) -> str:
    return "adults" if row.definition.startswith("aged_18") else "people"


def _share(about: About, row: Row) -> Said:
    share, acts = rounding.percent(row.estimate), _acts(row)
    whole = about.crimes if acts == "crimes" else about.incidents
    verdict = FIRM if about.followed else NOT_FIRM
    text = (
        f"{share} of {numerals.number(row.denominator)} {_people(row)} in {whole} "
        f"were in two or more"
    )
    if about.followed:
        text = (
            f"{_many(row)} of {numerals.number(row.denominator)} people in {acts} were reported "
            f"again there"
        )
    tile = blocks.Tile(
        share,
        f"{_people(row)} in two or more {acts}, {numerals.number(row.numerator)} of "
        f"{numerals.number(row.denominator)}",
        verdict,
    )
    why = "Each person has one identifier" if about.followed else _BY_NAME
    return Said(verdict, text, why, period(row), tile if row.numerator >= FEWEST else None)


def _acts(row: Row) -> str:
    return "crimes" if row.measure == "crime" else "incidents"


def _too_many(found: Found, row: Row) -> tuple[float, float] | None:
    """The least number of crimes that these people imply, and the most that were recorded."""
    if row.measure != "crime":
        return None
    least = [
        each.numerator
        for each in found.rows("reports", area=row.area, subject=row.subject, measure="crime")
        if period(each) == period(row) and each.definition == row.definition
    ]
    crimes = found.counted(area=row.area, subject=row.subject, unit="offences", measure="crime")
    most = crimes.loc[(crimes["start"] == row.start) & (crimes["end"] == row.end), "count"].max()
    if not least or most != most or not least[0] > most:
        return None
    return least[0], float(most)


def _contradicted(row: Row, least: float, most: float) -> Said:
    share = rounding.percent(row.estimate)
    tile = blocks.Tile(
        share,
        f"{_people(row)} in two or more crimes, doubtful, {numerals.number(row.numerator)} of "
        f"{numerals.number(row.denominator)}",
        NOT_FIRM,
    )
    why = (
        f"It takes at least {numerals.number(least)} crimes, and at most "
        f"{numerals.number(most)} were recorded"
    )
    return Said(NOT_FIRM, f"counting crimes alone, it is {share}", why, period(row), tile)


def _by_group(found: Found, about: About) -> list[Said]:
    """The clearest difference between groups in how many were reported again, anywhere."""
    rows = found.rows(
        "risk ratio",
        measure="repeat_anywhere",
        versus="reference",
        area=about.area,
        subject=about.subject,
    )
    people = [row for row in rows if row.strand != "relationship"]
    return difference(people, "{who} were reported again anywhere {more} often than {other}")


def _anywhere(found: Found, about: About) -> list[blocks.Tile]:
    rows = found.rows("proportion", measure="repeat_anywhere", strand="all", area=about.area)
    return [
        blocks.Tile(
            rounding.percent(row.estimate),
            f"people reported again anywhere, {numerals.number(row.numerator)} of "
            f"{numerals.number(row.denominator)}",
            FIRM,
        )
        for row in rows
        if told(row) and row.unit == "victims" and row.subject == about.subject
    ][:1]


def _unknown(about: About, found: Found) -> list[Said]:
    if not about.followed:
        return [Said(NOT_KNOWN, "who they were, and how often each was reported, is not known")]
    rows = found.rows("risk ratio", measure="repeat_anywhere", versus="reference", area=about.area)
    ethnic = [row for row in rows if strands.made_from(row.strand) == "ethnicity_self_defined"]
    if not ethnic or any(row.verdict in (FIRM, NOT_FIRM) for row in ethnic):
        return []
    text = "differences between ethnic groups are not known"
    return [Said(NOT_KNOWN, text, "Most groups are withheld, or their records are incomplete")]


def _listed(about: About, found: Found, row: Row) -> blocks.Answer:
    """A list of people with two or more, and nobody knows of how many."""
    people = numerals.number(row.numerator)
    two = found.counted(area=row.area, subject=row.subject, strand="reports", group="2")
    two = two[(two["measure"] == row.measure) & (two["end"] == row.end)]
    acts = _acts(row)
    text = f"police listed {people} victims of two or more {acts}"
    if len(two):
        text += f"; {rounding.share(float(two['count'].iloc[0]) / row.numerator)} had two"
    tiles = [blocks.Tile(people, "people reported two or more times, police list", NOT_FIRM)]
    for each in found.rows("ratio of counts", unit="victim_records", area=about.area):
        if flag(each, "side_by_side") is not None and period(each) == period(row):
            beside = f"beside {numerals.number(each.denominator)} crimes"
            label = f"records of those people, {beside}"
            tiles.append(blocks.Tile(numerals.number(each.numerator), label, NOT_FIRM))
    said = [
        Said(NOT_FIRM, text, _clash(found) or _BY_NAME, period(row)),
        Said(
            NOT_KNOWN,
            "how many were reported once is not known, so no share can be given",
        ),
    ]
    headline = f"{people} people were reported as victims of {about.words} {acts} more than once"
    return answer(about, headline, said, tiles)


def _clash(found: Found) -> str:
    """A printed group of repeat victims that is larger than it can be."""
    if found.checks is None:
        return ""
    held = found.checks[found.checks["rule"] == "bounded_by_another"]
    for each in held.itertuples(index=False):
        return (
            f"People were matched by name, and one printed group shows {each.printed} where "
            f"{each.recomputed} is possible"
        )
    return ""


def _crimes(about: About, found: Found) -> blocks.Answer:
    """No people, but crimes that the area counted as repeats."""
    said, tiles = [], []
    for row in found.rows("proportion", measure="repeat_crime", strand="all", area=about.area):
        if not told(row) or row.subject != about.subject:
            continue
        counts = f"{_many(row)} of {numerals.number(row.denominator)}"
        share = (
            f"That is {rounding.hundred(row.estimate)}, counted"
            if row.numerator >= FEWEST
            else "They are counted"
        )
        why = f"{share} in the area's own way: no basis for ranking"
        said.append(
            Said(NOT_FIRM, f"police counted {counts} {about.crimes} as repeats", why, period(row))
        )
        said += _other_print(found, row)
        tiles = _repeat_tiles(row)
        break
    if said:
        said.append(Said(NOT_KNOWN, "how many people were harmed was not supplied"))
        return answer(
            about, f"How many people were harmed again in {about.area} is not known", said, tiles
        )
    text = (
        f"{about.area} did not say how many crimes were repeats, or how often people were reported"
    )
    return answer(
        about, f"Who is harmed again in {about.area} is not known", [Said(NOT_KNOWN, text)]
    )


def _repeat_tiles(row: Row) -> list[blocks.Tile]:
    if row.numerator < FEWEST:
        return []
    whole = numerals.number(row.denominator)
    return [
        blocks.Tile(
            numerals.number(row.numerator), f"crimes counted as repeats, of {whole}", NOT_FIRM
        ),
        blocks.Tile(rounding.percent(row.estimate), "of crimes counted as repeats", NOT_FIRM),
    ]


def _many(row: Row) -> str:
    """How many, if not so few that they are not told."""
    return numerals.number(row.numerator) if row.numerator >= FEWEST else "fewer than 10"


def _other_print(found: Found, row: Row) -> list[Said]:
    """A printed rate that its own counts do not give."""
    if found.checks is None:
        return []
    held = found.checks[found.checks["rule"] == "rate_against_counts"]
    exact = numerals.percent(row.estimate, digits=2)
    held = held[(held["recomputed"] == exact) & (held["severity"] == "contradiction")]
    return [
        Said(NOT_FIRM, f"the report prints {each.printed}, which these counts do not give")
        for each in held.itertuples(index=False)
    ][:1]
