"""Amounts as bars: shares, people by number of reports, findings by rule."""

from __future__ import annotations

import math

import pandas as pd

from dsvstats import strands
from dsvstats.reporting.figures import alt_text, charts, layout, marks
from dsvstats.reporting.figures.axis import Axis, amounts
from dsvstats.reporting.figures.theme import Picture, pictured
from dsvstats.reporting.wording import grouping, numerals, phrases, values


@pictured
def shares(estimates: pd.DataFrame, *, title: str = "", source: str = "") -> Picture:
    """How large is each share? Bars from 0 to 100% with their limits; the unrecorded dotted."""
    held = grouping.named(estimates)
    whole = not held or all(values.scale(row.statistic) == values.PERCENT for row in held)
    axis = charts.along(held, [_share(row) for row in held])
    if whole:
        axis = Axis(0.0, 1.0, label=charts.axis_words(held), write=numerals.percent)
    chart = layout.Chart(
        charts.sections(held, lambda row: _bar(row, _share(row))),
        axis,
        marks.bar,
        headings=(charts.estimate_heading(held), charts.counts_heading(held)),
    )
    missing = [row for row in held if not strands.recorded(row.group)]
    unrecorded = any(values.known(row.estimate) for row in missing)
    key = [({"patch": marks.BARS[marks.MISSING]}, "not recorded")] if unrecorded else []
    return charts.finish("Bar chart", chart, estimates, title=title, source=source, key=key)


def _share(row) -> layout.Cell:
    if row.withheld:
        return layout.Cell(math.nan, look=marks.HATCHED)
    look = marks.ACCENTED if strands.recorded(row.group) else marks.MISSING
    look = marks.SMALL_GROUP if values.small(row) else look
    return layout.Cell(row.estimate, row.lower, row.upper, look)


def _bar(row, cell: layout.Cell) -> layout.Row:
    said = charts.texts(row)
    return layout.Row(row.label, (cell,), said, alt_text.row(row.label, *said))


@pictured
def reports(people: pd.DataFrame, *, title: str = "", source: str = "") -> Picture:
    """How many people are in one report, in two, in more? Bars, from a counts frame.

    Takes the rows of the strand "reports"; other rows are left out.
    """
    cases = people[people["strand"] == "reports"].reset_index(drop=True)
    held = grouping.named(cases)
    cells = [_count(row) for row in held]
    made = iter(cells)
    chart = layout.Chart(
        charts.sections(held, lambda row: _people(row, next(made))),
        amounts([each.estimate for each in cells], label="People"),
        marks.bar,
        headings=("People",),
    )
    return charts.finish(
        "Bar chart", chart, cases, title=title or _most_reported(held, cases), source=source
    )


def _count(row) -> layout.Cell:
    missing = row.withheld or row.count is pd.NA
    look = marks.HATCHED if row.withheld else marks.ACCENTED
    return layout.Cell(
        math.nan if missing else float(row.count),
        look=look if strands.recorded(row.group) else marks.MISSING,
    )


def _people(row, cell: layout.Cell) -> layout.Row:
    label = phrases.upper_first(phrases.member("reports", row.group).removeprefix("in "))
    number = phrases.WITHHELD if row.withheld else numerals.number(cell.estimate)
    return layout.Row(label, (cell,), (number,), alt_text.row(label, _of_people(number)))


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
        layout.Row(
            phrases.rule(name),
            (layout.Cell(float(n), look=marks.ACCENTED),),
            (numerals.number(n),),
            alt_text.row(phrases.rule(name), numerals.number(n)),
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
    chart = layout.Chart(
        [("", made)],
        amounts(tally, label="Findings"),
        marks.bar,
        headings=("Findings",),
    )
    page = layout.draw(chart, title=heading, subtitle=below)
    return Picture(
        page.figure,
        alt_text.alt("Bar chart", title=heading, subtitle=below, rows=[row.spoken for row in made]),
    )
