"""Areas side by side, against the whole that they are in, and against what they were to reach."""

from dsvstats.statistics.comparison.changes import trend
from dsvstats.statistics.comparison.curves import funnel_curves, funnel_limits
from dsvstats.statistics.comparison.differing import against_area, heterogeneity
from dsvstats.statistics.comparison.funnels import funnel, side_by_side
from dsvstats.statistics.comparison.pooling import ranks, shrunken
from dsvstats.statistics.comparison.targets import YEAR, against_target

__all__ = [
    "YEAR",
    "against_area",
    "against_target",
    "funnel",
    "funnel_curves",
    "funnel_limits",
    "heterogeneity",
    "ranks",
    "shrunken",
    "side_by_side",
    "trend",
]
