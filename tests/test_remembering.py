"""What one run worked out is there for the next that asks the same, and for nobody else."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd
import pytest

from dsvstats import cache, estimates
from dsvstats.cache import remembered
from dsvstats.reporting import figures
from dsvstats.reporting.figures import theme

asked = []


@remembered
def doubled(cases, *, times=2):
    """Twice the number."""
    asked.append(times)
    return cases.assign(count=cases["count"] * times)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(cache.FOLDER, str(tmp_path))
    asked.clear()
    return tmp_path


def frame(*counts, **key):
    return pd.DataFrame({"area": "Lambeth", "count": counts} | key)


def test_the_same_is_worked_out_once(folder):
    first, second = doubled(frame(1, 2)), doubled(frame(1, 2))
    pd.testing.assert_frame_equal(first, second)
    assert first["count"].tolist() == [2, 4] and asked == [2]


def test_anything_else_is_worked_out_anew(folder):
    doubled(frame(1, 2))
    for changed in (frame(1, 3), frame(1.0, 2.0), frame(1, 2, area="Merton"), frame(2, 1)):
        doubled(changed)
    doubled(frame(1, 2), times=3)
    assert asked == [2, 2, 2, 2, 2, 3]


def test_what_is_done_to_an_answer_stays_with_the_one_who_did_it(folder):
    answer = doubled(frame(1))
    answer.loc[0, "count"] = 99
    assert doubled(frame(1))["count"].tolist() == [2]


def test_outside_a_batch_nothing_is_kept(folder, monkeypatch):
    monkeypatch.delenv(cache.FOLDER)
    doubled(frame(1))
    doubled(frame(1))
    assert asked == [2, 2] and not list(folder.iterdir())


def test_an_error_is_not_an_answer(folder):
    for _ in range(2):
        with pytest.raises(KeyError):
            doubled(pd.DataFrame())
    assert asked == [2, 2] and not list(folder.iterdir())


def test_what_cannot_be_kept_is_worked_out_each_time(folder, monkeypatch):
    assert remembered(lambda value: value)(3) == 3
    held = remembered(pytest.fixture)
    assert held is not None and remembered(len)([lambda: 1]) == 1
    monkeypatch.setenv(cache.FOLDER, str(folder / "gone"))
    doubled(frame(1))
    doubled(frame(1))
    assert asked == [2, 2]


@pytest.mark.parametrize("left", [b"", b"half", pickle.dumps(frame(1))[:-9]])
def test_a_file_that_was_damaged_is_passed_over(folder, left):
    doubled(frame(1))
    next(folder.iterdir()).write_bytes(left)
    assert doubled(frame(1))["count"].tolist() == [2] and asked == [2, 2]


def test_a_batch_has_a_folder_of_its_own_and_leaves_none(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    ended = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"],
                           capture_output=True, text=True, check=True).stdout.strip()  # fmt: skip
    left, other = (
        tmp_path / f"dsvstats-batch-{ended}-x",
        tmp_path / f"dsvstats-batch-{os.getpid()}-x",
    )
    for each in (left, other):
        each.mkdir()
    with cache.folder() as place:
        assert Path(place).stat().st_mode & 0o777 == 0o700
        assert not left.exists() and other.exists()
    assert [each.name for each in tmp_path.iterdir()] == [other.name]


def test_a_picture_is_drawn_once_and_shows_its_figure_all_the_same(folder, monkeypatch):
    plain = figures.forest.__wrapped__(estimates.empty())
    first = figures.forest(estimates.empty())
    monkeypatch.setattr(theme.Page, "__post_init__", lambda page: pytest.fail("drawn again"))
    second = figures.forest(estimates.empty())
    assert first.png == second.png == plain.png
    assert second._repr_mimebundle_() == plain._repr_mimebundle_() and repr(second) == plain.alt
    monkeypatch.undo()
    assert [t.get_text() for t in second.figure.texts] == [t.get_text() for t in plain.figure.texts]
