"""Where open figures were found: the address of each source, as its place's file has it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from dsvstats import files
from dsvstats.terms import places
from dsvstats.terms.places import Place

_COLUMNS = ["source", "address"]


def addresses(place: str | Path | Place = "") -> dict[str, str]:
    """At which address was each source of open figures found? None where the place has no list.

    >>> addresses()["Census 2001, table ST149"].partition("@")[0]
    'believethedata/projecting-belief'
    """
    return _addresses(places.place(place))


@cache
def _addresses(place: Place) -> dict[str, str]:
    if "sources" not in place.files:
        return {}
    held = files.read_csv(place.files["sources"].path, needs=_COLUMNS).frame()
    return dict(zip(held["source"], held["address"], strict=True))
