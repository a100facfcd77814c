"""The estimates frame: what every statistic returns, what each is, and which way it points."""

from dsvstats.estimates.columns import COLUMNS, empty, frame, join, order
from dsvstats.estimates.kinds import KINDS, Kind, kind

__all__ = ["COLUMNS", "KINDS", "Kind", "empty", "frame", "join", "kind", "order"]
