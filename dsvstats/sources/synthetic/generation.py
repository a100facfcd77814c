"""A believable extract of any size, made up, with its truth: nothing in it happened to anyone."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import ibis
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from dsvstats import files
from dsvstats.errors import InputError
from dsvstats.sources import extract
from dsvstats.sources.extract import Extract
from dsvstats.sources.synthetic import block as blocks
from dsvstats.sources.synthetic import tables as shapes
from dsvstats.sources.synthetic import truth as truths
from dsvstats.sources.synthetic.setting import Planted, Setting, setting
from dsvstats.terms import places

BLOCK = 50_000
"""Incidents drawn from one seed. Changing it changes every extract."""
MARK = "SYNTHETIC.txt"
UNFINISHED = ".unfinished"
"""Where an extract stands while it is made. What a killed process left is never read, and goes."""
_OWNER = ".owner"
"""Says there which process is at work."""
_SAYS = (
    "This extract is synthetic: made up, calibrated to published totals, with effects planted.\n"
    "Nothing in it happened to anyone. truth.csv says what its counts are expected to be.\n"
    "{incidents} incidents, seed {seed}, {start} to {end}.\n"
)
_IDS = ("report_id", "person_id", "call_id", "postcode")


class Synthetic(NamedTuple):
    """An extract and its truth, an estimates frame."""

    extract: Extract
    truth: pd.DataFrame


def generate(
    incidents: int,
    seed: int,
    *,
    out: str | Path | None = None,
    start: str = "2008-10-01",
    end: str = "2009-09-30",
    areas: list[str] | None = None,
    planted: Planted | None = None,
    part: int = 500_000,
    progress: Callable[[int, int], None] | None = None,
    place: str | Path | places.Place = "",
) -> Synthetic:
    """What would an extract with this many domestic violence incidents look like?

    Exactly ``incidents`` reports are flagged as domestic violence; about a tenth as many more are
    serious sexual offences, or domestic and not flagged. Volumes and outcomes of the ``areas``
    (parts of the place; all, if left out) are those printed, strands those of its latest full
    Census times the ``planted`` rates. The same arguments give the same records, whatever
    ``part`` is (incidents in a file, at least 50,000).

    With ``out``, an empty or missing folder, the tables are written there in parts as Parquet,
    with ``truth.csv`` and a notice, all of it or nothing; without, they are held in memory.
    ``progress`` is called with incidents made and wanted. Returns ``Synthetic(extract, truth)``; ``source`` says "synthetic".

    >>> made = generate(200, 1, areas=["Lambeth"])
    >>> truth = made.truth.query("unit == 'incidents' and statistic == 'count'")
    >>> truth[["measure", "estimate"]].round(1).values.tolist()
    [['recorded', 200.0], ['crime', 79.4]]
    """
    _check(incidents, seed, part)
    there = places.place(place)
    names = there.parts if areas is None else tuple(_parts_of(there, areas))
    first, days = _days(start, end)
    planted = Planted() if planted is None else planted
    like = setting(names, planted, place=there)
    parts = _parts(incidents, seed, like, planted, first_day=first, days=days, part=part)
    truth = truths.truth(
        like,
        planted,
        flagged=incidents,
        unflagged=sum(block.unflagged for group in parts for block in group),
        sexual=sum(block.sexual for group in parts for block in group),
        start=start,
        end=end,
    )
    if out is None:
        return Synthetic(_held(like, planted, parts), truth)
    with _whole(Path(out)) as folder:
        truth.to_csv(folder / "truth.csv", index=False)
        says = _SAYS.format(incidents=incidents, seed=seed, start=start, end=end)
        (folder / MARK).write_text(says, encoding="utf-8")
        _write(folder, like, planted, parts, progress)
    return Synthetic(extract.read(out, place=there), truth)


def _check(incidents: int, seed: int, part: int) -> None:
    limits = {
        "incidents": (incidents, 1, 10**8),
        "seed": (seed, 0, 2**63),
        "part": (part, 1, 10**8),
    }
    for name, (value, low, high) in limits.items():
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise InputError(
                where=name,
                rule=f"a whole number of {low} to {high}",
                value=value,
                mend="for example 118920 incidents with seed 1",
            )


def _parts_of(place: places.Place, wanted: list[str]) -> list[str]:
    found = list(dict.fromkeys(place.find(name) for name in wanted))
    if not found or place.whole in found:
        raise InputError(
            where="areas",
            rule=f"a list of {place.parts_called}",
            value=wanted,
            mend=f"leave it out for all of {place.whole}",
        )
    return found


def _days(start: str, end: str) -> tuple[int, int]:
    try:
        first, last = pd.Timestamp(start), pd.Timestamp(end)
    except ValueError:
        first = last = pd.NaT
    if pd.isna(first) or pd.isna(last) or last < first:
        raise InputError(
            where="start, end",
            rule="days, the end not before the start",
            value=(start, end),
            mend="write them as 2008-10-01",
        )
    return (first - pd.Timestamp("1970-01-01")).days, (last - first).days + 1


def _parts(
    incidents: int,
    seed: int,
    like: Setting,
    planted: Planted,
    *,
    first_day: int,
    days: int,
    part: int,
) -> list[list[blocks.Place]]:
    """The blocks of each file."""
    found, report, person = [], 0, 0
    for number, made in enumerate(range(0, incidents, BLOCK)):
        flagged = min(BLOCK, incidents - made)
        place = blocks.Place(
            seed=seed,
            number=number,
            flagged=flagged,
            unflagged=round(flagged * planted.unflagged),
            sexual=round(flagged * like.volumes.sexual_only),
            first_report=report,
            first_person=person,
            first_day=first_day,
            days=days,
        )
        found.append(place)
        report += place.reports
        person += 3 * place.reports
    each = max(part // BLOCK, 1)
    return [found[n : n + each] for n in range(0, len(found), each)]


def _made(place: Setting, planted: Planted, group: list[blocks.Place]) -> dict[str, pa.Table]:
    made = [shapes.tables(blocks.draw(place, planted, block), place, planted) for block in group]
    return {name: pa.concat_tables([each[name] for each in made]) for name in made[0]}


def _held(place: Setting, planted: Planted, parts: list[list[blocks.Place]]) -> Extract:
    made = _made(place, planted, [block for group in parts for block in group])
    tables = {name: ibis.memtable(_plain(table)) for name, table in made.items()}
    return Extract(**tables, place=place.place)


def _plain(table: pa.Table) -> pa.Table:
    fields = [
        field.with_type(pa.string()) if pa.types.is_dictionary(field.type) else field
        for field in table.schema
    ]
    return table.cast(pa.schema(fields))


@contextmanager
def _whole(out: Path) -> Iterator[Path]:
    """A folder inside that becomes the extract when all of it is there: reports come last."""
    unfinished = out / UNFINISHED
    if not _taken_up(out):
        raise InputError(
            where="out",
            rule="an empty or missing folder",
            value=str(out),
            mend="an extract is being made there: wait, or name another"
            if unfinished.exists()
            else "empty it, or name another",
        )
    try:
        with files.writable(out):
            yield unfinished
            made = [each for each in unfinished.iterdir() if each.name != _OWNER]
            for each in sorted(made, key=lambda each: each.name == "reports"):
                each.rename(out / each.name)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _taken_up(out: Path) -> bool:
    """Make the folder of work in progress, if nothing else stands there: one process can."""
    draft = out / f"{UNFINISHED}.{files.mine()}"
    try:
        out.mkdir(parents=True, exist_ok=True)
        _clear_left(out)
        draft.mkdir()
        (draft / _OWNER).write_text(files.mine(), encoding="ascii")
    except FileExistsError:
        return False
    except OSError as error:
        raise InputError(
            where="out",
            rule="a folder that can be written",
            value=str(out),
            mend=str(error.strerror),
        ) from None
    with suppress(OSError):  # another process is at work there: its folder is not empty
        draft.rename(out / UNFINISHED)
    if draft.exists():
        shutil.rmtree(draft)
        return False
    if all(each.name.startswith(UNFINISHED) for each in out.iterdir()):
        return True
    shutil.rmtree(out / UNFINISHED)
    return False


def _clear_left(out: Path) -> None:
    """Remove what a killed process left of an extract that it did not finish."""
    left = [each for each in out.glob(f"{UNFINISHED}.*") if files.abandoned(each.name)]
    owner = out / UNFINISHED / _OWNER
    if owner.is_file() and files.abandoned(owner.read_text(encoding="ascii")):
        left.append(out / UNFINISHED)
        if not (out / "reports").exists():
            left += [out / name for name in ("people", "calls", "truth.csv", MARK)]
    for each in left:
        if each.is_dir():
            shutil.rmtree(each)
        else:
            each.unlink(missing_ok=True)


def _write(folder: Path, place: Setting, planted: Planted, parts, progress) -> None:
    """Two parts are made at a time."""
    for name in ("reports", "people", "calls"):
        (folder / name).mkdir()

    def write(number: int) -> int:
        for name, table in _made(place, planted, parts[number]).items():
            codes = [each for each in table.column_names if each not in _IDS]
            pq.write_table(
                table,
                folder / name / f"part-{number:05}.parquet",
                use_dictionary=codes,
                compression="zstd",
                compression_level=1,
                store_schema=False,
            )
        return sum(block.flagged for block in parts[number])

    total, done = sum(block.flagged for group in parts for block in group), 0
    with ThreadPoolExecutor(max_workers=2) as pool:
        for made in pool.map(write, range(len(parts))):
            done += made
            if progress:
                progress(done, total)
