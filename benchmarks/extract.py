"""Counting an extract of records: against SQL by hand, against pandas, in memory, as it grows.

Each is measured in a process of its own, imports included, on the same synthetic Parquet extracts,
which are made on first use and kept in .cache/. What we count is checked first, which the peers do
not do, and holds calls, offences and the flags audit besides. Ten million reports need 600 MB there
and 2 GB to spill; pandas would need some 25 GB of memory, so it counts a tenth of them.

    python -m benchmarks.extract [--reports 10000000] [--pandas 1000000]
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

CACHE = Path(__file__).parents[1] / ".cache" / "extracts"
PER_INCIDENT = 1.1024
"""Reports for each incident of domestic violence: sexual offences and unflagged ones besides."""
KEYS = ["subject", "area", "unit", "strand", "group", "measure"]


def made(reports: int) -> Path:
    """The synthetic extract of about so many reports."""
    from dsvstats.sources import synthetic

    folder = CACHE / str(reports)
    if not (folder / synthetic.MARK).exists():
        began = time.perf_counter()
        synthetic.generate(round(reports / PER_INCIDENT), 1, out=folder)
        print(f"made {reports:,} reports in {time.perf_counter() - began:.0f} s")
    return folder


def count(folder: Path) -> None:
    """Every measure by every strand and borough, checks included."""
    from dsvstats.sources import extract

    extract.count(folder).to_parquet(folder / "counts.parquet")


def validate(folder: Path) -> None:
    from dsvstats.sources import extract

    assert extract.validate(folder).empty


def by_hand(folder: Path) -> None:
    from benchmarks import _extract_by_hand

    _extract_by_hand.by_hand(folder).to_parquet(folder / "by_hand.parquet")


def pandas(folder: Path) -> None:
    from benchmarks import _extract_in_pandas

    _extract_in_pandas.in_pandas(folder).to_parquet(folder / "pandas.parquet")


def child(what: str, folder: Path, *, of: str = "benchmarks.extract") -> dict[str, float]:
    """Seconds, CPU seconds and peak memory of one of a module's in a process of its own."""
    run = [sys.executable, "-m", of, "--one", what, str(folder)]
    done = subprocess.run(run, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def one(ask: Callable[[Path], object], folder: Path) -> None:
    began = time.perf_counter()
    ask(folder)
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(
        json.dumps(
            {
                "seconds": time.perf_counter() - began,
                "cpu": used.ru_utime + used.ru_stime,
                "gigabytes": used.ru_maxrss / 1e6,
            }
        )
    )


def same(folder: Path, peer: str) -> int:
    """Are the peer's counts ours? How many were compared.

    Where two things are recorded of a person on one last day, a peer takes either and we the later
    group: a few people in ten thousand.
    """
    import pandas as pd

    ours = pd.read_parquet(folder / "counts.parquet").set_index(KEYS)["count"]
    theirs = pd.read_parquet(folder / f"{peer}.parquet").set_index(KEYS)["count"]
    both = pd.concat({"ours": ours, "theirs": theirs}, axis=1).dropna()
    apart = (both["ours"] - both["theirs"]).abs()
    either = both.index.get_level_values("strand").str.contains("ethnicity|relationship")
    assert apart[~either].sum() == 0, both[~either & (apart > 0)].head(20)
    assert apart.sum() < 0.001 * both["ours"].sum(), both[apart > 0].head(20)
    return len(both)


def show(what: str, reports: int, found: dict[str, float]) -> None:
    print(
        f"{what:<22}{reports:>12,} reports {found['seconds']:>8.1f} s "
        f"{found['cpu']:>8.1f} s of CPU {found['gigabytes']:>6.2f} GB"
    )


def main(largest: int, in_pandas: int) -> None:
    sizes = [size for size in (100_000, 1_000_000) if size < largest] + [largest]
    ours = {}
    for size in sizes:
        folder = made(size)
        ours[size] = child("count", folder)
        show("count", size, ours[size])
    checked = child("validate", made(largest))
    show("validate", largest, checked)
    hand = child("by_hand", made(largest))
    show("SQL by hand", largest, hand)
    print(f"{same(made(largest), 'by_hand'):,} counts are the same by hand")
    mine = ours.get(in_pandas) or child("count", made(in_pandas))
    frames = child("pandas", made(in_pandas))
    show("pandas", in_pandas, frames)
    print(f"{same(made(in_pandas), 'pandas'):,} counts are the same in pandas")
    times = ours[largest]["seconds"] / hand["seconds"]
    print(f"\ncount against SQL by hand: {times:.2f} times as long (at most 2)")
    times = frames["seconds"] / mine["seconds"]
    print(f"count against pandas: {times:.1f} times as fast (at least 10)")
    print(f"peak memory: {ours[largest]['gigabytes']:.2f} GB (under 2)")
    for small, large in pairwise(sizes):
        growth = ours[large]["seconds"] / ours[small]["seconds"] / (large / small)
        print(f"from {small:,} to {large:,}: {growth:.2f} times linear (at most 1)")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=10_000_000)
    parser.add_argument("--pandas", type=int, default=1_000_000)
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        asked = {"count": count, "validate": validate, "by_hand": by_hand, "pandas": pandas}
        one(asked[options.one[0]], Path(options.one[1]))
    else:
        main(options.reports, options.pandas)
