"""What may leave: which counts are not shown, and what must be said of those that are."""

from dsvstats.disclosure.withholding import NOTICE, THRESHOLD, notice, withhold

__all__ = ["NOTICE", "THRESHOLD", "notice", "withhold"]
