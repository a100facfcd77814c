"""The command dsvstats: run or copy the notebooks, list the areas, check a table."""

from __future__ import annotations

import argparse
import shlex
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from dsvstats import __version__, files
from dsvstats.errors import InputError, near

if TYPE_CHECKING:
    from dsvstats.runner.planning import Run
    from dsvstats.terms.areas import Place

OK, FOUND, UNUSABLE = 0, 1, 2
_DATA = ("data", "mapping", "place")
"""The parameters that say where a notebook's counts come from."""


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
        help="a number (01), a name or a path; all of them if none is given",
    )
    where = run.add_mutually_exclusive_group(required=True)
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
    run.set_defaults(command=_run)

    copy = commands.add_parser(
        "notebooks",
        help="copy the notebooks, to read and to edit",
        description="Copy the notebooks that come with the package into FOLDER, to be edited and "
        "run from there: dsvstats run FOLDER/01_disproportionality.ipynb --area NAME.",
    )
    copy.add_argument("folder", metavar="FOLDER", help="made if it is missing")
    copy.add_argument("--force", action="store_true", help="write over notebooks of the same names")
    copy.set_defaults(command=_copy_notebooks)

    areas = commands.add_parser("areas", help="list the areas, and what each has printed")
    _place(areas)
    areas.set_defaults(command=_areas)

    check = commands.add_parser(
        "check",
        help="does a printed table add up, is an extract fit to be counted?",
        description="Check any table in the printed shape (a CSV with the columns of "
        "data/published/printed.csv), or an extract of records: a folder, a file or a pattern (see "
        "EXTRACT.md). "
        "Exit status: 0 clean, 1 with findings, 2 unusable.",
    )
    check.add_argument("file", metavar="FILE", help="a table, or an extract")
    check.add_argument("--mapping", metavar="FILE.yml", help="an extract's own names and codes")
    _place(check)
    check.set_defaults(command=_check)

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


def _run(options: argparse.Namespace) -> int:
    from dsvstats.reporting import evidence
    from dsvstats.runner import batch

    runs = _planned(options)
    _check_data(runs)
    results = batch.run(
        runs,
        jobs=options.jobs,
        engine=options.engine,
        force=options.force,
        time_limit=options.time_limit,
        after="dsvstats.reporting.evidence:page",
        prepare=["dsvstats.page:prepare", "dsvstats.reporting.evidence.rendering:prepare"],
        data=[files.data(), *_own_data(runs)],
        dask=options.dask,
    )
    print(batch.summary(results), file=sys.stderr)
    if any(each.good for each in results):
        print(f"Open {evidence.index(options.outputs)}")
    return batch.exit_status(results)


def _planned(options: argparse.Namespace) -> list[Run]:
    """The runs that were asked for, with their parameters from files and from the command line."""
    from dsvstats.runner import batch, parameters
    from dsvstats.terms import places

    notebooks = _notebooks(options.notebooks)
    given: dict = {}
    for path in options.file:
        given |= parameters.from_file(path)
    given |= {"place": options.place} if options.place else {}
    texts = dict(options.parameter)
    if options.runs and texts:
        raise InputError(
            where="-p",
            rule="left out with --runs",
            value=texts,
            mend="make it a column of the table, or put it in a file for -f",
        )
    if options.runs:
        runs = batch.plan_table(
            options.runs,
            notebooks=notebooks,
            parameters=given,
            outputs=options.outputs,
            check=_check_area,
        )
    else:
        place = places.place(texts.get("place", given.get("place", "")))
        names = list(place.areas) if options.all else _named(options.area, place)
        runs = batch.plan(notebooks, names, parameters=given, texts=texts, outputs=options.outputs)
    _tell_shared(parameters.owners(notebooks, [*given, *texts]), notebooks)
    return runs


def _tell_shared(owners: dict, notebooks: list[Path]) -> None:
    """Which parameters went to some of the notebooks only?"""
    for name, have in owners.items():
        if len(have) < len(notebooks):
            told = ", ".join(each.stem for each in have)
            print(f"{name}: given to {told}; the others have none", file=sys.stderr)


def _named(given: list[str], place: Place) -> list[str]:
    """The areas meant; a name of several words may be given with or without quotes."""
    if place.knows(" ".join(given)):
        return [place.find(" ".join(given))]
    return list(dict.fromkeys(place.find(each) for each in given))


def _check_area(run: Run) -> None:
    """An area that its place does not have is an error before anything runs."""
    from dsvstats.terms import places

    if run.area:
        places.place(run.parameters.get("place", "")).find(run.area)


def _check_data(runs: list[Run]) -> None:
    """A researcher's own counts are checked once, and records counted once, before any page."""
    from dsvstats.sources import supply

    for given in dict.fromkeys(tuple(run.parameters.get(n, "") for n in _DATA) for run in runs):
        data, mapping, place = given
        kind = supply.kind(data or supply.PUBLISHED, mapping=mapping)
        if kind == supply.PUBLISHED:
            continue
        if kind == supply.RECORDS:
            print(f"Counting the records of {data}, unless they are counted ...", file=sys.stderr)
        held = supply.everywhere(data=data, mapping=mapping, place=place)
        if kind == supply.RECORDS:
            asked = {run.area for run in runs if run.area}
            _tell_missing(asked - set(held["area"]), place)


def _tell_missing(areas: set[str], place: str) -> None:
    from dsvstats.terms import places

    there = places.place(place)
    if areas:
        print(
            f"Not in the records: {', '.join(sorted(areas))}. {there.whole} is counted only where "
            f"all {len(there.parts)} {there.parts_called} are there.",
            file=sys.stderr,
        )


def _own_data(runs: list[Run]) -> list[Path]:
    """The researcher's own files among the parameters: when they change, pages are made anew."""
    from dsvstats.sources import supply
    from dsvstats.terms import places

    given = [run.parameters.get(name) for run in runs for name in _DATA]
    named = {each for each in given if isinstance(each, str) and each}
    found = {path for each in named for path in supply.paths(each)}
    for place in {run.parameters.get("place", "") for run in runs}:
        found |= {each.path for each in places.place(place).files.values()}
    return sorted(found)


def _notebooks(given: list[str]) -> list[Path]:
    known = {path.stem: path for path in _shipped_notebooks()}
    if not given:
        return list(known.values())
    return [_notebook(each, known) for each in given]


def _shipped_notebooks() -> list[Path]:
    return sorted(files.shipped("notebooks").glob("[0-9]*.ipynb"))


def _notebook(name: str, known: dict[str, Path]) -> Path:
    numbered = [path for stem, path in known.items() if stem.split("_")[0] == name]
    if numbered:
        return numbered[0]
    if Path(name).stem in known and Path(name).suffix in ("", ".ipynb") and "/" not in name:
        return known[Path(name).stem]
    if Path(name).suffix == ".ipynb" and Path(name).is_file():
        return Path(name)
    raise InputError(
        where="NOTEBOOK",
        rule="a notebook's number, name or path",
        value=name,
        mend=near(name, list(known)),
    )


def _copy_notebooks(options: argparse.Namespace) -> int:
    folder = Path(options.folder)
    copies = {path: folder / path.name for path in _shipped_notebooks()}
    there = [copy.name for copy in copies.values() if copy.exists()]
    if there and not options.force:
        raise InputError(
            where=str(folder),
            rule="a folder without notebooks of these names",
            value=", ".join(there),
            mend="name another folder, or add --force to write over them",
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, copy in copies.items():
            shutil.copyfile(path, copy)
    except OSError as error:
        raise InputError(
            where=str(folder),
            rule="a folder that can be written",
            value=str(error.strerror or error),
            mend="name another folder",
        ) from None
    print(f"Copied {len(copies)} notebooks; run one with:")
    print(f"    dsvstats run {shlex.quote(str(min(copies.values())))} --area Lambeth")
    return OK


def _areas(options: argparse.Namespace) -> int:
    from dsvstats.sources import supply
    from dsvstats.terms import places

    printed = supply.everywhere(place=options.place).groupby("area").size()
    for name in places.place(options.place).areas:
        number = printed.get(name, 0)
        print(f"{name:<28}{number:>5} counts printed" if number else f"{name:<28}")
    return OK


def _check(options: argparse.Namespace) -> int:
    return _check_extract(options) if _is_extract(options) else _check_table(options)


def _is_extract(options: argparse.Namespace) -> bool:
    """A table in the printed shape is no data that a notebook opens: only records are."""
    from dsvstats.sources import supply

    try:
        return supply.kind(options.file, mapping=options.mapping or "") == supply.RECORDS
    except InputError:
        return any(sign in options.file for sign in "*?[")


def _check_extract(options: argparse.Namespace) -> int:
    import pandas as pd

    from dsvstats.sources import extract

    found, status = extract.check_path(options.file, mapping=options.mapping, place=options.place)
    for row in found.itertuples():
        place = [row.file, "" if pd.isna(row.row) else f"row {row.row}", row.column]
        print(", ".join(filter(None, map(str, place))))
        print(f"    must be {row.rule}; received {row.value!r}; {row.mend} ({row.found:,} found)")
    number = {0: "No findings: it can be counted", 1: "1 kind of finding"}
    print(number.get(len(found), f"{len(found)} kinds of finding"), file=sys.stderr)
    return status


def _check_table(options: argparse.Namespace) -> int:
    from dsvstats.sources import published, reconcile

    found = reconcile.check(published.read(options.file), name=Path(options.file).name)
    for row in found.itertuples():
        print(", ".join(filter(None, [row.area, row.doc, row.paragraph])))
        mend = f" Mends it: {row.suggestion}." if row.suggestion else ""
        print(f"    {row.rule}: {row.detail}{mend}")
    print(f"{len(found)} findings" if len(found) != 1 else "1 finding", file=sys.stderr)
    return FOUND if len(found) else OK


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


if __name__ == "__main__":
    sys.exit(main())
