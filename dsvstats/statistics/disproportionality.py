"""Who is over- or under-represented, by how much, and what could explain or undo the finding.

The public face of the modules beside it: one question and a small file each.
"""

from dsvstats.statistics.adjustment import adjusted
from dsvstats.statistics.decomposition import decompose
from dsvstats.statistics.excess import excess
from dsvstats.statistics.intersections import intersections
from dsvstats.statistics.multiplicity import adjust_p
from dsvstats.statistics.relative import relative_rates
from dsvstats.statistics.representation import representation, shares
from dsvstats.statistics.stratification import stratified
from dsvstats.statistics.unknown import unknown_bounds

__all__ = [
    "adjust_p",
    "adjusted",
    "decompose",
    "excess",
    "intersections",
    "relative_rates",
    "representation",
    "shares",
    "stratified",
    "unknown_bounds",
]
