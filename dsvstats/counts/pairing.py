"""Which base does a count belong to? The only place where a numerator meets its denominator."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import numpy as np
import pandas as pd

from dsvstats import strands
from dsvstats.counts.choosing import refuse_doubles
from dsvstats.counts.frame import KEY, empty, require
from dsvstats.counts.grouping import codes, sources_of
from dsvstats.counts.person_years import per_resident
from dsvstats.errors import InputError, one_of
from dsvstats.terms import measures as terms
from dsvstats.terms import units
from dsvstats.terms.measures import MEASURES
from dsvstats.terms.units import UNITS

Measure = str | tuple[str, str]


def resolve(cases: pd.DataFrame, measure: Measure, *, name: str) -> tuple[str, str] | None:
    """Which unit and measure does this name mean here? None where it was not supplied.

    >>> from dsvstats.counts import table
    >>> cases = table("Wandsworth", "offences", "crime", "all", {"All": 1187})
    >>> resolve(cases, "crime", name="measure")
    ('offences', 'crime')
    """
    return _resolve(_held(cases), measure, name)


def supplied(
    cases: pd.DataFrame, measures: Iterable[Measure], *, name: str
) -> list[tuple[str, str]]:
    """Which of these were supplied, in their order, each by its unit and measure?

    >>> from dsvstats.counts import table
    >>> cases = table("Wandsworth", "offences", "crime", "all", {"All": 1187})
    >>> supplied(cases, ["crime", "charge"], name="stages")
    [('offences', 'crime')]
    """
    held = _held(cases)
    named = (_resolve(held, each, name) for each in measures)
    return [each for each in named if each is not None]


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
        units.known(measure[0], where=name)
        terms.known(measure[1], where=name)
        return None
    candidates = [pair for pair in held if isinstance(measure, str) and measure in pair]
    if isinstance(measure, str) and len(candidates) < 2:
        if not candidates:
            one_of([*MEASURES, *UNITS], measure, where=name, rule="a measure, or (unit, measure)")
        return next(iter(candidates), None)
    raise InputError(
        where=name,
        rule="a measure, or (unit, measure), that means one thing here",
        value=measure,
        mend=f"choose from {', '.join(map(str, candidates or held)) or 'none'}",
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
    and group agree; residents join on area, strand and group, as person-years: each day's residents,
    between the Censuses around it where both exist, over the period.

    Returns the numerators' key with ``numerator``, ``denominator``, ``base`` (the unit and measure
    of the denominator, as "offences:crime"), ``kind`` ("proportion" where both count one unit and
    the one is inside the other, "rate" per resident, else "ratio"), ``withheld``, ``source`` (of
    both counts) and ``flags`` (``residents=2001/2011``: between these Censuses; of which ages they
    are, or that they are of all ages where those counted are not).
    A numerator whose base was not supplied is left out; with ``unpaired``, it stays with a
    missing denominator where another group of its area, period and strand has a base: people
    whose group was not recorded have no residents to set against, and are shown all the same.

    >>> from dsvstats.counts import table
    >>> cases = pd.concat([table("Wandsworth", "offences", "crime", "all", {"All": 1187}),
    ...                    table("Wandsworth", "incidents", "recorded", "all", {"All": 2801})])
    >>> pair(cases, "crime", per="recorded")[["numerator", "denominator", "kind"]]
       numerator  denominator   kind
    0     1187.0       2801.0  ratio
    """
    code, held = _measures(cases)
    above = _above(held, measure)
    below = _below(held, of, per)
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
        rows, joined = per_resident(top, bottom)
        rows = rows.assign(kind="rate", base=base_of(*below))
    else:
        rows, joined = _per_count(top, bottom)
        kind = np.where(_nested(rows, above, below), "proportion", "ratio")
        rows = rows.assign(kind=kind, base=base_of(*below))
    if not joined.any():
        _refuse_mixed_schemes(top, bottom)
    if unpaired:
        family = codes([rows], ["area", "start", "end", "subject", "definition", "strand"])[0]
        joined = np.isin(family, family[joined])
    return _paired(rows if joined.all() else rows[joined])


def follow(cases: pd.DataFrame, chain: list[tuple[str, str]]) -> pd.DataFrame:
    """Each stage of a chain beside the one before, as ``pair`` would set them one by one.

    ``chain`` are units and measures that are among the counts, from first to last.

    >>> from dsvstats.counts import table
    >>> cases = pd.concat([table("London", "offences", each, "all", {"All": n})
    ...     for each, n in (("crime", 52212), ("arrest", 33559), ("charge", 9903))])
    >>> stages = [("offences", each) for each in ("crime", "arrest", "charge")]
    >>> follow(cases, stages)[["numerator", "denominator"]].values.tolist()
    [[33559.0, 52212.0], [9903.0, 33559.0]]
    """
    code, held = _measures(cases)
    place = np.full(len(held) + 1, -1)
    place[[held.index(each) for each in chain]] = np.arange(len(chain))
    stage = place[code]
    rows = cases[stage >= 0].reset_index(drop=True)
    refuse_doubles(rows)
    stage = stage[stage >= 0]
    later = stage > 0
    top = rows[later].rename(columns={"count": "numerator"}).reset_index(drop=True)
    found, joined = _per_count(top, rows, (stage[later] - 1, stage))
    for n in np.setdiff1d(stage[later], stage[later][joined]):
        _refuse_mixed_schemes(rows[stage == n], rows[stage == n - 1])
    names = np.array([base_of(*each) for each in chain], dtype=object)
    inside = [
        now[0] == before[0] and before[1] in terms.inside(now[1]) for before, now in pairwise(chain)
    ]
    kind = np.where(np.array([False, *inside])[stage[later]], "proportion", "ratio")
    found = found.assign(kind=kind, base=names[stage[later] - 1])
    return _paired(found[joined])


def _above(held: list[tuple[str, str]], measure: Measure | list[Measure]) -> list[tuple[str, str]]:
    wanted = measure if isinstance(measure, list) else [measure]
    named = [_resolve(held, each, "measure") for each in wanted]
    return [each for each in dict.fromkeys(named) if each is not None]


def _below(
    held: list[tuple[str, str]], of: Measure | None, per: Measure | None
) -> tuple[str, str] | None:
    if of is not None and per is None:
        return _resolve(held, of, "of")
    if per is not None and of is None:
        return _resolve(held, per, "per")
    raise InputError(where="of, per", rule="one base", value=(of, per), mend="give one of them")


def _nested(rows: pd.DataFrame, above: list[tuple[str, str]], below: tuple[str, str]) -> pd.Series:
    """Which rows count something of the base's own unit that is inside it?"""
    inside = [m for u, m in above if u == below[0] and below[1] in terms.inside(m)]
    return rows["measure"].isin(inside) & (rows["unit"] == below[0])


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
    given = {"denominator": np.nan, "flags": ""}
    rows = rows.assign(
        numerator=rows["numerator"].to_numpy(dtype=float, na_value=np.nan),
        **{column: default for column, default in given.items() if column not in rows},
    ).astype({"denominator": float, "flags": "str"})
    columns = [*KEY, "numerator", "denominator", "base", "kind", "withheld", "source", "flags"]
    return rows[columns].reset_index(drop=True)


def base_of(unit: str, measure: str) -> str:
    """How does a column say what a denominator counts?

    >>> base_of("offences", "crime")
    'offences:crime'
    """
    return f"{unit}:{measure}"


def _per_count(
    top: pd.DataFrame, bottom: pd.DataFrame, stages: tuple[np.ndarray, np.ndarray] | None = None
) -> tuple[pd.DataFrame, np.ndarray]:
    """Each count beside its base; of ``stages``, that wanted by each and that of each base."""
    shared = ["area", "start", "end", "subject", "definition", "strand", "group"]
    above, below = codes([top, bottom], shared)
    if stages is not None:
        many = 1 + int(stages[1].max(initial=0))
        above, below = above * many + stages[0], below * many + stages[1]
    at = pd.Index(below).get_indexer(above)
    joined = at >= 0
    held = bottom["count"].to_numpy(dtype=float, na_value=np.nan)
    hidden = bottom["withheld"].to_numpy(dtype=bool)
    given = bottom["source"].to_numpy(dtype=object)
    rows = top.assign(
        denominator=_taken(held, at, np.nan),
        source=sources_of(top["source"], _taken(given, at, "")),
    )
    rows["withheld"] |= _taken(hidden, at, False)
    return rows, joined


def _taken(values: np.ndarray, at: np.ndarray, otherwise) -> np.ndarray:
    return np.where(at >= 0, values[at], otherwise) if len(values) else np.full(len(at), otherwise)
