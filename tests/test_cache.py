"""What one run worked out is there for the next that asks the same, and for nobody else."""

from __future__ import annotations

import errno
import os
import pickle
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd
import pytest

from dsvstats import cache, estimates, files
from dsvstats.cache import remembered
from dsvstats.errors import InputError
from dsvstats.files import checksums
from dsvstats.reporting import showing

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


@pytest.mark.parametrize("left", [b"", b"half", pickle.dumps(frame(1))[:-9], b"x" * 33])
def test_a_file_that_was_damaged_is_passed_over(folder, left):
    doubled(frame(1))
    next(folder.iterdir()).write_bytes(left)
    assert doubled(frame(1))["count"].tolist() == [2] and asked == [2, 2]


def test_a_flipped_bit_is_noticed_wherever_it_is(folder):
    doubled(frame(1))
    [place] = folder.iterdir()
    whole = place.read_bytes()
    assert place.stat().st_mode & 0o777 == 0o600
    for at in range(0, len(whole), 37):
        place.write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])
        assert doubled(frame(1))["count"].tolist() == [2]
    assert len(asked) == 1 + len(range(0, len(whole), 37))


def test_a_batch_has_a_folder_of_its_own_and_leaves_none(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    ended = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"],
                           capture_output=True, text=True, check=True).stdout.strip()  # fmt: skip
    host = files.mine().split("-")[0]
    left, other = (
        tmp_path / f"dsvstats-batch.{host}-{number}-0" for number in (ended, os.getpid())
    )
    elsewhere = tmp_path / f"dsvstats-batch.otherhost-{ended}-0"
    for each in (left, other, elsewhere):
        each.mkdir()
    with cache.folder() as place:
        assert Path(place).stat().st_mode & 0o777 == 0o700
        assert not left.exists() and other.exists() and elsewhere.exists()
    assert {each.name for each in tmp_path.iterdir()} == {other.name, elsewhere.name}


# --- between runs


@pytest.fixture
def room(tmp_path, monkeypatch):
    monkeypatch.setenv(cache.PLACE, str(tmp_path / "kept"))
    asked.clear()
    return tmp_path / "kept"


def write(place: Path) -> None:
    asked.append(place)
    (place / "number.txt").write_text("1187")
    (place / "other.txt").write_text("205")


def recalled(name="number.txt", *, key="a", make=write) -> bytes:
    return cache.recalled(name, of="extract", key=key, make=make)


def test_what_is_kept_is_made_once_for_a_key_and_the_old_one_goes(room):
    assert [recalled(), recalled("other.txt"), recalled()] == [b"1187", b"205", b"1187"]
    assert len(asked) == 1
    assert recalled(key="b") == b"1187" and len(asked) == 2
    assert [each.name for each in (room / "extract").iterdir()] == ["b"]


@pytest.mark.parametrize("name", ["number.txt", "manifest.json"])
@pytest.mark.parametrize("damage", ["flip", "zero", "truncate", "empty", "remove", "folder"])
def test_what_was_damaged_is_made_anew(room, name, damage):
    recalled()
    place = room / "extract" / "a" / name
    whole = place.read_bytes()
    for at in range(len(whole)) if damage == "flip" else [0]:
        changed = {
            "flip": whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :],
            "zero": bytes(len(whole)),
            "truncate": whole[:-1],
        }.get(damage, b"")
        place.unlink()
        if damage == "folder":
            place.mkdir()
        elif damage != "remove":
            place.write_bytes(changed)
        assert recalled() == b"1187"


def test_what_was_kept_under_another_key_is_not_taken(room):
    recalled()
    (room / "extract" / "a").rename(room / "extract" / "b")
    assert recalled(key="b") == b"1187" and len(asked) == 2


def test_an_error_leaves_nothing_behind(room):
    def half(place: Path) -> None:
        write(place)
        raise KeyError("stopped")

    with pytest.raises(KeyError):
        recalled(make=half)
    assert not list((room / "extract").iterdir())
    assert recalled() == b"1187"


def test_a_full_disk_is_told(room):
    def full(place: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(InputError, match="No space left on device"):
        recalled(make=full)
    assert not list((room / "extract").iterdir())


def test_a_folder_that_keeps_nothing_is_told(room):
    with pytest.raises(InputError, match=cache.PLACE):
        recalled(make=lambda place: None)


def test_nobody_else_reads_what_is_kept(room):
    before = os.umask(0)
    try:
        recalled()
    finally:
        os.umask(before)
    inside = [room, *room.rglob("*")]
    assert all(each.stat().st_mode & 0o077 == 0 for each in inside)
    assert len([each for each in inside if each.is_file()]) == 3


def test_code_at_any_depth_is_told_apart(tmp_path, monkeypatch):
    monkeypatch.setattr(cache, "__file__", str(tmp_path / "cache.py"))
    deep = tmp_path / "sources" / "extract" / "deeper"
    deep.mkdir(parents=True)
    (tmp_path / "errors.py").write_text("")
    found = []
    for text in ("1", "2"):
        (deep / "counting.py").write_text(text)
        found.append(cache.code.__wrapped__("errors", "sources"))
    (tmp_path / "errors.py").write_text("#")
    found.append(cache.code.__wrapped__("errors", "sources"))
    assert len(set(found)) == 3


def test_a_file_is_read_again_only_when_it_was_touched(tmp_path, monkeypatch):
    path = tmp_path / "a.csv"
    path.write_text("346")
    monkeypatch.setattr(checksums, "_TICK", 0.0)
    seen = []
    monkeypatch.setattr(
        checksums, "_read", lambda path: seen.append(path) or Path(path).read_text()
    )
    assert [cache.content(path), cache.content(path)] == ["346", "346"] and len(seen) == 1
    times = path.stat()
    time.sleep(0.02)
    path.write_text("347")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert cache.content(path) == "347"


def test_what_has_just_been_written_is_read_every_time(tmp_path):
    path = tmp_path / "a.csv"
    for text in ("346", "347", "346"):
        path.write_text(text)
        os.utime(path, ns=(1, 1))
        assert cache.content(path) == files.sha256(path)


def test_what_is_shown_is_made_once_and_is_the_same(folder, monkeypatch):
    plain = showing.block.__wrapped__(estimates.empty(), "victims", "", "")
    first = showing.block(estimates.empty(), "victims", "", "")
    monkeypatch.setattr(showing, "Block", lambda *given: pytest.fail("made again"))
    assert first == showing.block(estimates.empty(), "victims", "", "") == plain
