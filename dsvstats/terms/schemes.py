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
    of them are left out. ``people``: what those of each group are called, ``{}`` standing for
    "people", "residents", …; ``brief``: what it tells, in one word. ``merged``: groups that stand
    for several of the others, of which nobody told them apart.
    """

    title: str
    groups: tuple[str, ...] = ()
    reference: str | None = None
    reference_holds: int | None = None
    asked: bool = False
    tells: str = ""
    wanted: bool = False
    lacks: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()
    people: tuple[tuple[str, str], ...] = ()
    brief: str = ""


SCHEMES: dict[str, Scheme] = {
    "all": Scheme("Everyone", (ALL,), ALL),
    "age": Scheme("Age", reference_holds=30, wanted=True),
    "gender": Scheme(
        "Gender",
        ("Female", "Male"),
        "Male",
        wanted=True,
        people=(("Female", "women"), ("Male", "men")),
    ),
    "disability": Scheme(
        "Disability",
        ("Disabled", "Not disabled"),
        "Not disabled",
        asked=True,
        wanted=True,
        people=(("Disabled", "disabled {}"), ("Not disabled", "{} without a disability")),
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
        people=(
            ("White - British", "White British {}"),
            ("White - Irish", "White Irish {}"),
            ("White - Any other White background", "{} of another White background"),
            ("Mixed - White and Black Caribbean", "{} of White and Black Caribbean ethnicity"),
            ("Mixed - White and Black African", "{} of White and Black African ethnicity"),
            ("Mixed - White and Asian", "{} of White and Asian ethnicity"),
            ("Mixed - Any other Mixed background", "{} of another Mixed background"),
            ("Asian or Asian British - Indian", "Indian {}"),
            ("Asian or Asian British - Pakistani", "Pakistani {}"),
            ("Asian or Asian British - Bangladeshi", "Bangladeshi {}"),
            (
                "Asian or Asian British - Any other Asian background",
                "{} of another Asian background",
            ),
            ("Black or Black British - Caribbean", "Black Caribbean {}"),
            ("Black or Black British - African", "Black African {}"),
            (
                "Black or Black British - Any other Black background",
                "{} of another Black background",
            ),
            ("Chinese or other ethnic group - Chinese", "Chinese {}"),
            (
                "Chinese or other ethnic group - Any other ethnic group",
                "{} of another ethnic group",
            ),
        ),
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
        people=(
            ("White North European", "{} seen as “White North European”"),
            ("White South European", "{} seen as “White South European”"),
            ("Black", "{} seen as “Black”"),
            ("Asian", "{} seen as “Asian”"),
            ("South East Asian", "{} seen as “South East Asian”"),
            ("Arabic or North African", "{} seen as “Arabic or North African”"),
        ),
        brief="ethnicity as officers saw it",
    ),
    "ethnicity_broad": Scheme(
        "Ethnicity, broad groups",
        ("White", "Mixed", "Asian", "Black", "Other"),
        "White",
        tells="ethnicity",
        wanted=True,
        people=(
            ("White", "White {}"),
            ("Mixed", "{} of Mixed ethnicity"),
            ("Asian", "Asian {}"),
            ("Black", "Black {}"),
            ("Other", "{} of other ethnic groups"),
        ),
    ),
    "ethnicity_four": Scheme(
        "Ethnicity, as the police recorded it in four groups",
        ("White", "Asian", "Black", "Other"),
        "White",
        tells="ethnicity",
        lacks=("Mixed",),
        people=(
            ("White", "White {}"),
            ("Asian", "Asian {}"),
            ("Black", "Black {}"),
            ("Other", "{} of other ethnic groups"),
        ),
    ),
    "ethnicity_four_with_mixed": Scheme(
        "Ethnicity, as the police recorded it, Mixed residents as Black",
        ("White", "Asian", "Black or Mixed", "Other"),
        "White",
        tells="ethnicity",
        people=(
            ("White", "White {}"),
            ("Asian", "Asian {}"),
            ("Black or Mixed", "{} of Black or Mixed ethnicity"),
            ("Other", "{} of other ethnic groups"),
        ),
    ),
    "ethnicity_two": Scheme(
        "Ethnicity, two groups",
        ("White", "Black and minority ethnic"),
        "White",
        tells="ethnicity",
        wanted=True,
        people=(
            ("White", "White {}"),
            ("Black and minority ethnic", "Black and minority ethnic {}"),
        ),
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
        people=(
            ("Christian", "Christian {}"),
            ("Buddhist", "Buddhist {}"),
            ("Hindu", "Hindu {}"),
            ("Jewish", "Jewish {}"),
            ("Muslim", "Muslim {}"),
            ("Sikh", "Sikh {}"),
            ("Other religion", "{} of another religion"),
            ("No religion", "{} of no religion"),
        ),
        brief="religion",
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
        merged=("Lesbian, gay, bisexual or trans",),
        people=(
            ("Heterosexual", "heterosexual {}"),
            ("Gay or lesbian", "gay or lesbian {}"),
            ("Bisexual", "bisexual {}"),
            ("Other orientation", "{} of another orientation"),
            ("Lesbian, gay, bisexual or trans", "lesbian, gay, bisexual or trans {}"),
        ),
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


def told_of(strand: str) -> str:
    """What does this strand tell of people, as the board asks for it?

    >>> told_of("ethnicity_two"), told_of("religion")
    ('ethnicity', 'religion or belief')
    """
    entry = SCHEMES.get(strand)
    return strand if entry is None else entry.tells or entry.title.lower()


def briefly(name: str) -> str:
    """What does this scheme tell, or is told of people, in as few words as there are?

    >>> briefly("religion or belief"), briefly("age"), briefly("ethnicity_two")
    ('religion', 'age', 'ethnicity')
    """
    if name in SCHEMES:
        return SCHEMES[name].brief or told_of(name)
    return next((e.brief for e in SCHEMES.values() if e.brief and e.title.lower() == name), name)


def named(strand: str) -> bool:
    """Have the people of this strand's groups names of their own, such as women and men?

    >>> named("gender"), named("ethnicity_two"), named("age")
    (True, False, False)
    """
    people = SCHEMES[strand].people if strand in SCHEMES else ()
    return bool(people) and not any("{}" in words for _, words in people)


def wanted() -> dict[str, list[str]]:
    """What does the board ask to be told of people, and which schemes tell it?

    >>> list(wanted())
    ['age', 'gender', 'disability', 'ethnicity', 'religion or belief', 'sexual orientation']
    """
    found: dict[str, list[str]] = {}
    for name, entry in SCHEMES.items():
        if entry.wanted:
            found.setdefault(told_of(name), []).append(name)
    return found
