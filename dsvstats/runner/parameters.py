"""May a notebook be run with these parameters? Checked before anything runs.

A notebook's own parameters are the literals of its cell tagged `parameters`; what is given
is converted to what such a cell can hold (dates, paths, numpy and pandas scalars, tuples,
sets), and refused where the name is not among them or the type is another.
"""

from __future__ import annotations

import ast
import datetime
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from dsvstats import files
from dsvstats.errors import InputError, near, refuse_renamed
from dsvstats.runner.values import plain

COMPUTED = object()  # a default that is not a literal: any value is taken


def of(notebook: str | Path) -> dict[str, Any]:
    """Which parameters does this notebook have, and what are their defaults?

    Read from the literals of the cell tagged `parameters`; a default that is computed there
    is `COMPUTED`.
    """
    sources = [
        "".join(cell["source"])
        for cell in _cells(notebook)
        if cell["cell_type"] == "code" and "parameters" in cell["metadata"].get("tags", [])
    ]
    try:
        body = ast.parse(sources[0]).body if sources else []
    except SyntaxError as error:
        raise InputError(
            where=f"{notebook}, parameters cell, line {error.lineno}",
            rule="Python",
            value=(error.text or "").strip(),
            mend="assign literals only, one a line",
        ) from None
    own: dict[str, Any] = {}
    for node in body:
        if isinstance(node, ast.Assign):
            targets, value = node.targets, node.value
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            targets, value = [node.target], node.value
        else:
            continue
        own.update({each.id: _literal(value) for each in targets if isinstance(each, ast.Name)})
    return own


def _literal(node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except ValueError:
        return COMPUTED


def _cells(notebook: str | Path) -> list[dict[str, Any]]:
    try:
        cells = json.loads(Path(notebook).read_text(encoding="utf-8"))["cells"]
        assert all("cell_type" in cell and "metadata" in cell for cell in cells)
        return cells
    except OSError as error:
        raise InputError(
            where="notebook",
            rule="a file that can be read",
            value=str(notebook),
            mend=error.strerror or "check the path",
        ) from None
    except (ValueError, KeyError, TypeError, AssertionError):
        raise InputError(
            where="notebook",
            rule="a Jupyter notebook (version 4)",
            value=str(notebook),
            mend="open it in JupyterLab and save it again",
        ) from None


def naming(notebook: str | Path, given: Mapping[str, Any]) -> list[str]:
    """Which values tell this run's output from others of the same notebook and area?

    Those of the parameters that the cell tagged ``parameters`` lists in its metadata as
    ``named_by``; of a path, the file's name.
    """
    own = of(notebook)
    cells = (each for each in _cells(notebook) if "parameters" in each["metadata"].get("tags", []))
    names: list[str] = next((each["metadata"].get("named_by", []) for each in cells), [])
    return [Path(str(given.get(each, own.get(each, "")))).stem for each in names]


def check(notebook: str | Path, given: Mapping[str, Any]) -> dict[str, Any]:
    """The given parameters as this notebook takes them; an error lists its own."""
    own = of(notebook)
    return {name: _checked(notebook, own, name, value) for name, value in given.items()}


def owners(notebooks: Sequence[str | Path], names: Iterable[str]) -> dict[str, list[str | Path]]:
    """Which of these notebooks have each parameter? One that none of them has is an error."""
    own = {notebook: of(notebook) for notebook in notebooks}
    found = {name: [each for each in notebooks if name in own[each]] for name in names}
    for name, have in found.items():
        if notebooks and not have:
            refuse_renamed([name])
            every = {name: value for each in own.values() for name, value in each.items()}
            raise _unknown(name, every, ", ".join(Path(each).name for each in notebooks))
    return found


def taken(
    notebook: str | Path,
    owners: Mapping[str, Sequence[str | Path]],
    given: Mapping[str, Any],
    texts: Mapping[str, str],
) -> dict[str, Any]:
    """What this notebook takes of the parameters given, as values and as text; see ``owners``."""

    def mine(held: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in held.items() if notebook in owners[name]}

    return check(notebook, mine(given)) | read_text(notebook, mine(texts))


def read_text(notebook: str | Path, texts: Mapping[str, str]) -> dict[str, Any]:
    """Parameters given as text, on a command line or in a table, in the notebook's own types.

    Where the default is text, the text is kept as it is (an area called 1066); where it is
    a list or a mapping, the text is read as YAML.
    """
    own = of(notebook)
    return {
        name: _checked(notebook, own, name, _from_text(text, own.get(name)))
        for name, text in texts.items()
    }


def _from_text(text: str, default: Any) -> Any:
    if isinstance(default, str) or not text.strip():
        return text
    if text == "None":
        return None
    for number in (int, float):
        with suppress(ValueError):
            return number(text)
    import yaml

    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        return text


def _checked(notebook: str | Path, own: Mapping[str, Any], name: str, value: Any) -> Any:
    where = f"parameter {name!r} of {Path(notebook).name}"
    if name not in own:
        refuse_renamed([name])
        raise _unknown(name, own, Path(notebook).name)
    value = plain(value, where=where)
    if not _fits(value, own[name]):
        raise InputError(
            where=where,
            rule=f"{_kind(own[name])}, as its default {own[name]!r}",
            value=value,
            mend=f"the notebook's own are {_listed(own)}",
        )
    return _as_default(value, own[name])


def _unknown(name: str, own: Mapping[str, Any], notebooks: str) -> InputError:
    advice = near(name, list(own)) if own else "it has none"
    return InputError(
        where=f"parameter {name!r} of {notebooks}",
        rule="one of the notebook's own parameters",
        value=name,
        mend=f"{advice}; the notebook's own are {_listed(own)}",
    )


def _listed(own: Mapping[str, Any]) -> str:
    shown = ("..." if default is COMPUTED else repr(default) for default in own.values())
    return ", ".join(f"{name} = {each}" for name, each in zip(own, shown, strict=True)) or "none"


def _kind(default: Any) -> str:
    if isinstance(default, bool):
        return "True or False"
    if isinstance(default, str):
        return "a date (YYYY-MM-DD)" if _is_date(default) else "text"
    if isinstance(default, int):
        return "a whole number"
    if isinstance(default, float):
        return "a number"
    if isinstance(default, Mapping):
        return "a mapping"
    kinds = {_kind(each) for each in default if each is not None}
    return "a list" + (f" of items that are each {kinds.pop()}" if len(kinds) == 1 else "")


def _fits(value: Any, default: Any) -> bool:
    if default is None or default is COMPUTED:
        return True
    if isinstance(default, bool) or isinstance(value, bool):
        return isinstance(default, bool) and isinstance(value, bool)
    if isinstance(default, str):
        return isinstance(value, str) and (_is_date(value) or not _is_date(default))
    if isinstance(default, int):
        return isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    if isinstance(default, float):
        return isinstance(value, (int, float))
    if isinstance(default, Mapping):
        return isinstance(value, Mapping)
    return isinstance(value, list) and _all_fit(value, list(default))


def _all_fit(values: list, examples: list) -> bool:
    alike = len({_kind(each) for each in examples if each is not None}) == 1
    return not alike or all(_fits(each, examples[0]) for each in values)


def _as_default(value: Any, default: Any) -> Any:
    if isinstance(default, bool) or isinstance(value, bool):
        return value
    if isinstance(default, int) and isinstance(value, float):
        return int(value)
    return value


def _is_date(text: str) -> bool:
    try:
        return bool(datetime.date.fromisoformat(text)) and len(text) == 10
    except ValueError:
        return False


def from_file(path: str | Path) -> dict[str, Any]:
    """Parameters from a YAML (or JSON) file: one mapping from names to values."""
    found = files.read_yaml(path, mend="write one 'name: value' a line")
    if not isinstance(found, dict) or not all(isinstance(name, str) for name in found):
        raise InputError(
            where=str(path),
            rule="a mapping from parameter names to values",
            value=found,
            mend="write one 'name: value' a line",
        )
    return found


def table(path: str | Path) -> Iterator[tuple[int, dict[str, str]]]:
    """A table of runs (CSV): a row a run, a column a parameter, empty cells left to the default.

    Each row comes with its number in the file.
    """
    for number, row in files.read_csv(path, start="notebook,area").records():
        yield number, {name: cell for name, cell in row.items() if cell}
