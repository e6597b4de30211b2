"""Taxes and the cost of capital: each off unless given, and worth what the law says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from costmodel.analysis.cash import cash_of
from costmodel.analysis.opening import load
from costmodel.analysis.study import Study
from costmodel.economics.fleet import Tax
from costmodel.economics.formulas import finance
from costmodel.economics.lines import Line, present_value
from costmodel.economics.taxes import tax_lines
from costmodel.errors import MissingData
from costmodel.units import Quantity, magnitude, quantity
from tests.changes import with_scenario

OWNED = "purchase/hgx-h100"


@pytest.fixture(scope="module")
def contract() -> Study:
    """Return the study of the CoreWeave contract."""
    return load("coreweave-contract")


def changed(study: Study, **values: object) -> Study:
    """Return a study with other leaves of its scenario."""
    return with_scenario(study, replace(study.scenario, **values))


def component(study: Study, name: str, offer: str = OWNED) -> float:
    """Return a component of an offer in USD a month."""
    return float(magnitude(study.costs[offer].components[name], "USD/month"))


def test_taxes_are_off_unless_given(contract: Study) -> None:
    """Without their keys no tax has a line; rents carry none even with them."""
    assert not {name for name in contract.costs[OWNED].components if "tax" in name}
    taxed = changed(contract, finance_tax_rate=quantity(0.21), finance_sales_tax=quantity(0.08))
    assert {"income tax", "sales tax"} <= taxed.costs[OWNED].components.keys()
    assert not {name for name in taxed.costs["rental/coreweave-h100-five-year"].components if "tax" in name}


def test_sales_and_property_tax_are_shares_of_the_price(contract: Study) -> None:
    """8% of equipment once, 1% a year of all property."""
    taxed = changed(contract, finance_sales_tax=quantity(0.08), finance_property_tax=quantity(0.01, "1/year"))
    equipment = sum(component(taxed, name) for name in ("servers", "network", "spares"))
    assert component(taxed, "sales tax") == pytest.approx(0.08 * equipment, rel=1e-9)
    paid = taxed.cash()
    bought = paid[(paid["offer"] == OWNED) & (paid["view"] == "cash") & (paid["period"] == 0)]
    price = bought[bought["component"].isin(["servers", "network", "spares"])]["cost"].sum()
    assert component(taxed, "property tax") == pytest.approx(0.01 / 12 * price, rel=1e-9)


def test_writing_off_at_once_costs_least(contract: Study) -> None:
    """The later equipment is written off, the more income tax its return must earn; all are small beside the price."""
    given = {"finance_tax_rate": quantity(0.21)}
    methods = ("bonus", "macrs", "straight line")
    taxes = [component(changed(contract, **given, finance_depreciation=one), "income tax") for one in methods]
    assert taxes == sorted(taxes)
    assert 0 < taxes[0] < taxes[-1] < 0.1 * component(contract, "servers")


def test_income_tax_is_what_the_shield_leaves(contract: Study) -> None:
    """By hand: capital x (1 - tax x shield) / (1 - tax), less the capital, at the nominal rate."""
    taxed = changed(contract, finance_tax_rate=quantity(0.21))
    capital = sum(component(contract, name) for name in ("servers", "network", "spares"))
    nominal = 1.08 * 1.025 - 1
    factor = (1 - 0.21 / (1 + nominal)) / (1 - 0.21) - 1
    assert component(taxed, "income tax") == pytest.approx(capital * factor, rel=1e-9)


def test_debt_and_equity_give_the_rate(contract: Study) -> None:
    """A scenario may give what its equity and debt cost; the answer is that at their weighted cost."""
    given: dict[str, Quantity] = {
        "finance_return_on_equity": quantity(0.12, "1/year"),
        "finance_debt_share": quantity(0.5),
        "finance_debt_rate": quantity(0.07, "1/year"),
    }
    rate = finance.weighted_cost_of_capital(
        nominal_return_on_equity=given["finance_return_on_equity"],
        nominal_debt_rate=given["finance_debt_rate"],
        debt_share=given["finance_debt_share"],
        tax_rate=quantity(0.0),
        inflation=contract.scenario.terms.inflation,
    )
    weighted = changed(contract, finance_real_discount_rate=None, **given)
    direct = changed(contract, finance_real_discount_rate=rate)
    assert weighted.compare()["cost_per_accelerator_hour"].to_numpy() == pytest.approx(
        direct.compare()["cost_per_accelerator_hour"].to_numpy(), rel=1e-12
    )


@pytest.mark.parametrize("both", [True, False])
def test_two_costs_of_capital_or_none_are_refused(write: object, both: bool) -> None:
    """One rate, or equity and debt: neither both nor none."""
    from costmodel.specs.catalog import data_folder  # noqa: PLC0415

    text = (data_folder("reports") / "coreweave-contract.toml").read_text()
    lines = [line for line in text.splitlines() if both or not line.startswith("real_discount_rate")]
    equity = 'return_on_equity = { value = "12 percent/year", source = "assumption", reason = "a test" }'
    more = [equity] if both else []
    where = lines.index("[finance]") + 1
    with pytest.raises(MissingData, match="return_on_equity"):
        load(write("mine.toml", "\n".join([*lines[:where], *more, *lines[where:]])))  # type: ignore[operator]


def test_returns_are_those_of_the_saved_cash(contract: Study) -> None:
    """Buying against a contract: more at first, saved later; the rate of return makes the difference worth nothing."""
    table = contract.returns("coreweave-h100-five-year")
    assert "rental/coreweave-h100-five-year" not in table.index
    row = table.loc[OWNED]
    worth = {id_: magnitude(one["net_present_value"], "USD") for id_, one in contract.costs.items()}
    gained = worth["rental/coreweave-h100-five-year"] - worth[OWNED]
    assert row["net_present_value_gained"] == pytest.approx(gained, rel=1e-12)
    ours, theirs = (cash_of(contract.costs[id_]) for id_ in (OWNED, "rental/coreweave-h100-five-year"))
    saved = theirs.less(ours)
    assert saved.worth(float(row["internal_rate_of_return"])) == pytest.approx(0, abs=1e-6 * abs(saved.total[0]))
    rate = magnitude(contract.costs[OWNED].money.real_discount_rate, "1/year")
    assert saved.worth(rate) == pytest.approx(gained, rel=1e-9), "one present value, by lines and by months"
    assert 0 < row["payback"] < row["discounted_payback"] < 5
    dear = table.loc["rental/coreweave-h100-on-demand"]
    assert dear["net_present_value_gained"] < 0
    assert np.isnan(dear["payback"])


def test_electricity_may_rise_and_be_charged_by_power(contract: Study) -> None:
    """Energy that rises costs more over the horizon; a demand charge is a line by the highest power at the meter."""
    site = contract.scenario.site
    dearer = site.with_leaves(
        electricity_escalation=quantity(0.03, "1/year"), demand_charge=quantity(10.0, "USD/kW/month")
    )
    rising = changed(contract, site=dearer)
    assert 1.03 < component(rising, "energy") / component(contract, "energy") < 1.1
    system = contract.costs[OWNED].offer.system
    kilowatts = magnitude(system.peak_power, "kW/server") * 0.75 * 1.1 * magnitude(site.pue, "1")
    servers = magnitude(contract.costs[OWNED]["servers"], "server")
    assert component(rising, "demand charge") == pytest.approx(10 * kilowatts * servers, rel=1e-9)


@pytest.mark.parametrize("method", ["bonus", "macrs", "straight line"])
def test_a_building_is_written_off_evenly_over_its_own_tax_life(contract: Study, method: str) -> None:
    """Whatever the method for equipment: by hand, 39 equal parts at year ends, at the nominal rate."""
    known = contract.costs[OWNED]
    fleet, building = known.fleet, Line("facility", quantity(1e6, "USD"))
    inflation, years = magnitude(fleet.terms.inflation, "1/year"), 39
    tax = Tax(rate=quantity(0.21), inflation=fleet.terms.inflation, depreciation=method)
    (found,) = tax_lines((building,), known.offer, fleet, tax)
    money = fleet.money(known.offer)
    rate = (1 + magnitude(fleet.real_discount_rate, "1/year")) * (1 + inflation) - 1
    shield = (1 - (1 + rate) ** -years) / rate / years
    whole = money.levelised(present_value(building, money))
    assert magnitude(found.amount / whole, "1") == pytest.approx((1 - 0.21 * shield) / (1 - 0.21) - 1, rel=1e-9)
