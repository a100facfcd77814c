"""Estimates in words: what may be said, with its counts, its limits and its reference."""

from dsvstats.reporting.wording.headlines import headline, subtitle
from dsvstats.reporting.wording.sentences import brief, cautions, sentence
from dsvstats.reporting.wording.statements import counted, findings, not_supplied
from dsvstats.reporting.wording.text import Words, answer

__all__ = [
    "Words",
    "answer",
    "brief",
    "cautions",
    "counted",
    "findings",
    "headline",
    "not_supplied",
    "sentence",
    "subtitle",
]
