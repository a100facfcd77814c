"""What was worked out once, kept for whoever asks the same: during a batch, and between runs.

Much on every area's page is the same for all of them. The runner names a folder for the time of
one batch; a function marked as `remembered` looks there before it works an answer out, by what
its arguments hold and never by who asked or when. Where no folder is named, as in a notebook
that is open, such a function is simply called.

What takes minutes to count is `recalled` between runs, by the content of what it was counted
from. Whatever is kept is verified by its checksum when it is read: what was damaged is worked
out anew. Nobody else may read any of it.
"""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache, wraps
from pathlib import Path
from typing import Any

from dsvstats import files
from dsvstats.errors import InputError

FOLDER = "DSVSTATS_REMEMBERED"
"""The environment variable that names the folder of one batch, which only its owner may read."""
PLACE = "DSVSTATS_CACHE"
"""The environment variable that names another folder for what is kept between runs."""
_MANIFEST = "manifest.json"
_CANNOT = (pickle.PicklingError, TypeError, AttributeError, RecursionError)


def remembered(function: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a function whose answer depends on nothing but its arguments and the project's data.

    >>> remembered(len)([1, 2])
    2
    """

    @wraps(function)
    def answered(*given: Any, **options: Any) -> Any:
        folder = os.environ.get(FOLDER)
        place = _place(folder, function, given, options) if folder else None
        if place is None:
            return function(*given, **options)
        found, answer = _found(place)
        if not found:
            answer = function(*given, **options)
            _keep(place, answer)
        return answer

    return answered


@contextmanager
def folder() -> Iterator[str]:
    """A folder for one batch, gone at its end; those that killed ones left go with it."""
    with files.Temporary("batch") as place:
        try:
            yield str(place)
        finally:
            files.sweep_temporary()


def content(path: str | Path) -> str:
    """The SHA-256 of a file, read once in a process or a batch unless it is touched meanwhile.

    >>> content(files.data("README.md")) == files.sha256(files.data("README.md"))
    True
    """
    return _content(*files.state(path)) if files.settled(path) else files.sha256(path)


@remembered
def _content(path: str, *_: int) -> str:
    return files.sha256(path, again=False)


def digest(*texts: str) -> str:
    """A name of sixteen characters for these texts.

    >>> digest("a", "b") == digest("ab")
    False
    """
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]


@cache
def code(*rooms: str) -> str:
    """The content of these modules and folders of the package: an edit makes what is kept stale.

    >>> len(code("errors", "files"))
    16
    """
    package = Path(__file__).parent
    named = [
        package / each if (package / each).is_dir() else package / f"{each}.py" for each in rooms
    ]
    found = [path for each in named for path in files.inside(each) if path.suffix == ".py"]
    return digest(*(f"{path.relative_to(package)} {files.sha256(path)}" for path in sorted(found)))


def recalled(name: str, *, of: str, key: str, make: Callable[[Path], None]) -> bytes:
    """The file of this name among those that `make` writes into a folder; made once for a `key`.

    ``of`` tells what it is kept of: what was kept of the same under another key goes when this
    is made. Only bytes that are as they were written are returned.
    """
    room = _room() / of
    for _ in range(2):
        held = _verified(room / key, name)
        if held is not None:
            return held
        _made(room, key, make)
    raise InputError(
        where=PLACE,
        rule="a folder that keeps what is written to it",
        value=str(room / key / name),
        mend="look at the disk, or name another folder",
    )


def _room() -> Path:
    """Where things are kept between runs."""
    import platformdirs

    folder = Path(os.environ.get(PLACE) or platformdirs.user_cache_dir("dsvstats"))
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise InputError(
            where=PLACE,
            rule="a folder that can be written",
            value=str(folder),
            mend=str(error.strerror or error),
        ) from None
    return folder


def _verified(place: Path, name: str) -> bytes | None:
    """The bytes of this file, if they are those of the manifest, and it is that of this place."""
    try:
        manifest = json.loads((place / _MANIFEST).read_bytes())
        held = (place / name).read_bytes()
        known = manifest["key"] == place.name and manifest["files"][name]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return held if known == hashlib.sha256(held).hexdigest() else None


def _made(room: Path, key: str, make: Callable[[Path], None]) -> None:
    """Make all or nothing; what was kept before, or was damaged, goes."""
    with files.writable(room):
        room.mkdir(mode=0o700, exist_ok=True)
        room.chmod(0o700)
        files.sweep(room)
        draft = room / f".{key}.{files.mine()}.part"
        try:
            draft.mkdir(mode=0o700)
            make(draft)
            made = {each.name: files.sha256(each) for each in files.inside(draft)}
            (draft / _MANIFEST).write_text(json.dumps({"key": key, "files": made}))
            for each in draft.iterdir():
                each.chmod(0o600)
            for each in room.iterdir():
                if not each.name.startswith("."):
                    shutil.rmtree(each, ignore_errors=True)
            with suppress(OSError):  # another run has just kept the same
                draft.rename(room / key)
        finally:
            shutil.rmtree(draft, ignore_errors=True)


def _place(folder: str, function: Callable, given: tuple, options: dict) -> Path | None:
    """The file of this answer; none where what was given cannot be told from other things."""
    try:
        held = pickle.dumps((given, sorted(options.items())), protocol=5)
    except _CANNOT:
        return None
    name = f"{function.__module__}.{function.__qualname__}"
    return Path(folder, hashlib.sha256(name.encode() + b"\0" + held).hexdigest())


def _found(place: Path) -> tuple[bool, Any]:
    """Is there an answer as it was written, and which?"""
    try:
        held = place.read_bytes()
        if hashlib.sha256(held[32:]).digest() == held[:32]:
            return True, pickle.loads(held[32:])
    except Exception:  # whatever is wrong with it, it can be worked out anew
        pass
    return False, None


def _keep(place: Path, answer: Any) -> None:
    """Write the answer whole or not at all; where there is no room or no folder, let it be."""
    with suppress(OSError, InputError, *_CANNOT):
        held = pickle.dumps(answer, protocol=5)
        files.write(place, hashlib.sha256(held).digest() + held, private=True)
