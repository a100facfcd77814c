"""Carries out one task: starts its process, listens to it, stops it, closes its books.

What an executor carries is `carry_out(task)`, and a task is plain JSON, so that the same
call works in a thread here, in a pool's process and on a cluster's worker.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from dsvstats.runner import job
from dsvstats.runner.processes import Channel, Ended, ForkServer, FreshProcess, TimeLimit, can_fork
from dsvstats.runner.records import Place

TRIES = 3
_servers: dict[str, ForkServer] = {}
_open: set[Channel | FreshProcess] = set()
_lock = threading.RLock()
_closing = threading.Event()


def _forget() -> None:
    """A forked copy of this process has no servers of its own yet."""
    global _lock  # noqa: PLW0603, since the copy is a process of its own
    _lock = threading.RLock()
    for server in _servers.values():
        server.control.close()
    _servers.clear()
    _open.clear()


if can_fork:
    os.register_at_fork(after_in_child=_forget)


def _started(task: dict[str, Any]) -> Channel | FreshProcess:
    """A process for this task, forked from this process's own server where it can be."""
    if task["engine"] != "fork":
        return FreshProcess(task)
    key = json.dumps([sys.path, *(task[name] for name in ("modules", "code", "cwd"))])
    busy = {each.server for each in _open if isinstance(each, Channel)}
    for other in [each for each in _servers if each != key and _servers[each] not in busy]:
        _servers.pop(other).close()
    why = ""
    for _ in range(TRIES):
        try:
            if key not in _servers:
                _servers[key] = ForkServer(task)
            return _servers[key].start(task)
        except Ended as ended:
            why = str(ended)
            if key in _servers:
                _servers.pop(key).close()
    raise RuntimeError(f"the process to fork from ended {TRIES} times: {why}")


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


def carry_out(task: dict[str, Any], *, again: bool = True) -> dict[str, Any]:
    """One run in a process of its own, from its start to its end; how it ended.

    What a killed process could not do for itself is done here: its notebook is kept with
    the place and the reason in it, and its record says that it was killed.
    """
    if _closing.is_set():
        return {"status": "stopped", "reason": "the batch was stopped", "seconds": 0.0}
    with _lock:
        channel = _started(task)
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
    finally:
        limit.cancel()
        with _lock:
            _open.discard(channel)
        channel.close()
    if again and not channel.accepted and not _closing.is_set():  # its server ended just then
        return carry_out(task, again=False)
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
            try:
                job.mark_stopped(place.draft, outcome["reason"], cell=cell)
            except ValueError:  # it was ended while it wrote its last draft
                shutil.copy(task["notebook"], place.draft)
                job.mark_stopped(place.draft, outcome["reason"])
            job.set_paths(place.draft, task)
            told = {name: outcome[name] for name in ("reason", "seconds")}
            prints = task["fingerprint"]
            place.publish(outcome["status"], fingerprint=prints, written=[place.draft], **told)
    return outcome
