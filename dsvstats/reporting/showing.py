"""Shows what a page found: headings, sentences, figures and tables, chosen by its kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import pandas as pd

from dsvstats.cache import remembered
from dsvstats.errors import InputError, one_of
from dsvstats.reporting import answering, indicators, markup, sections, wording
from dsvstats.reporting.blocks import Block, Section
from dsvstats.reporting.displayed import Displayed
from dsvstats.reporting.wording import briefs, grouping, phrases
from dsvstats.reporting.wording.answers import About, answered

Frame: TypeAlias = pd.DataFrame


class Shown(tuple):
    """What was displayed; a notebook does not show it a second time where a cell ends with it."""

    def _ipython_display_(self) -> None:
        pass

    def __repr__(self) -> str:
        return f"shown: {', '.join(type(each).__name__ for each in self) or 'nothing'}"


class Show:
    """Displays what was found: for each strand or thing counted its heading, figure and table.

    Estimates are shown by their ``statistic``, their areas and their periods; counts, findings
    and any other frame as tables. ``show.answer``, ``show.figure`` and ``show.table`` display one
    thing alone. What was displayed is returned.

    >>> from dsvstats import counts
    >>> cases = counts.table("Wandsworth", "victims", "crime", "gender", {"Female": 947})
    >>> shown = show(cases)
    Victims and survivors of domestic violence crimes, Wandsworth, the 12 months to 31 March 2009
    <BLANKLINE>
    | Group | Count |
    | --- | --- |
    | Women | 947 |
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
        folded: bool = False,
    ) -> Shown:
        """Display headings, sentences, figures and tables of what was found.

        Parameters
        ----------
        found : estimates, counts, findings, points of a Lorenz curve, any small frame, or a list
            of what was not supplied.
        what : what it is, to say that it was not supplied where there is nothing to show.
        highlight : the area that is marked among several.
        whole : the area that the others are parts of, shown above them.
        along : "period" to show periods that follow each other as lines.
        caption : the table's caption, where the frame does not say what it holds.
        source : where it is from, where the frame does not say.
        folded : whether each section is shown only when its heading is opened.
        """
        one_of(("", "period"), along, where="along", rule='"period", or nothing')
        if not isinstance(found, pd.DataFrame):
            return _shown(_missing(found, source))
        told = {"highlight": highlight, "whole": whole, "along": along}
        made = block(found, what, caption, source, **told)
        return _shown(_folded(made) if folded else made)

    def figure(
        self, found: Frame, *, highlight: str = "", whole: str = "", along: str = ""
    ) -> Shown:
        """Display these estimates without their table."""
        told = {"highlight": highlight, "whole": whole, "along": along}
        return _shown(_without_tables(block(found, "", "", "", **told)))

    def table(self, found: Frame, *, what: str = "", caption: str = "", source: str = "") -> Shown:
        """Display the table of these rows alone; nothing where there are none, unless named."""
        if found.empty and "rule" not in found and not what:
            return _displayed()
        return _shown(block(found, what, caption, source, drawn=False))

    def funnel(self, found: Frame, curves: Frame, *, highlight: str = "", what: str = "") -> Shown:
        """Display areas by how much they rest on, as `comparison.funnel` and its curves have them.

        The table of all areas is folded below.
        """
        section = sections.of_funnel(found, curves, highlight=highlight)
        told = () if found.empty else (section,)
        return _shown(Block(what, told, "", grouping.synthetic(found, ""), indicators.of(found)))

    def overview(self, *found: Frame, highlight: str = "", what: str = "") -> Shown:
        """Display areas by indicators: `comparison.funnel` of each, which lie higher or lower."""
        held = pd.concat(found, ignore_index=True)
        told = sections.of_overview(held, highlight=highlight)
        return _shown(Block(what, tuple(told), "", grouping.synthetic(held, "")))

    def steps(self, found: Frame, *, what: str = "") -> Shown:
        """Display where differences arise: `attrition.relative_rate_index`, a waterfall a group."""
        told = sections.of_steps(found) if len(found) else []
        return _shown(Block(what, tuple(told), "", grouping.synthetic(found, "")))

    def brief(self, asked: Frame, *, what: str = "") -> Shown:
        """Display the board's brief, item by item, in words: ``report.Report.asked`` or ``written``."""
        told = briefs.answered if "state" in asked else briefs.written
        return _shown(Block(what, tuple(told(asked)), "", grouping.synthetic(asked, "")))

    def answer(self, question: str, about: About, *found: Frame) -> Shown:
        """Display the page's answer to its question: headline, figures, findings by rank.

        ``found`` is everything that the page found (``answers.answered``).
        """
        return _displayed(answering.shown(answered(question, about, *found)))


show = Show()


def _displayed(*things: Any) -> Shown:
    from IPython.display import display  # here, so that what only draws need not wait for it

    display(*things)
    return Shown(things)


def _shown(made: Block) -> Shown:
    made = _made_up(made) if made.synthetic else made
    return _displayed(Displayed(made, markup.page(made), markup.text(made)))


@remembered
def block(
    found: Frame,
    what: str,
    caption: str,
    source: str,
    *,
    drawn: bool = True,
    highlight: str = "",
    whole: str = "",
    along: str = "",
) -> Block:
    """What is shown of this frame, by the columns that tell its kind."""
    made: list[Section] = []
    if "share_of_reports" in found:
        made = sections.of_points(found, source=source) if len(found) else []
    elif "rule" in found:
        made = sections.of_findings(found, source=source)
    elif len(found) and "statistic" in found:
        told = {"highlight": highlight, "whole": whole, "along": along}
        made = sections.of_estimates(found, drawn=drawn, **told)
    elif len(found) and "count" in found and "measure" in found:
        made = sections.of_counts(found, source=source)
    elif len(found):
        made = sections.of_listing(found, caption=caption, source=source)
    return Block(what, tuple(made), source, grouping.synthetic(found, source), indicators.of(found))


def _made_up(made: Block) -> Block:
    """The same, each heading, sentence and figure saying that the data are synthetic."""
    say = grouping.made_up
    told = [
        replace(
            each,
            heading=say(each.heading),
            sentences=tuple(map(say, each.sentences)),
            figure=each.figure and replace(each.figure, alt=say(each.figure.alt)),
        )
        for each in made.sections
    ]
    return replace(made, sections=tuple(told))


def _folded(made: Block) -> Block:
    return replace(made, sections=tuple(replace(each, folded=True) for each in made.sections))


def _without_tables(made: Block) -> Block:
    return replace(made, sections=tuple(replace(each, table=None) for each in made.sections))


def _missing(found: Any, source: str) -> Block:
    """What was not supplied, by its names; anything else cannot be shown."""
    if isinstance(found, Sequence) and all(isinstance(each, str) for each in found):
        nothing = Section("missing", "", sentences=(str(wording.not_supplied([])),))
        return Block(phrases.joined(list(found)), () if found else (nothing,), source)
    raise InputError(
        where="show",
        rule="estimates, counts, findings, another frame, or a list of what was not supplied",
        value=found,
        mend="show a frame that a statistic or the page gave",
    )
