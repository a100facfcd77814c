"""Nobody is shut out: every page of three areas, the index and the glossary, in a browser."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from dsvstats import cli

ROOT = Path(__file__).parents[1]
HERE = ROOT / "tests" / "accessibility"
MODULES = Path(os.environ.get("DSVSTATS_A11Y", ROOT / ".cache" / "accessibility")) / "node_modules"
AREAS = ["Wandsworth", "London", "Barnet"]
"""One that printed much, the whole, and one that supplied nothing."""


def chromium() -> str:
    """Where a headless Chromium is, or "" """
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((found for each in names if (found := shutil.which(each))), "")


def missing() -> str:
    """What is not to be had here, and how it is."""
    if not chromium():
        return "needs chromium: sudo apt install chromium"
    if not shutil.which("node"):
        return "needs node: sudo apt install npm"
    if not (MODULES / "axe-core").is_dir():
        return f"needs axe-core and pa11y in {MODULES}: npm ci there with {HERE}/package-lock.json"
    return ""


@pytest.fixture(scope="module")
def pages(tmp_path_factory) -> list[Path]:
    """Every page of three areas, and what leads to them."""
    if missing():
        pytest.skip(missing())
    outputs = tmp_path_factory.mktemp("outputs")
    assert cli.main(["run", "--area", *AREAS, "--outputs", str(outputs)]) == 0
    found = sorted(outputs.rglob("*.html"))
    assert len(found) >= 4 * len(AREAS) + 2
    return found


def looked_at(pages: list[Path]) -> list[dict]:
    """What the browser says of these pages, a line a problem, and how many it looked at."""
    command = ["node", str(HERE / "look.cjs"), str(MODULES), chromium(), *map(str, pages)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_no_page_shuts_anybody_out(pages):
    *problems, looked = looked_at(pages)
    assert looked == {"looked": len(pages)}
    assert problems == []


BAD = """<!doctype html><html><head><title>x</title></head><body>
<a href="#a">1</a><a href="#b">2</a><a href="#c">3</a><a href="#d">4</a>
<img src="nowhere.png"><p style="font-size:8px">small</p><div style="width:900px">wide</div>
<h2 id="answer">The answer</h2></body></html>"""


@pytest.mark.skipif(bool(missing()), reason=missing() or "all is there")
def test_what_shuts_somebody_out_is_seen(tmp_path):
    path = tmp_path / "bad.html"
    path.write_text(BAD)
    seen = {each["by"].partition(" ")[0] for each in looked_at([path])[:-1]}
    assert seen == {"tab", "axe", "pa11y", "address", "letters", "width"}


ALOUD = re.compile(r"[←-⇿▀-◿●]|\b(blue|red|green|orange|yellow|purple|grey|gray)\b", re.IGNORECASE)
"""What says nothing to those who listen: bare arrows and marks, and names of colours."""


def test_words_read_aloud_make_sense(pages):
    for path in pages:
        page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        for each in page.select("[aria-hidden=true], style, svg, pre"):
            each.decompose()
        labels = [each["aria-label"] for each in page.select("[aria-label]")]
        words = [page.get_text(" "), *labels]
        assert [found[0] for text in words if (found := ALOUD.search(text))] == [], path
