"""The list of all pages, and how the pages lead to each other."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from evidence_helpers import PROVENANCE, code, notebook, save, shown, standing, text, whole

import dsvstats
from dsvstats import cli, estimates
from dsvstats.reporting import blocks, evidence, indicators
from dsvstats.reporting.evidence import listing, site
from dsvstats.reporting.wording import values
from dsvstats.statistics import attrition, disproportionality, rates
from dsvstats.terms import chains

AREAS = {"Wandsworth": {}, "Barnet": {"supplied": ()}, "Lambeth": {}, "London": {}}


def soup(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


@pytest.fixture
def outputs(tmp_path):
    for area, told in AREAS.items():
        for name in ("01_disproportionality", "02_attrition"):
            evidence.page(save(standing(area, **told), tmp_path / area.lower(), name))
    return tmp_path


def test_the_index_says_for_each_page_what_it_found(outputs):
    page = soup(evidence.index(outputs))
    cards = page.find_all(class_="card")
    assert [each.h3.get_text() for each in cards] == ["London", "Lambeth", "Wandsworth"]
    for each in cards:
        assert each.get_text().count("four times as often as men.") == 2
        assert "incidents, offences" in each.get_text()


def test_every_link_of_the_index_and_of_the_pages_arrives(outputs):
    index = evidence.index(outputs)
    for _, path, new in site.relinked(outputs, site.found(outputs)):
        path.write_text(new, encoding="utf-8")
    everywhere = [index, outputs / "glossary.html", *outputs.glob("*/*.html")]
    pages = {path: soup(path) for path in everywhere}
    inside = {path: {each["id"] for each in page.find_all(id=True)} for path, page in pages.items()}
    links = 0
    for path, page in pages.items():
        for link in page.find_all("a", href=True):
            href = link["href"]
            if href.startswith(("http", "data:")):
                continue
            name, _, at = href.partition("#")
            target = (path.parent / name).resolve() if name else path
            assert target.exists(), (path, href)
            assert not at or at in inside[target], (path, href)
            links += 1
    assert links > 50


def test_a_page_leads_to_the_areas_other_pages_and_to_the_same_page_of_other_areas(outputs):
    found = site.found(outputs)
    changed = list(site.relinked(outputs, found))
    assert len(changed) == len(found) == 8
    for _, path, new in changed:
        path.write_text(new, encoding="utf-8")
    assert list(site.relinked(outputs, found)) == []
    page = soup(outputs / "lambeth" / "lambeth_01_disproportionality.html")
    links = [each["href"] for each in page.find(id="more").parent.find_all("a")]
    assert links == [
        "lambeth_02_attrition.html",
        "../barnet/barnet_01_disproportionality.html",
        "../london/london_01_disproportionality.html",
        "../wandsworth/wandsworth_01_disproportionality.html",
        "../index.html",
        "../glossary.html",
    ]


def test_the_tiles_are_every_part_of_the_place_and_say_what_it_supplied(outputs):
    tiles = soup(evidence.index(outputs)).find(class_="map").find_all("li")
    told = {each.find(class_="vh").get_text(): each["class"][1] for each in tiles}
    assert len(told) == 33
    assert told["Wandsworth: 2 of 4 supplied"] == listing.ALL
    assert told["Barnet: supplied nothing"] == listing.NOTHING
    assert told["Camden: no page here"] == listing.NO_PAGE
    assert told["City of London: own police force"] == listing.OWN_FORCE
    assert len({each["style"] for each in tiles}) == 33


def test_areas_that_supplied_nothing_are_one_list_and_part_of_the_answer(outputs):
    page = soup(evidence.index(outputs))
    silent = page.find(class_="silent").find_all("li")
    assert [each.b.get_text() for each in silent] == ["Barnet"]
    answer = page.find(class_="answer").get_text()
    assert "1 of 32 boroughs supplied no figures." in answer
    assert "2 of 32 boroughs of London with figures." in page.find(class_="dek").get_text()


def test_the_areas_stand_by_indicators_at_a_glance(outputs):
    rows = soup(evidence.index(outputs)).find(class_="glance").tbody.find_all("tr")
    assert [each.th.get_text() for each in rows] == ["London", "Lambeth", "Wandsworth"]
    assert {each.td.get_text() for each in rows} == {"40 (1,976 of 4,979) Firm"}


def test_indicators_are_picked_from_what_is_shown_each_area_in_its_latest_period():
    place = dsvstats.open("Wandsworth")
    kept = attrition.retention(place.stages, stages=chains.STAGES)
    asked = {"per": place.residents, "dispersion": place.dispersion}
    women = disproportionality.relative_rates(place.people, **asked)
    against_men = women["estimate"][(women["group"] == "Female").argmax()]
    there = [
        *indicators.of(kept),
        *indicators.of(women),
        *indicators.of(rates.completeness(place.people)),
    ]
    assert [(each.title.split(",")[0], each.number, each.base) for each in there] == [
        ("Crimes for every 100 incidents", values.value(next(kept.itertuples())), "1,187 of 2,801"),
        ("Women", f"{against_men:.2f}", ""),
        ("Victim records with an ethnicity", "54.2%", "643 of 1,187"),
    ]
    assert there[1].verdict == "firm" and all(each.area == "Wandsworth" for each in there)


def test_every_indicator_is_called_differently_and_asks_for_columns_of_estimates():
    titles = [each.title for each in indicators.ENTRIES]
    assert len(set(titles)) == len(titles)
    assert {name for each in indicators.ENTRIES for name in each.where} <= set(estimates.COLUMNS)


def test_versions_and_dates_are_told(outputs):
    told = soup(evidence.index(outputs)).find(id="versions").find_next("dl").get_text()
    assert "24 November 2026" in told and "8 pages. dsvstats 0.1.0, data c48d3a313d28" in told


PLACE = """\
whole: Arden
parts_are: [parish, parishes]
parts:
  Norden: {column: 0, row: 0}
  Sutton: {column: 1, row: 0}
"""


def test_another_place_has_an_index_of_its_own(tmp_path):
    place = tmp_path / "arden.yml"
    place.write_text(PLACE)
    held = whole("Norden", whole="Arden")
    held["metadata"]["papermill"]["parameters"]["place"] = str(place)
    evidence.page(save(held, tmp_path / "out" / "norden"))
    page = soup(evidence.index(tmp_path / "out"))
    assert page.h1.get_text().endswith("evidence by parish")
    assert "1 of 2 parishes of Arden with figures." in page.get_text()
    tiles = [each.get_text() for each in page.find(class_="map").find_all(class_="vh")]
    assert tiles == ["Norden: 2 of 4 supplied", "Sutton: no page here"]


def test_what_is_no_page_is_not_listed(outputs):
    (outputs / "lambeth" / "half.ipynb").write_text('{"cells": [')
    save(whole("Camden"), outputs / "camden")  # its run failed, so that it has no page
    (outputs / "elsewhere").symlink_to(outputs / "lambeth")
    names = {each.href for each in site.found(outputs)}
    assert len(names) == 8 and not any("half" in n or "camden" in n or "else" in n for n in names)


def test_the_index_of_what_nobody_else_may_read_nobody_else_may_read(outputs):
    assert stat.S_IMODE(evidence.index(outputs).stat().st_mode) & 0o044
    evidence.page(save(whole("Camden", private=True), outputs / "camden"))
    assert not stat.S_IMODE(evidence.index(outputs).stat().st_mode) & 0o077
    assert "Not for publication" in (outputs / "index.html").read_text()


def test_notebooks_without_parts_have_an_index_too(tmp_path):
    held = whole()
    held["cells"] = [held["cells"][0], code("1", shown(PROVENANCE))]
    evidence.page(save(held, tmp_path / "wandsworth"))
    page = soup(evidence.index(tmp_path))
    assert page.find(class_="card").h3.get_text() == "Wandsworth"
    assert page.find(class_="skip")["href"] == "#evidence"


def test_runs_that_end_lead_to_each_other_and_stay_done(tmp_path, capsys):
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    held = notebook(text("# Own"), code('area = "Wandsworth"', tags=("parameters",)))
    own = save(held | {"metadata": {"kernelspec": kernel}}, tmp_path / "own", "1_own")
    arguments = ["run", str(own), "--area", "Barnet", "Camden", "--outputs", str(tmp_path / "out")]
    assert cli.main(arguments) == 0
    page = tmp_path / "out" / "barnet" / "barnet_1_own.html"
    assert "../camden/camden_1_own.html" in page.read_text(encoding="utf-8")
    before = page.stat().st_mtime_ns
    assert cli.main(arguments) == 0
    assert "2 skipped" in capsys.readouterr().err and page.stat().st_mtime_ns == before


def test_a_headline_of_no_finding_has_no_verdict(tmp_path):
    bare = blocks.Answer("London supplied no figures.")
    evidence.page(save(whole("London", answer=bare), tmp_path / "london"))
    answer = soup(evidence.index(tmp_path)).find(class_="answer")
    assert answer.get_text().strip() == "London supplied no figures." and not answer.find(
        "span", "tag"
    )
