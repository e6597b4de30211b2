"""What a table of a kind allows, the formulas that use it take: what `check` calls in order computes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from costmodel.analysis.opening import load
from costmodel.formula.graph import Leaf, nodes_of
from costmodel.formula.node import Step, parts, walk
from costmodel.formula.operations import LEAF, STEP
from costmodel.specs.attribute import Attribute, Kind
from costmodel.specs.bounds import out_of_bounds, outside
from costmodel.specs.fact import Fact
from costmodel.specs.kinds import ACCELERATOR, PROGRAM, RENTAL, SCENARIO, SITE
from costmodel.units import Quantity, parse, quantity
from tests.shipped import SCENARIOS


def bounded_leaves(outputs: list[Quantity]) -> Iterator[tuple[Leaf, Step, str]]:
    """Yield each input of a spec file that a formula takes as it is and bounds, with the step and the argument."""
    for node in walk(nodes_of(outputs), parts):
        for name, inner in node.label.bounded.items() if node.operation == STEP else ():
            if inner.operation == LEAF and isinstance(inner.label.origin, Fact) and inner.label.origin.attribute:
                yield inner.label, node.label, name


def beyond(step: Step, name: str, unit: str) -> list[Quantity]:
    """Return a value just below what a formula takes, and one just above; a pure number counts in the leaf's unit."""
    low, high = step.formula.bounds[name]
    values = [quantity(one, step.formula.inputs[name]) for one in (low - abs(low) * 1e-6 - 1e-12, high * (1 + 1e-6))]
    return [one if one.is_compatible_with(unit) else quantity(one.magnitude, unit) for one in values]


@pytest.mark.parametrize("id_", SCENARIOS)
def test_no_table_allows_what_a_formula_refuses(id_: str) -> None:
    """Beyond the bounds of a formula lies nothing that a file may say, for every input that it takes as it is."""
    costs = load(id_).model.costs.values()
    outputs = [one for cost in costs for one in (*cost.quantities.values(), *cost.components.values())]
    found = [one for one in bounded_leaves(outputs) if not one[0].name.startswith("performance.")]  # ours: not set
    wrong = [
        f"{leaf.name}: {value:.6g~P} passes the table, and {step.formula.name} refuses it"
        for leaf, step, name in found
        for value in beyond(step, name, f"{leaf.value.units}")
        if not outside(leaf.origin.attribute, value)
    ]
    assert found
    assert not wrong, "\n".join(sorted(set(wrong)))


CONTRACTS = "rental/coreweave-h100-five-year, rental/coreweave-h100-on-demand, purchase/hgx-h100"
OF_MONEY = ("finance.", "fleet.", "capacity.", "rental/", "purchase/", "us-hyperscale.")


def test_what_a_table_allows_of_money_is_computed() -> None:
    """Every input at the ends of its table, also where months are made of it first: no formula refuses it alone."""
    chosen = {"offers": CONTRACTS, "finance.tax_rate": "0.25", "site": "us-hyperscale"}
    study, tried = load("coreweave-contract", changes=chosen), set()
    for name, (_, fact) in study.scenario.leaves().items():
        one = fact.attribute if fact else None
        if one is None or one.key in tried or not name.startswith(OF_MONEY):
            continue
        tried.add(one.key)
        for end in (one.least, one.most, 1e-6, *([-1e3] if one.signed else [])):
            value = quantity(1.0 if end is None else end, one.unit or "1")
            if not outside(one, value):
                assert study.with_({name: value}).costs, f"{name} is {value:~P}"
    assert {"finance.payment_delay", "term", "lifetime", "facility_life", "capacity.duration"} <= tried


@pytest.mark.parametrize(
    ("kind", "key", "text"),
    [
        (SCENARIO, "demand.ramp", "100 year"),
        (SCENARIO, "finance.horizon", "1 day"),
        (SCENARIO, "finance.hardware_price_decline", "-0.9 /year"),
        (RENTAL, "escalation", "60 percent/year"),
        (RENTAL, "escalation", "-90 percent/year"),
        (RENTAL, "ramp", "30 year"),
        (PROGRAM, "lifetime", "1 week"),
        (ACCELERATOR, "peak.bf16", "0 TFLOP/s"),
    ],
)
def test_more_than_formulas_take_is_refused_by_the_table(kind: Kind, key: str, text: str) -> None:
    """So that the fault has the file, the line and the key."""
    assert out_of_bounds(kind.by_key()[key], text, parse(text))


def test_a_fault_names_the_bound() -> None:
    """It quotes what was written, and says what is allowed."""
    attribute = SITE.by_key()["pue"]
    assert out_of_bounds(attribute, "0.5", parse("0.5")) == '"0.5" is too small; pue is 1 or more'
    assert not out_of_bounds(attribute, "1.2", parse("1.2"))


@pytest.mark.parametrize(("text", "wrong"), [("999999999", False), ("1e9", True), ("1.5", True), ("0", True)])
def test_a_count_has_a_largest_value(text: str, wrong: bool) -> None:
    """A file may name a billion less one of a thing, and no part of one."""
    layers = Attribute("layers", "Layers of the model", unit="1", type="count")
    assert bool(out_of_bounds(layers, text, parse(text))) == wrong
