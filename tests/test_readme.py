"""The README: its example runs, and what it names is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from dsvstats import cli, counts
from dsvstats.sources import synthetic

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_three_statements_lead_from_nothing_to_a_table_of_relative_rates(capsys):
    (example,) = re.findall(r"## In Python\n\n```python\n(.*?)```", README, flags=re.DOTALL)
    assert len(ast.parse(example).body) <= 3
    exec(example, {})
    said = capsys.readouterr().out
    assert "Rate ratio: victim records of domestic violence crimes, Wandsworth" in said
    assert "The rate is higher for women" in said and "| Women | 947 |" in said


def test_people_without_ids_are_linked_as_it_says(tmp_path, monkeypatch):
    (example,) = re.findall(r"known by name.*?```python\n(.*?)```", README, flags=re.DOTALL)
    monkeypatch.chdir(tmp_path)
    days = {"start": "2008-10-01", "end": "2009-09-30"}
    synthetic.generate(1500, 1, areas=["Lambeth"], out=Path("my-extract"), **days)
    held: dict = {}
    exec(example + "found = repeats.linked_ratios(draws)", held)
    assert held["found"]["estimate"].notna().all() and len(held["found"])


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
    for command in ("run", "publish", "notebooks", "areas", "check", "synth"):
        assert f"dsvstats {command}" in README
        with pytest.raises(SystemExit):
            cli.main([command, "--help"])
        options = set(
            re.findall(r"^\s+(?:-\w[^-]*, )?(--[a-z-]+)", capsys.readouterr().out, re.MULTILINE)
        )
        told = README + (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
        assert options - {"--help", "--file", "--parameter"} <= set(re.findall(r"--[a-z-]+", told))
