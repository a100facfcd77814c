"""The pages of finished runs in a folder: which there are, and how they lead to each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from dsvstats.errors import InputError
from dsvstats.reporting.evidence import contents, pages, telling
from dsvstats.reporting.evidence.contents import Contents
from dsvstats.reporting.evidence.pages import MORE, Link


@dataclass(frozen=True)
class Page:
    """A page: the folder of its area, what it holds, and its file's name."""

    folder: str
    held: Contents
    name: str

    @property
    def href(self) -> str:
        """Where it lies, from the index."""
        return f"{self.folder}/{self.name}"


def found(outputs: Path | str) -> list[Page]:
    """Which pages are there, by area and notebook? Those made of whole notebooks beside them.

    What they show is left out, but for the parts that lists of pages are made from.
    """
    return [page for notebook in notebooks(outputs) if (page := _page(notebook)) is not None]


def notebooks(outputs: Path | str) -> Iterator[Path]:
    """The notebooks in each area's folder; what a link leads to is not in the outputs."""
    outputs = Path(outputs)
    here = outputs.resolve()
    for folder in sorted(path for path in outputs.iterdir() if path.is_dir()):
        if folder.resolve() == here / folder.name and not folder.name.startswith("."):
            yield from sorted(folder.glob("*.ipynb"))


def _page(notebook: Path) -> Page | None:
    try:
        held = contents.read(notebook)
    except InputError:
        return None
    name = telling.file_name(held, ".html")
    if not notebook.with_name(name).is_file():
        return None
    slim = [replace(each, intro="", shown=_blocks(each)) for each in held.questions]
    return Page(notebook.parent.name, replace(held, questions=tuple(slim), code=()), name)


def _blocks(question: contents.Question) -> tuple[contents.Output, ...]:
    """The blocks alone, without their pictures."""
    return tuple(contents.Output(part=_without_pictures(each)) for each in question.blocks)


def _without_pictures(block):
    sections = (
        replace(each, figure=each.figure and replace(each.figure, html=""))
        for each in block.sections
    )
    return replace(block, sections=tuple(sections))


def links(page: Page, among: Sequence[Page]) -> str:
    """The links on this page to the others."""
    held = page.held
    area = [each for each in among if each.folder == page.folder]
    same = [each for each in among if each.held.name == held.name]
    return pages.links(
        held,
        same_area=[_link(each, each.held.subject or each.held.title, page) for each in area],
        same_page=[_link(each, each.held.area or each.folder, page) for each in same],
    )


def _link(each: Page, name: str, page: Page) -> Link:
    near = each.name if each.folder == page.folder else f"../{each.href}"
    return Link(name, near, here=each == page)


def relinked(outputs: Path | str, among: Sequence[Page]) -> Iterator[tuple[Path, Path, str]]:
    """The pages whose links are not those of today: notebook, page, and text as it should be."""
    for page in among:
        path = Path(outputs, page.folder, page.name)
        text = path.read_text(encoding="utf-8")
        before, start, rest = text.partition(MORE[0])
        _, end, after = rest.partition(MORE[1])
        if start and end:
            new = before + start + links(page, among) + end + after
            if new != text:
                yield path.with_name(f"{page.held.name}.ipynb"), path, new
