"""How a count's definition says that it was made in a way that must be said of it."""

from __future__ import annotations

SYNTHETIC, APPROXIMATE = "synthetic", "approximate"
MADE = (SYNTHETIC, APPROXIMATE)
"""Of made-up records; by a mapping that is only roughly right."""
_BETWEEN = ", "


def made(definition: str) -> tuple[str, ...]:
    """How were counts of this definition made, that must be said of them?

    >>> made("spi8a"), made("flagged, approximate")
    ((), ('approximate',))
    """
    words = definition.split(_BETWEEN)
    return tuple(each for each in MADE if each in words)


def with_made(definition: str, how: str) -> str:
    """This definition, of counts that were made so.

    >>> with_made("", "synthetic"), with_made("flagged", "approximate")
    ('synthetic', 'flagged, approximate')
    """
    words = [each for each in definition.split(_BETWEEN) if each]
    return _BETWEEN.join(dict.fromkeys([*words, how]))
