"""Does the checker find what is wrong with a printed table, and nothing in one that agrees?"""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dsvstats.errors import InputError
from dsvstats.files import data
from dsvstats.sources import reconcile
from dsvstats.sources.published.figures import COLUMNS
from dsvstats.sources.reconcile import findings
from dsvstats.sources.reconcile.ages import age_band
from dsvstats.sources.reconcile.repairs import misprints
from dsvstats.sources.reconcile.rounding import cut_to, rounds_to

YEAR = {"period_start": "2008-04-01", "period_end": "2009-03-31"}
BASE = {
    "doc": "report",
    "paragraph": "1",
    "area": "Wandsworth",
    "subject": "domestic_violence",
    "population": "victims",
    "measure": "victims",
    "strand": "none",
    "category": "",
    "kind": "component",
    "unit": "count",
    "note": "",
    **YEAR,
}


def row(table_id, category, value, kind="component", unit="count", **other):
    own = {"table_id": table_id, "category": category, "value": value}
    return BASE | other | own | {"kind": kind, "unit": unit}


def breakdown(strand, counts, total=None, name="brk:t", **other):
    """One strand's categories with their counts and, if it states one, its total."""
    rows = [
        row(f"{name}/{strand}", category, value, strand=strand, **other)
        for category, value in counts.items()
    ]
    if total is not None:
        rows.append(row(f"{name}/{strand}", "Total", total, "stated_total", strand=strand, **other))
    return rows


def relation(part, whole, rate=None, name="rel:t", unit="percent"):
    """A part of a whole, with a printed rate or none."""
    rows = [
        row(name, "", part, measure="sanction_detections", population="offences"),
        row(name, "", whole, "stated_total", measure="crimes", population="offences"),
    ]
    if rate is not None:
        rows.append(row(name, "", rate, "stated_rate", unit, measure="sd_rate"))
    return rows


def printed(*rows):
    flat = [each for group in rows for each in (group if isinstance(group, list) else [group])]
    return pd.DataFrame(flat, columns=COLUMNS)


def check(*rows, columns=("rule", "printed", "recomputed", "suggestion")):
    found = reconcile.check(printed(*rows))
    return [tuple(each) for each in found[list(columns)].itertuples(index=False)]


def rules(*rows):
    return [rule for (rule,) in check(*rows, columns=["rule"])]


@pytest.fixture(scope="module")
def real():
    return pd.read_csv(data("published", "printed.csv"), dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def found(real):
    return reconcile.check(real)


# ---- sums ---------------------------------------------------------------------------------


def test_a_table_that_adds_up_is_left_alone():
    assert check(breakdown("gender", {"Male": 92, "Female": 21}, 113)) == []


def test_categories_against_their_stated_total():
    assert check(breakdown("gender", {"Male": 92, "Female": 29}, 113)) == [
        ("components_total", "113", "121", "21 for 29")
    ]


def test_any_category_could_be_one_out_so_nothing_is_suggested():
    found = check(
        breakdown("gender", {"Male": 92, "Female": 20}, 113),
        breakdown("age", {"18-29": 60, "30+": 53}, 113),
    )
    assert found == [("components_total", "113", "112", "")]


@pytest.mark.parametrize(
    ("counts", "total", "repair"),
    [
        ({"White": 700, "Black": 1300, "Asian": 57}, 1057, "300 for 1,300"),
        ({"White": 700, "Black": 30, "Asian": 57}, 1057, "300 for 30"),
        ({"White": 70, "Black": 900, "Asian": 57}, 427, "300 for 900"),
        ({"White": 770, "Black": 30, "Asian": 57}, 157, "70 for 770"),
    ],
)
def test_one_digit_added_dropped_or_changed_is_mended(counts, total, repair):
    confirming = breakdown("gender", {"Male": 56, "Female": total - 56}, total)
    found = check(confirming, breakdown("ethnicity_broad", counts, total))
    assert [each[3] for each in found if each[0] == "components_total"] == [repair]


def test_without_a_sibling_the_total_may_be_the_misprint_too():
    table = breakdown("ethnicity_broad", {"White": 700, "Black": 1300, "Asian": 57}, 1057)
    confirming = breakdown("gender", {"Male": 56, "Female": 1001}, 1057)
    assert ("components_total", "1,057", "2,057", "") in check(table)
    assert ("components_total", "1,057", "2,057", "300 for 1,300") in check(table, confirming)


def test_siblings_that_have_the_sum_show_the_total_to_be_the_misprint():
    found = check(
        breakdown("gender", {"Male": 92, "Female": 21}, 133),
        breakdown("age", {"18-29": 60, "30+": 53}, 113),
    )
    assert ("components_total", "133", "113", "113 for 133") in found


def test_a_category_above_its_total():
    found = check(breakdown("gender", {"Male": 192, "Female": 21}, 113))
    assert ("component_above_total", "192", "at most 113", "") in found
    assert rules(relation(120, 103)) == ["component_above_total"]


def test_parts_of_a_relation_and_overlapping_categories_need_not_add_up():
    overlapping = [
        row("ovl:training", "", 17, "stated_total", measure="staff"),
        row("ovl:training", "interviewing", 9, measure="trained"),
        row("ovl:training", "liaison", 11, measure="trained"),
    ]
    assert check(overlapping, relation(26, 103)) == []


def test_one_table_id_for_two_years_is_two_tables():
    other = {"period_start": "2009-04-01", "period_end": "2010-03-31"}
    first = breakdown("gender", {"Male": 9, "Female": 21}, 30)
    assert check(first, breakdown("gender", {"Male": 8, "Female": 20}, 28, **other)) == []
    assert check(first, breakdown("gender", {"Male": 8, "Female": 20}, 29, **other)) == [
        ("components_total", "29", "28", "")
    ]


def test_a_table_of_two_strands_adds_up_strand_by_strand():
    table = [
        row("brk:t", "Male", 3, strand="gender"),
        row("brk:t", "Female", 7, strand="gender"),
        row("brk:t", "18-29", 6, strand="age"),
        row("brk:t", "30+", 4, strand="age"),
        row("brk:t", "", 10, "stated_total"),
    ]
    assert check(table) == []
    table[0]["value"] = 5
    assert check(table) == [("components_total", "10", "12", "")]


def test_full_time_equivalents_may_miss_their_total_by_rounding_only():
    def posts(total):
        return [
            row("brk:posts", "Officers", "85.6", unit="other"),
            row("brk:posts", "Staff", "42.1", unit="other"),
            row("brk:posts", "Total", total, "stated_total", unit="other"),
        ]

    assert check(posts("127.6")) == []
    assert rules(posts("129.6")) == ["components_total"]


# ---- sibling strands ----------------------------------------------------------------------


def test_a_strand_without_a_place_for_the_unrecorded_leaves_people_out():
    found = check(
        breakdown("age", {"18-29": 20, "30+": 6}),
        breakdown("gender", {"Male": 25, "Female": 1}),
        breakdown("ethnicity_broad", {"White": 11, "Black": 7}),
        columns=["rule", "severity", "printed", "recomputed", "detail"],
    )
    assert found == [
        (
            "sibling_strands",
            "caution",
            "18",
            "26",
            "Ethnicity broad adds up to 18 where age and gender have 26: it leaves 8 out.",
        )
    ]


def test_a_strand_with_a_place_for_the_unrecorded_disagrees():
    found = check(
        breakdown("age", {"18-29": 20, "Unrecorded": 6}),
        breakdown("gender", {"Male": 25, "Female": 1}),
        breakdown("ethnicity_broad", {"White": 11, "Not stated": 7}),
        columns=["rule", "severity", "printed", "recomputed"],
    )
    assert found == [("sibling_strands", "contradiction", "18", "26")]


def test_two_siblings_that_agree_show_the_misprint_of_a_third():
    found = check(
        breakdown("age", {"18-29": 20, "Unrecorded": 106}),
        breakdown("gender", {"Male": 125, "Female": 1}),
        breakdown("ethnicity_broad", {"White": 11, "Not stated": 2115}),
    )
    assert found == [("sibling_strands", "2,126", "126", "115 for 2,115")]


def test_stated_totals_of_siblings_must_be_one_number():
    found = check(
        breakdown("age", {"18-29": 20, "30+": 6}, 26),
        breakdown("gender", {"Male": 25, "Female": 2}, 27),
        columns=["rule", "severity"],
    )
    assert found == [("sibling_strands", "contradiction"), ("two_values", "contradiction")]


def test_other_bases_are_no_siblings():
    assert (
        check(
            breakdown("age", {"18-29": 20, "30+": 6}),
            breakdown("gender", {"Male": 25, "Female": 2}, measure="offenders"),
            breakdown("gender", {"Male": 5, "Female": 2}, name="brk:u", area="Lambeth"),
        )
        == []
    )


# ---- rates --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "whole", "rate", "severity"),
    [
        (26, 103, "25.24", None),
        (1976, 4979, "40", None),
        (1976, 4979, "39", "caution"),
        (1976, 4979, "38", "contradiction"),
        (1, 8, "12", None),
        (1, 8, "13", None),
        (0, 26, "0", None),
        (0, 0, "0", None),
    ],
)
def test_a_rate_is_rounded_cut_off_or_neither(part, whole, rate, severity):
    found = check(relation(part, whole, rate), columns=["rule", "severity"])
    assert found == ([("rate_against_counts", severity)] if severity else [])


def test_a_rate_as_a_ratio():
    assert check(relation(26, 103, "0.25", unit="ratio")) == []
    assert rules(relation(26, 103, "0.35", unit="ratio")) == ["rate_against_counts"]


def test_a_rate_with_one_possible_misprint_is_mended():
    shares = {"Male": "80", "Female": "60"}
    table = breakdown("gender", {"Male": 92, "Female": 23}, 115) + [
        row("brk:t/gender", each, share, "stated_rate", "percent", strand="gender")
        for each, share in shares.items()
    ]
    assert ("rate_against_counts", "60%", "20%", "20 for 60") in check(table)


def test_each_category_meets_its_own_rate():
    table = breakdown("gender", {"Male": 92, "Female": 23}, 115)
    right = [
        row("brk:t/gender", each, share, "stated_rate", "percent", strand="gender")
        for each, share in {"Male": 80, "Female": 20, "Total": 100}.items()
    ]
    swapped = [each | {"value": 100 - each["value"]} for each in right[:2]]
    assert check(table, right) == []
    assert rules(table, swapped) == ["rate_against_counts", "rate_against_counts"]


def test_a_breakdown_without_a_stated_total_is_its_own_base():
    table = breakdown("gender", {"Male": 92, "Female": 23})
    share = row("brk:t/gender", "Male", "81", "stated_rate", "percent", strand="gender")
    assert check(table, share) == [("rate_against_counts", "81%", "80%", "")]  # or 98 for 92
    total = row("brk:t/gender", "Total", 115, "stated_total", strand="gender")
    assert check(table, total, share) == [("rate_against_counts", "81%", "80%", "80 for 81")]


def test_a_rate_is_set_against_the_part_that_shares_its_words():
    table = [
        row("rel:t", "", 100, "stated_total", measure="crimes"),
        row("rel:t", "", 40, measure="arrests"),
        row("rel:t", "", 12, measure="repeat_crimes"),
    ]
    rate = row("rel:t", "", "40", "stated_rate", "percent", measure="repeat_rate")
    assert ("rate_against_counts", "40%", "12%", "") in check(table, rate)
    assert check(table, rate | {"measure": "arrest_rate"}) == []


@pytest.mark.parametrize(("change", "found"), [("6.3", []), ("6.2", [1]), ("6.7", [1])])
def test_a_change_is_over_the_earlier_count(change, found):
    table = [
        row("cmp:gbh", "", 508, "single", measure="gbh"),
        row(
            "cmp:gbh",
            "",
            542,
            "single",
            measure="gbh",
            period_start="2007-04-01",
            period_end="2008-03-31",
        ),
        row("cmp:gbh", "", change, "stated_rate", "per_cent_change", measure="gbh_change"),
    ]
    assert len(check(table)) == len(found)


@pytest.mark.parametrize(
    ("base", "rate", "found"),
    [(12, "83", []), (3, "66", []), (48, "18.95", ["whole_number"]), (3, "50", ["whole_number"])],
)
def test_a_rate_that_no_whole_number_gives(base, rate, found):
    table = [
        row("rel:t", "", base, "stated_total"),
        row("rel:t", "", rate, "stated_rate", "percent"),
    ]
    assert rules(table) == found


def test_people_per_household_may_exceed_one():
    households = row("rel:t", "", 100, "stated_total", population="households")
    assert check(households, row("rel:t", "", "2.21", "stated_rate", "ratio")) == []


@pytest.mark.parametrize(("value", "count"), [("0", 0), ("100", 0), ("100.1", 1), ("255", 1)])
def test_a_percentage_outside_0_to_100(value, count):
    assert rules(row("", "", value, "single", "percent")) == ["percentage_range"] * count


def test_a_change_may_exceed_100_percent():
    assert check(row("", "", "255", "single", "per_cent_change")) == []


# ---- shares -------------------------------------------------------------------------------


def shares(*values, kind="component", categories="ABCDEFGH"):
    return [
        row("brk:s", category, value, kind, "percent")
        for category, value in zip(categories, values, strict=False)
    ]


@pytest.mark.parametrize(
    ("values", "severity"),
    [
        (("66.7", "33.3"), None),
        (("67", "33"), None),
        (("66", "33"), "caution"),
        (("33", "33", "33"), None),
        (("50", "21", "23"), "caution"),
        (("68.5", "30.9", "3.3"), "contradiction"),
        (("101", "1"), "contradiction"),
        (("0.5", "0.5", "99"), None),
        (("100",), None),
    ],
)
def test_shares_against_100(values, severity):
    found = check(shares(*values), columns=["rule", "severity"])
    found = [each for each in found if each[0] == "shares_against_100"]
    assert found == ([("shares_against_100", severity)] if severity else [])


def test_shares_of_a_printed_share_add_up_to_it():
    table = shares("65", "3", "10")
    total = row("brk:s", "White", "78", "stated_total", "percent")
    assert check(table, total) == []
    assert rules(table, total | {"value": "68"}) == ["components_total"]


def test_rates_beside_counts_are_not_added_up():
    table = breakdown("gender", {"Male": 60, "Female": 30, "Unknown": 10}, 100)
    rates = [
        row("brk:t/gender", each, share, "stated_rate", "percent", strand="gender")
        for each, share in {"Male": 60, "Female": 30}.items()
    ]
    assert check(table, rates) == []


def test_a_list_that_is_not_complete_may_fall_short_of_100_but_not_exceed_it():
    def listed(male):
        return [
            row("rel:s/gender", each, share, unit="percent", strand="gender")
            for each, share in {"Male": male, "Female": "30"}.items()
        ]

    assert check(listed("60")) == []
    assert rules(listed("80")) == ["shares_against_100"]


# ---- two values ---------------------------------------------------------------------------


def test_one_quantity_with_two_values_in_two_documents():
    one = row("", "", "102227", "single", measure="incidents", population="incidents")
    found = check(one, one | {"doc": "annual", "value": "108197"})
    assert found == [("two_values", "102,227; 108,197", "", "")]


@pytest.mark.parametrize(
    "other",
    [{"area": "Lambeth"}, {"period_end": "2009-06-30"}, {"subject": "rape"}, {"category": "White"}],
)
def test_other_quantities_may_have_other_values(other):
    one = row("", "", "102", "single", strand="ethnicity_two")
    assert check(one, one | {"value": "108"} | other) == []


def test_a_number_rounded_once_is_not_another_value():
    one = row("", "", "74", "single", "percent", measure="arrest_rate")
    for value, rule in (("74.4", []), ("73.5", []), ("74.9", []), ("75.1", ["two_values"])):
        assert rules(one, one | {"paragraph": "2", "value": value}) == rule


def test_quantities_without_a_period_are_not_compared_across_tables():
    none = {"period_start": "", "period_end": ""}
    one = row("", "", "32", "single", "percent", measure="sd_rate") | none
    assert check(one, one | {"paragraph": "2", "value": "46"}) == []
    table = row("ovl:t", "first aid", 4) | none
    assert rules(table, table | {"value": 5}) == ["two_values"]


def test_the_value_printed_more_often_is_kept():
    one = row("", "", "51189", "single")
    found = check(one, one | {"paragraph": "2"}, one | {"paragraph": "3", "value": "51289"})
    assert found == [("two_values", "51,189; 51,289", "", "51,189 for 51,289")]


# ---- labels -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "ages"),
    [
        ("18-29", (18, 29)),
        ("18–29 years old", (18, 29)),
        ("between 20 and 29", (20, 29)),
        ("60+ years old", (60, 999)),
        ("50 years and over", (50, 999)),
        ("unknown ages or 70+", (70, 999)),
        ("over 50", (51, 999)),
        ("under 20", (0, 19)),
        ("17 and under", (0, 17)),
        ("51 years", (51, 51)),
        ("Unrecorded", None),
        ("Total", None),
    ],
)
def test_the_ages_in_a_label(label, ages):
    assert age_band(label) == ages


@pytest.mark.parametrize(
    ("labels", "recomputed"),
    [
        (["0-17", "18-29", "30+", "Unknown"], []),
        (["18-25", "25-32", "33+"], ["age 25"]),
        (["18-29", "40-49"], ["ages 30 to 39"]),
        (["18-29", "31+"], ["age 30"]),
        (["41-50", "50+"], ["age 50"]),
        (["18+", "60+"], ["ages 60 and over"]),
        (["70-79", "between 80 and 80"], ["age 80 only"]),
        (["18-29", "39-30", "30+"], ["no ages"]),
        (["50", "51", "52"], []),
    ],
)
def test_age_bands(labels, recomputed):
    table = breakdown("age", dict.fromkeys(labels, 3))
    found = check(table)
    assert {each[0] for each in found} <= {"age_bands"}
    assert [each[2] for each in found] == recomputed


def test_a_list_that_is_not_complete_may_leave_ages_out():
    assert check(breakdown("age", {"18-29": 3, "40-49": 4}, name="rel:t")) == []
    assert rules(breakdown("age", {"18-29": 3, "25-49": 4}, name="rel:t")) == ["age_bands"]


@pytest.mark.parametrize(
    ("start", "end", "recomputed"),
    [
        ("2008-04-01", "2009-03-31", None),
        ("2008-05-31", "2009-06-01", "367 days"),
        ("2008-06-01", "2009-06-01", "366 days"),
        ("2007-02-28", "2008-02-27", None),
        ("2008-03-01", "2009-02-28", None),
        ("2004-02-29", "2005-02-28", None),
        ("2008-05-31", "2009-05-29", None),
        ("2009-04-01", "2009-11-08", None),
        ("2009-04-01", "2009-03-31", "0 days"),
    ],
)
def test_a_period_that_is_nearly_a_year(start, end, recomputed):
    found = check(row("", "", 3, "single", period_start=start, period_end=end))
    assert [each[2] for each in found] == ([recomputed] if recomputed else [])


def test_a_period_against_its_stated_length():
    quarter = {"period_start": "2009-03-01", "period_end": "2009-06-01"}
    stated = row(
        "",
        "",
        3,
        "single",
        "other",
        measure="reporting_period_months",
        period_start="",
        period_end="2009-06-01",
    )
    found = check(stated, row("", "", 3, "single", **quarter))
    assert found == [("period_length", "3 months", "93 days", "")]
    assert (
        check(stated, row("", "", 3, "single", **(quarter | {"period_start": "2009-03-02"}))) == []
    )
    assert (
        check(stated, row("", "", 3, "single", **(quarter | {"period_start": "2008-06-02"}))) == []
    )


def test_a_category_without_a_number_and_what_would_complete_it():
    def table(blank, total):
        return breakdown("gender", {"Male": 9, "Female": 4, "Unknown": blank}, total)

    assert check(table("", 15)) == [("missing_number", "no number", "2", "")]
    assert check(table("", 13)) == [("missing_number", "no number", "0", "")]
    assert [each[:3] for each in check(table("", 12))] == [
        ("components_total", "12", "13"),
        ("missing_number", "no number", "none"),
    ]
    assert check(breakdown("gender", {"Male": 9, "Female": 4}, "")) == [
        ("missing_number", "no number", "13", "")
    ]
    assert check(row("", "", "", "single")) == []
    assert check(row("ovl:t", "first aid", "")) == [("missing_number", "no number", "", "")]
    assert check(row("", "first aid", "")) == [("missing_number", "no number", "", "")]


# ---- between tables -----------------------------------------------------------------------


def repeats(**events):
    table = [
        row("brk:r", "one offence", 33471),
        row("brk:r", "two or more offences", 12856),
    ]
    return table + [
        row("", "", value, "single", measure=measure, population="offences")
        for measure, value in events.items()
    ]


def test_more_events_implied_than_are_printed():
    assert check(repeats(crimes=52212)) == [("events_implied", "52,212", "at least 59,183", "")]
    assert check(repeats(crimes=59183)) == []
    assert check(repeats(incidents=52212)) == []
    assert check(repeats()) == []


def test_people_by_number_of_reports_are_set_against_any_events():
    table = [row("brk:r", f"{n} reports", people) for n, people in ((2, 146), (3, 37))]
    events = row("", "", 402, "single", measure="crimes", population="offences")
    assert check(table, events) == [("events_implied", "402", "at least 403", "")]
    assert check(table, events | {"value": 403}) == []


def test_a_part_above_the_whole_of_another_table():
    crimes = row("", "", 113, "single", measure="crimes", population="offences")
    allegations = crimes | {"measure": "allegations", "value": 103}
    assert check(crimes, allegations) == [("bounded_by_another", "113", "at most 103", "")]
    assert check(crimes, allegations | {"period_end": "2009-06-30"}) == []
    assert check(crimes, allegations | {"measure": "arrests"}) == []


def test_victims_of_offences_are_among_the_victims_of_incidents():
    found = check(
        breakdown("gender", {"Female": 113, "Male": 18}, name="brk:i", measure="incidents"),
        breakdown("gender", {"Female": 122, "Male": 10}, name="brk:o", measure="offences"),
        columns=["rule", "printed", "recomputed", "category"],
    )
    assert found == [("bounded_by_another", "122", "at most 113", "Female")]


def test_a_repeat_victim_stands_twice_where_records_are_counted():
    victims = breakdown("gender", {"Female": 69, "Male": 40}, 109)
    again = breakdown(
        "gender", {"Female": 40, "Male": 3}, measure="repeat_victims", name="brk:again"
    )
    crimes = row("", "", 109, "single", measure="crimes", population="offences")
    assert check(victims, again) == []
    assert check(victims, again, crimes) == [("bounded_by_another", "40", "at most 34", "")]
    again[0]["value"] = 70
    assert check(victims, again) == [("bounded_by_another", "70", "at most 69", "")]


# ---- properties ---------------------------------------------------------------------------

FEWER = settings(max_examples=max(30, settings().max_examples // 3))
CATEGORIES = st.lists(
    st.integers(0, 20_000).filter(lambda count: count != 1), min_size=2, max_size=7
)


@st.composite
def consistent(draw):
    """Two strands of one base, each with its stated total and rounded shares."""
    first = draw(CATEGORIES)
    total = sum(first)
    assume(total > 0)
    cuts = sorted(draw(st.lists(st.integers(0, total), min_size=1, max_size=5)))
    second = [b - a for a, b in itertools.pairwise([0, *cuts, total])]
    places = draw(st.integers(0, 2))
    rows = []
    for strand, counts in (("ethnicity_broad", first), ("relationship", second)):
        named = {f"group {at}": count for at, count in enumerate(counts)}
        rows += breakdown(strand, named, total)
        rows += [
            row(
                f"brk:t/{strand}",
                each,
                f"{100 * count / total:.{places}f}",
                "stated_rate",
                "percent",
                strand=strand,
                measure="share",
            )
            for each, count in named.items()
        ]
    return rows


@given(consistent())
@FEWER
def test_a_consistent_table_gives_no_finding(rows):
    assert check(rows) == []


@given(st.lists(st.integers(1, 400), min_size=2, max_size=12), st.integers(0, 2), st.booleans())
def test_rounding_alone_never_breaks_shares(counts, places, half_up):
    total = sum(counts)

    def rounded(count):
        scaled = Fraction(count * 100 * 10**places, total)
        whole = int(scaled + Fraction(1, 2)) if half_up else round(scaled)
        return f"{whole / 10**places:.{places}f}"

    assert check(shares(*map(rounded, counts), categories=range(12))) == []


@given(consistent(), st.data())
@FEWER
def test_a_misprinted_digit_is_found_and_mended_if_only_one_would_mend_it(rows, draw):
    rows = [each for each in rows if each["kind"] != "stated_rate"]
    parts = [at for at, each in enumerate(rows) if each["kind"] == "component"]
    at = draw.draw(st.sampled_from(parts))
    right = str(rows[at]["value"])
    wrong = draw.draw(st.sampled_from(sorted(misprints(right))))
    rows[at] = rows[at] | {"value": wrong}
    found = [each for each in check(rows) if each[0] == "components_total"]
    assert len(found) == 1
    assert found[0][3] in ("", findings.replaced(wrong, right))
    gap = int(right) - int(wrong)
    could = [
        each
        for each in rows
        if each["kind"] == "component"
        and each["strand"] == rows[at]["strand"]
        and str(int(each["value"]) + gap) in misprints(str(each["value"]))
    ]
    assert (found[0][3] != "") == (len(could) == 1)


@given(consistent(), st.data())
@FEWER
def test_the_order_of_rows_changes_nothing(rows, draw):
    rows = [dict(each) for each in rows]
    for at in draw.draw(st.sets(st.integers(0, len(rows) - 1), max_size=3)):
        rows[at]["value"] = draw.draw(st.sampled_from(["7", "70", "105"]))
    shuffled = draw.draw(st.permutations(rows))
    pd.testing.assert_frame_equal(
        reconcile.check(printed(rows)), reconcile.check(printed(shuffled))
    )


ANY_ROW = st.fixed_dictionaries(
    {
        "doc": st.sampled_from(["a", "b"]),
        "paragraph": st.sampled_from(["1", "para 2", ""]),
        "area": st.sampled_from(["Wandsworth", "London"]),
        "period_start": st.sampled_from(["", "2008-04-01", "2008-05-31"]),
        "period_end": st.sampled_from(["", "2009-03-31", "2009-06-01", "1999-01-01"]),
        "subject": st.just("domestic_violence"),
        "population": st.sampled_from(["victims", "offences", "incidents"]),
        "measure": st.sampled_from(
            ["victims", "repeat_victims", "crimes", "incidents", "sd_rate", "period_months", ""]
        ),
        "strand": st.sampled_from(["", "none", "age", "gender"]),
        "category": st.sampled_from(
            [
                "",
                "Total",
                "18-29",
                "29-18",
                "two or more offences",
                "one offence",
                "0 reports",
                "é+",
            ]
        ),
        "value": st.sampled_from(["", "0", "1", "10", "100", "2000", "999999999999999"]),
        "unit": st.sampled_from(["count", "percent", "per_cent_change", "ratio", "gbp", "other"]),
        "kind": st.sampled_from(["component", "stated_total", "stated_rate", "single"]),
        "table_id": st.sampled_from(["", "brk:t", "rel:t", "ovl:t", "cmp:t"]),
        "note": st.just(""),
    }
)


@given(st.lists(ANY_ROW, max_size=12, unique_by=lambda each: tuple(each.values())))
def test_whatever_is_printed_is_checked(rows):
    try:
        found = reconcile.check(printed(rows))
    except InputError as error:
        assert "given once" in str(error)  # noqa: PT017, since most such rows are read
    else:
        assert list(found.columns) == findings.COLUMNS
        assert found["rule"].isin(list(reconcile.RULES)).all()


def edits_apart(one: str, other: str) -> int:
    """Levenshtein's distance, by its recurrence."""
    if not one or not other:
        return len(one) + len(other)
    if one[0] == other[0]:
        return edits_apart(one[1:], other[1:])
    return 1 + min(
        edits_apart(one[1:], other),
        edits_apart(one, other[1:]),
        edits_apart(one[1:], other[1:]),
    )


def swapped(one: str, other: str) -> bool:
    """Do they differ by two digits in each other's place?"""
    apart = [pair for pair in zip(one, other, strict=False) if pair[0] != pair[1]]
    return len(one) == len(other) and len(apart) == 2 and apart[0] == apart[1][::-1]


def test_misprints_are_the_numbers_one_edit_or_swap_away():
    for number in ("0", "7", "40", "113", "255", "250"):
        assert misprints(number) == {
            other
            for other in map(str, range(10_000))
            if edits_apart(number, other) == 1 or swapped(number, other)
        }


def test_a_decimal_point_is_no_digit():
    assert {"20", "2.6", "20.7", "120.6", "20.65"} <= misprints("20.6")
    assert not {"206", "2.06", ".6"} & misprints("20.6")
    assert misprints("-5") == misprints("five") == set()


def test_rounding_and_cutting_off():
    assert rounds_to(Fraction(2, 3) * 100, "67") and not rounds_to(Fraction(2, 3) * 100, "66")
    assert cut_to(Fraction(2, 3) * 100, "66") and not cut_to(Fraction(2, 3) * 100, "67")


# ---- the real documents -------------------------------------------------------------------


def of(found, rule, doc):
    held = found[(found["rule"] == rule) & found["doc"].str.contains(doc)]
    return sorted(zip(held["printed"], held["recomputed"], held["suggestion"], strict=True))


def test_july_2008_accused_by_ethnic_appearance_has_one_repair(found):
    assert ("13,084", "23,084", "3,649 for 13,649") in of(
        found, "components_total", "arrest_rates_2008_07_08"
    )
    assert of(found, "component_above_total", "") == [("13,649", "at most 13,084", "")]


def test_every_sum_that_fails(found):
    """002 paras 17 and 24; 003 5.8 survivors, 5.12 no crime offenders, and the posts of 7.4."""
    assert of(found, "components_total", "") == sorted(
        [
            ("13,084", "23,084", "3,649 for 13,649"),
            ("19", "20", ""),
            ("19", "20", ""),
            ("113", "112", ""),
            ("14", "15", ""),
            ("17", "16", ""),
        ]
    )


def test_rates_of_the_five_documents(found):
    """000 Lambeth; 003 7.6 white and non white staff, 7.20 training."""
    assert of(found, "rate_against_counts", "annual") == [("39%", "39.69%", "")]
    assert of(found, "rate_against_counts", "wandsworth") == [
        ("18%", "17.39%", "17 for 18"),
        ("52%", "52.94%", ""),
        ("64%", "64.71%", ""),
        ("82%", "82.61%", ""),
    ]
    assert of(found, "rate_against_counts", "arrest_rates") == []


def test_rates_of_the_board_reports(found):
    assert of(found, "rate_against_counts", "lambeth") == [("20.6%", "2.07%", "")]
    assert of(found, "rate_against_counts", "haringey") == [("9.3%", "7.99%", "")]
    assert of(found, "rate_against_counts", "barking") == [
        ("0.59%", "1.190%", ""),
        ("12.7%", "12.78%", ""),
    ]
    assert of(found, "whole_number", "") == [("18.95%", "9 is 18.75%; 10 is 20.83%", "")]


def test_shares_of_wandsworth(found):
    """003 3.2 tenure (50, 21, 23) and 5.7 (66 and 33, twice); three thirds of 33 are rounding."""
    assert of(found, "shares_against_100", "wandsworth") == [
        ("100%", "94%", ""),
        ("100%", "99%", ""),
        ("100%", "99%", ""),
    ]


def test_quantities_with_two_values(found):
    """Incidents and offences of 2007/08, GBH of 2005/06, 001 para 19's mistyped per cent, IDVAs."""
    assert of(found, "two_values", "") == sorted(
        [
            ("102,227; 108,197", "", ""),
            ("50,847; 50,986; 52,212", "", ""),
            ("542; 607", "", ""),
            ("25%; 255%", "", "25 for 255"),
            ("1; 2.5", "", ""),
        ]
    )
    assert of(found, "percentage_range", "") == [("255%", "0% to 100%", "")]


def test_bands_periods_and_empty_categories(found):
    """002 paras 24 and 39; 003 prints a rolling 12 months as 31 May 2008 to 1 June 2009."""
    assert of(found, "age_bands", "") == [
        ("18-25 years old; 25-32 years old", "age 25", ""),
        ("41-50 years old; 50+ years old", "age 50", ""),
        ("between 80 and 80", "age 80 only", ""),
        ("between 80 and 80", "age 80 only", ""),
    ]
    assert of(found, "period_length", "") == [("12 months", "367 days", "")]
    assert of(found, "missing_number", "") == [("no number", "none", "")]


def test_victims_with_two_or_more_offences_do_not_fit_the_year(found):
    assert of(found, "events_implied", "") == [("50,847, 50,986, 52,212", "at least 59,183", "")]


def test_parts_above_their_wholes(found):
    """003 5.3 against 5.2, 5.8 against 5.12; Lambeth's victims of sexual offences."""
    assert of(found, "bounded_by_another", "wandsworth") == [
        ("113", "at most 103", ""),
        ("136", "at most 34", ""),
    ]
    assert ("122; 10", "at most 113; at most 8", "") in of(found, "bounded_by_another", "lambeth")
    assert of(found, "bounded_by_another", "arrest_rates") == []


def test_strands_that_leave_people_out(found):
    held = found[found["rule"] == "sibling_strands"]
    assert set(held["severity"]) == {"caution"}
    assert of(found, "sibling_strands", "wandsworth") == [("18", "26", "")]
    assert ("4,492; 2,173", "4,506", "") in of(found, "sibling_strands", "lambeth")
    assert not held.duplicated(["doc", "paragraph"]).any()  # once a table
    assert of(found, "sibling_strands", "merton") == of(found, "sibling_strands", "arrest") == []


def test_the_real_tables_in_any_order_and_with_numbers_for_text(real, found):
    shuffled = real.sample(frac=1, random_state=np.random.default_rng(8))
    pd.testing.assert_frame_equal(reconcile.check(shuffled), found)
    numbers = real.assign(
        value=pd.to_numeric(real["value"]),
        period_start=pd.to_datetime(real["period_start"]),
        period_end=pd.to_datetime(real["period_end"]),
    )
    columns = ["doc", "table_id", "rule", "suggestion"]
    again = reconcile.check(numbers)
    assert again[columns].equals(found[columns])


# ---- the shape in and out -----------------------------------------------------------------


def test_nothing_in_nothing_out():
    for empty in (pd.DataFrame(), pd.DataFrame(columns=COLUMNS), printed()):
        found = reconcile.check(empty)
        assert list(found.columns) == findings.COLUMNS and len(found) == 0


def test_the_frame_is_not_changed(real):
    before = real.copy()
    reconcile.check(real)
    pd.testing.assert_frame_equal(real, before)


def test_every_finding_has_a_rule_a_place_and_a_sentence(found):
    assert set(found["rule"]) | {"components_total"} <= set(reconcile.RULES)
    assert (found[["doc", "area", "detail", "printed"]] != "").all(axis=None)
    assert found["detail"].str.fullmatch(r"[A-Z0-9a-z].*\.").all()
    assert set(found["severity"]) == {"contradiction", "caution"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"value": "1,187"}, ["row 3, value", "a number or empty", "1,187"]),
        ({"value": "many"}, ["row 3, value", "many"]),
        ({"value": float("inf")}, ["row 3, value"]),
        ({"value": "9" * 400}, ["row 3, value"]),
        ({"value": True}, ["row 3, value"]),
        ({"value": "-4"}, ["row 3, value", "0 or more"]),
        ({"value": "2.5"}, ["row 3, value", "whole number", "full-time"]),
        ({"unit": "counts"}, ["row 3, unit", "did you mean count"]),
        ({"unit": ""}, ["row 3, unit"]),
        ({"kind": "total"}, ["row 3, kind", "stated_total"]),
        ({"table_id": "gender"}, ["row 3, table_id", "brk:"]),
        ({"period_end": "31/03/2009"}, ["row 3, period_end", "2008-04-01"]),
        ({"period_end": "0001-01-01"}, ["row 3, period_end"]),
        ({"category": "Male", "value": 92}, ["row 3", "given once", "row 2"]),
    ],
)
def test_a_row_that_cannot_be_used_is_named(change, words):
    rows = breakdown("gender", {"Male": 92, "Female": 21}, 113)
    rows[1] |= change
    read = printed(rows)
    read.index = pd.RangeIndex(2, 2 + len(read), name="row")
    with pytest.raises(InputError) as error:
        reconcile.check(read, name="mine.csv")
    assert str(error.value).startswith("mine.csv")
    assert all(word in str(error.value) for word in words), str(error.value)


def test_a_frame_without_its_columns_is_refused():
    with pytest.raises(InputError, match="add value, kind"):
        reconcile.check(printed().drop(columns=["value", "kind"]))
    with pytest.raises(InputError, match="each given once"):
        reconcile.check(pd.DataFrame(columns=[*COLUMNS, "value"]))


def test_a_table_of_many_categories_is_checked_whole():
    rows = breakdown("ethnicity_broad", {f"group {at}": at for at in range(500)}, 7)
    assert rules(rows).count("component_above_total") == 492
