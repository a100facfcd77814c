"""What is counted: one entry for each unit of counting, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass

from dsvstats.errors import one_of

PEOPLE, RECORDS, CASES = "people", "records", "cases"


@dataclass(frozen=True)
class Unit:
    """One unit of counting: its words, what it counts, and of whom.

    ``counts``: "people", each once; "records", a person once for each record; "cases".
    ``roles`` of the people. ``who`` they are before what they are in ("people accused of"),
    ``dead`` where it killed them. ``plain``: the measures that need no words, since the unit
    says them. ``one_class``: each has one of the classes that add up. ``as_``: as what they are
    recorded ("victims of"); ``number``: how many there are, as a noun; ``brief``: what several
    are called where few words must do. ``among``: each is one of these too; ``records``: each has
    one or more of these; ``one_of``: each is one of these, and what happened to it to it;
    ``always``: what happened to all of them by what they are.
    """

    one: str
    many: str
    counts: str
    roles: tuple[str, ...] = ()
    who: str = ""
    dead: str = ""
    as_: str = ""
    brief: str = ""
    number: str = ""
    plain: tuple[str, ...] = ("recorded", "crime")
    one_class: bool = False
    among: str = ""
    records: tuple[str, ...] = ()
    one_of: str = ""
    always: str = ""


UNITS: dict[str, Unit] = {
    "calls": Unit("call", "calls", CASES),
    "incidents": Unit("incident", "incidents", CASES, plain=("recorded",), one_class=True),
    "offences": Unit(
        "offence", "offences", CASES, one_class=True, one_of="incidents", always="crime"
    ),
    "allegations": Unit("allegation", "allegations", CASES, one_class=True),
    "victims": Unit(
        *("victim", "victims", PEOPLE, ("victims",), "victims and survivors of", "victims of"),
        as_="as victims of",
        records=("victim_records",),
    ),
    "victim_records": Unit(
        *("victim record", "victim records", RECORDS, ("victims",), "victim records of"),
        as_="as victims of",
    ),
    "suspects": Unit(
        *("suspect", "suspects", PEOPLE, ("suspects",), "suspects in"),
        as_="as suspects in",
        records=("suspect_records", "offenders"),
    ),
    "suspect_records": Unit(
        *("suspect record", "suspect records", RECORDS, ("suspects",), "suspect records of"),
        as_="as suspects in",
    ),
    "accused": Unit(
        *("person accused", "people accused", PEOPLE, ("accused",), "people accused of"),
        one_class=True,
        as_="as accused of",
        number="number accused",
        among="suspects",
        records=("offenders",),
        always="crime",
    ),
    "offenders": Unit(
        "suspect or accused, once per record",
        "suspects and accused, once per record",
        RECORDS,
        ("suspects", "accused"),
        "suspects and accused (once per record) in",
        as_="as suspects or accused of",
        brief="suspect or accused records",
    ),
    "prosecutions": Unit(
        "prosecution", "prosecutions", CASES, plain=("recorded", "crime", "prosecuted")
    ),
    "referrals": Unit("referral", "referrals", CASES),
    "forms": Unit("form", "forms", CASES, plain=()),
    "posts": Unit("post", "posts", CASES),
    "full_time_equivalents": Unit("full-time equivalent", "full-time equivalents", CASES),
    "residents": Unit("resident", "residents", PEOPLE, plain=("recorded", "usual_residents")),
    "staff": Unit("member of staff", "staff", PEOPLE, plain=("recorded", "usual_residents")),
}
"""Each unit by its name."""


def known(name: str, *, where: str = "unit") -> str:
    """The same name, if it is a unit's; else an error that lists the near ones.

    >>> known("calls")
    'calls'
    """
    return one_of(UNITS, name, where=where, rule="a unit of counting")


def people() -> tuple[str, ...]:
    """Which units count people, each once?

    >>> people()
    ('victims', 'suspects', 'accused', 'residents', 'staff')
    """
    return _counting(PEOPLE)


def records() -> tuple[str, ...]:
    """Which units count a person once for each record?

    >>> records()
    ('victim_records', 'suspect_records', 'offenders')
    """
    return _counting(RECORDS)


def cases() -> tuple[str, ...]:
    """Which units count cases, and not people?

    >>> cases()
    ('calls', 'incidents', 'offences', 'allegations', 'prosecutions', 'referrals', 'forms', 'posts', 'full_time_equivalents')
    """
    return _counting(CASES)


def one_class() -> tuple[str, ...]:
    """Of which units has each thing one of the classes that add up?

    >>> one_class()
    ('incidents', 'offences', 'allegations', 'accused')
    """
    return tuple(name for name, entry in UNITS.items() if entry.one_class)


def _counting(kind: str) -> tuple[str, ...]:
    return tuple(name for name, entry in UNITS.items() if entry.counts == kind)


def in_role(role: str) -> tuple[str, ...]:
    """In which units are people of this role counted? Once each first, then once per record.

    >>> in_role("accused")
    ('accused', 'offenders')
    """
    held = [name for name, entry in UNITS.items() if role in entry.roles]
    return tuple(sorted(held, key=lambda name: UNITS[name].counts != PEOPLE))


def role(unit: str) -> str:
    """In which role are people counted in this unit? The narrowest that it may be of.

    >>> role("victim_records"), role("offenders")
    ('victims', 'accused')
    """
    return next((each for each in reversed(roles()) if each in UNITS[unit].roles), "")


def roles() -> tuple[str, ...]:
    """Which roles may people have?

    >>> roles()
    ('victims', 'suspects', 'accused')
    """
    return tuple(dict.fromkeys(role for entry in UNITS.values() for role in entry.roles))


def many(name: str) -> str:
    """What are several of these called?

    >>> many("accused")
    'people accused'
    """
    return UNITS[name].many if name in UNITS else name.replace("_", " ")


def number(name: str) -> str:
    """How many of these there are, as a noun.

    >>> number("accused"), number("suspects")
    ('number accused', 'number of suspects')
    """
    return UNITS[name].number or f"number of {brief(name)}"


def brief(name: str) -> str:
    """What are several of these called, where few words must do?

    >>> brief("offenders"), brief("victims")
    ('suspect or accused records', 'victims')
    """
    return (UNITS[name].brief if name in UNITS else "") or many(name)
