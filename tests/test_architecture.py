"""Imports run one way, and what is public is documented."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
from pathlib import Path

import pytest

import dsvstats

ROOT = Path(dsvstats.__file__).parent
FLOORS = [
    {"errors"},
    {"files"},
    {"cache"},
    {"terms"},
    {"strands"},
    {"counts"},
    {"estimates"},
    {"disclosure"},
    {"sources", "statistics", "reporting"},
    {"page"},
    {"session", "report"},
    {"cli"},
]
"""From the ground up: a room imports from itself and from the floors below it."""
ALONE = {"runner": {"errors", "files", "cache"}}
"""The runner knows notebooks and files, nothing of statistics; the command brings both together."""


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
    return [*name.split("."), ""][1]


def below(name: str) -> set[str]:
    """The rooms that this one may import from."""
    if name in ALONE:
        return ALONE[name]
    floor = next(n for n, rooms in enumerate(FLOORS) if name in rooms)
    ground = set().union(*FLOORS[:floor])
    return ground | (set(ALONE) if name == "cli" else set())


@pytest.mark.parametrize("module", [each for each in modules() if each != "dsvstats"])
def test_imports_run_one_way(module):
    allowed = below(room(module)) | {room(module), "", "__version__"}
    assert {each for each in imported(module) if room(each) not in allowed} == set()


def test_every_room_has_its_floor():
    rooms = {room(each) for each in modules()}
    assert rooms == set().union(*FLOORS) | set(ALONE)


FACES = ["intervals", "disproportionality", "attrition", "repeats", "comparison"]
SINGLE = ["rates", "standardisation"]


def public(room: str) -> list:
    loaded = importlib.import_module(f"dsvstats.statistics.{room}")
    return [vars(loaded)[n] for n in loaded.__all__ if inspect.isfunction(vars(loaded)[n])]


@pytest.mark.parametrize("room", [*FACES, *SINGLE])
def test_public_functions_say_what_they_answer(room):
    assert public(room)
    assert all(len((each.__doc__ or "").split()) > 8 for each in public(room)), room


MANY = {
    f"{room}.{each.__name__}": each
    for room in [*FACES, *SINGLE]
    for each in public(room)
    if len(inspect.signature(each).parameters) > 3
}


def sections(function) -> dict[str, str]:
    """The docstring's text by the underlined heading that it stands under."""
    parts = re.split(r"^(\w+)\n-+$", inspect.getdoc(function), flags=re.MULTILINE)
    assert len(set(parts[1::2])) == len(parts[1::2])
    return dict(zip(parts[1::2], parts[2::2], strict=True)) | {"": parts[0]}


@pytest.mark.parametrize("name", MANY)
def test_functions_of_many_arguments_say_them_one_by_one(name):
    found, signature = sections(MANY[name]), inspect.signature(MANY[name])
    assert found[""].splitlines()[0].endswith((".", "?"))
    headings = [each for each in found if each not in ("", "Raises")]
    assert headings == ["Parameters", "Returns", "Examples"]
    told = re.split(r"^(\w+) : ", found["Parameters"], flags=re.MULTILINE)
    assert told[0].strip() == "" and told[1::2] == list(signature.parameters)
    for given, text in zip(signature.parameters.values(), told[2::2], strict=True):
        kind, _, meaning = text.strip().partition("\n")
        assert kind and meaning.startswith("    "), given.name
        if given.default not in (inspect.Parameter.empty, None):
            assert ast.literal_eval(kind.partition("default ")[2]) == given.default, given.name
    assert re.match(r"\n(\w+)[^\n]*\n    \S", found["Returns"])
    assert ">>> " in found["Examples"]


@pytest.mark.parametrize(
    "module", [m for m in modules() if hasattr(importlib.import_module(m), "__path__")]
)
def test_no_public_name_of_a_folder_hides_a_file_of_it(module):
    folder = importlib.import_module(module)
    files = {each.name for each in pkgutil.iter_modules(folder.__path__)}
    assert not files & set(getattr(folder, "__all__", []))


CHOICES = (ast.If, ast.IfExp, ast.For, ast.While, ast.ExceptHandler, ast.match_case)
MOST_CHOICES = 15


def choices(function: ast.AST) -> int:
    """Its cyclomatic complexity, with every `and`, `or` and comprehension a choice too."""
    nodes = list(ast.walk(function))
    several = sum(len(each.values) - 1 for each in nodes if isinstance(each, ast.BoolOp))
    gone_through = sum(1 + len(each.ifs) for each in nodes if isinstance(each, ast.comprehension))
    return 1 + sum(isinstance(each, CHOICES) for each in nodes) + several + gone_through


@pytest.mark.parametrize("module", modules())
def test_no_function_has_more_choices_than_one_can_follow(module):
    tree = ast.parse(inspect.getsource(importlib.import_module(module)))
    functions = [each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)]
    assert {f.name: n for f in functions if (n := choices(f)) > MOST_CHOICES} == {}
