"""Tables for a page: few columns and plain headings, of estimates, counts, findings or anything."""

from dsvstats.reporting.tables.listings import Table, counts, findings, listing, show

__all__ = [
    "Table",
    "counts",
    "findings",
    "listing",
    "show",
]
