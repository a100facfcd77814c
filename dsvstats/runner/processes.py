"""The processes that runs run in: forked from one with everything imported, or fresh."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import IO, Any, cast

from dsvstats import files

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
            if not line.endswith(b"\n"):
                here.close()
                status = self.process.wait()
                if status < 0:
                    raise Ended(f"it was killed by {signal.Signals(-status).name} at its start")
                told = _tail(said) or f"exit status {status}"
                raise RuntimeError(f"the process to fork from did not start: {told}")
        self.control = here
        return json.loads(line)

    def start(self, task: dict[str, Any]) -> Channel:
        here, there = socket.socketpair()
        with there:
            try:
                socket.send_fds(self.control, [b"r"], [there.fileno()])
                here.sendall(json.dumps(task).encode() + b"\n")
            except OSError:
                here.close()
                raise Ended("it was ended before it could fork") from None
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
        self.line.settimeout(1.0)
        while True:
            try:
                found = self.line.recv(65536)
            except TimeoutError:
                found = None
            except ConnectionError:
                found = b""
            if found is None and self.server.alive():
                continue
            if not found:
                break
            said += found
            *lines, said = said.split(b"\n")
            for each in map(json.loads, lines):
                self.pid = each.get("pid", self.pid)
                yield each
        if self.pid and not self.server.alive():  # nobody is left to end what the run started
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)

    def stop(self) -> None:
        with suppress(OSError):
            self.line.sendall(b"stop\n")

    def kill(self) -> None:
        with suppress(OSError):
            self.line.shutdown(socket.SHUT_WR)

    @property
    def accepted(self) -> bool:
        return self.pid is not None

    def last_words(self) -> str:
        return ""

    def close(self) -> None:
        self.line.close()


class FreshProcess:
    """A run in a new Python, which starts an ordinary kernel."""

    accepted = True

    def __init__(self, task: dict[str, Any]) -> None:
        code = START + "from dsvstats.runner.job import main; main()"
        self._said, self._words = tempfile.TemporaryFile(), ""  # noqa: SIM115
        self._sockets = files.Temporary("kernel")
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, "0", json.dumps({"path": sys.path})],
            cwd=task["cwd"],
            env={**os.environ, **ONE_THREAD, "JUPYTER_RUNTIME_DIR": str(self._sockets.path)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            start_new_session=True,
        )
        self._input = cast("IO[bytes]", self.process.stdin)
        self._output = cast("IO[bytes]", self.process.stdout)
        with suppress(BrokenPipeError):
            self._input.write(json.dumps({**task, "parent": os.getpid()}).encode() + b"\n")
            self._input.flush()

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for line in self._output:
            yield json.loads(line)
        self._input.close()
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
        self._output.close()
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
