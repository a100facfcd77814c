"""How much of the time is the notebooks' own? The runner beside what else runs notebooks.

    python -m benchmarks.runner [--notebooks FOLDER] [--areas 8] [--repeat 3] [--loop 0]
        [--ploomber FOLDER] [--whole]

Measured in one go, medians over the repeats, wall-clock and CPU seconds:

- this runner, from the start of its process to its end, start-up, imports and what is
  prepared for all runs included;
- a shell loop of the papermill command, one run after the other (`--loop N` runs only N of
  them, spread over the notebooks, and scales up);
- ploomber-engine in one warm process, one run after the other, where it is installed, here or
  in the FOLDER of a `pip install --target`;
- the floor: the same cells run bare, figures rendered and tables written out, in a warm process
  (forked for each run, so that nothing is left over from the run before), their times added up
  and divided by the cores;
- the floor again where runs share what is the same for all of them, as those of the runner do.

`--whole` measures instead what a researcher waits for: all notebooks for London and its 32
boroughs, pages and index included, as `dsvstats run --all --force`.

Wall-clock times are only as good as the machine is idle: its load is printed with them.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from dsvstats.runner import batch, warm
from dsvstats.runner.processes import ONE_THREAD

AREAS = [
    "Wandsworth", "Lambeth", "Haringey", "Enfield", "Merton", "Barking and Dagenham", "Croydon",
    "Camden", "Barnet", "Bexley", "Brent", "Bromley", "Ealing", "Greenwich", "Hackney",
    "Hammersmith and Fulham", "Harrow", "Havering", "Hillingdon", "Hounslow", "Islington",
    "Kensington and Chelsea", "Kingston upon Thames", "Lewisham", "Newham", "Redbridge",
    "Richmond upon Thames", "Southwark", "Sutton", "Tower Hamlets", "Waltham Forest",
    "Westminster",
]  # fmt: skip

FLOORS = "floor", "floor, shared"

RUNNER = """
import json, sys
from dsvstats.runner import batch
notebooks, areas, outputs, jobs = json.loads(sys.argv[1])
runs = batch.plan(notebooks, areas, outputs=outputs)
results = batch.run(runs, jobs=jobs, progress=False,
                    prepare=["dsvstats.page:prepare"])
if batch.exit_status(results):
    sys.exit(batch.summary(results))
"""

PLOOMBER = """
import json, sys
from pathlib import Path
from ploomber_engine import execute_notebook
notebooks, areas, outputs, jobs = json.loads(sys.argv[1])
for area in areas:
    for notebook in notebooks:
        output = Path(outputs, area, Path(notebook).name)
        output.parent.mkdir(parents=True, exist_ok=True)
        execute_notebook(notebook, output, parameters={"area": area}, log_output=False,
                         progress_bar=False)
"""

FLOOR = """
import gc, json, os, sys, time
from dsvstats import cache
from dsvstats.runner import engine, job, warm
notebooks, areas, outputs, jobs, shared = json.loads(sys.argv[1])
job.import_papermill()
shell = engine.prepare()
with shell.builtin_trap:
    modules = sorted(set().union(*map(warm.imports_of, notebooks)))
    warm._import_all([*modules, "dsvstats.page:prepare"], [])
    if "matplotlib" in sys.modules:
        warm._draw_once()
gc.collect()
gc.freeze()
sys.stdout.flush()
sys.stdout = open(os.devnull, "w")
kept = cache.folder()
if shared:
    os.environ[cache.FOLDER] = kept.__enter__()
for area in areas:
    for notebook in notebooks:
        cells = json.load(open(notebook, encoding="utf-8"))["cells"]
        if os.fork():
            os.wait()
            continue
        began, cpu = time.perf_counter(), time.process_time()
        for cell in cells:
            if cell["cell_type"] == "code":
                shell.run_cell("".join(cell["source"]))
                if "parameters" in cell["metadata"].get("tags", []):
                    shell.run_cell(f"area = {area!r}")
        wall, cpu = time.perf_counter() - began, time.process_time() - cpu
        print(json.dumps([wall, cpu]), file=sys.stderr, flush=True)
        os._exit(0)
if shared:
    kept.__exit__(None, None, None)
"""


def measured(work: Callable[[], None]) -> tuple[float, float]:
    """Wall-clock and CPU seconds of a piece of work in other processes."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    work()
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def program(source: str, arguments: list, *, also: str = "") -> subprocess.CompletedProcess:
    command = [sys.executable, "-c", source, json.dumps(arguments)]
    paths = os.pathsep.join(filter(None, [os.environ.get("PYTHONPATH", ""), also]))
    environment = {**os.environ, **ONE_THREAD, "PYTHONPATH": paths}
    return subprocess.run(command, env=environment, check=True, stderr=subprocess.PIPE, text=True)


def bare(arguments: list, *, shared: bool) -> tuple[float, float]:
    """Wall-clock seconds, divided by the cores, and CPU seconds of the cells alone."""
    said = program(FLOOR, [*arguments, shared]).stderr.splitlines()
    times = [json.loads(each) for each in said if each.startswith("[")]
    notebooks, areas, _, jobs = arguments
    assert len(times) == len(notebooks) * len(areas), "a bare run failed"
    wall, cpu = (sum(each) for each in zip(*times, strict=True))
    return wall / jobs, cpu


def whole(jobs: int) -> None:
    """All notebooks for all areas, as the command does it, once, with its pages and its index."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "dsvstats.cli", "run", "--all", "--force"]
        command += ["--outputs", folder, "--jobs", str(jobs)]
        wall, cpu = measured(lambda: subprocess.run(command, check=True, capture_output=True))
        pages = len(list(Path(folder).glob("*/*.html")))
    print(
        f"all notebooks for all areas: {pages} pages in {wall:.1f} s, {cpu:.1f} CPU s, "
        f"{jobs} jobs, load {os.getloadavg()[0]:.1f}"
    )


def loop(pairs: list[tuple[str, str]], outputs: Path) -> None:
    """What a shell loop does: one papermill command after the other."""
    for notebook, area in pairs:
        output = outputs / batch.slug(area) / Path(notebook).name
        output.parent.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "papermill", notebook, str(output), "-p", "area", area]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def medians(times: list[tuple[float, float]]) -> tuple[float, float]:
    walls, cpus = zip(*times, strict=True)
    return statistics.median(walls), statistics.median(cpus)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    options.add_argument("--notebooks", type=Path, default=Path("notebooks"))
    options.add_argument("--areas", type=int, default=8)
    options.add_argument("--repeat", type=int, default=3)
    options.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    options.add_argument("--loop", type=int, default=0, help="papermill commands to time (0: all)")
    options.add_argument("--ploomber", default="", help="a folder that holds ploomber-engine")
    options.add_argument("--whole", action="store_true", help="only all areas, with their pages")
    chosen = options.parse_args()
    if chosen.whole:
        whole(chosen.jobs)
        return
    notebooks = [str(each) for each in sorted(chosen.notebooks.glob("[0-9]*.ipynb"))]
    areas = AREAS[: chosen.areas]
    pairs = [(notebook, area) for area in areas for notebook in notebooks]
    looped = pairs if not chosen.loop else pairs[:: max(1, len(pairs) // chosen.loop)]
    scale = len(pairs) / len(looped)
    ploomber = bool(chosen.ploomber) or importlib.util.find_spec("ploomber_engine") is not None
    found: dict[str, list[tuple[float, float]]] = {}

    def note(name: str, wall: float, cpu: float) -> None:
        found.setdefault(name, []).append((wall, cpu))

    for _ in range(chosen.repeat):
        with tempfile.TemporaryDirectory() as folder:
            arguments = [notebooks, areas, folder, chosen.jobs]
            note("this runner", *measured(lambda a=arguments: program(RUNNER, a)))
            note(FLOORS[0], *bare(arguments, shared=False))
            note(FLOORS[1], *bare(arguments, shared=True))
            if ploomber:
                shutil.rmtree(folder, ignore_errors=True)
                there = {"also": chosen.ploomber}
                times = measured(lambda a=arguments, t=there: program(PLOOMBER, a, **t))
                note("ploomber-engine", *times)
            times = measured(lambda f=folder: loop(looped, Path(f)))
            note("papermill loop", *(scale * each for each in times))

    print(
        f"{len(notebooks)} notebooks, {len(areas)} areas, {chosen.jobs} jobs, "
        f"median of {chosen.repeat}; {len(warm.imports_of(notebooks[0]))} names imported by the "
        f"first; load {os.getloadavg()[0]:.1f}"
    )
    wall_here, cpu_here = medians(found["this runner"])
    print(f"{'':18}{'wall s':>10}{'CPU s':>10}{'wall / ours':>14}{'CPU / ours':>14}")
    for name, times in found.items():
        wall, cpu = medians(times)
        print(f"{name:18}{wall:10.1f}{cpu:10.1f}{wall / wall_here:14.2f}{cpu / cpu_here:14.2f}")
    for name in FLOORS:
        wall, cpu = medians(found[name])
        print(
            f"share of the {name}: {wall / wall_here:.0%} by the clock, {cpu / cpu_here:.0%} in CPU"
        )
    print(
        "times as fast as the papermill loop: "
        f"{medians(found['papermill loop'])[0] / wall_here:.1f} (wanted: 10; of the floor: 80%)"
    )
    if not ploomber:
        print("ploomber-engine is not installed (pip install ploomber-engine): not compared")
    if scale > 1:
        print(f"the papermill loop was timed on {len(looped)} of {len(pairs)} runs and scaled up")


if __name__ == "__main__":
    main()
