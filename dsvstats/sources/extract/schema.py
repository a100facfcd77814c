"""The shape of an extract: its tables, their columns, and the codes each column may hold."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dsvstats import strands
from dsvstats.errors import InputError
from dsvstats.terms.places import Place
from dsvstats.terms.schemes import SCHEMES


@dataclass(frozen=True)
class Column:
    """What a column holds.

    ``kind``: id, code, date, flag, age, name (for linkage, never counted) or label. ``codes`` are
    the words that a code may be; where it is an ``area``, they are the parts of the place.
    ``required`` columns must be there and filled in.
    """

    kind: str
    meaning: str
    codes: tuple[str, ...] = ()
    required: bool = False
    area: bool = False


STRANDS = (
    "age",
    "gender",
    "disability",
    "ethnicity_self_defined",
    "ethnicity_officer_defined",
    "religion",
    "sexual_orientation",
    "relationship",
)
"""The strands that people's columns hold, each in a column of its name."""

BLANK = ("", "not recorded", "not stated", "unknown")
"""What stands for nothing in a code, in lower case."""

OUTCOMES = ("arrested", "charged", "cautioned", "no_further_action", "prosecuted", "resulted")

_FLAGS = {
    "domestic_violence": "flagged as domestic violence",
    "serious_sexual_offence": "flagged as a serious sexual offence, rape among them",
    "rape": "flagged as rape",
    "honour_based_violence": "flagged as honour-based violence",
    "forced_marriage": "flagged as forced marriage",
    "lgbt": "flagged as lesbian, gay, bisexual or trans",
    "haven_referral": "the victim was referred to a Haven (sexual assault referral centre)",
    "withdrawn": "the victim withdrew the allegation",
    "supports_prosecution": "the victim supports a prosecution",
}

_MEANINGS = {
    "ethnicity_self_defined": "in the person's own words (16+1)",
    "ethnicity_officer_defined": "as an officer saw it",
    "relationship": "what the suspect is to the victim, the same word for both",
}

TABLES: dict[str, dict[str, Column]] = {
    "reports": {
        "report_id": Column("id", "the report's own number", required=True),
        "borough": Column("code", "the part that answers for it", required=True, area=True),
        "reported": Column("date", "the day it was reported", required=True),
        "came_by": Column(
            "code",
            "how it came",
            ("call", "front_counter", "patrol", "third_party", "referral", "online", "other"),
        ),
        "classification": Column(
            "code",
            "what it was recorded as",
            ("crime", "no_crime", "crime_related_incident", "specified_investigation"),
            required=True,
        ),
        "offence_group": Column(
            "code",
            "the group of its offence",
            (
                "homicide",
                "violence_with_injury",
                "violence_without_injury",
                "rape",
                "serious_sexual_offence",
                "other_sexual_offence",
                "harassment",
                "threats",
                "criminal_damage",
                "theft",
                "robbery",
                "burglary",
                "public_order",
                "other",
            ),
        ),
        **{name: Column("flag", meaning) for name, meaning in _FLAGS.items()},
        "risk_form": Column("code", "the risk form completed", ("124d", "dash", "none")),
        "risk_level": Column("code", "the risk assessed", ("standard", "medium", "high")),
        "investigating_unit": Column(
            "code",
            "who investigates",
            (
                "community_safety_unit",
                "sapphire",
                "specialist_command",
                "criminal_investigation",
                "response_team",
                "neighbourhood_team",
                "other",
            ),
        ),
        "called": Column("date", "the day of the first call"),
        "recorded": Column("date", "the day it was recorded"),
        "source": Column("label", "the system it comes from: the source of every count"),
    },
    "people": {
        "report_id": Column("id", "the report that they are in", required=True),
        "role": Column(
            "code",
            "victim, suspect, or accused; one person may have several in one report",
            ("victim", "suspect", "accused"),
            required=True,
        ),
        "person_id": Column("id", "the same for one person in every report"),
        "given_name": Column("name", "for linkage only"),
        "family_name": Column("name", "for linkage only"),
        "date_of_birth": Column("date", "for linkage, and for the age where none is given"),
        "postcode": Column("name", "for linkage only"),
        "age": Column("age", "in whole years on the day of the report"),
        **{
            strand: Column("code", _MEANINGS.get(strand, "as recorded"), SCHEMES[strand].groups)
            for strand in STRANDS
            if strand != "age"
        },
        "arrested": Column("date", "the day of arrest"),
        "charged": Column("date", "the day of charge"),
        "cautioned": Column("date", "the day of caution"),
        "no_further_action": Column("date", "the day it was decided to take none"),
        "prosecuted": Column("date", "the day of the first hearing"),
        "resulted": Column("date", "the day of the result"),
        "result": Column("code", "the result", ("convicted", "acquitted", "discontinued", "other")),
    },
    "calls": {
        "call_id": Column("id", "the call's own number", required=True),
        "report_id": Column("id", "the report made of it, if any"),
        "borough": Column("code", "where from", area=True),
        "called": Column("date", "the day of the call"),
        "domestic_violence": Column("flag", "taken as domestic violence"),
        "serious_sexual_offence": Column("flag", "taken as a serious sexual offence"),
    },
}

KEYS = {
    "reports": ("report_id",),
    "people": ("report_id", "role", "person_id"),
    "calls": ("call_id",),
}

SUBJECTS: dict[str, tuple[str, ...]] = {
    "domestic_violence": ("domestic_violence",),
    "serious_sexual_offences": ("serious_sexual_offence",),
    "rape": ("rape",),
    "honour_based_violence": ("honour_based_violence",),
    "forced_marriage": ("forced_marriage",),
    "domestic_violence & serious_sexual_offences": ("domestic_violence", "serious_sexual_offence"),
    "domestic_violence & rape": ("domestic_violence", "rape"),
    "domestic_violence & honour_based_violence": ("domestic_violence", "honour_based_violence"),
    "domestic_violence & forced_marriage": ("domestic_violence", "forced_marriage"),
    "domestic_violence & lgbt": ("domestic_violence", "lgbt"),
    "dv_homicide": ("domestic_violence", "homicide"),
}
"""Each subject, and the flags that a report of it has (homicide: its offence group)."""


MOST_PARTS = 99
"""Areas are small numbers; the next one is the whole."""


def columns(table: str, place: Place) -> dict[str, Column]:
    """Which columns may this table have, the parts of this place being its areas?

    >>> from dsvstats.terms import places
    >>> columns("reports", places.place())["borough"].codes[:2]
    ('Barking and Dagenham', 'Barnet')
    """
    if len(place.parts) > MOST_PARTS:
        raise InputError(
            where="place",
            rule=f"of {MOST_PARTS} parts at most, for records to be counted",
            value=f"{len(place.parts)} parts",
            mend="count them in two places",
        )
    return {
        name: replace(column, codes=place.parts) if column.area else column
        for name, column in TABLES[table].items()
    }


def words(column: Column) -> dict[str, str]:
    """Which words may stand in a column of codes, in lower case, and what is each?

    Areas may have & for and, and hyphens.

    >>> words(TABLES["people"]["gender"])["female"], words(TABLES["people"]["gender"])["unknown"]
    ('Female', 'Not recorded')
    """
    blanks = dict.fromkeys(BLANK, strands.NOT_RECORDED)
    codes = {code.casefold(): code for code in column.codes}
    if column.area:
        codes |= {name.replace(" and ", " & "): code for name, code in codes.items()}
        codes |= {name.replace(" ", "-"): code for name, code in codes.items()}
    return codes | blanks
