"""What a user asks for is checked at its very ends, and why a model does not fit is told."""

from __future__ import annotations

import json
from math import inf, nan
from pathlib import Path

import pytest

from costmodel.analysis.checked import checked_setup, find_model, lengths_of
from costmodel.domain.workload import Deployment
from costmodel.errors import CostModelError, Infeasible
from costmodel.specs.catalog import Catalog
from costmodel.units import quantity
from tests.specs.test_published import LLAMA


def test_prompt_and_answer_have_a_token_at_least() -> None:
    """One is enough; less, endless and no number are named."""
    assert [one.magnitude for one in lengths_of(1, 1)] == [1.0, 1.0]
    for wrong in (0.999, 0, -1, inf, nan):
        for pair in ((wrong, 5), (5, wrong)):
            with pytest.raises(CostModelError, match=f"not {wrong:g}"):
                lengths_of(*pair)


@pytest.mark.parametrize(
    ("ways", "prompt", "said"),
    [
        (1.0, 1000.0, r"in bf16 does not fit on 1 of .*: 141 GB of weights on each of 80 GB; the fewest that hold it"),
        (2.0, 130_000.0, r"in bf16 fits on 2 of .*, but not the cache of a request of 130000 tokens in and 50 out bes"),
    ],
)
def test_weights_that_do_not_fit_and_a_cache_that_does_not_are_two_reasons(
    catalog: Catalog, ways: float, prompt: float, said: str
) -> None:
    """70.6 billion weights of two bytes are on one accelerator too many, on two they leave room for short prompts."""
    one = Deployment(id="d", name="d", precision="bf16", tensor_parallel=quantity(ways), framework="vllm")
    with pytest.raises(Infeasible, match=said):
        checked_setup(catalog, "llama-3.1-70b", "h100", one, quantity(prompt), quantity(50.0))


def test_a_model_goes_by_its_id_or_its_alias(catalog: Catalog) -> None:
    """Both find the same file."""
    assert find_model(catalog, "llama-3.1-8b").id == "llama-3.1-8b"


def test_a_published_file_goes_by_its_name_or_that_of_its_folder(catalog: Catalog, tmp_path: Path) -> None:
    """Two hyphens stand for the slash between maker and model."""
    for name, label in (("my/config.json", "my"), ("Maker--Model_config.json", "Maker/Model"), ("own.json", "own")):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps(LLAMA), encoding="utf-8")
        found = find_model(catalog, str(file))
        assert (found.name, found.id) == (label, label.lower())
