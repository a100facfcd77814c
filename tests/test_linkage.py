"""Who is who: made-up people whose names are misspelt, more often in one group than in another."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dsvstats import counts
from dsvstats.errors import InputError
from dsvstats.sources import linkage
from dsvstats.sources.linkage.rows import prepared
from dsvstats.sources.synthetic import names
from dsvstats.statistics import repeats

MISSPELT = {"Female": 0.06, "Male": 0.16}
"""Of the rows of each group, how many have a misspelt name."""
AGAIN = 0.5
"""How many people are reported a second time: the same in both groups."""
PERIOD = ("2008-10-01", "2009-09-30")


def made(people: int, seed: int, **errors: float) -> pd.DataFrame:
    """People and their reports: a row each, with who it truly is."""
    rng = np.random.default_rng(seed)
    given, family = names.given_names(), names.family_names()
    ways = names.SPELLINGS + 1
    group = rng.integers(0, 2, people)
    first, last = (
        rng.choice(len(each), people, p=names.chances(len(each))) for each in (given, family)
    )
    born = rng.integers(-365 * 40, 365 * 20, people)
    home = rng.integers(0, 900, people)
    who = np.repeat(np.arange(people), 1 + (rng.random(people) < AGAIN))
    wrong = rng.random(len(who)) < np.array([*MISSPELT.values()])[group[who]]
    in_first = rng.random(len(who)) < 0.5
    spelt = [
        ways * each[who] + np.where(wrong & where, rng.integers(1, ways, len(who)), 0)
        for each, where in ((first, in_first), (last, ~in_first))
    ]
    moved = rng.random(len(who)) < errors.get("moved", 0.0)
    blank = rng.random(len(who)) < errors.get("blank", 0.0)
    sector = np.where(moved, rng.integers(0, 900, len(who)), home[who])
    days = pd.to_datetime(born[who], unit="D", origin="1970-01-01")
    found = pd.DataFrame(
        {
            "report_id": np.arange(len(who)),
            "area": np.array(["Lambeth", "Barnet"])[sector % 2],
            "given_name": np.array(names.with_misspellings(given), dtype=object)[spelt[0]],
            "family_name": np.array(names.with_misspellings(family), dtype=object)[spelt[1]],
            "date_of_birth": days.where(~blank),
            "postcode": [f"SW{each // 9 + 1} {each % 9}AA" for each in sector],
            "gender": np.array([*MISSPELT])[group[who]],
            "truth": who,
        }
    )
    return found.sample(frac=1, random_state=seed).reset_index(drop=True)


def repeated(person, group) -> pd.Series:
    """Of the people of each group, what share has two rows or more."""
    each = pd.DataFrame({"person": person, "group": group})
    once = each.groupby("person")["group"].agg(["size", "last"])
    return (once["size"] > 1).groupby(once["last"]).mean()


def spelt_alike(people: pd.DataFrame) -> pd.Series:
    return people.groupby(["given_name", "family_name", "date_of_birth"], dropna=False).ngroup()


def drawn(people: pd.DataFrame, **by) -> pd.DataFrame:
    linked = linkage.link(people, keeps=["gender"])
    return linkage.counts_of(people, linked, period=PERIOD, whole="London", **by)


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    return made(12_000, 7, moved=0.1, blank=0.03)


@pytest.fixture(scope="module")
def linked(people) -> linkage.Linked:
    return linkage.link(people, keeps=["gender"])


def test_names_spelt_alike_make_a_gap_of_none():
    """Misspelt for 6 in 100 and 16 in 100: exact matching makes a ratio of about 0.73 out of 1."""
    people = made(40_000, 3)
    exact = repeated(spelt_alike(people), people["gender"])
    assert exact["Male"] / exact["Female"] == pytest.approx(0.73, abs=0.03)
    truth = repeated(people["truth"], people["gender"])
    assert truth["Male"] / truth["Female"] == pytest.approx(1.0, abs=0.03)
    cases = drawn(people, by=["gender"])
    told = repeats.linked_prevalence(cases[cases["area"] == "London"], measure="repeat_anywhere")
    shares = told.set_index("group")["estimate"]
    assert shares["Male"] / shares["Female"] == pytest.approx(
        truth["Male"] / truth["Female"], rel=0.02
    )
    whole = drawn(people, draws=5)
    told = repeats.linked_prevalence(whole[whole["area"] == "London"], measure="repeat_anywhere")
    of_all = repeated(people["truth"], np.zeros(len(people))).item()
    assert told["estimate"].item() == pytest.approx(of_all, rel=0.02)


def ratio(seed: int, people: int, **errors: float) -> bool:
    """Do the limits of the ratio of men to women hold the truth, which is 1?"""
    cases = drawn(made(people, seed, **errors), by=["gender"])
    cases = cases[cases["area"] == "London"]
    told = repeats.linked_ratios(
        cases, measure="repeat_anywhere", reference={"gender": "Female"}
    ).iloc[0]
    return bool(told["lower"] <= 1 <= told["upper"])


def test_limits_hold_the_truth_whoever_is_misspelt():
    """Though a tenth of rows are of people who moved, and 3 in 100 have no date of birth."""
    assert sum(ratio(seed, 3_000, moved=0.1, blank=0.03) for seed in range(20)) >= 19


@pytest.mark.soak
def test_limits_hold_the_truth_of_more_people_too():
    assert sum(ratio(seed, 20_000) for seed in range(100, 120)) >= 19


def test_what_is_compared_and_linked_is_told_for_whom(people, linked):
    told = linkage.agreement(linked, people["truth"], by=people["gender"]).set_index("group")
    assert (told["compared"] > 0.98).all() and (told["linked"] > 0.95).all()
    assert (told["right"] > 0.98).all()
    by_spelling = linkage.Linked(
        spelt_alike(people).to_numpy(),
        linked.between.iloc[:0],
        linked.pairs,
        np.full(len(people), -1),
    )
    exact = linkage.agreement(by_spelling, people["truth"], by=people["gender"]).set_index("group")
    assert exact.loc["Female", "linked"] > exact.loc["Male", "linked"] + 0.1
    assert (told["linked"] > exact["linked"]).all()


def test_as_many_pairs_are_right_as_it_says(people, linked):
    told = linkage.calibration(linked, people["truth"])
    few = told["pairs"] >= 200
    assert few.sum() >= 2
    assert (told["said"] - told["true"])[few].abs().max() < 0.1
    expected = linked.pairs["probability"].sum()
    sizes = people.groupby("truth").size()
    assert expected == pytest.approx((sizes * (sizes - 1) / 2).sum(), rel=0.03)


def test_higher_thresholds_part_people_and_never_join_them(linked):
    told = linked.clusters()
    number = [told[each].nunique() for each in told]
    assert number == sorted(number)
    for lower, higher in zip(told.columns, told.columns[1:], strict=False):
        assert told.groupby(higher)[lower].nunique().max() == 1


def test_the_order_of_rows_changes_nobody(people, linked):
    other = people.sample(frac=1, random_state=1)
    again = linkage.link(other.reset_index(drop=True), keeps=["gender"])
    moved = pd.Series(again.at(0.5), index=other.index).sort_index()
    both = pd.DataFrame({"one": linked.at(0.5), "other": moved})
    assert both.groupby("one")["other"].nunique().max() == 1
    assert both.groupby("other")["one"].nunique().max() == 1
    twice = [next(linked.draws(1, seed=3)) for _ in range(2)]
    assert (twice[0] == twice[1]).all()
    drawn = pd.Series(next(again.draws(1, seed=3)), index=other.index).sort_index()
    both = pd.DataFrame({"one": twice[0], "other": drawn})
    assert both.groupby("one")["other"].nunique().max() == 1
    assert both.groupby("other")["one"].nunique().max() == 1


def test_missing_is_never_alike(people):
    blank = people.assign(date_of_birth=pd.NaT, postcode="", family_name="Unknown")
    few = pd.concat([people.head(3000), blank.tail(400)], ignore_index=True)
    linked = linkage.link(few)
    assert linked.pairs[["one", "other"]].to_numpy().max() < 3000
    assert prepared(blank)[["family_name", "date_of_birth", "sector"]].isna().all().all()


def test_ids_are_used_as_they_are_and_never_joined(people):
    half = np.arange(len(people)) % 2 == 0
    ids = ("p" + people["truth"].astype("str")).where(half)
    told = linkage.link(people.assign(person_id=ids), keeps=["gender"])
    for person in (told.at(0.5), *told.draws(3)):
        each = pd.DataFrame({"person": person, "id": ids}).dropna()
        assert each.groupby("id")["person"].nunique().max() == 1
        assert each.groupby("person")["id"].nunique().max() == 1
    without = linkage.link(people, keeps=["gender"])
    better, plain = (linkage.agreement(each, people["truth"]).iloc[0] for each in (told, without))
    assert better["linked"] > plain["linked"]


def test_wrong_ids_are_seen_beside_the_linkage(people, linked):
    wrong = people["truth"] + np.where(np.arange(len(people)) % 5 == 0, 10**6, 0)
    told = linkage.agreement(linked, wrong).iloc[0]
    assert told["right"] < 0.9 < linkage.agreement(linked, people["truth"]).iloc[0]["right"]


def test_people_are_counted_once_and_followed_from_area_to_area():
    rows = pd.DataFrame(
        {
            "report_id": [1, 2, 3, 4, 4],
            "area": ["Barnet", "Barnet", "Lambeth", "Lambeth", "Lambeth"],
            "person_id": ["a1", "a1", "a1", "b2", "c3"],
            "gender": ["", "Female", "Female", "Male", "Male"],
            "given_name": "Ada",
            "family_name": "Ex",
            "date_of_birth": "",
        }
    )
    told = linkage.counts_of(
        rows, linkage.link(rows), by=["gender"], period=PERIOD, whole="London", draws=1
    )
    number = told.set_index(["area", "group", "measure"])["count"].to_dict()
    assert number["Barnet", "Female", "repeat_within"] == 1
    assert number["Lambeth", "Female", "repeat_within"] == 0
    assert number["Lambeth", "Female", "repeat_anywhere"] == 1
    assert (
        number["London", "Female", "recorded"] == number["London", "Female", "repeat_within"] == 1
    )
    assert number["London", "Male", "recorded"] == 2
    assert told["count"].sum() == sum(number.values())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda rows: rows.drop(columns="family_name"), "family_name"),
        (lambda rows: rows.head(50), "200 rows"),
        (lambda rows: rows.assign(family_name="", given_name="Not stated"), "none of these|names"),
        (lambda rows: rows.assign(date_of_birth=pd.NaT, postcode=None), "date of birth"),
    ],
)
def test_what_cannot_be_linked_is_said_and_names_nobody(people, change, said):
    with pytest.raises(InputError, match=said) as told:
        linkage.link(change(people))
    assert not any(each in str(told.value) for each in people["family_name"].head(500).unique())


def test_nobody_is_in_what_linkage_gives(people, linked):
    for frame in (linked.pairs, linked.between, linked.clusters()):
        assert all(each.kind in "if" for each in frame.drop(columns="rule", errors="ignore").dtypes)
    shown = repr(linked) + drawn(people.head(3000)).to_csv()
    for column in ("given_name", "family_name", "postcode"):
        assert not any(each in shown for each in people[column].head(300).unique())


def test_nobody_is_left_in_the_temporary_folder(people, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    linkage.link(people.head(3000))
    assert list(tmp_path.iterdir()) == []


def test_the_rule_of_surnames_misses_and_mistakes():
    """Paragraphs 29 to 34 of the report of 8 July 2008: a rule that it says has its limits."""
    rows = pd.DataFrame(
        [
            (1, "victim", "Ex", "a1"),
            (1, "suspect", "Ex", "a1"),
            (1, "suspect", "Why", "b2"),
            (2, "victim", "Ex", "c3"),
            (2, "suspect", "Ex", "d4"),
            (2, "suspect", "Zed", "e5"),
            (3, "victim", "Ex", "f6"),
            (3, "suspect", "Exx", "f6"),
            (3, "suspect", "Why", "g7"),
            (4, "victim", "Ex", "h8"),
            (4, "suspect", "Ex", "h8"),
        ],
        columns=["report_id", "role", "family_name", "person_id"],
    ).assign(given_name="Ada", date_of_birth="")
    found = linkage.same_surname(rows)
    both = rows.groupby(["report_id", "person_id"])["role"].nunique().gt(1)
    truly = both.groupby("report_id").any()
    assert found.to_dict() == {1: True, 2: True, 3: False, 4: False}
    assert truly.to_dict() == {1: True, 2: False, 3: True, 4: True}


def draws(numbers: dict[str, list[tuple[int, int]]]) -> pd.DataFrame:
    return pd.concat(
        [
            counts.table("A", "victims", measure, "gender", {group: told[at]}).assign(draw=number)
            for group, each in numbers.items()
            for number, told in enumerate(each)
            for at, measure in enumerate(("recorded", "repeat_within"))
        ]
    )


def test_draws_that_agree_have_the_limits_of_one():
    same = draws({"Female": [(1000, 250)] * 5})
    told = repeats.linked_prevalence(same).iloc[0]
    assert (told["lower"], told["upper"]) == pytest.approx((0.22414, 0.27777), abs=1e-4)  # Wilson


def test_draws_that_differ_widen_the_limits_by_rubins_rules():
    shares = np.array([0.20, 0.25, 0.30])
    told = repeats.linked_ratios(
        draws(
            {
                "Female": [(1000, int(1000 * each)) for each in shares],
                "Male": [(1000, 250)] * 3,
            }
        ),
        reference={"gender": "Male"},
    ).iloc[0]
    log = np.log(shares / 0.25)
    within = np.mean(1 / (1000 * shares) - 1 / 1000) + 1 / 250 - 1 / 1000
    between = (1 + 1 / 3) * log.var(ddof=1)
    degrees = 2 * (1 + within / between) ** 2
    from scipy import stats

    away = stats.t.ppf(0.975, degrees) * np.sqrt(within + between)
    assert told["estimate"] == pytest.approx(np.exp(log.mean()))
    assert told["lower"] == pytest.approx(np.exp(log.mean() - away))
    assert told["p"] == pytest.approx(
        2 * stats.t.sf(abs(log.mean()) / np.sqrt(within + between), degrees)
    )
    assert "linked=3" in told["flags"]


def test_nobody_reported_again_still_has_limits():
    told = repeats.linked_prevalence(draws({"Female": [(40, 0)] * 4})).iloc[0]
    assert told["estimate"] == 0 and told["lower"] == 0 and 0.05 < told["upper"] < 0.12


def test_a_finding_that_the_unrecorded_could_turn_is_not_firm():
    clear = {"Female": [(1000, 400)] * 3, "Male": [(1000, 250)] * 3}
    by = {"reference": {"gender": "Male"}}
    few = repeats.linked_ratios(draws(clear | {"Not recorded": [(40, 10)] * 3}), **by).iloc[0]
    many = repeats.linked_ratios(draws(clear | {"Not recorded": [(900, 300)] * 3}), **by).iloc[0]
    assert few["way"] == many["way"] == "higher"
    assert "missing=10/660" in few["flags"] and "could_turn" not in few["flags"]
    assert "could_turn" in many["flags"]
