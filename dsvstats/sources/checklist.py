"""What the board asked every borough for, and what each supplied."""

from __future__ import annotations

import pandas as pd

from dsvstats import counts, strands
from dsvstats.cache import remembered

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
    "prosecutions": (None, "prosecuted"),
    "crimes representing repeat victimisation": ("offences", "repeat_crime"),
    "victims by number of reports": ("victims", "crime"),
    "unsupported prosecutions": ("offences", "unsupported_prosecution"),
    "no crimes and crime-related incidents": (None, "no_crime_or_crime_related_incident"),
    "referrals to the Havens": (None, "haven_referral"),
    "cases withdrawn": (None, "withdrawn"),
}
"""What the board asked every borough for: commissioning brief, section C1, and arrests."""


@remembered
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
                number = _number([total["count"].sum()] if len(total) else [], total)
            else:
                total = counts.latest(found[found["strand"] == "all"])
                number = _number(total["count"].dropna().unique(), total)
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


def missing(held: pd.DataFrame) -> list[str]:
    """What did the area supply of neither subject?

    >>> from dsvstats.sources import supply
    >>> "cases withdrawn" in missing(supply.cases("Wandsworth"))
    True
    """
    told = supplied(held)
    given = told[told["Supplied"] != "not supplied"]["Asked for"]
    return list(dict.fromkeys(told["Asked for"][~told["Asked for"].isin(given)]))


def _number(found, rows: pd.DataFrame) -> str:
    if rows["withheld"].any():
        return "withheld"
    return " or ".join(f"{each:,}" for each in found) or "not supplied"
