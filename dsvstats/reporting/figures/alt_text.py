"""The text of a figure for those who listen: its kind, its finding, and where the data stand."""

from __future__ import annotations

from dsvstats.reporting.wording import phrases

MOST = 250
_WHERE = "Data in the table below."


def alt(kind: str, heading: str, caption: str) -> str:
    """What does the figure show, for someone who does not see it? In at most 250 characters.

    >>> alt("Bar chart", "Half are known", "Lambeth.")
    'Bar chart. Half are known. Lambeth. Data in the table below.'
    """
    told = (kind, heading, *phrases.sentences(caption))
    said = [phrases.closed(part.strip()) for part in told if part.strip()]
    while len(said) > 1 and len(" ".join([*said, _WHERE])) > MOST:
        said.pop()
    if len(said) == 1 and heading:
        room = MOST - len(f"{said[0]} … {_WHERE}")
        said.append(f"{heading[:room].rsplit(' ', 1)[0]}…")
    return " ".join([*said, _WHERE])
