"""What may be said of an estimate, and in which words."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import estimated as frame

from dsvstats import estimates
from dsvstats.errors import InputError
from dsvstats.estimates.columns import VERSUS
from dsvstats.estimates.directions import WAYS
from dsvstats.reporting import blocks, displayed, wording
from dsvstats.reporting.wording import nouns, numerals, phrases
from dsvstats.sources import supply
from dsvstats.statistics import rates

RATIO = {
    "strand": "ethnicity_broad",
    "group": "Black",
    "statistic": "rate ratio",
    "numerator": 138,
    "denominator": 32_700,
    "base": "residents:usual_residents",
    "versus": "reference",
    "reference": "White",
    "reference_numerator": 415,
    "reference_denominator": 187_700,
    "estimate": 1.91,
    "lower": 1.57,
    "upper": 2.31,
    "method": "score",
}
SHARE = {
    "unit": "offences",
    "measure": "sanction_detection",
    "statistic": "proportion",
    "numerator": 22_598,
    "denominator": 50_986,
    "base": "offences:crime",
    "estimate": 0.4432,
    "lower": 0.4389,
    "upper": 0.4475,
    "method": "wilson",
}


@pytest.mark.parametrize(
    ("changes", "way", "words"),
    [
        ({}, "higher", "rate is higher for Black people"),
        ({"estimate": 0.6, "lower": 0.4, "upper": 0.9}, "lower", "rate is lower for Black people"),
        ({"estimate": 1.2, "lower": 0.9, "upper": 1.6}, "unclear", "no clear difference"),
        ({"lower": 1.0}, "unclear", "no clear difference"),
        ({"lower_together": 0.9, "p_adjusted": 0.2}, "unclear", "no clear difference"),
        ({"lower_together": 1.0, "p_adjusted": 0.05}, "unclear", "no clear difference"),
        ({"lower_together": 1.02, "p_adjusted": 0.04}, "higher", "rate is higher for Black people"),
        (
            {"level": 0.99, "lower": 1.1, "lower_together": 0.98, "p_adjusted": 0.04},
            "unclear",
            "no clear difference",
        ),
        ({"flags": "residents=2011 too_few"}, "too_few", "too few to say"),
        ({"withheld": True}, "none", "Withheld"),
        ({"estimate": math.nan}, "none", "No estimate is given"),
        ({"statistic": "rate", "versus": "none", "per": 1000}, "none", "1.91 per 1,000 residents"),
    ],
)
def test_a_direction_is_said_as_the_row_has_it(changes, way, words):
    rows = frame(RATIO | changes)
    assert rows["way"].tolist() == [way]
    said = wording.sentence(rows)
    assert words in said
    assert [each for each in ("higher", "lower") if each in said] == (
        [way] if way in ("higher", "lower") else []
    )


def test_differences_point_from_0():
    changes = {"statistic": "difference of retentions", "estimate": 0.1, "lower": 0.02}
    clear = frame(RATIO | changes, upper=0.18)
    unclear = frame(RATIO | changes | {"lower": -0.02}, upper=0.18)
    assert clear["way"].tolist() == ["higher"]
    assert unclear["way"].tolist() == ["unclear"]
    assert "is higher for Black people, by 10.0 points" in wording.sentence(clear)
    assert "no clear difference" in wording.sentence(unclear)


def test_targets_point_from_the_target():
    against = SHARE | {"versus": "target", "reference": "target", "reference_denominator": 1.0}
    met = frame(against | {"reference_numerator": 0.40})
    missed = frame(against | {"reference_numerator": 0.47})
    alone = missed.drop(columns=["way"]).assign(upper_together=0.48)
    assert met["way"].tolist() == ["higher"]
    assert "above the target of 40%" in wording.sentence(met)
    assert "below the target of 47%" in wording.sentence(missed)
    assert "not clearly different from the target of 47%" in wording.sentence(
        estimates.frame(alone)
    )


@pytest.mark.parametrize(
    ("group", "lower", "upper", "way"),
    [
        ("Disabled", 0.1, 0.3, "unclear"),
        ("Disabled", 1.2, 1.9, "higher"),
        ("Not disabled", 1.2, 1.9, "unclear"),
    ],
)
def test_what_is_recorded_only_when_asked_is_never_under_represented(group, lower, upper, way):
    index = {
        "statistic": "representation index",
        "strand": "disability",
        "group": group,
        "base": "victims:crime",
        "versus": "population",
        "reference": "residents:usual_residents",
        "flags": "minimum_recorded",
        "lower": lower,
        "upper": upper,
        "estimate": (lower + upper) / 2,
    }
    rows = frame(RATIO | index)
    assert rows["way"].tolist() == [way]
    said = wording.sentence(rows)
    assert "the least that it can be" in " ".join(wording.cautions(rows))
    assert ("is higher for" in said) == (way == "higher")
    assert "under-represented" not in wording.headline(rows)
    plain = wording.cautions(frame(RATIO | index | {"flags": ""}))
    assert "the least that it can be" in " ".join(plain)


@given(
    estimate=st.floats(0, 20),
    limits=st.tuples(st.floats(0, 20), st.floats(0, 20) | st.just(math.inf)).map(sorted),
    p=st.floats(0, 1) | st.just(math.nan),
)
def test_a_direction_never_contradicts_its_limits(estimate, limits, p):
    lower, upper = limits
    together = {"lower_together": lower, "upper_together": upper, "p_adjusted": p}
    said = wording.sentence(frame(RATIO | together | {"estimate": estimate}))
    assert ("is higher for" in said) == (lower > 1)
    assert ("is lower for" in said) == (upper < 1)


def test_a_ratio_is_told_with_its_reference_and_without_its_limits():
    said = wording.sentence(frame(RATIO, unit="victim_records", flags="dispersion=1.89"))
    assert said == "The rate is higher for Black people, 2 times that of White people."


def test_a_ratio_below_1_keeps_its_direction():
    said = wording.sentence(frame(RATIO | {"estimate": 0.64, "lower": 0.47, "upper": 0.88}))
    assert said == "The rate is lower for Black people, 0.6 times that of White people."


def test_no_number_is_said_of_what_is_not_clear():
    for limits in ({"lower": 0.95, "upper": 1.05}, {"lower": 0.5, "upper": 2.0}):
        said = wording.sentence(frame(RATIO | {"estimate": 1.002} | limits))
        assert said == "There is no clear difference for Black people."


def test_a_family_says_who_is_higher_lower_unclear_small_withheld_and_unrecorded():
    said = wording.sentence(
        frame(
            RATIO
            | {"group": "White", "estimate": 1, "lower": 1, "upper": 1, "flags": "is_reference"},
            RATIO | {"group": "Mixed", "estimate": 1.1, "lower": 0.8, "upper": 1.5},
            RATIO | {"group": "Asian", "estimate": 0.6, "lower": 0.4, "upper": 0.9},
            RATIO,
            RATIO | {"group": "Other", "flags": "too_few"},
            RATIO
            | {"group": "Not recorded", "numerator": 544, "denominator": math.nan}
            | dict.fromkeys(("estimate", "lower", "upper"), math.nan),
        )
    )
    assert said == (
        "The rate is higher for Black people, 2 times that of White people. The rate is lower for "
        "Asian people, 0.6 times that of White people. There is no clear difference for people of "
        "Mixed ethnicity. There are too few to say for people of other ethnic groups. For 544, "
        "ethnicity was not recorded."
    )


def test_only_the_first_comparison_is_told():
    said = wording.sentence(
        frame(RATIO, RATIO | {"versus": "rest", "reference": "everyone else", "estimate": 9.99})
    )
    assert "9.99" not in said


def test_proportions_name_their_base_and_what_happened():
    said = wording.sentence(frame(SHARE, SHARE | {"denominator": 52_212, "definition": "spi8a"}))
    assert "22,598 of 50,986 domestic violence offences had a sanction detection" in said
    assert "SPI 8a: 22,598 of 52,212" in said


def test_ratios_of_counts_are_no_shares():
    said = wording.sentence(
        frame(
            {
                "unit": "offences",
                "statistic": "ratio of counts",
                "numerator": 1187,
                "denominator": 2801,
                "base": "incidents:recorded",
                "estimate": 1187 / 2801,
                "lower": 0.4,
                "upper": 0.449,
                "method": "score",
            }
        )
    )
    assert said == "There were 1,187 offences to 2,801 incidents: 1,614 fewer, in another unit."


def test_rates_say_per_how_many():
    said = wording.sentence(
        frame(
            RATIO
            | {
                "statistic": "rate",
                "versus": "none",
                "reference": "",
                "estimate": 4.22,
                "per": 1000,
            }
            | {"lower": 3.55, "upper": 4.99}
        )
    )
    assert "4.22 per 1,000 residents a year" in said


def test_compositions_show_the_unrecorded():
    of = {"strand": "gender", "statistic": "share", "base": "victim_records:crime"}
    said = wording.sentence(
        frame(
            of | {"group": "Female", "numerator": 947, "denominator": 1169, "estimate": 947 / 1169},
            of | {"group": "Male", "numerator": 222, "denominator": 1169, "estimate": 222 / 1169},
            of | {"group": "Not recorded", "numerator": 18},
            unit="victim_records",
        )
    )
    assert "Women are 81% of 1,169 victim records of domestic violence crimes" in said
    assert "For 18, gender was not recorded." in said


def test_a_stage_larger_than_the_one_before_is_not_divided():
    said = wording.sentence(
        frame(
            {
                "unit": "offences",
                "measure": "charge",
                "statistic": "retention",
                "numerator": 380,
                "denominator": 300,
                "base": "offences:caution",
            }
        )
    )
    assert "380 domestic violence offences with a charge are more than the 300" in said
    assert "not divided" in said


def test_bounds_are_told_as_bounds():
    said = wording.sentence(
        frame(
            {
                "strand": "gender",
                "group": "Female",
                "statistic": "retention",
                "numerator": 10,
                "denominator": 40,
                "base": "victims:crime",
                "lower": 0.2,
                "upper": 0.6,
                "method": "bounds",
                "flags": "bounds completeness=0.4822/0.9244",
            }
        )
    )
    assert "lies between 20% and 60%, whoever the missing are" in said
    assert "95%" not in said


def unknown(like, lowest, highest, tipping, group="White"):
    sides = {"group": group, "versus": "rest", "reference": "everyone else"}
    return [
        RATIO
        | sides
        | {"flags": f"supposing={name}", "estimate": value}
        | {"lower": value / 1.1, "upper": value * 1.1}
        for name, value in (
            ("random", like),
            ("lowest", lowest),
            ("highest", highest),
        )
    ] + [
        RATIO
        | sides
        | {"statistic": "tipping point", "estimate": tipping, "lower": math.nan}
        | {"upper": math.nan, "versus": "none", "reference": "", "base": "victims:crime"}
        | {"method": "", "flags": "" if 0 <= tipping <= 1 else "out_of_reach"}
    ]


def test_the_unrecorded_may_or_may_not_turn_a_finding():
    said = wording.sentence(
        frame(*unknown(2.5, 1.4, 5.0, -0.3, group="Black"), *unknown(0.8, 0.3, 1.9, 0.76))
    )
    assert said == (
        "Whoever the missing are, the rate stays higher for Black people. For White people, it "
        "could be either way."
    )


def test_what_chance_alone_leaves_unclear_is_not_laid_on_the_unrecorded():
    black, white = {"group": "Black"}, {"group": "White"}
    held = unknown(1.3, 1.05, 1.5, -0.2, **black)
    alone = wording.sentence(frame(*held))
    assert alone == "For Black people, it could be either way, with the play of chance."
    both = wording.sentence(frame(*held, *unknown(0.8, 0.3, 1.9, 0.76, **white)))
    assert both == f"For White people, it could be either way. {alone}"


def test_people_counted_once_per_record_are_warned_of():
    (plain,) = wording.cautions(frame(RATIO, unit="victim_records"))
    stated = wording.cautions(frame(RATIO, unit="victim_records", flags="dispersion=2"))
    people = wording.cautions(frame(RATIO, unit="victims"))
    assert "several records" in plain
    assert "several records" not in " ".join(stated + people)


def test_withheld_and_not_supplied_are_said():
    assert "Withheld, to protect the people counted" in wording.sentence(
        frame(RATIO, withheld=True)
    )
    assert wording.sentence(estimates.empty()) == "Not supplied."
    assert wording.brief(estimates.empty(), what="the rate") == "Not supplied: the rate."
    assert "was not supplied" in wording.sentence(frame({"statistic": "rate"}))


def test_synthetic_results_say_so():
    for rows, source in (
        (frame(RATIO, definition="synthetic"), ""),
        (frame(RATIO, definition="flagged, synthetic"), "an extract"),
        (frame(RATIO, flags="synthetic"), ""),
    ):
        assert wording.sentence(rows, source=source).startswith("In synthetic data, ")
        assert wording.headline(rows, source=source).startswith("Synthetic data: ")
    assert "ynthetic" not in wording.sentence(frame(RATIO), source="a report")


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("2007-04-01", "2008-03-31", "the 12 months to 31 March 2008"),
        ("2008-05-31", "2009-06-01", "31 May 2008 to 1 June 2009"),
        ("2009-04-01", "2009-11-08", "1 April 2009 to 8 November 2009"),
        ("2003-01-01", "2022-12-31", "the 20 years to 31 December 2022"),
        ("2009-01-01", "2009-06-30", "the 6 months to 30 June 2009"),
        ("2009-02-01", "2009-02-28", "February 2009"),
        ("2011-03-27", "2011-03-27", "27 March 2011"),
    ],
)
def test_periods_in_words(start, end, words):
    assert phrases.period(start, end) == words


@given(st.floats(0, 1))
def test_percentages_are_never_rounded_to_none_or_all(share):
    text = numerals.percent(share)
    assert (text == "0%") == (round(100 * share, 6) == 0)
    assert (text == "100%") == (round(100 * share, 6) == 100)


@given(st.floats(0.01, 100))
def test_ratios_are_never_rounded_to_1(ratio):
    text = numerals.rounded(ratio, digits=2, never=(0, 1))
    assert (float(text.replace(",", "")) == 1) == (round(ratio, 6) == 1)


def test_brief_is_one_finding():
    rows = frame(
        RATIO | {"group": "Asian", "estimate": 1.1, "lower": 0.9, "upper": 1.3},
        RATIO,
        RATIO | {"strand": "gender", "group": "Female", "reference": "Male", "lower": 0.9},
    )
    said = wording.brief(rows)
    assert said.count(".\n") == 0
    assert "higher for Black people" in said
    assert "Asian" not in said


def test_headlines_state_the_finding_and_no_more():
    assert wording.headline(frame(RATIO)) == "Black people: 2 times the rate of White people"
    unclear = RATIO | {"lower": 0.8}
    assert wording.headline(frame(unclear)) == "No clear difference in rate from White people"
    index = {
        "statistic": "representation index",
        "base": "victims:crime",
        "versus": "population",
        "reference": "residents:usual_residents",
    }
    assert (
        wording.headline(frame(RATIO | index)) == "Black people over-represented against residents"
    )
    assert wording.headline(frame(SHARE)) == (
        "44.3% of 50,986 domestic violence offences had a sanction detection"
    )
    assert wording.headline(frame(RATIO, withheld=True)) == "Withheld"


def test_subtitle_names_measure_place_period_and_source():
    assert wording.subtitle(frame(RATIO), source="a report.") == (
        "Victims and survivors of domestic violence crimes, Wandsworth, the 12 months to "
        "31 March 2009. Source: a report"
    )


def test_victims_of_homicide_are_not_survivors():
    assert nouns.thing("victims", "recorded", "dv_homicide") == "victims of domestic homicide"


def test_markdown_shows_the_text_as_it_is():
    hostile = frame(SHARE, area="<script>alert(1)</script> *a_b* [x](y) $z$")
    area = hostile["area"].iloc[0]
    shown = wording.sentence(frame(SHARE, SHARE | {"area": area}))._repr_markdown_()
    assert "<script>" not in shown
    assert r"\*a\_b\*" in shown
    assert r"\[x\]" in shown
    assert r"\$z\$" in shown
    assert wording.Words("- one\n- two")._repr_markdown_() == "- one\n- two"
    assert wording.Words("1. x")._repr_markdown_() != "1. x"


def test_provenance_lists_everything_it_is_given():
    made = blocks.Provenance(
        "0.1.0",
        {"area": "Merton", "level": 0.95},
        (blocks.Document("a report", "2009-10-06", "https://example.org/<a>"),),
        {"a.csv": "12ab"},
    )
    listed = displayed.provenance(made)
    told = ("dsvstats 0.1.0", "Merton", "0.95", "a report, 2009-10-06", "12ab")
    assert all(each in repr(listed) and each in listed.html for each in told)
    assert "<a>" not in listed.html
    assert listed._repr_mimebundle_()[blocks.MIME] == blocks.data(made)


FLAGS = [
    "too_few",
    "few",
    "bounds",
    "is_reference",
    "minimum_recorded",
    "supposing=lowest",
    "supposing=highest",
    "supposing=random",
    "out_of_reach",
    "at_least",
    "whole_chain",
    "dispersion=1.89",
    "residents=2001/2011",
    "completeness=0.4822/0.9244",
    "narrow=clopper_pearson",
    "by_strata=age/gender",
    "target_day=2009-03-31",
]
NUMBERS = st.sampled_from(
    [0.0, 1.0, 0.5, 2.0, -1.0, 1e-9, 1e12, 0.9999, 1234.5, math.inf, -math.inf, math.nan]
)
ROWS = st.fixed_dictionaries(
    {
        "statistic": st.sampled_from(list(estimates.KINDS)),
        "strand,group": st.sampled_from(
            [
                ("all", "All"),
                ("gender", "Female"),
                ("gender", "Not recorded"),
                ("age", "60+"),
                ("age x gender", "18-29 x Female"),
                ("disability", "Disabled"),
                ("reports", "2+"),
            ]
        ),
        "versus": st.sampled_from(VERSUS),
        "reference": st.sampled_from(
            ["", "Male", "everyone else", "London", "residents:usual_residents"]
        ),
        "base": st.sampled_from(
            ["", "offences:crime", "residents:usual_residents", "victims:crime"]
        ),
        "method": st.sampled_from(["", "wilson", "bounds"]),
        "withheld": st.booleans(),
        "flags": st.lists(st.sampled_from(FLAGS), max_size=3, unique=True).map(" ".join),
        "per": st.sampled_from([1.0, 1000.0]),
        **dict.fromkeys(
            [
                "numerator",
                "denominator",
                "reference_numerator",
                "reference_denominator",
                "estimate",
                "lower",
                "upper",
                "lower_together",
                "upper_together",
                "p_adjusted",
            ],
            NUMBERS,
        ),
    }
)


def hostile_rows(drawn):
    rows = []
    for each in drawn:
        strand, group = each["strand,group"]
        rows.append(
            {k: v for k, v in each.items() if k != "strand,group"}
            | {"strand": strand, "group": group}
        )
    return frame(*rows)


@settings(max_examples=25)
@given(st.lists(ROWS, min_size=1, max_size=5))
def test_words_are_found_for_anything(drawn):
    rows = hostile_rows(drawn)
    for text in (wording.sentence(rows), wording.brief(rows), wording.headline(rows)):
        assert text
        assert "nan" not in text
        assert "=" not in text
    for each in rows.itertuples():
        assert each.way in WAYS
        assert not (each.withheld and np.isfinite(each.estimate))


def test_a_statistic_without_an_entry_is_an_error_that_lists_the_near_ones():
    with pytest.raises(InputError, match="rate ratio"):
        frame(RATIO | {"statistic": "rate ratios"})


def test_of_several_areas_each_sentence_says_of_which_it_is():
    """Though Lambeth's year is another than the others', it is no other area's number."""
    cases = supply.everywhere()
    cases = cases[cases["subject"] == "domestic_violence"]
    share = rates.proportion(cases, ("offences", "repeat_crime"), of=("offences", "crime"))
    said = re.split(r"(?<=\.) ", str(wording.sentence(share)))
    assert [one for one in said if "228 of 1,976" in one and one.startswith("In Lambeth: ")]
    assert len(said) == 3 and all(one.startswith("In ") for one in said)
