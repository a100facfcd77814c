"""Small frames of counts and of estimates that several tests build on, and the trusted cases."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
from hypothesis import settings

from dsvstats import counts, estimates

CASES = {
    each["id"]: each
    for each in json.loads((Path(__file__).parent / "expected" / "cases.json").read_text())
}
few = settings(max_examples=settings().max_examples // 5)
WANDSWORTH = {
    "White": 415,
    "Mixed": 34,
    "Asian": 42,
    "Black": 138,
    "Other": 14,
    "Not recorded": 544,
}
RESIDENTS = {"White": 219_000, "Mixed": 15_000, "Asian": 33_000, "Black": 33_000, "Other": 7_000}


def people(strand, groups, *, unit="victims", measure="crime", area="Wandsworth", **more):
    """Counts of people by the groups of one strand."""
    return counts.table(area, unit, measure, strand, groups, **more)


def residents(strand, groups, *, area="Wandsworth", start="2011-03-27", **more):
    """Residents by the groups of one strand, on Census day."""
    more = {"subject": "population", "start": start, "end": start} | more
    return counts.table(area, "residents", "usual_residents", strand, groups, **more)


def wandsworth(unit="victim_records"):
    """Wandsworth's victims by broad ethnicity and (roughly) its residents."""
    return join(
        people("ethnicity_broad", WANDSWORTH, unit=unit), residents("ethnicity_broad", RESIDENTS)
    )


def part(strand, inside, whole, *, unit="victims", area="Wandsworth"):
    """A base of crimes by group, and the arrests that are a part of it."""
    return join(
        people(strand, inside, unit=unit, measure="arrest", area=area),
        people(strand, whole, unit=unit, measure="crime", area=area),
    )


def join(*frames):
    """These frames, one after another."""
    return pd.concat(frames, ignore_index=True)


def crossed_case(inputs, *, strand="age x gender", group="Female", reference="Male"):
    """A case of 2 x 2 tables by stratum as arrests of crimes by age and gender."""
    count, base = {}, {}
    for n in range(len(inputs["a"])):
        for who, top, bottom in ((group, "a", "n1"), (reference, "c", "n0")):
            cell = f"{20 + n}-{20 + n} x {who}"
            count[cell], base[cell] = inputs[top][n], inputs[bottom][n]
    return part(strand, count, base)


KEY = {
    "area": "Wandsworth",
    "start": pd.Timestamp("2008-04-01"),
    "end": pd.Timestamp("2009-03-31"),
    "subject": "domestic_violence",
    "unit": "victims",
    "measure": "crime",
    "definition": "",
    "strand": "all",
    "group": "All",
    "level": 0.95,
    "withheld": False,
}


def estimated(*rows, **common):
    """Estimates made by hand: Wandsworth's victims, save where the rows or all of them differ."""
    return estimates.frame(pd.DataFrame([KEY | common | each for each in rows]))


def row(estimates, **wanted):
    """The one estimate with these values."""
    keep = np.ones(len(estimates), dtype=bool)
    for column, value in wanted.items():
        keep &= (estimates[column] == value).to_numpy()
    assert keep.sum() == 1, (wanted, keep.sum())
    return estimates[keep].iloc[0]


def brackets(estimates) -> bool:
    """Do the limits lie on either side of each estimate?"""
    there = estimates.dropna(subset=["estimate", "lower", "upper"])
    slack = 1e-9 * (1 + there["estimate"].abs().where(np.isfinite(there["estimate"]), 0))
    return bool(
        (there["lower"] <= there["estimate"] + slack).all()
        and (there["upper"] >= there["estimate"] - slack).all()
    )
