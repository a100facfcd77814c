"""Imports run one way, and what is public is documented."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from pathlib import Path

import pytest

import dsvstats

ROOT = Path(dsvstats.__file__).parent
FRAMES = {
    "strands",
    "schemes",
    "counts",
    "pairing",
    "checking",
    "vocabulary",
    "withholding",
    "estimates",
    "errors",
}
MAY_IMPORT = {
    "errors": set(),
    "frames": {"frames"},
    "sources": {"frames", "sources"},
    "statistics": {"frames", "statistics"},
    "reporting": {"frames", "reporting"},
    "runner": {"errors", "runner"},
    "cli": {"frames", "errors", "sources", "statistics", "reporting", "runner"},
}


def modules() -> list[str]:
    found = pkgutil.walk_packages(dsvstats.__path__, "dsvstats.")
    return [each.name for each in found if not each.name.endswith("__main__")]


def imported(module: str) -> set[str]:
    path = ROOT.joinpath(*module.split(".")[1:])
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("dsvstats"):
            names |= {f"{node.module}.{each.name}" for each in node.names}
        elif isinstance(node, ast.Import):
            names |= {each.name for each in node.names if each.name.startswith("dsvstats")}
    return names


def room(name: str) -> str:
    first = (name.split(".") + [""])[1]
    if first in ("errors", "remembering"):
        return "errors"
    return "frames" if first in FRAMES or first.startswith("__") else first


@pytest.mark.parametrize("module", modules())
def test_imports_run_one_way(module):
    allowed = MAY_IMPORT[room(module)] | {"errors"}
    outside = {
        name for name in imported(module) if room(name) not in allowed and name != "dsvstats"
    }
    assert not outside


@pytest.mark.parametrize(
    "module",
    [m for m in modules() if room(m) == "statistics" and not m.split(".")[-1].startswith("_")],
)
def test_public_functions_say_what_they_answer(module):
    loaded = importlib.import_module(module)
    public = [
        value
        for name, value in vars(loaded).items()
        if inspect.isfunction(value) and value.__module__ == module and not name.startswith("_")
    ]
    assert all(len((value.__doc__ or "").split()) > 8 for value in public), module
