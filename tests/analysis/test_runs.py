"""Files of training runs: each a scenario, beside what was published of it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from costmodel.analysis.opening import load
from costmodel.analysis.runs import against_published, load_runs
from costmodel.errors import CostModelError
from costmodel.specs.catalog import data_folder
from costmodel.specs.runs import runs_file

FILE = data_folder("reports") / "frontier-training.toml"


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    """Return the shipped runs beside what was published of them."""
    return against_published(load_runs(FILE)).set_index(["run", "figure"])


@pytest.mark.parametrize("run", ["llama-3-1-405b", "deepseek-v3", "llama-2-70b"])
def test_published_hours_lie_inside(table: pd.DataFrame, run: str) -> None:
    """30.84 M H100-hours (Llama 3.1 405B), 2.788 M H800-hours (DeepSeek-V3), 1.72 M A100-hours (Llama 2 70B)."""
    assert table.loc[(run, "accelerator_hours"), "inside"] == "inside"


def test_what_lambda_counted_comes_out_as_given(table: pd.DataFrame) -> None:
    """4.6 million USD within 5%, and it is said that utilisation and goodput were given."""
    row = table.loc[("gpt-3-lambda", "cost_at_cloud_price")]
    assert row["ratio"] == pytest.approx(1, rel=0.05)
    assert row["given"] == "model_flops_utilization, goodput"
    assert table.loc[("gpt-3-lambda", "accelerator_hours"), "inside"] == "no interval"


@pytest.mark.parametrize(
    ("name", "says"),
    [("frontier-training", "name one: frontier-training/gpt-3"), ("frontier-training/plam", 'Did you mean "palm"')],
)
def test_one_run_must_be_named(name: str, says: str) -> None:
    """A file of runs is no scenario, and a wrong run has a near match."""
    with pytest.raises(CostModelError, match=says):
        load(name)


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ('site = "us-hyperscale"', "", "gpt-3: site: is missing, here and in"),
        ("cost_amortised =", "cost_amortized =", 'Did you mean "published.cost_amortised"'),
        ('workload = "training"', 'workload = "capacity"', "must be training"),
        ('source = "palm-paper"', 'source = "palm-papr"', "palm-papr"),
    ],
)
def test_faults_name_file_and_run(tmp_path: Path, before: str, after: str, says: str) -> None:
    """What is missing or misspelt in a file of one's own is refused with its place."""
    file = tmp_path / "mine.toml"
    file.write_text(FILE.read_text().replace(before, after))
    with pytest.raises(CostModelError, match=says):
        load_runs(file)


def test_claims_and_scenarios_are_no_runs() -> None:
    """Only a file whose tables say something of runs is one of runs."""
    assert runs_file(str(data_folder("reports") / "claims.toml")) is None
    assert runs_file(str(data_folder("reports") / "copilot.toml")) is None


def test_a_spot_that_nobody_would_pay_is_left_out() -> None:
    """16,384 accelerators on spot never get anywhere: no sum, but the reason; 1,024 of them save money."""
    lost, worth = load("frontier-training/llama-3-1-405b").run(), load("gpt3-training").run()
    rented = "rental/coreweave-h100-on-demand"
    assert pd.isna(lost.loc[rented, "cost_at_spot_price"])
    assert "times what it costs on demand" in lost.attrs["without"][rented]
    assert worth.loc[rented, "cost_at_spot_price"] < worth.loc[rented, "cost_at_cloud_price"]
    assert worth.attrs["without"] == {}
