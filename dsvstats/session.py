"""What the notebook of a thematic session opens: one theme in one area, ready to ask."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dsvstats import counts, estimates, files, page
from dsvstats.counts import Measure
from dsvstats.estimates import flags
from dsvstats.page import Page
from dsvstats.reporting import displayed
from dsvstats.reporting.wording import answers, numerals, phrases
from dsvstats.sources import supply, themed
from dsvstats.statistics import attrition, disproportionality, intervals
from dsvstats.terms import schemes, themes, units
from dsvstats.terms.themes import Theme


def open(
    theme: str | Path,
    area: str,
    data: str | Path = supply.PUBLISHED,
    *,
    place: str = "",
    mapping: str = "",
    prefer: Sequence[str] = (),
) -> Session:
    """What is known of this theme in this area, and what can be asked?

    Parameters
    ----------
    theme : a theme of ``data/themes``, or your own YAML file.
    area : a part of the place, or its whole, by any of its names.
    data : "published" (the board's documents), a CSV of your own counts, or a folder, file or
        pattern of records: told by looking.
    place : a place of ``data/places``, or your own YAML file; the default one if it is left out.
    mapping : the YAML that fits other names and codes, of records or of a table of counts.
    prefer : the sources to take first where two count the same thing.

    Returns
    -------
    Session : its attributes are plain frames and values, each worked out when it is first asked for.

    >>> here = open("older_people", "London")
    >>> here.people["group"].unique().tolist()
    ['0-49', '50+', 'Not recorded']
    """
    about = themes.theme(theme)
    first = about.subjects[0]
    held = page.open(area, data, place=place, mapping=mapping, prefer=prefer, subject=first)
    return Session(about, held)


@dataclass(frozen=True)
class Session:
    """A theme in one area: what ``open`` gives."""

    theme: Theme
    page: Page

    @property
    def area(self) -> str:
        """The area, by its name in the place."""
        return self.page.area

    @property
    def whole(self) -> str:
        """The whole that the area is a part of, or is."""
        return self.page.whole

    @cached_property
    def definition(self) -> pd.DataFrame:
        """What is meant, from when the words are, and by what people are told apart."""
        named = [schemes.SCHEMES[each].title.lower() for each in _strands(self.theme)]
        told = {
            "What is meant": self.theme.definition,
            "From": self.theme.since,
            "Told by": phrases.joined(named),
        }
        return pd.DataFrame({"Theme": list(told), self.theme.title: list(told.values())})

    @cached_property
    def cases(self) -> pd.DataFrame:
        """The area's counts of the theme's subjects; of published ones the police's list as well."""
        held = self.page.cases
        if self.page.kind == supply.PUBLISHED:
            listed = counts.join(self.page.killed, self.page.killed_by_strand)
            held = counts.join(held, listed[listed["area"] == self.area])
        return counts.choose(held, subject=[*self.theme.subjects])

    @cached_property
    def totals(self) -> pd.DataFrame:
        """How many were counted, by no strand: of each subject, in its latest period."""
        return _latest(counts.choose(self.cases, strand="all"))

    @cached_property
    def people(self) -> pd.DataFrame:
        """The people of the theme's roles by its strands, at every stage, in the latest period."""
        return _people(self.cases, self.theme)

    @cached_property
    def counted(self) -> pd.DataFrame:
        """The same people at one stage: in crimes, or as recorded where crimes are not told."""
        return _at_one_stage(self.people)

    @cached_property
    def everywhere(self) -> pd.DataFrame:
        """The theme's people at one stage, in every area that tells them by the theme's strands."""
        held = supply.by_strand(_strands(self.theme), **self.page.origins, prefer=self.page.prefer)
        held = counts.choose(held, subject=[*self.theme.subjects])
        return _at_one_stage(_people(held, self.theme))

    @cached_property
    def residents(self) -> pd.DataFrame:
        """Whom these people live among, in the same groups."""
        return self.page.residents_of(self.counted)

    @cached_property
    def reference(self) -> dict[str, str]:
        """The groups that others are compared with, where the theme names one that is there."""
        there = set(zip(self.people["strand"], self.people["group"], strict=True))
        return {k: v for k, v in (self.theme.reference or {}).items() if (k, v) in there}

    def kept(self, *, level: float = 0.95) -> pd.DataFrame:
        """In what share of each group's cases did each outcome come about? Of ``retention``."""
        found = [
            attrition.retention(self.people, stages=stages, level=level) for stages in self._stages
        ]
        return pd.concat(found, ignore_index=True) if found else estimates.empty()

    @cached_property
    def _stages(self) -> list[list[Measure]]:
        """Each outcome that was counted, after what it is a part of."""
        held = set(zip(self.people["unit"], self.people["measure"], strict=True))
        every: list[list[Measure]] = [
            [(unit, base), (unit, measure)]
            for measure, base in (self.theme.outcomes or {}).items()
            for unit in dict.fromkeys(self.people["unit"])
        ]
        return [each for each in every if held.issuperset(each)]

    def outcomes(self, *, level: float = 0.95) -> pd.DataFrame:
        """How many times as often as the reference group's did each group's cases end so?

        Estimates of ``stage_ratios``, of each outcome against what it is a part of.
        """
        found = [
            attrition.stage_ratios(
                self.people, stages=stages, reference=self.reference, level=level
            )
            for stages in self._stages
        ]
        every = pd.concat(found, ignore_index=True) if found else estimates.empty()
        return every[~flags.has(every["flags"], "whole_chain")].reset_index(drop=True)

    def shares(self, *, level: float = 0.95) -> pd.DataFrame:
        """What share of those counted is each group? Estimates of ``shares``, of each kind."""
        found = [
            disproportionality.shares(
                rows, kind, level=level, dispersion=self.page.dispersion_of(rows)
            )
            for kind, rows in self._kinds()
        ]
        return pd.concat(found, ignore_index=True) if found else estimates.empty()

    def index(self, *, level: float = 0.95) -> pd.DataFrame:
        """How many times its share of residents is each group's? Of ``representation``."""
        found = [
            disproportionality.representation(
                rows,
                kind,
                against=self.residents,
                level=level,
                dispersion=self.page.dispersion_of(rows),
            )
            for kind, rows in self._kinds()
        ]
        return pd.concat(found, ignore_index=True) if found else estimates.empty()

    def _kinds(self) -> Iterator[tuple[tuple[str, str], pd.DataFrame]]:
        """The people counted of each subject, by what they are counted as."""
        for (_, unit, measure), rows in self.counted.groupby(
            ["subject", "unit", "measure"], sort=False
        ):
            yield (str(unit), str(measure)), rows

    @cached_property
    def printed(self) -> pd.DataFrame:
        """What else the documents print of the theme, as it stands there."""
        held = themed.printed(self.theme, place=self.page.place)
        return held if self.page.kind == supply.PUBLISHED else held.iloc[:0]

    def readings(self, *, level: float = 0.95) -> pd.DataFrame:
        """Which shares do printed numbers give, and between which limits (Wilson 1927)?"""
        held = themed.readings(self.theme, self.area, place=self.page.place)
        held = held if self.page.kind == supply.PUBLISHED else held.iloc[:0]
        share = intervals.proportion(held["count"], held["of"], level=level)
        value, low, high = (list(map(numerals.percent, np.asarray(side))) for side in share)
        both = zip(held["count"], held["of"], strict=True)
        return pd.DataFrame(
            {
                "Share": value,
                "Of what": held["says"].str.removeprefix("of "),
                "Counts": [f"{part:,} of {whole:,}" for part, whole in both],
                f"{level:.0%} limits": [f"{a} to {b}" for a, b in zip(low, high, strict=True)],
                "Place": held["source"],
            }
        )

    @property
    def _told(self) -> tuple[tuple[str, str, str], ...]:
        held = self.readings()
        return tuple(zip(held["Share"], "of " + held["Of what"], held["Counts"], strict=True))

    @cached_property
    def evidence(self) -> pd.DataFrame:
        """What the evidence can and cannot support."""
        told = [("can tell", each) for each in self.theme.can]
        told += [("cannot tell", each) for each in self.theme.cannot]
        return pd.DataFrame(told, columns=["This evidence", "What"])

    @cached_property
    def about(self) -> answers.About:
        """Whom and what the page's answer is about."""
        return replace(
            self.page.about,
            theme=self.theme.title,
            theme_told=len(self.theme.strands) == 1,
            cannot=self.theme.cannot,
            readings=self._told if self.area == self.whole else (),
            supplied=bool(len(self.cases)),
        )

    def heading(self) -> displayed.Displayed:
        """How does the page open? Its title, period, source and notice."""
        return self.page.heading("theme", self.people, about=self.about)

    def provenance(self, **parameters: Any) -> displayed.Displayed:
        """What was the page made from? Parameters, sources, checksums and version."""
        told = {"theme": self.theme.name, "theme_file": files.checksum(self.theme.path)}
        return self.page.provenance(self.people, self.residents, **told, **parameters)


def _strands(theme: Theme) -> list[str]:
    """The strands that people are told by: the theme's, or all that the board asks for."""
    asked = [name for name, each in schemes.SCHEMES.items() if each.wanted]
    return list(theme.strands or asked)


def _people(held: pd.DataFrame, theme: Theme) -> pd.DataFrame:
    """The people of a theme among these counts, in the groups that it looks at."""
    wanted = [unit for role in theme.roles for unit in units.in_role(role)]
    rows = held[held["strand"].isin(_strands(theme)) & held["unit"].isin(wanted)]
    return counts.in_order(_latest(counts.banded(rows, theme.ages)))


def _latest(held: pd.DataFrame) -> pd.DataFrame:
    """Of each thing counted in each area, by each strand, the period that ends last."""
    key = ["area", "subject", "unit", "measure", "strand"]
    return held[held["end"] == held.groupby(key)["end"].transform("max")].reset_index(drop=True)


def _at_one_stage(people: pd.DataFrame) -> pd.DataFrame:
    """People in crimes, or where those are not told, as recorded: of each strand and area."""
    told = pd.MultiIndex.from_frame(people[["area", "subject", "unit", "strand"]])
    crimes = (people["measure"] == "crime").to_numpy()
    recorded = (people["measure"] == "recorded").to_numpy() & ~told.isin(told[crimes])
    return people[crimes | recorded].reset_index(drop=True)
