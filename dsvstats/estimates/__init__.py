"""The estimates frame: what every statistic returns, its columns and its order."""

from dsvstats.estimates.columns import COLUMNS, empty, frame, label, order

__all__ = [
    "COLUMNS",
    "empty",
    "frame",
    "label",
    "order",
]
