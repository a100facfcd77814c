"""A part of a page as a notebook displays it."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

from dsvstats.reporting import blocks
from dsvstats.reporting.blocks import Provenance


class Displayed:
    """A part of a page as a notebook displays it: HTML, plain text, and the part as data."""

    def __init__(self, part: blocks.Part, html: str, text: str) -> None:
        self.part, self.html, self.text = part, html, text

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, Any]:
        return {
            "text/html": self.html,
            "text/plain": self.text,
            blocks.MIME: blocks.data(self.part),
        }

    def __repr__(self) -> str:
        return self.text


def provenance(part: Provenance) -> Displayed:
    """What a page was made from, as a list of what and which.

    >>> provenance(Provenance("0.1.0", {"area": "Lambeth"}))
    Package version: dsvstats 0.1.0
    Parameter area: Lambeth
    """
    lines = {"Package version": f"dsvstats {part.version}"}
    lines |= {f"Parameter {name}": str(value) for name, value in part.parameters.items()}
    for n, each in enumerate(part.documents, 1):
        told = ", ".join(filter(None, [each.title, each.date, each.address]))
        lines[f"Source {n}"] = told
    lines |= {f"Checksum of {name}": value for name, value in part.checksums.items()}
    return Displayed(part, _listed(lines), "\n".join(f"{k}: {v}" for k, v in lines.items()))


def _listed(lines: Mapping[str, str]) -> str:
    said = "".join(
        f"<dt>{html.escape(name)}</dt><dd>{html.escape(value)}</dd>"
        for name, value in lines.items()
    )
    return f'<dl class="kv">{said}</dl>'
