"""The verbs accuracy, predict and import, as a user meets them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from costmodel.specs.catalog import data_folder
from tests.cli.conftest import Ran

Run = Callable[..., Ran]
FIGURES = {"rows", "answered", "median_abs_error", "p90_abs_error", "mean_abs_error", "bias", "coverage_80"}
ASKED = (
    "predict",
    "serving",
    "--model",
    "llama-3.1-70b",
    "--accelerator",
    "h100_sxm",
    "--tp",
    "8",
    "--concurrency",
    "16",
)


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """Return a small table of served configurations."""
    file = tmp_path / "few.csv"
    pd.read_csv(data_folder("hardware") / "measurements" / "serving.csv").query("suspect.isna()").iloc[::50].to_csv(
        file, index=False
    )
    return file


def test_accuracy_as_json_is_keyed_by_file(run: Run, few: Path) -> None:
    """The judged figures are an object by name of the file."""
    ran = run("accuracy", str(few), "--format", "json")
    found = json.loads(ran.out)
    assert list(found) == ["few.csv"]
    assert found["few.csv"].keys() >= FIGURES
    assert found["few.csv"]["answered"] == found["few.csv"]["rows"] == 20
    assert found["few.csv"]["beside"].keys() == {"ttft_ms", "tpot_ms"}


def test_accuracy_as_a_table_by_columns(run: Run, few: Path) -> None:
    """Errors come apart by columns of the table."""
    ran = run("accuracy", str(few), "--by", "system,framework")
    assert ran.code == 0
    assert "h100_sxm" in ran.out
    assert "median error" in ran.out
    assert "ttft_ms" in ran.err


def test_accuracy_lists_what_it_cannot_answer(run: Run, few: Path) -> None:
    """Rows without an answer are failures, and the reason is said."""
    pd.read_csv(few).assign(model="Nobody/Knows").to_csv(few, index=False)
    ran = run("accuracy", str(few))
    assert "infinite" in ran.out
    assert "20 rows without an answer" in ran.err
    found = json.loads(run("accuracy", str(few), "--format", "json").out)["few.csv"]
    assert found["answered"] == 0
    assert found["median_abs_error"] is None
    assert sum(found["unanswered"].values()) == 20


def test_a_row_without_a_measurement_shows_none(run: Run, few: Path) -> None:
    """An empty cell of what is measured is an empty cell of what is shown, and the row says why."""
    rows = pd.read_csv(few).head(2)
    rows.loc[0, "output_tokens_per_s_per_chip"] = 0
    rows.to_csv(few, index=False)
    ran = run("accuracy", str(few), "--rows")
    assert "1 rows without an answer" in ran.err
    assert "nan" not in ran.out.split()


def test_accuracy_of_an_unknown_table_is_explained(run: Run, tmp_path: Path) -> None:
    """A table of no known kind is named with what would be known."""
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    ran = run("accuracy", str(tmp_path / "x.csv"))
    assert ran.code == 2
    assert "Known kinds" in ran.err
    assert re.search(r"The nearest, \w+, also needs \w+", ran.err)


def test_predict_gives_speed_latency_and_power(run: Run) -> None:
    """One answer has rates, latencies, memory, power and time by operator, with an interval."""
    ran = run(*ASKED)
    for word in ("output_rate", "time_to_first_token_p99", "energy_per_token", "feed-forward"):
        assert word in ran.out
    assert "Output rate, 80% interval" in ran.out


def test_predict_as_json(run: Run) -> None:
    """The same as an object with values and units."""
    found = json.loads(run(*ASKED, "--format", "json").out)
    low, high = found["output_rate_80"]
    assert low < found["output_rate"]["value"] < high
    assert found["power"]["unit"] == "W/accelerator"


def test_predict_explains_down_to_the_data_sheet(run: Run) -> None:
    """The tree of a rate names its formulas and facts."""
    ran = run(*ASKED, "--explain", "output_rate", "--depth", "9")
    assert "memory.bandwidth" in ran.out
    assert "time_to_first_token" in ran.out


def test_predict_at_an_arrival_rate(run: Run) -> None:
    """Arrivals instead of a concurrency."""
    arguments = [*ASKED[:-2], "--rate", "2 query/s", "--format", "json"]
    found = json.loads(run(*arguments).out)
    assert found["query_rate"]["value"] == pytest.approx(2 / 8)


def test_predict_says_what_does_not_fit(run: Run) -> None:
    """Weights beyond the memory end with exit code 2."""
    ran = run("predict", "serving", "--model", "deepseek-r1", "--accelerator", "h100_sxm")
    assert ran.code == 2
    assert "does not fit" in ran.err


def test_import_makes_a_file_that_other_verbs_use(run: Run, tmp_path: Path) -> None:
    """A published config becomes an architecture that predictions find."""
    config = tmp_path / "Some--New-Model_config.json"
    config.write_text(
        '{"model_type": "llama", "hidden_size": 4096, "num_hidden_layers": 32, "vocab_size": 128256, '
        '"num_attention_heads": 32, "num_key_value_heads": 8, "intermediate_size": 14336}'
    )
    out = tmp_path / "own"
    ran = run("import", "architecture", str(config), "--out", str(out))
    assert ran.code == 0, ran.err
    assert "8.03 billion" in ran.err
    found = run(
        "predict",
        "serving",
        "--model",
        "New-Model",
        "--accelerator",
        "h100_sxm",
        "--format",
        "json",
        "--specs",
        str(out),
    )
    assert json.loads(found.out)["model"] == "new-model"


def test_import_of_something_else_is_explained(run: Run, tmp_path: Path) -> None:
    """A JSON file that is no model's config is an error that says what is missing."""
    file = tmp_path / "config.json"
    file.write_text("{}")
    ran = run("import", "architecture", str(file))
    assert ran.code == 2
    assert "model_type" in ran.err
