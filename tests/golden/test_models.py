"""Sizes of models as their publishers give them, against those that follow from the shapes in our files."""

from __future__ import annotations

import pytest

from costmodel.domain.architecture import Architecture, load_architecture
from costmodel.performance.machine import shape
from costmodel.specs.catalog import Catalog
from costmodel.units import Quantity, magnitude

# Total and active parameters, in billions. Sources: model cards on huggingface.co (Llama: "8.03B params" and so on;
# Qwen3; GLM-5; MiniMax), and the reports of GPT-3 (arXiv 2005.14165, table 2.1), Mixtral (arXiv 2401.04088),
# DeepSeek-V3 (arXiv 2412.19437; the indexer of V3.2 adds 0.9), Llama 2 (arXiv 2307.09288), Kimi K2 (arXiv 2507.20534),
# gpt-oss (arXiv 2508.10925, table 1).
TOTAL = {
    "gpt-3-175b": (175, 0.01),
    "llama-3.1-8b": (8.03, 0.001),
    "llama-3.1-70b": (70.55, 0.001),
    "llama-3.1-405b": (405.85, 0.001),
    "deepseek-v3": (671, 0.001),
    "deepseek-r1": (671, 0.001),
    "mixtral-8x7b-v0.1": (46.7, 0.001),
    "mixtral-8x22b-v0.1": (140.6, 0.001),
    "qwen3-8b": (8.2, 0.005),
    "qwen3-32b": (32.8, 0.005),
    "qwen3-30b-a3b": (30.5, 0.005),
    "qwen3-235b-a22b": (235, 0.005),
    "gpt-oss-20b": (20.91, 0.001),
    "gpt-oss-120b": (116.83, 0.001),
    "kimi-k2-instruct": (1040, 0.02),  # "1.04 trillion" in the report, 1.03 by its own config
    "glm-5": (744, 0.005),
    "llama-4-scout-17b-16e-instruct": (109, 0.015),  # with 0.9 for images, which we leave out
    "llama-4-maverick-17b-128e-instruct": (400, 0.01),
    "qwen3.5-397b-a17b": (397, 0.005),
    "minimax-m2.5": (229, 0.005),
    "llama-2-7b": (6.74, 0.001),
    "llama-2-70b": (68.98, 0.001),
    "mistral-7b-v0.3": (7.25, 0.001),
    "qwen2.5-72b": (72.7, 0.001),
    "deepseek-v3.2": (672, 0.002),
    "mimo-v2-flash": (309, 0.002),
    "nemotron-3-ultra-550b-a55b": (550, 0.002),
    "grok-2": (270, 0.003),
    "step-3.5-flash": (196.81, 0.002),
    "pythia-12b": (11.85, 0.001),
    "phi-2": (2.78, 0.001),
    "phi-3.5-mini": (3.82, 0.001),
    "smollm2-1.7b": (1.71, 0.001),
    "smollm3-3b": (3.08, 0.002),
    "olmo-2-7b": (7.3, 0.001),
    "olmo-2-13b": (13.7, 0.002),
    "falcon3-7b": (7.46, 0.001),
    "falcon3-3b": (3.23, 0.001),
    "codellama-70b": (68.98, 0.001),
    "glm-4-9b": (9.4, 0.001),
}
ACTIVE = {
    "deepseek-v3": 37,
    "mixtral-8x7b-v0.1": 12.9,
    "mixtral-8x22b-v0.1": 39,
    "qwen3-30b-a3b": 3.3,
    "qwen3-235b-a22b": 22,
    "gpt-oss-20b": 3.61,
    "gpt-oss-120b": 5.13,
    "kimi-k2-instruct": 32,
    "glm-5": 40,
    "llama-4-scout-17b-16e-instruct": 17,
    "llama-4-maverick-17b-128e-instruct": 17,
    "qwen3.5-397b-a17b": 17,
    "mimo-v2-flash": 15,
    "nemotron-3-ultra-550b-a55b": 55,
    "grok-2": 115,
}
# Bytes of KV cache per token in bf16, from "Insights into DeepSeek-V3" (arXiv 2505.09343, table 1).
CACHE = {"llama-3.1-70b": 2 * 8 * 128 * 80 * 2, "llama-3.1-405b": 516_096, "deepseek-v3": 70_272}


def _billions(value: Quantity) -> float:
    return float(magnitude(value, "1")) / 1e9


def _model(catalog: Catalog, id_: str) -> Architecture:
    return load_architecture(catalog, id_)


@pytest.mark.parametrize("id_", TOTAL)
def test_all_parameters(catalog: Catalog, id_: str) -> None:
    """The weights that follow from a shape are as many as the publisher says."""
    published, tolerance = TOTAL[id_]
    assert _billions(shape.parameters(_model(catalog, id_))) == pytest.approx(published, rel=tolerance)


@pytest.mark.parametrize("id_", ACTIVE)
def test_active_parameters(catalog: Catalog, id_: str) -> None:
    """Published figures lie between our active weights without and with the input embedding, within 3%."""
    model = _model(catalog, id_)
    active, embedding = shape.active_parameters(model), model.vocabulary * model.hidden_size
    assert _billions(active) * 0.97 <= ACTIVE[id_] <= _billions(active + embedding) * 1.03


@pytest.mark.parametrize("id_", CACHE)
def test_bytes_of_cache_per_token(catalog: Catalog, id_: str) -> None:
    """Two bytes for each cached element of each layer."""
    model = _model(catalog, id_)
    elements = shape.attention(model).cache_elements * shape.softmax_layers(model)
    assert magnitude(elements, "1") * 2 == CACHE[id_]


def test_llama_70b_caches_327680_bytes_per_token() -> None:
    """Keys and values of 8 heads of 128 in 80 layers, in 16 bits."""
    assert CACHE["llama-3.1-70b"] == 327_680


@pytest.mark.parametrize("id_", TOTAL)
def test_active_parameters_are_at_most_all(catalog: Catalog, id_: str) -> None:
    """No token uses a weight that the model does not have."""
    model = _model(catalog, id_)
    assert _billions(shape.active_parameters(model)) <= _billions(shape.parameters(model))
