"""Settings of servers: published ones hold for dated rows of their runs alone, and a row's own column counts first."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from costmodel.calibration.accuracy.server_settings import published, settings_of

B200, H200 = "nvidia/b200", "nvidia/h200-sxm5-141gb"


def rows(count: int = 3, **columns: object) -> pd.DataFrame:
    """Return rows of one campaign with 4, 16 and 64 requests in flight."""
    told = {"isl": 1024, "osl": 1024, "tp_size": 4, "precision": "fp4", "measured_last": "2026-03-20"}
    return pd.DataFrame({**told, "concurrency": [4, 16, 64], **columns}, index=range(count))


def test_the_last_setting_that_holds_counts() -> None:
    """SGLang on B200 looks every 10 steps, and every 30 from 16 requests in flight on; in 4 bits always."""
    found = settings_of(rows(precision="fp8"), "sglang", "qwen3.5-397b-a17b", B200)
    assert found["admission_interval"].tolist() == [10, 30, 30]
    narrow = settings_of(rows(), "sglang", "qwen3.5-397b-a17b", B200)
    assert narrow["admission_interval"].tolist() == [30, 30, 30]
    assert found["admission_hold"].tolist() == [0, 0, 0]
    assert found["stream_interval"].tolist() == [30, 30, 30]


@pytest.mark.parametrize(
    ("model", "accelerator", "precision", "group"),
    [
        ("deepseek-r1", B200, "fp8", 30),
        ("deepseek-r1", B200, "fp4", 10),
        ("deepseek-r1", H200, "fp8", 10),
        ("qwen3.5-397b-a17b", H200, "fp8", 50),
        ("glm-5", H200, "fp8", 0),
    ],
)
def test_tokens_are_sent_in_groups_as_published(model: str, accelerator: str, precision: str, group: int) -> None:
    """SGLang sends so many tokens at once as the script of the run says; without a word, each as it comes."""
    found = settings_of(rows(precision=precision), "sglang", model, accelerator)
    assert found["stream_interval"].tolist() == [group] * 3


def test_prompts_are_held_for_llama_below_eight_ways() -> None:
    """TensorRT-LLM held prompts of Llama 70B for 20 steps at 1,024 tokens in and out, below eight ways."""
    held = settings_of(rows(tp_size=[4, 7, 8]), "trtllm", "llama-3.1-70b", B200)["admission_hold"]
    assert held.tolist() == [20, 20, 0]
    assert not settings_of(rows(osl=8192), "trtllm", "llama-3.1-70b", B200)["admission_hold"].any()


def test_a_setting_holds_from_its_day_on() -> None:
    """DeepSeek's prompts are held from 29 January 2026 on, from 64 requests in flight on."""
    dates = ["2026-01-28", "2026-01-29", "2026-02-01"]
    held = settings_of(rows(measured_last=dates, concurrency=64, precision="fp8"), "trtllm", "deepseek-r1", B200)
    assert held["admission_hold"].tolist() == [0, 40, 40]


def test_rows_without_a_day_are_not_of_the_benchmark() -> None:
    """Undated rows, and those of other software, models or accelerators, have no settings but their own."""
    assert not settings_of(rows(measured_last=np.nan), "sglang", "glm-5", B200)["admission_interval"].any()
    assert not settings_of(rows().drop(columns="measured_last"), "sglang", "glm-5", B200)["admission_interval"].any()
    assert not settings_of(rows(), "vllm", "glm-5", B200)["admission_interval"].any()
    assert not settings_of(rows(), "sglang", "glm-5", "nvidia/l40s")["admission_interval"].any()


def test_the_column_of_a_row_counts_first() -> None:
    """What a row says of its own server counts; where it says nothing, what was published."""
    found = settings_of(rows(admission_interval=[1, np.nan, 2]), "sglang", "glm-5", B200)
    assert found["admission_interval"].tolist() == [1, 10, 2]


def test_published_settings_say_for_what_they_hold() -> None:
    """Every entry names its software and a setting, and nothing that is not read."""
    known = {"software", "models", "accelerators", "precisions", "since", "least", "most"}
    for one in published():
        assert "software" in one
        assert set(one) - known <= {"admission_interval", "admission_hold", "stream_interval"} != set()
