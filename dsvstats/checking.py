"""Is this a counts frame, and does this file hold one? Faults are named where they stand."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pandas as pd

from dsvstats import strands
from dsvstats.errors import InputError, near
from dsvstats.vocabulary import UNITS

KEY = [
    "area",
    "start",
    "end",
    "subject",
    "unit",
    "measure",
    "definition",
    "strand",
    "group",
]
COLUMNS = [*KEY, "count", "source", "withheld"]


def check(cases: pd.DataFrame, *, name: str = "cases", first_row: int = 0) -> pd.DataFrame:
    """Is this a counts frame? The same rows with the design's columns and types.

    ``count`` may be missing (not supplied) but not negative or fractional; periods end after
    they start; groups belong to their strand; no row stands twice from one source. The first
    fault is an error with its row (``first_row`` is the number of the first one), column,
    value and mend. ``definition`` and ``source`` may be left out, and ``withheld``.

    >>> from dsvstats import counts
    >>> counts.check(counts.table("Wandsworth", "offences", "crime", "all", {"All": -1}))
    Traceback (most recent call last):
    ...
    dsvstats.errors.InputError: cases row 0, count: must be a whole number of 0 or more, or \
empty; received -1; ...
    """
    cases = _columns(cases, name)

    def refuse(bad, column: str, rule: str, mend: str) -> None:
        if bad.any():
            row = int(np.flatnonzero(bad)[0])
            value = cases[column].iloc[row]
            value = value.item() if isinstance(value, np.generic) else value
            raise InputError(
                where=f"{name} row {first_row + row}, {column}", rule=rule, value=value, mend=mend
            )

    for column in [
        *(set(KEY) - {"start", "end", "definition"}),
    ]:
        blank = cases[column].isna() | (cases[column].astype("str").str.strip() == "")
        refuse(blank.to_numpy(), column, "filled in", "every row says what it counts")
    for column in ["area", "subject", "unit", "measure", "definition", "strand", "group", "source"]:
        cases[column] = cases[column].fillna("").astype("str").str.strip()
    for column in ("start", "end"):
        dates = _dates(cases[column])
        refuse(dates.isna().to_numpy(), column, "a date", "write it as 2008-04-01")
        cases[column] = dates
    refuse(
        (cases["end"] < cases["start"]).to_numpy(),
        "end",
        "on or after start",
        "both days are inside the period",
    )
    refuse(
        ~cases["unit"].isin(UNITS).to_numpy(),
        "unit",
        "a unit of counting",
        f"choose from {', '.join(UNITS)}",
    )
    for column in ("subject", "measure"):
        refuse(
            ~cases[column].str.fullmatch(r"[a-z][a-z0-9_]*( & [a-z][a-z0-9_]*)*").to_numpy(),
            column,
            "lower-case words joined by _",
            "for example sanction_detection",
        )
    pairs = cases[["strand", "group"]].drop_duplicates()
    for strand in pairs["strand"].unique():
        unknown = [p for p in strands.parts(strand) if p not in strands.SCHEMES]
        refuse(
            (cases["strand"] == strand).to_numpy() & bool(unknown),
            "strand",
            "one of the strands",
            near(unknown[0], list(strands.SCHEMES)) if unknown else "",
        )
    wrong = {(s, g) for s, g in pairs.itertuples(index=False) if not strands.known(s, g)}
    if wrong:
        bad = pd.Series(list(zip(cases["strand"], cases["group"], strict=True))).isin(wrong)
        strand, group = cases.loc[bad.to_numpy(), ["strand", "group"]].iloc[0]
        groups = [*strands.SCHEMES.get(strand, strands.Scheme("")).groups, strands.NOT_RECORDED]
        refuse(
            bad.to_numpy(),
            "group",
            f"a group of the strand {strand}",
            near(group, groups) if len(groups) > 1 else "for example 18-29 or 60+",
        )
    cases["count"] = _whole(cases["count"], refuse)
    cases["withheld"] = _flags(cases["withheld"], refuse)
    refuse(
        cases.duplicated([*KEY, "source"]).to_numpy(),
        "group",
        "given once for each key and source",
        "remove the second row, or name its source",
    )
    return cases[COLUMNS]


def _columns(cases: pd.DataFrame, name: str) -> pd.DataFrame:
    cases = cases.reset_index(drop=True).copy()
    for column, default in (("definition", ""), ("source", ""), ("withheld", False)):
        if column not in cases:
            cases[column] = default
    missing = [column for column in COLUMNS if column not in cases]
    extra = [str(column) for column in cases.columns if column not in COLUMNS]
    if missing:
        raise InputError(
            where=f"{name}, columns",
            rule=f"a table with {', '.join(COLUMNS)}",
            value=[str(column) for column in cases.columns],
            mend=f"add {', '.join(missing)}",
        )
    if extra or cases.columns.has_duplicates:
        raise InputError(
            where=f"{name}, columns",
            rule=f"just {', '.join(COLUMNS)}, each once",
            value=extra or list(cases.columns),
            mend=near(extra[0], COLUMNS) if extra else "remove the second one",
        )
    return cases


def _dates(values: pd.Series) -> pd.Series:
    if pd.api.types.is_datetime64_any_dtype(values):
        return values.dt.normalize().astype("datetime64[us]")
    text = values.astype("str").str.strip().str.removesuffix(" 00:00:00")
    written = text.where(text.str.fullmatch(r"\d{4}-\d{2}-\d{2}"))
    return pd.to_datetime(written, format="%Y-%m-%d", errors="coerce").astype("datetime64[us]")


def _whole(values: pd.Series, refuse) -> pd.Series:
    rule, mend = "a whole number of 0 or more, or empty", "an empty cell means not supplied"
    if values.dtype == object or pd.api.types.is_string_dtype(values):
        text = values.fillna("").astype("str").str.strip()
        refuse((~text.str.fullmatch(r"\d{0,15}")).to_numpy(), "count", rule, mend)
        values = pd.to_numeric(text.where(text != ""), errors="coerce")
    numbers = values.astype("Float64")
    bad = (numbers < 0) | (numbers % 1 != 0) | (numbers > 1e15)
    refuse(bad.fillna(False).to_numpy(dtype=bool), "count", rule, mend)
    return numbers.astype("Int64")


def _flags(values: pd.Series, refuse) -> pd.Series:
    if values.dtype == bool:
        return values
    known = {"true": True, "false": False, "": False, "1": True, "0": False, "nan": False}
    text = values.fillna("").astype("str").str.strip().str.casefold()
    refuse(~text.isin(known).to_numpy(), "withheld", "true or false", "empty means false")
    return text.map(known).astype(bool)


def read(path) -> pd.DataFrame:
    """What does this CSV of counts hold? A researcher's own counts, in the design's shape.

    One row per thing counted, with the columns ``area, start, end, subject, unit, measure,
    strand, group, count`` and, if wanted, ``definition``, ``source`` (else the file's name) and
    ``withheld``. An error names the file, line, column, value and mend. Returns a counts frame.
    """
    path = Path(path)
    where = path.name
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise InputError(
            where=where, rule="a file that exists", value=str(path), mend="look at the path"
        ) from None
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise InputError(
            where=f"{where} line {line}",
            rule="text in UTF-8",
            value=path.read_bytes()[error.start : error.start + 1],
            mend="save it as 'CSV UTF-8'",
        ) from None
    except OSError as error:
        raise InputError(
            where=where, rule="a file that can be read", value=str(path), mend=str(error.strerror)
        ) from None
    if "\0" in text:
        raise InputError(
            where=where, rule="a CSV file", value="a binary file", mend="save it as 'CSV UTF-8'"
        )
    try:
        rows = [row for row in csv.reader(text.splitlines(), strict=True) if row]
    except csv.Error as error:
        raise InputError(
            where=where, rule="a CSV file", value=str(error), mend="save it as 'CSV UTF-8'"
        ) from None
    if not rows:
        raise InputError(
            where=where,
            rule="a table with a header row",
            value="an empty file",
            mend=f"start it with {','.join(COLUMNS)}",
        )
    header, *body = [[cell.strip() for cell in row] for row in rows]
    for line, row in enumerate(body, start=2):
        if len(row) != len(header):
            raise InputError(
                where=f"{where} line {line}",
                rule=f"{len(header)} cells, as above",
                value=f"{len(row)} cells",
                mend="quote cells that hold a comma",
            )
    cases = pd.DataFrame(body, columns=header, dtype="str")
    if "source" not in cases:
        cases["source"] = where
    return check(cases, name=where, first_row=2)
