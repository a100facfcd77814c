"""A force's own names and codes, fitted to the shape of an extract by a YAML file."""

from __future__ import annotations

import re
from collections.abc import Mapping as Mappings
from dataclasses import dataclass, field
from pathlib import Path

from dsvstats import files
from dsvstats.errors import InputError, near
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
        raise _wrong(where, "tables of an extract", unknown[0], near(str(unknown[0]), list(TABLES)))
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
        raise _wrong(where, "tables with what is theirs", type(held).__name__, "see EXTRACT.md")
    return where, held


def _fit(where: str, table: str, held, known: dict[str, Column]) -> Fit:
    held = _words(where, held)
    parts = list(Fit.__dataclass_fields__)
    for part in held:
        if part not in parts:
            raise _wrong(where, f"one of {', '.join(parts)}", part, near(str(part), parts))
    named = {
        ours: _text(f"{where}, columns", theirs)
        for ours, theirs in _words(f"{where}, columns", held.get("columns")).items()
    }
    codes = {
        ours: _words(f"{where}, codes, {ours}", theirs)
        for ours, theirs in _words(f"{where}, codes", held.get("codes")).items()
    }
    for ours in [*named, *codes]:
        if ours not in known:
            raise _wrong(where, f"columns of {table}", ours, near(str(ours), list(known)))
    return Fit(
        file=_pattern(f"{where}, file", held.get("file", "")),
        columns=named,
        codes={ours: _codes(where, known[ours], ours, theirs) for ours, theirs in codes.items()},
        dates=_dates(f"{where}, dates", held.get("dates", "")),
    )


def dates_pattern(form: str) -> tuple[str, str]:
    """What do dates in this form look like, and in which order do year, month and day stand?

    >>> dates_pattern("%d/%m/%Y")
    ('^([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})\\\\z', 'dmY')
    """
    parts = {"d": "([0-9]{1,2})", "m": "([0-9]{1,2})", "Y": "([0-9]{4})"}
    parts |= dict.fromkeys("HMS", "[0-9]{1,2}")
    pieces = re.split(r"%([dmYHMS])", form)
    pattern = "".join(parts[piece] if n % 2 else re.escape(piece) for n, piece in enumerate(pieces))
    return rf"^{pattern}\z", "".join(piece for piece in pieces[1::2] if piece in "dmY")


def _dates(where: str, form) -> str:
    form = _text(where, form)
    if form and sorted(dates_pattern(form)[1]) != ["Y", "d", "m"]:
        raise _wrong(where, "made of %d, %m and %Y, each once", form, "for example %d/%m/%Y")
    return form


def _codes(where: str, column: Column, ours: str, theirs: dict) -> dict[str, str]:
    allowed = _allowed(column)
    if allowed is None:
        raise _wrong(f"{where}, codes", "columns of codes and flags", ours, "leave it out")
    found: dict[str, str] = {}
    for their, our in theirs.items():
        word = _word(our)
        if word.casefold() not in allowed:
            raise _wrong(
                f"{where}, codes, {ours}",
                "codes of this column",
                our,
                near(word, list(column.codes) or ["true", "false"]),
            )
        key = _word(their).casefold()
        if key in found and found[key] != allowed[word.casefold()]:
            raise _wrong(
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


def _word(value) -> str:
    """A mapping that is no file may hold truth values and numbers; ~ is nothing, as in YAML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value in (None, "~", "null") else str(value).strip()


def _words(where: str, held) -> dict:
    if held in (None, ""):
        return {}
    if not isinstance(held, dict):
        raise _wrong(where, "names with what is theirs", held, "see EXTRACT.md")
    return held


def _pattern(where: str, value) -> str:
    pattern = _text(where, value)
    if pattern and (not Path(pattern).parts or Path(pattern).is_absolute() or "\0" in pattern):
        rule, mend = "a pattern of files inside the extract's folder", "for example crimes*.csv"
        raise _wrong(where, rule, pattern, mend)
    return pattern


def _text(where: str, value) -> str:
    if isinstance(value, (str, int)) and not isinstance(value, bool):
        return str(value)
    raise _wrong(where, "text", value, "put it in quotation marks")


def _wrong(where: str, rule: str, value, mend: str) -> InputError:
    return InputError(where=where, rule=rule, value=value, mend=mend)
