"""Does a printed table add up, and what would mend it?"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from dsvstats.cache import remembered
from dsvstats.sources.published import figures as printed_figures
from dsvstats.sources.reconcile import (
    changes,
    findings,
    implied,
    labels,
    means,
    nesting,
    rates,
    shares,
    siblings,
    sums,
    values,
)
from dsvstats.sources.reconcile.findings import Rule
from dsvstats.sources.reconcile.repairs import with_repairs
from dsvstats.sources.reconcile.sheet import Sheet

RULES = {
    "components_total": Rule(
        "Do the categories of a breakdown add up to each total that it states?",
        sums.components_total,
    ),
    "wrong_cell": Rule(
        "Do a row and a column of a crosstab miss their totals by as much?", sums.wrong_cell
    ),
    "component_above_total": Rule(
        "Is a category larger than the total that it is a part of?", sums.component_above_total
    ),
    "sibling_strands": Rule(
        "Do the strands of one base add up to the same number?", siblings.sibling_strands
    ),
    "same_bands": Rule(
        "Do two schemes of age bands count the same ages alike?", siblings.same_bands
    ),
    "rate_against_counts": Rule(
        "Is a printed rate what its counts give, rounded or cut off?", rates.rate_against_counts
    ),
    "other_denominator": Rule(
        "Is a rate right of one printed value of its base, and not of another?",
        rates.other_denominator,
    ),
    "whole_number": Rule(
        "Does any whole number of the printed base give this rate?", rates.whole_number
    ),
    "mean_of_values": Rule("Is a printed mean that of the values beside it?", means.mean_of_values),
    "change_against_counts": Rule(
        "Is a printed change that between its two counts?", changes.change_against_counts
    ),
    "over_target": Rule("Is a number as far over its target as is said?", changes.over_target),
    "implied_count": Rule(
        "Do a rate and its base imply the counts that are printed elsewhere?",
        implied.implied_count,
    ),
    "shares_against_100": Rule(
        "Do the shares of a breakdown add up to 100, as far as rounding goes?",
        shares.shares_against_100,
    ),
    "percentage_range": Rule("Is a percentage outside 0 to 100?", rates.percentage_range),
    "two_values": Rule("Is one quantity printed with two values?", values.two_values),
    "missing_number": Rule("Is a category printed without a number?", sums.missing_number),
    "age_bands": Rule("Do age bands overlap, leave gaps or hold no ages?", labels.age_bands),
    "period_length": Rule("Is a period as long as it is said to be?", labels.period_length),
    "events_implied": Rule(
        "Do people by number of events imply more events than are printed?",
        nesting.events_implied,
    ),
    "bounded_by_another": Rule(
        "Is a part larger than the whole that another table prints?", nesting.bounded_by_another
    ),
}
"""The rules of reconciliation by their names, each said once."""


@remembered
def check(printed: pd.DataFrame, *, name: str = "printed") -> pd.DataFrame:
    """Do these printed tables add up, and where not, what would mend them?

    `printed` has one row per printed number, with the columns of
    ``data/published/printed.csv``; ``value`` may be text, which keeps its printed decimals, or a
    number. Rows belong together by ``table_id``: ``brk:`` for categories that partition their
    stated total, ``rel:`` for a part and its whole, ``ovl:`` for categories that overlap,
    ``cmp:`` for one quantity side by side.

    The result has a row for each finding of each rule of ``RULES``: its place (``doc,
    paragraph, area, table_id, strand, category``), ``rule``, ``severity`` (a contradiction, or
    a caution where the numbers can stand as printed), ``printed``, ``recomputed``, a
    ``suggestion`` where exactly one change of one number, by one digit or by two digits swapped,
    mends all that is found of it, and ``detail``, a sentence. The order of the rows of `printed`
    does not matter. Tables that agree give no row.

    Raises InputError, with every row (of the file, where one was read), column, value and mend,
    for a frame that is not in this shape.

    >>> row = dict.fromkeys(printed_figures.COLUMNS, "") | {
    ...     "doc": "report", "area": "London", "measure": "accused", "strand": "gender",
    ...     "unit": "count", "table_id": "brk:accused/gender"}
    >>> printed = pd.DataFrame([
    ...     row | {"category": "Male", "value": "92", "kind": "component"},
    ...     row | {"category": "Female", "value": "21", "kind": "component"},
    ...     row | {"category": "Total", "value": "103", "kind": "stated_total"}])
    >>> check(printed)[["rule", "printed", "recomputed", "suggestion"]].values.tolist()
    [['components_total', '103', '113', '']]
    """
    sheet = Sheet(printed_figures.figures(printed, name=name))
    return findings.frame(with_repairs(_found(sheet), sheet, _found), rules=list(RULES))


def _found(sheet: Sheet) -> list[findings.Finding]:
    return [
        replace(finding, rule=name) for name, rule in RULES.items() for finding in rule.find(sheet)
    ]
