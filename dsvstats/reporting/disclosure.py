"""What must be said of a page whose counts come from records, and which of them are not shown."""

from __future__ import annotations

from dsvstats.withholding import withhold

__all__ = ["NOTICE", "notice", "withhold"]

NOTICE = "Made from records: not for publication until disclosure control is complete."


def notice(source: str) -> str:
    """What must be said of a page with counts of this kind of source?

    >>> notice("extract") == NOTICE, notice("published")
    (True, '')
    """
    return "" if source in ("published", "counts") else NOTICE
