"""The notebooks, for every area: planned, run side by side, resumed, reported.

>>> from dsvstats.runner import batch
>>> runs = batch.plan(["notebooks/01_disproportionality.ipynb"], ["Wandsworth"])  # doctest: +SKIP
>>> results = batch.run(runs, jobs=2)  # doctest: +SKIP
>>> print(batch.summary(results))  # doctest: +SKIP
1 run: 1 done in 2.1 s
"""

from __future__ import annotations

import importlib.util
import os
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dsvstats import cache, files
from dsvstats.errors import InputError, near
from dsvstats.runner import processes, records, warm, workers
from dsvstats.runner.planning import Run, apart, plan, plan_table, slug
from dsvstats.runner.progress import Progress

__all__ = ["Result", "Run", "exit_status", "plan", "plan_table", "run", "slug", "summary"]
_YEAR = 366 * 24 * 3600.0
GOOD = ("done", "skipped")


@dataclass(frozen=True)
class Result:
    """How a run ended: done, skipped (done before), failed, killed, timed out or stopped."""

    run: Run
    status: str
    seconds: float = 0.0
    reason: str = ""

    @property
    def good(self) -> bool:
        return self.status in GOOD


def run(
    runs: Sequence[Run],
    *,
    jobs: int | None = None,
    engine: str = "fork",
    force: bool = False,
    time_limit: float | None = None,
    progress: bool = True,
    after: str | Callable | None = None,
    data: Iterable[str | Path] = (),
    prepare: Iterable[str | Callable] = (),
    shared: Iterable[str | Callable] = (),
    executor: Executor | None = None,
    dask: str | None = None,
    cwd: str | Path | None = None,
) -> list[Result]:
    """Run the notebooks, as many side by side as there are `jobs`; how each run ended.

    What was done before with the same notebook, parameters, package and data, and still
    stands as it was written, is skipped unless `force`. A run that fails, is killed or
    takes longer than `time_limit` seconds keeps its notebook with the traceback, never
    counts as done and does not stop the others.

    engine: `fork` (a child of a process with everything imported) or `kernel` (an
    ordinary Jupyter kernel for each run; the only one where there is no fork).
    after: `module:function` (or the function) that gets the path of each finished notebook
    and returns the paths it wrote beside it: they are published with it.
    data: files and folders that the outputs depend on.
    prepare: functions called once each in the process that runs are forked from, so that
    every run finds their caches filled; one that starts a thread there is left out.
    shared: functions called once each, in a process of its own, before the runs, which
    leave in files what every run would compute anew.
    executor, dask: where to run, if not here: any `concurrent.futures` executor, or the
    address of a Dask scheduler; with the same files in the same places.
    cwd: the folder that the notebooks run in; the present one unless given.
    """
    runs, cwd = apart(list(runs)), Path(cwd or ".").absolute()
    _check_limits(jobs, time_limit)
    after = None if after is None else _importable(after, where="after")
    calls = [_importable(each, where="shared") for each in shared]
    common = {
        "engine": _engine(engine),
        "after": after,
        "call": None,
        "force": force,
        "time_limit": time_limit,
        "cwd": str(cwd),
        "modules": _modules({each.notebook for each in runs}, [after, *calls])
        + [_importable(each, where="prepare") for each in prepare],
        "code": records.package_checksum(),
        "parent": None,
    }
    asked = [{**common, "call": each} for each in calls]
    of_data = files.folder_checksum(data)
    tasks = [_task(each, common, data=of_data) for each in runs]
    results = {} if force else _done_before(runs, tasks)
    todo = {index: task for index, task in enumerate(tasks) if index not in results}
    if todo:
        with ExitStack() as stack:
            told = {cache.FOLDER: stack.enter_context(cache.folder())}
            for task in (*todo.values(), *asked):
                task["environment"] = told
            shown = stack.enter_context(Progress(len(runs), shown=progress, before=len(results)))
            pool, here = _pool(stack, executor, dask, jobs)
            found = _carried_out(pool, runs, todo, asked, shown, here=here)
            for index, result in stack.enter_context(closing(found)):
                results[index] = result
                shown.ended(result)
    return [result for _, result in sorted(results.items())]


def _done_before(runs: Sequence[Run], tasks: Sequence[dict[str, Any]]) -> dict[int, Result]:
    """The runs whose outputs still stand as they were made from these very inputs."""
    return {
        index: Result(runs[index], "skipped")
        for index, task in enumerate(tasks)
        if records.Place(task["output"]).is_done(task["fingerprint"])
    }


def _carried_out(
    pool: Executor,
    runs: Sequence[Run],
    todo: Mapping[int, dict[str, Any]],
    calls: Sequence[dict[str, Any]],
    shown: Progress,
    *,
    here: bool,
) -> Generator[tuple[int, Result], None, None]:
    """Each run's result as it comes; on the way out, whatever the reason, nothing runs on."""
    futures: dict[Future, int] = {}
    try:
        problem = _called(pool, calls)
        if problem is not None:
            yield from ((index, Result(runs[index], "failed", 0.0, problem)) for index in todo)
            return
        for index, task in todo.items():
            if here:
                future = pool.submit(_watched, task, runs[index].name, shown)
            else:
                future = pool.submit(workers.carry_out, task)
            futures[future] = index
        for future in as_completed(futures):
            yield futures[future], _result(runs[futures[future]], future)
    except BaseException:
        with workers.stopping():
            for future in futures:
                future.cancel()
            if here:
                pool.shutdown(cancel_futures=True)
        raise
    finally:
        workers.close()


def _modules(notebooks: Iterable[Path], functions: Iterable[str | None]) -> list[str]:
    """What is imported once for all runs: a package before its parts, so that all are found."""
    of_functions = [warm.imports_with(each) for each in functions if each]
    return sorted(set().union(*of_functions, *(warm.imports_of(each) for each in notebooks)))


def _called(pool: Executor, calls: Sequence[dict[str, Any]]) -> str | None:
    """Call what the runs share, side by side; what went wrong, if something did."""
    outcomes = [future.result() for future in [pool.submit(workers.carry_out, c) for c in calls]]
    return next((each["reason"] for each in outcomes if each["status"] != "done"), None)


def _watched(task: dict[str, Any], name: str, shown: Progress) -> dict[str, Any]:
    shown.started(name)
    try:
        return workers.carry_out(task)
    finally:
        shown.stopped(name)


def _result(run: Run, future: Future) -> Result:
    try:
        outcome = future.result()
    except Exception as error:  # the executor's own failures are this run's, not the batch's
        return Result(run, "failed", 0.0, f"{type(error).__name__}: {error}")
    return Result(run, outcome["status"], outcome["seconds"], outcome["reason"])


def _task(run: Run, common: Mapping[str, Any], *, data: str) -> dict[str, Any]:
    """Everything that the process of a run has to know, as plain JSON."""
    return {
        **common,
        "notebook": str(run.notebook.absolute()),
        "output": str(run.output.absolute()),
        "shown": [str(run.notebook), str(run.output)],
        "parameters": dict(run.parameters),
        "fingerprint": records.fingerprint(
            run.notebook,
            run.parameters,
            package=common["code"],
            data=data,
            after=common["after"],
            cwd=common["cwd"],
        ),
    }


def _pool(
    stack: ExitStack, executor: Executor | None, dask: str | None, jobs: int | None
) -> tuple[Executor, bool]:
    """Where the runs go, and whether that is threads of our own, which only wait."""
    if executor is not None:
        return executor, False
    if dask is None:
        return stack.enter_context(ThreadPoolExecutor(jobs or _cores())), True
    try:
        from distributed import Client
    except ImportError:
        raise InputError(
            where="dask",
            rule="used with the package distributed",
            value=dask,
            mend="pip install 'dsvstats[cluster]'",
        ) from None
    client = stack.enter_context(Client(dask))
    return stack.enter_context(client.get_executor(pure=False)), False


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _engine(engine: str) -> str:
    if engine not in ("fork", "kernel"):
        raise InputError(
            where="engine",
            rule="fork or kernel",
            value=engine,
            mend=near(engine, ["fork", "kernel"]),
        )
    return engine if processes.can_fork else "kernel"


def _check_limits(jobs: int | None, time_limit: float | None) -> None:
    if jobs is not None and jobs < 1:
        raise InputError(where="jobs", rule="at least 1", value=jobs, mend="leave it out")
    if time_limit is not None and not 0 < time_limit <= _YEAR:
        raise InputError(
            where="time_limit",
            rule="a number of seconds, more than 0 and at most a year",
            value=time_limit,
            mend="leave it out where there is no limit",
        )


def _importable(function: str | Callable, *, where: str) -> str:
    """The name by which another process finds this function."""
    if isinstance(function, str):
        name = function
    else:
        name = f"{function.__module__}:{getattr(function, '__qualname__', '<nameless>')}"
    module, _, path = name.partition(":")
    findable = path and "<" not in path and module != "__main__"
    with suppress(ImportError, ValueError):
        if findable and importlib.util.find_spec(module) is not None:
            return name
    raise InputError(
        where=where,
        rule="'module:function', or a function that another process can import",
        value=name,
        mend="define it at the top level of a module",
    )


def summary(results: Sequence[Result]) -> str:
    """How did the batch go? One line, and one more for each run that did not end well.

    >>> run = Run(Path("01_x.ipynb"), "Wandsworth")
    >>> print(summary([Result(run, "done"), Result(run, "failed", 1.0, "KeyError: 'x'")]))
    2 runs: 1 done, 1 failed
    failed: 01_x Wandsworth: KeyError: 'x'
    """
    counts = Counter(each.status for each in results)
    told = ", ".join(f"{number} {status}" for status, number in counts.items())
    head = f"{len(results)} run{'' if len(results) == 1 else 's'}: {told or 'nothing to do'}"
    bad = [f"{each.status}: {each.run.name}: {each.reason}" for each in results if not each.good]
    return "\n".join([head, *bad])


def exit_status(results: Sequence[Result]) -> int:
    """0 where every run is done, 2 where one could not be written, else 1."""
    if any(each.status == "not written" for each in results):
        return 2
    return 0 if all(each.good for each in results) else 1
