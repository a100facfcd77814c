"""The canvas that figures are drawn on: matplotlib's own, but each letter is rendered once.

Matplotlib renders every letter anew at its own 64th of a pixel, which takes most of the time
that a chart of many rows takes. Here a letter stands at the nearest quarter of a pixel, its
line on a whole one, and is rendered once in a process for each of the places there are.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from matplotlib.backends import backend_agg
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg

_PARTS, _MOST = 4, 10_000
_UPRIGHT = 0x10000 * np.eye(2, dtype=int)
_measured: dict[tuple, tuple[float, float, float]] = {}
_laid: dict[tuple, list[tuple]] = {}


class Canvas(FigureCanvasAgg):
    """A canvas whose letters are kept."""

    def get_renderer(self):
        asked = (*self.get_width_height(physical=True), self.figure.dpi)
        if getattr(self, "_asked", None) != asked:
            self.renderer, self._asked = Renderer(*asked), asked
        return self.renderer


class Renderer(RendererAgg):
    """Draws as matplotlib's does, but lays out a text and renders a letter once."""

    def get_text_width_height_descent(self, s, prop, ismath):
        if ismath:
            return super().get_text_width_height_descent(s, prop, ismath)
        key = s, hash(prop), self.dpi
        if key not in _measured:
            _keep(_measured, key, super().get_text_width_height_descent(s, prop, ismath))
        return _measured[key]

    def draw_text(self, gc, x, y, s, prop, angle, ismath=False, mtext=None):
        said = None if mtext is None else getattr(mtext, "get_language", str)()
        features = None if mtext is None else getattr(mtext, "get_fontfeatures", str)()
        self._asked = None if ismath or said or features else (s, hash(prop), self.dpi)
        if self._asked in _laid:
            self._draw_text_glyphs_and_boxes(gc, x, y, angle, _laid[self._asked], [])
        else:
            super().draw_text(gc, x, y, s, prop, angle, ismath, mtext)

    def _draw_text_glyphs_and_boxes(self, gc, x, y, angle, glyphs, boxes):
        glyphs, asked = list(glyphs), getattr(self, "_asked", None)
        if asked is not None and not boxes:
            _keep(_laid, asked, glyphs)
        if angle or boxes or not gc.get_antialiased():
            return super()._draw_text_glyphs_and_boxes(gc, x, y, angle, glyphs, boxes)
        line = round(self.height - y)
        for font, size, number, slant, extend, dx, dy in glyphs:
            if slant or extend != 1 or dy % 1:
                one = [(font, size, number, slant, extend, dx, dy)]
                super()._draw_text_glyphs_and_boxes(gc, x, y, angle, one, [])
                continue
            whole, part = divmod(round(_PARTS * (x + dx)), _PARTS)
            image, left, top = _letter(font, size, self.dpi, number, part)
            down = int(self.height) - (line + int(dy) + top) + image.shape[0]
            self._renderer.draw_text_image(image, whole + left, down, 0, gc)


def _keep(kept: dict, key: tuple, value) -> None:
    if len(kept) >= _MOST:
        kept.clear()
    kept[key] = value


@lru_cache(maxsize=_MOST)
def _letter(font, size: float, dpi: float, number: int, part: int):
    """The picture of a letter, and where its left and its top are from where it stands."""
    font.set_size(size, dpi)
    font._set_transform(_UPRIGHT, [round(0x40 * part / _PARTS), 0])
    flags, mode = backend_agg.get_hinting_flag(), backend_agg.RenderMode.NORMAL
    drawn = font._render_glyph(number, flags, mode)
    return np.array(drawn.buffer), drawn.left, drawn.top
