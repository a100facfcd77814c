"""Finished runs as what a board reads: pages, an index, and files in other formats."""

from dsvstats.reporting.evidence.listing import index
from dsvstats.reporting.evidence.pages import page

__all__ = ["index", "page"]
