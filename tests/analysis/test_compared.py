"""What claims are compared with, on figures of two inputs: sources, ratios, shares and ranks by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from costmodel.analysis.compared import Compared, Draws, OfLessor, _equal, _ranks, condition_of
from costmodel.analysis.draws import DRAWS
from costmodel.domain.claim import Claim
from costmodel.errors import UnknownName
from costmodel.formula import Graph
from costmodel.specs.fact import Fact
from costmodel.units import parse, quantity

CLAIM = Claim(id="c", subject="s", text="t", figure="cost")


def fact(value: float, source: str, ends: tuple[float, float] | None = None) -> Fact:
    """Return a fact in dollars."""
    one = Fact("x", quantity(value, "USD"), source, Path("x.toml"), 1)
    if ends is None:
        return one
    return replace(one, low=quantity(ends[0], "USD"), high=quantity(ends[1], "USD"))


def compared() -> Compared:
    """Return a cost of two inputs, of which one has a range: price + fee, each of its own source."""
    graph = Graph()
    price = graph.leaf("price", quantity(10.0, "USD"), fact(10.0, "list", (5.0, 20.0)))
    fee = graph.leaf("fee", quantity(2.0, "USD"), fact(2.0, "contract"))
    return Compared("one", {"cost": price + fee, "fee": 1.0 * fee}, None)


@pytest.mark.parametrize(
    ("said", "taken"),
    [
        ((fact(10.0, "list"),), "price"),
        ((fact(10.0, "another"),), ""),
        ((fact(10.1, "list"),), ""),
        ((fact(10.0 * (1 + 5e-10), "list"),), "price"),
        ((fact(10.0 * (1 + 2e-9), "list"),), ""),
        ((), ""),
    ],
)
def test_a_claim_of_the_source_and_value_of_an_input_is_taken_from_it(said: tuple[Fact, ...], taken: str) -> None:
    """Nearer than one part in a billion; another value, or another source, is none."""
    assert compared().takes("cost", said) == taken


def test_an_input_that_is_the_figure_itself_is_taken_whatever_its_source() -> None:
    """The fee is what the contract says; the cost is more than either input."""
    assert compared().takes("fee", (fact(2.0, "another"),)) == "fee"
    assert compared().takes("cost", (fact(2.0, "another"),)) == ""


def test_a_ratio_is_of_the_same_draws() -> None:
    """Twice the price over once it, with the fee beside both; an input that the figure has not is told."""
    one = compared()
    found = one.draws(replace(CLAIM, moved="price", factor=quantity(2.0)))
    price = found.inputs["price"]
    np.testing.assert_allclose(found.figures, (2 * price + 2) / (price + 2), rtol=1e-12)
    assert len(found.figures) == DRAWS
    still = one.draws(replace(CLAIM, moved="fee", factor=quantity(3.0)))
    np.testing.assert_allclose(still.figures, (price + 6) / (price + 2), rtol=1e-12)
    assert set(one.draws(replace(CLAIM, moved="price")).figures) == {1.0}
    with pytest.raises(UnknownName, match='input of cost "pricee"'):
        one.draws(replace(CLAIM, moved="pricee"))


def test_the_figure_of_a_claim_is_drawn() -> None:
    """Price and fee; the fee alone is the same in all draws."""
    found = compared().draws(CLAIM)
    np.testing.assert_allclose(found.figures, found.inputs["price"] + 2, rtol=1e-12)
    assert found.unit == quantity(1.0, "USD")
    assert compared().draws(replace(CLAIM, figure="fee")).figures.tolist() == [2.0] * DRAWS


def test_claims_are_true_together_where_each_is() -> None:
    """At most 12 in half of the draws, at least 12 in the other; 10 to 14 in those between."""
    half = replace(CLAIM, at_most=fact(12.0, "said"))
    both = [half, replace(CLAIM, at_least=fact(10.0, "said"))]
    one = compared()
    draws = one.draws(CLAIM).figures
    assert one.share_in_which([half]) == pytest.approx(0.5, abs=1e-3)
    assert one.share_in_which(both) == np.mean((draws >= 10) & (draws <= 12))
    cents = replace(CLAIM, at_most=replace(fact(1.0, "said"), value=parse("0.012 kUSD")))
    assert one.share_in_which([cents]) == one.share_in_which([half])


def test_inputs_are_named_by_how_closely_a_figure_follows_them() -> None:
    """In ranks, up or down: what the figure falls with before what it hardly follows."""
    figures = np.array([1.0, 2.0, 3.0, 4.0])
    inputs = {"weak": np.array([1.0, 4.0, 2.0, 3.0]), "down": np.array([9.0, 8.0, 0.1, 0.0])}
    assert Draws(figures, inputs, quantity(1.0)).hangs_on() == ["down", "weak"]
    assert _ranks(np.array([30.0, 10.0, 20.0])).tolist() == [2.0, 0.0, 1.0]


def test_two_amounts_are_equal_in_any_unit() -> None:
    """A second is no dollar."""
    assert _equal(parse("1 kUSD"), parse("1000 USD"))
    assert _equal(parse("0 USD"), parse("0 USD"))
    assert not _equal(parse("1 kUSD"), parse("1001 USD"))
    assert not _equal(parse("1 USD"), parse("1 s"))


def test_a_year_of_a_lessor_is_solved_for_its_inputs() -> None:
    """A cost of 30 takes a price of 28, in the unit of the claim."""
    one = OfLessor("year", compared().figures, None)
    (found,) = one.solve(replace(CLAIM, unknowns=("price",), value=fact(30.0, "said")), 30.0)
    assert (found.status, found.value) == ("solved", pytest.approx(28.0))
    assert condition_of(CLAIM, 3.0).value == quantity(3.0)
    with pytest.raises(UnknownName, match="input of year"):
        one.find("prise")
