"""Folders for a while, in the system's temporary folder: gone at the end, and after a kill."""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from contextlib import suppress
from pathlib import Path

from dsvstats.files.writing import abandoned, mine

_PREFIX = "dsvstats-"


class Temporary:
    """A folder that only its owner may read, until it is cleaned up or its process ends.

    Those that killed processes left go when the next one is made. A forked child leaves its
    parent's alone.

    >>> with Temporary("example") as folder:
    ...     held = folder.is_dir()
    >>> held, folder.is_dir()
    (True, False)
    """

    def __init__(self, kind: str) -> None:
        sweep_temporary()
        place = Path(tempfile.gettempdir(), f"{_PREFIX}{kind}.{mine()}")
        place.mkdir(mode=0o700)
        self.path = place
        self._end = weakref.finalize(self, _remove, place, os.getpid())

    def cleanup(self) -> None:
        """Remove it now."""
        self._end()

    def __enter__(self) -> Path:
        return self.path

    def __exit__(self, *_: object) -> None:
        self.cleanup()


def sweep_temporary() -> None:
    """Remove the folders of ours that killed processes left."""
    with suppress(OSError):
        for each in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
            if abandoned(each.name):
                shutil.rmtree(each, ignore_errors=True)


def _remove(place: Path, owner: int) -> None:
    if os.getpid() == owner:
        shutil.rmtree(place, ignore_errors=True)
