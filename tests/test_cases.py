"""Every trusted case: through the public functions, or the library a researcher would call.

`OURS` maps a case's method to a public function, `LIBRARY` to the library that is right there and
that nothing here replaces. `NOT_OFFERED` are cases that neither answers, with the reason. A method in none
of them fails.
"""

from __future__ import annotations

import json
import math
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import special, stats
from statsmodels import api as statsmodels
from statsmodels.duration.survfunc import SurvfuncRight
from statsmodels.stats import contingency_tables, multitest, proportion, rates

from dsvstats import counts
from dsvstats.statistics import (
    attrition,
    comparison,
    disproportionality,
    durations,
    intervals,
    repeats,
)
from dsvstats.statistics.attrition.incidence import incidence
from dsvstats.statistics.comparison import curves, overdispersion
from dsvstats.statistics.rates import directly_standardised, indirectly_standardised
from dsvstats.statistics.repeats import truncated
from dsvstats.terms import places

Z = 1.959963984540054
CASES = json.loads(Path(__file__).with_name("expected").joinpath("cases.json").read_text("utf-8"))


def floats(value):
    """The file writes inf and nan as words."""
    if isinstance(value, dict):
        return {name: floats(each) for name, each in value.items()}
    if isinstance(value, list):
        return [floats(each) for each in value]
    return float(value) if isinstance(value, str) and value in ("inf", "nan") else value


def as_interval(interval: intervals.Interval) -> dict:
    return interval._asdict()


def limits(pair) -> dict:
    return dict(zip(("lower", "upper"), np.transpose(pair), strict=True))


def share(method):
    return lambda x, n, conf: as_interval(intervals.proportion(x, n, level=conf, method=method))


def rate(method):
    def found(x, person_time, conf):
        interval = intervals.count(x, level=conf, method=method)
        return {name: value / person_time for name, value in as_interval(interval).items()}

    return found


def two_shares(function, method):
    return lambda a, n1, c, n0, conf: as_interval(function(a, n1, c, n0, level=conf, method=method))


def two_rates(method):
    return lambda x1, t1, x0, t0, conf: as_interval(
        intervals.rate_ratio(x1, t1, x0, t0, level=conf, method=method)
    )


def two_rates_p(method):
    return lambda x1, t1, x0, t0: {"p": intervals.rate_ratio_p(x1, t1, x0, t0, method=method)}


def with_p(limits, p):
    """Limits of ours, and the p-value that a library gives beside them."""

    def found(conf, **inputs):
        return limits(**inputs, conf=conf) | {"p": p(**inputs)}

    return found


def composition(method):
    return lambda counts, conf: as_interval(intervals.shares(counts, level=conf, method=method))


SCORE = "score (Koopman/Miettinen-Nurminen without N/(N-1) correction)"
SIMULTANEOUS = "simultaneous CIs for a composition (ethnic mix): "
OURS = {
    "proportion CI: Wilson score": share("wilson"),
    "proportion CI: Wilson with continuity correction": share("wilson_cc"),
    "proportion CI: Clopper-Pearson exact": share("clopper_pearson"),
    "proportion CI: mid-P exact": share("mid_p"),
    "proportion CI: jeffreys": share("jeffreys"),
    "proportion CI: agresti_coull": share("agresti_coull"),
    "Poisson count CI: Byar, OHID form, also below 10": rate("byar"),
    "Poisson count CI: exact (Garwood)": rate("exact"),
    "Poisson rate CI: exact-c": rate("exact"),
    "Poisson rate CI: midp-c": rate("mid_p"),
    "rate CI: Byar if count>=10 else exact (OHID rule)": rate("byar_exact"),
    "risk ratio CI: Katz log (Wald)": two_shares(intervals.risk_ratio, "log"),
    f"two proportions ratio CI: {SCORE}": two_shares(intervals.risk_ratio, "score"),
    "risk difference CI: Newcombe hybrid score (method 10)": two_shares(
        intervals.risk_difference, "newcombe"
    ),
    "two proportions diff CI: newcomb": two_shares(intervals.risk_difference, "newcombe"),
    "two proportions diff CI: agresti-caffo": two_shares(
        intervals.risk_difference, "agresti_caffo"
    ),
    "risk difference CI: asymptotic score Mee, no N/(N-1)": two_shares(
        intervals.risk_difference, "mee"
    ),
    "risk difference CI: asymptotic score Miettinen-Nurminen with N/(N-1)": two_shares(
        intervals.risk_difference, "miettinen_nurminen"
    ),
    "risk difference CI: Miettinen-Nurminen score with N/(N-1) correction": two_shares(
        intervals.risk_difference, "miettinen_nurminen"
    ),
    "odds ratio CI: Woolf log": two_shares(intervals.odds_ratio, "woolf"),
    "odds ratio CI: score (Cornfield-type, uncorrected), zero or full cell": two_shares(
        intervals.odds_ratio, "score"
    ),
    f"two proportions odds-ratio CI: {SCORE}": two_shares(intervals.odds_ratio, "score"),
    "odds ratio: median-unbiased, mid-P exact CI": two_shares(intervals.odds_ratio, "mid_p"),
    "odds ratio: conditional MLE, exact CI, Fisher two-sided p": with_p(
        two_shares(intervals.odds_ratio, "exact"),
        lambda a, n1, c, n0: stats.fisher_exact([[a, n1 - a], [c, n0 - c]]).pvalue,
    ),
    "rate ratio CI: score (Wilson on the share of events)": two_rates("score"),
    "rate ratio CI: log Wald": two_rates("log"),
    "rate ratio: median-unbiased, mid-P exact CI": two_rates("mid_p"),
    "rate ratio CI: exact conditional (Clopper-Pearson on share), p exact": with_p(
        two_rates("exact"),
        lambda x1, t1, x0, t0: stats.binomtest(x1, x1 + x0, t1 / (t1 + t0)).pvalue,
    ),
    "two-rate equality test: score": two_rates_p("score"),
    SIMULTANEOUS + "goodman": composition("goodman"),
    SIMULTANEOUS + "sison-glaz": composition("sison_glaz"),
}


def inputs_of(name: str) -> dict:
    (found,) = (case["inputs"] for case in CASES if case["id"] == name)
    return found


def frame(strand: str, **measures) -> pd.DataFrame:
    """Counts of victims by group for each measure; "residents" are a measure too."""
    tables = []
    for measure, (groups, numbers) in measures.items():
        unit = "residents" if measure == "usual_residents" else "victims"
        held = dict(zip(groups, map(int, numbers), strict=True))
        tables.append(counts.table("Barnet", unit, measure, strand, held))
    return pd.concat(tables, ignore_index=True)


def crossed(a, n1, c, n0, **_) -> pd.DataFrame:
    """Arrests of crimes by age (the stratum) and gender (Female: a of n1, Male: c of n0)."""
    cells = [f"{20 + n}-{20 + n} x {who}" for n in range(len(a)) for who in ("Female", "Male")]
    top, bottom = (np.column_stack(pair).ravel() for pair in ((a, c), (n1, n0)))
    return frame("age x gender", arrest=(cells, top), crime=(cells, bottom))


def stated(found: pd.DataFrame, statistic: str) -> pd.Series:
    (at,) = np.flatnonzero(found["statistic"] == statistic)
    return found.iloc[at]


def mantel_haenszel(what: str):
    """The pooled ratio, odds ratio or difference, with the tests that go with it."""
    tests = {
        "risk ratio": {"Q": "heterogeneity of ratios, Q"},
        "risk difference": {"Q": "heterogeneity of differences, Q"},
        "odds ratio": {
            "Q": "heterogeneity of odds ratios, Q",
            "tarone": "heterogeneity of odds ratios, Breslow-Day-Tarone",
            "bd": "heterogeneity of odds ratios, Breslow-Day",
            "cmh": "Cochran-Mantel-Haenszel chi-squared",
        },
    }[what]

    def found(conf=0.95, **tables):
        table = disproportionality.stratified(
            crossed(**tables), "arrest", per="crime", strand="gender", strata="age", level=conf
        )
        pooled = stated(table, f"Mantel-Haenszel {what}")
        result = dict(pooled[["estimate", "lower", "upper"]])
        result["se_log"] = (
            math.log(pooled["upper"] / pooled["lower"]) / (2 * Z) if "ratio" in what else None
        )
        result |= {"mh_or": pooled["estimate"], "or": pooled["estimate"]}
        for name, statistic in tests.items():
            result[name] = result[f"{name}_chi2"] = stated(table, statistic)["estimate"]
            result[f"{name}_p"] = stated(table, statistic)["p"]
        if what == "odds ratio":
            result |= {"chi2": result["cmh"], "p": result["cmh_p"]}
            result["mh_rr"] = stated(table, "Mantel-Haenszel risk ratio")["estimate"]
        return result

    return found


def case_control(case_exp, ctrl_exp, case_unexp, ctrl_unexp, conf):
    return mantel_haenszel("odds ratio")(
        a=case_exp,
        n1=np.add(case_exp, ctrl_exp),
        c=case_unexp,
        n0=np.add(case_unexp, ctrl_unexp),
        conf=conf,
    )


def admissions(**options):
    """Women against men: in the case's tables men come first."""
    men = inputs_of("mh_rr_ucb")
    women = {"a": men["c"], "n1": men["n0"], "c": men["a"], "n0": men["n1"]}

    def found(data):
        table = disproportionality.adjusted(
            crossed(**women), "arrest", per="crime", strand="gender", by="age", **options
        )
        result = {}
        for short, statistic in (("rr", "ratio"), ("rd", "difference")):
            rows = table[table["statistic"] == f"standardised risk {statistic}"]
            for row in rows.to_dict("records"):
                wide = np.log if short == "rr" else float
                error = (wide(row["upper"]) - wide(row["lower"])) / (2 * Z)
                result |= {
                    short: row["estimate"],
                    f"{short}_lower": row["lower"],
                    f"{short}_upper": row["upper"],
                    f"{short}_se": error,
                }
        result |= {
            "lower": result["rr_lower"],
            "upper": result["rr_upper"],
            "se_log": result["rr_se"],
            "ln_rr_se": result["rr_se"],
            "ln_rr": math.log(result["rr"]),
        }
        risks = table[table["statistic"] == "standardised risk"].set_index("group")["estimate"]
        return result | {f"risk_{group.lower()}": value for group, value in risks.items()}

    return found


def pooled(model: str):
    named = {"W": "White", "B": "Black", "A": "Asian", "M": "Mixed", "F": "Female"}

    def found(cells):
        cells = inputs_of(cells)["cells"] if isinstance(cells, str) else cells
        sexes = ["Male" if sex == "M" else "Female" for sex in cells["sex"]]
        groups = [
            f"{age} x {sex} x {named[eth]}"
            for age, sex, eth in zip(cells["age"], sexes, cells["eth"], strict=True)
        ]
        strand = "age x gender x ethnicity_broad"
        table = disproportionality.intersections(
            frame(strand, arrest=(groups, cells["y"]), crime=(groups, cells["n"])),
            "arrest",
            per="crime",
            strand=strand,
            model=model,
            reference={"age": "16-24", "gender": "Female"},
        )
        typical = math.log(stated(table, "typical odds")["estimate"])
        deviation = stated(table, "standard deviation of log odds")["estimate"]
        main = table[table["statistic"] == "odds ratio, main effect"].set_index("group")["estimate"]
        order = [
            each for each in ("Black", "Asian", "Mixed", "Male", "25-44", "45+") if each in main
        ]
        own = table[table["statistic"] == "proportion, partially pooled"].set_index("group")
        return {
            "intercept": typical,
            "sigma": deviation,
            "vpc": stated(table, "variance partition coefficient")["estimate"],
            "fitted": own.loc[groups, "estimate"],
            "fixef": [typical, *np.log(main[order])],
            "fixef_names": ["(Intercept)", "ethB", "ethA", "ethM", "sexM", "age25-44", "age45+"],
        }

    return found


SIX = ["recorded", "crime", "sanction_detection", "charge", "prosecuted", "convicted"]
"""A chain of six nested stages, whatever the case calls them."""


def chain(A, B) -> pd.DataFrame:
    numbers = zip(SIX, A, B, strict=True)
    return frame("gender", **{m: (["Female", "Male"], [b, a]) for m, a, b in numbers})


def sequential(A, B):
    table = attrition.continuation_ratio(chain(A, B), stages=SIX, reference={"gender": "Male"})
    error = np.log(table["upper"] / table["lower"]) / 2 / Z
    return {"or": table["estimate"], "se_log": error}


def stage_by_stage(A, B, conf):
    table = attrition.stage_ratios(
        chain(A, B), stages=SIX, reference={"gender": "Male"}, method="log", level=conf
    )
    *stages, whole = table[["estimate", "lower", "upper"]].to_numpy()
    lives = {"Female": 9000, "Male": 9000}
    people = counts.table("Barnet", "residents", "usual_residents", "gender", lives)
    index = attrition.relative_rate_index(
        pd.concat([chain(A, B), people]), stages=SIX, reference={"gender": "Male"}, level=conf
    )
    np.testing.assert_allclose(index[["estimate", "lower", "upper"]].to_numpy()[1:-1], stages)
    named = zip(("stage_rr", "lower", "upper"), np.transpose(stages), strict=True)
    overall = zip(("overall", "overall_lower", "overall_upper"), whole, strict=True)
    return dict(named) | dict(overall)


def competing(method, name):
    def found(time, event, times, codes=""):
        cases = pd.DataFrame({"days": time, "outcome": [str(e) if e else "" for e in event]})
        by = {} if method == "jackknife" else {"method": method}  # the default
        table = attrition.cumulative_incidence(cases, at=times, **by)
        held = durations.table(time, event, among=2)
        result = {"surv": durations.at(held.times, durations.survival(held)[0], times, start=1)}
        for n in (1, 2):
            rows = table[table["measure"] == str(n)]
            _, error = incidence(held, n - 1, method=method)
            error = durations.at(held.times, error, times, start=0)
            result |= {
                f"cif{n}": rows["estimate"],
                f"{name}{n}": error ** (2 if name == "var" else 1),
            }
        return result

    return found


def kaplan_meier(time, event, times):
    """The library that is right, and ours, which `durations` needs for several outcomes."""
    held = durations.table(time, event, among=1)
    share, error = (
        durations.at(held.times, each, times, start=1) for each in durations.survival(held)
    )
    theirs = SurvfuncRight(np.array(time), np.array(event))
    at = np.searchsorted(theirs.surv_times, times, side="right") - 1
    np.testing.assert_allclose(share, theirs.surv_prob[at])
    np.testing.assert_allclose(error, theirs.surv_prob_se[at])
    lower, upper = durations.log_log(share, error, 0.95)
    return {"surv": share, "se": error, "lower_loglog": lower, "upper_loglog": upper}


def over_dispersed(numerator, denominator, target, at):
    """The peer leaves its additive limits of ratios on the square-root scale, where ours are not.

    Below an angle of 0 its limit of a proportion rises again; ours stays at 0.
    """
    size, part = len(numerator), target != 1
    n, d = np.array(numerator, dtype=float), np.array(denominator)
    held = comparison.areas.Areas(
        rows=pd.DataFrame({"kind": ["proportion" if part else "rate"] * size}),
        count=n,
        base=d,
        usable=np.ones(size, dtype=bool),
        indicator=np.zeros(size, dtype=int),
        whole_count=np.full(size, target),
        whole_base=np.ones(size),
        reference=np.full(size, "", dtype=object),
    )
    between = overdispersion.spread(held, consistent=False)[0]
    found = {
        "z": overdispersion.z_scores(held),
        "phi": overdispersion.dispersion(held)[0],
        "tau2": between**2,
    }
    for name, level in (
        ("95", 2 * stats.norm.cdf(1.959964) - 1),
        ("998", 2 * stats.norm.cdf(3.090232) - 1),
    ):
        by = {"kind": "proportion" if part else "rate", "level": level}
        at = np.asarray(at, dtype=float)
        ends = curves.stable_limits(target, at, between=between, **by)
        plain = curves.stable_limits(target, at, between=0.0, **by)
        angle = np.arcsin(np.sqrt(ends[1])) - 2 * np.arcsin(np.sqrt(target)) if part else 0
        ends = [np.where(ends[0] > 0, ends[0], np.sin(angle) ** 2), ends[1]]
        if not part:
            ends = np.sqrt(ends)
            plain = [
                intervals.count(np.array(at) * target, level=level, method="exact")[n] / at
                for n in (1, 2)
            ]
        found |= {f"od_ll{name}": ends[0], f"od_ul{name}": ends[1]}
        found |= {f"ll{name}": plain[0], f"ul{name}": plain[1]}
    return found


def significance(numerator, denominator):
    """Ours by mid-P, theirs by the normal distribution: they agree on which areas stand apart."""
    named = sorted(places.place().parts)[: len(numerator)]
    held = pd.concat(
        [
            counts.table(area, "victims", measure, "all", {"All": int(value)})
            for area, n, d in zip(named, numerator, denominator, strict=True)
            for measure, value in (("arrest", n), ("crime", d))
        ]
    )
    found = comparison.funnel(held, "arrest", of="crime", overdispersion=False)
    way = np.where(found["estimate"] > 1, "High", "Low")
    far = np.where(found["p"] < 0.002, "0.001", "0.025")
    told = [f"{a} ({b})" for a, b in zip(way, far, strict=True)]
    return {"significance": np.where(found["p"] < 0.05, told, "Not significant")}


def listed(freq) -> pd.DataFrame:
    return frame("reports", crime=([str(n) for n in range(1, len(freq) + 1)], freq))


def closed_forms(freq):
    zelterman = repeats.unseen(listed(freq), method="zelterman")["estimate"]
    return {"chao": repeats.unseen(listed(freq))["estimate"], "zelterman": zelterman}


def zero_truncated(freq, note=""):
    fit = truncated.poisson(freq)
    whole = repeats.unseen(listed(freq), method="poisson")["estimate"]
    rate = repeats.frequency_model(listed(freq))["estimate"]
    return {"lambda": rate, "vglm_lambda": fit.mean, "loglik": fit.loglik, "N_hat": whole}


def at_the_boundary(freq):
    fit = truncated.negative_binomial(freq)
    told = repeats.unseen(listed(freq), method="negative_binomial").iloc[0]
    assert told["flags"] == "boundary" and np.isnan(told["estimate"])
    return {"boundary": fit.boundary, "logseries_p": fit.mean, "loglik_limit": fit.loglik}


def truncated_regression(y, x):
    people = pd.DataFrame({"reports": y, "x": x})
    table = repeats.frequency_model(people, by=["x"])
    fit = truncated.regression(people["reports"], np.column_stack([np.ones(len(x)), x]))
    assert np.log(table["estimate"]).tolist() == pytest.approx([fit.params[1]])
    return {"coef": fit.params, "se": fit.bse, "loglik": fit.llf}


def inequality(counts):
    number = pd.Series(counts).astype(int).value_counts()
    points = repeats.concentration(frame("reports", crime=([*map(str, number.index)], number)))
    return {
        "gini_population": points["gini"].iloc[0],
        "gini": points["gini"].iloc[0],
        "gini_generalised": points["gini_generalised"].iloc[0],
        "top10pct_share": repeats.top_share(points, of_people=0.1),
        "top20pct_share": repeats.top_share(points, of_people=0.2),
    }


def at_risk(rows) -> pd.DataFrame:
    """The rows of one case serve three."""
    if isinstance(rows, str):
        (rows,) = (each["inputs"]["rows"] for each in CASES if each["id"] == rows)
    held = pd.DataFrame(rows)
    return pd.DataFrame(
        {
            "person": held["id"],
            "start_day": held["start"],
            "end_day": held["stop"],
            "again": held["ev"] == 1,
            "strand": "gender",
            "group": np.where(held["x"] == 1, "Female", "Male"),
        }
    )


def recurring(model):
    def found(rows):
        (row,) = repeats.recurrence(
            at_risk(rows), model=model, reference={"gender": "Male"}
        ).itertuples()
        return {
            "coef": math.log(row.estimate),
            "robust_se": math.log(row.upper / row.lower) / 2 / Z,
        }

    return found


def mean_cumulative(rows, times):
    people = at_risk(rows).drop(columns=["strand", "group"])
    return {"mcf": repeats.recurrence(people, at=times)["estimate"]}


def three_comparators(groups, events, population, reference, conf):
    table = disproportionality.relative_rates(
        frame("ethnicity_broad", arrest=(groups, events), crime=(groups, population)),
        "arrest",
        per="crime",
        reference={"ethnicity_broad": reference},
        level=conf,
        method="log",
    ).set_index(["reference", "group"])
    result = {"group": groups}
    for name, short in ((reference, "ref"), ("everyone else", "rest")):
        rows = table.loc[name].loc[groups]
        result |= {
            f"rri_{short}": rows["estimate"],
            f"{short}_lo": rows["lower"],
            f"{short}_hi": rows["upper"],
        }
    return result | {"rep_index": table.loc["overall"].loc[groups, "estimate"]}


def excess(**table):
    groups = ["Female", "Male"]
    cases = frame(
        "gender",
        arrest=(groups, [table["a"], table["c"]]),
        crime=(groups, [table["n1"], table["n0"]]),
    )
    found = disproportionality.excess(cases, "arrest", per="crime")
    ratio = disproportionality.relative_rates(cases, "arrest", per="crime", versus="reference")
    return {
        "rr": ratio.loc[ratio["group"] == "Female", "estimate"].item(),
        "excess": stated(found, "excess events")["estimate"],
        "e_value": stated(found, "E-value")["estimate"],
    }


def kitagawa(share_a, rate_a, share_b, rate_b):
    bands = [f"{20 + n}-{20 + n}" for n in range(len(share_a))]
    tables = []
    for area, shares, rate_of in (("Barnet", share_a, rate_a), ("Brent", share_b, rate_b)):
        base = np.multiply(shares, 1000).round()
        events = np.multiply(base, rate_of).round()
        tables.append(frame("age", arrest=(bands, events), crime=(bands, base)).assign(area=area))
    found = disproportionality.decompose(
        pd.concat(tables), "arrest", per="crime", strata="age", between=("Barnet", "Brent")
    )
    return dict(zip(("gap", "rate_effect", "composition_effect"), found["estimate"], strict=True))


def by_band(events, population):
    bands = [f"{10 * n}-{10 * n + 9}" for n in range(len(events))]
    return frame("age", crime=(bands, events), usual_residents=(bands, population))


def direct(method):
    def found(events, population, standard, conf, multiplier=1):
        bands = [f"{10 * n}-{10 * n + 9}" for n in range(len(events))]
        row = directly_standardised(
            by_band(events, population),
            "crime",
            strata="age",
            method=method,
            level=conf,
            standard=dict(zip(bands, standard, strict=True)),
            multiplier=multiplier,
        ).iloc[0]
        return {
            "value": row["estimate"],
            "adjusted": row["estimate"],
            "lower": row["lower"],
            "upper": row["upper"],
            "total_count": row["numerator"],
            "crude": row["numerator"] / row["denominator"],
        }

    return found


def indirect(events, population, ref_events, ref_population, conf):
    london = by_band(ref_events, ref_population).assign(area="London")
    row = indirectly_standardised(
        pd.concat([by_band(events, population), london]), "crime", strata="age", level=conf
    ).iloc[0]
    return {
        "observed": row["numerator"],
        "expected": row["denominator"],
        "value": row["estimate"],
        "lower": row["lower"],
        "upper": row["upper"],
    }


OURS |= {
    "Chao lower bound and Zelterman population size from singletons and doubletons": closed_forms,
    "Lorenz/Gini of events over units, generalised Gini for more units than events, top-share by linear Lorenz interpolation": inequality,
    "mean cumulative number of repeats per person (Nelson-Aalen / MCF) at times": mean_cumulative,
    "repeat victimisation: Andersen-Gill log-HR with cluster-robust SE (Efron)": recurring(
        "andersen_gill"
    ),
    "repeat victimisation: PWP gap-time stratified log-HR, cluster-robust SE": recurring(
        "gap_time"
    ),
    "zero-truncated NB whose ML runs to the size->0 boundary (logarithmic series limit): must be flagged, not reported as converged; limit loglik": at_the_boundary,
    "zero-truncated Poisson ML: lambda, loglik, implied population n/(1-exp(-lambda))": zero_truncated,
    "zero-truncated Poisson regression, one binary covariate (log rate ratio of repeats)": truncated_regression,
    "funnel overdispersion (Spiegelhalter 2005/2012 additive random effects): PR none winsorised 10% each end": over_dispersed,
    "funnel overdispersion (Spiegelhalter 2005/2012 additive random effects): SR CQC winsorised (underdispersed: tau2 must be 0) 10% each end": over_dispersed,
    "OHID proportion funnel significance codes (95 and 99.8%)": significance,
    "Aalen-Johansen cumulative incidence, two competing events, heavy ties incl. event/censor at same time": competing(
        "jackknife", "se_cif"
    ),
    "cumulative incidence by cmprsk with variance (Aalen-type)": competing("aalen", "var"),
    "Kaplan-Meier (event 1, others censored), Greenwood SE, log-log CI": kaplan_meier,
    "sequential (continuation-ratio) logit ORs B vs A per stage": sequential,
    "stage-wise RRI (B vs A) call>incident>crime>arrest>charge>conviction; product of stage RRIs = overall": stage_by_stage,
    "Mantel-Haenszel pooled RR (Greenland-Robins variance), Q heterogeneity": mantel_haenszel(
        "risk ratio"
    ),
    "Mantel-Haenszel pooled RD (Sato/GR variance), Q heterogeneity": mantel_haenszel(
        "risk difference"
    ),
    "Mantel-Haenszel pooled OR (Robins-Breslow-Greenland variance), Q heterogeneity": (
        mantel_haenszel("odds ratio")
    ),
    "Mantel-Haenszel OR; case-control, 6 age strata, a zero cell in two strata": case_control,
    "CMH test without continuity correction and MH OR CI": (
        lambda array: mantel_haenszel("odds ratio")(**inputs_of("mh_rr_ucb"))
    ),
    "Breslow-Day homogeneity of OR (and Tarone adjusted); MH OR logodds SE": mantel_haenszel(
        "odds ratio"
    ),
    "marginal standardisation (g-computation) from logistic: RR and RD, delta-method"
    " (log scale for RR)": admissions(),
    "marginal standardisation via marginaleffects: log RR and SE, RD and SE (Female vs Male | dept)": (
        admissions()
    ),
    "modified Poisson RR (Zou 2004) Female vs Male adj. dept, sandwich HC0": admissions(
        method="modified_poisson"
    ),
    "crossed-strata (MAIHDA) logistic: main effects + random intercept per intersection (AGQ 15)": (
        pooled("additive")
    ),
    "null MAIHDA: intercept, sd, VPC=s2/(s2+pi^2/3), shrunken cell probabilities": pooled("null"),
    "RRI per group: vs reference (White), vs everyone else, and representation index"
    " (share of events / share of population)": three_comparators,
    "excess events in group if it had the reference rate; E-value of RR": excess,
    "Kitagawa two-way decomposition of a rate gap into composition and rate components": kitagawa,
    "BH with ties, zeros and a missing p (missing kept missing, m counts non-missing)": (
        lambda p: {"adjusted": disproportionality.adjust_p(p, method="bh")}
    ),
    "multiple comparisons: BH": (
        lambda p: {"adjusted": disproportionality.adjust_p(p, method="bh")}
    ),
    "directly standardised rate per 100000, Dobson CI with Byar"
    " (exact if total<10 not given: suppressed)": direct("dobson"),
    "directly standardised rate, Fay-Feuer gamma CI": direct("fay_feuer"),
    "indirectly standardised ratio: observed/expected, Byar or exact (<10) CI": indirect,
}


def statsmodels_rate(method):
    return lambda x, person_time, conf: limits(
        rates.confint_poisson(x, person_time, method=method, alpha=1 - conf)
    )


def statsmodels_shares(compare, method, correction=False):
    return lambda a, n1, c, n0, conf: limits(
        proportion.confint_proportions_2indep(
            a, n1, c, n0, compare=compare, method=method, alpha=1 - conf, correction=correction
        )
    )


def statsmodels_rates(compare, method):
    return lambda x1, t1, x0, t0, conf: limits(
        rates.confint_poisson_2indep(x1, t1, x0, t0, compare=compare, method=method, alpha=1 - conf)
    )


def statsmodels_rates_p(method):
    return lambda x1, t1, x0, t0: {
        "p": rates.test_poisson_2indep(x1, t1, x0, t0, method=method).pvalue
    }


def multiple(method):
    return lambda p: {"adjusted": multitest.multipletests(p, method=method)[1]}


def unconditional(a, n1, c, n0):
    columns = [[a, c], [n1 - a, n0 - c]]
    return {
        "barnard_p": stats.barnard_exact(columns, n=256).pvalue,
        "boschloo_p": stats.boschloo_exact(columns, n=256).pvalue,
    }


def residuals(table_rows):
    table = np.array(table_rows)
    found = stats.chi2_contingency(table, correction=False)
    rows, columns = (stats.contingency.margins(table)[axis] / table.sum() for axis in (0, 1))
    spread = np.sqrt(found.expected_freq * (1 - rows) * (1 - columns))
    return {
        "chi2": found.statistic,
        "p": found.pvalue,
        "expected": found.expected_freq,
        "stdres": (table - found.expected_freq) / spread,
    }


def cochran_armitage(x, n):
    """R divides by N where the peer divides by N - 1."""
    table = contingency_tables.Table(np.array([x, np.subtract(n, x)]), shift_zeros=False)
    found = table.test_ordinal_association(
        row_scores=np.array([1, 0]), col_scores=np.arange(len(n))
    )
    chi2 = found.zscore**2 * sum(n) / (sum(n) - 1)
    return {"chi2": chi2, "p": stats.chi2.sf(chi2, 1)}


def interrupted(y, t, intervention_at_t, slope_term):
    assert slope_term == f"max(0,t-{intervention_at_t - 1})"
    t = np.array(t)
    after = np.maximum(t - intervention_at_t + 1, 0)
    return np.array(y), np.column_stack([np.ones_like(t), t, after > 0, after])


def interrupted_linear(**series):
    fit = statsmodels.OLS(*interrupted(**series)).fit(cov_type="HAC", cov_kwds={"maxlags": 3})
    return {"coef": fit.params, "se_nw": fit.bse}


def interrupted_poisson(data):
    (series,) = (case["inputs"] for case in CASES if case["id"] == data)
    fit = statsmodels.GLM(*interrupted(**series), family=statsmodels.families.Poisson()).fit(
        tol=1e-12
    )
    level, slope = np.exp(fit.params[2:])
    return {"rr_level": level, "rr_slope": slope, "se": fit.bse}


def negative_binomial(count, x):
    """The error of theta is R's, which takes the fitted means as known."""
    model = statsmodels.NegativeBinomial(count, statsmodels.add_constant(x))
    fit = model.fit(method="newton", disp=0, tol=1e-12)
    theta, mean, count = 1 / fit.params[-1], fit.predict(), np.array(count)
    trigamma = special.polygamma(1, theta) - special.polygamma(1, theta + count)
    rest = 2 / (mean + theta) - 1 / theta - (count + theta) / (mean + theta) ** 2
    return {
        "coef": fit.params[:-1],
        "theta": theta,
        "se_theta": (trigamma + rest).sum() ** -0.5,
        "loglik": fit.llf,
    }


LIBRARY = {
    "proportion CI: normal": lambda x, n, conf: limits(
        proportion.proportion_confint(x, n, alpha=1 - conf)
    ),
    "Poisson rate CI: jeff": statsmodels_rate("jeff"),
    "Poisson rate CI: score": statsmodels_rate("score"),
    "Poisson rate CI: sqrt-a": statsmodels_rate("sqrt-a"),
    "risk ratio CI: score with N/(N-1)": statsmodels_shares("ratio", "score", correction=True),
    "two proportions ratio CI: log-adjusted": statsmodels_shares("ratio", "log-adjusted"),
    "two proportions odds-ratio CI: logit-adjusted": statsmodels_shares(
        "odds-ratio", "logit-adjusted"
    ),
    "two proportions odds-ratio CI: logit-smoothed": statsmodels_shares(
        "odds-ratio", "logit-smoothed"
    ),
    "two Poisson rates ratio CI: mover": statsmodels_rates("ratio", "mover"),
    "two Poisson rates diff CI: mover": statsmodels_rates("diff", "mover"),
    "two Poisson rates diff CI: score": statsmodels_rates("diff", "score"),
    "two Poisson rates diff CI: wald": statsmodels_rates("diff", "wald"),
    "two-rate equality test: cond-midp": statsmodels_rates_p("cond-midp"),
    "two-rate equality test: exact-cond": statsmodels_rates_p("exact-cond"),
    "two-rate equality test: etest": statsmodels_rates_p("etest"),
    "unconditional exact tests: Barnard (pooled score) and Boschloo two-sided p": unconditional,
    "r x c chi-square, expected, adjusted standardised residuals": residuals,
    "Cochran-Armitage trend in proportions (scores 1..k)": cochran_armitage,
    "interrupted time series OLS level+slope change, Newey-West (Bartlett, lag 3, no prewhitening,"
    " no small-sample adj.)": interrupted_linear,
    "ITS segmented Poisson: rate ratios for level and slope": interrupted_poisson,
    "negative binomial regression (theta by ML)": negative_binomial,
    "multiple comparisons: bonferroni": multiple("bonferroni"),
    "multiple comparisons: hochberg": multiple("simes-hochberg"),
    "multiple comparisons: hommel": multiple("hommel"),
    "multiple comparisons: holm-sidak": multiple("holm-sidak"),
    "multiple comparisons: fdr_tsbky": multiple("fdr_tsbky"),
}

NOT_OFFERED = {
    "OHID proportion funnel limits at first, 50th, 100th grid population (percent)": (
        "normal limits cut at 0 and 100; ours are exact, or allow for the spread between areas"
    ),
    "risk ratio: small-sample adjusted (epitools 'small')": (
        "a shrunken estimate of one R package, in no Python library; "
        "the score limits answer for small samples and keep the plain ratio"
    ),
}

SOLVED = {
    "or_fisher_rare": ("estimate", "upper"),
    "or_fisher_small": ("estimate", "lower"),
    "or_midp_small": ("lower",),
    "irr_midp_rothman": ("estimate", "lower"),
}
"""Values where a peer's root finder stops early: `test_solved_values` solves them in fractions."""


def answer(method: str):
    return OURS.get(method) or LIBRARY.get(method)


@pytest.mark.filterwarnings("ignore:divide by zero")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_trusted_value(case):
    method = case["method"]
    places = [method in OURS, method in LIBRARY, method in NOT_OFFERED]
    assert sum(map(bool, places)) == 1, f"{method} has no place, or more than one"
    if not answer(method):
        pytest.skip(NOT_OFFERED[method])
    found = answer(method)(**floats(case["inputs"]))
    expected = floats(case["expected"])
    tolerance = case["tolerance"]
    close = {"rtol": tolerance["rel"], "atol": tolerance["abs"]}
    printed = {"rtol": tolerance.get("published_rel", 0), "atol": tolerance.get("published_abs", 0)}
    for name, value in expected.items():
        if name in ("group", "fixef_names", "significance"):
            assert list(found[name]) == value
        elif name.startswith("published_"):
            np.testing.assert_allclose(found[name.removeprefix("published_")], value, **printed)
        else:
            np.testing.assert_allclose(found[name], value, **close, err_msg=name)


def chances(inputs: dict, ratio: float) -> tuple[int, dict[int, Fraction]]:
    """The events in the group, and the chance of each number of them given the total."""
    ratio = Fraction(ratio)
    if "x1" in inputs:
        count, total = inputs["x1"], inputs["x1"] + inputs["x0"]
        odds = ratio * inputs["t1"] / inputs["t0"]
        weights = {k: math.comb(total, k) * odds**k for k in range(total + 1)}
    else:
        count, total = inputs["a"], inputs["a"] + inputs["c"]
        nobs, nobs_ref = inputs["n1"], inputs["n0"]
        weights = {
            k: math.comb(nobs, k) * math.comb(nobs_ref, total - k) * ratio**k
            for k in range(max(0, total - nobs_ref), min(total, nobs) + 1)
        }
    whole = sum(weights.values())
    return count, {k: weight / whole for k, weight in weights.items()}


def amiss(case: dict, name: str, ratio: float) -> float:
    """How far a value is from the equation that defines it."""
    count, chance = chances(case["inputs"], ratio)
    mid_p = "mid-P" in case["method"]
    same = chance[count] / 2 if mid_p else chance[count]
    more = sum(each for k, each in chance.items() if k > count)
    fewer = sum(each for k, each in chance.items() if k < count)
    if name == "lower":
        return float(more + same - Fraction(1, 40))
    if name == "upper":
        return float(fewer + same - Fraction(1, 40))
    if mid_p:
        return float(more + same - Fraction(1, 2))
    return float(sum(k * each for k, each in chance.items()) - count)


@pytest.mark.parametrize("name", SOLVED)
def test_solved_values(name):
    (case,) = (case for case in CASES if case["id"] == name)
    for each in SOLVED[name]:
        assert abs(amiss(case, each, case["expected"][each])) < 1e-12
        assert abs(amiss(case, each, case["expected"][each] * (1 + 1e-5))) > 1e-7
