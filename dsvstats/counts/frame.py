"""The counts frame, one row per thing counted: its columns, its check, its order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache

import numpy as np
import pandas as pd

from dsvstats import files, strands
from dsvstats.counts.cells import TIDY, WHOLE, Breach
from dsvstats.counts.grouping import codes
from dsvstats.errors import Faults, InputError, near
from dsvstats.terms.measures import MEASURES
from dsvstats.terms.units import UNITS

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
LONGEST = 100
"""So many years a period may last."""

Breached = tuple[np.ndarray, str, str, str]
"""Which rows break a rule, in which column, the rule, and the mend."""
Rule = Callable[[pd.DataFrame], Iterable[Breached]]
"""What must hold in rows whose cells are right one by one."""


def empty() -> pd.DataFrame:
    """The counts frame of nothing: not supplied.

    >>> list(empty().columns) == COLUMNS
    True
    """
    return _empty().copy()


@cache
def _empty() -> pd.DataFrame:
    return check(pd.DataFrame(columns=COLUMNS))


def check(
    cases: pd.DataFrame,
    *,
    name: str = "cases",
    faults: Faults | None = None,
    rules: Sequence[Rule] = (),
) -> pd.DataFrame:
    """Is this a counts frame? The same rows with the design's columns and types.

    ``count`` may be missing (not supplied) but not negative or fractional; periods end after
    they start and within a century; subjects, units and measures are those of ``dsvstats.terms``;
    groups belong to their strand; no row stands twice from one source. All faults are one error,
    each with its row (where a file was read, the file's own), column, value and mend; ``faults``
    are those already found, ``rules`` what must hold besides. ``definition`` and ``source`` may be
    left out, and ``withheld``.

    >>> from dsvstats import counts
    >>> counts.check(counts.table("Wandsworth", "offences", "crime", "all", {"All": -1}))
    Traceback (most recent call last):
    ...
    dsvstats.errors.InputError: cases row 0, count: must be a whole number of 0 or more, or \
empty; received -1; ...
    """
    faults = Faults(name) if faults is None else faults
    numbers = files.numbers(cases)
    cases = _columns(cases, name)
    good = np.ones(len(cases), dtype=bool)

    def refuse(rows: np.ndarray, column: str, rule: str, mend: str) -> None:
        """A fault of the first of these rows; the others have the same."""
        if rows.any():
            row, more = int(rows.argmax()), int(rows.sum()) - 1
            value = cases[column].iloc[row]
            value = value.item() if isinstance(value, np.generic) else value
            faults.add(numbers[row], column, rule=rule, value=value, mend=mend, more=more)
            good[rows] = False

    checked = pd.DataFrame({each: _typed(each, cases[each], refuse) for each in TIDY})[COLUMNS]
    for breach in _groups(checked):
        refuse(*breach)
    for rule in (_in_themselves, *rules):
        for rows, column, told, mend in rule(checked):
            refuse(rows & good, column, told, mend)
    faults.tell()
    return checked


def _typed(column: str, cells: pd.Series, refuse: Callable) -> pd.Series:
    """The column with its type; a cell that breaks its rule is refused, and missing."""
    tidy, dtype = TIDY[column]
    if column == "count" and pd.api.types.is_integer_dtype(cells):
        numbers = cells.astype("Int64")
        refuse((numbers < 0).fillna(False).to_numpy(bool), column, *WHOLE)
        return numbers
    code, values = pd.factorize(cells, use_na_sentinel=False)
    tidied = []
    for number, value in enumerate(values):
        try:
            tidied.append(tidy(value))
        except Breach as breach:
            refuse(code == number, column, *breach.args)
            tidied.append(False if dtype == "bool" else None)
    return pd.Series(pd.array(tidied, dtype=dtype)).take(code).reset_index(drop=True)


def _in_themselves(checked: pd.DataFrame) -> Iterator[Breached]:
    """What is wrong with rows whose cells are right one by one."""
    start, end = checked["start"], checked["end"]
    yield (
        (end < start).to_numpy(),
        "end",
        "on or after start",
        "both days are inside the period",
    )
    yield (
        ((end - start).dt.days > LONGEST * 366).to_numpy(),
        "end",
        f"at most {LONGEST} years after start",
        "correct one of the two days",
    )
    yield (
        checked.duplicated([*KEY, "source"]).to_numpy(),
        "group",
        "given once for each key and source",
        "remove the second row, or name its source",
    )


def _groups(checked: pd.DataFrame) -> Iterator[Breached]:
    """Every group belongs to its strand."""
    pair, pairs = pd.factorize(pd.MultiIndex.from_frame(checked[["strand", "group"]]))
    for number, (strand, group) in enumerate(pairs):
        if pd.isna(strand) or pd.isna(group) or strands.known(strand, group):
            continue
        groups = [*strands.SCHEMES.get(strand, strands.Scheme("")).groups, strands.NOT_RECORDED]
        mend = near(group, groups) if len(groups) > 1 else _EXAMPLES.get(strand, _EXAMPLES["age"])
        yield pair == number, "group", f"a group of the strand {strand}", mend


_EXAMPLES = {"age": "for example 18-29 or 60+", "reports": "for example 1, 2 or 3+"}


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
    held = [
        order(pair)
        for pair in zip(*(rows[c].iloc[first] for c in ("strand", "group")), strict=True)
    ]
    ranks = np.empty(len(first), dtype=np.int64)
    ranks[sorted(range(len(held)), key=held.__getitem__)] = np.arange(len(first))
    by = ["area", "start", "end", "subject", "unit", "measure", "definition"]
    told = {"unit": list(UNITS), "measure": list(MEASURES)}
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
