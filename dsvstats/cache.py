"""What pure functions answered, kept for the other runs of a batch that ask the same.

Much on every area's page is the same for all of them. The runner names a folder for the
time of one batch; a function marked as `remembered` looks there before it works an answer
out, by what its arguments hold and never by who asked or when. Where no folder is named, as
in a notebook that is open, such a function is simply called.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

FOLDER = "DSVSTATS_REMEMBERED"
"""The environment variable that names the folder of one batch, which only its owner may read."""
_PREFIX = "dsvstats-batch-"


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
        try:
            return pickle.loads(place.read_bytes())
        except (OSError, EOFError, pickle.UnpicklingError):
            answer = function(*given, **options)
            _keep(place, answer)
            return answer

    return answered


@contextmanager
def folder() -> Iterator[str]:
    """A folder for one batch, gone at its end; those that killed ones left go with it."""
    for left in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        process = left.name.removeprefix(_PREFIX).partition("-")[0]
        if process.isdecimal() and not _alive(int(process)):
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(
        prefix=f"{_PREFIX}{os.getpid()}-", ignore_cleanup_errors=True
    ) as place:
        yield place


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def _place(folder: str, function: Callable, given: tuple, options: dict) -> Path | None:
    """The file of this answer; none where what was given cannot be told from other things."""
    try:
        held = pickle.dumps((given, sorted(options.items())), protocol=5)
    except (pickle.PicklingError, TypeError, AttributeError):
        return None
    name = f"{function.__module__}.{function.__qualname__}"
    return Path(folder, hashlib.sha256(name.encode() + b"\0" + held).hexdigest())


def _keep(place: Path, answer: Any) -> None:
    """Write the answer whole or not at all; where there is no room or no folder, let it be."""
    draft = place.with_name(f"{place.name}.{os.getpid()}")
    try:
        draft.write_bytes(pickle.dumps(answer, protocol=5))
        draft.replace(place)
    except (OSError, pickle.PicklingError, TypeError, AttributeError):
        draft.unlink(missing_ok=True)
