"""What one estimate says: its scale, its value in figures, and which way it points."""

from __future__ import annotations

import math
import re
from functools import cache

from dsvstats import strands
from dsvstats.reporting.wording import nouns, numerals, phrases

HIGHER, LOWER, UNCLEAR = "higher", "lower", "no clear difference"
PERCENT, TIMES, HUNDRED, RATE, POINTS, NUMBER = (
    "percent",
    "times",
    "for every 100",
    "rate",
    "points",
    "number",
)
NO_ESTIMATE, NOT_COMPARED, LEFT_OUT = "no estimate", "not compared", "left out"
OUT_OF_REACH = "out of reach"
_SHARES = ("proportion", "share", "completeness", "retention", "prevalence", "tipping point")
OVERRULED = (
    "Limits that leave out no difference do not make one clear where the p-value, adjusted for "
    "the number of comparisons, does not agree."
)
SMR = "standardised ratio"
_ADJUSTED = re.compile(r"^(mantel-haenszel|standardised|adjusted|pooled|crude) ", re.IGNORECASE)
_LARGE = 200
_SMALL = re.compile(r"\btoo (?:small|few)\b|\bsmall (?:group|count|number)", re.IGNORECASE)
_PER = re.compile(r"\bper ([\d,]+)")


@cache
def scale(statistic: str) -> str:
    """On which scale is this statistic read? Words it does not know are plain numbers.

    >>> scale("rate ratio"), scale("sanction detection rate"), scale("rate"), scale("excess")
    ('times', 'percent', 'rate', 'number')
    """
    name = plain(statistic).casefold()
    if name.startswith("ratio of counts"):
        return HUNDRED
    if "difference" in name or name == "gap":
        return NUMBER if "rate difference" in name else POINTS
    if "ratio" in re.split(r"\W+", name) or "index" in name:
        return TIMES
    if re.match(r"(crude |(in)?directly )?(age-)?(standardised )?rates?\b(?! ratio)", name):
        return RATE
    if name.startswith(_SHARES) or name.endswith(" rate"):
        return PERCENT
    return NUMBER


def plain(statistic: str) -> str:
    """A statistic's name without how it was adjusted or what was supposed for it.

    >>> plain("Mantel-Haenszel risk ratio"), plain("rate ratio, lowest"), plain(SMR)
    ('risk ratio', 'rate ratio', 'standardised ratio')
    """
    name = statistic.split(",")[0]
    return name if name == SMR else _ADJUSTED.sub("", name)


def null(row) -> float | None:
    """Which value of this estimate means no difference? None where nothing is compared."""
    if getattr(row, "reference", "") == "target":
        return _over(row.reference_numerator, row.reference_denominator)
    if not hasattr(row, "statistic") or "tipping" in row.statistic:
        return None
    if scale(row.statistic) == TIMES:
        return 1.0
    return 0.0 if re.search("difference|gap|excess", row.statistic) else None


def _over(part: float, whole: float) -> float | None:
    return part / whole if known(part) and whole > 0 else None


def comparison(row) -> str:
    """What is this estimate compared with? Empty where it is compared with nothing.

    "group" (a named reference), "rest", "overall", "population" (a share of residents or of
    other cases), "standard" (a standard population) or "target".
    """
    name = str(getattr(row, "reference", ""))
    if not name or null(row) is None:
        return ""
    if name == "target":
        return "target"
    if row.statistic.startswith("representation"):
        return "population"
    if row.statistic == SMR:
        return "standard"
    return {"everyone else": "rest", "overall": "overall"}.get(name, "group")


def direction(row) -> str:
    """Which way does this estimate point: "higher", "lower" or "no clear difference"?

    A direction needs limits that exclude no difference and, where the estimate is one of a
    family of comparisons, an adjusted p below 1 - level. Groups that are too small, and shares
    of schemes recorded only when someone asks (a minimum, so never "lower" than the residents),
    have none. Design: "How it must behave".
    """
    none = null(row)
    if none is None or row.withheld or small(row) or not known(row.estimate):
        return UNCLEAR
    if _refuted(row):
        return UNCLEAR
    if row.lower > none:
        return UNCLEAR if _minimum(row) and _usual(row) else HIGHER
    if row.upper < none:
        return UNCLEAR if _minimum(row) else LOWER
    return UNCLEAR


def _refuted(row) -> bool:
    held = known(row.p_adjusted) and known(row.level)
    return held and not row.p_adjusted < round(1 - row.level, 12)


def overruled(row) -> bool:
    """Do the limits leave out no difference where the adjusted p does not?"""
    none = null(row)
    if none is None or row.withheld or not known(row.estimate) or not _refuted(row):
        return False
    return bool(row.lower > none or row.upper < none)


def small(row) -> bool:
    """Does the estimate's note say that the group is too small?"""
    return bool(_SMALL.search(row.note))


def asked(row) -> bool:
    """Is the strand recorded only when someone asks?"""
    return any(strands.SCHEMES[part].asked for part in strands.parts(row.strand))


def _minimum(row) -> bool:
    against = "index" in row.statistic or "resident" in f"{row.base} {row.reference}"
    return asked(row) and against


def _usual(row) -> bool:
    return row.group in [strands.SCHEMES[part].reference for part in strands.parts(row.strand)]


def is_reference(row) -> bool:
    """Is this the row of the group that the others are compared with?"""
    return comparison(row) == "group" and row.group == row.reference and known(row.numerator)


def bounded(row) -> bool:
    """Are the limits bounds, with no estimate between them?"""
    return not known(row.estimate) and row.method == "bounds" and known(row.lower)


def value(row) -> str:
    """The estimate in figures, or why there is none."""
    if row.withheld:
        return phrases.WITHHELD
    if row.statistic.startswith("tipping") and known(row.estimate) and _out_of_reach(row):
        return OUT_OF_REACH
    if bounded(row):
        return f"between {' and '.join(_figures(row, row.lower, row.upper))}"
    if not known(row.estimate):
        if not known(row.numerator):
            return numerals.NOT_SUPPLIED
        left_out = not strands.recorded(row.group)
        return (NOT_COMPARED if null(row) is not None else LEFT_OUT) if left_out else NO_ESTIMATE
    return _figures(row, row.estimate)[0]


def ends(row) -> str:
    """The two limits in figures, with or without an estimate between them."""
    if row.withheld or not (known(row.lower) and known(row.upper)):
        return ""
    lower, upper = _figures(row, row.lower, row.upper)
    return f"{lower} and above" if math.isinf(row.upper) else f"{lower} to {upper}"


def _out_of_reach(row) -> bool:
    if row.statistic == "tipping point":
        return not 0 <= row.estimate <= 1
    return row.estimate == 0 or math.isinf(row.estimate)


def limits(row) -> str:
    """The limits in figures, without their sign or unit; empty where there are none."""
    if row.withheld or not known(row.estimate) or not (known(row.lower) and known(row.upper)):
        return ""
    lower, upper = (each.removesuffix("%") for each in _figures(row, row.lower, row.upper))
    return f"{lower} and above" if math.isinf(row.upper) else f"{lower} to {upper}"


def short(row) -> str:
    """The estimate with its limits, as a table gives it: 1.42 (1.20 to 1.67)."""
    return f"{value(row)} ({limits(row)})" if limits(row) else value(row)


def base(row) -> str:
    """The counts behind the estimate: 544 of 1,187. Different things are "to", not "of"."""
    if row.withheld:
        return phrases.WITHHELD
    top, bottom = numerals.number(row.numerator), numerals.number(row.denominator)
    if not (known(row.denominator) and known(row.numerator)):
        return top
    if scale(row.statistic) == RATE or "person-years" in row.base:
        return f"{top} in {numerals.whole(row.denominator)}"
    if row.statistic == SMR:
        return f"{top} against {bottom}"
    apart = scale(row.statistic) == HUNDRED or row.statistic == "reports"
    return f"{top} {'to' if apart else 'of'} {bottom}"


def level(row) -> str:
    """The level of the limits in words; bounds of ignorance have no level.

    >>> from types import SimpleNamespace
    >>> level(SimpleNamespace(level=0.95, method="wilson"))
    '95% limits'
    """
    if row.method == "bounds":
        return "bounds"
    return f"{numerals.percent(row.level)} limits" if known(row.level) else "limits"


def per(row) -> str:
    """How many of the base is a rate for, as its note says?"""
    stated = _PER.search(row.note)
    return stated[1] if stated else ""


def known(number) -> bool:
    """Is there a number?

    >>> known(float("nan")), known(0.0)
    (False, True)
    """
    return not math.isnan(number)


def tick(row, number: float) -> str:
    """A round number on the estimate's scale, as an axis or a key gives it."""
    if scale(row.statistic) in (PERCENT, POINTS, HUNDRED):
        sign = "%" if scale(row.statistic) == PERCENT else ""
        return numerals.minus(f"{round(100 * number, 6):,.10g}{sign}")
    return numerals.minus(f"{number:,.10g}")


def unit(row) -> str:
    """What a rate is counted in: per 1,000 residents a year. Empty for all that is no rate."""
    if scale(row.statistic) != RATE or not per(row):
        return ""
    people = "residents a year" if "person-years" in row.base else nouns.base(row.base)
    return f"per {per(row)} {people}".strip()


def _figures(row, *numbers: float) -> list[str]:
    kind = scale(row.statistic)
    held = [each for each in (row.estimate, *numbers) if known(each) and math.isfinite(each)]
    size = held[0] if held else 0.0
    if kind == PERCENT:
        digits = 1 if row.denominator >= _LARGE else 0
        return [numerals.percent(each, digits=digits) for each in numbers]
    if kind == POINTS:
        return [numerals.rounded(100 * each, digits=1) for each in numbers]
    if kind == HUNDRED:
        digits = numerals.digits_for(100 * size) if size < 0.1 else 0
        return [numerals.rounded(100 * each, digits=digits) for each in numbers]
    never = (0, 1) if kind == TIMES else (0,)
    whole = kind == NUMBER and all(each.is_integer() for each in held)
    digits = 0 if whole else numerals.digits_for(size)
    return [numerals.rounded(each, digits=digits, never=never) for each in numbers]
