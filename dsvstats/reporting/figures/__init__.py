"""The figures: each takes a frame and gives a ``Picture`` with its alternative text.

A ``Picture`` shows itself in a notebook as a PNG at twice its size, whose metadata carry the
alternative text, and whose bytes are the same in any kernel. Every figure is given as well when
there is nothing to show.
"""

from dsvstats.reporting.figures.bars import findings, reports, shares
from dsvstats.reporting.figures.comparisons import forest
from dsvstats.reporting.figures.concentration import lorenz
from dsvstats.reporting.figures.points import dots, ranked
from dsvstats.reporting.figures.stage_bars import stages
from dsvstats.reporting.figures.theme import Picture
from dsvstats.reporting.figures.tile_map import tiles
from dsvstats.reporting.figures.trends import over_time
from dsvstats.reporting.figures.unrecorded import bounds

__all__ = [
    "Picture",
    "bounds",
    "dots",
    "findings",
    "forest",
    "lorenz",
    "over_time",
    "ranked",
    "reports",
    "shares",
    "stages",
    "tiles",
]
