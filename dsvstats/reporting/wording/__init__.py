"""Estimates in words: what may be said, in a few short sentences."""

from dsvstats.reporting.wording.headlines import headline, subtitle
from dsvstats.reporting.wording.sentences import brief, cautions, sentence
from dsvstats.reporting.wording.statements import not_supplied
from dsvstats.reporting.wording.text import Origin, Words

__all__ = [
    "Origin",
    "Words",
    "brief",
    "cautions",
    "headline",
    "not_supplied",
    "sentence",
    "subtitle",
]
