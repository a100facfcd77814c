"""Text looks as matplotlib draws it, wherever it stands, and is rendered once."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from dsvstats.reporting import canvas, theme

WORDS = "Wandsworth: 1.05 (0.75 to 1.43), “To Avoid” – Zażółć"


def drawn(kind, x=0.1, *, text=WORDS, size=11.5, **style):
    figure = Figure(figsize=(6, 0.5), dpi=192)
    kind(figure)
    figure.text(x, 0.4, text, fontsize=size, **style)
    figure.canvas.draw()
    return np.asarray(figure.canvas.buffer_rgba()).astype(int)[..., :3]


@pytest.mark.parametrize("size", [10.5, 15.0])
@pytest.mark.parametrize(
    "style", [{}, {"weight": "bold"}, {"style": "italic", "color": "#0072B2"}, {"rotation": 3}]
)
def test_it_is_within_a_pixel_of_matplotlibs(size, style):
    with theme.style():
        for x in (0.1, 0.10037, 0.1011):
            kinds = canvas.Canvas, FigureCanvasAgg
            ink, other = (255 - drawn(k, x, size=size, **style).min(axis=2) for k in kinds)
            assert ink.sum() == pytest.approx(other.sum(), rel=0.02)
            for axis in (0, 1):
                centre, where = (
                    (each.sum(axis=axis) * np.arange(each.shape[1 - axis])).sum() / each.sum()
                    for each in (ink, other)
                )
                assert abs(centre - where) <= 0.75


def test_what_was_drawn_before_does_not_show():
    with theme.style():
        first = drawn(canvas.Canvas)
        for size in (15.0, 10.5):
            drawn(canvas.Canvas, text="WO8 " * 5, size=size, weight="bold")
        assert (drawn(canvas.Canvas) == first).all()
        canvas._letter.cache_clear()
        canvas._measured.clear()
        canvas._laid.clear()
        assert (drawn(canvas.Canvas) == first).all()


def test_a_figure_that_changes_its_size_is_drawn_at_it():
    figure = Figure(figsize=(2, 1), dpi=50)
    held = canvas.Canvas(figure)
    for dpi in (50, 100):
        figure.set_dpi(dpi)
        held.draw()
        assert np.asarray(held.buffer_rgba()).shape == (dpi, 2 * dpi, 4)


def test_mathematics_is_left_to_matplotlib():
    ours, theirs = (drawn(k, text="$x^2_i$") for k in (canvas.Canvas, FigureCanvasAgg))
    assert (ours < 128).any() and ours.shape == theirs.shape
