"""The words and figures that sentences, figures and tables share: numbers, periods, things."""

from __future__ import annotations

import math
import re
from functools import cache

import pandas as pd

from dsvstats import strands
from dsvstats.vocabulary import INSIDE, PER_RECORD, UNITS, base_words

WITHHELD = "withheld"
NOT_SUPPLIED = "not supplied"
NO_LIMIT = "no upper limit"
_FINEST = 6
_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_MEASURES = {
    "no_crime": "recorded as no crime",
    "crime_related_incident": "recorded as crime-related incidents",
    "no_crime_or_crime_related_incident": "recorded as no crime or crime-related incident",
    "specified_investigation": "recorded as specified investigations",
    "arrest": "with an arrest",
    "dual_arrest": "with a dual arrest",
    "sanction_detection": "with a sanction detection",
    "caution": "with a caution",
    "charge": "with a charge",
    "no_further_action": "with no further action",
    "prosecuted": "prosecuted",
    "convicted": "with a conviction",
    "withdrawn": "withdrawn",
    "unsupported_prosecution": "prosecuted without the victim's support",
    "haven_referral": "with a Haven referral",
    "risk_form": "with a risk form",
    "repeat_crime": "that are repeat crimes",
    "repeat_within": "reported again within the area",
    "repeat_anywhere": "reported again anywhere",
    "solved": "in solved cases",
    "unsolved": "in unsolved cases",
}
_SUBJECTS = {
    "dv_homicide": "domestic homicide",
    "honour_based_violence": "honour-based violence",
    "lgbt": "LGBT",
}
_METHODS = {
    "agresti_caffo": "Agresti-Caffo",
    "agresti_coull": "Agresti-Coull",
    "byar": "Byar",
    "byar_exact": "Byar, exact below 10",
    "clopper_pearson": "Clopper-Pearson",
    "dobson": "Dobson",
    "fay_feuer": "Fay-Feuer",
    "goodman": "Goodman",
    "jeffreys": "Jeffreys",
    "mid_p": "mid-P",
    "miettinen_nurminen": "Miettinen-Nurminen",
    "newcombe": "Newcombe",
    "sison_glaz": "Sison-Glaz",
    "wilson": "Wilson",
    "wilson_cc": "Wilson, continuity corrected",
}
_ACTS = {"recorded": "incidents", "crime": "crimes"}


def number(value: float) -> str:
    """A count, or a number of any size, in figures.

    >>> number(50986), number(12.5), number(float("nan"))
    ('50,986', '12.5', 'not supplied')
    """
    if _missing(value):
        return NOT_SUPPLIED
    if math.isinf(value):
        return NO_LIMIT if value > 0 else "no lower limit"
    return rounded(value, digits=0 if float(value).is_integer() else digits_for(value))


def whole(value: float) -> str:
    """A number in figures, to the nearest whole one where it is 100 or more.

    >>> whole(32400.7), whole(15.04)
    ('32,401', '15.0')
    """
    if _missing(value) or math.isinf(value) or abs(value) < 100:
        return number(value)
    return number(round(value))


def digits_for(value: float) -> int:
    """How many decimal places does a number of this size need? Three figures, two places at most.

    >>> digits_for(3.14), digits_for(31.4), digits_for(314)
    (2, 1, 0)
    """
    size = abs(value)
    return 2 if size < 9.995 else 1 if size < 99.95 else 0


def rounded(value: float, *, digits: int, never: tuple[float, ...] = (0,)) -> str:
    """The number to so many places, or to more where it would seem to be one that it is not.

    >>> rounded(1.002, digits=2, never=(0, 1)), rounded(0.0004, digits=2), rounded(0.0, digits=2)
    ('1.002', '0.0004', '0.00')
    """
    if math.isinf(value):
        return NO_LIMIT if value > 0 else "no lower limit"
    value = float(value)
    if round(value, _FINEST) not in never:
        while round(value, digits) in never:
            digits += 1
    return minus(f"{value:,.{digits}f}")


def minus(text: str) -> str:
    """A negative number with a minus sign, not a hyphen.

    >>> minus("-3") == chr(0x2212) + "3"
    True
    """
    return "\N{MINUS SIGN}" + text[1:] if text.startswith("-") else text


def word(value: int) -> str:
    """A small number in words.

    >>> word(3), word(12)
    ('three', '12')
    """
    return _WORDS[value] if 0 <= value < len(_WORDS) else f"{value:,}"


def counted(value: int, noun: str, plural: str = "") -> str:
    """A number of things, the noun in step.

    >>> counted(1, "group"), counted(12, "category", "categories")
    ('one group', '12 categories')
    """
    return f"{word(value)} {noun if value == 1 else plural or noun + 's'}"


def percent(value: float, *, digits: int = 0) -> str:
    """A proportion as a percentage, never rounded to 0% or 100% if it is not.

    >>> percent(0.4583), percent(0.4583, digits=1), percent(0.0003), percent(0.9997)
    ('46%', '45.8%', '0.03%', '99.97%')
    """
    if _missing(value) or math.isinf(value):
        return number(value)
    share = 100 * float(value)
    return f"{rounded(share, digits=0 if share in (0, 100) else digits, never=(0, 100))}%"


def joined(items, *, last: str = "and") -> str:
    """Things in a row, as a sentence lists them.

    >>> joined(["a", "b", "c"]), joined(["a"]), joined([])
    ('a, b and c', 'a', '')
    """
    *first, end = [str(each) for each in items] or [""]
    return f"{', '.join(first)} {last} {end}" if first else end


def upper_first(text: str) -> str:
    """The text with a capital first letter and the rest as it is.

    >>> upper_first("men in Lambeth")
    'Men in Lambeth'
    """
    return text[:1].upper() + text[1:]


def lower_first(text: str) -> str:
    """The text with a small first letter, unless it starts with a name or an abbreviation.

    >>> lower_first("Age by gender"), lower_first("LGBT")
    ('age by gender', 'LGBT')
    """
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def date(day) -> str:
    """A day in words.

    >>> date("2008-03-31")
    '31 March 2008'
    """
    day = pd.Timestamp(day)
    return f"{day.day} {day:%B %Y}"


def period(start, end) -> str:
    """A period in words, both days included.

    >>> period("2007-04-01", "2008-03-31"), period("2011-03-27", "2011-03-27")
    ('the 12 months to 31 March 2008', '27 March 2011')
    >>> period("2008-05-31", "2009-06-01"), period("2003-01-01", "2023-12-31")
    ('31 May 2008 to 1 June 2009', 'the 21 years to 31 December 2023')
    """
    start, end = pd.Timestamp(start), pd.Timestamp(end)
    if pd.isna(start) or pd.isna(end):
        return "a period that was not stated"
    after = end + pd.Timedelta(days=1)
    months = 12 * (after.year - start.year) + after.month - start.month
    if start == end:
        return date(end)
    if after.day != start.day or months < 1:
        return f"{date(start)} to {date(end)}"
    if months == 1 and start.day == 1:
        return f"{end:%B %Y}"
    years, rest = divmod(months, 12)
    length = f"{years} years" if years > 1 and not rest else f"{months} months"
    return f"the {length if months > 1 else 'month'} to {date(end)}"


def during(start, end) -> str:
    """A period in words, with its preposition.

    >>> during("2007-04-01", "2008-03-31"), during("2008-05-31", "2009-06-01")
    ('in the 12 months to 31 March 2008', 'from 31 May 2008 to 1 June 2009')
    """
    words = period(start, end)
    if pd.Timestamp(start) == pd.Timestamp(end):
        return f"on {words}"
    return f"from {words}" if words[0].isdigit() else f"in {words}"


def place(area: str) -> str:
    """An area as a sentence names it.

    >>> place("MPS"), place("Wandsworth")
    ('London', 'Wandsworth')
    """
    return {"MPS": "London", "Met": "London"}.get(area, area)


def subject(name: str) -> str:
    """What the counts are about, in words.

    >>> subject("honour_based_violence"), subject("rape & domestic_violence")
    ('honour-based violence', 'both rape and domestic violence')
    """
    parts = [_SUBJECTS.get(part, part.replace("_", " ")) for part in name.split(" & ")]
    return parts[0] if len(parts) == 1 else f"both {joined(parts)}"


def thing(unit: str, measure: str, about: str = "") -> str:
    """What is counted, in words: its unit, what happened, and what it is about.

    >>> thing("offences", "sanction_detection", "domestic_violence")
    'domestic violence offences with a sanction detection'
    >>> thing("victims", "crime", "domestic_violence"), thing("victim_records", "crime")
    ('victims and survivors of domestic violence crimes', 'victim records of crimes')
    >>> thing("allegations", "no_crime", "serious_sexual_offences")
    'allegations of serious sexual offences recorded as no crime'
    """
    what = subject(about) if about and about != "all" else ""
    outcome = "" if measure in _ACTS else " " + _MEASURES.get(measure, measure.replace("_", " "))
    if unit in ("victims", "suspects", "accused", *PER_RECORD):
        who = _people(unit, what)
        whole = what.startswith("both ") or what.endswith(("homicide", "offences"))
        act = what if whole else _act(measure, what)
        return f"{who} {act}{outcome}".strip()
    if unit in ("residents", "staff"):
        return UNITS[unit] + ("" if measure in ("recorded", "usual_residents") else outcome)
    if unit == "prosecutions" and measure == "prosecuted":
        outcome = ""
    kind = UNITS.get(unit, unit.replace("_", " "))
    if unit == "incidents" and measure == "crime":
        outcome = " recorded as crimes"
    if what.endswith("offences") and unit == "offences" and not what.startswith("both "):
        return what + outcome
    if what.startswith("both ") or what.endswith("offences"):
        return f"{kind} of {what}{outcome}"
    return f"{what} {kind}".strip() + outcome


def outcome(measure: str) -> str:
    """What happened to the things counted, as a verb.

    >>> outcome("sanction_detection"), outcome("crime"), outcome("solved")
    ('had a sanction detection', 'were recorded as crimes', 'were in solved cases')
    """
    words = _MEASURES.get(measure, measure.replace("_", " "))
    if measure in _ACTS:
        return "were recorded" + (" as crimes" if measure == "crime" else "")
    if words.startswith("with "):
        return "had " + words.removeprefix("with ")
    return "were " + words.removeprefix("that are ")


def member(strand: str, group: str) -> str:
    """A group as a sentence says that people are in it.

    >>> member("age", "18-29"), member("age", "60+"), member("reports", "2+")
    ('aged 18 to 29', 'aged 60 or over', 'in two or more reports')
    >>> member("gender", "Not recorded"), member("ethnicity_broad", "Black")
    ('not recorded', 'Black')
    """
    if strand != "all" and strands.CROSSED in strand:
        pairs = zip(strands.parts(strand), group.split(strands.CROSSED), strict=False)
        return joined(member(*each) for each in pairs)
    if not strands.recorded(group):
        return lower_first(group)
    if strand not in ("age", "reports") or not re.match(r"\d", group):
        return group
    number, more = group.removesuffix("+"), group.endswith("+")
    if strand == "age":
        return f"aged {number.replace('-', ' to ')}{' or over' if more else ''}"
    many = f"{word(int(number))} {'or more ' if more else ''}"
    return f"in {many}report{'' if group == '1' else 's'}"


def people(strand: str, group: str) -> str:
    """A group as a sentence names the people in it.

    >>> people("age", "18-29"), people("ethnicity_broad", "Black"), people("all", "All")
    ('people aged 18 to 29', 'people recorded as Black', 'everyone')
    """
    if strand == "all":
        return "everyone"
    words = member(strand, group)
    plain = words.startswith(("aged ", "in ", "not recorded"))
    return f"people {words}" if plain else f"people recorded as {words}"


def _people(unit: str, what: str) -> str:
    if unit == "victims" and what.endswith("homicide"):
        return "victims of"
    return {
        "victims": "victims and survivors of",
        "suspects": "suspects in",
        "accused": "people accused of",
        "victim_records": "victim records of",
        "suspect_records": "suspect records of",
        "offenders": "suspects and accused (once per record) in",
    }[unit]


def _act(measure: str, what: str) -> str:
    act = _ACTS.get(measure, "" if what else "incidents")
    return f"{what} {act}".strip()


def base(words: str, about: str = "") -> str:
    """What a denominator is, in the words that a page uses.

    >>> base("victims of crimes"), base("offences with sanction detection")
    ('victims and survivors of crimes', 'offences with a sanction detection')
    >>> base("incidents recorded", "domestic_violence"), base("person-years of residents", "rape")
    ('domestic violence incidents', 'person-years of residents')
    """
    return thing(*_bases()[words], about) if words in _bases() else words


@cache
def _bases() -> dict[str, tuple[str, str]]:
    """Which unit and measure does each of the vocabulary's words for a base mean?"""
    pairs = [(unit, measure) for measure in INSIDE for unit in UNITS]
    return {base_words(*each): each for each in pairs}


def strand(name: str) -> str:
    """What is this strand called in a sentence?

    >>> strand("ethnicity_self_defined"), strand("age")
    ('ethnicity (self-defined, 16+1)', 'age')
    """
    first, *rest = strands.title(name).split(", ", 1)
    detail = rest[0].replace(" (", ", ").replace(")", "") if rest else ""
    return lower_first(first) + (f" ({detail})" if detail else "")


def rule(name: str) -> str:
    """A rule of reconciliation, as a page names it.

    >>> rule("shares_against_100")
    'Shares against 100'
    """
    return upper_first(str(name).replace("_", " "))


def definition(name: str) -> str:
    """A variant of a count, in words.

    >>> definition("rape_included")
    'rape included'
    """
    return {"spi8a": "SPI 8a", "as_printed": ""}.get(name, name.replace("_", " "))


def method(name: str) -> str:
    """A method of limits, with its authors' capitals.

    >>> method("byar_exact"), method("wilson, dispersion 1.89")
    ('Byar, exact below 10', 'Wilson, dispersion 1.89')
    """
    first, comma, rest = name.partition(",")
    return _METHODS.get(first, first.replace("_", " ")) + comma + rest


def fragments(notes) -> list[str]:
    """The different remarks in these notes, each once, in order.

    >>> fragments(["too small; residents of 2011", "residents of 2011", ""])
    ['too small', 'residents of 2011']
    """
    parts = [part.strip() for note in notes for part in re.split(r";\s+", str(note))]
    return list(dict.fromkeys(part for part in parts if part))


def closed(text: str) -> str:
    """The text as a sentence: a capital first, a full stop last.

    >>> closed("residents of 2011")
    'Residents of 2011.'
    """
    text = text.strip()
    return upper_first(text) + ("" if text.endswith((".", "!", "?", ":")) else ".") if text else ""


def _missing(value) -> bool:
    return value is None or value is pd.NA or math.isnan(value)
