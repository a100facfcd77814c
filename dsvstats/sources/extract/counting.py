"""From an extract to the counts frame: every measure by area, period and strand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from dsvstats import strands as schemes
from dsvstats.sources.extract import facts as facts_
from dsvstats.sources.extract import persons as persons_
from dsvstats.sources.extract import tally
from dsvstats.sources.extract.facts import ACCUSED, Facts
from dsvstats.sources.extract.long import long, place
from dsvstats.sources.extract.schema import STRANDS, SUBJECTS
from dsvstats.sources.extract.wanted import Wanted
from dsvstats.terms import measures as terms
from dsvstats.terms.measures import MEASURES
from dsvstats.terms.schemes import EXACT, SCHEMES


def tables(extract, wanted: Wanted) -> Iterator[pd.DataFrame]:
    """Counts in long tables: ``period`` and ``area`` as numbers, the rest of the key in words."""
    first = min(start for start, _ in wanted.days)
    last = max(end for _, end in wanted.days)
    calls, people = extract.typed("calls"), extract.people
    with facts_.of_reports(extract, wanted.subjects, first=first, last=last) as facts:
        if not facts.subjects:
            return
        for number, period in enumerate(wanted.days):
            for part in _of_reports(facts, period, wanted):
                yield _named(part, facts, number)
            if calls is not None and "calls" in wanted.units:
                yield _named(_of_calls(facts, calls, period, wanted), facts, number)
        if people is None:
            return
        for victims in (True, False):
            if set(wanted.units) & set(_units(victims)):
                yield from _of_people(facts, extract, wanted, victims=victims)


def _units(victims: bool) -> list[str]:
    """People, and last their records."""
    return ["victims", "victim_records"] if victims else ["suspects", "accused", "offenders"]


def _within(rows: ir.Table, period: tuple[int, int]) -> ir.Table:
    return rows.filter(rows.day.between(*period))


def _of_reports(facts: Facts, period, wanted: Wanted) -> Iterator[pd.DataFrame]:
    reports = _within(facts.reports, period)
    rows = persons_.of_subjects(reports, facts.subjects).mutate(single=ibis.literal(True))
    found = tally.by_groups(rows, {}, facts.done)
    places = _places(wanted, range(len(facts.subjects)))
    if "incidents" in wanted.units:
        measures = ["recorded", *facts.done]
        yield long(found, measures, unit="incidents", groups={}, places=places)
        for subject, names in facts.audit.items():
            yield _audit(facts, reports, subject, names, wanted)
    if "offences" in wanted.units:
        yield long(found, _of_offences(), unit="offences", groups={}, places=places)


def _of_offences() -> list[str]:
    """What is counted of offences: crimes, and what is a part of them."""
    return ["crime", *(name for name in MEASURES if "crime" in terms.inside(name))]


def _audit(facts: Facts, reports: ir.Table, subject: str, names: list[str], wanted) -> pd.DataFrame:
    """The flags audit of one subject: of all reports, since some lack the flag."""
    start = sum(len(facts.audit[s]) for s in list(facts.audit)[: list(facts.audit).index(subject)])
    rows = reports.select(
        "area",
        subject=ibis.literal(facts.subjects.index(subject), "int8"),
        single=ibis.literal(True),
        done=(reports.audit // (1 << start)) & ((1 << len(names)) - 1),
    )
    places = _places(wanted, [facts.subjects.index(subject)])
    found = tally.by_groups(rows, {}, names)
    return long(found, names, unit="incidents", groups={}, places=places)


def _of_calls(facts: Facts, calls: ir.Table, period, wanted: Wanted) -> pd.DataFrame:
    """Calls, and those that became a report: by the call's own day, borough and flag if given."""
    own = {"borough", "called", "domestic_violence"} <= set(calls.columns)
    if own:
        flags = {
            name: calls[name].fill_null(False)
            for name in ("domestic_violence", "serious_sexual_offence")
            if name in calls.columns
        }
        subjects = [s for s in facts.subjects if set(SUBJECTS[s]) <= set(flags)]
        bits = ibis.literal(0, "int64")
        for subject in subjects:
            has_all = ibis.and_(*[flags[name] for name in SUBJECTS[subject]])
            bits = bits + has_all.cast("int64") * (1 << facts.subjects.index(subject))
        rows = calls.select(
            area=calls.borough,
            day=facts_.day(calls.called),
            subjects=bits,
            done=calls.report_id.notnull().cast("int64"),
        )
    else:
        subjects = facts.subjects
        rows = calls.select("report_id").inner_join(facts.reports, "report_id")
        rows = rows.select("area", "day", "subjects", done=ibis.literal(1, "int64"))
    rows = persons_.of_subjects(_within(rows, period), facts.subjects)
    found = tally.by_groups(rows.mutate(single=ibis.literal(True)), {}, ["converted"])
    places = _places(wanted, [facts.subjects.index(subject) for subject in subjects])
    measures = ["recorded", "converted"] if own else ["converted"]
    return long(found, measures, unit="calls", groups={}, places=places)


def _of_people(facts: Facts, extract, wanted: Wanted, *, victims: bool):
    for number, period in enumerate(wanted.days):
        rows, names = facts_.of_people(facts, extract, period, victims=victims)
        years = -(-(period[1] - period[0] + 1) // 366)
        for part in _of_units(rows, names, facts.subjects, wanted, years, victims=victims):
            yield _named(part, facts, number)


def _of_units(rows, names, subjects, wanted: Wanted, years: int, *, victims: bool):
    """The units of these rows. Suspects and accused are counted in one go: an accused's subjects
    are numbered after those of everybody suspected.
    """
    records, people = _units(victims)[-1], _units(victims)[:-1]
    if records in wanted.units:
        strands = [name for name in STRANDS if name in rows.columns]
        every = persons_.of_subjects(rows, subjects).mutate(single=ibis.literal(True))
        yield from _by_strand(every, [records], names, subjects, strands, wanted)
    if not set(people) & set(wanted.units):
        return
    twice = [*subjects, *subjects] if len(people) > 1 else subjects
    if len(people) > 1:
        accused = ibis.ifelse(rows.role == ACCUSED, rows.subjects.cast("int64"), 0)
        rows = rows.mutate(subjects=rows.subjects.cast("int64") + accused * (1 << len(subjects)))
    with persons_.persons(rows.drop("role"), names, twice, years=years) as found:
        yield from _by_strand(found.rows, people, found.names, subjects, found.strands, wanted)
        if "reports" in wanted.strands:
            for measure, column in (("recorded", "reports"), ("crime", "crimes")):
                some = found.rows.filter(found.rows[column] > 0)
                number = tally.by_groups(some, {"reports": some[column]}, [])
                number = number.rename(columns={"recorded": measure})
                yield from _long_each(
                    number, people, [measure], {"reports": None}, subjects, wanted
                )


def _by_strand(rows, units, names, subjects, supplied, wanted: Wanted) -> Iterator[pd.DataFrame]:
    everyone = [name for name in names if not MEASURES[name].conflict_in]
    if "all" in wanted.strands:
        found = tally.by_groups(rows, {}, names)
        measures = ["recorded", *names]
        yield from _long_each(found, units, measures, {}, subjects, wanted)
    for strand in wanted.strands:
        parts = schemes.parts(strand)
        columns = [_column(part) for part in parts]
        if strand in ("all", "reports") or not set(columns) <= set(supplied):
            continue
        groups = {
            part: tally.bands(rows.age, wanted.lows) if part == "age" else rows[column]
            for part, column in zip(parts, columns, strict=True)
        }
        found = tally.by_groups(rows, groups, everyone)
        words = {part: _words(part, wanted) for part in parts}
        measures = ["recorded", *everyone]
        yield from _long_each(found, units, measures, words, subjects, wanted)


def _long_each(found, units, measures, groups, subjects, wanted: Wanted):
    """One long table for each unit that is wanted: the second's subjects follow the first's."""
    places = None if groups else _places(wanted, range(len(subjects)))
    for n, unit in enumerate(units):
        if unit in wanted.units:
            here = found[found["subject"] // len(subjects) == n]
            here = here.assign(subject=here["subject"] % len(subjects))
            yield long(here, measures, unit=unit, groups=groups, places=places)


def _column(strand: str) -> str:
    """Which column tells this strand? A coarser ethnicity is told by the self-defined."""
    return "ethnicity_self_defined" if strand in ("ethnicity_broad", "ethnicity_two") else strand


def _words(strand: str, wanted: Wanted) -> dict[int, str]:
    if strand == "age":
        groups = wanted.bands
    elif strand == _column(strand):
        groups = list(SCHEMES[strand].groups)
    else:
        coarser = EXACT["ethnicity_self_defined", strand]
        groups = [coarser[group] for group in SCHEMES["ethnicity_self_defined"].groups]
    return dict(enumerate(groups)) | {tally.NOBODY: schemes.NOT_RECORDED}


def _places(wanted: Wanted, subjects: Iterable[int]) -> np.ndarray:
    """Each of these subjects in every area that is wanted, whether anything is found there or not."""
    areas_ = sorted(wanted.numbers[area] for area in wanted.areas)
    return np.array([place(subject, area) for subject in subjects for area in areas_])


def _named(part: pd.DataFrame, facts: Facts, period: int) -> pd.DataFrame:
    subjects = pd.Categorical.from_codes(part["subject"], facts.subjects)
    return part.assign(subject=subjects, period=np.int16(period))
