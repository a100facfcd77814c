"""The command dsvstats: run, publish or copy the notebooks, list the areas, check a table."""

from __future__ import annotations

import argparse
import sys

from dsvstats import __version__
from dsvstats.cli import checking, notebooks, protecting, publishing, running, studies
from dsvstats.errors import InputError

OK, UNUSABLE = 0, 2


def main(arguments: list[str] | None = None) -> int:
    """Run the command; its exit status."""
    options = _parser().parse_args(arguments)
    try:
        return options.command(options)
    except InputError as error:
        print(f"dsvstats: {error}", file=sys.stderr)
        return UNUSABLE
    except KeyboardInterrupt:
        print("dsvstats: stopped; run it again to go on", file=sys.stderr)
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return OK


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="dsvstats",
        description="Evidence on how a police service responds to domestic and sexual violence, "
        "area by area.",
        epilog="dsvstats COMMAND --help says more of each.",
    )
    parser.add_argument("--version", action="version", version=f"dsvstats {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    run = commands.add_parser(
        "run",
        help="run notebooks for areas, with a page beside each",
        description="Run notebooks for areas into OUTPUTS/AREA/, with an HTML page beside each "
        "and OUTPUTS/index.html. What was done before and has not changed is skipped.",
    )
    run.add_argument(
        "notebooks",
        nargs="*",
        metavar="NOTEBOOK",
        help="a number (01), a name or a path; all of them if none is given; or a study.yml alone",
    )
    where = run.add_mutually_exclusive_group()
    where.add_argument(
        "--area",
        nargs="+",
        action="extend",
        metavar="NAME",
        help="a part of the place, or its whole",
    )
    where.add_argument("--all", action="store_true", help="every area of the place")
    where.add_argument(
        "--runs", metavar="FILE.csv", help="a table of runs: a row a run, a column a parameter"
    )
    run.add_argument(
        "-p",
        "--parameter",
        nargs=2,
        action="append",
        default=[],
        metavar=("NAME", "VALUE"),
        help="a parameter of the notebooks",
    )
    run.add_argument(
        "-f",
        "--file",
        action="append",
        default=[],
        metavar="FILE.yml",
        help="a YAML file of parameters",
    )
    _place(run)
    run.add_argument("--outputs", default="outputs", metavar="FOLDER", help="default: outputs")
    run.add_argument("--jobs", type=int, metavar="N", help="how many at once; default: all cores")
    run.add_argument("--force", action="store_true", help="run what is done as well")
    run.add_argument("--time-limit", type=float, metavar="SECONDS", help="for each run")
    run.add_argument(
        "--engine",
        default="fork",
        choices=["fork", "kernel"],
        help="kernel: an ordinary Jupyter kernel for each run, slower",
    )
    run.add_argument("--dask", metavar="ADDRESS", help="run on a Dask cluster")
    run.set_defaults(command=running.run)

    publishing.add(commands)
    studies.add(commands)

    copy = commands.add_parser(
        "notebooks",
        help="copy the notebooks, to read and to edit",
        description="Copy the notebooks that come with the package into FOLDER, to be edited and "
        "run from there: dsvstats run FOLDER/01_disproportionality.ipynb --area NAME.",
    )
    copy.add_argument("folder", metavar="FOLDER", help="made if it is missing")
    copy.add_argument("--force", action="store_true", help="write over notebooks of the same names")
    copy.set_defaults(command=notebooks.copy)

    areas = commands.add_parser("areas", help="list the areas, and what each has printed")
    _place(areas)
    areas.set_defaults(command=_areas)

    check = commands.add_parser(
        "check",
        help="does a table add up, are counts or records fit to be used?",
        description="Check your own counts (a CSV with the columns of data/templates/counts.csv), "
        "any table in the printed shape (with those of data/published/printed.csv), or an extract "
        "of records: a folder, a file or a pattern (see EXTRACT.md). "
        "Exit status: 0 clean, 1 with findings, 2 unusable.",
    )
    check.add_argument("file", metavar="FILE", help="counts, a table, or an extract")
    check.add_argument("--mapping", metavar="FILE.yml", help="its own names and codes")
    _place(check)
    check.set_defaults(command=checking.check)
    protecting.add(commands, _place)

    synth = commands.add_parser(
        "synth",
        help="make a synthetic extract of records, with its truth",
        description="Make up an extract of records in the shape of EXTRACT.md, calibrated to the "
        "published totals, with planted differences, and truth.csv beside it. Nothing in it "
        "happened to anyone, and every page made from it says so.",
    )
    synth.add_argument("folder", metavar="FOLDER", help="an empty or missing folder")
    synth.add_argument(
        "--incidents",
        type=int,
        default=118_920,
        metavar="N",
        help="domestic violence incidents in all; default: 118920, as published for 2008/09",
    )
    synth.add_argument("--seed", type=int, default=1, metavar="N", help="default: 1")
    synth.add_argument("--start", default="2008-10-01", metavar="DAY", help="default: 2008-10-01")
    synth.add_argument("--end", default="2009-09-30", metavar="DAY", help="default: 2009-09-30")
    synth.add_argument(
        "--area", nargs="+", metavar="NAME", help="parts of the place; default: all, and its whole"
    )
    _place(synth)
    synth.set_defaults(command=_synth)
    return parser


def _place(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--place",
        default="",
        metavar="FILE-or-NAME",
        help="a place of data/places, or a YAML file of your own; default: the one marked there",
    )


def _areas(options: argparse.Namespace) -> int:
    from dsvstats.sources import supply
    from dsvstats.terms import places

    printed = supply.everywhere(place=options.place).groupby("area").size()
    for name in places.place(options.place).areas:
        number = printed.get(name, 0)
        print(f"{name:<28}{number:>5} counts printed" if number else f"{name:<28}")
    return OK


def _synth(options: argparse.Namespace) -> int:
    from dsvstats.sources import synthetic

    def progress(done: int, wanted: int) -> None:
        if sys.stderr.isatty():
            end = "\n" if done == wanted else ""
            print(f"\r{done:,} of {wanted:,} incidents", end=end, file=sys.stderr, flush=True)

    synthetic.generate(
        options.incidents,
        options.seed,
        out=options.folder,
        start=options.start,
        end=options.end,
        areas=options.area,
        progress=progress,
        place=options.place,
    )
    print(f"Made a synthetic extract with {options.incidents:,} incidents in {options.folder}")
    return OK
