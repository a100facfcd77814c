"""The built wheel, installed on its own: everything works in an empty folder, without the clone."""

from __future__ import annotations

import os
import shutil
import site
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from zipfile import ZipFile

import nbformat
import pytest

from dsvstats import files

ROOT = Path(__file__).parents[1]
BUILD = "import sys; from hatchling.build import build_wheel; build_wheel(sys.argv[1])"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-c", BUILD, str(folder)], cwd=ROOT, check=True)
    (built,) = folder.iterdir()
    return built


@pytest.fixture(scope="module")
def bin_folder(wheel, tmp_path_factory) -> Path:
    """The commands of an environment with the wheel, and what it needs lent by this one."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, symlinks=os.name != "nt")
    packages, scripts = (
        Path(sysconfig.get_path(name, "venv", {"base": str(folder)}))
        for name in ("purelib", "scripts")
    )
    lent = "\n".join(site.getsitepackages())
    (packages / "lent.pth").write_text(lent, encoding="utf-8")
    shutil.copytree(Path(sys.prefix, "share", "jupyter"), folder / "share" / "jupyter")
    pip = [sys.executable, "-m", "pip", "--python", str(scripts / "python"), "install"]
    uv = ["uv", "pip", "install", "--offline", "--python", str(scripts / "python")]
    command = uv if shutil.which("uv") else pip
    subprocess.run([*command, "-q", "--no-deps", "--no-index", str(wheel)], check=True)
    return scripts


@pytest.fixture
def asked(bin_folder, tmp_path, monkeypatch):
    """Run one of the environment's commands in an empty folder, where nothing names the clone."""
    for name in [name for name in os.environ if name.startswith(("PYTHON", "DSVSTATS_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("DSVSTATS_CACHE", str(tmp_path / "cache"))
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")

    def run(command: str, *arguments: str) -> subprocess.CompletedProcess:
        words = [str(bin_folder / command), *arguments]
        return subprocess.run(words, capture_output=True, text=True, check=False)

    return run


def test_the_wheel_holds_package_data_and_notebooks_and_nothing_else(wheel):
    ours = ["--", "dsvstats", "data", "notebooks/*.ipynb", "GLOSSARY.md"]
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard", *ours]
    listed = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a clone")
    names = [name for name in listed.stdout.splitlines() if (ROOT / name).exists()]
    expected = {name if name.startswith("dsvstats/") else f"dsvstats/{name}" for name in names}
    with ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert {"dsvstats/py.typed", "dsvstats/data/README.md"} < held
    assert held == expected


def test_the_clone_is_read_where_it_lies(monkeypatch):
    monkeypatch.delenv("DSVSTATS_DATA", raising=False)
    assert files.data() == ROOT / "data" and files.shipped("notebooks") == ROOT / "notebooks"


def test_one_area_is_run_in_an_empty_folder(asked, bin_folder):
    where = "import dsvstats; from dsvstats.files import data; print(dsvstats.__file__, data())"
    for path in asked("python", "-c", where).stdout.split():
        assert path.startswith(str(bin_folder.parent))
    done = asked("dsvstats", "run", "--area", "Lambeth")
    assert done.returncode == 0, done.stderr
    pages = {path.stem for path in Path("outputs", "lambeth").glob("*.html")}
    shipped = {f"lambeth_{path.stem}" for path in (ROOT / "notebooks").glob("[0-9]*.ipynb")}
    assert {page.removesuffix("_older_people") for page in pages} == shipped
    assert Path("outputs", "index.html").exists() and str(ROOT) not in done.stdout + done.stderr


def test_notebooks_are_copied_edited_run_and_never_written_over(asked):
    assert asked("dsvstats", "notebooks", "mine").returncode == 0
    first = min(Path("mine").iterdir())
    notebook = nbformat.read(first, as_version=4)
    notebook.cells[0].source = "# My own heading"
    nbformat.write(notebook, first)
    edited = first.read_bytes()
    again = asked("dsvstats", "notebooks", "mine")
    assert again.returncode == 2 and first.name in again.stderr and "--force" in again.stderr
    assert first.read_bytes() == edited
    done = asked("dsvstats", "run", str(first), "--area", "Lambeth")
    assert done.returncode == 0, done.stderr
    (page,) = Path("outputs", "lambeth").glob("*.html")
    assert "My own heading" in page.read_text(encoding="utf-8")
    assert asked("dsvstats", "notebooks", "mine", "--force").returncode == 0
    assert first.read_bytes() == (ROOT / "notebooks" / first.name).read_bytes()


def test_a_data_folder_that_is_named_wins(asked, monkeypatch):
    shutil.copytree(ROOT / "data", "own")
    printed = Path("own", "published", "printed.csv")
    lines = printed.read_text(encoding="utf-8").splitlines(keepends=True)
    printed.write_text("".join(each for each in lines if "Camden" not in each), encoding="utf-8")

    def of_camden() -> str:
        lines = asked("dsvstats", "areas").stdout.splitlines()
        return next(line for line in lines if line.startswith("Camden"))

    assert "counts printed" in of_camden()
    monkeypatch.setenv("DSVSTATS_DATA", "own")
    assert "counts printed" not in of_camden()
    monkeypatch.setenv("DSVSTATS_DATA", "nowhere")
    missing = asked("dsvstats", "areas")
    assert missing.returncode == 2 and "DSVSTATS_DATA" in missing.stderr
