"""Rows of kinds that no table has yet: each is answered, or told what is missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from costmodel.calibration.accuracy import Accuracy, measure_accuracy
from costmodel.calibration.accuracy.software_names import serving_framework, weight_type
from costmodel.errors import UnknownName
from costmodel.specs.catalog import data_folder

FOLDER = data_folder("hardware") / "measurements"
TABLES = {
    "serving": "model == 'meta-llama/Llama-3.1-70B' and tp_size == 4",
    "inference_throughput": "model == 'Llama-3.1-70B' and chip == 'H100-SXM-80GB'",
    "mlperf_inference": "model == 'Llama-2-70B' and scenario == 'Server' and chip == 'H200-SXM-141GB'",
}
ANSWERED = {
    "serving": [
        {},
        {"system": "NVIDIA H20", "framework": "SGLang 0.5.7", "precision": "fp8_e4m3"},
        {"system": "GB300-NVL72", "framework": "TensorRT-LLM 1.2.0rc4", "precision": "NVFP4"},
        {"system": "v6e-8", "precision": "int8"},
        {"framework": "LMDeploy 0.7"},
        {"precision": "AWQ INT4"},
        {"spec_decoding": "eagle3", "draft_tokens": 3, "draft_acceptance": 0.7},
    ],
    "inference_throughput": [
        {},
        {"chip": "MI355X", "precision": "mxfp4", "framework": "vLLM rocm7.1_vllm_0.14", "n_chips": 1, "tp": 1},
        {"chip": "AWS Trainium3", "framework": "vLLM Neuron"},
        {"kv_precision": "fp8_e4m3"},
        {"model": "Meta-Llama-3.1-70B-Instruct", "layers": np.nan, "hidden": np.nan},
    ],
    "mlperf_inference": [
        {},
        {"chip": "B300-SXM-270GB", "round": "v6.1", "note": "weights fp4"},
        {"model": "Llama-2-70B-Chat", "benchmark": "llama2-70b-interactive-99.9", "round": "v5.0"},
        {"chip": "Gaudi-3", "framework": "Synapse"},
        {"benchmark": "new-bench", "input_len_mean": 900, "output_len_mean": 90, "scenario": "Offline"},
    ],
}
REFUSED = {
    "serving": {
        "speculative decoding": {"spec_decoding": "mtp"},
        "disaggregated": {"framework": "dynamo-trtllm (disagg)"},
        "w4a8": {"precision": "w4a8"},
        "does not fit": {"system": "T4", "precision": "bf16"},
        "framework is empty": {"framework": ""},
        "fewer than tp_size": {"chips": 1},
    },
    "inference_throughput": {
        "goodput": {"metric": "goodput"},
        "output_len": {"output_len": np.nan},
        "n_chips is empty": {"n_chips": np.nan},
        "speculative": {"framework": "TensorRT-LLM 1.0 + EAGLE-3"},
        "more accelerators than n_chips": {"tp": 64},
        "number type": {"kv_precision": "q7"},
    },
    "mlperf_inference": {
        "SingleStream": {"scenario": "SingleStream"},
        "no known limits": {"benchmark": "new-bench", "input_len_mean": 900, "output_len_mean": 90, "note": ""},
        "no known lengths": {"benchmark": "new-bench", "input_len_mean": np.nan},
        "fits in memory": {"chip": "L4", "n_chips": 1, "chips_per_node": 1},
    },
}
WORDS = {"goodput": "the metric is none of"}


def _judged(folder: Path, table: str, changes: list[dict[str, Any]]) -> Accuracy:
    """Return the accuracy of one row of a table, changed in each of these ways."""
    row = pd.read_csv(FOLDER / f"{table}.csv").query(TABLES[table]).iloc[:1]
    rows = pd.concat([row.assign(**one) for one in changes], ignore_index=True)
    rows.to_csv(folder / f"{table}.csv", index=False)
    return measure_accuracy(folder / f"{table}.csv")


@pytest.mark.parametrize("table", ANSWERED)
def test_rows_of_new_kinds_are_answered_and_less_sure(tmp_path: Path, table: str) -> None:
    """New chips, spellings, software and rounds are answered within a factor of 40, no surer than what was measured."""
    found = _judged(tmp_path, table, ANSWERED[table]).frame
    width = np.log(found["high"] / found["low"])
    assert found["predicted"].notna().all(), list(found["reason"])
    assert (found["predicted"] / found["predicted"].iloc[0]).between(1 / 40, 40).all()
    assert (width >= width.iloc[0] - 1e-9).all()


@pytest.mark.parametrize("table", REFUSED)
def test_rows_that_say_too_little_are_told_what_is_missing(tmp_path: Path, table: str) -> None:
    """What a row leaves out or what cannot be is named; no number stands in for it."""
    found = _judged(tmp_path, table, list(REFUSED[table].values())).frame
    assert found["predicted"].isna().all()
    for words, reason in zip(REFUSED[table], found["reason"], strict=True):
        assert WORDS.get(words, words) in reason


def test_submissions_of_one_system_keep_their_own_number_type(tmp_path: Path) -> None:
    """Two notes are two submissions, whichever comes first."""
    notes = [{"note": "weights fp8", "chip": "B200"}, {"note": "weights fp4", "chip": "B200"}]
    one, other = (_judged(tmp_path, "mlperf_inference", order).frame["predicted"] for order in (notes, notes[::-1]))
    assert list(one) == list(other[::-1])
    assert one[0] < one[1]


def test_a_benchmark_asks_all_submitters_the_same(tmp_path: Path) -> None:
    """Mean prompts of a known data set are those of its benchmark, whatever a row recalls; answers are the row's."""
    changes = [{}, {"input_len_mean": 20}, {"output_len_mean": 20}]
    as_given, recalled, shorter = _judged(tmp_path, "mlperf_inference", changes).frame["predicted"]
    assert recalled == as_given != shorter


def test_words_for_software_and_number_types() -> None:
    """Versions, makers and scales around a name do not hide it; what is no number type is refused."""
    assert [serving_framework(name) for name in ("dynamo-trt 1.1", "vllm0.8.3", "SGLang", "TGI")] == [
        "trtllm",
        "vllm",
        "sglang",
        "other",
    ]
    assert [weight_type(text) for text in ("fp8_block", "quark-mxfp4", "W8A8", "q4_k_m", "MXFP6")] == [
        "fp8",
        "fp4",
        "int8",
        "int4",
        "fp6",
    ]
    with pytest.raises(UnknownName, match="fp5"):
        weight_type("fp5")


def test_an_answer_of_one_token_is_predicted(tmp_path: Path) -> None:
    """Lengths that a benchmark draws below what it states are no fewer than one token."""
    found = _judged(tmp_path, "serving", [{"osl": 1, "measured_last": "2026-03-01"}])
    assert found.answered == 1


def test_requests_at_once_are_read_as_tables_write_them(tmp_path: Path) -> None:
    """A batch is one with its name before it too; a rate is none, and the row one of as many requests as fit."""
    texts = ("4", "bs=4", "batch size 4", "~4", "max", "4 req/s")
    found = _judged(tmp_path, "inference_throughput", [{"batch_or_concurrency": text} for text in texts])
    predicted = found.frame["predicted"].to_numpy()
    np.testing.assert_allclose(predicted[1:4], predicted[0])
    assert predicted[5] == predicted[4] > predicted[0]


def test_requests_and_tokens_are_of_one_rate(tmp_path: Path) -> None:
    """Requests a second are output tokens a second over those of a request."""
    metrics = ("output_tokens_per_s_total", "requests_per_s", "input_tokens_per_s_total", "input_tokens_per_s_per_chip")
    frame = _judged(tmp_path, "inference_throughput", [{"metric": one} for one in metrics]).frame
    tokens, requests, read, read_by_each = frame["predicted"]
    assert requests == pytest.approx(tokens / float(frame["output_len"].iloc[0]))
    assert read == pytest.approx(read_by_each * float(frame["n_chips"].iloc[0]))


@pytest.mark.parametrize("chip", ["L40S", "RTX 4090"])
def test_cards_whose_makers_state_no_network_train(tmp_path: Path, chip: str) -> None:
    """They pass gradients to each other through their hosts, as where they serve."""
    row = pd.read_csv(FOLDER / "training_throughput.csv").query("id == 'tr-mpt-h100_80gb-7b-s2048-n8-noac'")
    file = tmp_path / "training_throughput.csv"
    row.assign(chip=chip, mbs=1).to_csv(file, index=False)
    found = measure_accuracy(file).frame.iloc[0]
    assert found["reason"] == ""
    assert found["low"] < found["predicted"] < found["high"]
