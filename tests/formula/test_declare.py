"""Declaring and calling formulas: what is checked, and what its errors say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from costmodel.economics.formulas.demand import cost_per_query
from costmodel.errors import CostModelError, FormulaError
from costmodel.formula import REGISTRY, Formula, formula
from costmodel.units import quantity


@pytest.fixture
def cost() -> Iterator[Formula]:
    """Return a formula of two arguments, one with bounds."""

    @formula(increasing=["price", "share"], bounds={"share": (0, 1)})
    def cost_of_test(*, price: "USD/hour", share: "1") -> "USD/day":
        """Return a share of a price.

        price x share
        """
        return price * share

    yield cost_of_test
    del REGISTRY["cost_of_test"]


def test_a_formula_knows_what_it_is(cost: Formula) -> None:
    """Name, unit, inputs and summary come from the one text."""
    assert (cost.name, cost.unit) == ("cost_of_test", "USD/day")
    assert cost.inputs == {"price": "USD/hour", "share": "1"}
    assert cost.summary == "Return a share of a price."
    assert cost.__doc__.endswith("price x share")


def test_the_result_is_in_the_declared_unit(cost: Formula) -> None:
    """Inputs in any unit of their dimension, the result in the formula's own."""
    result = cost(price=quantity(1.0, "USD/second"), share=quantity(50.0, "percent"))
    assert f"{result:~C}" == "43200.0 USD/d"


def test_plain_numbers_are_pure_numbers(cost: Formula) -> None:
    """A number without a unit stands for a share or a count."""
    assert cost(price=quantity(1.0, "USD/day"), share=0.5).magnitude == 0.5


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        ({"price": quantity(3.0, "W"), "share": 0.5}, ["cost_of_test: price is a power (3.0 W)", "USD/hour"]),
        ({"price": 3.0, "share": 0.5}, ["price is a pure number", "it must be", "USD/hour"]),
        ({"price": quantity(3.0, "USD/hour"), "share": 1.5}, ["share is 1.5", "from 0 to 1"]),
        ({"price": quantity(3.0, "USD/hour"), "share": float("nan")}, ["share is nan", "from 0 to 1"]),
        ({"price": quantity(3.0, "USD/hour"), "share": np.array([0.5, -0.1])}, ["share is [0.5 -0.1]"]),
        ({"price": quantity(3.0, "USD/hour")}, ["needs 'share' in 1"]),
        ({"pirce": quantity(3.0, "USD/hour"), "share": 0.5}, ["no argument 'pirce'", 'Did you mean "price"']),
    ],
)
def test_errors_name_formula_argument_and_both_sides(
    cost: Formula, arguments: dict[str, Any], parts: list[str]
) -> None:
    """A wrong call says which formula, which argument, what it got and what it wants."""
    with pytest.raises(FormulaError) as error:
        cost(**arguments)
    assert str(error.value).startswith("cost_of_test: ")
    assert [part for part in parts if part not in str(error.value)] == []


def test_positional_arguments_are_refused(cost: Formula) -> None:
    """Arguments are named, so that two of one unit cannot be swapped."""
    with pytest.raises(TypeError):
        cost(quantity(1.0, "USD/hour"), 0.5)  # type: ignore[misc]


def test_a_body_of_another_dimension_is_refused() -> None:
    """A formula that does not give what it declares is caught at its first call or before."""
    with pytest.raises(CostModelError, match="wrong_of_test"):
        _declared_wrongly()(price=quantity(1.0, "USD/hour"))
    REGISTRY.pop("wrong_of_test", None)


def test_directions_of_unknown_arguments_are_refused() -> None:
    """A declaration about an argument that is not there is a mistake."""
    with pytest.raises(FormulaError, match="pirce"):

        @formula(increasing=["pirce"])
        def misdeclared_of_test(*, price: "USD") -> "USD":
            """Return the price."""
            return price


def test_a_name_has_one_home() -> None:
    """Two formulas of one name in two modules would make explanations ambiguous."""
    body = _named(cost_per_query.name, "elsewhere")
    with pytest.raises(FormulaError, match="two homes"):
        formula()(body)


def test_dividing_by_zero_names_formula_and_values() -> None:
    """An impossible quotient says where it arose and from what."""
    with pytest.raises(FormulaError, match=r"cost_per_query: queries is 0\.0 query/s; it must be from"):
        cost_per_query(fleet_cost=quantity(1.0, "USD/month"), queries=quantity(0.0, "query/second"))


def _declared_wrongly() -> Formula:
    @formula()
    def wrong_of_test(*, price: "USD/hour") -> "USD":
        """Return a price for an amount."""
        return price

    return wrong_of_test


def _named(name: str, module: str) -> Any:
    def body(*, price: "USD") -> "USD":
        """Return the price."""
        return price

    body.__name__, body.__module__ = name, module
    return body
