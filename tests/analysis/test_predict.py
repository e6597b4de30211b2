"""A prediction taken apart: what bounds each operator, parts that sum to a step, and what was not measured."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from costmodel.analysis.predict import UNMEASURED, Prediction, _bound, predict_serving
from costmodel.domain.workload import Deployment
from costmodel.errors import CostModelError
from costmodel.specs.catalog import Catalog
from costmodel.units import add, parse, quantity

ONE = Deployment(id="deployment", name="deployment", precision="fp8", tensor_parallel=quantity(2.0), framework="vllm")


@pytest.fixture(scope="module")
def found(catalog: Catalog) -> Prediction:
    """Return a small model on two accelerators."""
    return predict_serving(catalog, "llama-3.1-8b", "h100", ONE, prompt=1000, output=200, concurrency=16)


@pytest.mark.parametrize(
    ("operations", "moved", "bound"),
    [(10.0, 3.9, "arithmetic"), (10.0, 4.1, "memory"), (10.0, 4.0, "memory"), (0.0, 1.0, "memory")],
)
def test_the_longer_of_both_times_bounds_an_operator(operations: float, moved: float, bound: str) -> None:
    """10 operations at 5 a second, of which half is reached, take 4 s; as do 4 bytes at 4 a second and a quarter."""
    one: Any = SimpleNamespace(
        operations=operations,
        peak=5.0,
        compute_efficiency=0.5,
        moved=moved,
        bandwidth=4.0,
        bandwidth_efficiency=0.25,
    )
    assert _bound(one) == bound


def test_decoding_waits_for_memory_and_prompts_for_arithmetic(found: Prediction) -> None:
    """At few requests every matrix is read for few tokens; what links and launches take goes by their names."""
    bounds, parts = found.bounds(), found.parts()
    assert bounds.keys() == parts.keys()
    assert bounds["launches"] == "launches"
    assert "links" in bounds.values()
    assert "arithmetic" not in bounds.values()
    for plain, carrying in parts.values():
        assert plain.magnitude <= carrying.magnitude


def test_a_pass_carries_prompts_beside_what_it_decodes(found: Prediction) -> None:
    """Where software mixes them; else prompts have passes of their own."""
    plain, carrying = found.rows
    flow, batch = found.result.flow, found.result.times.batch
    assert plain == flow.rows(batch, 0 * batch)
    assert carrying == flow.rows(batch, flow.burst(batch))
    assert add(part for part, _ in found.parts().values()).magnitude > 0


def test_what_measurements_lacked_is_named() -> None:
    """By the parts of a deployment."""
    for name, words in UNMEASURED.items():
        setup: Any = SimpleNamespace(deployment=replace(ONE, **{name: quantity(0.5)}))
        assert Prediction(setup, *(3 * [quantity(1.0)]), result=None).unmeasured == [words]  # type: ignore[arg-type]


def test_explanations_give_what_was_predicted(found: Prediction) -> None:
    """Each headline is the root of its own tree; another quantity is found below the rate."""
    for name in ("output_rate", "time_to_first_token", "time_per_output_token", "user_rate"):
        tree = found.explain(name)
        assert tree.name == name
        assert tree.value.magnitude == pytest.approx(getattr(found.result, name).magnitude, rel=1e-9)
    assert found.explain("request.prompt").value.magnitude == 1000


def test_a_prediction_is_shown_in_one_line(found: Prediction) -> None:
    """As the deployment and its speed."""
    rate = f"{found.result.output_rate.magnitude:.4g} token/accelerator/s"
    assert repr(found).startswith(f"<Prediction {found.setup.model.id} on ")
    assert rate in repr(found)
    assert len(repr(found)) < 200


def test_without_a_concurrency_one_request_is_in_flight(catalog: Catalog) -> None:
    """And arrivals come at a positive rate."""
    asked: dict[str, Any] = {"prompt": 100, "output": 20}
    alone = predict_serving(catalog, "llama-3.1-8b", "h100", ONE, **asked)
    assert alone.concurrency.magnitude == 1.0
    low, high = alone.interval
    assert low < 1 < high
    for rate in ("0 query/second", "-1 query/second"):
        with pytest.raises(CostModelError, match="positive rate"):
            predict_serving(catalog, "llama-3.1-8b", "h100", ONE, **asked, arrivals=parse(rate))
