"""From the printed paragraph to the estimate: the sources of the counts behind it."""

from __future__ import annotations

import pandas as pd
import pytest
from tables import crossed_case, join, part, people, residents, row

from dsvstats import counts, strands
from dsvstats.sources import published
from dsvstats.statistics import attrition, comparison, disproportionality, rates, repeats

REPORT, CENSUS = (
    "Wandsworth report of 6 October 2009, paragraph 5.2 survivor data",
    "Census 2011, table QS201EW",
)


@pytest.fixture(scope="module")
def wandsworth():
    """The victims of Wandsworth's report of 6 October 2009 by broad ethnicity, and residents."""
    printed = published.counts(published.read())
    found = counts.choose(
        printed,
        area="Wandsworth",
        unit="victim_records",
        measure="crime",
        strand="ethnicity_self_defined",
    )
    found = strands.recode(found, strand="ethnicity_self_defined", to="ethnicity_broad")
    lives = published.residents("Wandsworth", "ethnicity_broad", census=2011)
    return join(found[found["source"] == REPORT], lives)


def test_the_544_unrecorded_come_from_paragraph_5_2(wandsworth):
    found = rates.rate(wandsworth, "crime", per="residents")
    unrecorded = row(found, numerator=544)
    assert (unrecorded["group"], unrecorded["source"]) == ("Not recorded", REPORT)


def test_an_estimate_names_the_source_of_its_count_and_of_its_base(wandsworth):
    black = row(rates.rate(wandsworth, "crime", per="residents"), group="Black")
    assert black["source"] == f"{REPORT}; {CENSUS}"


def test_what_is_made_of_all_groups_names_the_source_of_all(wandsworth):
    victims = wandsworth[wandsworth["unit"] == "victim_records"]
    assert rates.completeness(victims)["source"].tolist() == [REPORT]
    for found in (
        disproportionality.relative_rates(wandsworth, "crime", per="residents"),
        disproportionality.representation(wandsworth, against="residents"),
        disproportionality.unknown_bounds(wandsworth, "crime", per="residents"),
    ):
        assert set(found.loc[found["group"] == "Black", "source"]) == {f"{REPORT}; {CENSUS}"}


def test_a_comparison_names_the_sources_of_what_it_is_set_against():
    cases = join(
        people("gender", {"Female": 90}, source="a"),
        people("gender", {"Male": 60}, source="b"),
        residents("gender", {"Female": 1000, "Male": 1000}, source="census"),
    )
    found = disproportionality.relative_rates(cases, "crime", per="residents")
    women = found[found["group"] == "Female"]
    assert set(women["source"]) == {"a; census; b"}
    alone = row(found, group="Male", versus="reference")
    assert alone["source"] == "b; census"
    printed = pd.DataFrame({"group": ["Female"], "percent": ["53"], "source": ["report, 4"]})
    index = disproportionality.representation(cases, "crime", against=printed)
    assert row(index, group="Female")["source"] == "a; report, 4; b"


def test_the_source_of_a_target_stands_beside_that_of_the_count():
    cases = join(
        people("all", {"All": 30}, measure="arrest", source="a"),
        people("all", {"All": 100}, source="b"),
    )
    targets = pd.DataFrame(
        {
            "subject": "domestic_violence",
            "end": ["2004-03-31", "2009-03-31"],
            "target": [0.9, 0.4],
            "source": ["old plan", "plan"],
        },
        index=[7, 9],
    )
    found = comparison.against_target(cases, "arrest", of="crime", target=targets).iloc[0]
    assert found["source"] == "a; b; plan" and found["reference_numerator"] == 0.4
    assert found["flags"] == "target_day=2009-03-31"
    plain = comparison.against_target(cases, "arrest", of="crime", target=0.4).iloc[0]
    assert (plain["source"], plain["way"]) == ("a; b", "lower")
    other = targets.assign(subject="rape")
    assert comparison.against_target(cases, "arrest", of="crime", target=other).empty


def test_every_statistic_names_the_sources_of_all_its_cells():
    cells = crossed_case({"a": [30, 20], "n1": [60, 50], "c": [25, 30], "n0": [70, 90]})
    cells["source"] = cells["measure"] + " " + cells["group"].str[:2]
    wanted = {"arrest 20", "crime 20", "arrest 21", "crime 21"}
    by = {"per": "crime", "strand": "gender"}
    area = cells.assign(
        strand="age", area=cells["group"].str.split(" x ").str[1], group=cells["group"].str[:5]
    )
    for found in (
        disproportionality.stratified(cells, "arrest", strata="age", **by),
        disproportionality.adjusted(cells, "arrest", by="age", **by),
        disproportionality.decompose(
            cells, "arrest", strata="age", between=("Female", "Male"), **by
        ),
        disproportionality.intersections(cells, "arrest", per="crime", strand="age x gender")[:1],
        rates.directly_standardised(
            area, "arrest", per="crime", strata="age", standard={"20-20": 1, "21-21": 1}
        ),
        rates.indirectly_standardised(area, "arrest", per="crime", strata="age", standard="Male"),
    ):
        assert len(found) and {frozenset(each.split("; ")) for each in found["source"]} == {
            frozenset(wanted)
        }


def test_a_standardised_ratio_names_the_sources_of_its_standard_too():
    cases = part("age", {"0-29": 9, "30+": 7}, {"0-29": 90, "30+": 70})
    both = join(cases.assign(source="own"), cases.assign(area="London", source="standard"))
    found = rates.indirectly_standardised(both, "arrest", per="crime", strata="age")
    assert found["source"].tolist() == ["own; standard"]


def test_stages_and_lists_name_theirs():
    chain = part("gender", {"Female": 9, "Male": 8}, {"Female": 20, "Male": 30})
    chain["source"] = chain["measure"] + " " + chain["group"]
    kept = attrition.retention(chain, stages=["crime", "arrest"])
    assert row(kept, group="Female")["source"] == "arrest Female; crime Female"
    ratios = attrition.stage_ratios(chain, stages=["crime", "arrest"])
    assert set(ratios["source"]) == {"arrest Female; crime Female; arrest Male; crime Male"}
    listed = people("reports", {"1": 5, "2": 3}, source="list")
    offences = people("all", {"All": 11}, unit="offences", source="report")
    for statistic in (repeats.prevalence, repeats.reports):
        assert statistic(listed)["source"].tolist() == ["list"]
    found = repeats.share_of_records(join(listed, offences))
    assert found["source"].tolist() == ["list; report"]
