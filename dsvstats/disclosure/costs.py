"""What is lost where a count is not shown: fine groups are lost sooner than broad ones."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from dsvstats import strands
from dsvstats.terms.places import Place
from dsvstats.terms.schemes import SCHEMES

EVERYONE, FEW, SOME, MANY = 16.0, 4.0, 2.0, 1.0
_FEW, _SOME = 3, 6
WHOLE_PLACE = 4.0
UNRECORDED = 0.9


def losses(cases: pd.DataFrame, *, costs: Mapping[str, float], place: Place) -> np.ndarray:
    """What is lost with each row: more with a broad group than a fine one, and with many counted.

    ``costs`` are of strands, instead of what their number of groups says: everyone 16, up to three
    groups 4, up to six 2, else 1, and half of it for each strand that is crossed besides. That is
    multiplied by the logarithm of the count, and by 4 for the whole place.
    """
    code, names = pd.factorize(cases["strand"])
    breadth = np.array([costs.get(name, _breadth(name)) for name in names])[code]
    size = np.log2(2.0 + cases["count"].to_numpy(dtype=float, na_value=0.0))
    whole = np.where((cases["area"] == place.whole).to_numpy(), WHOLE_PLACE, 1.0)
    known = np.array([strands.recorded(group) for group in cases["group"]])
    return breadth * size * whole * np.where(known, 1.0, UNRECORDED)


def _breadth(strand: str) -> float:
    if strand == "all":
        return EVERYONE
    parts = strands.parts(strand)
    many = max(len(SCHEMES[part].groups) or 8 for part in parts if part in SCHEMES)
    single = FEW if many <= _FEW else SOME if many <= _SOME else MANY
    return single / 2.0 ** (len(parts) - 1)
