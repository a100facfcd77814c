"""The figures: each takes a frame and gives a ``Picture`` with its alternative text.

A ``Picture`` shows itself in a notebook as a PNG at twice its size, whose metadata carry the
alternative text, and whose bytes are the same in any kernel. Every figure is given as well when
there is nothing to show.
"""

from dsvstats.reporting.bars import findings, reports, shares
from dsvstats.reporting.bounds import bounds
from dsvstats.reporting.dots import dots, ranked
from dsvstats.reporting.forest import forest
from dsvstats.reporting.lorenz import lorenz
from dsvstats.reporting.over_time import over_time
from dsvstats.reporting.stages import stages
from dsvstats.reporting.theme import Picture
from dsvstats.reporting.tiles import tiles

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
