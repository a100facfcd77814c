"""A force's own names and codes, fitted to the shape of an extract by a YAML file."""

from __future__ import annotations

from collections.abc import Mapping as Mappings
from dataclasses import dataclass, field
from pathlib import Path

from dsvstats import files
from dsvstats.errors import near
from dsvstats.files import fitting
from dsvstats.sources.extract.schema import TABLES, Column, columns, words
from dsvstats.terms.places import Place

ANYTHING = "*"
_TRUE, _FALSE = ("true", "yes", "on"), ("false", "no", "off")
"""Words of YAML."""


@dataclass(frozen=True)
class Fit:
    """How one table is fitted: its files, its columns (ours: theirs), codes and dates."""

    file: str = ""
    columns: Mappings[str, str] = field(default_factory=dict)
    codes: Mappings[str, Mappings[str, str]] = field(default_factory=dict)
    dates: str = ""


Mapping = Mappings[str, Fit]


def read(mapping: str | Path | dict | None, place: Place) -> Mapping:
    """How is this force's extract fitted to ours? A YAML file, what it would hold, or nothing.

    For each table ``file`` (a pattern), ``columns`` (ours: theirs), ``codes`` (column: {theirs:
    ours}; ``"*"`` is every other word, "" is not recorded) and ``dates`` (as in ``%d/%m/%Y``).

    >>> from dsvstats.terms import places
    >>> read({"reports": {"columns": {"borough": "BOCU"}}}, places.place())["reports"].columns
    {'borough': 'BOCU'}
    """
    where, held = _held(mapping)
    unknown = [table for table in held if table not in TABLES]
    if unknown:
        raise fitting.wrong(
            where, "tables of an extract", unknown[0], near(str(unknown[0]), list(TABLES))
        )
    return {
        table: _fit(f"{where}, {table}", table, held.get(table), columns(table, place))
        for table in TABLES
    }


def _held(mapping: str | Path | dict | None) -> tuple[str, dict]:
    if mapping is None:
        return "mapping", {}
    if isinstance(mapping, dict):
        return "mapping", mapping
    where = Path(mapping).name
    held = files.read_yaml(mapping, as_text=True, mend="see EXTRACT.md") or {}
    if not isinstance(held, dict):
        raise fitting.wrong(
            where, "tables with what is theirs", type(held).__name__, "see EXTRACT.md"
        )
    return where, held


def _fit(where: str, table: str, held, known: dict[str, Column]) -> Fit:
    held = _words(where, held)
    parts = list(Fit.__dataclass_fields__)
    for part in held:
        if part not in parts:
            raise fitting.wrong(where, f"one of {', '.join(parts)}", part, near(str(part), parts))
    named = {
        ours: fitting.text(f"{where}, columns", theirs)
        for ours, theirs in _words(f"{where}, columns", held.get("columns")).items()
    }
    codes = {
        ours: _words(f"{where}, codes, {ours}", theirs)
        for ours, theirs in _words(f"{where}, codes", held.get("codes")).items()
    }
    for ours in [*named, *codes]:
        if ours not in known:
            raise fitting.wrong(where, f"columns of {table}", ours, near(str(ours), list(known)))
    return Fit(
        file=_pattern(f"{where}, file", held.get("file", "")),
        columns=named,
        codes={ours: _codes(where, known[ours], ours, theirs) for ours, theirs in codes.items()},
        dates=fitting.dates(f"{where}, dates", held.get("dates", "")),
    )


def _codes(where: str, column: Column, ours: str, theirs: dict) -> dict[str, str]:
    allowed = _allowed(column)
    if allowed is None:
        raise fitting.wrong(f"{where}, codes", "columns of codes and flags", ours, "leave it out")
    found: dict[str, str] = {}
    for their, our in theirs.items():
        word = fitting.word(our)
        if word.casefold() not in allowed:
            raise fitting.wrong(
                f"{where}, codes, {ours}",
                "codes of this column",
                our,
                near(word, list(column.codes) or ["true", "false"]),
            )
        key = fitting.word(their).casefold()
        if key in found and found[key] != allowed[word.casefold()]:
            raise fitting.wrong(
                f"{where}, codes, {ours}", "one code for each word", their, "leave out one of them"
            )
        found[key] = allowed[word.casefold()]
    return found


def _allowed(column: Column) -> dict[str, str] | None:
    if column.kind == "code":
        return words(column)
    if column.kind == "flag":
        return dict.fromkeys(_TRUE, "true") | dict.fromkeys(_FALSE, "false") | {"": ""}
    return None


def _words(where: str, held) -> dict:
    return fitting.names(where, held, mend="see EXTRACT.md")


def _pattern(where: str, value) -> str:
    pattern = fitting.text(where, value)
    if pattern and (not Path(pattern).parts or Path(pattern).is_absolute() or "\0" in pattern):
        rule, mend = "a pattern of files inside the extract's folder", "for example crimes*.csv"
        raise fitting.wrong(where, rule, pattern, mend)
    return pattern
