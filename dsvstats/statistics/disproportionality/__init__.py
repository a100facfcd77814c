"""Who is over- or under-represented, by how much, and what could explain or undo the finding.

The public face of the modules beside it: one question and a small file each.
"""

from dsvstats.statistics.disproportionality.adjustment import adjusted
from dsvstats.statistics.disproportionality.composition import shares
from dsvstats.statistics.disproportionality.decomposition import decompose
from dsvstats.statistics.disproportionality.excess_events import excess
from dsvstats.statistics.disproportionality.indices import representation
from dsvstats.statistics.disproportionality.pooling import intersections
from dsvstats.statistics.disproportionality.relative import relative_rates
from dsvstats.statistics.disproportionality.stratification import stratified
from dsvstats.statistics.disproportionality.unknown import unknown_bounds
from dsvstats.statistics.multiplicity import adjust_p

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
