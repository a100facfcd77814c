"""A block of synthetic reports as Arrow tables in the shape of an extract."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dsvstats.sources.extract.schema import TABLES
from dsvstats.sources.synthetic import names
from dsvstats.sources.synthetic.block import NEVER, Block
from dsvstats.sources.synthetic.people import OFFICER_DEFINED, pick
from dsvstats.sources.synthetic.setting import Planted, Setting
from dsvstats.terms.schemes import SCHEMES

SOURCE = "synthetic"
_OFFENCES = {
    "homicide": 0.0004,
    "violence_with_injury": 0.28,
    "violence_without_injury": 0.32,
    "harassment": 0.14,
    "threats": 0.08,
    "criminal_damage": 0.12,
    "theft": 0.04,
    "public_order": 0.0196,
}
_CAME_BY = (0.74, 0.09, 0.05, 0.04, 0.05, 0.0, 0.03)
_DOMESTIC = {
    "Partner": 0.44,
    "Former partner": 0.34,
    "Parent": 0.05,
    "Child": 0.06,
    "Sibling": 0.05,
    "Grandparent": 0.005,
    "Grandchild": 0.005,
    "Other family": 0.05,
}
_HANDOVER = np.datetime64("2009-09-23").astype("datetime64[D]").astype(int)
_ASKED = {"disability": 0.08, "religion": 0.03, "sexual_orientation": 0.03}


def tables(block: Block, setting: Setting, planted: Planted) -> dict[str, pa.Table]:
    """The block's reports, people and calls."""
    report = _flags(block)
    return {
        "reports": _reports(block, setting, report),
        "people": _people(block, setting, planted),
        "calls": _calls(block, setting, report),
    }


def _code(values: np.ndarray, groups, *, missing: np.ndarray | None = None) -> pa.Array:
    codes = pa.array(values.astype(np.int16), mask=missing)
    return pa.DictionaryArray.from_arrays(codes, pa.array(list(groups), pa.string()))


def _date(days: np.ndarray, *, missing: np.ndarray | None = None) -> pa.Array:
    missing = days == NEVER if missing is None else missing
    return pa.array(days.astype(np.int32), mask=missing).cast(pa.date32())


def _number(prefix: str, values: np.ndarray, *, missing: np.ndarray | None = None) -> pa.Array:
    text = pc.utf8_lpad(pa.array(values, mask=missing).cast(pa.string()), 9, "0")
    return pc.binary_join_element_wise(prefix, text, "")


def _flags(block: Block) -> dict[str, np.ndarray]:
    rng, report, size = block.rng, block.report, block.place.reports
    crime, flagged = report["crime"], report["flagged"]
    form = flagged & (rng.random(size) < 0.90)
    return {
        "called": pick(rng, np.array(_CAME_BY), size),
        "honour": flagged & (rng.random(size) < 0.0015),
        "forced": flagged & (rng.random(size) < 0.0010),
        "lgbt": flagged & (rng.random(size) < 0.015),
        "haven": report["sexual"] & (rng.random(size) < 0.30),
        "withdrawn": crime & (rng.random(size) < 0.15),
        "supports": rng.random(size) < 0.65,
        "form": form,
        "level": pick(rng, np.array([0.66, 0.26, 0.08]), size),
        "offence": pick(rng, np.array(list(_OFFENCES.values())), size),
        "shuffle": rng.permutation(size),
        "before": (rng.random(size) < 0.05).astype(np.int32),
    }


def _reports(block: Block, setting: Setting, flag: dict[str, np.ndarray]) -> pa.Table:
    report, place, size = block.report, block.place, block.place.reports
    columns = TABLES["reports"]
    groups = columns["offence_group"].codes
    domestic = np.array([groups.index(name) for name in _OFFENCES])[flag["offence"]]
    kind = np.select([report["rape"], report["sexual"]], [3, 4], domestic)
    sexual_unit = np.where(report["day"] < _HANDOVER, 1, 2)
    unit = np.where(report["sexual"], sexual_unit, np.where(report["flagged"], 0, 4))
    nothing = ~report["crime"]
    made = pa.table(
        {
            "report_id": _number("R", place.first_report + np.arange(size)),
            "borough": _code(report["area"], setting.areas),
            "reported": _date(report["day"]),
            "came_by": _code(flag["called"], columns["came_by"].codes),
            "classification": _code(report["classification"], columns["classification"].codes),
            "offence_group": _code(kind, groups, missing=nothing),
            "domestic_violence": pa.array(report["flagged"]),
            "serious_sexual_offence": pa.array(report["sexual"]),
            "rape": pa.array(report["rape"]),
            "honour_based_violence": pa.array(flag["honour"]),
            "forced_marriage": pa.array(flag["forced"]),
            "lgbt": pa.array(flag["lgbt"]),
            "haven_referral": pa.array(flag["haven"]),
            "withdrawn": pa.array(flag["withdrawn"], mask=nothing),
            "supports_prosecution": pa.array(flag["supports"], mask=nothing),
            "risk_form": _code(
                np.where(flag["form"], 0, 2), columns["risk_form"].codes, missing=~report["flagged"]
            ),
            "risk_level": _code(flag["level"], columns["risk_level"].codes, missing=~flag["form"]),
            "investigating_unit": _code(unit, columns["investigating_unit"].codes),
            "called": _date(report["day"] - flag["before"], missing=flag["called"] != 0),
            "recorded": _date(report["day"] + flag["before"][::-1]),
            "source": _code(np.zeros(size), [SOURCE]),
        }
    )
    return made.take(flag["shuffle"])


def _calls(block: Block, setting: Setting, flag: dict[str, np.ndarray]) -> pa.Table:
    """One call or more for each report that came by one; one call in eight made no report."""
    rng, report, place = block.rng, block.report, block.place
    called = np.flatnonzero(flag["called"] == 0)
    of = np.repeat(called, rng.geometric(0.8, len(called)).clip(max=9))
    idle = np.zeros(len(of) + len(of) // 7, dtype=bool)
    idle[len(of) :] = True
    of = np.concatenate([of, rng.choice(of, len(of) // 7) if len(of) else of])
    order = rng.permutation(len(of))
    of, idle = of[order], idle[order]
    return pa.table(
        {
            "call_id": _number("C", place.first_report * 3 + np.arange(len(of))),
            "report_id": _number("R", place.first_report + of, missing=idle),
            "borough": _code(report["area"][of], setting.areas),
            "called": _date(report["day"][of] - flag["before"][of]),
            "domestic_violence": pa.array(report["flagged"][of]),
            "serious_sexual_offence": pa.array(report["sexual"][of]),
        }
    )


def _people(block: Block, setting: Setting, planted: Planted) -> pa.Table:
    rng, report, everyone, role = block.rng, block.report, block.people, block.role
    at, who = role["report"], role["person"]
    size, crime = len(at), report["crime"][at]
    columns = TABLES["people"]
    ethnicity = everyone.ethnicity[who]
    seen = OFFICER_DEFINED[ethnicity]
    recorded = np.where(crime, *planted.ethnicity_recorded) * _less(planted)[ethnicity]
    other = pick(rng, _mix(setting), size)
    written = np.where(rng.random(size) < planted.misrecorded, other, ethnicity)
    mistaken = rng.random(size) < 0.04
    seen = np.where(mistaken, rng.integers(0, 6, size), seen)
    age = (report["day"][at] - everyone.born[who]) // 365.25
    born = everyone.born[who] + np.where(rng.random(size) < 0.01, -365, 0)
    spoken = ("disability", "religion", "sexual_orientation")
    values = (everyone.disability[who], everyone.religion[who], everyone.orientation[who])
    asked = {
        name: _code(value, columns[name].codes, missing=rng.random(size) >= _chance(name, value))
        for name, value in zip(spoken, values, strict=True)
    }
    relation = _relations(rng, report)
    dates = {
        name: _outcome(block, name)
        for name in (
            "arrested",
            "charged",
            "cautioned",
            "no_further_action",
            "prosecuted",
            "resulted",
        )
    }
    result = report["result"][at]
    moved = np.where(rng.random(size) < 0.08, rng.integers(0, 10_000_000, size), 0)
    return pa.table(
        {
            "report_id": _number("R", block.place.first_report + at),
            "role": _code(role["role"], columns["role"].codes),
            "person_id": _number("P", block.place.first_person + who),
            "given_name": _name(rng, everyone.given[who], names.given_names(), planted),
            "family_name": _name(rng, everyone.family[who], names.family_names(), planted),
            "date_of_birth": _date(born, missing=rng.random(size) < 0.03),
            "postcode": _number("ZZ", (everyone.postcode[who] + moved) % 10_000_000),
            "age": pa.array(age.astype(np.int16), mask=rng.random(size) < 0.01),
            "gender": _code(
                everyone.gender[who], columns["gender"].codes, missing=rng.random(size) < 0.01
            ),
            "disability": asked["disability"],
            "ethnicity_self_defined": _code(
                written,
                columns["ethnicity_self_defined"].codes,
                missing=rng.random(size) >= recorded,
            ),
            "ethnicity_officer_defined": _code(
                seen,
                columns["ethnicity_officer_defined"].codes,
                missing=rng.random(size) < 0.03,
            ),
            "religion": asked["religion"],
            "sexual_orientation": asked["sexual_orientation"],
            "relationship": _code(
                relation[at], columns["relationship"].codes, missing=rng.random(size) < 0.08
            ),
            **{name: _date(days) for name, days in dates.items()},
            "result": _code(result, columns["result"].codes, missing=dates["resulted"] == NEVER),
        }
    )


def _outcome(block: Block, name: str) -> np.ndarray:
    """The suspect's own; the victim who was arrested too has the arrest only."""
    role = block.role
    days = block.report[name][role["report"]]
    theirs = role["kind"] == 1
    if name == "arrested":
        theirs = theirs | role["arrested_too"]
    return np.where(theirs, days, NEVER)


def _less(planted: Planted) -> np.ndarray:
    groups = SCHEMES["ethnicity_self_defined"].groups
    return np.array([planted.less_recorded.get(group, 1.0) for group in groups])


def _mix(setting: Setting) -> np.ndarray:
    return setting.share @ setting.ethnicity


def _chance(name: str, values: np.ndarray) -> np.ndarray:
    """Who is asked? Disabled, and lesbian, gay and bisexual, people more often: not at random."""
    if name == "disability":
        return np.where(values == 0, 2 * _ASKED[name], _ASKED[name])
    if name == "sexual_orientation":
        return np.where(values > 0, 10 * _ASKED[name], _ASKED[name])
    return np.full(len(values), _ASKED[name])


def _relations(rng: np.random.Generator, report: dict[str, np.ndarray]) -> np.ndarray:
    """What the suspect is to the victim: the same in all of a victim's domestic reports."""
    size = len(report["domestic"])
    groups = SCHEMES["relationship"].groups
    at_home = np.array([_DOMESTIC.get(group, 0.0) for group in groups])
    victims = int(report["victim"].max(initial=-1)) + 1
    domestic = pick(rng, at_home / at_home.sum(), victims)[report["victim"]]
    wrongly = rng.random(size) < 0.005
    return np.where(report["domestic"] & ~wrongly, domestic, groups.index("Other relationship"))


def _name(
    rng: np.random.Generator, values: np.ndarray, known: tuple[str, ...], planted: Planted
) -> pa.Array:
    wrong = rng.random(len(values)) < planted.misspelt
    spelling = np.where(wrong, 1 + rng.integers(0, names.SPELLINGS, len(values)), 0)
    places = values.astype(np.int32) * (names.SPELLINGS + 1) + spelling
    return pa.DictionaryArray.from_arrays(
        pa.array(places), pa.array(names.with_misspellings(known), pa.string())
    )
