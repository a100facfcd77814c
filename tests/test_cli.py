"""The command line, as a newcomer types it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from dsvstats import cli
from dsvstats.files import data

PRINTED = data("published", "printed.csv").read_text(encoding="utf-8").splitlines()


def table(tmp_path, *wanted: str):
    """A file in the printed shape, of the printed tables with these ids."""
    rows = [line for line in PRINTED if any(each in line for each in wanted)]
    path = tmp_path / "table.csv"
    path.write_text("\n".join([PRINTED[0], *rows]) + "\n", encoding="utf-8")
    return path


def test_a_clean_table_exits_0(tmp_path, capsys):
    assert cli.main(["check", str(table(tmp_path, "brk:arrests-p17-accused/gender"))]) == 0
    assert capsys.readouterr().out == ""


def test_findings_exit_1_with_the_place_and_the_repair(tmp_path, capsys):
    assert cli.main(["check", str(table(tmp_path, "brk:arrests-p17-accused"))]) == 1
    said = capsys.readouterr().out
    assert "arrest_rates_2008_07_08, para 17" in said
    assert "Mends it: 3,649 for 13,649." in said


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\xff\xfe", b"PK\x03\x04\x00"])
def test_an_unusable_file_exits_2_in_one_line(tmp_path, capsys, content):
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    assert cli.main(["check", str(path)]) == 2
    said = capsys.readouterr().err
    assert said.startswith("dsvstats: table.csv") and said.count("\n") == 1


def test_a_bad_value_names_its_row(tmp_path, capsys):
    path = table(tmp_path, "brk:arrests-p17-accused/gender")
    path.write_text(path.read_text().replace("11524", "eleven"), encoding="utf-8")
    assert cli.main(["check", str(path)]) == 2
    assert "row 2" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "near"),
    [
        (["run", "--area", "Wandswort"], "did you mean Wandsworth?"),
        (["run", "01_disproportionalty", "--area", "Wandsworth"], "01_disproportionality"),
        (["run", "00", "--area", "Wandsworth", "-p", "dta", "counts"], "did you mean data?"),
        (["run", "00", "--area", "../x"], "area"),
    ],
)
def test_unknown_names_list_the_near_ones(arguments, near, capsys, tmp_path):
    assert cli.main([*arguments, "--outputs", str(tmp_path / "out")]) == 2
    assert near in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_areas_lists_london_and_the_boroughs(capsys):
    assert cli.main(["areas"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 33 and lines[0].startswith("London")


def test_help_does_not_import_what_is_heavy():
    heavy = "{'pandas', 'numpy', 'matplotlib', 'scipy', 'nbconvert', 'papermill'}"
    code = (
        "import sys\nfrom dsvstats import cli\n"
        "try: cli.main(['--help'])\nexcept SystemExit: pass\n"
        f"sys.exit(bool({heavy} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 0


def run_own_counts(tmp_path, *groups: str) -> subprocess.CompletedProcess:
    """Notebook 00 for Harrow on a CSV of victims by gender, from the command line."""
    own = tmp_path / "own.csv"
    rows = [
        f"Harrow,2008-04-01,2009-03-31,domestic_violence,victims,crime,gender,{each}\n"
        for each in groups
    ]
    own.write_text("area,start,end,subject,unit,measure,strand,group,count\n" + "".join(rows))
    words = f"-m dsvstats.cli run 00 --area Harrow -p data {own} --outputs"
    command = [sys.executable, *words.split(), str(tmp_path / "out")]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_researchers_own_counts_become_a_page(tmp_path):
    done = run_own_counts(tmp_path, "Female,100", "Male,20")
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "out" / "harrow" / "harrow_00_data_quality.html").read_text()
    assert "100 of 100" not in page and "120 of 120" in page
    assert "harrow/harrow_00_data_quality.html" in (tmp_path / "out" / "index.html").read_text()


@pytest.mark.parametrize("cell", ["-1", "1.5", "many"])
def test_bad_counts_stop_the_run_and_leave_no_page(tmp_path, cell):
    done = run_own_counts(tmp_path, f"Female,{cell}")
    assert done.returncode == 2
    rule = f"must be a whole number of 0 or more, or empty; received '{cell}'"
    assert f"own.csv row 2, count: {rule}" in done.stderr
    assert not list((tmp_path / "out").rglob("*.html"))


def test_a_synthetic_extract_is_made_checked_and_never_written_over(tmp_path, capsys):
    folder = tmp_path / "made-up"
    options = ["--incidents", "60", "--seed", "2", "--area", "Lambeth", "Barnet"]
    assert cli.main(["synth", str(folder), *options]) == 0
    assert "synthetic" in capsys.readouterr().out
    assert sorted(each.name for each in folder.iterdir() if not each.name.startswith(".")) == [
        "SYNTHETIC.txt",
        "calls",
        "people",
        "reports",
        "truth.csv",
    ]
    for path in (folder, folder / "reports" / "part-00000.parquet", f"{folder}*"):
        assert cli.main(["check", str(path)]) == (2 if str(path).endswith("*") else 0)
    before = (folder / "truth.csv").read_bytes()
    assert cli.main(["synth", str(folder), "--incidents", "10"]) == 2
    assert "empty" in capsys.readouterr().err
    assert (folder / "truth.csv").read_bytes() == before
    assert cli.main(["synth", str(tmp_path / "none"), "--area", "Atlantis"]) == 2
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("name", "now"),
    [
        ("source", "data"),
        ("counts_path", "data"),
        ("extract_path", "data"),
        ("mapping_path", "mapping"),
    ],
)
def test_what_a_parameter_was_called_is_an_error_with_its_name_now(tmp_path, capsys, name, now):
    where = ["--outputs", str(tmp_path / "out")]
    assert cli.main(["run", "--area", "Lambeth", "-p", name, "own.csv", *where]) == 2
    assert f"{name}: must be given as {now}" in capsys.readouterr().err
    table = tmp_path / "runs.csv"
    table.write_text(f"area,{name}\nLambeth,own.csv\n")
    assert cli.main(["run", "--runs", str(table), *where]) == 2
    assert f"{name}: must be given as {now}" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("data", ["own", "own.csv", "notes.txt", "header.csv"])
def test_data_that_are_nothing_known_are_refused_with_what_was_looked_for(tmp_path, capsys, data):
    (tmp_path / "notes.txt").write_text("a note")
    (tmp_path / "header.csv").write_text("a,b\n1,2\n")
    where = ["--outputs", str(tmp_path / "out")]
    assert cli.main(["run", "--area", "Lambeth", "-p", "data", str(tmp_path / data), *where]) == 2
    said = capsys.readouterr().err
    assert 'data: must be "published", a CSV of counts, or a folder, file or pattern' in said
    assert "looked for" in said
    assert not (tmp_path / "out").exists()


def test_a_parameter_of_some_notebooks_goes_to_those_and_it_says_so(tmp_path, capsys):
    options = ["--area", "Barnet", "-p", "subject", "rape", "--outputs", str(tmp_path)]
    assert cli.main(["run", "00", "03", *options]) == 0
    said = capsys.readouterr().err
    assert "subject: given to 03_repeat_victimisation; the others have none" in said
    assert cli.main(["run", "00", *options]) == 2
    assert "parameter 'subject' of 00_data_quality.ipynb" in capsys.readouterr().err


AREAS = [
    ["--area", "Lambet"],
    ["--runs", "runs.csv"],
    ["--area", "Lambeth", "-p", "data", "counts.csv"],
]


@pytest.mark.parametrize("options", AREAS)
def test_an_area_that_the_place_does_not_have_stops_the_run_with_the_near_ones(
    tmp_path, monkeypatch, capsys, options
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "runs.csv").write_text("area,data\nLambet,published\n")
    (tmp_path / "counts.csv").write_text(
        "area,start,end,subject,unit,measure,strand,group,count\n"
        "Lambet,2008-04-01,2009-03-31,domestic_violence,victims,crime,gender,Female,10\n"
    )
    assert cli.main(["run", *options, "--outputs", "out"]) == 2
    said = capsys.readouterr().err
    assert "must be London, or a borough of it; received 'Lambet'; did you mean Lambeth" in said
    assert ("counts.csv row 2, area" in said) == ("data" in options)
    assert not (tmp_path / "out").exists()


def test_an_extract_is_checked_where_it_lies(tmp_path, capsys):
    from dsvstats.sources import synthetic

    synthetic.generate(300, 1, out=tmp_path / "extract")
    status = cli.main(["check", str(tmp_path / "extract")])
    said = capsys.readouterr()
    assert status == 0 and said.err == "No findings: it can be counted\n"
    empty = tmp_path / "empty"
    empty.mkdir()
    assert cli.main(["check", str(empty)]) == 2
    assert "must be" in capsys.readouterr().out
