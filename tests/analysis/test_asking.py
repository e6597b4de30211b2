"""Questions from Python by hand: what stands where nothing is said, and what is passed on to the search."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

import costmodel as cm
from costmodel.analysis import asking, asking_size, asking_training
from costmodel.analysis.asking_size import _drawn, _logged, _rate, _spares
from costmodel.analysis.checked import check_framework, check_types
from costmodel.analysis.training_question import TrainingQuestion
from costmodel.errors import CostModelError, UnknownName
from costmodel.performance.service.trace import Trace
from costmodel.units import magnitude, quantity

MODEL = "llama-3.1-8b"


def test_a_prediction_is_on_one_accelerator_in_eight_bits_where_nothing_else_is_said() -> None:
    """Numbers of accelerators are from one on."""
    asked: dict[str, Any] = {"prompt": 100, "output": "20 token", "concurrency": 4}
    plain = cm.predict(MODEL, "h100", **asked)
    told = cm.predict(MODEL, "h100", **asked, tensor_parallel=1, precision="fp8", framework="vllm")
    assert plain.result.time_per_output_token == told.result.time_per_output_token
    assert plain.concurrency.magnitude == 4
    for wrong, says in (
        ({"precision": "fp9"}, 'number type "fp9"'),
        ({"framework": "vlm"}, 'framework "vlm"'),
        ({"tensor_parallel": 0.5}, "tensor_parallel is a number from 1"),
    ):
        with pytest.raises(CostModelError, match=says):
            cm.predict(MODEL, "h100", **asked, **wrong)  # type: ignore[arg-type]


def test_a_search_passes_on_what_it_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Targets in seconds, a rate of 8% a year where none is said, shares from the median to 99.99%."""
    seen: list[Any] = []
    monkeypatch.setattr(asking, "search_deployments", lambda *given, **named: seen.append((given, named)))
    cm.search(MODEL, "a", prompt="1 ktoken", output=200, ttft="1500 ms", share=0.5, precisions=["fp8"])
    cm.search(MODEL, "a", prompt=1, output=2, tpot=0.02, discount_rate=0.05)
    (first, named), (_, plain) = seen
    assert first[1:] == (MODEL, "a", 1000.0, 200.0)
    targets = named["targets"]
    assert (magnitude(targets.time_to_first_token, "s"), targets.time_per_output_token, targets.share) == (
        1.5,
        None,
        0.5,
    )
    assert magnitude(named["real_discount_rate"], "1/year") == pytest.approx(0.08)
    assert named["precisions"] == ["fp8"]
    assert (magnitude(plain["targets"].time_per_output_token, "s"), plain["targets"].share) == (0.02, None)
    assert magnitude(plain["real_discount_rate"], "1/year") == 0.05
    for share in (0.49, 0.99999):
        with pytest.raises(CostModelError, match=r"share is a number from 0\.5 to 0\.9999"):
            cm.search(MODEL, "a", prompt=1, output=2, share=share)


@pytest.fixture
def training(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Return what is searched for, in place of searching for it."""
    seen: list[Any] = []

    def noted(*given: Any) -> pd.DataFrame:
        seen.append(given)
        return pd.DataFrame()

    monkeypatch.setattr(asking_training, "search_on_accelerator", noted)
    monkeypatch.setattr(asking_training, "search_on_offers", noted)
    return seen


def test_a_training_step_has_four_million_tokens_in_sequences_of_4096(training: list[Any]) -> None:
    """In 16 bits with other software, with no tokens of a run and no goodput, where nothing else is said."""
    cm.search_training(MODEL, accelerator="h100", accelerators=[8, 16, 8])
    ((question, chip),) = training
    assert isinstance(question, TrainingQuestion)
    assert (magnitude(question.batch, "token"), magnitude(question.sequence_length, "token")) == (4e6, 4096)
    assert (question.accelerators, question.tokens, question.goodput) == ((8.0, 16.0), None, None)
    assert (question.precisions, question.framework, chip.id) == (("bf16",), "other", "nvidia/h100-sxm5-80gb")


def test_training_on_offers_is_priced_on_a_day_at_a_site(training: list[Any]) -> None:
    """One system, busy all the time, at 8% a year; by cost unless time is asked for."""
    asked: dict[str, Any] = {"accelerators": 8, "tokens": "1e9 token", "goodput": "90 percent", "on": date(2026, 1, 1)}
    cm.search_training(MODEL, offers="purchase/hgx-h100", **asked)
    cm.search_training(MODEL, offers=["purchase/hgx-h100"], by="time", **asked)
    question, offers, fleet, order = training[0]
    assert (magnitude(question.tokens, "token"), question.goodput, order) == (1e9, 0.9, "cost")
    assert [one.id for one in offers] == ["purchase/hgx-h100"]
    assert (magnitude(fleet.servers, "server"), magnitude(fleet.utilization, "1")) == (1.0, 1.0)
    assert magnitude(fleet.real_discount_rate, "1/year") == pytest.approx(0.08)
    assert training[1][3] == "time"


def test_a_rate_lies_above_nothing_and_up_to_a_billion() -> None:
    """A billion queries per second is the most."""
    assert magnitude(_rate("60 query/minute"), "query/second") == pytest.approx(1.0)
    assert magnitude(_rate(1e9), "query/second") == 1e9
    for wrong in (0, -1, 1.1e9):
        with pytest.raises(CostModelError, match="above 0 and up to"):
            _rate(wrong)


def test_drawn_requests_need_a_rate_a_prompt_and_an_output() -> None:
    """Spreads stand beside them."""
    found = _drawn(2, "1 ktoken", 50, {"prompt_spread": quantity(0.5)})
    assert {name: (one.magnitude, f"{one.units:~C}") for name, one in found.items()} == {
        "rate": (2.0, "query/s"),
        "prompt_tokens": (1000.0, "token/query"),
        "output_tokens": (50.0, "token/query"),
        "prompt_spread": (0.5, ""),
    }
    for missing in ((None, 1, 1), (1, None, 1), (1, 1, None)):
        with pytest.raises(CostModelError, match="a prompt and an output"):
            _drawn(*missing, {})  # type: ignore[arg-type]


def test_a_trace_says_how_long_requests_are() -> None:
    """200 and 30 tokens in the mean, one a second unless another rate is given; nothing else may say it again."""
    trace = Trace(np.array([0.0, 1, 2]), np.array([100.0, 200, 300]), np.array([20.0, 30, 40]), np.zeros(3))
    found = {name: float(one.magnitude) for name, one in _logged(None, None, None, None, trace).items()}
    assert found["rate"] == pytest.approx(1.0)
    assert (found["prompt_tokens"], found["output_tokens"]) == (200.0, 30.0)
    assert found["prompt_spread"] == pytest.approx((20_000 / 3) ** 0.5 / 200)
    assert _logged("3 query/s", None, None, {}, trace)["rate"].magnitude == 3.0
    for again in ((1, None, None), (None, 1, None), (None, None, {"x": 1})):
        with pytest.raises(CostModelError, match="leave out prompt, output and spreads"):
            _logged(None, *again, trace)  # type: ignore[arg-type]


def test_spares_are_whole_systems_in_place_of_a_replica() -> None:
    """Names of number types and software are known."""
    assert {name: one.magnitude for name, one in _spares(3).items()} == {"spare_replicas": 0.0, "spare_systems": 3.0}
    check_types(["fp8"])
    check_framework("vllm")
    with pytest.raises(UnknownName, match="number type"):
        check_types(["fp8", "fp9"])
    with pytest.raises(UnknownName, match="framework"):
        check_framework("vlm")


def test_a_fleet_is_asked_for_as_a_scenario(monkeypatch: pytest.MonkeyPatch) -> None:
    """A peak as high as the mean where nothing is said, at 8% a year, on vLLM; the replica that is usual stands by."""
    seen: list[Any] = []
    monkeypatch.setattr(asking_size, "size_on", seen.append)
    asked: dict[str, Any] = {"rate": 2, "prompt": 100, "output": 20, "ttft": 1}
    cm.size(MODEL, "purchase/hgx-h100", **asked)
    cm.size(
        MODEL, ["purchase/hgx-h100"], **asked, spare=2, peak_to_mean=3, precisions=["fp8", "fp8"], discount_rate=0.05
    )
    plain, told = (one.scenario for one in seen)
    assert (magnitude(plain.workload.peak_to_mean, "1"), plain.framework, plain.precisions) == (1.0, "vllm", ())
    assert magnitude(plain.finance_real_discount_rate, "1/year") == pytest.approx(0.08)
    assert plain.terms.spare_replicas.magnitude == 1.0
    assert (told.terms.spare_replicas.magnitude, told.terms.spare_systems.magnitude) == (0.0, 2.0)
    assert (magnitude(told.workload.peak_to_mean, "1"), told.precisions) == (3.0, ("fp8",))
    assert magnitude(told.finance_real_discount_rate, "1/year") == 0.05
    assert seen[0].load.limits[0].seconds == 1.0
