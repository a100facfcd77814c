"""Finished runs made by hand: notebooks that show every part of a page."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from dsvstats.disclosure import NOTICE
from dsvstats.reporting import blocks, indicators
from dsvstats.reporting.blocks import Column

COLUMNS = (
    Column("group", "Group"),
    Column("numerator", "Count", "count"),
    Column("denominator", "Of", "count"),
    Column("share", "Share", "percent", 1),
    Column("estimate", "Times", "ratio", 2),
)
VALUES = (
    ("Women", 947, 1169, 947 / 1169, 3.98),
    ("Men", 222, 1169, 222 / 1169, None),
    ("Not recorded", 18, None, None, None),
)
WORDS = (
    ("Women", "947", "1,169", "81.0%", "3.98"),
    ("Men", "222", "1,169", "19.0%", "reference"),
    ("Not recorded", "18", "", "", ""),
)
TABLE = blocks.Table(
    caption="Rate ratio, women against men: victim records of domestic violence crimes, Wandsworth",
    columns=COLUMNS,
    values=VALUES,
    words=WORDS,
    notes=("Limits allow for people who recur.",),
    marks=((0,), (), ()),
)
FIGURE = blocks.Figure(
    kind="forest",
    caption="Women against men, rate ratio, Wandsworth",
    alt="Forest plot. Women 3.98 times the rate of men, clear of chance.",
    html='<figure><div role="img" aria-label="Forest plot.">women</div></figure>',
)
SECTION = blocks.Section(
    "gender",
    "Women were recorded as victims four times as often as men",
    verdict="firm",
    why="Gender was nearly always recorded.",
    sentences=("Women were in 947 of 1,169 victim records.",),
    figure=FIGURE,
    table=TABLE,
)
BLOCK = blocks.Block("victims by gender", (SECTION,), source="Wandsworth report")
NOTHING = blocks.Block("accused and victims by the same strand")
ANSWER = blocks.Answer(
    "Women are recorded as victims of domestic violence four times as often as men.",
    (
        blocks.Finding(
            "firm", "Women were in four in five victim records.", "Gender was nearly always there."
        ),
        blocks.Finding("not_firm", "Black residents appear about twice as often as their share."),
        blocks.Finding("not_known", "Disability is not known."),
    ),
    (
        blocks.Tile("4 times", "women's rate against men's", "firm"),
        blocks.Tile("46 in 100", "victim records without an ethnicity (544 of 1,187)"),
    ),
)
PROVENANCE = blocks.Provenance(
    "0.1.0",
    {"area": "Wandsworth", "data": "published", "census": [2001, 2011]},
    (
        blocks.Document(
            "Wandsworth BOCU response", "6 October 2009", "https://example.org/report/index.html"
        ),
        blocks.Document("Census 2011, table DC2107EW", "", "someone/somewhere@abc:raw/census.csv"),
    ),
    {"data": "c48d3a313d28"},
)


def opening(area: str = "Wandsworth", **told) -> blocks.Opening:
    """How the page of an area opens, unless told otherwise."""
    whole = {
        "title": f"{area}: who is over-represented?",
        "area": area,
        "whole": "London",
        "question": "who is over-represented?",
        "period": "31 May 2008 to 1 June 2009",
        "base": "1,187 victim records of domestic violence crimes",
        "source": "Wandsworth report of 6 October 2009",
        "supplied": ("incidents", "offences"),
        "missing": ("arrests", "charges"),
    }
    return blocks.Opening(**whole | told)


def shown(part: blocks.Part, html: str = "") -> dict:
    """A notebook's output that shows this part."""
    data = {blocks.MIME: blocks.data(part), "text/plain": type(part).__name__}
    return output(data | {"text/html": html or f"<p>{type(part).__name__}</p>"})


def output(data: dict, **metadata) -> dict:
    """A notebook's output of these data."""
    return {"output_type": "display_data", "data": data, "metadata": metadata}


def code(source: str, *outputs: dict, tags: tuple[str, ...] = ()) -> dict:
    """A cell of code, executed."""
    told = {"cell_type": "code", "execution_count": 1, "source": source}
    return told | {"metadata": {"tags": [*tags]}, "outputs": [*outputs]}


def text(source: str) -> dict:
    """A cell of text."""
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def notebook(*cells: dict, area: str = "Wandsworth") -> dict:
    """A notebook of these cells, as a run leaves it."""
    told = {"parameters": {"area": area}, "end_time": "2026-11-24T10:00:00+00:00"}
    return {
        "cells": [{"id": f"cell-{number}"} | each for number, each in enumerate(cells)],
        "metadata": {"papermill": told},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def whole(
    area: str = "Wandsworth", *, answer=ANSWER, block=BLOCK, html="", private=False, **told
) -> dict:
    """A whole page's notebook: every part that there is."""
    notice = NOTICE if private else ""
    return notebook(
        text("# Disproportionality\n\nWho is over-represented?"),
        code(f'area = "{area}"', tags=("parameters",)),
        code("here.heading()", shown(opening(area, notice=notice, **told))),
        code("show.answer(index)", shown(answer)),
        text("## Is each group's share that of the residents?\n\nEach group's *share* of those."),
        code("show(index)", shown(block, html)),
        text("## Who is suspected?\n\nIt is not a rate of offending."),
        code("show(versus)", shown(NOTHING)),
        text(
            "## Limits\n\n- A gap is measured here, not its cause.\n- A victim record is a record."
        ),
        code("here.provenance()", shown(PROVENANCE)),
        area=area,
    )


def standing(area: str, **told) -> dict:
    """The notebook of an area whose page has an indicator, and another area's."""
    title = indicators.ENTRIES[0].title
    found = (
        blocks.Indicator(title, "Nowhere", "1"),
        blocks.Indicator(title, area, "40", "1,976 of 4,979", "firm"),
    )
    return whole(area, block=replace(BLOCK, indicators=found), **told)


def save(held: dict, folder: Path, name: str = "01_disproportionality") -> Path:
    """Write this notebook into the folder of an area."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.ipynb"
    path.write_text(json.dumps(held), encoding="utf-8")
    return path
