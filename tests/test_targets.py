"""Proportions against targets: of their own period and of what was counted, or not judged."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from tables import join, people, row

import dsvstats as dsv
from dsvstats.estimates import flags
from dsvstats.reporting import wording
from dsvstats.statistics.comparison import against_target
from dsvstats.terms import chains


def year(end, *, subject="domestic_violence", definition="", detected=440):
    key = {"subject": subject, "definition": definition, "end": end, "unit": "offences"}
    key["start"] = str((pd.Timestamp(end) - pd.DateOffset(years=1)).date() + pd.Timedelta(days=1))
    return join(
        people("all", {"All": 1000}, **key),
        people("all", {"All": detected}, measure=chains.DETECTED[1], **key),
    )


def judged(cases, **target):
    targets = pd.DataFrame([{"subject": "domestic_violence", "target": 0.47} | target])
    return against_target(cases, chains.DETECTED, of=chains.OFFENCES, target=targets)


@pytest.mark.parametrize(("end", "told"), [("2009-03-31", True), ("2009-09-30", False)])
def test_a_year_is_judged_against_the_target_of_that_year_alone(end, told):
    (found,) = judged(year(end), end="2009-03-31").to_dict("records")
    assert found["estimate"] == 0.44 and found["lower"] < 0.44 < found["upper"]
    flag = flags.of(found["flags"])
    assert ("target_day" in flag) == told
    assert flag.get("other_target") == (None if told else "0.47/2009-03-31")
    assert (found["versus"] == "target") == told
    assert np.isnan(found["p"]) == np.isnan(found["reference_numerator"]) == (not told)
    if not told:
        assert found["way"] == "none"


def test_one_that_is_not_judged_is_in_no_family():
    both = join(year("2009-03-31"), year("2009-09-30"))
    alone = judged(year("2009-03-31"), end="2009-03-31")
    found = judged(both, end="2009-03-31")
    assert len(found) == 2
    mine = row(found, end=pd.Timestamp("2009-03-31"))
    assert mine["p_adjusted"] == alone["p_adjusted"][0]
    assert mine["lower_together"] == alone["lower_together"][0]


@pytest.mark.parametrize(
    ("counted", "of_target", "there"),
    [
        ("rape_included", "rape_excluded", False),
        ("rape_included", "rape_included", True),
        ("rape_included", "as_printed", True),
        ("as_printed", "rape_excluded", True),
        ("", "", True),
    ],
)
def test_a_target_of_other_counts_is_none(counted, of_target, there):
    cases = year("2009-03-31", definition=counted)
    assert len(judged(cases, end="2009-03-31", definition=of_target)) == there


def test_no_area_is_judged_against_a_target_printed_for_another_year():
    for area in ("London", "Lambeth", "Haringey"):
        here = dsv.open(area)
        found = against_target(
            here.totals, chains.DETECTED, of=chains.OFFENCES, target=here.targets
        )
        assert len(found) and (found["way"] == "none").all()
        told = wording.sentence(found)
        assert "above the target" not in told and "below the target" not in told
        sexual = found[found["subject"] == "serious_sexual_offences"]
        assert set(sexual["definition"]) <= {"rape_excluded"}
