"""Folders written whole or not at all: what was there stays until all of the new is."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from dsvstats.files.writing import draft_of, sweep, writable

_TAKEN = (errno.ENOTEMPTY, errno.EEXIST)


@contextmanager
def whole_folder(target: str | Path) -> Iterator[Path]:
    """A draft folder beside the target, which takes its place when the block ends well, else goes.

    Of two at once the later stays, whole. What killed processes left beside it goes too.
    """
    target = Path(target).absolute()
    with writable(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        sweep(target.parent)
        draft = draft_of(target)
        try:
            draft.mkdir()
            yield draft
            _swap(draft, target)
        finally:
            shutil.rmtree(draft, ignore_errors=True)


def _swap(draft: Path, target: Path) -> None:
    """Put the draft where the target is, and remove what was there."""
    while True:
        before = draft_of(target)
        with suppress(FileNotFoundError):
            target.rename(before)
        try:
            draft.rename(target)
            return
        except OSError as error:
            if error.errno not in _TAKEN:
                if before.exists() and not target.exists():
                    before.rename(target)
                raise
        finally:
            if target.exists():
                shutil.rmtree(before, ignore_errors=True)
