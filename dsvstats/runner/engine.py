"""Runs a notebook's cells in this process, as a kernel would: a papermill engine.

Importing a scientific package costs more than most notebooks' own work, and a kernel
imports everything afresh. This engine needs no kernel: in a process that was forked with
everything imported, only the cells' own work is left. It is made of the kernel's own
shell and of nbclient's own reading of messages, without the sockets between them, so
that the notebook comes out as papermill's ordinary engine writes it.

One notebook per process: the shell, the streams and pyplot belong to the process.
POSIX only. What differs from a kernel: no start-up files or IPython profile of the user's;
warnings that a library gives while being imported are not repeated; the path of a cell in
a warning is the same in every run; streams of one cell are merged.
"""

from __future__ import annotations

import asyncio
import builtins
import getpass
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import SimpleNamespace
from typing import Any

from ipykernel.compiler import XCachingCompiler
from ipykernel.ipkernel import IPythonKernel
from ipykernel.zmqshell import ZMQInteractiveShell as KernelShell
from IPython.core.error import UsageError
from IPython.core.shellapp import InteractiveShellApp
from jupyter_client.session import Session
from nbclient.client import timestamp
from traitlets.config import Config

from dsvstats import files
from dsvstats.runner.streams import Stream

NAME = "dsvstats"
INLINE = "module://matplotlib_inline.backend_inline"
SAVE_EVERY = 1.0  # seconds of work that a killed run may lose from its kept notebook


class Recorder(Session):
    """Takes the messages that a kernel would send over its socket."""

    receive: Callable[[dict[str, Any]], None] | None = None

    def send(self, stream, msg_or_type, content=None, parent=None, ident=None, **ignored):
        message = msg_or_type if isinstance(msg_or_type, dict) else self.msg(msg_or_type, content)
        if self.receive is not None:
            self.receive({**message, "content": self.unpack(self.pack(message["content"]))})


class CellCompiler(XCachingCompiler):
    """Names cells as a kernel does, without its process number: equal from run to run."""

    def get_code_name(self, raw_code, code, number):
        name = super().get_code_name(raw_code, code, number)
        return name.replace(f"ipykernel_{os.getpid()}", "ipykernel_0")


class ZMQInteractiveShell(KernelShell):
    """The kernel's shell without a kernel; libraries know it by this class name."""

    def enable_gui(self, gui=None):
        if gui not in (None, "inline"):
            raise UsageError(f"no window can be opened by a batch run: {gui}")

    def ask_exit(self):
        raise SystemExit(0)


def prepare() -> ZMQInteractiveShell:
    """The shell in which the cells will run, made once per process, before any fork."""
    os.environ.setdefault("MPLBACKEND", INLINE)
    if ZMQInteractiveShell.initialized():
        return ZMQInteractiveShell.instance()
    session = Recorder()
    shell = ZMQInteractiveShell.instance(
        compiler_class=CellCompiler, config=Config(HistoryManager={"enabled": False})
    )
    shell.displayhook.session = shell.display_pub.session = session
    shell.displayhook.topic = b"execute_result"
    InteractiveShellApp.init_path(SimpleNamespace(ignore_cwd=False))
    _as_in_a_kernel()
    return shell


def _as_in_a_kernel() -> None:
    """Undo what libraries that were imported before the shell took for a terminal."""
    backend = os.environ["MPLBACKEND"]
    if "matplotlib" in sys.modules:
        sys.modules["matplotlib"].rcParams["backend"] = backend
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].switch_backend(backend)
    if "pandas" in sys.modules:
        pandas = sys.modules["pandas"]
        if pandas.get_option("display.max_columns") == 0:
            pandas.set_option("display.max_columns", 20)


@contextmanager
def _inhabited(shell: ZMQInteractiveShell) -> Iterator[asyncio.AbstractEventLoop]:
    """Standard streams, input and an event loop as a kernel has them."""
    session = shell.displayhook.session
    kernel = SimpleNamespace(_allow_stdin=False)
    before = sys.stdout, sys.stderr, sys.argv, builtins.input, getpass.getpass
    sys.stdout, sys.stderr = Stream("stdout", 1, session), Stream("stderr", 2, session)
    sys.argv = [""]
    builtins.input = partial(IPythonKernel.raw_input, kernel)
    getpass.getpass = partial(IPythonKernel.getpass, kernel)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        yield loop
    finally:
        sys.stdout.restore()
        sys.stderr.restore()
        sys.stdout, sys.stderr, sys.argv, builtins.input, getpass.getpass = before
        session.receive = None


async def _run(shell: ZMQInteractiveShell, source: str) -> bool:
    """Run one cell inside a running loop, where the kernel runs it; whether it went well."""
    try:
        transformed, problem = shell.transform_cell(source), None
    except Exception:
        transformed, problem = source, sys.exc_info()
    hints = {"transformed_cell": transformed, "preprocessing_exc_tuple": problem}
    if shell.should_run_async(source, **hints):
        result = None
        try:
            result = await shell.run_cell_async(source, store_history=True, **hints)
        finally:
            shell.events.trigger("post_execute")
            shell.events.trigger("post_run_cell", result)
    else:
        result = shell.run_cell(source, store_history=True)
    sys.stdout.flush()
    sys.stderr.flush()
    shell.payload_manager.clear_payload()
    return result.success and not getattr(shell, "_last_traceback_during_displayhook", False)


def _run_cells(manager, client, *, saved: Callable[..., None], on_cell=None) -> None:
    shell = prepare()
    session = shell.displayhook.session
    with _inhabited(shell) as loop:
        for index, cell in enumerate(manager.nb.cells):
            manager.cell_start(cell, index)
            if on_cell is not None:
                on_cell(index, len(manager.nb.cells))
            tags = cell.metadata.get("tags", [])
            try:
                if cell.cell_type != "code" or not cell.source.strip():
                    continue
                if client.skip_cells_with_tag in tags:
                    continue
                saved()
                cell.outputs, cell.execution_count = [], shell.execution_count
                client.clear_before_next_output = False
                session.receive = partial(_take, client, cell, index, saved)
                with _timed(cell):
                    went_well = loop.run_until_complete(_run(shell, cell.source))
                if not (went_well or client.allow_errors or "raises-exception" in tags):
                    manager.cell_exception(cell, cell_index=index)
                    break
            except BaseException:
                manager.cell_exception(cell, cell_index=index)
                raise
            finally:
                manager.cell_complete(cell, cell_index=index)


@contextmanager
def _timed(cell) -> Iterator[None]:
    """Keep the times that nbclient keeps."""
    cell.metadata["execution"] = {}
    times = cell.metadata["execution"]
    times["iopub.status.busy"] = times["iopub.execute_input"] = timestamp()
    try:
        yield
    finally:
        times["shell.execute_reply"] = times["iopub.status.idle"] = timestamp()


def _take(client, cell, index: int, saved: Callable[..., None], message: dict[str, Any]) -> None:
    client.process_message(message, cell, index)
    outputs = cell.outputs
    of_one_stream = (
        len(outputs) > 1
        and outputs[-1].output_type == outputs[-2].output_type == "stream"
        and outputs[-1].name == outputs[-2].name
    )
    if of_one_stream:
        outputs[-2].text += outputs.pop().text
    saved()


class CellEngine:
    """The engine that papermill finds under the name `dsvstats`.

    It does not derive from papermill's Engine: papermill loads it while itself only half
    imported.
    """

    @classmethod
    def execute_notebook(
        cls,
        nb,
        kernel_name,
        *,
        output_path=None,
        progress_bar=True,
        log_output=False,
        stdout_file=None,
        stderr_file=None,
        allow_errors=False,
        on_cell: Callable[[int, int], None] | None = None,
        **ignored,
    ):
        import nbformat
        from papermill.clientwrap import PapermillNotebookClient
        from papermill.engines import NotebookExecutionManager

        manager = NotebookExecutionManager(nb, log_output=log_output, progress_bar=progress_bar)
        client = PapermillNotebookClient(
            manager,
            log_output=log_output,
            stdout_file=stdout_file,
            stderr_file=stderr_file,
            allow_errors=allow_errors,
        )
        client.reset_execution_trackers()
        last = time.monotonic()

        def saved(*, now: bool = False) -> None:
            nonlocal last
            if output_path and (now or time.monotonic() - last > SAVE_EVERY):
                files.write(output_path, nbformat.writes(manager.nb))
                last = time.monotonic()

        manager.notebook_start()
        saved(now=True)
        try:
            _run_cells(manager, client, saved=saved, on_cell=on_cell)
        except BaseException:
            saved(now=True)
            raise
        finally:
            manager.cleanup_pbar()
            manager.notebook_complete()
        manager.nb.metadata["language_info"] = dict(IPythonKernel.language_info)
        return manager.nb

    @classmethod
    def nb_kernel_name(cls, nb, name=None):
        from papermill.utils import nb_kernel_name

        return nb_kernel_name(nb, name)

    @classmethod
    def nb_language(cls, nb, language=None):
        from papermill.utils import nb_language

        return nb_language(nb, language)


def register() -> str:
    """Make papermill know the engine, installed or not; its name."""
    from papermill.engines import papermill_engines

    papermill_engines.register(NAME, CellEngine)
    return NAME
