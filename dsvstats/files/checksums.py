"""What do these files hold? Told by their content, whatever their time and size say."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from dsvstats.files.reading import opened

_TICK = 2.0
"""No file system's times are coarser than these seconds."""
_CHUNK = 1 << 20


def sha256(path: str | Path, *, again: bool = True) -> str:
    """The SHA-256 of one file, in hexadecimal.

    Without ``again``, a file that this process has read is not read again while its `state` is
    the same.

    >>> import dsvstats.files
    >>> len(sha256(dsvstats.files.data("README.md")))
    64
    """
    return _read(path) if again or not settled(path) else _once(*state(path))


def state(path: str | Path) -> tuple[str | int, ...]:
    """What says that a file was touched: the time of its last change cannot be put back."""
    path = Path(path).absolute()
    known = path.stat()
    times = known.st_mtime_ns, known.st_ctime_ns
    return str(path), known.st_dev, known.st_ino, known.st_size, *times


def settled(path: str | Path) -> bool:
    """Was the last change long enough ago that another one would have another time?"""
    return time.time() - Path(path).stat().st_ctime > _TICK


def _read(path: str | Path) -> str:
    with opened(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@cache
def _once(path: str, *_: int) -> str:
    return _read(path)


def checksum(*paths: Path) -> str:
    """What do these files hold, in twelve characters? The start of a SHA-256 over all of them.

    >>> import dsvstats.files
    >>> len(checksum(dsvstats.files.data("README.md")))
    12
    """
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(path.name.encode() + b"\0")
        with opened(path) as file:
            while held := file.read(_CHUNK):
                digest.update(held)
    return digest.hexdigest()[:12]


def folder_checksum(paths: Iterable[str | Path]) -> str:
    """One SHA-256 for files and folders: their names and what is in them.

    A path that does not exist counts as such, so that its coming is a change.

    >>> folder_checksum(["not/there"]) == folder_checksum([])
    False
    """
    total = hashlib.sha256()
    for root in sorted(Path(each) for each in paths):
        for path in inside(root):
            total.update(f"{path.relative_to(root.parent)}\0{sha256(path)}\n".encode())
        total.update(f"{root.name}\0{root.exists()}\n".encode())
    return total.hexdigest()


def inside(root: Path) -> list[Path]:
    """Every ordinary file in this folder, at any depth, without Python's own; or the file."""
    if root.is_file():
        return [root]
    found = (path for path in root.rglob("*") if path.is_file())
    return sorted(path for path in found if "__pycache__" not in path.parts)
