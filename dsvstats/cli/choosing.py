"""Choosing what to run from lists, in JupyterLab: what ``notebooks/start_here.ipynb`` shows."""

from __future__ import annotations

import html
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from dsvstats.cli import notebooks
from dsvstats.errors import InputError
from dsvstats.sources import supply

_NO_WIDGETS = (
    "Lists to choose from need the package ipywidgets, which is not here. "
    "Fill in the next cell instead: it does the same."
)


@cache
def titles() -> dict[str, str]:
    """What are the notebooks called? Their titles, each with its number.

    >>> titles()["01 Disproportionality"]
    '01_disproportionality'
    """
    from dsvstats.reporting.evidence import contents

    return {
        f"{path.stem.partition('_')[0]} {contents.read(path).subject}": path.stem
        for path in notebooks.shipped()
    }


def outputs() -> Path:
    """Where do the pages go? Beside the folder of the notebooks, or here."""
    return Path("..", "outputs") if Path.cwd().name == "notebooks" else Path("outputs")


def supplied(area: str, data: str = supply.PUBLISHED, *, place: str = "") -> Any:
    """What was this area asked for, and what did it supply? Displayed as a table."""
    import dsvstats
    from dsvstats.reporting import show

    here = dsvstats.open(area, data, place=place)
    return show.table(here.supplied, caption=f"{here.area}: what was asked for, and supplied")


def run(
    area: str,
    data: str = supply.PUBLISHED,
    chosen: Sequence[str] = (),
    *,
    place: str = "",
    told: Callable[[str], object] = print,
) -> Pages:
    """Run these notebooks (all, if none is named) for this area; links to the pages made.

    It is the command ``dsvstats run``, whose words are ``told`` line by line.
    """
    where = ["--area", area, "--outputs", str(outputs())]
    where += ["--place", place] if place else []
    where += ["-p", "data", data] if data != supply.PUBLISHED else []
    command = [sys.executable, "-m", "dsvstats.cli", "run", *chosen, *where]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
    ) as going:
        for line in going.stdout or ():
            told(line.rstrip())
    return Pages(outputs(), area, going.returncode)


class Pages:
    """The pages of one area, as links."""

    def __init__(self, folder: Path, area: str, status: int) -> None:
        from dsvstats import files

        self.status = status
        self.paths = sorted((folder / files.slug(area)).glob("*.html")) if not status else []
        self.index = folder / "index.html"

    def __repr__(self) -> str:
        return "\n".join(map(str, [*self.paths, self.index])) if self.paths else "No page was made."

    def _repr_html_(self) -> str:
        if not self.paths:
            return "<p>No page was made.</p>"
        links = "".join(
            f'<li><a href="{html.escape(os.fspath(each))}" target="_blank">'
            f"{html.escape(each.stem.replace('_', ' '))}</a></li>"
            for each in [*self.paths, self.index]
        )
        return f"<p>Open a page:</p><ul>{links}</ul>"


def start(*, place: str = "") -> Any:
    """Lists to choose area, data and notebooks from, and a button that runs them.

    Where there are no widgets, a sentence says what to do instead.
    """
    try:
        import ipywidgets
    except ImportError:
        from dsvstats.reporting.wording import Words

        return Words(_NO_WIDGETS)
    return _Lists(ipywidgets, place).box


class _Lists:
    """The lists, what they show, and what their button does."""

    def __init__(self, widgets: Any, place: str) -> None:
        from dsvstats.terms import places

        self.place = place
        label = {"style": {"description_width": "6rem"}}
        self.area = widgets.Dropdown(
            options=[*places.place(place).areas], description="Area", **label
        )
        self.data = widgets.Combobox(
            value=supply.PUBLISHED,
            options=[supply.PUBLISHED],
            description="Data",
            placeholder="published, a CSV of counts, or a folder of records",
            **label,
        )
        self.chosen = widgets.SelectMultiple(
            options=titles(), value=[*titles().values()], description="Notebooks", **label
        )
        self.button = widgets.Button(description="Run", button_style="primary")
        self.there, self.result = widgets.Output(), widgets.Output()
        self.button.on_click(self._run)
        for each in (self.area, self.data):
            each.observe(self._show, names="value")
        self._show(None)
        fields = (self.area, self.data, self.chosen, self.button)
        self.box = widgets.VBox([*fields, self.result, self.there])
        self.box.lists = self

    def _show(self, change: Any) -> None:
        """What the chosen area supplied."""
        self.there.clear_output(wait=True)
        with self.there:
            self._told(lambda: supplied(self.area.value, self.data.value, place=self.place))

    def _run(self, button: Any) -> None:
        from IPython.display import display

        self.button.disabled = True
        self.result.clear_output()
        try:
            with self.result:
                made = self._told(
                    lambda: run(
                        self.area.value, self.data.value, self.chosen.value, place=self.place
                    )
                )
                if made is not None:
                    display(made)
        finally:
            self.button.disabled = False

    def _told(self, act: Callable[[], Any]) -> Any:
        """What this gives; what cannot be used is said in a line, not as a traceback."""
        try:
            return act()
        except InputError as error:
            print(error)
            return None
