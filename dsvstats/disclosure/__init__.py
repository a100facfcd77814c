"""What may leave: which counts are not shown, and what must be said of those that are."""

from dsvstats.disclosure.auditing import audit
from dsvstats.disclosure.protecting import protect
from dsvstats.disclosure.released import ledger
from dsvstats.disclosure.withholding import (
    NOTICE,
    THRESHOLD,
    notice,
    protected,
    protected_below,
    withhold,
)

__all__ = [
    "NOTICE",
    "THRESHOLD",
    "audit",
    "ledger",
    "notice",
    "protect",
    "protected",
    "protected_below",
    "withhold",
]
