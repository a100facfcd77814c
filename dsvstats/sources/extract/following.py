"""Each case's days from its report to its outcome, or to the last day known: for times and ages."""

from __future__ import annotations

from pathlib import Path

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from dsvstats import strands
from dsvstats.errors import InputError, one_of
from dsvstats.sources.extract import frames, measures
from dsvstats.sources.extract.engine import fetch
from dsvstats.sources.extract.facts import VICTIM
from dsvstats.sources.extract.measures import DECISIONS
from dsvstats.sources.extract.records import Extract, read
from dsvstats.sources.extract.schema import STRANDS, SUBJECTS

_KEY = ["area", "start", "end", "subject", "unit", "definition", "strand", "group"]


def followed(
    extract: Extract | str | Path,
    *,
    subject: str = "domestic_violence",
    strand: str = "all",
    period: tuple[str, str] | None = None,
    until: str | pd.Timestamp | None = None,
) -> pd.DataFrame:
    """How long was each crime followed, and what became of it first?

    Rows for `attrition.cumulative_incidence`, `gray` and `matured`, which say what share had which
    outcome by when, those not followed so long allowed for.

    Parameters
    ----------
    extract : Extract, or a path
        Records, as EXTRACT.md has them.
    subject : str, default "domestic_violence"
        What the crimes are of.
    strand : str, default "all"
        "all" for crimes, by the first outcome of anybody suspected; else a strand of the
        suspects, each followed by themselves.
    period : (first day, last day), optional
        The days that they were reported on, else all.
    until : day, optional
        The last day known: what came later is not looked at. The day of the last report if left
        out.

    Returns
    -------
    DataFrame
        ``days``, ``outcome`` (blank while there is none) and ``count`` alike, by area, quarter of
        the report (``start`` and ``end``) and group. It holds no identifier, and small numbers
        of cases: what is made of it is for the researcher until it is protected.

    Examples
    --------
    >>> rows = followed("my-extract")  # doctest: +SKIP
    >>> attrition.matured(rows, by=180)  # doctest: +SKIP
    """
    one_of(SUBJECTS, subject, where="subject", rule="a subject of an extract")
    one_of(["all", *STRANDS], strand, where="strand", rule="all, or a strand that records have")
    held = extract if isinstance(extract, Extract) else read(extract)
    last = frames.Supplied(held).last if until is None else pd.Timestamp(until)
    found = fetch(_crimes(held, subject, strand))
    first, final = map(pd.Timestamp, period or (pd.Timestamp.min, last))
    found = found[pd.to_datetime(found["day"]).between(first, min(final, last))]
    rows = _ended(found.reset_index(drop=True), last)
    if strand == "all":
        order = rows.sort_values(["days", "rank"], kind="stable")
        rows = order.drop_duplicates("report_id").sort_index()
    told = _named(rows, held, subject, strand)
    return told.groupby([*_KEY, "days", "outcome"], as_index=False, sort=False).agg(
        count=("rank", "size")
    )


def _crimes(held: Extract, subject: str, strand: str) -> ir.Table:
    """The crimes of the subject, with everybody suspected of each and what was decided when."""
    reports = held.typed("reports")
    flagged = {} if reports is None else measures.subjects(reports, [subject])
    days = [*DECISIONS.values()]
    own = [] if strand == "all" else [strand]
    people = held.typed("people", "report_id", "role", *days, *own)
    lacking = [each for each in (*days, *own) if people is None or each not in people.columns]
    if reports is None or people is None or not flagged or lacking:
        raise InputError(
            where="extract",
            rule=f"reports of {subject}, and people with {', '.join([*days, *own])}",
            value=f"none of {', '.join(lacking) or subject}",
            mend="see EXTRACT.md for the columns",
        )
    crime = measures.of_report(reports)["crime"]
    kept = reports.filter(flagged[subject] & crime)
    kept = kept.select("report_id", area=kept.borough, day=kept.reported)
    others = people.filter(people.role != VICTIM).drop("role")
    joined = kept.join(others, "report_id", how="left" if strand == "all" else "inner")
    return joined.select("report_id", "area", "day", *days, *own)


def _ended(found: pd.DataFrame, last: pd.Timestamp) -> pd.DataFrame:
    """Each row's first outcome that was known by the last day, after how many days."""
    reported = pd.to_datetime(found["day"])
    age = (last - reported).dt.days.to_numpy(dtype=float)
    waits = [
        (pd.to_datetime(found[column]) - reported).dt.days.to_numpy(dtype=float)
        for column in DECISIONS.values()
    ]
    table = np.stack([np.where(each <= age, each, np.inf) for each in waits])
    first = table.argmin(axis=0)
    days = table.min(axis=0)
    over = np.isfinite(days)
    names = np.array([*DECISIONS, ""], dtype=object)
    rank = np.where(over, first, len(DECISIONS))
    return found.assign(days=np.where(over, days, age), outcome=names[rank], rank=rank)


def _named(rows: pd.DataFrame, held: Extract, subject: str, strand: str) -> pd.DataFrame:
    quarter = pd.PeriodIndex(pd.to_datetime(rows["day"]), freq="Q")
    group = strands.ALL
    if strand != "all":
        group = frames.in_words(rows[strand], strand).fillna(strands.NOT_RECORDED)
    return rows.assign(
        area=frames.named(rows["area"], held.place.parts),
        start=quarter.start_time.normalize(),
        end=quarter.end_time.normalize(),
        subject=subject,
        unit="offences" if strand == "all" else "suspects",
        definition="",
        strand=strand,
        group=group,
    )
