"""Was this run done, with these inputs, and are its outputs still what it wrote?

A run's record is the runner's own word, written last, whole or not at all; what is in the
notebook itself (papermill marks cells completed that a dead kernel never ran) is not asked.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import IO, Any

import dsvstats
from dsvstats.errors import InputError

PACKAGE = Path(dsvstats.__file__).parent
KEPT = ".runs"


def checksum(path: str | Path) -> str:
    """The SHA-256 of one file, in hexadecimal."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def folder_checksum(paths: Iterable[str | Path]) -> str:
    """One SHA-256 for files and folders: their names and what is in them.

    A path that does not exist counts as such, so that its coming is a change.
    """
    total = hashlib.sha256()
    for root in sorted(Path(each) for each in paths):
        for path in _files(root):
            total.update(f"{path.relative_to(root.parent)}\0{checksum(path)}\n".encode())
        total.update(f"{root.name}\0{root.exists()}\n".encode())
    return total.hexdigest()


def _files(root: Path) -> list[Path]:
    if root.is_file():
        return [root]
    found = (path for path in root.rglob("*") if path.is_file())
    return sorted(path for path in found if "__pycache__" not in path.parts)


@cache
def _input_checksum(path: Path, size: int, modified: int) -> str:
    return checksum(path)


def package_checksum() -> str:
    """The SHA-256 of this package's own files: an edit is a change, whatever the version."""
    return folder_checksum([PACKAGE])


def fingerprint(
    notebook: str | Path,
    parameters: Mapping[str, Any],
    *,
    package: str,
    data: str,
    after: str | None,
    cwd: str | Path | None = None,
) -> dict[str, Any]:
    """Everything that a run's outputs depend on; files that parameters name are among it."""
    return {
        "notebook": checksum(notebook),
        "parameters": dict(parameters),
        "version": dsvstats.__version__,
        "package": package,
        "data": data,
        "after": after,
        "inputs": _named_inputs(parameters, Path(cwd or ".")),
    }


def _named_inputs(parameters: Mapping[str, Any], cwd: Path) -> dict[str, str]:
    """Checksums of the files that parameters name: a file, or what a `…_path` holds."""
    found: dict[str, str] = {}
    for name, value in parameters.items():
        if not isinstance(value, str) or not value or "\0" in value:
            continue
        try:
            paths = _matching(cwd, value, folders=name.endswith("_path"))
        except (OSError, ValueError, NotImplementedError):  # not a path at all
            continue
        for path in paths:
            state = path.stat()
            found[str(path)] = _input_checksum(path.resolve(), state.st_size, state.st_mtime_ns)
    return found


def _matching(cwd: Path, value: str, *, folders: bool) -> list[Path]:
    path = cwd / value
    if path.is_file():
        return [path]
    if folders and path.is_dir():
        return _files(path)
    if folders and any(sign in value for sign in "*?["):
        anchor = Path(path.anchor or ".")
        return sorted(each for each in anchor.glob(str(path.relative_to(anchor))) if each.is_file())
    return []


class Place:
    """Where one run keeps its output, its record, its lock and its work in progress."""

    def __init__(self, output: str | Path) -> None:
        self.output = Path(output)
        self.folder = self.output.parent
        stem = self.folder / KEPT / self.output.stem
        self.record = stem.with_name(f"{stem.name}.json")
        self.lock = stem.with_name(f"{stem.name}.lock")
        self.work = stem.with_name(f"{stem.name}.work")
        self.draft = self.work / self.output.name

    @contextmanager
    def locked(self, *, wait: bool = True) -> Iterator[None]:
        """Nobody else writes here; the system lets go of the lock when its holder dies."""
        self.lock.parent.mkdir(parents=True, exist_ok=True)
        with open(self.lock, "a+b") as file:
            _hold(file, wait=wait)
            yield

    def read(self) -> dict[str, Any]:
        """The last record, or an empty one where there is none that can be read."""
        try:
            found = json.loads(self.record.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def is_done(self, inputs: Mapping[str, Any]) -> bool:
        """Done with these very inputs, and every output still as it was written?"""
        found = self.read()
        if found.get("status") != "done" or found.get("fingerprint") != _plain(inputs):
            return False
        outputs = found.get("outputs")
        return bool(outputs) and all(self._is_as_written(*each) for each in outputs.items())

    def _is_as_written(self, name: str, written: str) -> bool:
        path = self.folder / name
        return path.is_file() and checksum(path) == written

    def start(self) -> Path:
        """An empty folder to work in; what a killed run left there goes."""
        self.clear()
        self.work.mkdir(parents=True)
        return self.draft

    def clear(self) -> None:
        shutil.rmtree(self.work, ignore_errors=True)

    def name(self, path: str | Path) -> str:
        """What a finished file will be called beside the output."""
        work = self.work.resolve()
        path = Path(path).resolve()
        if work not in path.parents or not path.is_file():
            raise InputError(
                where="after",
                rule="a function that returns the files it wrote beside the notebook it was given",
                value=str(path),
                mend="write them into the folder of that notebook",
            )
        return path.relative_to(work).as_posix()

    def publish(
        self, status: str, *, fingerprint: Mapping[str, Any], written: Iterable[Path], **told: Any
    ) -> None:
        """Put finished files in their places, drop what an earlier run left, then say so."""
        earlier = self.read().get("outputs") or {}
        outputs = {}
        for path in written:
            name = self.name(path)
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            outputs[name] = checksum(path)
            _replace(path, self.folder / name)
        for name, content in earlier.items():
            if not outputs or name in outputs or not self._is_as_written(name, content):
                continue
            (self.folder / name).unlink()
        record = {
            "status": status,
            "fingerprint": fingerprint,
            "outputs": outputs or earlier,
            **told,
        }
        self.clear()
        draft = self.record.with_suffix(".part")
        draft.write_text(json.dumps(record, indent=1, sort_keys=True), encoding="utf-8")
        _replace(draft, self.record)


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value))


def _replace(path: Path, final: Path) -> None:
    """Move a file to its place at once, and see to it that it is on the disk."""
    with open(path, "rb+") as file:
        os.fsync(file.fileno())
    os.replace(path, final)
    if hasattr(os, "O_DIRECTORY"):
        folder = os.open(final.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _hold(file: IO[bytes], *, wait: bool) -> None:
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
