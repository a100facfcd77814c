"""Standard output and error of a notebook that has no kernel."""

from __future__ import annotations

import codecs
import io
import os
import sys
import tempfile
import threading

from jupyter_client.session import Session


class Stream(io.TextIOBase):
    """Standard output or error: what Python writes, and what reaches the file descriptor."""

    encoding = "UTF-8"

    def __init__(self, name: str, descriptor: int, session: Session) -> None:
        import fcntl

        getattr(sys, name).flush()
        self.name, self.session, self._descriptor = name, session, descriptor
        self._owner, self._lock = os.getpid(), threading.RLock()
        self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115
        fcntl.fcntl(self._file, fcntl.F_SETFL, os.O_APPEND)
        self._terminal = os.dup(descriptor)
        os.dup2(self._file.fileno(), descriptor)
        self._read = 0
        self._text: list[str] = []
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")

    def restore(self) -> None:
        os.dup2(self._terminal, self._descriptor)
        os.close(self._terminal)
        self._file.close()

    def fileno(self) -> int:
        return self._terminal

    def isatty(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        if os.getpid() != self._owner:  # a process that the notebook forked
            os.write(self._descriptor, text.encode(errors="replace"))
            return len(text)
        with self._lock:
            self._absorb()
            self._text.append(text)
        return len(text)

    def flush(self) -> None:
        if os.getpid() != self._owner or self._file.closed:
            return
        with self._lock:
            self._absorb()
            text = "".join(self._text)
            self._text.clear()
            if text:
                self.session.send(None, "stream", {"name": self.name, "text": text})

    def _absorb(self) -> None:
        size = os.fstat(self._file.fileno()).st_size
        if size < self._read:  # emptied by a program that opened /dev/stdout anew
            self._read = 0
        while self._read < size:
            found = os.pread(self._file.fileno(), size - self._read, self._read)
            self._read += len(found)
            self._text.append(self._decoder.decode(found))
