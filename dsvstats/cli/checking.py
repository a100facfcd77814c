"""dsvstats check: does a table add up, are counts or records fit to be used?"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from dsvstats.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

CLEAN, FOUND = 0, 1


def check(options: argparse.Namespace) -> int:
    """Check what is at this path, told by looking; the exit status."""
    from dsvstats.sources import kinds

    if any(sign in options.file for sign in "*?[") and not Path(options.file).exists():
        shape = kinds.RECORDS  # a pattern may also be the mapping's alone
    else:
        shape = kinds.shape(options.file, mapping=options.mapping or "")
    if not shape:
        raise InputError(
            where=Path(options.file).name,
            rule="counts, a printed table, or records",
            value=options.file,
            mend=kinds.LOOKED_FOR,
        )
    checks = {kinds.RECORDS: _records, kinds.COUNTS: _counts, kinds.PRINTED: _printed}
    return checks[shape](options)


def _records(options: argparse.Namespace) -> int:
    import pandas as pd

    from dsvstats.sources import extract

    found, status = extract.check_path(options.file, mapping=options.mapping, place=options.place)
    for row in found.itertuples():
        place = [row.file, "" if pd.isna(row.row) else f"row {row.row}", row.column]
        print(", ".join(filter(None, map(str, place))))
        print(f"    must be {row.rule}; received {row.value!r}; {row.mend} ({row.found:,} found)")
    number = {0: "No findings: it can be counted", 1: "1 kind of finding"}
    print(number.get(len(found), f"{len(found)} kinds of finding"), file=sys.stderr)
    return status


def _counts(options: argparse.Namespace) -> int:
    from dsvstats.sources import own, supply

    given = {"mapping": options.mapping or "", "place": options.place}
    held = own.read(options.file, **given, prefer=None)
    hardly = own.unlikely(held, place=options.place)
    for each in hardly:
        print(f"{Path(options.file).name}\n    {each}")
    number = len(hardly)
    for area in sorted(held["area"].unique()):
        found = supply.findings(area, data=options.file, **given, prefer=None)
        number += _told(found, Path(options.file).name)
    return _ended(number)


def _printed(options: argparse.Namespace) -> int:
    from dsvstats.sources import published, reconcile

    printed = published.read(options.file)
    name = Path(options.file).name
    return _ended(_told(reconcile.check(printed, name=name), name, printed))


def _told(found: pd.DataFrame, name: str, printed: pd.DataFrame | None = None) -> int:
    """Each finding with its place: the file's rows, the table, the document; how many there are."""
    for row in found.to_dict("records"):
        rows = "" if printed is None else _rows(row, printed)
        table = f"table {row['table_id']}" if row["table_id"] else ""
        print(
            ", ".join(filter(None, [name, rows, table, row["area"], row["doc"], row["paragraph"]]))
        )
        mend = f" Mends it: {row['suggestion']}." if row["suggestion"] else ""
        print(f"    {row['rule']}: {row['detail']}{mend}")
    return len(found)


def _rows(finding: dict[str, str], printed: pd.DataFrame) -> str:
    """In which rows of the file do the figures of this finding stand?"""
    for columns in (("doc", "table_id", "area", "category"), ("doc", "table_id", "area")):
        at = printed.index == printed.index
        for column in columns:
            told = [each for each in finding[column].split("; ") if each]
            at &= printed[column].isin(told).to_numpy() if told else True
        if at.any():
            break
    rows = [str(each) for each in printed.index[at]]
    shown = ", ".join(rows[:_MOST]) + (" …" if len(rows) > _MOST else "")
    return f"row{'s' if len(rows) > 1 else ''} {shown}" if rows else ""


_MOST = 10


def _ended(number: int) -> int:
    print(f"{number} findings" if number != 1 else "1 finding", file=sys.stderr)
    return FOUND if number else CLEAN
