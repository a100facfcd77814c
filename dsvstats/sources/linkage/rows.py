"""People's rows as linkage compares them: spelt alike where they are alike, and blank where blank."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray

from dsvstats.errors import InputError, one_of
from dsvstats.sources.extract.schema import BLANK

NAMES = ("given_name", "family_name")
BORN, SECTOR, NAMED = "date_of_birth", "sector", "named_alike"
IDENTIFIERS = (*NAMES, BORN, SECTOR)
_FEW = 50
"""So many rows of one full name are still compared with each other; commoner names need more."""


def prepared(people: pd.DataFrame, *, keeps: Sequence[str] = ()) -> pd.DataFrame:
    """These rows as they are compared: names, birth, sector, what is kept; missing where blank.

    ``named_alike`` is the full name where few have it.

    >>> people = pd.DataFrame({"given_name": ["Zoé", ""], "family_name": ["O'Neil", "Unknown"],
    ...                        "date_of_birth": ["1980-02-01", None], "postcode": ["SW1A 2AA", ""]})
    >>> prepared(people).iloc[0, 1:5].tolist()
    ['zoe', 'oneil', Timestamp('1980-02-01 00:00:00'), 'SW1A2']
    >>> prepared(people).iloc[1, 1:5].isna().all().item()
    True
    """
    missing = [each for each in (*NAMES, BORN) if each not in people]
    if missing:
        raise InputError(
            where="people",
            rule=f"the columns {', '.join((*NAMES, BORN))}",
            value=", ".join(missing),
            mend="see EXTRACT.md: what is not recorded may be blank, its column is needed",
        )
    for each in keeps:
        one_of(people.columns, each, where="keeps", rule="a column of the people")
    told: dict[str, object] = {"unique_id": np.arange(len(people))}
    told |= {each: _texts(people[each], _letters) for each in NAMES}
    told[BORN] = pd.to_datetime(people[BORN], errors="coerce").array
    postcode = people["postcode"] if "postcode" in people else pd.Series("", people.index)
    told[SECTOR] = _texts(postcode, _sector)
    told |= {each: _texts(people[each], _kept) for each in keeps}
    rows = pd.DataFrame(told)
    both = rows[NAMES[0]] + " " + rows[NAMES[1]]
    return rows.assign(**{NAMED: both.where(both.map(both.value_counts()) <= _FEW)})


def _texts(values: pd.Series, as_compared: Callable[[object], str | None]) -> ExtensionArray:
    """These values as they are compared, each worked out once; missing where it is blank."""
    number, distinct = pd.factorize(values)
    told = [*map(as_compared, distinct), None]
    return pd.array([told[each] for each in number], dtype="str")


def _letters(name: object) -> str | None:
    """A name in plain small letters: accents, marks and blanks are spelt in many ways."""
    if not isinstance(name, str) or name.strip().casefold() in BLANK:
        return None
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(each for each in plain if each.isalpha()) or None


def _sector(postcode: object) -> str | None:
    """The sector of a postcode: all but its last two letters."""
    if not isinstance(postcode, str) or len(postcode.strip()) < 5:
        return None
    return postcode.replace(" ", "").upper()[:-2]


def _kept(value: object) -> str | None:
    blank = pd.isna(value) or str(value).strip().casefold() in BLANK
    return None if blank else str(value)
