"""What a page shows, as data: a notebook displays these parts, and every format is made from them.

A notebook's output carries a part under ``MIME`` beside its HTML and its plain text, so that a
page, a DOCX, an XLSX and a CSV of one finished run give the same numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, is_dataclass
from functools import cache
from types import UnionType
from typing import Any, TypeAlias, get_args, get_origin, get_type_hints

MIME = "application/vnd.dsvstats.v1+json"
Cell: TypeAlias = str | float | int | None


@dataclass(frozen=True)
class Finding:
    """One thing that a page found: what, how firm (a verdict of `estimates.verdicts`), and why."""

    verdict: str
    text: str
    why: str = ""


@dataclass(frozen=True)
class Tile:
    """A headline figure: the number as a reader quotes it, of what, and how firm."""

    number: str
    label: str
    verdict: str = ""


@dataclass(frozen=True)
class Answer:
    """A page's answer: its headline, its findings in order of rank, and its headline figures."""

    headline: str
    findings: tuple[Finding, ...] = ()
    tiles: tuple[Tile, ...] = ()
    notice: str = ""
    """What must stand above all of it: that the data are synthetic."""


@dataclass(frozen=True)
class Column:
    """A column of a table: a name for machines, a title for people, and what its cells are.

    ``kind`` is text, count, percent, ratio, rate, number or date; ``digits`` those after the
    point, where its numbers are written. A percentage is held as a proportion.
    """

    name: str
    title: str
    kind: str = "text"
    digits: int = 0


@dataclass(frozen=True)
class Table:
    """A table: ``values`` as numbers, and ``words`` as read; both have a row for each row.

    ``section`` names the column whose values head the rows below them. ``marks`` says for a row
    which notes it has, by their place in ``notes``.
    """

    caption: str
    columns: tuple[Column, ...]
    values: tuple[tuple[Cell, ...], ...]
    words: tuple[tuple[str, ...], ...]
    section: str = ""
    notes: tuple[str, ...] = ()
    marks: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True)
class Figure:
    """A figure: its caption, its text for those who listen, and what draws it.

    ``html`` is what a page and a notebook show below the caption and the ``key`` to its marks;
    ``rows`` and ``scale`` what it was drawn from, for formats that take nothing else.
    """

    kind: str
    caption: str
    alt: str
    html: str = ""
    key: tuple[str, ...] = ()
    rows: tuple[dict[str, Any], ...] = ()
    scale: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Section:
    """What is shown under one heading that states a finding: sentences, figure, table."""

    name: str
    heading: str
    verdict: str = ""
    why: str = ""
    sentences: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    """What must be borne in mind of them, and of the figure."""
    figure: Figure | None = None
    table: Table | None = None
    folded: bool = False
    """Is it shown only when it is asked for: fine groups under broad ones, or nothing clear?"""


@dataclass(frozen=True)
class Indicator:
    """A figure by which areas stand side by side: which, whose, the number, its counts."""

    title: str
    area: str
    number: str
    base: str = ""
    verdict: str = ""


@dataclass(frozen=True)
class Block:
    """What one ``show`` displays: a section for each strand, or for each thing counted.

    ``indicators`` are those of `indicators.ENTRIES` among it, of any area.
    """

    what: str
    sections: tuple[Section, ...] = ()
    source: str = ""
    synthetic: bool = False
    indicators: tuple[Indicator, ...] = ()


@dataclass(frozen=True)
class Opening:
    """How a page opens: title, area, period, base and source in a line, and any notice.

    ``theme`` tells it from other pages of the same notebook and area.
    """

    title: str
    area: str
    whole: str
    question: str
    period: str
    base: str = ""
    source: str = ""
    notice: str = ""
    supplied: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    theme: str = ""


@dataclass(frozen=True)
class Document:
    """A source: its readable title, its date, its address as printed, and its checksum."""

    title: str
    date: str = ""
    address: str = ""
    checksum: str = ""


@dataclass(frozen=True)
class Provenance:
    """What a page was made from."""

    version: str
    parameters: dict[str, Any] = field(default_factory=dict)
    documents: tuple[Document, ...] = ()
    checksums: dict[str, str] = field(default_factory=dict)


Part: TypeAlias = Answer | Block | Opening | Provenance


def data(part: Part) -> dict[str, Any]:
    """This part as plain data, with the name of what it is.

    A figure's HTML stands in the page's own, and what is empty in its rows is left out.

    >>> data(Answer("Barnet supplied no figures."))["part"]
    'Answer'
    """
    held = {"part": type(part).__name__} | asdict(part)
    for section in held.get("sections", ()):
        figure = section["figure"]
        if figure:
            del figure["html"], figure["key"]
            figure["rows"] = [_filled(row) for row in figure["rows"]]
    return held


def _filled(row: Mapping[str, Any]) -> dict[str, Any]:
    empty: tuple[Any, ...] = (None, "", [None, None])
    return {name: value for name, value in row.items() if value not in empty}


def part(held: Mapping[str, Any]) -> Part:
    """The part that these plain data are of, the other way round than ``data``.

    >>> part(data(Answer("Barnet supplied no figures.", (Finding("firm", "One."),)))).findings
    (Finding(verdict='firm', text='One.', why=''),)
    """
    kinds = {each.__name__: each for each in get_args(Part)}
    return _made(kinds[held["part"]], held)


def _made(kind: Any, held: Any) -> Any:
    """What a field of this type was before it became plain data; what is unknown is left out."""
    if held is None:
        return None
    if isinstance(kind, type) and is_dataclass(kind):
        types = _types(kind)
        return kind(**{name: _made(types[name], held[name]) for name in types if name in held})
    if get_origin(kind) is tuple:
        return tuple(_made(get_args(kind)[0], each) for each in held)
    if get_origin(kind) is UnionType:
        return _made(get_args(kind)[0], held)
    return held


@cache
def _types(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)
