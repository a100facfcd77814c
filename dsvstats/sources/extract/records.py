"""A record-level extract of the crime recording system: read, checked and counted, lazily."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Mapping as Mappings
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import ibis
import pandas as pd

from dsvstats import counts
from dsvstats.errors import InputError
from dsvstats.sources.extract import counting, engine, files, frames, validation, values
from dsvstats.sources.extract import mapping as mappings
from dsvstats.sources.extract import wanted as wants
from dsvstats.sources.extract.findings import COLUMNS
from dsvstats.sources.extract.mapping import Mapping
from dsvstats.sources.extract.schema import TABLES, columns
from dsvstats.sources.extract.values import Value
from dsvstats.sources.extract.wanted import AGES, rolling
from dsvstats.terms import places
from dsvstats.terms.places import Place

__all__ = ["Extract", "check_path", "count", "read", "rolling", "validate"]


@dataclass(frozen=True)
class Extract:
    """The tables of an extract, lazy and as recorded, under our names for their columns.

    ``people`` and ``calls`` are None where they were not supplied. ``files`` are where the tables
    come from, ``mapping`` how their codes and dates are fitted, and ``place`` what the areas are
    parts of. ``passed`` holds the states of the files in which nothing stood that blocks a count.
    """

    reports: ibis.Table
    people: ibis.Table | None = None
    calls: ibis.Table | None = None
    files: Mappings[str, list[Path]] = field(default_factory=dict)
    mapping: Mapping = field(default_factory=lambda: mappings.read(None, places.place()))
    place: Place = field(default_factory=places.place)
    passed: list = field(default_factory=list, compare=False, repr=False)

    @cached_property
    def tables(self) -> dict[str, ibis.Table]:
        """The tables that were supplied, by name."""
        held = {name: getattr(self, name) for name in TABLES}
        return {name: table for name, table in held.items() if table is not None}

    def values(self, table: str, raw: ibis.Table, only: Collection[str] = ()) -> dict[str, Value]:
        """How is each column of this table, or each of these, read?"""
        return values.read(raw, columns(table, self.place), self.mapping[table], only)

    def typed(self, table: str, *columns: str) -> ibis.Table | None:
        """This table, or these columns of it, each as its own type, codes as numbers.

        None where the table was not supplied; columns that were not are left out.
        """
        if table not in self.tables:
            return None
        raw = self.tables[table]
        return values.typed(raw, table, self.values(table, raw, columns)).view()


def read(
    path: str | Path,
    *,
    mapping: str | Path | dict | None = None,
    connection: ibis.BaseBackend | None = None,
    place: str | Path | Place = "",
) -> Extract:
    """What extract is here? A file, a folder or a glob of CSV or Parquet; nothing is loaded yet.

    Files or folders whose names begin with reports, people or calls hold these tables; a single
    file of another name holds reports. Only the columns of EXTRACT.md are ever read. ``mapping``
    fits a force's own names, codes and dates to ours (a YAML file, or what it would hold).
    ``connection`` is an Ibis backend, else a DuckDB of our own that works out of core. ``place``
    is what the areas are parts of.
    """
    there = places.place(place)
    fit = mappings.read(mapping, there)
    found = files.find(path, fit)
    connection = engine.connect() if connection is None else connection
    tables = {
        table: files.open_table(connection, table, paths, fit[table])
        for table, paths in found.items()
    }
    return Extract(**tables, files=found, mapping=fit, place=there)


def validate(extract: Extract | str | Path) -> pd.DataFrame:
    """Is this extract fit to be counted? What is wrong with it, and where.

    Types, codes, keys, dates in order, ages and flags, worked out where the tables lie, without a
    copy in memory. Returns findings: ``file``, ``row`` (a CSV's header is row 1; a Parquet file's
    first record is row 1), ``column``, ``value`` (its shape only, letters as a and digits as 9:
    it may be a name), ``rule``, ``mend``, ``found`` (in how many rows) and ``blocks`` (nothing is
    counted until it is mended). A few examples stand for each kind.
    """
    return validation.findings(extract if isinstance(extract, Extract) else read(extract))


def check_path(
    path: str | Path,
    *,
    mapping: str | Path | dict | None = None,
    place: str | Path | Place = "",
) -> tuple[pd.DataFrame, int]:
    """Is the extract at this path fit to be counted? Findings, and the exit status to give.

    The status is 0 where nothing was found, 1 with findings, 2 where it cannot be read at all;
    then the one finding says why.
    """
    try:
        found = validate(read(path, mapping=mapping, place=place))
    except InputError as error:
        row = {
            "file": error.where,
            "row": None,
            "column": "",
            "value": str(error.value),
            "rule": error.rule,
            "mend": error.mend,
            "found": 1,
            "blocks": True,
        }
        columns = {"row": "Int64", "found": "int64", "blocks": bool}
        return pd.DataFrame([row], columns=COLUMNS).astype(columns), 2
    return found, 1 if len(found) else 0


def count(
    extract: Extract | str | Path,
    *,
    areas: list[str] | str | None = None,
    periods: list[tuple[str, str]] | tuple[str, str] | None = None,
    subjects: list[str] | None = None,
    units: list[str] | None = None,
    strands: list[str] | None = None,
    ages: tuple[str, ...] = AGES,
    covers: tuple[str, str] | None = None,
) -> pd.DataFrame:
    """How many of everything are in this extract? Every measure by area, period and strand.

    Incidents are all reports of a subject, offences those recorded as crimes; outcomes are of
    crimes, whenever they came. Victims, suspects (the accused among them) and accused are people,
    each counted once in an area, and once in the whole: that is counted directly, and only where
    every part of the place is in the extract. A person's age is that at the first report of the period and
    subject in the area, the other strands those last recorded in it; "Not recorded" is kept. The
    strand "reports" counts people by their number of reports.

    ``periods``: one (first day, last day) or a list of them, such as ``rolling(...)``; by default
    the last twelve months. ``covers``: the days that the extract covers, where its first and last
    report do not tell. ``strands`` may be crossed ("age x gender") or coarser than recorded
    ("ethnicity_broad"). Without person ids people are counted once per record instead
    (``victim_records``, ``offenders``).

    Returns a counts frame of raw counts: withholding small ones is a later step. Its ``source`` is
    the extract's own, so that what is synthetic says so. What cannot be counted rightly is an
    error with file, row, column and mend.
    """
    extract = extract if isinstance(extract, Extract) else read(extract)
    strands, bands = wants.strands(strands), wants.bands(ages)
    linked = extract.people is None or "person_id" in extract.people.columns
    units = wants.units(units, linked=linked)
    chosen = (
        None
        if areas is None
        else [extract.place.find(each) for each in ([areas] if isinstance(areas, str) else areas)]
    )
    validation.refuse(extract)
    supplied = frames.Supplied(extract)
    if not supplied.parts:
        return counts.empty()
    first, last = (supplied.first, supplied.last) if covers is None else map(pd.Timestamp, covers)
    wanted = wants.Wanted(
        areas=[area for area in supplied.areas if chosen is None or area in chosen],
        subjects=wants.subjects(subjects),
        periods=wants.periods(periods, first, last, told=covers is not None),
        units=[unit for unit in units if linked or unit not in wants.UNITS[3:]],
        strands=strands,
        bands=bands,
        place=extract.place,
    )
    parts = list(counting.tables(extract, wanted))
    return frames.frame(parts, supplied, wanted)
