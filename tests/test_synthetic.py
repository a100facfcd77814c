"""A synthetic extract: believable, reproducible, labelled, and its truth is what its counts show."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dsvstats import counts, estimates, files
from dsvstats.errors import InputError
from dsvstats.estimates import flags
from dsvstats.sources import extract, published, synthetic
from dsvstats.sources.synthetic import generation, names, outcomes, repeats, volumes
from dsvstats.sources.synthetic import setting as settings
from dsvstats.sources.synthetic.setting import Planted
from dsvstats.terms import places

LONDON = places.place()
PRINTED_AS = {
    "incidents": "^incidents$",
    "crimes": "^crimes$",
    "detected": "^sanction_detections$",
    "detected_percent": "^sd_rate$",
    "cautions": "^cautions$",
    "caution_percent": "^caution_share$",
    "charged": "charged",
    "prosecuted": "prosecuted",
}
"""What the documents' measures are called in the printed table."""
KEY = ["area", "subject", "unit", "measure", "strand", "group"]


@pytest.fixture(scope="module")
def london():
    made = synthetic.generate(40_000, 20)
    cases = extract.count(
        made.extract,
        units=["incidents", "offences", "victims"],
        subjects=["domestic_violence", "serious_sexual_offences"],
        strands=["all", "gender", "ethnicity_self_defined"],
    )
    return made, cases


def test_the_volumes_are_those_that_the_documents_print():
    """Every one in its document: percentages and counts, cautions and sanction detections too."""
    printed = published.read()
    areas = printed["area"].replace({"MPS": "London", "Richmond": "Richmond upon Thames"})
    told = pd.read_csv(LONDON.files["volumes"].path, dtype="str")
    for row in told.itertuples():
        here = printed[(areas == row.area) & (printed["doc"] == row.doc)]
        here = here[here["subject"] == row.subject]
        wanted = here[here["measure"].str.contains(PRINTED_AS[row.what])]
        assert float(row.value) in set(wanted["value"].replace("", "-1").astype(float)), row


def test_volumes_add_up_to_londons_and_keep_what_boroughs_printed():
    place = settings.setting(LONDON.parts, Planted(), place=LONDON)
    crimes = place.share * place.crime
    assert place.share.sum() == pytest.approx(1)
    assert crimes.sum() == pytest.approx(53_726 / 118_920)
    assert (crimes * place.detected).sum() == pytest.approx(24_757 / 118_920)
    lambeth = place.areas.index("Lambeth")
    assert place.share[lambeth] * 118_920 == pytest.approx(4979)
    assert place.crime[lambeth] == pytest.approx(1976 / 4979)
    assert place.detected[lambeth] == pytest.approx(882 / 1976)
    assert place.caution[lambeth] == pytest.approx(492 / 882)


def test_exactly_the_incidents_asked_for_are_flagged(london):
    made, cases = london
    flagged = counts.choose(
        cases, area="London", subject="domestic_violence", unit="incidents", measure="recorded"
    )
    assert flagged["count"].tolist() == [40_000]
    assert len(made.extract.reports.to_pyarrow()) > 40_000


def test_the_truth_is_what_the_counts_show(london):
    """Every expected count, of boroughs, genders and ethnicities, within chance of its own."""
    made, cases = london
    assert list(made.truth.columns) == estimates.COLUMNS
    truth = made.truth[made.truth["statistic"] == "count"]
    seen = truth[truth["definition"].isin(["", "as recorded"])]
    both = seen.merge(cases[[*KEY, "count"]], on=KEY, how="left", validate="one_to_one")
    unseen = both["measure"] == "unseen"
    assert both.loc[~unseen, "count"].notna().all()
    both = both[~unseen & (both["estimate"] > 30)]
    apart = (both["count"].astype(float) - both["estimate"]) / np.sqrt(both["estimate"])
    assert len(both) > 500
    assert abs(apart.mean()) < 0.25
    assert apart.abs().max() < 5
    assert 0.6 < apart.std() < 1.2


def test_ratios_of_what_people_are_follow_from_the_counts(london):
    made, _ = london
    truth = made.truth
    total = truth[
        (truth["statistic"] == "count")
        & (truth["unit"] == "victims")
        & (truth["measure"] == "recorded")
    ]
    for area in ("London", "Lambeth"):
        here = total[total["area"] == area]
        whole = here.loc[here["strand"] == "all", "estimate"].iloc[0]
        for strand in ("gender", "ethnicity_self_defined"):
            for definition in here.loc[here["strand"] == strand, "definition"].unique():
                part = here[(here["strand"] == strand) & (here["definition"] == definition)]
                assert part["estimate"].sum() == pytest.approx(whole)
    ratio = truth[(truth["statistic"] == "rate ratio") & (truth["group"] == "Female")]
    assert ratio["estimate"].between(3.9, 4.7).all()


def test_the_planted_relative_rate_comes_back():
    """One borough, nobody reported elsewhere: the ratio of rates is the planted one."""
    group, rate = "Black or Black British - Caribbean", 1.5
    planted = Planted.none(
        victims={"ethnicity_self_defined": {group: rate}},
        elsewhere=0.0,
        misrecorded=0.0,
        ethnicity_recorded=(1.0, 1.0),
    )
    made = synthetic.generate(30_000, 6, areas=["Lambeth"], planted=planted)
    truth = made.truth[(made.truth["statistic"] == "rate ratio") & (made.truth["group"] == group)]
    assert truth["estimate"].tolist() == [pytest.approx(rate)]
    cases = extract.count(
        made.extract,
        units=["victims"],
        strands=["ethnicity_self_defined"],
        subjects=["domestic_violence"],
    )
    people = counts.choose(cases, measure="recorded").set_index("group")["count"]
    residents = volumes.residents(LONDON, "ethnicity_self_defined").loc["Lambeth"]
    reference = "White - British"
    found = (people[group] / residents[group]) / (people[reference] / residents[reference])
    error = np.sqrt(1 / people[group] + 1 / people[reference])
    assert abs(np.log(found / rate)) < 3 * error


def test_without_disparities_every_group_has_the_rate_of_the_others():
    made = synthetic.generate(5_000, 6, areas=["Lambeth"], planted=Planted.none(elsewhere=0.0))
    ratios = made.truth.loc[made.truth["statistic"] == "rate ratio", "estimate"]
    assert ratios.to_numpy() == pytest.approx(np.ones(len(ratios)))


def test_repeats_follow_their_negative_binomial():
    chance = repeats.chances(1.0, 0.31)
    number = np.arange(1, len(chance) + 1)
    assert chance.sum() == pytest.approx(1)
    assert (chance * number).sum() == pytest.approx(float(repeats.mean(1.0, 0.31)))
    for share in (0.2, 1.0):
        none = (chance * (1 - share) ** number).sum()
        once = (chance * number * share * (1 - share) ** (number - 1)).sum()
        assert float(repeats.none_of(1.0, 0.31, share)) == pytest.approx(none)
        assert float(repeats.one_of(1.0, 0.31, share)) == pytest.approx(once)
    whole = 0.69 / (1 - 0.69)
    assert repeats.unseen(1.0, 0.31) == pytest.approx(whole)


def test_what_is_known_of_delayed_outcomes_is_their_mean_over_the_days():
    rng = np.random.default_rng(1)
    size = 200_000
    day = rng.integers(0, 365, size)
    arrest = outcomes.arrest_delay(rng, size)
    decided = arrest + rng.exponential(40.0, size)
    for known, delay in (
        (outcomes.known_arrests(365), arrest),
        (outcomes.known_outcomes(365, 40.0), decided),
    ):
        assert known == pytest.approx(np.mean(day + np.floor(delay) < 365), abs=0.005)


def test_young_cases_have_no_outcome_yet(london):
    made, _ = london
    people = made.extract.people.to_pyarrow().to_pandas()
    reports = made.extract.reports.to_pyarrow().to_pandas().set_index("report_id")
    day = pd.to_datetime(reports["reported"].reindex(people["report_id"]).to_numpy())
    decided = people["charged"].notna() | people["cautioned"].notna()
    arrested = people["arrested"].notna()
    late = arrested & (day >= "2009-09-01")
    early = arrested & (day < "2009-06-01")
    assert decided[late].mean() < 0.5 * decided[early].mean()
    last = pd.concat([pd.to_datetime(people[each]) for each in ("arrested", "charged", "resulted")])
    assert last.max() <= pd.Timestamp("2009-09-30")


def test_strands_are_missing_and_not_at_random(london):
    made, _ = london
    people = made.extract.people.to_pyarrow().to_pandas()
    reports = made.extract.reports.to_pyarrow().to_pandas().set_index("report_id")
    crime = (reports["classification"].reindex(people["report_id"]) == "crime").to_numpy()
    told = people["ethnicity_self_defined"].notna()
    assert told[crime].mean() > 0.85 > 0.55 > told[~crime].mean()
    black = (people["ethnicity_officer_defined"] == "Black").to_numpy()
    white = (people["ethnicity_officer_defined"] == "White North European").to_numpy()
    assert told[crime & black].mean() < told[crime & white].mean() - 0.05


def test_some_names_are_misspelt_and_none_is_anybodys():
    every = names.with_misspellings(names.family_names())
    step = names.SPELLINGS + 1
    for n in range(0, len(every), step):
        assert every[n] not in every[n + 1 : n + step]
    made = synthetic.generate(2_000, 3, planted=Planted(misspelt=0.04)).extract
    people = made.people.to_pyarrow().to_pandas()
    spellings = people.groupby("person_id")["family_name"].nunique()
    assert (spellings[people.groupby("person_id").size() > 2] > 1).any()
    right = set(names.family_names())
    assert 0.02 < (~people["family_name"].isin(right)).mean() < 0.06


def test_the_extract_is_clean_and_says_that_it_is_synthetic(london):
    made, cases = london
    assert set(cases["source"]) == {"synthetic"}
    assert flags.has(made.truth["flags"], "synthetic").all()
    found = extract.validate(made.extract)
    assert not found["blocks"].any()
    assert set(found["column"]) <= {"age"}


def read(folder: Path) -> dict[str, pa.Table]:
    return {
        name: pa.concat_tables([pq.read_table(path) for path in sorted((folder / name).iterdir())])
        for name in ("reports", "people", "calls")
    }


def test_the_same_seed_gives_the_same_records_whatever_the_parts(tmp_path, monkeypatch):
    monkeypatch.setattr(generation, "BLOCK", 200)
    one = synthetic.generate(900, 5, out=tmp_path / "one", part=900)
    two = synthetic.generate(900, 5, out=tmp_path / "two", part=200)
    other = synthetic.generate(900, 6, out=tmp_path / "other")
    assert len(list((tmp_path / "two" / "reports").iterdir())) == 5
    assert len(list((tmp_path / "one" / "reports").iterdir())) == 2
    for name, table in read(tmp_path / "one").items():
        assert table.equals(read(tmp_path / "two")[name])
        assert not table.equals(read(tmp_path / "other")[name])
    pd.testing.assert_frame_equal(one.truth, two.truth)
    held = synthetic.generate(900, 5).extract
    assert held.reports.to_pyarrow().equals(read(tmp_path / "one")["reports"])
    ids = read(tmp_path / "one")["reports"]["report_id"]
    assert len(ids.unique()) == len(ids)
    assert other.extract.files["reports"][0].parent.name == "reports"


def test_what_is_written_says_what_it_is_and_is_written_whole(tmp_path):
    seen = []
    made = synthetic.generate(
        300, 1, out=tmp_path / "a" / "b", progress=lambda done, wanted: seen.append((done, wanted))
    )
    folder = tmp_path / "a" / "b"
    assert seen == [(300, 300)]
    assert "synthetic" in (folder / synthetic.MARK).read_text()
    assert sorted(each.name for each in folder.iterdir()) == [
        synthetic.MARK,
        "calls",
        "people",
        "reports",
        "truth.csv",
    ]
    assert pd.read_csv(folder / "truth.csv").shape == made.truth.shape
    cases = extract.count(folder, units=["incidents"], strands=["all"])
    assert set(cases["source"]) == {"synthetic"}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"incidents": 0}, "incidents"),
        ({"incidents": 2.5}, "incidents"),
        ({"seed": -1}, "seed"),
        ({"part": 0}, "part"),
        ({"start": "2009-01-01", "end": "2008-01-01"}, "start, end"),
        ({"start": "soon"}, "start, end"),
        ({"areas": ["Lambet"]}, "did you mean Lambeth"),
        ({"areas": ["London"]}, "a list of boroughs; .*leave it out for all of London"),
        ({"areas": []}, "a list of boroughs"),
        ({"planted": Planted(victims={"gender": {"Women": 2.0}})}, "planted.victims"),
    ],
)
def test_wrong_arguments_are_told(arguments, says):
    with pytest.raises(InputError, match=says):
        synthetic.generate(**{"incidents": 100, "seed": 1} | arguments)


def test_nothing_is_written_where_something_stands(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(InputError, match="empty or missing folder"):
        synthetic.generate(100, 1, out=tmp_path)
    with pytest.raises(InputError, match="a folder that can be written"):
        synthetic.generate(100, 1, out=tmp_path / "mine.txt" / "x")
    assert [each.name for each in tmp_path.iterdir()] == ["mine.txt"]


def test_what_is_not_finished_is_taken_away(tmp_path):
    def stop(done, wanted):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        synthetic.generate(100, 1, out=tmp_path / "x", progress=stop)
    assert not list((tmp_path / "x").iterdir())


def child(out: Path, incidents: int) -> subprocess.Popen:
    """A process that makes an extract there, in parts, and says what it did."""
    code = (
        "import sys; from dsvstats.sources import synthetic; from dsvstats.errors import InputError\n"
        f"try: synthetic.generate({incidents}, 1, out=sys.argv[1], part=50_000)\n"
        "except InputError as error: print(error)\nelse: print('made')"
    )
    run = [sys.executable, "-c", code, str(out)]
    return subprocess.Popen(run, stdout=subprocess.PIPE, text=True)


def test_one_that_is_killed_leaves_nothing_that_can_be_read(tmp_path):
    made = child(tmp_path / "x", 2_000_000)
    until = time.monotonic() + 120
    while not list(tmp_path.rglob("reports/*.parquet")) and time.monotonic() < until:
        time.sleep(0.01)
    made.kill()
    assert made.communicate()[0] == ""
    assert list(tmp_path.rglob("reports/*.parquet"))
    found, status = extract.check_path(tmp_path / "x")
    assert status == 2 and len(found) == 1
    with pytest.raises(InputError, match="holds reports"):
        extract.count(tmp_path / "x")
    synthetic.generate(100, 1, out=tmp_path / "x")
    assert sorted(each.name for each in (tmp_path / "x").iterdir()) == [
        *("SYNTHETIC.txt", "calls", "people", "reports", "truth.csv")
    ]


def test_one_killed_while_it_moves_its_tables_is_cleared_and_a_researchers_file_is_not(tmp_path):
    out = tmp_path / "x"
    synthetic.generate(100, 1, out=out)
    ended = subprocess.run([sys.executable, "-c", "import dsvstats.files as f; print(f.mine())"],
                           capture_output=True, text=True, check=True).stdout.strip()  # fmt: skip
    (out / ".unfinished").mkdir()
    (out / ".unfinished" / ".owner").write_text(ended)
    (out / "reports").rename(out / ".unfinished" / "reports")
    (out / "mine.txt").write_text("mine")
    with pytest.raises(InputError, match="empty or missing folder"):
        synthetic.generate(100, 1, out=out)
    assert [each.name for each in out.iterdir()] == ["mine.txt"]


def test_a_living_process_is_not_disturbed(tmp_path):
    (tmp_path / ".unfinished").mkdir()
    (tmp_path / ".unfinished" / ".owner").write_text(files.mine())
    with pytest.raises(InputError, match="wait"):
        synthetic.generate(100, 1, out=tmp_path)
    assert (tmp_path / ".unfinished" / ".owner").exists()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits the size of files")
def test_a_full_disk_is_told_and_leaves_nothing(tmp_path):
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
        "import sys; from dsvstats import cli; sys.exit(cli.main(sys.argv[1:]))"
    )
    run = [sys.executable, "-c", code, "synth", str(tmp_path / "x"), "--incidents", "5000"]
    ended = subprocess.run(run, capture_output=True, text=True, check=False)
    assert ended.returncode == 2 and "Traceback" not in ended.stderr
    assert "File too large" in ended.stderr and not list((tmp_path / "x").iterdir())


def test_of_two_at_once_in_one_folder_one_is_refused(tmp_path):
    both = [child(tmp_path / "x", 60_000) for _ in range(2)]
    said = sorted(each.communicate(timeout=120)[0].strip() for each in both)
    assert said[0] == "made" and "an empty or missing folder" in said[1]
    assert extract.check_path(tmp_path / "x")[1] == 0
    assert len(list((tmp_path / "x").rglob("*.parquet"))) == 6


def test_one_incident_is_an_extract_too():
    made = synthetic.generate(1, 1, areas=["Sutton"])
    cases = extract.count(
        made.extract, units=["incidents"], strands=["all"], covers=("2008-10-01", "2009-09-30")
    )
    assert counts.choose(cases, subject="domestic_violence", measure="recorded")[
        "count"
    ].tolist() == [1]
