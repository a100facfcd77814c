"""The answers of the pages against those written by hand: which judgement, not which words."""

from __future__ import annotations

import math
import re

import answer_pages as pages
import pandas as pd
import pytest
from answer_pages import answer, opening, sentences
from tables import estimated

from dsvstats import counts
from dsvstats.estimates.verdicts import CHANCE, FIRM, NOT_FIRM, NOT_KNOWN
from dsvstats.reporting.wording.answers import QUESTIONS
from dsvstats.reporting.wording.answers.between import difference
from dsvstats.reporting.wording.answers.found import sort
from dsvstats.sources import supply, synthetic
from dsvstats.terms import places

AREAS = places.place("").areas
SUPPLIED = ["London", "Barking and Dagenham", "Camden", "Enfield", "Haringey", "Lambeth"]
SUPPLIED += ["Wandsworth"]


@pytest.fixture(scope="session")
def records(tmp_path_factory) -> str:
    made = tmp_path_factory.mktemp("records") / "extract"
    synthetic.generate(6000, 7, out=made, areas=["Lambeth", "Wandsworth"])
    return str(made)


# By hand: what each page leads with, what is firm, what is not, what is not known, its figures.

BY_HAND = {
    ("quality", "Wandsworth"): (
        "Ethnicity is missing for almost half",
        {FIRM: "Age and gender", NOT_FIRM: "had no ethnicity", NOT_KNOWN: "followed the crime"},
        ["54%", "98%"],
    ),
    ("disproportionality", "Wandsworth"): (
        "Women are recorded as victims of domestic violence about four times as often as men",
        {FIRM: "aged 18 to 29 appear a quarter more", NOT_FIRM: "Black .* twice as often"},
        ["4 times", "1.3 times", "2 times"],
    ),
    ("attrition", "Wandsworth"): (
        "cannot show what followed its 1,187 domestic violence crimes",
        {FIRM: "four crimes for every ten", NOT_FIRM: "53%", NOT_KNOWN: "arrests.*charges"},
        ["42", "53%"],
    ),
    ("repeats", "Wandsworth"): (
        "205 people were reported as victims of domestic violence crimes more than once",
        {NOT_FIRM: "205 victims of two or more crimes; seven in ten", NOT_KNOWN: "reported once"},
        ["205", "515"],
    ),
    ("quality", "Lambeth"): (
        "Ethnicity is recorded well for crimes, but poorly before and after them",
        {FIRM: "nine in ten", NOT_FIRM: "[Hh]alf of incident records and four in ten outcome"},
        ["92%", "48%", "57%"],
    ),
    ("disproportionality", "Lambeth"): (
        "Women are recorded as victims of domestic violence five times as often as men",
        {
            FIRM: "over four in five victim records",
            NOT_FIRM: "Black and minority ethnic .* 15% more often",
            NOT_KNOWN: "disability",
        },
        ["5 times", "1.15 times"],
    ),
    ("attrition", "Lambeth"): (
        "Fewer than half of domestic violence crimes had a charge, caution or similar",
        {
            FIRM: "45% .* charge, caution|Over half of these outcomes were cautions",
            NOT_FIRM: "just below the 47% target|women .* 20 against 15 in 100",
            NOT_KNOWN: "charges",
        },
        ["40", "45%", "56%"],
    ),
    ("repeats", "Lambeth"): (
        "How many people were harmed again in Lambeth is not known",
        {NOT_FIRM: "228 of 1,976", NOT_KNOWN: "How many people"},
        ["228", "12%"],
    ),
    ("quality", "London"): (
        "domestic violence crimes for one year are printed three ways",
        {
            NOT_FIRM: "50,847 to 52,212",
            FIRM: "Age, gender and ethnicity as officers saw it",
            NOT_KNOWN: "religion and sexual orientation",
        },
        ["3", "98%"],
    ),
    ("disproportionality", "London"): (
        "Women are recorded as victims of domestic violence about four times as often as men",
        {FIRM: "18 to 29 .* twice|11,524 men and 1,556 women", NOT_KNOWN: "ethnicity"},
        ["4 times", "2 times"],
    ),
    ("attrition", "London"): (
        "Fewer than half of domestic violence crimes had a charge, caution or similar",
        {
            FIRM: "45 crimes for every 100|46% ",
            NOT_FIRM: "just below the 47%|22,598 such outcomes, 9,903 charges and 6,688",
            NOT_KNOWN: "earlier year",
        },
        ["45", "46%", "6,688"],
    ),
    ("repeats", "London"): (
        "three in ten adults reported as victims were reported more than once",
        {NOT_FIRM: "31% of 77,388|28%", NOT_KNOWN: "Who they were"},
        ["31%", "28%"],
    ),
    ("quality", "Barnet"): (
        "Barnet supplied no figures",
        {NOT_KNOWN: "none of the 19 figures"},
        [],
    ),
    ("disproportionality", "Barnet"): (
        "Who is over-represented in Barnet is not known",
        {NOT_KNOWN: "did not say who was harmed", CHANCE: "15 domestic homicides"},
        ["15"],
    ),
    ("attrition", "Barnet"): (
        "Where cases fall away in Barnet is not known",
        {NOT_KNOWN: "no incidents, crimes, arrests, charges or outcomes|withheld"},
        [],
    ),
    ("repeats", "Barnet"): (
        "harmed again in Barnet is not known",
        {NOT_KNOWN: "did not say how many crimes were repeats"},
        [],
    ),
    ("repeats", "Haringey"): (
        "How many people were harmed again in Haringey is not known",
        {NOT_FIRM: "133 of 1,664|9.3%", NOT_KNOWN: "How many people"},
        ["133", "8%"],
    ),
}


@pytest.mark.parametrize("page", BY_HAND, ids=" ".join)
def test_a_page_has_the_judgement_of_the_one_by_hand(page):
    found = answer(*page)
    headline, wanted, figures = BY_HAND[page]
    assert headline in found.headline
    for verdict, text in wanted.items():
        said = [each.text for each in found.findings if each.verdict == verdict]
        for each in text.split("|"):
            assert any(re.search(each, one) for one in said), (verdict, each, found.findings)
    shown = [each.number for each in found.tiles]
    assert set(figures) <= set(shown), shown


SYNTHETIC = {
    "quality": (r"^Synthetic data: ", {}),
    "disproportionality": (
        "women .* times as often as men",
        {FIRM: "women", NOT_KNOWN: "religion"},
    ),
    "attrition": (
        "incidents became crimes, and .* conviction so far",
        {FIRM: "incidents became crimes", NOT_FIRM: "so far", NOT_KNOWN: "conviction so far"},
    ),
    "repeats": (
        "reported (again|more than once)",
        {FIRM: "people in incidents were reported again"},
    ),
}


@pytest.mark.parametrize("question", SYNTHETIC)
def test_synthetic_data_say_so_in_every_sentence_and_figure(records, question):
    found = answer(question, "Lambeth", data=records)
    headline, wanted = SYNTHETIC[question]
    assert re.search(headline, found.headline)
    for verdict, text in wanted.items():
        said = [each.text for each in found.findings if each.verdict == verdict]
        assert any(re.search(text, one) for one in said), (verdict, found.findings)
    assert all("ynthetic" in each for each in sentences(found))
    assert all(each.label.startswith("synthetic: ") for each in found.tiles)
    assert "target" not in " ".join(sentences(found))
    assert opening(question, "Lambeth", data=records).title.startswith("Synthetic data: Lambeth")


def test_outcomes_of_records_are_a_share_of_all_crimes(records):
    """Whatever stages stand between the crime and its outcome."""
    cases = supply.cases("Lambeth", data=records)
    held = counts.choose(cases, subject="domestic_violence", unit="offences", strand="all")
    number = held.set_index("measure")["count"]
    told = " ".join(each.label for each in answer("attrition", "Lambeth", data=records).tiles)
    both = f"{number['sanction_detection']:,} of {number['crime']:,}"
    assert f"crimes with an outcome so far, {both}" in told


# What the answers did wrong


def test_what_is_twice_its_share_and_could_turn_is_one_finding_that_is_not_firm():
    found = answer("disproportionality", "Wandsworth")
    (black,) = [each for each in found.findings if "Black" in each.text]
    assert black.verdict == NOT_FIRM and "544" in black.why
    (tile,) = [each for each in found.tiles if each.label.startswith("Black")]
    assert tile.verdict == NOT_FIRM


@pytest.mark.parametrize(
    ("area", "counted"), [("Lambeth", "228 of 1,976"), ("Haringey", "133 of 1,664")]
)
def test_repeats_that_were_told_are_not_called_not_supplied(area, counted):
    found = answer("repeats", area)
    assert counted in found.findings[0].text
    assert " ".join(sentences(found)).count("ot supplied") <= 1


def test_an_answer_says_nothing_of_nothing_that_contradicts_itself():
    assert "contradict" not in " ".join(sentences(answer("quality", "Barnet")))


def test_a_missed_target_lets_the_report_that_it_was_met_speak():
    (target,) = [each for each in answer("attrition", "London").findings if "target" in each.text]
    assert "46% met the objective" in target.why and target.verdict == NOT_FIRM
    told = [each for each in sentences(answer("attrition", "London")) if "46%" in each]
    assert len(told) == 2


def test_where_cases_fall_away_is_told_of_the_year_that_goes_furthest():
    (older,) = [each for each in answer("attrition", "London").findings if "6,688" in each.text]
    assert "year to March 2008" in older.text and "108,197 incidents" in older.why


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_title_says_the_area_and_the_question(question):
    titles = {opening(question, area).title for area in AREAS}
    assert len(titles) == len(AREAS)
    theme = ", older people" if question == "theme" else ""
    assert opening(question, "Merton").title == f"Merton{theme}: {QUESTIONS[question]}"
    if question == "disproportionality":
        of_rape = opening(question, "London", subject="rape", role="accused").title
        assert of_rape == "London, rape: who is over-represented among the accused?"


@pytest.mark.parametrize("subject", ["serious_sexual_offences", "rape", "dv_homicide"])
@pytest.mark.parametrize("question", ["disproportionality", "attrition", "repeats"])
def test_other_subjects_are_answered_by_their_own_figures(question, subject):
    for area in ("London", "Wandsworth", "Haringey", "Enfield"):
        found = answer(question, area, subject=subject)
        assert found.headline and found.findings
        assert "domestic violence" not in " ".join(sentences(found))


@pytest.mark.parametrize("role", ["suspects", "accused"])
def test_other_roles_are_answered_as_such(role):
    found = answer("disproportionality", "Wandsworth", role=role)
    assert found.headline.startswith("Men are recorded as suspects or accused of")
    assert "victim" not in " ".join(sentences(found))


# Measured over all areas and pages

# Days and ages are names of periods and of people: no numbers that a reader must hold.
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_NAMES = re.compile(
    rf"\b(\d{{1,2}} )?({_MONTHS}) \d{{4}}|\b(19|20)\d\d to (19|20)\d\d\b"
    r"|\b(to|and) (19|20)\d\d\b|\bthe \d+ (years|months)\b"
    r"|\baged \d+ (to \d+|or over)|\bunder \d+"
)
CAUSES = re.compile(
    r"\b(because|caused?|causes|due to|owing to|led to|result of|explains?)\b", re.IGNORECASE
)
CODES = re.compile(r"\w+_\w+|dispersion|bocu|\bnan\b|\d\.\d{3}|\bp\s*=", re.IGNORECASE)


def words(text: str) -> list[str]:
    return re.findall(r"[A-Za-z0-9][\w,.%'’-]*", text)


def numbers(text: str) -> list[str]:
    return re.findall(r"\d[\d,]*(?:\.\d+)?%?", _NAMES.sub("", text))


def syllables(word: str) -> int:
    many = len(re.findall(r"[aeiouy]+", word.lower()))
    silent = word.lower().endswith("e") and not word.lower().endswith(("le", "ee"))
    return max(many - (silent and many > 1), 1)


def ease(told: list[str]) -> float:
    """Flesch's reading ease (1948)."""
    held = [each for text in told for each in re.findall(r"[A-Za-z'’]+", text)]
    stops = sum(len(re.findall(r"[.;:!?](?=\s|$)", text)) for text in told)
    return 206.835 - 1.015 * len(held) / stops - 84.6 * sum(map(syllables, held)) / len(held)


EVERY = [(question, area) for question in QUESTIONS for area in AREAS]


@pytest.mark.parametrize("question", QUESTIONS)
def test_sentences_are_short_plain_and_said_once(question, records):
    held = [answer(question, area) for area in AREAS]
    held += [answer(question, area, data=records) for area in ("Lambeth", "Wandsworth")]
    for found in held:
        told = sentences(found)
        assert len(set(told)) == len(told)
        for each in told:
            assert each[0].isupper() or each[0].isdigit()
            assert each.endswith("."), each
            assert len(words(each)) <= 25, each
            assert len(numbers(each)) <= 3, each
            assert not CODES.search(each) and not CAUSES.search(each), each
        assert len(found.findings) <= 8 and len(found.tiles) <= 5


def test_answers_are_easy_to_read(records):
    told = [sentences(answer(*page)) for page in EVERY]
    told += [sentences(answer(question, "Lambeth", data=records)) for question in QUESTIONS]
    scores = sorted(map(ease, told))
    assert sum(scores) / len(scores) >= 55
    assert scores[0] >= 40


def as_told(value: float) -> set[str]:
    """A count, or an expected number, as it may be told."""
    return {f"{value:,.0f}", f"{value:.1f}"} if math.isfinite(value) else set()


def shares_as_told(value: float) -> set[str]:
    """A share, and what it leaves, in 100 or as a percentage; at least so many is rounded down."""
    if not math.isfinite(value) or value > 1:
        return {f"{100 * value:.0f}"} if math.isfinite(value) else set()
    each = {round(100 * value), round(100 * (1 - value)), int(100 * value)}
    return {f"{number}{sign}" for number in each for sign in ("", "%")}


def ratios_as_told(value: float) -> set[str]:
    """A ratio: so many times, or so much more or less."""
    if not math.isfinite(value) or value <= 0:
        return set()
    more = {f"{100 * abs(value - 1):.0f}%", f"{100 * abs(1 / value - 1):.0f}%"}
    return more | {f"{each:.{digits}f}" for each in (value, 1 / value) for digits in (0, 1, 2)}


SIDES = ("numerator", "denominator", "reference_numerator", "reference_denominator")


def of_estimates(rows: pd.DataFrame) -> set[str]:
    known: set[str] = set()
    for row in rows.itertuples():
        for side in SIDES:
            known |= as_told(getattr(row, side))
        if row.denominator > 0:
            known |= shares_as_told(row.numerator / row.denominator)
        if row.reference_denominator > 0:
            known |= shares_as_told(row.reference_numerator / row.reference_denominator)
        known |= ratios_as_told(row.estimate) if row.versus != "none" else set()
        for out, whole in re.findall(r"missing=(\d+)/(\d+)", row.flags):
            known |= {f"{int(each):,}" for each in (out, whole, int(whole) - int(out))}
            known |= shares_as_told(int(out) / int(whole))
        known |= {f"{float(goal):.0%}" for goal in re.findall(r"other_target=([\d.]+)", row.flags)}
    return known


def known_numbers(held: dict) -> set[str]:
    """Every number of the area's own frames that the page has by its answer, as it may be told."""
    here = held["here"]
    known = {n for each in here.about.readings for n in re.findall(r"\d[\d,]*%?", " ".join(each))}
    there = [each for _, each in here.about.items]
    known |= {str(n) for n in (sum(there), len(there), len(there) - sum(there))}
    known |= of_estimates(here.rates) if hasattr(here, "rates") else set()
    here = getattr(here, "page", here)
    asked = here.about.asked
    known |= {"10", "100", str(len(asked)), str(len(asked) - sum(asked.values()))}
    for frame in [each for each in held.values() if isinstance(each, pd.DataFrame)]:
        known |= {str(frame["area"].nunique())} if "area" in frame else set()
        known |= of_estimates(frame[frame["area"] == here.area]) if "versus" in frame else set()
    for frame in (here.of_subject, here.accused):
        for value in frame["count"].dropna():
            known |= as_told(float(value))
    for text in [*here.people["group"], *here.findings["printed"], *here.findings["recomputed"]]:
        known |= set(re.findall(r"\d[\d,]*(?:\.\d+)?%?", text))
    crimes = here.of_subject[here.of_subject["measure"] == "crime"]
    known |= {str(n) for n in crimes.groupby(["start", "unit", "strand"])["count"].nunique()}
    for share in here.about.stated["value"]:
        known |= shares_as_told(share)
    return known


@pytest.mark.parametrize(("question", "area"), [(q, a) for q in QUESTIONS for a in SUPPLIED])
def test_every_number_of_a_sentence_is_in_its_estimates_as_rounded(question, area):
    _, held = pages.parts(question, area)
    found, known = answer(question, area), known_numbers(held)
    told = [*sentences(found), *(f"{each.number} {each.label}" for each in found.tiles)]
    for text in told:
        assert [each for each in numbers(text) if each.rstrip(",") not in known] == [], text


# The sentences of the sections below the answer


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("area", ["Wandsworth", "Lambeth", "London", "Barnet"])
def test_sections_are_said_in_short_sentences_without_limits(question, area):
    shown, _ = pages.parts(question, area, whole=True)
    sections = [each for part in shown for each in getattr(part, "sections", ())]
    told = [text for each in sections for text in each.sentences if text]
    told = [one for text in told for one in re.split(r"(?<=\.)\s+(?=[A-Z0-9])", text)]
    for each in told:
        assert len(words(each)) <= 25, each
        assert len(numbers(each)) <= 3, each
        assert not CODES.search(each) and not CAUSES.search(each), each
        assert "limits" not in each.replace("which the limits do not allow for", "")
    for section in sections:
        assert len(set(section.sentences)) == len(section.sentences)


def test_a_group_to_whom_it_never_happened_is_told_like_any_other():
    """A ratio of 0 has no logarithm, and is as far from no difference as can be."""
    none = {
        "statistic": "risk ratio",
        "versus": "reference",
        "strand": "gender",
        "group": "Female",
        "reference": "Male",
        "measure": "repeat_anywhere",
        "base": "victims:recorded",
        "numerator": 0,
        "denominator": 400,
        "reference_numerator": 90,
        "reference_denominator": 300,
        "estimate": 0.0,
        "lower": 0.0,
        "upper": 0.05,
    }
    found = sort([estimated(none)])
    (said,) = difference(found.rows("risk ratio"), "{who} {more} often than {other}")
    assert said.verdict == FIRM
    assert said.text == "women less often than men, 0 against 30 in 100"


def test_where_none_of_the_others_are_counted_a_group_is_set_against_its_share(tmp_path):
    """25 women and no man: no ratio between the two, and no error."""
    key = "Harrow,2008-04-01,2009-03-31,domestic_violence,victims,crime,gender"
    path = tmp_path / "counts.csv"
    path.write_text(
        f"area,start,end,subject,unit,measure,strand,group,count\n{key},Female,25\n{key},Male,0\n"
    )
    found = answer("disproportionality", "Harrow", data=str(path))
    assert found.headline.endswith("twice as often as their share of residents.")


def test_groups_that_were_supplied_and_cannot_be_compared_are_not_called_not_supplied(tmp_path):
    """Nobody among the men where hundreds are expected: their code is taken for not in use."""
    key = "Harrow,2008-04-01,2009-03-31,domestic_violence,victims,crime,gender"
    path = tmp_path / "counts.csv"
    path.write_text(
        f"area,start,end,subject,unit,measure,strand,group,count\n{key},Female,300\n{key},Male,0\n"
    )
    told = " ".join(sentences(answer("disproportionality", "Harrow", data=str(path))))
    assert "cannot be compared with residents" in told and "supplied no" not in told
