"""dsvstats run: the notebooks for areas, with a page beside each, and the list of all pages."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from dsvstats import files
from dsvstats.cli import notebooks, studies
from dsvstats.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

    from dsvstats.runner.planning import Run
    from dsvstats.terms.areas import Place

_DATA = ("data", "mapping", "place", "prefer")
"""The parameters that say where a notebook's counts come from."""


def run(options: argparse.Namespace) -> int:
    """Run the notebooks that were asked for; the exit status."""
    from dsvstats.runner import batch

    study = studies.given(options.notebooks)
    if study:
        _refuse_with_a_study(options)
        options.outputs = str(study.at(study.outputs))
    runs = study.runs() if study else _planned(options)
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
        print(f"Open {_listed(options.outputs)}")
    return batch.exit_status(results)


def _refuse_with_a_study(options: argparse.Namespace) -> None:
    """What a study says is not said a second time."""
    again = ("area", "all", "runs", "parameter", "file", "place")
    twice = [f"--{each}" for each in again if getattr(options, each)]
    if twice:
        raise InputError(
            where=", ".join(twice),
            rule="left out with a study, which says it",
            value=options.notebooks,
            mend="write it in the study",
        )


def _listed(outputs: str) -> Path:
    """Lead the pages to each other, and list them; where the list is."""
    from dsvstats.reporting.evidence import listing, site
    from dsvstats.runner import records

    found = site.found(outputs)
    for notebook, page, text in site.relinked(outputs, found):
        records.Place(notebook).rewrite(page.name, text)
    return listing.write(Path(outputs), found)


def _planned(options: argparse.Namespace) -> list[Run]:
    """The runs that were asked for, with their parameters from files and from the command line."""
    from dsvstats.runner import batch, parameters
    from dsvstats.terms import places

    if not (options.area or options.all or options.runs):
        raise InputError(
            where="--area, --all, --runs",
            rule="one of them, or a study",
            value="none",
            mend="--area Wandsworth, for example, or dsvstats new FOLDER",
        )
    chosen = notebooks.chosen(options.notebooks)
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
            notebooks=chosen,
            parameters=given,
            outputs=options.outputs,
            check=_check_area,
        )
    else:
        place = places.place(texts.get("place", given.get("place", "")))
        names = list(place.areas) if options.all else _named(options.area, place)
        runs = batch.plan(chosen, names, parameters=given, texts=texts, outputs=options.outputs)
    _tell_shared(parameters.owners(chosen, [*given, *texts]), chosen)
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
    from dsvstats.sources import own, supply

    asked: dict[tuple, set[str]] = {}
    for run in runs:
        given = tuple(_plain(run.parameters.get(each)) for each in _DATA)
        asked.setdefault(given, set()).update({run.area} if run.area else ())
    for (data, mapping, place, prefer), areas in asked.items():
        told = {"mapping": mapping, "place": place}
        kind = supply.kind(data or supply.PUBLISHED, mapping=mapping)
        if kind == supply.PUBLISHED and not prefer:
            continue
        if kind == supply.RECORDS:
            print(f"Counting the records of {data}, unless they are counted ...", file=sys.stderr)
        held = supply.everywhere(data=data or supply.PUBLISHED, **told, prefer=prefer or ())
        if kind == supply.COUNTS:
            for each in own.unlikely(held, place=place):
                print(f"Is it so? {each}", file=sys.stderr)
        if kind != supply.PUBLISHED:
            _tell_missing(areas, held, data, kind, place)


def _plain(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value or ""


def _tell_missing(areas: set[str], held: pd.DataFrame, data: str, kind: str, place: str) -> None:
    """An area that is asked for and has no row is told; where none has one, nothing is run."""
    from dsvstats.sources import supply
    from dsvstats.terms import places

    there = places.place(place)
    missing = sorted(areas - set(held["area"]))
    if not missing:
        return
    if kind == supply.COUNTS and len(missing) == len(areas):
        raise InputError(
            where=Path(data).name,
            rule=f"a table with rows of {' or '.join(missing)}",
            value=f"rows of {', '.join(sorted(set(held['area'])))}",
            mend="ask for an area that it has, or add rows",
        )
    words = "in the records" if kind == supply.RECORDS else f"in {Path(data).name}"
    print(f"Not {words}: {', '.join(missing)}.", file=sys.stderr)
    if kind == supply.RECORDS:
        print(
            f"{there.whole} is counted only where all {len(there.parts)} {there.parts_called} "
            "are there.",
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
