"""How many misprints does the checker find, and does it ever mend the wrong one?

Consistent tables of many shapes are made up, one number in one of them is misprinted (a digit
changed, dropped or added, or two digits swapped), and what the checker says of it is tallied.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from itertools import product

import numpy as np
import pandas as pd

from dsvstats.sources import reconcile
from dsvstats.sources.published.figures import COLUMNS
from dsvstats.sources.reconcile.findings import replaced

SEED, MUTATIONS = 20260, 1_000
OUTCOMES = ("repaired rightly", "repaired wrongly", "found without a repair", "not found")
BASE = dict.fromkeys(COLUMNS, "") | {
    "doc": "report",
    "paragraph": "1",
    "area": "Harrow",
    "period_start": "2008-04-01",
    "period_end": "2009-03-31",
    "subject": "domestic_violence",
    "population": "victims",
    "measure": "victims",
    "strand": "none",
    "kind": "component",
    "unit": "count",
}
Rows = list[dict[str, str]]


def row(table_id: str, category: str, value: object, **other: str) -> dict[str, str]:
    """One printed number, in a table of the report."""
    return BASE | {"table_id": table_id, "category": category, "value": str(value)} | other


def printed(value: Fraction, places: int, *, cut: bool = False) -> str:
    """The value as a table prints it: rounded half up, or cut off, to so many places."""
    scaled = value * 10**places + (0 if cut else Fraction(1, 2))
    text = str(scaled.numerator // scaled.denominator).rjust(places + 1, "0")
    return f"{text[:-places]}.{text[-places:]}" if places else text


def split(total: int, groups: int, chance: np.random.Generator) -> list[int]:
    """A whole number in so many parts."""
    shares = chance.dirichlet(np.full(groups, 1.2))
    return chance.multinomial(total, shares).tolist()


def strands(chance: np.random.Generator) -> Rows:
    """Several breakdowns of one base, each with its total, with or without shares."""
    total = int(chance.integers(40, 60_000))
    places, cut = int(chance.integers(0, 3)), bool(chance.random() < 0.3)
    found = []
    for strand in ("gender", "age", "ethnicity_broad", "relationship")[: chance.integers(1, 5)]:
        found += breakdown(strand, total, chance)
        if chance.random() < 0.5:
            found += _shares(found, strand, total, places, cut=cut)
    return found


def breakdown(strand: str, total: int, chance: np.random.Generator) -> Rows:
    """One breakdown with its stated total."""
    bands = ["0-17", "18-29", "30-39", "40-49", "50-59", "60+"]
    sizes = split(total, int(chance.integers(2, 7)), chance)
    labels = bands if strand == "age" else [f"{strand} group {at}" for at in "abcdef"]
    told = {"strand": strand}
    rows = [
        row(f"brk:t/{strand}", label, size, **told)
        for label, size in zip(labels, sizes, strict=False)
    ]
    return [*rows, row(f"brk:t/{strand}", "Total", total, kind="stated_total", **told)]


def _shares(rows: Rows, strand: str, total: int, places: int, *, cut: bool) -> Rows:
    told = {"strand": strand, "kind": "stated_rate", "unit": "percent", "measure": "share"}
    return [
        row(
            each["table_id"],
            each["category"],
            printed(Fraction(100 * int(each["value"]), total), places, cut=cut),
            **told,
        )
        for each in rows
        if each["strand"] == strand and each["kind"] == "component" and each["unit"] == "count"
    ]


def subtotals(chance: np.random.Generator) -> Rows:
    """A breakdown with a subtotal for each broad group, and their total."""
    found: Rows = []
    told = {"strand": "ethnicity_self_defined"}
    for broad in ("White", "Asian", "Black"):
        sizes = chance.integers(0, 3_000, chance.integers(2, 5)).tolist()
        found += [
            row("brk:s", f"{broad} - {name}", size, **told)
            for name, size in zip(("British", "Other", "Irish", "African"), sizes, strict=False)
        ]
        found.append(row("brk:s", f"{broad} total", sum(sizes), kind="stated_total", **told))
    whole = sum(int(each["value"]) for each in found if each["kind"] == "component")
    return [*found, row("brk:s", "Total", whole, kind="stated_total", **told)]


def crosstab(chance: np.random.Generator) -> Rows:
    """Age by gender, with the totals of rows and columns."""
    ages, genders = ["18-29", "30-39", "40-49", "50+"][: chance.integers(2, 5)], ["Female", "Male"]
    cells = {pair: int(chance.integers(0, 2_000)) for pair in product(ages, genders)}
    told = {"strand": "age x gender"}
    total = told | {"kind": "stated_total"}
    rows = [row("brk:x", " x ".join(pair), size, **told) for pair, size in cells.items()]
    for side, names, form in ((0, ages, "{} x Total"), (1, genders, "Total x {}")):
        for name in names:
            size = sum(size for pair, size in cells.items() if pair[side] == name)
            rows.append(row("brk:x", form.format(name), size, **total))
    return [*rows, row("brk:x", "Total", sum(cells.values()), **total)]


def relation(chance: np.random.Generator) -> Rows:
    """Crimes and the detections among them, with their rate."""
    crimes = int(chance.integers(50, 60_000))
    detections = int(chance.integers(0, crimes + 1))
    places, cut = int(chance.integers(0, 3)), bool(chance.random() < 0.3)
    rate = printed(Fraction(100 * detections, crimes), places, cut=cut)
    told = {"population": "offences"}
    return [
        row("rel:r", "", detections, measure="sanction_detections", **told),
        row("rel:r", "", crimes, measure="crimes", kind="stated_total", **told),
        row("rel:r", "", rate, measure="sd_rate", kind="stated_rate", unit="percent", **told),
    ]


def per_population(chance: np.random.Generator) -> Rows:
    """Offences for each thousand, or hundred thousand, residents."""
    residents, unit = int(chance.integers(90_000, 400_000)), ("per_1000", "per_100000")
    crimes, which = int(chance.integers(300, 9_000)), int(chance.integers(0, 2))
    rate = printed(Fraction(crimes * (1_000, 100_000)[which], residents), 1)
    told = {"kind": "stated_rate", "unit": unit[which], "measure": "crime_rate"}
    return [
        row("rel:p", "", crimes, measure="crimes", population="offences"),
        row("rel:p", "", residents, measure="residents", kind="stated_total"),
        row("rel:p", "", rate, **told),
    ]


def change(chance: np.random.Generator) -> Rows:
    """The crimes of two years, and the change between them in per cent."""
    before, now = (int(each) for each in chance.integers(50, 9_000, 2))
    told = {"measure": "crimes", "population": "offences", "kind": "single"}
    earlier = {"period_start": "2007-04-01", "period_end": "2008-03-31"}
    rate = printed(abs(Fraction(now - before, before)) * 100, 1)
    changed = {"kind": "stated_rate", "unit": "per_cent_change", "measure": "crimes_change"}
    return [
        row("cmp:c", "", now, **told),
        row("cmp:c", "", before, **told, **earlier),
        row("cmp:c", "", rate, **changed),
    ]


def reports(chance: np.random.Generator) -> Rows:
    """People by their number of reports, their total and their mean number."""
    sizes = np.sort(chance.integers(1, 400, chance.integers(2, 6)))[::-1].tolist()
    rows = [row("brk:m", f"{at} reports", size) for at, size in enumerate(sizes, start=2)]
    mean = Fraction(sum(at * size for at, size in enumerate(sizes, start=2)), sum(sizes))
    told = {"kind": "stated_rate", "unit": "other", "measure": "mean_reports"}
    return [
        *rows,
        row("brk:m", "", sum(sizes), kind="stated_total"),
        row("brk:m", "", printed(mean, 2), **told),
    ]


def fine_and_broad(chance: np.random.Generator) -> Rows:
    """The same people in two schemes of age bands, without a stated total."""
    fine = chance.integers(5, 900, 6).tolist()
    broad = [fine[0] + fine[1], fine[2] + fine[3], fine[4] + fine[5]]
    told = {"strand": "age"}
    labels = ("18-24", "25-29", "30-34", "35-39", "40-49", "50+"), ("18-29", "30-39", "40+")
    return [
        row(f"brk:{name}/age", label, size, **told)
        for name, names, sizes in (("fine", labels[0], fine), ("broad", labels[1], broad))
        for label, size in zip(names, sizes, strict=True)
    ]


def untotalled(chance: np.random.Generator) -> Rows:
    """Strands of one base without a stated total, some of them without the unrecorded."""
    total, found = int(chance.integers(60, 9_000)), []
    for strand in ("gender", "age", "ethnicity_broad", "religion"):
        rows = breakdown(strand, total, chance)[:-1]
        if chance.random() < 0.6:
            rows[-1] |= {"category": "Unrecorded"}
        elif chance.random() < 0.5:
            rows = rows[:-1] if len(rows) > 2 else rows
        found += rows
    return found


def shares_alone(chance: np.random.Generator) -> Rows:
    """Percentages of a base that is not printed."""
    places, cut = int(chance.integers(0, 3)), bool(chance.random() < 0.3)
    found = []
    for strand in ("gender", "age", "ethnicity_broad"):
        rows = breakdown(strand, int(chance.integers(40, 9_000)), chance)
        shares = _shares(rows, strand, int(rows[-1]["value"]), places, cut=cut)
        found += [each | {"kind": "component", "measure": "share"} for each in shares]
    return found


def chain(chance: np.random.Generator) -> Rows:
    """What followed what: each stage a part of the one before, which is printed again each time."""
    stages = ("incidents", "crimes", "sanction_detections", "cautions")
    sizes = [int(chance.integers(2_000, 20_000))]
    for _ in stages[1:]:
        sizes.append(int(sizes[-1] * chance.uniform(0.1, 0.95)))
    places, found = int(chance.integers(0, 2)), []
    told = {"population": "offences"}
    for at, (part, whole) in enumerate(zip(stages[1:], stages, strict=False), start=1):
        rate = printed(Fraction(100 * sizes[at], max(1, sizes[at - 1])), places)
        table = f"rel:{part}"
        found += [
            row(table, "", sizes[at], measure=part, **told),
            row(table, "", sizes[at - 1], measure=whole, kind="stated_total", **told),
            row(
                table, "", rate, measure=f"{part}_rate", kind="stated_rate", unit="percent", **told
            ),
        ]
    return found + breakdown("gender", sizes[1], chance)


def periods(chance: np.random.Generator) -> Rows:
    """One breakdown of several years, each with its total, in one table."""
    found = []
    for year in range(2007, 2007 + int(chance.integers(2, 5))):
        told = {"period_start": f"{year}-04-01", "period_end": f"{year + 1}-03-31"}
        rows = breakdown("gender", int(chance.integers(50, 9_000)), chance)
        found += [each | told for each in rows]
    return found


SHAPES = (
    *(strands, strands, strands, subtotals, crosstab, untotalled, shares_alone, chain, periods),
    *(relation, per_population, change, reports, fine_and_broad),
)


def misprinted(text: str, chance: np.random.Generator) -> str:
    """The number with one digit changed, dropped or added, or two swapped; another number."""
    places = [at for at, digit in enumerate(text) if digit.isdigit()]
    for _ in range(100):
        at, digit = int(chance.choice(places)), str(chance.integers(0, 10))
        other = int(chance.choice(places))
        swapped = list(text)
        swapped[at], swapped[other] = swapped[other], swapped[at]
        new = [
            text[:at] + digit + text[at + 1 :],
            "".join(swapped),
            text[:at] + text[at + 1 :],
            text[:at] + digit + text[at:],
        ][int(chance.choice(4, p=(0.4, 0.4, 0.1, 0.1)))]
        whole = new.partition(".")[0]
        if new != text and whole and not new.endswith(".") and str(int(whole)) == whole:
            return new
    return text


def mutations(number: int, seed: int) -> Iterator[tuple[str, Rows, int, str]]:
    """So many consistent tables, each with the place of one number and its misprint."""
    chance = np.random.default_rng(seed)
    while number:
        shape = SHAPES[int(chance.integers(0, len(SHAPES)))]
        rows = shape(chance)
        at = int(chance.integers(0, len(rows)))
        new = misprinted(rows[at]["value"], chance)
        if new != rows[at]["value"]:
            number -= 1
            yield shape.__name__, rows, at, new


def outcome(rows: Rows, at: int, new: str) -> str:
    """What does the checker say of the table with this misprint?"""
    right = rows[at]["value"]
    wrong = [each | {"value": new} if place == at else each for place, each in enumerate(rows)]
    found = reconcile.check(pd.DataFrame(wrong, columns=COLUMNS))
    suggested = set(found["suggestion"]) - {""}
    if suggested:
        return OUTCOMES[0 if suggested == {replaced(new, right)} else 1]
    return OUTCOMES[2 if len(found) else 3]


def tally(number: int = MUTATIONS, seed: int = SEED) -> pd.DataFrame:
    """How often each outcome, by shape; a table that is not consistent to begin with is an error."""
    found: Counter = Counter()
    for shape, rows, at, new in mutations(number, seed):
        before = reconcile.check(pd.DataFrame(rows, columns=COLUMNS))
        before = before[before["severity"] == "contradiction"]
        assert before.empty, (shape, before.to_dict("records"))
        found[shape, outcome(rows, at, new)] += 1
    counted = pd.Series(found).unstack(fill_value=0)
    return counted.reindex(columns=list(OUTCOMES), fill_value=0)


if __name__ == "__main__":
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--mutations", type=int, default=MUTATIONS)
    given.add_argument("--seed", type=int, default=SEED)
    asked = given.parse_args()
    counted = tally(asked.mutations, asked.seed)
    print(counted.to_string())
    print(counted.sum().to_string())
