"""What the tests of the runner share: light, since the runs themselves import it."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from dsvstats.cache import remembered

ROOT = Path(__file__).parent.parent
OWN = """\
area = 'Wandsworth'
level = 0.95
bands = ['18-24', '25-34']
start = '2007-04-01'
years = 1
strict = True
extract_path = None"""
STEADY = ("import time\nprint(area)", "time.sleep(0.15)\nprint('slept')", "print('x' * 100000)")
PROGRAM = """
import sys
from dsvstats.runner import batch
if __name__ == "__main__":
    runs = batch.plan([sys.argv[1]], ["Lambeth", "Merton", "Enfield"], outputs=sys.argv[2])
    try:
        results = batch.run(runs, jobs=2, progress=False, after="runner_helpers:long_page")
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(batch.exit_status(results))
"""


def notebook(path, *sources, own=OWN):
    """A notebook with a parameters cell and these cells."""
    cells = [
        {
            "cell_type": "code",
            "execution_count": None,
            "id": f"cell-{number}",
            "metadata": {"tags": ["parameters"]} if not number else {},
            "outputs": [],
            "source": source,
        }
        for number, source in enumerate([own, *sources])
    ]
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    metadata = {"kernelspec": spec, "language_info": {"name": "python"}}
    path.parent.mkdir(parents=True, exist_ok=True)
    found = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(found), encoding="utf-8")
    return path


def page(path):
    """Write a page beside the notebook."""
    assert "Lambeth" in path.read_text()
    written = path.with_suffix(".html")
    written.write_text("<p>page</p>")
    return [written]


def long_page(path):
    written = path.with_suffix(".html")
    written.write_text("<p>page</p>" * 1000)
    return [written]


def faulty(path):
    page(path)
    raise KeyError("no style")


def stray(path):
    written = path.parent.parent / "stray.html"
    written.write_text("")
    return [written]


def leave_a_file():
    with open("shared", "a") as file:
        file.write("once ")


@functools.cache
def computed():
    """Something that every run would compute, and where it was computed."""
    return os.getpid()


@remembered
def worked_out(number):
    """What depends on nothing but its argument, and a note that it was worked out."""
    with open("worked", "a") as file:
        file.write(f"{number} ")
    return {"twice": 2 * number}


def start_a_thread():
    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()


def fail():
    raise OSError("no room")


def tree(folder):
    """What a reader sees under a folder, without what differs from run to run."""
    varying = r'"(start_time|end_time|duration|id|(iopub|shell)[^"]*|(in|out)put_path)": [^\n]*'
    return {
        str(path.relative_to(folder)): re.sub(varying, "", path.read_text(encoding="utf-8"))
        for path in sorted(Path(folder).rglob("*"))
        if path.is_file() and ".runs" not in path.parts
    }


def processes():
    """Each living process: number, parent's number, what its command and environment hold."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
                held = (entry / "environ").read_bytes() + (entry / "cmdline").read_bytes()
                if state != "Z":
                    yield int(entry.name), int(parent), held


def processes_of(mark):
    return [pid for pid, _, held in processes() if mark.encode() in held and pid != os.getpid()]


def below(pid):
    """The processes that this one started, and those that they did."""
    parents = [(child, parent) for child, parent, _ in processes()]
    found, wave = [], [pid]
    while wave:
        wave = [child for child, parent in parents if parent in wave]
        found += wave
    return found


def wait_for(condition, seconds=60.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


def _heed_interrupts() -> None:
    """A shell's background jobs, and so what they start, are born deaf to Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def start_batch(path, folder, mark=""):
    """A batch of one notebook for three areas, in a process of its own."""
    paths = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    command = [sys.executable, "-c", PROGRAM, str(path), str(folder)]
    environment = {**os.environ, "PYTHONPATH": paths, "BATCH_MARK": mark}
    heed = {"preexec_fn": _heed_interrupts}  # there is no thread here yet
    return subprocess.Popen(command, env=environment, cwd=ROOT, **heed)


def kill_and_resume(folder, *, victim, delay):
    """Kill the batch, its server or a run at some moment, run again: what there is then."""
    mark = f"mark-{os.getpid()}-{time.monotonic_ns()}"
    path, outputs = notebook(folder / "a.ipynb", *STEADY), folder / mark
    process = start_batch(path, outputs, mark)
    enough = {"batch": 0, "server": 0, "run": 1}[victim]
    wait_for(lambda: process.poll() is not None or len(below(process.pid)) > enough)
    time.sleep(delay)
    found = below(process.pid)
    chosen = {"batch": [process.pid], "server": found[:1], "run": found[1:2]}[victim]
    for pid in chosen:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait(120)
    wait_for(lambda: not processes_of(mark))
    again = start_batch(path, outputs)
    assert again.wait(120) == 0, "the second batch failed"
    assert not list(outputs.rglob("*.work")), "work in progress was left"
    return tree(outputs)
