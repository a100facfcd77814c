"""Do a researcher's own counts add up, and do they hold what they should?"""

from __future__ import annotations

import pandas as pd

from dsvstats import counts
from dsvstats.sources.reconcile import agreement, completeness, counted, unused
from dsvstats.sources.reconcile.findings import Rule

RULES_OF_COUNTS = {
    "part_above_whole": Rule(
        "Is a part larger than the whole that it is inside?", agreement.part_above_whole
    ),
    "strands_disagree": Rule(
        "Do the strands of the same people add up to one number?", agreement.strands_disagree
    ),
    "schemes_disagree": Rule(
        "Do a finer scheme or a crossed strand tell of the same groups alike?",
        agreement.schemes_disagree,
    ),
    "age_bands": Rule("Do age bands overlap, or leave ages out?", completeness.age_bands),
    "group_missing": Rule(
        "Is a scheme told with some of its groups only?", completeness.group_missing
    ),
    "never_used": Rule(
        "Is a group 0 in every period, where many would be expected?", unused.never_used
    ),
}
"""The rules that are asked of counts, by their names, each said once."""


def check_counts(cases: pd.DataFrame, *, residents: pd.DataFrame | None = None) -> pd.DataFrame:
    """Do these counts contradict themselves, and is something of them missing?

    `cases` is a counts frame, as ``counts.read`` gives it of a researcher's own file; `residents`
    are those whom its people live among, for what would be expected. The result has the columns of
    ``check``, a row for each finding of each rule of ``RULES_OF_COUNTS``; ``doc`` is the file and
    ``paragraph`` what is counted and when. Nothing is suggested: a count says nothing of how it was
    typed. Counts that agree give no row.

    >>> cases = counts.join(
    ...     counts.table("Barnet", "offences", "crime", "all", {"All": 1187}),
    ...     counts.table("Barnet", "offences", "charge", "all", {"All": 5000}))
    >>> check_counts(cases)[["rule", "printed", "recomputed"]].values.tolist()
    [['part_above_whole', '5,000', 'at most 1,187']]
    """
    counts.require(cases)
    held = counted.Held(cases, counts.empty() if residents is None else residents)
    return counted.frame(
        [(name, told) for name, rule in RULES_OF_COUNTS.items() for told in rule.find(held)]
    )


def checked(frame: pd.DataFrame) -> dict[str, int]:
    """How much was there to check, of printed numbers or of counts? Tables, and numbers in them.

    >>> checked(counts.table("Barnet", "victims", "crime", "gender", {"Female": 2, "Male": None}))
    {'tables': 1, 'numbers': 1}
    """
    if "table_id" in frame:
        known = frame[frame["value"].notna() & (frame["value"] != "")]
        tables = known[known["table_id"] != ""][["doc", "table_id", "area"]]
    else:
        known = frame[frame["count"].notna()]
        tables = known[[each for each in counts.KEY if each != "group"]]
    return {"tables": len(tables.drop_duplicates()), "numbers": len(known)}
