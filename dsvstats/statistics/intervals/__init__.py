"""Limits for proportions, counts, differences, ratios and compositions: arrays in, arrays out.

Every function takes numpy arrays or scalars that broadcast together (scalars in, scalars out) and
returns `Interval(estimate, lower, upper)`. Limits are two-sided with (1 - level)/2 in each tail
and stay inside what the quantity can be. A missing input (NaN) or a denominator of 0 gives three
NaN; a ratio of 0 events to 0 events gives an estimate of NaN and limits of 0 and infinity. Input
that cannot be a count raises `InputError`. Limits assume independent events: where people are
counted once per record, the caller widens them by a stated dispersion.
"""

from dsvstats.statistics.intervals.cautions import (
    caution_odds_ratio,
    caution_proportion,
    caution_rate_ratio,
    caution_risk_difference,
    caution_risk_ratio,
    caution_shares,
)
from dsvstats.statistics.intervals.contrasts import odds_ratio, risk_difference, risk_ratio
from dsvstats.statistics.intervals.inputs import Interval
from dsvstats.statistics.intervals.limits import count, proportion, shares
from dsvstats.statistics.intervals.p_values import odds_ratio_p, risk_difference_p, risk_ratio_p
from dsvstats.statistics.intervals.rate_contrasts import (
    part_to_whole,
    rate_ratio,
    ratio_difference,
)
from dsvstats.statistics.intervals.rate_p_values import (
    count_p,
    part_to_whole_p,
    proportion_p,
    rate_ratio_p,
    ratio_difference_p,
)

__all__ = [
    "Interval",
    "caution_odds_ratio",
    "caution_proportion",
    "caution_rate_ratio",
    "caution_risk_difference",
    "caution_risk_ratio",
    "caution_shares",
    "count",
    "count_p",
    "odds_ratio",
    "odds_ratio_p",
    "part_to_whole",
    "part_to_whole_p",
    "proportion",
    "proportion_p",
    "rate_ratio",
    "rate_ratio_p",
    "ratio_difference",
    "ratio_difference_p",
    "risk_difference",
    "risk_difference_p",
    "risk_ratio",
    "risk_ratio_p",
    "shares",
]
