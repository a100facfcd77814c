"""What the people whose group was not recorded could do to a finding."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dsvstats import estimates
from dsvstats.cache import remembered
from dsvstats.counts import Measure
from dsvstats.estimates.flags import flagged
from dsvstats.statistics import common as _common
from dsvstats.statistics import comparators
from dsvstats.statistics import ratios as _ratios
from dsvstats.statistics import unrecorded as _unrecorded
from dsvstats.statistics.comparators import Base
from dsvstats.statistics.intervals.inputs import tail
from dsvstats.statistics.multiplicity import family_size, sidak

RANDOM, LOWEST, HIGHEST = "random", "lowest", "highest"
TIPPING, TIPPING_ODDS = "tipping point", "tipping odds ratio"


@remembered
def unknown_bounds(
    cases: pd.DataFrame,
    measure: Measure | list[Measure] | None = None,
    *,
    per: Base,
    reference: dict[str, str] | None = None,
    versus: str = "rest",
    level: float = 0.95,
    method: str = "score",
    dispersion: _common.Dispersion = 1.0,
) -> pd.DataFrame:
    """How far could the people whose group was not recorded move each group's relative rate?

    Parameters
    ----------
    cases : DataFrame
        Counts: the columns of ``counts.COLUMNS``, a row for each thing counted.
    measure : str or (unit, measure), or a list of them, optional
        What was counted. May be left out where ``cases`` hold one.
    per : str, (unit, measure) or DataFrame
        What it is set against: a measure of ``cases`` such as "residents" or "crime", or counts
        of its own.
    reference : mapping of strand to group, optional
        The groups that others are compared with, where they are not the usual ones.
    versus : str, default "rest"
        What each group is compared with: "rest", everyone else, or "reference".
    level : float, default 0.95
        How often limits of this kind hold the truth.
    method : str, default "score"
        Limits, as for ``relative_rates``.
    dispersion : float or mapping of area to float, default 1
        How many times as variable the counts are as independent ones (``rates.dispersion``):
        widens limits and p for repeat events.

    Returns
    -------
    DataFrame
        Estimates, five rows for each group. The first three have the ratio's own name (see
        ``relative_rates``) as ``statistic``, and as the flag ``supposing`` what is supposed of
        the unrecorded (Manski 1989):

        - ``random``: they are as the recorded (missing at random);
        - ``lowest``: all of those counted are of the other group (and, where the base is counted
          by the strand too, all of those not counted are of this one); ``highest``: the reverse.
          With limits as if that were known, so that lowest and highest with their limits hold
          both ignorance and chance;
        - "tipping point": which share of the unrecorded counted would have to be of this group
          for the ratio to be 1 (``numerator`` of ``denominator``), beside its share of the
          recorded (``reference_numerator`` of ``reference_denominator``). Where the base is
          counted by the strand too, the unrecorded who are only in the base are taken to be as
          the recorded there. Against a reference, those who are not of this group are taken to be
          of the others as the recorded are: flag ``others_as_recorded``. Below 0 or above 1 it
          cannot be reached: flag ``out_of_reach``;
        - "tipping odds ratio": the odds of belonging to the group among the unrecorded at the
          tipping point, over those among the recorded: how unlike the recorded they would be.

        Where only some groups are noted, such as "Disabled", the recorded say nothing of the
        others: nothing is supposed to be missing at random, and the tipping point stands alone.
        What holds for the whole family holds over the groups within each supposition.

    Examples
    --------
    >>> from dsvstats import counts
    >>> cases = pd.concat([
    ...     counts.table("Wandsworth", "victims", "crime", "ethnicity_two",
    ...                  {"White": 415, "Black and minority ethnic": 228, "Not recorded": 544}),
    ...     counts.table("Wandsworth", "residents", "usual_residents", "ethnicity_two",
    ...                  {"White": 700, "Black and minority ethnic": 300}, subject="population")])
    >>> bounds = unknown_bounds(cases, "crime", per="residents")
    >>> bounds[bounds["group"] == "White"][["statistic", "flags", "estimate"]].round(2)
                statistic                             flags  estimate
    0          rate ratio   residents=2008 supposing=random      0.78
    1          rate ratio   residents=2008 supposing=lowest      0.23
    2          rate ratio  residents=2008 supposing=highest      1.80
    3       tipping point                                        0.76
    4  tipping odds ratio                                        1.78
    """
    tail(level)
    _common.chosen(versus, ("rest", "reference"), where="versus")
    cases, measure, per = comparators.beside(cases, measure, per, name="per")
    if measure is None:
        return estimates.empty()
    held = comparators.groups(cases, measure, per)
    spread = _common.spread(held.rows, dispersion, level)
    if held.rows.empty:
        return estimates.empty()
    group = held.count, held.base
    other, name, hidden = _other(held, versus, reference)
    out = _unrecorded.unrecorded(cases, held.rows, per)
    more = out["count_unrecorded"].to_numpy(), out["base_unrecorded"].to_numpy()
    nested = (held.rows["kind"] == "proportion").to_numpy()
    usable = held.usable & ~np.isnan(other[1])
    statistic = _ratios.statistic(held.rows)
    low, high = _unrecorded.extremes(nested, group, other, more)
    rows = held.rows.assign(
        versus=versus,
        reference=name,
        per=1.0,
        source=comparators.sources(held),
        withheld=held.rows["withheld"].to_numpy() | hidden | out["hidden"].to_numpy(),
    )
    found = []
    family = _common.codes_of(rows, _common.FAMILY)
    for what, sides in ((RANDOM, [*group, *other]), (LOWEST, low), (HIGHEST, high)):
        there = usable & ~held.silent if what == RANDOM else usable
        sides = [np.where(there, side, np.nan) for side in sides]

        def at(level: float | np.ndarray, sides=sides) -> list[np.ndarray]:
            return _ratios.ratios(
                held.rows["kind"], sides, level=level, method=method, spread=spread
            )

        limits = at(level)
        p = _ratios.ratios_p(held.rows["kind"], sides, method=method, spread=spread)
        test = None
        if what == RANDOM:
            test = comparators.hypotheses(held.usable, held.family, versus)
        strand = rows["strand"].to_numpy(dtype=object)
        tests = family_size(np.where(rows["withheld"], np.nan, p), family, test=test, strand=strand)
        together = at(_common.together(level, tests))
        found.append(
            rows.assign(
                statistic=statistic,
                numerator=np.where(there, sides[0], held.count),
                denominator=np.where(there, sides[1], held.base),
                reference_numerator=sides[2],
                reference_denominator=sides[3],
                estimate=limits[0],
                lower=limits[1],
                upper=limits[2],
                lower_together=together[1],
                upper_together=together[2],
                method=np.where(there, method, ""),
                p=p,
                p_adjusted=sidak(p, tests),
                flags=_flags(held, usable, there, more[0], spread, what, versus),
            )
        )
    found += _tipping(rows, held, usable, group, other, more, nested)
    return _interleaved(found, level)


def _other(
    held, versus: str, reference
) -> tuple[tuple[np.ndarray, np.ndarray], np.ndarray, object]:
    count, base, name, hidden = comparators.against(held, versus, reference=reference)
    if versus == "rest":
        rest = np.where(held.usable & ~held.partial, held.all_recorded - held.count, np.nan)
        return (rest, base), name, False
    itself = held.rows["group"].to_numpy(dtype=object) == name
    return (np.where(itself, np.nan, count), np.where(itself, np.nan, base)), name, hidden


def _flags(held, usable, there, more, spread, what: str, versus: str) -> np.ndarray:
    unknown = held.usable & held.partial & (versus == "rest")
    lacking = np.where(unknown, "not_everyone", "nothing_to_compare")
    return flagged(
        held.rows["flags"],
        (np.full(len(there), True), f"supposing={what}"),
        (~held.recorded, "unrecorded"),
        (held.unused, "code_unused"),
        (held.recorded & ~usable & ~held.unused, lacking),
        (usable & ~there, "some_noted"),
        (usable & (more == 0), "nobody_unrecorded"),
        (usable & held.optional, "minimum_recorded"),
        (there, _common.independence(held.rows, spread)),
    )


def _tipping(rows, held, usable, group, other, more, nested) -> list[pd.DataFrame]:
    """The share of the unrecorded at which the ratio is 1: as large as the share of the base.

    With events A of the group, C of the other and O of the groups that are neither, and U
    unrecorded, of whom those not of the group are shared among the others as the recorded, and B
    and D the bases, or those of the base without the event, the ratio is 1 where
    (A + t U) / B = (C + (1 - t) U C / (C + O)) / D, the unrecorded of the bases being shared as
    their recorded. Where nobody else was recorded they are shared as the bases.
    """
    (count, base), (count_ref, base_ref) = group, other
    rest, rest_ref = (
        np.where(nested, base - count, base),
        np.where(nested, base_ref - count_ref, base_ref),
    )
    others, others_rest = count_ref, rest_ref
    if against_reference := bool((rows["versus"] == "reference").any()):
        every = np.where(nested, held.base - held.count, held.base)
        counted, bases = (
            _common.total(np.where(held.usable, each, 0.0), held.family)
            for each in (held.count, every)
        )
        others, others_rest = counted - count, bases - rest
    several = _common.total(held.usable.astype(float), held.family) > 2
    with np.errstate(divide="ignore", invalid="ignore"):
        own = np.where(others > 0, count_ref / others, rest_ref / others_rest)
        needed = (rest * (count_ref + own * more[0]) - rest_ref * count) / (rest_ref + rest * own)
        tipping = np.where(usable & (more[0] > 0), needed / more[0], np.nan)
        inside = np.clip(tipping, 0.0, 1.0)
        odds = inside / (1 - inside) * (others / count)
    shown = ~np.isnan(tipping)
    told = shown & ~held.silent
    reached = (tipping >= 0) & (tipping <= 1)
    common = rows.assign(
        numerator=np.where(shown, needed, held.count),
        denominator=np.where(shown, more[0], np.nan),
        base=held.rows["unit"] + ":" + held.rows["measure"],
        versus="none",
        reference="",
        reference_numerator=np.where(told, count, np.nan),
        reference_denominator=np.where(told, count + others, np.nan),
        flags=flagged(
            np.full(len(rows), "", dtype=object),
            (~held.recorded, "unrecorded"),
            (usable & ~shown & ~np.isnan(more[0]), "nobody_unrecorded"),
            (usable & np.isnan(more[0]), "unrecorded_unknown"),
            (shown & ~reached, "out_of_reach"),
            (shown & several & against_reference, "others_as_recorded"),
        ),
    )
    return [
        common.assign(statistic=TIPPING, estimate=tipping),
        common.assign(statistic=TIPPING_ODDS, estimate=np.where(told, odds, np.nan)),
    ]


def _interleaved(found: list[pd.DataFrame], level: float) -> pd.DataFrame:
    size = len(found[0])
    order = np.arange(size * len(found)).reshape(len(found), size).T.ravel()
    return estimates.frame(pd.concat(found, ignore_index=True).take(order), level=level)
