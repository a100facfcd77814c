"""What a figure's title says: the finding, in a line."""

from __future__ import annotations

import pandas as pd

from dsvstats import strands
from dsvstats.estimates.directions import HIGHER, LOWER
from dsvstats.reporting.wording import clauses, grouping, nouns, numerals, phrases, values

NOTHING = "Not supplied"
SHARES = ("proportion", "prevalence", "retention")
_NAMES = 3


def headline(estimates: pd.DataFrame, *, source: str = "") -> str:
    """What do these estimates find, as a title? A direction only where the rule allows one.

    >>> from dsvstats import estimates
    >>> headline(estimates.empty())
    'Not supplied'
    """
    families = grouping.families(estimates)
    if not families:
        return grouping.marked(NOTHING, estimates, source)
    told = [_usable(rows) for rows in families]
    if not any(map(len, told)):
        reason = "Withheld" if estimates["withheld"].all() else "No estimate can be given"
        return grouping.marked(reason, estimates, source)
    told = [rows for rows in told if rows]
    compared = [rows for rows in told if values.compared(rows[0])]
    if compared:
        text = _compared(compared[0]) if len(compared) == 1 else _several(compared)
    elif all(row.versus == "target" for rows in told for row in rows):
        text = _targets([row for rows in told for row in rows])
    else:
        text = _plain(told)
    return grouping.marked(phrases.upper_first(text), estimates, source)


def subtitle(rows: pd.DataFrame, *, source: str = "") -> str:
    """The measure, place, period and source of what is shown."""
    about = phrases.upper_first(grouping.about(rows))
    stated = f"Source: {source}" if source else ""
    return ". ".join(part.rstrip(".") for part in (about, stated) if part)


def _usable(rows: pd.DataFrame) -> list:
    return [
        row
        for row in rows.itertuples(index=False)
        if not row.withheld and (values.known(row.estimate) or values.bounded(row))
    ]


def _compared(rows: list) -> str:
    others = [row for row in rows if not values.is_reference(row)] or rows
    noun, kind = clauses.noun(rows[0].statistic), rows[0].versus
    than = {
        "rest": "everyone else",
        "overall": "overall",
        "expected": f"expected at {rows[0].reference}'s rates",
    }.get(kind, _who(rows[0], rows[0].reference))
    clear = {way: [r for r in others if r.way == way] for way in (HIGHER, LOWER)}
    found = clear[HIGHER] + clear[LOWER]
    if kind == "population":
        return _represented(clear, len(others), clauses.population(rows[0]))
    if not found:
        return f"No clear difference in {noun} from {than}"
    if len(found) == 1 and values.scale(found[0].statistic) == values.TIMES:
        row = found[0]
        return f"{_who(row, row.group)}: {noun} {values.value(row)} times that of {than}"
    said = []
    for way in (HIGHER, LOWER):
        names = [_who(row, row.group) for row in clear[way]]
        if len(names) > _NAMES:
            names = [f"{len(names)} of {numerals.counted(len(others), 'group')}"]
        if names:
            said.append(f"{way} for {phrases.joined(names)}")
    return f"{noun} {' and '.join(said)} than for {than}"


def _represented(clear: dict[str, list], many: int, population: str) -> str:
    """Who is over- and under-represented, against which population."""
    said = []
    for way, word in ((HIGHER, "over-represented"), (LOWER, "under-represented")):
        names = [_who(row, row.group) for row in clear[way]]
        if len(names) > _NAMES:
            names = [f"{len(names)} of {numerals.counted(many, 'group')}"]
        if names:
            said.append(f"{phrases.joined(names)} {word}")
    if not said:
        return f"No clear difference from the shares of {population}"
    return f"{' and '.join(said)} against {population}"


def _several(families: list[list]) -> str:
    clear, unclear = [], []
    for rows in families:
        found = any(row.way in (HIGHER, LOWER) for row in rows)
        name = rows[0].section.split(", ")[0] if rows[0].section else rows[0].label
        (clear if found else unclear).append(phrases.lower_first(name))
    clear, unclear = list(dict.fromkeys(clear)), list(dict.fromkeys(unclear))
    if not clear:
        return f"No clear difference by {phrases.joined(unclear, last='or')}"
    none = f"; none clear by {phrases.joined(unclear, last='or')}" if unclear else ""
    return f"Clear differences by {phrases.joined(clear)}{none}"


def _who(row, group: str) -> str:
    return phrases.member(row.strand, group) if row.strand != "all" else row.label


def _targets(rows: list) -> str:
    ways = [row.way for row in rows]
    if len(rows) == 1:
        target = numerals.percent(values.null(rows[0]))
        said = {HIGHER: "above", LOWER: "below"}.get(ways[0], "not clearly different from")
        return f"{values.value(rows[0])}, {said} the target of {target}"
    above, below = ways.count(HIGHER), ways.count(LOWER)
    rest = len(rows) - above - below
    parts = [(above, "above"), (below, "below"), (rest, "not clearly different from")]
    told = [f"{numerals.word(count)} {text}" for count, text in parts if count]
    if len(told) == 1:
        every = "Both rates" if len(rows) == 2 else f"All {numerals.word(len(rows))} rates"
        return f"{every} {told[0].split(' ', 1)[1]} the target"
    return f"Of {numerals.counted(len(rows), 'rate')}, {phrases.joined(told)} the target"


def _plain(families: list[list]) -> str:
    rows = [row for family in families for row in family]
    if all(row.statistic == "share" for row in rows):
        return _composition(rows) if len(families) == 1 else _compositions(families)
    if len({values.scale(row.statistic) for row in rows}) > 1:
        return _chain(rows)
    everyone = [row for row in rows if row.strand == "all"]
    if len(rows) == 1 or (len(everyone) == 1 and len(families) > 1):
        return _single((everyone or rows)[0])
    if len({(row.unit, row.measure, row.base) for row in rows}) > 1 and len(everyone) == len(rows):
        return _different(rows)
    known = [row for row in rows if strands.recorded(row.group)] or rows
    known = [row for row in known if values.known(row.estimate)]
    if not known:
        return "What was not recorded leaves wide bounds"
    ordered = sorted(known, key=lambda row: row.estimate)
    ends = [f"{values.value(row)} ({_label(row)})" for row in (ordered[0], ordered[-1])]
    names = {f"{row.statistic} {values.unit(row)}".strip() for row in known}
    name = names.pop() if len(names) == 1 else "rates"
    said = {clauses.happened(row) for row in known}
    if name == "completeness":
        return f"recorded for {ends[0]} to {ends[1]}"
    if name in SHARES and len(said) == 1:
        return f"from {ends[0]} to {ends[1]} {said.pop()}"
    return f"{name} from {ends[0]} to {ends[1]}"


def _different(rows: list) -> str:
    """Rates of different things have no range: the first few are told."""
    told = [
        f"{values.value(row)} of {nouns.base(row.base)} {clauses.happened(row)}"
        for row in rows
        if row.statistic in SHARES and values.known(row.estimate)
    ]
    return "; ".join(told[:2]) or "No estimate can be given"


def _label(row) -> str:
    if row.statistic == "completeness" and row.strand != "all":
        return phrases.strand(row.strand).split(" (")[0]
    return _who(row, row.group)


def _single(row) -> str:
    if row.statistic == "reports":
        people = numerals.number(row.denominator)
        return f"{numerals.number(row.numerator)} reports about {people} people"
    if values.unit(row):
        return f"{row.statistic} of {values.value(row)} {values.unit(row)}"
    if row.statistic in SHARES and values.known(row.estimate):
        return share(row)
    return f"{row.statistic}: {values.value(row)}, {clauses.counts(row)}"


def share(row) -> str:
    """What share of its base did what it says? In a line."""
    whole = f"{numerals.number(row.denominator)} {clauses.base(row)}"
    return f"{values.value(row)} of {whole} {clauses.happened(row)}"


def _composition(rows: list) -> str:
    known = [row for row in rows if strands.recorded(row.group)]
    missing = [row for row in rows if not strands.recorded(row.group)]
    if not known:
        return f"Not recorded for {values.value(missing[0])} of {nouns.base(missing[0].base)}"
    top = max(known, key=lambda row: row.estimate)
    first = f"{values.value(top)} {phrases.member(top.strand, top.group)}"
    most = max(missing, key=lambda row: row.estimate, default=None)
    rest = f", {values.value(most)} not recorded" if most is not None else ""
    return f"{first}{rest}, of {numerals.number(top.denominator)} {nouns.base(top.base)}"


def _compositions(families: list[list]) -> str:
    """The largest group of each strand, the unrecorded among them."""
    said = []
    for rows in families[:_NAMES]:
        top = max(rows, key=lambda row: row.estimate)
        name = phrases.lower_first(rows[0].section.split(", ")[0])
        said.append(f"{name}: {values.value(top)} {phrases.member(top.strand, top.group)}")
    return "; ".join(said)


def _chain(rows: list) -> str:
    first, last = rows[0], rows[-1]
    start = f"{numerals.number(first.denominator)} {nouns.base(first.base)}"
    return (
        f"From {start} to {numerals.number(last.numerator)} {nouns.thing(last.unit, last.measure)}"
    )
