"""Pictures of what needs a plane: drawn by matplotlib and seaborn as vectors, their text in HTML."""

from dsvstats.reporting.figures.pictures.areas import funnel
from dsvstats.reporting.figures.pictures.inequality import lorenz
from dsvstats.reporting.figures.pictures.raster import png
from dsvstats.reporting.figures.pictures.trend import over_time

__all__ = ["funnel", "lorenz", "over_time", "png"]
