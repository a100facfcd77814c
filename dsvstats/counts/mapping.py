"""A researcher's own words for columns, areas, measures and groups, fitted to ours by YAML."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dsvstats import files, strands
from dsvstats.counts.cells import TIDY, Breach
from dsvstats.counts.frame import COLUMNS
from dsvstats.errors import InputError, near
from dsvstats.files import fitting
from dsvstats.terms.areas import Place

COUNTS = "counts"
"""The name under which a mapping fits a table of counts."""
_MEND = "see data/templates/counts.yml"
_CODED = ("area", "subject", "unit", "measure", "strand", "group")
_DAYS = ("start", "end")


@dataclass(frozen=True)
class Fit:
    """How a table of counts is fitted: its columns (ours: theirs), codes and dates."""

    columns: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    dates: str = ""


def fits(mapping: str | Path) -> bool:
    """Does this YAML file fit a table of counts?

    >>> fits(files.data("templates", "counts.yml"))
    True
    """
    held = files.read_yaml(mapping, as_text=True, mend=_MEND)
    return isinstance(held, dict) and COUNTS in held


def read(mapping: str | Path, place: Place) -> Fit:
    """How is this table of counts fitted to ours?

    Under ``counts``: ``columns`` (ours: theirs), ``codes`` (column: {theirs: ours}) and ``dates``
    (as in ``%d/%m/%Y``).

    >>> from dsvstats.terms import places
    >>> read(files.data("templates", "counts.yml"), places.place()).codes["group"]["f"]
    'Female'
    """
    name = Path(mapping).name
    held = files.read_yaml(mapping, as_text=True, mend=_MEND)
    whole = fitting.names(name, held, mend=_MEND)
    others = [each for each in whole if each != COUNTS]
    if others:
        mend = "records have a mapping of their own"
        raise fitting.wrong(name, "of counts alone", others[0], mend)
    where = f"{name}, {COUNTS}"
    parts = fitting.names(where, whole.get(COUNTS), mend=_MEND)
    known = list(Fit.__dataclass_fields__)
    for part in parts:
        if part not in known:
            raise fitting.wrong(where, f"one of {', '.join(known)}", part, near(part, known))
    columns = {
        _of(f"{where}, columns", ours, COLUMNS): fitting.text(f"{where}, columns, {ours}", theirs)
        for ours, theirs in fitting.names(
            f"{where}, columns", parts.get("columns"), mend=_MEND
        ).items()
    }
    codes = fitting.names(f"{where}, codes", parts.get("codes"), mend=_MEND)
    return Fit(
        columns=columns,
        codes={ours: _codes(f"{where}, codes", ours, codes[ours], place) for ours in codes},
        dates=fitting.dates(f"{where}, dates", parts.get("dates", "")),
    )


def _of(where: str, ours: str, known: list[str]) -> str:
    if ours not in known:
        raise fitting.wrong(where, f"one of {', '.join(known)}", ours, near(ours, known))
    return ours


def _codes(where: str, ours: str, held: object, place: Place) -> dict[str, str]:
    where = f"{where}, {_of(where, ours, [*_CODED])}"
    check = _checks(where, place)[ours]
    found: dict[str, str] = {}
    for theirs, word in fitting.names(where, held, mend=_MEND).items():
        folded, code = fitting.word(theirs).casefold(), check(fitting.word(word))
        if found.setdefault(folded, code) != code:
            raise fitting.wrong(where, "one code for each word", theirs, "leave out one of them")
    return found


def _checks(where: str, place: Place) -> dict[str, Callable[[str], str]]:
    """What each code must be: a word of ours."""

    def tidied(column: str) -> Callable[[str], str]:
        def check(word: str) -> str:
            try:
                return TIDY[column][0](word)
            except Breach as breach:
                raise fitting.wrong(where, breach.args[0], word, breach.args[1]) from None

        return check

    def group(word: str) -> str:
        groups = list(dict.fromkeys(g for each in strands.SCHEMES.values() for g in each.groups))
        if not any(strands.known(each, word) for each in strands.SCHEMES):
            raise fitting.wrong(where, "a group of a strand", word, near(word, groups))
        return word

    return {
        **{each: tidied(each) for each in ("subject", "unit", "measure", "strand")},
        "area": lambda word: place.find(word, where=where),
        "group": group,
    }


def fitted(rows: files.Rows, fit: Fit) -> files.Rows:
    """The rows under our names for their columns, with our words for theirs."""
    names = [each.casefold() for each in rows.columns]
    theirs = {ours: name.strip().casefold() for ours, name in fit.columns.items()}
    for ours, name in theirs.items():
        if names.count(name) != 1:
            told = "add it" if name not in names else "remove or rename the second one"
            raise InputError(
                where=f"{rows.name}, columns",
                rule=f"a table with {fit.columns[ours]} once, for {ours}",
                value=rows.columns,
                mend=f"{told}, or mend the mapping",
            )
    called = {name: each for each, name in theirs.items()}
    columns = [called.get(name, each) for name, each in zip(names, rows.columns, strict=True)]
    if twice := [each for each in dict.fromkeys(columns) if columns.count(each) > 1]:
        raise InputError(
            where=f"{rows.name}, columns",
            rule="named once each",
            value=f"{twice[0]}, and {fit.columns[twice[0]]} for it",
            mend="remove one of the two, or mend the mapping",
        )
    return rows.renamed(columns, lambda column, cell: _word(fit, column, cell))


def _word(fit: Fit, column: str, cell: str) -> str:
    if column in _DAYS and fit.dates:
        return fitting.iso(cell, fit.dates)
    return fit.codes.get(column, {}).get(cell.casefold(), cell)
