"""Arguments from Python: what cannot be meant is told by its name, whatever question it is of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import costmodel as cm
from costmodel.analysis.amounts import Amount
from costmodel.analysis.arguments import bounded, whole
from costmodel.errors import CostModelError
from costmodel.units import quantity

ASKED: dict[str, Any] = {"prompt": 500, "output": 100}
PREDICT = ("llama-3.1-8b", "h100")
NO_NUMBERS = ("x", "1e400", "5 W^4", float("nan"), -1.0, None, [], [1.0, 2.0], quantity(3.0, "user"))


@pytest.fixture(scope="module")
def study() -> cm.Study:
    """Return a question about one run, of which nothing is a program."""
    return cm.load("gpt3-2020")


@pytest.mark.parametrize(("value", "found"), [(0.5, 0.5), ("6 month", 0.5), (quantity(6.0, "month"), 0.5), (1, 1.0)])
def test_numbers_quantities_and_texts_are_one(value: Amount, found: float) -> None:
    """The ends of the bounds belong to them."""
    assert bounded("years", value, 0.5, 1, "year") == found


@pytest.mark.parametrize("value", [0, 3, 1.5, "1.5"])
def test_a_count_is_whole_and_in_bounds(value: Amount) -> None:
    """The message has the name and what is allowed."""
    with pytest.raises(CostModelError, match=r"draws is a .*number from 1 to 2, not"):
        whole("draws", value, 1, 2)


@pytest.mark.parametrize("value", NO_NUMBERS)
def test_no_question_takes_what_is_no_number(study: cm.Study, value: Any) -> None:
    """A wrong value ends in an error of ours, not in one of a library below."""
    questions: tuple[Callable[[], object], ...] = (
        lambda: study.decide(draws=value),
        lambda: study.uncertainty(seed=value),
        lambda: study.sensitivity(draws=value),
        lambda: study.sample(value),
        lambda: study.sample(8, memory=value),
        lambda: study.samples(8, chunk=value),
        lambda: study.map("us-hyperscale.pue", "finance.inflation", points=value),
        lambda: study.sensitivity(base=value),
        lambda: next(study.samples(value)),
        lambda: next(study.samples(8, chunk=value)),
        lambda: cm.search("llama-3.1-8b", "purchase/hgx-h100", **ASKED, share=value or -1),
        lambda: cm.predict(*PREDICT, **ASKED, concurrency=8, tensor_parallel=value),
        lambda: cm.size("llama-3.1-8b", "purchase/hgx-h100", rate=5, **ASKED, ttft=1, peak_to_mean=value),
    )
    for question in questions:
        with pytest.raises(CostModelError):
            question()


def test_horizons_loads_and_sweeps_are_numbers(study: cm.Study) -> None:
    """What may be left out, or may be many, is told as well."""
    for value in NO_NUMBERS[:5]:
        with pytest.raises(CostModelError):
            study.over(value)
        with pytest.raises(CostModelError):
            study.sweep({"us-hyperscale.pue": value})
        with pytest.raises(CostModelError):
            study.map("us-hyperscale.pue", "finance.inflation", {"us-hyperscale.pue": value})  # type: ignore[dict-item]
        with pytest.raises(CostModelError):
            cm.search_training("llama-3.1-8b", accelerator="h100", accelerators=value)  # type: ignore[arg-type]
        with pytest.raises(CostModelError):
            cm.predict(*PREDICT, **ASKED, concurrency=value)


@pytest.mark.parametrize("tokens", [0.5, 1.1e18])
@pytest.mark.parametrize("name", ["batch", "sequence", "tokens"])
def test_tokens_of_a_run_have_bounds(name: str, tokens: float) -> None:
    """Too few and too many are named; those between are searched."""
    with pytest.raises(CostModelError, match=rf"{name} is from 1 to 1e\+18 tokens"):
        cm.search_training("llama-3.1-8b", accelerator="h100", accelerators=8, **{name: tokens})


def test_names_are_asked_for(study: cm.Study) -> None:
    """No offer, one way in place of two, and a volume where nobody designs a chip."""
    for none in ([], 5, quantity(3.0, "user"), [1], {}):
        with pytest.raises(CostModelError, match="offers: name at least one"):
            cm.size("llama-3.1-8b", none, rate=5, **ASKED, ttft=1)  # type: ignore[arg-type]
    with pytest.raises(CostModelError, match="between: name two different ways, not"):
        study.break_even("utilization", between="purchase/dgx-1-v100-32gb")  # type: ignore[arg-type]
    with pytest.raises(CostModelError, match='No input of this scenario "volume"'):
        study.map("us-hyperscale.pue", "volume")


@pytest.mark.parametrize("values", [-1, "demand.users=1", ["demand.users"], {1: 2}])
def test_values_are_given_by_name(study: cm.Study, values: Any) -> None:
    """What sets nothing is told so, with how to write it."""
    for question in (study.with_, study.again, study.sweep, lambda one: cm.load("gpt3-2020", changes=one)):
        with pytest.raises(CostModelError, match="give values by name"):
            question(values)


@pytest.mark.parametrize("value", [True, "", "9**9**9", quantity(1.0, "user")])
def test_a_quantity_is_of_numbers(value: Any) -> None:
    """Texts are read elsewhere, strictly; what has another unit is no amount of money."""
    with pytest.raises(CostModelError):
        cm.quantity(value, "USD")
