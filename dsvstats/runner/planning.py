"""Which notebook, for which area, with which parameters, written where?"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dsvstats import files
from dsvstats.errors import Faults, InputError
from dsvstats.runner import parameters as notebook_parameters

NAME = r"[^\W_](?:[^\W_]|[ '’&,()-]|\.(?![.]))*"
RESERVED = {
    "con",
    "prn",
    "aux",
    "nul",
    *(f"{port}{n}" for port in ("com", "lpt") for n in range(10)),
}


@dataclass(frozen=True)
class Run:
    """One notebook, for one area, with its parameters, and where it will be written."""

    notebook: Path
    area: str | None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    output: Path = Path()

    @property
    def name(self) -> str:
        stem = self.output.stem or self.notebook.stem
        return f"{stem} {self.area}" if self.area else stem


def slug(name: str) -> str:
    """What is an area's folder called?

    Letters and digits, lower case, with hyphens; `InputError` for a name that is no name.

    >>> slug("Barking and Dagenham")
    'barking-and-dagenham'
    """
    found = ""
    if isinstance(name, str) and len(name) <= 100 and re.fullmatch(NAME, name):
        found = files.slug(name)
    if not found or found in RESERVED:
        raise InputError(
            where="area",
            rule="a name of letters, digits, spaces and hyphens",
            value=name,
            mend="give the area's ordinary name",
        )
    return found


def plan(
    notebooks: Iterable[str | Path],
    areas: Iterable[str],
    *,
    parameters: Mapping[str, Any] | None = None,
    texts: Mapping[str, str] | None = None,
    outputs: str | Path = "outputs",
) -> list[Run]:
    """Which runs are these notebooks for these areas? Every notebook for each area in turn.

    `parameters` are Python values, `texts` values as typed on a command line. Each notebook
    takes its area as the parameter `area`, and is written to
    `outputs/<area's slug>/<notebook>.ipynb`. What only some of the notebooks have goes to those.
    `InputError` where none has a parameter, where one has it in another type, or where two runs
    would write one file.
    """
    paths, given, typed = [Path(each) for each in notebooks], parameters or {}, texts or {}
    if "area" in {*given, *typed}:
        raise InputError(
            where="parameters",
            rule="without the area, which also names the folder",
            value="area",
            mend="give it among the areas",
        )
    owners = notebook_parameters.owners(paths, [*given, *typed])
    runs = []
    for area in areas:
        folder = Path(outputs) / slug(area)
        for notebook in paths:
            own = notebook_parameters.check(notebook, {"area": area})
            own |= notebook_parameters.taken(notebook, owners, given, typed)
            runs.append(Run(notebook, area, own, folder / _file(notebook, own)))
    return apart(runs)


def plan_table(
    path: str | Path,
    *,
    notebooks: Iterable[str | Path],
    parameters: Mapping[str, Any] | None = None,
    outputs: str | Path = "outputs",
    check: Callable[[Run], object] = lambda run: None,
) -> list[Run]:
    """Which runs does a table (CSV, a row a run) ask for?

    Columns are parameters; `notebook` names one of `notebooks` (all of them where it is
    empty or missing), and `folder` a folder of its own for rows that differ in more than
    their area. What ``check`` refuses of a run is told with its row.
    """
    known = {Path(each).stem: Path(each) for each in notebooks}
    runs: list[Run] = []
    faults = Faults(Path(path).name)
    for number, row in notebook_parameters.table(path):
        try:
            of_row = _of_row(row, known, parameters or {}, Path(outputs))
            for run in of_row:
                check(run)
            runs += of_row
        except InputError as error:
            faults.add(number, error.where, rule=error.rule, value=error.value, mend=error.mend)
    faults.tell()
    return apart(runs)


def _of_row(
    row: dict[str, str], known: Mapping[str, Path], parameters: Mapping[str, Any], outputs: Path
) -> list[Run]:
    named, folder = row.pop("notebook", None), row.pop("folder", None)
    if named is not None and Path(named).stem not in known:
        raise InputError(
            where="notebook",
            rule="one of the notebooks",
            value=named,
            mend=f"choose from {', '.join(known)}",
        )
    if folder is None and "area" not in row:
        raise InputError(where="area", rule="filled in", value="", mend="name the area of the run")
    chosen = [known[Path(named).stem]] if named else list(known.values())
    owners = notebook_parameters.owners(list(known.values()), parameters)
    owners |= notebook_parameters.owners(chosen, row)
    runs = []
    for notebook in chosen:
        own = notebook_parameters.taken(notebook, owners, parameters, row)
        place = outputs / slug(folder or row["area"]) / _file(notebook, own)
        runs.append(Run(notebook, row.get("area"), own, place))
    return runs


def _file(notebook: Path, given: Mapping[str, Any]) -> str:
    """The name of its output: the notebook's, and what else tells runs of it apart."""
    named = (files.slug(each) for each in notebook_parameters.naming(notebook, given))
    told = [each.replace("-", "_") for each in named if each]
    return "_".join([notebook.stem, *told]) + notebook.suffix


def apart(runs: list[Run]) -> list[Run]:
    """The runs, if no two write one file and none writes over its notebook."""
    for output, times in Counter(str(run.output.absolute()) for run in runs).items():
        if times > 1:
            raise InputError(
                where="runs",
                rule="one run for each output",
                value=os.path.relpath(output),
                mend=f"{times} runs would write it: name each area and notebook once, or give "
                "each row of a table a folder",
            )
    for folder in {run.output.parent for run in runs}:
        if folder.resolve().parent != folder.parent.resolve():
            raise InputError(
                where="outputs",
                rule="folders of their own for the areas",
                value=str(folder),
                mend="remove the link: what it leads to is outside the outputs",
            )
    for run in runs:
        if run.output.absolute() == run.notebook.absolute():
            raise InputError(
                where="outputs",
                rule="another folder than the notebooks'",
                value=str(run.output.parent),
                mend="choose a folder for the outputs",
            )
    return runs
