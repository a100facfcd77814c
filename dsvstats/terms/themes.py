"""What a thematic session is about: entries of ``data/themes``, or a researcher's own file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

from dsvstats import files
from dsvstats.errors import InputError, near, one_of
from dsvstats.terms import chains, measures, schemes, subjects, units
from dsvstats.terms.schemes import SCHEMES

_SELECTS = ("doc", "paragraph", "area", "subject", "population", "measure", "strand", "category")
USUAL = {"crime": "recorded", chains.DETECTION: "crime"}
"""What may have become of a case, and what that is a part of, where a theme does not say."""
Selection = Mapping[str, str]


@dataclass(frozen=True)
class Reading:
    """Two printed numbers, one of them a part of the other, and what that says.

    ``count`` and ``of`` say which printed numbers are added up, by the columns of the printed
    table that they have these values in.
    """

    says: str
    count: tuple[Selection, ...]
    of: tuple[Selection, ...]


@dataclass(frozen=True)
class Theme:
    """What a session is about, and what to look at.

    ``definition`` and ``since`` tell a reader what is counted, and from when the words are.
    ``subjects`` and ``roles`` are whom it is about; ``strands`` those that they are told by, all
    that the board asks for where there is none; ``ages`` bands to choose from, the first that an
    area's own go whole into; ``outcomes`` what may have become of a case, each with what it is a
    part of. ``printed`` are the subjects of printed figures that belong to it,
    ``readings`` shares made from them; ``can`` and ``cannot`` what the evidence supports.
    """

    name: str
    title: str
    definition: str
    since: str
    subjects: tuple[str, ...]
    roles: tuple[str, ...] = ("victims",)
    strands: tuple[str, ...] = ()
    ages: tuple[tuple[str, ...], ...] = ()
    reference: Mapping[str, str] | None = None
    outcomes: Mapping[str, str] | None = None
    printed: tuple[str, ...] = ()
    readings: tuple[Reading, ...] = ()
    can: tuple[str, ...] = ()
    cannot: tuple[str, ...] = ()
    path: Path = Path()

    @property
    def told_by(self) -> list[str]:
        """The strands that people are told by: the theme's, or all that the board asks for."""
        return list(self.strands or chain.from_iterable(schemes.wanted().values()))


def known() -> list[str]:
    """Which themes are there in the project's data?

    >>> known()[:2]
    ['disabled_people', 'domestic_homicide']
    """
    return sorted(each.stem for each in files.data("themes").glob("*.yml"))


def theme(name: str | Path) -> Theme:
    """Which theme is meant: one of ``data/themes`` by its name, or a researcher's own YAML file?

    An unknown one is an error that lists the near ones; the first fault of a file is an error
    with its key and the mend.

    >>> older = theme("older_people")
    >>> older.title, older.strands, older.ages[1]
    ('Older people', ('age',), ('0-49', '50+'))
    """
    path = _path(str(name).strip())
    return _read(path, path.stat().st_mtime_ns)


def _path(name: str) -> Path:
    own, built_in = Path(name).expanduser(), files.data("themes") / f"{name.casefold()}.yml"
    if name and built_in.is_file() and own.name == name:
        return built_in
    if name and own.is_file():
        return own
    raise InputError(
        where="theme",
        rule="a theme of data/themes, or a YAML file of your own",
        value=name,
        mend=near(name, known()),
    )


@cache
def _read(path: Path, state: int) -> Theme:
    held = files.read_yaml(path, mend="see data/themes/older_people.yml")
    if not isinstance(held, dict):
        raise _wrong(path.name, "a title, a definition and subjects", held)
    names = [each.name for each in fields(Theme) if each.name not in ("name", "path")]
    for key in held:
        one_of(names, key, where=path.name, rule="a key of a theme")
    for key in ("title", "definition", "since"):
        if not isinstance(held.get(key), str) or not held[key].strip():
            raise _wrong(f"{path.name}, {key}", "a line of text", held.get(key))
    texts = {each: held[each].strip() for each in ("title", "definition", "since")}
    lists: dict[str, Any] = {
        each: _texts(held.get(each, []), f"{path.name}, {each}")
        for each in ("subjects", "roles", "strands", "printed", "can", "cannot")
    }
    lists["roles"] = lists["roles"] or ("victims",)
    _refuse_unknown(lists, path.name)
    bands = held.get("ages", [])
    if not isinstance(bands, list):
        raise _wrong(f"{path.name}, ages", "lists of age bands", bands)
    return Theme(
        name=path.stem,
        title=texts["title"],
        definition=texts["definition"],
        since=texts["since"],
        **lists,
        ages=tuple(_texts(each, f"{path.name}, ages") for each in bands),
        reference=_pairs(held.get("reference", {}), f"{path.name}, reference"),
        outcomes=_outcomes(held.get("outcomes", USUAL), f"{path.name}, outcomes"),
        readings=_readings(held.get("readings", []), path.name),
        path=path,
    )


def _refuse_unknown(lists: Mapping[str, tuple[str, ...]], name: str) -> None:
    if not lists["subjects"]:
        raise _wrong(f"{name}, subjects", "at least one subject", [])
    for each in lists["subjects"]:
        subjects.known(each, where=f"{name}, subjects")
    for each in lists["roles"]:
        one_of(units.roles(), each, where=f"{name}, roles", rule="a role of a person")
    for each in lists["strands"]:
        one_of(SCHEMES, each, where=f"{name}, strands", rule="a strand")


def _wrong(where: str, rule: str, value: object) -> InputError:
    return InputError(where=where, rule=rule, value=value, mend="see data/themes/older_people.yml")


def _texts(value: Any, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise _wrong(where, "a list of texts", value)
    return tuple(each.strip() for each in value)


def _pairs(value: Any, where: str) -> dict[str, str]:
    texts = isinstance(value, dict) and all(isinstance(each, str) for each in value.values())
    if not texts:
        raise _wrong(where, "one word for another, such as {age: 0-49}", value)
    return dict(value)


def _outcomes(value: Any, where: str) -> dict[str, str]:
    found = _pairs(value, where)
    for each in (*found, *found.values()):
        measures.known(each, where=where)
    return found


def _readings(value: Any, name: str) -> tuple[Reading, ...]:
    where = f"{name}, readings"
    if not isinstance(value, list):
        raise _wrong(where, "a list", value)
    found = []
    for each in value:
        if not isinstance(each, dict) or set(each) != {"says", "count", "of"}:
            raise _wrong(where, "says, count and of", each)
        sides = (_selections(each[side], f"{where}, {side}") for side in ("count", "of"))
        found.append(Reading(str(each["says"]).strip(), *sides))
    return tuple(found)


def _selections(value: Any, where: str) -> tuple[Selection, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(e, dict) for e in value):
        raise _wrong(where, "a list of {column: value}", value)
    for each in value:
        for column in each:
            one_of(_SELECTS, column, where=where, rule="a column of the printed table")
    return tuple({key: str(told) for key, told in each.items()} for each in value)
