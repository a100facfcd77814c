"""The notebooks that come with the package: which are meant, and dsvstats notebooks, which copies."""

from __future__ import annotations

import argparse
import shlex
import shutil
from pathlib import Path

from dsvstats import files
from dsvstats.errors import InputError, near

START = "start_here.ipynb"
"""The notebook from which the others are run: no page is made of it."""


def chosen(given: list[str]) -> list[Path]:
    known = {path.stem: path for path in shipped()}
    if not given:
        return list(known.values())
    return [_notebook(each, known) for each in given]


def shipped() -> list[Path]:
    return sorted(files.shipped("notebooks").glob("[0-9]*.ipynb"))


def _notebook(name: str, known: dict[str, Path]) -> Path:
    numbered = [path for stem, path in known.items() if stem.split("_")[0] == name]
    if numbered:
        return numbered[0]
    if Path(name).stem in known and Path(name).suffix in ("", ".ipynb") and "/" not in name:
        return known[Path(name).stem]
    if Path(name).suffix == ".ipynb" and Path(name).is_file():
        return Path(name)
    raise InputError(
        where="NOTEBOOK",
        rule="a notebook's number, name or path",
        value=name,
        mend=near(name, list(known)),
    )


def copy(options: argparse.Namespace) -> int:
    folder = Path(options.folder)
    found = [*shipped(), files.shipped("notebooks") / START]
    copies = {path: folder / path.name for path in found}
    there = [copy.name for copy in copies.values() if copy.exists()]
    if there and not options.force:
        raise InputError(
            where=str(folder),
            rule="a folder without notebooks of these names",
            value=", ".join(there),
            mend="name another folder, or add --force to write over them",
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, copy in copies.items():
            shutil.copyfile(path, copy)
    except OSError as error:
        raise InputError(
            where=str(folder),
            rule="a folder that can be written",
            value=str(error.strerror or error),
            mend="name another folder",
        ) from None
    print(f"Copied {len(copies)} notebooks; run one with:")
    print(f"    dsvstats run {shlex.quote(str(min(copies.values())))} --area Lambeth")
    return 0
