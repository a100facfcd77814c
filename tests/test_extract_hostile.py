"""Extracts as they come: damaged, mixed up, malicious. Counted rightly, or refused with a reason."""

from __future__ import annotations

import datetime
import io
import random
from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsvstats.errors import InputError
from dsvstats.sources import extract, synthetic
from dsvstats.sources.extract import findings as words
from dsvstats.sources.extract import validation

EXAMPLES = max(settings.default.max_examples // 40, 2)
"""Each holds up to twenty cells: thousands of them in `make soak`."""
SOME = {
    "units": ["incidents", "victims"],
    "strands": ["gender"],
    "subjects": ["domestic_violence"],
    "covers": ("2008-10-01", "2009-09-30"),
}
NAMES = ("given_name", "family_name", "postcode", "person_id", "date_of_birth")


@pytest.fixture(scope="module")
def clean() -> dict[str, pd.DataFrame]:
    """A small extract as text, every name in it unlike anything that we say."""
    made = synthetic.generate(60, 2, areas=["Lambeth", "Barnet"]).extract
    tables = {}
    for name in ("reports", "people", "calls"):
        table = getattr(made, name).to_pyarrow().to_pandas()
        tables[name] = table.map(_as_written)
    people = tables["people"]
    people["family_name"] = [f"Zq{n:x}ovich" for n in range(len(people))]
    people["given_name"] = [f"Xw{n:x}anda" for n in range(len(people))]
    return tables


def _as_written(cell) -> str:
    if cell is None or cell is pd.NaT or cell != cell:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell))
    return str(cell)


@pytest.fixture(scope="module")
def right(clean, tmp_path_factory) -> pd.DataFrame:
    cases = extract.count(written(tmp_path_factory.mktemp("clean"), clean), **SOME)
    assert cases["count"].sum() > 100
    return cases


def written(folder, tables, encoding="utf-8"):
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False, encoding=encoding)
    return folder


def secrets(tables: dict[str, pd.DataFrame]) -> set[str]:
    people = tables["people"]
    return {cell for name in NAMES if name in people for cell in people[name] if len(cell) > 3}


def outcome(path, hidden: set[str], mapping=None) -> tuple[pd.DataFrame, int, pd.DataFrame | None]:
    """What is found, the exit status, and the counts if they are given; nothing hidden is said."""
    found, status = extract.check_path(path, mapping=mapping)
    assert status == (
        2 if "column" in found and (found["column"] == "").any() else 1 if len(found) else 0
    )
    try:
        cases, said = extract.count(extract.read(path, mapping=mapping), **SOME), ""
    except InputError as error:
        cases, said = None, str(error)
    assert (cases is None) == bool(status == 2 or found["blocks"].any())
    output = found.to_csv() + said + ("" if cases is None else cases.to_csv())
    assert not [secret for secret in hidden if secret in output]
    assert "Traceback" not in output and "duckdb" not in output.lower()
    return found, status, cases


WRONG = {
    "code": [
        "Zyx",
        "<script>alert(1)</script>",
        "../x",
        "../../etc/passwd",
        '=HYPERLINK("x")',
        "+1",
        "@x",
        "Zq1ovich",
        "12",
        "naïve",
        "\u202ereversed",
        "a" * 3000,
        "'; drop table x",
    ],
    "date": [
        "01/10/2008",
        "10/31/2008",
        "39722",
        "39722.0",
        "2008-13-01",
        "2008-02-30",
        "20081001",
        "2008-10-01T00:00:00",
        "2008-10-01 09:30",
        "yesterday",
        "0000-00-00",
        "9999-12-31",
        "2008-10-1",
        "1700-01-01",
        "infinity",
        "epoch",
        "Oct-08",
        "=TODAY()",
    ],
    "age": ["-1", "212", "3.5", "thirty", "1e2", "٣٤", "30 years", "0x1f", "NaN!", "=A1"],
    "flag": ["maybe", "2", "ja", "-1", "=TRUE()", "<b>"],
    "id": [" R1", "R1 ", "Smith", "R\t", "=1+\n1", "é1"],
}
COLUMNS = {
    "reports": {
        "borough": "code",
        "classification": "code",
        "offence_group": "code",
        "risk_form": "code",
        "reported": "date",
        "called": "date",
        "domestic_violence": "flag",
        "withdrawn": "flag",
    },
    "people": {
        "role": "code",
        "gender": "code",
        "ethnicity_self_defined": "code",
        "religion": "code",
        "relationship": "code",
        "arrested": "date",
        "charged": "date",
        "date_of_birth": "date",
        "age": "age",
        "person_id": "id",
    },
    "calls": {"borough": "code", "called": "date", "domestic_violence": "flag"},
}
CELLS = [
    (table, column, cell)
    for table, columns in COLUMNS.items()
    for column, kind in columns.items()
    for cell in WRONG[kind]
]


def damaged(clean, cells, rows) -> tuple[dict[str, pd.DataFrame], dict[tuple[str, str], set[int]]]:
    """The extract with these cells, each in a row of its own, and where they now stand."""
    tables = {name: table.copy() for name, table in clean.items()}
    wanted: dict[tuple[str, str], set[int]] = {}
    for (table, column, cell), row in zip(cells, rows, strict=True):
        tables[table].loc[row, column] = cell
        wanted.setdefault((f"{table}.csv", column), set()).add(row + 2)
    return tables, wanted


def assert_found(found: pd.DataFrame, wanted: dict[tuple[str, str], set[int]]) -> None:
    blocking = found[found["blocks"] & (found["column"] != "report_id")]
    totals = blocking.groupby(["file", "column"])["found"].first().to_dict()
    assert totals == {place: len(rows) for place, rows in wanted.items()}
    for place, rows in blocking.groupby(["file", "column"])["row"]:
        assert set(rows) <= wanted[place]
        assert len(rows) == min(len(wanted[place]), validation.EXAMPLES)


@given(data=st.data())
@settings(max_examples=EXAMPLES, deadline=None)
def test_every_cell_that_cannot_be_read_is_found_where_it_stands(clean, tmp_path_factory, data):
    cells = data.draw(st.lists(st.sampled_from(CELLS), min_size=1, max_size=20, unique=True))
    free = {name: list(range(len(table))) for name, table in clean.items()}
    rows = [
        free[table].pop(data.draw(st.integers(0, len(free[table]) - 1))) for table, _, _ in cells
    ]
    tables, wanted = damaged(clean, cells, rows)
    found, status = extract.check_path(written(tmp_path_factory.mktemp("cells"), tables))
    assert status == 1
    assert not [secret for secret in secrets(clean) if secret in found.to_csv()]
    assert_found(found, wanted)


def test_hundreds_of_cells_that_cannot_be_read_are_all_found(tmp_path):
    made = synthetic.generate(250, 3, areas=["Lambeth"]).extract
    tables = {
        name: getattr(made, name).to_pyarrow().to_pandas().map(_as_written)
        for name in ("reports", "people", "calls")
    }
    rows: list[int] = []
    for number, (table, _, _) in enumerate(CELLS):
        rows.append(sum(each[0] == table for each in CELLS[:number]))
    tables, wanted = damaged(tables, CELLS, rows)
    found, status, cases = outcome(
        written(tmp_path, tables), secrets(tables) - {cell for _, _, cell in CELLS}
    )
    assert (status, cases) == (1, None)
    assert len(CELLS) > 200
    assert_found(found, wanted)


@given(data=st.data())
@settings(max_examples=EXAMPLES, deadline=None)
def test_what_can_be_read_is_counted_the_same_however_it_is_written(
    clean, right, tmp_path_factory, data
):
    tables = {name: table.copy() for name, table in clean.items()}
    people, reports = tables["people"], tables["reports"]
    way = data.draw(st.sampled_from([str.upper, str.title, str.lower, "  {} ".format]))
    for column in ("gender", "role", "ethnicity_self_defined", "result"):
        people[column] = people[column].map(way)
    blank = data.draw(st.sampled_from(["", " ", "Unknown", "not recorded", "NOT STATED"]))
    people["gender"] = people["gender"].where(people["gender"].str.strip() != "", blank)
    reports["borough"] = reports["borough"].map(way)
    yes, no = data.draw(st.sampled_from([("Y", "N"), ("1", "0"), ("TRUE", "FALSE"), ("t", "f")]))
    flags = ["domestic_violence", "rape"]
    reports[flags] = reports[flags].replace({"true": yes, "false": no})
    reports["reported"] += data.draw(st.sampled_from(["", " 00:00:00", " "]))
    for name, table in tables.items():
        order = data.draw(st.permutations(list(table.columns)))
        shuffle = data.draw(st.integers(0, 99))
        tables[name] = table[order].sample(frac=1, random_state=shuffle)
    path = tmp_path_factory.mktemp("same")
    encoding = data.draw(st.sampled_from(["utf-8", "utf-8-sig"]))
    ending = data.draw(st.sampled_from(["\n", "\r\n"]))
    quoting = data.draw(st.sampled_from([0, 1]))
    for name, table in tables.items():
        table.to_csv(
            path / f"{name}.csv",
            index=False,
            encoding=encoding,
            lineterminator=ending,
            quoting=quoting,
        )
    _, status, cases = outcome(path, secrets(clean))
    assert status == 0
    pd.testing.assert_frame_equal(cases, right)


@given(st.integers(0, 10**9))
@settings(max_examples=EXAMPLES, deadline=None)
def test_columns_exchanged_or_dropped_are_told(clean, right, tmp_path_factory, seed):
    """Of columns that differ in kind, that is: one flag may be exchanged for another unseen."""
    rng = random.Random(seed)
    tables = {name: table.copy() for name, table in clean.items()}
    name = rng.choice(["reports", "people"])
    kinds = dict(COLUMNS[name])
    kinds |= {"people": {"family_name": "name"}, "reports": {"report_id": "own"}}[name]
    first, second = rng.sample(sorted(kinds), 2)
    codes = {"code", "id", "own", "name", "age"}
    if kinds[first] == kinds[second] and kinds[first] not in codes:
        first, second = ("person_id", "gender") if name == "people" else ("borough", "reported")
    table = tables[name]
    if rng.random() < 0.7:
        table[[first, second]] = table[[second, first]].to_numpy()
        told = (table[[first, second]] != "").all().any()
        _, status, cases = outcome(
            written(tmp_path_factory.mktemp("swapped"), tables), secrets(clean)
        )
        assert status == 1 or not told
        assert cases is None
    else:
        required = {"report_id", "borough", "reported", "classification", "role"}
        tables[name] = table.drop(columns=first)
        _, status, cases = outcome(
            written(tmp_path_factory.mktemp("dropped"), tables), secrets(clean)
        )
        assert status == (2 if first in required else 0)
        assert (cases is None) == (first in required)


@pytest.mark.parametrize(
    ("name", "first", "second"),
    [
        ("reports", "borough", "classification"),
        ("people", "age", "date_of_birth"),
        pytest.param("reports", "report_id", "reported", marks=pytest.mark.soak),
        pytest.param("people", "person_id", "family_name", marks=pytest.mark.soak),
        pytest.param("people", "gender", "religion", marks=pytest.mark.soak),
    ],
)
def test_two_columns_exchanged_are_told(clean, tmp_path, name, first, second):
    tables = {each: table.copy() for each, table in clean.items()}
    tables[name][[first, second]] = tables[name][[second, first]].to_numpy()
    found, status, cases = outcome(written(tmp_path, tables), secrets(clean))
    assert (status, cases) == (1, None)
    assert {first, second} & set(found.loc[found["blocks"], "column"])


def test_a_column_of_excels_day_numbers_is_told(clean, tmp_path):
    tables = {name: table.copy() for name, table in clean.items()}
    days = pd.to_datetime(tables["reports"]["reported"]) - pd.Timestamp("1899-12-30")
    tables["reports"]["reported"] = days.dt.days.astype(str)
    found, status, cases = outcome(written(tmp_path, tables), secrets(clean))
    here = found[found["column"] == "reported"]
    assert (status, cases) == (1, None)
    assert here["found"].iloc[0] == len(tables["reports"])
    assert here["mend"].str.contains("Excel").all()


def test_as_a_spreadsheet_saves_it_the_counts_are_the_same(clean, right, tmp_path):
    """With a byte-order mark, Windows line endings and every cell quoted."""
    for name, table in clean.items():
        table.to_csv(
            tmp_path / f"{name}.csv",
            index=False,
            encoding="utf-8-sig",
            lineterminator="\r\n",
            quoting=1,
        )
    _, status, cases = outcome(tmp_path, secrets(clean))
    assert status == 0
    pd.testing.assert_frame_equal(cases, right)


def test_two_counts_of_one_folder_at_once_are_the_same(clean, right, tmp_path):
    folder = written(tmp_path, clean)
    with ThreadPoolExecutor(2) as pool:
        for cases in pool.map(lambda _: extract.count(folder, **SOME), range(2)):
            pd.testing.assert_frame_equal(cases, right)
    assert sorted(each.name for each in folder.iterdir()) == [
        "calls.csv",
        "people.csv",
        "reports.csv",
    ]


def lines(tables, name="people") -> list[str]:
    buffer = io.StringIO()
    tables[name].to_csv(buffer, index=False)
    return buffer.getvalue().splitlines()


def changed(name: str, change):
    """A way to damage one file: its lines changed."""

    def damage(folder, tables):
        text = "\n".join(change(lines(tables, name))) + "\n"
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")

    return damage


def as_bytes(name: str, change):
    def damage(folder, tables):
        path = folder / f"{name}.csv"
        path.write_bytes(change(path.read_bytes()))

    return damage


DAMAGE = {
    "a row too short": (changed("people", lambda rows: [*rows[:5], "R1,victim", *rows[5:]]), 2),
    "a row too long": (changed("people", lambda rows: [*rows[:5], rows[5] + ",x", *rows[6:]]), 2),
    "the header missing": (changed("people", lambda rows: rows[1:]), 2),
    "the header twice": (changed("people", lambda rows: [rows[0], *rows]), 1),
    "a column twice": (
        changed("people", lambda rows: [row + "," + row.split(",")[1] for row in rows]),
        2,
    ),
    "semicolons": (changed("people", lambda rows: [row.replace(",", ";") for row in rows]), 2),
    "a quotation mark left open": (
        changed("people", lambda rows: [*rows[:3], '"' + rows[3], *rows[4:]]),
        2,
    ),
    "a row twice": (changed("reports", lambda rows: [*rows, rows[3]]), 1),
    "a person twice": (changed("people", lambda rows: [*rows, rows[3]]), 1),
    "a call twice": (changed("calls", lambda rows: [*rows, rows[3]]), 1),
    "an orphan person": (changed("reports", lambda rows: rows[:-1]), 1),
    "an orphan call": (
        changed(
            "calls", lambda rows: [rows[0], *["C9,R9,Lambeth,2009-01-01,true,false"], *rows[1:]]
        ),
        1,
    ),
    "no rows of reports": (changed("reports", lambda rows: rows[:1]), 1),
    "UTF-16": (as_bytes("people", lambda data: data.decode().encode("utf-16")), 2),
    "another encoding": (as_bytes("people", lambda data: data.replace(b"anda", b"\xe9nda")), 2),
    "UTF-8 broken far down": (
        as_bytes(
            "people", lambda data: data + b"\n" * 0 + data.split(b"\n", 1)[1] * 40 + b"\xff\xfe,"
        ),
        2,
    ),
    "nothing": (as_bytes("people", lambda data: b""), 2),
    "blank lines only": (as_bytes("people", lambda data: b"\n\n \n"), 2),
    "a spreadsheet": (as_bytes("people", lambda data: b"PK\x03\x04" + data), 2),
    "a Parquet file": (as_bytes("people", lambda data: b"PAR1" + data), 2),
    "zeros": (as_bytes("people", lambda data: b"\0" * 500), 2),
    "a zero in the header": (as_bytes("people", lambda data: b"\0" + data), 2),
    "a zero in a code": (
        as_bytes("people", lambda data: data.replace(b",Female,", b",Fe\0male,")),
        2,
    ),
    "mixed line endings": (as_bytes("people", lambda data: data.replace(b"\n", b"\r\n", 3)), 2),
    "a line without end": (as_bytes("people", lambda data: data + b'"' + b"x" * 5_000_000), 2),
}


# every other kind of damage in `make test`, all of them in `make soak`
DAMAGED = [pytest.param(how, marks=[pytest.mark.soak] * (n % 2)) for n, how in enumerate(DAMAGE)]


@pytest.mark.parametrize("how", DAMAGED)
def test_a_damaged_file_is_refused_with_the_reason(clean, tmp_path, how):
    damage, wanted = DAMAGE[how]
    damage(written(tmp_path, clean), clean)
    found, status, cases = outcome(tmp_path, secrets(clean))
    assert (status, cases) == (wanted, None)
    assert (found["rule"].str.len() > 0).all() and (found["mend"].str.len() > 0).all()
    assert found["file"].str.contains("reports|people|calls").all()


def test_required_cells_left_empty_are_found(clean, tmp_path):
    tables = {name: table.copy() for name, table in clean.items()}
    required = ["report_id", "borough", "reported", "classification"]
    for row, column in enumerate(required):
        tables["reports"].loc[row, column] = " " if column != "report_id" else ""
    found, status, cases = outcome(written(tmp_path, tables), secrets(clean))
    assert (status, cases) == (1, None)
    for row, column in enumerate(required):
        here = found[(found["column"] == column) & (found["value"] == "empty")]
        here = here[here["file"] == "reports.csv"]
        assert here["row"].tolist() == [row + 2]


@pytest.fixture(scope="module")
def parquet(clean, tmp_path_factory):
    folder = tmp_path_factory.mktemp("parquet")
    for name, table in clean.items():
        pq.write_table(pa.Table.from_pandas(table), folder / f"{name}.parquet", row_group_size=20)
    return folder


@pytest.mark.parametrize("kept", [0, 1, 3, 8, 100, 0.3, 0.7, 0.99, -1])
def test_a_truncated_parquet_file_is_refused(clean, parquet, tmp_path, kept):
    for path in parquet.iterdir():
        data = path.read_bytes()
        if path.stem == "people":
            data = data[: int(kept * len(data)) if isinstance(kept, float) else kept]
        (tmp_path / path.name).write_bytes(data)
    found, status, cases = outcome(tmp_path, secrets(clean))
    assert (status, cases) == (2, None)
    assert found["file"].tolist() == ["people.parquet"]


def test_parquet_damaged_inside_never_ends_in_a_traceback(clean, parquet, tmp_path):
    data = (parquet / "people.parquet").read_bytes()
    for path in parquet.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    rng = random.Random(4)
    for _ in range(6):
        broken = bytearray(data)
        for _ in range(40):
            broken[rng.randrange(4, len(data) // 2)] = rng.randrange(256)
        (tmp_path / "people.parquet").write_bytes(bytes(broken))
        outcome(tmp_path, set())


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("gender", [["Female"]] * 3),
        ("reported", [datetime.datetime(2008, 10, 5, tzinfo=datetime.UTC)] * 3),
        ("borough", [b"Lambeth"] * 3),
        ("age", [30.5] * 3),
        ("domestic_violence", [0.5] * 3),
        ("report_id", [1.0, 2.0, 3.0]),
    ],
)
def test_a_parquet_column_of_another_type_is_found(tmp_path, column, values):
    reports = {
        "report_id": ["R1", "R2", "R3"],
        "borough": ["Lambeth"] * 3,
        "reported": ["2009-01-01"] * 3,
        "classification": ["crime"] * 3,
        "domestic_violence": [True] * 3,
    }
    people = {
        "report_id": ["R1", "R2", "R3"],
        "role": ["victim"] * 3,
        "gender": ["Female"] * 3,
        "age": [30] * 3,
    }
    for table in (reports, people):
        if column in table:
            table[column] = values
    pq.write_table(pa.table(reports), tmp_path / "reports.parquet")
    pq.write_table(pa.table(people), tmp_path / "people.parquet")
    found, status, cases = outcome(tmp_path, set())
    assert (status, cases) == (1, None)
    assert found.loc[found["column"] == column, "found"].iloc[0] == 3


def test_dates_mixed_are_refused_and_a_mapping_takes_one_form_only(clean, right, tmp_path):
    tables = {name: table.copy() for name, table in clean.items()}
    british = pd.to_datetime(tables["reports"]["reported"]).dt.strftime("%d/%m/%Y")
    tables["reports"]["reported"] = british
    for column in ("called", "recorded"):
        tables["reports"] = tables["reports"].drop(columns=column)
    mapping = {"reports": {"dates": "%d/%m/%Y"}}
    _, status, cases = outcome(written(tmp_path, tables), secrets(clean), mapping)
    assert status == 0
    pd.testing.assert_frame_equal(cases, right)
    found, status = extract.check_path(tmp_path)
    assert status == 1 and found["blocks"].any()
    tables["reports"].loc[3, "reported"] = "2009-01-05"
    tables["reports"].loc[4, "reported"] = "01/31/2009"
    found, status = extract.check_path(written(tmp_path, tables), mapping=mapping)
    assert found[["row", "value"]].values.tolist() == [[5, "9999-99-99"], [6, "99/99/9999"]]


@pytest.mark.parametrize("path", ["none", "none/*.csv", "../x", "<script>", "a\0b", "", "x" * 5000])
def test_a_path_that_is_not_there_is_told(tmp_path, path):
    found, status = extract.check_path(str(tmp_path / path) if path else path)
    assert status == 2 and len(found) == 1


def test_an_empty_folder_and_a_folder_without_reports_are_told(clean, tmp_path):
    assert extract.check_path(tmp_path)[1] == 2
    written(tmp_path, {"people": clean["people"]})
    assert extract.check_path(tmp_path)[1] == 2
    (tmp_path / "reports.csv").mkdir()
    assert extract.check_path(tmp_path)[1] == 2
    (tmp_path / "people.csv").unlink()
    (tmp_path / "anything.xlsx").write_bytes(b"PK\x03\x04")
    assert extract.check_path(tmp_path / "anything.xlsx")[1] == 2


def test_csv_and_parquet_of_one_table_are_not_mixed(clean, parquet, tmp_path):
    written(tmp_path, clean)
    (tmp_path / "people.parquet").write_bytes((parquet / "people.parquet").read_bytes())
    found, status, _ = outcome(tmp_path, secrets(clean))
    assert status == 2 and "one kind" in found["rule"].iloc[0]


RULES = {
    "charged": ("people", {"role": "suspect", "charged": "2001-01-01"}, "days before"),
    "cautioned": ("people", {"role": "suspect", "cautioned": "2001-01-01"}, "days before"),
    "arrested": ("people", {"role": "victim", "arrested": "2009-09-30"}, "9999-99-99"),
    "age": ("people", {"age": "90", "date_of_birth": "1990-01-01"}, "99"),
    "date_of_birth": ("people", {"date_of_birth": "2012-01-01", "age": ""}, "9999-99-99"),
    "person_id": ("people", {"person_id": ""}, "empty"),
    "recorded": ("reports", {"recorded": "2001-01-01"}, "days before"),
    "reported": ("reports", {"called": "2012-01-01"}, "days before"),
    "serious_sexual_offence": (
        "reports",
        {"rape": "true", "serious_sexual_offence": "false"},
        "false",
    ),
    "risk_level": ("reports", {"risk_form": "none", "risk_level": "high"}, "aaaa"),
    "prosecuted": (
        "people",
        {"role": "suspect", "prosecuted": "2009-09-30", "charged": ""},
        "9999-99-99",
    ),
    "result": (
        "people",
        {"role": "suspect", "result": "convicted", "prosecuted": "", "charged": ""},
        "aaaaaaaaa",
    ),
}


def test_what_does_not_fit_together_is_found_and_does_not_stop_the_count(clean, tmp_path):
    tables = {each: table.copy() for each, table in clean.items()}
    people = tables["people"]
    people["resulted"] = ""
    free = {
        "people": list(people.drop_duplicates("report_id").index[5:]),
        "reports": list(tables["reports"].index[5:]),
    }
    wanted = {}
    for column, (name, cells, value) in RULES.items():
        row = free[name].pop()
        for each in (
            "arrested",
            "charged",
            "cautioned",
            "no_further_action",
            "prosecuted",
            "result",
        ):
            if name == "people":
                people.loc[row, each] = ""
        tables[name].loc[row, list(cells)] = list(cells.values())
        wanted[column] = (f"{name}.csv", row + 2, value)
    found, status, cases = outcome(written(tmp_path, tables), secrets(clean))
    found = found[found["column"] != "resulted"]
    assert status == 1 and cases is not None
    assert not found["blocks"].any()
    assert set(found["column"]) == set(RULES)
    for column, (file, row, value) in wanted.items():
        here = found[found["column"] == column]
        assert (file, row) in set(zip(here["file"], here["row"], strict=True)), column
        shown = here.loc[here["row"] == row, "value"].iloc[0]
        assert shown.endswith(value), column


def test_a_column_that_holds_nothing_is_told(clean, tmp_path):
    tables = {name: table.copy() for name, table in clean.items()}
    tables["people"]["cautioned"] = ""
    found, status, cases = outcome(written(tmp_path, tables), secrets(clean))
    assert found[["column", "rule"]].values.tolist() == [
        ["cautioned", "filled in somewhere, or left out"]
    ]
    assert status == 1 and cases is not None


def test_examples_are_capped_and_every_one_is_counted(clean, tmp_path):
    tables = {name: table.copy() for name, table in clean.items()}
    tables["people"]["gender"] = "W"
    found, _, _ = outcome(written(tmp_path, tables), secrets(clean))
    found = found[found["column"] == "gender"]
    assert len(found) == validation.EXAMPLES
    assert found["row"].tolist() == [2, 3, 4, 5, 6]
    assert set(found["found"]) == {len(tables["people"])}


def test_a_finding_says_the_near_code_and_what_excel_did(clean, tmp_path):
    tables = {name: table.copy() for name, table in clean.items()}
    tables["reports"].loc[0, "borough"] = "Lambth"
    tables["people"].loc[0, "arrested"] = "39722"
    tables["people"].loc[1, "gender"] = "=A1"
    found, _, _ = outcome(written(tmp_path, tables), secrets(clean))
    mends = found.set_index("column")["mend"]
    assert "did you mean Lambeth?" in mends["borough"]
    assert "Excel" in mends["arrested"]
    assert "formula" in mends["gender"]
    assert found.set_index("column").loc["borough", "value"] == "Aaaaaa"


@given(st.text(max_size=60))
def test_the_shape_of_a_cell_says_nothing_of_its_letters_and_digits(text):
    shown = words.shape(text)
    letters = [letter for letter in text if letter.isalnum() and letter not in "aA9"]
    short = text.strip().casefold() in words._SHORT
    assert short or not set(shown) & set(letters) or shown == "empty"
