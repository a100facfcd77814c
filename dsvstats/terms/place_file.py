"""A place as a YAML file says it, or an error that says what is wrong with the file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from dsvstats import files
from dsvstats.errors import InputError, near
from dsvstats.terms.areas import File, Place, Tile, folded

KEYS = (
    *("default", "whole", "aliases", "force", "parts_are", "parts", "beside", "censuses"),
    *("files", "prefer", "publisher", "licence"),
)
FILES = (
    *("residents", "documents", "printed", "mapping", "recorded_crime", "homicides"),
    *("following_up", "outcomes", "court_times"),
    *("volumes", "sources"),
)
_OF_PART = ("code", "aliases", "column", "row", "tile", "force")


def read(path: Path, held: Mapping[str, Any]) -> Place:
    """Which place does this file hold? Its first fault is an error with its key and the mend.

    >>> path = files.data("places", "london.yml")
    >>> read(path, load(path)).whole
    'London'
    """
    where = path.name
    _known(held, KEYS, where)
    whole = _text(held.get("whole"), f"{where}, whole", "the name of the whole")
    parts = _entries(held.get("parts"), f"{where}, parts")
    beside = _entries(held.get("beside"), f"{where}, beside")
    words = _list(held.get("parts_are", ["part", "parts"]), f"{where}, parts_are")
    if len(words) != 2:
        raise _wrong(f"{where}, parts_are", "two words, one and many", words, "[ward, wards]")
    own = _files(held.get("files"), path)
    return Place(
        name=path.stem,
        whole=whole,
        parts=tuple(parts),
        part=words[0],
        parts_called=words[1],
        force=_text(held.get("force", ""), f"{where}, force", "the name of the police force"),
        codes={
            name: _text(entry["code"], f"{where}, {name}, code", "a code")
            for name, entry in (parts | beside).items()
            if "code" in entry
        },
        named=_named(held, whole, parts, where),
        tiles=_tiles(parts, beside, where),
        censuses=_censuses(held.get("censuses"), f"{where}, censuses"),
        files=own,
        prefer=tuple(_list(held.get("prefer", []), f"{where}, prefer")),
        publisher=_text(held.get("publisher", ""), f"{where}, publisher", "whom it is for"),
        licence=_text(held.get("licence", ""), f"{where}, licence", "a sentence"),
        checksum=files.checksum(*{path, *(each.path for each in own.values())}),
    )


def load(path: Path) -> dict[str, Any]:
    """What does the file hold, before any of it is looked at?"""
    held = files.read_yaml(path, mend="see data/places")
    if not isinstance(held, dict):
        raise _wrong(path.name, "a place, with whole and parts", held, "see data/places")
    return held


def _wrong(where: str, rule: str, value: object, mend: str) -> InputError:
    return InputError(where=where, rule=rule, value=value, mend=mend)


def _known(held: Mapping, keys: tuple[str, ...], where: str) -> None:
    for key in held:
        if key not in keys:
            raise _wrong(where, "keys of a place", key, near(str(key), [*keys]))


def _text(value: object, where: str, rule: str) -> str:
    if isinstance(value, str) and (value.strip() or value == ""):
        return value.strip()
    raise _wrong(where, rule, value, "write it as text, in quotes if it is a number")


def _list(value: object, where: str) -> list[str]:
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return value
    raise _wrong(where, "a list of names", value, "write it as [one, two]")


def _entries(value: object, where: str) -> dict[str, dict]:
    """Areas by name, each with what is said of it; a list of names says no more of them."""
    if value is None:
        return {}
    if isinstance(value, list):
        value = dict.fromkeys(_list(value, where))
    if not isinstance(value, dict):
        raise _wrong(where, "a list of names, or what is said of each", value, "see data/places")
    entries = {}
    for name, said in value.items():
        _text(name, where, "names as text")
        said = {} if said is None else said
        if not isinstance(said, dict):
            raise _wrong(f"{where}, {name}", "keys and values", said, "write {code: …}")
        _known(said, _OF_PART, f"{where}, {name}")
        entries[name] = said
    return entries


def _named(held: Mapping, whole: str, parts: Mapping[str, dict], where: str) -> dict[str, str]:
    names = {folded(each): each for each in (whole, *parts)}
    if len(names) <= len(parts):
        raise _wrong(where, "areas that differ in their names", [whole, *parts], "rename one")
    found = dict(names)
    given = {whole: held.get("aliases", [])} | {n: e.get("aliases", []) for n, e in parts.items()}
    for area, aliases in given.items():
        for alias in _list(aliases, f"{where}, {area}, aliases"):
            if found.setdefault(folded(alias), area) != area:
                raise _wrong(
                    f"{where}, {area}, aliases", "names of one area only", alias, "take it out"
                )
    return found


def _tiles(parts: Mapping, beside: Mapping, where: str) -> dict[str, Tile]:
    taken: dict[tuple[int, int], str] = {}
    tiles = {}
    for name, said in (*parts.items(), *beside.items()):
        if "row" not in said and "column" not in said:
            continue
        at = said.get("row"), said.get("column")
        here = f"{where}, {name}"
        if not all(isinstance(n, int) and not isinstance(n, bool) and 0 <= n < 100 for n in at):
            raise _wrong(here, "a row and a column from 0", at, "write column: 3, row: 1")
        if taken.setdefault(at, name) != name:
            raise _wrong(here, "on a tile of its own", at, f"{taken[at]} is there")
        tile = _text(said.get("tile", name), f"{here}, tile", "a short name")
        tiles[name] = Tile(*at, tile, own_force=name in beside)
    return tiles


def _censuses(value: object, where: str) -> dict[int, date]:
    rule, mend = "years with their days", "write {2011: 2011-03-27}"
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _wrong(where, rule, value, mend)
    for year, day in value.items():
        if type(day) is not date or day.year != year:
            raise _wrong(where, rule, f"{year}: {day}", mend)
    return dict(sorted(value.items()))


def _files(value: object, path: Path) -> dict[str, File]:
    where = f"{path.name}, files"
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _wrong(where, "files by what they hold", value, "write {residents: mine.csv}")
    _known(value, FILES, where)
    found = {}
    for name, said in value.items():
        here = f"{where}, {name}"
        said = {"path": said} if isinstance(said, str) else said
        if not isinstance(said, dict):
            raise _wrong(here, "a path", said, "write {path: mine.csv}")
        _known(said, ("path", "source"), here)
        file = path.parent / _text(said.get("path"), here, "a path from the place's own file")
        if not file.is_file():
            raise _wrong(here, "a file that exists", str(said.get("path")), f"not in {path.parent}")
        found[name] = File(file, _text(said.get("source", ""), here, "whom it is by"))
    return found
