"""Each word once: a measure that is new stands in its entry, and everything finds it there."""

from __future__ import annotations

from pathlib import Path

import pytest

import dsvstats
from dsvstats import counts
from dsvstats.disclosure import withhold
from dsvstats.errors import InputError
from dsvstats.reporting import sections, tables, wording
from dsvstats.sources import checklist
from dsvstats.statistics import rates
from dsvstats.terms import chains, measures, subjects, units
from dsvstats.terms.measures import MEASURES, Asked, Measure
from dsvstats.terms.subjects import SUBJECTS
from dsvstats.terms.units import UNITS

HEADER = "area,start,end,subject,unit,measure,strand,group,count\n"
INVENTED = Measure(
    inside=("arrest",),
    words="with a night in a cell",
    one="night in a cell",
    many="nights in a cell",
    asked=(Asked(unit="offences"),),
)


@pytest.fixture
def invented(monkeypatch, tmp_path):
    """Counts of a measure that the package has never heard of, read from a researcher's file."""
    monkeypatch.setitem(MEASURES, "invented", INVENTED)
    key = "Wandsworth,2008-04-01,2009-03-31,domestic_violence,offences"
    path = tmp_path / "mine.csv"
    path.write_text(
        HEADER
        + "".join(
            f"{key},{measure},all,All,{number}\n"
            for measure, number in (("crime", 1187), ("arrest", 900), ("invented", 300))
        )
    )
    return counts.read(path)


def test_a_new_measure_is_read_from_a_counts_file(invented):
    assert "invented" in set(invented["measure"])


def test_a_new_measure_is_asked_for_on_the_checklist(invented):
    told = checklist.supplied(invented).set_index(["Subject", "Asked for"])["Supplied"]
    assert told["domestic violence", "nights in a cell"] == "300"
    assert "nights in a cell" in checklist.missing(counts.empty())


def test_a_new_measure_is_a_part_of_what_its_own_is_a_part_of(invented):
    assert measures.inside("invented") == {"arrest"} | measures.inside("arrest")
    rate = rates.proportion(invented, "invented", of="crime")
    assert rate["statistic"].item() == "proportion"
    assert rate["estimate"].item() == 300 / 1187


def test_a_new_measure_has_its_words_in_a_sentence_a_table_and_a_figure(invented):
    rate = rates.proportion(invented, "invented", of="crime")
    assert "had a night in a cell" in str(wording.sentence(rate))
    (section,) = sections.of_estimates(rate)
    assert "night in a cell" in section.figure.html
    assert "night in a cell" in tables.plain(section.table)
    assert "Offences with a night in a cell" in tables.plain(tables.counts(invented))


def test_a_new_class_is_withheld_with_its_likes(monkeypatch):
    """Of 40 detections 31 charges and 4 warnings: the 5 cautions are told by what is left."""
    monkeypatch.setitem(
        MEASURES, "warning", Measure(("sanction_detection",), class_of="sanction_detection")
    )
    assert dict(measures.classes())["sanction_detection"] == ("caution", "charge", "warning")
    cases = counts.join(
        *(
            counts.table("Barnet", "offences", measure, "all", {"All": number})
            for measure, number in (
                ("sanction_detection", 60),
                ("charge", 31),
                ("caution", 25),
                ("warning", 4),
            )
        )
    )
    hidden = withhold(cases).set_index("measure")["withheld"]
    assert hidden[["warning", "caution"]].all()
    assert not hidden["sanction_detection"]


@pytest.mark.parametrize(
    ("column", "value", "near"),
    [
        ("measure", "convictd", "convicted"),
        ("unit", "ofences", "offences"),
        ("subject", "domestic_violense", "domestic_violence"),
        ("subject", "domestic_violence & rap", "rape"),
    ],
)
def test_an_unknown_word_in_a_counts_file_is_an_error_that_names_the_near_ones(
    tmp_path, column, value, near
):
    row = {
        "area": "Wandsworth", "start": "2008-04-01", "end": "2009-03-31",
        "subject": "domestic_violence", "unit": "offences", "measure": "crime",
        "strand": "all", "group": "All", "count": "1187", column: value,
    }  # fmt: skip
    path = tmp_path / "mine.csv"
    path.write_text(HEADER + ",".join(row.values()) + "\n")
    with pytest.raises(InputError, match=rf"row 2, {column}: .*did you mean {near}") as caught:
        counts.read(path)
    assert value in str(caught.value)


@pytest.mark.parametrize(
    ("known", "name", "near"),
    [
        (measures.known, "convictd", "convicted"),
        (units.known, "ofences", "offences"),
        (subjects.known, "rape & domestc_violence", "domestic_violence"),
    ],
)
def test_an_unknown_word_names_the_near_ones(known, name, near):
    with pytest.raises(InputError, match=near):
        known(name)


def test_every_measure_is_inside_known_ones_and_never_inside_itself():
    for name, entry in MEASURES.items():
        assert {*entry.inside, *filter(None, [entry.class_of])} <= set(MEASURES), name
        assert set(entry.units) <= set(UNITS), name
        assert name not in measures.inside(name)
        assert {each.unit for each in entry.asked} <= {"", *UNITS}, name


def test_classes_are_inside_what_they_add_up_to():
    for whole, parts in measures.classes():
        assert all(whole in measures.inside(part) for part in parts)


def test_no_two_words_for_one_thing():
    """Two entries may look alike only where a unit or a subject of its own tells them apart."""
    doubled = {"haven_referral", "haven_referral_recorded"}
    words = [measures.words(name) for name in MEASURES if name not in doubled]
    assert len(set(words)) == len(words)
    assert len({entry.many for entry in UNITS.values()}) == len(UNITS)
    assert all(entry.words for name, entry in SUBJECTS.items() if name != "all")


def test_a_measure_that_not_every_force_has_stands_in_its_entry_and_its_chain_alone():
    room = Path(dsvstats.__file__).parent
    said = [each for each in room.rglob("*.py") if chains.DETECTION in each.read_text("utf-8")]
    assert {str(each.relative_to(room)) for each in said} == {
        "terms/measures.py",
        "terms/chains.py",
    }
