"""The same counts of an extract as `extract.count` gives, in pandas, read whole into memory.

It takes the files to be clean and checks nothing. Every step is one that pandas does on whole
columns; there is no loop over rows or people.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pandas as pd

from benchmarks._extract_by_hand import BANDS, OF_PERSON, OF_REPORT, REPEATS, STRANDS, SUBJECTS

_OWN = [
    "arrest",
    "charge",
    "caution",
    "sanction_detection",
    "no_further_action",
    "prosecuted",
    "convicted",
]


def in_pandas(folder: Path) -> pd.DataFrame:
    """The counts in one long table: subject, area, unit, strand, group, measure, count."""
    reports, people = (pd.read_parquet(folder / name) for name in ("reports", "people"))
    facts = _facts(reports, people)
    parts = [_pandas_incidents(facts)]
    for unit, roles in (
        ("victims", ["victim"]),
        ("suspects", ["suspect", "accused"]),
        ("accused", ["accused"]),
    ):
        names = OF_REPORT if unit == "victims" else OF_PERSON
        kept = ["report_id", "person_id", "age", "date_of_birth", *STRANDS]
        part = people[people["role"].isin(roles)]
        own = [] if unit == "victims" else ["own_" + name for name in _OWN]
        rows = part[[*kept, *own]].merge(facts, on="report_id")
        if own:
            for name in _OWN:
                rows[name] = rows["crime"] & rows["own_" + name]
            rows["dual_arrest"] &= rows["arrest"]
        rows = rows.sort_values("reported", kind="stable")
        born, day = rows["date_of_birth"], rows["reported"]
        before = (day.dt.month * 100 + day.dt.day) < (born.dt.month * 100 + born.dt.day)
        rows["age"] = rows["age"].astype("Int16").fillna(day.dt.year - born.dt.year - before)
        for subject, flags in SUBJECTS.items():
            some = rows[rows[flags].all(axis=1)]
            parts.append(_pandas_people(some, names).assign(subject=subject, unit=unit))
    return pd.concat(parts, ignore_index=True)


def _facts(reports: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    dates = ["arrested", "charged", "cautioned", "prosecuted", "no_further_action", "date_of_birth"]
    people[dates] = people[dates].apply(pd.to_datetime)
    reports["reported"] = pd.to_datetime(reports["reported"])
    other = people["role"] != "victim"
    people["own_arrest"] = other & people["arrested"].notna()
    people["own_charge"] = other & people["charged"].notna()
    people["own_caution"] = other & people["cautioned"].notna()
    people["own_sanction_detection"] = people["own_charge"] | people["own_caution"]
    people["own_no_further_action"] = (
        other & people["no_further_action"].notna() & ~people["own_sanction_detection"]
    )
    people["own_prosecuted"] = people["own_charge"] & people["prosecuted"].notna()
    people["own_convicted"] = people["own_prosecuted"] & (people["result"] == "convicted")
    by_report = people.groupby("report_id")
    outcomes = by_report[["own_" + name for name in _OWN]].any()
    outcomes["arrests"] = by_report["own_arrest"].sum()
    many = people[people["report_id"].isin(outcomes.index[by_report.size() >= 3])]
    both = (
        many.assign(victim=many["role"] == "victim")
        .groupby(["report_id", "person_id"])
        .agg(first=("victim", "min"), last=("victim", "max"), arrested=("own_arrest", "any"))
    )
    both = both[both["first"] != both["last"]].groupby("report_id")["arrested"].any()
    facts = reports.merge(outcomes, left_on="report_id", right_index=True, how="left")
    facts = facts.merge(both.rename("crossed"), left_on="report_id", right_index=True, how="left")
    kind = facts["classification"]
    facts["crime"], facts["no_crime"] = kind == "crime", kind == "no_crime"
    facts["crime_related_incident"] = kind == "crime_related_incident"
    facts["no_crime_or_crime_related_incident"] = (
        facts["no_crime"] | facts["crime_related_incident"]
    )
    facts["specified_investigation"] = kind == "specified_investigation"
    facts["risk_form"] = facts["risk_form"].isin(["124d", "dash"])
    for level in ("standard", "medium", "high"):
        facts[f"risk_{level}"] = facts["risk_level"] == level
    facts["withdrawn"] = facts["crime"] & facts["withdrawn"].eq(True)
    facts["haven_referral_recorded"] = facts["haven_referral"].eq(True)
    facts["haven_referral"] = facts["crime"] & facts["haven_referral_recorded"]
    for name in _OWN:
        facts[name] = facts["crime"] & facts.pop("own_" + name).eq(True)
    facts["no_further_action"] &= ~facts["sanction_detection"]
    unsupported = facts["supports_prosecution"].eq(False)
    facts["unsupported_prosecution"] = facts["prosecuted"] & unsupported
    facts["cross_allegation"] = facts["crossed"].notna()
    dual = facts["crossed"].eq(True) & (facts["arrests"] >= 2)
    facts["dual_arrest"] = facts["crime"] & dual
    facts["homicide"] = facts["offence_group"] == "homicide"
    flags = {flag for each in SUBJECTS.values() for flag in each}
    return facts[["report_id", "borough", "reported", *OF_REPORT, *sorted(flags - {*OF_REPORT})]]


def _pandas_incidents(facts: pd.DataFrame) -> pd.DataFrame:
    parts = []
    for subject, flags in SUBJECTS.items():
        some = facts[facts[flags].all(axis=1)].assign(recorded=True)
        wide = some.groupby("borough")[["recorded", *OF_REPORT]].sum()
        wide.loc["London"] = wide.sum()
        long = (
            wide.rename_axis("area")
            .reset_index()
            .melt("area", var_name="measure", value_name="count")
        )
        parts.append(long.assign(subject=subject))
    return pd.concat(parts).assign(unit="incidents", strand="all", group="All")


def _pandas_people(rows: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    parts = []
    whole = rows.groupby("person_id")
    anywhere = {"reports": whole.size(), "crimes": whole["crime"].sum()}
    for area in ("borough", None):
        people = rows.groupby([*([area] if area else []), "person_id"])
        once = people[names].any()
        once["reports"], once["crimes"] = people.size(), people["crime"].sum()
        for strand in STRANDS:
            once[strand] = people[strand].last()
            once[f"conflicting_{strand}"] = people[strand].nunique() > 1
        age = people["age"]
        once["conflicting_age"] = (age.max() - age.min()).gt(1).fillna(False)
        labels = [f"{low}-{high - 1}" for low, high in pairwise(BANDS)]
        once["age"] = pd.cut(
            age.first().astype(float), [*BANDS, 200], right=False, labels=[*labels, f"{BANDS[-1]}+"]
        )
        once = once.reset_index().assign(recorded=True)
        once["area"] = once[area] if area else "London"
        once["repeat_within"] = once["reports"] > 1
        once["repeat_anywhere"] = once["person_id"].map(anywhere["reports"]) > 1
        once["repeat_crime_within"] = once["crimes"] > 1
        again = once["person_id"].map(anywhere["crimes"]) > 1
        once["repeat_crime_anywhere"] = (once["crimes"] > 0) & again
        measures = ["recorded", *names, *REPEATS]
        conflicts = [f"conflicting_{name}" for name in ("age", *STRANDS)]
        all_of = once.assign(all="All")
        parts.append(_pandas_tally(all_of, "all", [*measures, *conflicts]))
        once[["age", *STRANDS]] = once[["age", *STRANDS]].astype(object).fillna("Not recorded")
        parts += [_pandas_tally(once, strand, measures) for strand in ("age", *STRANDS)]
        parts.append(_pandas_tally(once, "reports", ["recorded"]))
    return pd.concat(parts)


def _pandas_tally(once: pd.DataFrame, strand: str, measures: list[str]) -> pd.DataFrame:
    wide = once.groupby(["area", strand])[measures].sum().reset_index()
    long = wide.rename(columns={strand: "group"}).melt(
        ["area", "group"], var_name="measure", value_name="count"
    )
    return long.assign(strand=strand, group=long["group"].astype(str))
