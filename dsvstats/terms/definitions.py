"""How a count's definition says that it was made in a way that must be said of it."""

from __future__ import annotations

SYNTHETIC, APPROXIMATE = "synthetic", "approximate"
MADE = (SYNTHETIC, APPROXIMATE)
"""Of made-up records; by a mapping that is only roughly right."""
_BETWEEN = ", "
_AGES = "ages="


def made(definition: str) -> tuple[str, ...]:
    """How were counts of this definition made, that must be said of them?

    >>> made("spi8a"), made("flagged, approximate")
    ((), ('approximate',))
    """
    words = definition.split(_BETWEEN)
    return tuple(each for each in MADE if each in words)


def bare(definition: str) -> str:
    """This definition without what it says of how the counts were made, and of which ages.

    >>> bare("census_2011, ages=18+")
    'census_2011'
    """
    return definition.split(_BETWEEN)[0]


def ages(definition: str) -> str:
    """Of which ages are residents of this definition? Nothing where they are of all.

    >>> ages("census_2011, ages=18+"), ages("census_2011")
    ('18+', '')
    """
    words = definition.split(_BETWEEN)
    return next((each.removeprefix(_AGES) for each in words if each.startswith(_AGES)), "")


def of_ages(definition: str, band: str) -> str:
    """This definition, of residents of these ages alone.

    >>> of_ages("census_2011", "18+")
    'census_2011, ages=18+'
    """
    return f"{definition}{_BETWEEN}{_AGES}{band}"


def with_made(definition: str, how: str) -> str:
    """This definition, of counts that were made so.

    >>> with_made("", "synthetic"), with_made("flagged", "approximate")
    ('synthetic', 'flagged, approximate')
    """
    words = [each for each in definition.split(_BETWEEN) if each]
    return _BETWEEN.join(dict.fromkeys([*words, how]))
