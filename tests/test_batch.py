"""Runs are planned, resumed, kept when they fail, stopped when they must, and never confused."""

from __future__ import annotations

import contextlib
import datetime
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from decimal import Decimal
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from runner_helpers import (
    STEADY,
    computed,
    fail,
    faulty,
    kill_and_resume,
    leave_a_file,
    notebook,
    page,
    processes_of,
    start_a_thread,
    start_batch,
    stray,
    tree,
    wait_for,
)

from dsvstats import files
from dsvstats.errors import InputError
from dsvstats.runner import batch, parameters, processes, records, values, warm, workers
from dsvstats.runner.progress import Progress

needs_proc = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
REAL_PACKAGE_CHECKSUM = records.package_checksum


@pytest.fixture(autouse=True)
def unchanged_package(monkeypatch):
    """The package's files may be edited while its tests run."""
    monkeypatch.setattr(records, "package_checksum", lambda: "unchanged")


@pytest.fixture(scope="module", autouse=True)
def one_server():
    """Leave the process to fork from to the next test that needs the like."""
    close, workers.close = workers.close, lambda: None
    yield
    workers.close = close
    workers.close()


@pytest.fixture
def go(tmp_path):
    """Run notebooks for areas into tmp_path/outputs, quietly."""

    def run(notebooks, areas=("Lambeth",), *, parameters=None, texts=None, **options):
        notebooks = notebooks if isinstance(notebooks, list) else [notebooks]
        planned = batch.plan(
            notebooks, areas, parameters=parameters, texts=texts, outputs=tmp_path / "outputs"
        )
        return batch.run(planned, **{"progress": False, **options})

    return run


def cells(path):
    return json.loads(Path(path).read_text(encoding="utf-8"))["cells"]


def outputs(path):
    """The text of every output, in order."""
    found = []
    for cell in cells(path):
        for output in cell.get("outputs", []):
            text = output.get("text") or output.get("data", {}).get("text/plain") or ""
            found.append("".join(text))
    return found


def statuses(results):
    return [each.status for each in results]


# --- names and places


def test_an_area_has_a_folder_name():
    assert batch.slug("Barking and Dagenham") == "barking-and-dagenham"
    assert batch.slug("Kensington & Chelsea") == "kensington-and-chelsea"
    assert batch.slug("St. Helens") == "st-helens"


@pytest.mark.parametrize(
    "name",
    [
        "../x",
        "a/b",
        "a\\b",
        "",
        " ",
        ".",
        "..",
        "<script>",
        "a\nb",
        "a\0b",
        "con",
        "x" * 101,
        "-",
        "~",
        None,
        3,
    ],
)
def test_what_is_no_area_name_is_refused(name):
    with pytest.raises(InputError, match="^area: "):
        batch.slug(name)


@given(st.text(max_size=120))
def test_a_folder_name_is_safe_or_refused(name):
    with contextlib.suppress(InputError):
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", batch.slug(name))


def test_a_plan_has_every_notebook_for_each_area(tmp_path):
    first, second = notebook(tmp_path / "01_a.ipynb"), notebook(tmp_path / "02_b.ipynb")
    runs = batch.plan([first, second], ["Lambeth", "Barking and Dagenham"], outputs="out")
    assert [str(each.output) for each in runs] == [
        "out/lambeth/01_a.ipynb",
        "out/lambeth/02_b.ipynb",
        "out/barking-and-dagenham/01_a.ipynb",
        "out/barking-and-dagenham/02_b.ipynb",
    ]
    assert runs[2].parameters == {"area": "Barking and Dagenham"}


def test_two_runs_never_write_one_file(tmp_path):
    path = notebook(tmp_path / "01_a.ipynb")
    with pytest.raises(InputError, match="one run for each output"):
        batch.plan([path], ["St Helens", "St. Helens"], outputs=tmp_path)
    with pytest.raises(InputError, match="another folder than the notebooks'"):
        batch.plan([notebook(tmp_path / "lambeth" / "01.ipynb")], ["Lambeth"], outputs=tmp_path)


# --- parameters


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (datetime.date(2008, 4, 1), "2008-04-01"),
        (datetime.datetime(2008, 4, 1, 9, 30), "2008-04-01T09:30:00"),
        (pd.Timestamp("2008-04-01"), "2008-04-01"),
        (np.datetime64("2008-04-01"), "2008-04-01"),
        (np.datetime64("2008-04-01T00:00:00", "ns"), "2008-04-01"),
        (pd.NaT, None), (pd.NA, None), (np.int64(3), 3), (np.bool_(True), True),
        (np.float32(0.5), 0.5), (np.str_("a"), "a"), (Decimal("0.95"), 0.95), (Decimal(3), 3),
        (Path("a/b"), "a/b"), ((1, "a"), [1, "a"]), ({"b", "a"}, ["a", "b"]),
        (frozenset([3, 1]), [1, 3]), (np.array([1, 2]), [1, 2]), (pd.Series(["x"]), ["x"]),
        (range(2), [0, 1]), ({"a": (np.int64(1),)}, {"a": [1]}),
    ],
)  # fmt: skip
def test_values_are_converted_to_what_a_cell_can_hold(value, expected):
    found = values.plain(value)
    assert found == expected and type(found) is type(expected)


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        float("inf"),
        b"x",
        object(),
        {1: 2},
        Decimal("NaN"),
        1j,
        Decimal("0.1234567890123456789012345"),
        pd.Timedelta("1D"),
    ],
)
def test_values_that_no_cell_can_hold_are_refused(value):
    with pytest.raises(InputError):
        values.plain(value)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.dates() | st.datetimes()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda each: st.lists(each) | st.tuples(each) | st.dictionaries(st.text(), each)
    | st.frozensets(st.integers() | st.text()),
    max_leaves=8,
)  # fmt: skip


@given(anything)
def test_converted_values_are_plain_and_stay_as_they_are(value):
    found = values.plain(value)
    assert json.loads(json.dumps(found)) == found
    assert values.plain(found) == found


def test_the_notebooks_own_parameters_are_read_where_papermill_loses_them(tmp_path):
    import papermill

    own = "area = 'a=b'  # an equals sign\nlevel: float = 0.9\ncomputed = 1 + len('x')"
    path = notebook(tmp_path / "a.ipynb", own=own)
    assert parameters.of(path) == {"area": "a=b", "level": 0.9, "computed": parameters.COMPUTED}
    assert "area" not in papermill.inspect_notebook(path)


@pytest.mark.parametrize(
    ("name", "value"),
    [("level", "high"), ("level", True), ("bands", "18-24"), ("bands", [1]), ("start", "May"),
     ("start", 2008), ("years", 1.5), ("years", "1"), ("strict", 1), ("level", None)],
)  # fmt: skip
def test_a_parameter_of_another_type_is_refused_with_the_list(tmp_path, name, value):
    path = notebook(tmp_path / "a.ipynb")
    with pytest.raises(InputError, match=f"parameter '{name}' of a.ipynb.*level = 0.95"):
        batch.plan([path], ["Lambeth"], parameters={name: value})


def test_an_unknown_parameter_is_refused_with_the_near_one_and_the_list(tmp_path):
    path = notebook(tmp_path / "a.ipynb")
    with pytest.raises(InputError, match="did you mean level\\?.*start = '2007-04-01'"):
        batch.plan([path], ["Lambeth"], parameters={"levle": 0.9})
    with pytest.raises(InputError, match="it has none"):
        batch.plan([notebook(tmp_path / "b.ipynb", own="")], ["Lambeth"])
    with pytest.raises(InputError, match="give it among the areas"):
        batch.plan([path], ["Lambeth"], texts={"area": "Merton"})


def test_typed_values_take_the_notebooks_own_types(tmp_path):
    path = notebook(tmp_path / "a.ipynb")
    texts = {
        "level": "0.9",
        "bands": "[a, '1']",
        "years": "2",
        "strict": "false",
        "start": "2008-04-01",
        "extract_path": "a b.csv",
        "area": "1066",
    }
    assert parameters.read_text(path, texts) == {
        "level": 0.9, "bands": ["a", "1"], "years": 2, "strict": False,
        "start": "2008-04-01", "extract_path": "a b.csv", "area": "1066",
    }  # fmt: skip


def test_parameters_come_from_a_file(tmp_path):
    file = tmp_path / "p.yml"
    file.write_text("level: 0.9\nstart: 2008-04-01\n")
    path = notebook(tmp_path / "a.ipynb")
    assert parameters.check(path, parameters.from_file(file)) == {
        "level": 0.9, "start": "2008-04-01"
    }  # fmt: skip
    for text in ("- a\n", "a: [", "1: 2\n", ""):
        file.write_text(text)
        with pytest.raises(InputError, match="p.yml"):
            parameters.from_file(file)
    with pytest.raises(InputError, match="can be read"):
        parameters.from_file(tmp_path / "none.yml")


def test_runs_come_from_a_table(tmp_path):
    first, second = notebook(tmp_path / "01_a.ipynb"), notebook(tmp_path / "02_b.ipynb")
    file = tmp_path / "runs.csv"
    file.write_text(
        "\ufeffnotebook,area,level,folder\n01_a,Lambeth,0.9,\n,Merton,,\n"
        "01_a,Merton,0.8,Merton at 80\n"
    )
    runs = batch.plan_table(file, notebooks=[first, second], outputs="out")
    assert [(str(each.output), dict(each.parameters)) for each in runs] == [
        ("out/lambeth/01_a.ipynb", {"area": "Lambeth", "level": 0.9}),
        ("out/merton/01_a.ipynb", {"area": "Merton"}),
        ("out/merton/02_b.ipynb", {"area": "Merton"}),
        ("out/merton-at-80/01_a.ipynb", {"area": "Merton", "level": 0.8}),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a,a\n",
        "area,\nx,y\n",
        "area\nLambeth,2\n",
        "level\n0.9\n",
        "area\n../x\n",
        "notebook,area\nnone,Lambeth\n",
        "area,nosuch\nLambeth,1\n",
        'area\n"x\n',
    ],
)
def test_a_faulty_table_is_refused(tmp_path, text):
    path, file = notebook(tmp_path / "01_a.ipynb"), tmp_path / "runs.csv"
    file.write_text(text)
    with pytest.raises(InputError):
        batch.plan_table(file, notebooks=[path])


@pytest.mark.parametrize("text", ["", "{}", '{"cells": [{}]}', "[]", "x", '{"cells": 3}'])
def test_what_is_no_notebook_is_refused_before_anything_runs(tmp_path, text):
    path = tmp_path / "a.ipynb"
    path.write_text(text)
    with pytest.raises(InputError, match="a Jupyter notebook"):
        batch.plan([path], ["Lambeth"])
    with pytest.raises(InputError, match="can be read"):
        batch.plan([tmp_path / "none.ipynb"], ["Lambeth"])


# --- done, skipped, done again


def test_a_run_is_done_once_until_something_it_depends_on_changes(tmp_path, go):
    path, figures = notebook(tmp_path / "{01}.ipynb", "print(area, level)"), tmp_path / "data"
    figures.mkdir()
    (figures / "a.csv").write_text("1")
    own = {"data": [figures], "parameters": {"extract_path": str(tmp_path / "e.csv")}}
    (tmp_path / "e.csv").write_text("x")
    [first] = go(path, **own)
    assert first.status == "done" and outputs(first.run.output)[-1] == "Lambeth 0.95\n"
    told = json.loads(first.run.output.read_text())["metadata"]["papermill"]
    assert told["output_path"] == str(first.run.output) and told["input_path"] == str(path)
    assert statuses(go(path, **own)) == ["skipped"]
    assert statuses(go(path, **own, force=True)) == ["done"]
    (figures / "a.csv").write_text("2")
    assert statuses(go(path, **own)) == ["done"]


def test_every_change_of_what_a_run_depends_on_is_seen(tmp_path):
    path, figures, extract = tmp_path / "a.ipynb", tmp_path / "data", tmp_path / "e.csv"
    figures.mkdir()
    for each in (path, figures / "a.csv", extract):
        each.write_text("1")

    def inputs(**changed):
        given = {"area": "Lambeth", "extract_path": "*.csv", **changed}
        data = files.folder_checksum([figures, tmp_path / "later.csv"])
        own = {"package": "p", "data": data, "after": None, "cwd": tmp_path}
        return records.fingerprint(path, given, **own)

    place = records.Place(tmp_path / "out" / "a.ipynb")
    place.start().write_text("the notebook")

    seen = [inputs()]
    place.publish("done", fingerprint=seen[0], written=[place.draft])
    assert place.is_done(inputs())
    for change in (
        lambda: (figures / "a.csv").write_text("2"),
        lambda: (figures / "b.csv").write_text(""),
        lambda: (figures / "b.csv").rename(figures / "c.csv"),
        lambda: (tmp_path / "later.csv").write_text("1"),
        lambda: extract.write_text("23"),
        lambda: (tmp_path / "another.csv").write_text("1"),
        lambda: path.write_text("2"),
    ):
        change()
        assert not place.is_done(inputs()) and inputs() not in seen
        seen.append(inputs())
    assert inputs(level=1) not in seen
    place.start().write_text("the notebook")
    place.publish("done", fingerprint=inputs(), written=[place.draft])
    assert place.is_done(inputs())
    for spoil in (
        lambda: place.output.write_text("another notebook"),
        place.output.unlink,
        lambda: place.record.write_text("[1]"),
        lambda: place.record.write_bytes(b"\xff"),
        place.record.unlink,
    ):
        written = place.output.read_text(), place.record.read_text()
        spoil()
        assert not place.is_done(inputs())
        place.output.write_text(written[0])
        place.record.write_text(written[1])
        assert place.is_done(inputs())


def test_only_a_done_record_counts(tmp_path):
    place = records.Place(tmp_path / "a.ipynb")
    for status in ("failed", "killed", "timed out"):
        place.start().write_text("x")
        place.publish(status, fingerprint={}, written=[place.draft])
        assert not place.is_done({})


def test_a_change_of_the_package_is_a_change(tmp_path, go, monkeypatch):
    path = notebook(tmp_path / "a.ipynb", "1")
    go(path)
    monkeypatch.setattr(records, "package_checksum", lambda: "another")
    assert statuses(go(path)) == ["done"]


def test_the_packages_checksum_is_of_its_files(tmp_path, monkeypatch):
    (tmp_path / "a.py").write_text("1")
    monkeypatch.setattr(records, "PACKAGE", tmp_path)
    before = REAL_PACKAGE_CHECKSUM()
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "a.pyc").write_text("1")
    assert REAL_PACKAGE_CHECKSUM() == before
    (tmp_path / "a.py").write_text("2")
    assert REAL_PACKAGE_CHECKSUM() != before


def test_nothing_is_left_beside_the_outputs(tmp_path, go):
    [result] = go(notebook(tmp_path / "a.ipynb", "1"))
    folder = result.run.output.parent
    assert sorted(str(each.relative_to(folder)) for each in folder.rglob("*")) == [
        ".runs", ".runs/a.json", ".runs/a.lock", "a.ipynb"
    ]  # fmt: skip


# --- failures


def test_a_failure_keeps_its_notebook_is_never_done_and_stops_nobody(tmp_path, go):
    path = notebook(tmp_path / "a.ipynb", "print('before')", "1 / len(area[7:])", "print('never')")
    results = go(path, ["Lambeth", "Wandsworth"])
    assert statuses(results) == ["failed", "done"]
    assert results[0].reason == "ZeroDivisionError: division by zero (cell In [4])"
    kept = cells(results[0].run.output)
    assert "An Exception was encountered" in "".join(kept[0]["source"])
    [error] = [each for cell in kept for each in cell.get("outputs", []) if "ename" in each]
    assert error["ename"] == "ZeroDivisionError" and error["traceback"]
    assert batch.exit_status(results) == 1 and batch.exit_status(results[1:]) == 0
    assert "failed: a Lambeth: ZeroDivisionError" in batch.summary(results)
    assert statuses(go(path, ["Lambeth", "Wandsworth"])) == ["failed", "skipped"]


def test_a_folder_that_cannot_be_written_is_that_runs_failure(tmp_path, go):
    path = notebook(tmp_path / "a.ipynb", "1")
    (tmp_path / "outputs").mkdir()
    (tmp_path / "outputs" / "merton").write_text("a file")
    results = go(path, ["Merton", "Lambeth"])
    assert statuses(results) == ["failed", "done"]
    assert "merton" in results[0].reason


@needs_proc
def test_no_room_for_a_notebook_is_told_with_its_mend_and_leaves_nothing(tmp_path, go):
    full = "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (2_000, -1))"
    path = notebook(tmp_path / "a.ipynb", full, *["print('many words ' * 50)"] * 5)
    [result] = go(path)
    assert result.status == "not written" and "make room, or name another folder" in result.reason
    assert batch.exit_status([result]) == 2
    assert "Error:" not in result.reason and not result.run.output.exists()
    assert not list(tmp_path.rglob("*.work"))


def test_a_run_that_leaves_without_a_word_is_not_done(tmp_path, go):
    [result] = go(notebook(tmp_path / "a.ipynb", "import os\nos._exit(0)"))
    assert result.status == "killed"
    assert result.reason == "its process ended by itself in cell 3 with exit status 0"


def test_a_failure_replaces_what_was_done_and_drops_its_page(tmp_path, go):
    path = notebook(tmp_path / "a.ipynb", "1")
    [done] = go(path, after=page)
    assert done.run.output.with_suffix(".html").exists()
    [failed] = go(notebook(path, "1 / 0"), after=page)
    assert failed.status == "failed"
    assert "ZeroDivisionError" in failed.run.output.read_text()
    assert not failed.run.output.with_suffix(".html").exists()


KILLED = "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"


def marked_cell(path):
    """The source of the cell in which a run was stopped, under papermill's banner."""
    kept = cells(path)
    assert "An Exception was encountered" in "".join(kept[0]["source"])
    [cell] = [cell for cell in kept for each in cell.get("outputs", []) if "ename" in each]
    assert cell["metadata"]["papermill"]["status"] == "failed"
    return "".join(cell["source"])


def test_a_killed_run_keeps_its_notebook_with_the_place(tmp_path, go):
    path = notebook(tmp_path / "a.ipynb", "print('before')", KILLED, "print('never')")
    [result] = go(path)
    assert result.status == "killed"
    assert result.reason == "its process was killed by SIGKILL in cell 4"
    assert marked_cell(result.run.output) == KILLED
    assert statuses(go(path)) == ["killed"]


def test_a_draft_that_was_being_written_is_kept_as_far_as_it_can_be(tmp_path, go):
    spoil = "open([p for p in os.listdir(work) if p.endswith('.ipynb')][0], 'w').write('{')"
    source = (
        "import glob, os, signal\n"
        f"[work] = glob.glob({str(tmp_path)!r} + '/outputs/*/.runs/*.work')\n"
        f"os.chdir(work)\n{spoil}\nos.kill(os.getpid(), signal.SIGKILL)"
    )
    [result] = go(notebook(tmp_path / "a.ipynb", source))
    assert result.status == "killed" and "in cell 3" in result.reason
    assert "RunStopped" in result.run.output.read_text()


def test_ordinary_kernels_are_killed_and_stopped_alike(tmp_path, go):
    slow = "import time\ntime.sleep(600)"
    paths = [notebook(tmp_path / "killed.ipynb", KILLED), notebook(tmp_path / "slow.ipynb", slow)]
    results = go(paths, engine="kernel", time_limit=5, jobs=2)
    assert statuses(results) == ["failed", "timed out"]
    assert "DeadKernelError" in results[0].reason and "TimeLimit" in results[1].reason
    assert [marked_cell(each.run.output) for each in results] == [KILLED, slow]


def test_a_time_limit_stops_a_run_where_it_stands(tmp_path, go, monkeypatch):
    monkeypatch.setattr(processes, "GRACE", 0.5)
    stubborn = (
        "while True:\n    try:\n        time.sleep(60)\n    except BaseException:\n        pass"
    )
    paths = [
        notebook(tmp_path / "slow.ipynb", "import time\nprint('began')", "time.sleep(60)"),
        notebook(tmp_path / "stubborn.ipynb", "import time\nprint('began')", stubborn),
        notebook(tmp_path / "quick.ipynb", "print('done')"),
    ]
    results = go(paths, time_limit=1, jobs=3)
    assert statuses(results) == ["timed out", "timed out", "done"]
    assert results[0].reason == "TimeLimit: the run took longer than its time limit (cell In [4])"
    assert results[1].reason == "still running in cell 4 at its time limit of 1 s"
    for result in results[:2]:
        assert "RunStopped" in (text := result.run.output.read_text()) or "time.sleep(60)" in text
        assert '"output_type": "error"' in text


@needs_proc
def test_what_a_run_started_ends_with_it(tmp_path, go):
    mark = f"mark-{os.getpid()}-{time.monotonic_ns()}"
    start = f"import subprocess\nsubprocess.Popen(['sleep', '300'], env={{'MARK': '{mark}'}})"
    killed = "import os\nos.kill(os.getpid(), 9)"
    results = go(
        [notebook(tmp_path / "a.ipynb", start), notebook(tmp_path / "b.ipynb", start, killed)]
    )
    assert statuses(results) == ["done", "killed"]
    wait_for(lambda: not processes_of(mark), 5)


# --- after, shared


def test_what_is_written_after_is_published_and_recorded(tmp_path, go):
    path = notebook(tmp_path / "a.ipynb", "print(1)")
    [result] = go(path, after=page)
    written = result.run.output.with_suffix(".html")
    assert written.read_text() == "<p>page</p>"
    assert statuses(go(path, after=page)) == ["skipped"]
    written.unlink()
    assert statuses(go(path, after=page)) == ["done"]
    assert statuses(go(path)) == ["done"] and not written.exists()


@pytest.mark.parametrize(
    ("after", "reason"), [(faulty, "no style"), (stray, "beside the notebook")]
)
def test_a_failure_after_the_notebook_is_the_runs(tmp_path, go, after, reason):
    [result] = go(notebook(tmp_path / "a.ipynb", "print(1)"), after=after)
    assert result.status == "failed" and reason in result.reason
    assert not result.run.output.with_suffix(".html").exists()
    assert outputs(result.run.output) == ["1\n"]


@pytest.mark.parametrize("after", [lambda path: [], "nosuch:f", "os", "os:", "x"])
def test_what_no_other_process_can_find_is_refused(tmp_path, go, after):
    with pytest.raises(InputError, match="^after: "):
        go(notebook(tmp_path / "a.ipynb"), after=after)


def test_shared_work_is_done_once_and_its_failure_is_told(tmp_path, go):
    path = notebook(tmp_path / "a.ipynb", "print(open('shared').read())")
    options = {"shared": [leave_a_file], "cwd": tmp_path}
    results = go(path, ["Lambeth", "Merton"], **options)
    assert [outputs(each.run.output)[-1] for each in results] == ["once \n", "once \n"]
    go(path, ["Lambeth", "Merton"], **options)
    assert (tmp_path / "shared").read_text() == "once "
    results = go(path, ["Lambeth", "Merton"], shared=[fail], force=True)
    assert [each.reason.endswith("OSError: no room") for each in results] == [True, True]


def test_what_is_prepared_is_found_by_every_run(tmp_path, go):
    source = "import os, runner_helpers\nprint(runner_helpers.computed(), os.getppid())"
    path = notebook(tmp_path / "a.ipynb", source)
    results = go(path, ["Lambeth", "Merton"], prepare=[computed, start_a_thread, fail])
    assert statuses(results) == ["done", "done"]
    found = {outputs(each.run.output)[-1] for each in results}
    assert len(found) == 1 and len(set(found.pop().split())) == 1


def test_what_one_run_works_out_the_next_ones_know(tmp_path, go):
    source = "import runner_helpers\nfound = runner_helpers.worked_out(len(area))\nfound"
    path = notebook(tmp_path / "a.ipynb", source, "found.clear()")
    for areas, worked in (["Lambeth", "Merton", "Enfield"], "7 6 "), (["Lambeth"], "7 6 7 "):
        results = go(path, areas, jobs=1, cwd=tmp_path, force=True)
        twice = [f"{{'twice': {2 * len(area)}}}" for area in areas]
        assert [outputs(each.run.output)[-1] for each in results] == twice
        assert (tmp_path / "worked").read_text() == worked, "once in a batch, and anew in the next"


# --- side by side, elsewhere


def test_two_batches_into_one_folder_do_each_run_once(tmp_path, go):
    count = f"open({str(tmp_path / 'count')!r}, 'a').write(area + '\\n')"
    path = notebook(tmp_path / "a.ipynb", f"import time\ntime.sleep(0.2)\n{count}")
    areas = ["Lambeth", "Merton", "Enfield"]
    with ThreadPoolExecutor(2) as pool:
        batches = [each.result() for each in [pool.submit(go, path, areas) for _ in range(2)]]
    assert sorted((tmp_path / "count").read_text().split()) == sorted(areas)
    for pair in zip(*batches, strict=True):
        assert sorted(statuses(pair)) == ["done", "skipped"]


@pytest.mark.parametrize(
    "executor",
    [lambda: ThreadPoolExecutor(2), lambda: ProcessPoolExecutor(2, get_context("spawn"))],
)
def test_any_executor_carries_the_batch(tmp_path, go, executor):
    path = notebook(tmp_path / "a.ipynb", "print(area)", "1 / len(area[6:])")
    with executor() as pool:
        results = go(path, ["Lambeth", "Merton"], executor=pool)
    assert statuses(results) == ["done", "failed"]
    assert outputs(results[0].run.output)[0] == "Lambeth\n"


def test_a_dask_cluster_gives_the_same(tmp_path, go):
    distributed = pytest.importorskip("distributed", reason="make cluster installs it")
    path = notebook(tmp_path / "a.ipynb", "print(area)", "1 / len(area[6:])")
    areas = ["Lambeth", "Merton", "Enfield"]
    here = go(path, areas)
    seen = tree(tmp_path / "outputs")
    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None}
    with distributed.LocalCluster(**options, local_directory=tmp_path, silence_logs=50) as cluster:
        there = go(path, areas, dask=cluster.scheduler_address, force=True)
    assert statuses(there) == statuses(here) == ["done", "failed", "done"]
    assert tree(tmp_path / "outputs") == seen


def test_a_module_that_starts_threads_is_left_to_the_runs(tmp_path, go, monkeypatch):
    (tmp_path / "threaded_module.py").write_text(
        "import threading, time\n"
        "threading.Thread(target=time.sleep, args=(60,), daemon=True).start()"
    )
    monkeypatch.syspath_prepend(tmp_path)
    path = notebook(tmp_path / "a.ipynb", "import threaded_module\nimport threading",
                    "print(threading.active_count())")  # fmt: skip
    [result] = go(path)
    assert result.status == "done" and outputs(result.run.output) == ["2\n"]


def test_where_no_process_has_one_thread_the_reason_is_told(tmp_path, go, monkeypatch):
    (tmp_path / "papermill.py").write_text("import os\nos._exit(3)")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    [result] = go(notebook(tmp_path / "a.ipynb", "1"))
    assert result.status == "failed" and "did not start" in result.reason


def test_imports_are_found_where_they_are():
    source = "import a.b, c as d\nfrom e import f\nfrom . import g\ndef h():\n    import i"
    assert list(warm.imports(source)) == ["a.b", "c", "e", "e.f"]
    assert list(warm.imports("not python")) == []
    assert list(warm.imports(f"%matplotlib inline\n!ls\n{source}", within=True))[-1] == "i"
    assert {"runner_helpers", "subprocess"} <= warm.imports_with("runner_helpers:page")
    assert warm.imports_with("nosuch.module:f") == {"nosuch.module"}


@needs_proc
def test_a_server_that_has_gone_is_started_anew(tmp_path, go):
    path = notebook(tmp_path / "a.ipynb", "1")
    assert statuses(go(path)) == ["done"]
    for server in workers._servers.values():
        os.kill(server.process.pid, signal.SIGKILL)
    assert statuses(go(path, force=True)) == ["done"]


@needs_proc
def test_a_server_that_is_killed_at_its_start_is_started_again(tmp_path, go, monkeypatch):
    started = []

    class Killed(subprocess.Popen):
        def __init__(self, *given, **named):
            super().__init__(*given, **named)
            started.append(self)
            if len(started) < workers.TRIES:
                self.send_signal(signal.SIGKILL)

    monkeypatch.setattr(workers, "_servers", {})
    monkeypatch.setattr(processes.subprocess, "Popen", Killed)
    assert statuses(go(notebook(tmp_path / "a.ipynb", "1"))) == ["done"]
    assert len(started) == workers.TRIES
    for server in workers._servers.values():
        server.close()


def test_nothing_to_do_is_nothing_done(go):
    assert go([]) == [] and batch.summary([]) == "0 runs: nothing to do"
    assert batch.exit_status([]) == 0


@pytest.mark.parametrize(
    "options",
    [
        {"jobs": 0},
        {"engine": "froth"},
        {"time_limit": 0},
        {"time_limit": float("nan")},
        {"time_limit": float("inf")},
        {"time_limit": 1e300},
    ],
)
def test_options_that_make_no_sense_are_refused(go, options):
    with pytest.raises(InputError):
        go([], **options)


# --- progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_progress_is_a_bar_on_a_terminal_and_lines_elsewhere():
    run = batch.Run(Path("01_x.ipynb"), "Lambeth")
    failed = batch.Result(run, "failed", 1.0, "KeyError: 'x'")
    for stream in (Terminal(), io.StringIO()):
        with Progress(3, shown=True, before=1, stream=stream) as progress:
            progress.started("01_x Lambeth")
            progress.stopped("01_x Lambeth")
            progress.ended(failed)
        assert "failed: 01_x Lambeth (1.0 s): KeyError: 'x'" in stream.getvalue()
        if stream.isatty():
            assert "1/3" in stream.getvalue() and "01_x Lambeth" in stream.getvalue()
        else:
            assert stream.getvalue().splitlines()[0] == "1 of 3 runs done before"
    with Progress(3, shown=False, stream=(stream := Terminal())) as progress:
        progress.ended(failed)
    assert stream.getvalue() == ""


# --- killed and interrupted


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("undisturbed")
    path = notebook(folder / "a.ipynb", *STEADY)
    assert start_batch(path, folder / "out").wait(120) == 0
    return tree(folder / "out")


@needs_proc
@pytest.mark.parametrize(("victim", "delay"), [("batch", 0.2), ("server", 0.1), ("run", 0.1)])
def test_killed_at_any_moment_and_run_again_it_is_as_undisturbed(
    tmp_path, undisturbed, victim, delay
):
    assert kill_and_resume(tmp_path, victim=victim, delay=delay) == undisturbed


@needs_proc
def test_an_interrupt_stops_everything_and_loses_nothing(tmp_path):
    mark = f"mark-{os.getpid()}-{time.monotonic_ns()}"
    path = notebook(tmp_path / "a.ipynb", "import time\ntime.sleep(0 if area == 'Lambeth' else 60)")
    process, out = start_batch(path, tmp_path / "out", mark), tmp_path / "out"
    wait_for((out / "lambeth" / "a.ipynb").exists)
    wait_for((out / "enfield" / ".runs" / "a.work").exists)
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 130
    assert not processes_of(mark)
    left = [each.name for each in out.rglob("*") if each.is_file()]
    assert sorted(left) == ["a.html", "a.ipynb", "a.json", "a.lock", "a.lock", "a.lock"]
