"""One estimate as a clause: a template for each statistic, or for its scale."""

from __future__ import annotations

from dsvstats.estimates import kinds
from dsvstats.estimates.directions import HIGHER, LOWER, NONE, TOO_FEW
from dsvstats.reporting.wording import nouns, numerals, phrases, remarks, values


def noun(statistic: str) -> str:
    """What does a comparison compare, in one noun?

    >>> noun("rate ratio"), noun("prevalence")
    ('rate', 'prevalence')
    """
    return kinds.kind(statistic).noun or statistic


def quantity(row) -> str:
    """What does this comparison compare: the rate of what, the proportion that did what?"""
    word = noun(row.statistic)
    if word == "rate":
        return f"rate of {nouns.thing(row.unit, row.measure, row.subject)}"
    if word == "share":
        return f"share of {base(row)}"
    if word == "proportion":
        of = f" of {base(row)}" if row.base else ""
        return f"proportion{of} that {nouns.outcome(row.measure)}"
    return word


def against(row) -> str:
    """What is an estimate compared with, as the end of a sentence?"""
    word = noun(row.statistic)
    if row.versus == "reference":
        return f"the {word} for {phrases.people(row.strand, row.reference)}"
    return {
        "rest": f"the {word} for everyone else",
        "overall": f"the overall {word}",
        "population": f"the share of {population(row)}",
        "expected": f"the number expected at {row.reference}'s rates",
    }.get(row.versus, "what is expected")


def population(row) -> str:
    """Which population's shares is an estimate set against?"""
    if not row.reference:
        return "the population, as printed"
    residents = values.unit_of(row.reference) == "residents"
    return "residents" if residents else nouns.base(row.reference)


def one(row, *, label: str) -> str:
    """One estimate as a clause, with its counts and its limits."""
    if row.withheld:
        return _withheld(row, label)
    if values.bounded(row):
        return _bounds(row, label)
    if not values.known(row.estimate):
        return _nothing(row, label)
    if values.compared(row):
        return _compared(row, label)
    by_scale = _SCALES.get(values.scale(row.statistic), _plain)
    return _STATISTICS.get(row.statistic, by_scale)(row, label)


def _withheld(row, label: str) -> str:
    if row.statistic == "completeness":
        return f"how completely {phrases.strand(row.strand)} was recorded is withheld"
    return f"the figure for {label} is withheld, to protect the people counted"


def _bounds(row, label: str) -> str:
    what = quantity(row) if values.null(row) is not None else row.statistic
    return (
        f"the {what} for {label} lies {values.value(row)}, wherever the unrecorded belong and "
        f"allowing for chance ({counts(row)})"
    )


def _plain(row, label: str) -> str:
    return f"the {row.statistic} for {label} is {values.value(row)}" + limits(
        row, counts(row) if values.known(row.numerator) else ""
    )


def counts(row) -> str:
    """The counts behind the estimate, with what the base is."""
    whole = base(row) if values.known(row.denominator) else ""
    return f"{values.base(row)} {whole}".strip()


def base(row) -> str:
    """What the denominator is, in words."""
    return based(row, row.subject)


def based(row, about: str = "") -> str:
    """What the denominator is, in words, with what it is about where that is wanted."""
    if row.versus == "expected":
        return f"expected at {row.reference}'s rates"
    words = nouns.base(row.base, about)
    return f"{words} whose group was not recorded" if row.statistic in values.TIPPING else words


def limits(row, *more: str, value: bool = False) -> str:
    """In brackets: the estimate if wanted, its limits and the counts given."""
    found = [values.value(row)] if value else []
    if values.limits(row):
        found.append(f"{values.level(row)} {values.limits(row)}")
    held = "; ".join(filter(None, [", ".join(found), *more]))
    return f" ({held})" if held else ""


def _completeness(row, label: str) -> str:
    what = nouns.thing(row.unit, row.measure, row.subject)
    said = f"{phrases.strand(row.strand)} was recorded for {values.base(row)} {what}"
    return said + limits(row, value=True)


def _reports(row, label: str) -> str:
    least = "at least " if values.flagged(row, "at_least") else ""
    return (
        f"{least}{numerals.number(row.numerator)} reports were about "
        f"{numerals.number(row.denominator)} people, {values.value(row)} each on average"
    )


def _member(row, label: str) -> str:
    said = f"{counts(row)}{limits(row, value=True)}"
    return f"{said} were {phrases.member(row.strand, row.group)}"


def _share(row, label: str) -> str:
    whom = f"for {phrases.people(row.strand, row.group)}, " if row.strand != "all" else ""
    return f"{whom}{counts(row)}{limits(row, value=True)} {happened(row)}{_target(row)}"


def happened(row) -> str:
    """What happened to the part of the base that is counted, as a verb."""
    if row.statistic == "prevalence":
        return "were reported two or more times"
    return nouns.outcome(row.measure)


def _tipping(row, label: str) -> str:
    known = reference_share(row)
    if values.flagged(row, "out_of_reach"):
        return f"for {label}, nothing that the unrecorded could be would reverse the finding"
    return (
        f"for {label}, the finding would reverse only if they were {values.value(row)} of the "
        f"unrecorded, where they are {known} of the recorded"
    )


def reference_share(row) -> str:
    """The share that an estimate is set against, as a percentage."""
    if not row.reference_denominator > 0:
        return numerals.NOT_SUPPLIED
    return numerals.percent(row.reference_numerator / row.reference_denominator)


def _target(row) -> str:
    if row.versus != "target":
        return ""
    target = numerals.percent(values.target(row))
    return {
        HIGHER: f", above the target of {target}",
        LOWER: f", below the target of {target}",
    }.get(row.way, f", not clearly different from the target of {target}")


def _counts(row, label: str) -> str:
    whom = f" for {phrases.people(row.strand, row.group)}" if row.strand != "all" else ""
    top = nouns.thing(row.unit, row.measure, row.subject)
    least = "at least " if values.flagged(row, "at_least") else ""
    return (
        f"there were {least}{numerals.number(row.numerator)} {top}{whom} "
        f"to {numerals.number(row.denominator)} {base(row)}, {values.value(row)} "
        f"for every 100{limits(row)}"
    )


def _rate(row, label: str) -> str:
    whom = f" for {phrases.people(row.strand, row.group)}" if row.strand != "all" else ""
    rate = f"{values.value(row)} {values.unit(row)}".rstrip()
    adjusted = "" if row.statistic == "rate" else f", {row.statistic}"
    return (
        f"there were {numerals.number(row.numerator)} "
        f"{nouns.thing(row.unit, row.measure, row.subject)}{whom}, "
        f"{rate}{limits(row)}{adjusted}"
    )


def _compared(row, label: str) -> str:
    said = limits(row, _both(row)) + _SO.get(row.way, ", no clear difference")
    if row.versus == "population":
        return (
            f"the share of {base(row)} that is {label} is {times(row)} "
            f"their share of {population(row)}{said}"
        )
    if values.scale(row.statistic) == values.TIMES:
        return f"the {quantity(row)} for {label} is {times(row)} {against(row)}{said}"
    unit = " percentage points" if values.scale(row.statistic) == values.POINTS else ""
    return (
        f"the {quantity(row)} for {label}, less {against(row)}, is {values.value(row)}{unit}{said}"
    )


def times(row) -> str:
    """A ratio as a phrase that keeps its direction: 2.41 times, 0.68 times, about the same as.

    About the same is said only where the limits too lie within a tenth of no difference.
    """
    if row.lower >= 0.9 and row.upper <= 1.1:
        return f"about the same as ({values.value(row)} times)"
    return f"{values.value(row)} times"


def reference_counts(row) -> str:
    """The counts of what the estimate is compared with; a printed share as a percentage."""
    if not values.known(row.reference_numerator):
        return ""
    if row.versus == "population":
        if not row.reference_denominator > 0:
            return ""
        share = numerals.percent(row.reference_numerator / row.reference_denominator, digits=1)
        return f"{share} of {population(row)}"
    held = row._replace(numerator=row.reference_numerator, denominator=row.reference_denominator)
    return values.base(held)


def _both(row) -> str:
    if not values.known(row.numerator):
        return ""
    other = reference_counts(row)
    return f"{values.base(row)} against {other}" if other else values.base(row)


def _nothing(row, label: str) -> str:
    if not values.known(row.numerator):
        return f"the figure for {label} was not supplied"
    if row.numerator > row.denominator:
        top = nouns.thing(row.unit, row.measure, row.subject)
        return (
            f"{numerals.number(row.numerator)} {top} are more than the "
            f"{numerals.number(row.denominator)} {base(row)} before them, so they are "
            f"not divided"
        )
    reasons = "; ".join(remarks.said(row.flags))
    return f"no estimate is given for {label} ({counts(row)})" + (f": {reasons}" if reasons else "")


_SO = {
    HIGHER: ", clearly higher",
    LOWER: ", clearly lower",
    TOO_FEW: ", too few to say",
    NONE: "",
}
_SCALES = {values.PERCENT: _share, values.HUNDRED: _counts, values.RATE: _rate}
_STATISTICS = {
    "completeness": _completeness,
    "reports": _reports,
    "share": _member,
    "tipping point": _tipping,
}
"""The statistics that have a template of their own; the others have that of their scale."""
