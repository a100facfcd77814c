"""How right is a linkage? Beside the truth where it is known, by group, and by a rule of surnames."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dsvstats.sources.linkage.linking import Linked
from dsvstats.sources.linkage.rows import prepared

_EDGES = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)


def agreement(
    linked: Linked, truth: Sequence, *, by: Sequence | None = None, threshold: float = 0.5
) -> pd.DataFrame:
    """Of the pairs of rows that are truly about one person, how many were compared, and linked?

    ``truth`` is each row's person, as it is known or as ids have it; ``by`` each row's group, so
    that one may see for whom linkage fails. A row of the answer for all, then for each group:
    ``pairs``, ``compared`` (the recall of blocking), ``linked`` of them at the threshold, and
    ``right``, the share of linked pairs that are of one person.

    >>> people = pd.DataFrame({"given_name": ["Ada"] * 2, "family_name": ["Ex"] * 2,
    ...                        "date_of_birth": ["1980-01-01"] * 2, "person_id": ["a1", "a1"]})
    >>> from dsvstats.sources.linkage import link
    >>> agreement(link(people), ["x", "x"])[["pairs", "linked"]].values.tolist()
    [[1.0, 1.0]]
    """
    person = pd.factorize(np.asarray(truth, dtype=object))[0]
    found = linked.at(threshold)
    groups = np.zeros(len(person), dtype=object) if by is None else np.asarray(by, dtype=object)
    one, other = (linked.pairs[each].to_numpy() for each in ("one", "other"))
    true = person[one] == person[other]
    rows = []
    for name in [None, *([] if by is None else pd.unique(groups))]:
        kept = np.ones(len(person), dtype=bool) if name is None else groups == name
        both = pd.DataFrame({"truth": person[kept], "found": found[kept]})
        pairs, joined = (_pairs(both.groupby(each).size()) for each in ("truth", "found"))
        right = _pairs(both.groupby(["truth", "found"]).size())
        compared = int((true & kept[one] & kept[other]).sum())
        rows.append(
            {
                "group": "" if name is None else name,
                "pairs": pairs,
                "compared": compared / pairs if pairs else np.nan,
                "linked": right / pairs if pairs else np.nan,
                "right": right / joined if joined else np.nan,
            }
        )
    return pd.DataFrame(rows)


def _pairs(sizes: pd.Series) -> int:
    return int((sizes * (sizes - 1) // 2).sum())


def calibration(linked: Linked, truth: Sequence) -> pd.DataFrame:
    """Where pairs are said to be this likely, how many are of one person?

    A row for each range of probabilities: ``pairs``, ``said`` on average, and ``true``.

    >>> people = pd.DataFrame({"given_name": ["Ada"], "family_name": ["Ex"], "date_of_birth": [""],
    ...                        "person_id": ["a1"]})
    >>> from dsvstats.sources.linkage import link
    >>> calibration(link(people), ["x"]).empty
    True
    """
    person = pd.factorize(np.asarray(truth, dtype=object))[0]
    told = pd.DataFrame(
        {
            "said": linked.pairs["probability"].to_numpy(dtype=float),
            "true": person[linked.pairs["one"]] == person[linked.pairs["other"]],
        }
    )
    held = told.groupby(pd.cut(told["said"], _EDGES), observed=True)
    return held.agg(
        pairs=("said", "size"), said=("said", "mean"), true=("true", "mean")
    ).reset_index(names="range")


def same_surname(people: pd.DataFrame) -> pd.Series:
    """In which reports does a victim's surname stand among two or more suspects or accused?

    The rule by which dual arrests were looked for (report of 8 July 2008, paragraph 31): to be
    set beside those in which one person is victim and suspect both, as ids or linkage have it.
    ``people`` has ``report_id``, ``role`` and ``family_name``.

    >>> people = pd.DataFrame({"report_id": [1, 1, 1], "role": ["victim", "suspect", "suspect"],
    ...     "given_name": "Ada", "family_name": ["Ex", "Ex", "Why"], "date_of_birth": ""})
    >>> same_surname(people).to_dict()
    {1: True}
    """
    held = prepared(people).assign(
        report=people["report_id"].to_numpy(), victim=(people["role"] == "victim").to_numpy()
    )
    victims, others = held[held["victim"]], held[~held["victim"]]
    many = others.groupby("report").size() >= 2
    both = victims.dropna(subset="family_name").merge(others, on=["report", "family_name"])
    found = set(both["report"]) & set(many.index[many])
    reports = pd.unique(people["report_id"])
    return pd.Series([each in found for each in reports], index=reports)
