"""Counts of records that may be published: made, attacked, added to what was out before."""

from __future__ import annotations

import pandas as pd
import pytest

import dsvstats as dsv
from dsvstats import cli, counts, disclosure
from dsvstats.counts import KEY
from dsvstats.errors import InputError
from dsvstats.sources import counted, extract, release, synthetic
from dsvstats.strands import NOT_RECORDED
from dsvstats.terms import measures
from dsvstats.terms.schemes import ALL

RULE = {"threshold": 10, "zeros_shown": False}


@pytest.fixture(scope="module")
def records(tmp_path_factory) -> str:
    made = tmp_path_factory.mktemp("records") / "made-up"
    synthetic.generate(4000, 3, out=made, areas=["Lambeth", "Barnet", "Wandsworth"])
    return str(made)


@pytest.fixture(scope="module")
def true(records) -> pd.DataFrame:
    return release.chosen(counted.latest(extract.read(records), threshold=10))


@pytest.fixture(scope="module")
def published(records, tmp_path_factory):
    path = tmp_path_factory.mktemp("told") / "counts.csv"
    assert cli.main(["protect", records, "--to", str(path), "--threshold", "10"]) == 0
    return path


@pytest.fixture(scope="module")
def held(published) -> pd.DataFrame:
    return counts.read(published)


def test_what_is_shown_is_true_and_large(held, true):
    both = held.merge(true[[*KEY, "count"]], on=KEY, how="left", suffixes=("", "_true"))
    shown = both["count"].notna()
    assert shown.sum() > 500
    nobody = (both["count"] == 0) & (both["group"] == NOT_RECORDED)
    assert ((both["count"] >= 10) | nobody)[shown].all(), "that all were asked tells of nobody"
    assert (both["count"][shown] == both["count_true"][shown]).all()
    assert held["withheld"].equals(held["count"].isna())


def test_most_of_what_is_large_is_shown(held, true):
    assert held["count"].notna().sum() > 0.5 * (true["count"] >= 10).sum()


def test_no_subtraction_tells_a_withheld_group(held):
    """Everyone less the groups that are shown: what is left is of two groups or more, and ten."""
    of = [each for each in KEY if each not in ("strand", "group")]
    everyone = held[held["group"] == ALL].set_index(of)["count"].dropna()
    groups = held[~held["strand"].isin(["all", "reports"])]
    tried = 0
    for key, table in groups.groupby([*of, "strand"], observed=True):
        hidden = table["count"].isna().sum()
        if key[:-1] in everyone.index and hidden > 0:
            left = everyone[key[:-1]] - table["count"].sum()
            tried += 1
            assert hidden > 1 and left >= 10, key
    assert tried > 20


def test_no_subtraction_tells_of_few_left(held):
    """A measure less one that is inside it leaves ten or more, or nobody."""
    of = [each for each in KEY if each != "measure"]
    shown = held[held["count"].notna()]
    at = {
        name: rows.set_index(of)["count"] for name, rows in shown.groupby("measure", observed=True)
    }
    tried = 0
    for part, rows in at.items():
        for whole in measures.inside(part):
            if whole in at:
                left = (at[whole] - rows).dropna()
                tried += len(left)
                assert ((left >= 10) | (left == 0)).all(), (part, whole)
    assert tried > 50


def test_the_audit_passes_and_finds_what_is_shown_by_mistake(published, held, true, capsys):
    assert cli.main(["audit", str(published), "--threshold", "10"]) == 0
    both = held.merge(true[[*KEY, "count"]], on=KEY, how="left", suffixes=("", "_true"))
    second = both["count"].isna() & (both["count_true"] >= 10)
    assert second.any(), "some are withheld for the sake of others"
    told = held.assign(count=held["count"].where(~second, both["count_true"]))
    told["withheld"] = told["count"].isna()
    worse = published.with_name("worse.csv")
    told.to_csv(worse, index=False, date_format="%Y-%m-%d")
    capsys.readouterr()
    assert cli.main(["audit", str(worse), "--threshold", "10"]) == 1
    assert "derived" in (out := capsys.readouterr().out) or "small" in out


def test_pages_made_of_it_say_so_and_may_be_published(published):
    here = dsv.open("Lambeth", str(published))
    told = str(here.heading("attrition"))
    assert "Counts below 10 are withheld" in told and disclosure.NOTICE not in told
    assert "made up" in told.lower() or "synthetic" in told.lower()
    assert here.kind == "counts" and here.about.followed


def test_what_is_out_is_not_told_again_with_another_number(tmp_path):
    path = tmp_path / "ledger.csv"
    first = counts.table("Barnet", "victims", "crime", "gender", {"Female": 30, "Male": 12})
    disclosure.ledger(path, add=first)
    assert disclosure.ledger(path, add=first)["count"].tolist() == [30, 12]
    with pytest.raises(InputError, match="31 for 30"):
        disclosure.ledger(path, add=first.assign(count=first["count"] + 1))


def test_a_ledger_never_holds_what_was_hidden(tmp_path, held):
    disclosure.ledger(tmp_path / "ledger.csv", add=held)
    again = pd.read_csv(tmp_path / "ledger.csv")
    assert "withheld" not in again and again["count"].notna().all()
    assert len(again) == held["count"].notna().sum()


def test_a_second_release_does_not_tell_of_the_first():
    """Two years that overlap by three quarters, and the quarter that the first lacks."""
    year = {"start": "2008-04-01", "end": "2009-03-31"}
    later = {"start": "2008-07-01", "end": "2009-06-30"}
    quarter = {"start": "2008-04-01", "end": "2008-06-30"}
    of = ("Barnet", "offences", "charge", "all")
    first = disclosure.protect(counts.table(*of, {ALL: 60}, **year), **RULE)
    both = pd.concat(
        [counts.table(*of, {ALL: 52}, **later), counts.table(*of, {ALL: 15}, **quarter)]
    )
    alone = disclosure.protect(both, **RULE)
    assert alone["count"].tolist() == [52, 15]
    together = disclosure.protect(both, **RULE, released=first)
    assert together["count"].isna().any(), "60 less 15 leaves 45, and 52 less 45 leaves 7"
    known = {"released": first, **RULE}
    assert disclosure.audit(together, **known).empty


@pytest.mark.parametrize("wrong", [["--threshold", "1"], ["--threshold", "10", "--subject", "rap"]])
def test_a_wrong_rule_is_refused(records, tmp_path, wrong, capsys):
    to = tmp_path / "counts.csv"
    assert cli.main(["protect", records, "--to", str(to), *wrong]) == 2
    assert not to.exists() and "must be" in capsys.readouterr().err
