"""What every YAML file is made of that fits somebody's own names, codes and dates to ours."""

from __future__ import annotations

import re
from typing import Any

from dsvstats.errors import InputError

NOTHING = (None, "~", "null")
"""What YAML writes for nothing."""


def wrong(where: str, rule: str, value: object, mend: str) -> InputError:
    """The error that says what a part of a mapping must be."""
    return InputError(where=where, rule=rule, value=value, mend=mend)


def names(where: str, held: Any, *, mend: str) -> dict:
    """Names with what is theirs; nothing is none of them.

    >>> names("mine.yml", None, mend="see the example")
    {}
    """
    if held in (None, ""):
        return {}
    if not isinstance(held, dict):
        raise wrong(where, "names with what is theirs", held, mend)
    return held


def text(where: str, value: Any) -> str:
    """A word of a mapping; one that is no file may hold numbers.

    >>> text("mine.yml, columns", 1066)
    '1066'
    """
    if isinstance(value, (str, int)) and not isinstance(value, bool):
        return str(value)
    raise wrong(where, "text", value, "put it in quotation marks")


def word(value: Any) -> str:
    """A code of a mapping; one that is no file may hold truth values, numbers and nothing.

    >>> word(True), word(" F "), word(None)
    ('true', 'F', '')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value in NOTHING else str(value).strip()


def dates(where: str, form: Any) -> str:
    """A form of dates, made of day, month and year.

    >>> dates("mine.yml, dates", "%d/%m/%Y")
    '%d/%m/%Y'
    """
    form = text(where, form)
    if form and sorted(dates_pattern(form)[1]) != ["Y", "d", "m"]:
        raise wrong(where, "made of %d, %m and %Y, each once", form, "for example %d/%m/%Y")
    return form


def dates_pattern(form: str) -> tuple[str, str]:
    """What do dates in this form look like, and in which order do year, month and day stand?

    >>> dates_pattern("%d/%m/%Y")
    ('^([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})\\\\z', 'dmY')
    """
    parts = {"d": "([0-9]{1,2})", "m": "([0-9]{1,2})", "Y": "([0-9]{4})"}
    parts |= dict.fromkeys("HMS", "[0-9]{1,2}")
    pieces = re.split(r"%([dmYHMS])", form)
    pattern = "".join(parts[piece] if n % 2 else re.escape(piece) for n, piece in enumerate(pieces))
    return rf"^{pattern}\z", "".join(piece for piece in pieces[1::2] if piece in "dmY")


def iso(written: str, form: str) -> str:
    """A day in this form as we write it; any other text as it is.

    >>> iso("1/4/2008", "%d/%m/%Y"), iso("4.2008", "%d/%m/%Y")
    ('2008-04-01', '4.2008')
    """
    pattern, order = dates_pattern(form)
    found = re.fullmatch(pattern.removeprefix("^").removesuffix(r"\z"), written)
    if not found:
        return written
    year, month, day = (found[order.index(part) + 1] for part in "Ymd")
    return f"{year}-{month:0>2}-{day:0>2}"
