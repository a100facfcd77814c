"""Standardised risks from a regression on cells, equal to the one on one row a person."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from scipy import special
from statsmodels.genmod import families
from statsmodels.genmod.generalized_linear_model import GLM
from tables import CASES, brackets, crossed_case, join, residents, row

from dsvstats import counts, estimates
from dsvstats.errors import InputError
from dsvstats.estimates import flags
from dsvstats.statistics.disproportionality import adjusted, stratified

NUMBERS = ["estimate", "lower", "upper"]
UCB = CASES["mh_rr_ucb"]["inputs"]
WOMEN = {"a": UCB["c"], "n1": UCB["n0"], "c": UCB["a"], "n0": UCB["n1"]}
Z = 1.959963984540054


def admitted(**options):
    """Women against men, as if they had applied to the same departments (ages, here)."""
    return adjusted(
        crossed_case(WOMEN), "arrest", per="crime", strand="gender", by="age", **options
    )


def people(inputs, areas=None):
    """One row a person: is a woman, the stratum, the event, the area."""
    rows = []
    for n in range(len(inputs["a"])):
        for woman, top, bottom in ((1, "a", "n1"), (0, "c", "n0")):
            events, base = inputs[top][n], inputs[bottom][n]
            area = areas[n] if areas else 0
            rows += [(woman, n, 1, area)] * events + [(woman, n, 0, area)] * (base - events)
    return pd.DataFrame(rows, columns=["woman", "stratum", "event", "area"])


def design(frame, strata=True):
    columns = [np.ones(len(frame)), frame["woman"]]
    if strata:
        columns += [frame["stratum"] == n for n in sorted(frame["stratum"].unique())[1:]]
    return np.column_stack(columns).astype(float)


def by_hand(frame, *, strata=True, **fit):
    """Standardised risks, log ratio, difference and their errors, from one row a person."""
    x = design(frame, strata)
    model = GLM(frame["event"].to_numpy(), x, family=families.Binomial()).fit(tol=1e-12, **fit)
    risks, slopes = [], []
    for woman in (0, 1):
        each = x.copy()
        each[:, 1] = woman
        p = special.expit(each @ model.params)
        risks.append(p.mean())
        slopes.append((p * (1 - p)) @ each / len(p))
    log = slopes[1] / risks[1] - slopes[0] / risks[0]
    apart = slopes[1] - slopes[0]
    v = model.cov_params()
    return {
        "risks": risks,
        "ratio": risks[1] / risks[0],
        "log_error": np.sqrt(log @ v @ log),
        "difference": risks[1] - risks[0],
        "error": np.sqrt(apart @ v @ apart),
    }


def errors(found):
    ratio = row(found, statistic="standardised risk ratio")
    difference = row(found, statistic="standardised risk difference")
    return (
        np.log(ratio["upper"] / ratio["lower"]) / (2 * Z),
        (difference["upper"] - difference["lower"]) / (2 * Z),
    )


def test_marginal_standardisation_agrees_with_the_trusted_case():
    expected, found = CASES["margstd_ucb"]["expected"], admitted()
    risks = found[found["statistic"] == "standardised risk"].set_index("group")["estimate"]
    assert risks["Female"] == pytest.approx(expected["risk_female"], rel=1e-6)
    assert risks["Male"] == pytest.approx(expected["risk_male"], rel=1e-6)
    ratio = row(found, statistic="standardised risk ratio")
    assert ratio[NUMBERS].tolist() == pytest.approx(
        [expected[each] for each in ("rr", "rr_lower", "rr_upper")], rel=1e-6
    )
    difference = row(found, statistic="standardised risk difference")
    assert difference["estimate"] == pytest.approx(expected["rd"], rel=1e-6)
    assert errors(found)[1] == pytest.approx(expected["rd_se"], rel=1e-6)
    other = CASES["margstd_ucb_me"]["expected"]
    assert np.log(ratio["estimate"]) == pytest.approx(other["ln_rr"], rel=1e-3)
    assert errors(found)[0] == pytest.approx(other["ln_rr_se"], rel=1e-3)
    assert ratio["reference"] == "Male" and ratio["method"] == "logit, model"


def test_modified_poisson_agrees_with_the_trusted_case():
    expected = CASES["modpoisson_ucb_HC0"]["expected"]
    found = admitted(method="modified_poisson")
    assert found["statistic"].tolist() == ["standardised risk ratio"]
    assert found["method"].tolist() == ["modified_poisson, robust"]
    ratio = found.iloc[0]
    assert ratio[NUMBERS].tolist() == pytest.approx(
        [expected[each] for each in ("rr", "lower", "upper")], rel=1e-6
    )
    assert log_error(ratio) == pytest.approx(expected["se_log"], rel=1e-6)


def log_error(ratio):
    return np.log(ratio["upper"] / ratio["lower"]) / (2 * Z)


@pytest.mark.parametrize(("covariance", "theirs"), [(None, "HC0"), ("model", "nonrobust")])
def test_the_error_of_the_modified_poisson_ratio_is_robust_unless_the_models_is_asked_for(
    covariance, theirs
):
    """0.0467 as Zou has it; the Poisson model's 0.0617 is a third too large."""
    frame = people(WOMEN)
    on_people = GLM(frame["event"].to_numpy(), design(frame), family=families.Poisson())
    expected = on_people.fit(cov_type=theirs, tol=1e-14).bse[1]
    found = log_error(admitted(method="modified_poisson", covariance=covariance).iloc[0])
    assert found == pytest.approx(expected, rel=1e-7)
    assert round(found, 4) == (0.0617 if covariance == "model" else 0.0467)


def test_hc1_counts_people_not_rows():
    """As R's sandwich has it; statsmodels' GLM takes the word and gives HC0."""
    plain = log_error(admitted(method="modified_poisson").iloc[0])
    more = log_error(admitted(method="modified_poisson", covariance="hc1").iloc[0])
    frame = people(WOMEN)
    x = design(frame)
    assert more / plain == pytest.approx(np.sqrt(len(x) / (len(x) - x.shape[1])), rel=1e-9)
    model = GLM(frame["event"].to_numpy(), x, family=families.Poisson())
    assert model.fit(cov_type="HC1").bse[1] == model.fit(cov_type="HC0").bse[1]


@pytest.mark.parametrize(("covariance", "fit"), [("model", {}), ("robust", {"cov_type": "HC0"})])
def test_limits_equal_those_of_one_row_a_person(covariance, fit):
    expected = by_hand(people(WOMEN), **fit)
    found = admitted(covariance=covariance)
    assert row(found, statistic="standardised risk ratio")["estimate"] == pytest.approx(
        expected["ratio"], rel=1e-8
    )
    assert errors(found) == pytest.approx((expected["log_error"], expected["error"]), rel=1e-7)


def clustered():
    """Eight areas, each with two ages, as cells and as people."""
    rng = np.random.default_rng(5)
    frames, rows = [], []
    for area in range(8):
        n1, n0 = rng.integers(20, 80, 2), rng.integers(20, 80, 2)
        a, c = rng.binomial(n1, 0.5 - 0.03 * area), rng.binomial(n0, 0.3 + 0.02 * area)
        inputs = {"a": a, "n1": n1, "c": c, "n0": n0}
        inputs = {key: each.tolist() for key, each in inputs.items()}
        frames.append(crossed_case(inputs).assign(area=f"Area {area}"))
        rows.append(people(inputs).assign(area=area))
    return join(*frames), join(*rows)


def test_limits_clustered_by_area_equal_those_of_one_row_a_person():
    cases, frame = clustered()
    expected = by_hand(frame, cov_type="cluster", cov_kwds={"groups": frame["area"].to_numpy()})
    found = adjusted(
        cases, "arrest", per="crime", strand="gender", by="age", covariance="clustered"
    )
    assert set(found["area"]) == {"all areas"}
    assert errors(found) == pytest.approx((expected["log_error"], expected["error"]), rel=1e-7)
    assert errors(found)[0] > 1.5 * by_hand(frame)["log_error"]


def test_areas_may_be_levels():
    cases, frame = clustered()
    found = adjusted(cases, "arrest", per="crime", strand="gender", by="age x area")
    x = np.column_stack([design(frame)] + [frame["area"] == n for n in range(1, 8)]).astype(float)
    model = GLM(frame["event"], x, family=families.Binomial()).fit(tol=1e-12)
    risks = []
    for woman in (0, 1):
        x[:, 1] = woman
        risks.append(special.expit(x @ model.params.to_numpy()).mean())
    ratio = row(found, statistic="standardised risk ratio")
    assert ratio["estimate"] == pytest.approx(risks[1] / risks[0])
    with pytest.raises(InputError, match="leave London out"):
        adjusted(
            join(cases, cases[cases["area"] == "Area 0"].assign(area="London")),
            "arrest",
            per="crime",
            strand="gender",
            by="age x area",
        )


def test_a_binomial_fit_on_cells_has_other_robust_limits():
    """Why events and others are two weighted rows: cells as observations are another model."""
    frame = people(WOMEN)
    cells = frame.groupby(["stratum", "woman"], as_index=False)["event"].agg(["sum", "size"])
    outcome = np.column_stack([cells["sum"], cells["size"] - cells["sum"]])
    on_cells = GLM(outcome, design(cells), family=families.Binomial()).fit(cov_type="HC0")
    on_people = GLM(frame["event"], design(frame), family=families.Binomial()).fit(cov_type="HC0")
    np.testing.assert_allclose(on_cells.params, on_people.params, rtol=1e-6)
    assert on_cells.bse[1] > 1.3 * on_people.bse.iloc[1]


def test_frequency_weights_give_the_robust_limits_of_people():
    """What the package rests on; statsmodels warns of it, and is right here."""
    frame = people(WOMEN)
    cells = frame.groupby(["stratum", "woman", "event"], as_index=False).size()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        weighted = GLM(
            cells["event"], design(cells), family=families.Binomial(), freq_weights=cells["size"]
        ).fit(cov_type="HC0")
    on_people = GLM(frame["event"], design(frame), family=families.Binomial()).fit(cov_type="HC0")
    np.testing.assert_allclose(weighted.bse, on_people.bse, rtol=1e-6)


def test_the_librarys_correction_for_few_clusters_counts_rows_not_people():
    """Why the correction is our own: with frequency weights statsmodels' is of another size."""
    _, frame = clustered()
    cells = frame.groupby(["area", "stratum", "woman", "event"], as_index=False).size()
    fits = []
    for held, weights in ((frame, None), (cells, cells["size"].to_numpy())):
        model = GLM(
            held["event"].to_numpy(), design(held), family=families.Binomial(), freq_weights=weights
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            groups = held["area"].to_numpy()
            fits += [
                model.fit(cov_type="cluster", cov_kwds={"groups": groups, **more}, tol=1e-12)
                for more in ({}, {"use_correction": False})
            ]
    on_people, plain, weighted, plain_weighted = (fit.bse[1] for fit in fits)
    assert plain_weighted == pytest.approx(plain, rel=1e-7)
    assert weighted > 1.01 * on_people


def test_ten_million_people_cost_no_more_than_their_patterns():
    cases = crossed_case(WOMEN)
    cases["count"] *= 2500
    found = adjusted(cases, "arrest", per="crime", strand="gender", by="age")
    few = admitted()
    np.testing.assert_allclose(found["estimate"], few["estimate"], rtol=1e-7)
    times = [a / b for a, b in zip(errors(few), errors(found), strict=True)]
    assert times == pytest.approx([50, 50], rel=1e-6)
    assert found["denominator"].max() == 2500 * sum(WOMEN["n0"])


def test_adjusting_for_nothing_that_differs_is_the_crude_ratio():
    inputs = {"a": [10, 20], "n1": [50, 100], "c": [5, 10], "n0": [50, 100]}
    found = adjusted(crossed_case(inputs), "arrest", per="crime", strand="gender", by="age")
    assert row(found, statistic="standardised risk ratio")["estimate"] == pytest.approx(2)


def test_the_other_reference_inverts_the_ratio():
    a = row(admitted(), statistic="standardised risk ratio")
    b = row(admitted(reference={"gender": "Female"}), statistic="standardised risk ratio")
    assert [1 / b["estimate"], 1 / b["upper"], 1 / b["lower"]] == pytest.approx(a[NUMBERS].tolist())


def test_a_group_without_events_has_limits_from_within_strata():
    none = WOMEN | {"a": [0] * 6}
    found = adjusted(crossed_case(none), "arrest", per="crime", strand="gender", by="age")
    strata = stratified(crossed_case(none), "arrest", per="crime", strand="gender", strata="age")
    ratio = row(found, statistic="standardised risk ratio")
    expected = row(strata, statistic="Mantel-Haenszel risk ratio")
    assert ratio[NUMBERS].tolist() == expected[NUMBERS].tolist()
    assert ratio["estimate"] == 0 and 0 < ratio["upper"] < 1
    assert "all_or_none" in flags.of(ratio["flags"])
    assert ratio["method"] == expected["method"] == "score_within_strata"
    assert brackets(found) and found[["lower", "upper"]].notna().all(axis=None)


def test_strata_where_nobody_has_the_event_are_no_obstacle():
    inputs = {key: [0, *values] if key in "ac" else [30, *values] for key, values in WOMEN.items()}
    found = adjusted(crossed_case(inputs), "arrest", per="crime", strand="gender", by="age")
    ratio = row(found, statistic="standardised risk ratio")
    assert ratio["estimate"] == pytest.approx(
        row(admitted(), statistic="standardised risk ratio")["estimate"]
    )
    assert brackets(found)


def test_withheld_and_missing_cells_are_left_out():
    cases = crossed_case(WOMEN)
    hidden = cases.assign(withheld=cases["group"].str.startswith("20-20"))
    rest = {key: values[1:] for key, values in WOMEN.items()}
    found = adjusted(hidden, "arrest", per="crime", strand="gender", by="age")
    expected = adjusted(crossed_case(rest), "arrest", per="crime", strand="gender", by="age")
    np.testing.assert_allclose(found[NUMBERS], expected[NUMBERS])
    assert flags.has(found["flags"], "cells_left_out").all()


def test_p_and_limits_agree_and_dispersion_widens():
    for dispersion in (1, 3):
        found = admitted(dispersion=dispersion)
        ratio = row(found, statistic="standardised risk ratio")
        assert (ratio["p"] < 0.05) == (ratio["lower"] > 1 or ratio["upper"] < 1)
    assert errors(admitted(dispersion=4)) == pytest.approx(
        [2 * each for each in errors(admitted())]
    )


def test_bad_input_is_named():
    with pytest.raises(InputError, match="method: must be one of logit, modified_poisson"):
        admitted(method="probit")
    with pytest.raises(InputError, match="covariance"):
        admitted(covariance="HC3")
    with pytest.raises(InputError, match="covariance: must be model, robust or hc1 where there"):
        admitted(covariance="clustered")
    with pytest.raises(InputError, match="crossed with gender"):
        adjusted(crossed_case(WOMEN), "arrest", per="crime", strand="gender", by="religion")
    lives = residents("age x gender", {"20-20 x Female": 5, "20-20 x Male": 5})
    with pytest.raises(InputError, match="per: must be a base that the measure is a part of"):
        adjusted(
            join(crossed_case(WOMEN), lives), "crime", per="residents", strand="gender", by="age"
        )


def test_nothing_supplied_gives_nothing():
    found = adjusted(counts.empty(), "arrest", per="crime", strand="gender", by="age")
    pd.testing.assert_frame_equal(found, estimates.empty())


def test_a_standardised_risk_of_sparse_cells_never_reaches_0_and_its_limits_hold_it():
    """Cells of 20 with risks of 2 to 8%: on the raw scale nearly half of the limits would be 0."""
    rng = np.random.default_rng(11)
    ages, sexes_ = ("20-20", "21-21", "22-22"), ("Female", "Male")
    risk = {("20-20", "Female"): 0.02, ("21-21", "Female"): 0.04, ("22-22", "Female"): 0.08}
    cells = [f"{age} x {sex}" for age in ages for sex in sexes_]
    true = np.array([risk[age, "Female"] for age in ages for _ in sexes_])
    runs, cases = 150, []
    for run in range(runs):
        events = dict(zip(cells, map(int, rng.binomial(20, true)), strict=True))
        area = f"Area {run}"
        base = dict.fromkeys(cells, 20)
        for measure, held in (("arrest", events), ("crime", base)):
            cases.append(counts.table(area, "victims", measure, "age x gender", held))
    found = adjusted(join(*cases), "arrest", per="crime", strand="gender", by="age")
    risks = found[found["statistic"] == "standardised risk"]
    some = risks[(risks["estimate"] > 0) & ~flags.has(risks["flags"], "all_or_none")]
    assert len(some) > 200
    assert (some["lower"] > 0).all() and (some["lower_together"] > 0).all()
    assert (some["upper"] < 1).all()
    raw = some["estimate"] - (some["upper"] - some["estimate"])
    assert (raw < 0).mean() > 0.2
    truth = np.mean([0.02, 0.04, 0.08])
    assert (some["lower"].le(truth) & some["upper"].ge(truth)).mean() > 0.92
