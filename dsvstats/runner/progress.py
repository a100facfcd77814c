"""What is running, what is done, and how long the rest may take: on standard error."""

from __future__ import annotations

import sys
import threading
from typing import Any, TextIO


class Progress:
    """A bar on a terminal, a line for each run elsewhere, nothing where it is not wanted."""

    def __init__(
        self, total: int, *, shown: bool, before: int = 0, stream: TextIO | None = None
    ) -> None:
        self.total, self.count, self.stream = total, before, stream or sys.stderr
        self.running: list[str] = []
        self.lock, self.bar = threading.Lock(), None
        self.lines = shown and not self.stream.isatty()
        if shown and not self.lines:
            from tqdm import tqdm

            options = {"total": total, "initial": before, "unit": "run", "smoothing": 0}
            self.bar = tqdm(file=self.stream, dynamic_ncols=True, leave=False, **options)
        elif self.lines and before:
            self._say(f"{before} of {total} runs done before")

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *error: object) -> None:
        if self.bar is not None:
            self.bar.close()

    def started(self, name: str) -> None:
        with self.lock:
            self.running.append(name)
            self._refresh()

    def stopped(self, name: str) -> None:
        with self.lock:
            self.running.remove(name)
            self._refresh()

    def ended(self, result: Any) -> None:
        with self.lock:
            self.count += 1
            reason = f": {result.reason}" if result.reason else ""
            told = f"{result.status}: {result.run.name} ({result.seconds:.1f} s){reason}"
            if self.bar is not None:
                self.bar.update()
                if not result.good:
                    self.bar.write(told, file=self.stream)
            elif self.lines:
                self._say(f"{self.count}/{self.total} {told}")

    def _refresh(self) -> None:
        if self.bar is not None:
            self.bar.set_postfix_str(", ".join(self.running))

    def _say(self, line: str) -> None:
        print(line, file=self.stream, flush=True)
