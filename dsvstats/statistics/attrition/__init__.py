"""Where cases fall away: each stage against the one before, and how cases leave."""

from dsvstats.statistics.attrition.contrasts import gap, stage_ratios
from dsvstats.statistics.attrition.leaving import exits, not_crimed
from dsvstats.statistics.attrition.stages import retention

__all__ = [
    "exits",
    "gap",
    "not_crimed",
    "retention",
    "stage_ratios",
]
