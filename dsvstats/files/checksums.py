"""What do these files hold? Told by their content, whatever their time and size say."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from dsvstats.files.reading import opened


def sha256(path: str | Path, *, again: bool = True) -> str:
    """The SHA-256 of one file, in hexadecimal.

    Without ``again``, a file that this process has read is not read again while nothing says
    that it was touched: the time of its last change, which nobody can put back, is looked at too.

    >>> import dsvstats.files
    >>> len(sha256(dsvstats.files.data("README.md")))
    64
    """
    if again:
        return _read(path)
    path = Path(path).absolute()
    state = path.stat()
    times = state.st_mtime_ns, state.st_ctime_ns
    return _once(path, state.st_dev, state.st_ino, state.st_size, *times)


def _read(path: str | Path) -> str:
    with opened(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@cache
def _once(path: Path, *_: int) -> str:
    return _read(path)


def checksum(*paths: Path) -> str:
    """What do these files hold, in twelve characters? The start of a SHA-256 over all of them.

    >>> import dsvstats.files
    >>> len(checksum(dsvstats.files.data("README.md")))
    12
    """
    digest = hashlib.sha256()
    for path in sorted(paths):
        with opened(path) as file:
            digest.update(path.name.encode() + b"\0" + file.read())
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
