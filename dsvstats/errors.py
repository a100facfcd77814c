"""What is wrong with the input, where, and how to mend it."""

from __future__ import annotations

import reprlib
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Answer = TypeVar("Answer")

RENAMED = {
    "source": "data",
    "counts_path": "data",
    "extract_path": "data",
    "mapping_path": "mapping",
}
"""What parameters were once called, and what they are called now."""

LONGEST = 80
"""So many letters of a value are shown: about a line."""
MOST = 20
"""So many faults of one file are told one by one."""


class InputError(ValueError):
    """Input that cannot be used: where it is, the rule, the value received and the mend.

    >>> raise InputError(where="level", rule="a number between 0 and 1", value=95, mend="use 0.95")
    Traceback (most recent call last):
    ...
    dsvstats.errors.InputError: level: must be a number between 0 and 1; received 95; use 0.95
    """

    def __init__(self, *, where: str, rule: str, value: object, mend: str) -> None:
        self.where, self.rule, self.value, self.mend = where, rule, value, mend
        told = f"{where}: must be {rule}; received {shown(value)}; {mend}"
        super().__init__(_printable(told))

    @classmethod
    def together(cls, errors: Sequence[InputError], *, more: int = 0) -> InputError:
        """These errors as one, a line each; it is where the first of them is."""
        first = errors[0]
        whole = cls(where=first.where, rule=first.rule, value=first.value, mend=first.mend)
        rest = [f"and {more:,} more"] if more else []
        whole.args = ("\n".join([*map(str, errors), *rest]),)
        return whole

    def and_so(self, more: int) -> InputError:
        """The same error, found in so many more rows."""
        if not more:
            return self
        mend = f"{self.mend} (and so in {more:,} more row{'s' if more > 1 else ''})"
        return type(self)(where=self.where, rule=self.rule, value=self.value, mend=mend)

    def __reduce__(self):
        known = {"where": self.where, "rule": self.rule, "value": self.value, "mend": self.mend}
        return _again, (known, self.args)


class NotWritten(InputError):
    """A file that could not be written: the disk is full, or the folder takes none."""


def _again(known: dict, told: tuple) -> InputError:
    error = InputError(**known)
    error.args = told
    return error


class Faults:
    """The faults of one file or frame, gathered, so that they are told together, in row order.

    Of one cell the first fault is told: what it also breaks is mended with it.

    >>> faults = Faults("mine.csv")
    >>> faults.add(3, "count", rule="a whole number", value="1.5", mend="write it as 2")
    >>> faults.add(2, "area", rule="filled in", value="", mend="name the area")
    >>> faults.tell()
    Traceback (most recent call last):
    ...
    dsvstats.errors.InputError: mine.csv row 2, area: must be filled in; received ''; name the area
    mine.csv row 3, count: must be a whole number; received '1.5'; write it as 2
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._found: list[tuple[int, InputError]] = []
        self._cells: set[tuple[int, str]] = set()

    def add(
        self,
        row: int | None,
        column: str = "",
        *,
        rule: str,
        value: object,
        mend: str,
        more: int = 0,
    ) -> None:
        """One fault more; without a row it is one of the whole file, and stands first.

        ``more`` rows have the same.
        """
        where = self.name if row is None else f"{self.name} row {row}"
        where += f", {column}" if column else ""
        error = InputError(where=where, rule=rule, value=value, mend=mend)
        self.take(row, error.and_so(more))

    def take(self, row: int | None, error: InputError) -> None:
        """One fault more, that another function found in this row."""
        at = -1 if row is None else row
        if row is None or (at, error.where) not in self._cells or ", " not in error.where:
            self._found.append((at, error))
        self._cells.add((at, error.where))

    def __len__(self) -> int:
        return len(self._found)

    def tell(self) -> None:
        """Raise what was gathered, the first of it one by one; nothing where there is none."""
        if self._found:
            errors = [error for _, error in sorted(self._found, key=lambda found: found[0])]
            raise InputError.together(errors[:MOST], more=len(errors[MOST:])) from None


def shown(value: object) -> str:
    """A value received, on one line and cut to it: its beginning and its end.

    >>> shown("2801\\n2"), len(shown("x" * 500))
    ("'2801\\\\n2'", 81)
    """
    if isinstance(value, (str, bytes)):
        return _cut(repr(_cut(value) if isinstance(value, str) else value[:LONGEST]))
    try:
        return _cut(_printable(_BOUNDED.repr(value)))
    except Exception:  # a number of thousands of digits, or something that cannot say what it is
        return f"a value of type {type(value).__name__}"


def _cut(text: str) -> str:
    end = LONGEST // 3
    return text if len(text) <= LONGEST + 2 else f"{text[: LONGEST - end]}…{text[-end:]}"


def _printable(text: str) -> str:
    """On one line, with nothing in it that could not be seen."""
    if text.isprintable():
        return text
    words = " ".join(text.split())
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in words)


_BOUNDED = reprlib.Repr()
_BOUNDED.maxstring = _BOUNDED.maxother = 2 * LONGEST
_BOUNDED.maxlist = _BOUNDED.maxtuple = _BOUNDED.maxdict = _BOUNDED.maxset = 12
_BOUNDED.maxlevel = 3


def near(name: str, known: list[str], *, most: int = 5) -> str:
    """Which known names look like this one? A phrase for an error's mend.

    >>> near("Wandswort", ["Wandsworth", "Lambeth"])
    'did you mean Wandsworth?'
    >>> near("x", ["Wandsworth", "Lambeth"])
    'choose from Wandsworth, Lambeth'
    """
    import difflib

    folded = {each.casefold(): each for each in known}
    close = difflib.get_close_matches(str(name).casefold(), folded, n=most, cutoff=0.6)
    if close:
        return f"did you mean {', '.join(folded[each] for each in close)}?"
    return f"choose from {', '.join(known)}"


def one_of(known: Iterable[str], name: object, *, where: str, rule: str) -> str:
    """The same name, if it is one of those known; else an error that lists the near ones.

    >>> one_of(["crime", "arrest"], "arest", where="measure", rule="a measure")
    Traceback (most recent call last):
    ...
    dsvstats.errors.InputError: measure: must be a measure; received 'arest'; did you mean arrest?
    """
    names = list(known)
    if isinstance(name, str) and name in names:
        return name
    raise InputError(where=where, rule=rule, value=name, mend=near(str(name), names))


def refuse_renamed(names: Iterable[str]) -> None:
    """Is one of these what a parameter was once called? An error that says its name now.

    >>> refuse_renamed(["counts_path"])
    Traceback (most recent call last):
    ...
    dsvstats.errors.InputError: counts_path: must be given as data; received 'counts_path'; ...
    """
    for name in names:
        if name in RENAMED:
            raise InputError(
                where=name,
                rule=f"given as {RENAMED[name]}",
                value=name,
                mend='data is "published", or where your counts or records are; mapping the YAML '
                "that fits your records",
            )


def renamed(function: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """Mark a function whose parameters had other names: each of those is an error that says so.

    >>> renamed(lambda *, data: data)(data="published")
    'published'
    """

    @wraps(function)
    def called(*given: Given.args, **options: Given.kwargs) -> Answer:
        refuse_renamed(options)
        return function(*given, **options)

    return called
