"""One run, in the process that is its own: lock, look, execute, publish, record."""

from __future__ import annotations

import importlib
import json
import os
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from dsvstats import files
from dsvstats.errors import InputError, NotWritten
from dsvstats.runner.records import Place

Report = Callable[[dict[str, Any]], None]


class TimeLimit(BaseException):
    """The run took longer than it may."""


def perform(task: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """Carry out one run and say how it ended: done, skipped, failed or timed out."""
    place = Place(task["output"])
    import_papermill()
    with place.locked():
        if not task["force"] and place.is_done(task["fingerprint"]):
            return {"status": "skipped", "reason": "", "seconds": 0.0}
        report({"event": "started"})
        began = time.monotonic()
        draft = place.start()
        try:
            with _limited():
                status, reason, written = _attempt(task, draft, report)
        except TimeLimit as error:
            status, reason, written = "timed out", f"TimeLimit: {error}", []
        if not _is_whole(draft):
            draft.unlink(missing_ok=True)
        if draft.exists():
            set_paths(draft, task)
            written = [draft, *written]
        told = {"reason": reason, "seconds": round(time.monotonic() - began, 3)}
        place.publish(status, fingerprint=task["fingerprint"], written=written, **told)
        return {"status": status, **told}


def import_papermill() -> None:
    """Import it without a grammar that jsonschema would compile, for more than a second."""
    absent = "rfc3987_syntax"
    spare = absent not in sys.modules
    if spare:
        sys.modules[absent] = None  # type: ignore[assignment]  # an import of it then fails
    importlib.import_module("papermill")
    if spare:
        del sys.modules[absent]


def _attempt(task: Mapping[str, Any], draft: Path, report: Report) -> tuple[str, str, list[Path]]:
    from papermill.exceptions import PapermillExecutionError

    try:
        with files.writable(Path(task["output"])):
            _execute(task, draft, report)
    except PapermillExecutionError as error:
        status = "timed out" if error.ename == TimeLimit.__name__ else "failed"
        return status, _reason(error), []
    except (TimeLimit, Exception) as error:
        named_so = "" if isinstance(error, InputError) else f"{type(error).__name__}: "
        reason = f"{named_so}{error}".strip()
        if _is_whole(draft):
            mark_stopped(draft, reason)
        status = "not written" if isinstance(error, NotWritten) else "failed"
        return "timed out" if isinstance(error, TimeLimit) else status, reason, []
    draft.chmod(0o600)  # for nobody else to read, unless what comes after shares it
    if task["after"] is None:
        return "done", "", []
    try:
        written = [Path(each) for each in named(task["after"])(draft) or []]
        for path in written:
            Place(task["output"]).name(path)
    except (TimeLimit, Exception, SystemExit) as error:
        reason = f"{task['after']}: {type(error).__name__}: {error}"
        return "timed out" if isinstance(error, TimeLimit) else "failed", reason, []
    return "done", "", written


def _is_whole(draft: Path) -> bool:
    """Is the draft a notebook? A full disk leaves the half of one."""
    try:
        return isinstance(json.loads(draft.read_text(encoding="utf-8")), dict)
    except (OSError, ValueError):
        return False


def _execute(task: Mapping[str, Any], draft: Path, report: Report) -> None:
    import papermill

    options: dict[str, Any] = {"engine_name": None, "config": _own_sockets()}
    if task["engine"] == "fork":
        from dsvstats.runner import engine

        cells = {"on_cell": lambda cell, of: report({"event": "cell", "cell": cell, "of": of})}
        options = {"engine_name": engine.register(), **cells}
    papermill.execute_notebook(
        _literal(task["notebook"]),
        _literal(draft),
        parameters=task["parameters"],
        progress_bar=False,
        cwd=task["cwd"],
        **options,
    )


def _own_sockets() -> Any:
    """Kernels that start side by side may take each other's ports: use files where they can be."""
    from jupyter_core.paths import jupyter_runtime_dir
    from traitlets.config import Config

    place = str(Path(jupyter_runtime_dir(), "socket"))
    short = os.name == "posix" and len(place) < 90
    return Config({"KernelManager": {"transport": "ipc", "ip": place}} if short else {})


def _literal(path: str | Path) -> str:
    """A path that papermill, which fills in braces, leaves as it is."""
    return str(Path(path).absolute()).replace("{", "{{").replace("}", "}}")


def _reason(error: Any) -> str:
    text = re.sub(r"\x1b\[[0-9;]*m", "", str(error.evalue)).strip()
    return f"{error.ename}: {text}".strip(": ") + f" (cell In [{error.exec_count}])"


@contextmanager
def _limited() -> Iterator[None]:
    """Let the runner stop the work where it stands, so that its traceback is kept."""

    def stop(number, frame):
        raise TimeLimit("the run took longer than its time limit")

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def set_paths(draft: Path, task: Mapping[str, Any]) -> None:
    """Name in a draft the paths that were asked for, not those it was made at."""
    text = draft.read_text(encoding="utf-8")
    notebook = json.loads(text)
    told = notebook["metadata"].setdefault("papermill", {})
    told["input_path"], told["output_path"] = task["shown"]
    text = json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False)
    draft.write_text(text, encoding="utf-8")


def mark_stopped(draft: Path, reason: str, *, cell: int | None = None) -> None:
    """Show in the draft of a run that could not say so itself where it was stopped, and why."""
    import nbformat
    from nbformat.v4 import new_output
    from papermill.exceptions import PapermillExecutionError
    from papermill.execute import raise_for_execution_errors

    notebook = nbformat.read(draft, as_version=4)
    started = [
        index
        for index, each in enumerate(notebook.cells)
        if each.cell_type == "code" and each.metadata.get("papermill", {}).get("start_time")
    ]
    code = [i for i, each in enumerate(notebook.cells) if each.cell_type == "code"]
    index = next(iter([cell] if cell in code else started[-1:] or code[:1]), None)
    if index is None:
        return
    stopped = notebook.cells[index]
    stopped.metadata.setdefault("papermill", {}).update(exception=True, status="failed")
    notebook.metadata.setdefault("papermill", {}).update(exception=True)
    if all(output.output_type != "error" for output in stopped.outputs):
        told = {"ename": "RunStopped", "evalue": reason, "traceback": [f"RunStopped: {reason}"]}
        stopped.outputs.append(new_output("error", **told))
    with suppress(PapermillExecutionError):
        raise_for_execution_errors(notebook, str(draft))


def named(name: str) -> Callable[..., Any]:
    """The function called `module:function`."""
    module, _, path = name.partition(":")
    found: Any = importlib.import_module(module)
    for part in path.split("."):
        found = getattr(found, part)
    return found


def die_with_parent(parent: int) -> None:
    """Ask the kernel to end this process when its parent ends, however that ends."""
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    death_signal = 1
    ctypes.CDLL(None).prctl(death_signal, int(signal.SIGKILL))
    if os.getppid() != parent:
        os._exit(1)


def main() -> None:
    """A run in a fresh process, for ordinary kernels: a task in, reports out, as lines."""
    reports = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def report(message: dict[str, Any]) -> None:
        print(json.dumps(message), file=reports, flush=True)

    task = json.loads(sys.stdin.readline())
    if task["parent"] is not None:
        die_with_parent(task["parent"])
    report({"event": "outcome", **answer(task, report)})


def answer(task: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """Do what is asked, and say what went wrong even where nothing could be written."""
    os.environ.update(task["environment"])
    try:
        return perform(task, report) if task["call"] is None else call(task)
    except (Exception, SystemExit) as error:
        return {"status": "failed", "reason": f"{type(error).__name__}: {error}", "seconds": 0.0}


def call(task: Mapping[str, Any]) -> dict[str, Any]:
    """Call one function in this process and say how it ended."""
    began = time.monotonic()
    try:
        named(task["call"])()
    except (Exception, SystemExit) as error:
        status, reason = "failed", f"{task['call']}: {type(error).__name__}: {error}"
    else:
        status, reason = "done", ""
    return {"status": status, "reason": reason, "seconds": round(time.monotonic() - began, 3)}
