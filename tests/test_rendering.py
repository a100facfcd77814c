"""An executed notebook as a page: what is in it, and that it is what nbconvert would write."""

from __future__ import annotations

import html

from bs4 import BeautifulSoup
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from dsvstats.reporting.evidence import rendering

ALT = 'says "so" & <more>'
TEXT = "# A *title*\n\n1. `one`\n2. $x < 1$\n\n> quoted & [linked](https://example.org)"


def notebook():
    png = {"image/png": "aGVsbG8=\n", "text/plain": "a figure"}
    outputs = [
        new_output("stream", text="one\n"),
        new_output("stream", text="two\n"),
        new_output("stream", name="stderr", text="<oh>"),
        new_output("display_data", png, metadata={"image/png": {"alt": ALT}}),
        new_output("execute_result", {"text/html": "<table><tr><td>1</td></tr></table>"}),
        new_output("display_data", {"text/markdown": TEXT, "text/plain": TEXT}),
        new_output("error", ename="KeyError", evalue="'<x>'", traceback=[]),
    ]
    return new_notebook(cells=[new_markdown_cell(TEXT), new_code_cell("1 < 2", outputs=outputs)])


def test_a_page_is_what_nbconvert_writes():
    told = {"title": "Title & more", "home": "../index.html"}
    theirs = HTMLExporter(
        template_name="evidence",
        extra_template_basedirs=[str(rendering.TEMPLATES)],
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
    ).from_notebook_node(notebook(), resources=told)[0]
    for _ in range(2):
        ours = rendering.html(notebook(), **told)
        assert str(BeautifulSoup(ours, "html.parser")) == theirs
    assert html.escape(ALT) in ours


def test_pages_do_not_share_what_they_say():
    first = rendering.html(new_notebook(), title="First", home="a.html")
    second = rendering.html(new_notebook(), title="Second", home="b.html")
    assert "First" in first and "First" not in second and "a.html" not in second


def test_a_page_can_be_prepared():
    rendering.prepare()
    assert "<title>Title</title>" in rendering.html(new_notebook(), title="Title", home="")
