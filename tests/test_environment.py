"""pyproject.toml, requirements.lock and environment.yml describe one environment."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

import dsvstats

ROOT = Path(__file__).parents[1]
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
PLATFORMS = ("linux", "darwin", "win32")
CONDA_NAMES = {
    "ibis-duckdb": "ibis-framework",
    "matplotlib-base": "matplotlib",
    "python-duckdb": "duckdb",
}

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK, CLUSTER = (
    (ROOT / name).read_text(encoding="utf-8")
    for name in ("requirements.lock", "requirements-cluster.lock")
)
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))


def by_name(texts) -> dict[str, Requirement]:
    requirements = [Requirement(text) for text in texts]
    return {canonicalize_name(each.name): each for each in requirements}


RUNTIME = by_name(PYPROJECT["project"]["dependencies"])
EXTRAS = PYPROJECT["project"]["optional-dependencies"]
TEST = by_name(EXTRAS["test"])
CHECK = by_name(PYPROJECT["dependency-groups"]["check"])
DIRECT = RUNTIME | TEST | CHECK
BUILD = by_name(PYPROJECT["build-system"]["requires"])


def locked(lock: str = LOCK) -> list[tuple[Requirement, list[str]]]:
    """Each requirement of the lock with its hashes."""
    statements = re.sub(
        r"\\\n", " ", re.sub(r"^\s*#.*\n", "", lock, flags=re.MULTILINE)
    ).splitlines()
    parts = [statement.split("--hash=") for statement in statements]
    return [(Requirement(first.strip()), [each.strip() for each in rest]) for first, *rest in parts]


def pins(python: str, platform: str) -> dict[str, list[str]]:
    """The versions that the lock installs on one Python and platform, by package."""
    where = {"python_version": python, "python_full_version": f"{python}.0"}
    where |= {"sys_platform": platform, "os_name": "nt" if platform == "win32" else "posix"}
    versions: dict[str, list[str]] = {}
    for requirement, _ in locked():
        if requirement.marker is None or requirement.marker.evaluate(where):
            (pin,) = requirement.specifier
            versions.setdefault(canonicalize_name(requirement.name), []).append(pin.version)
    return versions


def conda() -> dict[str, str]:
    """What environment.yml says of each package's version, by its name outside conda."""
    *of_conda, last = CONDA["dependencies"]
    named = [
        re.match(r"([a-z0-9_-]+)(.*)", each).groups() for each in [*of_conda, *last["pip"][:-1]]
    ]
    return {CONDA_NAMES.get(name, canonicalize_name(name)): version for name, version in named}


def test_lock_pins_every_package_exactly_with_hashes():
    for requirement, hashes in locked() + locked(CLUSTER):
        assert [each.operator for each in requirement.specifier] == ["=="], requirement
        assert hashes and all(re.fullmatch(r"sha256:[0-9a-f]{64}", each) for each in hashes)


def test_lock_holds_no_address():
    assert not re.search(r"://|--(extra-)?index|--find-links|--trusted-host| @ ", LOCK + CLUSTER)


def test_what_runs_on_clusters_is_locked_apart_since_it_is_half_as_large_as_all_the_rest():
    asked = PYPROJECT["dependency-groups"]["cluster"]
    assert asked == [*EXTRAS["cluster"], *EXTRAS["spark"]]
    rest = {requirement.name: requirement.specifier for requirement, _ in locked()}
    pinned = {requirement.name: requirement.specifier for requirement, _ in locked(CLUSTER)}
    for requirement in map(Requirement, asked):
        (pin,) = pinned[requirement.name]
        assert pin.version in requirement.specifier and requirement.name not in rest
    shared = pinned.keys() & rest.keys()
    assert {name: pinned[name] for name in shared} == {name: rest[name] for name in shared}


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("python", PYTHONS)
def test_lock_gives_one_version_within_what_pyproject_asks(python, platform):
    versions = pins(python, platform)
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}
    for name, requirement in (DIRECT | BUILD).items():
        assert versions.get(name, ["not locked"])[0] in requirement.specifier, name


def test_results_do_not_depend_on_the_python():
    direct = [{name: pins(python, "linux")[name] for name in DIRECT} for python in PYTHONS]
    assert all(each == direct[0] for each in direct)


def test_build_group_is_what_the_build_needs():
    assert PYPROJECT["dependency-groups"]["build"] == PYPROJECT["build-system"]["requires"]


def test_conda_has_the_same_packages():
    assert CONDA["name"] == "dsvstats" and CONDA["channels"] == ["conda-forge"]
    assert set(conda()) == set(DIRECT) | {"python", "pip"}
    assert [*CONDA["dependencies"][-1]] == ["pip"]
    assert CONDA["dependencies"][-1]["pip"][-1] == "-e ."


def test_conda_versions_are_those_of_the_lock_or_of_pyproject():
    versions = pins(PYTHONS[0], "linux")
    for name, requirement in DIRECT.items():
        asked = conda()[name]
        if asked.startswith(">="):
            assert SpecifierSet(asked) == requirement.specifier, name
        else:
            assert versions[name][0] in SpecifierSet(f"=={asked.removeprefix('=')}.*"), name


def test_pythons_are_the_same_everywhere():
    versions = SpecifierSet(PYPROJECT["project"]["requires-python"])
    allowed = SpecifierSet(conda()["python"])
    classifiers = PYPROJECT["project"]["classifiers"]
    assert "3.10" not in versions and "3.10" not in allowed
    for python in PYTHONS:
        assert python in versions and python in allowed
        assert f"Programming Language :: Python :: {python}" in classifiers


def imported(folder: str) -> dict[str, str]:
    """The packages that the modules of this folder import, each with the last that does."""
    modules: dict[str, str] = {}
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [str(node.module)]
            modules |= {name.split(".")[0]: str(path.relative_to(ROOT)) for name in names}
    return modules


def owners(module: str) -> set[str]:
    """The packages that this module may come from."""
    return {canonicalize_name(name) for name in INSTALLED.get(module, [module])}


INSTALLED = packages_distributions()
COMMANDS = {
    "jupyterlab": "$(BIN)/jupyter lab",
    "mypy": "$(BIN)/mypy",
    "nbval": "--nbval",
    "pytest-xdist": "-n $(WORKERS)",
    "ruff": "$(BIN)/ruff",
}
"""Packages that the Makefile runs and nothing imports."""


def test_every_package_that_dsvstats_imports_is_asked_for():
    known = set(RUNTIME).union(*(by_name(EXTRAS[name]) for name in EXTRAS if name != "test"))
    undeclared = {
        module: path
        for module, path in imported("dsvstats").items()
        if module not in sys.stdlib_module_names
        and module != "dsvstats"
        and not known & owners(module)
    }
    assert undeclared == {}, "add to pyproject.toml and environment.yml, then `make lock`"


def test_every_package_asked_for_is_imported_or_run():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert {name for name, command in COMMANDS.items() if command not in makefile} == set()
    ours = set().union(*map(owners, imported("dsvstats"))) | set(COMMANDS)
    tests = ours.union(*map(owners, imported("tests")))
    assert set(RUNTIME) - ours == set()
    assert (TEST | CHECK).keys() - tests == set()
    for name in EXTRAS:
        assert by_name(EXTRAS[name]).keys() - tests == set(), name


def test_citation_is_of_this_version():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    project = PYPROJECT["project"]
    assert [citation[name] for name in ("title", "license", "version")] == [
        *(project[name] for name in ("name", "license")),
        dsvstats.__version__,
    ]
