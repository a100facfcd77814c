"""What is shown of a frame: a section for each strand or thing counted, chosen by its kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import pandas as pd

from dsvstats import strands
from dsvstats.counts import records
from dsvstats.estimates import flags, kinds, verdicts
from dsvstats.reporting import figures, tables, wording
from dsvstats.reporting.blocks import Figure, Section
from dsvstats.reporting.wording import arising, firmness, grouping, numerals, phrases, unrecorded

Frame: TypeAlias = pd.DataFrame


@dataclass(frozen=True)
class Way:
    """How one statistic is shown: its scale, which all sections share, and its figure."""

    scaled: Callable[..., Any] | None = None
    figure: Callable[..., Figure] | None = None


BY_SCALE: dict[str, Way] = {
    kinds.PERCENT: Way(figures.level_scale, figures.points),
    kinds.RATE: Way(figures.level_scale, figures.points),
    kinds.HUNDRED: Way(),
    kinds.TIMES: Way(figures.comparison_scale, figures.forest),
    kinds.POINTS: Way(figures.comparison_scale, figures.forest),
    kinds.NUMBER: Way(),
}
"""How statistics are shown, by the scale that they are read on."""
WAYS: dict[str, Way] = {
    "share": Way(figures.level_scale, figures.bars),
    "completeness": Way(figures.level_scale, figures.bars),
    "retention": Way(),
    "tipping point": Way(),
}
"""The statistics that are shown in a way of their own."""
CHAINS = ("retention", "ratio of counts")
_STEPS = ["area", "start", "end", "subject", "unit", "definition"]
CLEAR, UNCLEAR = (verdicts.FIRM, verdicts.NOT_FIRM), (verdicts.CHANCE, verdicts.NOT_KNOWN)


def way(statistic: str) -> Way:
    """How is this statistic shown?

    >>> way("rate ratio").figure.__name__, way("share").figure.__name__
    ('forest', 'bars')
    """
    return WAYS.get(statistic) or BY_SCALE[kinds.kind(statistic).scale]


def of_estimates(
    found: Frame, *, highlight: str = "", whole: str = "", along: str = "", drawn: bool = True
) -> list[Section]:
    """The sections of these estimates: heading, how firm, sentence, figure and table."""
    rows = grouping.tidy(found, along=along)
    if along:
        told = figures.over_time(found)
        return [replace(told, table=_table(rows, along=along))]
    if not drawn:
        return [Section("table", "", table=_table(rows))]
    if (rows["strand"] == "all").all() and rows["area"].nunique() > 1:
        return [_ranked(rows, highlight, whole)]
    if unrecorded.suppositions(rows):
        return _bounds(rows)
    if _of_chain(rows):
        return _chains(rows)
    return _by_section(rows)


def _by_section(rows: Frame) -> list[Section]:
    """A section for each strand or thing counted; fine groups are folded under broad ones."""
    parts = {str(name): each for name, each in rows.groupby("section", sort=False)}
    shown = {name: grouping.compared_first(each) for name, each in parts.items()}
    folded = _folded(parts)
    scales = _scales(shown, folded)
    made = [
        _section(name, each, shown[name], scales.get(folded[name]), folded=folded[name])
        for name, each in _beneath(parts, folded).items()
    ]
    if any(each.verdict in CLEAR and not each.folded for each in made):
        return [replace(each, folded=each.folded or each.verdict in UNCLEAR) for each in made]
    return made


def _beneath(parts: dict[str, Frame], folded: dict[str, bool]) -> dict[str, Frame]:
    """The sections in order, each of fine groups after the last that shows them as broad ones."""
    order: list[str] = [name for name in parts if not folded[name]]
    for fine in (name for name in parts if folded[name]):
        strand = parts[fine]["strand"].iloc[0]
        last = max(
            n
            for n, name in enumerate(order)
            if strands.made_from(str(parts[name]["strand"].iloc[0])) == strand
        )
        order.insert(last + 1, fine)
    return {name: parts[name] for name in order}


def _section(name: str, rows: Frame, shown: Frame, scale: Any, *, folded: bool) -> Section:
    heading = wording.headline(firmness.leading(shown))
    verdict, why = firmness.firmness(shown)
    draw = way(shown["statistic"].iloc[0]).figure
    figure, about = None, grouping.about(rows)
    if draw and not _empty(shown):
        placed = phrases.upper_first(about)
        figure = draw(records(shown), scale=scale, heading=heading, about=placed)
    name = name or "all"
    return Section(
        name,
        heading,
        verdict,
        why,
        (str(wording.sentence(shown)),),
        tuple(wording.cautions(shown)),
        figure,
        _table(rows, name=name, about=about),
        folded=folded,
    )


def _folded(parts: dict[str, Frame]) -> dict[str, bool]:
    """Which sections are of fine groups that another shows as broad ones?"""
    strand = {name: str(each["strand"].iloc[0]) for name, each in parts.items()}
    fine = {strands.made_from(each) for each in strand.values() if _is_coarse(each)}
    return {name: each in fine for name, each in strand.items()}


def _scales(shown: dict[str, Frame], folded: dict[str, bool]) -> dict[bool, Any]:
    """One scale for all sections that are not folded, and one for those that are."""
    every = pd.concat(shown.values())
    scaled = way(every["statistic"].iloc[0]).scaled
    if scaled is None:
        return {}
    return {
        apart: scaled(
            [row for name, each in shown.items() if folded[name] == apart for row in records(each)]
        )
        for apart in set(folded.values())
    }


def _is_coarse(strand: str) -> bool:
    return strands.made_from(strand) != strand


def _empty(rows: Frame) -> bool:
    """Is there nothing to draw: no estimate, no limits, nothing withheld?"""
    told = rows[["estimate", "lower", "upper"]].notna().any(axis=None)
    beside = flags.has(rows["flags"], "side_by_side").all()
    return bool(beside) or not (told or rows["withheld"].any())


def _about(rows: Frame) -> str:
    return phrases.upper_first(grouping.about(rows))


def _table(rows: Frame, *, along: str = "", name: str = "", about: str = ""):
    caption = tables.caption(rows, about)
    own = bool(rows["strand"].ne("all").all()) and name
    return tables.table(rows, caption=f"{name}. {caption}" if own else caption, along=along)


def _ranked(rows: Frame, highlight: str, whole: str) -> Section:
    """Areas in order: the page's own is told, and how firm it is."""
    here = rows[rows["area"] == highlight] if highlight else rows
    told = here if len(here) else rows
    held: list[Any] = records(rows)
    heading = figures.ranked_heading(held, highlight=highlight, whole=whole)
    heading = grouping.marked(heading, rows) if heading else wording.headline(told)
    verdict, why = firmness.firmness(told)
    figure = None
    if not _empty(rows):
        figure = figures.ranked(
            held,
            scale=figures.level_scale(held),
            heading=heading,
            about=_about(rows),
            highlight=highlight,
            whole=whole,
        )
    said, beside = wording.sentence(told), tuple(wording.cautions(told))
    return Section("areas", heading, verdict, why, (str(said),), beside, figure, _table(rows))


def of_funnel(found: Frame, curves: Frame, *, highlight: str = "") -> Section:
    """The section of a funnel: its picture, and the areas in a table."""
    drawn = figures.funnel(found, curves, highlight=highlight)
    return drawn if found.empty else replace(drawn, table=_table(grouping.tidy(found)))


def of_steps(found: Frame) -> list[Section]:
    """Where each group's difference arises: a section for each that is known at every stage.

    The table of all of them stands with the last.
    """
    rows = grouping.tidy(found)
    made = []
    for _, each in rows.groupby([*_STEPS, "strand", "group"], sort=False):
        whole = flags.has(each["flags"], "whole_chain")
        if (
            whole[-1]
            and len(each) > 2
            and each["estimate"].between(0, float("inf"), inclusive="neither").all()
        ):
            made.append(_steps(each, each[whole]))
    fine = {strands.made_from(strand) for strand, _ in made if _is_coarse(strand)}
    told = [replace(section, folded=strand in fine) for strand, section in made]
    if not told:
        return [Section("steps", "", table=_table(rows))]
    return [*told[:-1], replace(told[-1], name="Each step of every group", table=_table(rows))]


def _steps(rows: Frame, whole: Frame) -> tuple[str, Section]:
    held = records(rows)
    verdict, why = firmness.firmness(whole)
    heading = arising.heading(held)
    figure = figures.waterfall(held, heading=heading, about=_about(rows))
    name = f"Each step, {strands.called(held[-1].strand, held[-1].group)}"
    said, cautions = (arising.sentence(held),), tuple(wording.cautions(rows))
    return held[-1].strand, Section(name, heading, verdict, why, said, cautions, figure)


def _bounds(rows: Frame) -> list[Section]:
    """What the unrecorded could do: a section for each strand, all bands on one scale."""
    held = unrecorded.bands(rows)
    parts = {str(name): each for name, each in rows.groupby("section", sort=False)}
    folded = _folded(parts)
    made = []
    for name, each in _beneath(parts, folded).items():
        bands = [band for band in held if band.row.section == name]
        alike = [band for band in held if folded[band.row.section] == folded[name]]
        heading = unrecorded.heading(bands)
        figure = None
        if any(band.ends for band in bands):
            scale = figures.bounds_scale(alike)
            figure = figures.bounds(bands, scale=scale, heading=heading, about=_about(each))
        said = (str(wording.sentence(each)),)
        made.append(
            Section(
                name,
                heading,
                sentences=said,
                figure=figure,
                table=_table(each, name=name),
                folded=folded[name],
            )
        )
    return made


def _of_chain(rows: Frame) -> bool:
    return bool(rows["statistic"].isin(CHAINS).all()) and bool((rows["versus"] == "none").all())


def _chains(rows: Frame) -> list[Section]:
    """A section for each chain; chains by strand are tables of bounds or retentions alone."""
    if (rows["strand"] != "all").any():
        return _by_section(rows)
    named = rows.assign(section=figures.chains(rows))
    made = []
    for name, each in named.groupby("section", sort=False):
        held: list[Any] = records(each)
        heading = figures.chain_heading(held)
        figure = figures.chain(held, heading=heading, about=_about(each))
        made.append(
            Section(
                str(name) or "stages",
                heading,
                sentences=(str(wording.sentence(each)),),
                cautions=tuple(wording.cautions(each)),
                figure=figure,
                table=_table(each),
            )
        )
    return made


def of_counts(cases: Frame, *, source: str = "") -> list[Section]:
    """The sections of these counts: a table, and what its stages or numbers of reports show."""
    table = tables.counts(cases, source=source)
    of_reports = cases[cases["strand"] == "reports"].reset_index(drop=True)
    if len(of_reports):
        held = grouping.named(of_reports)
        heading = figures.most_reported(held, of_reports)
        parts: dict[str, list[Any]] = {}
        for row in held:
            parts.setdefault(row.section, []).append(row)
        drawn = [
            Section(
                name or "reports",
                heading if len(parts) == 1 else name,
                figure=figures.reports(rows, heading=heading, about=_about(of_reports)),
            )
            for name, rows in parts.items()
        ]
        return [*drawn[:-1], replace(drawn[-1], table=table)]
    return [Section("counts", "", table=table)]


def of_points(points: Frame, *, source: str = "") -> list[Section]:
    """The section of a Lorenz curve."""
    table = tables.listing(
        points[["reports", "share_of_people", "share_of_reports"]],
        caption=f"Lorenz curve: {grouping.about(points)}" if len(points) else "Lorenz curve",
        source=source,
    )
    return [replace(figures.lorenz(points, source=source), table=table)]


def of_findings(found: Frame, *, source: str = "") -> list[Section]:
    """The section of what contradicts itself: how often by which rule, and where."""
    table = tables.findings(found, source=source)
    if found.empty:
        return [Section("findings", grouping.marked("No findings", found, source))]
    tally = found["rule"].map(phrases.rule).value_counts().to_dict()
    heading = grouping.marked(table.caption, found, source)
    figure = figures.tally(
        tally,
        heading=heading,
        caption=f"Findings by rule. Source: {source}." if source else "Findings by rule.",
        group="Rule",
        value="Findings",
    )
    return [Section("findings", heading, figure=figure, table=table)]


def of_overview(found: Frame, *, highlight: str = "") -> list[Section]:
    """The section of areas by indicators: how many stand apart, and a table of all."""
    held = tables.overview(found, highlight=highlight)
    if held.empty:
        return []
    apart = found[found["way"].isin(["higher", "lower"])]
    many, of = apart["area"].nunique(), found["area"].nunique()
    number = numerals.counted(many, "area") if many else "no area"
    stand = "stand" if many > 1 else "stands"
    heading = f"{number} of {of} {stand} apart in one indicator or more"
    heading = grouping.marked(phrases.upper_first(heading), found)
    caption = "How many times the whole's each area's is; higher and lower beyond chance"
    return [Section("overview", heading, table=tables.listing(held, caption=caption))]


def of_listing(frame: Frame, *, caption: str, source: str = "") -> list[Section]:
    """The section of any small frame: a table."""
    if frame.empty:
        return []
    return [Section("listing", "", table=tables.listing(frame, caption=caption, source=source))]
