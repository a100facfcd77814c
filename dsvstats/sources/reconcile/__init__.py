"""Does a printed table add up, and what would mend it?"""

from dsvstats.sources.reconcile.rules import RULES, check

__all__ = [
    "RULES",
    "check",
]
