"""Does a printed table, or a file of counts, add up, and what would mend it?"""

from dsvstats.sources.reconcile.own import RULES_OF_COUNTS, check_counts, checked
from dsvstats.sources.reconcile.rules import RULES, check
from dsvstats.sources.reconcile.unused import with_none, without_unused

__all__ = [
    "RULES",
    "RULES_OF_COUNTS",
    "check",
    "check_counts",
    "checked",
    "with_none",
    "without_unused",
]
