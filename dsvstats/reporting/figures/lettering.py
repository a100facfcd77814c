"""How wide and how high text is, and where it is broken into lines."""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache

from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties

LINE = 1.3
DPI = 96


@lru_cache(maxsize=1)
def _renderer() -> RendererAgg:
    return RendererAgg(8, 8, 2 * DPI)


@lru_cache(maxsize=4096)
def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """How wide is this text, in inches?"""
    font = FontProperties(family="DejaVu Sans", size=size, weight="bold" if bold else "normal")
    return _renderer().get_text_width_height_descent(text, font, ismath=False)[0] / (2 * DPI)


def high(lines: list[str], size: float) -> float:
    """How high are these lines of text, in inches?"""
    return len(lines) * size * LINE / 72


def wrap(text: str, room: float, size: float, *, bold: bool = False) -> list[str]:
    """The text in lines that fit the room, in inches; a word that is too long is broken."""
    lines: list[str] = []
    for word in text.split():
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(joined, size, bold=bold) <= room:
            lines[-1] = joined
            continue
        while width_of(word, size, bold=bold) > room and len(word) > 1:
            cut = _fitting(word, room, size, bold)
            lines.append(word[:cut])
            word = word[cut:]
        lines.append(word)
    return lines


def _fitting(word: str, room: float, size: float, bold: bool) -> int:
    """How many of its letters fit the room? One at least."""

    def wide(letters: int) -> float:
        return width_of(word[:letters], size, bold=bold)

    return max(1, bisect_right(range(1, len(word)), room, key=wide))


def balanced(text: str, room: float, size: float, *, bold: bool = False) -> list[str]:
    """The text in as few lines as fit the room, about equally long."""
    lines = wrap(text, room, size, bold=bold)
    while len(lines) > 1 and room > 0.3:
        room -= 0.05
        tighter = wrap(text, room, size, bold=bold)
        if len(tighter) > len(lines) or any(
            width_of(line, size, bold=bold) > room for line in tighter
        ):
            break
        lines = tighter
    return lines
