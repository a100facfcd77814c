"""A page as a Word document, in the order of the page, without its code."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dsvstats.reporting import blocks, tags
from dsvstats.reporting.evidence import glossary, markdown, telling
from dsvstats.reporting.evidence.contents import Contents
from dsvstats.reporting.evidence.word_document import Document


def to_docx(held: Contents, *, pictures: Any = None) -> bytes:
    """The page as a Word document, without its code; ``pictures`` draws a figure as PNG."""
    written = Document(telling.title(held), created=telling.moment(held))
    opened(written, held)
    for question in held.questions:
        if not any(each.sections for each in question.blocks):
            continue
        written.heading(question.heading, 1)
        for text in paragraphs(question.intro):
            written.paragraph(text)
        for block in question.blocks:
            for section in block.sections:
                _section(written, section, pictures)
            if block.source:
                written.paragraph(f"Source: {block.source}", "Note")
    closed(written, held)
    return written.to_bytes()


def opened(written: Document, held: Contents, *, level: int = 0) -> None:
    """The title, what it is about, and the answer."""
    written.heading(telling.title(held), level)
    if telling.dek(held):
        written.paragraph(telling.dek(held), "Subtle")
    for each in telling.notices(held):
        written.paragraph(each, lead="Notice.")
    if not held.answer:
        return
    written.heading("The answer", level + 1)
    if held.answer.headline:
        written.paragraph("", lead=held.answer.headline)
    for tile in held.answer.tiles:
        written.paragraph(f"{tile.label}. {verdict(tile.verdict)}", "List Bullet", lead=tile.number)
    for finding in held.answer.findings:
        told = " ".join(filter(None, [finding.text, finding.why]))
        written.paragraph(told, lead=verdict(finding.verdict))


def verdict(name: str) -> str:
    """A verdict in words, as a sentence of its own."""
    said = tags.words(name)
    return f"{said}." if said else ""


def _section(written: Document, section: blocks.Section, pictures: Any) -> None:
    if section.heading:
        written.heading(section.heading, 2)
    told = " ".join(filter(None, [section.why, *section.sentences, *section.cautions]))
    if told or section.verdict:
        written.paragraph(told, lead=verdict(section.verdict))
    figure = None if section.folded else section.figure
    if figure is not None:
        png = pictures(figure) if pictures else ""
        if png:
            written.picture(png, caption=figure.caption, alt=figure.alt)
    if section.table is not None and section.table.values:
        written.table(section.table)


def closed(written: Document, held: Contents) -> None:
    """What was not supplied, the limits, how to cite, the sources and the words used."""
    absent(written, telling.absent(held), level=1)
    if held.limits:
        written.heading("Limits, in plain words", 1)
        written.items(paragraphs(held.limits))
    written.heading("How to cite", 1)
    written.paragraph(telling.citation(held))
    if held.provenance:
        sources(written, held.provenance.documents, level=1)
        written.paragraph(f"Parameters: {telling.parameters(held)}.", "Note")
    words(written, telling.words(held), level=1)
    written.paragraph(telling.footer(held), "Note")


def absent(written: Document, found: Iterable[telling.Absent], *, level: int) -> None:
    """What was not supplied, as a list."""
    for number, each in enumerate(dict.fromkeys(found)):
        if not number:
            written.heading("What was not supplied", level)
        written.paragraph(each.text, "List Bullet", lead=each.question)


def sources(written: Document, found: Iterable[blocks.Document], *, level: int) -> None:
    """The documents, each with its address."""
    for number, each in enumerate(dict.fromkeys(found)):
        if not number:
            written.heading("Where this comes from", level)
        written.linked(telling.closed(telling.dated(each)), each.address)


def words(written: Document, found: Iterable[glossary.Word], *, level: int) -> None:
    """The glossary's words that are used."""
    for number, each in enumerate(dict.fromkeys(found)):
        if not number:
            written.heading("Words used here", level)
        written.paragraph(each.meaning, "List Bullet", lead=f"{each.name}:")


def paragraphs(text: str) -> list[str]:
    """A notebook's text as plain paragraphs; each item of a list is one.

    >>> paragraphs("One.\\n\\n- *two*\\n- three")
    ['One.', 'two', 'three']
    """
    lines = [each.strip() for each in markdown.plain(text).splitlines()]
    return [each for each in lines if each]
