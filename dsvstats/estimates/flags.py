"""What is to be known of an estimate, as codes: cautions, assumptions, what its limits allow for.

A flag is a code, or a code with a value (``dispersion=1.89``); an estimate's are joined by blanks
in its column ``flags``. Codes are data: `reporting.wording` makes the words.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

CODES = {
    "assumes_independence": "limits take the records as independent of each other",
    "dispersion": "limits are widened by this dispersion, for repeat events",
    "minimum_recorded": "of a strand recorded only when someone asks: a share is a minimum",
    "unrecorded": "the people's group was not recorded: there is no group to compare",
    "is_reference": "the group that the others are compared with",
    "not_supplied": "the count was not supplied",
    "code_unused": "nobody in any period where many would be expected: its code is not in use",
    "groups_omitted": "so many groups of the strand are not listed, and are taken for empty",
    "groups_unused": "so many groups of the strand have nobody in any period",
    "no_base": "no base was supplied",
    "no_reference": "the reference group is not among the groups",
    "nothing_to_compare": "there is nothing to compare with",
    "reference_unknown": "no reference: the unrecorded may belong to it",
    "not_everyone": "a group is withheld, not supplied or without a base: no everyone, no rest",
    "partial": "leaves out groups that are withheld, not supplied or without a base",
    "too_few": "fewer counted and expected than can tell",
    "few": "rests on few",
    "narrow": "limits may be too narrow here: the value names the better method",
    "residents": "the Census years that the residents are of, or between which they are taken",
    "as_first": "before that Census, residents as it counted them",
    "as_last": "after that Census, residents as it counted them",
    "ages": "the base is of these ages",
    "all_ages": "the base is of all ages, those counted of these",
    "lacks": "residents of this group have no place in the scheme, and are left out",
    "bounds": "limits are bounds that hold for chance, wherever the unrecorded belong",
    "unequal_recording": "numerator and base record the strand too unequally to compare",
    "unrecorded_unknown": "how many were not recorded is not known: not compared",
    "completeness": "for what share the stage before and this stage record the strand",
    "exceeds_base": "more than the stage before: shown, not divided",
    "left_out": "not recorded, and left out of the sum",
    "at_least": "the last group is open, so that this is the least that it can be",
    "starts_at_two": "the list starts at two: people with one were not supplied",
    "side_by_side": "two figures counted apart and set side by side",
    "printed_shares": "limits hold for all shares that round to those printed",
    "supposing": "what is supposed of the unrecorded: random, lowest or highest",
    "nobody_unrecorded": "nobody is unrecorded",
    "out_of_reach": "wherever the unrecorded belong, the ratio stays on its side of 1",
    "others_as_recorded": "the unrecorded who are not of the group are of the others as recorded",
    "some_noted": "only some groups are noted, so that the recorded say nothing of the unrecorded",
    "within": "within these strata",
    "strata_left_out": "leaves out strata that lack a group or its base",
    "stratum_missing": "a stratum is missing on one side, or strata are not the standard's",
    "by_strata": "standardised by these strands",
    "shares_as_known": "limits take the strata's shares of the base as known",
    "standard_as_fixed": "the standard's rates are taken as fixed",
    "standard_holds_area": "the standard holds the area itself",
    "below_ten": "fewer than 10 counted: not given",
    "alike_in": "as if alike in these strands",
    "all_or_none": "all or none of a group have the event: Mantel-Haenszel, not the model",
    "cells_left_out": "leaves out cells that are withheld or not supplied",
    "too_few_to_pool": "too few cells to pool",
    "deviation_unknown": "too few cells to tell how much they vary",
    "other_target": "the target nearest in time, and its day: of another period, and not judged",
    "target_day": "the day by which the target was to be reached",
    "by_day": "by this day after the report",
    "linked": "limits allow for who is who, drawn so many times",
    "open": "so many cases are still open",
    "between": "areas may differ by this standard deviation beyond chance, on the stable scale",
    "overdispersed": "limits are widened by this dispersion, for periods that vary by more than chance",
    "from_day": "the day from which a change is looked for",
    "seasonal": "months of the year may differ",
    "boundary": "the likelihood rises to the end of what the parameters can be: no estimate",
    "beyond_chance": "they differ by more than chance would make them",
    "degrees": "degrees of freedom of a chi-squared",
    "whole_chain": "the first stage against the last",
    "missing": "how many, of how many, have no group of this strand: 544/1187",
    "could_turn": "clear of chance, but the unrecorded could undo it at their worst",
    "repeats_could_turn": "clear of chance, but people counted more than once could undo it",
    "approximate": "recoded by a mapping that is only roughly right",
    "synthetic": "made from synthetic records",
}
"""Every code, and what it says."""


def flagged(start, *more: tuple[np.ndarray, object]) -> np.ndarray:
    """These flags, with others joined on where they apply; blanks are left out.

    >>> flagged(["few", ""], (np.array([True, True]), "synthetic")).tolist()
    ['few synthetic', 'synthetic']
    """
    flags = np.array(start, dtype=object)
    for where, code in more:
        where = np.asarray(where, dtype=bool)
        if not where.any():
            continue
        code = np.broadcast_to(np.asarray(code, dtype=object), flags.shape)
        where = where & (code != "")
        first = where & (flags == "")
        flags[where & ~first] += " " + code[where & ~first]
        flags[first] = code[first]
    return flags


@cache
def of(flags: str) -> dict[str, str]:
    """Which flags are these? Each code, in order, with its value ("" where it has none).

    >>> of("few dispersion=1.89")
    {'few': '', 'dispersion': '1.89'}
    """
    pairs = (each.partition("=") for each in flags.split())
    return {code: value for code, _, value in pairs}


def has(flags, code: str) -> np.ndarray:
    """Which of these rows' flags hold this code?

    >>> has(np.array(["few synthetic", ""], dtype=object), "few").tolist()
    [True, False]
    """
    return holding(flags, code)[code]


def holding(flags, *codes: str) -> dict[str, np.ndarray]:
    """Which of these rows' flags hold each of these codes?

    >>> holding(np.array(["few synthetic", ""], dtype=object), "few", "bounds")["few"].tolist()
    [True, False]
    """
    given = flags.array if isinstance(flags, pd.Series) else np.asarray(flags, dtype=object)
    back, distinct = pd.factorize(given)
    held = [of(each) for each in distinct]
    return {code: np.array([code in each for each in held], dtype=bool)[back] for code in codes}


def rows(estimates: pd.DataFrame, code: str) -> pd.DataFrame:
    """The estimates that have this flag."""
    return estimates[has(estimates["flags"], code)].reset_index(drop=True)
