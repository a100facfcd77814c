"""An extract on Spark: the same expressions give the same findings and the same counts."""

from __future__ import annotations

import shutil

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dsvstats.errors import InputError
from dsvstats.sources import extract, synthetic
from tests.test_extract_hostile import CELLS, _as_written

pytest.importorskip("pyspark", reason="Spark is not installed: make cluster installs it")
pytestmark = pytest.mark.skipif(
    shutil.which("java") is None,
    reason="Spark needs Java: install default-jre-headless or the like",
)
TABLES = ("reports", "people", "calls")


@pytest.fixture(scope="module")
def spark():
    import ibis
    from pyspark.sql import SparkSession

    settings = {
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "1g",
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.session.timeZone": "America/New_York",
        "spark.sql.shuffle.partitions": "1",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    builder = SparkSession.builder.master("local[2]").appName("dsvstats")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    yield ibis.pyspark.connect(session)
    session.stop()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Parts in folders, and a record without a person id."""
    path = tmp_path_factory.mktemp("spark") / "an extract of 2009"
    made = synthetic.generate(400, 3, areas=["Lambeth", "Barnet"]).extract
    for name in TABLES:
        rows = getattr(made, name).to_pyarrow()
        (path / name).mkdir(parents=True)
        if name == "people":
            ids = pa.compute.if_else(
                pa.compute.equal(rows["report_id"], rows["report_id"][0]), None, rows["person_id"]
            )
            rows = rows.set_column(rows.column_names.index("person_id"), "person_id", ids)
        for part, start in enumerate((0, 200)):
            pq.write_table(
                rows.slice(start, 200 if part == 0 else None), path / name / f"part {part}.parquet"
            )
    return path


def test_the_counts_are_those_of_duckdb(spark, folder):
    wanted = {
        "strands": ["all", "age", "reports"],
        "subjects": ["domestic_violence", "domestic_violence & rape"],
    }
    there = extract.count(extract.read(folder, connection=spark), **wanted)
    here = extract.count(folder, **wanted)
    assert here["count"].sum() > 10_000
    pd.testing.assert_frame_equal(there, here)


def test_the_findings_are_those_of_duckdb(spark, folder, tmp_path):
    """Text in every column, and every kind of cell that cannot be read; Spark has no row numbers."""
    tables = {}
    for name in TABLES:
        rows = pd.concat([pd.read_parquet(path) for path in sorted((folder / name).iterdir())])
        tables[name] = rows.reset_index(drop=True).astype(object).map(_as_written)
    for row, (name, column, cell) in enumerate(CELLS):
        tables[name].loc[row, column] = cell
    for name, table in tables.items():
        doubled = pd.concat([table, table.tail(2)])
        pq.write_table(pa.Table.from_pandas(doubled), tmp_path / f"{name}.parquet")
    said = ["file", "column", "rule", "found", "blocks"]
    here, there = (
        extract.validate(extract.read(tmp_path, connection=connection))[said].drop_duplicates()
        for connection in (None, spark)
    )
    assert len(here) > 20 and here["found"].sum() > 200
    pd.testing.assert_frame_equal(
        *(found.sort_values(said, ignore_index=True) for found in (there, here))
    )
    with pytest.raises(InputError, match="reports.parquet"):
        extract.count(extract.read(tmp_path, connection=spark))


def test_spark_is_given_parquet(spark, tmp_path):
    (tmp_path / "reports.csv").write_text("report_id,borough,reported,classification\n")
    with pytest.raises(InputError, match="write it as Parquet"):
        extract.read(tmp_path, connection=spark)


def test_a_path_that_spark_would_take_for_a_pattern_is_refused(spark, folder, tmp_path):
    shutil.copytree(folder / "reports", tmp_path / "a*" / "reports")
    with pytest.raises(InputError, match="for Spark, without brackets"):
        extract.read(tmp_path / "a*", connection=spark)
