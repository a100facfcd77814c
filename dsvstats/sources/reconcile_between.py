"""What printed tables say against each other: two values, too many events, part and whole."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations

from dsvstats.sources.findings import CONTRADICTION, Finding, number, replaced, shown
from dsvstats.sources.printed_figures import Figure, step
from dsvstats.sources.printed_tables import Table
from dsvstats.sources.repairs import only_repair

PEOPLE = {"victims", "suspects", "accused", "offenders", "residents", "population", "staff"}
_STAGES = {
    "call": 0,
    "incident": 1,
    "allegation": 1,
    "offence": 2,
    "crime": 2,
    "sanction_detection": 3,
    "sd": 3,
    "caution": 4,
    "charge": 4,
}
"""What is nested in what: a later stage is a part of every earlier one, save calls."""
_STAGE = re.compile(rf"(?<![a-z])({'|'.join(_STAGES)})s?(?![a-z])")
_WORDS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
_NUMBERS = {word: number for number, word in enumerate(_WORDS, start=1)} | {"once": 1, "twice": 2}
_TIMES = re.compile(
    rf"(\d{{1,3}}|{'|'.join(_NUMBERS)})\s*(?:\+|(?:or|and) (?:more|over))?\s*"
    r"(?:times?|(call|incident|offence|crime|allegation|report)s?)?"
)


def two_values(figures: list[Figure]) -> Iterator[Finding]:
    """Is one quantity printed with values that rounding does not make one?

    The same area, period, subject, population, measure, strand and category, in one document or
    several. A quantity without a period is compared only inside its own table.
    """
    wholes = {_in_its_table(each) for each in figures if each.kind == "stated_total"}
    quantities = defaultdict(list)
    for each in figures:
        part_of_it = each.kind == "component" and not each.label and _in_its_table(each) in wholes
        if each.text and not part_of_it and (each.period_end or _in_a_table(each)):
            quantities[_quantity(each)].append(each)
    for held in quantities.values():
        if _consistent([each.text for each in held]):
            continue
        repair = _repair_values(held)
        different = sorted({each.text: each for each in held}.values(), key=_value_then_place)
        places = "; ".join(
            f"{shown(each)} ({', '.join(filter(None, (each.doc, each.paragraph)))})"
            for each in different
        )
        first = held[0]
        about = f"{first.measure} ({first.category})" if first.category else first.measure
        when = " to ".join(filter(None, (first.period_start, first.period_end)))
        yield Finding(
            "two_values",
            tuple(different),
            f"{about} of {first.area}{f' for {when}' if when else ''} is printed with "
            f"{len(different)} values: {places}; unless defined differently, one at most is right.",
            printed="; ".join(shown(each) for each in different),
            suggestion=repair,
        )


def _in_its_table(figure: Figure) -> tuple:
    return figure.doc, figure.table_id, figure.area, figure.population, figure.measure


def _in_a_table(figure: Figure) -> bool:
    return figure.table_id.partition(":")[0] in ("brk", "rel", "ovl")


def _quantity(figure: Figure) -> tuple:
    where = "" if figure.period_end else (figure.doc, figure.table_id)
    group = ("none", "") if figure.is_whole else (figure.strand, figure.label)
    return (
        where,
        figure.area,
        figure.period_start,
        figure.period_end,
        figure.subject,
        figure.population,
        figure.measure,
        figure.unit,
        *group,
    )


def _value_then_place(figure: Figure) -> tuple:
    return figure.value, figure


def _consistent(texts: list[str]) -> bool:
    return all(_same(*pair) for pair in combinations(sorted(set(texts)), 2))


def _same(one: str, other: str) -> bool:
    coarse, fine = sorted((one, other), key=step, reverse=True)
    gap = Fraction(fine) - Fraction(coarse)
    if step(coarse) == step(fine):
        return gap == 0
    return abs(gap) <= step(coarse) / 2 or 0 <= gap < step(coarse)


def _repair_values(held: list[Figure]) -> str:
    times = Counter(text for *_, text in {(each.doc, each.paragraph, each.text) for each in held})

    def mends(printed: str, new: str) -> bool:
        if held[0].unit == "percent" and not 0 <= Fraction(new) <= 100:
            return False
        return _consistent([new, *(text for text in times if text != printed)])

    once = sorted(text for text in times if times[text] == 1)
    found = only_repair([(text, text) for text in once], mends)
    return replaced(*found) if found else ""


def events_implied(part: Table, figures: list[Figure]) -> Iterator[Finding]:
    """Do these people, by how many events each is in, need more events than are printed?

    People with one event each, twice those with two or more, and so on, against the largest
    number of such events that any document prints for the area, period and subject.
    """
    counted, implied, words = [], Fraction(0), set()
    for each in part.parts:
        found = _TIMES.fullmatch(each.label) if each.strand != "age" else None
        if found and each.population in PEOPLE and each.unit == "count":
            counted.append(each)
            words.update({found[2]} - {None})
            implied += each.value * (_NUMBERS.get(found[1]) or int(found[1]))
    if len(counted) < 2 or implied <= sum(each.value for each in counted) or len(words) > 1:
        return
    word = words.pop() if words else "event"
    events = [
        each
        for each in figures
        if _is_event_total(each)
        and (word not in _STAGES or _STAGES[_stage(each)[0]] == _STAGES[word])
        and (each.area, each.subject) == (counted[0].area, counted[0].subject)
        and _same_period(each, counted[0])
    ]
    if not events or implied <= max(each.value for each in events):
        return
    values = sorted({each.value for each in events})
    printed = ", ".join(number(value) for value in values)
    yield Finding(
        "events_implied",
        tuple(counted),
        f"These people need at least {number(implied)} {word}s between them, but at most "
        f"{number(values[-1])} are printed for the period ({printed}): both can be right only "
        "if one event counts for several people.",
        printed=printed,
        recomputed=f"at least {number(implied)}",
    )


def bounded_by_another(figures: list[Figure]) -> Iterator[Finding]:
    """Is a part printed larger than the same category of the whole that it is nested in?

    Incidents contain crimes, crimes contain sanction detections, and so on, and whatever is
    repeated is inside what it repeats; where people are counted once per record, each repeated
    one stands there at least twice.
    """
    groups = defaultdict(list)
    for each in figures:
        if each.unit == "count" and each.text and each.kind != "stated_rate":
            groups[_nesting_group(each)].append(each)
    broken = defaultdict(dict)
    for held in groups.values():
        for part in held:
            whole = _nearest_whole(part, held)
            if whole is None or part.value * 2 <= whole.value:
                continue
            times = _times(part, whole, figures)
            if part.value * times > whole.value:
                key = (part.doc, part.area, part.subject, part.period_end, part.population)
                key += (part.measure, whole.measure, part.strand, whole.strand)
                broken[key].setdefault(part.label, []).append((part, whole, times))
    for found in broken.values():
        least = [
            min(pairs, key=lambda pair: _value_then_place(pair[0])) for pairs in found.values()
        ]
        yield _bounded_finding(sorted(least, key=lambda pair: pair[0].label))


def _bounded_finding(found: list[tuple[Figure, Figure, int]]) -> Finding:
    part, whole, times = found[0]
    each = "; ".join(
        f"{'' if part.is_whole else part.category + ' '}{shown(part)} against {shown(whole)}"
        for part, whole, _ in found
    )
    sentence = f"{part.measure} cannot exceed the {whole.measure} that contain them: {each}"
    if times > 1:
        sentence += ", counted once per record, where each of them stands at least twice"
    return Finding(
        "bounded_by_another",
        tuple(figure for pair in found for figure in pair[:2]),
        f"{sentence}.",
        severity=CONTRADICTION,
        printed="; ".join(shown(part) for part, *_ in found),
        recomputed="; ".join(
            f"at most {number(Fraction(whole.value // times))}" for _, whole, times in found
        ),
    )


def _nesting_group(figure: Figure) -> tuple:
    people = figure.population if figure.population in PEOPLE else "events"
    strand = "ethnicity" if "ethnic" in figure.strand else figure.strand
    group = ("none", "") if figure.is_whole else (strand, figure.label)
    frame = _STAGE.sub("*", figure.measure.removeprefix("repeat_"), count=1)
    when = figure.period_end or f"in {figure.table_id}"
    return figure.doc, figure.area, figure.subject, when, people, frame, *group


def _nearest_whole(part: Figure, held: list[Figure]) -> Figure | None:
    """The largest value of the measure that most closely contains this part."""
    wholes = [each for each in held if _inside(part, each)]
    depth = max((_depth(each) for each in wholes), default=0)
    nearest = [each for each in wholes if _depth(each) == depth]
    return max(nearest, key=_value_then_place, default=None)


def _depth(figure: Figure) -> int:
    stage = _stage(figure)
    return _STAGES[stage[0]] if stage else len(_STAGES)


def _stage(figure: Figure) -> list[str]:
    return _STAGE.findall(figure.measure.removeprefix("repeat_"))


def _inside(part: Figure, whole: Figure) -> bool:
    own_total = part.table_id == whole.table_id and whole.kind == "stated_total"
    if own_total or not _same_period(part, whole):
        return False
    repeated, repeats = (each.measure.startswith("repeat_") for each in (part, whole))
    if repeated and not repeats:
        return part.measure.removeprefix("repeat_") == whole.measure
    stages = [_stage(each) for each in (part, whole)]
    if repeated != repeats or not all(len(each) == 1 for each in stages):
        return False
    inner, outer = (_STAGES[each[0]] for each in stages)
    return inner > outer > _STAGES["call"]


def _same_period(one: Figure, other: Figure) -> bool:
    if not one.period_end:
        return not other.period_end and bool(one.table_id) and one.table_id == other.table_id
    starts = {one.period_start, other.period_start} - {""}
    return one.period_end == other.period_end and len(starts) <= 1


def _times(part: Figure, whole: Figure, figures: list[Figure]) -> int:
    """How often does each repeated person stand in the whole? Twice where it counts records."""
    if part.population not in PEOPLE or not part.measure.startswith("repeat_"):
        return 1
    sizes = {
        each.value
        for each in figures
        if each.is_whole
        and each.text
        and (each.doc, each.area, each.subject) == (whole.doc, whole.area, whole.subject)
        and (each.population, each.measure) == (whole.population, whole.measure)
        and _same_period(each, whole)
    }
    records = any(
        _is_event_total(each) and each.value in sizes and _same_period(each, whole)
        for each in figures
        if (each.doc, each.area, each.subject) == (whole.doc, whole.area, whole.subject)
    )
    return 2 if records else 1


def _is_event_total(figure: Figure) -> bool:
    return (
        figure.unit == "count"
        and bool(figure.text)
        and figure.kind != "stated_rate"
        and figure.is_whole
        and figure.population not in PEOPLE
        and _STAGE.fullmatch(figure.measure) is not None
        and _STAGES[_STAGE.fullmatch(figure.measure)[1]] <= 2
    )
