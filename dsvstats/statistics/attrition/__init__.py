"""Where cases fall away: each stage against the one before, and how cases leave, and when."""

from dsvstats.statistics.attrition.contrasts import gap, stage_ratios
from dsvstats.statistics.attrition.decision_points import continuation_ratio, relative_rate_index
from dsvstats.statistics.attrition.incidence import cumulative_incidence, gray
from dsvstats.statistics.attrition.leaving import (
    arrested_in_no_crime,
    exits,
    exits_by_stage,
    not_crimed,
)
from dsvstats.statistics.attrition.maturing import matured
from dsvstats.statistics.attrition.reviewing import no_crime_review
from dsvstats.statistics.attrition.stages import retention

__all__ = [
    "arrested_in_no_crime",
    "continuation_ratio",
    "cumulative_incidence",
    "exits",
    "exits_by_stage",
    "gap",
    "gray",
    "matured",
    "no_crime_review",
    "not_crimed",
    "relative_rate_index",
    "retention",
    "stage_ratios",
]
