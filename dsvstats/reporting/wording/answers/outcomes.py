"""What a case ends in: charges, cautions and the like, their target, and rates without counts."""

from __future__ import annotations

import pandas as pd

from dsvstats.estimates.directions import HIGHER, LOWER
from dsvstats.estimates.verdicts import CHANCE, FIRM, NOT_FIRM
from dsvstats.reporting import blocks
from dsvstats.reporting.wording import numerals, rounding
from dsvstats.reporting.wording.answers.about import About
from dsvstats.reporting.wording.answers.composing import Said
from dsvstats.reporting.wording.answers.found import FEWEST, Found, Row, flag, period, told
from dsvstats.terms import chains, measures

DETECTED, CAUTION = chains.DETECTION, "caution"
OUTCOME = measures.plainly(DETECTED)
COMPLETE = "Counts are complete"
_FINAL = "This is not final, as new cases run on"
_NEAR = 0.03


def of(row: Row) -> str:
    return f"{numerals.number(row.numerator)} of {numerals.number(row.denominator)}"


def outcomes(about: About, found: Found, row: Row, whose: str) -> list[Said]:
    share = rounding.percent(row.estimate)
    so_far = " so far" if about.followed else ""
    tile = blocks.Tile(
        share,
        f"crimes with an outcome{so_far}, {of(row)}",
        NOT_FIRM if about.followed else FIRM,
    )
    said = Said(
        NOT_FIRM if about.followed else FIRM,
        f"{share} of {whose} had a {OUTCOME}{so_far}",
        _FINAL if about.followed else f"{COMPLETE}, though some outcomes are of older crimes",
        period(row),
        tile,
    )
    return [said, *([] if about.synthetic else _target(about, found, row))]


def _target(about: About, found: Found, row: Row) -> list[Said]:
    """How the newest rate stands to its target; both sources speak where they differ."""
    held = [
        each
        for each in found.rows("proportion", measure=DETECTED, area=about.area, strand="all")
        if each.subject == about.subject and period(each) == period(row)
    ]
    for each in held:
        if each.versus == "target":
            return [_judged(about, each)]
        if other := flag(each, "other_target"):
            return [_not_judged(about, each, other)]
    return []


def _judged(about: About, row: Row) -> Said:
    """A rate of the target's own period."""
    goal = row.reference_numerator / row.reference_denominator
    text = {HIGHER: "above", LOWER: "below"}.get(row.way, "not clearly different from")
    verdict = FIRM if row.way in (HIGHER, LOWER) else CHANCE
    why = _met(about) or ("" if verdict == FIRM else "The difference could be chance")
    until = _until(flag(row, "target_day") or "")
    return Said(verdict, f"that is {text} the {goal:.0%} target{until}", why, period(row))


def _not_judged(about: About, row: Row, other: str) -> Said:
    """A rate beside the target of another period."""
    value, _, day = other.partition("/")
    off = row.estimate - float(value)
    text = f"{'just ' if abs(off) <= _NEAR else ''}{'above' if off > 0 else 'below'}"
    why = _met(about) or "The target was set for another period"
    text = f"that is {text} the {float(value):.0%} target{_until(day)}"
    return Said(NOT_FIRM, text, why, period(row))


def _until(day: str) -> str:
    return f" for {pd.Timestamp(day):%B %Y}" if day else ""


def _met(about: About) -> str:
    """A document that says an objective was met speaks too."""
    held = about.stated
    if held.empty:
        return ""
    met = held[held["met"] & (held["subject"] == about.subject) & (held["measure"] == DETECTED)]
    if met.empty:
        return ""
    return f"But a report to the board says that {met.iloc[-1]['value']:.0%} met the objective"


def printed(about: About, crime: Row | None) -> list[Said]:
    """A rate that was printed without counts."""
    held = about.stated
    if held.empty:
        return []
    held = held[(held["subject"] == about.subject) & (held["measure"] == DETECTED)]
    if held.empty:
        return []
    last = held[held["end"].notna()] if held["end"].notna().any() else held
    if crime is not None:
        last = last.iloc[(last["end"] - crime.end).abs().argsort(kind="stable")]
    row = last.iloc[0] if crime is not None else last.iloc[-1]
    share = rounding.percent(row["value"])
    return [
        Said(
            NOT_FIRM,
            f"police reported that {share} of crimes had a {OUTCOME}",
            "They gave no counts, so this is unchecked",
            tile=blocks.Tile(share, f"{OUTCOME}, unchecked, crimes", NOT_FIRM),
        )
    ]


def cautions(found: Found, about: About, outcome: Row | None) -> list[Said]:
    """How many of the outcomes were cautions."""
    if outcome is None:
        return []
    for row in found.rows("proportion", measure=CAUTION, area=about.area, strand="all"):
        other = row.subject != about.subject or period(row) != period(outcome)
        if not told(row) or other or row.numerator < FEWEST:
            continue
        share = rounding.share(row.estimate)
        if row.estimate > 0.5:
            share = "over half"
        verdict = NOT_FIRM if about.followed else FIRM
        tile = blocks.Tile(
            rounding.percent(row.estimate), f"outcomes that were cautions, {of(row)}", verdict
        )
        return [
            Said(
                verdict,
                f"{share} of these outcomes were cautions",
                "These numbers may change" if about.followed else "Both counts are complete",
                period(row),
                tile,
            )
        ]
    return []
