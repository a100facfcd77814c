"""What one estimate says in figures: its value, its limits, its counts."""

from __future__ import annotations

import math
from functools import cache

from dsvstats import strands
from dsvstats.estimates import flags, kinds
from dsvstats.estimates.directions import TOO_FEW, UNCLEAR
from dsvstats.estimates.kinds import HUNDRED, NUMBER, PERCENT, POINTS, RATE, TIMES
from dsvstats.reporting.wording import nouns, numerals, phrases

NO_ESTIMATE, NOT_COMPARED, LEFT_OUT = "no estimate", "not compared", "left out"
OUT_OF_REACH = "out of reach"
OVERRULED = (
    "Where its own limits leave out no difference, but the wider limits that hold for all "
    "comparisons at once do not, a difference is not clear."
)
TIPPING = ("tipping point", "tipping odds ratio")
_LARGE = 200


def scale(statistic: str) -> str:
    """On which scale is this statistic read?

    >>> scale("rate ratio"), scale("proportion"), scale("rate"), scale("excess events")
    ('times', 'percent', 'rate', 'number')
    """
    return kinds.kind(statistic).scale


def null(row) -> float | None:
    """Which value of this estimate means no difference? None where nothing is compared."""
    if row.versus == "target":
        return _over(row.reference_numerator, row.reference_denominator)
    return None if row.versus == "none" else kinds.kind(row.statistic).null


def _over(part: float, whole: float) -> float | None:
    return part / whole if known(part) and whole > 0 else None


def target(row) -> float:
    """The target that this estimate is set against; missing where it has none or is withheld."""
    value = null(row) if row.versus == "target" else None
    return math.nan if value is None else value


def compared(row) -> bool:
    """Is this estimate compared with anything but a target?"""
    return null(row) is not None and row.versus != "target"


def overruled(row) -> bool:
    """Do the limits of this one leave out no difference where those of the family do not?"""
    none = null(row)
    if none is None or row.way != UNCLEAR or not known(row.estimate):
        return False
    alone = row.lower > none or row.upper < none
    return bool(alone and row.lower_together <= none <= row.upper_together)


def small(row) -> bool:
    """Are there too few to say?"""
    return row.way == TOO_FEW


@cache
def _codes(text: str) -> frozenset[str]:
    return frozenset(flags.of(text))


def flagged(row, code: str) -> bool:
    """Does this estimate have this flag?"""
    return code in _codes(row.flags)


def supposing(row) -> str:
    """What is supposed of the unrecorded: random, lowest or highest? Empty where nothing is."""
    return flags.of(row.flags).get("supposing", "")


def asked(strand: str) -> bool:
    """Is this strand recorded only when someone asks?"""
    return any(strands.SCHEMES[part].asked for part in strands.parts(strand))


def is_reference(row) -> bool:
    """Is this the row of the group that the others are compared with?"""
    return flagged(row, "is_reference") and known(row.numerator) and null(row) is not None


def bounded(row) -> bool:
    """Are the limits bounds, with no estimate between them?"""
    return not known(row.estimate) and flagged(row, "bounds") and known(row.lower)


def value(row) -> str:
    """The estimate in figures, or why there is none."""
    if row.withheld:
        return phrases.WITHHELD
    if known(row.estimate) and flagged(row, "out_of_reach"):
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
    if row.versus == "expected":
        return f"{top} against {bottom}"
    if of_residents(row):
        return f"{top} in {numerals.whole(row.denominator)}"
    apart = scale(row.statistic) == HUNDRED or row.statistic == "reports"
    return f"{top} {'to' if apart else 'of'} {bottom}"


def level(row) -> str:
    """The level of the limits in words; bounds of ignorance have no level.

    >>> from types import SimpleNamespace
    >>> level(SimpleNamespace(level=0.95, flags=""))
    '95% limits'
    """
    if flagged(row, "bounds"):
        return "bounds"
    return f"{numerals.percent(row.level)} limits" if known(row.level) else "limits"


def unit_of(base: str) -> str:
    """Which unit does a base count?

    >>> unit_of("residents:usual_residents")
    'residents'
    """
    return base.partition(":")[0]


def of_residents(row) -> bool:
    """Is the base residents, as person-years?"""
    return unit_of(row.base) == "residents"


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
    if scale(row.statistic) != RATE or not known(row.per):
        return ""
    people = "residents a year" if of_residents(row) else nouns.base(row.base)
    return f"per {row.per:,g} {people}".strip()


def _figures(row, *numbers: float) -> list[str]:
    """Numbers of this estimate on its scale, all to as many places as the estimate needs."""
    held = [each for each in (row.estimate, *numbers) if known(each) and math.isfinite(each)]
    return _SCALES.get(scale(row.statistic), _plain)(row, held, numbers)


def _percents(row, held: list[float], numbers: tuple[float, ...]) -> list[str]:
    digits = 1 if row.denominator >= _LARGE else 0
    return [numerals.percent(each, digits=digits) for each in numbers]


def _points(row, held: list[float], numbers: tuple[float, ...]) -> list[str]:
    return [numerals.rounded(100 * each, digits=1) for each in numbers]


def _hundreds(row, held: list[float], numbers: tuple[float, ...]) -> list[str]:
    size = held[0] if held else 0.0
    digits = numerals.digits_for(100 * size) if size < 0.1 else 0
    return [numerals.rounded(100 * each, digits=digits) for each in numbers]


def _times(row, held: list[float], numbers: tuple[float, ...]) -> list[str]:
    return _rounded(held, numbers, never=(0, 1))


def _plain(row, held: list[float], numbers: tuple[float, ...]) -> list[str]:
    return _rounded(held, numbers, never=(0,))


def _amounts(row, held: list[float], numbers: tuple[float, ...]) -> list[str]:
    if all(each.is_integer() for each in held):
        return [numerals.rounded(each, digits=0) for each in numbers]
    return _plain(row, held, numbers)


def _rounded(held: list[float], numbers: tuple[float, ...], *, never: tuple) -> list[str]:
    digits = numerals.digits_for(held[0] if held else 0.0)
    return [numerals.rounded(each, digits=digits, never=never) for each in numbers]


_SCALES = {
    PERCENT: _percents,
    POINTS: _points,
    HUNDRED: _hundreds,
    TIMES: _times,
    NUMBER: _amounts,
}
"""How numbers are written on each scale; on the scale of rates, plainly."""
