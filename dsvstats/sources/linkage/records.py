"""The people of an extract, a row for each report that they are in, as linkage takes them."""

from __future__ import annotations

from pathlib import Path

import ibis.expr.types as ir
import pandas as pd

from dsvstats.errors import InputError, one_of
from dsvstats.sources.extract import frames, measures, values
from dsvstats.sources.extract import wanted as wants
from dsvstats.sources.extract.engine import fetch
from dsvstats.sources.extract.facts import VICTIM
from dsvstats.sources.extract.records import Extract, read
from dsvstats.sources.extract.schema import STRANDS, SUBJECTS
from dsvstats.sources.linkage.rows import BORN, NAMES

ROLES = ("victims", "suspects")
_KEPT = tuple(each for each in STRANDS if each != "age")
_COUNTED, _NAMED = ("report_id", "role", "person_id", BORN), (*NAMES, "postcode")


def people(
    extract: Extract | str | Path,
    *,
    role: str = "victims",
    subject: str = "domestic_violence",
    period: tuple[str, str] | None = None,
) -> pd.DataFrame:
    """Who is in the reports of this subject, a row for each person and report?

    Parameters
    ----------
    extract : Extract, or a path
        Records, as EXTRACT.md has them.
    role : str, default "victims"
        "victims", or "suspects" (the accused among them).
    subject : str, default "domestic_violence"
        What the reports are of.
    period : (first day, last day), optional
        The days that the reports are of, else the last twelve months.

    Returns
    -------
    DataFrame
        ``area``, ``report_id``, ``start`` and ``end`` of the period, names, date of birth,
        postcode and id as far as they were supplied, and a column for each strand but age. In the
        order of the reports' days. It holds identifiers: link it, and let it go.

    Examples
    --------
    >>> rows = people("my-extract")  # doctest: +SKIP
    >>> linked = link(rows, keeps=["gender"])  # doctest: +SKIP
    """
    one_of(ROLES, role, where="role", rule="a role of people to link")
    one_of(SUBJECTS, subject, where="subject", rule="a subject of an extract")
    held = extract if isinstance(extract, Extract) else read(extract)
    supplied = frames.Supplied(held)
    wanted = None if period is None else [period]
    start, end = wants.periods(wanted, supplied.first, supplied.last, told=False)[0]
    rows = _people(held)
    rows = rows.filter(rows.role == VICTIM if role == "victims" else rows.role != VICTIM)
    told = _reports(held, subject)
    told = told.filter(told.day.between(start.date(), end.date()))
    found = fetch(rows.drop("role").inner_join(told, "report_id"))
    found = found.sort_values(["day", "report_id"], kind="stable").reset_index(drop=True)
    return _in_words(found, held).drop(columns="day").assign(start=start, end=end)


def _people(held: Extract) -> ir.Table:
    """The people with their names, which pass nowhere else: what is typed for counting has none."""
    raw = held.people
    if raw is None:
        raise _none("people in reports")
    names = {each: raw[each].cast("string") for each in _NAMED if each in raw.columns}
    return values.typed(raw, "people", held.values("people", raw, [*_COUNTED, *_KEPT]), **names)


def _reports(held: Extract, subject: str) -> ir.Table:
    """The area and day of each report of this subject."""
    reports = held.typed("reports")
    flagged = {} if reports is None else measures.subjects(reports, [subject])
    if reports is None or not flagged:
        raise _none(f"reports flagged as {subject}")
    rows = reports.filter(flagged[subject])
    return rows.select("report_id", area=rows.borough, day=rows.reported)


def _in_words(found: pd.DataFrame, held: Extract) -> pd.DataFrame:
    """The same, its areas and groups in words and its reports numbered."""
    told = {each: frames.in_words(found[each], each) for each in _KEPT if each in found}
    told["area"] = frames.named(found["area"], held.place.parts)
    return found.assign(**told, report_id=pd.factorize(found["report_id"])[0])


def _none(what: str) -> InputError:
    return InputError(
        where="extract", rule=what, value="none", mend="see EXTRACT.md for the tables and flags"
    )
