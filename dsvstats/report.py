"""What the notebook of a borough's report opens: the board's brief, item by item, of one area."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from dsvstats import counts, estimates, files, page
from dsvstats.counts import people as roles
from dsvstats.errors import one_of
from dsvstats.page import Page
from dsvstats.reporting import displayed
from dsvstats.reporting.wording import Origin, answers, briefs
from dsvstats.sources import supply, themed
from dsvstats.statistics import rates
from dsvstats.terms import brief, chains, units
from dsvstats.terms.brief import Item, Wanted

SUBJECTS = ("domestic_violence", "serious_sexual_offences", "bocu_sexual_offences")
"""What the brief asks for people of."""
GIVEN, WITHHELD, MISSING, PRINTED = "given", "withheld", "missing", "printed"
_CODES = ("C2", "C3", "C4", "C5")
_SERIES = ("area", "subject", "measure")
_KEY = ["area", "start", "end", "subject", "unit", "measure", "definition"]


def open(
    area: str,
    data: str | Path = supply.PUBLISHED,
    *,
    place: str = "",
    mapping: str = "",
    prefer: Sequence[str] = (),
) -> Report:
    """What did this area supply of what the board asks for?

    Parameters
    ----------
    area, data, place, mapping, prefer : as ``page.open`` takes them.

    Returns
    -------
    Report : its attributes are plain frames and values, each worked out when it is first asked for.

    >>> here = open("Wandsworth")
    >>> here.asked.loc[here.asked["measure"] == "crime", "count"].tolist()[:2]
    [1187.0, 113.0]
    """
    held = page.open(area, data, place=place, mapping=mapping, prefer=prefer)
    return Report(held)


@dataclass(frozen=True)
class Report:
    """One area's answers to the board's brief: what ``open`` gives."""

    page: Page

    @cached_property
    def asked(self) -> pd.DataFrame:
        """Each number that the brief asks for, in its order, and whether it was supplied.

        ``item`` and ``asks`` say of what; ``state`` is "given", "withheld", "missing" or
        "printed" (as it stands in a document, in ``told``); ``count`` and ``base`` are numbers,
        ``least`` marks a minimum.
        """
        rows = [
            {"item": number, "asks": item.asks, **row}
            for number, item in enumerate(brief.brief().asked, 1)
            for row in self._of_item(item)
        ]
        return pd.DataFrame(rows, columns=["item", "asks", *_ROW])

    def _of_item(self, item: Item) -> Iterator[dict[str, Any]]:
        for wanted in item.counts:
            told = self._asked_of(wanted)
            if told[0]["state"] != MISSING or not wanted.spare:
                yield from told
        if item.printed and self.page.kind == supply.PUBLISHED:
            held = themed.as_printed(item.printed, self.page.area, place=self.page.place)
            for what, source in held:
                yield _ROW | {"state": PRINTED, "told": what, "source": source}

    def _asked_of(self, wanted: Wanted) -> list[dict[str, Any]]:
        """What is known of it: its newest counts in the first unit that it was counted in."""
        held = counts.choose(self.page.totals, subject=wanted.subject, measure=wanted.measure)
        plain = [each for each in units.UNITS if each not in units.records()]
        unit = next((each for each in plain if each in set(held["unit"])), "")
        rows = counts.records(counts.latest(held[held["unit"] == unit]))
        named = {"subject": wanted.subject, "unit": wanted.unit, "measure": wanted.measure}
        return [self._told(row, wanted) for row in rows] or [_ROW | named]

    def _told(self, row: Any, wanted: Wanted) -> dict[str, Any]:
        held = self.page.totals
        same = [held[each] == getattr(row, each) for each in _KEY if each != "measure"]
        base = held[pd.concat(same, axis=1).all(axis=1) & (held["measure"] == wanted.of)]
        told = len(base) and wanted.of and not base["withheld"].iloc[0]
        return _ROW | {
            **{each: getattr(row, each) for each in _KEY if each != "area"},
            "count": float("nan") if row.withheld else float(row.count),
            "base": float(base["count"].iloc[0]) if told else float("nan"),
            "of": wanted.of,
            "least": wanted.least,
            "state": WITHHELD if row.withheld else GIVEN,
            "source": row.source,
        }

    @cached_property
    def rates(self) -> pd.DataFrame:
        """Those of them that are a part of another number, with limits."""
        return _rates(self.page.totals)

    @cached_property
    def _told_everywhere(self) -> pd.DataFrame:
        return counts.choose(self.page.everywhere, strand="all", subject=[*SUBJECTS])

    @cached_property
    def origin(self) -> Origin:
        """Where the numbers of every area are from, in a line."""
        return self.page.origin_of(self._told_everywhere)

    @cached_property
    def everywhere(self) -> pd.DataFrame:
        """What every area's report said: a kind of share a row, an area a column.

        Each of its own time and way of counting, so that they are shown and not compared.
        """
        held = self._told_everywhere
        crimes = rates.proportion(held, chains.OFFENCES, of=chains.INCIDENTS)
        told = estimates.join([counts.latest(crimes, of_each=_SERIES), _rates(held)])
        return briefs.beside(told, whole=self.page.whole)

    def people(self, role: str) -> pd.DataFrame:
        """Those of this role in crimes of each kind that the brief asks for, by strand."""
        found = [roles.of(self.page.cases, role=role, subject=each) for each in SUBJECTS]
        return counts.join(*found)

    def shares(self, role: str, *, level: float = 0.95) -> pd.DataFrame:
        """What share of them is each group? Estimates of ``shares``."""
        return self.page.shares_of(self.people(role), level=level)

    @cached_property
    def raised(self) -> pd.DataFrame:
        """What the board raised with this area, by when, and what its indicator was and is.

        Of made-up records nothing: they answer to nobody.
        """
        held = supply.raised(self.page.area, place=self.page.place)
        held = held.iloc[:0] if self.page.about.synthetic else held
        return pd.DataFrame(
            {
                "Issue": held["issue"],
                "Raised": held["raised"],
                "Due": held["due"],
                "Then": held["then"],
                "Now": [
                    briefs.now(self._asked_of(Wanted(each.subject, each.measure, each.of)))
                    if each.measure
                    else ""
                    for each in held.itertuples(index=False)
                ],
            }
        )

    def heading(self) -> displayed.Displayed:
        """How does the page open? Its title, period, source and notice."""
        return self.page.heading("report", self.page.totals)

    @cached_property
    def about(self) -> answers.About:
        """Whom and what the page's answer is about."""
        told = self.asked[self.asked["state"] != MISSING]
        items = [
            (item.asks, number in set(told["item"]))
            for number, item in enumerate(brief.brief().asked, 1)
        ]
        return replace(self.page.about, items=tuple(items))

    def written(self, texts: str | Path = "") -> pd.DataFrame:
        """What the author answers in words: each heading's questions, and what was written.

        ``texts`` is a YAML file of texts by the code in a heading, such as ``C2: "We ..."``.
        """
        held = files.read_yaml(texts, mend='write C2: "..." to C5: "..."') if texts else {}
        codes = dict(zip(_CODES, brief.brief().written, strict=True))
        for each in held if isinstance(held, dict) else [str(held)]:
            one_of(codes, each, where=Path(texts).name, rule="a heading of the brief")
        rows = [
            {"heading": heading, "question": question, "text": str(held.get(code) or "")}
            for code, (heading, questions) in codes.items()
            for question in questions
        ]
        return pd.DataFrame(rows)

    def provenance(self, **parameters: Any) -> displayed.Displayed:
        """What was the page made from? Parameters, sources, checksums and version."""
        return self.page.provenance(**parameters)


def _rates(totals: pd.DataFrame) -> pd.DataFrame:
    """The newest of each share that the brief asks for, in each area."""
    wanted = {(each.measure, each.of) for item in brief.brief().asked for each in item.counts}
    held = set(zip(totals["unit"], totals["measure"], strict=True))
    told = estimates.join(
        rates.proportion(totals, (unit, measure), of=(unit, of))
        for measure, of in sorted(wanted)
        for unit in units.cases()
        if of and {(unit, measure), (unit, of)} <= held
    )
    subjects = {each.subject for item in brief.brief().asked for each in item.counts}
    return counts.latest(told[told["subject"].isin(subjects)], of_each=_SERIES)


_ROW: dict[str, Any] = {
    "start": pd.NaT,
    "end": pd.NaT,
    "subject": "",
    "unit": "",
    "measure": "",
    "definition": "",
    "count": float("nan"),
    "base": float("nan"),
    "of": "",
    "least": False,
    "state": MISSING,
    "told": "",
    "source": "",
}
"""A number that was not supplied."""
