"""How alike must two rows be to be about one person? Fellegi and Sunter's model, by Splink."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from dsvstats import files
from dsvstats.errors import InputError
from dsvstats.sources.linkage.rows import BORN, IDENTIFIERS, NAMED, NAMES, SECTOR

_LEAST = 0.001
"""Pairs less likely than this are not looked at."""
_MEMORY, _PAIRS, _SEED = "2GB", 1_000_000, 1
_TO_LEARN_FROM = 200
_ITERATIONS, _SELDOM = 12, 0.001
"""After more rounds, what no pair has shown is so unlikely that Splink refuses it."""
_ONCE_MORE, _DIGITS = 50, 6


def rules(names: Sequence[str]) -> dict[str, list[str]]:
    """Which rows are compared? Those that agree in all of one of these, by the columns there."""
    given, family = NAMES
    initials = [f"substr({each}, 1, 1)" for each in NAMES]
    every = {
        "family name and date of birth": [family, BORN],
        "given name and date of birth": [given, BORN],
        "date of birth and sector": [BORN, SECTOR],
        "date of birth and initials": [BORN, *initials],
        "family name and sector": [family, SECTOR],
        "given name, sector and initial": [given, SECTOR, initials[1]],
        "full name, where few have it": [NAMED],
    }
    absent = {BORN, SECTOR} - set(names)
    return {name: rule for name, rule in every.items() if not absent & set(rule)}


def pairs(rows: pd.DataFrame, *, keeps: Sequence[str] = ()) -> pd.DataFrame:
    """How likely are two rows about one person? Each pair that is compared, with its probability.

    ``rows`` are as ``rows.prepared`` makes them. Names and dates leave the engine with it: a pair
    is two row numbers, ``one`` and ``other``, ``probability``, and the ``rule`` that found it.
    Parameters are estimated by expectation maximisation; the prior is that at which as many pairs
    are expected as it says. What is learned is cut to so many digits, so that the order in which
    threads add up changes nothing.
    """
    told = [each for each in IDENTIFIERS if rows[each].notna().any()]
    if not {*NAMES} <= set(told) or len(told) < len(NAMES) + 1 or len(rows) < _TO_LEARN_FROM:
        raise InputError(
            where="people",
            rule=f"{_TO_LEARN_FROM} rows or more with names, and a date of birth or a postcode",
            value=f"{len(rows):,} rows with {', '.join(told) or 'none of these'}",
            mend="link more reports together, or use ids",
        )
    named = rules(told)
    with files.Temporary("linkage") as spill:
        connection = duckdb.connect(
            config={"memory_limit": _MEMORY, "temp_directory": str(spill), "threads": 1}
        )
        try:
            found = _predicted(connection, rows, told, list(named.values()), keeps)
        finally:
            connection.close()
    both = np.sort(found[["unique_id_l", "unique_id_r"]].to_numpy(), axis=1)
    found = found.assign(one=both[:, 0], other=both[:, 1]).sort_values(["one", "other"])
    probability = _at_its_own_prior(found["weight"].to_numpy(), len(rows))
    by = np.array([*named])[found["match_key"].to_numpy(dtype=int)]
    return found[["one", "other"]].assign(probability=probability, rule=by).reset_index(drop=True)


def _predicted(
    connection: duckdb.DuckDBPyConnection,
    rows: pd.DataFrame,
    told: list[str],
    blocks: list[list[str]],
    keeps: Sequence[str],
) -> pd.DataFrame:
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on
    from splink.internals.exceptions import EMTrainingException

    logging.getLogger("splink").setLevel(logging.ERROR)
    # The sample that chance agreement is estimated from is the same on one thread alone.
    table = DuckDBAPI(connection=connection).register(rows[["unique_id", *told, NAMED, *keeps]])
    linker = Linker(
        table,
        SettingsCreator(
            link_type="dedupe_only",
            probability_two_random_records_match=1 / len(rows),
            comparisons=[_compared(each) for each in (*told, *keeps)],
            blocking_rules_to_generate_predictions=[block_on(*each) for each in blocks],
            retain_matching_columns=False,
            retain_intermediate_calculation_columns=False,
            max_iterations=_ITERATIONS,
        ),
        log_level=None,
    )
    train = linker.training
    train.estimate_u_using_random_sampling(max_pairs=_PAIRS, seed=_SEED)
    connection.execute("SET threads TO 2")
    try:
        for rule in _agreeing(told):
            train.estimate_parameters_using_expectation_maximisation(block_on(*rule))
    except EMTrainingException:
        raise InputError(
            where="people",
            rule="enough rows that agree, to learn from how people are written",
            value=f"{len(rows):,} rows",
            mend="link more reports together, or use ids",
        ) from None
    learned = _not_certain(linker.misc.save_model_to_json())
    sure = Linker(table, learned, log_level=None)
    found = sure.inference.predict(threshold_match_probability=_LEAST).as_pandas_dataframe()
    prior = learned["probability_two_random_records_match"]
    weight = np.log(2) * found["match_weight"].to_numpy() - np.log(prior / (1 - prior))
    return found[["unique_id_l", "unique_id_r", "match_key"]].assign(weight=weight)


def _not_certain(learned: dict[str, Any]) -> dict[str, Any]:
    """The model, save that nothing is impossible: what was never seen may still be."""
    for comparison in learned["comparisons"]:
        for level in comparison["comparison_levels"]:
            if "m_probability" in level:
                level["m_probability"] = max(level["m_probability"], _SELDOM)
            for each in level.keys() & {"m_probability", "u_probability"}:
                level[each] = float(f"{level[each]:.{_DIGITS}g}")
    prior = "probability_two_random_records_match"
    return learned | {prior: float(f"{learned[prior]:.{_DIGITS}g}")}


def _agreeing(told: Sequence[str]) -> list[list[str]]:
    """Pairs of which are to be learned from: most are of one person, and each leaves some free."""
    if BORN in told and SECTOR in told:
        return [[BORN, SECTOR], [*NAMES, SECTOR], [*NAMES, BORN]]
    return [[each for each in told if each not in NAMES], [NAMED]]


def _compared(column: str) -> Any:
    """How is this column compared? Blank never agrees with blank, nor disagrees with anything."""
    import splink.comparison_level_library as levels
    import splink.comparison_library as comparisons

    if column in NAMES:
        alike = levels.ExactMatchLevel(column).configure(tf_adjustment_column=column)
        near: list[Any] = [levels.DamerauLevenshteinLevel(column, 1)]
    elif column == BORN:
        alike, near = levels.ExactMatchLevel(column), [_TWO_PARTS]
    else:
        alike = levels.ExactMatchLevel(column)
        near = []
        if column == SECTOR:
            alike = alike.configure(tf_adjustment_column=column)
    steps: list[Any] = [levels.NullLevel(column), alike, *near, levels.ElseLevel()]
    return comparisons.CustomComparison(output_column_name=column, comparison_levels=steps)


_TWO_PARTS = {
    "sql_condition": " + ".join(
        f"({part}({BORN}_l) = {part}({BORN}_r))::int" for part in ("day", "month", "year")
    )
    + " = 2",
    "label_for_charts": "Two of day, month and year agree",
}


def _at_its_own_prior(weight: np.ndarray, rows: int) -> np.ndarray:
    """Probabilities from log odds without a prior: that prior at which its own sum is expected."""
    many = max(rows * (rows - 1) / 2, 1.0)
    expected = float((weight > np.log(many)).sum()) or 1.0
    for _ in range(_ONCE_MORE):
        share = min(expected / many, 0.5)
        odds = weight + np.log(share) - np.log1p(-share)
        told = 1 / (1 + np.exp(-odds))
        expected = float(told.sum()) or 1.0
    return told if len(weight) else weight
