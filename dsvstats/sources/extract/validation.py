"""Is this extract fit to be counted? Every kind of finding, its examples, and how often."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import ibis
import ibis.expr.types as ir
import pandas as pd

from dsvstats.errors import InputError
from dsvstats.files import state
from dsvstats.sources.extract import files, rules, values
from dsvstats.sources.extract.engine import fetch
from dsvstats.sources.extract.files import ROW
from dsvstats.sources.extract.findings import COLUMNS, finding
from dsvstats.sources.extract.rules import Rule
from dsvstats.sources.extract.schema import KEYS, OUTCOMES

EXAMPLES = 5
_WINDOW = 1000
_RAW = "raw "

Checked = tuple[ir.Table, list[Rule]]


def findings(extract) -> pd.DataFrame:
    """Every kind of finding in this extract, with a few examples of each."""
    now = _state(extract)
    rows = [row for part in _parts(extract, blocking=False) for row in part]
    if not any(row["blocks"] for row in rows):
        extract.passed.append(now)
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.astype({"row": "Int64", "found": "int64", "blocks": bool})


def refuse(extract) -> None:
    """Refuse an extract that cannot be counted rightly, with the first thing that is wrong.

    What has passed once, and whose files are as they were, is not looked at again.
    """
    now = _state(extract)
    if now in extract.passed:
        return
    for part in _parts(extract, blocking=True):
        if part:
            first = part[0]
            row = f" row {first['row']}" if first["row"] is not None else ""
            more = f" ({first['found']:,} rows)" if first["found"] > 1 else ""
            raise InputError(
                where=f"{first['file']}{row}, {first['column']}",
                rule=first["rule"],
                value=f"{first['value']}{more}",
                mend=first["mend"],
            )
    extract.passed.append(now)


def _state(extract) -> list[tuple]:
    return [state(file) for each in extract.files.values() for file in each]


def _parts(extract, *, blocking: bool) -> Iterator[list[dict]]:
    """Findings of cells and rows, of keys, and of people and calls beside their reports."""
    unclear = False
    yield _without_rows(extract)
    for table in extract.tables:
        part = _checked(partial(_within, extract, table, blocking=blocking), extract, table)
        yield part
        doubled = _doubled(extract, table)
        yield doubled
        unclear |= any(each["column"] == "report_id" and each["blocks"] for each in part + doubled)
    for table in () if unclear else ("people", "calls"):
        if table in extract.tables and "report_id" in extract.tables[table].columns:
            yield _checked(partial(_beside, extract, table, blocking=blocking), extract, table)


def _without_rows(extract) -> list[dict]:
    """A table without a row beside reports: it would count as nobody, not as not supplied."""

    def some(table: str) -> bool:
        rows = extract.tables[table].limit(1)
        return bool(fetch(rows.aggregate(n=rows.count()))["n"].iloc[0])

    missing = [each for each in ("people", "calls") if each in extract.tables and not some(each)]
    if not missing or not some("reports"):
        return []
    return [
        {
            "file": _first_file(extract, table),
            "row": None,
            "column": "report_id",
            "value": "no row",
            "rule": "filled in, where there are reports",
            "mend": "export it again, or leave the file out if it was not supplied",
            "found": 1,
            "blocks": True,
        }
        for table in missing
    ]


def _within(extract, table: str, raw: ir.Table, *, blocking: bool) -> Checked:
    """What must hold in the cells, the rows and the columns of one table."""
    held = extract.values(table, raw)
    staged = values.staged(raw, table, held, **_also(raw, held))
    cells = rules.of_cells(table, staged, held)
    if blocking:
        return staged, cells
    columns = rules.of_columns(table, staged, held)
    return staged, [*cells, *rules.of_rows(table, staged), *columns]


def _beside(extract, table: str, raw: ir.Table, *, blocking: bool) -> Checked:
    """What must hold beside the report that a row belongs to."""
    reports = extract.typed("reports", "report_id", "reported")
    kept = ("report_id",) if blocking else ("report_id", "age", "date_of_birth", *OUTCOMES)
    held = extract.values(table, raw, kept)
    rows = values.typed(raw, table, held, **_also(raw, held)).view()
    rows = rows.filter(rows.report_id.notnull())
    side = reports.select("reported", found="report_id")
    joined = rows.left_join(side, rows.report_id == side.found).view()
    found = rules.of_people_in_reports(joined)
    return joined, [rule for rule in found if rule.blocks or not blocking]


def _also(raw: ir.Table, held) -> dict[str, ir.Value]:
    """The row's number and the cells as they are, for the examples; else nothing of them is read."""
    if ROW not in raw.columns:
        return {}
    plain = {name: raw[name].type() for name in held}
    return {ROW: raw[ROW]} | {
        _RAW + name: raw[name].cast("string")
        for name, kind in plain.items()
        if kind.is_primitive() or kind.is_temporal() or kind.is_string()
    }


def _checked(check: Callable[[ir.Table], Checked], extract, table: str) -> list[dict]:
    """The rules that are broken, counted in one pass, and examples of each."""
    whole, known = check(extract.tables[table])
    if not known:
        return []
    numbers = _how_often(whole, known)
    found: dict[int, list[dict]] = {n: [] for n in numbers}
    for n in [n for n in numbers if known[n].whole]:
        found[n] = [finding(_first_file(extract, table), None, known[n], None)]
    for file, raw in _files(extract, table) if numbers else ():
        lacking = [n for n in numbers if len(found[n]) < EXAMPLES and not known[n].whole]
        if lacking:
            here, same = check(raw)
            _add_examples(found, here, {n: same[n] for n in lacking}, file)
    return [{**row, "found": numbers[n]} for n, rows in found.items() for row in rows]


def _how_often(whole: ir.Table, known: list[Rule]) -> dict[int, int]:
    """How many rows break each of these rules? Those that none breaks are left out."""
    asked = {f"r{n}": rule.number() for n, rule in enumerate(known)}
    counted = fetch(whole.aggregate(**asked)).iloc[0].fillna(0)
    return {n: int(number) for n, number in enumerate(counted) if number > 0}


def _add_examples(
    found: dict[int, list[dict]], here: ir.Table, lacking: dict[int, Rule], file: str
) -> None:
    """The first rows of this file that break these rules; all in one query unless many do."""
    rows, whole = _broken(here, lacking)
    for n, rule in lacking.items():
        mine = rows[rows[f"b{n}"]]
        if len(mine) < EXAMPLES and not whole:
            again, _ = _broken(here, {n: rule})
            mine = again[again[f"b{n}"]]
        for row in mine.head(EXAMPLES - len(found[n])).to_dict("records"):
            found[n].append(
                finding(file, row.get(ROW), rule, row.get(_RAW + rule.column), row.get(f"d{n}"))
            )


def _broken(here: ir.Table, lacking: dict[int, Rule]) -> tuple[pd.DataFrame, bool]:
    """The first rows that break any of these rules, and whether these are all."""
    broken = {f"b{n}": rule.broken.fill_null(False) for n, rule in lacking.items()}
    days = {f"d{n}": rule.days for n, rule in lacking.items() if rule.days is not None}
    cells = {_RAW + rule.column for rule in lacking.values()} & set(here.columns)
    number = [ROW] if ROW in here.columns else []
    rows = here.select(*number, *cells, **broken, **days)
    rows = rows.filter(ibis.or_(*[rows[name] for name in broken]))
    rows = fetch((rows.order_by(ROW) if number else rows).limit(_WINDOW))
    return rows, len(rows) < _WINDOW


def _files(extract, table: str) -> Iterator[tuple[str, ir.Table]]:
    """Each file of the table by itself, its rows numbered where the engine can."""
    paths = extract.files.get(table, [])
    backend = extract.tables[table].get_backend()
    if not paths or backend.name != "duckdb":
        yield _first_file(extract, table), extract.tables[table]
        return
    for path in paths:
        yield (
            path.name,
            files.open_table(backend, table, [path], extract.mapping[table], numbered=True),
        )


def _first_file(extract, table: str) -> str:
    paths = extract.files.get(table, [])
    return paths[0].name if paths else table


def _keys(extract, name: str, raw: ir.Table) -> ir.Table | None:
    """What tells one row of this table: a person is once in a report as victim, once as other."""
    held = extract.values(name, raw, KEYS[name])
    if len(held) < len(KEYS[name]):
        return None
    table = values.typed(raw, name, held, **({ROW: raw[ROW]} if ROW in raw.columns else {})).view()
    if name == "people":
        table = table.mutate(victim=table.role == rules.VICTIM).drop("role")
    return table


def _doubled(extract, name: str) -> list[dict]:
    """Rows with the key of another. Equal keys have equal hashes: those are compared first."""
    table = _keys(extract, name, extract.tables[name])
    if table is None:
        return []
    rows = table.drop_null()
    hashed = rows.select(h=_hash(rows))
    sizes = fetch(hashed.aggregate(n=hashed.count(), different=hashed.h.nunique())).iloc[0]
    if sizes["n"] == sizes["different"]:
        return []
    many = rows.group_by(*rows.columns).aggregate(n=rows.count())
    many = many.filter(many.n > 1)
    number = fetch(many.aggregate(n=(many.n - 1).sum()))["n"].fillna(0).iloc[0]
    rule = rules.ONCE[name]
    found: list[dict] = []
    for file, raw in _files(extract, name) if number else ():
        keyed = _keys(extract, name, raw)
        if keyed is None:
            continue
        here = keyed.semi_join(many, rows.columns)
        here = fetch(
            (here.order_by(ROW) if ROW in here.columns else here).limit(EXAMPLES - len(found))
        )
        found += [finding(file, row.get(ROW), rule, None) for row in here.to_dict("records")]
        if len(found) >= EXAMPLES:
            break
    return [{**row, "value": "the same as another", "found": int(number)} for row in found]


@ibis.udf.scalar.builtin(name="hash", signature=(("string",), "uint64"))
def _hash_of_one(first): ...


@ibis.udf.scalar.builtin(name="hash", signature=(("string", "string", "boolean"), "uint64"))
def _hash_of_three(first, second, third): ...


def _hash(rows: ir.Table) -> ir.Value:
    """A number that is the same for equal keys; on other engines than DuckDB, their text."""
    parts = [rows[name] for name in rows.columns]
    if rows.get_backend().name == "duckdb":
        return _hash_of_one(*parts) if len(parts) == 1 else _hash_of_three(*parts)
    text = parts[0]
    for part in parts[1:]:
        text = text + "\x1f" + part.cast("string")
    return text
