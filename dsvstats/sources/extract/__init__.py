"""A record-level extract of the crime recording system: read, checked and counted, lazily."""

from dsvstats.sources.extract.following import followed
from dsvstats.sources.extract.records import Extract, check_path, count, read, rolling, validate

__all__ = [
    "Extract",
    "check_path",
    "count",
    "followed",
    "read",
    "rolling",
    "validate",
]
