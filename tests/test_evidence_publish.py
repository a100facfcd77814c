"""What dsvstats publish makes: every format with the same numbers, whole or not at all."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from time import perf_counter

import docx
import openpyxl
import pytest
from bs4 import BeautifulSoup
from evidence_helpers import ANSWER, BLOCK, NOTHING, SECTION, TABLE, VALUES, WORDS, save, whole

from dsvstats import cli, files
from dsvstats.reporting import blocks, evidence
from dsvstats.reporting.evidence import contents, csvw, numbered, publishing, shorthand, xlsx

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PNG = base64.b64encode(
    base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    )
).decode()
ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
NAME = "wandsworth_01_disproportionality"


@pytest.fixture
def outputs(tmp_path):
    for area in ("Wandsworth", "Lambeth"):
        evidence.page(save(whole(area), tmp_path / "outputs" / area.lower()))
    return tmp_path / "outputs"


@pytest.fixture
def folder(outputs, tmp_path):
    publishing.publish(outputs, tmp_path / "site")
    return tmp_path / "site"


def inside(path: Path) -> dict[str, bytes]:
    """Every file under a folder, by its name there."""
    found = (each for each in path.rglob("*") if each.is_file())
    return {each.relative_to(path).as_posix(): each.read_bytes() for each in found}


# --- what is there


def test_every_page_is_there_in_every_format(folder):
    stem = f"wandsworth/{NAME}"
    table = f"wandsworth/csv/{NAME}_01_gender.csv"
    wanted = {f"{stem}.{each}" for each in ("html", "docx", "xlsx", "ipynb")}
    wanted |= {table, f"{table}-metadata.json"}
    found = set(inside(folder))
    assert wanted | {"index.html", "glossary.html", "ro-crate-metadata.json"} <= found
    assert len(found) == 2 * len(wanted) + 3


def test_the_page_leads_to_its_files_and_to_the_other_pages_and_says_how_large_they_are(folder):
    page = BeautifulSoup((folder / f"wandsworth/{NAME}.html").read_text(), "html.parser")
    section = page.find(id="numbers").parent
    links = [each["href"] for each in section.find_all("a")]
    assert links == [
        *(f"{NAME}.{each}" for each in ("docx", "xlsx", "ipynb")),
        f"csv/{NAME}_01_gender.csv",
    ]
    assert all((folder / "wandsworth" / each).is_file() for each in links)
    assert re.search(r"Word document \(\d+ kB\)", section.get_text())
    assert "../lambeth/lambeth_01_disproportionality.html" in str(page.find(id="more").parent)


def test_published_twice_it_is_the_same_bytes(outputs, folder, tmp_path):
    before = inside(folder)
    publishing.publish(outputs, folder, jobs=1)
    assert inside(folder) == before
    publishing.publish(outputs, tmp_path / "other")
    assert inside(tmp_path / "other") == before


# --- the same numbers


def word_tables(content: bytes) -> list[list[list[str]]]:
    document = docx.Document(io.BytesIO(content))
    return [[[c.text for c in row.cells] for row in t.rows] for t in document.tables]


def sheet_rows(content: bytes, name: str) -> list[list]:
    """The rows of a sheet's table, its head first."""
    sheet = openpyxl.load_workbook(io.BytesIO(content))[name]
    (table,) = sheet.tables.values()
    return [list(row) for row in sheet[table.ref]]


def as_shown(cell) -> str:
    """A spreadsheet's cell as its format writes it."""
    if isinstance(cell.value, str):
        return cell.value
    digits = len(cell.number_format.partition(".")[2].rstrip("%"))
    if cell.number_format.endswith("%"):
        return f"{cell.value:.{digits}%}"
    return f"{cell.value:{',' if ',' in cell.number_format else ''}.{digits}f}"


def test_word_spreadsheet_csv_and_page_give_the_same_numbers(folder):
    of = inside(folder / "wandsworth")
    (word,) = word_tables(of[f"{NAME}.docx"])
    assert [row[1:] for row in word[1:]] == [[*row[1:]] for row in WORDS]
    sheet = sheet_rows(of[f"{NAME}.xlsx"], "Table 1")
    shown = [[as_shown(cell) for cell in row[1:]] for row in sheet[1:]]
    short = set(shorthand.MEANINGS)
    for own, words in zip(shown, WORDS, strict=True):
        assert [a for a in own if a not in short] == [
            b for a, b in zip(own, words[1:], strict=True) if a not in short
        ]
    rows = list(csv.reader(io.StringIO(of[f"csv/{NAME}_01_gender.csv"].decode())))
    for row, values in zip(rows[1:], VALUES, strict=True):
        assert row[0] == values[0]
        for cell, value in zip(row[1:], values[1:], strict=True):
            assert cell in short if value is None else float(cell) == value
    for row, values in zip(sheet[1:], VALUES, strict=True):
        for cell, value in zip(row[1:], values[1:], strict=True):
            assert cell.value in short if value is None else cell.value == value


def test_numbers_are_numbers_with_the_format_that_they_are_read_in(folder):
    sheet = sheet_rows(inside(folder)[f"wandsworth/{NAME}.xlsx"], "Table 1")
    assert [cell.value for cell in sheet[1]][1:4] == [947, 1169, 947 / 1169]
    assert [cell.number_format for cell in sheet[1]][1:] == ["#,##0", "#,##0", "0.0%", "0.00"]


def test_every_sheet_with_shorthand_explains_it_and_what_is_not_a_number_is_shorthand(folder):
    content = inside(folder)[f"wandsworth/{NAME}.xlsx"]
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["Cover", "Contents", "Notes", "Table 1"]
    for sheet in book:
        cells = [str(c.value) for row in sheet.iter_rows() for c in row if c.value is not None]
        used = {short for short in shorthand.MEANINGS for cell in cells if cell == short}
        assert all(any(cell.startswith(f"{short} = ") for cell in cells) for short in used)
        assert not any(cell == "" for cell in cells)
    told = [row[0].value for row in book["Table 1"].iter_rows()]
    assert told[0].startswith(TABLE.caption) and SECTION.heading in told
    assert any("[note 1]" in str(each) for each in told)
    assert "Source: Wandsworth report" in told


@pytest.mark.parametrize(
    ("words", "short"),
    [
        ("withheld", "[c]"),
        ("", "[x]"),
        ("too few", "[x]"),
        ("1 (reference)", "[z]"),
    ],
)
def test_a_cell_without_a_number_says_why(words, short):
    column = (blocks.Column("n", "Count", "count"),)
    table = blocks.Table("", column, ((None,), (float("nan"),)), ((words,), (words,)))
    assert shorthand.rows(table) == [(short,), (short,)]


def test_a_limit_without_end_is_said_in_shorthand():
    column = (blocks.Column("upper", "Upper", "ratio", 2),)
    table = blocks.Table("", column, ((float("inf"),),), (("no upper limit",),))
    assert shorthand.rows(table) == [("[inf]",)]


def test_text_that_a_spreadsheet_would_take_for_its_own_stays_text():
    names = ("=1+1", "[a](b)[c](d)", "$$x$$", "...", "https://example.org", "\u0411\u043e")
    columns = (blocks.Column("group", "Group"), blocks.Column("n", "n", "count"))
    table = blocks.Table(
        "=caption",
        columns,
        tuple((each, 1) for each in names),
        tuple((each, "1") for each in names),
    )
    section = replace(SECTION, table=table)
    held = contents.Contents(
        "x",
        "X",
        questions=(
            contents.Question("q", shown=(contents.Output(blocks.Block("b", (section,))),)),
        ),
    )
    content = xlsx.to_xlsx(held)
    cells = [row[0].value for row in sheet_rows(content, "Table 1")[1:]]
    assert cells[0] == "=1+1" and len(cells) == len(names)
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        assert not any(b"<f>" in book.read(name) for name in book.namelist())


def test_a_page_without_tables_has_no_workbook():
    assert xlsx.to_xlsx(contents.Contents("x", "X")) == b""


def test_the_description_beside_a_csv_fits_it(folder):
    of = inside(folder / "wandsworth" / "csv")
    head = of[f"{NAME}_01_gender.csv"].decode().splitlines()[0].split(",")
    told = json.loads(of[f"{NAME}_01_gender.csv-metadata.json"])
    columns = told["tableSchema"]["columns"]
    assert told["url"] == f"{NAME}_01_gender.csv"
    assert [each["name"] for each in columns] == head
    assert all(name in each["titles"] for name, each in zip(head, columns, strict=True))
    assert [each["datatype"] for each in columns] == [
        *("string", "integer", "integer", "double", "double"),
    ]
    assert set(shorthand.MEANINGS) <= set(told["null"])


def test_a_code_of_a_csv_is_described_by_what_the_page_calls_it():
    columns = (blocks.Column("group", "Group"), blocks.Column("n", "Count", "count"))
    words = (("Women", "1"), ("Men", "2"), ("Other", "3"))
    table = blocks.Table("A", columns, (("Female", 1), ("Male", 2), ("Other", 3)), words)
    shown = contents.Output(blocks.Block("b", (replace(SECTION, table=table),)))
    held = contents.Contents("x", "X", questions=(contents.Question("q", shown=(shown,)),))
    [each] = numbered.tables(held)
    group, count = json.loads(csvw.described(each, held, url="a.csv"))["tableSchema"]["columns"]
    assert group["dc:description"] == "Called on the page: Female as Women; Male as Men."
    assert "dc:description" not in count


def test_columns_of_one_name_are_told_apart():
    column = blocks.Column("n", "Count", "count")
    text = csvw.to_csv(blocks.Table("", (column, column), ((1, 2),), (("1", "2"),)))
    assert text == "n,n_2\n1,2\n"


# --- the Word document


def test_word_has_real_headings_captions_repeated_heads_and_a_language(folder):
    content = inside(folder)[f"wandsworth/{NAME}.docx"]
    document = docx.Document(io.BytesIO(content))
    by_style: dict[str, list[str]] = {}
    for each in document.paragraphs:
        by_style.setdefault(each.style.name, []).append(each.text)
    assert by_style["Title"] == ["Wandsworth: who is over-represented?"]
    assert by_style["Heading 1"][0] == "The answer"
    assert "What was not supplied" in by_style["Heading 1"]
    assert by_style["Heading 2"] == [SECTION.heading]
    assert by_style["Caption"] == [f"Table 1. {TABLE.caption}"]
    (table,) = document.tables
    head, *rest = table._tbl.tr_lst
    assert head.find(f"{W}trPr/{W}tblHeader") is not None
    assert all(row.find(f"{W}trPr/{W}tblHeader") is None for row in rest)
    assert table._tbl.tblPr.find(f"{W}tblCaption").get(f"{W}val") == TABLE.caption
    languages = document.styles.element.xpath("w:docDefaults/w:rPrDefault/w:rPr/w:lang/@w:val")
    assert languages == ["en-GB"]
    assert document.core_properties.title == "Wandsworth: who is over-represented?"


def test_a_picture_in_word_has_its_caption_and_its_alternative_text(tmp_path):
    curve = {"label": "Share of reports", "across": [0.2, 1.0], "up": [0.4, 1.0]}
    figure = replace(SECTION.figure, rows=(curve,), scale={"look": "curve"})
    block = replace(BLOCK, sections=(replace(SECTION, figure=figure),))
    evidence.page(save(whole(block=block), tmp_path / "outputs" / "wandsworth"))
    publishing.publish(tmp_path / "outputs", tmp_path / "site")
    document = docx.Document(tmp_path / "site" / "wandsworth" / f"{NAME}.docx")
    (shape,) = document.inline_shapes
    assert shape._inline.docPr.get("descr") == figure.alt
    assert f"Figure 1. {figure.caption}" in [each.text for each in document.paragraphs]


def test_a_source_in_word_leads_to_its_address(folder):
    document = docx.Document(io.BytesIO(inside(folder)[f"wandsworth/{NAME}.docx"]))
    targets = {each.target_ref for each in document.part.rels.values() if each.is_external}
    assert "https://example.org/report/index.html" in targets


def test_a_table_in_word_keeps_its_figures_whole_and_gives_names_the_rest(folder):
    """Columns of one width broke names into five lines, and numbers in two."""
    document = docx.Document(io.BytesIO(inside(folder)[f"wandsworth/{NAME}.docx"]))
    (table,) = document.tables
    name, *others = [int(each.get(f"{W}w")) for each in table._tbl.tblGrid]
    assert name >= max(others) and 9000 < name + sum(others) <= 9070
    for n, wide in enumerate(others, 1):
        figures = [row.cells[n].text for row in table.rows[1:]]
        assert all(90 * len(each) < wide for each in figures if any(map(str.isdigit, each)))


# --- the description of it all


def test_the_crate_lists_every_file_with_its_checksum_and_says_what_it_was_made_from(folder):
    told = json.loads((folder / "ro-crate-metadata.json").read_text(encoding="utf-8"))
    graph = {each["@id"]: each for each in told["@graph"]}
    assert len(graph) == len(told["@graph"])
    listed = {each["@id"] for each in graph["./"]["hasPart"]}
    there = inside(folder)
    assert listed == set(there) - {"ro-crate-metadata.json"}
    for name in listed:
        assert graph[name]["sha256"] == sha256(there[name]).hexdigest()
        assert graph[name]["contentSize"] == str(len(there[name]))
    runs = [each for each in graph.values() if each["@type"] == "CreateAction"]
    assert len(runs) == 2
    for run in runs:
        linked = [*run["object"], *run["result"], run["instrument"]]
        assert all(each["@id"] in graph for each in linked)
        assert graph[run["instrument"]["@id"]]["softwareVersion"] == "0.1.0"
    given = {each["name"]: each["value"] for each in graph.values() if "value" in each}
    assert given["data"] == "published" and json.loads(given["census"]) == [2001, 2011]
    assert "https://example.org/report/index.html" in graph


def test_the_notebook_tells_no_path_of_the_machine_it_was_run_on(outputs, tmp_path):
    path = outputs / "wandsworth" / "01_disproportionality.ipynb"
    held = json.loads(path.read_text())
    held["metadata"]["papermill"] |= {"input_path": "/home/jo/a.ipynb", "output_path": "/home/jo/b"}
    path.write_text(json.dumps(held))
    publishing.publish(outputs, tmp_path / "site")
    copy = (tmp_path / "site" / "wandsworth" / f"{NAME}.ipynb").read_text()
    assert "/home/jo" not in copy and json.loads(copy)["cells"] == held["cells"]


# --- what is refused


def spoilt(outputs: Path, how: str) -> None:
    folder = outputs / "camden"
    if how == "private":
        evidence.page(save(whole("Camden", private=True), folder))
    if how == "error":
        held = whole("Camden")
        error = {"output_type": "error", "ename": "KeyError", "evalue": "'x'", "traceback": []}
        held["cells"][3]["outputs"] = [error]
        evidence.page(save(held, folder))
    if how == "half":
        folder.mkdir()
        (folder / "01_x.ipynb").write_text('{"cells": [')
    if how == "no page":
        save(whole("Camden"), folder)


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("private", "must be protected before it is published; received 'not for publication'"),
        ("error", "must be a run that ended well; received \"KeyError: 'x'\""),
        ("half", "must be a run that ended well; received 'no page beside it'"),
        ("no page", "must be a run that ended well; received 'no page beside it'"),
    ],
)
def test_what_may_not_be_published_is_refused_and_nothing_is_written(
    outputs, tmp_path, how, said, capsys
):
    spoilt(outputs, how)
    assert cli.main(["publish", str(outputs), "--to", str(tmp_path / "site")]) == 2
    assert said in capsys.readouterr().err and not (tmp_path / "site").exists()
    one = ["publish", str(outputs), "--to", str(tmp_path / "site"), "--area", "Lambeth"]
    assert cli.main(one) == 0
    assert {each.name for each in (tmp_path / "site").iterdir() if each.is_dir()} == {"lambeth"}


@pytest.mark.parametrize("to", ["mine", "outputs", "outputs/site", ".", "a_file", "a_link"])
def test_nothing_is_written_over_that_was_not_published(outputs, tmp_path, to, capsys):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years")
    (tmp_path / "a_file").write_text("x")
    (tmp_path / "a_link").symlink_to(tmp_path / "mine")
    before = inside(tmp_path)
    assert cli.main(["publish", str(outputs), "--to", str(tmp_path / to)]) == 2
    assert "--to: must be a" in capsys.readouterr().err and inside(tmp_path) == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "OUTPUTS: must be the folder of finished runs"),
        (["empty"], "must be a folder with finished pages"),
        (["outputs", "--area", "Lambth"], "did you mean lambeth?"),
        (["outputs", "--jobs", "0"], "--jobs: must be at least 1"),
        (["outputs", "--equality", "x.txt"], "--equality: must be given with --words"),
        (["outputs", "--words"], "since the board accepts no report without one"),
        (["outputs", "--words", "--equality", "blank.txt"], "the author's own"),
        (["outputs", "--words", "--equality", "none.txt"], "none.txt"),
    ],
)
def test_what_cannot_be_done_is_said_with_its_mend(
    outputs, tmp_path, monkeypatch, arguments, said, capsys
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "blank.txt").write_text(" \n\n")
    assert cli.main(["publish", *arguments, "--to", "site"]) == 2
    assert said in capsys.readouterr().err and not (tmp_path / "site").exists()


# --- whole or not at all


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits the size of files")
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_full_disk_leaves_what_was_published_before(outputs, folder, tmp_path, jobs):
    before = inside(folder)
    evidence.page(save(whole("Camden", html="<p>x</p>" * 50_000), outputs / "camden"))
    evidence.page(save(whole("Barnet"), outputs / "barnet"))
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))\n"
        "from dsvstats import cli; sys.exit(cli.main(sys.argv[1:]))"
    )
    arguments = ["publish", str(outputs), "--to", str(folder), "--jobs", jobs]
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2 and "File too large: nothing was left" in done.stderr
    assert inside(folder) == before
    assert sorted(each.name for each in tmp_path.iterdir()) == ["outputs", "site"]


def test_two_at_once_leave_one_whole(outputs, tmp_path):
    publishing.publish(outputs, tmp_path / "alone")
    wanted = inside(tmp_path / "alone")
    command = [sys.executable, "-m", "dsvstats.cli", "publish", str(outputs)]
    both = [subprocess.Popen([*command, "--to", str(tmp_path / "site")]) for _ in range(3)]
    assert [each.wait() for each in both] == [0, 0, 0]
    assert inside(tmp_path / "site") == wanted
    assert sorted(each.name for each in tmp_path.iterdir()) == ["alone", "outputs", "site"]


def test_a_folder_is_swapped_whole_or_stays(tmp_path):
    target = tmp_path / "site"
    with files.whole_folder(target) as draft:
        (draft / "a").write_text("first")

    def half() -> None:
        with files.whole_folder(target) as draft:
            (draft / "a").write_text("half")
            raise KeyError("x")

    with pytest.raises(KeyError):
        half()
    assert (target / "a").read_text() == "first"
    assert [each.name for each in tmp_path.iterdir()] == ["site"]


def test_a_page_in_all_formats_takes_less_than_a_second(outputs, tmp_path):
    publishing.publish(outputs, tmp_path / "site")  # what is imported once is not a page's time
    began = perf_counter()
    publishing.publish(outputs, tmp_path / "site", jobs=1)
    assert (perf_counter() - began) / 2 < 1


# --- in words alone


@pytest.fixture
def report(outputs, tmp_path):
    (tmp_path / "equality.txt").write_text("Women are over-represented.\n\nDisability is unknown.")
    arguments = ["--words", "--equality", str(tmp_path / "equality.txt")]
    assert cli.main(["publish", str(outputs), "--to", str(tmp_path / "words"), *arguments]) == 0
    return docx.Document(tmp_path / "words" / "wandsworth" / "wandsworth_report.docx")


def test_a_report_in_words_has_no_table_and_no_picture(report):
    assert report.tables == [] and len(report.inline_shapes) == 0
    assert not report.element.body.xpath(".//w:drawing | .//w:tbl | .//w:pict")


def test_it_has_the_findings_and_the_authors_paragraph_before_its_appendix(report):
    texts = [each.text for each in report.paragraphs]
    for finding in ANSWER.findings:
        assert any(finding.text in each for each in texts)
    assert any(SECTION.sentences[0] in each for each in texts)
    (said,) = [each for each in texts if SECTION.sentences[0] in each]
    assert said.startswith(SECTION.heading)
    asked = [each.text for each in report.paragraphs if each.style.name == "Heading 2"]
    assert asked == ["Is each group's share that of the residents?", *asked[1:]]
    headings = [each.text for each in report.paragraphs if each.style.name == "Heading 1"]
    at = texts.index("Equality and diversity implications")
    assert texts[at + 1 : at + 3] == ["Women are over-represented.", "Disability is unknown."]
    assert headings[0] == "Summary" and headings[-1] == "Appendix"
    assert headings.index("Equality and diversity implications") < len(headings) - 1


def test_a_report_of_more_than_fifteen_pages_is_refused(outputs, tmp_path, capsys):
    (tmp_path / "equality.txt").write_text("Long words here. " * 5000)
    arguments = ["--words", "--equality", str(tmp_path / "equality.txt")]
    assert cli.main(["publish", str(outputs), "--to", str(tmp_path / "words"), *arguments]) == 2
    said = capsys.readouterr().err
    assert "at most 15 pages" in said and not (tmp_path / "words").exists()


def test_pages_that_are_private_have_no_report_either(outputs, tmp_path, capsys):
    spoilt(outputs, "private")
    (tmp_path / "equality.txt").write_text("A paragraph.")
    arguments = ["--words", "--equality", str(tmp_path / "equality.txt")]
    assert cli.main(["publish", str(outputs), "--to", str(tmp_path / "words"), *arguments]) == 2
    assert "not for publication" in capsys.readouterr().err


def test_tables_are_numbered_through_the_page_and_empty_blocks_have_none():
    question = contents.Question(
        "q", shown=(contents.Output(BLOCK), contents.Output(NOTHING), contents.Output(BLOCK))
    )
    found = numbered.tables(contents.Contents("x", "X", questions=(question,)))
    assert [each.name for each in found] == ["01_gender", "02_gender"]


# --- the pages as they are


@pytest.fixture(scope="module")
def real(tmp_path_factory) -> Path:
    """The executed notebooks of the project, published."""
    folder = tmp_path_factory.mktemp("real")
    (folder / "outputs" / "wandsworth").mkdir(parents=True)
    for notebook in NOTEBOOKS:
        copy = folder / "outputs" / "wandsworth" / notebook.name
        shutil.copyfile(notebook, copy)
        evidence.page(copy)
    publishing.publish(folder / "outputs", folder / "site")
    return folder / "site" / "wandsworth"


def numbers(texts) -> list[str]:
    """The numbers in these texts, as they are written."""
    plain = " ".join(texts).replace("\N{MINUS SIGN}", "-")
    return re.findall(r"(?:(?<![\w)])-)?\d[\d,]*(?:\.\d+)?%?", plain)


def of_page(path: Path) -> list[list[list[str]]]:
    page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    for each in page.find_all("sup"):
        each.decompose()
    rows = ([*table.tbody.find_all("tr", class_=lambda n: n != "sec")] for table in tables_of(page))
    return [
        [numbers(cell.get_text() for cell in row.find_all(["th", "td"])) for row in each]
        for each in rows
    ]


def word_numbers(table) -> list[list[str]]:
    """The numbers of each row below the head; a row of one cell heads those below it."""
    rows = [[cell.text for cell in row.cells] for row in table.rows[1:]]
    lone = [len(row.tc_lst) == 1 for row in table._tbl.tr_lst[1:]]
    said = [[re.sub(r" \[note .*\]$", "", cell) for cell in row] for row in rows]
    return [numbers(row) for row, heads in zip(said, lone, strict=True) if not heads]


def tables_of(page: BeautifulSoup) -> list:
    return page.find(class_="body").find_all("table")


@pytest.mark.parametrize("name", [path.stem for path in NOTEBOOKS])
def test_every_number_of_every_table_is_the_same_in_every_format(real, name):
    stem = f"wandsworth_{name}"
    shown = of_page(real / f"{stem}.html")
    document = docx.Document(real / f"{stem}.docx")
    word = [word_numbers(each) for each in document.tables]
    assert sorted(word) == sorted(shown)  # a page has what it folds away after what it does not
    book = openpyxl.load_workbook(real / f"{stem}.xlsx")
    sheets = [sheet for sheet in book if sheet.title.startswith("Table ")]
    assert len(sheets) == len(word)
    for sheet, own in zip(sheets, word, strict=True):
        (table,) = sheet.tables.values()
        _, *rows = sheet[table.ref]
        assert len(rows) == len(own)
        for row, said in zip(rows, own, strict=True):
            for cell in row:
                if isinstance(cell.value, int | float):
                    assert as_shown(cell) in said, (sheet.title, said)


def test_the_cover_names_each_source_once_and_gives_long_lines_their_height(folder):
    book = openpyxl.load_workbook(io.BytesIO(inside(folder)[f"wandsworth/{NAME}.xlsx"]))
    cover = book.worksheets[0]
    told = [str(each.value or "") for (each,) in cover.iter_rows(max_col=1)]
    sources = [each for each in told if each.startswith("Source: ")]
    assert sources and len({each[:50] for each in sources}) == len(sources)
    for row, text in enumerate(told, 1):
        assert len(text) < 80 or cover.row_dimensions[row].height >= 15 * (len(text) // 80 + 1)


def test_a_process_in_which_an_engine_runs_is_not_forked(monkeypatch):
    """Its threads are not in the child, and their locks may be: one of three whole runs lost a process so."""
    monkeypatch.setitem(sys.modules, "duckdb", sys)
    with publishing._pool(1) as pool:
        assert pool._mp_context.get_start_method() == "spawn"
