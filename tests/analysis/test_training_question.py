"""What is asked of a training run is checked at its very ends."""

from __future__ import annotations

from typing import Any, cast

import pytest

from costmodel.analysis.training_question import TrainingQuestion, tried
from costmodel.domain.architecture import Architecture
from costmodel.errors import CostModelError
from costmodel.units import quantity

MODEL = cast("Architecture", None)


def asked(**changes: Any) -> TrainingQuestion:
    """Return a question with some of it changed; tokens are plain numbers."""
    given: dict[str, Any] = {"batch": 8192.0, "sequence_length": 4096.0, "accelerators": (8.0,), **changes}
    tokens = {name: quantity(given[name], "token") for name in ("batch", "sequence_length", "tokens") if name in given}
    return TrainingQuestion(MODEL, **given | tokens)


@pytest.mark.parametrize(
    "changes",
    [
        {"accelerators": (1.0, 1e7)},
        {"goodput": 1.0},
        {"goodput": 1e-6},
        {"batch": 4096.0},
        {"batch": 1.0, "sequence_length": 1.0},
        {"batch": 1e18, "tokens": 1e18},
        {"tokens": 1.0},
    ],
)
def test_the_ends_of_what_is_allowed_are_asked(changes: dict[str, Any]) -> None:
    """One accelerator and ten million, all of the time, a step of one sequence, a single token."""
    assert asked(**changes).accelerators


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"accelerators": ()}, "at least one number"),
        ({"accelerators": (8.0, 0.0)}, "not 0"),
        ({"accelerators": (1.5,)}, "not 1.5"),
        ({"accelerators": (1e7 + 1,)}, "from 1 to 10,000,000"),
        ({"goodput": 0.0}, "not 0"),
        ({"goodput": 1.001}, "not 1.001"),
        ({"tokens": 0.999}, "tokens is from 1"),
        ({"tokens": 1.001e18}, "to 1e.18 tokens"),
        ({"batch": 4095.0}, "less than one sequence"),
        ({"framework": "megatronn"}, "megatron"),
    ],
)
def test_what_lies_beyond_is_named(changes: dict[str, Any], said: str) -> None:
    """With what is allowed."""
    with pytest.raises(CostModelError, match=said):
        asked(**changes)


def test_all_time_of_a_step_counts_and_of_a_run_what_is_given() -> None:
    """A step alone is a run of its batch; a run has the goodput that is given, or none yet."""
    step = asked().run(8.0)
    assert (step.tokens, step.goodput) == (quantity(8192.0, "token"), quantity(1.0))
    run = asked(tokens=1e12, goodput=0.9).run(8.0)
    assert (run.tokens, run.goodput) == (quantity(1e12, "token"), quantity(0.9))
    assert asked(tokens=1e12).run(8.0).goodput is None


def test_splits_are_whole_numbers_from_one_on() -> None:
    """Each is tried once; parts and nothing are refused, and so is a name that is none."""
    assert tried({"tensor_parallel": [1, 8, 8.0, 1e7]}).splits["tensor_parallel"] == (1.0, 8.0, 1e7)
    for wrong in (0, 1.5, 1e7 + 1):
        with pytest.raises(CostModelError, match="whole number from 1 on"):
            tried({"tensor_parallel": [8, wrong]})
    with pytest.raises(CostModelError, match="tensor_parallel"):
        tried({"tensor_paralel": [8]})
