"""What is counted, in words: units, what happened to them, and what they are about."""

from __future__ import annotations

from dsvstats.reporting.wording.phrases import joined
from dsvstats.terms import measures, subjects, units
from dsvstats.terms.measures import MEASURES
from dsvstats.terms.units import UNITS


def subject(name: str) -> str:
    """What the counts are about, in words.

    >>> subject("honour_based_violence"), subject("rape & domestic_violence")
    ('honour-based violence', 'both rape and domestic violence')
    """
    words = [each.words for each in subjects.parts(name)]
    return words[0] if len(words) == 1 else f"both {joined(words)}"


def thing(unit: str, measure: str, about: str = "") -> str:
    """What is counted, in words: its unit, what happened, and what it is about.

    >>> thing("offences", "charge", "domestic_violence")
    'domestic violence offences with a charge'
    >>> thing("victims", "crime", "domestic_violence"), thing("victim_records", "crime")
    ('victims and survivors of domestic violence crimes', 'victim records of crimes')
    >>> thing("allegations", "no_crime", "serious_sexual_offences")
    'allegations of serious sexual offences recorded as no crime'
    """
    what = subject(about) if about else ""
    named = subjects.parts(about) if about else []
    if unit in UNITS and UNITS[unit].who:
        return _people(unit, measure, what, named)
    plain = UNITS[unit].plain if unit in UNITS else ("recorded", "crime")
    outcome = "" if measure in plain else f" {measures.words(measure)}"
    kind = units.many(unit)
    if unit in units.people():
        return kind + outcome
    acts = len(named) == 1 and named[0].acts
    if acts and unit == "offences":
        return what + outcome
    if acts or len(named) > 1:
        return f"{kind} of {what}{outcome}"
    return f"{what} {kind}".strip() + outcome


def _people(unit: str, measure: str, what: str, named: list[subjects.Subject]) -> str:
    """People, what they were in, and what happened to them."""
    entry, single = UNITS[unit], named[0] if len(named) == 1 else None
    who = entry.dead if single and single.killed and entry.dead else entry.who
    act = MEASURES[measure].act if measure in MEASURES else ""
    outcome = "" if act else measures.words(measure)
    if len(named) > 1 or (single and (single.acts or single.killed)):
        return f"{who} {what} {outcome}".strip()
    in_what = "crimes" if "crime" in measures.inside(measure) else "incidents"
    return " ".join(filter(None, (who, what, act or ("" if what else in_what), outcome)))


def outcome(measure: str) -> str:
    """What happened to the things counted, as a verb.

    >>> outcome("charge"), outcome("crime"), outcome("solved")
    ('had a charge', 'were recorded as crimes', 'were in solved cases')
    """
    return measures.verb(measure)


def follows(unit: str, measure: str, name: str) -> bool:
    """Does what is counted come of the base of this name, though in a unit of its own?

    >>> follows("prosecutions", "prosecuted", "offences:charge")
    True
    """
    other, _, before = name.partition(":")
    return other != unit and before in measures.inside(measure)


def base(name: str, about: str = "") -> str:
    """What a denominator is, in the words that a page uses.

    >>> base("victims:crime"), base("offences:charge")
    ('victims and survivors of crimes', 'offences with a charge')
    >>> base("victims:charge")
    'victims and survivors of crimes with a charge'
    >>> base("incidents:recorded", "domestic_violence"), base("residents:usual_residents", "rape")
    ('domestic violence incidents', 'person-years of residents')
    """
    unit, _, measure = name.partition(":")
    if unit == "residents":
        return "person-years of residents"
    return thing(unit, measure, about) if unit else ""
