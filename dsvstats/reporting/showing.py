"""Shows what a page found: figure, sentence and table, chosen by the kind of estimate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import pandas as pd

from dsvstats.cache import remembered
from dsvstats.errors import InputError, one_of
from dsvstats.estimates import flags, kinds
from dsvstats.reporting import figures, tables, wording
from dsvstats.reporting.wording import unrecorded
from dsvstats.reporting.wording.heading import Heading

Frame: TypeAlias = pd.DataFrame


@dataclass(frozen=True)
class Way:
    """How one statistic is shown: its figure, and whether an answer tells each strand in brief."""

    figure: Callable[..., figures.Picture] | None = None
    each_strand: bool = False


BY_SCALE: dict[str, Way] = {
    kinds.PERCENT: Way(figures.dots),
    kinds.RATE: Way(figures.dots),
    kinds.HUNDRED: Way(figures.stages),
    kinds.TIMES: Way(figures.forest, each_strand=True),
    kinds.POINTS: Way(figures.forest, each_strand=True),
    kinds.NUMBER: Way(),
}
"""How statistics are shown, by the scale that they are read on."""
WAYS: dict[str, Way] = {
    "share": Way(figures.shares),
    "completeness": Way(figures.shares),
    "retention": Way(figures.stages),
    "tipping point": Way(),
}
"""The statistics that are shown in a way of their own."""


def way(statistic: str) -> Way:
    """How is this statistic shown?

    >>> way("rate ratio").figure.__name__, way("share").figure.__name__
    ('forest', 'shares')
    """
    return WAYS.get(statistic) or BY_SCALE[kinds.kind(statistic).scale]


class Shown(tuple):
    """What was displayed; a notebook does not show it a second time where a cell ends with it."""

    def _ipython_display_(self) -> None:
        pass

    def __repr__(self) -> str:
        return f"shown: {', '.join(type(each).__name__ for each in self) or 'nothing'}"


class Show:
    """Displays what was found: a figure, a sentence and a table, chosen by the kind of estimate.

    Estimates are shown by their ``statistic``, their areas and their periods; counts, findings
    and any other frame as tables. ``show.answer``, ``show.figure`` and ``show.table`` display one
    thing alone. What was displayed is returned.

    >>> from dsvstats import counts
    >>> cases = counts.table("Wandsworth", "victims", "crime", "gender", {"Female": 947})
    >>> shown = show(cases)
    Victims and survivors of domestic violence crimes, Wandsworth, the 12 months to 31 March 2009
    <BLANKLINE>
    | Section | Group | Count |
    | --- | --- | --- |
    | Gender | Female | 947 |
    """

    def __call__(
        self,
        found: Frame | Sequence[str],
        *,
        what: str = "",
        highlight: str = "",
        whole: str = "",
        along: str = "",
        caption: str = "",
        source: str = "",
    ) -> Shown:
        """Display a figure, a sentence and a table of what was found.

        Parameters
        ----------
        found : estimates, counts, findings, points of a Lorenz curve, any small frame, or a list
            of what was not supplied.
        what : what it is, to say that it was not supplied where there is nothing to show.
        highlight : the area that is marked among several.
        whole : the area that the others are parts of, drawn as a line.
        along : "period" to show periods that follow each other as lines.
        caption : the table's caption, where the frame does not say what it holds.
        source : where it is from, where the frame does not say.
        """
        one_of(("", "period"), along, where="along", rule='"period", or nothing')
        if not isinstance(found, pd.DataFrame):
            return _displayed(_missing(found, source))
        if found.empty and "rule" not in found:
            return _displayed(_nothing(what, source))
        if "statistic" not in found:
            return _displayed(*_plain(found, caption, source))
        drawn = _figure(found, highlight, whole, along)
        told = [] if along else [_sentence(found, highlight)]
        return _displayed(*drawn, *told, tables.show(found, along=along))

    def figure(
        self, found: Frame, *, highlight: str = "", whole: str = "", along: str = ""
    ) -> Shown:
        """Display the figure of these estimates alone."""
        return _displayed(*(_figure(found, highlight, whole, along) if len(found) else []))

    def table(self, found: Frame, *, what: str = "", caption: str = "", source: str = "") -> Shown:
        """Display the table of these rows alone; nothing where there are none, unless named."""
        if found.empty and "rule" not in found:
            return _displayed(*([_nothing(what, source)] if what else []))
        if "statistic" in found:
            return _displayed(tables.show(found))
        return _displayed(_plain(found, caption, source)[-1])

    def answer(
        self, *found: Frame | Sequence[str], what: Sequence[str] = (), source: str = ""
    ) -> Shown:
        """Display the page's answer: what these findings say, one after the other.

        ``found`` are estimates, findings of the checks, or a list of what was not supplied;
        ``what`` names each in turn, to say that it was not supplied.
        """
        names = [*what, *[""] * len(found)]
        said = [
            words
            for each, name in zip(found, names, strict=False)
            for words in _told(each, name, source)
        ]
        return _displayed(Heading(f"The answer\n\n{wording.answer(*said)}"))


show = Show()


def _displayed(*things: Any) -> Shown:
    from IPython.display import display  # here, so that what only draws need not wait for it

    display(*things)
    return Shown(things)


def _nothing(what: str, source: str) -> wording.Words:
    return wording.not_supplied(what, source=source) if what else wording.Words("Not supplied.")


def _missing(found: Any, source: str) -> wording.Words:
    """Names of what was not supplied, in a sentence; anything else cannot be shown."""
    if isinstance(found, Sequence) and all(isinstance(each, str) for each in found):
        return wording.not_supplied(found, source=source)
    raise InputError(
        where="show",
        rule="estimates, counts, findings, another frame, or a list of what was not supplied",
        value=found,
        mend="show a frame that a statistic or the page gave",
    )


def _plain(found: Frame, caption: str, source: str) -> list[Any]:
    """Frames that are no estimates, by the columns that tell them."""
    if "share_of_reports" in found:
        return [figures.lorenz(found, source=source)]
    if "rule" in found:
        told = [figures.findings(found, source=source)] if len(found) else []
        return [*told, tables.findings(found, source=source)]
    if "count" in found and "measure" in found:
        of_reports = found[found["strand"] == "reports"]
        drawn = [figures.reports(of_reports)] if len(of_reports) else []
        return [*drawn, tables.counts(found)]
    return [tables.listing(found, caption=caption, source=source)]


def _figure(found: Frame, highlight: str, whole: str, along: str) -> list[figures.Picture]:
    if unrecorded.suppositions(found):
        return [figures.bounds(found)]
    if along == "period":
        return [figures.over_time(found)]
    of_everyone = (found["strand"] == "all").all()
    if of_everyone and found["area"].nunique() > 1:
        among = {"line": whole} if whole else {}
        return [figures.ranked(found, highlight=highlight, **among)]
    if flags.has(found["flags"], "side_by_side").all():
        return []
    if found[["estimate", "lower", "upper"]].isna().all(axis=None) and not found["withheld"].any():
        return []
    draw = way(found["statistic"].iloc[0]).figure
    if draw is figures.stages and not of_everyone:
        draw = figures.bounds
    return [draw(found)] if draw else []


@remembered
def _sentence(found: Frame, highlight: str) -> wording.Words:
    """Of several areas, the one that is marked is told."""
    here = found[found["area"] == highlight] if highlight else found
    return wording.sentence(here if len(here) else found)


def _told(found: Frame | Sequence[str], what: str, source: str) -> list[str]:
    if not isinstance(found, pd.DataFrame):
        return [_missing(found, source)] if len(found) else []
    if "rule" in found:
        return [wording.findings(found, source=source)]
    if found.empty:
        return [wording.not_supplied(what, source=source)] if what else []
    if unrecorded.suppositions(found) or way(found["statistic"].iloc[0]).each_strand:
        return [wording.brief(rows) for _, rows in found.groupby("strand", sort=False)]
    return [wording.sentence(found)]
