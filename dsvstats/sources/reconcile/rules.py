"""Does a printed table add up, and what would mend it?"""

from __future__ import annotations

import pandas as pd

from dsvstats.cache import remembered
from dsvstats.sources.published import figures as printed_figures
from dsvstats.sources.published import tables as printed_tables
from dsvstats.sources.reconcile import findings
from dsvstats.sources.reconcile.labels import age_bands, period_length
from dsvstats.sources.reconcile.nesting import bounded_by_another, events_implied
from dsvstats.sources.reconcile.rates import percentage_range, rates
from dsvstats.sources.reconcile.shares import shares
from dsvstats.sources.reconcile.sums import component_above_total, missing_number, sums
from dsvstats.sources.reconcile.values import two_values

RULES = {
    "components_total": "Do the categories of a breakdown add up to its stated total?",
    "component_above_total": "Is a category larger than the total that it is a part of?",
    "sibling_strands": "Do the strands of one base add up to the same number?",
    "rate_against_counts": "Is a printed rate what its counts give, rounded or cut off?",
    "whole_number": "Does any whole number of the printed base give this rate?",
    "shares_against_100": "Do the shares of a breakdown add up to 100, as far as rounding goes?",
    "percentage_range": "Is a percentage outside 0 to 100?",
    "two_values": "Is one quantity printed with two values?",
    "missing_number": "Is a category printed without a number?",
    "age_bands": "Do age bands overlap, leave gaps or hold no ages?",
    "period_length": "Is a period as long as it is said to be?",
    "events_implied": "Do people by number of events imply more events than are printed?",
    "bounded_by_another": "Is a part larger than the whole that another table prints?",
}
"""The rules of reconciliation, each with the question that it asks of a table."""


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
    ``suggestion`` where exactly one change of one digit in one number mends the table, and
    ``detail``, a sentence. The order of the rows of `printed` does not matter. Tables that
    agree give no row.

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
    figures = printed_figures.figures(printed, name=name)
    tables = printed_tables.tables(figures)
    parts = [
        part
        for table in tables
        if table.form in ("brk", "rel")
        for part in printed_tables.by_strand(table)
    ]
    found = [
        *sums(parts),
        *(finding for table in tables for finding in component_above_total(table)),
        *(finding for part in parts for finding in shares(part)),
        *(finding for table in tables for finding in rates(table)),
        *missing_number(figures, parts),
        *(finding for part in parts for finding in age_bands(part)),
        *events_implied(parts, figures),
        *(finding for figure in figures for finding in percentage_range(figure)),
        *two_values(figures),
        *period_length(figures),
        *bounded_by_another(figures),
    ]
    return findings.frame(found, rules=list(RULES))
