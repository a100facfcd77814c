"""Linking reports about the same person: how long, in how much memory, and how right, for whom?

Beside it, what the documents count by: names and birth spelt alike, in pandas. Both without the ids
of the made-up extract, which are the truth. (`benchmarks.extract` has every measure of repeats by
strand and area from ten million reports.)

    python -m benchmarks.repeats [--reports 1000000]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd

from benchmarks import extract
from dsvstats.sources import linkage

NAMED = ["given_name", "family_name", "date_of_birth"]


def rows(folder: Path) -> tuple[pd.DataFrame, pd.Series]:
    """The victims of a year, and who they truly are."""
    found = linkage.people(folder)
    alone = pd.Series(found.index.astype("str"), index=found.index)
    return found.drop(columns="person_id"), found["person_id"].fillna("row " + alone)


def link(folder: Path) -> None:
    linkage.link(rows(folder)[0], keeps=["gender"])


def alike(folder: Path) -> None:
    spelt_alike(rows(folder)[0])


def spelt_alike(people: pd.DataFrame) -> pd.Series:
    return people.groupby(NAMED, dropna=False, sort=False).ngroup()


def again(person: pd.Series, group: pd.Series) -> pd.Series:
    """Of the people of each group, how many are in two reports or more?"""
    once = pd.DataFrame({"person": person, "group": group}).groupby("person")["group"]
    told = once.agg(["size", "last"])
    return (told["size"] > 1).groupby(told["last"]).mean()


def how_right(folder: Path) -> None:
    people, truth = rows(folder)
    linked = linkage.link(people, keeps=["gender"])
    told = linkage.agreement(linked, truth, by=people["gender"].fillna("")).set_index("group")
    print(told.iloc[:3].round(4).to_string())
    true, exact = again(truth, people["gender"]), again(spelt_alike(people), people["gender"])
    drawn = [again(pd.Series(each), people["gender"]) for each in linked.draws(5)]
    ours = sum(drawn[1:], drawn[0]) / len(drawn)
    for group in true.index:
        print(
            f"{group}: reported again {true[group]:.1%}; linked {ours[group]:.1%}, "
            f"spelt alike {exact[group]:.1%}"
        )


def main(largest: int) -> None:
    for size in (100_000, largest):
        folder = extract.made(size)
        ours, plain = (extract.child(each, folder, of=__spec__.name) for each in ("link", "alike"))
        extract.show("link", size, ours)
        extract.show("spelt alike, pandas", size, plain)
        print(f"{ours['seconds'] / plain['seconds']:.1f} times as long as spelt alike")
    print("(at most 30 s for 100,000; 300 s and 3 GB for a million)")
    how_right(extract.made(100_000))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=1_000_000)
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        extract.one({"link": link, "alike": alike}[options.one[0]], Path(options.one[1]))
    else:
        main(options.reports)
