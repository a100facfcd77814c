"""Pages from templates: what is said stands in Python, how it is set out in ``templates``."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dsvstats import files
from dsvstats.reporting import markup, tags

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).parent / "templates"
HOME, GLOSSARY = "../index.html", "../glossary.html"


def render(template: str, **told: Any) -> str:
    """This template, with what is told it."""
    return _environment().get_template(template).render(**told)


@cache
def style(*names: str) -> str:
    """The style of what is shown, and the sheets of these names, one after the other."""
    from markupsafe import Markup

    sheets = [(TEMPLATES / f"{each}.css").read_text(encoding="utf-8") for each in names]
    return Markup("".join([markup.style(), *sheets]))


def _tag(verdict: str) -> Any:
    from markupsafe import Markup

    return Markup(tags.html(verdict))


@cache
def _environment() -> Environment:
    """Made once in a process: its templates take as long to compile as a page to write."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=False,
        trim_blocks=False,
    )
    made.filters["slug"] = files.slug
    made.globals["tag"] = _tag
    return made


def prepare() -> None:
    """Have the templates compiled, before pages are made side by side."""
    for each in ("page.html.j2", "more.html.j2", "macros.html.j2", "frame.html.j2"):
        _environment().get_template(each)
