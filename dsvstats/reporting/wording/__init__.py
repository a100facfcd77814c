"""Estimates in words: what may be said, with its counts, its limits and its reference."""

from dsvstats.reporting.wording.sentences import (
    Words,
    answer,
    brief,
    counted,
    findings,
    headline,
    not_supplied,
    provenance,
    sentence,
    subtitle,
)

__all__ = [
    "Words",
    "answer",
    "brief",
    "counted",
    "findings",
    "headline",
    "not_supplied",
    "provenance",
    "sentence",
    "subtitle",
]
