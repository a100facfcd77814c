"""Areas side by side, and against what they were asked to reach."""

from dsvstats.statistics.comparison.targets import YEAR, against_target

__all__ = [
    "YEAR",
    "against_target",
]
