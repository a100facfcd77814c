"""Where cases fall away: each stage against the one before, and how cases leave."""

from dsvstats.statistics.attrition.stages import exits, gap, not_crimed, retention, stage_ratios

__all__ = [
    "exits",
    "gap",
    "not_crimed",
    "retention",
    "stage_ratios",
]
