"""What a theme's documents print, and the shares that are read from two of their numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from dsvstats.sources import published
from dsvstats.terms import places, subjects
from dsvstats.terms.places import Place
from dsvstats.terms.themes import Selection, Theme

_UNITS = {"percent": "%", "per_cent_change": "%", "ratio": "", "count": ""}
_LEFT = ("Total",)
_SHORT = {
    "sd": "sanction detection",
    "dv": "DV",
    "fm": "forced marriage",
    "csu": "Community Safety Unit",
    "sapphire": "Sapphire",
    "form 124d": "risk form",
    "vcop": "Victims' Code",
    "cri": "crime-related incident",
}
_TOLD = {published.NATION: "the country"}


def printed(theme: Theme, *, place: str | Path | Place = "") -> pd.DataFrame:
    """What else do documents print of this theme: figures that are no counts, as they stand?

    Of the whole place and of the country.

    >>> from dsvstats.terms import themes
    >>> held = printed(themes.theme("older_people"))
    >>> held.loc[held["What"] == "DV victims", "Printed"].tolist()
    ['5,040']
    """
    held = published.read(place=place)
    held = held[held["subject"].isin(theme.printed) & held["unit"].isin([*_UNITS])]
    held = held[(held["value"] != "") & ~held["category"].isin(_LEFT)]
    rows = _near(published.no_counts(held, place=place), "", place)
    return pd.DataFrame(
        {
            "What": [_words(each) for each in rows["measure"]],
            "Of whom": rows["category"],
            "Where": rows["near"],
            "Printed": [
                _number(*each)
                for each in zip(rows["value"], rows["unit"], rows["note"], strict=True)
            ],
            "Place": published.sources(rows, place=place),
        }
    ).reset_index(drop=True)


def as_printed(
    wanted: Iterable[Selection], area: str, *, place: str | Path | Place = ""
) -> list[tuple[str, str]]:
    """The figures of this area that these selections name, in words, each with its place.

    >>> as_printed([{"subject": "workforce", "measure": "vacancies"}], "Wandsworth")
    [('staff vacancies: 0', 'Wandsworth report of 6 October 2009, paragraph 7.5')]
    """
    held = published.of_area(published.read(place=place), area, place=place)
    rows = _selected(held[(held["value"] != "") & held["unit"].isin([*_UNITS])], wanted)
    named = published.sources(rows, place=place)
    told = map(_told, rows.itertuples(index=False))
    return list(dict.fromkeys(zip(told, named, strict=True)))


def _told(row: Any) -> str:
    """What a figure is, its number, and until when it is, where that is printed."""
    about = subjects.SUBJECTS.get(row.subject)
    name = f"{about.words} {_words(row.measure)}" if about else _words(row.measure)
    what = name if row.category in ("", *_LEFT) else f"{name}, {row.category}"
    until = f" (to {pd.Timestamp(row.period_end):%B %Y})" if row.period_end else ""
    return f"{what}: {_number(row.value, row.unit, row.note)}{until}"


def readings(theme: Theme, area: str, *, place: str | Path | Place = "") -> pd.DataFrame:
    """Which shares do two printed numbers give? What each says, its two counts, and its places.

    Of the area, of the whole that it is in, and of the country; one whose numbers the documents
    do not print is left out.

    >>> from dsvstats.terms import themes
    >>> readings(themes.theme("disabled_people"), "London")[["count", "of"]].values.tolist()[0]
    [32, 145]
    """
    held = published.read(place=place)
    held = _near(held[(held["unit"] == "count") & (held["value"] != "")], area, place)
    rows = []
    for each in theme.readings:
        part, whole = (_selected(held, side) for side in (each.count, each.of))
        if len(part) and len(whole):
            told = published.sources(pd.concat([part, whole]), place=place)
            rows.append((each.says, _sum(part), _sum(whole), "; ".join(dict.fromkeys(told))))
    return pd.DataFrame(rows, columns=["says", "count", "of", "source"])


def _near(held: pd.DataFrame, area: str, place: str | Path | Place) -> pd.DataFrame:
    """The figures of this area, if any, of the whole and of the country; ``near`` says of which."""
    there = places.place(place)
    names = published.areas(held["area"], there)
    wanted = names.isin([area and there.find(area), there.whole, published.NATION])
    return held.assign(near=names.replace(_TOLD))[wanted]


def _selected(held: pd.DataFrame, sides: Iterable[Selection]) -> pd.DataFrame:
    """The printed numbers that these selections name; each once."""
    found = []
    for wanted in sides:
        rows = held
        for column, value in wanted.items():
            rows = rows[rows[column] == value]
        found.append(rows)
    return pd.concat(found).drop_duplicates()


def _sum(rows: pd.DataFrame) -> int:
    return int(rows["value"].astype(int).sum())


def _words(name: str) -> str:
    text = name.replace("_", " ")
    for short, long in _SHORT.items():
        text = re.sub(rf"\b{short}\b", long, text)
    return text


def _number(value: str, unit: str, note: str) -> str:
    """The number, or the words that it was printed in where it was not printed as one."""
    words = re.match(r'printed "([^"]+)"', note)
    if words and unit == "ratio":
        return words[1]
    return f"{int(value):,}" if value.isdigit() and unit == "count" else f"{value}{_UNITS[unit]}"
