"""Areas side by side: each area's count over its base, and what all of them have together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dsvstats import counts
from dsvstats.counts import Measure
from dsvstats.errors import InputError
from dsvstats.statistics import common

INDICATOR = [each for each in [*common.FAMILY, "strand", "group"] if each != "area"]
ALL = "all areas"


@dataclass(frozen=True)
class Areas:
    """The areas of each indicator, with what they have together or the whole has.

    ``indicator`` numbers those rows that are compared with each other; ``usable`` has a count and
    a base; ``whole_count`` and ``whole_base`` are of the whole, or the sum of the areas.
    """

    rows: pd.DataFrame
    count: np.ndarray
    base: np.ndarray
    usable: np.ndarray
    indicator: np.ndarray
    whole_count: np.ndarray
    whole_base: np.ndarray
    reference: np.ndarray

    @property
    def binomial(self) -> np.ndarray:
        """Which rows are so many of so many? Rates are not: their base is no count."""
        return (self.rows["kind"] != "rate").to_numpy()

    @property
    def trials(self) -> np.ndarray:
        """Of how many is each count? Of its base, or of both where it is no part of that.

        A ratio of two counts, both of them random, is the odds of the share that the one has of
        the two.
        """
        return self.base + np.where(self._ratio, self.count, 0.0)

    @property
    def _ratio(self) -> np.ndarray:
        return (self.rows["kind"] == "ratio").to_numpy()

    def share(self, value: np.ndarray) -> np.ndarray:
        """A proportion, or the share whose odds this ratio of counts is; a rate as it is."""
        return np.where(self._ratio, value / (1 + value), value)

    def back(self, share: np.ndarray) -> np.ndarray:
        """The proportion, ratio of counts or rate of which this is the `share`."""
        with np.errstate(divide="ignore"):
            return np.where(self._ratio, share / (1 - share), share)

    @property
    def target(self) -> np.ndarray:
        """The whole's proportion or rate, at each row; missing where there is none."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.whole_base > 0, self.whole_count / self.whole_base, np.nan)


def of(
    cases: pd.DataFrame,
    measure: Measure,
    *,
    of: Measure | None,
    per: Measure | None,
    whole: str,
) -> Areas:
    """Each area's count and base, for one measure of all areas.

    ``whole`` names the area that holds the others, which is no point among them; without one the
    areas together are the whole. An area with neither others nor a whole is left out.
    """
    if (of is None) == (per is None):
        raise InputError(
            where="of, per",
            rule="one of them: the base that the measure is a part of, or that it is set against",
            value=[of, per],
            mend='for example of="crime", or per="residents"',
        )
    rows = counts.pair(cases, measure, of=of, per=per).reset_index(drop=True)
    code = common.codes_of(rows, INDICATOR)
    top, bottom = (rows[side].to_numpy(dtype=float) for side in ("numerator", "denominator"))
    usable = (bottom > 0) & ~np.isnan(top) & ~rows["withheld"].to_numpy(dtype=bool)
    is_whole = (rows["area"] == whole).to_numpy(dtype=bool) & bool(whole)
    parts = usable & ~is_whole
    sums = [common.total(np.where(parts, each, 0.0), code) for each in (top, bottom)]
    named = [_of_whole(each, is_whole & usable, code) for each in (top, bottom)]
    has_whole = ~np.isnan(named[0])
    found = [np.where(has_whole, a, b) for a, b in zip(named, sums, strict=True)]
    alone = common.total(parts.astype(float), code) < 2
    keep = ~is_whole & ~(alone & ~has_whole)
    return Areas(
        rows=rows[keep].reset_index(drop=True),
        count=top[keep],
        base=bottom[keep],
        usable=usable[keep],
        indicator=code[keep],
        whole_count=found[0][keep],
        whole_base=found[1][keep],
        reference=np.where(has_whole, whole, ALL)[keep].astype(object),
    )


def _of_whole(values: np.ndarray, is_whole: np.ndarray, code: np.ndarray) -> np.ndarray:
    held = np.full(int(code.max(initial=-1)) + 1, np.nan)
    held[code[is_whole]] = values[is_whole]
    return held[code]
