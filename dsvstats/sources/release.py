"""The counts of an extract that may be published: one file, from which every page can be made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd

from dsvstats import disclosure
from dsvstats.errors import InputError
from dsvstats.sources import counted
from dsvstats.terms import chains, measures, places, subjects
from dsvstats.terms.subjects import SUBJECTS


def release(
    path: str | Path,
    *,
    threshold: int,
    zeros_shown: bool = False,
    subject: Sequence[str] = (),
    measure: Sequence[str] = (),
    mapping: str = "",
    place: str | Path | places.Place = "",
    released: pd.DataFrame | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> pd.DataFrame:
    """Which counts of this extract can be published together, and tell of nobody?

    Those of the last twelve months, of all areas and the whole place: of cases and people, and by
    strand as far as the pages tell of them. They are protected and audited as one, with what was
    released before.

    Parameters
    ----------
    path : a folder, file or pattern of records.
    threshold : the least count that is shown.
    zeros_shown : are zeros shown?
    subject : the subjects that are told by strand, if not those that the board asks for.
    measure : what is told by strand, if not ``chains.TOLD_BY_STRAND``.
    mapping : the YAML that fits other names and codes.
    place : what the areas are parts of.
    released : what was published before, as `disclosure.ledger` holds it.
    tell : is told what is being done.

    Returns
    -------
    DataFrame : a counts frame; its sources say that it is protected.
    """
    from dsvstats.sources import extract

    for each in subject:
        subjects.known(each)
    for each in measure:
        measures.known(each)
    tell("reading and counting the records")
    records = extract.read(str(path), mapping=mapping or None, place=place)
    held = counted.latest(records, threshold=threshold)
    held = chosen(held, subject=subject, measure=measure)
    if held.empty:
        raise InputError(
            where=str(path),
            rule="reports with a flag that says what they are of",
            value="none with a flag",
            mend="see EXTRACT.md for the columns",
        )
    tell(f"protecting {len(held):,} counts, and auditing what is left")
    found = disclosure.protect(
        held, threshold=threshold, zeros_shown=zeros_shown, released=released, place=place
    )
    source = [disclosure.protected(each, threshold) for each in found["source"]]
    return found.assign(source=source)


def chosen(
    held: pd.DataFrame, *, subject: Sequence[str] = (), measure: Sequence[str] = ()
) -> pd.DataFrame:
    """Of these counts, those that are told of: what was done of each subject, people by strand.

    What is told of more would cost others that it tells. The accused are those of crimes.
    """
    told = list(measure) or list(chains.TOLD_BY_STRAND)
    by_strand = list(subject) or [name for name, each in SUBJECTS.items() if each.asked]
    accused = (held["unit"] == "accused") & (held["measure"] != "crime")
    of_people = held["measure"].isin(told) & held["subject"].isin(by_strand) & ~accused
    kept = held["strand"].isin(["all", "reports"]) | of_people
    return held[kept.to_numpy()].reset_index(drop=True)
