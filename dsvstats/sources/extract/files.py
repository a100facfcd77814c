"""The files of an extract: which hold which table, and their known columns as lazy tables."""

from __future__ import annotations

import csv
import glob
import io
import re
from collections import defaultdict
from pathlib import Path

import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from dsvstats.errors import InputError
from dsvstats.files import opened
from dsvstats.sources.extract import engine
from dsvstats.sources.extract.mapping import Fit, Mapping
from dsvstats.sources.extract.schema import TABLES

KINDS = (".csv", ".parquet")
ROW = "_row"
_HEADER = 1 << 16


def find(path: str | Path, mapping: Mapping) -> dict[str, list[Path]]:
    """Which files hold which table? By their names, or by the mapping's patterns."""
    root = Path(path)
    try:
        single, base = root.is_file(), root if root.is_dir() else Path()
        entries = sorted(root.iterdir() if root.is_dir() else map(Path, glob.glob(str(path))))
    except (OSError, ValueError):
        single, base, entries = False, Path(), []
    found = {_table(root) or "reports": [root]} if single else _tables(base, entries, mapping)
    if not found.get("reports"):
        raise InputError(
            where="path",
            rule="a file, folder or glob that holds reports.csv or reports.parquet",
            value=str(path),
            mend="name the files reports, people and calls, or map them in YAML",
        )
    for each in (file for files in found.values() for file in files):
        _of_kind(each)
        opened(each).close()
    return {table: files for table, files in found.items() if files}


def _tables(base: Path, entries: list[Path], mapping: Mapping) -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = defaultdict(list)
    for table, fit in mapping.items():
        if fit.file:
            found[table] += _matching(base, table, fit.file)
    for entry in entries:
        named = _table(entry)
        if named and not mapping[named].file:
            found[named] += _inside(entry)
    return found


def _matching(base: Path, table: str, pattern: str) -> list[Path]:
    """The files that a mapping's pattern means."""
    try:
        return sorted(base.glob(pattern))
    except (OSError, ValueError, IndexError, NotImplementedError):
        raise InputError(
            where=f"mapping, {table}, file",
            rule="a pattern of files inside the extract's folder",
            value=pattern,
            mend="for example crimes*.csv",
        ) from None


def _table(entry: Path) -> str | None:
    name = entry.name.casefold()
    if entry.is_file() and entry.suffix.casefold() not in KINDS:
        return None
    return next((table for table in TABLES if name.startswith(table)), None)


def _inside(entry: Path) -> list[Path]:
    if entry.is_dir():
        return sorted(each for each in entry.iterdir() if each.suffix.casefold() in KINDS)
    return [entry]


def _of_kind(path: Path) -> None:
    if path.suffix.casefold() not in KINDS:
        raise InputError(
            where=path.name,
            rule="a .csv or .parquet file",
            value=path.suffix or "no ending",
            mend="export it as CSV UTF-8 or Parquet",
        )


def open_table(
    connection: ibis.BaseBackend, table: str, files: list[Path], fit: Fit, *, numbered: bool = False
) -> ibis.Table:
    """The known columns of these files under our names, nothing read yet.

    ``numbered`` adds the row in its file: a CSV's header is row 1, as in a spreadsheet; a Parquet
    file's first record is row 1.
    """
    kinds = {path.suffix.casefold() for path in files}
    if len(kinds) > 1:
        raise InputError(
            where=table,
            rule="files of one kind",
            value=sorted(kinds),
            mend="export all parts as CSV or all as Parquet",
        )
    read = _read_csv if kinds == {".csv"} else _read_parquet
    parts = read(connection, table, files, fit, numbered)
    return _one_shape(parts) if len(parts) > 1 else parts[0]


def _read_csv(connection, table, files, fit, numbered) -> list[ibis.Table]:
    if connection.name != "duckdb":
        raise InputError(
            where=table, rule="Parquet for this engine", value="CSV", mend="write it as Parquet"
        )
    alike = defaultdict(list)
    for path in files:
        alike[tuple(_header(path))].append(path)
    parts = []
    for header, paths in alike.items():
        names = [f"c{n}" for n in range(len(header))]
        places = _places(paths[0], table, header, fit)
        with engine.readable():
            held = connection.read_csv(
                [str(path) for path in paths],
                columns=dict.fromkeys(names, "string"),
                header=True,
                auto_detect=False,
                delim=",",
                quote='"',
                escape='"',
            )
        row = {ROW: ibis.row_number() + 2} if numbered else {}
        parts.append(held.select(**{ours: held[names[at]] for ours, at in places.items()}, **row))
    return parts


def _header(path: Path) -> list[str]:
    with opened(path) as file:
        start = file.read(_HEADER)
    mend = "save it as 'CSV UTF-8'"
    if not start.strip():
        raise _unusable(path, "a table with a header row", "an empty file", "export it again")
    if start[:4] in (b"PAR1", b"PK\x03\x04") or start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise _unusable(path, "a CSV file in UTF-8", "a file of another kind", mend)
    try:
        text = start.decode("utf-8-sig", errors="strict" if len(start) < _HEADER else "ignore")
    except UnicodeDecodeError as error:
        row = start[: error.start].count(b"\n") + 1
        where = f"{path.name} row {row}"
        raise InputError(
            where=where, rule="text in UTF-8", value="another encoding", mend=mend
        ) from None
    try:
        header = next(csv.reader(io.StringIO(text, newline=""), strict=True), [])
    except csv.Error:
        header = []
    if not header or "\0" in text:
        raise _unusable(path, "a CSV file", "something else", mend)
    return header


def _unusable(path: Path, rule: str, value: str, mend: str) -> InputError:
    return InputError(where=path.name, rule=rule, value=value, mend=mend)


def _read_parquet(connection, table, files, fit, numbered) -> list[ibis.Table]:
    alike = defaultdict(list)
    for path in files:
        alike[_schema(path)].append(path)
    parts = []
    for schema, paths in alike.items():
        names = [field.name for field in schema]
        places = _places(paths[0], table, names, fit)
        options = {"file_row_number": True} if numbered else {}
        with engine.readable():
            held = connection.read_parquet(_named(connection, paths), **options)
        row = {ROW: held["file_row_number"] + 1} if numbered else {}
        parts.append(held.select(**{ours: held[names[at]] for ours, at in places.items()}, **row))
    return parts


def _named(connection, paths: list[Path]) -> list[str] | str:
    """The files as the engine wants them named: Spark takes one pattern for all of them."""
    if connection.name != "pyspark":
        return [str(path) for path in paths]
    names = [path.resolve().as_posix().lstrip("/") for path in paths]
    odd = [name for name in names if re.search(r"[][{}*?,\\]", name)]
    if odd:
        raise InputError(
            where="path",
            rule="for Spark, without brackets, braces, commas, *, ? and \\",
            value=odd[0][-200:],
            mend="rename the folder or file",
        )
    return "file:///{" + ",".join(names) + "}"


def _schema(path: Path) -> pa.Schema:
    try:
        return pq.read_schema(path).remove_metadata()
    except (pa.ArrowException, OSError, ValueError):
        raise _unusable(
            path, "a whole Parquet file", "a damaged one, or another kind", "export it again"
        ) from None


def _places(path: Path, table: str, header, fit: Fit) -> dict[str, int]:
    """Where each of our columns stands in theirs; others are never read."""
    theirs = defaultdict(list)
    for place, name in enumerate(header):
        theirs[_plain(name)].append(place)
    found = {}
    for ours, column in TABLES[table].items():
        wanted = _plain(fit.columns.get(ours, ours))
        if len(theirs[wanted]) > 1:
            raise InputError(
                where=f"{path.name}, columns",
                rule="named once each",
                value=ours,
                mend="remove or rename the second one",
            )
        if theirs[wanted]:
            found[ours] = theirs[wanted][0]
        elif column.required or ours in fit.columns:
            raise InputError(
                where=f"{path.name}, columns",
                rule=f"a table with {fit.columns.get(ours, ours)}",
                value=f"{len(header)} columns, {len(found)} of them known so far",
                mend=f"add {ours}, or map it in YAML",
            )
    return found


def _plain(name: str) -> str:
    return "_".join(str(name).strip().casefold().split())


def _one_shape(parts: list[ibis.Table]) -> ibis.Table:
    """Parts that lack a column have it empty; a column of several types becomes text."""
    types = defaultdict(set)
    for part in parts:
        for name, kind in part.schema().items():
            types[name].add(kind.copy(nullable=True))
    shape = {name: kinds.pop() if len(kinds) == 1 else None for name, kinds in types.items()}
    columns = {name: kind or ibis.dtype("string") for name, kind in shape.items()}
    whole = [
        part.select(
            **{
                name: part[name].cast(kind) if name in part.columns else ibis.null(kind)
                for name, kind in columns.items()
            }
        )
        for part in parts
    ]
    return ibis.union(*whole, distinct=False)
