"""Does each printed part fit into the whole that another table prints?"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from itertools import groupby

from dsvstats.sources.published.figures import Figure
from dsvstats.sources.published.tables import Table
from dsvstats.sources.reconcile.findings import CONTRADICTION, Finding, instead, number, shown
from dsvstats.sources.reconcile.sheet import Sheet
from dsvstats.terms.chains import DETECTION

PEOPLE = {"victims", "suspects", "accused", "offenders", "residents", "population", "staff"}
STAGES = {
    "call": 0,
    "incident": 1,
    "allegation": 1,
    "offence": 2,
    "crime": 2,
    DETECTION: 3,
    "sd": 3,
    "caution": 4,
    "charge": 4,
}
"""What is nested in what: a later stage is a part of every earlier one, save calls."""
STAGE = re.compile(rf"(?<![a-z])({'|'.join(STAGES)})s?(?![a-z])")
_WORDS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
_NUMBERS = {word: number for number, word in enumerate(_WORDS, start=1)} | {"once": 1, "twice": 2}
_TIMES = re.compile(
    rf"(\d{{1,3}}|{'|'.join(_NUMBERS)})\s*(?:\+|(?:or|and) (?:more|over))?\s*"
    r"(?:times?|(call|incident|offence|crime|allegation|report)s?)?"
)


def events_implied(sheet: Sheet) -> Iterator[Finding]:
    """Which people, by how many events each is in, need more events than are printed?

    People with one event each, twice those with two or more, and so on, against the largest
    number of such events that any document prints for the area, period and subject.
    """
    events = _event_totals(sheet.without_subtotals)
    for part in sheet.parts:
        by_times = people_by_times(part)
        counted = [each for each, _, _ in by_times]
        implied = sum((each.value * times for each, times, _ in by_times), Fraction(0))
        words = {word for _, _, word in by_times if word}
        if len(counted) < 2 or implied <= sum(each.value for each in counted) or len(words) > 1:
            continue
        word = words.pop() if words else "event"
        possible = _possible(events[place_of(counted[0])], counted[0], word)
        if possible and implied > max(possible):
            yield _events_finding(counted, implied, word, possible)


def _possible(events: list[Figure], people: Figure, word: str) -> set[Fraction | int]:
    """How many such events are printed for the period of these people?"""
    return {
        each.value
        for each in events
        if (word not in STAGES or STAGES[_stage(each)] == STAGES[word])
        and same_period(each, people)
    }


def people_by_times(part: Table) -> list[tuple[Figure, int, str | None]]:
    """Counts of people by how often each was in an event, with the word for it where one stands."""
    found = [(each, _TIMES.fullmatch(each.label)) for each in part.parts if each.strand != "age"]
    return [
        (each, _NUMBERS.get(times[1]) or int(times[1]), times[2])
        for each, times in found
        if times and each.population in PEOPLE and each.unit == "count"
    ]


def _events_finding(
    counted: list[Figure], implied: Fraction | int, word: str, events: set[Fraction | int]
) -> Finding:
    printed = ", ".join(number(value) for value in sorted(events))
    return Finding(
        tuple(counted),
        f"These people need at least {number(implied)} {word}s between them, but at most "
        f"{number(max(events))} are printed for the period ({printed}): both can be right only "
        "if one event counts for several people.",
        printed=printed,
        recomputed=f"at least {number(implied)}",
    )


def bounded_by_another(sheet: Sheet) -> Iterator[Finding]:
    """Which parts are printed larger than the same category of the whole they are nested in?

    Incidents contain crimes, crimes contain sanction detections, and so on, and whatever is
    repeated is inside what it repeats; where people are counted once per record, each repeated
    one stands there at least twice.
    """
    figures = sheet.without_subtotals
    per_record = _counted_per_record(figures)
    groups: dict[tuple, dict[str, list[Figure]]] = defaultdict(lambda: defaultdict(list))
    for each in sorted(figures, key=lambda each: (bool(each.text) and -each.value, each)):
        if each.unit == "count" and each.text and each.kind != "stated_rate" and place_of(each):
            groups[_nesting_group(each)][each.measure].append(each)
    broken: dict[tuple, dict[str, _Nested]] = defaultdict(dict)
    for held in groups.values():
        for part, whole in _nested(held):
            again = part.measure.startswith("repeat_") and part.population in PEOPLE
            times = 2 if again and _records_key(whole) in per_record else 1
            if part.value * times > whole.value:
                place = (part.doc, part.area, part.subject, part.period_end, part.population)
                pair = (part.measure, whole.measure, part.strand, whole.strand)
                broken[place + pair][part.label] = (part, whole, times)
    for found in broken.values():
        yield _bounded_finding([found[label] for label in sorted(found)])


_Nested = tuple[Figure, Figure, int]
"""A part, the whole that contains it, and how often each of the part stands in the whole."""


def _nested(held: dict[str, list[Figure]]) -> Iterator[tuple[Figure, Figure]]:
    """Each part with the largest whole that contains it, where there is one."""
    for measure, parts in held.items():
        if containers := _containers(measure, list(held)):
            for part in parts:
                if whole := _largest_whole(part, containers, held):
                    yield part, whole


def _bounded_finding(found: list[_Nested]) -> Finding:
    part, whole, times = found[0]
    each = "; ".join(
        f"{'' if part.is_whole else part.category + ' '}{shown(part)} against {shown(whole)}"
        for part, whole, _ in found
    )
    sentence = f"{part.measure} cannot exceed the {whole.measure} that contain them: {each}"
    if times > 1:
        sentence += ", counted once per record, where each of them stands at least twice"
    return Finding(
        tuple(figure for pair in found for figure in pair[:2]),
        f"{sentence}.",
        severity=CONTRADICTION,
        printed="; ".join(shown(part) for part, *_ in found),
        recomputed="; ".join(
            f"at most {number(Fraction(whole.value // times))}" for _, whole, times in found
        ),
        mends=lambda old, new: all(
            instead(part, old, new).value * times <= instead(whole, old, new).value
            for part, whole, times in found
        ),
    )


def place_of(figure: Figure) -> tuple[str, ...]:
    """Where and when: without a period a figure is in the time of its own table only."""
    when = figure.period_end or (figure.table_id and f"{figure.doc} {figure.table_id}")
    return (figure.area, figure.subject, when) if when else ()


def same_period(one: Figure, other: Figure) -> bool:
    """Of two figures of one place: may they start on one day?"""
    return len({one.period_start, other.period_start} - {""}) <= 1


def _event_totals(figures: list[Figure]) -> dict[tuple, list[Figure]]:
    events = defaultdict(list)
    for each in figures:
        stage = STAGE.fullmatch(each.measure)
        counted = each.unit == "count" and each.text and each.kind != "stated_rate"
        total = each.is_whole and each.population not in PEOPLE
        if stage and STAGES[stage[1]] <= STAGES["crime"] and counted and total and place_of(each):
            events[place_of(each)].append(each)
    return events


def _counted_per_record(figures: list[Figure]) -> set[tuple]:
    """Which people are counted once per record? Those as many as the events they were in."""
    events = _event_totals(figures)
    return {
        _records_key(each)
        for each in figures
        if each.population in PEOPLE and each.unit == "count" and each.text and each.is_whole
        for event in events.get(place_of(each), [])
        if event.doc == each.doc and event.value == each.value and same_period(event, each)
    }


def _records_key(figure: Figure) -> tuple:
    return figure.doc, *place_of(figure), figure.population, figure.measure


def _nesting_group(figure: Figure) -> tuple:
    people = figure.population if figure.population in PEOPLE else "events"
    strand = "ethnicity" if "ethnic" in figure.strand else figure.strand
    group = ("none", "") if figure.is_whole else (strand, figure.label)
    frame = STAGE.sub("*", figure.measure.removeprefix("repeat_"), count=1)
    return figure.doc, *place_of(figure), people, frame, *group


def _containers(measure: str, measures: list[str]) -> list[list[str]]:
    """Which of these measures contain this one? The nearest first, those of one stage together."""
    holding = [each for each in measures if _inside(measure, each)]
    holding.sort(key=lambda each: (-_depth(each), each))
    return [list(stage) for _, stage in groupby(holding, key=_depth)]


@cache
def _inside(part: str, whole: str) -> bool:
    repeated, repeats = (each.startswith("repeat_") for each in (part, whole))
    if repeated and not repeats:
        return part.removeprefix("repeat_") == whole
    if repeated != repeats:
        return False
    inner, outer = (STAGE.findall(each) for each in (part, whole))
    if len(inner) != 1 or len(outer) != 1:
        return False
    return STAGES[inner[0]] > STAGES[outer[0]] > STAGES["call"]


@cache
def _depth(measure: str) -> int:
    stages = STAGE.findall(measure)
    return STAGES[stages[0]] if stages else len(STAGES)


def _stage(figure: Figure) -> str:
    return STAGE.findall(figure.measure)[0]


def _largest_whole(
    part: Figure, containers: list[list[str]], held: dict[str, list[Figure]]
) -> Figure | None:
    """The largest figure of the nearest stage; a part's own stated total is another rule's."""
    for stage in containers:
        wholes = []
        for measure in stage:
            fitting = (
                each
                for each in held[measure]
                if same_period(part, each)
                and not (each.table_id == part.table_id and each.kind == "stated_total")
            )
            wholes += [each for each in [next(fitting, None)] if each]
        if wholes:
            return max(wholes, key=lambda each: (each.value, each))
    return None
