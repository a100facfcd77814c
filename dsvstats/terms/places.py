"""The places that are studied: which there are, and which is meant."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dsvstats.errors import InputError, near
from dsvstats.files import data
from dsvstats.terms.areas import File, Place, Tile

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["File", "Place", "Tile", "boroughs", "find", "known", "names", "of", "place"]

LONDON = "London"


def place(name: str | Path | Place = "") -> Place:
    """Which place is meant?

    ``name`` is a place of ``data/places`` ("" is the default one), a researcher's own YAML
    file, the folder that it lies in, or a place already opened. An unknown one is an error that
    lists the near ones. A file is read once, and again where it changed.

    >>> london = place()
    >>> london.whole, len(london.parts), london.areas[:2]
    ('London', 32, ('London', 'Barking and Dagenham'))
    >>> london.find("richmond"), london.find("MPS"), london.find("Barking & Dagenham")
    ('Richmond upon Thames', 'London', 'Barking and Dagenham')
    >>> london.tiles["Wandsworth"], london.censuses[2011].isoformat()
    (Tile(row=4, column=2, name='Wandsworth', own_force=False), '2011-03-27')
    """
    if isinstance(name, Place):
        return name
    path = _file(str(name).strip())
    held = _opened(path, _state(path))
    return _opened(path, _state(path, *(each.path for each in held.files.values())))


def known() -> list[str]:
    """Which places are there in the project's data?

    >>> known()
    ['london']
    """
    return sorted(each.stem for each in data("places").glob("*.yml"))


def _file(name: str) -> Path:
    """The YAML file of the place of this name, or at this path."""
    folder = data("places")
    if not name:
        return _default(folder, _state(*folder.glob("*.yml")))
    built_in = folder / f"{name.casefold()}.yml"
    if built_in.is_file() and Path(name).name == name:
        return built_in
    given = Path(name).expanduser()
    inside = sorted([*given.glob("*.yml"), *given.glob("*.yaml")]) if given.is_dir() else []
    if len(inside) == 1 or given.is_file():
        return inside[0] if inside else given
    if given.is_dir():
        raise InputError(
            where="place",
            rule="a folder with one YAML file",
            value=[each.name for each in inside] or name,
            mend="give the path of the file itself",
        )
    raise InputError(
        where="place",
        rule="a place of data/places, or a YAML file",
        value=name,
        mend=near(name, known()),
    )


def _state(*paths: Path) -> tuple:
    """What tells a changed file from the one that was read: its path, size and time."""
    found = ((str(each), (told := each.stat()).st_size, told.st_mtime_ns) for each in paths)
    return tuple(sorted(found))


@cache
def _default(folder: Path, state: tuple) -> Path:
    marked = [
        each
        for each in sorted(folder.glob("*.yml"))
        if _loaded(each, _state(each)).get("default") is True
    ]
    if len(marked) == 1:
        return marked[0]
    raise InputError(
        where="data/places",
        rule="one place with default: true",
        value=[each.name for each in marked],
        mend="mark one of them",
    )


@cache
def _opened(path: Path, state: tuple) -> Place:
    from dsvstats.terms.place_file import read  # here, so that YAML waits until it is needed

    return read(path, _loaded(path, _state(path)))


@cache
def _loaded(path: Path, state: tuple) -> dict[str, Any]:
    from dsvstats.terms.place_file import load

    return load(path)


def boroughs() -> tuple[str, ...]:
    """The parts of the default place."""
    return place().parts


def names() -> list[str]:
    """The areas of the default place, the whole first."""
    return [*place().areas]


def find(name: str) -> str:
    """Which area of the default place is meant?"""
    return place().find(name)


def of(rows: pd.DataFrame, area: str) -> pd.DataFrame:
    """The rows of this area of the default place."""
    return place().of(rows, area)
