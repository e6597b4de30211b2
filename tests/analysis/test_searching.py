"""Searches put together by hand: offers side by side, drafts, and training layouts with what they cost."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pandas as pd
import pytest

from costmodel.analysis import searching_training
from costmodel.analysis.searching import LONGEST_DRAFT, _drafts, _together, base_of
from costmodel.analysis.searching_training import (
    Refusals,
    _merged,
    _priced,
    _units,
    check_asked,
    order_of,
    search_on_offers,
)
from costmodel.domain.offers import Offer
from costmodel.errors import CostModelError, Infeasible, MissingData, UnknownName
from costmodel.units import magnitude, quantity

OFFERS = [cast("Offer", SimpleNamespace(id=name, name=name.upper())) for name in "abc"]
OTHER = cast("Offer", SimpleNamespace(id="d", name="D"))


def test_offers_stand_side_by_side_cheapest_first() -> None:
    """Those without an answer are told with their reason; alone, or all of them, they are an error."""

    def search(offer: Offer) -> pd.DataFrame:
        if offer.id in "bc":
            msg = f"{offer.id} has no network"
            raise MissingData(msg)
        frame = pd.DataFrame({"usd_per_million_tokens": [3.0, 1.0] if offer.id == "a" else [2.0]})
        frame.attrs["units"] = {"x": "y"}
        return frame

    found = _together(search, [OTHER, OFFERS[1], OFFERS[0]])
    assert found["usd_per_million_tokens"].tolist() == [1.0, 2.0, 3.0]
    assert found.attrs == {
        "units": {"x": "y"},
        "without": {"b": "b has no network"},
        "names": {"d": "D", "b": "B", "a": "A"},
    }
    with pytest.raises(MissingData):
        _together(search, OFFERS[1:2])
    with pytest.raises(Infeasible, match="b has no network\nc has no network"):
        _together(search, OFFERS[1:])


def test_drafts_are_tried_beside_none() -> None:
    """Sorted, each once, up to 64 tokens; lengths and probability belong together."""
    assert _drafts((), None) == (0.0,)
    assert _drafts((4, 2, 4, 0), 0.5) == (0.0, 2.0, 4.0)
    assert _drafts((LONGEST_DRAFT,), 0.0) == (0.0, 64.0)
    for lengths, acceptance in (((), 0.5), ((2,), None)):
        with pytest.raises(CostModelError, match="needs both"):
            _drafts(lengths, acceptance)
    for wrong in (65, -1):
        with pytest.raises(CostModelError, match="0 to 64 tokens"):
            _drafts((wrong,), 0.5)


def test_what_all_deployments_share_is_what_is_asked() -> None:
    """A cache and drafts only where they are asked for."""
    plain, rich = base_of("sglang", None, 0.0), base_of("vllm", 0.7, 0.4)
    assert (plain.framework, plain.cached_prompt_share, plain.draft_acceptance) == ("sglang", None, None)
    assert magnitude(rich.cached_prompt_share, "1") == 0.4  # type: ignore[arg-type]
    assert magnitude(rich.draft_acceptance, "1") == 0.7  # type: ignore[arg-type]
    assert magnitude(plain.tensor_parallel, "1") == 1.0


@pytest.mark.parametrize(
    ("accelerator", "offers", "by", "order"),
    [
        ("h100", [], None, "time"),
        (None, ["a"], None, "cost"),
        (None, ["a"], "time", "time"),
        ("h100", [], "time", "time"),
    ],
)
def test_offers_are_ordered_by_cost_and_accelerators_by_time(
    accelerator: str | None, offers: list[str], by: str | None, order: str
) -> None:
    """Unless another order is asked for."""
    assert check_asked(accelerator, offers, by) == order


def test_a_search_is_on_an_accelerator_or_on_offers() -> None:
    """Not on both, nor on none; only offers have costs."""
    for accelerator, offers in (("h100", ["a"]), (None, [])):
        with pytest.raises(CostModelError, match="and not both"):
            check_asked(accelerator, offers, None)
    with pytest.raises(CostModelError, match="ordered by cost only on offers"):
        check_asked("h100", [], "cost")
    assert order_of("time") == ["step_time", "usd_per_million_tokens"]
    assert order_of("cost") == ["usd_per_million_tokens", "step_time"]
    with pytest.raises(UnknownName, match='Did you mean "cost"'):
        order_of("costs")


def test_refusals_are_counted_over_all_searches_with_one_example_each() -> None:
    """Those before any time is computed, and those in the table; the first example stays."""
    splits = dict.fromkeys(searching_training.NUMBERS, 1.0)
    table = pd.DataFrame([{**splits, "refused": reason, "memory": 2.6e9} for reason in ("", "too large", "too large")])
    table.attrs = {"refused": {"left over": 3}, "examples": {"left over": {**splits, "tensor_parallel": 8.0}}}
    found = Refusals()
    found.add(table, "first")
    found.add(table, "second")
    assert found.counts == {"left over": 6, "too large": 4}
    assert found.examples["left over"].startswith("first: tensor parallel 8, pipeline parallel 1")
    assert found.examples["too large"].endswith("takes 3 GB")


def _table(**attrs: Any) -> pd.DataFrame:
    found = pd.DataFrame({"step_time": [1.0], "usd_per_million_tokens": [2.0]})
    found.attrs = {"refused": {}, "examples": {}, "without": [], "interval": {}, **attrs}
    return found


def test_tables_of_offers_say_together_what_each_says() -> None:
    """Counts are summed, the first example is kept."""
    one = _table(refused={"a": 1}, examples={"a": "one"}, without=["x"], interval={"p": (0.5, 2.0)})
    two = _table(refused={"a": 2, "b": 3}, examples={"a": "two", "b": "three"}, without=["y"])
    assert _merged([one, two]) == {
        "refused": {"a": 3, "b": 3},
        "examples": {"a": "one", "b": "three"},
        "without": ["x", "y"],
        "interval": {"p": (0.5, 2.0)},
    }
    assert _units(one) == {"step_time": "second", "usd_per_million_tokens": "USD/Mtoken"}


def test_a_step_costs_the_hours_of_all_accelerators_that_are_held(monkeypatch: pytest.MonkeyPatch) -> None:
    """12 of systems of 8 hold 16: at 3 dollars an hour a step of half an hour costs 24, a run of 2 days 2,304."""
    monkeypatch.setattr(searching_training, "hourly", lambda *_: quantity(3.0, "USD/hour/accelerator"))
    monkeypatch.setattr(searching_training, "unit_of", lambda _: quantity(8.0, "accelerator"))
    found = pd.DataFrame({"accelerators": [12.0], "step_time": [1800.0], "duration": [2.0]})
    question: Any = SimpleNamespace(batch=quantity(4e6, "token"), tokens=quantity(1e9, "token"))
    row = _priced(question, found, OFFERS[0], cast("Any", None)).iloc[0]
    assert row["usd_per_step"] == pytest.approx(24.0)
    assert row["usd_per_million_tokens"] == pytest.approx(6.0)
    assert row["usd_per_run"] == pytest.approx(16 * 48 * 3.0)
    question.tokens = None
    assert "usd_per_run" not in _priced(question, found, OFFERS[0], cast("Any", None))


def test_layouts_on_offers_stand_by_cost_or_by_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Offers on which nothing fits are told; where nothing fits on any, that is the error."""
    offers: Any = [SimpleNamespace(id=one, system=SimpleNamespace(accelerator=one)) for one in "abc"]

    def on_accelerator(_question: object, chip: str) -> pd.DataFrame:
        if chip == "b":
            raise Infeasible("nothing fits")
        return _table(without=[f"{chip} in fp8"])

    def priced(_question: object, found: pd.DataFrame, offer: Any, _fleet: object) -> pd.DataFrame:
        costs = {"a": (3.0, 1.0), "c": (2.0, 2.0)}[offer.id]
        cheap = found.assign(offer=offer.id, usd_per_million_tokens=costs[0], step_time=costs[1])
        cheap.attrs = found.attrs
        return cheap

    monkeypatch.setattr(searching_training, "search_on_accelerator", on_accelerator)
    monkeypatch.setattr(searching_training, "_priced", priced)
    nothing = cast("Any", None)
    found = search_on_offers(nothing, offers, nothing)
    assert found["offer"].tolist() == ["c", "a"]
    assert search_on_offers(nothing, offers, nothing, "time")["offer"].tolist() == ["a", "c"]
    assert found.attrs["without"] == ["b: nothing fits", "a in fp8", "c in fp8"]
    with pytest.raises(Infeasible, match="b: nothing fits"):
        search_on_offers(nothing, offers[1:2], nothing)
