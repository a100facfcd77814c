"""Amounts as bars: shares, people by number of reports, findings by rule."""

from __future__ import annotations

import math

import pandas as pd

from dsvstats import strands
from dsvstats.reporting import charts, grouping, numerals, paint, phrases, reading, rows, spoken
from dsvstats.reporting.axis import Axis, amounts
from dsvstats.reporting.theme import Picture, pictured


@pictured
def shares(estimates: pd.DataFrame, *, title: str = "", source: str = "") -> Picture:
    """How large is each share? Bars from 0 to 100% with their limits; the unrecorded dotted."""
    held = grouping.named(estimates)
    whole = not held or all(reading.scale(row.statistic) == reading.PERCENT for row in held)
    axis = charts.along(held, [_share(row) for row in held])
    if whole:
        axis = Axis(0.0, 1.0, label=charts.axis_words(held), write=numerals.percent)
    chart = rows.Chart(
        charts.sections(held, lambda row: _bar(row, _share(row))),
        axis,
        paint.bar,
        headings=(charts.estimate_heading(held), charts.counts_heading(held)),
    )
    missing = [row for row in held if not strands.recorded(row.group)]
    unrecorded = any(reading.known(row.estimate) for row in missing)
    key = [({"patch": paint.BARS[paint.MISSING]}, "not recorded")] if unrecorded else []
    return charts.finish("Bar chart", chart, estimates, title=title, source=source, key=key)


def _share(row) -> rows.Cell:
    if row.withheld:
        return rows.Cell(math.nan, look=paint.HATCHED)
    look = paint.ACCENTED if strands.recorded(row.group) else paint.MISSING
    look = paint.SMALL_GROUP if reading.small(row) else look
    return rows.Cell(row.estimate, row.lower, row.upper, look)


def _bar(row, cell: rows.Cell) -> rows.Row:
    said = charts.texts(row)
    return rows.Row(row.label, (cell,), said, spoken.row(row.label, *said))


@pictured
def reports(people: pd.DataFrame, *, title: str = "", source: str = "") -> Picture:
    """How many people are in one report, in two, in more? Bars, from a counts frame.

    Takes the rows of the strand "reports"; other rows are left out.
    """
    cases = people[people["strand"] == "reports"].reset_index(drop=True)
    held = grouping.named(cases)
    cells = [_count(row) for row in held]
    made = iter(cells)
    chart = rows.Chart(
        charts.sections(held, lambda row: _people(row, next(made))),
        amounts([each.estimate for each in cells], label="People"),
        paint.bar,
        headings=("People",),
    )
    return charts.finish(
        "Bar chart", chart, cases, title=title or _most_reported(held, cases), source=source
    )


def _count(row) -> rows.Cell:
    missing = row.withheld or row.count is pd.NA
    look = paint.HATCHED if row.withheld else paint.ACCENTED
    return rows.Cell(
        math.nan if missing else float(row.count),
        look=look if strands.recorded(row.group) else paint.MISSING,
    )


def _people(row, cell: rows.Cell) -> rows.Row:
    label = phrases.upper_first(phrases.member("reports", row.group).removeprefix("in "))
    number = phrases.WITHHELD if row.withheld else numerals.number(cell.estimate)
    return rows.Row(label, (cell,), (number,), spoken.row(label, _of_people(number)))


def _of_people(number: str) -> str:
    return f"{number} {'person' if number == '1' else 'people'}"


def _most_reported(held: list, cases: pd.DataFrame) -> str:
    if not held:
        return ""
    known = [row for row in held if not row.withheld and row.count is not pd.NA]
    if len({row.section for row in held}) > 1 or len(known) < len(held):
        return "People by how many reports they are in"
    top = max(known, key=lambda row: row.count)
    who = f"{numerals.number(float(top.count))} of {numerals.number(float(cases['count'].sum()))}"
    return f"Most often people are {phrases.member('reports', top.group)}: {who}"


@pictured
def findings(found: pd.DataFrame, *, title: str = "", source: str = "") -> Picture:
    """Which rules does what was supplied break, and how often? Bars, from the findings."""
    tally = found["rule"].value_counts(sort=False) if len(found) else pd.Series(dtype=int)
    tally = tally.sort_values(ascending=False, kind="stable")
    made = [
        rows.Row(
            phrases.rule(name),
            (rows.Cell(float(n), look=paint.ACCENTED),),
            (numerals.number(n),),
            spoken.row(phrases.rule(name), numerals.number(n)),
        )
        for name, n in tally.items()
    ]
    heading = title or (
        f"{phrases.upper_first(numerals.counted(len(found), 'finding'))} in what was supplied"
        if made
        else "What was supplied does not contradict itself"
    )
    heading = grouping.marked(heading, found, source)
    below = f"Source: {source}" if source else ""
    if not made:
        return charts.nothing(heading, below, words="No findings")
    chart = rows.Chart(
        [("", made)],
        amounts(tally, label="Findings"),
        paint.bar,
        headings=("Findings",),
    )
    page = rows.draw(chart, title=heading, subtitle=below)
    return Picture(
        page.figure,
        spoken.alt("Bar chart", title=heading, subtitle=below, rows=[row.spoken for row in made]),
    )
