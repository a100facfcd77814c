"""Who is harmed again: people counted by how often, and by when, they were reported."""

from dsvstats.statistics.repeats.beyond import across_areas
from dsvstats.statistics.repeats.frequency import frequency_model
from dsvstats.statistics.repeats.hidden_people import unseen
from dsvstats.statistics.repeats.inequality import capped, concentration, top_share
from dsvstats.statistics.repeats.linked import linked_prevalence, linked_ratios
from dsvstats.statistics.repeats.listed import (
    people_by_reports,
    prevalence,
    reports,
    share_of_records,
)
from dsvstats.statistics.repeats.recurring import recurrence, time_to_repeat

__all__ = [
    "across_areas",
    "capped",
    "concentration",
    "frequency_model",
    "linked_prevalence",
    "linked_ratios",
    "people_by_reports",
    "prevalence",
    "recurrence",
    "reports",
    "share_of_records",
    "time_to_repeat",
    "top_share",
    "unseen",
]
