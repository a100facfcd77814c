"""What happened to the things counted: one entry for each measure, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass

from dsvstats.errors import one_of


@dataclass(frozen=True)
class Asked:
    """What the board asked every area for: commissioning brief, section C1, and arrests.

    ``words`` stand on the checklist (else the measure's own), in the place ``order``; ``unit``
    is the one asked for, "" any that counts cases; ``strand`` "reports" is people by number of
    reports.
    """

    words: str = ""
    unit: str = ""
    strand: str = "all"
    order: int = 99


@dataclass(frozen=True)
class Measure:
    """One measure: what it is a part of, its words, what it tells, and who asks for it.

    ``inside``: what it is directly a part of when both count one unit; ``units``: those that it
    is counted in, where it is not any. ``words`` stand after a noun ("with a charge"), ``verb``
    after it as what happened ("had a charge"), ``one`` and ``many`` alone ("charge"); each left
    out is made from the others, or from the name. ``act`` is what people of it are in
    ("crimes"); ``plain`` what one of it is called where few would know its name. ``class_of``: what it adds up to with its likes, of what has one of them each;
    ``stays``: shown even where they are withheld, since another unit tells it too.
    ``conflict_in``: the strand of which two records of a person say different things, so that it
    is counted of everyone and of no group. ``asked``: what the board asked for. ``apart``: those
    of one name leave each other out, without making up a whole; ``rest``: what all others of
    the same whole are. ``anew``: somebody may have it in the whole place and in no part of it.
    ``of_list``: it is of those who are in the list by number of reports of that measure twice or
    more. ``by_flag``: it is of the subject's own flag, and of no subject that holds it.
    """

    inside: tuple[str, ...] = ()
    words: str = ""
    verb: str = ""
    one: str = ""
    many: str = ""
    act: str = ""
    plain: str = ""
    units: tuple[str, ...] = ()
    class_of: str = ""
    stays: bool = False
    conflict_in: str = ""
    asked: tuple[Asked, ...] = ()
    apart: str = ""
    rest: str = ""
    anew: bool = False
    of_list: str = ""
    by_flag: bool = False


DECIDED_IN = (4, 8, 26)
"""Weeks from an arrest to the decision whether to charge that are asked for."""
_NEITHER = "no_crime_or_crime_related_incident"
_CONFLICTS = {
    "age": "age",
    "gender": "gender",
    "disability": "disability",
    "ethnicity_self_defined": "self-defined ethnicity",
    "ethnicity_officer_defined": "officer-defined ethnicity",
    "religion": "religion",
    "sexual_orientation": "sexual orientation",
    "relationship": "relationship",
}

MEASURES: dict[str, Measure] = {
    "recorded": Measure(
        words="recorded",
        act="incidents",
        asked=(Asked("incidents", "incidents", order=1),),
    ),
    "usual_residents": Measure(words="usually resident", units=("residents",)),
    "crime": Measure(
        ("recorded",),
        "recorded as crimes",
        one="crime",
        act="crimes",
        class_of="recorded",
        stays=True,
        asked=(
            Asked("offences", "offences", order=2),
            Asked("victims by number of reports", "victims", "reports", order=9),
        ),
    ),
    "no_crime": Measure((_NEITHER,), "recorded as no crime", class_of=_NEITHER),
    "crime_related_incident": Measure(
        (_NEITHER,), "recorded as crime-related incidents", class_of=_NEITHER
    ),
    _NEITHER: Measure(
        ("recorded",),
        "recorded as no crime or crime-related incident",
        many="no crimes and crime-related incidents",
        class_of="recorded",
        asked=(Asked(order=11),),
    ),
    "specified_investigation": Measure(
        ("recorded",), "recorded as specified investigations", class_of="recorded"
    ),
    "arrest_recorded": Measure(
        ("recorded",), "with an arrest, crimes or not", one="arrest, in crimes or not"
    ),
    "arrest_no_crime": Measure(
        ("arrest_recorded",),
        "with an arrest in what was no crime",
        one="arrest in what was no crime",
        many="arrests in what was no crime",
    ),
    "suspect_identified": Measure(
        ("crime",),
        "with a suspect identified",
        one="suspect identified",
        many="suspects identified",
    ),
    "arrest_or_detection": Measure(
        ("suspect_identified",),
        "with an arrest, or with a charge or caution without one",
        one="arrest, or a charge or caution without one",
        many="arrests, or charges and cautions without one",
    ),
    "arrest": Measure(
        ("arrest_or_detection", "arrest_recorded"), "with an arrest", asked=(Asked(order=3),)
    ),
    "dual_arrest": Measure(("arrest",), "with a dual arrest"),
    **{
        f"decided_in_{weeks}_weeks": Measure(
            (f"decided_in_{longer}_weeks" if longer else "arrest_followed",),
            f"with a decision within {weeks} weeks",
            one=f"decision within {weeks} weeks of the arrest",
            many=f"decisions within {weeks} weeks of the arrest",
        )
        for weeks, longer in zip(DECIDED_IN, (*DECIDED_IN[1:], 0), strict=True)
    },
    "arrest_followed": Measure(
        ("arrest",),
        f"arrested {DECIDED_IN[-1]} weeks or more before the end",
        one="arrest that was followed",
        many="arrests that were followed",
    ),
    "sanction_detection": Measure(
        ("arrest_or_detection",),
        "with a sanction detection",
        plain="charge, caution or similar",
        asked=(Asked(unit="offences", order=4),),
    ),
    "caution": Measure(
        ("sanction_detection",),
        "with a caution",
        class_of="sanction_detection",
        asked=(Asked("sanction detections that are cautions", "offences", order=5),),
    ),
    "charge": Measure(
        ("sanction_detection",),
        "with a charge",
        class_of="sanction_detection",
        asked=(Asked(unit="offences", order=6),),
    ),
    "no_further_action": Measure(("crime",), "with no further action"),
    "dropped": Measure(
        ("no_further_action",),
        "with no further action, the victim not having withdrawn",
        one="case dropped",
        many="cases dropped",
    ),
    "prosecuted": Measure(("charge",), "prosecuted", one="prosecution", asked=(Asked(order=7),)),
    "convicted": Measure(("prosecuted",), "with a conviction", one="conviction"),
    "withdrawn": Measure(
        ("crime",),
        "withdrawn",
        one="case withdrawn",
        many="cases withdrawn",
        asked=(Asked(order=13),),
    ),
    "withdrawn_undetected": Measure(
        ("withdrawn",),
        "withdrawn, with no charge or caution",
        one="case withdrawn without a charge or caution",
        many="cases withdrawn without a charge or caution",
    ),
    "withdrawn_detected": Measure(
        ("withdrawn", "sanction_detection"),
        "withdrawn, and with a charge or caution all the same",
        one="case withdrawn with a charge or caution",
        many="cases withdrawn with a charge or caution",
    ),
    "acquitted": Measure(("prosecuted",), "with an acquittal", one="acquittal"),
    "discontinued": Measure(
        ("prosecuted",), "discontinued", one="case discontinued", many="cases discontinued"
    ),
    "unsupported_prosecution": Measure(
        ("prosecuted",),
        "prosecuted without the victim's support",
        asked=(Asked(unit="offences", order=10),),
    ),
    "haven_referral": Measure(
        ("crime", "haven_referral_recorded"),
        "with a Haven referral",
        one="referral to the Havens",
        many="referrals to the Havens",
        asked=(Asked(order=12),),
    ),
    "victim_does_not_support": Measure(
        ("crime",),
        "closed since the victim did not support action",
        verb="were closed since the victim did not support action",
        one="case that the victim did not support",
    ),
    "evidential_difficulties": Measure(
        ("crime",),
        "closed for want of evidence, the victim supporting action",
        verb="were closed for want of evidence, though the victim supported action",
        one="case without enough evidence",
    ),
    "no_suspect": Measure(
        ("crime",), "closed without a suspect identified", one="case without a suspect"
    ),
    "prosecution_prevented": Measure(
        ("crime",), "closed since prosecution was prevented or not in the public interest"
    ),
    "other_outcome": Measure(("crime",), "with another outcome"),
    "not_yet_assigned": Measure(
        ("crime",), "without an outcome yet", one="case without an outcome"
    ),
    "risk_form": Measure(("recorded",), "with a risk form (124D or DASH)"),
    "repeat_crime": Measure(
        ("crime",),
        "that are repeat crimes",
        asked=(Asked("crimes representing repeat victimisation", "offences", order=8),),
    ),
    "repeat_within": Measure(
        ("repeat_anywhere",), "reported again within the area", anew=True, of_list="recorded"
    ),
    "repeat_anywhere": Measure(("recorded",), "reported again anywhere"),
    "repeat_crime_within": Measure(
        ("repeat_within", "repeat_crime_anywhere"),
        "in two or more crimes within the area",
        anew=True,
        of_list="crime",
    ),
    "repeat_crime_anywhere": Measure(
        ("crime", "repeat_anywhere"), "in two or more crimes anywhere"
    ),
    "converted": Measure(("recorded",), "made into reports", units=("calls",)),
    "cross_allegation": Measure(("recorded",), "with allegations both ways"),
    "haven_referral_recorded": Measure(("recorded",), "with a Haven referral"),
    "risk_standard": Measure(("recorded",), "assessed as standard risk", apart="risk"),
    "risk_medium": Measure(("recorded",), "assessed as medium risk", apart="risk"),
    "risk_high": Measure(("recorded",), "assessed as high risk", apart="risk"),
    "flag_eligible": Measure(words="whose facts call for the flag", units=("incidents",)),
    "flag_missing": Measure(
        ("flag_eligible",),
        "without the flag that their facts call for",
        units=("incidents",),
        by_flag=True,
    ),
    "flag_unexplained": Measure(
        ("recorded",),
        "flagged though their facts say otherwise",
        units=("incidents",),
        by_flag=True,
    ),
    **{
        f"conflicting_{strand}": Measure(
            ("recorded",), f"with conflicting {words}", conflict_in=strand, anew=True
        )
        for strand, words in _CONFLICTS.items()
    },
    "repeat_referral": Measure(("recorded",), "that are repeat referrals", units=("referrals",)),
    "distributed": Measure(words="given to victims", units=("forms",)),
    "in_time": Measure(("recorded",), "in time"),
    "vacant": Measure(("recorded",), "that are vacant", units=("posts", "full_time_equivalents")),
    "trained": Measure(("recorded",), "who are trained", units=("staff",)),
    "solved": Measure(("recorded",), "in solved cases", rest="unsolved"),
    "unsolved": Measure(("recorded",), "in unsolved cases", rest="solved"),
}
"""Each measure by its name; a new one is an entry here and, for records, what counts it."""


def known(name: str, *, where: str = "measure") -> str:
    """The same name, if it is a measure's; else an error that lists the near ones.

    >>> known("charge")
    'charge'
    """
    return one_of(MEASURES, name, where=where, rule="a measure")


def inside(name: str) -> frozenset[str]:
    """Which measures is this one a part of, when both count one unit? Directly or through others.

    >>> sorted(inside("no_crime"))
    ['no_crime_or_crime_related_incident', 'recorded']
    """
    direct = MEASURES[name].inside if name in MEASURES else ()
    return frozenset(direct).union(*map(inside, direct))


def classes() -> list[tuple[str, tuple[str, ...]]]:
    """Which measures add up to another, of what has one of them each?

    Where one of them has classes of its own, once more with those in its place.

    >>> dict(classes())["sanction_detection"]
    ('caution', 'charge')
    """
    parts: dict[str, tuple[str, ...]] = {}
    for name, entry in MEASURES.items():
        if entry.class_of:
            parts[entry.class_of] = (*parts.get(entry.class_of, ()), name)
    found = []
    for whole in (name for name in MEASURES if name in parts):
        found.append((whole, parts[whole]))
        for each in (part for part in parts[whole] if part in parts):
            finer = (*(part for part in parts[whole] if part != each), *parts[each])
            found.append((whole, finer))
    return found


def apart() -> list[tuple[str, ...]]:
    """Which measures leave each other out, though they need not make up their whole?

    >>> apart()
    [('risk_standard', 'risk_medium', 'risk_high')]
    """
    held: dict[str, tuple[str, ...]] = {}
    for name, entry in MEASURES.items():
        if entry.apart:
            held[entry.apart] = (*held.get(entry.apart, ()), name)
    return list(held.values())


def halves() -> list[tuple[str, tuple[str, str]]]:
    """Which two measures make up what both are directly inside?

    >>> halves()
    [('recorded', ('solved', 'unsolved'))]
    """
    return [
        (whole, (name, entry.rest))
        for name, entry in MEASURES.items()
        for whole in entry.inside
        if entry.rest > name
    ]


def words(name: str) -> str:
    """What happened to the things counted, after their noun?

    >>> words("sanction_detection"), words("solved")
    ('with a sanction detection', 'in solved cases')
    """
    return (MEASURES[name].words if name in MEASURES else "") or name.replace("_", " ")


def verb(name: str) -> str:
    """What happened to the things counted, as a verb?

    >>> verb("sanction_detection"), verb("crime"), verb("solved")
    ('had a sanction detection', 'were recorded as crimes', 'were in solved cases')
    """
    if name in MEASURES and MEASURES[name].verb:
        return MEASURES[name].verb
    after = words(name)
    had = after.startswith("with ")
    return (
        f"had {after.removeprefix('with ')}" if had else f"were {after.removeprefix('that are ')}"
    )


def one(name: str) -> str:
    """What is one of these called alone?

    >>> one("arrest"), one("prosecuted")
    ('arrest', 'prosecution')
    """
    return (MEASURES[name].one if name in MEASURES else "") or name.replace("_", " ")


def many(name: str) -> str:
    """What are several of these called alone?

    >>> many("sanction_detection"), many("withdrawn")
    ('sanction detections', 'cases withdrawn')
    """
    return (MEASURES[name].many if name in MEASURES else "") or f"{one(name)}s"


def plainly(name: str) -> str:
    """What is one of these called, where few would know its name?

    >>> plainly("sanction_detection"), plainly("arrest")
    ('charge, caution or similar', 'arrest')
    """
    return (MEASURES[name].plain if name in MEASURES else "") or one(name)
