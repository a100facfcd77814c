"""What must hold in an extract: each rule as one expression over a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from dsvstats.sources.extract.schema import OUTCOMES, TABLES
from dsvstats.sources.extract.values import FAULT, Value

VICTIM = TABLES["people"]["role"].codes.index("victim")
_NOT_CRIME = TABLES["reports"]["classification"].codes[1:]
_SLACK = 1


@dataclass(frozen=True)
class Rule:
    """A rule: its column, where a row breaks it, and the mend.

    ``blocks``: nothing is counted until it is mended. ``days``: how far apart two days are, which
    a finding shows instead of the cell. ``whole``: a rule of the whole column, broken or not.
    ``codes``: the words that the cell may be.
    """

    column: str
    rule: str
    mend: str
    broken: ir.BooleanValue
    blocks: bool = False
    days: ir.IntegerValue | None = None
    whole: bool = False
    codes: tuple[str, ...] = ()

    def number(self) -> ir.IntegerValue:
        """How many rows break it?"""
        if self.whole:
            return self.broken.ifelse(1, 0)
        return self.broken.fill_null(False).cast("int64").sum()


def of_cells(name: str, table: ir.Table, values: Mapping[str, Value]) -> list[Rule]:
    """Every cell of this table can be read, and what must be filled in is."""
    return [
        Rule(
            column,
            _filled(value.rule, TABLES[name][column].required),
            value.mend,
            table[FAULT + column],
            blocks=True,
            codes=value.codes,
        )
        for column, value in values.items()
        if value.rule
    ]


def of_columns(name: str, table: ir.Table, values: Mapping[str, Value]) -> list[Rule]:
    """No column is there and holds nothing: that counts as none, not as not supplied."""
    return [
        Rule(
            column,
            "filled in somewhere, or left out",
            "leave the column out if it was not supplied: as it is, it counts as none",
            (table[column].count() == 0)
            & (table.count() > 0)
            & (table[FAULT + column].cast("int64").sum().fill_null(0) == 0),
            whole=True,
        )
        for column, value in values.items()
        if value.rule and not TABLES[name][column].required
    ]


def _filled(rule: str, required: bool) -> str:
    return f"filled in, {rule}" if required else rule


def of_rows(name: str, table: ir.Table) -> list[Rule]:
    """What one row of this table must say in itself."""
    return {"reports": _of_reports, "people": _of_people, "calls": _of_calls}[name](table)


def _of_reports(table: ir.Table) -> list[Rule]:
    found = []
    if "called" in table.columns:
        found.append(_later(table, "reported", "called", "a day not before the call"))
    if "recorded" in table.columns:
        found.append(_later(table, "recorded", "reported", "a day not before the report"))
    if {"rape", "serious_sexual_offence"} <= set(table.columns):
        missing = table.rape & ~table.serious_sexual_offence.fill_null(False)
        found.append(
            Rule(
                "serious_sexual_offence",
                "true where rape is flagged: rape is one of them",
                "flag it, or it is not counted among serious sexual offences",
                missing,
            )
        )
    if "risk_level" in table.columns and "risk_form" in table.columns:
        none = TABLES["reports"]["risk_form"].codes.index("none")
        found.append(
            Rule(
                "risk_level",
                "empty where no risk form was completed",
                "correct one of them",
                table.risk_level.notnull() & (table.risk_form == none),
            )
        )
    return found


def _of_people(table: ir.Table) -> list[Rule]:
    found = [
        _later(table, after, before, f"a day not before {before}")
        for before, after in (("charged", "prosecuted"), ("prosecuted", "resulted"))
        if {before, after} <= set(table.columns)
    ]
    victim = table.role == VICTIM
    found += [
        Rule(
            name,
            "empty for victims: outcomes are of suspects",
            "give the person a row as suspect too; here it is not counted",
            victim & table[name].notnull(),
        )
        for name in OUTCOMES
        if name in table.columns
    ]
    if {"prosecuted", "charged"} <= set(table.columns):
        found.append(
            Rule(
                "prosecuted",
                "only where there was a charge",
                "give the day of the charge; without it the prosecution is not counted",
                table.prosecuted.notnull() & table.charged.isnull() & ~victim,
            )
        )
    if {"result", "prosecuted"} <= set(table.columns):
        found.append(
            Rule(
                "result",
                "only where there was a prosecution",
                "give its day; without it the result is not counted",
                table.result.notnull() & table.prosecuted.isnull() & ~victim,
            )
        )
    if "person_id" in table.columns:
        found.append(
            Rule(
                "person_id",
                "filled in, so that people are counted once",
                "link the records first; until then each is counted as a person of its own",
                table.person_id.isnull(),
            )
        )
    return found


def _of_calls(table: ir.Table) -> list[Rule]:
    return []


def _later(table: ir.Table, after: str, before: str, rule: str) -> Rule:
    days = table[after].delta(table[before], unit="day")
    return Rule(after, rule, "correct one of the two days", table[after] < table[before], days=days)


def of_people_in_reports(joined: ir.Table) -> list[Rule]:
    """What people's rows must say beside their report: ``reported`` is its day.

    ``found`` is missing where there is no such report.
    """
    rules = [
        Rule(
            "report_id",
            "a report of this extract",
            "add the report, or leave the row out",
            joined.found.isnull(),
            blocks=True,
        ),
    ]
    for name in OUTCOMES:
        if name in joined.columns:
            days = joined[name].delta(joined.reported, unit="day")
            rules.append(
                Rule(
                    name,
                    "a day not before the report",
                    "correct one of the two days",
                    joined[name] < joined.reported,
                    days=days,
                )
            )
    if {"age", "date_of_birth"} <= set(joined.columns):
        years = joined.reported.delta(joined.date_of_birth, unit="day") / 365.25
        apart = (joined.age - years).abs() > _SLACK + 1
        rules.append(
            Rule("age", "that of the date of birth, within two years", "correct one of them", apart)
        )
    if "date_of_birth" in joined.columns:
        rules.append(
            Rule(
                "date_of_birth",
                "a day not after the report",
                "correct one of them",
                joined.date_of_birth > joined.reported,
            )
        )
    return rules


ONCE = {
    table: Rule(column, rule, "remove the second row", ibis.literal(True), blocks=True)
    for table, column, rule in (
        ("reports", "report_id", "given once for each report"),
        (
            "people",
            "person_id",
            "given once as victim and once as suspect or accused for each person and report",
        ),
        ("calls", "call_id", "given once for each call"),
    )
}
"""The rule of each table's key."""
