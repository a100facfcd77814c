"""An executed notebook as a page: what is on it, in which order, and that it stands alone."""

from __future__ import annotations

import json
import re
import stat
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from evidence_helpers import (
    ANSWER,
    BLOCK,
    code,
    notebook,
    opening,
    output,
    save,
    shown,
    text,
    whole,
)

from dsvstats import errors
from dsvstats.reporting import answering, blocks, evidence, markup, tags
from dsvstats.reporting.evidence import contents, glossary, pages, rendering

LOADING = {"src", "srcset", "poster", "background", "action", "formaction", "data"}


def made(held: dict, folder, name: str = "01_disproportionality") -> BeautifulSoup:
    """The page of this notebook."""
    (path,) = evidence.page(save(held, folder, name))
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


@pytest.fixture
def page(tmp_path):
    return made(whole(), tmp_path)


def headings(page: BeautifulSoup) -> list[str]:
    return [each.get_text() for each in page.find_all("h2")]


def test_title_heading_and_file_say_area_and_subject(tmp_path, page):
    assert page.title.get_text() == page.h1.get_text() == "Wandsworth: who is over-represented?"
    assert [each.name for each in tmp_path.glob("*.html")] == [
        "wandsworth_01_disproportionality.html"
    ]


def test_the_answer_comes_first_then_the_contents_and_all_else_after_them(page):
    assert headings(page) == [
        "The answer",
        "On this page",
        "Is each group's share that of the residents?",
        "What was not supplied",
        "Limits, in plain words",
        "How to cite",
        "Where this comes from",
        "Get the numbers",
        "Words used here",
        "Code",
        "Other pages and areas",
    ]


def test_no_more_than_three_tab_stops_stand_before_the_answer(page):
    before = page.find(id="answer").find_all_previous(
        ["a", "summary", "button", "input", "select", "textarea"]
    )
    assert [each.get_text() for each in reversed(before)] == ["Skip to the answer", "All areas"]
    assert page.find(class_="skip")["href"] == "#answer"


def test_the_answer_gives_each_finding_its_verdict_in_words(page):
    answer = page.find(class_="answer")
    tags = [each.get_text() for each in answer.find_all(class_="tag")]
    assert tags == ["Firm", "Not firm", "Not known"]
    assert page.find(class_="headline").get_text() == ANSWER.headline
    tiles = [each.b.get_text() for each in page.find(class_="tiles").find_all("li")]
    assert tiles == [each.number for each in ANSWER.tiles]


def test_every_verdict_has_its_words_once():
    from dsvstats.estimates import verdicts

    assert set(tags.TAGS) == set(verdicts.VERDICTS) - {verdicts.NOTHING}
    assert len({each.words for each in tags.TAGS.values()}) == len(tags.TAGS)


def test_every_section_has_an_address_of_its_own_and_every_link_inside_the_page_arrives(page):
    addresses = [each["id"] for each in page.find_all(id=True)]
    assert len(set(addresses)) == len(addresses)
    for each in page.find_all("h2"):
        assert each["id"]
    inside = [each["href"][1:] for each in page.find_all("a") if each["href"].startswith("#")]
    assert inside and set(inside) <= set(addresses)


def test_headings_of_two_questions_that_read_alike_have_two_addresses(tmp_path):
    question = [text("## Who?\n\nOne."), code("1", output({"text/plain": "one"}))]
    page = made(notebook(text("# Title"), *question, *question), tmp_path)
    assert [each["id"] for each in page.find_all("h2", string="Who?")] == ["who", "who-2"]


def test_what_was_not_supplied_is_told_once_and_takes_no_section(page):
    assert "Who is suspected?" not in headings(page)
    absent = page.find(id="not-supplied").find_next("ul").get_text()
    assert "Arrests and charges." in absent
    assert "Who is suspected? Accused and victims by the same strand." in absent


def test_all_code_stands_once_at_the_end_folded(page):
    details = page.find(id="code").find_next("details")
    code_shown = [each.get_text() for each in page.find_all("pre")]
    assert [each.get_text() for each in details.find_all("pre")] == code_shown
    assert "show(index)" in code_shown and 'area = "Wandsworth"' in code_shown
    assert not details.has_attr("open")


def test_it_says_how_to_cite_it_and_where_it_comes_from(page):
    cite = page.find(id="cite").find_next("p").get_text()
    for each in ("Wandsworth: who is over-represented", "24 November 2026", "c48d3a313d28"):
        assert each in cite
    sources = page.find(id="sources").find_next("ul")
    assert sources.a["href"] == sources.a.get_text() == "https://example.org/report/index.html"
    assert "Found at someone/somewhere@abc:raw/census.csv" in sources.get_text()
    assert "census 2001 and 2011" in page.find(id="sources").find_next("dl").get_text()


def test_the_words_that_it_uses_are_explained_at_its_foot_and_lead_to_the_glossary(page):
    words = page.find(id="words").find_next("dl")
    terms = [each.get_text() for each in words.find_all("dt")]
    assert "victim record" in terms and "Gini" not in " ".join(terms)
    known = {f"../glossary.html#{each.address}" for each in glossary.words()}
    assert {each["href"] for each in words.find_all("a")} <= known


def test_the_glossary_explains_each_word_at_one_address():
    addresses = [each.address for each in glossary.words()]
    assert len(set(addresses)) == len(addresses) > 30
    assert all(each.meaning and "*" not in each.meaning for each in glossary.words())


def from_elsewhere(page: BeautifulSoup) -> list[str]:
    """What the page would load or run that it does not hold."""
    found = [str(each) for each in page.find_all(["script", "iframe", "object", "embed", "base"])]
    for element in page.find_all(True):
        for name, value in element.attrs.items():
            if name.startswith("on") or (name in LOADING and not str(value).startswith("data:")):
                found.append(f"{element.name} {name}={value}")
        if element.name == "link" and urlsplit(element["href"]).scheme != "data":
            found.append(str(element))
    css = " ".join([*(s.get_text() for s in page.find_all("style")), str(page)])
    return found + re.findall(r"@import|url\((?!\"?data:|#)[^)]*\)", css)


HOSTILE = [
    output({"text/html": "<script>alert(1)</script>", "text/plain": "a plot"}),
    output({"text/html": '<img src="https://example.org/a.png">', "text/plain": "a plot"}),
    output({"text/html": "<b onclick='x()'>b</b>", "text/plain": "a plot"}),
    output({"text/html": "<i style='background:url(//x.org/y)'>b</i>", "text/plain": "a plot"}),
    output({"text/markdown": "<script>1</script> ![a plot](https://example.org/a.png)"}),
    output({"application/javascript": "alert(1)", "text/plain": "a plot"}),
]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_page_loads_nothing_from_elsewhere_and_runs_nothing(tmp_path, page, hostile):
    assert from_elsewhere(page) == []
    other = made(notebook(text("# Other"), code("plot()", hostile)), tmp_path)
    assert from_elsewhere(other) == [] and "a plot" in other.find("main").get_text()


def test_a_notebook_of_another_tool_is_shown_as_it_is(tmp_path):
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": ["one\n", "two\n"]},
        {"output_type": "stream", "name": "stderr", "text": "<oh>"},
        output(
            {"image/png": "aGVsbG8=\n", "text/plain": "a figure"},
            **{"image/png": {"alt": 'says "so" & <more>'}},
        ),
        output({"text/html": ["<table><caption>A <b>table</b></caption>", "</table>"]}),
        output({"text/markdown": "1. `one`\n2. $x < 1$\n\n> quoted"}),
        {"output_type": "error", "ename": "KeyError", "evalue": "'<x>'", "traceback": []},
    ]
    held = notebook(text("# A *title*\n\n**Why** it matters."), code("1 < 2", *outputs), area="")
    page = made(held, tmp_path, "notes")
    shown_there = page.find("main").get_text()
    for each in ("one\ntwo", "<oh>", "KeyError: '<x>'", "quoted", "Why it matters."):
        assert each in shown_there
    assert page.img["alt"] == 'says "so" & <more>' and page.img["src"].endswith("aGVsbG8=")
    assert page.find(class_="wide")["aria-label"] == "A table"
    assert page.find(class_="skip")["href"] == "#evidence"
    assert (tmp_path / "notes.html").exists()


UNUSABLE = [
    (b"", "JSONDecodeError"),
    (b'{"cells": [{"cell_type": "code", "source": "1", "outp', "JSONDecodeError"),
    (b"\xff\xfe\x00", "UnicodeDecodeError"),
    (b"[]", "TypeError"),
    (b'{"worksheets": [], "nbformat": 3}', "KeyError"),
    (b'{"cells": [], "nbformat": 3}', "of format 3"),
    (b'{"cells": [{"cell_type": "code"}], "nbformat": 4}', "KeyError"),
]


@pytest.mark.parametrize(("content", "problem"), UNUSABLE)
def test_what_is_no_whole_notebook_is_an_error_that_says_so(tmp_path, content, problem):
    path = tmp_path / "half.ipynb"
    path.write_bytes(content)
    with pytest.raises(errors.InputError, match=r"half\.ipynb: must be a whole notebook") as told:
        evidence.page(path)
    assert problem in str(told.value) and not list(tmp_path.glob("*.html"))


def test_a_part_of_an_unknown_kind_or_shape_is_such_an_error_too(tmp_path):
    held = whole()
    held["cells"][3]["outputs"][0]["data"][blocks.MIME] = {"part": "Sermon"}
    with pytest.raises(errors.InputError, match="whole notebook"):
        evidence.page(save(held, tmp_path))


@pytest.mark.parametrize("private", [False, True])
def test_what_is_not_for_publication_nobody_else_may_read(tmp_path, private):
    path = save(whole(private=private), tmp_path)
    path.chmod(0o600)
    (page,) = evidence.page(path)
    others = [bool(stat.S_IMODE(each.stat().st_mode) & 0o077) for each in (path, page)]
    assert others == [not private] * 2


def test_what_is_synthetic_says_so_in_its_title_and_above_its_answer(tmp_path):
    block = output({"text/html": "<p>Synthetic data: one</p>"})
    held = whole()
    held["cells"].append(code("show(index)", block))
    page = made(held, tmp_path)
    assert page.h1.get_text().startswith("Synthetic data: ")
    notice = page.find(class_="notice")
    assert "happened to nobody" in notice.get_text()
    assert notice in page.find(id="answer").find_all_previous("p")


@pytest.mark.parametrize(
    "part",
    [ANSWER, BLOCK, blocks.Provenance("1", {"a": [1]}, (blocks.Document("t"),), {"data": "x"})],
)
def test_a_part_comes_back_from_its_data_as_it_was(part):
    there = json.loads(json.dumps(blocks.data(part)))
    again = blocks.part(there)
    assert json.loads(json.dumps(blocks.data(again))) == there and type(again) is type(part)


def test_pages_do_not_share_what_they_say():
    first, second = (
        pages.to_html(contents.Contents("a", each, lead=each)) for each in ("First", "Second")
    )
    assert "First" in first and "First" not in second and "Second" in second


def test_a_page_can_be_prepared_and_is_made_in_no_time(tmp_path):
    from time import perf_counter

    rendering.prepare()
    path = save(whole(), tmp_path)
    evidence.page(path)
    began = perf_counter()
    evidence.page(path)
    assert perf_counter() - began < 0.5


def test_the_html_of_a_block_is_on_its_page_without_the_style_that_a_notebook_needs(tmp_path):
    html = "<style>p{color:red}</style><section><h3>Women</h3></section>"
    page = made(whole(html=html), tmp_path)
    assert page.find("h3", string="Women") and "color:red" not in str(page)


def test_a_block_is_shown_where_its_question_is_asked(tmp_path):
    held = whole(html="<p>four times</p>")
    held["cells"][5]["outputs"].append(shown(BLOCK, "<p>and again</p>"))
    page = made(held, tmp_path)
    section = page.find("h2", string="Is each group's share that of the residents?").parent
    assert "four times" in section.get_text() and "and again" in section.get_text()


def test_a_page_and_a_notebook_have_the_style_of_what_they_show(page):
    assert markup.style() in "".join(each.get_text() for each in page.find_all("style"))
    assert f"<style>{markup.style()}</style>" in answering.opened(opening()).html
