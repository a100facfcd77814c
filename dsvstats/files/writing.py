"""Writes files whole or not at all, and leaves nothing half-written behind."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from platform import node

from dsvstats.errors import NotWritten

_ENDING = ".part"
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES)
_swept: set[Path] = set()


@contextmanager
def whole(target: str | Path, *, private: bool = False, flush: bool = False) -> Iterator[Path]:
    """A draft beside the target, which takes its place when the block ends well, else goes.

    ``private``: for nobody else to read. ``flush``: on the disk before it is there. What killed
    processes left of drafts in the same folder goes too. A full disk is an `InputError`.
    """
    target = Path(target)
    with writable(target):
        sweep(target.parent, once=True)
        draft = draft_of(target)
        mode = 0o600 if private else 0o666
        try:
            os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode))
            yield draft
            move(draft, target, flush=flush)
        finally:
            draft.unlink(missing_ok=True)


def write(
    target: str | Path, content: str | bytes, *, private: bool = False, flush: bool = False
) -> None:
    """Write this file whole or not at all."""
    held = content.encode() if isinstance(content, str) else content
    with whole(target, private=private, flush=flush) as draft:
        draft.write_bytes(held)


def move(path: Path, target: Path, *, flush: bool = False) -> None:
    """Move a file to its place at once; with ``flush`` see to it that it is on the disk."""
    if flush:
        with path.open("rb+") as file:
            os.fsync(file.fileno())
    path.replace(target)
    if flush and hasattr(os, "O_DIRECTORY"):
        folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@contextmanager
def writable(target: Path) -> Iterator[None]:
    """Turn a full disk, or a folder that takes no file, into an error with its mend."""
    try:
        yield
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        raise NotWritten(
            where=target.name,
            rule="a file that can be written whole",
            value=str(target),
            mend=f"{os.strerror(error.errno)}: nothing was left half-written; make room, or name "
            "another folder",
        ) from None


def share(path: Path) -> None:
    """Let others read a file that was written as private, as far as they may by custom here."""
    plain = draft_of(path)
    try:
        plain.touch()
        path.chmod(plain.stat().st_mode & 0o777)
    finally:
        plain.unlink(missing_ok=True)


def sweep(folder: str | Path, *, once: bool = False) -> None:
    """Remove drafts of processes that are dead.

    ``once``: not again in this process.
    """
    folder = Path(folder)
    if once and folder in _swept:
        return
    _swept.add(folder)
    with suppress(OSError):
        for each in folder.glob(f".*{_ENDING}"):
            if abandoned(each.name.removesuffix(_ENDING)):
                shutil.rmtree(each) if each.is_dir() else each.unlink(missing_ok=True)


def mine() -> str:
    """The end of a name that says which process of which machine is at work there."""
    return f"{_host()}-{os.getpid()}-{secrets.token_hex(4)}"


def abandoned(name: str) -> bool:
    """Was what is named so left by a process of this machine that is no more?"""
    host, process, _ = ["", "", "", *name.rpartition(".")[2].split("-")][-3:]
    return host == _host() and process.isdecimal() and not _alive(int(process))


def draft_of(target: Path) -> Path:
    """A name beside the target that no other process gives, and that says whose it is."""
    return target.with_name(f".{target.name[:40]}.{mine()}{_ENDING}")


def _host() -> str:
    return sha256(node().encode()).hexdigest()[:8]


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True
