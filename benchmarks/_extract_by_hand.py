"""The same counts of an extract as `extract.count` gives, in DuckDB's SQL as written by hand.

It takes the files to be clean and checks nothing. It may use ten times as much memory as we do:
left alone, it takes 16 GB for ten million reports.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import duckdb
import pandas as pd

START, END = "2008-10-01", "2009-09-30"
SUBJECTS = {
    "domestic_violence": ["domestic_violence"],
    "serious_sexual_offences": ["serious_sexual_offence"],
    "rape": ["rape"],
    "honour_based_violence": ["honour_based_violence"],
    "forced_marriage": ["forced_marriage"],
    "domestic_violence & serious_sexual_offences": ["domestic_violence", "serious_sexual_offence"],
    "domestic_violence & rape": ["domestic_violence", "rape"],
    "domestic_violence & honour_based_violence": ["domestic_violence", "honour_based_violence"],
    "domestic_violence & forced_marriage": ["domestic_violence", "forced_marriage"],
    "domestic_violence & lgbt": ["domestic_violence", "lgbt"],
    "dv_homicide": ["domestic_violence", "homicide"],
}
STRANDS = [
    "gender",
    "disability",
    "ethnicity_self_defined",
    "ethnicity_officer_defined",
    "religion",
    "sexual_orientation",
    "relationship",
]
OF_REPORT = [
    "crime",
    "no_crime",
    "crime_related_incident",
    "no_crime_or_crime_related_incident",
    "specified_investigation",
    "risk_form",
    "risk_standard",
    "risk_medium",
    "risk_high",
    "withdrawn",
    "haven_referral_recorded",
    "haven_referral",
    "arrest",
    "charge",
    "caution",
    "sanction_detection",
    "no_further_action",
    "prosecuted",
    "convicted",
    "unsupported_prosecution",
    "cross_allegation",
    "dual_arrest",
]
OF_PERSON = [
    "crime",
    "no_crime",
    "crime_related_incident",
    "no_crime_or_crime_related_incident",
    "specified_investigation",
    "cross_allegation",
    "dual_arrest",
    "arrest",
    "charge",
    "caution",
    "sanction_detection",
    "no_further_action",
    "prosecuted",
    "convicted",
]
REPEATS = ["repeat_within", "repeat_anywhere", "repeat_crime_within", "repeat_crime_anywhere"]
BANDS = [0, 18, 30, 40, 50, 60, 70]

REPORTS = """
CREATE TEMP TABLE outcomes AS
SELECT report_id, count(*) AS named,
    count(*) FILTER (role <> 'victim' AND arrested IS NOT NULL) AS arrests,
    bool_or(role <> 'victim' AND arrested IS NOT NULL) AS arrest,
    bool_or(role <> 'victim' AND charged IS NOT NULL) AS charge,
    bool_or(role <> 'victim' AND cautioned IS NOT NULL) AS caution,
    bool_or(role <> 'victim' AND coalesce(charged, cautioned) IS NOT NULL) AS detected,
    bool_or(role <> 'victim' AND no_further_action IS NOT NULL) AS dropped,
    bool_or(role <> 'victim' AND prosecuted IS NOT NULL AND charged IS NOT NULL) AS prosecuted,
    bool_or(role <> 'victim' AND prosecuted IS NOT NULL AND charged IS NOT NULL
            AND result = 'convicted') AS convicted,
    bool_or(relationship <> 'Other relationship') AS family,
    bool_or(relationship = 'Other relationship') AS stranger,
    bool_or(role = 'victim' AND age < 18) AS child
FROM people GROUP BY report_id;

CREATE TEMP TABLE crossed AS
SELECT report_id, bool_or(arrested) AS arrested FROM (
    SELECT report_id, person_id, bool_or(role <> 'victim' AND arrested IS NOT NULL) AS arrested
    FROM people SEMI JOIN (FROM outcomes WHERE named >= 3) USING (report_id)
    GROUP BY ALL HAVING bool_or(role = 'victim') AND bool_or(role <> 'victim'))
GROUP BY report_id;

CREATE TEMP TABLE facts AS
SELECT r.report_id, borough, reported, r.domestic_violence, r.serious_sexual_offence, r.rape,
    r.honour_based_violence, r.forced_marriage, r.lgbt,
    coalesce(offence_group = 'homicide', false) AS homicide,
    offence_group, coalesce(o.family, false) AS family, coalesce(o.stranger, false) AS stranger,
    coalesce(o.child, false) AS child,
    classification = 'crime' AS crime, classification = 'no_crime' AS no_crime,
    classification = 'crime_related_incident' AS crime_related_incident,
    classification IN ('no_crime', 'crime_related_incident') AS no_crime_or_crime_related_incident,
    classification = 'specified_investigation' AS specified_investigation,
    coalesce(risk_form IN ('124d', 'dash'), false) AS risk_form,
    coalesce(risk_level = 'standard', false) AS risk_standard,
    coalesce(risk_level = 'medium', false) AS risk_medium,
    coalesce(risk_level = 'high', false) AS risk_high,
    crime AND coalesce(r.withdrawn, false) AS withdrawn,
    coalesce(r.haven_referral, false) AS haven_referral_recorded,
    crime AND coalesce(r.haven_referral, false) AS haven_referral,
    crime AND coalesce(o.arrest, false) AS arrest,
    crime AND coalesce(o.charge, false) AS charge,
    crime AND coalesce(o.caution, false) AS caution,
    crime AND coalesce(o.detected, false) AS sanction_detection,
    crime AND coalesce(o.dropped, false) AND NOT coalesce(o.detected, false) AS no_further_action,
    crime AND coalesce(o.prosecuted, false) AS prosecuted,
    crime AND coalesce(o.convicted, false) AS convicted,
    crime AND coalesce(o.prosecuted, false) AND coalesce(NOT supports_prosecution, false)
        AS unsupported_prosecution,
    x.report_id IS NOT NULL AS cross_allegation,
    crime AND coalesce(x.arrested AND o.arrests >= 2, false) AS dual_arrest
FROM reports r LEFT JOIN outcomes o USING (report_id) LEFT JOIN crossed x USING (report_id)
WHERE reported BETWEEN DATE '{start}' AND DATE '{end}';
"""


def by_hand(folder: Path) -> pd.DataFrame:
    """The counts in one long table: subject, area, unit, strand, group, measure, count."""
    con = duckdb.connect(config={"memory_limit": "8GB", "temp_directory": str(folder / ".spill")})
    for name in ("reports", "people", "calls"):
        con.execute(f"CREATE VIEW {name} AS FROM '{folder}/{name}/*.parquet'")
    con.execute(REPORTS.format(start=START, end=END))
    is_of = " ".join(
        f"WHEN '{name}' THEN {' AND '.join(flags)}" for name, flags in SUBJECTS.items()
    )
    listed = ", ".join(f"('{name}')" for name in SUBJECTS)
    con.execute(f"""CREATE VIEW every AS SELECT * FROM facts, (VALUES {listed}) AS s (subject)
                    WHERE CASE subject {is_of} END""")
    parts = [_incidents(con)]
    for unit, roles in (
        ("victims", "('victim')"),
        ("suspects", "('suspect', 'accused')"),
        ("accused", "('accused')"),
    ):
        parts.append(_people(con, unit, roles))
    return pd.concat(parts, ignore_index=True)


def _sums(names: list[str]) -> str:
    return ", ".join(f"count(*) FILTER ({name}) AS {name}" for name in names)


def _incidents(con) -> pd.DataFrame:
    found = con.execute(f"""
        SELECT subject, coalesce(borough, 'London') AS area, count(*) AS recorded, {_sums(OF_REPORT)}
        FROM every GROUP BY GROUPING SETS ((subject, borough), (subject))""").df()
    long = found.melt(["subject", "area"], var_name="measure", value_name="count")
    return long.assign(unit="incidents", strand="all", group="All")


def _people(con, unit: str, roles: str) -> pd.DataFrame:
    names = OF_REPORT if unit == "victims" else OF_PERSON
    own = {
        "arrest": "p.arrested IS NOT NULL",
        "charge": "p.charged IS NOT NULL",
        "caution": "p.cautioned IS NOT NULL",
        "sanction_detection": "coalesce(p.charged, p.cautioned) IS NOT NULL",
        "no_further_action": "p.no_further_action IS NOT NULL"
        " AND coalesce(p.charged, p.cautioned) IS NULL",
        "prosecuted": "p.prosecuted IS NOT NULL AND p.charged IS NOT NULL",
        "convicted": "p.prosecuted IS NOT NULL AND p.charged IS NOT NULL"
        " AND coalesce(p.result = 'convicted', false)",
        "dual_arrest": "f.dual_arrest AND p.arrested IS NOT NULL",
    }
    done = {
        name: f"f.crime AND {own[name]}" if unit != "victims" and name in own else f"f.{name}"
        for name in names
    }
    measures = ", ".join(f"bool_or({each}) AS {name}" for name, each in done.items())
    last = ", ".join(
        f"arg_max(p.{s}, f.reported) AS {s}, min(p.{s}) <> max(p.{s}) AS conflicting_{s}"
        for s in STRANDS
    )
    age = """coalesce(p.age, date_diff('year', p.date_of_birth, f.reported) - CAST(
        (month(f.reported), day(f.reported)) < (month(p.date_of_birth), day(p.date_of_birth))
        AS INT))"""
    conflicts = [f"conflicting_{strand}" for strand in STRANDS]
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE persons AS
        SELECT subject, borough, p.person_id, grouping(borough) AS whole, count(*) AS reports,
            count(*) FILTER (f.crime) AS crimes, {measures}, {last},
            arg_min({age}, f.reported) AS age, max({age}) - min({age}) > 1 AS conflicting_age
        FROM people p JOIN every f USING (report_id) WHERE role IN {roles}
        GROUP BY GROUPING SETS ((subject, borough, p.person_id), (subject, p.person_id))""")
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE counted AS
        SELECT a.*, coalesce(a.borough, 'London') AS area,
            CASE {
        " ".join(f"WHEN a.age < {high} THEN '{low}-{high - 1}'" for low, high in pairwise(BANDS))
    }
                WHEN a.age IS NOT NULL THEN '{BANDS[-1]}+' END AS band,
            a.reports > 1 AS repeat_within, b.reports > 1 AS repeat_anywhere,
            a.crimes > 1 AS repeat_crime_within,
            a.crimes > 0 AND b.crimes > 1 AS repeat_crime_anywhere
        FROM persons a JOIN persons b ON a.subject = b.subject AND a.person_id = b.person_id
        WHERE b.whole = 1""")
    strands = ["band", *STRANDS]
    sets = ", ".join(["(subject, area)", *(f"(subject, area, {each})" for each in strands)])
    kinds = ", ".join(f"grouping({each}) AS is_{each}" for each in strands)
    found = con.execute(f"""
        SELECT subject, area, {", ".join(strands)}, {kinds}, count(*) AS recorded,
            {_sums([*names, *REPEATS, *conflicts, "conflicting_age"])}
        FROM counted GROUP BY GROUPING SETS ({sets})""").df()
    number = con.execute("""
        SELECT subject, area, CAST(reports AS VARCHAR) AS "group", count(*) AS recorded
        FROM counted GROUP BY ALL""").df()
    found["strand"], found["group"] = "all", "All"
    for each in strands:
        here = found[f"is_{each}"] == 0
        found.loc[here, "strand"] = "age" if each == "band" else each
        found.loc[here, "group"] = found.loc[here, each].fillna("Not recorded")
    found = found.drop(columns=[*strands, *(f"is_{each}" for each in strands)])
    found = pd.concat([found, number.assign(strand="reports")], ignore_index=True)
    keys = ["subject", "area", "strand", "group"]
    long = found.melt(keys, var_name="measure", value_name="count").dropna(subset="count")
    return long.assign(unit=unit)
