"""An executed notebook as a page that a board can read, and the list of all pages."""

from dsvstats.reporting.evidence.pages import index, page, synthetic, title

__all__ = [
    "index",
    "page",
    "synthetic",
    "title",
]
