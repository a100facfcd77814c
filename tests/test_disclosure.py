"""What is published tells nobody a withheld count, nor that it is small."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from attacker import World, broken
from disclosure_worlds import KINDS, groups

from dsvstats import counts, disclosure
from dsvstats.counts import KEY
from dsvstats.errors import InputError
from dsvstats.terms import places

ARDEN = """\
whole: Arden
aliases: [the shire]
parts_are: [district, districts]
parts:
  Norden: {code: A1, column: 0, row: 0}
  Soke and Vale: {code: A2, column: 0, row: 1}
  Westry: {code: A3, column: 1, row: 0}
censuses: {2011: 2011-03-27}
"""
TABLES = 20
"""So many of each kind; 100 of each were attacked once, and none was broken."""


@pytest.fixture(scope="module")
def arden(tmp_path_factory) -> places.Place:
    path = tmp_path_factory.mktemp("places") / "arden.yml"
    path.write_text(ARDEN, encoding="utf-8")
    return places.place(path)


def drawn(kind: str, seed: int) -> tuple[World, dict]:
    """One made-up table of this kind, and the rule that it is published under."""
    rng = np.random.default_rng([seed, sum(map(ord, kind))])
    world = KINDS[kind](rng)
    rule = {"threshold": int(rng.choice([3, 5, 10])), "zeros_shown": bool(rng.random() < 0.5)}
    return world, rule


def small_withheld(cases: pd.DataFrame, *, threshold: int, zeros_shown: bool) -> pd.DataFrame:
    """What a hasty publisher does: the small counts are withheld, and nothing else."""
    hidden = (cases["count"] < threshold) & ((cases["count"] > 0) | (not zeros_shown))
    return cases.assign(count=cases["count"].mask(hidden), withheld=hidden)


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_works_out_a_withheld_count(kind, arden):
    for seed in range(TABLES):
        world, rule = drawn(kind, seed)
        cases = world.frame()
        published = disclosure.protect(cases, **rule, place=arden)
        assert broken(world, published, **rule) == [], (kind, seed)
        shown = published["count"].dropna()
        assert ((shown >= rule["threshold"]) | (shown == 0)).all()
        assert published["withheld"].equals(published["count"].isna())


@pytest.mark.parametrize("kind", KINDS)
def test_the_attacker_and_the_audit_break_what_is_withheld_in_haste(kind, arden):
    """Else nothing that passes would have shown anything."""
    found = told = 0
    for seed in range(TABLES):
        world, rule = drawn(kind, seed)
        hasty = small_withheld(world.frame(), **rule)
        by_attack = bool(broken(world, hasty, **rule))
        found += by_attack
        told += by_attack and not disclosure.audit(hasty, **rule, place=arden).empty
    assert found > 0
    assert told == found, "the audit lets nothing pass that the attacker breaks"


def test_what_hiding_near_by_does_not_mend_is_mended_further_off(arden):
    """A world in which what is hidden around a failing count can be worked out all the same."""
    world, rule = drawn("classes", 20)
    published = disclosure.protect(world.frame(), **rule, place=arden)
    assert broken(world, published, **rule) == []


def test_a_table_is_not_all_withheld(arden):
    """Most counts of the threshold or above are still shown: hiding all would be safe, and idle."""
    kept = large = 0
    for kind in KINDS:
        for seed in range(3):
            world, rule = drawn(kind, seed)
            cases = world.frame()
            published = disclosure.protect(cases, **rule, place=arden)
            large += (cases["count"] >= rule["threshold"]).sum()
            kept += (published["count"].fillna(0) >= rule["threshold"]).sum()
    assert kept > 0.7 * large


def test_what_is_protected_passes_the_audit_and_stays_as_it_is(arden):
    for kind in KINDS:
        world, rule = drawn(kind, 1)
        published = disclosure.protect(world.frame(), **rule, place=arden)
        assert disclosure.audit(published, **rule, place=arden).empty
        shuffled = world.frame().sample(frac=1, random_state=1)
        again = disclosure.protect(shuffled, **rule, place=arden)
        assert len(again) == len(published)


def test_what_is_out_already_is_not_withheld_in_vain():
    """A new count of 28 women would be protected by the 30 that everybody knows: so it goes."""
    of = ("Barnet", "victims")
    held = {"Female": 30, "Male": 12, "Not recorded": 3}
    old = pd.concat(
        [one(*of, "recorded", 45), counts.table(*of, "recorded", "gender", held)], ignore_index=True
    )
    first = disclosure.protect(old, threshold=10, zeros_shown=False)
    crimes = {"Female": 28, "Male": 12, "Not recorded": 3}
    new = pd.concat([old, counts.table(*of, "crime", "gender", crimes)], ignore_index=True)
    again = disclosure.protect(new, threshold=10, zeros_shown=False, released=first)
    of_old = again[again["measure"] == "recorded"].set_index("group")["count"]
    assert of_old.to_dict() == first.set_index("group")["count"].to_dict()
    assert again[again["measure"] == "crime"]["count"].isna().all()


def one(area: str, unit: str, measure: str, number: int | None, **key) -> pd.DataFrame:
    return counts.table(area, unit, measure, "all", {"All": number}, **key)


def veiled(*frames: pd.DataFrame) -> pd.DataFrame:
    cases = pd.concat(frames, ignore_index=True)
    return cases.assign(withheld=cases["count"].isna())


def test_a_group_without_a_row_is_known_to_be_nobody():
    """Kingston's table lists Jewish victims and no Buddhist ones: so there were none."""
    held = {"Christian": 40, "Jewish": None, "Muslim": 25, "Not recorded": None}
    cases = veiled(
        one("Kingston upon Thames", "victims", "recorded", 90),
        counts.table("Kingston upon Thames", "victims", "recorded", "religion", held),
    )
    found = disclosure.audit(cases, threshold=5, zeros_shown=False)
    assert "Buddhist" in found.loc[found["why"] == "absent", "group"].tolist()
    true = cases.assign(count=pd.array([90, 40, 7, 25, 18], dtype="Int64"), withheld=False)
    published = disclosure.protect(true, threshold=5, zeros_shown=False)
    assert set(published.loc[published["strand"] == "religion", "group"]) == set(groups("religion"))
    assert disclosure.audit(published, threshold=5, zeros_shown=False).empty


def test_incidents_less_offences_tell_the_rest():
    """Richmond: 55 incidents, 46 offences, and a withheld count of those that are neither."""
    neither = "no_crime_or_crime_related_incident"
    held = {"incidents": 55, "offences": 46, neither: 9}
    rows = [
        one("Richmond upon Thames", "incidents", "recorded", held["incidents"]),
        one("Richmond upon Thames", "offences", "crime", held["offences"]),
        one("Richmond upon Thames", "incidents", neither, held[neither]),
    ]
    small = veiled(*rows[:2], rows[2].assign(count=pd.array([None], dtype="Int64")))
    found = disclosure.audit(small, threshold=10, zeros_shown=False)
    assert set(found["why"]) <= {"derived", "small"}
    assert neither in found["measure"].tolist() or (found["upper"] == 9).any()
    without = disclosure.audit(pd.concat(rows[:2]), threshold=10, zeros_shown=False)
    assert without["upper"].tolist() == [9], "nobody printed the nine, and all the same"
    published = disclosure.protect(pd.concat(rows), threshold=10, zeros_shown=False)
    assert published["count"].notna().sum() == 1
    assert disclosure.audit(published, threshold=10, zeros_shown=False).empty


def test_not_recorded_and_a_total_tell_the_group():
    """60 victims, 41 of them women and 12 not recorded: 7 men."""
    total = one("Barnet", "victims", "recorded", 60)
    held = {"Female": 41, "Male": None, "Not recorded": 12}
    told = veiled(total, counts.table("Barnet", "victims", "recorded", "gender", held))
    found = disclosure.audit(told, threshold=10, zeros_shown=False)
    assert found[["group", "lower", "upper", "why"]].values.tolist() == [["Male", 7, 7, "derived"]]
    true = pd.concat([total, counts.table("Barnet", "victims", "recorded", "gender",
                                          held | {"Male": 7})])  # fmt: skip
    published = disclosure.protect(true, threshold=10, zeros_shown=False)
    by_group = published.set_index("group")["count"]
    assert by_group[["Male", "Not recorded"]].isna().all() and by_group["Female"] == 41


def test_one_of_two_equal_counts_does_not_give_away_the_other():
    """Chinese people are the only ones of another group: fine and broad say the same number."""
    fine = {
        "White - British": 50, "Asian or Asian British - Indian": 30,
        "Chinese or other ethnic group - Any other ethnic group": 6, "Not recorded": 20,
    }  # fmt: skip
    broad = {"White": 50, "Asian": 30, "Other": 6, "Not recorded": 20}
    true = pd.concat(
        [
            counts.table("Barnet", "victims", "recorded", "ethnicity_self_defined", fine),
            counts.table("Barnet", "victims", "recorded", "ethnicity_broad", broad),
        ]
    )
    hasty = true.assign(
        count=true["count"].mask((true["count"] < 10) & (true["strand"] == "ethnicity_broad"))
    )
    hasty = hasty.assign(withheld=hasty["count"].isna())
    found = disclosure.audit(hasty, threshold=10, zeros_shown=True)
    assert ("Other", 6, 6) in [tuple(row) for row in found[["group", "lower", "upper"]].values]
    published = disclosure.protect(true, threshold=10, zeros_shown=True)
    both = ["Other", "Chinese or other ethnic group - Any other ethnic group"]
    assert published.set_index("group")["count"][both].isna().all()
    assert disclosure.audit(published, threshold=10, zeros_shown=True).empty


def test_people_by_number_of_reports_tell_no_withheld_gender():
    """Lambeth: 939 reported again, of them 809 women and 128 men, let its two be told."""
    rows = [
        one("Lambeth", "victims", "repeat_anywhere", 939),
        counts.table("Lambeth", "victims", "repeat_anywhere", "gender",
                     {"Female": 809, "Male": 128, "Not recorded": 2}),
        one("Lambeth", "victims", "recorded", 4506),
        counts.table("Lambeth", "victims", "recorded", "gender",
                     {"Female": 3800, "Male": 690, "Not recorded": 16}),
    ]  # fmt: skip
    true = pd.concat(rows, ignore_index=True)
    hasty = true.assign(count=true["count"].mask(true["count"] < 10))
    found = disclosure.audit(
        hasty.assign(withheld=hasty["count"].isna()), threshold=10, zeros_shown=False
    )
    assert found[["group", "lower", "upper"]].values.tolist()[0] == ["Not recorded", 2, 2]
    published = disclosure.protect(true, threshold=10, zeros_shown=False)
    again = published[published["measure"] == "repeat_anywhere"]
    assert again["count"].isna().sum() >= 2
    assert disclosure.audit(published, threshold=10, zeros_shown=False).empty


def test_the_threshold_is_required_and_a_whole_number():
    cases = one("Barnet", "victims", "recorded", 60)
    with pytest.raises(TypeError):
        disclosure.protect(cases, zeros_shown=False)
    with pytest.raises(TypeError):
        disclosure.protect(cases, threshold=5)
    for wrong in (1, 0, 5.0, True, "5"):
        with pytest.raises(InputError, match="threshold: must be a whole number of 2 or more"):
            disclosure.protect(cases, threshold=wrong, zeros_shown=False)
        with pytest.raises(InputError, match="threshold: must be a whole number of 2 or more"):
            disclosure.audit(cases, threshold=wrong, zeros_shown=False)


def test_nothing_comes_of_nothing():
    nothing = disclosure.protect(counts.empty(), threshold=5, zeros_shown=True)
    assert nothing.empty and list(nothing.columns) == list(counts.COLUMNS)
    assert disclosure.audit(nothing, threshold=5, zeros_shown=True).empty


def test_a_key_stands_once():
    cases = one("Barnet", "victims", "recorded", 60)
    twice = pd.concat([cases.assign(source="a"), cases.assign(source="b")])
    with pytest.raises(InputError, match="one row for each key"):
        disclosure.protect(twice, threshold=5, zeros_shown=False)


def test_an_audit_says_what_failed_as_a_frame():
    cases = veiled(
        one("Barnet", "victims", "recorded", 60),
        counts.table("Barnet", "victims", "recorded", "gender",
                     {"Female": 55, "Male": None, "Not recorded": None}),
    )  # fmt: skip
    found = disclosure.audit(cases, threshold=10, zeros_shown=True)
    assert list(found.columns) == [*KEY, "left_of", "lower", "upper", "why"]
    assert found[["group", "lower", "upper", "why"]].values.tolist() == [
        ["Male", 1, 4, "small"],
        ["Not recorded", 1, 4, "small"],
    ]
