"""From tables of numbers to the counts frame: areas, days and source in words."""

from __future__ import annotations

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from dsvstats import counts
from dsvstats.sources import areas as places
from dsvstats.sources.extract_count import LONDON
from dsvstats.sources.extract_engine import fetch
from dsvstats.sources.extract_schema import TABLES
from dsvstats.sources.extract_wanted import Wanted

UNNAMED = "extract"
_PEOPLE = ("victims", "suspects", "accused")


class Supplied:
    """What the extract holds: its boroughs, its days, its sources, and people without an id."""

    def __init__(self, reports: ir.Table, people: ir.Table | None) -> None:
        codes = TABLES["reports"]["borough"].codes
        source = {"source": reports.source} if "source" in reports.columns else {}
        keys = reports.select("borough", "reported", **source)
        found = fetch(
            keys.group_by("borough", *source).aggregate(
                first=keys.reported.min(), last=keys.reported.max()
            )
        )
        self.boroughs = [codes[n] for n in sorted(set(found["borough"].dropna().astype(int)))]
        self.first, self.last = (pd.Timestamp(found[n].agg(f)) for n, f in
                                 (("first", "min"), ("last", "max")))
        names = found["source"] if source else pd.Series([None])
        self.source = " + ".join(sorted(set(names.fillna(UNNAMED)))) or UNNAMED
        self.unlinked = 0
        if people is not None and "person_id" in people.columns:
            self.unlinked = int(
                fetch(people.aggregate(n=people.person_id.isnull().sum()))["n"].fillna(0).iloc[0]
            )

    @property
    def areas(self) -> list[str]:
        """The boroughs that are there, and London where all of them are."""
        whole = len(self.boroughs) == len(places.boroughs())
        return [*self.boroughs, *([places.LONDON] if whole else [])]


def frame(parts: list[pd.DataFrame], supplied: Supplied, wanted: Wanted,
          areas: list[str]) -> pd.DataFrame:
    """The counts frame of these tables, for these areas."""
    if not parts:
        return counts.empty()
    rows = pd.concat([_with_areas(part, supplied) for part in parts], ignore_index=True)
    rows = rows[rows["area"].isin(areas)].reset_index(drop=True)
    starts, ends = (np.array(each, dtype="datetime64[us]") for each in
                    zip(*wanted.periods, strict=True))
    source = pd.Series(supplied.source, index=rows.index, dtype="str")
    if supplied.unlinked:
        note = f" ({supplied.unlinked:,} records without a person id, each counted as a person)"
        source = source.where(~rows["unit"].isin(_PEOPLE), supplied.source + note)
    return counts.in_order(
        counts.check(
            rows.assign(
                start=starts[rows["period"]], end=ends[rows["period"]], definition="",
                source=source, withheld=False,
            ).drop(columns="period"),
            name="counts of the extract",
        )
    )


def _with_areas(part: pd.DataFrame, supplied: Supplied) -> pd.DataFrame:
    """Areas in words; where a borough of the extract has nothing, that it has nothing."""
    names = dict(enumerate(TABLES["reports"]["borough"].codes)) | {LONDON: places.LONDON}
    part = part.assign(area=part["area"].map(names))
    if part.empty or part["strand"].iloc[0] != "all":
        return part
    keys = ["subject", "measure"]
    first = part["measure"].iloc[0]
    base = part.loc[part["measure"].isin([first, "crime"]), keys].drop_duplicates()
    every = base.merge(pd.DataFrame({"area": supplied.areas}), how="cross")
    rest = part.drop(columns=[*keys, "area", "count"]).iloc[[0]]
    every = every.merge(rest, how="cross").merge(
        part[[*keys, "area"]], how="left", indicator=True
    )
    missing = every[every["_merge"] == "left_only"].drop(columns="_merge")
    return pd.concat([part, missing.assign(count=0)], ignore_index=True)
