"""The methods by name. Kernels take arrays of one length and the tail beyond each limit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.special import betainccinv, betaincinv, ndtri

from dsvstats.statistics.intervals import closed, conditional, score, simultaneous
from dsvstats.statistics.intervals import exact as _exact


def _jeffreys(count, nobs, tail):
    rest = nobs - count
    return (
        betaincinv(count + 0.5, rest + 0.5, tail),
        betainccinv(count + 0.5, rest + 0.5, tail),
    )


def _share_ratio(count, rest, count_ref, rest_ref):
    return count / count_ref * ((count_ref + rest_ref) / (count + rest))


def _koopman(count, rest, count_ref, rest_ref, tail):
    z2 = ndtri(tail) ** 2
    return (
        _share_ratio(count, rest, count_ref, rest_ref),
        score.ratio_lower(count, rest, count_ref, rest_ref, z2),
        1 / score.ratio_lower(count_ref, rest_ref, count, rest, z2),
    )


def _katz(count, rest, count_ref, rest_ref, tail):
    ratio = _share_ratio(count, rest, count_ref, rest_ref)
    variance = closed.katz_variance(count, rest) + closed.katz_variance(count_ref, rest_ref)
    informed = (count > 0) & (count_ref > 0)
    return ratio, *closed.log_limits(ratio, variance, informed, -ndtri(tail))


def _difference(limits):
    def kernel(count, rest, count_ref, rest_ref, tail):
        difference = count / (count + rest) - count_ref / (count_ref + rest_ref)
        return difference, *limits(count, rest, count_ref, rest_ref, -ndtri(tail))

    return kernel


def _mee(count, rest, count_ref, rest_ref, z, times=1.0):
    z2 = np.broadcast_to(z * z * times, count.shape)
    return (
        score.difference_lower(count, rest, count_ref, rest_ref, z2),
        -score.difference_lower(count_ref, rest_ref, count, rest, z2),
    )


def _miettinen_nurminen(count, rest, count_ref, rest_ref, z):
    both = count + rest + count_ref + rest_ref
    return _mee(count, rest, count_ref, rest_ref, z, both / (both - 1))


def _cross_product(count, rest, count_ref, rest_ref):
    return count * rest_ref / (rest * count_ref)


def _woolf(count, rest, count_ref, rest_ref, tail):
    odds = _cross_product(count, rest, count_ref, rest_ref)
    cells = (count, rest, count_ref, rest_ref)
    informed = np.minimum.reduce(cells) > 0
    return odds, *closed.log_limits(odds, sum(1 / cell for cell in cells), informed, -ndtri(tail))


def _cornfield(count, rest, count_ref, rest_ref, tail):
    z2 = ndtri(tail) ** 2
    return (
        _cross_product(count, rest, count_ref, rest_ref),
        score.odds_lower(count, rest, count_ref, rest_ref, z2)[0],
        1 / score.odds_lower(count_ref, rest_ref, count, rest, z2)[0],
    )


def _rate_log(count, count_ref, tail):
    ratio, variance = count / count_ref, 1 / count + 1 / count_ref
    informed = (count > 0) & (count_ref > 0)
    return ratio, *closed.log_limits(ratio, variance, informed, -ndtri(tail))


def _rate_exact(count, count_ref, tail):
    lower, upper = _share_odds(_exact.binomial, count, count_ref, tail)
    return count / count_ref, lower, upper


def _rate_mid_p(count, count_ref, tail):
    few, many = np.minimum(count, count_ref), np.maximum(count, count_ref)
    share = _exact.binomial_mid_p_lower(few, many, 0.5)
    odds = np.where(few + many > 0, share / (1 - share), np.nan)
    estimate = np.where(count > count_ref, 1 / odds, odds)
    return estimate, *_share_odds(_exact.binomial_mid_p, count, count_ref, tail)


def _share_odds(limits, count, count_ref, tail):
    """Limits of a share as odds, from the smaller share, whose complement keeps its digits."""
    swapped = count > count_ref
    lower, upper = limits(np.minimum(count, count_ref), count + count_ref, tail)
    lower, upper = lower / (1 - lower), upper / (1 - upper)
    return np.where(swapped, 1 / upper, lower), np.where(swapped, 1 / lower, upper)


PROPORTION: dict[str, Callable[..., Any]] = {
    "wilson": lambda count, nobs, share, tail: score.wilson(count, nobs, share, -ndtri(tail)),
    "wilson_cc": lambda count, nobs, share, tail: closed.wilson_cc(
        count, nobs, share, -ndtri(tail)
    ),
    "clopper_pearson": lambda count, nobs, share, tail: _exact.binomial(count, nobs, tail),
    "mid_p": lambda count, nobs, share, tail: _exact.binomial_mid_p(count, nobs, tail),
    "jeffreys": lambda count, nobs, share, tail: _jeffreys(count, nobs, tail),
    "agresti_coull": lambda count, nobs, share, tail: closed.agresti_coull(
        count, nobs, -ndtri(tail)
    ),
}
COUNT = {
    "byar_exact": lambda count, tail: closed.byar_exact(count, -ndtri(tail), tail),
    "byar": lambda count, tail: closed.byar(count, -ndtri(tail)),
    "exact": _exact.poisson,
    "mid_p": _exact.poisson_mid_p,
}
RISK_RATIO = {"score": _koopman, "log": _katz}
RISK_DIFFERENCE = {
    "newcombe": _difference(closed.newcombe),
    "miettinen_nurminen": _difference(_miettinen_nurminen),
    "mee": _difference(_mee),
    "agresti_caffo": _difference(closed.agresti_caffo),
}
ODDS_RATIO = {
    "mid_p": lambda a, b, c, e, tail: conditional.mid_p(a, b, c, e, tail, ndtri(tail) ** 2),
    "exact": lambda a, b, c, e, tail: conditional.exact(a, b, c, e, tail, ndtri(tail) ** 2),
    "woolf": _woolf,
    "score": _cornfield,
}
RATE_RATIO = {
    "score": lambda count, count_ref, tail: (
        count / count_ref,
        *closed.share_odds(count, count_ref, -ndtri(tail)),
    ),
    "exact": _rate_exact,
    "mid_p": _rate_mid_p,
    "log": _rate_log,
}
SHARES = {"goodman": simultaneous.goodman, "sison_glaz": simultaneous.sison_glaz}
