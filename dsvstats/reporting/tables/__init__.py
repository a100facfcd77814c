"""Tables for a page: few columns and plain headings, of estimates, counts, findings or anything."""

from dsvstats.reporting.tables.estimates import table
from dsvstats.reporting.tables.html import comma_separated, link, markup, plain
from dsvstats.reporting.tables.listings import caption, counts, findings, listing

__all__ = [
    "caption",
    "comma_separated",
    "counts",
    "findings",
    "link",
    "listing",
    "markup",
    "plain",
    "table",
]
