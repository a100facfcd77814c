"""From records to facts: what each report is of and what was done, and who is in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pandas as pd

from dsvstats.sources.extract import measures
from dsvstats.sources.extract.engine import held
from dsvstats.sources.extract.measures import has, pack
from dsvstats.sources.extract.schema import OUTCOMES, STRANDS
from dsvstats.sources.extract.values import OLDEST
from dsvstats.terms.chains import DETECTION

EPOCH = "1970-01-01"
VICTIM, SUSPECT, ACCUSED = range(3)
_MANY = 3
_SUSPECT = "suspect_identified"
_OUTCOMES = (*OUTCOMES, "result")
_AUDITED = (
    "domestic_violence",
    "serious_sexual_offence",
    "rape",
    "offence_group",
    "supports_prosecution",
)
_SHARED = (
    "crime",
    "no_crime",
    "crime_related_incident",
    "no_crime_or_crime_related_incident",
    "specified_investigation",
    "cross_allegation",
    "dual_arrest",
)


@ibis.udf.scalar.builtin
def uuid() -> str:
    """An id that nobody else has. Ibis has it for DuckDB only; both engines know the name."""


# ``view`` stands wherever columns made above are used often: Ibis would write each of them out
# again at every use, and the engine work it out as often.


@dataclass(frozen=True)
class Facts:
    """Reports as numbers: ``report_id``, ``area``, ``day`` since 1970, and bits.

    ``subjects``, ``done`` and ``audit`` are packed in the order of the names here; ``last`` is
    the day that they end.
    """

    reports: ir.Table
    subjects: list[str]
    done: list[str]
    audit: dict[str, list[str]]
    last: int


def day(date: ir.DateValue) -> ir.IntegerValue:
    """How many days after the first of 1970?"""
    return date.delta(ibis.date(EPOCH), unit="day").cast("int32")


@contextmanager
def of_reports(extract, subjects: list[str], *, first: int, last: int) -> Iterator[Facts]:
    """What is each report of these days of, and what was done?"""
    reports = extract.typed("reports")
    people = extract.typed("people", "report_id", "role", "age", "relationship", *_OUTCOMES)
    with ExitStack() as stack:
        of, found = measures.subjects(reports, subjects), measures.of_report(reports)
        extra = [name for name in _AUDITED if name in reports.columns]
        table = reports.select(
            *extra,
            report_id=reports.report_id,
            area=reports.borough,
            day=day(reports.reported),
            subjects=pack(of),
            found=pack(found),
        )
        table = table.filter(table.day.between(first, last))
        own, family = (
            (_own(people, last), measures.of_family(people)) if people is not None else ({}, {})
        )
        if people is not None:
            grouped = stack.enter_context(held(_by_report(people, own, family)))
            table = table.left_join(grouped, "report_id").drop("report_id_right")
            table = _crossed(stack, table, extract, grouped)
        table = table.view()
        told = [*own, *family]
        outcome = _outcome(table, list(found), told, list(own))
        audit = measures.audit(table, {name: has(table.told, told, name) for name in family})
        flat = {
            f"{subject} {name}": each
            for subject, group in audit.items()
            if subject in of
            for name, each in group.items()
        }
        kept = table.select(
            "report_id",
            "area",
            "day",
            "subjects",
            done=(table.found + pack(outcome, start=len(found))).cast(
                measures.width(len(found) + len(outcome))
            ),
            audit=pack(flat),
        )
        yield Facts(
            stack.enter_context(held(kept)),
            list(of),
            [*found, *outcome],
            {subject: list(group) for subject, group in audit.items() if subject in of},
            last,
        )


def _own(people: ir.Table, last: int) -> dict[str, ir.BooleanValue]:
    other = people.role != VICTIM
    end = ibis.literal(pd.Timestamp(EPOCH) + pd.Timedelta(days=last)).date()
    every = measures.of_person(people) | measures.decided(people, end)
    return {_SUSPECT: other} | {name: other & each for name, each in every.items()}


def _by_report(people: ir.Table, own, family) -> ir.Table:
    arrested = own.get("arrest", ibis.literal(False))
    both = {**own, **family}
    rows = people.select("report_id", told=pack(both), arrested=arrested.cast("int8")).view()
    return rows.group_by("report_id").aggregate(
        told=measures.bit_or(rows.told).cast(measures.width(len(both))),
        named=rows.count().cast("int16"),
        arrests=rows.arrested.sum().cast("int16"),
    )


def _crossed(stack: ExitStack, table: ir.Table, extract, grouped) -> ir.Table:
    """Reports in which somebody is both victim and suspect; with two arrests, theirs too: dual."""
    people = extract.typed("people", "report_id", "role", "person_id", "arrested")
    if "person_id" not in people.columns:
        return table
    rows = people.select(
        "report_id",
        person=people.person_id,
        victim=people.role == VICTIM,
        arrested=(people.role != VICTIM) & measures.arrested(people),
    )
    many = grouped.filter(grouped.named >= _MANY)
    rows = rows.filter(rows.person.notnull()).semi_join(many, "report_id")
    both = rows.group_by("report_id", "person").aggregate(
        victim=rows.victim.any(), other=(~rows.victim).any(), arrested=rows.arrested.any()
    )
    both = both.filter(both.victim & both.other)
    cross = both.group_by("report_id").aggregate(
        cross=both.victim.any(), both_arrested=both.arrested.any()
    )
    cross = stack.enter_context(held(cross))
    joined = table.left_join(cross, "report_id").drop("report_id_right")
    return joined.mutate(dual=joined.both_arrested & (joined.arrests >= 2))


def _outcome(
    table: ir.Table, found: list[str], told: list[str], own: list[str]
) -> dict[str, ir.BooleanValue]:
    """What people's records say was done: outcomes are those of crimes."""
    crime = has(table.found, found, "crime")
    done = {name: crime & has(table.told, told, name) for name in own}
    if "no_further_action" in done:
        done["no_further_action"] = done["no_further_action"] & ~done[DETECTION]
    if "arrest" in done:
        done["arrest_no_crime"] = ~crime & has(table.told, told, "arrest")
    if "withdrawn" in found and DETECTION in done:
        withdrawn = has(table.found, found, "withdrawn")
        done["withdrawn_undetected"] = withdrawn & ~done[DETECTION]
        done["withdrawn_detected"] = withdrawn & done[DETECTION]
        if "no_further_action" in done:
            done["dropped"] = done["no_further_action"] & ~withdrawn
    for n, name in enumerate(measures.RESULTS if "convicted" in done else ()):
        for before in measures.RESULTS[:n]:
            done[name] = done[name] & ~done[before]
    if "prosecuted" in done and "supports_prosecution" in table.columns:
        done["unsupported_prosecution"] = done["prosecuted"] & ~table.supports_prosecution
    if "cross" in table.columns:
        done["cross_allegation"] = table.cross
        if "arrest" in own:
            done["dual_arrest"] = crime & table.dual
    return done


def of_people(
    facts: Facts, extract, period: tuple[int, int], *, victims: bool
) -> tuple[ir.Table, list[str]]:
    """Who is in the reports of these days, with what was done: to the report, or to suspects.

    One row for each person and report: ``person`` (one of their own where it is not recorded),
    ``role``, ``area``, ``day``, ``subjects``, ``done`` and a code for each strand. Returns the
    names of the bits of ``done`` too.
    """
    outcomes = () if victims else _OUTCOMES
    people = extract.typed(
        "people", "report_id", "role", "person_id", "date_of_birth", *STRANDS, *outcomes
    )
    own = _own(people, facts.last)
    kept = [name for name in (*STRANDS, "date_of_birth") if name in people.columns]
    rows = people.select("report_id", "role", *kept, person=_person(people), own=pack(own))
    rows = rows.filter(rows.role == VICTIM if victims else rows.role != VICTIM)
    reports = facts.reports.filter(facts.reports.day.between(*period)).drop("audit")
    rows = rows.inner_join(reports, "report_id").drop("report_id")
    rows = _with_age(rows)
    if victims:
        return rows.drop("own"), facts.done
    rows = rows.view()
    done = {name: has(rows.done, facts.done, name) for name in _SHARED if name in facts.done}
    done |= {
        name: done["crime"] & has(rows.own, list(own), name) for name in own if name != _SUSPECT
    }
    if "dual_arrest" in done:
        done["dual_arrest"] = done["dual_arrest"] & done["arrest"]
    return rows.mutate(done=pack(done)).drop("own"), list(done)


def _with_age(rows: ir.Table) -> ir.Table:
    """The age on the day of the report, from the date of birth where it is not recorded."""
    if "date_of_birth" not in rows.columns:
        return rows
    born = rows.date_of_birth
    then = (rows.day.cast("int64") * 86_400).as_timestamp("s").date()
    years = then.year() - born.year()
    before = then.month() * 100 + then.day() < born.month() * 100 + born.day()
    age = (years - before.cast("int32")).cast("int16")
    age = ibis.ifelse(age.between(0, OLDEST), age, ibis.null("int16"))
    if "age" in rows.columns:
        age = ibis.coalesce(rows.age, age)
    return rows.mutate(age=age).drop("date_of_birth")


def _person(people: ir.Table) -> ir.Value:
    if "person_id" not in people.columns:
        return ibis.null("string")
    return ibis.coalesce(people.person_id, ibis.literal("nobody else ") + uuid())
