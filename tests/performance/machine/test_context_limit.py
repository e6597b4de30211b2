"""The longest sequence that a model takes: checked where a prediction or a search is asked for."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from costmodel.analysis.predict import predict_serving
from costmodel.analysis.study import Study
from costmodel.domain.architecture import NONE, load_architecture
from costmodel.errors import Infeasible
from costmodel.performance.machine.memory import check_context, holds_a_request
from costmodel.specs.catalog import Catalog
from costmodel.specs.published import read_published
from costmodel.units import quantity
from tests.performance.service.test_serving import H200, setup
from tests.shipped import ARCHITECTURES

LIMIT = 131_072
ESTIMATED = {"codex-12b", "gpt-3-175b", "gpt-4-estimate", "palm-540b"}


def test_a_prompt_that_fills_the_context_leaves_no_answer(catalog: Catalog) -> None:
    """The error names what was asked for and what the model takes."""
    deployment = setup().deployment
    with pytest.raises(Infeasible, match=r"at most 131,072 tokens.*131,000 of prompt and 100 of answer"):
        predict_serving(catalog, "llama-3.1-70b", H200, deployment, prompt=131_000, output=100)
    fits = predict_serving(catalog, "llama-3.1-70b", H200, deployment, prompt=130_972, output=100)
    assert fits.result.output_rate > 0 * fits.result.output_rate


def test_a_search_leaves_out_what_is_too_long() -> None:
    """Of two lengths as an array, only the one within the context can be held."""
    output = quantity(np.array([72.0, 73.0]))
    assert holds_a_request(setup(), quantity(LIMIT - 72.0), output).tolist() == [True, False]


def test_models_without_a_stated_limit_take_any_length() -> None:
    """What nobody states is not made up."""
    free = replace(setup().model, context_limit=NONE)
    check_context(free, quantity(1e9), quantity(1.0))
    assert holds_a_request(replace(setup(), model=free), quantity(LIMIT * 1.0), quantity(10.0))


def test_a_study_refuses_prompts_beyond_the_context(serving: Study) -> None:
    """A scenario whose prompts no model of its kind takes has no deployment."""
    long = serving.scenario.workload.with_leaves(prompt_tokens=quantity(1e9, "token/query"))
    scenario = replace(serving.scenario, workload=long, architecture=setup().model)
    with pytest.raises(Infeasible, match="at most 131,072 tokens"):
        _ = replace(serving, scenario=scenario).deployments


def test_the_limit_comes_from_the_published_config(tmp_path: Path) -> None:
    """`max_position_embeddings`, not the length before it was extended."""
    config = {
        "model_type": "llama",
        "num_hidden_layers": 2,
        "hidden_size": 64,
        "vocab_size": 100,
        "num_attention_heads": 4,
        "intermediate_size": 128,
        "max_position_embeddings": LIMIT,
        "rope_scaling": {"original_max_position_embeddings": 8192},
    }
    file = tmp_path / "config.json"
    file.write_text(json.dumps(config), encoding="utf-8")
    assert read_published(file).shape["context_limit"] == LIMIT


@pytest.mark.parametrize("id_", sorted(set(ARCHITECTURES) - ESTIMATED))
def test_every_published_model_states_its_limit(catalog: Catalog, id_: str) -> None:
    """All shipped shapes from published configs give the longest sequence."""
    limit = load_architecture(catalog, id_).context_limit
    assert 2**11 <= float(limit.magnitude) <= 10 * 2**20
