"""The process that imports everything once and forks a child for each run.

It has one thread, so that forking is safe wherever the batch itself is started from: a
terminal, a notebook, a cluster's worker. It lives as long as the process that started it.
"""

from __future__ import annotations

import ast
import atexit
import contextlib
import gc
import importlib
import importlib.util
import io
import json
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from dsvstats.runner import job

ALWAYS = ("black",)  # papermill formats parameters with it, where it is installed
LATER = {  # what these import only when they are first used
    "pandas": (
        "pandas.core.methods.to_dict",
        "pandas.io.formats.html",
        "pandas.io.formats.string",
        "pandas.io.formats.style",
        "pyarrow.dataset",
        "pyarrow.pandas_compat",
    ),
    "matplotlib": ("IPython.core.pylabtools", "matplotlib_inline.config", "PIL.PngImagePlugin"),
}
IDLE = 60.0  # seconds after which a server that nobody uses ends


def threads() -> int:
    """How many threads does this process have, libraries' own among them?"""
    try:
        return len(list(Path("/proc/self/task").iterdir()))
    except OSError:
        import threading

        return threading.active_count()


def imports(source: str, *, within: bool = False) -> Iterator[str]:
    """The modules that a cell imports at its top level; its magics are passed over.

    `within` also gives what is imported later, inside functions.
    """
    lines = ("" if each.lstrip()[:1] in ("%", "!") else each for each in source.splitlines())
    try:
        tree = ast.parse("\n".join(lines))
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree) if within else tree.body:
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{each.name}" for each in node.names)


def imports_with(function: str) -> set[str]:
    """The module of `module:function`, and what its own functions import when they are called."""
    module = function.partition(":")[0]
    with contextlib.suppress(ImportError, ValueError, OSError, TypeError):
        spec = importlib.util.find_spec(module)
        if spec and spec.origin:
            source = Path(spec.origin).read_text(encoding="utf-8")
            return {module, *imports(source, within=True)}
    return {module}


def imports_of(notebook: str | Path) -> set[str]:
    """The modules that a notebook imports; none where it cannot be read: its run will say so."""
    try:
        cells = json.loads(Path(notebook).read_text(encoding="utf-8"))["cells"]
        sources = ["".join(each["source"]) for each in cells if each["cell_type"] == "code"]
    except (OSError, ValueError, KeyError, TypeError):
        return set()
    return {name for source in sources for name in imports(source)}


def _import_all(names: Iterable[str], avoided: Iterable[str]) -> str | None:
    """Import or call what can be; the name of the first that starts a thread, if one does."""
    for name in _with_later(names):
        if name in avoided or name in sys.modules:
            continue
        with contextlib.suppress(Exception):
            job.named(name)() if ":" in name else importlib.import_module(name)
        if threads() > 1:
            return name
    return None


def _with_later(names: Iterable[str]) -> Iterator[str]:
    yield from names
    for package, later in LATER.items():
        if package in sys.modules:
            yield from later


def _draw_once() -> None:
    """Load what matplotlib loads when it first draws text."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure()
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    axes.plot([1, 2], label="$x$")
    axes.set_title("x")
    axes.legend()
    figure.savefig(io.BytesIO(), format="png", bbox_inches="tight")


def _read_once() -> None:
    """Have the schema of notebooks compiled."""
    import nbformat

    nbformat.validate(nbformat.v4.new_notebook())


def serve(control: socket.socket, *, modules: list[str], avoided: list[str]) -> None:
    """Import, say that all is ready, and fork a child for each task that comes."""
    job.import_papermill()
    from dsvstats.runner import engine

    shell = engine.prepare()
    culprit = None
    if threads() == 1:
        with shell.builtin_trap, contextlib.suppress(ImportError):
            culprit = _import_all([*modules, *ALWAYS], avoided)
            _read_once()
            if "matplotlib" in sys.modules:
                _draw_once()
    control.sendall(json.dumps({"threads": threads(), "module": culprit}).encode() + b"\n")
    if threads() > 1:
        return
    gc.collect()
    gc.freeze()
    Server(control).run()


class Server:
    """Forks, reaps and, where it is told to or left alone, kills."""

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self.children: dict[int, socket.socket] = {}
        self.woken, wake = os.pipe()
        os.set_blocking(wake, False)
        os.set_blocking(self.woken, False)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        self.last = time.monotonic()

    def run(self) -> None:
        while self.children or time.monotonic() - self.last < IDLE:
            sources: list[Any] = [self.control, self.woken, *self.children.values()]
            ready, _, _ = select.select(sources, [], [], IDLE)
            if self.woken in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(self.woken, 4096)
            self._reap()
            for pid, line in list(self.children.items()):
                if line in ready:
                    self._heed(pid, line)
            if self.control in ready and not self._accept():
                break
        for pid in self.children:
            _kill_group(pid)

    def _accept(self) -> bool:
        message, descriptors, _, _ = socket.recv_fds(self.control, 1, 1)
        if not message:
            return False
        line = socket.socket(fileno=descriptors[0])
        with line.makefile("rb") as file:
            task = json.loads(file.readline())
        parent = os.getpid()
        pid = os.fork()
        if not pid:
            for other in (self.control, *self.children.values()):
                other.close()
            _child(task, line, parent)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.setpgid(pid, pid)
        self.children[pid] = line
        self.last = time.monotonic()
        _tell(line, {"event": "accepted", "pid": pid})
        return True

    def _heed(self, pid: int, line: socket.socket) -> None:
        if pid not in self.children:
            return
        try:
            said = line.recv(64)
        except OSError:
            said = b""
        if said == b"stop\n":
            os.kill(pid, signal.SIGTERM)
        else:
            _kill_group(pid)
            self._finish(pid, os.waitpid(pid, 0)[1])

    def _reap(self) -> None:
        for pid in list(self.children):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                _kill_group(pid)
                self._finish(pid, status)

    def _finish(self, pid: int, status: int) -> None:
        line = self.children.pop(pid)
        _tell(line, {"event": "exit", "code": os.waitstatus_to_exitcode(status)})
        line.close()
        self.last = time.monotonic()


def _tell(line: socket.socket, message: dict[str, Any]) -> None:
    with contextlib.suppress(OSError):
        line.sendall(json.dumps(message).encode() + b"\n")


def _kill_group(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def _child(task: dict[str, Any], line: socket.socket, parent: int) -> None:
    """Never returns: one run, and the end."""
    code = 1
    try:
        os.setpgid(0, 0)
        job.die_with_parent(parent)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        if "numpy" in sys.modules:
            sys.modules["numpy"].random.seed()
        outcome = job.answer(task, lambda message: _tell(line, message))
        _tell(line, {"event": "outcome", **outcome})
        atexit._run_exitfuncs()
        code = 0
    finally:
        os._exit(code)


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    settings = json.loads(sys.argv[2])
    sys.path[:] = settings.pop("path")
    sys.argv = [""]
    serve(control, **settings)
    os._exit(0)
