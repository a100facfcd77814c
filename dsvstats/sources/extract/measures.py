"""What is counted of an extract: each measure as one expression, and how they travel packed."""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from dsvstats.sources.extract.schema import SUBJECTS, TABLES
from dsvstats.terms.chains import DETECTION
from dsvstats.terms.measures import DECIDED_IN
from dsvstats.terms.schemes import SCHEMES

FAMILY = tuple(group for group in SCHEMES["relationship"].groups if group != "Other relationship")
ADULT = 18
RESULTS = ("convicted", "acquitted", "discontinued")
"""Results of which one report has one: the first of these that any of its accused has."""
DECISIONS = {"charge": "charged", "caution": "cautioned", "no_further_action": "no_further_action"}
"""What may be decided of a suspect, the first of these where two fall on one day, and its column."""
_SEXUAL = ("rape", "serious_sexual_offence")

Booleans = Mapping[str, ir.BooleanValue]


@ibis.udf.agg.builtin
def bit_or(bits: int) -> int:
    """Every bit that any row has. Ibis has it for DuckDB only; both engines know the name."""


def place(table: str, column: str, code: str) -> int:
    """Which number stands for this code?

    >>> place("people", "role", "suspect")
    1
    """
    return TABLES[table][column].codes.index(code)


def _is(rows: ir.Table, table: str, column: str, *codes: str) -> ir.BooleanValue:
    return rows[column].isin([place(table, column, code) for code in codes]).fill_null(False)


def subjects(reports: ir.Table, wanted: list[str]) -> dict[str, ir.BooleanValue]:
    """Which of these subjects is each report of? Those whose flags were supplied.

    A crossed flag is a subject of its own; ``dv_homicide`` is a homicide that is flagged.
    """
    flags = {name: reports[name].fill_null(False) for name in _flags(reports)}
    if "offence_group" in reports.columns:
        flags["homicide"] = _is(reports, "reports", "offence_group", "homicide")
    found = {}
    for subject in wanted:
        if all(name in flags for name in SUBJECTS[subject]):
            first, *rest = [flags[name] for name in SUBJECTS[subject]]
            for each in rest:
                first = first & each
            found[subject] = first
    return found


def _flags(reports: ir.Table) -> list[str]:
    kinds = {name: column.kind for name, column in TABLES["reports"].items()}
    return [name for name in reports.columns if kinds[name] == "flag"]


def of_report(reports: ir.Table) -> dict[str, ir.BooleanValue]:
    """What does the report itself say was done? Outcomes are of crimes, so that they nest."""

    def was(*codes: str) -> ir.BooleanValue:
        return _is(reports, "reports", "classification", *codes)

    crime = was("crime")
    found = {
        "crime": crime,
        "no_crime": was("no_crime"),
        "crime_related_incident": was("crime_related_incident"),
        "no_crime_or_crime_related_incident": was("no_crime", "crime_related_incident"),
        "specified_investigation": was("specified_investigation"),
    }
    if "risk_form" in reports.columns:
        found["risk_form"] = _is(reports, "reports", "risk_form", "124d", "dash")
    if "risk_level" in reports.columns:
        for level in TABLES["reports"]["risk_level"].codes:
            found[f"risk_{level}"] = _is(reports, "reports", "risk_level", level)
    if "withdrawn" in reports.columns:
        found["withdrawn"] = crime & reports["withdrawn"].fill_null(False)
    if "haven_referral" in reports.columns:
        found["haven_referral_recorded"] = reports["haven_referral"].fill_null(False)
        found["haven_referral"] = crime & found["haven_referral_recorded"]
    return found


def of_person(people: ir.Table) -> dict[str, ir.BooleanValue]:
    """What happened to this suspect or accused, if the report is of a crime?"""
    happened = {
        measure: people[column].notnull()
        for measure, column in {
            "arrest": "arrested",
            "charge": "charged",
            "caution": "cautioned",
            "prosecuted": "prosecuted",
        }.items()
        if column in people.columns
    }
    found = dict(happened)
    if "charge" in found and "caution" in found:
        found[DETECTION] = found["charge"] | found["caution"]
        if "arrest" in found:
            found["arrest_or_detection"] = found["arrest"] | found[DETECTION]
        if "no_further_action" in people.columns:
            dropped = people["no_further_action"].notnull()
            found["no_further_action"] = dropped & ~found[DETECTION]
    if "prosecuted" in found and "charge" in found:
        found["prosecuted"] = found["prosecuted"] & found["charge"]
        if "result" in people.columns:
            for name in RESULTS:
                found[name] = found["prosecuted"] & _is(people, "people", "result", name)
    return found


def arrested(people: ir.Table) -> ir.BooleanValue:
    """Was this person arrested?"""
    return people["arrested"].notnull() if "arrested" in people.columns else ibis.literal(False)


def decided(people: ir.Table, last: ir.DateValue) -> dict[str, ir.BooleanValue]:
    """How long after the arrest was it decided whether to charge, of arrests followed so long?

    ``last`` is the day that the records end. The first decision counts.
    """
    if not {"arrested", *DECISIONS.values()} <= set(people.columns):
        return {}
    decision = ibis.least(*(people[each] for each in DECISIONS.values()))
    waited = decision.delta(people.arrested, unit="day")
    followed = last.delta(people.arrested, unit="day") >= 7 * DECIDED_IN[-1]
    followed = followed.fill_null(False)
    return {
        "arrest_followed": followed,
        **{
            f"decided_in_{weeks}_weeks": followed & (waited <= 7 * weeks).fill_null(False)
            for weeks in DECIDED_IN
        },
    }


def of_family(people: ir.Table) -> dict[str, ir.BooleanValue]:
    """What does this person say of whether the report is domestic?"""
    if "relationship" not in people.columns:
        return {}
    found = {
        "family": _is(people, "people", "relationship", *FAMILY),
        "stranger": _is(people, "people", "relationship", "Other relationship"),
    }
    if "age" in people.columns:
        young = (people["age"] < ADULT).fill_null(False)
        found["child"] = young & _is(people, "people", "role", "victim")
    return found


def audit(reports: ir.Table, family: Booleans) -> dict[str, dict[str, ir.BooleanValue]]:
    """Which reports should have a flag, lack it, or have it for no recorded reason?

    Domestic violence is between partners or family, no victim known to be a child; rape and
    serious sexual offences are told by the offence.
    """
    found = {}
    if "domestic_violence" in reports.columns and "family" in family:
        flagged = reports["domestic_violence"].fill_null(False)
        eligible = family["family"]
        if "child" in family:
            eligible = eligible & ~family["child"]
        found["domestic_violence"] = {
            "flag_eligible": eligible,
            "flag_missing": eligible & ~flagged,
            "flag_unexplained": flagged & family["stranger"] & ~family["family"],
        }
    for subject, flag, offences in (
        ("rape", "rape", _SEXUAL[:1]),
        ("serious_sexual_offences", "serious_sexual_offence", _SEXUAL),
    ):
        if flag in reports.columns and "offence_group" in reports.columns:
            flagged = reports[flag].fill_null(False)
            eligible = _is(reports, "reports", "offence_group", *offences)
            told = reports["offence_group"].notnull()
            found[subject] = {
                "flag_eligible": eligible,
                "flag_missing": eligible & ~flagged,
                "flag_unexplained": flagged & told & ~eligible,
            }
    return found


def pack(found: Booleans, *, start: int = 0) -> ir.IntegerValue:
    """All of these in one number, a bit for each in their order, after so many others."""
    bits = ibis.literal(0, "int64")
    for n, each in enumerate(found.values(), start):
        bits = bits + ibis.ifelse(each, 1 << n, 0)
    return bits.cast(width(start + len(found)))


def width(bits: int) -> str:
    """Which type holds so many bits?"""
    return "int16" if bits < 16 else "int32" if bits < 32 else "int64"


def has(bits: ir.IntegerValue, names: list[str], name: str) -> ir.BooleanValue:
    """Is the bit of this name set, where the names were packed in this order?"""
    return (bits & (1 << names.index(name))) != 0
