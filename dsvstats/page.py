"""What a notebook opens: one area's counts, people and bases, ready to ask."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

import dsvstats
from dsvstats import counts, disclosure, estimates
from dsvstats.counts import people as roles
from dsvstats.errors import one_of, renamed
from dsvstats.reporting import answering, displayed, tables, wording
from dsvstats.reporting.blocks import Document, Provenance
from dsvstats.reporting.wording import answers, grouping
from dsvstats.reporting.wording import heading as headings
from dsvstats.sources import checklist, supply
from dsvstats.sources.published import open_data
from dsvstats.statistics import disproportionality, rates
from dsvstats.terms import chains, definitions, measures, places, subjects, units
from dsvstats.terms.subjects import SUBJECTS

LISTED = (2003, 2022)
"""The years of the homicides that are shown: the list's whole years."""
SEXUAL = ("rape", "other_sexual_offences")
"""The recorded crimes by which areas are set side by side."""


@renamed
def open(
    area: str,
    data: str | Path = supply.PUBLISHED,
    *,
    place: str = "",
    subject: str = "domestic_violence",
    role: str = "victims",
    measure: str = "crime",
    mapping: str = "",
    census: Sequence[int] | int = (),
    prefer: Sequence[str] = (),
) -> Page:
    """What is known of this area, and what can be asked?

    Parameters
    ----------
    area : a part of the place, or its whole, by any of its names.
    data : "published" (the board's documents), a CSV of your own counts, or a folder, file or
        pattern of records: told by looking.
    place : a place of ``data/places``, or your own YAML file; the default one if it is left out.
    subject : what was done, such as "domestic_violence" or "serious_sexual_offences".
    role : whose groups are compared: "victims", "suspects" or "accused".
    measure : what they are counted in: "crime", "recorded" (incidents), "charge", …
    mapping : the YAML that fits other names and codes, of records or of a table of counts.
    census : the Censuses that residents are taken from, else all that the place has: each day's
        are those between the Censuses around it.
    prefer : the sources to take first where two count the same thing.

    Returns
    -------
    Page : its attributes are plain frames and values, each worked out when it is first asked for.

    >>> import dsvstats as dsv
    >>> here = dsv.open("Wandsworth")
    >>> len(here.people), round(here.dispersion, 2)
    (32, 1.89)
    """
    supply.kind(data, mapping=mapping)
    subjects.known(subject)
    measures.known(measure)
    one_of(units.roles(), role, where="role", rule="a role of a person")
    years = (census,) if isinstance(census, int) else tuple(census)
    return Page(
        area=places.place(place).find(area),
        data=str(data),
        place=place,
        subject=subject,
        role=role,
        measure=measure,
        mapping=mapping,
        census=years,
        prefer=tuple(prefer),
    )


@dataclass(frozen=True)
class Page:
    """One area's counts, people, bases and checks: what ``open`` gives.

    >>> here = open("MPS")
    >>> here.area, here.kind, here.missing[-1]
    ('London', 'published', 'people by sexual orientation')
    """

    area: str
    data: str
    place: str
    subject: str
    role: str
    measure: str
    mapping: str
    census: tuple[int, ...]
    prefer: tuple[str, ...]

    @cached_property
    def origins(self) -> dict[str, Any]:
        """Where the counts come from, as ``sources`` is asked for them."""
        return {"data": self.data, "mapping": self.mapping, "place": self.place}

    @cached_property
    def kind(self) -> str:
        """Are the data "published", "counts" or "records"?"""
        return supply.kind(self.data, mapping=self.mapping)

    @cached_property
    def whole(self) -> str:
        """The whole that the area is a part of, or is."""
        return places.place(self.place).whole

    @cached_property
    def cases(self) -> pd.DataFrame:
        """All counts of the area."""
        return supply.cases(self.area, **self.origins, prefer=self.prefer)

    @cached_property
    def everywhere(self) -> pd.DataFrame:
        """The counts of every area of the place; of records, those by no strand."""
        return supply.everywhere(**self.origins, prefer=self.prefer)

    @cached_property
    def totals(self) -> pd.DataFrame:
        """The area's counts by no strand, of every subject."""
        return counts.choose(self.cases, strand="all")

    @cached_property
    def of_subject(self) -> pd.DataFrame:
        """The area's counts of the subject."""
        return counts.choose(self.cases, subject=self.subject)

    @cached_property
    def stages(self) -> pd.DataFrame:
        """The subject's calls, incidents, offences and prosecutions, by no strand."""
        return counts.choose(self.of_subject, strand="all", unit=units.cases())

    @cached_property
    def by_strand(self) -> pd.DataFrame:
        """The subject's people by strand, at every stage."""
        return self.of_subject[~self.of_subject["strand"].isin(["all", "reports"])]

    @cached_property
    def chain(self) -> list[tuple[str, str]]:
        """What happens to the people's cases, by strand, from the report to a detection."""
        return roles.stages(self.by_strand, role=self.role)

    @cached_property
    def course(self) -> list[tuple[str, str]]:
        """The same, on to a conviction, as far as people of every gender are told."""
        return roles.course(self.by_strand, role=self.role)

    @cached_property
    def over_time(self) -> pd.DataFrame:
        """The subject's counts in periods that end a quarter apart; only records have them."""
        return counts.choose(supply.over_time(self.area, **self.origins), subject=self.subject)

    @cached_property
    def linked(self) -> pd.DataFrame:
        """The subject's victims known again by name alone, draw by draw; only records have them."""
        held = supply.linked(self.area, **self.origins)
        return held[held["subject"] == self.subject].reset_index(drop=True)

    @cached_property
    def people(self) -> pd.DataFrame:
        """Those of the role and measure, by strand, in the latest period."""
        return self.people_of(self.role)

    @cached_property
    def harmed(self) -> pd.DataFrame:
        """The victims, by strand, whatever the role of the page."""
        return self.people_of("victims")

    @cached_property
    def accused(self) -> pd.DataFrame:
        """The accused, by strand, whatever the role of the page."""
        return self.people_of("accused")

    @cached_property
    def ethnicity(self) -> str:
        """By which scheme are the people's ethnicities best told in a sentence? The broadest."""
        return roles.ethnicity(self.people)

    def people_of(self, role: str) -> pd.DataFrame:
        """Those of another role, by strand, in the latest period."""
        return roles.of(self.cases, role=role, subject=self.subject, measure=self.measure)

    @cached_property
    def listed(self) -> pd.DataFrame:
        """The subject's people by number of reports, in incidents and in crimes."""
        return roles.listed(self.cases, subject=self.subject, measure=["recorded", "crime"])

    @cached_property
    def recurring(self) -> pd.DataFrame:
        """People by number of reports, where the page's people are counted once per record."""
        return roles.recurring(self.people, self.cases)

    @cached_property
    def dispersion(self) -> float:
        """How much wider than independent records are those of people who recur?"""
        return self.dispersion_of(self.people)

    def dispersion_of(self, people: pd.DataFrame) -> float:
        """The same of other people, of one subject, unit and measure."""
        listed = roles.recurring(people, self.cases)
        return rates.dispersion(listed, records=roles.records(people, listed))

    def shares_of(self, people: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
        """What share of these people is each group? Of each subject, unit and measure apart."""
        return estimates.join(
            disproportionality.shares(rows, kind, level=level, dispersion=self.dispersion_of(rows))
            for kind, rows in roles.kinds(people)
        )

    @cached_property
    def residents(self) -> pd.DataFrame:
        """Whom the page's people live among: the researcher's own, else those of the Censuses."""
        return self.residents_of(self.people, census=self.census)

    def residents_of(
        self, people: pd.DataFrame, *, census: Sequence[int] | None = None
    ) -> pd.DataFrame:
        """Whom these people live among, by area, strand and group: of all Censuses, or of these."""
        years = list(census or places.place(self.place).censuses)
        return supply.residents(people, census=years, **self.origins, prefer=self.prefer)

    @cached_property
    def supplied(self) -> pd.DataFrame:
        """What the board asked every area for, and what this one supplied: what can be asked."""
        return checklist.supplied(self.cases)

    @cached_property
    def missing(self) -> list[str]:
        """What was asked for, and supplied of no subject."""
        return checklist.missing(self.cases)

    @cached_property
    def findings(self) -> pd.DataFrame:
        """What contradicts itself in what was printed or counted, or is wrong in the records."""
        return supply.findings(self.area, **self.origins, prefer=self.prefer)

    @cached_property
    def checked(self) -> dict[str, int]:
        """How many tables, and numbers in them, were there to check? None where nothing was."""
        return supply.checked(self.area, **self.origins, prefer=self.prefer)

    @cached_property
    def set_aside(self) -> pd.DataFrame:
        """Counts that were not taken, since another source counts the same thing."""
        return supply.set_aside(self.area, **self.origins, prefer=self.prefer)

    @cached_property
    def printed_rates(self) -> pd.DataFrame:
        """Rates and targets as they were printed, with their places."""
        return supply.printed_rates(self.area, data=self.data, place=self.place)

    @cached_property
    def printed_shares(self) -> pd.DataFrame:
        """Shares of its residents that the area printed, for the groups of the page's people."""
        return supply.printed_shares(self.people, self.area, data=self.data, place=self.place)

    @cached_property
    def targets(self) -> pd.DataFrame:
        """Targets that were printed for sanction detections: subject, day and proportion."""
        return supply.targets(chains.DETECTION, place=self.place)

    @cached_property
    def killed(self) -> pd.DataFrame:
        """Victims of homicide flagged as domestic abuse, in each area."""
        return self._of_place(open_data.homicides)

    @cached_property
    def killed_by_strand(self) -> pd.DataFrame:
        """Victims of homicide flagged as domestic abuse, in the whole place, by strand."""
        return self._of_place(open_data.homicides_by_strand)

    @cached_property
    def recorded(self) -> pd.DataFrame:
        """Rapes and other sexual offences recorded in each area, in the last twelve months held."""
        return open_data.latest_year(self._sexual_offences())

    @cached_property
    def recorded_months(self) -> pd.DataFrame:
        """The same, of this area alone, month by month."""
        held = self._sexual_offences()
        return held[held["area"] == self.area].reset_index(drop=True)

    def _sexual_offences(self) -> pd.DataFrame:
        held = open_data.recorded_crime(place=self.place)
        return held[held["subject"].isin(SEXUAL)].reset_index(drop=True)

    @cached_property
    def ended_by_quarter(self) -> pd.DataFrame:
        """How the whole's recorded rapes and other sexual offences ended, by quarter recorded."""
        held = open_data.outcomes(place=self.place)
        return held[held["area"] == self.area].reset_index(drop=True)

    @cached_property
    def ended(self) -> pd.DataFrame:
        """The same of the year: of its offences, and recorded in it."""
        held = self.ended_by_quarter
        whole = held.groupby([each for each in counts.KEY if each not in ("start", "end")])
        every = whole["count"].transform("size") == held["start"].nunique()
        return counts.in_order(counts.add_up(held[every], over="period")) if len(held) else held

    @cached_property
    def court_times(self) -> pd.DataFrame:
        """How many days prosecutions for rape took in the country, by year; real pages alone."""
        held = open_data.court_times(place=self.place)
        return tables.court_times(held.iloc[:0] if self.about.synthetic else held)

    @cached_property
    def homicides(self) -> pd.DataFrame:
        """Victims of all homicides in each area, and in how many the case is solved."""
        return self._of_place(open_data.homicides, domestic=False)

    def _of_place(self, listed: Callable[..., pd.DataFrame], **wanted: bool) -> pd.DataFrame:
        """Counts of the place's list of homicides, where it has one.

        How many were killed is public already; how many cases are solved, of few, is withheld.
        """
        found = listed(years=LISTED, place=self.place, **wanted)
        veiled = disclosure.withhold(found, place=self.place)
        public = found["measure"] == "recorded"
        return counts.in_order(counts.join(found[public], veiled[veiled["measure"] != "recorded"]))

    @cached_property
    def origin(self) -> wording.Origin:
        """Where the counts are from, in a line; of records without the area, where they are from."""
        held = self.cases
        if held.empty and self.kind == supply.RECORDS:
            held = self.everywhere
        made = {each for name in held["definition"].unique() for each in definitions.made(name)}
        told = "; ".join(supply.sources(held, place=self.place))
        return wording.Origin(told, synthetic=definitions.SYNTHETIC in made)

    @cached_property
    def sources(self) -> list[str]:
        """The documents or files that the area's counts are from."""
        return supply.sources(self.cases, place=self.place)

    @cached_property
    def about(self) -> answers.About:
        """Whom and what the page's answer is about, and what was supplied."""
        return answers.About(
            area=self.area,
            subject=self.subject,
            role=self.role,
            measure=self.measure,
            followed=self._of_records,
            synthetic=grouping.synthetic(self.cases, self.origin),
            asked=checklist.told(self.cases, subject=self.subject),
            stated=supply.stated_rates(self.area, data=self.data, place=self.place),
            supplied=bool(len(self.cases)),
        )

    @cached_property
    def _of_records(self) -> bool:
        """Are the counts made of records, here or by whoever protected them?"""
        return self.kind == supply.RECORDS or disclosure.protected_below(self.sources) > 0

    def heading(
        self,
        question: str,
        held: pd.DataFrame | None = None,
        *,
        about: answers.About | None = None,
    ) -> displayed.Displayed:
        """How does the page open? Its title, period, base, source, notice, and what can be asked.

        ``question`` is one of ``answers.QUESTIONS``; ``held`` are the counts whose periods are
        named, if not all of the subject's; ``about`` what it is about, if not the subject.
        """
        words = SUBJECTS[self.subject].words if self.subject in SUBJECTS else ""
        told = self.supplied[self.supplied["Subject"] == words]
        given = told["Supplied"] != checklist.NOT_SUPPLIED
        opening = headings.heading(
            about or self.about,
            question,
            self.of_subject if held is None else held,
            whole=self.whole,
            notice=disclosure.notice(self.kind, self.sources),
            source=self.origin if held is None else self.origin_of(held),
            supplied=told["Asked for"][given].tolist(),
            missing=told["Asked for"][~given].tolist(),
        )
        return answering.opened(opening)

    def origin_of(self, held: pd.DataFrame) -> wording.Origin:
        """Where these counts are from, in a line, of a page that may be of made-up records."""
        told = "; ".join(supply.sources(held, place=self.place))
        return wording.Origin(told, synthetic=self.origin.synthetic)

    def provenance(self, *also: pd.DataFrame, **parameters: Any) -> displayed.Displayed:
        """What was the page made from? Parameters, sources, checksums and version.

        ``also`` are counts that it shows besides those of the area; ``parameters`` those of the
        notebook that the page does not know.
        """
        own = {each.name: getattr(self, each.name) for each in fields(self)} | parameters
        given = {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in own.items()
            if value not in ("", (), [], {})
        }
        held = counts.join(self.cases, *also) if also else self.cases
        made = Provenance(
            version=dsvstats.__version__,
            parameters=given,
            documents=tuple(Document(*each) for each in supply.documents(held, place=self.place)),
            checksums=supply.checksums(**self.origins),
        )
        return displayed.provenance(made)


def prepare() -> None:
    """Have read and imported what every page needs, before pages are made side by side."""
    from dsvstats.reporting import showing
    from dsvstats.statistics import attrition, comparison, disproportionality, repeats

    assert all((showing, attrition, comparison, disproportionality, repeats))
    supply.prepare()
