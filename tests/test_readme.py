"""The README: its example runs, and what it names is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dsvstats import cli, counts

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_python_example_runs():
    (example,) = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    exec(example, {})


@pytest.mark.parametrize("link", re.findall(r"\]\((?!http)([^)#]+)\)", README))
def test_links_lead_somewhere(link):
    assert (ROOT / link).exists()


def test_the_example_row_and_the_template_are_counts(tmp_path):
    (example,) = re.findall(r"```\n(area,start.*?)```", README, flags=re.DOTALL)
    path = tmp_path / "example.csv"
    path.write_text(example)
    assert counts.read(path)["count"].tolist() == [30]
    assert counts.read(ROOT / "data" / "templates" / "counts.csv")["count"].isna().all()


def test_every_command_and_option_is_documented(capsys):
    for command in ("run", "areas", "check"):
        assert f"dsvstats {command}" in README
        with pytest.raises(SystemExit):
            cli.main([command, "--help"])
        options = set(
            re.findall(r"^\s+(?:-\w[^-]*, )?(--[a-z-]+)", capsys.readouterr().out, re.MULTILINE)
        )
        told = README + (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
        assert options - {"--help", "--file", "--parameter"} <= set(re.findall(r"--[a-z-]+", told))


@pytest.mark.parametrize(
    "notebook", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda p: p.stem
)
def test_notebooks_keep_to_the_design(notebook):
    import nbformat

    cells = nbformat.read(notebook, as_version=4).cells
    code = [
        cell.source
        for cell in cells
        if cell.cell_type == "code" and "parameters" not in cell.metadata.get("tags", [])
    ]
    assert 12 <= len(cells) <= 20
    assert max(len(source.splitlines()) for source in code) <= 10
    assert not re.search(r"^\s*(def|for|while|if|try|class)\b", "\n".join(code), flags=re.MULTILINE)
    assert f"`{notebook.stem}`" in README
    assert [cell for cell in cells if "parameters" in cell.metadata.get("tags", [])]
