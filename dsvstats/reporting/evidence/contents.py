"""What does an executed notebook hold? Its parts, in the order in which a page tells them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from dsvstats.disclosure.withholding import NOTICE
from dsvstats.errors import InputError
from dsvstats.reporting import blocks
from dsvstats.reporting.wording import grouping

_NOT_CODE = ("parameters", "injected-parameters")
LIMITS = "Limits"
Kind = TypeVar("Kind")


@dataclass(frozen=True)
class Output:
    """One thing that a cell showed: a part of a page, or what another tool's notebook shows."""

    part: blocks.Part | None = None
    html: str = ""
    markdown: str = ""
    text: str = ""
    png: str = ""
    alt: str = ""
    warning: bool = False
    error: bool = False


@dataclass(frozen=True)
class Question:
    """A section of the notebook: its heading, what is said under it, and what it shows."""

    heading: str
    intro: str = ""
    shown: tuple[Output, ...] = ()

    @property
    def blocks(self) -> list[blocks.Block]:
        """The blocks that it shows."""
        return [each.part for each in self.shown if isinstance(each.part, blocks.Block)]


@dataclass(frozen=True)
class Contents:
    """An executed notebook, taken apart."""

    name: str
    title: str
    subject: str = ""
    opening: blocks.Opening | None = None
    answer: blocks.Answer | None = None
    provenance: blocks.Provenance | None = None
    lead: str = ""
    questions: tuple[Question, ...] = ()
    limits: str = ""
    code: tuple[tuple[str, str], ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    private: bool = False
    synthetic: bool = False
    made: str = ""
    failed: str = ""

    @property
    def area(self) -> str:
        """The area that it is about, where it says so."""
        return self.opening.area if self.opening else str(self.parameters.get("area", ""))

    @property
    def blocks(self) -> list[blocks.Block]:
        """All blocks that it shows, in order."""
        return [block for each in self.questions for block in each.blocks]


def read(notebook: Path | str) -> Contents:
    """What does this executed notebook hold? What is no notebook is an error that says so."""
    path = Path(notebook)
    try:
        held = json.loads(path.read_bytes())
        cells = [_cell(each) for each in held["cells"]]
        if held.get("nbformat") != 4:
            raise ValueError(f"of format {held.get('nbformat')}")
    except OSError as error:
        raise _no_notebook(path, error.strerror or error) from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _no_notebook(path, f"{type(error).__name__}: {error}") from None
    return _contents(path.stem, cells, held.get("metadata") or {})


def _no_notebook(path: Path, problem: object) -> InputError:
    return InputError(
        where=path.name,
        rule="a whole notebook of format 4",
        value=str(problem),
        mend="run it again, or save it in JupyterLab",
    )


@dataclass(frozen=True)
class _Cell:
    kind: str
    source: str
    tags: tuple[str, ...]
    outputs: tuple[Output, ...]


def _cell(held: Mapping[str, Any]) -> _Cell:
    told = (_output(each) for each in held.get("outputs") or [])
    return _Cell(
        kind=held["cell_type"],
        source=_joined(held["source"]),
        tags=tuple((held.get("metadata") or {}).get("tags") or ()),
        outputs=tuple(each for each in told if each is not None),
    )


def _joined(text: Any) -> str:
    return "".join(text) if isinstance(text, list) else str(text)


def _output(held: Mapping[str, Any]) -> Output | None:
    kind = held["output_type"]
    if kind == "stream":
        return Output(text=_joined(held["text"]), warning=held.get("name") == "stderr")
    if kind == "error":
        return Output(text=f"{held.get('ename')}: {held.get('evalue')}", warning=True, error=True)
    data = held.get("data") or {}
    told = (held.get("metadata") or {}).get("image/png") or {}
    return Output(
        part=blocks.part(data[blocks.MIME]) if blocks.MIME in data else None,
        html=_joined(data.get("text/html", "")),
        markdown=_joined(data.get("text/markdown", "")),
        text=_joined(data.get("text/plain", "")),
        png=_joined(data.get("image/png", "")).replace("\n", ""),
        alt=str(told.get("alt", "")),
    )


def _contents(name: str, cells: list[_Cell], metadata: Mapping[str, Any]) -> Contents:
    outputs = [each for cell in cells for each in cell.outputs]
    told = metadata.get("papermill") or {}
    title, lead, questions, limits = _told(cells)
    parts = [each.part for each in outputs if each.part is not None]
    opening = _first(parts, blocks.Opening)
    return Contents(
        name=name,
        title=opening.title if opening else title or "Evidence",
        subject=f"{title}: {opening.theme}" if opening and opening.theme else title,
        opening=opening,
        answer=_first(parts, blocks.Answer),
        provenance=_first(parts, blocks.Provenance),
        lead=lead,
        questions=tuple(questions),
        limits=limits,
        code=tuple(_code(cells)),
        parameters=told.get("parameters") or {},
        private=_says(outputs, NOTICE),
        synthetic=_says(outputs, grouping.SYNTHETIC),
        failed=next((each.text for each in outputs if each.error), ""),
        made=str(told.get("end_time") or "")[:10],
    )


def _first(parts: list[blocks.Part], kind: type[Kind]) -> Kind | None:
    return next((each for each in parts if isinstance(each, kind)), None)


_PARTS = (blocks.Opening, blocks.Answer, blocks.Provenance)


def _told(cells: list[_Cell]) -> tuple[str, str, list[Question], str]:
    """The title, what stands under it, the questions, and the limits in plain words."""
    title, lead, limits = "", "", ""
    found: list[tuple[str, list[str], list[Output]]] = [("", [], [])]
    for cell in cells:
        if cell.kind == "markdown":
            for heading, level, body in _sections(cell.source):
                if level == 1 and not title:
                    title, lead = heading, body
                elif level in (1, 2) and heading == LIMITS:
                    limits = f"{limits}\n\n{body}".strip()
                elif level in (1, 2):
                    found.append((heading, [body], []))
                else:
                    found[-1][1].append(body)
        shown = [each for each in cell.outputs if not isinstance(each.part, _PARTS)]
        found[-1][2].extend(shown)
    questions = [
        Question(heading, "\n\n".join(filter(None, bodies)), tuple(shown))
        for heading, bodies, shown in found
    ]
    return title, lead, [each for each in questions if each.intro or each.shown], limits


def _sections(source: str) -> Iterator[tuple[str, int, str]]:
    """The headings of the first two levels in a text, each with its level and what follows it."""
    pieces = re.split(r"^(#{1,2}) +(.+?) *#*$", source, flags=re.MULTILINE)
    if pieces[0].strip():
        yield "", 0, pieces[0].strip()
    for marks, heading, body in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
        yield heading.strip(), len(marks), body.strip()


def _code(cells: list[_Cell]) -> Iterator[tuple[str, str]]:
    """Each cell's code, under the heading that it stands under in the notebook."""
    heading = ""
    for cell in cells:
        if cell.kind == "markdown":
            heading = next((h for h, level, _ in _sections(cell.source) if level), heading)
        elif cell.kind == "code" and cell.source.strip():
            under = "Parameters" if set(cell.tags) & set(_NOT_CODE) else heading
            yield under, cell.source


def _says(outputs: list[Output], words: str) -> bool:
    """Does anything that is shown say this?"""
    wanted = words.casefold()
    return any(wanted in each.casefold() for output in outputs for each in _words(output))


def _words(output: Output) -> Iterator[str]:
    yield from (output.html, output.markdown, output.text)
    if output.part is not None:
        yield str(output.part)
