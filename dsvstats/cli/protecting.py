"""dsvstats protect, dsvstats audit: counts of records that may be published, and what tells too much."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from dsvstats.errors import InputError

SAFE, TOLD = 0, 1
_SHOWN = 20


def add(commands: argparse._SubParsersAction, place) -> None:
    """Say what the two commands take."""
    protect = commands.add_parser(
        "protect",
        help="make of records counts that may be published",
        description="Count an extract of records for all areas, withhold what is below the "
        "threshold and what would tell it, audit what is left as an attacker would, and write it "
        "as one CSV of counts: pages made from it (-p data FILE) can be published. "
        "Exit status: 0 written, 2 not.",
    )
    protect.add_argument("records", metavar="RECORDS", help="a folder, file or pattern of records")
    protect.add_argument("--to", required=True, metavar="FILE.csv", help="the counts")
    _rule(protect)
    for name, default in (("subject", "those the board asks for"), ("measure", "those of pages")):
        protect.add_argument(
            f"--{name}",
            nargs="+",
            action="extend",
            default=[],
            metavar="NAME",
            help=f"told by strand; default: {default}",
        )
    protect.add_argument(
        "--mapping", default="", metavar="FILE.yml", help="its own names and codes"
    )
    place(protect)
    protect.set_defaults(command=_protect)

    audit = commands.add_parser(
        "audit",
        help="what can be worked out of counts with some withheld?",
        description="Attack a CSV of counts: which withheld counts can be worked out from what is "
        "shown, or shown to be below the threshold? "
        "Exit status: 0 none, 1 some, 2 unusable.",
    )
    audit.add_argument("counts", metavar="FILE.csv", help="counts, or a folder that has counts.csv")
    _rule(audit)
    place(audit)
    audit.set_defaults(command=_audit)


def _rule(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--threshold", type=int, required=True, metavar="N", help="the least count that is shown"
    )
    command.add_argument("--zeros-shown", action="store_true", help="show zeros")
    command.add_argument(
        "--ledger", metavar="FILE.csv", help="all that was published before; protect adds to it"
    )


def _protect(options: argparse.Namespace) -> int:
    from dsvstats import disclosure, files
    from dsvstats.sources import release

    to = Path(options.to)
    if to.suffix.casefold() != ".csv":
        raise InputError(
            where="--to", rule="a CSV file", value=options.to, mend="for example counts.csv"
        )
    found = release.release(
        options.records,
        threshold=options.threshold,
        zeros_shown=options.zeros_shown,
        subject=options.subject,
        measure=options.measure,
        mapping=options.mapping,
        place=options.place,
        released=_released(options),
        tell=lambda doing: print(f"{doing} ...", file=sys.stderr, flush=True),
    )
    if options.ledger:  # before the counts are there: else some could be out that it does not hold
        disclosure.ledger(options.ledger, add=found, place=options.place)
    with files.whole(to) as draft:
        found.to_csv(draft, index=False, date_format="%Y-%m-%d")
    shown = int(found["count"].notna().sum())
    print(
        f"{to}: {shown:,} counts shown and {len(found) - shown:,} withheld, of "
        f"{found['area'].nunique()} areas; none of them can be worked out"
    )
    return SAFE


def _audit(options: argparse.Namespace) -> int:
    from dsvstats import counts, disclosure

    path = Path(options.counts)
    path = path / "counts.csv" if path.is_dir() else path
    found = disclosure.audit(
        counts.read(path, place=options.place),
        threshold=options.threshold,
        zeros_shown=options.zeros_shown,
        released=_released(options),
        place=options.place,
    )
    for row in found.head(_SHOWN).itertuples():
        key = [row.area, f"{row.start:%Y-%m-%d}", row.subject, row.unit, row.measure, row.group]
        of = f", what is left of {row.left_of}" if row.left_of else ""
        print(f"{', '.join(map(str, key))}{of}\n    {row.why}: from {row.lower} to {row.upper}")
    more = f" ({_SHOWN} are listed)" if len(found) > _SHOWN else ""
    print(f"{len(found):,} counts are told too much of{more}", file=sys.stderr)
    return TOLD if len(found) else SAFE


def _released(options: argparse.Namespace):
    from dsvstats import disclosure

    return disclosure.ledger(options.ledger, place=options.place) if options.ledger else None
