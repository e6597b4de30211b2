"""Parameters of a model of every family of the transformers library, against those that the library's own models have.

library_parameters.csv was counted with version 5.24 of the library and PyTorch 2.14: each model type's class with its
default values, built without memory, every stored number once (norms and biases too). Left out: types whose class
counts towers for images and sound, those whose defaults make no model (deepseek_v2, glm4_moe), and longcat_flash, whose
class makes room for 768 experts instead of the 512 that are published.
"""

from __future__ import annotations

import csv
import json
import logging
import warnings
from pathlib import Path
from typing import Any

import pytest

from costmodel.domain.architecture import architecture_of
from costmodel.performance.machine.shape import parameters
from costmodel.specs.published.shape import published

COUNTED = {
    row["model_type"]: int(row["parameters"])
    for row in csv.DictReader(Path(__file__).with_name("library_parameters.csv").read_text("utf-8").splitlines())
}
TOLERANCE = 2e-3
"""Norms and biases, which we leave out: most in the smallest models."""


@pytest.fixture(scope="module")
def library() -> Any:
    """Return the library, of the version that was counted."""
    logging.disable(logging.WARNING)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = pytest.importorskip("transformers", reason="transformers is not installed")
        if not found.__version__.startswith("5.24."):
            pytest.skip("models were counted with transformers 5.24: other versions have other defaults")
        yield found
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("model_type", COUNTED)
def test_a_familys_model_has_as_many_parameters(library: Any, model_type: str) -> None:
    """The shape that we read from the class's own file has the weights of the class's own model."""
    content = json.loads(json.dumps(library.CONFIG_MAPPING[model_type]().to_dict(), default=str))
    model = architecture_of("any", "any", published(content).shape)
    assert float(parameters(model).magnitude) == pytest.approx(COUNTED[model_type], rel=TOLERANCE)
