"""What a published folder holds, for machines: one RO-Crate description (RO-Crate 1.1)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from dsvstats.reporting import blocks
from dsvstats.reporting.evidence import telling
from dsvstats.reporting.evidence.site import Page

_TITLE = "Evidence on the police response to domestic and sexual violence"
NAME = "ro-crate-metadata.json"
_KINDS = {
    ".html": "text/html",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".csv": "text/csv",
    ".json": "application/json",
    ".ipynb": "application/x-ipynb+json",
}


def to_json(folder: Path, found: Sequence[Page], made_from: Mapping[str, Page]) -> str:
    """The description of this folder; ``made_from`` leads from a file to the page it is of."""
    names = sorted(
        each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file()
    )
    graph = [_about(), _root(names, found), *(_file(folder, name, made_from) for name in names)]
    made = [each.held.provenance for each in found if each.held.provenance]
    graph += [entity for each in found for entity in _run(each, made_from)]
    graph += _once(entity for each in made for entity in _sources(each))
    graph += _once(map(_software, made))
    told = {"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": graph}
    return json.dumps(told, indent=1, ensure_ascii=False) + "\n"


def _about() -> dict[str, Any]:
    """What the description itself is."""
    return {
        "@id": NAME,
        "@type": "CreativeWork",
        "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
        "about": {"@id": "./"},
    }


def _root(names: Sequence[str], found: Sequence[Page]) -> dict[str, Any]:
    """The folder as a whole."""
    days = sorted(each.held.made for each in found if each.held.made)
    root: dict[str, Any] = {
        "@id": "./",
        "@type": "Dataset",
        "name": _TITLE,
        "description": telling.footer(found[0].held) if found else _TITLE,
        "hasPart": [{"@id": name} for name in names],
        "mentions": [{"@id": _action(each)} for each in found],
    }
    return root | ({"datePublished": days[-1]} if days else {})


def _file(folder: Path, name: str, made_from: Mapping[str, Page]) -> dict[str, Any]:
    path = folder / name
    page = made_from.get(name)
    told: dict[str, Any] = {
        "@id": name,
        "@type": "File",
        "name": telling.title(page.held) if page else path.name,
        "encodingFormat": _KINDS.get(path.suffix, "application/octet-stream"),
        "contentSize": str(path.stat().st_size),
        "sha256": sha256(path.read_bytes()).hexdigest(),
    }
    return told


def _action(page: Page) -> str:
    return f"#{page.folder}-{page.held.name}"


def _run(page: Page, made_from: Mapping[str, Page]) -> Iterable[dict[str, Any]]:
    """The run that a page is from: with what, from what, with which parameters."""
    held = page.held
    given = dict(held.provenance.parameters if held.provenance else held.parameters)
    names = [f"{_action(page)}-{name}" for name in given]
    action: dict[str, Any] = {
        "@id": _action(page),
        "@type": "CreateAction",
        "name": telling.title(held),
        "object": [{"@id": name} for name in names],
        "result": [{"@id": name} for name, of in made_from.items() if of == page],
    }
    if held.made:
        action["endTime"] = held.made
    if held.provenance:
        action["instrument"] = {"@id": _version(held.provenance)}
        action["object"] += [{"@id": each["@id"]} for each in _sources(held.provenance)]
    yield action
    for name, (parameter, value) in zip(names, given.items(), strict=True):
        told = value if isinstance(value, str | int | float) else json.dumps(value)
        yield {"@id": name, "@type": "PropertyValue", "name": parameter, "value": told}


def _version(made: blocks.Provenance) -> str:
    return f"#dsvstats-{made.version}"


def _software(made: blocks.Provenance) -> dict[str, Any]:
    return {
        "@id": _version(made),
        "@type": "SoftwareApplication",
        "name": "dsvstats",
        "softwareVersion": made.version,
    }


def _sources(made: blocks.Provenance) -> Iterable[dict[str, Any]]:
    """The documents, and the files that have a checksum."""
    for each in made.documents:
        told = {
            "@id": each.address if telling.leads(each.address) else f"#{each.title}",
            "name": each.title,
        }
        told |= {"datePublished": each.date} if each.date else {}
        told |= (
            {"identifier": each.address} if each.address and not telling.leads(each.address) else {}
        )
        told |= {"sha256": each.checksum} if each.checksum else {}
        yield {"@type": "CreativeWork"} | told
    for name, checksum in made.checksums.items():
        yield {
            "@id": f"#data-{name}-{checksum}",
            "@type": "Dataset",
            "name": name,
            "identifier": checksum,
        }


def _once(entities: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return list({each["@id"]: each for each in entities}.values())
