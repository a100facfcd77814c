"""What is shown, as HTML for a page and a notebook, and as plain text."""

from __future__ import annotations

import hashlib
import html
from functools import cache
from pathlib import Path

from dsvstats.files import slug
from dsvstats.reporting import tables, tags
from dsvstats.reporting.blocks import Block, Section, Table

_LONG = 15


@cache
def style() -> str:
    """The style sheet of what is shown."""
    return Path(__file__).with_name("show.css").read_text(encoding="utf-8")


def page(block: Block) -> str:
    """The block as HTML: its sections, one after the other."""
    if not block.sections:
        return f"<p>{html.escape(nothing(block))}</p>"
    return "\n".join(_section(each) for each in block.sections)


def text(block: Block) -> str:
    """The block as plain text."""
    if not block.sections:
        return nothing(block)
    return "\n\n".join(filter(None, map(_plain, block.sections)))


def nothing(block: Block) -> str:
    """What is said of what was not supplied."""
    return f"Not supplied: {block.what}." if block.what else "Not supplied."


def _section(section: Section) -> str:
    body = "".join(
        [
            _tagline(section),
            *(f"<p>{html.escape(each)}</p>" for each in _paragraphs(section)),
            section.figure.html if section.figure else "",
        ]
    )
    name = _name(section)
    table = _table(section, name)
    if section.folded:
        return (
            f'<details class="dsv open-in-print"><summary>{html.escape(_named(section))}: '
            f"{html.escape(section.heading)}</summary>{body}{table}</details>"
        )
    head = f'<h3 id="{name}">{html.escape(section.heading)}</h3>' if section.heading else ""
    return f'<div class="dsv">{head}{body}{table}</div>'


def _tagline(section: Section) -> str:
    if not section.verdict:
        return ""
    why = f' <span class="small">{html.escape(section.why)}</span>' if section.why else ""
    return f'<p class="tagline">{tags.html(section.verdict)}{why}</p>'


def _paragraphs(section: Section) -> list[str]:
    return [
        line.removeprefix("- ") for each in section.sentences for line in each.split("\n") if line
    ]


def _table(section: Section, name: str) -> str:
    if section.table is None or not section.table.words:
        return ""
    drawn = tables.markup(section.table, name=name) + tables.link(section.table, name=name)
    if section.figure is None and len(section.table.words) <= _LONG:
        return drawn
    return (
        f'<details class="open-in-print"><summary>Table and CSV: {html.escape(_named(section))}'
        f"</summary>{drawn}</details>"
    )


def _named(section: Section) -> str:
    """What a folded part is called: by its strand, or by what its table holds."""
    plain = section.name in ("all", "table", "areas", "stages", "findings", "listing", "counts")
    if plain and isinstance(section.table, Table):
        return section.table.caption
    return section.name


def _name(section: Section) -> str:
    """An address that no other section of a page has, the same in any run."""
    caption = section.table.caption if section.table else ""
    told = repr((section.name, section.heading, section.sentences, caption))
    short = slug(section.heading or caption)[:40].strip("-")
    return f"{short}-{hashlib.sha256(told.encode()).hexdigest()[:6]}"


def _plain(section: Section) -> str:
    verdict = tags.words(section.verdict)
    parts = [
        section.heading,
        f"{verdict}. {section.why}".strip() if verdict else "",
        "\n".join(_paragraphs(section)),
        tables.plain(section.table) if section.table and section.table.words else "",
    ]
    return "\n\n".join(filter(None, parts))
