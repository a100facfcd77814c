"""Which rows belong together on a page, what each is called, and what the whole is about."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from dsvstats import strands
from dsvstats.counts import records
from dsvstats.estimates import flags
from dsvstats.reporting.wording import nouns, phrases, remarks
from dsvstats.reporting.wording import values as reading
from dsvstats.terms import definitions

SYNTHETIC = "Synthetic data"
_CHOICE = ("reference", "rest", "overall", "population", "expected", "target", "none")


def labels(rows: pd.DataFrame, *, along: str = "") -> pd.DataFrame:
    """What is each row called? Its ``section`` (a heading, or empty) and its ``label``.

    Rows of a strand are called by their group under their strand; rows about everyone by what
    differs between them: the area first, else what is counted; or by what they run ``along``
    ("period"). Takes counts or estimates.
    """
    fields = _fields(rows)
    vary = [name for name in fields if fields[name].nunique() > 1]
    of_people = bool((rows["strand"] != "all").any())
    titles = rows["strand"].map(strands.title)
    if of_people and _of_completeness(rows):
        label, used, of_people = titles, set(), False
    elif along:
        label, used = fields[along], {along}
    elif of_people:
        named = _text(rows, _said(strands.label, rows["strand"], rows["group"]))
        label, used = named.where(rows["strand"] != "all", "Everyone"), set()
    else:
        names = _telling(fields, vary)
        label = _join(fields, names)
        used = {*names} if names == ["area"] else {*names, "statistic"}
    section = _join(fields, [each for each in vary if each not in used])
    if of_people:
        section = titles.where(section == "", titles + ", " + section)
    named = {"section": section, "label": label}
    return pd.DataFrame(
        {name: each.map(phrases.upper_first) for name, each in named.items()}
    ).astype("str")


def _of_completeness(rows: pd.DataFrame) -> bool:
    return "statistic" in rows and bool((rows["statistic"] == "completeness").all())


def _telling(fields: dict[str, pd.Series], vary: list[str]) -> list[str]:
    """Which fields tell rows about everyone apart? The statistic, where nothing else does."""
    if "area" in vary:
        return ["area"]
    names = [each for each in vary if each in ("what", "definition")]
    others = [each for each in vary if each != "statistic"]
    alike = not others or pd.DataFrame(fields)[others].duplicated().any()
    if "statistic" in vary and alike:
        names.append("statistic")
    return names or (["period"] if "period" in vary else ["what"])


def tidy(rows: pd.DataFrame, *, along: str = "") -> pd.DataFrame:
    """The rows of counts or estimates with their ``section`` and ``label``, no text missing.

    Rows that have them already stay as they are.
    """
    if "section" in rows and "label" in rows:
        return rows
    texts = rows.select_dtypes(include=["object", "str"]).columns.difference(["count"])
    held = rows.reset_index(drop=True).assign(**{n: rows[n].fillna("").array for n in texts})
    return held.join(labels(held, along=along)) if len(held) else held.assign(section="", label="")


def named(rows: pd.DataFrame) -> list:
    """The rows of counts or estimates, each with its ``section`` and its ``label``."""
    return records(tidy(rows))


def _fields(rows: pd.DataFrame) -> dict[str, pd.Series]:
    about = rows["subject"] if rows["subject"].nunique() > 1 else pd.Series("", index=rows.index)
    fields = {
        "what": _text(rows, _said(nouns.thing, rows["unit"], rows["measure"], about)),
        "definition": rows["definition"].map(phrases.definition),
        "area": rows["area"].map(phrases.place),
        "period": _text(rows, _said(phrases.period, rows["start"], rows["end"])),
    }
    if "statistic" in rows:
        bare = rows["statistic"].where(~rows["statistic"].isin(reading.TIPPING))
        fields["statistic"] = bare.ffill().bfill().fillna("")
    return fields


def _said(say: Callable[..., str], *columns: pd.Series) -> list[str]:
    """What is said of each row; rows alike are put into words once."""
    each = list(zip(*columns, strict=True))
    words = {one: say(*one) for one in dict.fromkeys(each)}
    return [words[one] for one in each]


def _text(rows: pd.DataFrame, values: list[str]) -> pd.Series:
    return pd.Series(values, index=rows.index, dtype="str")


def _join(fields: dict[str, pd.Series], names: list[str]) -> pd.Series:
    joined = pd.Series("", index=fields["area"].index, dtype="str")
    for name in names:
        gap = pd.Series(", ", index=joined.index).where((joined != "") & (fields[name] != ""), "")
        joined = joined + gap + fields[name]
    return joined


def families(estimates: pd.DataFrame) -> list[pd.DataFrame]:
    """Which rows are told in one sentence? Those of one section, statistic and comparison.

    Where a section is compared with several things, only the first of these is told: the
    reference group, everyone else, the overall rate, the residents. Each frame carries its
    rows' ``section`` and ``label``.
    """
    rows = tidy(estimates)
    if rows.empty:
        return []
    kept = compared_first(rows)
    compared = (rows["versus"] != "none").any()
    together = ["section", "strand"] + (["statistic", "reference"] if compared else [])
    return [family for _, family in kept.groupby(together, sort=False)]


def compared_first(rows: pd.DataFrame) -> pd.DataFrame:
    """Of what each section is compared with, the first: the reference, everyone else, the overall.

    ``rows`` have their ``section``, as `tidy` gives it.
    """
    place = rows["versus"].map(_CHOICE.index)
    first = place.groupby(rows["section"]).transform("min")
    return rows[(place == first).to_numpy()]


def shared_notes(estimates: pd.DataFrame) -> list[str]:
    """Which remarks hold for every estimate that has limits?"""
    limited = estimates["lower"].notna() & estimates["method"].ne("")
    each = [remarks.said(text) for text in estimates.loc[limited, "flags"].unique()]
    shared = set.intersection(*map(set, each)) if each else set()
    return list(dict.fromkeys(part for parts in each for part in parts if part in shared))


def about(rows: pd.DataFrame) -> str:
    """What, where and when: the measure, place and period that all rows share."""
    if rows.empty:
        return ""
    fields = _fields(rows)
    first = rows.iloc[0]
    parts = []
    if fields["what"].nunique() == 1 and rows["subject"].nunique() == 1:
        parts.append(nouns.thing(first["unit"], first["measure"], first["subject"]))
    elif rows["subject"].nunique() == 1:
        parts.append(nouns.subject(first["subject"]))
    elif len(rows[["unit", "measure"]].drop_duplicates()) == 1:
        parts.append(nouns.thing(first["unit"], first["measure"]))
    if fields["definition"].iloc[0] and fields["definition"].nunique() == 1:
        parts[-1:] = [f"{' '.join(parts[-1:])} ({fields['definition'].iloc[0]})".strip()]
    areas = fields["area"].unique()
    parts.append(areas[0] if len(areas) == 1 else f"{len(areas)} areas")
    if fields["period"].nunique() == 1:
        parts.append(fields["period"].iloc[0])
    return ", ".join(parts)


def synthetic(rows: pd.DataFrame, source: str = "") -> bool:
    """Are these rows made from synthetic records? As their flags or their definition say.

    What has neither, such as a list of findings, is so by its origin (`wording.Origin`).
    """
    if "flags" in rows:
        return bool(flags.has(rows["flags"], definitions.SYNTHETIC).any())
    if "definition" in rows:
        return any(definitions.SYNTHETIC in definitions.made(each) for each in rows["definition"])
    return bool(getattr(source, "synthetic", False))


def marked(text: str, rows: pd.DataFrame, source: str = "") -> str:
    """The title, saying so if the rows are synthetic."""
    return made_up(text) if synthetic(rows, source) else text


def made_up(text: str) -> str:
    """The text, saying that it is of synthetic data, where it does not and says anything.

    >>> made_up("No clear difference"), made_up("In synthetic data, no clear difference")
    ('Synthetic data: No clear difference', 'In synthetic data, no clear difference')
    """
    return f"{SYNTHETIC}: {text}" if text and SYNTHETIC.casefold() not in text.casefold() else text
