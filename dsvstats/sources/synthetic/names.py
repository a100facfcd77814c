"""Invented names, some of them misspelt: nobody's, and recognisably so."""

from __future__ import annotations

from functools import cache

import numpy as np

SPELLINGS = 8
"""How many misspellings each name has, beside the right one."""

_STARTS = "bal cor dra fen gor hal jor kel lor mor nor pel quil ror sar tor val wes yor zel".split()
_ENDS = "aby ander ark ell emin ewick idge illow ingle orath osk otham uld unter urne yss".split()
_MIDDLES = "a e i o u al en ir os ul".split()
_GIVEN_STARTS = "Ab Be Ca De El Fi Ga Ha Is Jo Ka Li Ma Ne Or Pa Ro Sa Te Va".split()
_GIVEN_ENDS = "bry dan fel grin len mira nys rick selle tavi vann zo".split()


@cache
def family_names() -> tuple[str, ...]:
    """Which family names are there? Common ones first.

    >>> len(family_names()), family_names()[0]
    (3200, 'Balaaby')
    """
    return tuple(
        (start + middle + end).capitalize()
        for end in _ENDS
        for middle in _MIDDLES
        for start in _STARTS
    )


@cache
def given_names() -> tuple[str, ...]:
    """Which given names are there? Common ones first.

    >>> len(given_names()), given_names()[0]
    (240, 'Abbry')
    """
    return tuple(start + end for end in _GIVEN_ENDS for start in _GIVEN_STARTS)


@cache
def with_misspellings(names: tuple[str, ...]) -> tuple[str, ...]:
    """How may each name be written? Name n stands at n * (SPELLINGS + 1), misspellings after it.

    Each has one letter left out, doubled, exchanged for its neighbour or replaced.

    >>> with_misspellings(("Balaaby",))[:4]
    ('Balaaby', 'Balaby', 'Balaayb', 'Baxaaby')
    """
    return tuple(spelling for name in names for spelling in [name, *_misspelt(name)])


def _misspelt(name: str) -> list[str]:
    found = []
    for n in range(SPELLINGS):
        at = 1 + (n * 2 + len(name)) % (len(name) - 2)
        before, letter, after = name[:at], name[at], name[at + 1 :]
        other = "x" if letter != "x" else "s"
        exchanged = after[0] + letter if after[0] != letter else other + letter
        found.append(
            (
                before + after,
                before + exchanged + after[1:],
                before + other + after,
                before + letter * 2 + after,
            )[n % 4]
        )
    return found


@cache
def chances(size: int) -> np.ndarray:
    """How common is each name? As one over its rank.

    >>> chances(2).round(3).tolist()
    [0.667, 0.333]
    """
    weights = 1 / np.arange(1, size + 1)
    return weights / weights.sum()
