"""How does a count change over time, and did it change on a day?"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import special

from dsvstats import counts, estimates
from dsvstats.counts import Measure
from dsvstats.errors import InputError
from dsvstats.statistics import common
from dsvstats.statistics.intervals.inputs import tail
from dsvstats.statistics.multiplicity import family_size, sidak

_SERIES = ["area", "subject", "unit", "measure", "definition", "strand", "group"]
_INDICATOR = [each for each in _SERIES if each != "area"]
_MONTH, _YEAR, _TWO_YEARS = 32, 365.25, 24
_LEAST = 4
"""Periods that must be left over once the line, its change and the seasons are taken."""
_NAMES = ("change in a year", "change at a day", "change in a year after it")
_AGAINST = dict(
    zip(_NAMES, ("a year before", "just before", "the yearly change before"), strict=True)
)


def trend(
    cases: pd.DataFrame,
    measure: Measure,
    *,
    per: Measure | None = None,
    change: str = "",
    level: float = 0.95,
) -> pd.DataFrame:
    """By how much does a count change in a year, and did it change on a day?

    Parameters
    ----------
    cases : DataFrame
        Counts: the columns of ``counts.COLUMNS``, in periods that follow each other. Periods that
        overlap are an error: neighbours would share their cases.
    measure : str or (unit, measure)
        What was counted.
    per : str or (unit, measure), optional
        The base that it is set against; else the days of each period.
    change : str, default ""
        A day from which the count may be at another level and take another slope, such as
        "2009-09-23": a segmented (interrupted) series.
    level : float, default 0.95
        How often limits of this kind hold the truth.

    Returns
    -------
    DataFrame
        Estimates, for each series: "change in a year", how many times as many after a year; with
        ``change`` also "change at a day", how many times as many at once, and "change in a year
        after it", over the change before. Quasi-Poisson (Wagner and others 2002): limits and p
        are widened by the dispersion left over; months of the year may differ where there are two
        years of months. All series of an indicator are one family.

    Examples
    --------
    >>> starts = pd.date_range("2008-01-01", periods=12, freq="QS")
    >>> cases = pd.concat([
    ...     counts.table("Barnet", "offences", "crime", "all", {"All": int(100 * 1.1 ** (n / 4))},
    ...                  start=str(start.date()), end=str((start + pd.offsets.QuarterEnd()).date()))
    ...     for n, start in enumerate(starts)])
    >>> round(trend(cases, "crime")["estimate"].iloc[0], 2)
    np.float64(1.1)
    """
    tail(level)
    held = counts.resolve(cases, measure, name="measure")
    if held is None:
        return estimates.empty()
    rows = _with_base(cases, held, per)
    day = _day(change) if change else None
    found = [
        each
        for _, series in rows.groupby(_SERIES, sort=False)
        for each in _fitted(series.sort_values("start"), day, level)
    ]
    if not found:
        return estimates.empty()
    told = pd.DataFrame(found)
    family = common.codes_of(told, [*_INDICATOR, "statistic"])
    tests = family_size(told["p"].to_numpy(dtype=float), family)
    return estimates.frame(
        told,
        **_together(told, common.together(level, tests)),
        level=level,
        versus="reference",
        reference=told["statistic"].map(_AGAINST),
        method="quasi_poisson",
        p_adjusted=sidak(told["p"].to_numpy(dtype=float), tests),
    )


def _together(told: pd.DataFrame, at: np.ndarray) -> dict[str, np.ndarray]:
    away = special.stdtrit(told["left"], (1 + at) / 2) * told["error"]
    middle = np.log(told["estimate"])
    return {
        "lower_together": np.exp(middle - away).to_numpy(),
        "upper_together": np.exp(middle + away).to_numpy(),
    }


def _with_base(cases: pd.DataFrame, held: tuple[str, str], per: Measure | None) -> pd.DataFrame:
    if per is not None:
        return counts.pair(cases, held, per=per)
    rows = counts.choose(cases, unit=held[0], measure=held[1])
    days = (rows["end"] - rows["start"]).dt.days + 1
    return rows.rename(columns={"count": "numerator"}).assign(
        numerator=rows["count"].astype(float), denominator=days.astype(float), base="", flags=""
    )


def _day(change: str) -> pd.Timestamp:
    try:
        return pd.Timestamp(change)
    except ValueError:
        raise InputError(
            where="change", rule="a day", value=change, mend="write it as 2009-09-23"
        ) from None


def _fitted(series: pd.DataFrame, day: pd.Timestamp | None, level: float) -> list[dict]:
    """What changes in one series: nothing where too few periods are known."""
    _refuse_overlap(series)
    known = series[
        series["numerator"].notna() & (series["denominator"] > 0) & ~series["withheld"].astype(bool)
    ]
    length = (known["end"] - known["start"]).dt.days + 1
    middle = known["start"] + (known["end"] - known["start"]) / 2
    columns, names, seasonal = _design(middle, length, day)
    left = len(known) - columns.shape[1]
    if left < _LEAST or not known["numerator"].sum():
        return []
    import statsmodels.api as sm

    y = known["numerator"].to_numpy(dtype=float)
    fit = sm.GLM(
        y,
        columns,
        family=sm.families.Poisson(),
        offset=np.log(known["denominator"].to_numpy(float)),
    ).fit()
    wide = max(1.0, float(fit.pearson_chi2) / left)
    first = known.iloc[0]
    key = {each: first[each] for each in _SERIES} | {
        "start": known["start"].min(),
        "end": known["end"].max(),
        "numerator": y.sum(),
        "base": first["base"],
        "source": counts.sources_by(known["source"], np.zeros(len(known)))[0],
    }
    flags = [f"overdispersed={wide:.3g}"] if wide > 1 else []
    flags += ["seasonal"] if seasonal else []
    flags += [f"from_day={day:%Y-%m-%d}"] if day is not None else []
    found = []
    for n, name in enumerate(names, 1):
        value, error = float(fit.params[n]), float(fit.bse[n]) * np.sqrt(wide)
        away = special.stdtrit(left, (1 + level) / 2) * error
        found.append(
            key
            | {
                "statistic": name,
                "estimate": np.exp(value),
                "lower": np.exp(value - away),
                "upper": np.exp(value + away),
                "error": error,
                "left": left,
                "p": 2 * special.stdtr(left, -abs(value) / error),
                "flags": " ".join(flags),
            }
        )
    return found


def _design(
    middle: pd.Series, length: pd.Series, day: pd.Timestamp | None
) -> tuple[np.ndarray, tuple[str, ...], bool]:
    """The columns of the model: level, years, the change, the months of the year as two waves."""
    years = ((middle - middle.min()).dt.days / _YEAR).to_numpy()
    columns = [np.ones(len(years)), years]
    names: tuple[str, ...] = _NAMES[:1]
    if day is not None:
        since = ((middle - day).dt.days / _YEAR).to_numpy()
        if (since >= 0).sum() >= _LEAST and (since < 0).sum() >= _LEAST:
            columns += [(since >= 0).astype(float), np.maximum(since, 0)]
            names = _NAMES
    seasonal = bool(len(middle) >= _TWO_YEARS and (length < _MONTH).all())
    if seasonal:
        angle = 2 * np.pi * middle.dt.day_of_year.to_numpy() / _YEAR
        columns += [wave(n * angle) for n in (1, 2) for wave in (np.sin, np.cos)]
    return np.column_stack(columns), names, seasonal


def _refuse_overlap(series: pd.DataFrame) -> None:
    start, end = series["start"].to_numpy()[1:], series["end"].to_numpy()[:-1]
    if (start <= end).any():
        row = series.iloc[int(np.flatnonzero(start <= end)[0]) + 1]
        raise InputError(
            where=f"{row['area']}, {row['measure']}",
            rule="periods that do not overlap",
            value=f"{row['start']:%Y-%m-%d} to {row['end']:%Y-%m-%d}",
            mend="keep periods that follow each other: rolling ones share their cases",
        )
