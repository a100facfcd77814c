"""The engine under an extract: DuckDB by default, out of core; any Ibis backend that is given."""

from __future__ import annotations

import re
import uuid
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import ibis
import pandas as pd

from dsvstats import files
from dsvstats.errors import InputError

MEMORY = "800MB"
"""What DuckDB may hold in memory; the rest goes to a temporary folder."""


def connect() -> ibis.BaseBackend:
    """A DuckDB of our own, in memory, that spills into a folder removed with it.

    >>> connect().name
    'duckdb'
    """
    spill = files.Temporary("duckdb")
    connection = ibis.duckdb.connect(
        memory_limit=MEMORY, temp_directory=str(spill.path), preserve_insertion_order=False
    )
    weakref.finalize(connection, spill.cleanup)
    return connection


def fetch(table: ibis.Table) -> pd.DataFrame:
    """The rows of this small result. Files that cannot be read through are an error.

    >>> fetch(ibis.memtable({"n": [1]}))["n"].tolist()
    [1]
    """
    with readable():
        return table.to_pyarrow().to_pandas()


@contextmanager
def held(table: ibis.Table) -> Iterator[ibis.Table]:
    """The result of this table, worked out once and kept until the block ends.

    >>> with held(ibis.memtable({"n": [1, 2]})) as numbers:
    ...     fetch(numbers.aggregate(n=numbers.n.sum()))["n"].tolist()
    [3]
    """
    backend = table.get_backend()
    if backend.name != "duckdb":
        cached = table.cache()
        try:
            yield cached
        finally:
            cached.release()
        return
    # Ibis 12 cannot drop tables with the SQL generator of 2026: its cache is never released.
    name = f"held_{uuid.uuid4().hex}"
    with readable():
        kept = backend.create_table(name, table, temp=True)
    try:
        yield kept
    finally:
        backend.raw_sql(f'DROP TABLE IF EXISTS "{name}"')


@contextmanager
def readable() -> Iterator[None]:
    """Turn the engine's complaint about a file into ours: its words may quote the file.

    Ctrl-C is Ctrl-C: DuckDB makes another error of it.
    """
    try:
        yield
    except _OURS:
        raise
    except (duckdb.InterruptException, RuntimeError) as error:
        if "interrupted" in str(error).lower():
            raise KeyboardInterrupt from None
        raise
    except duckdb.Error as error:
        raise _unreadable(error) from None


_OURS = (
    duckdb.BinderException,
    duckdb.CatalogException,
    duckdb.ConversionException,
    duckdb.OutOfRangeException,
    duckdb.ParserException,
    duckdb.TypeMismatchException,
)
"""Complaints about our own expressions, never about a file."""


def _unreadable(error: duckdb.Error) -> InputError:
    text = str(error)
    file = re.search(r"(?:file = |file ['\"])([^'\"\n]+)", text)
    line = re.search(r"CSV Error on Line: (\d+)", text)
    where = Path(file[1].strip()).name if file else "extract"
    where += f" row {line[1]}" if line else ""
    cells = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", text)
    if cells:
        rule, value = f"{cells[1]} cells, as in its header", f"{cells[2]} cells"
        mend = "quote cells that hold a comma"
    elif "unicode" in text or "utf-8" in text.lower():
        rule, value, mend = "text in UTF-8", "another encoding", "save it as 'CSV UTF-8'"
    elif "quote" in text and line:
        rule, value = "quotation marks that close", "one that does not"
        mend = 'write " inside a quoted cell as ""'
    elif "Maximum line size" in text:
        rule, value, mend = "a line of records", "a line of millions of letters", "export it again"
    elif "state machine" in text:
        rule, value, mend = "one kind of line ending", "several", "export it again"
    elif re.search("No space left|out of disk|not enough disk|File too large", text, re.IGNORECASE):
        where, rule, value = "extract", "worked out with room on the disk", "a full disk"
        mend = "free space in the temporary folder, or name another one in TMPDIR"
    elif isinstance(error, duckdb.OutOfMemoryException):
        rule, value = f"worked out within {MEMORY} of memory and the disk", "more"
        mend = "free space in the temporary folder, or count one year at a time"
    else:
        rule, value, mend = "a whole CSV or Parquet file", "a damaged one", "export it again"
    return InputError(where=where, rule=rule, value=value, mend=mend)
