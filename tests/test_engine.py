"""A notebook run by our engine comes out as papermill writes it with an ordinary kernel."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from dsvstats.runner import batch

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
TIMES = ("start_time", "end_time", "duration")


def code(source, *tags):
    return new_code_cell(source, metadata={"tags": list(tags)})


def expecting_error(source):
    return code(source, "raises-exception")


def write(path, *cells):
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    metadata = {"kernelspec": spec, "language_info": {"name": "python"}}
    cells = [code("area = 'Wandsworth'", "parameters"), *cells]
    nbformat.write(new_notebook(cells=cells, metadata=metadata), path)
    return path


def comparable(value):
    """Without times, process numbers, memory addresses and the random id of a new cell."""
    if isinstance(value, dict):
        kept = {name: each for name, each in value.items() if name not in (*TIMES, "id")}
        return {
            name: "" if name.startswith(("iopub.", "shell.")) else comparable(each)
            for name, each in kept.items()
        }
    if isinstance(value, list):
        return [comparable(each) for each in value]
    if isinstance(value, str):
        value = re.sub(r"ipykernel_\d+", "ipykernel_N", value)
        value = re.sub(r"<dc:date>[^<]*", "<dc:date>", value)
        return re.sub(r"0x[0-9a-f]{6,}", "0x", value)
    return value


def merged(outputs):
    """A kernel sends one stream in pieces, as time goes by: each may end within a line."""
    found = []
    for output in outputs:
        last = found[-1] if found else {}
        if output["output_type"] == "stream" and last.get("name") == output["name"]:
            text = "".join([*last["text"], *output["text"]])
            last["text"] = text.splitlines(keepends=True)
        else:
            found.append(output)
    return found


def loaded(path):
    notebook = json.loads(Path(path).read_text(encoding="utf-8"))
    notebook["metadata"]["papermill"].pop("output_path")
    for cell in notebook["cells"]:
        if "outputs" in cell:
            cell["outputs"] = merged(cell["outputs"])
    return comparable(notebook)


def both(folder, notebooks, parameters=None, *, area="Lambeth"):
    """Each notebook as our engine and as an ordinary kernel leave it."""
    runs = {}
    for engine in ("kernel", "fork"):
        planned = batch.plan(notebooks, [area], parameters=parameters, outputs=folder / engine)
        runs[engine] = batch.run(planned, engine=engine, jobs=2, progress=False, cwd=ROOT)
    return [
        (loaded(ours.run.output), loaded(theirs.run.output), ours, theirs)
        for ours, theirs in zip(runs["fork"], runs["kernel"], strict=True)
    ]


GOOD = [
    new_markdown_cell("# Some words\n\n- and a list"),
    code(
        "import asyncio, logging, os, sys, time, warnings\n"
        "import matplotlib.pyplot as plt\nimport numpy as np\nimport pandas as pd\n"
        "from IPython.display import HTML, Markdown, clear_output, display, update_display"
    ),
    code(
        "frame = pd.DataFrame({'n': range(90), 'rate': np.arange(90) / 7})\n"
        "wide = pd.DataFrame({f'column {i}': ['x' * 20] for i in range(25)})\nframe"
    ),
    code("wide"),
    code("print(wide)\nprint('out')\nprint('err', file=sys.stderr)\nprint('out again')"),
    code("pd.reset_option('display.max_columns')\nwide.info()\nwide"),
    code("frame.head(2).style.set_uuid('t').format(precision=1)"),
    code("fig, ax = plt.subplots()\nax.plot(frame.n, frame.rate, label=area)\nax.legend();"),
    code("plt.hist([1, 2, 2]);\nplt.show()\nprint('after the figure')\nfig"),
    code(
        "%config InlineBackend.figure_formats = ['svg']\nplt.rcParams['svg.hashsalt'] = 'x'\n"
        "plt.bar([1, 2], [3, 4]);"
    ),
    code("warnings.warn('be careful')\nlogging.warning('logged')\nprint('printed')"),
    code("display(HTML('<b>first</b>'), display_id='one')\nprint('between')\ndisplay(1, 'two')"),
    code("update_display(HTML('<b>second</b>'), display_id='one')"),
    code("for i in range(3):\n    clear_output(wait=True)\n    print(i)\n    display(i)"),
    code("print('gone')\nclear_output()\nprint('kept')"),
    code("!echo from a shell\nfound = !echo taken\nfound"),
    code("%%capture taken\nprint('hidden')"),
    code("taken.stdout"),
    code("await asyncio.sleep(0)\nprint('awaited')"),
    code(
        "try:\n    asyncio.run(asyncio.sleep(0))\nexcept RuntimeError as error:\n    print(error)"
    ),
    code("1;"),
    code("'a' * 3"),
    code("_, Out and sorted(Out), len(In)"),
    code(
        "class Rich:\n    def _repr_mimebundle_(self, **kw):\n"
        "        return {'text/plain': 'r', 'application/json': {'a': (1, 2.5, None)}}\nRich()"
    ),
    code("Markdown('*words*')"),
    code("__name__, type(get_ipython()).__name__, sys.stdout.isatty(), sys.stdin.isatty()"),
    code("import multiprocessing\nmultiprocessing.current_process().name, sys.flags.interactive"),
    code("skipped = 1", "skip-execution"),
    code(""),
    code("# nothing but a comment"),
]

BAD = [
    code("print('before')\ndef deep(n):\n    return deep(n - 1) if n else 1 / 0"),
    expecting_error("deep(3)"),
    expecting_error("x = ("),
    expecting_error("import pandas as pd\npd.DataFrame({'a': [1]})['b']"),
    expecting_error("input('your name?')"),
    expecting_error("import getpass\ngetpass.getpass()"),
    expecting_error("%nosuchmagic"),
    expecting_error("class Odd:\n    def __repr__(self): raise KeyError('odd')\nOdd()"),
    expecting_error(
        "from IPython.display import display\n"
        "class Odd:\n    def _repr_html_(self): raise KeyError('odd')\ndisplay(Odd())"
    ),
    expecting_error("raise ExceptionGroup('both', [ValueError('a'), KeyError('b')])"),
    expecting_error("print('printed first')\nraise KeyboardInterrupt"),
    code("import sys\nsys.exit(3)"),
    code("print('never')"),
]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("engines")
    notebooks = [write(folder / "good.ipynb", *GOOD), write(folder / "bad.ipynb", *BAD)]
    return both(folder, notebooks)


def assert_equal(ours, theirs):
    for index, (mine, other) in enumerate(zip(ours["cells"], theirs["cells"], strict=True)):
        assert mine == other, f"cell {index}"
    assert ours == theirs


def test_every_kind_of_output_is_the_kernels(made):
    ours, theirs, result, _ = made[0]
    assert result.status == "done", result.reason
    assert_equal(ours, theirs)


def test_the_comparison_is_of_something(made):
    ours = made[0][0]
    kinds = [
        name
        for cell in ours["cells"]
        for output in cell.get("outputs", [])
        for name in output.get("data", {})
    ]
    assert kinds.count("image/png") == 3
    assert {"image/svg+xml", "text/html", "text/markdown", "application/json"} <= set(kinds)
    assert ours["metadata"]["language_info"]["version"] == sys.version.split()[0]


def test_every_kind_of_error_is_the_kernels(made):
    ours, theirs, result, _ = made[1]
    assert result.status == "failed"
    assert_equal(ours, theirs)
    names = [
        output["ename"]
        for cell in ours["cells"]
        for output in cell.get("outputs", [])
        if output["output_type"] == "error"
    ]
    unfinished = "SyntaxError" if sys.version_info < (3, 13) else "_IncompleteInputError"
    assert names == [
        "ZeroDivisionError",
        unfinished,
        "KeyError",
        "StdinNotImplementedError",
        "StdinNotImplementedError",
        "KeyError",
        "KeyError",
        "KeyboardInterrupt",
        "SystemExit",
    ]


def test_cells_after_the_failure_are_not_called_completed(made):
    last = made[1][0]["cells"][-1]
    assert last["metadata"]["papermill"]["status"] == "pending"
    assert last["execution_count"] is None


def test_what_reaches_a_file_descriptor_is_in_its_place(tmp_path):
    notebook = write(
        tmp_path / "descriptors.ipynb",
        code("import os, subprocess, sys"),
        code("print('a')\nos.system('echo b; echo oh >&2')\nprint('c')\nos.write(1, 'é'.encode())"),
        code("subprocess.run(['sh', '-c', 'echo d > /dev/stdout'])\nprint('e')"),
        code(
            "pid = os.fork()\nif not pid:\n    print('from a fork')\n    os._exit(0)\n"
            "os.waitpid(pid, 0)\nprint('after it')"
        ),
        code("sys.stdout.write(1)"),
    )
    [result] = batch.run(batch.plan([notebook], ["Lambeth"], outputs=tmp_path), progress=False)
    cells = loaded(result.run.output)["cells"]
    texts = [
        {each["name"]: "".join(each["text"]) for each in cell["outputs"] if "name" in each}
        for cell in cells
        if cell.get("outputs")
    ]
    assert {"stdout": "a\nb\nc\né", "stderr": "oh\n"} in texts
    assert {"stdout": "d\ne\n"} in texts
    assert {"stdout": "from a fork\nafter it\n"} in texts
    assert result.reason.startswith("TypeError: write() argument must be str")


def test_the_papermill_command_can_use_it_where_pyplot_came_first(tmp_path):
    notebook = write(
        tmp_path / "figure.ipynb",
        code("import matplotlib.pyplot as plt, pandas as pd\nplt.plot([1, 2]);"),
        code("pd.get_option('display.max_columns')"),
    )
    program = (
        "import matplotlib.pyplot, pandas, papermill, sys\n"
        "from dsvstats.runner import engine\n"
        "name = engine.register()\n"
        "papermill.execute_notebook(*sys.argv[1:], engine_name=name, progress_bar=False)\n"
        "print('still', 'here')"
    )
    output = tmp_path / "out.ipynb"
    command = [sys.executable, "-c", program, str(notebook), str(output)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    cells = loaded(output)["cells"]
    assert [list(each["data"]) for each in cells[1]["outputs"]] == [["image/png", "text/plain"]]
    assert cells[2]["outputs"][0]["data"]["text/plain"] == ["20"]
    assert done.stdout == "still here\n"


@pytest.mark.parametrize("first", ["papermill", "dsvstats.runner.engine"])
def test_papermill_finds_it_by_its_entry_point_whichever_is_imported_first(tmp_path, first):
    """papermill loads its engines while it is itself only half imported."""
    installed = tmp_path / "installed-1.dist-info"
    installed.mkdir()
    (installed / "entry_points.txt").write_text(
        "[papermill.engine]\nfound = dsvstats.runner.engine:CellEngine\n"
    )
    program = (
        f"import {first}\nfrom dsvstats.runner.engine import CellEngine\n"
        "from papermill.engines import papermill_engines\n"
        "assert papermill_engines.get_engine('found') is CellEngine"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])}
    subprocess.run([sys.executable, "-c", program], check=True, env=environment)


def test_runs_do_not_share_their_random_numbers_or_names(tmp_path):
    notebook = write(
        tmp_path / "random.ipynb",
        code("import random\nimport numpy as np\n'left' in globals()"),
        code("left = (random.random(), np.random.random())\nleft"),
    )
    runs = batch.plan([notebook], ["Lambeth", "Merton"], outputs=tmp_path)
    results = batch.run(runs, jobs=1, progress=False)
    first, second = (loaded(each.run.output)["cells"] for each in results)
    assert [each[-2]["outputs"][0]["data"]["text/plain"] for each in (first, second)] == [
        ["False"],
        ["False"],
    ]
    drawn = [
        each[-1]["outputs"][0]["data"]["text/plain"][0].strip("()").split(", ")
        for each in (first, second)
    ]
    assert drawn[0][0] != drawn[1][0] and drawn[0][1] != drawn[1][1]


def joined(path, notebooks):
    """All the notebooks' cells in one, for Merton: one kernel's start instead of one for each."""
    held = [nbformat.read(each, as_version=4) for each in notebooks]
    whole = held[0]
    for number, each in enumerate(held[1:]):
        for cell in each.cells:
            if "parameters" in cell.metadata.get("tags", []):
                cell.metadata["tags"] = []
                cell.source = cell.source.replace('"Wandsworth"', '"Merton"')
            cell["id"] = f"{number}-{cell['id']}"
            whole.cells.append(cell)
    nbformat.write(whole, path)
    return path


@pytest.mark.skipif(not NOTEBOOKS, reason="no notebooks here")
def test_the_projects_notebooks_are_the_kernels(tmp_path):
    some = NOTEBOOKS[1::2]  # each of them in `make soak`
    whole = joined(tmp_path / "some.ipynb", some)
    [(ours, theirs, result, _)] = both(tmp_path, [whole], area="Merton")
    assert result.status == "done", result.reason
    assert_equal(ours, theirs)
    assert sum("text/html" in str(cell.get("outputs")) for cell in ours["cells"]) > len(some)


@pytest.mark.soak
@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_each_of_the_projects_notebooks_is_the_kernels(tmp_path, notebook):
    [(ours, theirs, result, _)] = both(tmp_path, [notebook])
    assert result.status == "done", result.reason
    assert_equal(ours, theirs)
