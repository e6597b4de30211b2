"""Splits of models: what software can run, and the smallest replica that holds a model."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costmodel.domain.architecture import load_architecture
from costmodel.errors import CostModelError
from costmodel.performance.layout.layouts import SPLITS, check_split, faults, fewest_accelerators, layouts
from costmodel.performance.machine.memory import holds_a_request
from costmodel.specs.catalog import Catalog
from costmodel.units import quantity
from tests.performance.service.test_serving import H100, H200, OUTPUT, PROMPT, setup

SHIPPED = Catalog().ids("architecture")
sizes = st.sampled_from([1.0, 2.0, 3.0, 4.0, 8.0, 16.0])


@pytest.mark.parametrize("model", SHIPPED)
def test_every_split_that_is_tried_can_be_run(model: str) -> None:
    """No split of a search has a fault, and linked groups stay within the accelerators given."""
    shape = load_architecture(Catalog(), model)
    found = layouts(shape, 16).frame()
    assert not found.empty
    assert all(not faults(shape, row) for row in found.to_dict("records"))  # type: ignore[arg-type]
    assert (found["tensor_parallel"] * found["attention_copies"]).max() <= 16
    assert not found.duplicated().any()


@given(split=st.tuples(sizes, sizes, sizes, sizes))
def test_a_split_divides_heads_and_experts_or_is_refused(split: tuple[float, ...]) -> None:
    """Splits without a fault divide the heads, the experts and the group that shares them, and widths into blocks."""
    shape = load_architecture(Catalog(), "deepseek-r1")
    tensor, stages, copies, spread = split
    good = 128 % tensor == 0 and stages <= 61 and tensor * copies % spread == 0 and 256 % spread == 0
    good = good and all(width % (128 * tensor) == 0 for width in (18432, 2048) if tensor > 1)
    good = good and (tensor * copies == spread or 2048 % (128 * tensor * copies / spread) == 0)
    assert good == (not faults(shape, dict(zip(SPLITS, split, strict=True))))


@pytest.mark.parametrize(
    ("model", "changes", "says"),
    [
        ("llama-3.1-70b", {"tensor_parallel": 3}, "does not divide the 64 heads .* use 1, 2, 4, 8, 16, 32 or 64"),
        ("llama-3.1-70b", {"tensor_parallel": 2.5}, "2.5 is not a whole number"),
        ("llama-3.1-70b", {"pipeline_parallel": 81}, "more than the 80 layers"),
        ("llama-3.1-70b", {"attention_copies": 2}, "has no experts"),
        ("qwen3-235b-a22b-fp8", {"tensor_parallel": 8}, "1536 wide experts .* by 8 into whole blocks of 128"),
        ("qwen3-235b-a22b-fp8", {"tensor_parallel": 8, "expert_parallel": 3}, "experts cannot be spread over 3"),
        ("deepseek-r1", {"expert_parallel": 16}, r"\(8\) and the 256 experts of DeepSeek R1; use 1, 2, 4 or 8"),
    ],
)
def test_a_split_that_cannot_be_run_says_what_can(model: str, changes: dict[str, float], says: str) -> None:
    """The message names the numbers that would do."""
    with pytest.raises(CostModelError, match=says):
        check_split(setup(model, **{name: quantity(float(size)) for name, size in changes.items()}))


@pytest.mark.parametrize(("model", "chip", "size"), [("llama-3.1-70b", H100, 2), ("deepseek-r1", H200, 8)])
def test_the_fewest_accelerators_hold_the_model_and_half_of_them_do_not(model: str, chip: str, size: int) -> None:
    """Weights in bf16 or fp8 over the memory of a data sheet, by hand: 141 GB over 80 GiB, 673 GB over 141 GiB."""
    one = setup(model, chip, ways=1, precision="bf16" if model.startswith("llama") else "fp8")
    assert fewest_accelerators(one, PROMPT, OUTPUT).startswith(f"{size} accelerators")
    smaller = layouts(one.model, 64).frame()
    smaller = smaller[smaller[list(SPLITS[:3])].prod(axis=1) == size / 2]
    assert not any(
        bool(holds_a_request(setup(model, chip, **_changes(one.deployment.precision, row)), PROMPT, OUTPUT))
        for row in smaller.to_dict("records")
    )


def _changes(precision: str, row: dict[object, float]) -> dict[str, object]:
    numbers = {name: quantity(row[name]) for name in SPLITS}
    return {"precision": precision, **numbers}


def test_the_heads_of_an_estimate_may_be_split_in_any_way() -> None:
    """Nobody knows what divides the heads of a closed model: its number of heads has a range."""
    shape = load_architecture(Catalog(), "gpt-4-estimate")
    assert faults(shape, dict(zip(SPLITS, (8.0, 1.0, 1.0, 1.0), strict=True))) == []


def test_key_value_heads_are_divided_or_held_several_times() -> None:
    """Ten heads go on 2, 5 or 10 accelerators, or twice on 20: never two and a half on four."""
    ten = replace(
        load_architecture(Catalog(), "llama-2-7b"),
        attention_query_heads=quantity(40.0),
        attention_key_value_heads=quantity(10.0),
    )
    runs = [ways for ways in range(1, 41) if not faults(ten, dict(zip(SPLITS, (ways, 1, 1, 1), strict=True)))]
    assert runs == [1, 2, 5, 10, 20, 40]
    [said] = faults(ten, dict(zip(SPLITS, (4, 1, 1, 1), strict=True)))
    assert "10 key-value heads" in said


def test_experts_spread_whole_need_no_whole_blocks() -> None:
    """Where each accelerator has whole experts, their widths are not divided."""
    shape = load_architecture(Catalog(), "qwen3-235b-a22b-fp8")
    assert not faults(shape, dict(zip(SPLITS, (8, 1, 1, 8), strict=True)))


def test_a_split_beyond_all_bounds_is_refused_at_once() -> None:
    """The sizes that would do are no more than there are experts."""
    shape = load_architecture(Catalog(), "deepseek-r1")
    assert faults(shape, dict(zip(SPLITS, (999_999_999, 1, 1, 1), strict=True)))
