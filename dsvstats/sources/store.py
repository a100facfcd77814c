"""The counts of an extract that the pages need: counted once for all areas, and kept in files."""

from __future__ import annotations

import glob
import hashlib
import os
import shutil
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import platformdirs

import dsvstats
from dsvstats import counts, files
from dsvstats.disclosure.withholding import THRESHOLD, withhold
from dsvstats.errors import InputError
from dsvstats.sources.reconcile.findings import COLUMNS

STRANDS = (
    *("all", "age", "gender", "disability", "ethnicity_self_defined", "ethnicity_broad"),
    *("ethnicity_officer_defined", "religion", "sexual_orientation", "relationship", "reports"),
)
UNITS_OVER_TIME = ["calls", "incidents", "offences", "victims"]
_APART, _MOST = 3, 9
"""Rolling periods end so many months apart, and there are at most so many of them."""


def cases(path: str, area: str, *, mapping: str = "") -> pd.DataFrame:
    """The counts of this area in the last twelve months of the extract, small ones withheld."""
    return _read("cases", path, mapping, [("area", "==", area)])


def everywhere(path: str, *, mapping: str = "") -> pd.DataFrame:
    """The counts of every area as a whole, by no strand."""
    return _read("cases", path, mapping, [("strand", "==", "all")])


def over_time(path: str, area: str, *, mapping: str = "") -> pd.DataFrame:
    """The counts of this area as a whole in each twelve months that end with a quarter."""
    return _read("over_time", path, mapping, [("area", "==", area)])


def findings(path: str, *, mapping: str = "") -> pd.DataFrame:
    """What is wrong with the extract, in the columns of the findings on printed tables."""
    return pd.read_csv(_kept(path, mapping) / "findings.csv", dtype="str", keep_default_na=False)


def checksum(path: str, *, mapping: str = "") -> str:
    """What did the extract's files hold when they were counted?"""
    return (_kept(path, mapping) / "checksum.txt").read_text(encoding="ascii")


def _read(name: str, path: str, mapping: str, filters: list) -> pd.DataFrame:
    rows = pd.read_parquet(_kept(path, mapping) / f"{name}.parquet", filters=filters)
    return counts.check(rows)


def _kept(path: str, mapping: str) -> Path:
    """The folder of what is kept of this extract; it is counted first if it was not yet."""
    every = [*_files(path), *([Path(mapping)] if mapping else [])]
    state = [f"{file.resolve()} {file.stat().st_size} {file.stat().st_mtime_ns}" for file in every]
    made = _digest(dsvstats.__version__, _code(), *state)
    folder = _cache() / _digest(str(Path(path).resolve()), mapping) / made
    if not folder.exists():
        _count(path, mapping, every, folder)
    return folder


def _files(path: str) -> list[Path]:
    """Every file in this folder, or that this name or pattern means."""
    root = Path(path)
    found = root.rglob("*") if root.is_dir() else map(Path, glob.glob(path))
    return sorted(each for each in found if each.is_file())


def _cache() -> Path:
    """Where counts are kept, for nobody else to read; ``DSVSTATS_CACHE`` names another place."""
    folder = Path(os.environ.get("DSVSTATS_CACHE") or platformdirs.user_cache_dir("dsvstats"))
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise InputError(
            where="DSVSTATS_CACHE",
            rule="a folder that can be written",
            value=str(folder),
            mend=str(error.strerror or error),
        ) from None
    return folder


@cache
def _code() -> str:
    """The code that counts: where it was edited, what was kept is of no use."""
    package = Path(dsvstats.__file__).parent
    rooms = ("terms", "counts", "disclosure", "sources")
    nested = (each for room in rooms for each in package.joinpath(room).rglob("*.py"))
    return files.checksum(*package.glob("*.py"), *nested)


def _digest(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]


def _count(path: str, mapping: str, every: list[Path], folder: Path) -> None:
    """Count, and keep all or nothing; what was kept of the extract as it was before goes."""
    from dsvstats.sources import extract  # here, so that other pages need not wait for DuckDB

    records = extract.read(path, mapping=mapping or None)
    found = extract.validate(records)
    held = extract.count(records, strands=list(STRANDS))
    if held.empty:
        raise InputError(
            where=path,
            rule="reports with a flag that says what they are of",
            value="none",
            mend="see EXTRACT.md for the columns",
        )
    held = _once(held)
    over_time = counts.empty()
    if periods := _periods(records):
        over_time = extract.count(records, periods=periods, units=UNITS_OVER_TIME, strands=["all"])
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".") as temporary:
        making = Path(temporary) / "made"
        making.mkdir()
        for name, rows in (("cases", _top_coded(held)), ("over_time", over_time)):
            _write(withhold(_named(rows)), making / f"{name}.parquet")
        _as_findings(found).to_csv(making / "findings.csv", index=False)
        (making / "checksum.txt").write_text(files.checksum(*every), encoding="ascii")
        old = [each for each in folder.parent.iterdir() if not each.name.startswith(".")]
        with suppress(OSError):  # another run has just kept the same
            making.rename(folder)
    for each in old:
        if each != folder:
            shutil.rmtree(each, ignore_errors=True)


def _named(cases: pd.DataFrame) -> pd.DataFrame:
    """What is synthetic is so by its definition, which goes into everything made from it."""
    made_up = cases["source"].str.contains("synthetic", case=False)
    return cases.assign(definition=cases["definition"].mask(made_up, "synthetic"))


def _once(cases: pd.DataFrame) -> pd.DataFrame:
    """Outcomes are those of crimes: they are shown of offences, and not of incidents again."""
    outcomes = set(cases.loc[cases["unit"] == "offences", "measure"]) - {"crime"}
    again = (cases["unit"] == "incidents") & cases["measure"].isin(outcomes)
    return cases[~again].reset_index(drop=True)


def _write(rows: pd.DataFrame, path: Path) -> None:
    """By area, so that one area's rows lie together."""
    words = rows.select_dtypes(["str", "category"]).columns
    rows = rows.sort_values("area", kind="stable").astype(dict.fromkeys(words, "category"))
    rows.to_parquet(path, index=False, row_group_size=20_000)


def _periods(records) -> list[tuple[str, str]]:
    """The last twelve months, and those that end a quarter earlier each, as far as there are."""
    from dsvstats.sources import extract
    from dsvstats.sources.extract.frames import Supplied

    held = Supplied(records)
    if not held.boroughs:
        return []
    start, end = held.first.replace(day=1), f"{held.last:%Y-%m}"
    ends = extract.rolling(f"{start:%Y-%m}", end)[::-_APART]
    return [each for each in ends if pd.Timestamp(each[0]) >= start][:_MOST][::-1]


def _top_coded(cases: pd.DataFrame) -> pd.DataFrame:
    """People by number of reports, the last group open, so that it is not a handful of people."""
    listed = (cases["strand"] == "reports").to_numpy()
    rows = cases[listed].assign(number=cases["group"][listed].astype("int64"))
    key = [each for each in counts.KEY if each != "group"]
    rows = rows.sort_values("number", ascending=False, kind="stable")
    above = rows.groupby(key, sort=False, observed=True)["count"].cumsum()
    enough = rows["number"].where(above >= THRESHOLD)
    (place,) = counts.codes([rows], key)
    most = enough.groupby(place).max().reindex(place).fillna(1).to_numpy()
    last = rows["number"].groupby(place).max().reindex(place).to_numpy()
    group = rows["number"].clip(upper=most).astype("int64")
    opened = ((group == most) & (most < last)).to_numpy()
    rows["group"] = group.astype("str") + pd.Series(np.where(opened, "+", ""), index=rows.index)
    summed = rows.groupby([*key, "group", "source"], sort=False, observed=True)["count"].sum()
    return counts.join(cases[~listed], summed.reset_index().assign(withheld=False)[counts.COLUMNS])


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
