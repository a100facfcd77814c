"""What is shown, as HTML for a page and a notebook, and as plain text."""

from __future__ import annotations

import hashlib
import html
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from dsvstats.files import slug
from dsvstats.reporting import tables, tags
from dsvstats.reporting.blocks import Block, Figure, Section, Table
from dsvstats.reporting.wording import phrases

_LONG = 15


@cache
def style() -> str:
    """The style sheet of what is shown."""
    return Path(__file__).with_name("show.css").read_text(encoding="utf-8")


def page(block: Block) -> str:
    """The block as HTML: its sections, one after the other, and their tables, folded."""
    if not block.sections:
        return f"<p>{html.escape(nothing(block))}</p>"
    told: set[str] = set()
    drawn = [_folded(each) if each.folded else _section(each, told) for each in block.sections]
    return "\n".join([*drawn, *_tables([each for each in block.sections if not each.folded])])


def text(block: Block) -> str:
    """The block as plain text."""
    if not block.sections:
        return nothing(block)
    return "\n\n".join(filter(None, map(_plain, block.sections)))


def nothing(block: Block) -> str:
    """What is said of what was not supplied."""
    return f"Not supplied: {block.what}." if block.what else "Not supplied."


def _section(section: Section, told: set[str]) -> str:
    """A section; what another of the block has ``told`` of its figure is not told again."""
    name = _name(section)
    head = f'<h3 id="{name}">{html.escape(section.heading)}</h3>' if section.heading else ""
    table = ""
    if section.figure is None and _holds_table(section) and not _long(section):
        table = _table(section, name)
    return f'<div class="dsv">{head}{_body(section, told)}{table}</div>'


def _folded(section: Section) -> str:
    """A section of which only the heading is seen until it is asked for."""
    table = _table(section, _name(section)) if _holds_table(section) else ""
    return (
        f'<details class="dsv open-in-print"><summary>{html.escape(_named(section))}: '
        f"{html.escape(section.heading)} {tags.html(section.verdict)}</summary>"
        f"{_body(replace(section, verdict=''), set())}{table}</details>"
    )


def _tables(held: Sequence[Section]) -> Iterator[str]:
    """The tables of these sections, folded into one."""
    kept = [each for each in held if _holds_table(each) and (each.figure or _long(each))]
    if kept:
        named = "; ".join(map(_named, kept))
        drawn = "".join(_table(each, _name(each)) for each in kept)
        yield (
            f'<details class="dsv open-in-print"><summary>Table and CSV: {html.escape(named)}'
            f"</summary>{drawn}</details>"
        )


def _body(section: Section, told: set[str]) -> str:
    figure = section.figure
    drawn = _figure(figure, section.cautions, told) if figure else ""
    return f"{_tagline(section)}{_words(section)}{drawn}"


def _figure(figure: Figure, cautions: Sequence[str], told: set[str]) -> str:
    """A figure below what its block has not yet told: what is measured, of whom, the marks."""
    first, *rest = [*phrases.sentences(figure.caption), *cautions]
    parts = [] if first in told else [f"<b>{html.escape(first)}</b>"]
    parts += [html.escape(each) for each in rest if each not in told]
    caption = f"<figcaption>{' '.join(parts)}</figcaption>" if parts else ""
    new = "".join(f"<span>{each}</span>" for each in figure.key if each not in told)
    key = f'<p class="key" aria-hidden="true">{new}</p>' if new else ""
    told |= {first, *rest, *figure.key}
    return f"<figure>{caption}{key}{figure.html}</figure>"


def _words(section: Section) -> str:
    return "".join(f"<p>{html.escape(each)}</p>" for each in _paragraphs(section))


def _tagline(section: Section) -> str:
    if not section.verdict:
        return ""
    why = f' <span class="small">{html.escape(section.why)}</span>' if section.why else ""
    return f'<p class="tagline">{tags.html(section.verdict)}{why}</p>'


def _paragraphs(section: Section) -> list[str]:
    return [
        line.removeprefix("- ") for each in section.sentences for line in each.split("\n") if line
    ]


def _holds_table(section: Section) -> bool:
    return section.table is not None and bool(section.table.words)


def _long(section: Section) -> bool:
    return section.table is not None and len(section.table.words) > _LONG


def _table(section: Section, name: str) -> str:
    table = section.table
    return tables.markup(table, name=name) + tables.link(table, name=name) if table else ""


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
        "\n".join([*_paragraphs(section), " ".join(section.cautions)]).strip(),
        tables.plain(section.table) if section.table and section.table.words else "",
    ]
    return "\n\n".join(filter(None, parts))
