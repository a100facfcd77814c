"""A notebook as HTML by the evidence template, without what nbconvert does for other pages."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from dsvstats.reporting.figures import theme

TEMPLATES = Path(__file__).parent / "templates"
_LETTERS = " ".join(filter(str.isprintable, map(chr, range(33, 127))))


def html(content, **told: Any) -> str:
    """The page of this notebook; ``told`` is what its template says besides."""
    return _exporter().from_notebook_node(content, resources=told)[0]


def prepare() -> None:
    """Have the template compiled and the letters drawn, before pages are made side by side."""
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

    text = "# Title\n\n**What** is `it`, *then*?\n\n- [one](#two)\n\n$x$ &amp; <b>1</b>"
    data = {"text/markdown": text, "image/png": "", "text/html": text, "text/plain": text}
    shown = [new_output("display_data", {name: each}) for name, each in data.items()]
    cells = [new_markdown_cell(text), new_code_cell("1", outputs=shown)]
    html(new_notebook(cells=cells), title="Title", home="")
    with theme.style():
        page = theme.Page(_LETTERS, _LETTERS, body=0.1)
        page.figure.text(0.0, 0.0, _LETTERS, fontsize=theme.TEXT)
    assert theme.Picture(page.figure, "").png


@cache
def _exporter():
    """Made once in a process: its template takes as long to compile as a page to write."""
    from nbconvert import HTMLExporter
    from nbconvert.exporters.templateexporter import TemplateExporter
    from nbconvert.filters.widgetsdatatypefilter import WidgetsDataTypeFilter

    class Exporter(HTMLExporter):
        """Leaves out nbconvert's second reading of its page: the template says what it adds."""

        def from_notebook_node(self, nb, resources=None, **ignored):
            resources = self._init_resources(resources)
            kinds = WidgetsDataTypeFilter(
                notebook_metadata=self._nb_metadata, parent=self, resources=resources
            )
            self.register_filter("filter_data_type", kinds)
            return TemplateExporter.from_notebook_node(self, nb, resources)

    return Exporter(
        template_name="evidence",
        extra_template_basedirs=[str(TEMPLATES)],
        default_preprocessors=[],
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
    )
