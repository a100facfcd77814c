"""The schemes that people are put into, their groups in order, and what goes into what."""

from __future__ import annotations

from dataclasses import dataclass

ALL = "All"


@dataclass(frozen=True)
class Scheme:
    """A way of putting people into groups: its groups in order, and the usual reference.

    ``reference_holds``: of bands, the usual reference is the one that holds this age. ``asked``
    marks schemes recorded only when someone asks, so that a share is a minimum. ``tells`` is
    what it tells of people, where several schemes tell one thing; ``wanted``: the board asks for
    people by it. ``lacks``: groups of the broad scheme that have no place in it, so that residents
    of them are left out.
    """

    title: str
    groups: tuple[str, ...] = ()
    reference: str | None = None
    reference_holds: int | None = None
    asked: bool = False
    tells: str = ""
    wanted: bool = False
    lacks: tuple[str, ...] = ()


SCHEMES: dict[str, Scheme] = {
    "all": Scheme("Everyone", (ALL,), ALL),
    "age": Scheme("Age", reference_holds=30, wanted=True),
    "gender": Scheme("Gender", ("Female", "Male"), "Male", wanted=True),
    "disability": Scheme(
        "Disability", ("Disabled", "Not disabled"), "Not disabled", asked=True, wanted=True
    ),
    "ethnicity_self_defined": Scheme(
        "Ethnicity, self-defined (16+1)",
        (
            "White - British",
            "White - Irish",
            "White - Any other White background",
            "Mixed - White and Black Caribbean",
            "Mixed - White and Black African",
            "Mixed - White and Asian",
            "Mixed - Any other Mixed background",
            "Asian or Asian British - Indian",
            "Asian or Asian British - Pakistani",
            "Asian or Asian British - Bangladeshi",
            "Asian or Asian British - Any other Asian background",
            "Black or Black British - Caribbean",
            "Black or Black British - African",
            "Black or Black British - Any other Black background",
            "Chinese or other ethnic group - Chinese",
            "Chinese or other ethnic group - Any other ethnic group",
        ),
        "White - British",
        tells="ethnicity",
        wanted=True,
    ),
    "ethnicity_officer_defined": Scheme(
        "Ethnicity, officer-defined",
        (
            "White North European",
            "White South European",
            "Black",
            "Asian",
            "South East Asian",
            "Arabic or North African",
        ),
        "White North European",
        tells="ethnicity",
        wanted=True,
    ),
    "ethnicity_broad": Scheme(
        "Ethnicity, broad groups",
        ("White", "Mixed", "Asian", "Black", "Other"),
        "White",
        tells="ethnicity",
        wanted=True,
    ),
    "ethnicity_four": Scheme(
        "Ethnicity, as the police recorded it in four groups",
        ("White", "Asian", "Black", "Other"),
        "White",
        tells="ethnicity",
        lacks=("Mixed",),
    ),
    "ethnicity_four_with_mixed": Scheme(
        "Ethnicity, as the police recorded it, Mixed residents as Black",
        ("White", "Asian", "Black or Mixed", "Other"),
        "White",
        tells="ethnicity",
    ),
    "ethnicity_two": Scheme(
        "Ethnicity, two groups",
        ("White", "Black and minority ethnic"),
        "White",
        tells="ethnicity",
        wanted=True,
    ),
    "religion": Scheme(
        "Religion or belief",
        (
            "Christian",
            "Buddhist",
            "Hindu",
            "Jewish",
            "Muslim",
            "Sikh",
            "Other religion",
            "No religion",
        ),
        "Christian",
        asked=True,
        wanted=True,
    ),
    "sexual_orientation": Scheme(
        "Sexual orientation",
        (
            "Heterosexual",
            "Gay or lesbian",
            "Bisexual",
            "Other orientation",
            "Lesbian, gay, bisexual or trans",
        ),
        "Heterosexual",
        asked=True,
        wanted=True,
    ),
    "relationship": Scheme(
        "Relationship",
        (
            "Partner",
            "Former partner",
            "Parent",
            "Child",
            "Sibling",
            "Grandparent",
            "Grandchild",
            "Other family",
            "Other relationship",
        ),
        "Partner",
    ),
    "reports": Scheme("Number of reports"),
}

_TO_BROAD = {
    "White": "White",
    "Mixed": "Mixed",
    "Asian or Asian British": "Asian",
    "Black or Black British": "Black",
}
_SELF_DEFINED_TO_BROAD = {
    group: _TO_BROAD.get(group.split(" - ")[0], "Other")
    for group in SCHEMES["ethnicity_self_defined"].groups
} | {"Chinese or other ethnic group - Chinese": "Asian"}
_BROAD_TO_TWO = {
    group: "White" if group == "White" else "Black and minority ethnic"
    for group in SCHEMES["ethnicity_broad"].groups
}
_OFFICER_TO_BROAD = {
    "White North European": "White",
    "White South European": "White",
    "Black": "Black",
    "Asian": "Asian",
    "South East Asian": "Asian",
    "Arabic or North African": "Other",
}
LEFT_OUT = ""
"""Where people go who have no place in a scheme."""
_FOUR = {group: group for group in SCHEMES["ethnicity_four"].groups} | {"Mixed": LEFT_OUT}
_FOUR_WITH_MIXED = _FOUR | dict.fromkeys(("Mixed", "Black"), "Black or Mixed")
EXACT = {
    ("ethnicity_self_defined", "ethnicity_broad"): _SELF_DEFINED_TO_BROAD,
    ("ethnicity_self_defined", "ethnicity_two"): {
        group: _BROAD_TO_TWO[broad] for group, broad in _SELF_DEFINED_TO_BROAD.items()
    },
    ("ethnicity_broad", "ethnicity_two"): _BROAD_TO_TWO,
}
APPROXIMATE = {
    ("ethnicity_officer_defined", "ethnicity_broad"): _OFFICER_TO_BROAD,
    ("ethnicity_officer_defined", "ethnicity_two"): {
        group: _BROAD_TO_TWO[broad] for group, broad in _OFFICER_TO_BROAD.items()
    },
    ("ethnicity_broad", "ethnicity_four"): _FOUR,
    ("ethnicity_broad", "ethnicity_four_with_mixed"): _FOUR_WITH_MIXED,
    ("ethnicity_self_defined", "ethnicity_four"): {
        group: _FOUR[broad] for group, broad in _SELF_DEFINED_TO_BROAD.items()
    },
    ("ethnicity_self_defined", "ethnicity_four_with_mixed"): {
        group: _FOUR_WITH_MIXED[broad] for group, broad in _SELF_DEFINED_TO_BROAD.items()
    },
}


def telling(what: str) -> list[str]:
    """Which schemes tell this of people?

    >>> telling("ethnicity")[-1]
    'ethnicity_two'
    """
    return [name for name, entry in SCHEMES.items() if (entry.tells or name) == what]


def wanted() -> dict[str, list[str]]:
    """What does the board ask to be told of people, and which schemes tell it?

    >>> list(wanted())
    ['age', 'gender', 'disability', 'ethnicity', 'religion or belief', 'sexual orientation']
    """
    found: dict[str, list[str]] = {}
    for name, entry in SCHEMES.items():
        if entry.wanted:
            found.setdefault(entry.tells or entry.title.lower(), []).append(name)
    return found
