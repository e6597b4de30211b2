"""A product whole: training again and again beside serving, and from where on it pays."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from costmodel.analysis.opening import load
from costmodel.analysis.study import Study
from costmodel.errors import CostModelError
from costmodel.units import magnitude
from tests.changes import costs_under, with_workload
from tests.shipped import ROOT

OFFER = "purchase/hgx-h100"
MONTH = "USD/month"


@pytest.fixture(scope="module")
def product() -> Study:
    """Return the shipped product under one offer."""
    return load("product", changes={"offers": OFFER})


def test_training_costs_what_the_run_alone_does(product: Study, write: Callable[[str, str | bytes], Path]) -> None:
    """Two runs a year with 40% that come to nothing are 2 / 0.6 / 12 of the run of a training scenario a month."""
    text = (ROOT / "reports" / "product.toml").read_text(encoding="utf-8")
    heads = text[: text.index("[demand]")].replace('"serving"', '"training"')
    run = text[text.index("[training]") : text.index("runs_per_year")]
    alone = load(write("alone.toml", heads + run), changes={"offers": OFFER, "deployment.precision": "bf16"})
    cost = float(magnitude(alone.costs[OFFER]["cost_per_training_run"], "USD"))
    found = product.costs[OFFER]
    assert float(magnitude(found["cost_per_training_run"], "USD")) == pytest.approx(cost, rel=1e-9)
    assert float(magnitude(found["retraining_per_month"], MONTH)) == pytest.approx(cost * 2 / 0.6 / 12, rel=1e-9)


def test_it_pays_from_the_break_even_users_on(product: Study) -> None:
    """The month's result is below zero for fewer users and above it for more, at their own cost of serving."""
    factors = np.geomspace(0.1, 10.0, 41)
    (one,) = costs_under(product, with_workload(product.scenario, users=factors)).values()
    ahead = 2e6 * factors > magnitude(one["break_even_users"], "user")
    result = magnitude(one["result_per_month"], MONTH)
    assert np.array_equal(ahead, result > 0)
    assert ahead.any()
    assert not ahead.all()


def test_the_break_even_price_covers_all(product: Study) -> None:
    """If the mean user paid it, revenue less its shares would be all costs: 97% of it is the rest of the full cost."""
    found = product.costs[OFFER]
    price, paid = (float(found[name].magnitude) for name in ("break_even_price", "revenue_per_user_month"))
    full = float(found["full_cost_per_user_month"].magnitude)
    assert 0.97 * price == pytest.approx(full - 0.03 * paid)


def test_lines_sum_to_the_result(product: Study) -> None:
    """Training stands among them, and all add up to the last bit."""
    frame = product.income()
    parts = frame[frame["counted_in"] != "margin"]["amount"].tolist()
    amounts = dict(zip(frame["line"], frame["amount"], strict=True))
    assert amounts["training"] < 0
    assert sum(parts) == sum(reversed(parts)) == amounts["result"]


def test_an_incomplete_training_names_what_is_missing(write: Callable[[str, str | bytes], Path]) -> None:
    """A cadence without a run, or the reverse, is refused with file and line."""
    text = (ROOT / "reports" / "product.toml").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("runs_per_year")]
    file = write("case.toml", "\n".join(lines))
    with pytest.raises(CostModelError, match=r"case.toml:\d+: training: beside serving needs training.runs_per_year"):
        load(file)
