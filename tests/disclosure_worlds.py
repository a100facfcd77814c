"""Made-up tables of every kind that is published together, each from cells of its own."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, pairwise, product

import numpy as np
import pandas as pd
from attacker import World

from dsvstats.strands import CROSSED, NOT_RECORDED
from dsvstats.terms.schemes import EXACT, SCHEMES

AGES = ["0-17", "18-29", "30+"]
PARTS = ["Norden", "Soke and Vale", "Westry"]
WHOLE = "Arden"
FINE, BROAD, TWO = "ethnicity_self_defined", "ethnicity_broad", "ethnicity_two"


def groups(strand: str) -> list[str]:
    known = AGES if strand == "age" else SCHEMES[strand].groups
    return [*(g for g in known if g not in SCHEMES[strand].merged), NOT_RECORDED]


def by_strand(world: World, strand: str, told: str, among, *, of=None, **key) -> dict[str, int]:
    """A row for each group of the strand, of these cells; ``told`` is the trait that says it."""
    held = {}
    for group in groups(strand):
        said = world.traits[told] if strand == told else _coarser(world, told, strand)
        held[group] = world.row(
            (said == group) & among, strand=strand, group=group,
            of=None if of is None else of[group], **key,
        )  # fmt: skip
    return held


def _coarser(world: World, fine: str, broad: str) -> pd.Series:
    return world.traits[fine].map(lambda group: EXACT[fine, broad].get(group, group))


def one_strand(rng) -> World:
    strand = rng.choice(["gender", "religion", "disability", "age"])
    world = World.made({strand: groups(strand)}, rng, rng.choice([2.0, 8.0, 30.0]))
    world.row(np.ones(len(world.many)))
    by_strand(world, strand, strand, True)
    return world


def fine_and_broad(rng) -> World:
    world = World.made({FINE: groups(FINE)}, rng, rng.choice([2.0, 8.0, 30.0]))
    world.row(np.ones(len(world.many)))
    for strand in (FINE, BROAD, TWO)[: rng.integers(2, 4)]:
        by_strand(world, strand, FINE, True)
    return world


def crossed(rng) -> World:
    names = list(rng.permutation(["age", "gender", BROAD])[:2])
    world = World.made({name: groups(name) for name in names}, rng, rng.choice([2.0, 6.0, 20.0]))
    world.row(np.ones(len(world.many)))
    for name in names:
        by_strand(world, name, name, True)
    cross(world, names, True)
    return world


def cross(world: World, names: list[str], among, **key) -> None:
    for each in product(*map(groups, names)):
        cells = among & np.logical_and.reduce(
            [world.traits[n] == g for n, g in zip(names, each, strict=True)]
        )
        world.row(cells, strand=CROSSED.join(names), group=CROSSED.join(each), **key)


def nested(rng) -> World:
    """People of crimes among people, and so on, by strand."""
    chain = ["recorded", "crime", "sanction_detection", "charge", "prosecuted"]
    strand = rng.choice(["gender", "disability", "age"])
    many = int(rng.integers(2, 6))
    world = World.made({strand: groups(strand), "stage": list(range(many))}, rng, 6.0)
    whole = of = None
    for n, measure in enumerate(chain[:many]):
        among = world.traits["stage"] >= n
        whole = world.row(among, measure=measure, of=whole)
        of = by_strand(world, strand, strand, among, measure=measure, of=of)
    return world


CLASSES = ["crime", "no_crime", "crime_related_incident", "specified_investigation"]
NEITHER = "no_crime_or_crime_related_incident"


def classes(rng) -> World:
    """Incidents by what they are recorded as, the offences among them, in the parts and the whole."""
    some = int(rng.integers(1, 4))
    world = World.made({"area": PARTS[:some] if some < 3 else PARTS, "class": CLASSES}, rng, 8.0)
    areas = [*PARTS, WHOLE] if some == 3 else PARTS[:some]
    for area in areas:
        here = np.ones(len(world.many), bool) if area == WHOLE else world.traits["area"] == area
        whole = world.row(here, area=area, unit="incidents")
        for name in [*CLASSES, NEITHER]:
            kind = CLASSES[1:3] if name == NEITHER else [name]
            cells = here & world.traits["class"].isin(kind)
            world.row(cells, area=area, unit="incidents", measure=name, of=whole)
        crime = here & (world.traits["class"] == "crime")
        world.row(crime, area=area, unit="offences", measure="crime")
    return world


def detections(rng) -> World:
    """Offences of which one part is charged and one cautioned, in the parts and the whole."""
    kinds = ["none", "charge", "caution", "prosecuted"]
    world = World.made({"area": PARTS, "kind": kinds}, rng, rng.choice([4.0, 12.0]))
    held = {
        "crime": kinds, "sanction_detection": kinds[1:], "charge": ["charge", "prosecuted"],
        "caution": ["caution"], "prosecuted": ["prosecuted"],
    }  # fmt: skip
    inside = {"sanction_detection": "crime", "prosecuted": "charge",
              "charge": "sanction_detection", "caution": "sanction_detection"}  # fmt: skip
    for area in [*PARTS, WHOLE]:
        here = np.ones(len(world.many), bool) if area == WHOLE else world.traits["area"] == area
        rows: dict[str, int] = {}
        for name, among in held.items():
            cells = here & world.traits["kind"].isin(among)
            of = rows.get(inside.get(name, ""))
            rows[name] = world.row(cells, area=area, unit="offences", measure=name, of=of)
    return world


def people_of_areas(rng) -> World:
    """People who may be in several parts, each counted once in the whole."""
    sets = [each for n in (1, 2, 3) for each in combinations(PARTS, n)]
    world = World.made({"areas": sets, "crime": [False, True]}, rng, rng.choice([3.0, 10.0]))
    every = np.ones(len(world.many), bool)
    whole = {m: world.row(every & (world.traits["crime"] | (m == "recorded")), area=WHOLE, measure=m)
             for m in ("recorded", "crime")}  # fmt: skip
    world.inside.append((whole["recorded"], whole["crime"]))
    for area in PARTS:
        here = world.traits["areas"].map(lambda each, area=area: area in each)
        mine = world.row(here, area=area, of=whole["recorded"])
        at = world.row(here & world.traits["crime"], area=area, measure="crime", of=mine)
        world.inside.append((whole["crime"], at))
    return world


def within_and_anywhere(rng) -> World:
    world = World.made({"gender": groups("gender"), "again": [0, 1, 2]}, rng, 8.0)
    whole = of = None
    for n, measure in enumerate(["recorded", "repeat_anywhere", "repeat_within"]):
        among = world.traits["again"] >= n
        whole = world.row(among, measure=measure, of=whole)
        of = by_strand(world, "gender", "gender", among, measure=measure, of=of)
    return world


def subjects(rng) -> World:
    """Incidents of which some are of domestic violence, some sexual, and some of those rapes."""
    world = World.made({"dv": [False, True], "sexual": [0, 1, 2]}, rng, rng.choice([4.0, 12.0]))
    dv, sexual = world.traits["dv"], world.traits["sexual"]
    held = {
        "domestic_violence": dv, "serious_sexual_offences": sexual > 0, "rape": sexual > 1,
        "domestic_violence & serious_sexual_offences": dv & (sexual > 0),
        "domestic_violence & rape": dv & (sexual > 1),
    }  # fmt: skip
    rows = {name: world.row(cells, subject=name, unit="incidents") for name, cells in held.items()
            if name.count("&") == 0 or rng.random() < 0.8}  # fmt: skip
    both, rapes = "domestic_violence & serious_sexual_offences", "domestic_violence & rape"
    for part, whole in (
        ("rape", "serious_sexual_offences"), (both, "domestic_violence"), (rapes, both),
        (both, "serious_sexual_offences"), (rapes, "rape"), (rapes, "domestic_violence"),
    ):  # fmt: skip
        if part in rows and whole in rows:
            world.inside.append((rows[whole], rows[part]))
    return world


def periods(rng) -> World:
    """Two years that overlap, with or without the quarters, each of several classes."""
    days = pd.date_range("2008-04-01", periods=6, freq="QS")
    quarters = [(a, b - pd.Timedelta(days=1)) for a, b in pairwise(days)]
    world = World.made({"quarter": list(range(5)), "charged": [False, True]}, rng, 6.0)
    shown = [(0, 3), (1, 4), *([(n, n) for n in range(5)] if rng.random() < 0.5 else [(0, 4)])]
    for first, last in shown:
        when = {"start": quarters[first][0], "end": quarters[last][1], "unit": "offences"}
        among = world.traits["quarter"].between(first, last)
        whole = world.row(among, measure="crime", **when)
        world.row(among & world.traits["charged"], measure="charge", of=whole, **when)
    return world


def by_reports(rng) -> World:
    """People by how many reports they are in, those reported again, and the records of all."""
    world = World.made({"reports": list(range(1, 60))}, rng, rng.choice([4.0, 10.0]))
    world.many[4:] = 0
    world.many[3] += 1  # the list goes as far as somebody is in it
    number = world.traits["reports"]
    whole = world.row(np.ones(len(world.many)))
    world.row(number > 1, measure="repeat_within", of=whole)
    world.row(np.ones(len(world.many)), times=number.to_numpy(), unit="victim_records")
    for each in ("1", "2", "3+"):
        among = number > 2 if each == "3+" else number == int(each)
        world.row(among, strand="reports", group=each)
    return world


def all_of_it(rng) -> World:
    """Fine and broad groups, crossed with gender, of people and those of crimes."""
    strand = rng.choice([BROAD, "religion"])
    world = World.made(
        {strand: groups(strand), "gender": groups("gender"), "crime": [False, True]}, rng, 5.0
    )
    rows: dict = {}
    for measure in ("recorded", "crime"):
        among = world.traits["crime"] | (measure == "recorded")
        of = rows.get("recorded", {})
        rows[measure] = {
            "all": world.row(among, measure=measure, of=of.get("all")),
            "gender": by_strand(
                world, "gender", "gender", among, measure=measure, of=of.get("gender")
            ),
            strand: by_strand(world, strand, strand, among, measure=measure, of=of.get(strand)),
        }
        if strand == BROAD:
            by_strand(world, TWO, BROAD, among, measure=measure)
        cross(world, ["gender", strand], among, measure=measure)
    return world


KINDS: dict[str, Callable[[np.random.Generator], World]] = {
    each.__name__: each
    for each in (
        one_strand, fine_and_broad, crossed, nested, classes, detections, people_of_areas,
        within_and_anywhere, subjects, periods, by_reports, all_of_it,
    )
}  # fmt: skip
