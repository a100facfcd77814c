"""An extract behind the notebooks: counted once, kept apart, withheld, labelled."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsvstats import cli, counts
from dsvstats.disclosure.withholding import THRESHOLD
from dsvstats.errors import InputError
from dsvstats.reporting import figures
from dsvstats.sources import extract, store, supply, synthetic
from dsvstats.statistics import rates
from dsvstats.terms import chains

BOROUGHS = ["Lambeth", "Barnet"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Two years of two boroughs, and nobody else's."""
    made = tmp_path_factory.mktemp("extract") / "records"
    synthetic.generate(6000, 3, boroughs=BOROUGHS, out=made, start="2007-10-01", end="2009-09-30")
    return made


@pytest.fixture(autouse=True, scope="module")
def cache(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("DSVSTATS_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield Path(tmp_path_factory.getbasetemp())


@pytest.fixture
def own(folder) -> dict[str, str]:
    return {"data": str(folder)}


@pytest.fixture
def few(tmp_path, monkeypatch) -> Path:
    """A few records of one borough, counted by one strand."""
    monkeypatch.setattr(store, "STRANDS", ("all", "gender"))
    synthetic.generate(300, 1, boroughs=["Barnet"], out=tmp_path / "records")
    return tmp_path / "records"


def test_the_counts_are_those_of_the_extract(folder, own):
    raw = store._once(extract.count(folder, areas="Lambeth"))
    held = supply.cases("Lambeth", **own)
    wanted = raw[raw["strand"] != "reports"].set_index(counts.KEY)["count"]
    found = held.assign(definition="").set_index(counts.KEY)["count"]
    assert found.reindex(wanted.index).equals(wanted)
    assert set(held["area"]) == {"Lambeth"}
    assert held["withheld"][held["count"] < THRESHOLD][held["count"] > 0].all()


def test_counted_once_and_again_when_a_file_changes(few, monkeypatch):
    """Stopped while it writes, it counts anew; what was half written is not read."""
    with monkeypatch.context() as patched:
        patched.setattr(store, "_as_findings", lambda found: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            store.cases(str(few), "Barnet")
    before = store.cases(str(few), "Barnet")
    with monkeypatch.context() as patched:
        patched.setattr(extract, "count", lambda *_, **__: pytest.fail("counted again"))
        pd.testing.assert_frame_equal(store.cases(str(few), "Barnet"), before)
        assert store.everywhere(str(few))["strand"].unique().tolist() == ["all"]
    kept_before = store._kept(str(few), "")
    next((few / "calls").iterdir()).touch()
    assert store.cases(str(few), "Barnet")["count"].equals(before["count"])
    assert store._kept(str(few), "") != kept_before
    assert not kept_before.exists()


def test_what_is_kept_is_for_nobody_else_to_read(folder, own):
    supply.cases("Barnet", **own)
    place = store._kept(str(folder), "").parent
    assert place.stat().st_mode & 0o077 == 0
    assert sorted(each.suffix for each in store._kept(str(folder), "").iterdir()) == [
        ".csv",
        ".parquet",
        ".parquet",
        ".txt",
    ]


def test_a_cache_that_cannot_be_written_is_told(own, tmp_path, monkeypatch):
    taken = tmp_path / "file"
    taken.write_text("")
    monkeypatch.setenv("DSVSTATS_CACHE", str(taken / "cache"))
    with pytest.raises(InputError, match="DSVSTATS_CACHE"):
        supply.cases("Lambeth", **own)


def test_periods_end_a_quarter_apart_and_lie_within_the_extract(own):
    held = supply.over_time("Lambeth", **own)
    ends = sorted(held["end"].unique())
    assert [f"{each:%Y-%m-%d}" for each in ends] == [
        "2008-09-30",
        "2008-12-31",
        "2009-03-31",
        "2009-06-30",
        "2009-09-30",
    ]
    assert held["start"].min() == pd.Timestamp("2007-10-01")
    last = counts.choose(counts.latest(held), unit="offences", subject="domestic_violence")
    year = counts.choose(
        supply.cases("Lambeth", **own), unit="offences", strand="all", subject="domestic_violence"
    )
    both = last.merge(year, on=counts.KEY, suffixes=("", "_year"))
    assert len(both) and (both["count"] == both["count_year"]).all()
    drawn = figures.over_time(
        rates.proportions(counts.choose(held, subject="domestic_violence"), chains.STEPS)
    )
    assert "Synthetic data" in drawn.alt and "neighbours share" in drawn.alt


@given(st.dictionaries(st.integers(1, 12), st.integers(0, 60), min_size=1, max_size=8))
def test_the_last_group_of_reports_is_no_handful(listed):
    cases = counts.table(
        "Barnet",
        "victims",
        "crime",
        "reports",
        {str(number): held for number, held in listed.items()},
    )
    found = store._top_coded(cases)
    number = found["group"].str.removesuffix("+").astype(int)
    assert found["count"].sum() == sum(listed.values())
    assert (number.to_numpy() * found["count"].to_numpy(dtype=int)).sum() <= sum(
        number * held for number, held in listed.items()
    )
    last = found.loc[number.idxmax()]
    assert last["count"] >= THRESHOLD or sum(listed.values()) < THRESHOLD
    assert not last["group"].endswith("+") or number.max() < max(listed)


def test_records_that_cannot_be_counted_are_refused_with_their_mend(tmp_path):
    made = tmp_path / "records"
    made.mkdir()
    (made / "reports.csv").write_text("report_id,borough,reported,classification\n1,Nowhere,x,y\n")
    with pytest.raises(InputError, match="reports.csv"):
        supply.cases("Barnet", data=str(made))
    with pytest.raises(InputError, match="looked for a file"):
        supply.cases("Barnet", data=str(tmp_path / "none"))


@pytest.fixture(scope="module")
def pages(folder, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("outputs")
    of_records = ["-p", "data", str(folder)]
    for area, notebooks in (("Lambeth", []), ("Harrow", ["03"])):
        options = ["--area", area, "--outputs", str(out), *of_records]
        assert cli.main(["run", *notebooks, *options]) == 0
    return out


def _shown(page: Path):
    """The notebook's outputs as their kinds and texts."""
    for cell in nbformat.read(page, as_version=4).cells:
        for output in cell.get("outputs", []):
            assert output.output_type not in ("stream", "error"), output
            for kind, text in output.get("data", {}).items():
                if kind != "image/png":
                    yield kind, str(text)


def test_every_page_of_a_synthetic_extract_says_so(pages):
    for page in sorted(pages.glob("*/*.html")):
        text = page.read_text(encoding="utf-8")
        assert re.search("<title>Synthetic data: ", text), page
        assert "what is marked synthetic happened to nobody" in text
        assert "not for publication" in text
    index = (pages / "index.html").read_text(encoding="utf-8")
    assert index.count("Synthetic data") == 5


def test_figures_tables_and_sentences_of_a_synthetic_extract_say_so(pages):
    real = (
        "omicide",
        "not supplied",
        "Not supplied",
        "What this page was made from",
        "Rates printed",
    )
    for page in sorted((pages / "lambeth").glob("*.ipynb")):
        for kind, text in _shown(page):
            if any(each in text for each in real):
                continue
            assert "synthetic" in text.casefold(), (page.name, kind, text[:300])


def test_no_small_number_and_nobody_is_on_the_pages(pages, folder):
    people = pd.concat(map(pd.read_parquet, sorted((folder / "people").iterdir())))
    identifiers = set(people["person_id"].dropna().astype(str)) | set(people["postcode"].dropna())
    names = people["given_name"] + " " + people["family_name"]
    for page in sorted(pages.glob("lambeth/*.ipynb")):
        for kind, text in _shown(page):
            words = set(re.findall(r"[\w-]+", text))
            assert not words & identifiers
            assert not any(each in text for each in set(names.dropna().head(300)))
            if kind == "text/html":
                _no_small_cells(text)
            for top in re.findall(r"\b(\d+) (?:of|in|against) [\d,]+", text):
                assert int(top) >= THRESHOLD or int(top) == 0, text[:400]


def _no_small_cells(html: str) -> None:
    for cell in re.findall(r"<td[^>]*>([\d,]+)</td>", html):
        number = int(cell.replace(",", ""))
        assert number >= THRESHOLD or number == 0, html
