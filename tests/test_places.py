"""Places are data: what a file says of one, and what is said where it is wrong."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import pandas as pd
import pytest

from dsvstats import counts, disclosure
from dsvstats.errors import InputError
from dsvstats.estimates import flags
from dsvstats.statistics import disproportionality, rates
from dsvstats.terms import places

ARDEN = """
whole: Arden
aliases: [Arden Police, the shire]
parts_are: [district, districts]
parts:
  Norden: {code: A1, column: 0, row: 0, aliases: [North Arden]}
  Soke and Vale: {code: A2, column: 0, row: 1, tile: "Soke & Vale"}
  Westry: {code: A3, column: 1, row: 0}
beside:
  Old Keep: {column: 1, row: 1, force: Keep Wardens}
censuses: {2011: 2011-03-27}
"""


def written(folder, text: str, name: str = "arden.yml"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_place_of_a_researcher_is_read_from_its_file(tmp_path):
    arden = places.place(written(tmp_path, ARDEN))
    assert arden.name == "arden"
    assert arden.areas == ("Arden", "Norden", "Soke and Vale", "Westry")
    assert (arden.part, arden.parts_called) == ("district", "districts")
    assert arden.find(" the  SHIRE") == "Arden"
    assert arden.find("soke-&-vale") == "Soke and Vale"
    assert arden.codes["Westry"] == "A3"
    assert arden.tiles["Soke and Vale"] == places.Tile(1, 0, "Soke & Vale")
    assert arden.tiles["Old Keep"].own_force
    assert arden.censuses == {2011: date(2011, 3, 27)}
    assert arden.residents is None


def test_a_place_is_asked_for_by_name_file_or_folder(tmp_path):
    path = written(tmp_path, ARDEN)
    assert places.place(path) == places.place(str(path)) == places.place(tmp_path)
    assert places.place("London") == places.place("") == places.place(places.place())


def test_a_file_that_changed_is_read_again(tmp_path):
    path = written(tmp_path, ARDEN)
    before = places.place(path)
    written(tmp_path, ARDEN.replace("Westry", "Westerleigh"))
    after = places.place(path)
    assert "Westerleigh" in after.parts
    assert before.checksum != after.checksum


def test_parts_may_be_a_list_of_names(tmp_path):
    plain = places.place(written(tmp_path, "whole: Arden\nparts: [Norden, Westry]\n"))
    assert plain.parts == ("Norden", "Westry")
    assert plain.tiles == {}


def test_rows_of_an_area_are_asked_for_by_any_of_its_names(tmp_path):
    arden = places.place(written(tmp_path, ARDEN))
    rows = pd.DataFrame({"area": ["Norden", "Arden"]})
    assert arden.of(rows, "north arden")["area"].tolist() == ["Norden"]


def test_an_unknown_area_is_an_error_in_the_places_own_words(tmp_path):
    arden = places.place(written(tmp_path, ARDEN))
    with pytest.raises(InputError, match="Arden, or a district of it; .*did you mean Westry"):
        arden.find("Westri")


def test_an_unknown_place_is_an_error_that_lists_the_near_ones(tmp_path):
    with pytest.raises(InputError, match="did you mean london"):
        places.place("Londn")
    with pytest.raises(InputError, match="a folder with one YAML file"):
        places.place(tmp_path)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("whole: Arden", "hole: Arden"), "arden.yml: must be keys of a place; .*mean whole"),
        (("whole: Arden", "whole: 7"), "arden.yml, whole: must be the name of the whole"),
        (("column: 1, row: 0}", "column: 0, row: 0}"), "Westry: .*a tile of its own.*Norden is"),
        (("column: 1, row: 0}", "column: -1, row: 0}"), "Westry: .*a row and a column from 0"),
        (("[North Arden]", "[Westry]"), "Norden, aliases: must be names of one area only"),
        (("[North Arden]", "North Arden"), "Norden, aliases: must be a list of names"),
        (("Westry:", "norden:"), "areas that differ in their names"),
        (("[district, districts]", "[district]"), "parts_are: must be two words"),
        (("2011-03-27", "2012-03-27"), "censuses: must be years with their days"),
        (("code: A3", "kode: A3"), "Westry: must be keys of a place; .*did you mean code"),
        (("censuses:", "files: {residents: none.csv}\ncensuses:"), "a file that exists"),
        (("censuses:", "files: {inhabitants: x}\ncensuses:"), "arden.yml, files: must be keys"),
        (("whole: Arden", "whole: ["), r"arden.yml line \d, column \d+: must be YAML"),
    ],
)
def test_a_wrong_file_is_an_error_with_its_place_and_the_mend(tmp_path, change, said):
    path = written(tmp_path, ARDEN.replace(*change))
    with pytest.raises(InputError, match=said):
        places.place(path)


def test_terms_are_cheap_to_import():
    code = (
        "import sys, dsvstats.terms.places; print('pandas' in sys.modules, 'yaml' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["False", "False"]


def test_what_a_whole_holds_is_told_by_the_place(tmp_path):
    arden = places.place(written(tmp_path, ARDEN))
    cases = counts.join(
        *(
            counts.table(area, "victims", measure, "gender", {"Female": 10 * n, "Male": 5 * n})
            for area, n in (("Arden", 60), ("Norden", 20), ("Westry", 40))
            for measure, n in (("recorded", 4 * n), ("crime", n))
        )
    )
    options = {"per": "recorded", "strand": "gender", "strata": "area"}
    assert not disproportionality.stratified(cases, "crime", **options).empty
    with pytest.raises(InputError, match="received 'Arden and its districts'; leave Arden out"):
        disproportionality.stratified(cases, "crime", **options, place=arden)
    standardised = rates.indirectly_standardised(
        cases, "crime", per="recorded", strata="gender", place=arden
    )
    assert standardised["reference"].unique().tolist() == ["Arden"]
    assert standardised["area"].tolist() == ["Norden", "Westry"]
    assert flags.has(standardised["flags"], "standard_holds_area").all()


def test_a_withheld_part_is_not_told_by_its_whole(tmp_path):
    """A district of 3 is withheld, and so is the next smallest, which the shire would tell it by."""
    arden = places.place(written(tmp_path, ARDEN))
    cases = counts.join(
        *(
            counts.table(area, "offences", "crime", "all", {"All": number})
            for area, number in (
                ("Arden", 115),
                ("Norden", 3),
                ("Soke and Vale", 92),
                ("Westry", 20),
            )
        )
    )
    hidden = disclosure.withhold(cases, place=arden).set_index("area")["withheld"]
    assert hidden.to_dict() == {
        "Arden": False, "Norden": True, "Soke and Vale": False, "Westry": True
    }  # fmt: skip
