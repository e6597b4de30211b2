"""Inputs set to other values: by leaf, by key of the file, in any unit, and refused where they make no sense."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from costmodel.analysis.changes import _plain, changed_record, in_unit, pairs, set_in
from costmodel.analysis.opening import load
from costmodel.analysis.study import Study
from costmodel.domain.scenario_file import load_scenario
from costmodel.errors import CostModelError, UnitError, UnknownName
from costmodel.specs.attribute import Attribute
from costmodel.specs.catalog import Catalog
from costmodel.specs.currencies import in_dollars
from costmodel.specs.fact import ASSUMPTION
from costmodel.units import magnitude, quantity


@pytest.mark.parametrize(
    "value", ["3e6 user", "3000000", 3e6, quantity(3e6, "user")], ids=["text", "number", "float", "quantity"]
)
def test_a_leaf_is_set_however_its_value_is_said(value: object) -> None:
    """A text with a unit, a number in the leaf's own unit and a quantity all give the same scenario."""
    leaf = load("copilot", changes={"demand.users": value}).inputs()["demand.users"]
    assert magnitude(leaf.value, "user") == 3e6
    assert (leaf.origin.source, leaf.origin.low) == (ASSUMPTION, None)


def test_what_is_set_answers_like_a_file_that_says_so(serving: Study) -> None:
    """Twice the price of electricity costs twice the energy, and nothing else changes."""
    price = serving.inputs()["us-hyperscale.electricity_price"].value
    twice = load("copilot", changes={"us-hyperscale.electricity_price": 2 * price})
    for id_, one in serving.costs.items():
        for name, cost in one.components.items():
            factor = 2 if name == "energy" else 1
            assert (
                magnitude(twice.costs[id_].components[name], "USD")
                == pytest.approx(factor * magnitude(cost, "USD"), rel=1e-12)
                if cost.check("[currency]")
                else True
            )
    assert "us-hyperscale.electricity_price" in twice.inputs()


def test_short_names_stand_for_their_leaves() -> None:
    """`other_volume` is that of every program, `utilization` that of the capacity."""
    maia = load("maia", changes={"other_volume": 1e5})
    others = {magnitude(maia.inputs()[f"program/maia-{n}.other_volume"].value, "accelerator") for n in (100, 200)}
    assert others == {1e5}
    contract = load("coreweave-contract", changes={"utilization": 0.5})
    assert magnitude(contract.inputs()["capacity.utilization"].value, "1") == 0.5


def test_what_a_table_of_the_file_leaves_out_is_set_like_what_it_gives(catalog: Catalog) -> None:
    """One of several plans may get a cap that it has not, as the only plan may; a table that is not there gets none."""
    record = catalog.get("scenario", "product")
    capped = changed_record(record, {"plans.paid.cap": "20", "plans.other.cap": "20", "plans.paid.api": "20"})
    assert capped.facts.keys() - record.facts.keys() == {"plans.paid.cap"}
    paid = load_scenario(catalog, capped).workload.plans[1]  # type: ignore[union-attr]
    assert magnitude(paid.cap, "query/user/day") == 20
    with pytest.raises(CostModelError, match=r"plans\.paid\.cap"):
        changed_record(record, {"plans.paid.cap": "-1"})


def test_keys_that_are_no_quantities_are_set_too() -> None:
    """A site, the offers and the day of prices come from the file's own keys."""
    study = load(
        "copilot", changes={"site": "us-colocation", "offers": "purchase/hgx-h100", "price_date": "2025-06-01"}
    )
    assert (study.scenario.site.id, list(study.costs)) == ("us-colocation", ["purchase/hgx-h100"])
    assert study.scenario.price_date.isoformat() == "2025-06-01"


@pytest.mark.parametrize(
    ("changes", "error", "says"),
    [
        ({"demand.user": 1}, UnknownName, 'Did you mean "demand.users"'),
        ({"users": 1}, UnknownName, 'Did you mean "demand.users"'),
        ({"reference": 1}, UnknownName, r'"reference"\. Known'),
        ({"nvidia/h100-sxm5-80gb.model_error": 2}, UnknownName, "belongs to a layout.*break-even --over"),
        ({"demand.users": "3 GB"}, UnitError, r"demand\.users: .* number of users"),
        ({"demand.users": "many"}, UnitError, r"demand\.users"),
        ({"site": "mars"}, CostModelError, 'No site "mars"'),
        ({"price_date": "soon"}, CostModelError, "must be a date"),
        ({"price_date": "9999-12-31"}, CostModelError, "price_date: 9999-12-31 is not from 1950-01-01 to 2150-01-01"),
        ({"workload": "surfing"}, UnknownName, "surfing"),
        ({"utilization": 0.5}, UnknownName, "utilization"),
        ({"training.tokens": 1e9}, UnknownName, "training.tokens"),
        ({"us-hyperscale.pue": 0.5}, CostModelError, r'us-hyperscale\.pue: "0\.5" is too small; pue is 1 or more'),
        ({"us-hyperscale.pue": -1}, CostModelError, "cannot be"),
        ({"us-hyperscale.pue": float("nan")}, CostModelError, "us-hyperscale.pue"),
        ({"codex-12b.layers": 2.5}, CostModelError, "whole number from 1"),
        ({"demand.users": -3}, CostModelError, r"demand\.users: .* negative"),
        ({"demand.peak_to_mean": 0.3}, CostModelError, "1 or more"),
        ({"finance.real_discount_rate": "0.08"}, UnitError, 'write "0.08 percent / year" or "8 percent / year"'),
        ({"program/maia-100.respin_outcome": 7}, UnknownName, r"set how likely it is, program/maia-100\.respin_probab"),
    ],
)
def test_what_cannot_be_set_is_explained(changes: dict[str, object], error: type[Exception], says: str) -> None:
    """Names, units and choices are checked like those of a file; the load of a fleet follows from its demand."""
    with pytest.raises(error, match=says):
        load("copilot", changes=changes)


@pytest.mark.parametrize(("years", "says"), [(0, "0.05 year or more"), (1e6, "100 year or less"), (-1, "cannot be")])
def test_what_no_file_states_is_held_by_what_one_could_state(years: float, says: str) -> None:
    """The horizon follows from lives where a file has none: setting it is refused as in a file, not by a formula."""
    with pytest.raises(CostModelError, match=rf"finance\.horizon: .* {says}"):
        load("copilot").with_({"finance.horizon": years})


@pytest.mark.parametrize("text", ["users", "=3", "demand.users=", " = "])
def test_options_have_a_name_and_a_value(text: str) -> None:
    """What is no pair says how one is written."""
    with pytest.raises(CostModelError, match="NAME=VALUE"):
        pairs([text])


def test_choices_are_set_as_a_file_has_them() -> None:
    """Lists by commas, days, one of several words; tables are not set as a whole."""
    assert _plain(Attribute("offers", "x", type="references"), "a, b") == ["a", "b"]
    day = Attribute("price_date", "x", type="date")
    assert _plain(day, "2026-01-02") == _plain(day, date(2026, 1, 2)) == date(2026, 1, 2)
    assert _plain(Attribute("site", "x", type="reference"), 5) == "5"
    word = Attribute("timing", "x", type="choice", choices=("middle", "end"))
    assert _plain(word, "end") == "end"
    with pytest.raises(UnknownName, match='Did you mean "middle"'):
        _plain(word, "midle")
    with pytest.raises(CostModelError, match="must be a date"):
        _plain(day, "soon")
    with pytest.raises(CostModelError, match="tables are not set"):
        _plain(Attribute("plans", "x", type="tables"), "x")
    assert pairs([" a = b=c "]) == {"a": "b=c"}
    record: Any = SimpleNamespace(values={"set": {"offers": ["a", "b"], "n": 3}, "workload": "serving"}, facts={})
    assert set_in(record) == {"offers": "a, b", "n": 3}
    with pytest.raises(UnknownName, match=r"training\.tokens"):
        changed_record(record, {"training.tokens": 1})


def test_other_money_is_counted_at_the_rate_of_the_day() -> None:
    """As in a file of the question's date; where no date is known, dollars are asked for."""
    contract = load("coreweave-contract")
    name, dollars = "rental/coreweave-h100-on-demand.price", in_dollars("3 EUR/accelerator/hour", date(2026, 11, 1))
    value = contract.with_({name: "3 EUR/accelerator/hour"}).inputs()[name].value
    assert magnitude(value, "USD/accelerator/hour") == pytest.approx(3 * dollars.factor)
    with pytest.raises(UnitError, match='total: "3 kEUR/month" is in EUR: give it in USD'):
        in_unit("total", "3 kEUR/month", "USD/month")


def test_a_number_type_that_nobody_knows_is_named() -> None:
    """One mistyped among others is not left out in silence."""
    with pytest.raises(UnknownName, match=r'deployment.precision in .*copilot.toml "fp9"\. Did you mean "fp'):
        load("copilot", changes={"deployment.precision": "fp9, bf16"})
