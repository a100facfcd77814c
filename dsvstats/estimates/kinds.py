"""What each statistic is: the scale that it is read on, its value of no difference, its noun.

One entry a statistic. Whatever needs to know how an estimate is read asks here by its name;
nothing works it out from the name's words.
"""

from __future__ import annotations

from dataclasses import dataclass

from dsvstats.errors import InputError, near

PERCENT = "percent"
TIMES = "times"
HUNDRED = "for every 100"
RATE = "rate"
POINTS = "points"
NUMBER = "number"


@dataclass(frozen=True)
class Kind:
    """How a statistic is read.

    ``scale``: percent (of a base), times (a ratio), for every 100 (a ratio of counts), rate (per
    so many), points (a difference of percentages) or number. ``null``: the value that means no
    difference, None where nothing is compared. ``noun``: what it compares, in one noun.
    """

    scale: str
    null: float | None = None
    noun: str = ""


KINDS: dict[str, Kind] = {
    "proportion": Kind(PERCENT),
    "prevalence": Kind(PERCENT),
    "share": Kind(PERCENT),
    "completeness": Kind(PERCENT),
    "retention": Kind(PERCENT),
    "cumulative incidence": Kind(PERCENT),
    "matured proportion": Kind(PERCENT),
    "ratio of counts": Kind(HUNDRED),
    "rate": Kind(RATE),
    "directly standardised rate": Kind(RATE),
    "reports": Kind(NUMBER),
    "count": Kind(NUMBER),
    "risk ratio": Kind(TIMES, 1.0, "proportion"),
    "ratio of proportions": Kind(TIMES, 1.0, "proportion"),
    "rate ratio": Kind(TIMES, 1.0, "rate"),
    "ratio of ratios": Kind(TIMES, 1.0, "ratio of counts"),
    "ratio of retentions": Kind(TIMES, 1.0, "proportion"),
    "odds ratio": Kind(TIMES, 1.0, "odds"),
    "representation index": Kind(TIMES, 1.0, "share"),
    "standardised ratio": Kind(TIMES, 1.0, "number counted"),
    "difference of retentions": Kind(POINTS, 0.0, "proportion"),
    "difference of ratios": Kind(NUMBER, 0.0, "ratio of counts"),
    "tipping point": Kind(PERCENT),
    "tipping odds ratio": Kind(NUMBER),
    "Mantel-Haenszel risk ratio": Kind(TIMES, 1.0, "proportion"),
    "Mantel-Haenszel ratio of proportions": Kind(TIMES, 1.0, "proportion"),
    "Mantel-Haenszel rate ratio": Kind(TIMES, 1.0, "rate"),
    "Mantel-Haenszel odds ratio": Kind(TIMES, 1.0, "odds"),
    "Mantel-Haenszel ratio of ratios": Kind(TIMES, 1.0, "ratio of counts"),
    "Mantel-Haenszel risk difference": Kind(POINTS, 0.0, "proportion"),
    "Mantel-Haenszel difference of proportions": Kind(POINTS, 0.0, "proportion"),
    "Mantel-Haenszel rate difference": Kind(NUMBER, 0.0, "rate"),
    "Cochran-Mantel-Haenszel chi-squared": Kind(NUMBER),
    "heterogeneity of ratios, Q": Kind(NUMBER),
    "heterogeneity of differences, Q": Kind(NUMBER),
    "heterogeneity of odds ratios, Q": Kind(NUMBER),
    "heterogeneity of odds ratios, Breslow-Day": Kind(NUMBER),
    "heterogeneity of odds ratios, Breslow-Day-Tarone": Kind(NUMBER),
    "standardised risk": Kind(PERCENT),
    "standardised proportion": Kind(PERCENT),
    "standardised risk ratio": Kind(TIMES, 1.0, "proportion"),
    "standardised ratio of proportions": Kind(TIMES, 1.0, "proportion"),
    "standardised risk difference": Kind(POINTS, 0.0, "proportion"),
    "standardised difference of proportions": Kind(POINTS, 0.0, "proportion"),
    "rate difference": Kind(NUMBER, 0.0, "rate"),
    "rate difference due to rates": Kind(NUMBER, 0.0, "rate"),
    "rate difference due to composition": Kind(NUMBER, 0.0, "rate"),
    "difference": Kind(POINTS, 0.0, "proportion"),
    "difference due to rates": Kind(POINTS, 0.0, "proportion"),
    "difference due to composition": Kind(POINTS, 0.0, "proportion"),
    "excess events": Kind(NUMBER, 0.0, "number counted"),
    "E-value": Kind(NUMBER),
    "proportion, partially pooled": Kind(PERCENT),
    "odds ratio beyond": Kind(TIMES, 1.0, "odds"),
    "odds ratio, main effect": Kind(TIMES, 1.0, "odds"),
    "standard deviation of log odds": Kind(NUMBER),
    "variance partition coefficient": Kind(NUMBER),
    "proportional change in variance": Kind(NUMBER),
    "typical odds": Kind(NUMBER),
    "people, unseen among them": Kind(NUMBER),
    "reports a person, unseen among them": Kind(NUMBER),
    "share with one report at most": Kind(PERCENT),
    "ratio of reports": Kind(TIMES, 1.0, "number of reports"),
    "reported again": Kind(PERCENT),
    "reports by a day": Kind(NUMBER),
    "hazard ratio": Kind(TIMES, 1.0, "rate of further reports"),
    "share missed within the area": Kind(PERCENT),
    "Gray's chi-squared": Kind(NUMBER),
    "rate, partially pooled": Kind(RATE),
    "rank": Kind(NUMBER),
    "heterogeneity of areas, chi-squared": Kind(NUMBER),
    "share of variance between areas": Kind(PERCENT),
    "standard deviation between areas": Kind(NUMBER),
    "change in a year": Kind(TIMES, 1.0, "number counted"),
    "change at a day": Kind(TIMES, 1.0, "number counted"),
    "change in a year after it": Kind(TIMES, 1.0, "number counted"),
}
"""Each statistic by its name, as it stands in the column ``statistic``."""


def kind(statistic: str) -> Kind:
    """What is this statistic? One without an entry is an error that lists the near ones.

    >>> kind("rate ratio").null, kind("share").scale
    (1.0, 'percent')
    """
    try:
        return KINDS[statistic]
    except KeyError:
        raise InputError(
            where="statistic",
            rule="a statistic with an entry in estimates.kinds",
            value=statistic,
            mend=near(statistic, list(KINDS)),
        ) from None
