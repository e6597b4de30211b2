"""How near the times of kernels are to measured ones, and that the committed constants are those of the fit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from costmodel.calibration.accuracy import Accuracy, measure_accuracy, recognise
from costmodel.calibration.accuracy.kernel_rows import KERNEL_ROWS
from costmodel.calibration.accuracy.measure import judge
from costmodel.calibration.fit.data import compiled, read_rows
from costmodel.calibration.fit.kernels import EVERY, FOLDER
from costmodel.calibration.fit.priors import PRIORS
from costmodel.calibration.fit.problem import fit, predict
from costmodel.calibration.kernels import load_kernel_table
from costmodel.domain.accelerator_names import Accelerators
from costmodel.errors import SpecError, UnknownName
from costmodel.specs.catalog import Catalog

MEDIAN = {"gemm": 0.089, "prefill_attention": 0.073, "decode_attention": 0.089, "moe": 0.107, "collectives": 0.086}
LEFT_OUT = {"gemm": 0.127, "moe": 0.157, "decode_attention": 0.132, "prefill_attention": 0.108, "collectives": 0.148}
SLACK = 0.003


@pytest.mark.parametrize("kind", MEDIAN)
def test_errors_stay_within_what_was_reached(kind: str, catalog: Catalog) -> None:
    """Every row is answered, the median error and the coverage of the 80% interval are as good as they were."""
    result = measure_accuracy(FOLDER / f"{kind}.csv", catalog)
    assert result.kind == kind
    assert result.answered == result.rows
    assert result.median_abs_error <= MEDIAN[kind] + SLACK
    assert 0.75 <= result.coverage_80 <= 0.85
    assert abs(result.bias) < 0.03


@pytest.mark.slow
@pytest.mark.parametrize("kind", LEFT_OUT)
def test_left_out_accelerators_stay_within_what_was_reached(kind: str, catalog: Catalog) -> None:
    """A generation that the fit never saw is predicted nearly as well as the best so far."""
    table, rows_of = load_kernel_table(), next(one for one in KERNEL_ROWS if one.kind == kind)
    priors = PRIORS[rows_of.family]
    rows = read_rows(rows_of, FOLDER, Accelerators(catalog), table)
    kernel, system = compiled(rows, priors), rows.of("system")
    chosen = rows.take(np.flatnonzero(rows.captured)[:: EVERY[rows_of.family]])
    misses = []
    for name in np.unique(system):
        estimate = fit(chosen.take(chosen.of("system") != name), priors, kernel)
        part = rows.take(system == name)
        misses.append(predict(estimate, part, priors, kernel) - part.log_time)
    assert np.median(np.abs(np.expm1(np.concatenate(misses)))) <= LEFT_OUT[kind]


@pytest.mark.parametrize("kind", ["collectives", pytest.param("prefill_attention", marks=pytest.mark.slow)])
def test_the_committed_constants_are_those_of_the_fit(kind: str, catalog: Catalog) -> None:
    """A new fit gives the numbers in kernels.toml; if it does not, rows, spec sheets or formulas changed: fit again."""
    table, rows_of = load_kernel_table(), next(one for one in KERNEL_ROWS if one.kind == kind)
    priors = PRIORS[rows_of.family]
    accelerators = Accelerators(catalog)
    rows = read_rows(rows_of, FOLDER, accelerators, table)
    chosen = rows.take(np.flatnonzero(rows.captured)[:: EVERY[rows_of.family]])
    estimate = fit(chosen, priors, compiled(rows, priors))
    frame = pd.read_csv(FOLDER / f"{kind}.csv")
    cases = [
        rows_of.case(accelerators.find(key["system"]), key, rows_of.values(part)) for key, part in rows_of.groups(frame)
    ]
    found = estimate.factors(priors, rows.keys)
    for name, values in found.items():
        committed = [float(table.constants(one.kernel, one.accelerator)[name].magnitude) for one in cases]
        np.testing.assert_allclose(values, committed, rtol=0.03, err_msg=name)


def test_rows_without_an_answer_count_as_failures(catalog: Catalog) -> None:
    """Unknown accelerators, unknown number types and missing sizes are counted, each with its reason."""
    rows = pd.read_csv(FOLDER / "gemm.csv").head(8)
    rows.loc[0, "system"] = "no such thing"
    rows.loc[1, "dtype"] = "no such type"
    rows.loc[2, "m"] = np.nan
    rows.loc[3, "latency_ms"] = np.nan
    result = judge(rows, "rows", catalog)
    assert (result.rows, result.answered) == (8, 4)
    assert result.unanswered.sum() == 4
    assert len(result.unanswered) == 4
    assert result.p90_abs_error == np.inf
    assert result.coverage_80 <= 0.5


@pytest.mark.parametrize("kind", MEDIAN)
def test_accelerators_that_were_not_measured_are_answered(kind: str, catalog: Catalog) -> None:
    """Every row of an accelerator, software and generation not in the fit gets a time and a wider interval."""
    rows = pd.read_csv(FOLDER / f"{kind}.csv").sample(50, random_state=0)
    known = judge(rows, kind, catalog)
    for system in ("h200_sxm", "gb200", "b300_sxm", "rtx_pro_6000_server", "mi300x", "tpu-v5e"):
        other = judge(rows.assign(system=system, framework="sglang"), kind, catalog)
        assert other.answered == other.rows, system
        assert _width(other) > _width(known), system


def test_products_of_a_chip_that_no_table_has(catalog: Catalog) -> None:
    """Timed by us on an H200, of which the fit saw no kernel: as near as the docs say, and the intervals hold."""
    chips = measure_accuracy(FOLDER.parent / "products_torch.csv", catalog).by(["system"])
    h200 = chips.reset_index().set_index("system").loc["h200_sxm"]
    assert (h200["rows"], h200["answered"]) == (700, 700)
    assert h200["median_abs_error"] <= 0.127
    assert h200["coverage_80"] >= 0.8


@pytest.mark.parametrize(("kind", "length", "most"), [("prefill", "isl", 0.05), ("decode", "context", 0.07)])
def test_attention_is_faster_on_the_next_chip_by_as_much_as_timed(
    kind: str, length: str, most: float, catalog: Catalog
) -> None:
    """From the H100 to an H200, both timed by us, of which the fit saw nothing: the median shape gains as predicted."""
    frame = measure_accuracy(FOLDER.parent / f"{kind}_attention_torch.csv", catalog).frame
    shape = ["batch_size", length, "num_heads", "num_kv_heads", "head_dim"]
    both = frame.pivot_table(index=shape, columns="system", values=["predicted", "measured"])
    steps = {name: both[name]["h200_sxm"] / both[name]["h100_sxm"] for name in ("predicted", "measured")}
    assert (steps["predicted"] / steps["measured"] - 1).abs().median() <= most


def test_predictions_do_not_depend_on_measured_values(catalog: Catalog) -> None:
    """The same rows with other measured times get the same predictions."""
    rows = pd.read_csv(FOLDER / "collectives.csv").head(50)
    first, second = (judge(one, "rows", catalog) for one in (rows, rows.assign(latency_ms=1.0)))
    pd.testing.assert_series_equal(first.frame["predicted"], second.frame["predicted"])


def test_a_row_without_a_chip_says_so(catalog: Catalog, tmp_path: Path) -> None:
    """An empty name is told as empty: it was looked up as the name "nan"."""
    file = tmp_path / "rows.csv"
    lines = (FOLDER.parent / "decode_attention_torch.csv").read_text().splitlines()[:2]
    file.write_text("\n".join([lines[0], "," + lines[1].partition(",")[2]]))
    assert measure_accuracy(file, catalog).frame["reason"].tolist() == ["system is empty: name an accelerator"]


def test_figures_by_column_add_up(catalog: Catalog) -> None:
    """A breakdown has all rows, and names a column that does not exist."""
    result = measure_accuracy(FOLDER / "collectives.csv", catalog)
    assert result.by(["system"])["rows"].sum() == result.rows
    with pytest.raises(UnknownName, match="system"):
        result.by(["sytem"])


def test_kinds_of_tables_are_recognised_by_their_columns() -> None:
    """The columns of each committed table tell its kind; others are refused with the list of kinds."""
    for kind in MEDIAN:
        assert recognise(pd.read_csv(FOLDER / f"{kind}.csv", nrows=1).columns).kind == kind
    with pytest.raises(UnknownName, match="Known kinds"):
        recognise(["a", "b"])


def test_files_that_are_no_tables_are_refused(tmp_path: Path) -> None:
    """A missing file, and one without rows, are errors that name the file."""
    empty = tmp_path / "empty.csv"
    empty.write_text("system,framework\n")
    for file in (empty, tmp_path / "missing.csv"):
        with pytest.raises(SpecError, match=file.name):
            measure_accuracy(file)


def _width(result: Accuracy) -> float:
    return float((result.frame["high"] / result.frame["low"]).median())
