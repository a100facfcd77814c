"""A study in one file: written with comments, run, published, and its faults told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from dsvstats import cli
from dsvstats.cli import studies
from dsvstats.errors import InputError
from dsvstats.files import data


@pytest.fixture
def study(tmp_path):
    """A study with these changes, as a file."""

    def make(**changes) -> Path:
        held = yaml.safe_load(data("templates", "study.yml").read_text(encoding="utf-8"))
        path = tmp_path / "mine" / "study.yml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(yaml.safe_dump(held | changes), encoding="utf-8")
        return path

    return make


def test_a_new_study_has_comments_runs_and_is_published(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["new", "session"]) == 0
    assert "session/study.yml" in capsys.readouterr().out
    path = tmp_path / "session" / "study.yml"
    text = path.read_text(encoding="utf-8")
    assert text.count("#") > 12
    text = text.replace("[London, Lambeth, Wandsworth]", "[Lambeth]")
    text = text.replace("notebooks: []", "notebooks: [05, 06]").replace('words: ""', "words: told")
    text = text.replace('equality: ""', "equality: equality.txt").replace(
        "texts: {}", "texts: {lambeth: lambeth.yml}"
    )
    path.write_text(text, encoding="utf-8")
    (path.parent / "lambeth.yml").write_text('C3: "With the advocacy service."', encoding="utf-8")
    (path.parent / "equality.txt").write_text("Who is not recorded is not seen.", encoding="utf-8")
    assert cli.main(["run", "session/study.yml"]) == 0
    pages = {each.name for each in (path.parent / "outputs" / "lambeth").glob("*.html")}
    assert pages == {
        "lambeth_05_thematic_session_older_people.html",
        "lambeth_05_thematic_session_disabled_people.html",
        "lambeth_06_borough_report.html",
    }
    report = path.parent / "outputs" / "lambeth" / "lambeth_06_borough_report.html"
    assert "With the advocacy service." in report.read_text(encoding="utf-8")
    assert cli.main(["publish", "session/study.yml"]) == 0
    assert (path.parent / "site" / "index.html").exists()
    assert (path.parent / "told" / "lambeth" / "lambeth_report.docx").exists()
    again = cli.main(["run", "session"])
    assert again == 0 and "3 skipped" in capsys.readouterr().err
    assert cli.main(["new", "session"]) == 2


def test_each_notebook_takes_what_it_has_and_a_theme_is_a_page(study):
    runs = studies.read(study(areas="all", notebooks=[1, "05"], parameters={"level": 0.9})).runs()
    assert len(runs) == 33 * 3
    first, older, disabled = runs[:3]
    assert "theme" not in first.parameters and first.parameters["level"] == 0.9
    assert (older.parameters["theme"], disabled.parameters["theme"]) == (
        "older_people",
        "disabled_people",
    )
    assert older.output.name == "05_thematic_session_older_people.ipynb"


def test_files_of_a_study_lie_with_it(study):
    path = study(data="mine.csv", themes=["young.yml"], notebooks=["05"], areas=["Lambeth"])
    for name in ("mine.csv", "young.yml"):
        (path.parent / name).write_text("x", encoding="utf-8")
    (run,) = studies.read(path).runs()
    assert run.parameters["data"] == str(path.parent / "mine.csv")
    assert run.parameters["theme"] == str(path.parent / "young.yml")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"area": ["Lambeth"]}, "areas"),
        ({"areas": ["Lambet"]}, "Lambeth"),
        ({"notebooks": ["09"]}, "NOTEBOOK"),
        ({"parameters": {"levle": 0.9}}, "level"),
        ({"parameters": [1]}, "names and values"),
        ({"texts": {"Atlantis": "a.yml"}}, "Atlantis"),
        ({"outputs": 3}, "text"),
        ({"themes": [["a"]]}, "a list of names"),
    ],
)
def test_what_cannot_be_in_a_study_is_told_with_its_mend(study, changes, told):
    with pytest.raises(InputError, match=re.escape(told)):
        studies.read(study(**changes)).runs()


@pytest.mark.parametrize("text", ["", "[]", "areas: [", "a: 1\na: 2"])
def test_what_is_no_study_is_an_error(study, text, capsys):
    path = study()
    path.write_text(text, encoding="utf-8")
    assert cli.main(["run", str(path)]) == 2 and "study.yml" in capsys.readouterr().err


def test_what_a_study_says_is_not_said_twice(study, capsys):
    path = str(study())
    assert cli.main(["run", path, "--area", "Lambeth"]) == 2
    assert cli.main(["publish", path, "--to", "site"]) == 2
    assert cli.main(["run", path, "01"]) == 2
    assert cli.main(["run", "01"]) == 2 and "dsvstats new" in capsys.readouterr().err
    assert cli.main(["publish", "outputs"]) == 2
