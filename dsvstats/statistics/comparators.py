"""Each group beside what it is compared with: the reference group, the rest, everyone."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import TypeAlias

import numpy as np
import pandas as pd

from dsvstats import counts, strands
from dsvstats.counts import Measure
from dsvstats.errors import InputError
from dsvstats.statistics import common, everyone

VERSUS = ("reference", "rest", "overall")
NAMES = {"rest": "everyone else", "overall": "overall"}
UNGROUPED = ("all", "reports")
RESIDENTS = ("residents", "usual_residents")
Base: TypeAlias = Measure | pd.DataFrame


@dataclass(frozen=True)
class Groups:
    """Rows of a pair by group, their counts and bases, and which of them can be compared.

    ``family`` numbers the strands of one area, period and measure, ``comparisons`` those three
    alone: one family of tests; ``optional`` marks strands
    recorded only when someone asks, ``asked`` rates in them, whose unrecorded people count as
    everyone else
    (``hidden`` where their number is withheld); ``partial`` marks strands of which a group has no
    base, or of which it is not known how many were recorded: nobody knows everyone else there;
    ``unknown`` those with unrecorded people, ``silent`` those asked with groups that were not
    supplied, whose people are among the unrecorded; ``unused`` groups of which nobody was counted
    in any period where many would be expected, so that they are taken to be recorded as others; ``omitted`` is how many
    groups of the strand are not listed, and taken for empty.
    """

    rows: pd.DataFrame
    count: np.ndarray
    base: np.ndarray
    recorded: np.ndarray
    usable: np.ndarray
    asked: np.ndarray
    optional: np.ndarray
    family: np.ndarray
    all_count: np.ndarray
    all_base: np.ndarray
    hidden: np.ndarray
    partial: np.ndarray
    unknown: np.ndarray
    silent: np.ndarray
    comparisons: np.ndarray
    unused: np.ndarray
    omitted: np.ndarray

    @property
    def all_recorded(self) -> np.ndarray:
        """How many have a group, in each row's strand?"""
        return self.all_count - common.total(
            np.where(self.asked & ~self.recorded, self.count, 0.0), self.family
        )

    @cached_property
    def every_source(self) -> np.ndarray:
        """The sources of all counts of each row's strand."""
        return counts.sources_by(self.rows["source"], self.family)[self.family]


def beside(
    cases: pd.DataFrame, measure: Measure | list[Measure] | None, base: Base, *, name: str
) -> tuple[pd.DataFrame, Measure | list[Measure] | None, Measure]:
    """The counts with their base among them, and which measures the two are.

    ``base`` is a measure of ``cases``, or counts of its own; ``measure`` may be left out where the
    cases hold one. Where nothing was counted there is none.
    """
    if isinstance(base, pd.DataFrame):
        counts.require(base)
        of_base = _measures(base)
        if len(of_base) > 1:
            raise _several(name, of_base)
        measure = _only(cases, None) if measure is None else measure
        cases, base = counts.join(cases, base), (of_base or [RESIDENTS])[0]
    return cases, _only(cases, base) if measure is None else measure, base


def _only(cases: pd.DataFrame, base: Measure | None) -> tuple[str, str] | None:
    below = counts.resolve(cases, base, name="per") if base is not None else None
    held = [each for each in _measures(cases) if each != below and each[0] != RESIDENTS[0]]
    if len(held) > 1:
        raise _several("measure", held)
    return held[0] if held else None


def _measures(cases: pd.DataFrame) -> list[tuple[str, str]]:
    pairs = cases[["unit", "measure"]].drop_duplicates()
    return list(pairs.itertuples(index=False, name=None))


def _several(name: str, held: list[tuple[str, str]]) -> InputError:
    return InputError(
        where=name,
        rule="named where there are several",
        value=None,
        mend=f"choose from {', '.join(map(str, held))}",
    )


def groups(cases: pd.DataFrame, measure: Measure | list[Measure], per: Measure) -> Groups:
    """The groups of every strand that was supplied with its base, the unrecorded beside them."""
    counts.require(cases)
    rows = counts.pair(_completed(cases, per), measure, per=per, unpaired=True)
    refuse_excess(rows[common.recorded(rows)])
    return arranged(rows, everyone.recorded_of(cases, rows), everyone.omitted(cases, rows, per=per))


def _completed(cases: pd.DataFrame, per: Measure) -> pd.DataFrame:
    """The counts, with every group that residents have of the strands that only some are asked.

    Where only "Disabled" was counted, those who are not disabled are residents all the same.
    """
    asked = cases[common.asked(cases)]
    if asked.empty or (counts.resolve(cases, per, name="per") or ("",))[0] != "residents":
        return cases
    lives = (asked["unit"] == "residents").to_numpy()
    if lives.all() or not lives.any():
        return cases
    families = asked.loc[~lives, common.STRAND].drop_duplicates()
    people = asked.loc[lives, ["area", "strand", "group"]].drop_duplicates()
    people = people[common.recorded(people)]
    every = families.merge(people, on=["area", "strand"])
    at, there = counts.codes([every, asked[~lives]], counts.KEY)
    missing = every[~np.isin(at, there)].assign(count=pd.NA, source="", withheld=False)
    missing = missing.astype({"count": "Int64"})
    return pd.concat([cases, missing[counts.COLUMNS]], ignore_index=True)


def arranged(
    rows: pd.DataFrame, told: np.ndarray | None = None, omitted: pd.DataFrame | None = None
) -> Groups:
    """These rows of a pair, in order, with what the comparisons of their groups need.

    ``told``: how many have a group in each row's strand, where it is known of the whole.
    ``omitted``: groups that are not listed, with their residents: a part of everyone, and not
    compared themselves.
    """
    rows = rows.assign(_told=np.nan if told is None else told, _omitted=False)
    if omitted is not None:
        rows = pd.concat([rows, omitted.assign(_told=np.nan, _omitted=True)], ignore_index=True)
    whole = rows["strand"].isin(UNGROUPED)
    rows = counts.in_order(rows[~whole] if whole.any() else rows)
    count, base = (rows[each].to_numpy(dtype=float) for each in ("numerator", "denominator"))
    known, withheld = common.recorded(rows), rows["withheld"].to_numpy(dtype=bool)
    usable = known & (base > 0) & ~np.isnan(count) & ~withheld
    (comparisons,) = counts.codes([rows], common.FAMILY)
    (family,) = counts.codes([rows.assign(_family=comparisons)], ["_family", "strand"])
    optional = common.asked(rows)
    asked = optional & (rows["kind"] == "rate").to_numpy()
    silent = asked & (base > 0) & np.isnan(count) & ~withheld
    told, beside = rows["_told"].to_numpy(), rows["_omitted"].to_numpy(dtype=bool)
    told = np.where(beside, common.highest(told, family), told) if beside.any() else told
    rows = rows.drop(columns=["_told", "_omitted"])
    told = np.where(asked, np.nan, told)
    whole = ~np.isnan(told)
    left_out = common.by_strand(rows, lambda strand: bool(counts.lacking(strand)))
    lost = left_out & (rows["kind"] == "rate").to_numpy()
    lost |= known & ~usable & ~silent & ~(whole & withheld & (base >= 0))
    own = common.total(np.where(usable, count, 0.0), family)
    lives = (rows["kind"] == "rate").to_numpy() & (rows["base"] != "").to_numpy()
    unused = everyone.unused(rows, usable & lives, count, base, family)
    usable, lost = usable & ~unused, lost | unused
    out = common.total(np.where(asked & ~known, count, 0.0), family)
    there = usable | silent | (whole & known & withheld)
    held = Groups(
        rows=rows,
        count=count,
        base=base,
        recorded=known,
        usable=usable,
        asked=asked,
        optional=optional,
        family=family,
        all_count=np.where(whole, told, own) + out,
        all_base=common.total(np.where(there, base, 0.0), family),
        hidden=common.total((asked & withheld & ~known).astype(float), family) > 0,
        partial=common.total(lost.astype(float), family) > 0,
        unused=unused,
        omitted=common.total(beside.astype(float), family),
        comparisons=comparisons,
        silent=common.total(silent.astype(float), family) > 0,
        unknown=common.total((~known & (count != 0)).astype(float), family) > 0,
    )
    return _without(held, beside) if beside.any() else held


def _without(held: Groups, beside: np.ndarray) -> Groups:
    """These groups without those that stand beside them for the sake of the whole."""
    kept = {each.name: getattr(held, each.name)[~beside] for each in fields(Groups)}
    return Groups(**kept | {"rows": kept["rows"].reset_index(drop=True)})


def refuse_excess(rows: pd.DataFrame) -> None:
    """An error where a part is larger than its whole."""
    above = (rows["kind"] == "proportion") & (rows["numerator"] > rows["denominator"])
    above &= ~rows["withheld"]
    if above.any():
        row = rows[above].iloc[0]
        raise InputError(
            where=" / ".join(row[["area", "subject", "unit", "measure", "strand", "group"]]),
            rule=f"at most its base, {row['denominator']:,.0f} ({row['base']})",
            value=int(row["numerator"]),
            mend="count both over the same cases, or leave the row out",
        )


def against(
    held: Groups, versus: str, *, reference: dict[str, str] | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """What is each group compared with: its count, its base, its name, and is it withheld?

    There is nobody else, and no overall, where not all groups of the strand are known.
    """
    if versus != "reference":
        known = held.usable & ~held.partial
        count = np.where(known, held.all_count - held.count, np.nan)
        base = np.where(known, held.all_base - held.base, np.nan)
        return count, base, np.full(len(count), NAMES[versus], dtype=object), held.hidden
    at, names = references(held, reference)
    there = (at >= 0) & held.usable
    taken = np.where(there, at, 0)
    there &= held.usable[taken] if len(taken) else there
    count = np.where(there, held.count[taken], np.nan) if len(taken) else held.count
    base = np.where(there, held.base[taken], np.nan) if len(taken) else held.base
    hidden = (at >= 0) & held.usable & held.rows["withheld"].to_numpy(dtype=bool)[taken]
    return count, base, names, hidden


def hypotheses(usable: np.ndarray, family: np.ndarray, versus: str) -> np.ndarray:
    """A number for what is tested: one for a strand of two groups, else one a row and test."""
    several = common.total(usable.astype(float), family) > 2
    row = np.arange(len(family)) * 2 + (versus == "reference")
    return np.where(several, row, -1 - family)


def sources(
    held: Groups, versus: str = "rest", *, reference: dict[str, str] | None = None
) -> np.ndarray:
    """The sources of each group's counts and of those that it is compared with."""
    own = held.rows["source"].to_numpy(dtype=object)
    if versus == "reference":
        at, _ = references(held, reference)
        others = np.where(at >= 0, own[at], "") if len(own) else own
    else:
        others = held.every_source
    return np.where(held.usable, counts.sources_of(own, others), own)


def references(held: Groups, chosen: dict[str, str] | None) -> tuple[np.ndarray, np.ndarray]:
    """Where is each row's reference group, and what is it called? -1 where there is none."""
    rows, family = held.rows, held.family
    names = rows["group"].to_numpy(dtype=object)
    strand = rows["strand"].to_numpy(dtype=object)
    _refuse_unknown(rows, chosen)
    order = np.argsort(family, kind="stable")
    ends = np.cumsum(np.bincount(family))
    at = np.full(len(rows), -1)
    name = np.full(len(rows), "", dtype=object)
    found: dict[tuple, str | None] = {}
    for places in np.split(order, ends[:-1]) if len(family) else []:
        scheme, members = strand[places[0]], tuple(names[places])
        if (scheme, members) not in found:
            found[scheme, members] = _reference(scheme, members, chosen)
        if (group := found[scheme, members]) is not None:
            at[places], name[places] = places[members.index(group)], group
    return at, name


def _reference(strand: str, members: tuple, chosen: dict[str, str] | None) -> str | None:
    want = (chosen or {}).get(strand)
    if want is not None:
        return want if want in members else None
    return strands.reference(strand, members)


def _refuse_unknown(rows: pd.DataFrame, chosen: dict[str, str] | None) -> None:
    for strand in chosen or {}:
        for part in strands.parts(strand):
            strands.scheme(part)
        members = rows.loc[rows["strand"] == strand, "group"].unique()
        if len(members):
            strands.reference(strand, members, chosen=chosen)
