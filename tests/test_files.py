"""Files: nothing passes a cell that could not be seen, and nothing is left half-written."""

from __future__ import annotations

import csv
import errno
import gzip
import os
import random
import stat
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsvstats import counts, errors, files
from dsvstats.errors import Faults, InputError
from dsvstats.files import temporary, writing

ROOT = Path(__file__).parent.parent
TEMPLATE = ROOT / "data" / "templates" / "counts.csv"
HEADER = "area,start,end,subject,unit,measure,strand,group,count"
BEGIN = "Wandsworth,2008-04-01,2009-03-31,domestic_violence,victims,crime,gender"
FEMALE, MALE = f"{BEGIN},Female,2801", f"{BEGIN},Male,480"


def written(folder: Path, text: str | bytes, name: str = "own.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def refused(path: Path, **options) -> str:
    with pytest.raises(InputError) as caught:
        files.read_csv(path, **options)
    return str(caught.value)


# --- CSV


@pytest.mark.parametrize(
    "text",
    [
        "a,b\n1, x \n",
        "\ufeffa,b\r\n1,x\r\n",
        "\n\n a ,b\n\n1,x\n , \n",
        "a,b,\n1,x,\n,,\n",
        "a;b\n1;x\n",
        'a,b\n"1","x"',
        "a,b\r1,x\r",
        "a,b\n1,\u00a0x\u2009\n",
    ],
)
def test_the_cells_are_the_same_however_a_spreadsheet_wrote_them(tmp_path, text):
    rows = files.read_csv(written(tmp_path, text))
    assert (rows.columns, rows.cells) == (["a", "b"], [["1", "x"]])


def test_letters_in_two_pieces_are_the_same_as_in_one(tmp_path):
    rows = files.read_csv(written(tmp_path, "a\nWandswo\u0308rth\n"))
    assert rows.cells == [["Wandsw\u00f6rth"]]


def test_rows_have_the_numbers_of_the_file(tmp_path):
    rows = files.read_csv(written(tmp_path, "\n\na,b\n\n1,x\n\n\n2,y\n"))
    assert rows.numbers == [5, 8]
    assert list(rows.records())[1] == (8, {"a": "2", "b": "y"})
    assert files.numbers(rows.frame()) == [5, 8]
    assert list(files.numbers(rows.frame().reset_index(drop=True))) == [0, 1]


def test_after_a_quoted_break_the_numbers_are_still_those_of_the_file(tmp_path):
    said = refused(written(tmp_path, 'a,b\n1,"x\n\ny"\n2,z,z\n'))
    assert said.splitlines() == [
        "own.csv row 2, b: must be a cell of one line; received 'x\\n\\ny'; "
        "take the line break out of the cell",
        "own.csv row 5: must be 2 cells, as in the header; received '3 cells'; "
        "quote cells that hold a comma, or a semicolon where these separate",
    ]


@pytest.mark.parametrize("each", ["\n", "\r", "\t", "\v", "\x1f", "\x85", "\u2028", "\u200b"])
def test_two_numbers_are_never_joined(tmp_path, each):
    """ "2801⏎2" was 28,012."""
    rows = f"{HEADER}\n{FEMALE.replace('2801', f'{chr(34)}2801{each}2{chr(34)}')}\n{MALE}\n"
    with pytest.raises(InputError, match=r"own\.csv row 2"):
        counts.read(written(tmp_path, rows))


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("a\u200db", "characters that can be seen"),
        ("a\ufeffb", "characters that can be seen"),
        ("\u202eab", "characters that can be seen"),
        ("a\x07b", "characters that can be seen"),
        ("\u0664\u0662", "digits 0 to 9"),
        ("\uff14\uff12", "digits 0 to 9"),
        ("H\u0430rrow", "one alphabet"),
        ("\u0391ll", "one alphabet"),
    ],
)
def test_what_only_looks_like_it_is_refused_where_it_stands(tmp_path, cell, says):
    said = refused(written(tmp_path, f"a,b\n1,x\n2,{cell}\n"))
    assert said.startswith("own.csv row 3, b: must be ") and says in said
    assert said.isprintable()


def test_other_alphabets_and_letters_with_accents_are_read(tmp_path):
    cells = ["Crédit, São", "Лондон", "Ωmega"[1:], "m²", "1 480 €"]
    text = "a\n" + "\n".join(f'"{each}"' for each in cells)
    assert [row[0] for row in files.read_csv(written(tmp_path, text)).cells] == cells


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "a table with a header row; received 'an empty file'; start it with a,b"),
        (" , \n\n", "received 'an empty file'"),
        ("a\n1\n", "own.csv, columns: must be a table with a, b; received ['a']; add b"),
        ("a,b,a\n1,2,3\n", "named once each; received 'a'"),
        ("a,b, b\n", "named once each; received 'b'"),
        ("a,b\u200b\n1,2\n", "own.csv, columns: must be made of characters that can be seen"),
        ("a,b,\n1,2,3\n", "own.csv row 2, column 3: must be a cell of a column that has a name"),
        ("a,b\n1\n", "own.csv row 2: must be 2 cells, as in the header; received '1 cells'"),
        ('a,b\n1,"x', "own.csv row 2: must be cells of CSV"),
        ('a,b\n1,"x"y\n2,z\n', "own.csv row 2: must be cells of CSV"),
        ("a,b\n1,\0\n", "own.csv row 2: must be text in UTF-8; received 'a binary file'"),
        ("a,b\n1,x\n".encode("utf-16"), "received 'text in UTF-16'"),
        ("a,b\n1,\u00e9\n".encode("latin-1"), "own.csv row 2: must be text in UTF-8; received"),
        (b"a,b\n1," + b"x" * 140_000, "field larger than field limit"),
    ],
)
def test_a_file_that_is_no_table_says_why(tmp_path, text, says):
    assert says in refused(written(tmp_path, text), needs=["a", "b"])


def test_all_faults_of_a_file_are_told_together_in_its_order(tmp_path):
    rows = [FEMALE.replace("2801", "x"), MALE.replace("Male", "Mal"), "a,b", MALE]
    with pytest.raises(InputError) as caught:
        counts.read(written(tmp_path, "\n".join([HEADER, *rows])))
    assert [line.split(": must")[0] for line in str(caught.value).splitlines()] == [
        "own.csv row 2, count",
        "own.csv row 3, group",
        "own.csv row 4",
    ]


def test_of_many_faults_the_first_are_told_and_the_others_counted(tmp_path):
    said = refused(written(tmp_path, "a\n" + "x\ty\n" * 1500)).splitlines()
    assert len(said) == errors.MOST + 1
    assert said[0].startswith("own.csv row 2, a") and said[-1] == "and 1,480 more"


@pytest.mark.parametrize(
    ("separator", "cell", "number"),
    [(",", '"1,480"', 1480), (",", '"1,234,567"', 1_234_567), (";", "1480", 1480), (",", "", None)],
)
def test_thousands_may_have_their_commas(tmp_path, separator, cell, number):
    text = f"{HEADER}\n{MALE.removesuffix('480')}".replace(",", separator) + f"{cell}\n"
    found = counts.read(written(tmp_path, text))["count"]
    assert found.tolist() == [number] if number is not None else found.isna().all()


@pytest.mark.parametrize(
    ("separator", "cell"),
    [(",", '"1,48"'), (",", '"01,480"'), (",", '"1,4800"'), (",", '",480"'), (",", "1 480"),
     (",", "1.480"), (";", "1,480"), (";", "1.480"), (",", '"-1,480"'), (",", "1480.0")],
)  # fmt: skip
def test_what_may_be_another_number_is_refused(tmp_path, separator, cell):
    text = f"{HEADER}\n{MALE.removesuffix('480')}".replace(",", separator) + f"{cell}\n"
    with pytest.raises(InputError, match=r"own\.csv row 2, count"):
        counts.read(written(tmp_path, text))


def test_packed_tables_are_read_and_damaged_ones_told(tmp_path):
    whole = gzip.compress(b"a,b\n1,x\n")
    assert files.read_csv(written(tmp_path, whole, "own.csv.gz")).cells == [["1", "x"]]
    for damaged in (whole[:-4], b"a,b\n", whole[:12] + b"\0\0" + whole[14:]):
        assert "own.csv.gz" in refused(written(tmp_path, damaged, "own.csv.gz"))


def test_whole_numbers_and_truth_values_are_typed_or_told(tmp_path):
    rows = files.read_csv(written(tmp_path, 'n,b\n"1,480",True\n-3,false\n'))
    held = rows.frame(n=int, b=bool)
    assert held["n"].tolist() == [1480, -3] and held["b"].tolist() == [True, False]
    rows = files.read_csv(written(tmp_path, "n,b\n1,yes\n\n1.5,true\n"))
    with pytest.raises(InputError) as caught:
        rows.frame(n=int, b=bool)
    assert [each.split(":")[0] for each in str(caught.value).splitlines()] == [
        "own.csv row 2, b",
        "own.csv row 4, n",
    ]


def test_every_table_of_the_project_is_read():
    found = list((ROOT / "data").rglob("*.csv*"))
    assert len(found) > 5
    for path in found:
        assert len(files.read_csv(path).cells), path


# --- a mutator of cells: an error or the same numbers


SEEDS = [*range(3), *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(3, 60))]
PIECES = [
    *("\n", "\r", "\r\n", "\t", "\0", "\v", "\x1b", "\x85", "\u2028", "\u200b", "\u2060", "\ufeff"),
    *('"', "'", "\u201c", ",", ";", " ", "\u00a0", "\u2009", "-", "+", "=", ".", "0", "1", "e"),
    *("\u0430", "\u0435", "\u0391", "\u0661", "\uff11", "\u00b2", "\u0301", "\ud7ff", "\U0001f600"),
]
"""Control characters, breaks, blanks of no width, letters and digits that look alike, quotes."""


def mutated(text: str, chance: random.Random) -> str:
    """The text of a file with a small change somewhere: in it, instead of it, or taken away."""
    at = chance.randrange(len(text) + 1)
    piece = "".join(chance.choices(PIECES, k=chance.choice([1, 1, 2])))
    kind = chance.choice(["put in", "instead", "around", "away", "twice"])
    if kind == "put in":
        return text[:at] + piece + text[at:]
    if kind == "instead":
        return text[:at] + piece + text[at + 1 :]
    if kind == "around":
        end = at + chance.randrange(12)
        return f'{text[:at]}"{text[at:end]}{piece}"{text[end:]}'
    return (
        text[:at] + text[at + 1 :] if kind == "away" else text[:at] + text[at : at + 9] + text[at:]
    )


def numbers(cases: pd.DataFrame) -> dict:
    """Each count by its key."""
    held = cases.astype({"count": object}).set_index(counts.KEY)["count"]
    return held.where(held.notna(), None).to_dict()


def read(path: Path) -> pd.DataFrame | None:
    """The counts, or nothing where the file was refused with its place, each fault on a line."""
    try:
        return counts.read(path)
    except InputError as error:
        told = [error.where.startswith("own.csv"), *map(str.isprintable, str(error).splitlines())]
    assert all(told), told
    return None


@pytest.fixture(scope="module")
def own() -> str:
    return f"{HEADER}\n{FEMALE}\n{MALE}\n"


INVISIBLE = [each for each in PIECES if not each.isprintable() or each in ("\u2009", "\u0301")]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_change_that_nobody_sees_is_refused_or_changes_no_number(tmp_path, own, seed):
    chance, right = random.Random(seed), numbers(counts.read(written(tmp_path, own)))
    taken = 0
    for tried in range(80):
        at = chance.randrange(len(own) + 1)
        start, end = own.rfind(",", 0, at) + 1, own.find(",", at)
        piece = chance.choice(INVISIBLE)
        if not tried:  # a line at the end holds nothing, so that one change at least is taken
            at, start, end, piece = len(own), len(own), len(own), "\n"
        changed = own[:at] + piece + own[at:]
        if chance.random() < 0.5 and "\n" not in own[start:end]:
            changed = f'{own[:start]}"{own[start:at]}{piece}{own[at:end]}"{own[end:]}'
        found = read(written(tmp_path, changed))
        if found is not None:
            taken += 1
            assert numbers(found) == right, repr(changed)
    assert taken


def plainly(path: Path) -> list[str]:
    """The counts that a plain reader of CSV sees in the file, as text."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.reader(file) if any(map(str.strip, row))]
    at = [each.strip() for each in rows[0]].index("count")
    return [row[at].strip().replace(",", "") for row in rows[1:]]


@pytest.mark.parametrize("seed", SEEDS)
def test_any_change_is_read_as_it_stands_or_refused_with_its_place(tmp_path, own, seed):
    chance = random.Random(seed)
    for _ in range(80):
        changed = mutated(own, chance)
        path = written(tmp_path, changed.encode("utf-8", "surrogatepass"))
        found = read(path)
        if found is not None:
            told = ["" if each is pd.NA else str(each) for each in found["count"]]
            assert told == [each.lstrip("0") or each[-1:] for each in plainly(path)], repr(changed)


# --- what is no ordinary file


@pytest.mark.parametrize("read", [files.read_csv, files.read_yaml, files.sha256, files.checksum])
def test_a_pipe_a_folder_a_device_and_what_is_not_there_are_told_at_once(tmp_path, read):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for path, says in (
        (tmp_path / "pipe", "a pipe"),
        (tmp_path, "a folder"),
        (Path("/dev/null"), "a device"),
        (tmp_path / "none", "a file that exists"),
        (tmp_path / "x\0y", "a file that can be read"),
        (tmp_path / ("x" * 300), "a file that can be read"),
        (tmp_path / "loop", "a file that can be read"),
    ):
        with pytest.raises(InputError, match=says):
            read(path)


# --- YAML


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: 1\nb: {c: 2, c: 3}\n", "own.yml line 2, column 11: must be YAML.*'c' a second time"),
        ("a: [1", r"own.yml line \d"),
        ("a: &x [*x]", "an alias of what it stands in"),
        ("a: &x 1\nb: \x07\n", "own.yml"),
        ("a: 2008-13-45", "month must be in 1..12"),
        ("[" * 4000, "own.yml"),
        ("a: !!python/name:os.system", "own.yml line 1, column 4"),
        (b"a: \xff", "own.yml line 1: must be text in UTF-8"),
        ("\n".join(f"- &a{n} [{', '.join([f'*a{n - 1}'] * 9) if n else 1}]" for n in range(9)),
         "aliases of aliases"),
    ],
)  # fmt: skip
def test_yaml_that_cannot_be_taken_says_where(tmp_path, text, says):
    with pytest.raises(InputError, match=says):
        files.read_yaml(written(tmp_path, text, "own.yml"))


def test_yaml_as_text_leaves_words_as_they_were_written(tmp_path):
    path = written(tmp_path, "yes: no\n01: 12:30\nx: {~: 2008-04-01}\n", "own.yml")
    assert files.read_yaml(path, as_text=True) == {
        "yes": "no",
        "01": "12:30",
        "x": {"~": "2008-04-01"},
    }
    assert files.read_yaml(written(tmp_path, "", "own.yml")) is None


# --- errors


def test_a_value_is_cut_to_a_line():
    for value in ("x" * 10**6, "x\n" * 500, b"x" * 10**6, ["x" * 900] * 900, {1: "\u200b" * 900}):
        said = str(InputError(where="a", rule="b", value=value, mend="c"))
        assert len(said) < errors.LONGEST + 60 and said.isprintable()
    assert "…" in said or "..." in said
    nested: list = []
    nested.append(nested)
    for value in (nested, 10**5000, pd.DataFrame({"a": range(900)})):
        assert str(InputError(where="a", rule="b", value=value, mend="c")).isprintable()


@given(st.one_of(st.text(), st.binary(), st.lists(st.text()), st.floats(), st.none()))
def test_any_value_is_shown_on_one_line(value):
    shown = errors.shown(value)
    assert shown.isprintable() and len(shown) <= errors.LONGEST + 2


def test_an_error_goes_through_a_process():
    import pickle

    faults = Faults("own.csv")
    for row in (3, 2):
        faults.add(row, "count", rule="a number", value=row, mend="write one")
    with pytest.raises(InputError) as caught:
        faults.tell()
    again = pickle.loads(pickle.dumps(caught.value))
    assert str(again) == str(caught.value) and again.where == "own.csv row 2, count"


# --- written whole or not at all


def left(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


@pytest.mark.parametrize("error", [KeyError("x"), KeyboardInterrupt(), OSError(errno.EINTR, "x")])
def test_a_file_is_written_whole_or_stays_as_it_was(tmp_path, error):
    target = tmp_path / "page.html"
    files.write(target, "before")

    def half() -> None:
        with files.whole(target) as draft:
            draft.write_text("half")
            raise error

    with pytest.raises(type(error)):
        half()
    assert target.read_text() == "before" and left(tmp_path) == ["page.html"]
    files.write(target, "after")
    assert target.read_text() == "after" and left(tmp_path) == ["page.html"]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS])
def test_a_full_disk_is_a_plain_error_and_leaves_nothing(tmp_path, monkeypatch, code):
    files.write(tmp_path / "page.html", "before")

    def full(path, held):
        with path.open("wb") as file:
            file.write(held[:3])
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(InputError, match=r"page\.html: must be a file that can be written whole"):
        files.write(tmp_path / "page.html", "after")
    assert (tmp_path / "page.html").read_text() == "before" and left(tmp_path) == ["page.html"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits the size of files")
def test_a_disk_that_is_really_full_leaves_nothing(tmp_path):
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "from dsvstats import errors, files\n"
        "try: files.write(sys.argv[1], 'x' * 5000, flush=True)\n"
        "except errors.InputError as error: print(error)"
    )
    run = [sys.executable, "-B", "-c", code, str(tmp_path / "page.html")]
    said = subprocess.run(run, capture_output=True, text=True, check=True).stdout
    assert "File too large" in said and left(tmp_path) == []


def test_many_at_once_write_one_file_whole(tmp_path):
    def write(number: int) -> None:
        for _ in range(20):
            files.write(tmp_path / "page.html", str(number) * 50_000)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for each in threads:
        each.start()
    seen = set()
    while any(each.is_alive() for each in threads):
        if (tmp_path / "page.html").exists():
            seen.add((tmp_path / "page.html").read_text())
    assert all(len(text) == 50_000 and len(set(text)) == 1 for text in seen)
    assert left(tmp_path) == ["page.html"]


def test_what_a_killed_process_left_goes_and_what_a_living_one_makes_stays(tmp_path):
    code = (
        "import os, sys; from dsvstats import files\n"
        "with files.whole(sys.argv[1]) as draft:\n"
        "    draft.write_text('half'); os.kill(os.getpid(), 9)"
    )
    run = [sys.executable, "-c", code, str(tmp_path / "page.html")]
    assert subprocess.run(run, check=False).returncode == -9
    assert len(left(tmp_path)) == 1 and left(tmp_path)[0].endswith(".part")
    living = tmp_path / f".other.{files.mine()}.part"
    elsewhere = tmp_path / ".other.0123abcd-1-ff.part"
    for each in (living, elsewhere, tmp_path / ".other.part", tmp_path / ".x.1-2.part"):
        each.write_text("")
    files.write(tmp_path / "page.html", "whole")
    assert left(tmp_path) == [
        *sorted([elsewhere.name, living.name, ".other.part", ".x.1-2.part"]),
        "page.html",
    ]


def test_private_files_are_for_their_owner_and_others_as_is_the_custom_here(tmp_path):
    before = os.umask(0o027)
    try:
        for private, mode in ((True, 0o600), (False, 0o640)):
            files.write(tmp_path / "page.html", "x", private=private)
            assert stat.S_IMODE((tmp_path / "page.html").stat().st_mode) == mode
        (tmp_path / "page.html").chmod(0o600)
        files.share(tmp_path / "page.html")
        assert stat.S_IMODE((tmp_path / "page.html").stat().st_mode) == 0o640
    finally:
        os.umask(before)
    assert left(tmp_path) == ["page.html"]


def test_a_link_is_replaced_and_not_followed(tmp_path):
    (tmp_path / "other").write_text("other")
    (tmp_path / "page.html").symlink_to(tmp_path / "other")
    files.write(tmp_path / "page.html", "page")
    assert (tmp_path / "other").read_text() == "other"
    assert not (tmp_path / "page.html").is_symlink()


def test_long_names_are_written_too(tmp_path):
    files.write(tmp_path / ("é" * 120), "x")
    assert left(tmp_path) == ["é" * 120]


# --- folders for a while


def test_a_folder_for_a_while_goes_and_so_does_that_of_a_killed_process(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    code = (
        "import os; from dsvstats import files\n"
        "held = files.Temporary('kernel'); os.kill(os.getpid(), 9)"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    subprocess.run([sys.executable, "-c", code], env=environment, check=False)
    assert len(left(tmp_path)) == 1
    with files.Temporary("duckdb") as folder:
        assert left(tmp_path) == [folder.name]
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert left(tmp_path) == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_a_forked_child_leaves_its_parents_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    held = files.Temporary("duckdb")
    child = os.fork()
    if not child:
        held.cleanup()
        os._exit(0)
    os.waitpid(child, 0)
    assert held.path.is_dir()
    held.cleanup()
    assert left(tmp_path) == []
    assert temporary.Temporary is files.Temporary and writing.mine is files.mine


# --- content


def test_a_checksum_is_of_names_and_content(tmp_path):
    first, second = tmp_path / "a", tmp_path / "b"
    for each in (first, second):
        each.mkdir()
        (each / "x.csv").write_text("1")
    assert files.checksum(first / "x.csv") == files.checksum(second / "x.csv")
    before = files.folder_checksum([first])
    (first / "__pycache__").mkdir()
    (first / "__pycache__" / "x.pyc").write_text("1")
    assert files.folder_checksum([first]) == before != files.folder_checksum([second])
    (first / "x.csv").write_text("2")
    assert files.folder_checksum([first]) != before
    assert files.checksum(first / "x.csv") != files.checksum(second / "x.csv")
