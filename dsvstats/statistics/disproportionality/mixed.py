"""A logistic regression of counted cells with a normal effect of its own for each cell.

The effect is integrated out by adaptive Gauss-Hermite quadrature around each cell's mode (Pinheiro
and Bates 1995); no library at hand fits binomial counts that way: statsmodels' mixed binomial
model is Bayesian, by variational or Laplace approximation only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import optimize, special

NODES = 15
_LARGEST = 10.0


@dataclass(frozen=True)
class Fit:
    """The fitted coefficients, the standard deviation of the cells' effects, and its limits.

    ``effect`` is each cell's effect at its mode, ``linear`` its whole log odds; their variances
    take ``deviation`` as known.
    """

    coefficients: np.ndarray
    variances: np.ndarray
    deviation: float
    lower: float
    upper: float
    effect: np.ndarray
    effect_variance: np.ndarray
    linear: np.ndarray
    linear_variance: np.ndarray


def fit(count: np.ndarray, base: np.ndarray, design: np.ndarray, *, drop: float) -> Fit:
    """Maximum likelihood; limits of the deviation where the log-likelihood falls by ``drop``."""
    cells = _Cells(count, base, design)
    start = np.zeros(design.shape[1])
    start[0] = special.logit((count.sum() + 0.5) / (base.sum() + 1))
    start, without = cells.best(0.0, start)

    def loss(values):
        height, slope, slope_deviation = cells.likelihood(values[:-1], values[-1])
        return -height, -np.append(slope, slope_deviation)

    bounds = [(None, None)] * len(start) + [(0.0, _LARGEST)]
    found = optimize.minimize(
        loss,
        np.append(start, 0.5),
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"maxiter": 1000, "ftol": 1e-13, "gtol": 1e-7},
    )
    coefficients, deviation, top = found.x[:-1], float(found.x[-1]), -found.fun
    if without >= top - 1e-9:
        coefficients, deviation, top = start, 0.0, without
    lower, upper = cells.limits(coefficients, deviation, top - drop)
    return cells.described(coefficients, deviation, lower, upper)


class _Cells:
    """Counts out of bases with a design row each, and the likelihood of what may lie behind."""

    def __init__(self, count: np.ndarray, base: np.ndarray, design: np.ndarray) -> None:
        self.count, self.base, self.design = count, base, design
        self.points, self.weights = np.polynomial.hermite.hermgauss(NODES)

    def modes(self, fixed: np.ndarray, deviation: float) -> tuple[np.ndarray, np.ndarray]:
        """Each cell's most likely standard effect, and the curvature there."""
        effect = np.zeros(len(fixed))
        for _ in range(100):
            p = special.expit(fixed + deviation * effect)
            curve = 1 + deviation**2 * self.base * p * (1 - p)
            step = (deviation * (self.count - self.base * p) - effect) / curve
            effect = effect + np.clip(step, -1, 1)
            if np.abs(step).max(initial=0) < 1e-12:
                break
        p = special.expit(fixed + deviation * effect)
        return effect, 1 + deviation**2 * self.base * p * (1 - p)

    def likelihood(self, coefficients: np.ndarray, deviation: float) -> tuple:
        """The log-likelihood, and its slope in the coefficients and in the deviation."""
        fixed = self.design @ coefficients
        mode, curve = self.modes(fixed, deviation)
        width = np.sqrt(2 / curve)
        effect = mode[:, None] + width[:, None] * self.points
        linear = fixed[:, None] + deviation * effect
        height = (
            self.count[:, None] * linear
            - self.base[:, None] * np.logaddexp(0, linear)
            - effect**2 / 2
            + np.log(self.weights)
            + self.points**2
        )
        each = special.logsumexp(height, axis=1)
        posterior = np.exp(height - each[:, None])
        off = self.count[:, None] - self.base[:, None] * special.expit(linear)
        slope = (posterior * off).sum(axis=1) @ self.design
        return (each + np.log(width)).sum(), slope, (posterior * off * effect).sum()

    def best(self, deviation: float, start: np.ndarray) -> tuple[np.ndarray, float]:
        """The most likely coefficients at this deviation."""

        def loss(values):
            height, slope, _ = self.likelihood(values, deviation)
            return -height, -slope

        found = optimize.minimize(loss, start, jac=True, method="BFGS", options={"gtol": 1e-6})
        return found.x, -found.fun

    def limits(self, start: np.ndarray, deviation: float, least: float) -> tuple[float, float]:
        """Where the likelihood, the coefficients being their best, has fallen to the least."""

        def excess(value: float) -> float:
            return self.best(value, start)[1] - least

        lower = 0.0
        if deviation > 0 and excess(0.0) < 0:
            lower = optimize.brentq(excess, 0.0, deviation, xtol=1e-4)
        upper = max(2 * deviation, 0.1)
        while upper < _LARGEST and excess(upper) > 0:
            upper *= 2
        if excess(upper) > 0:
            return lower, np.inf
        return lower, optimize.brentq(excess, deviation, upper, xtol=1e-4)

    def described(
        self, coefficients: np.ndarray, deviation: float, lower: float, upper: float
    ) -> Fit:
        """The fit with the variances of coefficients and effects at their joint mode."""
        fixed = self.design @ coefficients
        effect = deviation * self.modes(fixed, deviation)[0]
        p = special.expit(fixed + effect)
        weight = self.base * p * (1 - p)
        own = weight * deviation**2 / (1 + weight * deviation**2)
        information = (self.design * (weight * (1 - own))[:, None]).T @ self.design
        covariance = np.linalg.pinv(information)
        alone = deviation**2 * (1 - own)
        moved = self.design * own[:, None]
        kept = self.design * (1 - own)[:, None]
        return Fit(
            coefficients=coefficients,
            variances=np.diag(covariance),
            deviation=deviation,
            lower=lower,
            upper=upper,
            effect=effect,
            effect_variance=alone + np.einsum("ij,jk,ik->i", moved, covariance, moved),
            linear=fixed + effect,
            linear_variance=alone + np.einsum("ij,jk,ik->i", kept, covariance, kept),
        )
