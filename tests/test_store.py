"""An extract behind the notebooks: counted once, kept apart, withheld, labelled."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsvstats import cache, cli, counts
from dsvstats.disclosure.withholding import THRESHOLD
from dsvstats.errors import InputError
from dsvstats.reporting import blocks, figures
from dsvstats.sources import counted, extract, store, supply, synthetic
from dsvstats.statistics import rates
from dsvstats.terms import chains, places

BOROUGHS = ["Lambeth", "Barnet"]
LONDON = places.place()


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Two years of two boroughs, and nobody else's."""
    made = tmp_path_factory.mktemp("extract") / "records"
    synthetic.generate(6000, 3, areas=BOROUGHS, out=made, start="2007-10-01", end="2009-09-30")
    return made


@pytest.fixture(autouse=True, scope="module")
def kept_in(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("DSVSTATS_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield Path(tmp_path_factory.getbasetemp())


@pytest.fixture
def own(folder) -> dict[str, str]:
    return {"data": str(folder)}


@pytest.fixture
def few(tmp_path, monkeypatch) -> Path:
    """A few records of one borough, counted by one strand."""
    monkeypatch.setattr(counted, "STRANDS", ("all", "gender"))
    synthetic.generate(300, 1, areas=["Barnet"], out=tmp_path / "records")
    return tmp_path / "records"


def test_the_counts_are_those_of_the_extract(folder, own):
    raw = counted._once(extract.count(folder, areas="Lambeth"))
    held = supply.cases("Lambeth", **own)
    wanted = raw[raw["strand"] != "reports"].set_index(counts.KEY)["count"]
    found = held.assign(definition="").set_index(counts.KEY)["count"]
    hidden = held["withheld"].to_numpy(dtype=bool)
    shown = found[~hidden]
    assert 0 < len(shown) < len(found)
    assert shown.reindex(wanted.index.intersection(shown.index)).equals(
        wanted.reindex(wanted.index.intersection(shown.index))
    )
    assert set(wanted.index) <= set(found.index)
    assert set(held["area"]) == {"Lambeth"}
    small = wanted[(wanted < THRESHOLD) & (wanted > 0)]
    assert len(small) and found.reindex(small.index).isna().all()


def kept(folder: Path) -> Path:
    """Where the counts of this extract are kept."""
    every = store._files(str(folder), "")
    return (
        cache._room()
        / cache.digest(str(folder.resolve()), "", LONDON.name)
        / store._key(str(folder), LONDON, every)
    )


def test_a_withheld_row_carries_no_count_in_any_frame_or_file(folder, own):
    frames = [supply.cases("Lambeth", **own), supply.everywhere(**own)]
    frames += [supply.over_time("Lambeth", **own), supply.linked("Lambeth", **own)]
    frames += map(pd.read_parquet, sorted(kept(folder).glob("*.parquet")))
    assert len(frames) == 7
    for each in frames:
        assert each["count"].isna().equals(each["withheld"].astype(bool))
    assert any(each["withheld"].any() for each in frames)


def test_counted_once_and_again_when_a_file_changes(few, monkeypatch):
    """Stopped while it writes, it counts anew; what was half written is not read."""
    with monkeypatch.context() as patched:
        patched.setattr(store, "_as_findings", lambda found: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            store.cases(str(few), "Barnet")
    before = store.cases(str(few), "Barnet")
    here = kept(few)
    with monkeypatch.context() as patched:
        patched.setattr(extract, "count", lambda *_, **__: pytest.fail("counted again"))
        pd.testing.assert_frame_equal(store.cases(str(few), "Barnet"), before)
        assert store.everywhere(str(few))["strand"].unique().tolist() == ["all"]
        next((few / "calls").iterdir()).touch()  # only the time: it holds the same
        pd.testing.assert_frame_equal(store.cases(str(few), "Barnet"), before)
    assert here.exists()
    table = next((few / "calls").iterdir())
    pq.write_table(pq.read_table(table).slice(1), table)
    assert len(store.cases(str(few), "Barnet")) == len(before)
    assert kept(few) != here and not here.exists()


def test_reports_moved_to_another_borough_with_the_time_put_back_are_counted_again(few):
    before = store.cases(str(few), "Barnet")
    [table] = (few / "reports").iterdir()
    times = table.stat()
    reports = pq.read_table(table, use_threads=False)
    moved = pa.array(["Lambeth"] * 20 + reports["borough"].to_pylist()[20:])
    place = reports.schema.get_field_index("borough")
    pq.write_table(reports.set_column(place, "borough", moved), table)
    os.utime(table, ns=(times.st_atime_ns, times.st_mtime_ns))
    after = store.cases(str(few), "Barnet")
    assert not after["count"].equals(before["count"])
    assert len(store.cases(str(few), "Lambeth"))


def test_damage_to_what_is_kept_is_never_a_number(few, tmp_path, monkeypatch):
    """Each damaged place is counted anew: here, by what was counted before."""
    before = store.cases(str(few), "Barnet")
    here, counted = kept(few), shutil.copytree(kept(few), tmp_path / "counted")
    again = []

    def count(*given):
        again.append(given)
        for each in counted.iterdir():
            shutil.copy(each, given[-1])

    monkeypatch.setattr(store, "_count", count)
    damaged = 0
    for name in ("cases.parquet", "manifest.json"):
        whole = (here / name).read_bytes()
        flips = [
            whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
            for at in range(0, len(whole), 1 + len(whole) // 7)
        ]
        for changed in (*flips, whole[: len(whole) // 2], b""):
            (here / name).write_bytes(changed)
            pd.testing.assert_frame_equal(store.cases(str(few), "Barnet"), before)
            damaged += name == "cases.parquet"
    assert len(again) > damaged > 8  # a flip in the manifest may be of another file's name


def test_records_that_change_while_they_are_counted_are_told(few, monkeypatch):
    def changing(found):
        table = next((few / "calls").iterdir())
        pq.write_table(pq.read_table(table).slice(1), table)
        return found

    as_findings = store._as_findings
    monkeypatch.setattr(store, "_as_findings", lambda found: as_findings(changing(found)))
    with pytest.raises(InputError, match="stay as they are"):
        store.cases(str(few), "Barnet")


def test_every_module_that_counting_imports_is_in_its_key():
    """In a process of its own: what is loaded for counting lies in the rooms of the key."""
    code = (
        "import sys; from dsvstats.sources import store, extract; "
        "print(*{m.split('.')[1] for m in sys.modules if m.startswith('dsvstats.')})"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(run.stdout.split()) <= set(store.ROOMS)


def test_what_is_kept_is_for_nobody_else_to_read(folder, own):
    supply.cases("Barnet", **own)
    place = kept(folder)
    assert all(each.stat().st_mode & 0o077 == 0 for each in (place.parent, place, *place.iterdir()))
    assert sorted(each.name for each in place.iterdir()) == [
        *("cases.parquet", "checksum.txt", "findings.csv", "linked.parquet"),
        *("manifest.json", "over_time.parquet"),
    ]


def test_files_of_a_mapping_are_watched_wherever_they_lie(tmp_path, monkeypatch):
    for name in ("a/reports.csv", "b/crimes.csv", "a/notes.txt", "a/.unfinished.x/people.csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    mapping = tmp_path / "m.yml"
    mapping.write_text('reports: {file: "../b/*.csv"}\n')
    found = store._files(str(tmp_path / "a"), str(mapping))
    names = [each.resolve().relative_to(tmp_path.resolve()).as_posix() for each in found]
    assert sorted(names) == ["a/reports.csv", "b/crimes.csv", "m.yml"]
    (tmp_path / "b" / "crimes.csv").write_text("y")
    assert store._key("a", LONDON, found) != store._key("a", LONDON, found[:1])


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
    assert "Synthetic data" in drawn.heading and "Synthetic data" in drawn.figure.alt
    assert any("neighbours share" in each for each in drawn.sentences)


@given(st.dictionaries(st.integers(1, 12), st.integers(0, 60), min_size=1, max_size=8))
def test_the_last_group_of_reports_is_no_handful(listed):
    cases = counts.table(
        "Barnet",
        "victims",
        "crime",
        "reports",
        {str(number): held for number, held in listed.items()},
    )
    found = counted._top_coded(cases, THRESHOLD)
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
    with pytest.raises(InputError, match=r"reports\.csv"):
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
    assert index.count("Synthetic data") == 8


def test_figures_tables_and_sentences_of_a_synthetic_extract_say_so(pages):
    real = (
        "omicide",
        "recorded crime",
        "not supplied",
        "Not supplied",
        "What this page was made from",
        "Rates printed",
        "What is meant",  # a theme
        "cannot tell",
        "Not yet written",  # by the author of a report
    )
    for page in sorted((pages / "lambeth").glob("*.ipynb")):
        for kind, text in _shown(page):
            if any(each in text for each in real):
                continue
            assert "synthetic" in text.casefold(), (page.name, kind, text[:300])


def test_every_heading_sentence_and_figure_of_synthetic_rows_says_so(pages):
    told = 0
    for page in sorted(pages.glob("*/*.ipynb")):
        for cell in nbformat.read(page, as_version=4).cells:
            for output in cell.get("outputs", []):
                held = output.get("data", {}).get(blocks.MIME)
                made = blocks.part(held) if held else None
                if not isinstance(made, blocks.Block) or not made.synthetic:
                    continue
                for each in made.sections:
                    texts = [each.heading, *each.sentences, each.figure.alt if each.figure else ""]
                    silent = [text for text in texts if text and "ynthetic data" not in text]
                    assert not silent, (page.name, each.name, silent)
                    told += len(texts)
    assert told > 300


def test_no_small_number_and_nobody_is_on_the_pages(pages, folder):
    people = pd.concat(map(pd.read_parquet, sorted((folder / "people").iterdir())))
    identifiers = set(people["person_id"].dropna().astype(str)) | set(people["postcode"].dropna())
    names = people["given_name"] + " " + people["family_name"]
    for page in sorted(pages.glob("lambeth/*.ipynb")):
        for kind, text in _shown(page):
            words = set(re.findall(r"[\w-]+", text))
            assert not words & identifiers
            assert not any(each in text for each in set(names.dropna().head(300)))
            if "omicide" in text and "solved" not in text:
                continue  # how many were killed is public, area by area
            if kind == "text/html":
                _no_small_cells(text)
            for top in re.findall(r"\b(\d+) (?:of|in|against) [\d,]+", text):
                assert int(top) >= THRESHOLD or int(top) == 0, text[:400]


def _no_small_cells(html: str) -> None:
    for cell in re.findall(r"<td[^>]*>([\d,]+)</td>", html):
        number = int(cell.replace(",", ""))
        assert number >= THRESHOLD or number == 0, html
