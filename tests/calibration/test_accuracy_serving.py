"""How near predictions of serving are to measurements, and that files never seen before are answered."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from costmodel.calibration.accuracy import Accuracy, measure_accuracy
from costmodel.calibration.accuracy.architectures import from_columns
from costmodel.calibration.accuracy.software_names import offline_framework
from costmodel.calibration.accuracy.throughput_rows import Run, runs
from costmodel.calibration.fit.objective import Prior
from costmodel.calibration.fit.power import NAMES as OF_POWER
from costmodel.domain.architecture_names import Architectures
from costmodel.errors import MissingData, UnknownName
from costmodel.performance.machine.constants import load_constants, read_priors
from costmodel.performance.machine.levels import SAME_SHAPE
from costmodel.performance.machine.shape import active_parameters, parameters
from costmodel.specs.catalog import Catalog, data_folder
from costmodel.units import magnitude

FOLDER = data_folder("hardware") / "measurements"
TABLES = {
    "serving": (0.05, 0.18),
    "inference_throughput": (0.08, 0.30),
    "mlperf_inference": (0.07, 0.18),
}
FITTED, ASSUMED = 60, 15
OF_TRAINING = "value.training_"
OF_WORKLOADS = {"prompt_spread", "output_spread", "arrival_spread"}
"""What is assumed of a workload that does not say; no part of the time model."""


@pytest.fixture(scope="module", params=TABLES)
def judged(request: pytest.FixtureRequest) -> Accuracy:
    """Return the accuracy on each table."""
    return measure_accuracy(FOLDER / f"{request.param}.csv")


def test_errors_stay_within_what_was_reached(judged: Accuracy) -> None:
    """Every row is answered, and errors are as small as they were."""
    median, p90 = TABLES[judged.kind]
    assert judged.answered == judged.rows
    assert judged.median_abs_error <= median
    assert judged.p90_abs_error <= p90


def test_intervals_hold_at_least_what_they_promise(judged: Accuracy) -> None:
    """At least 80% of rows that the fit has seen lie inside; that 80% of unseen ones do is shown in test_left_out."""
    assert 0.8 <= judged.coverage_80 <= 0.98


def test_rows_that_are_marked_suspect_are_not_judged(tmp_path: Path) -> None:
    """A row that was measured under other conditions than its columns say changes no figure, and is counted."""
    rows = pd.read_csv(FOLDER / "serving.csv").head(6).assign(suspect=["", None, "warm-up", " ", "drafts", None])
    rows.to_csv(tmp_path / "x.csv", index=False)
    found = measure_accuracy(tmp_path / "x.csv")
    assert (found.rows, found.suspect) == (4, 2)
    rows.drop(index=[2, 4]).to_csv(tmp_path / "y.csv", index=False)
    assert measure_accuracy(tmp_path / "y.csv").mean_abs_error == pytest.approx(found.mean_abs_error)


def test_a_search_over_beams_writes_fewer_tokens_that_count(tmp_path: Path) -> None:
    """A prompt of 890 tokens is read once for four beams of 69: a token that is kept costs a fifth more products."""
    rows = pd.read_csv(FOLDER / "mlperf_inference.csv").query("beams == 4").head(1)
    rates = []
    for name, beams in (("four", 4), ("one", 1)):
        rows.assign(beams=beams).to_csv(tmp_path / f"{name}.csv", index=False)
        rates.append(float(measure_accuracy(tmp_path / f"{name}.csv").frame["predicted"].iloc[0]))
    assert rates[1] / rates[0] == pytest.approx((890 + 4 * 69) / (890 + 69), rel=0.1)


def test_a_submission_says_its_number_type_and_limits(tmp_path: Path) -> None:
    """Weights and limits in a note are used, mean latencies in it are not."""
    rows = pd.read_csv(FOLDER / "mlperf_inference.csv").query("scenario == 'Server' and chip == 'B200'").head(1)
    notes = {
        "narrow": "weights fp4; limits in log: TTFT 2000 ms, TPOT 200 ms; mean TPOT 100 ms (log)",
        "as_narrow": "weights fp4; limits in log: TTFT 2000 ms, TPOT 200 ms; mean TPOT 1 ms (log)",
        "wide": "weights fp8; limits in log: TTFT 2000 ms, TPOT 200 ms; mean TPOT 100 ms (log)",
        "strict": "weights fp4; limits in log: TTFT 2000 ms, TPOT 20 ms; mean TPOT 100 ms (log)",
    }
    found = {}
    for name, note in notes.items():
        rows.assign(note=note).to_csv(tmp_path / "one.csv", index=False)
        found[name] = float(measure_accuracy(tmp_path / "one.csv").frame["predicted"].iloc[0])
    assert found["narrow"] == found["as_narrow"]
    assert found["wide"] < found["narrow"]
    assert found["strict"] < found["narrow"]


def test_predictions_never_see_measured_values(tmp_path: Path) -> None:
    """Other measured values leave the predictions as they are."""
    rows = pd.read_csv(FOLDER / "serving.csv").iloc[::97]
    rows.to_csv(tmp_path / "a.csv", index=False)
    rows.assign(output_tokens_per_s_per_chip=7.0, ttft_ms=1.0, tpot_ms=1.0).to_csv(tmp_path / "b.csv", index=False)
    first, second = (measure_accuracy(tmp_path / name).frame["predicted"] for name in ("a.csv", "b.csv"))
    assert np.array_equal(first, second)


def test_models_are_found_in_a_folder_beside_the_file(tmp_path: Path) -> None:
    """A model that is not shipped is read from architectures/Org--Name_config.json."""
    config = _config(tmp_path)
    rows = pd.read_csv(FOLDER / "serving.csv").head(3).assign(model="Some/New-Model")
    rows.to_csv(tmp_path / "new.csv", index=False)
    assert measure_accuracy(tmp_path / "new.csv").answered == 0
    folder = tmp_path / "architectures"
    folder.mkdir()
    shutil.copy(config, folder / "Some--New-Model_config.json")
    found = measure_accuracy(tmp_path / "new.csv")
    assert found.answered == 3
    given = measure_accuracy(tmp_path / "new.csv", architectures=[folder])
    assert np.array_equal(found.frame["predicted"], given.frame["predicted"])


def test_rows_without_an_answer_say_why_and_count(tmp_path: Path) -> None:
    """An unknown accelerator is a failure with a reason, and an infinite error."""
    rows = pd.read_csv(FOLDER / "serving.csv").head(10)
    rows.assign(system=["abacus_9000"] * 8 + list(rows["system"][8:])).to_csv(tmp_path / "x.csv", index=False)
    found = measure_accuracy(tmp_path / "x.csv")
    assert found.answered == 2
    assert "abacus_9000" in found.unanswered.index[0]
    assert np.isinf(found.median_abs_error)


def test_new_models_and_chips_have_wider_intervals(tmp_path: Path) -> None:
    """What the fit has not seen is less sure."""
    rows = pd.read_csv(FOLDER / "serving.csv").query("model == 'Qwen/Qwen3-32B'").head(5)
    widths = []
    for name, changes in {"known": {}, "chip": {"system": "l40s"}, "model": {"model": "Qwen/Qwen3-8B"}}.items():
        rows.assign(**changes).to_csv(tmp_path / f"{name}.csv", index=False)
        frame = measure_accuracy(tmp_path / f"{name}.csv").frame
        widths.append(float(np.log(frame["high"] / frame["low"]).iloc[0]))
    assert widths[0] < min(widths[1:])


def test_columns_alone_give_the_shape() -> None:
    """The columns of a table give the same parameters as the published file, for dense models and for experts."""
    rows = pd.read_csv(FOLDER / "inference_throughput.csv").drop_duplicates("model").set_index("model", drop=False)
    models = Architectures(Catalog())
    for name in ("Llama-3.1-70B", "Mixtral-8x7B", "DeepSeek-V3", "Qwen3-30B-A3B"):
        shape, known = from_columns(rows.loc[name].to_dict()), models.find(name)
        for count in (parameters, active_parameters):
            assert magnitude(count(shape) / count(known), "1") == pytest.approx(1, rel=0.01)


def test_columns_that_say_too_little_are_refused() -> None:
    """Without layers and width there is no shape."""
    with pytest.raises(MissingData, match="layers"):
        from_columns({"model": "Secret-1"})


def test_unknown_models_have_a_near_match() -> None:
    """A misspelt model is an error with what was meant."""
    with pytest.raises(UnknownName, match=r"llama-3\.1-70b"):
        Architectures(Catalog()).find("lama-3.1-70b")


VARIANTS = {
    "Mixtral-8x7B": "mixtral-8x7b-v0.1",
    "Qwen/Qwen3-30B-A3B-FP8": "qwen3-30b-a3b",
    "meta-llama/Llama-3.3-70B-Instruct-FP8": "llama-3.1-70b",
    "Qwen/Qwen3-235B-A22B-Instruct-2507-FP8": "qwen3-235b-a22b-fp8",
    "nvidia/DeepSeek-R1-0528-NVFP4-v2": "deepseek-r1",
    "mistralai/Mistral-7B-Instruct-v0.3": "mistral-7b-v0.3",
    "RedHatAI/Llama-3.3-70B-Instruct-quantized.w8a8": "llama-3.1-70b",
    "llama3.1_8b": "llama-3.1-8b",
    "llama3_1-405b": "llama-3.1-405b",
    "llama2-70b-interactive-99.9": "llama-2-70b",
    "Command R+": "command-r-plus",
    "DeepSeek-R1-Distill-Qwen-32B": "qwen2.5-32b",
    "google/gemma-3-27b-it": "gemma-3-27b",
    "EleutherAI/gpt-j-6b": "gpt-j-6b",
    "zai-org/GLM-4.6": "glm-4.5",
    "Mistral-7B": "mistral-7b",
}


def test_variants_of_one_shape_are_one_model() -> None:
    """Words for tuning, number type and version do not change the shape; a checkpoint with a file of its own has it."""
    models = Architectures(Catalog())
    assert {name: models.find(name).id for name in VARIANTS} == VARIANTS


def test_other_sizes_and_generations_are_other_models() -> None:
    """What may be another shape is not taken for a known one."""
    models = Architectures(Catalog())
    for name in ("Qwen/Qwen3-12B", "zai-org/GLM-4.6V", "deepseek-ai/DeepSeek-V4", "DeepSeek-R1-Distill-Qwen-3B"):
        with pytest.raises(UnknownName):
            models.find(name)


def test_shapes_that_tell_of_each_other_are_alike() -> None:
    """Models with one level have the same parameters."""
    models = Architectures(Catalog())
    for one, other in SAME_SHAPE.items():
        ratio = magnitude(parameters(models.find(one)) / parameters(models.find(other)), "1")
        assert ratio == pytest.approx(1, rel=1e-3)


@pytest.mark.parametrize(
    ("tp", "dp", "ep", "copies"), [(16, "", 16, 1), (1, 32, 32, 32), ("", "", 32, 32), (4, "", 16, 4), (8, "", "", 1)]
)
def test_columns_of_layouts_are_understood(tp: object, dp: object, ep: object, copies: int) -> None:
    """Sixteen ways of tensors and of experts are sixteen accelerators, not 256."""
    row = pd.read_csv(FOLDER / "inference_throughput.csv").query("id == 'inf-sglang-h100-prefill'")
    (run,) = runs(row.assign(tp=tp, dp=dp, ep=ep, n_chips=32), Catalog(), load_constants())
    assert isinstance(run, Run)
    assert np.all(run.setup.copies.magnitude == copies)


def test_names_of_software_are_understood() -> None:
    """Version and date tell vLLM of 2023-24 from later ones, and words a fleet that reads prompts apart."""
    names = {
        ("vLLM (Nov 2024)", "2024-11"): "vllm-2024",
        ("vLLM 0.10.0, RHEL 9.6", "2025-09"): "vllm",
        ("TensorRT-LLM 1.0 (PyTorch backend)", "2025-09"): "trtllm-offline",
        ("SGLang 0.4.6", "2025-05"): "sglang",
        ("SGLang v0.5.3", ""): "sglang",
        ("LLM-D v0.5.0, vLLM 0.14.1", "2026-03"): "vllm",
        ("TRT-LLM 1.2", "2026-03"): "trtllm-offline",
        ("SGLang PD-disaggregated", "2025-05"): "wide-ep",
        ("DeepSeek online", "2025-02"): "wide-ep",
        ("vendor cloud", "2024-09"): "other",
    }
    assert {key: offline_framework(*key) for key in names} == names


def test_there_are_few_constants() -> None:
    """At most 60 constants of the time model of serving are fitted, and at most 15 assumed; each has a reason.

    A size in bytes or a count that is what it is has no range, and is no constant to be tuned. Those of power are
    fitted apart.
    """
    facts = load_constants().facts
    assert len(read_priors()) <= FITTED
    serving = [
        name for name in facts if not name.startswith(OF_TRAINING) and name.removeprefix("value.") not in OF_WORKLOADS
    ]
    trained = [name for name in facts if name.startswith(OF_TRAINING)]
    assert len(facts) - len(serving) == len(trained) + len(OF_WORKLOADS)
    ranged = [name for name in serving if facts[name].low is not None and name.removeprefix("value.") not in OF_POWER]
    assert len(ranged) - len(read_priors()) <= ASSUMED
    assert all(fact.reason for fact in facts.values())


@pytest.mark.slow
def test_a_prior_keeps_a_share_a_share() -> None:
    """A constant with a prior below one stays below one."""
    assert np.exp(Prior(0.9, 0.8, 0.96).ends[1]) < 1
    assert np.exp(Prior(0.9, 0.8, 1.2).ends[1]) > 1.2


def _config(folder: Path) -> Path:
    """Return a small published config."""
    file = folder / "config.json"
    file.write_text(
        '{"model_type": "llama", "hidden_size": 4096, "num_hidden_layers": 32, "vocab_size": 128256, '
        '"num_attention_heads": 32, "num_key_value_heads": 8, "intermediate_size": 14336}'
    )
    return file
