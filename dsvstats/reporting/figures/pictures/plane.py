"""A small plane to draw on, and the vector or the pixels that it becomes.

Every picture is as wide as a phone, at its true size, so that one drawing serves every screen;
what surrounds it is HTML, which lays itself out.
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
from collections.abc import Callable
from contextlib import contextmanager
from typing import Any

import matplotlib
from matplotlib.figure import Figure

INK, SOFT, LINE, GREY = "#1b1d1f", "#4d545b", "#d3d8dd", "#6b7278"
HUES = ("#0072b2", "#d55e00", "#6b7278", "#1b1d1f")
"""Okabe and Ito's blue and vermilion, then grey and ink: told apart by marks and dashes too."""
WIDTH, LETTER = 340, 12
_RC = {
    "axes.edgecolor": SOFT,
    "axes.labelcolor": SOFT,
    "axes.labelsize": LETTER,
    "axes.linewidth": 0.8,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.axisbelow": True,
    "figure.dpi": 72,
    "font.family": ["sans-serif"],
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": LETTER,
    "grid.color": LINE,
    "grid.linewidth": 0.8,
    "svg.fonttype": "none",
    "text.color": INK,
    "text.parse_math": False,
    "xtick.color": SOFT,
    "xtick.labelsize": LETTER,
    "ytick.color": SOFT,
    "ytick.labelsize": LETTER,
}


@contextmanager
def style(salt: str):
    """The settings under which pictures are drawn, whatever the notebook's own are."""
    keep = {
        name: value
        for name, value in matplotlib.rcParamsDefault.items()
        if not name.startswith(("backend", "interactive", "toolbar", "datapath"))
    }
    with matplotlib.rc_context(keep | _RC | {"svg.hashsalt": salt}):
        yield


def svg(draw: Callable[[Any], None], *, height: int, salt: str) -> str:
    """What is drawn, as an inline SVG: its letters as letters, the same bytes in any kernel.

    ``draw`` is given axes of ``WIDTH`` by ``height`` pixels; ``salt`` is what tells this picture
    from the others of its page.
    """
    with style(salt):
        figure = _drawn(draw, height=height)
        file = io.StringIO()
        figure.savefig(file, format="svg", metadata={"Date": None})
    return _inline(file.getvalue(), salt)


def png(*draws: Callable[[Any], None], height: int) -> str:
    """What is drawn, one below the other, as a PNG in base64 for what takes no vector."""
    with style("png"):
        file = io.BytesIO()
        _drawn(*draws, height=height).savefig(
            file, format="png", dpi=2 * 72, metadata={"Software": None}
        )
    return base64.b64encode(file.getvalue()).decode("ascii")


def _drawn(*draws: Callable[[Any], None], height: int) -> Figure:
    size = WIDTH / 72, len(draws) * height / 72
    figure = Figure(figsize=size, layout="constrained")
    for draw, axes in zip(draws, figure.subplots(len(draws), squeeze=False)[:, 0], strict=True):
        draw(axes)
    return figure


def _inline(text: str, salt: str) -> str:
    """Without what a file needs and a page has, and with names that no other picture has."""
    body = text[text.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>\s*", "", body, flags=re.DOTALL)
    body = re.sub(r"<style type=.*?</style>", "", body, flags=re.DOTALL)
    body = re.sub(r"<!--.*?-->\s*", "", body, flags=re.DOTALL)
    used = set(re.findall(r"(?:url\(#|href=\"#)([\w-]+)", body))
    prefix = "p" + hashlib.sha256(salt.encode()).hexdigest()[:8]
    body = re.sub(r'(?<= id=")[\w.-]+(?=")', lambda name: _name(name[0], used, prefix), body)
    body = body.replace(' id=""', "")
    body = re.sub(r"(url\(#|href=\"#)", rf"\g<1>{prefix}", body)
    body = re.sub(r"font: (\d+)px [^;\"]*", r"font-size: \1px", body)
    body = re.sub(r' width="[\d.]+pt"', f' width="{WIDTH}"', body, count=1)
    body = re.sub(r' height="([\d.]+)pt"', r' height="\1"', body, count=1)
    body = body.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)
    return re.sub(r"\s*\n\s*", " ", body).strip()


def _name(name: str, used: set[str], prefix: str) -> str:
    return f"{prefix}{name}" if name in used else ""
