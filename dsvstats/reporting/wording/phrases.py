"""The words and figures that sentences, figures and tables share: numbers, periods, things."""

from __future__ import annotations

import re

import pandas as pd

from dsvstats import strands
from dsvstats.reporting.wording import numerals

WITHHELD = "withheld"
_METHODS = {
    "aalen": "Aalen",
    "andersen_gill": "Andersen-Gill, robust",
    "additive": "additive random effects",
    "agresti_caffo": "Agresti-Caffo",
    "agresti_coull": "Agresti-Coull",
    "beta_binomial": "beta-binomial",
    "byar": "Byar",
    "byar_exact": "Byar, exact below 10",
    "chao": "Chao",
    "clopper_pearson": "Clopper-Pearson",
    "dobson": "Dobson",
    "fay_feuer": "Fay-Feuer",
    "gamma_poisson": "gamma-Poisson",
    "gap_time": "gap time, robust",
    "goodman": "Goodman",
    "gray": "Gray",
    "jackknife": "infinitesimal jackknife",
    "jeffreys": "Jeffreys",
    "matured": "of what will be counted",
    "kaplan_meier": "Kaplan-Meier",
    "mid_p": "mid-P",
    "miettinen_nurminen": "Miettinen-Nurminen",
    "newcombe": "Newcombe",
    "nelson": "Nelson",
    "pearson": "Pearson",
    "poisson_regression": "zero-truncated Poisson regression",
    "quasi_poisson": "quasi-Poisson",
    "sison_glaz": "Sison-Glaz",
    "wilson": "Wilson",
    "wilson_cc": "Wilson, continuity corrected",
    "woolf": "Woolf",
    "zelterman": "Zelterman",
}


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


def briefly(start, end) -> str:
    """A period as one says it: a day only where it ends within a month.

    >>> briefly("2008-09-01", "2009-08-31"), briefly("2008-05-31", "2009-06-01")
    ('the year to August 2009', 'the year to 1 June 2009')
    >>> briefly("2003-01-01", "2022-12-31"), briefly("2009-04-01", "2009-11-08")
    ('the 20 years to 2022', 'the 7 months to 8 November 2009')
    """
    start, end = pd.Timestamp(start), pd.Timestamp(end)
    after = end + pd.Timedelta(days=1)
    whole = after.day == 1
    if whole and end.month == 12 and start.month == 1 and start.day == 1:
        until = f"{end.year}"
    else:
        until = f"{end:%B %Y}" if whole else date(end)
    if start == end:
        return date(end)
    months = round((after - start).days / 30.4375)
    years, rest = divmod(months, 12)
    if years == 1 and not rest:
        return f"the year to {until}"
    if years and not rest:
        return f"the {years} years to {until}"
    return f"the {months} months to {until}" if months > 1 else f"{end:%B %Y}"


def place(area: str) -> str:
    """An area as a sentence names it.

    >>> place("MPS"), place("Wandsworth")
    ('London', 'Wandsworth')
    """
    return {"MPS": "London", "Met": "London"}.get(area, area)


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
    many = f"{numerals.word(int(number))} {'or more ' if more else ''}"
    return f"in {many}report{'' if group == '1' else 's'}"


def people(strand: str, group: str) -> str:
    """A group as a sentence names the people in it.

    >>> people("age", "18-29"), people("ethnicity_broad", "Black"), people("reports", "2+")
    ('people aged 18 to 29', 'Black people', 'people in two or more reports')
    """
    if strand == "reports":
        return f"people {member(strand, group)}"
    return strands.called(strand, group)


def strand(name: str) -> str:
    """What is this strand called in a sentence?

    >>> strand("ethnicity_self_defined"), strand("age")
    ('ethnicity (self-defined, 16+1)', 'age')
    """
    first, *rest = strands.title(name).split(", ", 1)
    detail = rest[0].replace(" (", ", ").replace(")", "") if rest else ""
    return lower_first(first) + (f" ({detail})" if detail else "")


def strand_alone(name: str) -> str:
    """What is this strand called where its scheme does not matter?

    >>> strand_alone("ethnicity_self_defined"), strand_alone("age x gender")
    ('ethnicity', 'age by gender')
    """
    return strand(name).split(" (")[0]


def rule(name: object) -> str:
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

    >>> method("byar_exact"), method("score")
    ('Byar, exact below 10', 'score')
    """
    return _METHODS.get(name, name.replace("_", " "))


def closed(text: str) -> str:
    """The text as a sentence: a capital first, a full stop last.

    >>> closed("residents of 2011")
    'Residents of 2011.'
    """
    text = text.strip()
    return upper_first(text) + ("" if text.endswith((".", "!", "?", ":")) else ".") if text else ""


def sentences(text: str) -> list[str]:
    """The sentences of a text.

    >>> sentences("Shares of 1.5. Lambeth.")
    ['Shares of 1.5.', 'Lambeth.']
    """
    return re.split(r"(?<=\.) (?=[A-Z])", text) if text else []
