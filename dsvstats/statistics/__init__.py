"""What the counts say: counts in, estimates out."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

ROOMS = (
    *("intervals", "disproportionality", "attrition", "repeats", "comparison"),
    *("rates", "standardisation"),
)
"""Each is imported when it is asked for: no page needs them all."""


def __getattr__(name: str) -> ModuleType:
    if name in ROOMS:
        return import_module(f"dsvstats.statistics.{name}")
    raise AttributeError(f"module 'dsvstats.statistics' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *ROOMS})
