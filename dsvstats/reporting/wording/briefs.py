"""The board's brief, answered in words: each item's numbers, and what was not supplied."""

from __future__ import annotations

from typing import Any

import pandas as pd

from dsvstats.counts import base_of, records
from dsvstats.estimates.verdicts import NOT_KNOWN
from dsvstats.reporting.blocks import Section
from dsvstats.reporting.wording import nouns, numerals, phrases, rounding, values
from dsvstats.terms import measures, subjects, units

_LEAST = "It is noted only where somebody notes it, so that this is the least it can be."
NOT_WRITTEN = "Not yet written."
_FEW = 2


def answered(asked: pd.DataFrame) -> list[Section]:
    """A section for each item of the brief: its question, its numbers, what was not supplied.

    ``asked`` is a row for each number (``report.Report.asked``).

    >>> answered(pd.DataFrame(columns=["item", "asks"]))
    []
    """
    found = []
    for (number, asks), rows in asked.groupby(["item", "asks"], sort=False):
        held = records(rows)
        told = [each for each in held if each.state != "missing"]
        found.append(
            Section(
                f"item-{number}",
                str(asks),
                "" if told else NOT_KNOWN,
                sentences=tuple(
                    _given(held) + _least(told) + _printed(held) + _withheld(held) + _missing(held)
                ),
            )
        )
    return found


def written(questions: pd.DataFrame) -> list[Section]:
    """A section for each heading that an author writes under: what is asked, and what was written.

    >>> asked = pd.DataFrame({"heading": ["Who are the partners?"], "question": ["Which?"], "text": ""})
    >>> written(asked)[0].sentences
    ('Which?', 'Not yet written.')
    """
    found = []
    for number, (heading, rows) in enumerate(questions.groupby("heading", sort=False), 1):
        text = rows["text"].iloc[0] or NOT_WRITTEN
        told = (*rows["question"], text)
        found.append(Section(f"written-{number}", str(heading), sentences=told))
    return found


def beside(told: pd.DataFrame, *, whole: str) -> pd.DataFrame:
    """Areas' shares side by side: a kind of share a row, an area a column, the whole first.

    ``told`` are estimates of proportions and ratios of counts.

    >>> from dsvstats import estimates
    >>> beside(estimates.empty(), whole="London").columns.tolist()
    ['Share']
    """
    told = told[told["estimate"].notna() & ~told["withheld"]]
    cells: dict[str, dict[str, str]] = {}
    for row in records(told):
        base = nouns.base(row.base, row.subject)
        name = phrases.upper_first(f"{base} that {nouns.outcome(row.measure)}")
        per = "" if row.statistic == "proportion" else " per 100"
        cells.setdefault(name, {})[row.area] = f"{values.value(row)}{per}"
    areas = dict.fromkeys([whole, *sorted(told["area"])])
    columns = ["Share", *(each for each in areas if each in set(told["area"]))]
    return pd.DataFrame(
        [{"Share": name} | own for name, own in cells.items()], columns=columns
    ).fillna("")


def now(asked: list[dict[str, Any]]) -> str:
    """What the newest number of an issue's indicator is, of rows such as ``answered`` takes.

    >>> now([{"state": "missing"}])
    'not supplied'
    """
    first = asked[0]
    if first["state"] != "given":
        return "withheld" if first["state"] == "withheld" else "not supplied"
    count, base = first["count"], first["base"]
    share = f" ({rounding.percent(count / base)})" if base > 0 else ""
    return f"{numerals.number(count)}{share}, to {phrases.date(first['end'])}"


def _given(held: list[Any]) -> list[str]:
    """The numbers, those of one period after its name."""
    found, period = [], None
    for row in held:
        if row.state != "given":
            continue
        text = _number(row)
        if (row.start, row.end) != period:
            period = row.start, row.end
            text = f"In {phrases.briefly(*period)}, {text}"
        found.append(phrases.closed(phrases.upper_first(text)))
    return found


def _number(row: Any) -> str:
    number = numerals.number(row.count)
    if not row.base > 0:
        return f"{number} {_thing(row)}"
    base = nouns.base(base_of(row.unit, row.of), row.subject)
    share = rounding.percent(row.count / row.base)
    verb = measures.verb(row.measure)
    return f"{share} of {base} {verb}: {number} of {numerals.number(row.base)}"


def _thing(row: Any) -> str:
    unit = row.unit or next(iter(measures.MEASURES[row.measure].units), "")
    if unit:
        return nouns.thing(unit, row.measure, row.subject)
    plain = row.measure in units.UNITS["incidents"].plain
    words = subjects.incidents(row.subject) if plain else subjects.crimes(row.subject)
    return (
        words if row.measure in ("recorded", "crime") else f"{words} {measures.words(row.measure)}"
    )


def _least(told: list[Any]) -> list[str]:
    return [_LEAST] if any(each.least and each.state == "given" for each in told) else []


def _printed(held: list[Any]) -> list[str]:
    """Figures that are printed and are no counts, a few to a sentence."""
    told = list(dict.fromkeys(row.told for row in held if row.state == "printed"))
    few = [told[n : n + _FEW] for n in range(0, len(told), _FEW)]
    return [f"As printed: {'; '.join(each)}." for each in few]


def _withheld(held: list[Any]) -> list[str]:
    names = [_thing(row) for row in held if row.state == "withheld"]
    return (
        [f"Withheld, since so few could be told apart: {phrases.joined(names)}."] if names else []
    )


def _missing(held: list[Any]) -> list[str]:
    names = list(dict.fromkeys(_thing(row) for row in held if row.state == "missing"))
    return [f"Not supplied: {phrases.joined(names)}."] if names else []
