"""Where the project's data lie."""

from __future__ import annotations

import os
from pathlib import Path

from dsvstats.errors import InputError


def data(*names: str) -> Path:
    """Where is this file of ``data/``? ``DSVSTATS_DATA`` names another folder of the same shape.

    >>> data("README.md").name
    'README.md'
    """
    folder = Path(os.environ.get("DSVSTATS_DATA") or Path(__file__).parents[2] / "data")
    path = folder.joinpath(*names)
    if not path.exists():
        raise InputError(
            where="/".join(names),
            rule="in the project's data folder",
            value=str(folder),
            mend="run from a clone of the project, or set DSVSTATS_DATA to its data folder",
        )
    return path
