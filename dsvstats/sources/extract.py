"""A record-level extract of the crime recording system: read, checked and counted, lazily."""

from __future__ import annotations

from collections.abc import Mapping as Mappings
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import ibis
import pandas as pd

from dsvstats import counts
from dsvstats.sources import areas as places
from dsvstats.sources import extract_count as counting
from dsvstats.sources import extract_engine as engine
from dsvstats.sources import extract_files as files
from dsvstats.sources import extract_frame as frames
from dsvstats.sources import extract_mapping as mappings
from dsvstats.sources import extract_values as values
from dsvstats.sources import extract_wanted as wants
from dsvstats.sources.extract_mapping import Mapping
from dsvstats.sources.extract_schema import TABLES
from dsvstats.sources.extract_values import Value
from dsvstats.sources.extract_wanted import AGES, rolling

__all__ = ["Extract", "count", "read", "rolling"]


@dataclass(frozen=True)
class Extract:
    """The tables of an extract, lazy and as recorded, under our names for their columns.

    ``people`` and ``calls`` are None where they were not supplied. ``files`` are where the tables
    come from, and ``mapping`` how their codes and dates are fitted.
    """

    reports: ibis.Table
    people: ibis.Table | None = None
    calls: ibis.Table | None = None
    files: Mappings[str, list[Path]] = field(default_factory=dict)
    mapping: Mapping = field(default_factory=lambda: mappings.read(None))

    @cached_property
    def tables(self) -> dict[str, ibis.Table]:
        """The tables that were supplied, by name."""
        held = {name: getattr(self, name) for name in TABLES}
        return {name: table for name, table in held.items() if table is not None}

    def values(self, table: str, raw: ibis.Table | None = None) -> dict[str, Value]:
        """What does each column of this table hold, and where can it not be read?"""
        return values.read(self.tables[table] if raw is None else raw, table, self.mapping[table])

    def typed(self, table: str) -> ibis.Table | None:
        """This table with each column as its own type, codes as numbers; None if not supplied."""
        if table not in self.tables:
            return None
        columns = {name: value.value for name, value in self.values(table).items()}
        return self.tables[table].select(**columns).view()


def read(
    path: str | Path,
    *,
    mapping: str | Path | dict | None = None,
    connection: ibis.BaseBackend | None = None,
) -> Extract:
    """What extract is here? A file, a folder or a glob of CSV or Parquet; nothing is loaded yet.

    Files or folders whose names begin with reports, people or calls hold these tables; a single
    file of another name holds reports. Only the columns of EXTRACT.md are ever read. ``mapping``
    fits a force's own names, codes and dates to ours (a YAML file, or what it would hold).
    ``connection`` is an Ibis backend, else a DuckDB of our own that works out of core.
    """
    fit = mappings.read(mapping)
    found = files.find(path, fit)
    connection = engine.connect() if connection is None else connection
    tables = {
        table: files.open_table(connection, table, paths, fit[table])
        for table, paths in found.items()
    }
    return Extract(**tables, files=found, mapping=fit)


def count(
    extract: Extract | str | Path,
    *,
    areas: list[str] | str | None = None,
    periods: list[tuple[str, str]] | tuple[str, str] | None = None,
    units: list[str] | None = None,
    strands: list[str] | None = None,
    ages: tuple[str, ...] = AGES,
    covers: tuple[str, str] | None = None,
) -> pd.DataFrame:
    """How many of everything are in this extract? Every measure by area, period and strand.

    Incidents are all reports of a subject, offences those recorded as crimes; outcomes are of
    crimes, whenever they came. Victims, suspects (the accused among them) and accused are people,
    each counted once in an area, and once in London: London is counted directly, and only where
    every borough is in the extract. A person's age is that at the first report of the period and
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
    chosen = None if areas is None else [
        places.find(each) for each in ([areas] if isinstance(areas, str) else areas)
    ]
    reports, people, calls = (extract.typed(table) for table in TABLES)
    supplied = frames.Supplied(reports, people)
    if not supplied.boroughs:
        return counts.empty()
    first, last = (supplied.first, supplied.last) if covers is None else map(pd.Timestamp, covers)
    wanted = wants.Wanted(
        periods=wants.periods(periods, first, last, told=covers is not None),
        units=[unit for unit in units if linked or unit not in wants.UNITS[3:]],
        strands=strands,
        bands=bands,
    )
    parts = list(counting.tables(reports, people, calls, wanted))
    return frames.frame(parts, supplied, wanted, chosen or supplied.areas)
