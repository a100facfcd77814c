"""The counts frame, one row per thing counted: read, check, choose, prefer, add up, pair."""

from dsvstats.counts.ages import banded, youngest
from dsvstats.counts.ages import named as ages_from
from dsvstats.counts.choosing import add_up, choose, latest, prefer, refuse_doubles, set_aside
from dsvstats.counts.files import read
from dsvstats.counts.frame import (
    COLUMNS,
    KEY,
    Breached,
    check,
    empty,
    in_order,
    join,
    require,
    table,
)
from dsvstats.counts.grouping import codes, sources_by, sources_of
from dsvstats.counts.implied import completed
from dsvstats.counts.pairing import Measure, base_of, follow, pair, resolve, supplied
from dsvstats.counts.person_years import lacking, years
from dsvstats.counts.tuples import records
from dsvstats.counts.unrecorded import recording

__all__ = [
    "COLUMNS",
    "KEY",
    "Breached",
    "Measure",
    "add_up",
    "ages_from",
    "banded",
    "base_of",
    "check",
    "choose",
    "codes",
    "completed",
    "empty",
    "follow",
    "in_order",
    "join",
    "lacking",
    "latest",
    "pair",
    "prefer",
    "read",
    "recording",
    "records",
    "refuse_doubles",
    "require",
    "resolve",
    "set_aside",
    "sources_by",
    "sources_of",
    "supplied",
    "table",
    "years",
    "youngest",
]
