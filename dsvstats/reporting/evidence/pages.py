"""An executed notebook as a page that a board can read."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dsvstats import files
from dsvstats.reporting import blocks
from dsvstats.reporting.evidence import contents, markdown, rendering, telling
from dsvstats.reporting.evidence.contents import Contents, Output

MORE = ("<!-- more -->\n", "<!-- /more -->")
"""What stands around the links to other pages, which are known when all pages are."""
_ELSEWHERE = re.compile(
    r"<(?:script|iframe|object|embed|link)\b"
    r"|\s(?:src|srcset|poster|background)\s*=\s*[\"']?\s*(?!data:)"
    r"|url\(\s*[\"']?(?!data:|#)|@import|\son\w+\s*=",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Link:
    """A link on a page: what it is called, where it leads, and whether that is the page itself."""

    name: str
    href: str = ""
    here: bool = False
    label: str = ""


@dataclass(frozen=True)
class File:
    """A file with the page's numbers: what it is, where it lies and how large it is."""

    name: str
    href: str
    size: str


def page(notebook: Path | str) -> list[Path]:
    """What does this executed notebook say, as one HTML file beside it? Code folded at its end.

    The page loads nothing from elsewhere. Where the notebook says that it is not for publication,
    nobody else may read either. Returns the files written.
    """
    notebook = Path(notebook)
    held = contents.read(notebook)
    target = notebook.with_name(telling.file_name(held, ".html"))
    files.write(target, to_html(held), private=held.private)
    if not held.private:
        files.share(notebook)
    return [target]


def to_html(
    held: Contents,
    *,
    numbers: Sequence[File] = (),
    tables: Sequence[File] = (),
    more: str | None = None,
) -> str:
    """The page of this notebook, with links to files of its numbers and to other pages."""
    told: dict[str, Any] = {
        "title": telling.title(held),
        "style": rendering.style("page"),
        "home": rendering.HOME,
        "glossary": rendering.GLOSSARY,
        "footer": telling.footer(held),
        "first": "answer" if held.answer else "evidence",
        "description": held.answer.headline if held.answer else telling.title(held),
        "crumbs": [each for each in (held.area, held.subject) if each],
        "dek": telling.dek(held),
        "notices": telling.notices(held),
        "answer": held.answer,
        "lead": "" if held.opening else _safe(markdown.to_html(held.lead)),
        "sections": list(_sections(held)),
        "absent": list(telling.absent(held)),
        "limits": _safe(markdown.to_html(held.limits)),
        "citation": telling.citation(held),
        "provenance": held.provenance,
        "documents": list(_documents(held)),
        "parameters": telling.parameters(held),
        "made": telling.day(held.made),
        "files": numbers,
        "tables": tables,
        "notebook": f"{held.name}.ipynb",
        "words": telling.words(held),
        "code": list(_grouped(held.code)),
        "more": _safe(links(held) if more is None else more),
    }
    return rendering.render("page.html.j2", rest=list(_rest(told)), **told)


def links(held: Contents, *, same_area: Sequence[Link] = (), same_page: Sequence[Link] = ()) -> str:
    """The links to the area's other pages, to the same page for other areas and to all."""
    return rendering.render(
        "more.html.j2",
        area=held.area,
        same_area=same_area,
        same_page=same_page,
        home=rendering.HOME,
        glossary=rendering.GLOSSARY,
    )


def _safe(text: str) -> Any:
    from markupsafe import Markup

    return Markup(text)


def _documents(held: Contents) -> Iterator[dict[str, str]]:
    """The sources, those that can be opened first."""
    found = held.provenance.documents if held.provenance else ()
    for each in sorted(found, key=lambda document: not telling.leads(document.address)):
        leads = telling.leads(each.address)
        yield {
            "title": telling.closed(telling.dated(each)),
            "link": each.address if leads else "",
            "found": "" if leads else each.address,
            "checksum": each.checksum,
        }


def _sections(held: Contents) -> Iterator[dict[str, Any]]:
    """What the page shows under each heading; what has nothing to show is told once, elsewhere."""
    taken: dict[str, int] = {}
    for each in filter(telling.answered, held.questions):
        shown = [_shown(output) for output in each.shown]
        yield {
            "heading": each.heading,
            "id": _address(each.heading, taken),
            "intro": _safe(markdown.to_html(each.intro)),
            "shown": [text for text in shown if text],
        }


def _address(heading: str, taken: dict[str, int]) -> str:
    name = files.slug(heading) or "section"
    taken[name] = taken.get(name, 0) + 1
    return name if taken[name] == 1 else f"{name}-{taken[name]}"


def _shown(output: Output) -> Any:
    """One thing that a cell showed, as HTML that loads nothing and runs nothing."""
    if isinstance(output.part, blocks.Block) and not output.part.sections:
        return ""
    if output.html and not _ELSEWHERE.search(output.html):
        return _safe(_table(output))
    if output.markdown:
        return _safe(f'<div class="finding">\n{markdown.to_html(output.markdown, top=2)}</div>')
    if output.png:
        picture = f"data:image/png;base64,{html.escape(output.png)}"
        alt = html.escape(output.alt or output.text)
        return _safe(f'<figure><img src="{picture}" alt="{alt}"></figure>')
    kind = ' class="warning"' if output.warning else ""
    return _safe(f"<pre{kind}>{html.escape(output.text)}</pre>" if output.text.strip() else "")


def _table(output: Output) -> str:
    """What a page shows of its own parts, or another's table, which may be wider than the page."""
    text = re.sub(r"<style\b.*?</style>", "", output.html, flags=re.DOTALL)
    if output.part is not None:
        return text
    caption = re.search(r"<caption[^>]*>(.*?)</caption>", text, re.DOTALL)
    label = re.sub(r"<[^>]+>", "", caption[1]).strip() if caption else "Table"
    return f'<div class="wide" tabindex="0" role="group" aria-label="{label}">\n{text}\n</div>'


def _rest(told: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """The last sections, in one line of the contents."""
    yield {"id": "cite", "name": "Cite"}
    if told["provenance"]:
        yield {"id": "sources", "name": "Sources"}
    yield {"id": "numbers", "name": "Numbers"}
    if told["words"]:
        yield {"id": "words", "name": "Words"}
    if told["code"]:
        yield {"id": "code", "name": "Code"}


def _grouped(code: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The code under each heading, which is said once."""
    held = None
    for heading, source in code:
        yield ("" if heading == held else heading), source
        held = heading
