"""What may be said, shown and published: reads counts and estimates, computes no statistic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dsvstats.reporting.showing import show

__all__ = ["show"]


def __getattr__(name: str) -> Any:
    """`show` brings every figure and table with it, and is imported when it is asked for."""
    if name == "show":
        from dsvstats.reporting import showing

        return showing.show
    raise AttributeError(f"module 'dsvstats.reporting' has no attribute {name!r}")
