"""Disproportionality, attrition and repeat victimisation in the police response to
domestic and sexual violence: everything is counts, a rate is one count over another,
and disproportionality is one group's rate over another's."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dsvstats import counts, report, session, statistics, strands
    from dsvstats.page import open
    from dsvstats.reporting.showing import show

__version__ = "0.1.0"
__all__ = ["__version__", "counts", "open", "report", "session", "show", "statistics", "strands"]

_FROM = {"open": "dsvstats.page", "show": "dsvstats.reporting.showing"}
_ROOMS = ("counts", "report", "session", "statistics", "strands")


def __getattr__(name: str) -> Any:
    """What the face shows is imported when it is asked for, so that the command starts fast."""
    if name in _FROM:
        return getattr(import_module(_FROM[name]), name)
    if name in _ROOMS:
        return import_module(f"dsvstats.{name}")
    raise AttributeError(f"module 'dsvstats' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
