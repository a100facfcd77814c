"""Whose reports were not recorded as crimes? The review of no crimes, by any strand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from dsvstats import counts, estimates
from dsvstats.counts import KEY
from dsvstats.statistics.attrition.contrasted import ODDS
from dsvstats.statistics.attrition.contrasts import contrasted
from dsvstats.terms import measures, units

NOT_CRIMED = "no_crime_or_crime_related_incident"
_EXACT = replace(ODDS, methods=("exact",))
_GROUP = [each for each in KEY if each != "measure"]
_STRAND = [each for each in _GROUP if each != "group"]
_PEOPLE = [each for each in _STRAND if each != "strand"]


def no_crime_review(
    cases: pd.DataFrame,
    *,
    subject: str,
    reference: dict[str, str] | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """For whom were reports recorded as no crime or crime-related incidents more often?

    A group's odds of it over the reference group's, of victims and of suspects, by every strand
    in which both classes are told. Limits and p are exact, so that they hold for reviews of 13 or
    14 people, which seldom tell of any difference. Where all who were recorded are not told, they
    are the sum of the classes that are: crimes, no crimes and crime-related incidents.

    Parameters
    ----------
    cases : DataFrame
        Counts: the columns of ``counts.COLUMNS``, a row for each thing counted.
    subject : str
        What was reported, such as "serious_sexual_offences".
    reference : mapping of strand to group, optional
        The groups that others are compared with, where they are not the usual ones.
    level : float, default 0.95
        How often limits of this kind hold the truth.

    Returns
    -------
    DataFrame
        Estimates: ``statistic`` "odds ratio", the conditional estimate, with exact central limits
        (Cornfield 1956), p, families and flags as `stage_ratios` has them.

    Examples
    --------
    >>> table = counts.table
    >>> cases = pd.concat([
    ...     table("A", "victims", "crime", "gender", {"Female": 105, "Male": 8}),
    ...     table("A", "victims", NOT_CRIMED, "gender", {"Female": 21, "Male": 5})])
    >>> found = no_crime_review(cases, subject="domestic_violence", reference={"gender": "Female"})
    >>> found[["group", "numerator", "denominator", "p"]].round(3).values.tolist()
    [['Male', 5.0, 13.0, 0.137]]
    """
    people = [unit for role in ("victims", "suspects", "accused") for unit in units.in_role(role)]
    held = counts.choose(cases, subject=subject, unit=people)
    held = held[held["strand"] != "reports"].reset_index(drop=True)
    for whole in (NOT_CRIMED, "recorded"):
        held = _with_sum(held, whole)
    found = []
    for unit in dict.fromkeys(held["unit"]):
        stages = [(unit, "recorded"), (unit, NOT_CRIMED)]
        rows = counts.choose(held, unit=unit, measure=["recorded", NOT_CRIMED])
        found.append(contrasted(rows, stages, reference, level, "exact", 1.0, _EXACT))
    return estimates.join(each for each in found if len(each))


def _with_sum(held: pd.DataFrame, whole: str) -> pd.DataFrame:
    """The counts, and of each strand that has none of this measure the sum of its classes."""
    there = pd.MultiIndex.from_frame(held.loc[held["measure"] == whole, _STRAND])
    classes = next(parts for name, parts in measures.classes() if name == whole)
    parts = held[held["measure"].isin(classes)]
    parts = parts[~pd.MultiIndex.from_frame(parts[_STRAND]).isin(there)]
    return counts.join(held, *_sums(_beside_totals(parts), whole, classes))


def _beside_totals(parts: pd.DataFrame) -> pd.DataFrame:
    """The rows of strands that do not contradict their total; ``whole`` where they make it up.

    What such a strand leaves out is 0; of one without a total it is not known.
    """
    (strand,) = counts.codes([parts], [*_STRAND, "measure"])
    people, totals = counts.codes([parts, parts[parts["strand"] == "all"]], [*_PEOPLE, "measure"])
    size = parts["count"].to_numpy(dtype=float, na_value=np.nan)
    total = np.full(max(people.max(initial=-1), totals.max(initial=-1)) + 1, np.nan)
    total[totals] = size[(parts["strand"] == "all").to_numpy()]
    summed = np.bincount(strand, weights=size)[strand] if len(parts) else size
    whole = summed == total[people]
    without_total = np.isnan(total[people]) & ~np.isnan(summed)
    return parts.assign(whole=whole)[whole | without_total]


def _sums(parts: pd.DataFrame, whole: str, classes: tuple[str, ...]) -> Iterator[pd.DataFrame]:
    """The classes added up, of strands and groups in which all that were told of the people are."""
    for _, rows in parts.groupby(_PEOPLE, sort=False):
        supplied = set(rows["measure"])
        for _, strand in rows.groupby("strand", sort=False):
            if set(strand["measure"]) == supplied and len(supplied) > 1:
                summed = strand.groupby(_GROUP, sort=False, as_index=False).agg(
                    count=("count", "sum"), classes=("count", "size"), known=("whole", "all")
                )
                summed = summed[summed["known"] | (summed["classes"] == len(supplied))]
                source = counts.sources_by(strand["source"], np.zeros(len(strand)))[0]
                yield summed.assign(measure=whole, source=source, withheld=False)[counts.COLUMNS]
