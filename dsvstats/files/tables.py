"""Reads CSV files that people made: nothing passes that could not be seen, or joins two cells."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from dsvstats.errors import Faults, InputError
from dsvstats.files.reading import read_text

if TYPE_CHECKING:
    import pandas as pd

_ROW = "row"
_SCRIPTS = {"LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "CHEROKEE", "COPTIC", "FULLWIDTH"}
"""Letters of these look like each other's."""
_RULES = {int: "a whole number", float: "a number", bool: "true or false"}


@dataclass(frozen=True)
class Rows:
    """The cells of a CSV file as text, and the row of the file that each row of them stands in."""

    name: str
    columns: list[str]
    cells: list[list[str]]
    numbers: list[int]
    separator: str = ","

    def frame(self, **kinds: type) -> pd.DataFrame:
        """The cells as a frame of text, its index the file's own rows (the header is row 1).

        ``kinds`` are columns of whole numbers (int), numbers (float) or of true and false (bool);
        a cell that is none of its kind is an error.
        """
        import pandas as pd

        index = pd.Index(self.numbers, dtype="int64", name=_ROW)
        held = pd.DataFrame(self.cells, columns=self.columns, index=index, dtype="str")
        faults = Faults(self.name)
        typed = {
            name: [self._read(cell, kind, name, row, faults) for row, cell in held[name].items()]
            for name, kind in kinds.items()
        }
        faults.tell()
        return held.assign(
            **{name: pd.Series(typed[name], index, dtype=kind) for name, kind in kinds.items()}
        )

    def _read(self, cell: str, kind: type, column: str, row: int, faults: Faults) -> float:
        if kind is int and re.fullmatch(r"-?[0-9]{1,15}", number := self.number(cell)):
            return int(number)
        if kind is bool and cell.casefold() in ("true", "false"):
            return cell.casefold() == "true"
        if kind is float and re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,15})?", cell):
            return float(cell)
        faults.add(row, column, rule=_RULES[kind], value=cell, mend="correct the cell")
        return 0

    def number(self, text: str) -> str:
        """A whole number without the commas of its thousands; any other text as it is.

        Where cells are separated by semicolons a comma may be the decimal sign, and stays.
        """
        return plain_number(text) if self.separator == "," else text

    def renamed(self, columns: list[str], word: Callable[[str, str], str]) -> Rows:
        """The same rows under other names, each cell by its column as ``word`` says it."""
        cells = [[word(*each) for each in zip(columns, row, strict=True)] for row in self.cells]
        return replace(self, columns=columns, cells=cells)

    def records(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Each row's number in the file, and its cells by column."""
        for number, cells in zip(self.numbers, self.cells, strict=True):
            yield number, dict(zip(self.columns, cells, strict=True))


def read_csv(
    path: str | Path,
    *,
    needs: Sequence[str] = (),
    faults: Faults | None = None,
    start: str = "",
) -> Rows:
    """What stands in this CSV file? Its cells as text, without the blanks around them.

    In UTF-8, with or without a byte order mark, separated by commas, or by semicolons as Excel
    does where a comma is the decimal sign; empty rows and columns are passed over. Refused are
    line breaks, control and invisible characters inside a cell, digits of other scripts, words
    of letters from two scripts, columns that stand twice and rows of another length. What is
    wrong with rows goes to ``faults``, so that the caller adds its own and tells all of them;
    without it, it is told here. ``needs`` are columns that must be there, ``start`` is what a
    file without a header should start with.
    """
    path = Path(path)
    text = read_text(path)
    gathered = Faults(path.name) if faults is None else faults
    separator = _separator(text)
    read = _rows(text, separator, gathered)
    first = next(read, None)
    if first is None:
        gathered.tell()
        raise InputError(
            where=path.name,
            rule="a table with a header row",
            value="an empty file",
            mend=f"start it with {start or ','.join(needs) or 'the names of its columns'}",
        )
    header = _header(path.name, first[1], needs)
    numbers, cells = [], []
    for number, found in read:
        row = _of_length(found, len(header), number, gathered)
        if row is not None:
            numbers.append(number)
            cells.append(_tidy(row, header, number, gathered))
    if faults is None:
        gathered.tell()
    kept = [place for place, name in enumerate(header) if name]
    _refuse_nameless(path.name, header, numbers, cells)
    if len(kept) < len(header):
        cells = [[row[place] for place in kept] for row in cells]
    return Rows(path.name, [header[place] for place in kept], cells, numbers, separator)


def numbers(frame: pd.DataFrame) -> Sequence[int]:
    """Which rows of its file do the rows of this frame stand in? Else they are counted from 0.

    >>> import pandas as pd
    >>> list(numbers(pd.DataFrame({"count": [4, 5]})))
    [0, 1]
    """
    return frame.index.tolist() if frame.index.name == _ROW else range(len(frame))


def plain_number(text: str) -> str:
    """A whole number without the commas of its thousands; any other text as it is.

    Where cells are separated by semicolons a comma may be the decimal sign: ask of no such file.

    >>> plain_number("1,480"), plain_number("1,48"), plain_number("-1,480")
    ('1480', '1,48', '-1,480')
    """
    return text.replace(",", "") if re.fullmatch(r"[1-9][0-9]{0,2}(,[0-9]{3})+", text) else text


def _separator(text: str) -> str:
    header = re.search(r"\S.*", text)
    return ";" if header and ";" in header[0] and "," not in header[0] else ","


def _rows(text: str, separator: str, faults: Faults) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not empty, with the line of the file that it starts in."""
    read = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    before = 0
    while True:
        try:
            row = next(read)
        except StopIteration:
            return
        except csv.Error as error:
            faults.add(
                before + 1,
                rule="cells of CSV, with quotation marks that close",
                value=str(error),
                mend='write " inside a quoted cell as "", and save it as \'CSV UTF-8\'',
            )
            row = []
        if any(cell.strip() for cell in row):
            yield before + 1, row
        before = read.line_num


def _header(name: str, row: list[str], needs: Sequence[str]) -> list[str]:
    faults = Faults(f"{name}, columns")
    header = []
    for cell in row:
        tidy = _visible(cell)
        if fault := _fault(tidy):
            faults.add(None, rule=fault[0], value=cell, mend=fault[1])
        elif tidy and tidy in header:
            mend = "remove or rename the second one"
            faults.add(None, rule="named once each", value=tidy, mend=mend)
        header.append(tidy)
    if missing := [each for each in needs if each not in header]:
        rule, mend = f"a table with {', '.join(needs)}", f"add {', '.join(missing)}"
        faults.add(None, rule=rule, value=header, mend=mend)
    faults.tell()
    return header


def _of_length(row: list[str], length: int, number: int, faults: Faults) -> list[str] | None:
    while len(row) > length and not row[-1].strip():
        row = row[:-1]
    if len(row) == length:
        return row
    faults.add(
        number,
        rule=f"{length} cells, as in the header",
        value=f"{len(row)} cells",
        mend="quote cells that hold a comma, or a semicolon where these separate",
    )
    return None


def _refuse_nameless(
    name: str, header: list[str], numbers: list[int], cells: list[list[str]]
) -> None:
    nameless = [place for place, column in enumerate(header) if not column]
    for number, row in zip(numbers, cells, strict=True) if nameless else ():
        for place in nameless:
            if row[place]:
                raise InputError(
                    where=f"{name} row {number}, column {place + 1}",
                    rule="a cell of a column that has a name",
                    value=row[place],
                    mend="name the column in the first row, or empty the cell",
                )


def _tidy(row: list[str], header: list[str], number: int, faults: Faults) -> list[str]:
    together = "".join(row)
    if together.isascii() and together.isprintable():
        return [cell.strip(" ") for cell in row]
    tidied = []
    for name, cell in zip(header, row, strict=True):
        if not (cell.isascii() and cell.isprintable()):
            cell = _visible(cell)
            if fault := _fault(cell):
                faults.add(number, name, rule=fault[0], value=cell, mend=fault[1])
        tidied.append(cell.strip(" "))
    return tidied


def _visible(cell: str) -> str:
    """The same with ordinary blanks, and each letter in one piece."""
    blanks = "".join(" " if unicodedata.category(each) == "Zs" else each for each in cell)
    return unicodedata.normalize("NFC", blanks).strip(" ")


def _fault(cell: str) -> tuple[str, str] | None:
    """The rule that this cell breaks, and the mend."""
    if any(each in "\r\n\v\f\x85\u2028\u2029" for each in cell):
        return "a cell of one line", "take the line break out of the cell"
    if unseen := [each for each in cell if not each.isprintable()]:
        told = unicodedata.name(unseen[0], f"the character {ord(unseen[0]):#x}")
        return "made of characters that can be seen", f"type the cell anew: it holds {told}"
    if any(each.isdecimal() and not each.isascii() for each in cell):
        return "written with the digits 0 to 9", "type the number anew"
    return None if cell.isascii() else _mixed(cell)


def _mixed(cell: str) -> tuple[str, str] | None:
    """Is there a word with letters of two scripts? Which letter only looks like the others?"""
    for word in re.findall(r"[^\W\d_]+", cell):
        names = [unicodedata.name(each, "") for each in word]
        held = [each.split(" ")[0] for each in names]
        if len({*held} & _SCRIPTS) > 1:
            odd = min((each for each in held if each in _SCRIPTS), key=held.count)
            told = f"letter {held.index(odd) + 1} of {word!r} is {names[held.index(odd)]}"
            return "words of one alphabet each", f"type it anew: {told}"
    return None
