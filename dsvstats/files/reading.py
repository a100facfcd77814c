"""Opens and reads files; what cannot be read is an error that says the place and the mend."""

from __future__ import annotations

import gzip
import os
import stat
import zlib
from io import BufferedReader
from pathlib import Path
from typing import Any

from dsvstats.errors import InputError

_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}
_OTHER_TEXT = (b"\xff\xfe", b"\xfe\xff")
_MOST_NODES = 100_000
"""So many values a YAML file may hold, repeated ones counted each time."""


def opened(path: str | Path) -> BufferedReader:
    """An ordinary file, open to be read; a pipe, a device or a folder is an error and never waits.

    >>> opened("/dev/null")
    Traceback (most recent call last):
    ...
    dsvstats.errors.InputError: null: must be an ordinary file; received 'a device'; give it a file
    """
    name = Path(path).name or str(path)
    try:
        kind = _KINDS.get(stat.S_IFMT(Path(path).stat().st_mode))
        if kind is None:
            # a pipe that took its place meanwhile would make us wait
            flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
            return os.fdopen(os.open(path, flags), "rb")
    except FileNotFoundError:
        raise InputError(
            where=name,
            rule="a file that exists and can be read",
            value=str(path),
            mend="look at the path",
        ) from None
    except (OSError, ValueError) as error:
        mend = getattr(error, "strerror", None) or "look at the path"
        raise InputError(
            where=name, rule="a file that can be read", value=str(path), mend=mend
        ) from None
    raise InputError(where=name, rule="an ordinary file", value=kind, mend="give it a file")


def read_text(path: str | Path, *, mend: str = "save it as 'CSV UTF-8'", line: str = "row") -> str:
    """The text in this file, which must be UTF-8, with or without a byte order mark.

    ``line`` is what a line is called in an error.
    """
    name = Path(path).name
    with opened(path) as file:
        held = file.read()
    if name.endswith(".gz"):
        held = _unpacked(held, name)

    def wrong(start: int, value: str) -> InputError:
        row = held[:start].count(b"\n") + 1
        return InputError(
            where=f"{name} {line} {row}", rule="text in UTF-8", value=value, mend=mend
        )

    if held[:2] in _OTHER_TEXT:
        raise wrong(0, "text in UTF-16")
    if b"\0" in held:
        raise wrong(held.index(b"\0"), "a binary file")
    try:
        return held.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise wrong(error.start, f"another encoding (byte {held[error.start]:#x})") from None


def _unpacked(held: bytes, name: str) -> bytes:
    try:
        return gzip.decompress(held)
    except (OSError, EOFError, zlib.error):
        raise InputError(
            where=name,
            rule="a whole file packed by gzip",
            value="a damaged one",
            mend="pack it again",
        ) from None


def read_yaml(path: str | Path, *, as_text: bool = False, mend: str = "see its example") -> Any:
    """What does this YAML file hold? No name stands twice in one mapping.

    ``as_text`` leaves every word as it was written: yes, 01 and 12:30 are then no truth value,
    no 1 and no 750.
    """
    import yaml

    name, text = Path(path).name, read_text(path, mend="save it as UTF-8", line="line")
    place, kind = "", "BaseLoader" if as_text else "SafeLoader"
    try:
        loader = getattr(yaml, f"C{kind}", getattr(yaml, kind))(text)
        try:
            node = loader.get_single_node()
            if node is None:
                return None
            if fault := _fault_in(node):
                mark, value = fault
                place, problem = _place(mark), value
            else:
                return loader.construct_document(node)
        finally:
            loader.dispose()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        told = getattr(error, "problem", None) or getattr(error, "reason", None)
        place, problem = _place(mark), told or "something else"
    except (ValueError, RecursionError) as error:
        problem = "too deep" if isinstance(error, RecursionError) else str(error)
    raise InputError(where=f"{name}{place}", rule="YAML in UTF-8", value=problem, mend=mend)


def _place(mark: Any) -> str:
    return f" line {mark.line + 1}, column {mark.column + 1}" if mark else ""


def _fault_in(root: Any) -> tuple[Any, str] | None:
    """A name that stands twice, or a file that holds itself or far more than was written."""
    import yaml

    sizes: dict[int, int] = {}
    within: set[int] = set()

    def size(node: Any) -> int:
        if id(node) in within:
            raise _Fault(node.start_mark, "an alias of what it stands in")
        if id(node) not in sizes:
            within.add(id(node))
            parts = node.value if isinstance(node, yaml.CollectionNode) else ()
            if isinstance(node, yaml.MappingNode):
                _refuse_twice(node)
                parts = [part for pair in parts for part in pair]
            sizes[id(node)] = 1 + sum(map(size, parts))
            within.discard(id(node))
        if sizes[id(node)] > _MOST_NODES:
            raise _Fault(node.start_mark, "aliases of aliases, or a very large file")
        return sizes[id(node)]

    try:
        size(root)
    except _Fault as fault:
        return fault.args
    return None


class _Fault(Exception):
    """A mark and what is wrong there."""


def _refuse_twice(node: Any) -> None:
    import yaml

    seen = set()
    for key, _ in node.value:
        if isinstance(key, yaml.ScalarNode) and key.value != "<<":
            if (key.tag, key.value) in seen:
                raise _Fault(key.start_mark, f"{key.value!r} a second time")
            seen.add((key.tag, key.value))
