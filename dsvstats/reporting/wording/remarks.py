"""What an estimate's flags say, in words: one entry for each code."""

from __future__ import annotations

from collections.abc import Callable

from dsvstats import strands
from dsvstats.estimates import flags
from dsvstats.reporting.wording import numerals, phrases


def _years(value: str) -> str:
    first, *rest = value.split("/")
    if rest:
        return f"residents interpolated between {phrases.joined([first, *rest])}"
    return f"residents of {first}"


def _aged(value: str) -> str:
    return phrases.people("age", value).removeprefix("people ")


def _completeness(value: str) -> str:
    before, now = (numerals.percent(float(each)) for each in value.split("/"))
    return f"recorded for {before} of one stage and {now} of the next: bounds, not compared"


def _narrow(value: str) -> str:
    return f"few events or non-events: limits may be too narrow, use {phrases.method(value)}"


def _other_target(value: str) -> str:
    goal, day = value.split("/")
    told = f"{numerals.percent(float(goal))} for {phrases.date(day)}"
    return f"the target printed is {told}: of another period, and not compared"


def _strands(value: str) -> str:
    return phrases.joined(strands.title(each).lower() for each in value.split("/"))


WORDS: dict[str, str | Callable[[str], str]] = {
    "assumes_independence": "limits assume independent records",
    "dispersion": lambda value: f"limits widened for people who recur (variance times {value})",
    "minimum_recorded": "minimum recorded: known only where someone asked",
    "unrecorded": "",
    "is_reference": "",
    "not_supplied": "not supplied",
    "code_unused": "nobody recorded where many would be expected: its code may not be in use",
    "groups_omitted": lambda value: f"{value} of its groups not listed: taken for empty",
    "groups_unused": lambda value: f"{value} of its groups with nobody: are their codes in use?",
    "no_base": "no base",
    "no_reference": "no reference group here",
    "nothing_to_compare": "nothing to compare with",
    "reference_unknown": "no reference: the unrecorded may belong to it",
    "not_everyone": "not compared: a group is withheld, not supplied or without residents",
    "partial": "leaves out groups that are withheld, not supplied or without a base",
    "too_few": "too small to say",
    "few": "rests on few",
    "narrow": _narrow,
    "residents": _years,
    "as_first": lambda value: f"residents of {value} until then",
    "as_last": lambda value: f"residents of {value} from then on",
    "ages": lambda value: f"residents {_aged(value)} only",
    "all_ages": lambda value: f"residents of all ages, though those counted are {_aged(value)}",
    "lacks": lambda value: f"{value} residents have no group in this scheme and are left out",
    "bounds": "",
    "unequal_recording": (
        "recorded too unequally to compare: bounds wherever the unrecorded belong, for chance too"
    ),
    "unrecorded_unknown": "for how many it was not recorded was not supplied: not compared",
    "completeness": _completeness,
    "exceeds_base": "more than the stage before: shown, not divided",
    "left_out": "",
    "at_least": "at least: the last group is open",
    "starts_at_two": "the list starts at two reports: people with one not supplied",
    "side_by_side": (
        "reports of people with two or more, over all offences: two figures side by side"
    ),
    "printed_shares": "printed shares: limits hold for all that round to them",
    "supposing": "",
    "nobody_unrecorded": "nobody is unrecorded",
    "out_of_reach": "",
    "others_as_recorded": (
        "the unrecorded who are not of the group are taken to be of the other groups as the "
        "recorded are"
    ),
    "some_noted": "the recorded say nothing of the unrecorded: only some groups are noted",
    "within": lambda value: f"within {_strands(value)}",
    "strata_left_out": "leaves out strata that lack a group or its base",
    "stratum_missing": "a stratum was not supplied, or strata are not the standard's",
    "by_strata": lambda value: "" if value == "all" else f"by {_strands(value)}",
    "shares_as_known": "limits take as known who is in each base, and not what was counted",
    "standard_as_fixed": "the standard's rates are taken as fixed",
    "standard_holds_area": "the standard holds the area itself",
    "below_ten": "fewer than 10 counted: not given",
    "alike_in": lambda value: f"as if alike in {_strands(value)}",
    "all_or_none": "all or none of a group have the event: Mantel-Haenszel, not the model",
    "cells_left_out": "leaves out cells that are withheld or not supplied",
    "too_few_to_pool": "too few to pool",
    "deviation_unknown": "cannot tell: too few to say how much such groups differ from each other",
    "other_target": _other_target,
    "target_day": lambda value: f"target for {phrases.date(value)}",
    "by_day": lambda value: f"within {value} days of the report",
    "linked": lambda value: f"limits allow for not knowing who is who, in {value} draws",
    "open": lambda value: f"{value} still open",
    "between": "limits allow for areas that differ by more than chance",
    "overdispersed": "limits widened for periods that vary by more than chance",
    "from_day": lambda value: f"before and after {phrases.date(value)}",
    "seasonal": "months of the year allowed for",
    "boundary": "no estimate: the counts fit no distribution of this kind",
    "beyond_chance": "more than chance would make them",
    "degrees": lambda value: f"{value} degrees of freedom",
    "whole_chain": "from the first stage to the last",
    "missing": "",
    "could_turn": "clear of chance, but those not recorded could undo it",
    "repeats_could_turn": "clear of chance, but people counted more than once could undo it",
    "approximate": "recoded by a mapping that is only roughly right",
    "synthetic": "",
}
"""Each flag in words; empty where the page says it in another way."""


def said(text: str) -> list[str]:
    """The remarks of these flags, each once, in order.

    >>> said("residents=2001/2011 few")
    ['residents interpolated between 2001 and 2011', 'rests on few']
    """
    words = (
        each if isinstance(each := WORDS[code], str) else each(value)
        for code, value in flags.of(text).items()
    )
    return list(dict.fromkeys(filter(None, words)))
