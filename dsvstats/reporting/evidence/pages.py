"""An executed notebook as a page that a board can read, and the list of all pages."""

from __future__ import annotations

import html
import re
from pathlib import Path

from dsvstats import files
from dsvstats.disclosure.withholding import NOTICE
from dsvstats.reporting.evidence import rendering
from dsvstats.reporting.wording import grouping


def page(notebook: Path | str) -> list[Path]:
    """What does this executed notebook say, as one HTML file beside it? Code folded away.

    The page loads nothing from elsewhere, and gives each figure the alternative text that the
    figure carries. Where the notebook says that it is not for publication, nobody else may read
    either. Returns the files written.
    """
    import nbformat

    notebook = Path(notebook)
    content = nbformat.read(notebook, as_version=4)
    told = {"title": title(content), "synthetic": synthetic(content)}
    body = rendering.html(content, home="../index.html", **told)
    target = notebook.with_suffix(".html")
    private = _says(content, NOTICE)
    files.write(target, re.sub(r"\n{3,}", "\n\n", body), private=private)
    if not private:
        files.share(notebook)
    return [target]


def title(content) -> str:
    """What is a notebook's title? Its first heading, wherever it stands; what is synthetic says so.

    >>> import nbformat.v4 as v4
    >>> title(v4.new_notebook(cells=[v4.new_markdown_cell("# Attrition")]))
    'Attrition'
    """
    found = (re.search(r"^# +(.+)$", text, flags=re.MULTILINE) for text in _texts(content))
    name = next((match[1].strip() for match in found if match), "Evidence")
    return f"{grouping.SYNTHETIC}: {name}" if synthetic(content) else name


def synthetic(content) -> bool:
    """Does anything that this notebook shows say that it was made from synthetic data?"""
    return _says(content, grouping.SYNTHETIC)


def _says(content, words: str) -> bool:
    outputs = (each for cell in content.cells for each in cell.get("outputs", []))
    shown = (text for each in outputs for text in each.get("data", {}).values())
    return any(words.casefold() in str(text).casefold() for text in shown)


def _texts(content):
    for cell in content.cells:
        if cell.cell_type == "markdown":
            yield cell.source
        for output in cell.get("outputs", []):
            yield output.get("data", {}).get("text/markdown", "")


def index(outputs: Path | str) -> Path:
    """Which pages are there? ``index.html`` over every area's folder in ``outputs``."""
    import nbformat

    outputs = Path(outputs)
    items = []
    files.sweep(outputs)
    here = outputs.resolve()
    for folder in sorted(path for path in outputs.iterdir() if path.is_dir()):
        if folder.resolve().parent != here:
            continue
        links = []
        for each in sorted(folder.glob("*.html")):
            notebook = each.with_suffix(".ipynb")
            name = title(nbformat.read(notebook, as_version=4)) if notebook.exists() else each.stem
            links.append(f'<li><a href="{folder.name}/{each.name}">{html.escape(name)}</a></li>')
        if links:
            area = folder.name.replace("-", " ").title().replace(" And ", " and ")
            area = area.replace(" Upon ", " upon ")
            items.append(f"<h2>{html.escape(area)}</h2>\n<ul>\n" + "\n".join(links) + "\n</ul>")
    style = (rendering.TEMPLATES / "evidence" / "evidence.css").read_text(encoding="utf-8")
    target = outputs / "index.html"
    files.write(
        target,
        '<!doctype html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Evidence</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>\n"
        "<h1>Police response to domestic and sexual violence: evidence by area</h1>\n"
        + "\n".join(items)
        + "\n</main>\n</body>\n</html>\n",
    )
    return target
