"""Killed at hundreds of moments: the outputs are those of an undisturbed run, every time.

Run by `make soak` (`pytest -m soak tests/soak_runner.py`); SOAK_KILLS sets how many, SOAK_SEED
which moments.
"""

from __future__ import annotations

import os
import random
import sys

import pytest
from runner_helpers import STEADY, kill_and_resume, notebook, start_batch, tree

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc"),
]
KILLS = int(os.environ.get("SOAK_KILLS", "300"))
MOMENTS = random.Random(int(os.environ.get("SOAK_SEED", "1")))
VICTIMS = [
    (MOMENTS.choice(["batch", "server", "run"]), round(MOMENTS.uniform(0.0, 1.5), 3))
    for _ in range(KILLS)
]


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("undisturbed")
    path = notebook(folder / "a.ipynb", *STEADY)
    assert start_batch(path, folder / "out").wait(120) == 0
    return tree(folder / "out")


@pytest.mark.parametrize(("victim", "delay"), VICTIMS)
def test_killed_at_any_moment(tmp_path, undisturbed, victim, delay):
    assert kill_and_resume(tmp_path, victim=victim, delay=delay) == undisturbed
