"""The figures: of rows, as HTML with marks in SVG; and pictures of what needs a plane.

Each takes the estimates of one section, with the scale that all sections share and the heading
that states its finding, and gives a ``Figure`` with its text for those who listen.
"""

from dsvstats.reporting.figures.comparisons import forest
from dsvstats.reporting.figures.comparisons import scaled as comparison_scale
from dsvstats.reporting.figures.levels import bars, points, ranked, ranked_heading
from dsvstats.reporting.figures.levels import scaled as level_scale
from dsvstats.reporting.figures.pictures import funnel, lorenz, over_time, png
from dsvstats.reporting.figures.stages import chain, chain_heading, chains
from dsvstats.reporting.figures.steps import waterfall
from dsvstats.reporting.figures.tallies import most_reported, reports, tally
from dsvstats.reporting.figures.unrecorded import bounds
from dsvstats.reporting.figures.unrecorded import scaled as bounds_scale

__all__ = [
    "bars",
    "bounds",
    "bounds_scale",
    "chain",
    "chain_heading",
    "chains",
    "comparison_scale",
    "forest",
    "funnel",
    "level_scale",
    "lorenz",
    "most_reported",
    "over_time",
    "png",
    "points",
    "ranked",
    "ranked_heading",
    "reports",
    "tally",
    "waterfall",
]
