"""What the notebook of a thematic session opens: one theme in one area, ready to ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from dsvstats import counts, estimates, files, page
from dsvstats.counts import Measure
from dsvstats.counts import people as roles
from dsvstats.estimates import flags
from dsvstats.page import Page
from dsvstats.reporting import displayed
from dsvstats.reporting.wording import answers
from dsvstats.reporting.wording import themes as themed_words
from dsvstats.sources import supply, themed
from dsvstats.statistics import attrition, disproportionality, intervals
from dsvstats.terms import themes, units
from dsvstats.terms.themes import Theme

_SERIES = ("area", "subject", "unit", "measure", "strand")
"""What is counted again from period to period."""


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
    area, data, place, mapping, prefer : as ``page.open`` takes them.

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

    @cached_property
    def definition(self) -> pd.DataFrame:
        """What is meant, from when the words are, and by what people are told apart."""
        return themed_words.definition(self.theme)

    @cached_property
    def cases(self) -> pd.DataFrame:
        """The area's counts of the theme's subjects; of published ones the police's list as well."""
        held = self.page.cases
        if self.page.kind == supply.PUBLISHED:
            listed = counts.join(self.page.killed, self.page.killed_by_strand)
            held = counts.join(held, listed[listed["area"] == self.page.area])
        return counts.choose(held, subject=[*self.theme.subjects])

    @cached_property
    def totals(self) -> pd.DataFrame:
        """How many were counted, by no strand: of each subject, in its latest period."""
        return counts.latest(counts.choose(self.cases, strand="all"), of_each=_SERIES)

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
        held = supply.by_strand(self.theme.told_by, **self.page.origins, prefer=self.page.prefer)
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
        return estimates.join(
            attrition.retention(self.people, stages=stages, level=level) for stages in self._stages
        )

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
        every = estimates.join(
            attrition.stage_ratios(
                self.people, stages=stages, reference=self.reference, level=level
            )
            for stages in self._stages
        )
        return every[~flags.has(every["flags"], "whole_chain")].reset_index(drop=True)

    def shares(self, *, level: float = 0.95) -> pd.DataFrame:
        """What share of those counted is each group? Estimates of ``shares``, of each kind."""
        return self.page.shares_of(self.counted, level=level)

    def index(self, *, level: float = 0.95) -> pd.DataFrame:
        """How many times its share of residents is each group's? Of ``representation``."""
        return estimates.join(
            disproportionality.representation(
                rows,
                kind,
                against=self.residents,
                level=level,
                dispersion=self.page.dispersion_of(rows),
            )
            for kind, rows in roles.kinds(self.counted)
        )

    @cached_property
    def printed(self) -> pd.DataFrame:
        """What else the documents print of the theme, as it stands there."""
        held = themed.printed(self.theme, place=self.page.place)
        return held if self.page.kind == supply.PUBLISHED else held.iloc[:0]

    def readings(self, *, level: float = 0.95) -> pd.DataFrame:
        """Which shares do printed numbers give, and between which limits (Wilson 1927)?"""
        held = themed.readings(self.theme, self.page.area, place=self.page.place)
        held = held if self.page.kind == supply.PUBLISHED else held.iloc[:0]
        limits = intervals.proportion(held["count"], held["of"], level=level)
        return themed_words.readings(held.assign(**limits._asdict()), level=level)

    @property
    def _told(self) -> tuple[tuple[str, str, str], ...]:
        held = self.readings()
        return tuple(zip(held["Share"], "of " + held["Of what"], held["Counts"], strict=True))

    @cached_property
    def evidence(self) -> pd.DataFrame:
        """What the evidence can and cannot support."""
        return themed_words.evidence(self.theme)

    @cached_property
    def about(self) -> answers.About:
        """Whom and what the page's answer is about."""
        return replace(
            self.page.about,
            theme=self.theme.title,
            theme_told=len(self.theme.strands) == 1,
            cannot=self.theme.cannot,
            readings=self._told if self.page.area == self.page.whole else (),
            supplied=bool(len(self.cases)),
        )

    def heading(self) -> displayed.Displayed:
        """How does the page open? Its title, period, source and notice."""
        return self.page.heading("theme", self.people, about=self.about)

    def provenance(self, **parameters: Any) -> displayed.Displayed:
        """What was the page made from? Parameters, sources, checksums and version."""
        told = {"theme": self.theme.name, "theme_file": files.checksum(self.theme.path)}
        return self.page.provenance(self.people, self.residents, **told, **parameters)


def _people(held: pd.DataFrame, theme: Theme) -> pd.DataFrame:
    """The people of a theme among these counts, in the groups that it looks at."""
    wanted = [unit for role in theme.roles for unit in units.in_role(role)]
    rows = held[held["strand"].isin(theme.told_by) & held["unit"].isin(wanted)]
    banded = counts.banded(rows, theme.ages)
    return counts.in_order(counts.latest(banded, of_each=_SERIES))


def _at_one_stage(people: pd.DataFrame) -> pd.DataFrame:
    """People in crimes, or where those are not told, as recorded: of each strand and area."""
    told = pd.MultiIndex.from_frame(people[["area", "subject", "unit", "strand"]])
    crimes = (people["measure"] == "crime").to_numpy()
    recorded = (people["measure"] == "recorded").to_numpy() & ~told.isin(told[crimes])
    return people[crimes | recorded].reset_index(drop=True)
