"""The borough report: the board's brief item by item, in words, and what was raised before."""

from __future__ import annotations

import pytest
from answer_pages import answer, parts, sentences

from dsvstats import report
from dsvstats.errors import InputError
from dsvstats.reporting import blocks
from dsvstats.reporting.wording import briefs
from dsvstats.terms import brief


def told(area: str) -> dict[str, tuple[str, ...]]:
    return {each.heading: each.sentences for each in briefs.answered(report.open(area).asked)}


def test_wandsworth_says_what_section_5_of_its_paper_says():
    """Of 6 October 2009: paragraphs 5.2, 5.3, 5.6 to 5.9, 5.12 and 5.13; 6.4 of the risk conference."""
    said = told("Wandsworth")
    year = "In the year to 1 June 2009, "
    assert said[
        "How many incidents were flagged as domestic violence, and as serious sexual offences?"
    ] == (
        f"{year}2,801 domestic violence incidents.",
        "103 allegations of serious sexual offences.",
    )
    assert (
        said["How many crimes were flagged as each?"][0]
        == f"{year}1,187 domestic violence offences."
    )
    assert "205 victims" in said["How many crimes represent repeat victimisation?"][0]
    assert (
        "26 of 103"
        in said[
            "How many cases of serious sexual violence were no crime or crime-related incidents?"
        ][0]
    )
    haven = said["How many cases of serious sexual violence were referred to the Havens?"]
    assert "30 of 103" in haven[0] and "least" in haven[1]
    marac = said[
        "How many cases went to a multi-agency risk assessment conference, and how many again?"
    ]
    assert any("26 of 207" in each for each in marac)
    assert said["How many domestic violence prosecutions were unsupported?"] == (
        "Not supplied: domestic violence crimes prosecuted without the victim's support.",
    )


def test_the_brief_is_answered_in_its_order_and_every_item_has_its_place():
    asked = report.open("Barnet").asked
    assert asked["asks"].drop_duplicates().tolist() == [
        each.asks for each in brief.brief().asked if any(not n.spare for n in each.counts)
    ]
    assert (asked["state"] == report.MISSING).all()


def test_the_arithmetic_is_checked_before_it_is_said():
    """The three of Wandsworth's rules that its own section breaks are named, with why."""
    findings = report.open("Wandsworth").page.findings
    assert {"components_total", "shares_against_100"} <= set(findings["rule"])
    assert findings["detail"].str.len().gt(20).all()


def test_withheld_numbers_are_said_to_be_and_never_told():
    asked = report.open("Wandsworth").asked.iloc[[0]]
    row = asked.assign(state=report.WITHHELD, count=float("nan"))
    (section,) = briefs.answered(row)
    assert section.sentences == (
        "Withheld, since so few could be told apart: domestic violence incidents.",
    )


def test_what_was_raised_stands_beside_what_the_number_is_now():
    raised = report.open("Wandsworth").raised.set_index("Issue")
    now = raised.loc["Why are 25% of serious sexual offences no crimes or crime-related incidents?"]
    assert now["Now"] == "26 (25%), to 1 June 2009" and now["Due"] == "2010-04-06"
    lambeth = report.open("Lambeth").raised.set_index("Issue")["Now"]
    assert "not supplied" in set(lambeth) and "" in set(lambeth)
    assert len(report.open("London").raised) == 14 and report.open("Barnet").raised.empty


def test_an_authors_words_stand_under_their_headings(tmp_path):
    path = tmp_path / "texts.yml"
    path.write_text('C2: "Every case is reviewed within seven days."\n', encoding="utf-8")
    first, *rest = briefs.written(report.open("Barnet").written(path))
    assert first.sentences[-1] == "Every case is reviewed within seven days."
    assert all(each.sentences[-1] == briefs.NOT_WRITTEN for each in rest) and len(rest) == 3
    path.write_text("C7: x\n", encoding="utf-8")
    with pytest.raises(InputError, match="C2"):
        report.open("Barnet").written(path)


@pytest.mark.parametrize(
    "area", ["London", "Wandsworth", "Lambeth", "Richmond upon Thames", "Barnet"]
)
def test_the_answer_says_how_much_of_the_brief_was_answered(area):
    found = answer("report", area)
    there = [each for _, each in report.open(area).about.items]
    number = f"{sum(there)} of the {len(there)}" if any(there) else "nothing"
    assert number in found.headline
    assert all(len(each.split()) <= 25 for each in sentences(found))


def test_a_page_shows_every_item_in_words():
    shown, _ = parts("report", "Lambeth", whole=True)
    held = [each for each in shown if isinstance(each, blocks.Block)]
    names = {section.name for block in held for section in block.sections}
    assert {"item-1", "item-7", "written-1"} <= names


def test_every_areas_report_stands_beside_the_others():
    """Of the annual report and the boroughs' own: 45 crimes for 100 incidents, 46% detected."""
    table = report.open("London").everywhere.set_index("Share")
    assert table.columns[0] == "London" and {"Haringey", "Lambeth", "Wandsworth"} <= set(table)
    detected = table.loc["Domestic violence offences that had a sanction detection"]
    assert (detected["London"], detected["Haringey"], detected["Wandsworth"]) == (
        "46.1%",
        "43.8%",
        "",
    )
    crimes = table.loc["Domestic violence incidents that were recorded as crimes"]
    assert (crimes["London"], crimes["Camden"]) == ("45 per 100", "35 per 100")
