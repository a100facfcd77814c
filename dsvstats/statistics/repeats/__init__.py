"""Who is harmed again: people counted by how often they were reported."""

from dsvstats.statistics.repeats.listed import (
    capped,
    concentration,
    people_by_reports,
    prevalence,
    reports,
    share_of_records,
    top_share,
)

__all__ = [
    "capped",
    "concentration",
    "people_by_reports",
    "prevalence",
    "reports",
    "share_of_records",
    "top_share",
]
