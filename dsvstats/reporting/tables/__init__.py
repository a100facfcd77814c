"""Tables for a page: few columns and plain headings, of estimates, counts, findings or anything."""

from dsvstats.reporting.tables.areas import overview
from dsvstats.reporting.tables.estimates import table
from dsvstats.reporting.tables.html import cells_of, comma_separated, joined, link, markup, plain
from dsvstats.reporting.tables.listings import caption, counts, findings, listing

__all__ = [
    "caption",
    "cells_of",
    "comma_separated",
    "counts",
    "findings",
    "joined",
    "link",
    "listing",
    "markup",
    "overview",
    "plain",
    "table",
]
