"""One group's rate over another's: the reference group's, everyone else's, the overall."""

from __future__ import annotations

import pandas as pd

from dsvstats import estimates
from dsvstats.cache import remembered
from dsvstats.counts import Measure
from dsvstats.statistics import common, comparators
from dsvstats.statistics.comparators import VERSUS, Base
from dsvstats.statistics.comparing import relative
from dsvstats.statistics.intervals.inputs import tail


@remembered
def relative_rates(
    cases: pd.DataFrame,
    measure: Measure | list[Measure] | None = None,
    *,
    per: Base,
    reference: dict[str, str] | None = None,
    versus: str | tuple[str, ...] = VERSUS,
    level: float = 0.95,
    method: str = "score",
    dispersion: common.Dispersion = 1.0,
    small: int = 10,
) -> pd.DataFrame:
    """How many times another's rate is each group's: the reference's, the rest's, the overall?

    The group's count over its base, divided by the reference group's, by everyone else's, and by
    that of all groups together. Unrecorded people have no base: they are shown, and not compared.

    In strands recorded only when someone asks, rates per resident count the unrecorded as
    everyone else: the ratio is a minimum, below 1 there is no p, and against a reference group
    there is no ratio, since the unrecorded may belong to it. Ratios over other counts are
    compared only where both record the strand about as completely (the one for at least 95% of
    the share that the other does); otherwise the limits are bounds that hold wherever the
    unrecorded belong.

    Parameters
    ----------
    cases : DataFrame
        Counts: the columns of ``counts.COLUMNS``, a row for each thing counted.
    measure : str or (unit, measure), or a list of them, optional
        What was counted. May be left out where ``cases`` hold one.
    per : str, (unit, measure) or DataFrame
        What it is set against: a measure of ``cases`` such as "residents" or "crime", or counts
        of its own.
    reference : mapping of strand to group, optional
        The groups that others are compared with, where they are not the usual ones.
    versus : str or tuple of str, default ("reference", "rest", "overall")
        What each group is compared with: one of these, or several. "overall" holds the group
        itself: its limits are those against the rest, carried over by r / (w r + 1 - w) with w
        the group's share of the base, so that they are never too wide for a part of the whole.
    level : float, default 0.95
        How often limits of this kind hold the truth.
    method : str, default "score"
        Limits, as ``intervals`` has them for the ratio in question (below); "log" is Woolf's for
        a ratio of ratios. ``p`` is by the same method.
    dispersion : float or mapping of area to float, default 1
        How many times as variable the counts are as independent ones (``rates.dispersion``):
        widens limits and p for repeat events.
    small : int, default 10
        A group with fewer counted and fewer expected, and no clear difference, is "too_few".

    Returns
    -------
    DataFrame
        Estimates, a row for each group and comparison. ``statistic`` is "rate ratio" per resident
        (score limits: Wilson's on the group's share of both counts), "risk ratio" where people
        are a part of people (Koopman 1984), "ratio of proportions" where other units are, and
        "ratio of ratios" where numerator and base are different units, both of them random (score
        limits of the odds ratio, which it is; to the whole, those of the two shares, Koopman's or
        "log", as the column ``method`` says). ``p`` tests no difference. ``lower_together``, ``upper_together`` and ``p_adjusted`` hold for
        all comparisons of one measure in one area and period (Šidák 1967; the rest and the
        overall are one test, and so are all comparisons of two groups); ``way`` is "higher" or
        "lower" only where these limits leave out 1.

    Examples
    --------
    >>> from dsvstats import counts
    >>> cases = pd.concat([
    ...     counts.table("Wandsworth", "victims", "crime", "gender", {"Female": 947, "Male": 222}),
    ...     counts.table("Wandsworth", "residents", "usual_residents", "gender",
    ...                  {"Female": 158_500, "Male": 148_500}, subject="population",
    ...                  start="2011-03-27", end="2011-03-27")])
    >>> rates = relative_rates(cases, "crime", per="residents", versus="reference")
    >>> rates[["group", "reference", "estimate", "lower", "upper"]].round(2)
        group reference  estimate  lower  upper
    0  Female      Male       4.0   3.45   4.62
    1    Male      Male       1.0   1.00   1.00
    """
    tail(level)
    versus = (versus,) if isinstance(versus, str) else tuple(versus)
    for each in versus:
        common.chosen(each, VERSUS, where="versus")
    cases, measure, per = comparators.beside(cases, measure, per, name="per")
    if measure is None:
        return estimates.empty()
    return relative(
        cases,
        measure,
        per,
        versus=versus,
        reference=reference,
        level=level,
        method=method,
        dispersion=dispersion,
        small=small,
    )
