"""What are these data? Published tables, counts, records or a printed table, told by looking."""

from __future__ import annotations

import glob
import re
from pathlib import Path

from dsvstats import counts, files
from dsvstats.counts import mapping as mappings
from dsvstats.errors import InputError
from dsvstats.sources.published.figures import COLUMNS as OF_PRINTED

PUBLISHED, COUNTS, RECORDS, PRINTED = "published", "counts", "records", "printed"
_WANTED = '"published", a CSV of counts, or a folder, file or pattern of records'
_OF_RECORDS = "report_id"
LOOKED_FOR = (
    "looked for a file, a folder and files of that pattern; for Parquet, or a CSV with "
    f"{', '.join(counts.COLUMNS[:9])} or {_OF_RECORDS} in its header"
)
_HEADER = 100_000


def kind(data: str | Path = PUBLISHED, *, mapping: str = "") -> str:
    """What are these data: published tables, counts or records? Told by looking.

    A folder, a pattern, Parquet, a CSV with the column that every extract has, and what has a
    ``mapping`` of records, are records; another CSV is of counts.

    >>> from dsvstats.files import data
    >>> kind("published"), kind(data("templates", "counts.csv"))
    ('published', 'counts')
    """
    if str(data) == PUBLISHED:
        if mapping:
            _refuse_mapping(mapping)
        return PUBLISHED
    found = shape(data, mapping=mapping)
    if found in (COUNTS, RECORDS):
        return found
    mend = f"ask of a printed table: dsvstats check {data}" if found == PRINTED else LOOKED_FOR
    raise InputError(where="data", rule=_WANTED, value=str(data), mend=mend)


def shape(data: str | Path, *, mapping: str = "") -> str:
    """What is at this path: counts, records, a printed table, or nothing of these ("")?

    >>> shape(files.data("published", "printed.csv")), shape("no such file")
    ('printed', '')
    """
    given = Path(data)
    if given.is_file():
        if mapping:
            return COUNTS if mappings.fits(mapping) else RECORDS
        return _of_file(given)
    if given.is_dir() or (paths(data) and not given.exists()):
        if mapping and mappings.fits(mapping):
            _refuse_mapping(mapping)
        return RECORDS
    if given.exists():
        files.opened(given)
    return ""


def paths(data: str | Path) -> list[Path]:
    """Where do these data lie? The file or folder of this name, or those of this pattern.

    >>> paths("published"), paths("no such file")
    ([], [])
    """
    if str(data) == PUBLISHED:
        return []
    if Path(data).exists():
        return [Path(data)]
    return sorted(map(Path, glob.glob(str(data))))


def _of_file(path: Path) -> str:
    if path.suffix.casefold() == ".parquet":
        return RECORDS
    if path.suffix.casefold() != ".csv":
        return ""
    with files.opened(path) as file:  # what is no text is told by who reads it
        start = file.read(_HEADER)
    if start[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in start:
        return COUNTS
    text = start.decode("utf-8-sig", errors="replace")
    line = next((each for each in text.splitlines() if each.strip(',; "')), "")
    names = {each.strip(' "').casefold() for each in re.split("[,;]", line)} - {""}
    if _OF_RECORDS in names:
        return RECORDS
    printed = names & set(OF_PRINTED) - set(counts.COLUMNS)
    own = names & set(counts.COLUMNS)
    if names and not own and not printed:
        return ""
    return PRINTED if len(printed) > len(own - set(OF_PRINTED)) else COUNTS


def _refuse_mapping(mapping: str) -> None:
    raise InputError(
        where="mapping",
        rule="of the data: of counts for a table of counts, of records for records",
        value=mapping,
        mend="give the table or the records as data, or leave mapping out",
    )
