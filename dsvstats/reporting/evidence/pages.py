"""An executed notebook as a page that a board can read."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from dsvstats import files
from dsvstats.errors import InputError
from dsvstats.reporting import blocks
from dsvstats.reporting.evidence import glossary, markdown, reading, rendering
from dsvstats.reporting.evidence.reading import Contents, Output
from dsvstats.terms import places

SYNTHETIC = (
    "Synthetic data, made up to try the methods: what is marked synthetic happened to nobody. "
    "Homicides, residents and targets are real."
)
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
    held = reading.read(notebook)
    target = notebook.with_name(file_name(held, ".html"))
    files.write(target, to_html(held), private=held.private)
    if not held.private:
        files.share(notebook)
    return [target]


def file_name(held: Contents, suffix: str) -> str:
    """What is this page's file called? Its area and its notebook.

    >>> file_name(Contents("02_attrition", "Attrition", parameters={"area": "Camden"}), ".html")
    'camden_02_attrition.html'
    """
    return "_".join(filter(None, [files.slug(held.area), held.name])) + suffix


def title(held: Contents) -> str:
    """What is the page called? Its area and its question; what is synthetic says so."""
    name = held.title
    if held.area and not name.casefold().startswith(held.area.casefold()):
        name = f"{held.area}: {name[:1].lower()}{name[1:]}"
    marked = held.synthetic and "synthetic" not in name.casefold()
    return f"Synthetic data: {name}" if marked else name


def to_html(held: Contents, *, numbers: Sequence[File] = (), more: str | None = None) -> str:
    """The page of this notebook, with links to files with its numbers and to other pages."""
    told: dict[str, Any] = {
        "title": title(held),
        "style": rendering.style("page"),
        "home": rendering.HOME,
        "glossary": rendering.GLOSSARY,
        "footer": footer(held),
        "first": "answer" if held.answer else "evidence",
        "description": held.answer.headline if held.answer else title(held),
        "crumbs": [each for each in (held.area, held.subject) if each],
        "dek": _dek(held),
        "notices": list(_notices(held)),
        "answer": held.answer,
        "lead": "" if held.opening else _safe(markdown.to_html(held.lead)),
        "limits": _safe(markdown.to_html(held.limits)),
        "cite": _cite(held),
        "provenance": held.provenance,
        "parameters": _parameters(held),
        "made": day(held.made),
        "files": numbers,
        "notebook": f"{held.name}.ipynb",
        "code": list(_grouped(held.code)),
        "more": _safe(links(held) if more is None else more),
    }
    told |= {"sections": list(_sections(held)), "absent": list(_absent(held))}
    told["words"] = glossary.used(_text(told))
    told["rest"] = list(_rest(told))
    return rendering.render("page.html.j2", **told)


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


def _safe(text: str) -> Any:
    from markupsafe import Markup

    return Markup(text)


def _dek(held: Contents) -> str:
    if not held.opening:
        return ""
    source = f"Source: {held.opening.source}" if held.opening.source else ""
    told = (held.opening.period, held.opening.base, source)
    return " ".join(_closed(each) for each in told if each)


def _closed(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _notices(held: Contents) -> Iterator[str]:
    told = [held.opening.notice if held.opening else "", held.answer.notice if held.answer else ""]
    if held.synthetic and not any(told):
        told.append(SYNTHETIC)
    yield from dict.fromkeys(each for each in told if each)


def _cite(held: Contents) -> dict[str, str]:
    place, made = place_of(held), held.provenance
    period = f", {held.opening.period}" if held.opening and held.opening.period else ""
    version = [f"dsvstats {made.version}" if made else "", day(held.made)]
    data = [
        f"checksum of {name} {value}" for name, value in (made.checksums if made else {}).items()
    ]
    sentences = [", ".join(filter(None, [*version, *data]))]
    return {
        "publisher": f"{place.publisher} evidence. " if place and place.publisher else "",
        "title": f"{title(held).rstrip('.?')}{period}",
        "version": " ".join(_closed(each) for each in sentences if each),
    }


def day(made: str) -> str:
    """A day as a reader writes it, "" where there is none.

    >>> day("2026-11-05"), day("")
    ('5 November 2026', '')
    """
    from datetime import date

    try:
        day = date.fromisoformat(made)
    except ValueError:
        return ""
    return f"{day.day} {day:%B %Y}"


def _parameters(held: Contents) -> str:
    given = held.provenance.parameters if held.provenance else {}
    return "; ".join(f"{name} {_plain(value)}" for name, value in given.items())


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple):
        return " and ".join(map(str, value))
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {each}" for name, each in value.items())
    return str(value)


def _sections(held: Contents) -> Iterator[dict[str, Any]]:
    """What the page shows under each heading; what has nothing to show is told once, elsewhere."""
    taken: dict[str, int] = {}
    for each in held.questions:
        shown = [_shown(output) for output in each.shown]
        if _nothing_in(each):
            continue
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


def _nothing_in(question: reading.Question) -> bool:
    """Does it show blocks, and nothing in any of them?"""
    return (
        bool(question.shown)
        and len(question.blocks) == len(question.shown)
        and not any(each.sections for each in question.blocks)
    )


def _absent(held: Contents) -> Iterator[dict[str, str]]:
    """What the area did not supply: what it was asked for, and the questions left open by it."""
    if held.opening and held.opening.missing:
        yield {"heading": "", "text": _closed(_listed(held.opening.missing))}
    for each in held.questions:
        told = list(dict.fromkeys(b.what for b in each.blocks if not b.sections and b.what))
        if told:
            yield {"heading": each.heading, "text": _closed(_listed(told))}


def _listed(names: Sequence[str]) -> str:
    told = ", ".join(names[:-1]) + (" and " if len(names) > 1 else "") + names[-1]
    return told[:1].upper() + told[1:]


def _shown(output: Output) -> Any:
    """One thing that a cell showed, as HTML that loads nothing and runs nothing."""
    if isinstance(output.part, blocks.Block) and not output.part.sections:
        return ""
    if output.html and not _ELSEWHERE.search(output.html):
        return _safe(_table(output))
    if output.markdown:
        return _safe(f'<div class="finding">\n{markdown.to_html(output.markdown)}</div>')
    if output.png:
        picture = f"data:image/png;base64,{html.escape(output.png)}"
        return _safe(
            f'<figure><img src="{picture}" alt="{html.escape(output.alt or output.text)}"></figure>'
        )
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


def _text(told: Mapping[str, Any]) -> str:
    """The words of the page that a reader sees without opening anything."""
    answer = asdict(told["answer"]) if told["answer"] else {}
    shown = [each[key] for each in told["sections"] for key in ("heading", "intro")]
    shown += [text for each in told["sections"] for text in each["shown"]]
    parts = [str(answer), told["dek"], str(told["limits"]), *map(str, shown)]
    return re.sub(r"data:[^\"']*|<[^>]+>", " ", " ".join(parts))


def _rest(told: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """The last sections, in one line of the contents."""
    if told["cite"]:
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
