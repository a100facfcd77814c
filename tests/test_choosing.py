"""What start_here.ipynb shows: lists that choose, what is supplied, a run, and links to pages."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from dsvstats import cli
from dsvstats.cli import choosing, notebooks

NOTEBOOK = Path(__file__).parents[1] / "notebooks" / "start_here.ipynb"


@pytest.fixture
def lists(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return choosing.start().lists


def test_the_lists_hold_every_area_and_every_notebook(lists):
    assert len(lists.area.options) == 33 and lists.area.options[0] == "London"
    assert [*lists.chosen.value] == [path.stem for path in notebooks.shipped()]
    assert lists.data.value == "published"


def shown(output) -> str:
    """All that an output widget shows, as text."""
    return " ".join(
        str(each.get("text") or each.get("data", {}).get("text/plain")) for each in output.outputs
    )


def test_what_is_chosen_is_run_and_its_pages_are_links(lists, tmp_path, capsys):
    lists.area.value, lists.chosen.value = "Barnet", ("00_data_quality",)
    capsys.readouterr()
    lists.button.click()
    assert "1 run: 1 done" in capsys.readouterr().out and not lists.button.disabled
    assert (tmp_path / "outputs" / "barnet" / "barnet_00_data_quality.html").is_file()


def test_a_run_gives_links_and_one_that_failed_none(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said: list[str] = []
    made = choosing.run("Barnet", chosen=["00"], told=said.append)
    assert "1 run: 1 done" in said
    links = made._repr_html_()
    assert 'href="outputs/barnet/barnet_00_data_quality.html"' in links and "index.html" in links
    bad = choosing.run("Barnet", "nowhere.csv", ["00"], told=said.append)
    assert bad.status == 2 and repr(bad) == "No page was made." and "nowhere.csv" in said[-1]


def test_data_that_cannot_be_used_are_said_in_a_line(lists, capsys):
    lists.data.value = "nowhere"
    assert "data: must be" in capsys.readouterr().out


def test_it_works_without_widgets_too(monkeypatch):
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    assert "Fill in the next cell" in str(choosing.start())


def test_pages_go_beside_the_folder_of_the_notebooks(tmp_path, monkeypatch):
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    assert choosing.outputs().resolve() == tmp_path / "outputs"


def test_it_takes_no_pages_place_and_is_copied_with_the_notebooks(tmp_path, capsys):
    assert NOTEBOOK.stem not in {path.stem for path in notebooks.shipped()}
    assert cli.main(["notebooks", str(tmp_path / "mine")]) == 0
    assert (tmp_path / "mine" / NOTEBOOK.name).read_bytes() == NOTEBOOK.read_bytes()
    assert "00_data_quality.ipynb" in capsys.readouterr().out
