"""A researcher's own counts: what cannot be is told before anything runs, all of it together."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

import dsvstats as dsv
from dsvstats import cli, counts, files
from dsvstats.errors import InputError
from dsvstats.runner import batch
from dsvstats.sources import kinds, own, supply
from dsvstats.statistics import disproportionality as gaps

ROOT = Path(__file__).parents[1]
HEADER = "area,start,end,subject,unit,measure,strand,group,count,source"


def row(**cells: str) -> str:
    usual = {
        "area": "Harrow",
        "start": "2008-04-01",
        "end": "2009-03-31",
        "subject": "domestic_violence",
        "unit": "victims",
        "measure": "crime",
        "strand": "gender",
        "group": "Female",
        "count": "300",
        "source": "force",
    }
    return ",".join((usual | cells).values())


MALE = row(group="Male", count="100")


def written(tmp_path: Path, *rows: str, header: str = HEADER) -> str:
    path = tmp_path / "own.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return str(path)


def refused(path: str, **options) -> list[str]:
    with pytest.raises(InputError) as caught:
        own.read(path, **options)
    return str(caught.value).splitlines()


@pytest.fixture
def ran(monkeypatch):
    """What `dsvstats run` would have run, if the data had been found fit for it."""
    asked: list = []

    def run(runs, **_):
        asked.extend(runs)
        raise InputError(where="test", rule="not run", value="", mend="")

    monkeypatch.setattr(batch, "run", run)
    return asked


def command(data: str, *more: str) -> int:
    return cli.main(["run", "00", "01", "--area", "Harrow", "-p", "data", data, *more])


# What a cell, a row and a file may be


@pytest.mark.parametrize(
    ("cells", "column", "says"),
    [
        ({"area": "Har\u200brow"}, "area", "ZERO WIDTH SPACE"),
        ({"area": "H\u0430rrow"}, "area", "letter 2 of 'H\u0430rrow' is CYRILLIC SMALL LETTER A"),
        ({"area": "'Harrow'"}, "area", "did you mean Harrow?"),
        ({"area": "Harow"}, "area", "did you mean Harrow?"),
        ({"start": "0001-01-01", "end": "9999-12-31"}, "start", "1800 to 2200"),
        ({"start": "1850-01-01"}, "end", "at most 100 years after start"),
        ({"end": "2190-03-31", "start": "2189-04-01"}, "end", "not after today"),
        ({"count": "900000000"}, "count", "as many as London has residents"),
        ({"strand": "reports", "group": "01"}, "group", "for example 1, 2 or 3+"),
        ({"strand": "reports", "group": "00"}, "group", "for example 1, 2 or 3+"),
        ({"strand": "age", "group": "018-29"}, "group", "for example 18-29 or 60+"),
        ({"strand": "age", "group": "18-299"}, "group", "for example 18-29 or 60+"),
        ({"source": "'force'"}, "", ""),
    ],
)
def test_one_cell_that_cannot_be_is_told_once_with_its_place(tmp_path, cells, column, says):
    path = written(tmp_path, row(**cells), MALE)
    if not column:
        assert len(own.read(path)) == 2
        return
    told = refused(path)
    assert told[0].startswith(f"own.csv row 2, {column}: must be ") and says in told[0]
    assert sum(f"row 2, {column}:" in line for line in told) == 1


def test_every_fault_is_told_in_the_order_of_the_file(tmp_path):
    text = [
        "",
        row(area="Harow", count="x"),
        "",
        row(measure="crimes", group="Femal"),
        row(area='"Har\nrow"'),
        row(end="2007-01-01"),
        row(count="900000000", group="Male"),
    ]
    told = [line.split(": must")[0] for line in refused(written(tmp_path, *text))]
    assert told == [
        "own.csv row 3, area",
        "own.csv row 3, count",
        "own.csv row 5, measure",
        "own.csv row 5, group",
        "own.csv row 6, area",
        "own.csv row 8, end",
        "own.csv row 9, count",
    ]


def test_what_many_rows_have_is_told_of_the_first_with_how_many_more(tmp_path):
    path = written(tmp_path, *(row(area="Harow", group=each) for each in ("Female", "Male")))
    assert refused(path) == [
        "own.csv row 2, area: must be London, or a borough of it; received 'Harow'; "
        "did you mean Harrow? (and so in 1 more row)"
    ]


def test_a_header_alone_and_a_withheld_count_are_refused(tmp_path):
    assert refused(written(tmp_path)) == [
        "own.csv: must be a table with a row; received 'a header alone'; fill it in"
    ]
    path = written(tmp_path, f"{row()},true", f"{MALE},", header=f"{HEADER},withheld")
    assert refused(path)[0].startswith("own.csv row 2, count: must be empty where it is withheld")


def test_more_people_than_live_there_are_told_and_kept(tmp_path, ran, capsys):
    path = written(tmp_path, row(count="400000"), MALE)
    assert command(path) == 2 and ran
    assert "400,000 victims in Harrow, which has" in capsys.readouterr().err
    assert cli.main(["check", path]) == 1


# Which of two is taken


def test_two_sources_of_one_key_wait_for_a_choice_that_can_be_typed(tmp_path):
    path = written(tmp_path, row(), row(area="harrow", count="310", source="board of 2009"), MALE)
    (told,) = refused(path)
    assert told.startswith("own.csv row 3, source: must be one for each count, besides 'force'")
    assert """-p prefer '["force"]'""" in told
    taken = supply.cases("Harrow", data=path, prefer=["board"])
    assert taken.loc[taken["group"] == "Female", "count"].tolist() == [310]
    assert supply.set_aside("Harrow", data=path, prefer=["board"])["count"].tolist() == [300]
    assert refused(path, prefer=["board of 2008"])[0].endswith("did you mean board of 2009?")


def test_a_source_that_is_preferred_and_unknown_is_refused_of_documents_too():
    with pytest.raises(InputError, match="prefer: must be the sources"):
        supply.cases("Camden", prefer=["Wandswort report"])


# What is left out of a breakdown


def test_a_lone_group_is_a_minimum_of_the_largest_count_of_the_same_people(tmp_path):
    disabled = row(strand="disability", group="Disabled", count="145")
    alone = {"strand": "disability", "group": "Disabled"}
    for others, rest in (
        ((row(strand="all", group="All", count="4000"),), 3855),
        ((row(count="3000"), row(group="Male", count="1000")), 3855),
        ((), None),
        ((row(strand="religion", group="Jewish", count="200"),), None),
        ((row(strand="all", group="All", count=""),), None),
        ((row(strand="all", group="All", count="4000", measure="recorded"),), None),
    ):
        here = dsv.open("Harrow", written(tmp_path, disabled, *others))
        left = counts.choose(here.people, strand="disability", group="Not recorded (implied)")
        assert left["count"].tolist() == ([rest] if rest else left["count"].tolist()), others
        assert len(left) == 1 and left["count"].isna().all() == (rest is None), others
        shares = gaps.shares(here.people, "crime")
        share = counts.choose(shares, **alone)
        assert not (share["estimate"] > 0.5).any(), others


def test_what_is_whole_has_nothing_left_out(tmp_path):
    path = written(tmp_path, row(), MALE, row(strand="all", group="All", count="400"))
    assert len(supply.cases("Harrow", data=path)) == 3


def test_londons_disabled_victims_of_sexual_offences_are_a_minimum():
    people = dsv.open("London", subject="serious_sexual_offences").people
    assert people["group"].tolist() == ["Disabled", "Not recorded (implied)"]
    share = gaps.shares(people, "crime")
    assert not share["estimate"].notna().any()


# A researcher's own words


MAPPING = """
counts:
  columns: {area: Borough, count: Number, start: From, end: To}
  codes:
    area: {HW: Harrow}
    measure: {Crimes: crime}
    group: {F: Female, m: Male, Unknown: Not recorded}
  dates: "%d/%m/%Y"
"""
THEIRS = [
    "Borough,From,To,subject,unit,measure,strand,group,Number",
    "HW,01/04/2008,31/3/2009,domestic_violence,victims,Crimes,gender,F,300",
    "hw,01/04/2008,31/3/2009,domestic_violence,victims,crime,gender,M,100",
]


def test_a_mapping_fits_a_researchers_own_words(tmp_path, ran):
    (tmp_path / "mine.yml").write_text(MAPPING)
    path = written(tmp_path, *THEIRS[1:], header=THEIRS[0])
    given = {"data": path, "mapping": str(tmp_path / "mine.yml")}
    assert supply.kind(**given) == kinds.COUNTS
    held = supply.cases("Harrow", **given)
    assert held[["group", "count"]].values.tolist() == [["Female", 300], ["Male", 100]]
    assert held["end"].astype(str).unique().tolist() == ["2009-03-31"]
    assert {"own.csv", "mine.yml"} <= set(supply.checksums(**given))
    assert command(path, "-p", "mapping", given["mapping"]) == 2 and ran
    assert cli.main(["check", path, "--mapping", given["mapping"]]) == 0


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("F: Female", "F: Femal"), "codes, group: must be a group of a strand"),
        (("HW: Harrow", "HW: Harow"), "codes, area: must be London, or a borough of it"),
        (("Crimes: crime", "Crimes: crimes"), "did you mean crime"),
        (("Crimes: crime", "Crimes: crime, crimes: arrest"), "one code for each word"),
        (("area: Borough", "aera: Borough"), "did you mean area?"),
        (("codes:", "code:"), "did you mean codes?"),
        (("%d/%m/%Y", "%d/%m"), "each once"),
        (("area: Borough", "area: Bourough"), "add it, or mend the mapping"),
        (("area: Borough", "unit: Borough"), "named once each"),
        (("counts:", "reports: {}\ncounts:"), "of counts alone"),
        (("columns: {area: Borough", "columns: {area: [x]"), "must be text"),
        (("{HW: Harrow}", "HW"), "names with what is theirs"),
    ],
)
def test_a_mapping_that_cannot_be_is_told(tmp_path, change, says):
    assert change[0] in MAPPING
    (tmp_path / "mine.yml").write_text(MAPPING.replace(*change))
    path = written(tmp_path, *THEIRS[1:], header=THEIRS[0])
    with pytest.raises(InputError, match=re.escape(says)):
        supply.cases("Harrow", data=path, mapping=str(tmp_path / "mine.yml"))


# Before anything runs


def test_a_file_without_the_area_is_refused_and_some_areas_missing_are_told(tmp_path, ran, capsys):
    path = written(tmp_path, row(area="Barnet"), MALE.replace("Harrow", "Brent"))
    assert command(path) == 2 and not ran
    assert "own.csv: must be a table with rows of Harrow" in capsys.readouterr().err
    assert cli.main(["run", "00", "--area", "Barnet", "Harrow", "-p", "data", path]) == 2
    assert ran and "Not in own.csv: Harrow." in capsys.readouterr().err


def test_a_printed_table_is_not_taken_for_counts(tmp_path, ran, capsys):
    assert command(str(files.data("published", "printed.csv"))) == 2 and not ran
    assert "dsvstats check" in capsys.readouterr().err


def test_check_checks_counts_and_names_table_and_row_of_a_printed_table(tmp_path, capsys):
    assert cli.main(["check", written(tmp_path, row(), MALE)]) == 0
    assert cli.main(["check", written(tmp_path, row(area="Harow"), MALE)]) == 2
    assert "own.csv row 2, area" in capsys.readouterr().err
    assert cli.main(["check", str(files.data("published", "printed.csv"))]) == 1
    told = capsys.readouterr().out.splitlines()
    places = [line for line in told if not line.startswith(" ")]
    assert places and all(re.search(r"^printed\.csv, rows? \d+", line) for line in places)
    assert any("table brk:arrests-p17-accused" in line for line in places)


def test_readme_and_template_have_the_same_columns_and_are_read():
    template = files.data("templates", "counts.csv")
    with template.open(encoding="utf-8") as file:
        header = next(csv.reader(file))
    blocks = re.findall(r"```\n(area,.*?)```", (ROOT / "README.md").read_text(), flags=re.DOTALL)
    assert [block.splitlines()[0].split(",") for block in blocks] == [header]
    assert set(own.read(template)["area"]) == {"Harrow"}
