"""Where an area's counts come from: published tables, a researcher's own counts, or records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import pandas as pd

from dsvstats import counts, files
from dsvstats.disclosure import protected_below
from dsvstats.errors import renamed
from dsvstats.sources import own, population, published, reconcile, store
from dsvstats.sources.kinds import COUNTS, PUBLISHED, RECORDS, kind, paths
from dsvstats.sources.published import open_data
from dsvstats.terms import places, subjects

__all__ = ["COUNTS", "PUBLISHED", "RECORDS", "kind", "paths"]
_WHERE = ["area", "strand"]


@renamed
def cases(
    area: str,
    *,
    data: str | Path = PUBLISHED,
    mapping: str = "",
    place: str = "",
    prefer: Sequence[str] = (),
) -> pd.DataFrame:
    """Which counts are there of this area? A counts frame, from the data named.

    ``data`` is "published" (the board's documents, with single misprints mended and the newest
    document preferred), a researcher's own CSV of counts, or a folder, file or pattern of records
    (the last twelve months, counted once and kept, with small counts withheld); the YAML
    ``mapping`` fits their own names and codes to ours. ``prefer`` names the sources to take first where
    two count the same thing. An area that supplied nothing has an empty frame.

    >>> cases("Camden")["count"].tolist()
    [2678, 949]
    """
    if kind(data, mapping=mapping) == RECORDS:
        return store.cases(str(data), area, mapping=mapping, place=place)
    held = _of_any(data, mapping=mapping, place=place, prefer=prefer)
    return places.place(place).of(held, area)


@renamed
def everywhere(
    *,
    data: str | Path = PUBLISHED,
    mapping: str = "",
    place: str = "",
    prefer: Sequence[str] = (),
) -> pd.DataFrame:
    """Which counts are there of every area? Of records, or made of them, those by no strand.

    >>> everywhere()["area"].nunique() > 5
    True
    """
    if kind(data, mapping=mapping) == RECORDS:
        return store.everywhere(str(data), mapping=mapping, place=place)
    held = _of_any(data, mapping=mapping, place=place, prefer=prefer)
    if protected_below(held["source"].unique()):
        return held[held["strand"] == "all"].reset_index(drop=True)
    return held


def _of_any(data: str | Path, *, mapping: str, place: str, prefer: Sequence[str]) -> pd.DataFrame:
    """The counts of every area that are no records: all of them."""
    if kind(data, mapping=mapping) == COUNTS:
        held = own.chosen(data, mapping=mapping, place=place, prefer=prefer)
        lives = _expected(held, data=data, mapping=mapping, place=place, prefer=prefer)
        return reconcile.without_unused(held, lives)
    held = _published(place)
    own.refuse_unknown(prefer, held["source"].unique().tolist())
    return counts.prefer(held, [*prefer, *_newest_first(place)])


@renamed
def by_strand(
    strands: Sequence[str],
    *,
    data: str | Path = PUBLISHED,
    mapping: str = "",
    place: str = "",
    prefer: Sequence[str] = (),
) -> pd.DataFrame:
    """Which counts are there of every area by these strands?

    >>> by_strand(["disability"])["area"].nunique() > 2
    True
    """
    if kind(data, mapping=mapping) == RECORDS:
        return store.by_strand(str(data), strands, mapping=mapping, place=place)
    held = _of_any(data, mapping=mapping, place=place, prefer=prefer)
    return held[held["strand"].isin(list(strands))].reset_index(drop=True)


def _expected(
    held: pd.DataFrame, *, data: str | Path, mapping: str, place: str, prefer: Sequence[str] | None
) -> pd.DataFrame:
    """Whom those live among who are counted in a strand with a group of which nobody is."""
    people, years = reconcile.with_none(held), list(places.place(place).censuses)
    return residents(people, census=years, data=data, mapping=mapping, place=place, prefer=prefer)


def _newest_first(place: str) -> list[str]:
    called = published.names(place=place)
    return [called[each] for each in places.place(place).prefer if each in called]


def _published(place: str) -> pd.DataFrame:
    return _printed_counts(places.place(place))


@cache
def _printed_counts(place: places.Place) -> pd.DataFrame:
    figures = published.read(place=place)
    mended = published.mended(figures, reconcile.check(figures))
    return published.counts(mended, place=place)


@renamed
def residents(
    people: pd.DataFrame,
    *,
    census: Sequence[int],
    data: str | Path = PUBLISHED,
    mapping: str = "",
    place: str = "",
    prefer: Sequence[str] | None = (),
) -> pd.DataFrame:
    """Whom do these people live among? By area, strand and group, as counts.

    Residents in the researcher's own counts take the place of those of the Censuses, for the
    areas and strands that they are given for.

    >>> residents(counts.empty(), census=[2011]).empty
    True
    """
    held = counts.empty()
    if kind(data, mapping=mapping) == COUNTS:
        held = own.chosen(data, mapping=mapping, place=place, prefer=prefer)
        held = counts.choose(held, unit="residents")
    mine = [counts.empty(), *_own_residents(people, held)]
    there = pd.MultiIndex.from_frame(pd.concat(mine)[_WHERE])
    rest = people[~pd.MultiIndex.from_frame(people[_WHERE]).isin(there)]
    return counts.join(*mine, population.residents_like(rest, census=list(census), place=place))


def _own_residents(people: pd.DataFrame, held: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """A researcher's own residents in the groups of these people, where they can be so."""
    for (area, strand), rows in people.groupby(_WHERE, sort=False):
        strand = str(strand)
        finest = population.finest(strand, held)
        mine = counts.choose(held, area=area, strand=finest)
        if set(rows["group"]) & set(mine["group"]) and finest == strand:
            yield mine
        elif len(mine):
            yield population.grouped(mine, strand, groups=sorted(rows["group"].unique()))


@renamed
def over_time(
    area: str, *, data: str | Path = PUBLISHED, mapping: str = "", place: str = ""
) -> pd.DataFrame:
    """Which counts are there of this area in periods of twelve months that follow each other?

    They end a quarter apart, so that they overlap. Only records have them.

    >>> over_time("Camden").empty
    True
    """
    if kind(data, mapping=mapping) != RECORDS:
        return counts.empty()
    return store.over_time(str(data), area, mapping=mapping, place=place)


@renamed
def linked(
    area: str, *, data: str | Path = PUBLISHED, mapping: str = "", place: str = ""
) -> pd.DataFrame:
    """Which people would be known again by name alone? Counts with ``draw``; of records only.

    >>> linked("Camden").empty
    True
    """
    if kind(data, mapping=mapping) != RECORDS:
        return counts.empty().assign(draw=0)
    return store.linked(str(data), area, mapping=mapping, place=place)


@renamed
def findings(
    area: str,
    *,
    data: str | Path = PUBLISHED,
    mapping: str = "",
    place: str = "",
    prefer: Sequence[str] | None = (),
) -> pd.DataFrame:
    """What contradicts itself, or is missing: of this area, or anywhere in the records?

    Where two sources count the same thing and ``prefer`` is None, the first is looked at.

    >>> findings("Camden").empty
    True
    """
    found = kind(data, mapping=mapping)
    if found == RECORDS:
        return store.findings(str(data), mapping=mapping, place=place)
    if found == PUBLISHED:
        told = reconcile.check(printed(area, data=data, place=place))
        return published.named(told, place=place)
    given = own.as_given(data, mapping=mapping, place=place, prefer=prefer)
    held = places.place(place).of(given, area)
    lives = _expected(held, data=data, mapping=mapping, place=place, prefer=prefer)
    return reconcile.check_counts(held, residents=lives)


@renamed
def checked(
    area: str,
    *,
    data: str | Path = PUBLISHED,
    mapping: str = "",
    place: str = "",
    prefer: Sequence[str] = (),
) -> dict[str, int]:
    """How much of this area was there to check? Tables, and the numbers in them; 0 of nothing.

    >>> checked("Camden"), checked("Barnet")
    ({'tables': 1, 'numbers': 3}, {'tables': 0, 'numbers': 0})
    """
    if str(data) == PUBLISHED:
        return reconcile.checked(printed(area, data=data, place=place))
    return reconcile.checked(cases(area, data=data, mapping=mapping, place=place, prefer=prefer))


@renamed
def printed(area: str, *, data: str | Path = PUBLISHED, place: str = "") -> pd.DataFrame:
    """Which printed numbers are there of this area? None where the data are not printed.

    >>> len(printed("Camden")), len(printed("Camden", data="my_counts.csv"))
    (3, 0)
    """
    figures = published.of_area(published.read(place=place), area, place=place)
    return figures if str(data) == PUBLISHED else figures.iloc[:0]


def raised(area: str, *, place: str = "") -> pd.DataFrame:
    """What did the board raise with this area, and by which number can it be followed?

    >>> raised("Wandsworth")["due"].unique().tolist()
    ['2010-04-06']
    """
    there = places.place(place)
    columns = ["area", "raised", "due", "issue", "subject", "measure", "of", "then", "source"]
    if "following_up" not in there.files:
        return pd.DataFrame(columns=columns, dtype="str")
    held = files.read_csv(there.files["following_up"].path, needs=columns).frame()
    return there.of(held[columns], area)


@renamed
def set_aside(
    area: str,
    *,
    data: str | Path = PUBLISHED,
    mapping: str = "",
    place: str = "",
    prefer: Sequence[str] = (),
) -> pd.DataFrame:
    """Which counts of this area were not taken, since another source counts the same thing?

    >>> set_aside("London")["count"].tolist()
    [102227]
    """
    held = counts.empty()
    if str(data) == PUBLISHED:
        held = counts.set_aside(_published(place), [*prefer, *_newest_first(place)])
    elif prefer and kind(data, mapping=mapping) == COUNTS:
        every = own.read(data, mapping=mapping, place=place, prefer=prefer)
        held = counts.set_aside(every, list(prefer))
    return places.place(place).of(held, area)


def sources(held: pd.DataFrame, *, place: str = "") -> list[str]:
    """Which documents or files are these counts from? With their titles and dates.

    >>> sources(cases("Camden"))
    ['Domestic and Sexual Violence Board Annual Report 2009-2010']
    """
    return [", ".join(filter(None, each[:2])) for each in documents(held, place=place)]


def documents(held: pd.DataFrame, *, place: str = "") -> list[tuple[str, str, str]]:
    """Which documents or files are these counts from? Title, date and address of each.

    >>> documents(cases("Camden"))[0][0]
    'Domestic and Sexual Violence Board Annual Report 2009-2010'
    """
    known = published.documents(place=place).set_index("name")[["title", "date", "address"]]
    found = published.addresses_of(place)
    told = set()
    for each in held["source"].unique():
        document = each.split(",")[0]
        of_others = (each, "", found.get(each, ""))
        told.add(tuple(known.loc[document]) if document in known.index else of_others)
    return sorted(told)


@renamed
def checksums(
    *, data: str | Path = PUBLISHED, mapping: str = "", place: str = ""
) -> dict[str, str]:
    """What did the files hold that the counts are from? A short checksum for each.

    >>> list(checksums())
    ['data']
    """
    found = {"data": places.place(place).checksum}
    held = kind(data, mapping=mapping)
    if held == COUNTS:
        for each in filter(None, [str(data), mapping]):
            found[Path(each).name] = files.checksum(Path(each))
    if held == RECORDS:
        found[Path(data).name] = store.checksum(str(data), mapping=mapping, place=place)
    return found


@renamed
def printed_rates(area: str, *, data: str | Path = PUBLISHED, place: str = "") -> pd.DataFrame:
    """Which rates and targets were printed of this area, as printed, with their places?

    >>> printed_rates("Camden")["Printed"].tolist()
    ['35%']
    """
    rows = published.rates(printed(area, data=data, place=place), place=place)
    return pd.DataFrame(
        {
            "Rate": rows["measure"].str.replace("_", " ").str.replace("sd ", "sanction detection "),
            "Subject": [" and ".join(e.words for e in subjects.parts(s)) for s in rows["subject"]],
            "Printed": rows["value"] + rows["unit"].map({"percent": "%", "ratio": ""}),
            "Until": pd.to_datetime(rows["period_end"])
            .dt.strftime("%d\u00a0%b\u00a0%Y")
            .fillna(""),
            "Place": published.sources(rows, place=place),
        }
    )


def stated_rates(area: str, *, data: str | Path = PUBLISHED, place: str = "") -> pd.DataFrame:
    """Which rates were printed of this area, as proportions, whether or not counts were?

    >>> held = stated_rates("Wandsworth")
    >>> held[held["subject"] == "domestic_violence"]["value"].round(3).tolist()
    [0.74, 0.53, 0.45, 0.744, 0.53]
    """
    return published.stated(printed(area, data=data, place=place), place=place)


@renamed
def printed_shares(
    people: pd.DataFrame, area: str, *, data: str | Path = PUBLISHED, place: str = ""
) -> pd.DataFrame:
    """Which percentages of its residents did an area print, for the groups of these people?

    >>> printed_shares(counts.empty(), "Camden").empty
    True
    """
    shares = printed(area, data=data, place=place)
    return published.shares(shares, like=people, place=place)


def targets(measure: str, *, place: str = "") -> pd.DataFrame:
    """Which targets were printed for this measure, anywhere in the place?

    >>> targets("arrest")["target"].tolist()
    [0.6, 0.67, 0.7]
    """
    return published.targets(published.read(place=place), measure=measure, place=place)


def prepare() -> None:
    """Read once what every area's pages read, before they are made side by side."""
    place = places.place()
    _printed_counts(place)
    population.read(place)
    open_data.read(place)
