"""A study in one file: dsvstats new, which writes one, and what run and publish take from it."""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dsvstats import files
from dsvstats.cli import notebooks
from dsvstats.errors import InputError, one_of

if TYPE_CHECKING:
    from dsvstats.runner.planning import Run

NAME = "study.yml"
ALL = "all"
_MEND = f"dsvstats new FOLDER writes one with comments; see data/templates/{NAME}"


@dataclass(frozen=True)
class Study:
    """What a study file says; its paths are from the folder that it lies in."""

    path: Path
    place: str = ""
    areas: tuple[str, ...] = ()
    notebooks: tuple[str, ...] = ()
    data: str = "published"
    mapping: str = ""
    themes: tuple[str, ...] = ()
    parameters: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    outputs: str = "outputs"
    site: str = "site"
    words: str = ""
    equality: str = ""

    def at(self, name: str) -> Path:
        """Where is this path of the study?"""
        return self.path.parent / Path(name).expanduser()

    def runs(self) -> list[Run]:
        """The runs of the study: each notebook for each area, and each theme."""
        from dsvstats.runner import batch, parameters
        from dsvstats.terms import places

        chosen = notebooks.chosen(list(self.notebooks))
        place = places.place(self._file(self.place))
        names = list(place.areas) if self.areas in ((), (ALL,)) else map(place.find, self.areas)
        texts = {place.find(area): str(self.at(file)) for area, file in self.texts.items()}
        found: list[Run] = []
        for area in dict.fromkeys(names):
            for path in chosen:
                has = parameters.of(path)
                themes = (self.themes or ("",)) if "theme" in has else ("",)
                for theme in themes:
                    told = self._given(theme) | {"texts": texts.get(area, "")} | self.parameters
                    given = {k: v for k, v in told.items() if k in has and v != ""}
                    found += batch.plan(
                        [path], [area], parameters=given, outputs=self.at(self.outputs)
                    )
        parameters.owners(chosen, self.parameters)
        return batch.apart(found)

    def _given(self, theme: str) -> dict[str, Any]:
        """Where the counts come from, and which theme, as parameters."""
        told = {"data": self.data, "mapping": self.mapping, "place": self.place, "theme": theme}
        return {name: self._file(value) for name, value in told.items()}

    def _file(self, name: str) -> str:
        """The path of a file that lies with the study; any other name as it is."""
        return str(self.at(name)) if name and (self.at(name).exists() or "*" in name) else name


def given(names: Iterable[str]) -> Study | None:
    """The study that is meant by these names; None where they name none."""
    names = list(names)
    found = [Path(each) for each in names if Path(each).suffix.casefold() in (".yml", ".yaml")]
    found += [Path(each, NAME) for each in names if Path(each, NAME).is_file()]
    if not found:
        return None
    if len(names) > 1:
        raise InputError(
            where="STUDY", rule="one study alone", value=names, mend="run one after the other"
        )
    return read(found[0])


def read(path: Path) -> Study:
    """What does this file say? Its first fault is an error with its key and the mend."""
    held = files.read_yaml(path, mend=_MEND)
    if not isinstance(held, dict):
        raise _wrong(path.name, "a study, with areas and notebooks", held)
    known = {each.name: each for each in fields(Study) if each.name != "path"}
    told: dict[str, Any] = {}
    for key, value in held.items():
        one_of(known, key, where=path.name, rule="a key of a study")
        told[key] = _value(value, known[key].default, f"{path.name}, {key}")
    for each in ("parameters", "texts"):
        if not isinstance(told.get(each, {}), dict):
            raise _wrong(f"{path.name}, {each}", "names and values", told[each])
    return Study(path=path.absolute(), **told)


def _value(value: Any, default: Any, where: str) -> Any:
    """The value as the study takes it: texts, or lists of them, numbers among them as written."""
    if isinstance(default, tuple):
        listed = value if isinstance(value, list) else [value]
        if not all(isinstance(each, (str, int)) and str(each) for each in listed):
            raise _wrong(where, "a list of names", value)
        return tuple(f"{each:02d}" if isinstance(each, int) else each for each in listed)
    if isinstance(default, str) and not isinstance(value, str):
        raise _wrong(where, "text", value)
    return {} if value is None else value


def _wrong(where: str, rule: str, value: object) -> InputError:
    return InputError(where=where, rule=rule, value=value, mend=_MEND)


def add(commands: argparse._SubParsersAction) -> None:
    """Say what dsvstats new takes."""
    new = commands.add_parser(
        "new",
        help="write a study with comments: a whole session's evidence in one file",
        description=f"Write {NAME} with comments into FOLDER, to be edited; then dsvstats run "
        f"FOLDER/{NAME}, and dsvstats publish FOLDER/{NAME}.",
    )
    new.add_argument("folder", metavar="FOLDER", help="made if it is missing")
    new.set_defaults(command=write)


def write(options: argparse.Namespace) -> int:
    """Write a study to begin from; the exit status."""
    path = Path(options.folder) / NAME
    if path.exists():
        raise InputError(
            where=str(path), rule="a new file", value="one that is there", mend="edit that one"
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(files.data("templates", NAME), path)
    except OSError as error:
        told = str(error.strerror or error)
        raise InputError(
            where=str(path), rule="a folder that can be written", value=told, mend="name another"
        ) from None
    print(f"Wrote {path}. Edit it, then:\n    dsvstats run {path}\n    dsvstats publish {path}")
    return 0
