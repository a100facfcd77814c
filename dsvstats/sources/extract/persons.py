"""From facts to people: each counted once in an area, and once in the whole place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from dsvstats.sources.extract import measures
from dsvstats.sources.extract.engine import held
from dsvstats.sources.extract.measures import has, pack
from dsvstats.sources.extract.schema import STRANDS
from dsvstats.sources.extract.wanted import WHOLE
from dsvstats.terms.measures import MEASURES
from dsvstats.terms.schemes import SCHEMES

REPEATS = ("repeat_within", "repeat_anywhere", "repeat_crime_within", "repeat_crime_anywhere")
_CODES, _AGES = 64, 128


@dataclass(frozen=True)
class Persons:
    """People as numbers, one row for each subject and area, whoever they are.

    ``done`` holds the bits of ``names``; ``single`` says that the row is the person's only one, so
    that it counts for the whole too; the rows of the others for the whole have ``area`` WHOLE.
    """

    rows: ir.Table
    names: list[str]
    strands: list[str]


def of_subjects(rows: ir.Table, subjects: list[str]) -> ir.Table:
    """Each row once for each subject that its report is of, told by number."""
    numbers = ibis.range(len(subjects)).unnest().name("number").as_table()
    each = numbers.select(subject=numbers.number.cast("int8"), bit=_bit(numbers.number)).view()
    both = rows.cross_join(each)
    return both.filter((both.subjects & both.bit) != 0).drop("bit", "subjects")


def _bit(number: ir.IntegerValue) -> ir.IntegerValue:
    """The bit of this number. Spark would take a plain one for 32 bits, and lose the higher ones."""
    return ibis.literal(1, "int8").cast("int64") << number.cast("int64")


@contextmanager
def persons(
    rows: ir.Table, names: list[str], subjects: list[str], *, years: int
) -> Iterator[Persons]:
    """Who is in these rows of people in reports, each person once?"""
    strands = [name for name in STRANDS if name in rows.columns]
    every = of_subjects(rows, subjects).view()
    crime = has(every.done, names, "crime").cast("int32")
    once = every.group_by("subject", "area", "person").aggregate(
        done=measures.bit_or(every.done).cast(measures.width(len(names))),
        reports=every.count().cast("int16"),
        crimes=crime.sum().cast("int16"),
        **{f"last_{name}": _last(every, name) for name in strands},
        **_seen(every, strands),
    )
    with (
        held(once) as by_area,
        held(_in_several(by_area)) as who,
        held(_over_areas(by_area, who, strands)) as several,
    ):
        joined = by_area.left_join(
            several.select("subject", "person", all_reports="reports", all_crimes="crimes"),
            ["subject", "person"],
        )
        in_areas = joined.mutate(single=joined.all_reports.isnull()).view()
        in_areas = in_areas.mutate(
            all_reports=ibis.coalesce(in_areas.all_reports, in_areas.reports),
            all_crimes=ibis.coalesce(in_areas.all_crimes, in_areas.crimes),
        )
        in_whole = several.mutate(
            area=ibis.literal(WHOLE, "int8"),
            single=ibis.literal(False),
            all_reports=several.reports,
            all_crimes=several.crimes,
        )
        both = ibis.union(
            _plain(in_areas, names, strands, years),
            _plain(in_whole, names, strands, years),
            distinct=False,
        )
        with held(both) as kept:
            yield Persons(kept, [*names, *REPEATS, *_conflicts(strands).values()], strands)


def _last(every: ir.Table, name: str) -> ir.IntegerValue:
    """The code last recorded, the age first recorded, behind its day."""
    packed = every.day * (_AGES if name == "age" else _CODES) + every[name].cast("int32")
    return packed.min() if name == "age" else packed.max()


def _seen(every: ir.Table, strands: list[str]) -> dict[str, ir.Value]:
    """Every code that is recorded of the person, a bit for each, and the ages' range."""
    bits = ibis.literal(0, "int64")
    for name, start in _starts(strands).items():
        bits = bits + _bit(every[name].cast("int64") + start).fill_null(0)
    ages = {"youngest": every.age.min(), "oldest": every.age.max()} if "age" in strands else {}
    return {"seen": measures.bit_or(bits), **ages}


def _starts(strands: list[str]) -> dict[str, int]:
    """Where each strand's bits start: the codes of all of them fit into one number."""
    found, start = {}, 0
    for name in strands:
        if name != "age":
            found[name] = start
            start += len(SCHEMES[name].groups)
    return found


def _in_several(by_area: ir.Table) -> ir.Table:
    """Who is in more than one area?"""
    found = by_area.group_by("subject", "person").aggregate(areas=by_area.count())
    return found.filter(found.areas > 1).drop("areas")


def _over_areas(by_area: ir.Table, who: ir.Table, strands: list[str]) -> ir.Table:
    """These people over all of their areas."""
    by_area = by_area.semi_join(who, ["subject", "person"])
    last = {
        name: by_area[name].min() if name == "last_age" else by_area[name].max()
        for name in (f"last_{strand}" for strand in strands)
    }
    return by_area.group_by("subject", "person").aggregate(
        done=measures.bit_or(by_area.done).cast(by_area.done.type()),
        reports=by_area.reports.sum().cast("int16"),
        crimes=by_area.crimes.sum().cast("int16"),
        **last,
        seen=measures.bit_or(by_area.seen),
        **(
            {"youngest": by_area.youngest.min(), "oldest": by_area.oldest.max()}
            if "age" in strands
            else {}
        ),
    )


def _plain(table: ir.Table, names: list[str], strands: list[str], years: int) -> ir.Table:
    again = {
        "repeat_within": table.reports > 1,
        "repeat_anywhere": table.all_reports > 1,
        "repeat_crime_within": table.crimes > 1,
        "repeat_crime_anywhere": (table.crimes > 0) & (table.all_crimes > 1),
    }
    conflict, told = {}, _conflicts(strands)
    for name in strands:
        if name == "age":
            conflict[told[name]] = table.oldest - table.youngest > years
        else:
            width = (1 << len(SCHEMES[name].groups)) - 1
            bits = (table.seen >> _starts(strands)[name]) & width
            conflict[told[name]] = (bits & (bits - 1)) != 0
    codes = {
        name: (table[f"last_{name}"] % (_AGES if name == "age" else _CODES)).cast("int8")
        for name in strands
    }
    return table.select(
        "subject",
        "area",
        "single",
        "reports",
        "crimes",
        done=table.done.cast("int64") + pack(again | conflict, start=len(names)),
        **codes,
    )


def _conflicts(strands: list[str]) -> dict[str, str]:
    """The measure that says that two reports of a person differ, by strand."""
    told = {entry.conflict_in: name for name, entry in MEASURES.items()}
    return {strand: told[strand] for strand in strands}
