"""How a page opens: what it is about, from when, and what may be done with it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from dsvstats.reporting.wording import Words, grouping, phrases

_BY = "people by "


class Heading(Words):
    """A heading and what stands under it, as Markdown."""

    def _repr_markdown_(self) -> str:
        first, *rest = self.split("\n", 1)
        return "\n".join(["## " + Words(first)._repr_markdown_(), *map(_body, rest)])


def _body(text: str) -> str:
    return "\n" + Words(text.strip())._repr_markdown_()


def heading(
    cases: pd.DataFrame,
    *,
    area: str,
    notice: str = "",
    source: str = "",
    supplied: Sequence[str] = (),
) -> Heading:
    """What is this page about? Area, periods of its counts, any notice, and what was supplied.

    >>> from dsvstats import counts
    >>> print(heading(counts.table("Lambeth", "offences", "crime", "all", {"All": 3}),
    ...               area="Lambeth"))
    Lambeth, the 12 months to 31 March 2009
    >>> print(heading(counts.empty(), area="Merton"))
    Merton: not supplied
    """
    periods = cases[["start", "end"]].drop_duplicates().sort_values(["end", "start"])
    if periods.empty:
        title = f"{area}: not supplied"
    elif len(periods) <= 2:
        told = [phrases.period(each.start, each.end) for each in periods.itertuples()]
        title = f"{area}, {phrases.joined(told)}"
    else:
        first, last = periods["start"].min(), periods["end"].max()
        title = f"{area}, {len(periods)} periods from {phrases.date(first)} to {phrases.date(last)}"
    known = f"Supplied: {phrases.joined(_listed(supplied))}." if supplied else ""
    told = [grouping.marked(title, cases, source), notice, known]
    return Heading("\n\n".join(filter(None, told)))


def _listed(supplied: Sequence[str]) -> list[str]:
    """The things that were supplied, the strands of people together."""
    by = [each.removeprefix(_BY) for each in supplied if each.startswith(_BY)]
    rest = [each for each in supplied if not each.startswith(_BY)]
    return rest + ([_BY + phrases.joined(by)] if by else [])
