"""What a page says of itself, in every format: title, dek, notices, what is missing, citation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dsvstats import files
from dsvstats.errors import InputError
from dsvstats.reporting import blocks
from dsvstats.reporting.evidence import glossary, markdown
from dsvstats.reporting.evidence.contents import Contents, Question
from dsvstats.reporting.wording import grouping, phrases
from dsvstats.terms import places

SYNTHETIC = (
    "Synthetic data, made up to try the methods: what is marked synthetic happened to nobody. "
    "Homicides, residents and targets are real."
)
UNDATED = datetime(2000, 1, 1)
"""When what does not say its day was made, so that it is the same bytes every time."""


@dataclass(frozen=True)
class Absent:
    """What was not supplied, and the question that it leaves open, if it is of one."""

    text: str
    question: str = ""


def file_name(held: Contents, suffix: str) -> str:
    """What is this page's file called? Its area and its notebook.

    >>> file_name(Contents("02_attrition", "Attrition", parameters={"area": "Camden"}), ".html")
    'camden_02_attrition.html'
    """
    return "_".join(filter(None, [files.slug(held.area), held.name])) + suffix


def title(held: Contents) -> str:
    """What is the page called? Its area and its question; what is synthetic says so."""
    name = held.title
    if held.area and held.area.casefold() not in name.casefold():
        name = f"{held.area}: {name[:1].lower()}{name[1:]}"
    marked = held.synthetic and "synthetic" not in name.casefold()
    return f"{grouping.SYNTHETIC}: {name}" if marked else name


def dek(held: Contents) -> str:
    """Period, base and source, in a line."""
    if not held.opening:
        return ""
    source = f"Source: {spelt(held.opening.source)}" if held.opening.source else ""
    told = (held.opening.period, held.opening.base, source)
    return " ".join(closed(capital(each)) for each in told if each)


def notices(held: Contents) -> list[str]:
    """What must stand above all of it."""
    told = [held.opening.notice if held.opening else "", held.answer.notice if held.answer else ""]
    if held.synthetic and not any(grouping.SYNTHETIC in each for each in told):
        told.append(SYNTHETIC)
    return list(dict.fromkeys(each for each in told if each))


def footer(held: Contents) -> str:
    """Whom the evidence is for, and under which licence its figures are."""
    place = place_of(held)
    told = f"Evidence for the {place.publisher}." if place and place.publisher else "Evidence."
    return " ".join(filter(None, [told, place.licence if place else ""]))


def place_of(held: Contents) -> places.Place | None:
    """The place that the page's area is of; None where its file is not to be had here."""
    try:
        return places.place(str(held.parameters.get("place") or ""))
    except InputError:
        return None


def citation(held: Contents) -> str:
    """How the page is cited: whose evidence, title and period, version, day and data."""
    place, made_with = place_of(held), held.provenance
    period = f", {held.opening.period}" if held.opening and held.opening.period else ""
    version = f"dsvstats {made_with.version}" if made_with else ""
    data = [f"checksum of {name} {told}" for name, told in checksums(held).items()]
    sentences = [
        f"{place.publisher} evidence" if place and place.publisher else "",
        f"{title(held).rstrip('.?')}{period}",
        ", ".join(filter(None, [version, day(held.made), *data])),
    ]
    return " ".join(closed(each) for each in sentences if each)


def checksums(held: Contents) -> Mapping[str, str]:
    """The checksums of what the page was made from."""
    return held.provenance.checksums if held.provenance else {}


def day(made: str) -> str:
    """A day as a reader writes it, "" where there is none.

    >>> day("2026-11-05"), day("")
    ('5 November 2026', '')
    """
    try:
        found = date.fromisoformat(made)
    except ValueError:
        return ""
    return f"{found.day} {found:%B %Y}"


def moment(held: Contents) -> datetime:
    """The day on which the page was made, for files that hold one."""
    try:
        return datetime.fromisoformat(held.made)
    except ValueError:
        return UNDATED


def parameters(held: Contents) -> str:
    """The parameters, in a line."""
    given = held.provenance.parameters if held.provenance else {}
    return "; ".join(f"{name} {_plain(value)}" for name, value in given.items())


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple):
        return " and ".join(map(str, value))
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {each}" for name, each in value.items())
    return str(value)


def sources(held: Contents) -> list[str]:
    """The documents that the figures are from, each with its date and its address."""
    return [
        " ".join(filter(None, [closed(dated(each)), each.address]))
        for each in (held.provenance.documents if held.provenance else ())
    ]


def dated(document: blocks.Document) -> str:
    """A document's title and date."""
    return spelt(", ".join(filter(None, [document.title, document.date])))


def spelt(text: str) -> str:
    """A text with its days as a reader writes them.

    >>> spelt("Wandsworth report, 2009-10-06")
    'Wandsworth report, 6 October 2009'
    """
    return re.sub(r"\b\d{4}-\d\d-\d\d\b", lambda found: day(found[0]) or found[0], text)


def leads(address: str) -> bool:
    """Does this address lead somewhere, or does it only say where something was found?"""
    return address.startswith(("http://", "https://"))


def absent(held: Contents) -> Iterator[Absent]:
    """What the area did not supply: what it was asked for, and the questions left open by it."""
    if held.opening and held.opening.missing:
        yield Absent(closed(listed(held.opening.missing)))
    asked = listed(held.opening.missing) if held.opening and held.opening.missing else ""
    for each in held.questions:
        nothing = (b.what for b in each.blocks if not b.sections and b.what)
        told = [name for name in dict.fromkeys(nothing) if name.casefold() != asked.casefold()]
        if told:
            yield Absent(closed(listed(told)), each.heading)


def answered(question: Question) -> bool:
    """Does it show anything but blocks with nothing in them?"""
    only_blocks = bool(question.shown) and len(question.blocks) == len(question.shown)
    return not only_blocks or any(each.sections for each in question.blocks)


def words(held: Contents) -> list[glossary.Word]:
    """The glossary's words that the page uses where a reader sees them."""
    return glossary.used("\n".join(_read(held)))


def _read(held: Contents) -> Iterator[str]:
    """Everything on the page that is read without opening a table."""
    yield from (title(held), dek(held), markdown.plain(held.limits))
    if held.answer:
        yield held.answer.headline
        for finding in held.answer.findings:
            yield from (finding.text, finding.why)
        yield from (tile.label for tile in held.answer.tiles)
    for each in filter(answered, held.questions):
        yield from (each.heading, markdown.plain(each.intro))
        for block in each.blocks:
            for section in block.sections:
                yield from (section.heading, section.why, *section.sentences, *section.cautions)
                yield section.figure.caption if section.figure else ""
        for output in each.shown:
            yield "" if output.part else re.sub(r"<[^>]+>", " ", output.html or output.markdown)


def closed(text: str) -> str:
    """A text as a sentence: with its full stop."""
    text = text.strip()
    return text if text.endswith((".", "?", "!")) else f"{text}."


def listed(names: Sequence[str]) -> str:
    """Names in a row, the first with a capital.

    >>> listed(["arrests", "charges"])
    'Arrests and charges'
    """
    return capital(phrases.joined(names))


def capital(text: str) -> str:
    """A text that begins with a capital letter."""
    return phrases.upper_first(text)
