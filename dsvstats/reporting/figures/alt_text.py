"""The alternative text of a figure: what kind it is, what it finds, and its rows in words."""

from __future__ import annotations

from dsvstats.reporting.wording import numerals, phrases

MOST = 14


def alt(kind: str, *, title: str, subtitle: str, rows: list[str], notes=()) -> str:
    """What does the figure show, for someone who does not see it?

    Long figures give their first rows and say how many more are in the table.

    >>> alt("Bar chart", title="Half are known", subtitle="Lambeth", rows=["Known: 1 of 2"])
    'Bar chart. Half are known. Lambeth. Known: 1 of 2.'
    """
    shown = rows if len(rows) <= MOST + 1 else rows[:MOST]
    more = len(rows) - len(shown)
    rest = [f"{numerals.word(more)} more rows are in the table"] if more else []
    parts = [kind, title, subtitle, "; ".join(shown), *rest, *notes]
    return " ".join(phrases.closed(part) for part in parts if part)


def row(label: str, *texts: str, section: str = "") -> str:
    """One row in words.

    >>> row("Black", "2.05 (1.68 to 2.51)", "138 in 32,400", section="Ethnicity")
    'Ethnicity, Black: 2.05 (1.68 to 2.51), 138 in 32,400'
    """
    name = f"{section}, {label}" if section else label
    said = ", ".join(dict.fromkeys(text for text in texts if text))
    return f"{name}: {said}" if said else name
