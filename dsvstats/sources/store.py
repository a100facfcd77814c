"""The counts of an extract that the pages need: counted once for all areas, and kept in files."""

from __future__ import annotations

import glob
import io
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from importlib import metadata
from pathlib import Path

import pandas as pd

import dsvstats
from dsvstats import cache, counts, files
from dsvstats.disclosure.withholding import THRESHOLD, withhold
from dsvstats.errors import InputError
from dsvstats.sources import counted
from dsvstats.sources.reconcile.findings import COLUMNS
from dsvstats.terms import places
from dsvstats.terms.places import Place

ROOMS = ("errors", "files", "cache", "terms", "strands", "counts", "disclosure", "sources")
"""The code that counts."""
_MADE_BY = ("duckdb", "ibis-framework", "pandas", "pyarrow", "splink")
KINDS = (".csv", ".parquet")


def cases(
    path: str, area: str, *, mapping: str = "", place: str | Path | Place = ""
) -> pd.DataFrame:
    """The counts of this area in the last twelve months of the extract, small ones withheld."""
    there = places.place(place)
    return _read("cases", path, mapping, there, [("area", "==", there.find(area))])


def everywhere(path: str, *, mapping: str = "", place: str | Path | Place = "") -> pd.DataFrame:
    """The counts of every area as a whole, by no strand."""
    return _read("cases", path, mapping, places.place(place), [("strand", "==", "all")])


def by_strand(
    path: str, names: Sequence[str], *, mapping: str = "", place: str | Path | Place = ""
) -> pd.DataFrame:
    """The counts of every area, by these strands."""
    return _read("cases", path, mapping, places.place(place), [("strand", "in", list(names))])


def over_time(
    path: str, area: str, *, mapping: str = "", place: str | Path | Place = ""
) -> pd.DataFrame:
    """The counts of this area as a whole in each twelve months that end with a quarter."""
    there = places.place(place)
    return _read("over_time", path, mapping, there, [("area", "==", there.find(area))])


def linked(
    path: str, area: str, *, mapping: str = "", place: str | Path | Place = ""
) -> pd.DataFrame:
    """People of this area reported again, as names alone would have them, draw by draw."""
    there = places.place(place)
    held = io.BytesIO(_recalled("linked.parquet", path, mapping, there))
    rows = pd.read_parquet(held, filters=[("area", "==", there.find(area))])
    return rows.astype(dict.fromkeys(rows.select_dtypes("category").columns, "str"))


def findings(path: str, *, mapping: str = "", place: str | Path | Place = "") -> pd.DataFrame:
    """What is wrong with the extract, in the columns of the findings on printed tables."""
    held = io.BytesIO(_recalled("findings.csv", path, mapping, places.place(place)))
    return pd.read_csv(held, dtype="str", keep_default_na=False)


def checksum(path: str, *, mapping: str = "", place: str | Path | Place = "") -> str:
    """What did the extract's files hold when they were counted?"""
    return _recalled("checksum.txt", path, mapping, places.place(place)).decode("ascii")


def _read(name: str, path: str, mapping: str, place: Place, filters: list) -> pd.DataFrame:
    held = io.BytesIO(_recalled(f"{name}.parquet", path, mapping, place))
    return counts.check(pd.read_parquet(held, filters=filters))


def _recalled(name: str, path: str, mapping: str, place: Place) -> bytes:
    """What is kept of this extract under this name; it is counted first if it was not yet."""
    every = _files(path, mapping)
    key = _key(path, place, every)
    of = cache.digest(str(Path(path).resolve()), mapping, place.name)
    make = partial(_count, path, mapping, place, every, key)
    return cache.recalled(name, of=of, key=key, make=make)


def _key(path: str, place: Place, every: list[Path]) -> str:
    """The content of all that a count depends on."""
    root = Path(path)
    held = [f"{_name(each, root)} {cache.content(each)}" for each in every]
    made = [metadata.version(each) for each in _MADE_BY]
    return cache.digest(dsvstats.__version__, cache.code(*ROOMS), *made, place.checksum, *held)


def _name(file: Path, root: Path) -> str:
    return str(file.relative_to(root)) if file.is_relative_to(root) else file.name


def _files(path: str, mapping: str) -> list[Path]:
    """Every file that may hold a table in this folder, or that this name or pattern means."""
    root = Path(path)
    found = {root} if root.exists() else set(map(Path, glob.glob(path)))
    for pattern in _patterns(mapping):
        with suppress(OSError, ValueError, IndexError, NotImplementedError):
            found |= set((root if root.is_dir() else Path()).glob(pattern))
    every = {file for each in found for file in files.inside(each) if not _hidden(file, each)}
    tables = {each for each in every if each.suffix.casefold() in KINDS}
    return [*sorted(tables), *([Path(mapping)] if mapping else [])]


def _hidden(file: Path, root: Path) -> bool:
    """Is it in a folder of work in progress?"""
    return any(part.startswith(".") for part in file.relative_to(root).parts)


def _patterns(mapping: str) -> list[str]:
    """The patterns of files that the mapping names, wherever they lie."""
    held = files.read_yaml(mapping, as_text=True, mend="see EXTRACT.md") if mapping else None
    tables = held.values() if isinstance(held, dict) else ()
    named = [each.get("file") for each in tables if isinstance(each, dict)]
    return [each for each in named if isinstance(each, str) and each]


def _count(
    path: str, mapping: str, place: Place, every: list[Path], key: str, folder: Path
) -> None:
    """Count, and write what is kept of it into this folder."""
    # here, so that other pages need not wait for DuckDB and Splink
    from dsvstats.sources import extract, linkage

    records = extract.read(path, mapping=mapping or None, place=place)
    found = extract.validate(records)
    held = counted.latest(records, threshold=THRESHOLD)
    if held.empty:
        raise InputError(
            where=path,
            rule="reports with a flag that says what they are of",
            value="none",
            mend="see EXTRACT.md for the columns",
        )
    over_time = counted.over_time(records)
    for name, rows in (("cases", held), ("over_time", over_time)):
        _write(withhold(rows, place=place), folder / f"{name}.parquet")
    _write(counted.named(linkage.of_extract(records)), folder / "linked.parquet")
    _as_findings(found).to_csv(folder / "findings.csv", index=False)
    (folder / "checksum.txt").write_text(files.checksum(*every), encoding="ascii")
    if _key(path, place, every) != key or _files(path, mapping) != every:
        raise InputError(
            where=path,
            rule="records that stay as they are while they are counted",
            value="other files than before",
            mend="run it again when they are all there",
        )


def _write(rows: pd.DataFrame, path: Path) -> None:
    """By area, so that one area's rows lie together."""
    words = rows.select_dtypes(["str", "category"]).columns
    rows = rows.sort_values("area", kind="stable").astype(dict.fromkeys(words, "category"))
    rows.to_parquet(path, index=False, row_group_size=20_000)


def _as_findings(found: pd.DataFrame) -> pd.DataFrame:
    """The columns of reconciliation's findings; a cell is told by its shape only."""
    lines = [
        {
            "doc": row.file,
            "paragraph": row.column if pd.isna(row.row) else f"row {row.row}, {row.column}",
            "table_id": row.file,
            "rule": row.rule,
            "severity": "caution",
            "printed": row.value,
            "suggestion": row.mend,
            "detail": f"Must be {row.rule} ({row.found:,} found)",
        }
        for row in found.itertuples()
    ]
    return pd.DataFrame(lines, columns=COLUMNS).fillna("").astype("str")
