"""Which reports are about the same person? Linked by Splink, with what that leaves uncertain."""

from dsvstats.sources.linkage.checking import agreement, calibration, same_surname
from dsvstats.sources.linkage.counting import counts_of, of_extract
from dsvstats.sources.linkage.linking import Linked, link
from dsvstats.sources.linkage.records import people

__all__ = [
    "Linked",
    "agreement",
    "calibration",
    "counts_of",
    "link",
    "of_extract",
    "people",
    "same_surname",
]
