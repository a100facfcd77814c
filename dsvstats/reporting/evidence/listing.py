"""The index: which areas there are, what each page found, and who supplied nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dsvstats import files
from dsvstats.estimates import verdicts
from dsvstats.reporting import blocks
from dsvstats.reporting.evidence import glance, glossary, rendering, site, telling
from dsvstats.reporting.evidence.site import Page
from dsvstats.terms import places

ALL, SOME, NOTHING, NO_PAGE, OWN_FORCE = "f", "p", "n", "o", "c"
KEY = (
    (ALL, "at least half of what was asked for"),
    (SOME, "less than half of it"),
    (NOTHING, "supplied nothing"),
    (NO_PAGE, "no page here"),
    (OWN_FORCE, "own police force"),
)
"""How a tile looks, and what that says."""


@dataclass(frozen=True)
class Area:
    """An area with pages: its name, its folder, and its pages in order."""

    name: str
    folder: str
    pages: tuple[Page, ...]

    @property
    def opening(self) -> blocks.Opening | None:
        """How its first page opens."""
        return next((each.held.opening for each in self.pages if each.held.opening), None)

    @property
    def supplied(self) -> tuple[int, int] | None:
        """How many things it supplied, of how many asked for."""
        opening = self.opening
        if opening is None:
            return None
        return len(opening.supplied), len(opening.supplied) + len(opening.missing)


def index(outputs: Path | str) -> Path:
    """Which pages are there, and what did each find? ``index.html`` over all areas."""
    outputs = Path(outputs)
    files.sweep(outputs)
    return write(outputs, site.found(outputs))


def write(outputs: Path, found: Sequence[Page]) -> Path:
    """The index of these pages, and the glossary that they lead to."""
    target = outputs / "index.html"
    files.write(outputs / "glossary.html", _glossary(found))
    files.write(target, to_html(found), private=any(each.held.private for each in found))
    return target


def to_html(found: Sequence[Page]) -> str:
    """The index of these pages."""
    place = next((p for each in found if (p := telling.place_of(each.held))), places.place())
    areas = _areas(found, place)
    silent = [each for each in areas if each.supplied is not None and each.supplied[0] == 0]
    answer = _answer(areas, silent, place)
    dek = _dek(areas, silent, place)
    return rendering.render(
        "index.html.j2",
        title=f"Police response to domestic and sexual violence: evidence by {place.part}",
        description=dek,
        dek=dek,
        style=rendering.style("page", "index"),
        first="answer" if answer.findings else "evidence",
        footer=telling.footer(found[0].held) if found else "",
        answer=answer,
        place=place,
        tiles=_tiles(areas, place),
        key=KEY,
        areas=[_card(each) for each in areas if each not in silent],
        silent=[_card(each) for each in silent],
        glance=glance.table([(each.name, each.pages) for each in areas if each not in silent]),
        versions=list(_versions(found)),
    )


def _areas(found: Sequence[Page], place: places.Place) -> list[Area]:
    """The areas with pages, the whole first, then by name; folders of others after them."""
    by_folder: dict[str, list[Page]] = {}
    for each in found:
        by_folder.setdefault(each.folder, []).append(each)
    areas = [
        Area(next((p.held.area for p in own if p.held.area), _titled(folder)), folder, tuple(own))
        for folder, own in by_folder.items()
    ]
    order = {name: number for number, name in enumerate(place.areas)}
    return sorted(areas, key=lambda each: (order.get(each.name, len(order)), each.folder))


def _titled(folder: str) -> str:
    return folder.replace("-", " ").capitalize()


def _answer(areas: list[Area], silent: list[Area], place: places.Place) -> blocks.Answer:
    """What the pages of the whole found, and how many of its parts supplied nothing."""
    whole = next((each for each in areas if each.name == place.whole), None)
    found = [
        blocks.Finding(answer.findings[0].verdict if answer.findings else "", answer.headline)
        for each in (whole.pages if whole else ())
        if (answer := each.held.answer)
    ]
    parts = [each for each in silent if each in areas and each.name != place.whole]
    if parts:
        told = f"{len(parts)} of {len(place.parts)} {place.parts_called} supplied no figures."
        found.append(blocks.Finding(verdicts.NOT_KNOWN, told))
    return blocks.Answer("", tuple(found))


def _dek(areas: list[Area], silent: list[Area], place: places.Place) -> str:
    parts = [each for each in areas if each.name in place.parts]
    asked = len(place.parts)
    told = []
    if parts and asked:
        gave = len([each for each in parts if each not in silent])
        told.append(f"{gave} of {asked} {place.parts_called} of {place.whole} with figures.")
    made = sorted({each.held.made for area in areas for each in area.pages if each.held.made})
    if made:
        told.append(f"Updated {telling.day(made[-1])}.")
    return " ".join(told)


def _tiles(areas: list[Area], place: places.Place) -> list[dict[str, Any]]:
    """Each part on its place of the map, and what lies beside them."""
    by_name = {each.name: each for each in areas}
    tiles = []
    for name, tile in sorted(place.tiles.items(), key=lambda each: (each[1].row, each[1].column)):
        area = by_name.get(name)
        state, told = _state(area, own_force=tile.own_force)
        tiles.append(
            {
                "name": name,
                "tile": tile.name,
                "short": _short(name),
                "at": f"{tile.row + 1}/{tile.column + 1}",
                "state": state,
                "told": told,
                "href": f"#{area.folder}" if area else "",
            }
        )
    return tiles


def _state(area: Area | None, *, own_force: bool) -> tuple[str, str]:
    words = dict(KEY)
    if own_force or area is None:
        state = OWN_FORCE if own_force else NO_PAGE
        return state, words[state]
    if area.supplied is None:
        return ALL, f"{len(area.pages)} pages"
    given, asked = area.supplied
    if not given:
        return NOTHING, words[NOTHING]
    return (ALL if 2 * given >= asked else SOME), f"{given} of {asked} supplied"


def _short(name: str) -> str:
    """Three letters for a narrow screen: the initials of several names, else a name's beginning."""
    words = [each for each in name.split() if each[0].isupper()]
    return "".join(each[0] for each in words[:3]) if len(words) > 1 else name[:3]


def _card(area: Area) -> dict[str, Any]:
    opening = area.opening
    return {
        "name": area.name,
        "id": area.folder,
        "period": telling.capital(opening.period) if opening else "",
        "pages": [
            {
                "href": each.href,
                "name": each.held.subject or each.held.title,
                "label": f"{each.held.subject or each.held.title}, {area.name}",
                "found": each.held.answer.headline if each.held.answer else "",
                "private": each.held.private,
            }
            for each in area.pages
        ],
        "supplied": list(opening.supplied) if opening else [],
        "synthetic": any(each.held.synthetic for each in area.pages),
    }


def _versions(found: Sequence[Page]) -> Iterator[tuple[str, str]]:
    """Which days, versions and data are the pages of? One line each."""
    told: dict[tuple[str, str], int] = {}
    for each in found:
        made = each.held.provenance
        data = (
            "; ".join(f"{name} {value}" for name, value in made.checksums.items()) if made else ""
        )
        version = f"dsvstats {made.version}" if made else ""
        key = (telling.day(each.held.made), ", ".join(filter(None, [version, data])))
        told[key] = told.get(key, 0) + 1
    for (day, version), number in sorted(told.items()):
        if day or version:
            pages_made = "1 page" if number == 1 else f"{number} pages"
            yield day or "Undated", ". ".join(filter(None, [pages_made, version]))


def _glossary(found: Sequence[Page]) -> str:
    groups: dict[str, list[glossary.Word]] = {}
    for each in glossary.words():
        groups.setdefault(each.under, []).append(each)
    return rendering.render(
        "glossary.html.j2",
        title="Glossary: the words of the evidence",
        description="The field's terms as these pages use them, and where each comes from.",
        style=rendering.style("page"),
        first="evidence",
        footer=telling.footer(found[0].held) if found else "",
        groups=list(groups.items()),
    )
