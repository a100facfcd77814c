"""What a notebook starts from: an area's counts, from whichever source the researcher has."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from dsvstats import counts
from dsvstats.errors import InputError, near
from dsvstats.files import checksum, data
from dsvstats.sources import population, published, reconcile, store
from dsvstats.sources.published import open_data
from dsvstats.terms import places

SOURCES = ("published", "counts", "extract")
NEWEST_FIRST = ["annual_report_2009_10", "arrest_rates_2008_07_08"]


def given(source: str, counts_path: str, extract_path: str, mapping_path: str) -> dict[str, str]:
    """Where do the counts come from? A notebook's parameters, as the functions here take them.

    >>> given("counts", "mine.csv", "", "")["counts_path"]
    'mine.csv'
    """
    paths = {"counts_path": counts_path, "extract_path": extract_path}
    return {"source": source, **paths, "mapping_path": mapping_path}


def cases(
    area: str,
    *,
    source: str = "published",
    counts_path: str = "",
    extract_path: str = "",
    mapping_path: str = "",
) -> pd.DataFrame:
    """Which counts are there of this area? A counts frame, from the source named.

    ``source`` is "published" (the board's documents, with single misprints mended and the
    newest document preferred), "counts" (a researcher's own CSV, at ``counts_path``) or
    "extract" (the records at ``extract_path``, with their own names and codes fitted by the YAML
    at ``mapping_path``: the last twelve months, counted once and kept, with small counts
    withheld). An area that supplied nothing has an empty frame.

    >>> cases("Camden")["count"].tolist()
    [2678, 949]
    """
    if source == "extract":
        return store.cases(_given(extract_path), places.find(area), mapping=mapping_path)
    return places.of(everywhere(source=source, counts_path=counts_path), area)


def everywhere(
    *,
    source: str = "published",
    counts_path: str = "",
    extract_path: str = "",
    mapping_path: str = "",
) -> pd.DataFrame:
    """Which counts are there of every area? Of an extract, those by no strand.

    >>> everywhere()["area"].nunique() > 5
    True
    """
    if source == "extract":
        return store.everywhere(_given(extract_path), mapping=mapping_path)
    if source == "counts":
        own = counts.read(_given(counts_path, "counts_path", "a CSV of counts"))
        return own.assign(area=own["area"].map(_known))
    if source != "published":
        raise InputError(
            where="source", rule=" or ".join(SOURCES), value=source, mend=near(source, [*SOURCES])
        )
    return counts.prefer(_published(), NEWEST_FIRST)


def over_time(
    area: str, *, source: str = "published", extract_path: str = "", mapping_path: str = "", **_
) -> pd.DataFrame:
    """Which counts are there of this area in periods of twelve months that follow each other?

    They end a quarter apart, so that they overlap. Only an extract has them.

    >>> over_time("Camden").empty
    True
    """
    if source != "extract":
        return counts.empty()
    return store.over_time(_given(extract_path), places.find(area), mapping=mapping_path)


def findings(
    area: str, *, source: str = "published", extract_path: str = "", mapping_path: str = "", **_
) -> pd.DataFrame:
    """What contradicts itself: in what was printed of this area, or anywhere in the extract?

    >>> findings("Camden").empty
    True
    """
    if source == "extract":
        return store.findings(_given(extract_path), mapping=mapping_path)
    return reconcile.check(printed(area, source=source))


def _given(path: str, name: str = "extract_path", rule: str = "a folder, file or glob") -> str:
    if not path:
        raise InputError(
            where=name, rule=rule, value=path, mend='give its path, or source="published"'
        )
    return path


@cache
def _published() -> pd.DataFrame:
    figures = published.read()
    return published.counts(published.mended(figures, reconcile.check(figures)))


def set_aside(area: str, *, source: str = "published", **_) -> pd.DataFrame:
    """Which counts of this area were not taken, since another document counts the same thing?

    >>> set_aside("London")["count"].tolist()
    [102227]
    """
    held = _published() if source == "published" else counts.empty()
    return places.of(counts.set_aside(held, NEWEST_FIRST), area)


def sources(held: pd.DataFrame) -> list[str]:
    """Which documents or files are these counts from? With their titles and dates.

    >>> sources(cases("Camden"))
    ['Domestic and Sexual Violence Board Annual Report 2009-2010']
    """
    titles = published.documents().set_index("doc")[["title", "date"]]
    told = set()
    for each in held["source"].unique():
        document = each.split(",")[0]
        known = document in titles.index
        told.add(", ".join(filter(None, titles.loc[document])) if known else each)
    return sorted(told)


def origin(held: pd.DataFrame, *, source: str = "published", **given: str) -> str:
    """Where are these counts from, in a line? Of an extract without the area, where it is from.

    >>> origin(cases("Camden"))
    'Domestic and Sexual Violence Board Annual Report 2009-2010'
    """
    if held.empty and source == "extract":
        held = everywhere(source=source, **given)
    return "; ".join(sources(held))


def checksums(
    *,
    source: str = "published",
    counts_path: str = "",
    extract_path: str = "",
    mapping_path: str = "",
) -> dict[str, str]:
    """What did the files hold that the counts are from? A short checksum for each.

    >>> list(checksums())
    ['data']
    """
    files = {"data": checksum(*(path for path in data().rglob("*.csv*")))}
    if source == "counts":
        files[Path(counts_path).name] = checksum(Path(counts_path))
    if source == "extract":
        files[Path(extract_path).name] = store.checksum(extract_path, mapping=mapping_path)
    return files


def printed_rates(area: str, *, source: str = "published", **_) -> pd.DataFrame:
    """Which rates and targets were printed of this area, as printed, with their places?

    >>> printed_rates("Camden")["Printed"].tolist()
    ['35%']
    """
    rows = published.rates(printed(area, source=source))
    return pd.DataFrame(
        {
            "Rate": rows["measure"].str.replace("_", " ").str.replace("sd ", "sanction detection "),
            "Subject": rows["subject"].str.replace("_", " "),
            "Printed": rows["value"] + rows["unit"].map({"percent": "%", "ratio": ""}),
            "Until": pd.to_datetime(rows["period_end"])
            .dt.strftime("%d\u00a0%b\u00a0%Y")
            .fillna(""),
            "Place": rows["doc"] + ", " + rows["paragraph"],
        }
    )


def prepare() -> None:
    """Read once what every area's pages read, before they are made side by side."""
    _published()
    population.read()
    open_data.read()


def _known(area: str) -> str:
    try:
        return places.find(area)
    except InputError:
        return area


def printed(area: str, *, source: str = "published", **_) -> pd.DataFrame:
    """Which printed numbers are there of this area? None where the source is not printed.

    >>> len(printed("Camden")), len(printed("Camden", source="counts"))
    (3, 0)
    """
    figures = published.of_area(published.read(), area)
    return figures if source == "published" else figures.iloc[:0]
