"""Was this run done, with these inputs, and are its outputs still what it wrote?

A run's record is the runner's own word, written last, whole or not at all; what is in the
notebook itself (papermill marks cells completed that a dead kernel never ran) is not asked.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import dsvstats
from dsvstats import files
from dsvstats.errors import InputError

PACKAGE = Path(dsvstats.__file__).parent
KEPT = ".runs"


def package_checksum() -> str:
    """The SHA-256 of this package's own files: an edit is a change, whatever the version."""
    return files.folder_checksum([PACKAGE])


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
        "notebook": files.sha256(notebook),
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
            paths = _matching(cwd, value, folders=name == "data" or name.endswith("_path"))
        except (OSError, ValueError, NotImplementedError):  # not a path at all
            continue
        for path in paths:
            found[str(path)] = files.sha256(path, again=False)
    return found


def _matching(cwd: Path, value: str, *, folders: bool) -> list[Path]:
    path = cwd / value
    if path.is_file():
        return [path]
    if folders and path.is_dir():
        return files.inside(path)
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
        self._make_folder()
        with self.lock.open("a+b") as file:
            _hold(file, wait=wait)
            yield

    def _make_folder(self) -> None:
        """The area's folder, and in it the runner's own, for nobody else to read."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.record.parent.mkdir(mode=0o700, exist_ok=True)

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
        outputs = found.get("outputs") or {}
        return bool(outputs) and all(self._is_as_written(*each) for each in outputs.items())

    def _is_as_written(self, name: str, written: str | None) -> bool:
        path = self.folder / name
        return path.is_file() and files.sha256(path) == written

    def start(self) -> Path:
        """An empty folder to work in; what a killed run left there goes."""
        self.clear()
        self._make_folder()
        files.sweep(self.record.parent)
        self.work.mkdir(mode=0o700)
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
        """Put finished files in their places, drop what an earlier run left, then say so.

        Nobody else may read them, unless the run is done and its notebook was shared.
        """
        mode = self.draft.stat().st_mode & 0o777 if status == "done" else 0o600
        earlier = self.read().get("outputs") or {}
        outputs = {}
        for path in written:
            name = self.name(path)
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            outputs[name] = files.sha256(path)
            path.chmod(mode)
            files.move(path, self.folder / name, flush=True)
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
        text = json.dumps(record, indent=1, sort_keys=True)
        files.write(self.record, text, private=True, flush=True)

    def rewrite(self, name: str, text: str) -> None:
        """Another text for one output of a run that is done, if it stands as it was written.

        Nothing while another process is at work here: what it publishes is rewritten after it.
        """
        with suppress(BlockingIOError), self.locked(wait=False):
            record = self.read()
            outputs = record.get("outputs") or {}
            if record.get("status") != "done" or not self._is_as_written(name, outputs.get(name)):
                return
            path = self.folder / name
            files.write(path, text, private=not path.stat().st_mode & 0o077)
            record["outputs"][name] = files.sha256(path)
            told = json.dumps(record, indent=1, sort_keys=True)
            files.write(self.record, told, private=True)


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value))


def _hold(file: IO[bytes], *, wait: bool) -> None:
    if sys.platform == "win32":
        import msvcrt

        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
