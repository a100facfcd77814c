"""Printed tables and benchmarks -> counts."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from dsvstats import counts as counts_frame
from dsvstats import files, strands
from dsvstats.counts import KEY
from dsvstats.files import data
from dsvstats.sources.population import residents, residents_like
from dsvstats.sources.published.figures import COLUMNS
from dsvstats.terms import places, units

__all__ = [
    "counts",
    "documents",
    "mended",
    "named",
    "names",
    "of_area",
    "rates",
    "read",
    "residents",
    "residents_like",
    "shares",
    "sources",
    "targets",
]

_COUNT = ["doc", "table_id", "subject", "population", "measure", "category"]
_COUNT_GIVES = ["to_subject", "to_unit", "to_measure", "to_definition"]
_NATION = "national"


def read(path: Path | str | None = None) -> pd.DataFrame:
    """What was printed? One row per printed number, as printed, wrong or not.

    Without a path, every figure of the project's documents. All columns are text, so that
    printed decimals stay as they were; an empty value was printed without a usable number.

    >>> printed = read()
    >>> printed.query("category == 'African/Caribbean' and population == 'accused'")["value"].item()
    '13649'
    """
    return _read(path) if path is not None else _own().copy()


@cache
def _own() -> pd.DataFrame:
    return _read(data("published", "printed.csv")).reset_index(drop=True)


def _read(path: Path | str) -> pd.DataFrame:
    printed = files.read_csv(path, needs=COLUMNS).frame()
    return printed[COLUMNS]


def of_area(printed: pd.DataFrame, area: str) -> pd.DataFrame:
    """Which printed numbers are of this area? "MPS" and "London" are one.

    >>> len(of_area(read(), "Camden"))
    3
    """
    wanted = places.find(area)
    return printed[_areas(printed["area"]) == wanted].reset_index(drop=True)


def _areas(printed: pd.Series) -> pd.Series:
    known = {
        name: name if name == _NATION else places.find(name) for name in printed.unique() if name
    }
    return printed.map(known)


def mended(printed: pd.DataFrame, findings: pd.DataFrame) -> pd.DataFrame:
    """The same figures, with each single repair that the checker found put in its place.

    A repair is one changed digit that alone makes a table add up. The changed rows say so in
    ``note``, after the word MENDED, and their counts say so in ``source``.

    >>> from dsvstats.sources import reconcile
    >>> printed = of_area(read(), "London")
    >>> again = mended(printed, reconcile.check(printed))
    >>> again[again["note"].str.startswith("MENDED")]["value"].tolist()
    ['3649']
    """
    again = printed.copy()
    for _, finding in findings[findings["suggestion"] != ""].iterrows():
        new, old = (each.replace(",", "") for each in finding["suggestion"].split(" for "))
        place = (printed["table_id"] == finding["table_id"]) & (printed["value"] == old)
        if place.sum() == 1:
            again.loc[place, "value"] = new
            again.loc[place, "note"] = f"MENDED {finding['suggestion']}. " + again["note"][place]
    return again


def counts(printed: pd.DataFrame) -> pd.DataFrame:
    """Which of the printed numbers are counts, and of what?

    The mapping of ``data/published/mapping.csv`` turns printed words into the design's. Rows of
    one table that come to one key (declined, unknown and unrecorded) are added up; what a
    breakdown of people leaves out of its stated total, or of its largest sibling strand, is
    "Not recorded (implied)". One key from two documents stays twice, until ``counts.prefer``
    has chosen. ``source`` is the document and paragraph.

    >>> cases = counts(of_area(read(), "Wandsworth"))
    >>> counts_frame.choose(cases, strand="ethnicity_self_defined", unit="victim_records",
    ...                     subject="domestic_violence", group="Not recorded")["count"].tolist()
    [544]
    """
    rows = _mapped(printed[(printed["unit"] == "count") & (printed["value"] != "")])
    if rows.empty:
        return counts_frame.empty()
    mend = rows["note"].str.extract(r"^MENDED (.+?)\. ")[0]
    rows = rows.assign(
        count=rows["value"].astype(float),
        source=sources(rows.assign(paragraph=rows["paragraph"].str.replace(r",.*", "", regex=True)))
        + (" (mended: " + mend + ")").fillna(""),
    )
    together = [*KEY, "doc", "paragraph", "table_id"]
    added = rows.groupby(together, sort=False).agg(
        count=("count", "sum"), source=("source", "first")
    )
    once = added.reset_index().drop_duplicates([*KEY, "doc", "count"])
    doubled = once.duplicated([*KEY, "source"], keep=False)
    once.loc[doubled, "source"] += (
        " (" + once["table_id"].str.replace(r"^\w+:", "", regex=True) + ")"
    )
    cases = counts_frame.check(once.assign(withheld=False)[[*KEY, "count", "source", "withheld"]])
    implied = _implied(cases, once["doc"].to_numpy())
    return counts_frame.in_order(pd.concat([cases, implied], ignore_index=True))


@cache
def _mapping() -> pd.DataFrame:
    return pd.read_csv(data("published", "mapping.csv"), dtype="str", keep_default_na=False)


def _ruled(rows: pd.DataFrame, kind: str, looks_at: list[str], gives: list[str]) -> pd.DataFrame:
    """The first rule that fits wins; a blank cell fits anything."""
    rules = _mapping()[_mapping()["kind"] == kind]
    tests = rules[looks_at].to_numpy(dtype=object)
    given = [*rules[gives].itertuples(index=False, name=None), ("",) * len(gives)]

    def first(words: tuple[str, ...]) -> int:
        pairs = (zip(test, words, strict=True) for test in tests)
        fits = (n for n, pair in enumerate(pairs) if all(not t or t == w for t, w in pair))
        return next(fits, len(given) - 1)

    place, words = pd.factorize(pd.MultiIndex.from_frame(rows[looks_at]))
    found = [given[first(each)] for each in words]
    columns = {
        name: pd.Series([each[n] for each in found], dtype="str").take(place).array
        for n, name in enumerate(gives)
    }
    return rows.assign(**columns)


def _mapped(printed: pd.DataFrame) -> pd.DataFrame:
    rows = _ruled(printed, "count", _COUNT, _COUNT_GIVES)
    rows = _ruled(rows, "group", ["strand", "category"], ["to_strand", "to_group"])
    rows = _ruled(rows, "period", ["doc", "table_id"], ["to_start", "to_end"])
    rows = rows.assign(
        area=_areas(rows["area"]),
        start=rows["period_start"].where(rows["period_start"] != "", rows["to_start"]),
        end=rows["period_end"].where(rows["period_end"] != "", rows["to_end"]),
    )
    given = [*_COUNT_GIVES, "to_strand", "to_group"]
    taken = (rows[[*given, "start", "end"]] != "").all(axis=1) & (rows["area"] != _NATION)
    renamed = {each: each.removeprefix("to_") for each in given}
    return (
        rows[taken].drop(columns=["subject", "measure", "strand", "unit"]).rename(columns=renamed)
    )


def _implied(cases: pd.DataFrame, documents: np.ndarray) -> pd.DataFrame:
    base = [each for each in KEY if each not in ("strand", "group")]
    of_people = cases["unit"].isin([*units.people(), *units.records()]).to_numpy()
    people = cases[of_people]
    found = []
    for _, rows in people.groupby([*base, documents[of_people]], sort=False):
        stated = rows.loc[rows["strand"] == "all", "count"]
        parts = rows[~rows["strand"].isin(["all", "reports"])]
        sums = parts.groupby("strand")["count"].sum()
        total = stated.max() if len(stated) else sums.max()
        for strand, left in (total - sums[sums < total]).items():
            first = parts[parts["strand"] == strand].iloc[[0]]
            found.append(first.assign(group=strands.IMPLIED, count=left))
    return pd.concat(found, ignore_index=True) if found else counts_frame.empty()


def shares(printed: pd.DataFrame, *, like: pd.DataFrame | None = None) -> pd.DataFrame:
    """Which percentages of its residents did an area print?

    ``like``: only the groups that these counts have. Returns ``area``, ``strand``, ``group``, ``percent`` (text, which keeps its printed decimals)
    and ``source``, the groups in their strand's order; none where nothing was printed.

    >>> own = shares(of_area(read(), "Wandsworth"))
    >>> own[own["strand"] == "gender"][["group", "percent"]].values.tolist()
    [['Female', '53'], ['Male', '47']]
    """
    rows = printed[(printed["measure"] == "population_share") & (printed["unit"] == "percent")]
    rows = _ruled(rows, "group", ["strand", "category"], ["to_strand", "to_group"])
    rows = rows[(rows["to_strand"] != "") & (rows["value"] != "") & (rows["area"] != _NATION)]
    found = pd.DataFrame(
        {
            "area": _areas(rows["area"]),
            "strand": rows["to_strand"],
            "group": rows["to_group"],
            "percent": rows["value"],
            "source": sources(rows),
        }
    )
    if like is not None:
        groups = pd.MultiIndex.from_frame(like[["area", "strand", "group"]])
        found = found[pd.MultiIndex.from_frame(found[["area", "strand", "group"]]).isin(groups)]
    place = [(a, s, strands.rank(s, g)) for a, s, g in found.iloc[:, :3].itertuples(index=False)]
    return found.iloc[sorted(range(len(found)), key=place.__getitem__)].reset_index(drop=True)


def rates(printed: pd.DataFrame) -> pd.DataFrame:
    """Which rates and targets were printed, as printed?

    >>> printed = rates(of_area(read(), "Wandsworth"))
    >>> printed[["measure", "value"]].head(1).values.tolist()
    [['sd_rate', '53']]
    """
    wanted = r"sd_rate|sd_target|arrest_rate|arrest_target|caution_share|charge_rate|crimes_per"
    rows = printed[
        printed["measure"].str.contains(wanted) & printed["unit"].isin(["percent", "ratio"])
    ]
    return rows.drop_duplicates([*COLUMNS[2:8], "value"]).reset_index(drop=True)


def targets(printed: pd.DataFrame, *, measure: str) -> pd.DataFrame:
    """Which targets were printed for this measure? For which subject, and by when.

    ``measure`` is "sanction_detection" or "arrest". Returns ``subject``, ``end``, ``target`` (a
    proportion) and ``source``.

    >>> targets(read(), measure="sanction_detection")[["subject", "target"]].values.tolist()
    [['rape', 0.32], ['serious_sexual_offences', 0.28], ['domestic_violence', 0.47]]
    """
    name = {"sanction_detection": "sd_target", "arrest": "arrest_target"}[measure]
    rows = printed[(printed["measure"] == name) & (printed["value"] != "")]
    return pd.DataFrame(
        {
            "subject": rows["subject"],
            "end": rows["period_end"],
            "target": rows["value"].astype(float) / 100,
            "source": sources(rows),
        }
    ).reset_index(drop=True)


def documents() -> pd.DataFrame:
    """Which documents are the figures from? Their id, name, area, title, author, date, address."""
    return pd.read_csv(data("published", "documents.csv"), dtype="str", keep_default_na=False)


@cache
def names() -> dict[str, str]:
    """What is each document called, by its id?

    >>> names()["wandsworth_2009_10_06"]
    'Wandsworth report of 6 October 2009'
    """
    return documents().set_index("doc")["name"].to_dict()


def sources(printed: pd.DataFrame) -> pd.Series:
    """Where does each printed number stand? The document by its name, and the paragraph.

    >>> printed = read()
    >>> sources(printed[printed["doc"] == "wandsworth_2009_10_06"]).iloc[0]
    'Wandsworth report of 6 October 2009, paragraph 3.1'
    """
    paragraph = printed["paragraph"].str.replace(r"\bpara\b|^(?=\d)", "paragraph ", regex=True)
    paragraph = paragraph.str.replace("  ", " ", regex=False)
    return printed["doc"].map(lambda doc: names().get(doc, doc)) + ", " + paragraph


def named(findings: pd.DataFrame) -> pd.DataFrame:
    """The same findings, their documents by name."""
    each = findings["doc"].str.split("; ")
    return findings.assign(doc=["; ".join(names().get(doc, doc) for doc in docs) for docs in each])
