"""A folder for any web server, made from finished runs: every page in every format."""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dsvstats import files
from dsvstats.errors import Faults, InputError, near
from dsvstats.reporting import figures
from dsvstats.reporting.evidence import (
    contents,
    crate,
    csvw,
    docx,
    listing,
    pages,
    site,
    telling,
    words,
    xlsx,
)
from dsvstats.reporting.evidence.contents import Contents
from dsvstats.reporting.evidence.numbered import tables
from dsvstats.reporting.evidence.pages import File
from dsvstats.reporting.evidence.site import Page

_FEW = 4
"""So many pages take less time than it takes to start helpers."""
_OURS = crate.NAME
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class _Task:
    """A page to be written: where its notebook is, where its files go, and its links."""

    notebook: Path
    folder: Path
    more: str


def publish(
    outputs: Path | str,
    to: Path | str,
    *,
    areas: Sequence[str] = (),
    jobs: int | None = None,
    progress: Progress | None = None,
) -> list[Page]:
    """Which pages were published? Every finished page of these outputs, in every format.

    ``to`` is a folder that holds nothing, or what was published there before: it is written whole
    or not at all. Pages that are not for publication, and runs that did not end well, are an
    error that names them.
    """
    outputs, to = Path(outputs), Path(to)
    found = _finished(outputs, areas)
    check_target(outputs, to)
    with files.whole_folder(to) as draft:
        made_from = _written(outputs, draft, found, jobs, progress or (lambda done, of: None))
        listing.write(draft, found)
        files.write(draft / crate.NAME, crate.to_json(draft, found, made_from))
    return found


def publish_words(
    outputs: Path | str, to: Path | str, *, equality: Path | str | None, areas: Sequence[str] = ()
) -> list[Page]:
    """Which pages are in the reports? One in words alone for each area, as the board asks."""
    outputs, to = Path(outputs), Path(to)
    said = words.paragraph(equality)
    found = _finished(outputs, areas)
    check_target(outputs, to)
    with files.whole_folder(to) as draft:
        made_from = {}
        for folder in dict.fromkeys(each.folder for each in found):
            own = [each for each in found if each.folder == folder]
            held = [contents.read(outputs / folder / f"{each.held.name}.ipynb") for each in own]
            area = own[0].held.area or folder
            name = f"{folder}/{folder}_report.docx"
            (draft / folder).mkdir()
            files.write(draft / name, words.to_docx(held, area=area, equality=said))
            made_from[name] = own[0]
        files.write(draft / crate.NAME, crate.to_json(draft, found, made_from))
    return found


def _finished(outputs: Path, areas: Sequence[str]) -> list[Page]:
    """The pages that may be published; all that may not are told together."""
    if not outputs.is_dir():
        raise InputError(
            where="OUTPUTS",
            rule="the folder of finished runs",
            value=str(outputs),
            mend="name the folder that dsvstats run wrote",
        )
    found = site.found(outputs)
    known = {(each.folder, each.held.name) for each in found}
    faults = Faults(outputs.name or str(outputs))
    chosen = _of_areas(found, areas)
    folders = {each.folder for each in chosen}
    for notebook in site.notebooks(outputs):
        there = (notebook.parent.name, notebook.stem) in known
        if not there and (not areas or notebook.parent.name in folders):
            _refuse(faults, notebook, "a run that ended well", "no page beside it")
    for each in chosen:
        path = outputs / each.folder / f"{each.held.name}.ipynb"
        if each.held.private:
            _refuse(faults, path, "protected before it is published", "not for publication")
        if each.held.failed:
            _refuse(faults, path, "a run that ended well", each.held.failed)
    faults.tell()
    if not chosen:
        raise InputError(
            where=str(outputs),
            rule="a folder with finished pages",
            value="none",
            mend="make them first: dsvstats run --area NAME",
        )
    return chosen


_MENDS = {
    "not for publication": "it is made from records: publish counts that are protected, or take "
    "its folder out",
    "no page beside it": "run it again, or take it out",
}


def _refuse(faults: Faults, notebook: Path, rule: str, value: str) -> None:
    where = f"{notebook.parent.name}/{notebook.name}"
    mend = _MENDS.get(value, "run it again, or take it out")
    faults.add(None, where, rule=rule, value=value, mend=mend)


def _of_areas(found: list[Page], areas: Sequence[str]) -> list[Page]:
    """The pages of these areas, named as people name them, or all."""
    if not areas:
        return found
    names = {files.slug(each.held.area or each.folder): each for each in found}
    wanted = {files.slug(each) for each in areas} | {files.slug(" ".join(areas))}
    missing = [each for each in areas if files.slug(each) not in names]
    if missing and files.slug(" ".join(areas)) not in names:
        raise InputError(
            where="area",
            rule="an area with finished pages",
            value=missing[0],
            mend=near(files.slug(missing[0]), list(names)),
        )
    return [each for each in found if files.slug(each.held.area or each.folder) in wanted]


def check_target(outputs: Path, to: Path) -> None:
    """A folder that may be written over: missing, empty, or published before; not the outputs."""
    here, there = to.absolute().resolve(), outputs.absolute().resolve()
    if here == there or here in there.parents or there in here.parents:
        raise InputError(
            where="--to",
            rule="a folder apart from the outputs",
            value=str(to),
            mend="name another folder",
        )
    if to.is_symlink() or (to.exists() and not to.is_dir()):
        value: str = "a link" if to.is_symlink() else "a file"
    elif to.is_dir() and any(to.iterdir()) and not (to / _OURS).is_file():
        value = ", ".join(sorted(each.name for each in to.iterdir())[:3])
    else:
        return
    raise InputError(
        where="--to",
        rule="a missing or empty folder, or one that was published before",
        value=f"{to}: {value}",
        mend="name another folder; nothing there was touched",
    )


def _written(
    outputs: Path, draft: Path, found: list[Page], jobs: int | None, progress: Progress
) -> dict[str, Page]:
    """Write every page, side by side where there are many; which page each file is of."""
    made_from: dict[str, Page] = {}
    tasks = {}
    for each in found:
        (draft / each.folder).mkdir(exist_ok=True)
        notebook = outputs / each.folder / f"{each.held.name}.ipynb"
        tasks[_Task(notebook, draft / each.folder, site.links(each, found))] = each
    progress(0, len(tasks))
    for number, (task, names) in enumerate(_carried_out(list(tasks), jobs), 1):
        made_from |= {f"{tasks[task].folder}/{name}": tasks[task] for name in names}
        progress(number, len(tasks))
    return dict(sorted(made_from.items()))


def _carried_out(tasks: list[_Task], jobs: int | None) -> Iterator[tuple[_Task, list[str]]]:
    jobs = min(jobs or _cores(), len(tasks))
    if jobs == 1 or len(tasks) < _FEW:
        yield from ((each, write_page(each)) for each in tasks)
        return
    with _pool(jobs) as pool:
        futures: dict[Future, _Task] = {pool.submit(write_page, each): each for each in tasks}
        for future in as_completed(futures):
            yield futures[future], future.result()


@contextmanager
def _pool(jobs: int) -> Iterator[Executor]:
    """Processes of this one's kind where they can be, so that nothing is imported twice.

    A process in which DuckDB runs has threads of its own, and what is forked from it may crash.
    """
    can_fork = "fork" in multiprocessing.get_all_start_methods() and "duckdb" not in sys.modules
    how = multiprocessing.get_context("fork" if can_fork else "spawn")
    pool = ProcessPoolExecutor(jobs, mp_context=how)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def write_page(task: _Task) -> list[str]:
    """Write one page in every format; the names of the files, in the area's folder."""
    held = contents.read(task.notebook)
    others = list(_formats(held, task.notebook))
    for name, _, content in others:
        (task.folder / name).parent.mkdir(exist_ok=True)
        files.write(task.folder / name, content)
    listed = [_listed(each) for each in others if each[1]]
    csv = [each for each in listed if each.href.endswith(".csv")]
    text = pages.to_html(
        held, numbers=[e for e in listed if e not in csv], tables=csv, more=task.more
    )
    name = telling.file_name(held, ".html")
    files.write(task.folder / name, text)
    return [name, *(name for name, _, _ in others)]


def _listed(written: tuple[str, str, bytes]) -> File:
    name, called, content = written
    size = len(content) / 1000
    return File(called, name, f"{size:,.0f} kB" if size >= 1 else "under 1 kB")


def _formats(held: Contents, notebook: Path) -> Iterator[tuple[str, str, bytes]]:
    """The page's other files: each with its name, what it is called (or "") and its content."""
    yield (
        telling.file_name(held, ".docx"),
        "Word document",
        docx.to_docx(held, pictures=figures.png),
    )
    workbook = xlsx.to_xlsx(held)
    if workbook:
        yield telling.file_name(held, ".xlsx"), "Excel workbook", workbook
    for each in tables(held):
        name = f"csv/{telling.file_name(held, '')}_{each.name}.csv"
        yield name, each.heading, csvw.to_csv(each.table).encode()
        described = csvw.described(each, held, url=name.removeprefix("csv/"))
        yield f"{name}{csvw.DESCRIBED}", "", described.encode()
    yield telling.file_name(held, ".ipynb"), "Executed notebook", _without_paths(notebook)


def _without_paths(notebook: Path) -> bytes:
    """The notebook, without the paths of the machine that it was run on."""
    held: dict[str, Any] = json.loads(notebook.read_bytes())
    told = held.get("metadata", {}).get("papermill", {})
    for name in ("input_path", "output_path", "environment_variables"):
        told.pop(name, None)
    return (json.dumps(held, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()
