"""Tables for a page: few columns and plain headings, of estimates, counts, findings or anything."""

from dsvstats.reporting.tables.areas import overview
from dsvstats.reporting.tables.estimates import table
from dsvstats.reporting.tables.html import cells_of, comma_separated, joined, link, markup, plain
from dsvstats.reporting.tables.listings import caption, counts, findings, listing
from dsvstats.reporting.tables.times import court_times

__all__ = [
    "caption",
    "cells_of",
    "comma_separated",
    "counts",
    "court_times",
    "findings",
    "joined",
    "link",
    "listing",
    "markup",
    "overview",
    "plain",
    "table",
]
