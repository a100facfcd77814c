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
LARGEST = 10.0
_STEPS, _ALIKE = 50, 1e-9


@dataclass(frozen=True)
class Fit:
    """The most likely coefficients and standard deviation of the cells' effects, with its limits.

    ``linear`` is each cell's log odds, with its effect at its mode.
    """

    coefficients: np.ndarray
    deviation: float
    lower: float
    upper: float
    linear: np.ndarray


@dataclass(frozen=True)
class At:
    """The model at one deviation: its most likely coefficients, and the means of the effects.

    ``information`` is that on the coefficients; variances allow for those of the coefficients.
    """

    height: float
    information: np.ndarray
    coefficients: np.ndarray
    variances: np.ndarray
    effect: np.ndarray
    effect_variance: np.ndarray
    linear: np.ndarray
    linear_variance: np.ndarray


def fit(count: np.ndarray, base: np.ndarray, design: np.ndarray, *, drop: float) -> Fit:
    """Maximum likelihood; limits of the deviation where the log-likelihood falls by ``drop``."""
    cells = Cells(count, base, design)
    start = np.zeros(design.shape[1])
    start[0] = special.logit((count.sum() + 0.5) / (base.sum() + 1))
    start, without = cells.best(0.0, start)

    def loss(values):
        height, slope, slope_deviation = cells.likelihood(values[:-1], values[-1])
        return -height, -np.append(slope, slope_deviation)

    bounds = [(None, None)] * len(start) + [(0.0, LARGEST)]
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
    fixed = design @ coefficients
    linear = fixed + deviation * cells.modes(fixed, deviation)[0]
    return Fit(coefficients, deviation, lower, upper, linear)


class Cells:
    """Counts out of bases with a design row each, and the likelihood of what may lie behind."""

    def __init__(self, count: np.ndarray, base: np.ndarray, design: np.ndarray) -> None:
        self.count, self.base, self.design = count, base, design
        self.points, self.weights = np.polynomial.hermite.hermgauss(NODES)
        self.observed = np.log((count + 0.5) / (base - count + 0.5))
        self.heft = (count + 0.5) * (base - count + 0.5) / (base + 1)

    def modes(self, fixed: np.ndarray, deviation: float) -> tuple[np.ndarray, np.ndarray]:
        """Each cell's most likely standard effect, and the curvature there."""
        kept = deviation * self.heft / (1 + deviation**2 * self.heft)
        effect = kept * (self.observed - fixed)
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
        height, effect, posterior = self._quadrature(coefficients, deviation)
        linear = (self.design @ coefficients)[:, None] + deviation * effect
        off = self.count[:, None] - self.base[:, None] * special.expit(linear)
        slope = (posterior * off).sum(axis=1) @ self.design
        return height, slope, (posterior * off * effect).sum()

    def _quadrature(self, coefficients: np.ndarray, deviation: float) -> tuple:
        """The log-likelihood, and the standard effects of each cell with their posterior weights."""
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
        return (each + np.log(width)).sum(), effect, np.exp(height - each[:, None])

    def best(self, deviation: float, start: np.ndarray) -> tuple[np.ndarray, float]:
        """The most likely coefficients at this deviation, by scoring."""
        here, step = start, np.zeros(len(start))
        height, slope, _ = self.likelihood(here, deviation)
        for _ in range(_STEPS):
            information = self._information(self.design @ here, deviation)[0]
            step = np.clip(np.linalg.lstsq(information, slope, rcond=None)[0], -2, 2)
            while True:
                there = self.likelihood(here + step, deviation)
                if there[0] >= height - _ALIKE or np.abs(step).max() < _ALIKE:
                    break
                step = step / 2
            gained, here = there[0] - height, here + step
            height, slope, _ = there
            if gained < _ALIKE:
                break
        return here, height

    def limits(self, start: np.ndarray, deviation: float, least: float) -> tuple[float, float]:
        """Where the likelihood, the coefficients being their best, has fallen to the least."""

        def excess(value: float) -> float:
            return self.best(value, start)[1] - least

        lower = 0.0
        if deviation > 0 and excess(0.0) < 0:
            lower = optimize.brentq(excess, 0.0, deviation, xtol=1e-4)
        upper = max(2 * deviation, 0.1)
        while upper < LARGEST and excess(upper) > 0:
            upper *= 2
        if excess(upper) > 0:
            return lower, np.inf
        return lower, optimize.brentq(excess, deviation, upper, xtol=1e-4)

    def _information(self, fixed: np.ndarray, deviation: float) -> tuple[np.ndarray, ...]:
        """The information on the coefficients, the effects, and how much of each is its own."""
        effect = deviation * self.modes(fixed, deviation)[0]
        p = special.expit(fixed + effect)
        weight = self.base * p * (1 - p)
        own = weight * deviation**2 / (1 + weight * deviation**2)
        information = (self.design * (weight * (1 - own))[:, None]).T @ self.design
        return information, effect, own

    def at(self, deviation: float, start: np.ndarray) -> At:
        """The model at this deviation: each effect by its mean, with the variance around it."""
        coefficients, height = self.best(deviation, start)
        fixed = self.design @ coefficients
        information, _, own = self._information(fixed, deviation)
        covariance = np.linalg.pinv(information)
        _, effects, posterior = self._quadrature(coefficients, deviation)
        mean = (posterior * effects).sum(axis=1)
        alone = deviation**2 * (posterior * (effects - mean[:, None]) ** 2).sum(axis=1)
        moved = self.design * own[:, None]
        kept = self.design * (1 - own)[:, None]
        return At(
            height=height,
            information=information,
            coefficients=coefficients,
            variances=np.diag(covariance),
            effect=deviation * mean,
            effect_variance=alone + np.einsum("ij,jk,ik->i", moved, covariance, moved),
            linear=fixed + deviation * mean,
            linear_variance=alone + np.einsum("ij,jk,ik->i", kept, covariance, kept),
        )
