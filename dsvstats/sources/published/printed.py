"""What was printed of a place, and in which documents."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from dsvstats import files
from dsvstats.sources.published.figures import COLUMNS
from dsvstats.terms import places
from dsvstats.terms.places import Place

NATION = "national"
"""What a document prints of the whole country: no area of any place."""
_DOCUMENT = ["doc", "name", "area", "title", "author", "date", "address"]


def read(path: Path | str | None = None, *, place: str | Path | Place = "") -> pd.DataFrame:
    """What was printed? One row per printed number, as printed, wrong or not.

    Without a path, every figure of the place's documents; none where it has none. All columns
    are text, so that printed decimals stay as they were; an empty value was printed without a
    usable number.

    >>> printed = read()
    >>> printed.query("category == 'African/Caribbean' and population == 'accused'")["value"].item()
    '13649'
    """
    return _read(path) if path is not None else _own(places.place(place)).copy()


@cache
def _own(place: Place) -> pd.DataFrame:
    if "printed" not in place.files:
        return pd.DataFrame(columns=COLUMNS, dtype="str")
    return _read(place.files["printed"].path).reset_index(drop=True)


def _read(path: Path | str) -> pd.DataFrame:
    return files.read_csv(path, needs=COLUMNS).frame()[COLUMNS]


def of_area(printed: pd.DataFrame, area: str, *, place: str | Path | Place = "") -> pd.DataFrame:
    """Which printed numbers are of this area, by any of its names?

    >>> len(of_area(read(), "Camden"))
    3
    """
    there = places.place(place)
    found = areas(printed["area"], there) == there.find(area)
    return printed[found].reset_index(drop=True)


def areas(printed: pd.Series, place: Place) -> pd.Series:
    """The areas of the place that these printed names mean; the country keeps its own."""
    known = {
        name: name if name == NATION else place.find(name) for name in printed.unique() if name
    }
    return printed.map(known)


@cache
def _documents(place: Place) -> pd.DataFrame:
    if "documents" not in place.files:
        return pd.DataFrame(columns=_DOCUMENT, dtype="str")
    return files.read_csv(place.files["documents"].path, needs=_DOCUMENT).frame()


def documents(*, place: str | Path | Place = "") -> pd.DataFrame:
    """Which documents are the figures from? Their id, name, area, title, author, date, address.

    >>> len(documents())
    10
    """
    return _documents(places.place(place)).reset_index(drop=True)


def names(*, place: str | Path | Place = "") -> dict[str, str]:
    """What is each document called, by its id?

    >>> names()["wandsworth_2009_10_06"]
    'Wandsworth report of 6 October 2009'
    """
    held = _documents(places.place(place))
    return dict(zip(held["doc"], held["name"], strict=True))


def sources(printed: pd.DataFrame, *, place: str | Path | Place = "") -> pd.Series:
    """Where does each printed number stand? The document by its name, and the paragraph.

    >>> printed = read()
    >>> sources(printed[printed["doc"] == "wandsworth_2009_10_06"]).iloc[0]
    'Wandsworth report of 6 October 2009, paragraph 3.1'
    """
    called = names(place=place)
    paragraph = printed["paragraph"].str.replace(r"\bpara\b|^(?=\d)", "paragraph ", regex=True)
    paragraph = paragraph.str.replace("  ", " ", regex=False)
    return printed["doc"].map(lambda doc: called.get(doc, doc)) + ", " + paragraph


def named(findings: pd.DataFrame, *, place: str | Path | Place = "") -> pd.DataFrame:
    """The same findings, their documents by name."""
    called = names(place=place)
    each = findings["doc"].str.split("; ")
    return findings.assign(doc=["; ".join(called.get(doc, doc) for doc in docs) for docs in each])
