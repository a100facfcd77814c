"""What a notebook opens: told by looking, ready to ask, and the notebooks that open it."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pandas as pd
import pytest

import dsvstats as dsv
from dsvstats import cli, counts, estimates, files
from dsvstats.errors import InputError
from dsvstats.estimates import kinds
from dsvstats.reporting import blocks, displayed, sections
from dsvstats.sources import supply
from dsvstats.statistics import disproportionality, rates

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
HEADER = "area,start,end,subject,unit,measure,strand,group,count,source\n"
YEAR = "2008-04-01,2009-03-31,domestic_violence"


def written(path: Path, *rows: str) -> str:
    path.write_text(HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return str(path)


@pytest.fixture
def own(tmp_path) -> str:
    """Victims by gender in Harrow, and residents of one's own."""
    return written(
        tmp_path / "own.csv",
        f"Harrow,{YEAR},victims,crime,gender,Female,300,force",
        f"Harrow,{YEAR},victims,crime,gender,Male,100,force",
        f"Harrow,{YEAR},victims,crime,age,18-29,150,force",
        f"Harrow,{YEAR},victims,crime,age,30-39,250,force",
        "Harrow,2008-10-01,2008-10-01,population,residents,usual_residents,gender,Female,1000,mine",
        "Harrow,2008-10-01,2008-10-01,population,residents,usual_residents,gender,Male,1000,mine",
    )


# What the data are


def test_a_folder_a_pattern_parquet_and_a_file_with_report_ids_are_records(tmp_path):
    (tmp_path / "reports.csv").write_text("Report_ID;borough\n1;Lambeth\n")
    (tmp_path / "reports.parquet").write_bytes(b"")
    for data in ("", "*.csv", "reports.csv", "reports.parquet"):
        assert supply.kind(str(tmp_path / data)) == "records", data


def test_counts_are_told_by_their_columns(own, tmp_path):
    assert supply.kind(own) == supply.kind(Path(own)) == "counts"
    (tmp_path / "marked.csv").write_text(Path(own).read_text(), encoding="utf-8-sig")
    assert supply.kind(tmp_path / "marked.csv") == "counts"


def test_a_mapping_says_what_a_file_is_and_is_refused_of_other_data(own, tmp_path):
    fits = {kind: tmp_path / f"{kind}.yml" for kind in ("records", "counts")}
    fits["records"].write_text("reports: {columns: {report_id: CRN}}")
    fits["counts"].write_text("counts: {columns: {area: Borough}}")
    for kind, path in fits.items():
        assert supply.kind(own, mapping=str(path)) == kind
    for data, path in (("published", fits["records"]), (str(tmp_path), fits["counts"])):
        with pytest.raises(InputError, match="mapping: must be of the data"):
            dsv.open("Harrow", data, mapping=str(path))
    with pytest.raises(InputError, match=r"none.yml: must be a file that exists"):
        supply.kind(own, mapping="none.yml")


@pytest.mark.parametrize("name", ["source", "counts_path", "extract_path", "mapping_path"])
def test_the_old_names_are_errors_that_say_the_new(name):
    for function in (dsv.open, supply.cases, supply.findings):
        with pytest.raises(InputError, match=f"{name}: must be given as (data|mapping)"):
            function("Wandsworth", **{name: "x"})


@pytest.mark.parametrize(
    ("asked", "near"),
    [
        ({"subject": "domestic_violense"}, "did you mean domestic_violence"),
        ({"measure": "crimes"}, "did you mean crime"),
        ({"role": "victim"}, "did you mean victims"),
    ],
)
def test_an_unknown_word_is_an_error_that_lists_the_near_ones(asked, near):
    with pytest.raises(InputError, match=near):
        dsv.open("Wandsworth", **asked)


PUBLIC = [
    *(each for each in vars(supply).values() if getattr(each, "__module__", "") == supply.__name__),
    *(getattr(disproportionality, name) for name in disproportionality.__all__),
    *(getattr(rates, name) for name in rates.__all__),
    dsv.open,
    dsv.show,
]


@pytest.mark.parametrize("function", [each for each in PUBLIC if callable(each)])
def test_an_unknown_keyword_is_always_an_error(function):
    with pytest.raises(TypeError, match="sorce"):
        function(sorce="extract")


# What a page holds


def test_a_page_is_worked_out_once_and_does_not_change():
    here = dsv.open("wandsworth")
    assert here.area == "Wandsworth" and here.people is here.people
    with pytest.raises(AttributeError):
        here.area = "Lambeth"


def test_a_pages_people_are_of_its_role_and_measure():
    accused = dsv.open("London", role="accused")
    assert set(accused.people["unit"]) == {"accused"}
    recorded = dsv.open("Lambeth", measure="recorded")
    assert set(recorded.people["measure"]) == {"recorded"}
    assert set(recorded.harmed["measure"]) == {"recorded"}


def test_residents_of_ones_own_take_the_place_of_the_built_in_ones(own):
    here = dsv.open("Harrow", own)
    mine = counts.choose(here.residents, strand="gender")
    assert mine["count"].tolist() == [1000, 1000] and set(mine["source"]) == {"mine"}
    by_age = counts.choose(here.residents, strand="age")
    assert set(by_age["group"]) == {"18-29", "30-39"} and len(by_age) == 4
    told = [each.title for each in here.provenance(here.residents).part.documents]
    assert "mine" in told and "Census 2011, table DC2107EW" in told
    index = disproportionality.representation(here.people, against=here.residents)
    female = index[index["group"] == "Female"]["estimate"].item()
    assert female == pytest.approx(0.75 / 0.5)


def test_a_source_that_is_preferred_is_taken_and_the_other_listed(tmp_path):
    rows = [f"Harrow,{YEAR},offences,crime,all,All,{n},{s}" for n, s in ((10, "a"), (12, "b"))]
    here = dsv.open("Harrow", written(tmp_path / "two.csv", *rows), prefer=["b"])
    assert here.cases["count"].tolist() == [12]
    assert here.set_aside["count"].tolist() == [10]


def test_a_page_without_figures_answers_every_attribute(tmp_path):
    here = dsv.open(
        "Harrow", written(tmp_path / "none.csv", f"Harrow,{YEAR},calls,recorded,all,All,,x")
    )
    names = [name for name in vars(type(here)) if not name.startswith("_")]
    held = {name: getattr(here, name) for name in names}
    assert held["people"].empty and held["residents"].empty and held["dispersion"] == 1
    assert "Harrow" in str(here.heading("disproportionality")) and here.provenance().part.version


# What is shown


def shown(found, **options) -> list[str]:
    """What stands in each section of what is shown; of a list, the names of its types."""
    (made,) = dsv.show(found, **options)
    if not isinstance(made, displayed.Displayed):
        return [type(made).__name__]
    held = made.part.sections
    return [
        (each.figure.kind if each.figure else "", bool(each.sentences), bool(each.table))
        for each in held[:1]
    ]


def test_every_statistic_has_a_way_to_be_shown():
    assert all(sections.way(statistic) for statistic in kinds.KINDS)
    assert set(sections.WAYS) <= set(kinds.KINDS)


def test_what_is_shown_goes_by_what_it_is():
    here = dsv.open("Wandsworth")
    relative = disproportionality.relative_rates(here.people, per=here.residents)
    assert shown(relative) == [("Forest plot", True, True)]
    assert shown(here.people) == [("", False, True)]
    assert shown(here.listed) == [("Bar chart", False, True)]
    assert shown(here.findings) == [("Bar chart", False, True)]
    assert shown(here.supplied, caption="Supplied") == [("", False, True)]
    (missing,) = dsv.show(here.missing)
    assert missing.part.sections == () and repr(missing).startswith("Not supplied: arrests, ")
    (none,) = dsv.show([])
    assert repr(none) == "Nothing asked for is missing."
    assert shown(estimates.empty(), what="charges") == []
    (nothing,) = dsv.show(estimates.empty(), what="charges")
    assert repr(nothing) == "Not supplied: charges."
    assert [*dsv.show.table(estimates.empty())] == []


def test_what_cannot_be_shown_is_refused():
    here = dsv.open("Wandsworth")
    for found in (1.89, None, {"a": 1}, [1]):
        with pytest.raises(InputError, match="show: must be estimates, counts, findings"):
            dsv.show(found)
    with pytest.raises(InputError, match="along: must be"):
        dsv.show(here.people, along="time")


def test_of_several_areas_the_one_that_is_marked_is_told():
    here = dsv.open("Haringey")
    offences = counts.choose(here.everywhere, subject=here.subject)
    repeated = rates.proportion(offences, ("offences", "repeat_crime"), of=("offences", "crime"))
    (made,) = dsv.show(repeated, highlight="Haringey", whole=here.whole)
    (section,) = made.part.sections
    assert "areas in order" in section.figure.alt
    (words,) = section.sentences
    assert "133 of 1,664" in words and "Lambeth" not in words


def test_an_answer_tells_each_finding_and_what_was_not_supplied(own):
    here = dsv.open("Harrow", own)
    index = disproportionality.representation(here.people, against=here.residents)
    (shown,) = dsv.show.answer("disproportionality", here.about, index)
    assert shown.part.headline.startswith("Women are recorded as victims of domestic violence")
    assert "In Harrow, in the year to" in str(shown) and "ethnicity" in str(shown)
    assert blocks.part(blocks.data(shown.part)) == shown.part
    with pytest.raises(InputError, match="disproportionality"):
        dsv.show.answer("disproportionalities", here.about, index)


def test_a_notebook_shows_once_what_its_last_line_returns():
    from IPython.core.interactiveshell import InteractiveShell

    formats, _ = InteractiveShell.instance().display_formatter.format(dsv.show(["charges"]))
    assert formats == {}


# The face


def test_the_face_is_light_until_it_is_asked():
    code = (
        "import sys, dsvstats as dsv; light = 'pandas' not in sys.modules; "
        "print(light, dsv.open.__name__, dsv.counts.join.__name__, dsv.strands.recode.__name__, "
        "callable(dsv.show), set(dsv.__all__) <= set(dir(dsv)))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["True", "open", "join", "recode", "True", "True"]
    with pytest.raises(AttributeError, match="nothing"):
        dsv.nothing  # noqa: B018


# The notebooks


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def cells(request):
    return nbformat.read(request.param, as_version=4).cells


def is_parameters(cell) -> bool:
    return "parameters" in cell.metadata.get("tags", [])


def test_a_notebook_has_few_short_cells_and_no_program(cells):
    code = [each.source for each in cells if each.cell_type == "code" and not is_parameters(each)]
    assert 12 <= len(cells) <= 20
    assert max(len(source.splitlines()) for source in code) <= 10
    barred = (ast.For, ast.While, ast.If, ast.IfExp, ast.Try, ast.FunctionDef, ast.ClassDef)
    barred += (ast.Lambda, ast.ListComp, ast.DictComp, ast.SetComp, ast.GeneratorExp, ast.With)
    for source in code:
        assert not [node for node in ast.walk(ast.parse(source)) if isinstance(node, barred)]


def test_a_notebook_opens_as_they_all_do(cells):
    title, parameters, opened, answer = cells[:4]
    assert title.source.startswith("# ")
    assert is_parameters(parameters)
    assert all(isinstance(each, ast.Assign) for each in ast.parse(parameters.source).body)
    names = [each.targets[0].id for each in ast.parse(parameters.source).body]
    assert names[:4] == ["area", "data", "mapping", "place"]
    body = ast.parse(opened.source).body
    imports = [each for each in body if isinstance(each, (ast.Import, ast.ImportFrom))]
    assert len(imports) <= 5 and len(body) - len(imports) <= 3
    assert re.search(
        r"here = dsv\.(open|(session|report)\.open)\((theme, )?area, data", opened.source
    )
    assert opened.source.splitlines()[-1].startswith("here.heading(")
    assert "show.answer(" in answer.source


def test_a_notebook_asks_a_question_in_each_section_and_ends_with_its_limits(cells):
    headings = [each.source.splitlines()[0] for each in cells if each.cell_type == "markdown"]
    assert all(each.endswith("?") for each in headings[1:-1])
    assert headings[-1] == "## Limits" and cells[-1].source.startswith("here.provenance(")


def test_a_notebook_types_no_number_in_its_prose(cells):
    text = " ".join(each.source for each in cells if each.cell_type == "markdown")
    dates = r"2009-10|July 2008, paragraph 19|section C1"
    assert not re.findall(r"\d", re.sub(dates, "", text))


def test_every_parameter_is_passed_on(cells):
    parameters = next(each for each in cells if is_parameters(each)).source
    code = "\n".join(each.source for each in cells if each.cell_type == "code")
    for name in re.findall(r"^(\w+) =", parameters, flags=re.MULTILINE):
        assert re.search(rf"\b{name}\b", code.replace(parameters, "")), name


def test_notebooks_are_committed_as_they_are_run():
    for path in NOTEBOOKS:
        text = path.read_text(encoding="utf-8")
        assert text == json.dumps(json.loads(text), indent=1, ensure_ascii=False) + "\n"
        code = [each for each in json.loads(text)["cells"] if each["cell_type"] == "code"]
        assert [each["execution_count"] for each in code] == list(range(1, len(code) + 1))
        assert f"`{path.stem}`" in (ROOT / "README.md").read_text(encoding="utf-8")


# Another place


ARDEN = """
whole: Arden
parts_are: [district, districts]
parts: [Norden, Soke and Vale, Westry]
"""
PEOPLE = {
    "victims,{},gender,Female": 300,
    "victims,{},gender,Male": 90,
    "victims,{},gender,Not recorded": 10,
    "victims,{},ethnicity_self_defined,White - British": 250,
    "victims,{},ethnicity_self_defined,Black or Black British - African": 100,
    "victims,{},ethnicity_self_defined,Not recorded": 50,
}
COUNTED = {
    "incidents,recorded,all,All": 900,
    "offences,crime,all,All": 400,
    "offences,sanction_detection,all,All": 150,
    "offences,charge,all,All": 100,
    "offences,repeat_crime,all,All": 60,
    "victims,crime,reports,1": 320,
    "victims,crime,reports,2": 60,
    "victims,crime,reports,5": 20,
    **{row.format("crime"): number for row, number in PEOPLE.items()},
    **{row.format("recorded"): 2 * number for row, number in PEOPLE.items()},
    **{row.format("sanction_detection"): number // 3 for row, number in PEOPLE.items()},
    **{f"accused,crime,gender,{group}": n for group, n in (("Female", 20), ("Male", 130))},
}
LIVES = {
    "gender,Female": 21_000,
    "gender,Male": 19_000,
    "ethnicity_self_defined,White - British": 35_000,
    "ethnicity_self_defined,Black or Black British - African": 5_000,
}


@pytest.fixture(scope="module")
def arden(tmp_path_factory) -> Path:
    """A place that nobody built in, counts and residents of its own, and all its pages."""
    folder = tmp_path_factory.mktemp("arden")
    (folder / "arden.yml").write_text(ARDEN, encoding="utf-8")
    size = {"Norden": 1, "Westry": 2, "Arden": 4}
    rows = [
        f"{area},{YEAR},{row},{many * number},returns"
        for area, many in size.items()
        for row, number in COUNTED.items()
    ]
    rows += [
        f"{area},2008-10-01,2008-10-01,population,residents,usual_residents,{row},{many * n},census"
        for area, many in size.items()
        for row, n in LIVES.items()
    ]
    data = written(folder / "counts.csv", *rows)
    where = ["--place", str(folder / "arden.yml"), "-p", "data", data]
    areas = ["--area", "norden", "Arden", "Soke & Vale"]
    assert cli.main(["run", *areas, *where, "--outputs", str(folder / "out")]) == 0
    return folder / "out"


def test_all_notebooks_run_for_a_place_that_nobody_built_in(arden):
    pages = {path.parent.name for path in arden.glob("*/*.html")}
    assert pages == {"norden", "arden", "soke-and-vale"}
    assert len(list(arden.glob("*/*.html"))) == 3 * len(NOTEBOOKS)


def test_its_pages_speak_of_it_alone(arden):
    index = (arden / "norden" / "norden_01_disproportionality.html").read_text(encoding="utf-8")
    assert "Norden" in index and "census" in index and "1.47" in index
    repeats = (arden / "norden" / "norden_03_repeat_victimisation.html").read_text(encoding="utf-8")
    assert "60 of 400" in repeats and "Westry" in repeats
    for path in arden.glob("*/*.html"):
        text = path.read_text(encoding="utf-8")
        text = re.sub("04_borough_comparison|06_borough_report", "", text)
        assert not re.search("London|borough|Metropolitan", text), path


def test_its_areas_are_known_and_no_others(arden, capsys):
    place = str(arden.parent / "arden.yml")
    assert cli.main(["areas", "--place", place]) == 0
    assert capsys.readouterr().out.split("\n")[:2] == ["Arden".ljust(28), "Norden".ljust(28)]
    assert cli.main(["run", "--place", place, "--area", "Lambeth"]) == 2
    assert "must be Arden, or a district of it; received 'Lambeth'" in capsys.readouterr().err


@pytest.fixture
def recorded(tmp_path, monkeypatch) -> Path:
    """A place with two districts, in which people live as they do in two that are built in."""
    monkeypatch.setenv("DSVSTATS_CACHE", str(tmp_path / "cache"))
    (tmp_path / "arden.yml").write_text(
        "whole: Arden\nparts_are: [district, districts]\nparts: [Norden, Westry]\n"
        "censuses: {2011: 2011-03-27}\nfiles: {residents: lives.csv, volumes: volumes.csv}\n"
    )
    lives = pd.read_csv(files.data("benchmarks", "residents.csv.gz"))
    renamed = lives["area"].map({"Lambeth": "Norden", "Barnet": "Westry"})
    lives = lives.assign(area=renamed)[renamed.notna() & (lives["census"] == "census_2011")]
    lives.to_csv(tmp_path / "lives.csv", index=False)
    told = {"incidents": 900, "crimes": 400, "detected": 180, "charged": 90}
    rows = [f"Arden,domestic_violence,{what},{n},returns\n" for what, n in told.items()]
    (tmp_path / "volumes.csv").write_text("area,subject,what,value,doc\n" + "".join(rows))
    return tmp_path / "arden.yml"


def test_records_of_another_place_are_made_checked_and_opened(recorded, tmp_path, capsys):
    place, made = ["--place", str(recorded)], str(tmp_path / "made-up")
    assert cli.main(["synth", made, "--incidents", "900", *place]) == 0
    assert cli.main(["check", made, *place]) == 0
    assert cli.main(["check", made]) == 1
    capsys.readouterr()
    here = dsv.open("Arden", made, place=str(recorded))
    incidents = counts.choose(here.stages, unit="incidents", measure="recorded")
    assert incidents["count"].tolist() == [900]
    assert set(here.everywhere["area"]) == {"Arden", "Norden", "Westry"}
    assert "Synthetic data: Arden" in str(here.heading("disproportionality"))
