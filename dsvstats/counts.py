"""The counts frame, one row per thing counted: check, choose, prefer, add up, pair."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from dsvstats import strands
from dsvstats.checking import COLUMNS, KEY, check, read
from dsvstats.errors import InputError, near
from dsvstats.vocabulary import INSIDE, PEOPLE, UNITS, base_words

__all__ = [
    "COLUMNS",
    "KEY",
    "add_up",
    "check",
    "choose",
    "codes",
    "empty",
    "in_order",
    "join",
    "pair",
    "prefer",
    "read",
    "refuse_doubles",
    "require",
    "resolve",
    "set_aside",
    "table",
    "years",
]

Measure = str | tuple[str, str]


def empty() -> pd.DataFrame:
    """The counts frame of nothing: not supplied.

    >>> list(empty().columns) == COLUMNS
    True
    """
    return check(pd.DataFrame(columns=COLUMNS))


def table(
    area: str,
    unit: str,
    measure: str,
    strand: str,
    groups: dict[str, int | None],
    *,
    start: str = "2008-04-01",
    end: str = "2009-03-31",
    subject: str = "domestic_violence",
    definition: str = "",
    source: str = "",
) -> pd.DataFrame:
    """A counts frame from one small table: group and count.

    >>> table("Wandsworth", "victim_records", "crime", "gender",
    ...       {"Female": 947, "Male": 222, "Not recorded": 18})["count"].sum()
    np.int64(1187)
    """
    return check(
        pd.DataFrame(
            {
                "area": area,
                "start": start,
                "end": end,
                "subject": subject,
                "unit": unit,
                "measure": measure,
                "definition": definition,
                "strand": strand,
                "group": list(groups),
                "count": pd.array(list(groups.values()), dtype="Int64"),
                "source": source,
                "withheld": False,
            },
        )
    )


def join(*frames: pd.DataFrame) -> pd.DataFrame:
    """The rows of several counts frames, one below the other; a row that stands twice, once.

    >>> gender = table("Wandsworth", "victim_records", "crime", "gender", {"Female": 947})
    >>> len(join(gender, gender, empty()))
    1
    """
    return pd.concat(frames, ignore_index=True).drop_duplicates(ignore_index=True)


def choose(cases: pd.DataFrame, **wanted) -> pd.DataFrame:
    """Which counts have these values? One value or a list for each column named.

    >>> cases = table("Wandsworth", "victim_records", "crime", "gender",
    ...               {"Female": 947, "Male": 222})
    >>> choose(cases, strand="gender", group=["Male"])["count"].tolist()
    [222]
    """
    keep = np.ones(len(cases), dtype=bool)
    for column, values in wanted.items():
        if column not in COLUMNS:
            raise InputError(
                where="choose",
                rule="a column of the counts frame",
                value=column,
                mend=near(column, COLUMNS),
            )
        values = values if isinstance(values, (list, tuple, set)) else [values]
        keep &= cases[column].isin(values).to_numpy()
    return cases[keep].reset_index(drop=True)


def in_order(rows: pd.DataFrame, *, then: list[str] | None = None) -> pd.DataFrame:
    """The same rows, by area, period, subject, unit, measure, strand and the strand's own order.

    >>> cases = table("Wandsworth", "victim_records", "crime", "gender", {"Male": 1, "Female": 2})
    >>> in_order(cases)["group"].tolist()
    ['Female', 'Male']
    """
    schemes = list(strands.SCHEMES)

    def place(strand: str) -> tuple:
        return tuple(schemes.index(p) if p in schemes else 99 for p in strands.parts(strand))

    def order(pair: tuple[str, str]) -> tuple:
        strand, group = pair
        return len(strands.parts(strand)), place(strand), strands.rank(strand, group), pair

    (pairs,) = codes([rows], ["strand", "group"])
    _, first = np.unique(pairs, return_index=True)
    held = [order(pair) for pair in zip(*(rows[c].iloc[first] for c in ("strand", "group")))]
    ranks = np.empty(len(first), dtype=np.int64)
    ranks[sorted(range(len(held)), key=held.__getitem__)] = np.arange(len(first))
    by = ["area", "start", "end", "subject", "unit", "measure", "definition"]
    told = {"unit": list(UNITS), "measure": list(INSIDE)}
    keys = [_places(rows[c], told.get(c, [])) for c in by]
    keys += [ranks[pairs]] + [_places(rows[c], []) for c in then or []]
    return rows.take(np.lexsort(keys[::-1])).reset_index(drop=True)


def _places(values: pd.Series, told: list[str]) -> np.ndarray:
    """Where each value stands: those told first, in the order told, then the rest in their own."""
    code, distinct = pd.factorize(values.array, sort=True)
    if not told:
        return code
    place = {each: n for n, each in enumerate(told)}
    order = sorted(range(len(distinct)), key=lambda n: place.get(distinct[n], len(told)))
    rank = np.empty(len(distinct) + 1, dtype=np.int64)
    rank[[*order, -1]] = np.arange(len(distinct) + 1)
    return rank[code]


def prefer(cases: pd.DataFrame, sources: list[str]) -> pd.DataFrame:
    """Which count is taken where several sources hold one key? The first of ``sources``.

    A source is named whole or by its start, such as a document without the paragraph. Sources
    that are not named come last, in the frame's order. ``set_aside`` lists the rest.

    >>> two = pd.concat([table("Wandsworth", "offences", "crime", "all", {"All": n}, source=s)
    ...                  for s, n in (("board", 1187), ("crime system", 1190))])
    >>> prefer(two, ["crime system"])["count"].tolist()
    [1190]
    """
    return cases[_preferred(cases, sources)].reset_index(drop=True)


def set_aside(cases: pd.DataFrame, sources: list[str]) -> pd.DataFrame:
    """Which counts does ``prefer`` leave out, with these sources preferred?

    >>> set_aside(empty(), []).empty
    True
    """
    return cases[~_preferred(cases, sources)].reset_index(drop=True)


def _preferred(cases: pd.DataFrame, sources: list[str]) -> np.ndarray:
    held = cases["source"].unique()
    named = {s: [n for n, each in enumerate(sources) if s.startswith(each)] for s in held}
    place = cases["source"].map({s: min(at, default=len(sources)) for s, at in named.items()})
    best = np.argsort(place.to_numpy(), kind="stable")
    kept = np.zeros(len(cases), dtype=bool)
    kept[best[~cases.iloc[best].duplicated(KEY).to_numpy()]] = True
    return kept


def add_up(cases: pd.DataFrame, *, over: str | list[str]) -> pd.DataFrame:
    """What do these counts add up to over areas, periods, subjects or groups?

    People are never added over areas, periods or subjects, since one person may be in two: count
    London directly. Groups of one strand partition their people and add up to "All". A missing
    count makes the sum missing; a withheld one makes it withheld.

    ``over``: "area", "period", "subject", "group", or several. Returns a counts frame whose
    summed columns say "all", or, for a period, its first and last day.

    >>> add_up(table("Wandsworth", "victim_records", "crime", "gender",
    ...              {"Female": 947, "Male": 222, "Not recorded": 18}), over="group")["count"][0]
    np.int64(1187)
    """
    over = [over] if isinstance(over, str) else list(over)
    allowed = ["area", "period", "subject", "group"]
    unknown = [each for each in over if each not in allowed]
    if unknown:
        raise InputError(
            where="over",
            rule="area, period, subject or group",
            value=unknown,
            mend=near(unknown[0], allowed),
        )
    people = sorted(set(cases["unit"]) & set(PEOPLE) - {"residents"})
    if people and set(over) - {"group"}:
        raise InputError(
            where="over",
            rule="something that people are not counted twice over",
            value=over,
            mend=f"{', '.join(people)} may be in two: count them directly",
        )
    if set(over) & {"period"} and "residents" in set(cases["unit"]):
        raise InputError(
            where="over",
            rule="something that people are not counted twice over",
            value=over,
            mend="residents of two years are mostly the same people",
        )
    refuse_doubles(cases)
    rows = cases.copy()
    if "group" in over:
        rows[["strand", "group"]] = "all", strands.ALL
    if "area" in over:
        rows["area"] = "all areas"
    if "subject" in over:
        rows["subject"] = "all"
    held = [each for each in KEY if each not in ("start", "end") or "period" not in over]
    parts = rows.groupby([*held, "source"], sort=False, dropna=False)
    summed = parts.agg(
        **({"start": ("start", "min"), "end": ("end", "max")} if "period" in over else {}),
        count=("count", lambda counts: counts.sum(skipna=False)),
        withheld=("withheld", "any"),
    ).reset_index()
    return check(summed)


def refuse_doubles(cases: pd.DataFrame) -> None:
    """Is there one count for each key? An error that says which sources hold two.

    >>> refuse_doubles(table("Wandsworth", "offences", "crime", "all", {"All": 1187}))
    """
    require(cases)
    (key,) = codes([cases], KEY)
    if key.max(initial=-1) + 1 < len(cases):
        doubled = cases[cases.duplicated(KEY, keep=False)]
        first = doubled.iloc[0]
        same = doubled[(doubled[KEY] == first[KEY]).all(axis=1)]
        raise InputError(
            where="cases",
            rule="one count for each key",
            value={
                "key": " / ".join(str(first[each]) for each in KEY if each not in ("start", "end")),
                **dict(zip(same["source"], same["count"].tolist(), strict=True)),
            },
            mend="choose with counts.prefer(cases, [source, …])",
        )


def require(cases: pd.DataFrame) -> None:
    """Is this a counts frame by its columns? An error that says what is wanted.

    >>> require(empty())
    """
    if not isinstance(cases, pd.DataFrame) or not set(COLUMNS) <= set(cases.columns):
        raise InputError(
            where="cases",
            rule=f"a counts frame, with {', '.join(COLUMNS)}",
            value=list(getattr(cases, "columns", [type(cases).__name__])),
            mend="make it with counts.read, counts.check or counts.table",
        )


def resolve(cases: pd.DataFrame, measure: Measure, *, name: str) -> tuple[str, str] | None:
    """Which unit and measure does this name mean here? None where it was not supplied.

    >>> cases = table("Wandsworth", "offences", "crime", "all", {"All": 1187})
    >>> resolve(cases, "crime", name="measure")
    ('offences', 'crime')
    """
    return _resolve(_held(cases), measure, name)


def _held(cases: pd.DataFrame) -> list[tuple[str, str]]:
    return _measures(cases)[1]


def _measures(cases: pd.DataFrame) -> tuple[np.ndarray, list[tuple[str, str]]]:
    """Which of the units and measures is each row of? Its number, and the list of them."""
    require(cases)
    (code,) = codes([cases], ["unit", "measure"])
    first = np.unique(code, return_index=True)[1]
    return code, list(zip(*(cases[each].iloc[first] for each in ("unit", "measure")), strict=True))


def _resolve(held: list[tuple[str, str]], measure: Measure, name: str) -> tuple[str, str] | None:
    if isinstance(measure, tuple) and len(measure) == 2:
        if measure in held:
            return measure
        if measure[0] in UNITS and measure[1] in INSIDE:
            return None
        candidates = []
    elif isinstance(measure, str):
        candidates = [pair for pair in held if measure in pair]
        if len(candidates) == 1:
            return candidates[0]
        if not candidates and (measure in INSIDE or measure in UNITS):
            return None
    else:
        candidates = []
    listed = ", ".join(map(str, candidates or held)) or "no counts were supplied"
    raise InputError(
        where=name,
        rule="a measure, or (unit, measure), that means one thing here",
        value=measure,
        mend=f"choose from {listed}",
    )


def pair(
    cases: pd.DataFrame,
    measure: Measure | list[Measure],
    *,
    of: Measure | None = None,
    per: Measure | None = None,
    unpaired: bool = False,
) -> pd.DataFrame:
    """Which base does each count belong to? The only place where a numerator meets its base.

    ``measure`` and one of ``of`` or ``per`` are measures or ``(unit, measure)``; ``measure`` may
    be a list of them, each set against the one base. Area, period, subject, definition, strand
    and group agree; residents join on area, strand and group, as person-years: residents at the
    middle of the period, interpolated between Censuses where both exist, times its years.

    Returns the numerators' key with ``numerator``, ``denominator``, ``base`` (what the
    denominator is), ``kind`` ("proportion" where both count one unit and the one is inside the
    other, "rate" per resident, else "ratio"), ``withheld``, ``source`` and ``note``.
    A numerator whose base was not supplied is left out; with ``unpaired``, it stays with a
    missing denominator where another group of its area, period and strand has a base: people
    whose group was not recorded have no residents to set against, and are shown all the same.

    >>> cases = pd.concat([table("Wandsworth", "offences", "crime", "all", {"All": 1187}),
    ...                    table("Wandsworth", "incidents", "recorded", "all", {"All": 2801})])
    >>> pair(cases, "crime", per="recorded")[["numerator", "denominator", "kind"]]
       numerator  denominator   kind
    0     1187.0       2801.0  ratio
    """
    if (of is None) == (per is None):
        raise InputError(where="of, per", rule="one base", value=(of, per), mend="give one of them")
    wanted = measure if isinstance(measure, list) else [measure]
    code, held = _measures(cases)
    named = [_resolve(held, each, "measure") for each in wanted]
    above = [each for each in dict.fromkeys(named) if each is not None]
    below = _resolve(held, of, "of") if of is not None else _resolve(held, per, "per")
    if not above or below is None:
        rows = empty().rename(columns={"count": "numerator"})
        return _paired(rows.assign(kind="ratio", base=""))
    top, bottom = (
        cases[np.isin(code, [held.index(each) for each in measures])].reset_index(drop=True)
        for measures in (above, [below])
    )
    refuse_doubles(top)
    refuse_doubles(bottom)
    top = top.rename(columns={"count": "numerator"})
    if below[0] == "residents" and all(unit != "residents" for unit, _ in above):
        rows, joined = _per_resident(top, bottom)
        rows = rows.assign(kind="rate", base="person-years of residents")
    else:
        rows, joined = _per_count(top, bottom)
        inside = [m for u, m in above if u == below[0] and below[1] in INSIDE.get(m, set())]
        nested = rows["measure"].isin(inside) & (rows["unit"] == below[0])
        kind = np.where(nested, "proportion", "ratio")
        rows = rows.assign(kind=kind, base=base_words(*below))
    if not joined.any():
        _refuse_mixed_schemes(top, bottom)
    if unpaired:
        family = codes([rows], ["area", "start", "end", "subject", "definition", "strand"])[0]
        joined = np.isin(family, family[joined])
    return _paired(rows if joined.all() else rows[joined])


def _refuse_mixed_schemes(top: pd.DataFrame, bottom: pd.DataFrame) -> None:
    """An error where no group has a base, though recoding would give it one."""
    schemes = [set(each["strand"]) - {"all"} for each in (top, bottom)]
    for above in sorted(schemes[0] - schemes[1]):
        for below in sorted(schemes[1] - schemes[0]):
            fine, coarse = (above, below) if (above, below) in strands.EXACT else (below, above)
            if (fine, coarse) in strands.EXACT:
                raise InputError(
                    where="strand",
                    rule="one scheme for the counts and their base",
                    value=f"{above} and {below}",
                    mend=f"strands.recode(…, strand={fine!r}, to={coarse!r})",
                )


def _paired(rows: pd.DataFrame) -> pd.DataFrame:
    given = {"denominator": np.nan, "note": ""}
    rows = rows.assign(
        numerator=rows["numerator"].to_numpy(dtype=float, na_value=np.nan),
        **{column: default for column, default in given.items() if column not in rows},
    ).astype({"denominator": float, "note": "str"})
    columns = [*KEY, "numerator", "denominator", "base", "kind", "withheld", "source", "note"]
    return rows[columns].reset_index(drop=True)


def codes(frames: list[pd.DataFrame], columns: list[str]) -> list[np.ndarray]:
    """Which rows of these frames agree in all these columns? One whole number for each row.

    >>> gender = table("Wandsworth", "victim_records", "crime", "gender", {"Female": 1, "Male": 2})
    >>> [each.tolist() for each in codes([gender, gender[1:]], ["area", "group"])]
    [[0, 1], [1]]
    """
    sizes = [len(each) for each in frames]
    code, many = np.zeros(sum(sizes), dtype=np.int64), 1
    for column in columns:
        values = [each[column] for each in frames]
        number, distinct = pd.factorize((pd.concat(values) if len(values) > 1 else values[0]).array)
        code, many = code * (len(distinct) + 1) + number, many * (len(distinct) + 1)
        if many > 2**30:
            code, distinct = pd.factorize(code)
            many = len(distinct)
    return np.split(pd.factorize(code)[0], np.cumsum(sizes)[:-1])


def _per_count(top: pd.DataFrame, bottom: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    shared = ["area", "start", "end", "subject", "definition", "strand", "group"]
    above, below = codes([top, bottom], shared)
    at = pd.Index(below).get_indexer(above)
    joined = at >= 0
    held = bottom["count"].to_numpy(dtype=float, na_value=np.nan)
    hidden = bottom["withheld"].to_numpy(dtype=bool)
    rows = top.assign(denominator=_taken(held, at, np.nan))
    rows["withheld"] |= _taken(hidden, at, False)
    return rows, joined


def _taken(values: np.ndarray, at: np.ndarray, otherwise) -> np.ndarray:
    return np.where(at >= 0, values[at], otherwise) if len(values) else np.full(len(at), otherwise)


def years(start: pd.Series, end: pd.Series) -> pd.Series:
    """How many years do these periods last, both days included? Whole months count twelfths.

    >>> dates = pd.to_datetime(pd.Series(["2008-04-01", "2009-03-31"]))
    >>> years(dates[:1], dates[1:].reset_index(drop=True)).tolist()
    [1.0]
    """
    after = end + pd.Timedelta(days=1)
    months = (after.dt.year - start.dt.year) * 12 + after.dt.month - start.dt.month
    whole = (start.dt.day == 1) & (after.dt.day == 1)
    return (months / 12).where(whole, (after - start).dt.days / 365.25)


def _per_resident(top: pd.DataFrame, residents: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    if residents.empty:
        return top, np.zeros(len(top), dtype=bool)
    family = {re.sub(r"_?\d{4}$", "", each) for each in residents["definition"].unique()}
    if len(family) > 1:
        raise InputError(
            where="per",
            rule="residents from one kind of source",
            value=sorted(family),
            mend="choose with counts.choose(residents, definition=…)",
        )
    (period,) = codes([top], ["start", "end"])
    dates = top[["start", "end"]].iloc[np.unique(period, return_index=True)[1]]
    length = years(dates["start"], dates["end"]).to_numpy()[period]
    middle = _days(dates["start"] + (dates["end"] - dates["start"]) / 2)[period]
    above, below = codes([top, residents], ["area", "strand", "group"])
    days = _days(residents["start"])
    order = np.lexsort([days, below])
    below, days = below[order], days[order]
    people = residents["count"].to_numpy(dtype=float, na_value=np.nan)[order]
    hidden = residents["withheld"].to_numpy(dtype=bool)[order]
    census = residents["start"].dt.year.to_numpy()[order]
    after = np.searchsorted(below * 10**7 + days, above * 10**7 + middle)
    before = after - 1
    has_after = (after < len(below)) & (below[np.minimum(after, len(below) - 1)] == above)
    has_before = (before >= 0) & (below[before] == above)
    after, before = np.where(has_after, after, before), np.where(has_before, before, after)
    joined = has_after | has_before
    after, before = np.where(joined, after, 0), np.where(joined, before, 0)
    exact = days[after] == middle
    before = np.where(exact, after, before)
    span = days[after] - days[before]
    share = np.where(span > 0, (middle - days[before]) / np.where(span > 0, span, 1), 0.0)
    number = people[before] + share * (people[after] - people[before])
    rows = top.assign(
        denominator=np.where(joined, number * length, np.nan),
        note=np.where(joined, _census_notes(census[before], census[after]), ""),
    )
    rows["withheld"] |= joined & (hidden[before] | hidden[after])
    return rows, joined & ~np.isnan(number)


def _days(dates: pd.Series) -> np.ndarray:
    return dates.to_numpy().astype("datetime64[D]").astype(np.int64)


def _census_notes(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    both, each = np.unique(before * 10_000 + after, return_inverse=True)
    words = [
        f"residents of {first}"
        if first == second
        else f"residents interpolated between {first} and {second}"
        for first, second in ((pair // 10_000, pair % 10_000) for pair in both.tolist())
    ]
    return np.array(words, dtype=object)[each]
