"""Starts each run in a process of its own, listens to it, and stops it.

What an executor carries is `carry_out(task)`, and a task is plain JSON, so that the same
call works in a thread here, in a pool's process and on a cluster's worker.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from dsvstats.runner import job
from dsvstats.runner.records import Place

GRACE = 5.0  # seconds between asking a run to stop and ending it
ONE_THREAD = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "BLIS_NUM_THREADS": "1",
    "VECLIB_MAXIMUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}
START = "import json, sys; sys.path[:] = json.loads(sys.argv[2])['path']; "

can_fork = hasattr(os, "fork") and hasattr(socket, "send_fds")


class Ended(Exception):
    """The process that should fork is gone."""


class ForkServer:
    """A process with everything imported, from which runs are forked."""

    def __init__(self, task: dict[str, Any]) -> None:
        avoided: list[str] = []
        for _ in range(10):
            answer = self._start(task, avoided)
            if answer["threads"] == 1:
                return
            self.close()
            if answer["module"] is None:
                break
            avoided.append(answer["module"])
        raise RuntimeError(
            "no process with one thread can be had to fork from: a thread is started as soon "
            f"as Python starts or by importing {', '.join(avoided) or 'nothing at all'}; "
            "use engine='kernel'"
        )

    def _start(self, task: dict[str, Any], avoided: list[str]) -> dict[str, Any]:
        here, there = socket.socketpair()
        settings = {"path": sys.path, "modules": task["modules"], "avoided": avoided}
        code = START + "from dsvstats.runner.warm import main; main()"
        with there, tempfile.TemporaryFile() as said:
            self.process = subprocess.Popen(
                [sys.executable, "-c", code, str(there.fileno()), json.dumps(settings)],
                pass_fds=[there.fileno()],
                cwd=task["cwd"],
                env={**os.environ, **ONE_THREAD},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=said,
                start_new_session=True,
            )
            there.close()
            with here.makefile("rb") as file:
                line = file.readline()
            if not line:
                here.close()
                self.process.wait()
                raise RuntimeError(f"the process to fork from did not start: {_tail(said)}")
        self.control, self.lock = here, threading.Lock()
        return json.loads(line)

    def start(self, task: dict[str, Any]) -> Channel:
        here, there = socket.socketpair()
        with there:
            try:
                with self.lock:
                    socket.send_fds(self.control, [b"r"], [there.fileno()])
            except OSError:
                here.close()
                raise Ended from None
        here.sendall(json.dumps(task).encode() + b"\n")
        return Channel(here, self)

    def alive(self) -> bool:
        return self.process.poll() is None

    def close(self) -> None:
        self.control.close()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(GRACE)
        self.process.kill()
        self.process.wait()


class Channel:
    """What a forked run says, and how to stop it."""

    def __init__(self, line: socket.socket, server: ForkServer) -> None:
        self.line, self.server, self.pid = line, server, None

    def __iter__(self) -> Iterator[dict[str, Any]]:
        said = b""
        while True:
            ready, _, _ = select.select([self.line], [], [], 1.0)
            if not ready and self.server.alive():
                continue
            found = self.line.recv(65536) if ready else b""
            if not found:
                break
            said += found
            *lines, said = said.split(b"\n")
            for each in map(json.loads, lines):
                self.pid = each.get("pid", self.pid)
                yield each
        if self.pid and not self.server.alive():  # nobody is left to end what the run started
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, 9)

    def stop(self) -> None:
        with suppress(OSError):
            self.line.sendall(b"stop\n")

    def kill(self) -> None:
        with suppress(OSError):
            self.line.shutdown(socket.SHUT_WR)

    def last_words(self) -> str:
        return ""

    def close(self) -> None:
        self.line.close()


class FreshProcess:
    """A run in a new Python, which starts an ordinary kernel."""

    def __init__(self, task: dict[str, Any]) -> None:
        code = START + "from dsvstats.runner.job import main; main()"
        self._said, self._words = tempfile.TemporaryFile(), ""
        self._sockets = tempfile.TemporaryDirectory(prefix="kernel-")
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, "0", json.dumps({"path": sys.path})],
            cwd=task["cwd"],
            env={**os.environ, **ONE_THREAD, "JUPYTER_RUNTIME_DIR": self._sockets.name},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            start_new_session=True,
        )
        with suppress(BrokenPipeError):
            self.process.stdin.write(json.dumps({**task, "parent": os.getpid()}).encode() + b"\n")
            self.process.stdin.flush()

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for line in self.process.stdout:
            yield json.loads(line)
        self.process.stdin.close()
        yield {"event": "exit", "code": self.process.wait()}

    def last_words(self) -> str:
        return self._words

    def stop(self) -> None:
        self.process.terminate()

    def kill(self) -> None:
        self.process.kill()

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self._words = f": {_tail(self._said)}".rstrip(": ")
        self._said.close()
        self._sockets.cleanup()


def _tail(file: Any) -> str:
    """The end of what a process said before it ended."""
    file.seek(0)
    return file.read().decode(errors="replace").strip()[-1000:]


class TimeLimit:
    """Asks a run to stop when its time is over, and ends it if it does not."""

    def __init__(self, channel: Channel | FreshProcess, seconds: float | None) -> None:
        self.over = False
        self._channel, self._timers = channel, []
        if seconds:
            self._timers = [threading.Timer(seconds, self._ask)]
            self._timers.append(threading.Timer(seconds + GRACE, channel.kill))
        self._start()

    def _start(self) -> None:
        for timer in self._timers:
            timer.daemon = True
            timer.start()

    def _ask(self) -> None:
        self.over = True
        self._channel.stop()

    def end_soon(self) -> None:
        """All is said: what the process still does on its way out may take a moment only."""
        self.cancel()
        self._timers = [threading.Timer(GRACE, self._channel.kill)]
        self._start()

    def cancel(self) -> None:
        for timer in self._timers:
            timer.cancel()


_servers: dict[str, ForkServer] = {}
_open: set[Channel | FreshProcess] = set()
_lock = threading.RLock()
_closing = threading.Event()


def _forget() -> None:
    """A forked copy of this process has no servers of its own yet."""
    global _lock
    _lock = threading.RLock()
    for server in _servers.values():
        server.control.close()
    _servers.clear()
    _open.clear()


if can_fork:
    os.register_at_fork(after_in_child=_forget)


def _forked(task: dict[str, Any]) -> Channel:
    """A run forked from this process's own server, started anew where it has ended."""
    key = json.dumps([sys.path, *(task[name] for name in ("modules", "code", "cwd"))])
    for _ in range(2):
        with _lock:
            busy = {each.server for each in _open if isinstance(each, Channel)}
            for other in [each for each in _servers if each != key]:
                if _servers[other] not in busy:
                    _servers.pop(other).close()
            if key not in _servers:
                _servers[key] = ForkServer(task)
            server = _servers[key]
        try:
            channel = server.start(task)
        except Ended:
            with _lock:
                if _servers.get(key) is server:
                    _servers.pop(key).close()
        else:
            return channel
    raise RuntimeError("the process to fork from ended twice before it could fork")


def close() -> None:
    """End the processes that runs are forked from, unless another batch still uses them."""
    with _lock:
        if not _open:
            for key in list(_servers):
                _servers.pop(key).close()


@contextmanager
def stopping() -> Iterator[None]:
    """End every run of this process, and start no other meanwhile."""
    _closing.set()
    try:
        with _lock:
            for channel in _open:
                channel.kill()
        yield
    finally:
        _closing.clear()


def carry_out(task: dict[str, Any], *, listen: Callable[[dict], None] | None = None) -> dict:
    """One run in a process of its own, from its start to its end; how it ended.

    What a killed process could not do for itself is done here: its notebook is kept with
    the place and the reason in it, and its record says that it was killed.
    """
    if _closing.is_set():
        return {"status": "stopped", "reason": "the batch was stopped", "seconds": 0.0}
    channel = _forked(task) if task["engine"] == "fork" else FreshProcess(task)
    with _lock:
        _open.add(channel)
        if _closing.is_set():
            channel.kill()
    outcome, code, cell = None, None, None
    limit, began = TimeLimit(channel, None), time.monotonic()
    try:
        for message in channel:
            event = message["event"]
            if event == "started":
                limit, began = TimeLimit(channel, task["time_limit"]), time.monotonic()
            elif event == "cell":
                cell = message["cell"]
            elif event == "outcome":
                outcome = {name: message[name] for name in ("status", "reason", "seconds")}
                limit.end_soon()
            elif event == "exit":
                code = message["code"]
            if listen is not None:
                listen(message)
    finally:
        limit.cancel()
        with _lock:
            _open.discard(channel)
        channel.close()
    if outcome is None:
        reason = _how_it_ended(code, cell, task, over=limit.over) + channel.last_words()
        outcome = {"status": "timed out" if limit.over else "killed", "reason": reason}
        outcome["seconds"] = round(time.monotonic() - began, 3)
        outcome = _close_the_books(task, outcome, cell)
    return outcome


def _how_it_ended(code: int | None, cell: int | None, task: dict[str, Any], *, over: bool) -> str:
    where = "" if cell is None else f" in cell {cell + 1}"
    if over:
        return f"still running{where} at its time limit of {task['time_limit']:g} s"
    if code is None:
        return f"its process was ended together with the one it came from{where}"
    if code >= 0:
        return f"its process ended by itself{where} with exit status {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    return f"its process was killed by {name}{where}"


def _close_the_books(task: dict[str, Any], outcome: dict, cell: int | None) -> dict:
    """Publish what a run left that ended before it could say how."""
    if task["call"] is not None:
        return outcome
    place = Place(task["output"])
    with suppress(BlockingIOError), place.locked(wait=False):
        if _closing.is_set():
            place.clear()
            return {**outcome, "status": "stopped", "reason": "the batch was stopped"}
        if place.is_done(task["fingerprint"]):  # it was killed after its last word was written
            return {**outcome, "status": "done", "reason": ""}
        if place.draft.exists():
            with suppress(ValueError):
                job.mark_stopped(place.draft, outcome["reason"], cell=cell)
                job.set_paths(place.draft, task)
                told = {name: outcome[name] for name in ("reason", "seconds")}
                prints = task["fingerprint"]
                place.publish(outcome["status"], fingerprint=prints, written=[place.draft], **told)
    return outcome
