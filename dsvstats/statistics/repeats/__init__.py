"""Who is harmed again: people counted by how often they were reported."""

from dsvstats.statistics.repeats.inequality import capped, concentration, top_share
from dsvstats.statistics.repeats.listed import (
    people_by_reports,
    prevalence,
    reports,
    share_of_records,
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
