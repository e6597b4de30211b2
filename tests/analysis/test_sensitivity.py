"""What matters: tornado, elasticities, shares of the variance and worth, against what the model itself says."""

from __future__ import annotations

from math import exp
from pathlib import Path

import numpy as np
import pytest

from costmodel.analysis.sensitivity import Sensitivity, sensitivity, tornado, variances
from costmodel.analysis.study import Study
from costmodel.analysis.sweeping import Sampler
from costmodel.errors import CostModelError, UnknownName
from costmodel.formula import Graph
from costmodel.specs.fact import ASSUMPTION, Fact
from costmodel.units import quantity
from tests.analysis.test_certainty import lognormal

SIGMAS = {"a": 0.3, "b": 0.5}


@pytest.fixture(scope="module")
def product() -> Sampler:
    """Return one offer whose cost is the product of two lognormal facts."""
    graph = Graph()
    a, b = (lognormal(graph, name, 10.0, sigma) for name, sigma in SIGMAS.items())
    return Sampler({"only": a * b})


@pytest.fixture(scope="module")
def found(serving: Study) -> Sensitivity:
    """Return the sensitivity of one scenario's cheapest offer."""
    return serving.sensitivity(base=256, draws=2_048)


def test_a_tornado_moves_one_input_at_a_time(found: Sensitivity, serving: Study) -> None:
    """The cost at the end of a bar is that of a sweep of that input alone, and the ends are those of its range."""
    for name, row in found.inputs.dropna(subset=["swing"]).head(5).iterrows():
        swept = serving.sweep({str(name): [row["low"], row["high"]]})[found.offer]
        assert swept.to_numpy() == pytest.approx([row["cost_low"], row["cost_high"]], rel=1e-9)
        fact = serving.inputs()[str(name)].origin
        assert [row["low"], row["high"]] == pytest.approx([fact.low.magnitude, fact.high.magnitude], rel=1e-9)


def test_a_cost_of_quotes_alone_has_elasticities_and_no_more() -> None:
    """No fact has a range, as in a file of one's own contracts: there is nothing to draw."""
    price = Graph().leaf("price", quantity(3.0, "USD"))
    told = sensitivity(Sampler({"only": 2 * price}), "only", 1.0, "USD", base=256, draws=256, seed=1).inputs
    assert told["elasticity"].to_dict() == {"price": pytest.approx(1.0)}
    assert told[["low", "high", "first", "total", "worth"]].isna().all(axis=None)


def test_bars_stand_in_the_order_of_their_width(found: Sensitivity) -> None:
    """The widest first; what has no range comes last and has an elasticity only."""
    swings = found.inputs["swing"].dropna().to_numpy()
    assert np.all(np.diff(swings) <= 0)
    exact = found.inputs[found.inputs["swing"].isna() & found.inputs["elasticity"].notna()]
    assert exact["worth"].isna().all()


def test_shares_of_the_variance_are_those_of_a_product_of_lognormals(product: Sampler) -> None:
    """First indices (w - 1) / (w_a w_b - 1) with w = exp(sigma^2), through facts, ranges and the kernel."""
    table = variances(product, 8_192, 1)
    w = {name: exp(sigma**2) for name, sigma in SIGMAS.items()}
    for name, one in w.items():
        assert table.loc[name, "first"] == pytest.approx((one - 1) / (w["a"] * w["b"] - 1), abs=0.03)
        assert table.loc[name, "total"] == pytest.approx(
            (1 - 1 / one) * w["a"] * w["b"] / (w["a"] * w["b"] - 1), abs=0.03
        )


def test_a_bar_that_a_formula_refuses_has_no_end(serving: Study) -> None:
    """Costs of a tornado are numbers, or none; never infinite."""
    table = tornado(Sampler(dict(list(serving.ranked.items())[:1])))
    assert not np.isinf(table.to_numpy()).any()


def test_worth_is_that_of_the_decision(found: Sensitivity, serving: Study) -> None:
    """The same facts are worth the same, whoever asks."""
    decision = serving.decide(2_048)
    for one in decision.worth_knowing:
        if one.leaf in found.inputs["worth"].dropna():
            assert found.inputs.loc[one.leaf, "worth"] == pytest.approx(one.value, rel=1e-12)


def test_prices_have_elasticities_that_sum_to_one(found: Sensitivity, serving: Study) -> None:
    """A percent on every price, those without a range too, is a percent on the cost."""
    known = serving.inputs()
    prices = [
        name for name in found.inputs.index if name in known and known[name].value.dimensionality.get("[currency]")
    ]
    assert found.inputs.loc[prices, "elasticity"].sum() == pytest.approx(1.0, abs=1e-9)
    assert any(known[name].origin.source == ASSUMPTION for name in prices)


def test_what_cannot_be_asked_is_explained(serving: Study) -> None:
    """An offer that is none, with near matches; fewer draws than a block."""
    with pytest.raises(UnknownName, match="hgx-h100"):
        serving.sensitivity("hgx-h10")
    with pytest.raises(CostModelError, match="base is a number from 256"):
        serving.sensitivity(base=3)


def test_a_row_is_an_input_with_its_value_and_the_cost_at_both_ends() -> None:
    """Of 10 / x + y: the widest swing first; what has no range has an elasticity alone."""
    graph = Graph()
    x, y = (graph.leaf(name, quantity(value), _ranged(value)) for name, value in (("x", 2.0), ("y", 1.0)))
    z = graph.leaf("z", quantity(10.0))
    found = sensitivity(
        Sampler({"one": z / x + y, "two": 9.0 + 0.0 * y}), "one", 1.0, "USD", base=256, draws=256, seed=1
    )
    assert (found.offer, found.cost, found.unit, found.money) == ("one", 6.0, "", "USD")
    table = found.inputs
    assert table.index.tolist() == ["x", "y", "z"]
    assert table.columns.tolist()[:8] == [
        "value",
        "unit",
        "low",
        "high",
        "cost_low",
        "cost_high",
        "swing",
        "elasticity",
    ]
    numbers = table.drop(columns="unit")
    assert numbers.loc["x"].tolist()[:7] == pytest.approx([2.0, 1.0, 4.0, 11.0, 3.5, 7.5, -5 / 6], rel=1e-6)
    assert numbers.loc["y"].tolist()[:7] == pytest.approx([1.0, 0.5, 2.0, 5.5, 7.0, 1.5, 1 / 6], rel=1e-6)
    assert (table.loc["z", "value"], table.loc["z", "elasticity"]) == (10.0, pytest.approx(5 / 6))
    assert table.loc["z", ["low", "swing", "first"]].isna().all()
    assert table["worth"].notna().tolist() == [True, True, False]
    alone = sensitivity(Sampler({"one": z / x + y}), "one", 1.0, "USD", base=256, draws=256, seed=1).inputs
    assert alone["worth"].tolist() == pytest.approx([0.0, 0.0, np.nan], nan_ok=True)


def _ranged(value: float) -> Fact:
    return Fact("x", quantity(value), "s", Path("x.toml"), 1, low=quantity(value / 2), high=quantity(2 * value))
