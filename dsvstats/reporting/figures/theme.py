"""How every figure looks: colours, type, the page with its title, and how it reaches a notebook."""

from __future__ import annotations

import base64
import io
import os
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property, partial, wraps
from typing import Any

import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from PIL import Image

from dsvstats import cache
from dsvstats.reporting.figures.lettering import DPI, LINE, high, width_of, wrap

ACCENT, SECOND = "#0072B2", "#D55E00"
INK, SOFT, GREY, PALE, STRIPE = "#222222", "#555555", "#8A8A8A", "#D9D9D9", "#F4F5F6"
WIDTH, MARGIN = 9.0, 0.2
TITLE, TEXT, SMALL = 15.0, 11.5, 10.5
_COLOURS = 256
_EFFORT = 3  # zlib's: half the time of its usual 6 for a quarter more bytes
_RC = {
    "axes.edgecolor": SOFT,
    "axes.linewidth": 0.8,
    "axes.unicode_minus": True,
    "font.family": ["sans-serif"],
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": TEXT,
    "hatch.linewidth": 0.7,
    "path.simplify": True,
    "svg.hashsalt": "dsvstats",
    "text.color": INK,
    "text.parse_math": False,
    "text.usetex": False,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
}


@contextmanager
def style():
    """The settings under which figures are drawn, whatever the notebook's own are."""
    keep = {
        name: value
        for name, value in matplotlib.rcParamsDefault.items()
        if not name.startswith(("backend", "interactive", "toolbar", "datapath"))
    }
    with matplotlib.rc_context(keep | _RC):
        yield


class Picture:
    """A drawn figure with its alternative text, as a notebook shows it.

    ``figure`` is matplotlib's, made without pyplot; ``png`` the same bytes in any kernel, at
    twice the size it is shown; ``alt`` what it shows, in words and numbers.
    """

    def __init__(self, figure: Figure, alt: str) -> None:
        self.figure, self.alt = figure, alt

    @cached_property
    def png(self) -> bytes:
        with style():
            self.figure.set_dpi(2 * DPI)
            self.figure.canvas.draw()
        return _encoded(np.asarray(self.figure.canvas.buffer_rgba()))

    @cached_property
    def inches(self) -> tuple[float, float]:
        width, height = self.figure.get_size_inches()
        return float(width), float(height)

    def _repr_mimebundle_(self, include=None, exclude=None):
        width, height = (round(DPI * side) for side in self.inches)
        data = {
            "image/png": base64.b64encode(self.png).decode("ascii"),
            "text/plain": self.alt,
        }
        return data, {"image/png": {"alt": self.alt, "width": width, "height": height}}

    def __repr__(self) -> str:
        return self.alt


class _Drawn(Picture):
    """A picture that another run has drawn; it is drawn anew only if its figure is wanted."""

    def __init__(self, draw: Callable[[], Picture], shown: tuple) -> None:
        self._draw = draw
        self.png, self.alt, self.inches = shown

    @cached_property
    def figure(self) -> Figure:
        return self._draw().figure


def pictured(draw: Callable[..., Picture]) -> Callable[..., Picture]:
    """Mark a function that draws: runs of a batch that ask for the same picture draw it once."""

    @cache.remembered
    @wraps(draw)
    def shown(*given: Any, **options: Any) -> tuple:
        picture = draw(*given, **options)
        return picture.png, picture.alt, picture.inches

    @wraps(draw)
    def picture(*given: Any, **options: Any) -> Picture:
        if not os.environ.get(cache.FOLDER):
            return draw(*given, **options)
        return _Drawn(partial(draw, *given, **options), shown(*given, **options))

    return picture


def _encoded(pixels: np.ndarray) -> bytes:
    """These pixels as a PNG of at most 256 colours: a third of the file, flat colours kept."""
    whole = Image.fromarray(np.ascontiguousarray(pixels[..., :3]))
    file = io.BytesIO()
    whole.quantize(palette=_palette(pixels), dither=Image.Dither.NONE).save(
        file, format="png", dpi=(2 * DPI, 2 * DPI), compress_level=_EFFORT
    )
    return file.getvalue()


def _palette(pixels: np.ndarray) -> Image.Image:
    """The most frequent colours, one of each kind."""
    sample = pixels[::3, ::3, :3].reshape(-1, 3).astype(np.uint32)
    sample = sample @ np.array([65536, 256, 1], "u4")
    colours, counts = np.unique(sample, return_counts=True)
    colours = colours[np.argsort(-counts.astype(int), kind="stable")]
    _, first = np.unique(colours & 0xF8F8F8, return_index=True)
    kept = colours[np.sort(first)][:_COLOURS]
    palette = Image.new("P", (1, 1))
    palette.putpalette(
        np.stack([kept >> 16, kept >> 8 & 255, kept & 255], 1).astype("u1").tobytes()
    )
    return palette


@dataclass
class Page:
    """A figure's page: title, subtitle and key above, notes below, the body between them.

    All lengths are inches. ``axes`` places axes in the body, from its top left corner.
    """

    title: str
    subtitle: str
    body: float
    key: list[tuple[dict, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    width: float = WIDTH

    def __post_init__(self) -> None:
        room = self.width - 2 * MARGIN
        title = wrap(self.title, room, TITLE, bold=True)
        subtitle = wrap(self.subtitle, room, SMALL)
        notes = [line for note in self.notes for line in wrap(note, room, SMALL)]
        entries = self._key_lines(room)
        self.top = MARGIN + high(title, TITLE) + 0.06 + high(subtitle, SMALL) + 0.16
        self.top += len(entries) * _KEY
        below = high(notes, SMALL) + (0.16 if notes else 0)
        height = self.top + self.body + below + MARGIN
        self.figure = Figure(figsize=(self.width, height), facecolor="white")
        FigureCanvasAgg(self.figure)
        self._write(title, MARGIN, TITLE, weight="bold", name="title")
        self._write(
            subtitle,
            MARGIN + high(title, TITLE) + 0.06,
            SMALL,
            color=SOFT,
            name="subtitle",
        )
        self._write(notes, self.top + self.body + 0.16, SMALL, color=SOFT, name="notes")
        self._draw_key(entries, -len(entries) * _KEY - 0.04)

    def axes(self, left: float, top: float, width: float, height: float, **options):
        """Axes in the body, measured from its top left corner."""
        tall = self.figure.get_figheight()
        bottom = tall - self.top - top - height
        return self.figure.add_axes(
            (left / self.width, bottom / tall, width / self.width, height / tall),
            **options,
        )

    @cached_property
    def _paper(self):
        axes = self.figure.add_axes((0, 0, 1, 1), zorder=0)
        axes.set(xlim=(0, self.width), ylim=(self.figure.get_figheight() - self.top, -self.top))
        axes.axis("off")
        return axes

    def sheet(self):
        """The page as an invisible sheet whose units are inches, down from the body's top."""
        return self._paper

    def _write(self, lines: list[str], top: float, size: float, *, name: str, **style) -> None:
        tall = self.figure.get_figheight()
        if lines:
            self.figure.text(
                MARGIN / self.width,
                1 - top / tall,
                "\n".join(lines),
                fontsize=size,
                va="top",
                linespacing=LINE,
                gid=name,
                **style,
            )

    def _key_lines(self, room: float) -> list[list[tuple[dict, str, float]]]:
        lines: list[list[tuple[dict, str, float]]] = []
        used = room + 1
        for mark, text in self.key:
            wide = 0.38 + width_of(text, SMALL) + 0.2
            if used + wide > room:
                lines.append([])
                used = 0.0
            lines[-1].append((mark, text, used))
            used += wide
        return lines

    def _draw_key(self, lines, top: float) -> None:
        if not lines:
            return
        axes = self.sheet()
        for n, line in enumerate(lines):
            for mark, text, left in line:
                x, y = MARGIN + left, top + (n + 0.5) * _KEY
                if mark.get("patch"):
                    axes.add_artist(Rectangle((x, y - 0.075), 0.3, 0.15, **mark["patch"]))
                if mark.get("line"):
                    ends = (
                        ([x + 0.15] * 2, [y - 0.1, y + 0.1])
                        if mark.get("upright")
                        else ([x, x + 0.3], [y, y])
                    )
                    stroke(axes, *ends, **mark["line"])
                if mark.get("point"):
                    stroke(axes, [x + 0.15], [y], linestyle="none", **mark["point"])
                axes.text(x + 0.38, y, text, fontsize=SMALL, va="center_baseline", color=INK)


_KEY = 0.26


def stroke(axes, across, down, **style) -> None:
    """Draw a line, or points, on axes whose limits are set: ``plot`` costs three times that."""
    axes.add_artist(Line2D(across, down, **style))
