"""The pages of the notebooks, made in this process: their own cells, up to the answer or to the end."""

from __future__ import annotations

import ast
import contextlib
import io
from functools import cache
from pathlib import Path
from typing import Any

import nbformat

from dsvstats.reporting import blocks

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
NAMES = {
    "quality": "00_data_quality",
    "disproportionality": "01_disproportionality",
    "attrition": "02_attrition",
    "repeats": "03_repeat_victimisation",
    "comparison": "04_borough_comparison",
    "theme": "05_thematic_session",
    "report": "06_borough_report",
}
_ANSWER = 3
"""Which code cell shows the answer: parameters, the page opened, the answer."""


@cache
def _code(question: str) -> tuple[ast.Module, ...]:
    held = nbformat.read(NOTEBOOKS / f"{NAMES[question]}.ipynb", as_version=4)
    return tuple(ast.parse(each.source) for each in held.cells if each.cell_type == "code")


@cache
def parts(
    question: str, area: str, *, whole: bool = False, **given: str
) -> tuple[tuple[blocks.Part, ...], dict[str, Any]]:
    """What the page displays, as data, and what its notebook holds then."""
    held: dict[str, Any] = {}
    shown: list[blocks.Part] = []
    cells = _code(question) if whole else _code(question)[:_ANSWER]
    with contextlib.redirect_stdout(io.StringIO()):
        for number, cell in enumerate(cells):
            for line in cell.body:
                if isinstance(line, ast.Expr):
                    found = eval(compile(ast.Expression(line.value), question, "eval"), held)
                    each = found if isinstance(found, tuple) else (found,)
                    shown += [item.part for item in each if hasattr(item, "part")]
                else:
                    exec(compile(ast.Module([line], []), question, "exec"), held)
            if number == 0:
                held |= {"area": area} | given
    return tuple(shown), held


def opening(question: str, area: str, **given: str) -> blocks.Opening:
    """How the page opens."""
    return next(p for p in parts(question, area, **given)[0] if isinstance(p, blocks.Opening))


def answer(question: str, area: str, **given: str) -> blocks.Answer:
    """What the page answers."""
    return next(p for p in parts(question, area, **given)[0] if isinstance(p, blocks.Answer))


def sentences(found: blocks.Answer) -> list[str]:
    """Everything that an answer says: its headline, and each finding with its reason."""
    told = [found.headline, *filter(None, [found.notice])]
    for each in found.findings:
        told += [each.text, *filter(None, [each.why])]
    return told
