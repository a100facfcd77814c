"""Risks from a regression on counted cells, standardised over everyone."""

from __future__ import annotations

import warnings

import numpy as np

COVARIANCES = {"model": "nonrobust", "robust": "HC0", "hc1": "HC0", "clustered": "cluster"}


def standardised_risks(
    count: np.ndarray,
    base: np.ndarray,
    group: np.ndarray,
    factors: np.ndarray,
    *,
    log_link: bool,
    covariance: str,
    clusters: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Each group's mean predicted risk over everyone, and the covariance matrix of those.

    One entry for each cell: events, base, the number of its group, of the level of each factor (a
    column each) and of its cluster. A level in which all or none have the event predicts just
    that and takes no part in the fit; so does a group, whose variance is then missing.
    """
    groups = int(group.max()) + 1
    fixed = _settled(count, base, factors, all_too=not log_link)
    live = np.isnan(fixed)
    events, people = (np.bincount(group[live], each[live], groups) for each in (count, base))
    bare = (events == 0) | ((events == people) & (not log_link))
    fitted = live & ~bare[group]
    weight = base / base.sum()
    constant = np.sum(weight[~live] * fixed[~live])
    share = weight[live].sum()
    risk = constant + share * np.where(events > 0, 1.0, 0.0)
    spread = np.full((groups, groups), np.nan)
    if not fitted.any():
        return risk, spread
    kept = np.flatnonzero(~bare)
    dummies = _dummies(factors, fitted)
    sides = np.zeros((len(count), len(kept) - 1))
    for column, each in enumerate(kept[1:]):
        sides[:, column] = group == each
    coefficients, covariances = _fit(
        np.column_stack([np.ones(len(count)), sides, dummies])[fitted],
        count[fitted],
        base[fitted],
        clusters[fitted],
        log_link,
        covariance,
    )
    slopes = []
    for column, each in enumerate(kept):
        sides[:] = 0.0
        if column:
            sides[:, column - 1] = 1.0
        design = np.column_stack([np.ones(len(count)), sides, dummies])[live]
        linear = design @ coefficients
        mean = np.exp(linear) if log_link else 1 / (1 + np.exp(-linear))
        slope = mean if log_link else mean * (1 - mean)
        risk[each] = constant + weight[live] @ mean
        slopes.append((weight[live] * slope) @ design)
    gradient = np.array(slopes)
    spread[np.ix_(kept, kept)] = gradient @ covariances @ gradient.T
    return risk, spread


def _settled(count, base, factors: np.ndarray, *, all_too: bool) -> np.ndarray:
    """The risk of the cells in whose level none, or all, have the event; missing for others."""
    fixed = np.full(len(count), np.nan)
    while True:
        live = np.isnan(fixed)
        before = live.sum()
        for column in factors.T:
            events, people = (np.bincount(column[live], each[live]) for each in (count, base))
            for value, levels in ((0.0, events == 0), (1.0, all_too & (events == people))):
                levels = np.flatnonzero(levels & (people > 0))
                fixed[live & np.isin(column, levels)] = value
            live = np.isnan(fixed)
        if live.sum() == before:
            return fixed


def _dummies(factors: np.ndarray, fitted: np.ndarray) -> np.ndarray:
    columns = [
        (column == level).astype(float)
        for column in factors.T
        for level in np.unique(column[fitted])[1:]
    ]
    return np.column_stack(columns) if columns else np.empty((len(factors), 0))


def _fit(
    design, count, base, clusters, log_link: bool, covariance: str
) -> tuple[np.ndarray, np.ndarray]:
    """The fit on two rows a cell, with and without the event, weighted by how many they are.

    That is the fit on one row a person, robust variances included; a binomial fit on the cells
    takes each cell for one observation and gives other robust variances. The corrections of HC1
    and for few clusters are our own, since the library's count rows where they should count people.
    """
    from statsmodels.genmod import families
    from statsmodels.genmod.generalized_linear_model import GLM
    from statsmodels.tools.sm_exceptions import SpecificationWarning

    number = np.concatenate([count, base - count])
    held = number > 0
    model = GLM(
        np.repeat([1.0, 0.0], len(count))[held],
        np.vstack([design, design])[held],
        family=families.Poisson() if log_link else families.Binomial(),
        freq_weights=number[held],
    )
    groups, correction = None, 1.0
    people, freedom = number.sum(), number.sum() - design.shape[1]
    if covariance == "hc1":
        correction = people / freedom
    elif covariance == "clustered":
        groups = {"groups": np.tile(clusters, 2)[held], "use_correction": False}
        many = len(np.unique(clusters))
        correction = many / max(many - 1, 1) * (people - 1) / freedom
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SpecificationWarning)
        fit = model.fit(cov_type=COVARIANCES[covariance], cov_kwds=groups, tol=1e-12, maxiter=200)
    return fit.params, fit.cov_params() * correction
