"""What a notebook starts from: an area's counts, from whichever source the researcher has."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from dsvstats import counts, strands
from dsvstats.errors import InputError, near
from dsvstats.sources import areas, benchmarks, open_data, published, reconcile
from dsvstats.sources.files import checksum, data

SOURCES = ("published", "counts")
STAGES = [
    ("incidents", "recorded"),
    ("offences", "crime"),
    ("offences", "sanction_detection"),
    ("offences", "charge"),
    ("prosecutions", "prosecuted"),
    ("prosecutions", "convicted"),
]
OFFENCES = ("offences", "crime")
DETECTED = ("offences", "sanction_detection")
VICTIMS = ["victims", "victim_records"]
VICTIM_STAGES = [("victim_records", m) for m in ("recorded", "crime", "sanction_detection")]
NEWEST_FIRST = ["annual_report_2009_10", "arrest_rates_2008_07_08"]
UNITS = {
    "victims": ("victims", "victim_records"),
    "suspects": ("suspects", "suspect_records", "offenders"),
    "accused": ("accused", "offenders"),
}

_ROLES = {
    "victims": "victims",
    "victim_records": "victims",
    "suspects": "suspects",
    "suspect_records": "suspects",
    "accused": "accused",
    "offenders": "suspects or accused",
}

ASKED = {
    "incidents": ("incidents", "recorded"),
    "offences": ("offences", "crime"),
    "arrests": (None, "arrest"),
    "sanction detections": ("offences", "sanction_detection"),
    "sanction detections that are cautions": ("offences", "caution"),
    "charges": ("offences", "charge"),
    "prosecutions": ("prosecutions", "prosecuted"),
    "crimes representing repeat victimisation": ("offences", "repeat_crime"),
    "victims by number of reports": ("victims", "crime"),
    "unsupported prosecutions": ("offences", "unsupported_prosecution"),
    "no crimes and crime-related incidents": (None, "no_crime_or_crime_related_incident"),
    "referrals to the Havens": (None, "haven_referral"),
    "cases withdrawn": (None, "withdrawn"),
}
"""What the board asked every borough for: commissioning brief, section C1, and arrests."""


def cases(area: str, *, source: str = "published", counts_path: str = "") -> pd.DataFrame:
    """Which counts are there of this area? A counts frame, from the source named.

    ``source`` is "published" (the board's documents, with single misprints mended and the
    newest document preferred) or "counts" (a researcher's own CSV, at ``counts_path``). An area
    that supplied nothing has an empty frame.

    >>> cases("Camden")["count"].tolist()
    [2678, 949]
    """
    everything = everywhere(source=source, counts_path=counts_path)
    return of_area(everything, area)


def everywhere(*, source: str = "published", counts_path: str = "") -> pd.DataFrame:
    """Which counts are there of every area?

    >>> everywhere()["area"].nunique() > 5
    True
    """
    if source == "counts":
        if not counts_path:
            raise InputError(
                where="counts_path",
                rule="a CSV of counts",
                value=counts_path,
                mend='give its path, or source="published"',
            )
        own = counts.read(counts_path)
        return own.assign(area=own["area"].map(_known))
    if source != "published":
        raise InputError(
            where="source", rule=" or ".join(SOURCES), value=source, mend=near(source, [*SOURCES])
        )
    return counts.prefer(_published(), NEWEST_FIRST)


@cache
def _published() -> pd.DataFrame:
    figures = published.read()
    return published.counts(published.mended(figures, reconcile.check(figures)))


def set_aside(area: str, *, source: str = "published") -> pd.DataFrame:
    """Which counts of this area were not taken, since another document counts the same thing?

    >>> set_aside("London")["count"].tolist()
    [102227]
    """
    held = _published() if source == "published" else counts.empty()
    return of_area(counts.set_aside(held, NEWEST_FIRST), area)


def missing(held: pd.DataFrame) -> list[str]:
    """What did the area supply of neither subject?

    >>> "cases withdrawn" in missing(cases("Wandsworth"))
    True
    """
    told = supplied(held)
    given = told[told["Supplied"] != "not supplied"]["Asked for"]
    return list(dict.fromkeys(told["Asked for"][~told["Asked for"].isin(given)]))


def sources(held: pd.DataFrame) -> list[str]:
    """Which documents or files are these counts from? With their titles and dates.

    >>> sources(cases("Camden"))
    ['Domestic and Sexual Violence Board Annual Report 2009-2010']
    """
    titles = published.documents().set_index("doc")[["title", "date"]]
    told = set()
    for each in held["source"].unique():
        document = each.split(",")[0]
        known = document in titles.index
        told.add(", ".join(filter(None, titles.loc[document])) if known else each)
    return sorted(told)


def checksums(*, source: str = "published", counts_path: str = "") -> dict[str, str]:
    """What did the files hold that the counts are from? A short checksum for each.

    >>> list(checksums())
    ['data']
    """
    files = {"data": checksum(*(path for path in data().rglob("*.csv*")))}
    return files | ({Path(counts_path).name: checksum(Path(counts_path))} if counts_path else {})


def of_area(rows: pd.DataFrame, area: str) -> pd.DataFrame:
    """The rows of this area, by any of its names.

    >>> of_area(everywhere(), "MPS")["area"].unique().tolist()
    ['London']
    """
    return rows[rows["area"] == areas.find(area)].reset_index(drop=True)


def of_rules(found: pd.DataFrame, rules: list[str]) -> pd.DataFrame:
    """The findings of these rules of reconciliation."""
    return found[found["rule"].isin(rules)].reset_index(drop=True)


def printed_rates(area: str, *, source: str = "published") -> pd.DataFrame:
    """Which rates and targets were printed of this area, as printed, with their places?

    >>> printed_rates("Camden")["Printed"].tolist()
    ['35%']
    """
    rows = published.rates(printed(area, source=source))
    return pd.DataFrame(
        {
            "Rate": rows["measure"].str.replace("_", " ").str.replace("sd ", "sanction detection "),
            "Subject": rows["subject"].str.replace("_", " "),
            "Printed": rows["value"] + rows["unit"].map({"percent": "%", "ratio": ""}),
            "Until": pd.to_datetime(rows["period_end"])
            .dt.strftime("%d\u00a0%b\u00a0%Y")
            .fillna(""),
            "Place": rows["doc"] + ", " + rows["paragraph"],
        }
    )


def prepare() -> None:
    """Read once what every area's pages read, before they are made side by side."""
    _published()
    benchmarks.read()
    open_data.read()


def _known(area: str) -> str:
    try:
        return areas.find(area)
    except InputError:
        return area


def printed(area: str, *, source: str = "published") -> pd.DataFrame:
    """Which printed numbers are there of this area? None where the source is not printed.

    >>> len(printed("Camden")), len(printed("Camden", source="counts"))
    (3, 0)
    """
    figures = published.of_area(published.read(), area)
    return figures if source == "published" else figures.iloc[:0]


def people(held: pd.DataFrame, *, role: str, subject: str, measure: str = "crime") -> pd.DataFrame:
    """Which counts are of these people, by strand? The rows of the role's unit, latest period.

    ``role`` is victims, suspects or accused. Where people are counted both once and once per
    record, those counted once are taken; the number of reports is not a strand of a person.
    Self-defined ethnicity comes in broad groups as well.

    >>> people(cases("Wandsworth"), role="victims", subject="domestic_violence")["unit"].unique()
    <ArrowStringArray>
    ['victim_records']
    Length: 1, dtype: str
    """
    if role not in UNITS:
        raise InputError(
            where="role", rule="a role of a person", value=role, mend=near(role, list(UNITS))
        )
    rows = held[
        (held["subject"] == subject)
        & (held["measure"] == measure)
        & ~held["strand"].isin(["all", "reports"])
    ]
    for unit in UNITS[role]:
        if (rows["unit"] == unit).any():
            found = latest(rows[rows["unit"] == unit])
            broad = strands.recode(found, strand="ethnicity_self_defined", to="ethnicity_broad")
            return counts.in_order(counts.join(found, broad))
    return rows.iloc[:0].reset_index(drop=True)


def counted(people: pd.DataFrame, *, role: str, measure: str = "crime") -> tuple[str, str]:
    """Which unit and measure are these people counted in? For the statistics' ``measure``.

    >>> counted(counts.empty(), role="victims")
    ('victims', 'crime')
    """
    return (people["unit"].iloc[0] if len(people) else UNITS[role][0]), measure


def ethnicity(people: pd.DataFrame) -> str:
    """By which scheme are these people's ethnicities best told in a sentence? The broadest.

    >>> ethnicity(people(cases("Wandsworth"), role="victims", subject="domestic_violence"))
    'ethnicity_broad'
    """
    schemes = [each for each in strands.SCHEMES if each.startswith("ethnicity")]
    held = set(people["strand"])
    return min(
        (s for s in schemes if s in held),
        key=lambda s: len(strands.SCHEMES[s].groups),
        default="ethnicity_broad",
    )


def records(people: pd.DataFrame, listed: pd.DataFrame) -> int:
    """How many records are there? Those of the people counted, or those listed if they are more.

    ``listed`` are people by number of reports.

    >>> held = cases("Wandsworth")
    >>> records(people(held, role="victims", subject="domestic_violence"), counts.empty())
    1187
    """
    counted = people.groupby("strand")["count"].sum().max() if len(people) else 0
    number = listed["group"].str.removesuffix("+").astype(int)
    return int(max(counted, (listed["count"] * number).sum()))


def listed(
    held: pd.DataFrame, *, subject: str, role: str = "victims", measure: str = "crime"
) -> pd.DataFrame:
    """People of this role by number of reports; a list of victims says nothing of the accused.

    >>> len(listed(cases("Wandsworth"), subject="domestic_violence"))
    7
    >>> len(listed(cases("Wandsworth"), subject="domestic_violence", role="accused"))
    0
    """
    return counts.choose(held, strand="reports", subject=subject, measure=measure, unit=UNITS[role])


def latest(held: pd.DataFrame) -> pd.DataFrame:
    """The rows whose period ends last.

    >>> latest(counts.empty()).empty
    True
    """
    return held[held["end"] == held["end"].max()].reset_index(drop=True)


def supplied(held: pd.DataFrame) -> pd.DataFrame:
    """Of what the board asked every borough for, what did this area supply?

    Returns ``Subject`` (domestic violence, serious sexual offences), ``Asked for`` and
    ``Supplied``: the number, or "not supplied".

    >>> supplied(counts.empty())["Supplied"].unique().tolist()
    ['not supplied']
    """
    rows = []
    for subject in ("domestic_violence", "serious_sexual_offences"):
        of_subject = held[held["subject"] == subject]
        for asked, (unit, measure) in ASKED.items():
            found = of_subject[of_subject["measure"] == measure]
            found = found[found["unit"] == unit] if unit else found[~found["unit"].isin(_ROLES)]
            if asked == "victims by number of reports":
                total = found[found["strand"] == "reports"]
                number = f"{total['count'].sum():,}" if len(total) else "not supplied"
            else:
                total = latest(found[found["strand"] == "all"])["count"].dropna()
                number = " or ".join(f"{each:,}" for each in total.unique()) or "not supplied"
            rows.append(
                {"Subject": subject.replace("_", " "), "Asked for": asked, "Supplied": number}
            )
        for strand, scheme in strands.SCHEMES.items():
            if strand in ("age", "gender", "disability", "religion", "sexual_orientation"):
                wanted = [strand]
            elif strand == "ethnicity_self_defined":
                wanted = [each for each in strands.SCHEMES if each.startswith("ethnicity")]
            else:
                continue
            people_rows = of_subject[of_subject["strand"].isin(wanted)]
            named = "ethnicity" if len(wanted) > 1 else scheme.title.lower()
            roles = dict.fromkeys(people_rows["unit"].map(_ROLES).dropna())
            rows.append(
                {
                    "Subject": subject.replace("_", " "),
                    "Asked for": f"people by {named}",
                    "Supplied": ", ".join(roles) or "not supplied",
                }
            )
    return pd.DataFrame(rows)
