"""Where the project's data and notebooks lie."""

from __future__ import annotations

import os
from pathlib import Path

from dsvstats.errors import InputError


def shipped(name: str) -> Path:
    """Where is ``data``, ``notebooks`` or ``GLOSSARY.md``?

    Inside an installed package; in a clone, beside it.

    >>> shipped("notebooks").joinpath("02_attrition.ipynb").exists()
    True
    """
    package = Path(__file__).parents[1]
    inside = package / name
    return inside if inside.exists() else package.parent / name


def data(*names: str) -> Path:
    """Where is this file of ``data/``? ``DSVSTATS_DATA`` names another folder of the same shape.

    >>> data("README.md").name
    'README.md'
    """
    own = os.environ.get("DSVSTATS_DATA")
    folder = Path(own) if own else shipped("data")
    path = folder.joinpath(*names)
    if not path.exists():
        raise InputError(
            where="/".join(names) or "data",
            rule="in the project's data folder",
            value=str(folder),
            mend="set DSVSTATS_DATA to a folder of the same shape as the project's, or unset it"
            if own
            else "install the package again, or complete the clone",
        )
    return path
