"""The cheapest mix of a base that is held and hours that follow the load: formulas against sums over a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from costmodel.analysis.opening import load
from costmodel.analysis.study import Study
from costmodel.domain.hardware import load_site
from costmodel.domain.offers import Mix, Offer, Rental, load_offer
from costmodel.economics.components import mixed, monthly_total
from costmodel.economics.fleet import Fleet
from costmodel.economics.formulas import mix as mixing
from costmodel.errors import CostModelError, MissingData
from costmodel.specs.catalog import Catalog, data_folder
from costmodel.units import Quantity, magnitude, quantity

USED = st.floats(0.05, 1)
COSTS = st.floats(0.01, 10)
CATALOG, DAY = Catalog(), date(2026, 11, 1)
HOURS = (np.arange(200_000) + 0.5) / 200_000


def day(used: float) -> np.ndarray:
    """Return the load of every moment, from the quietest to the busiest, over that of the peak."""
    return HOURS ** (1 / used - 1)


def mixed_study(tmp_path: Path, scenario: str, **changes: str) -> Study:
    """Return a shipped scenario with the mix beside its offers, and some texts of it changed."""
    text = (data_folder("reports") / f"{scenario}.toml").read_text().replace("offers = [", 'offers = [\n  "mix",', 1)
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    file = tmp_path / f"{scenario}.toml"
    file.write_text(text)
    return load(file)


@given(USED, st.floats(0, 1))
def test_the_load_above_a_base_is_that_of_the_day(used: float, base: float) -> None:
    """The closed form is the mean of what the load exceeds the base by; above no base it is the whole load."""
    above = float(magnitude(mixing.load_above(base=quantity(base), used=quantity(used)), "1"))
    assert above == pytest.approx(np.maximum(day(used) - base, 0).mean(), abs=2e-5)
    assert magnitude(mixing.load_above(base=quantity(0.0), used=quantity(used)), "1") == pytest.approx(used, abs=1e-9)


@given(USED, COSTS, COSTS)
def test_no_other_base_is_cheaper(used: float, base_cost: float, peak_cost: float) -> None:
    """At the chosen base a day costs no more than at any other."""
    given_ = {"base_cost": quantity(base_cost, "USD/month"), "peak_cost": quantity(peak_cost, "USD/month")}
    chosen = float(magnitude(mixing.cheapest_base(**given_, used=quantity(used)), "1"))

    def cost(base: float) -> float:
        return (
            base * base_cost
            + float(magnitude(mixing.load_above(base=quantity(base), used=quantity(used)), "1")) * peak_cost
        )

    assert cost(chosen) <= min(cost(base) for base in np.linspace(0, 1, 101)) + 1e-9


@pytest.mark.parametrize("utilization", ["0.9", "0.4"])
def test_a_mix_never_costs_more_than_its_parts(tmp_path: Path, utilization: str) -> None:
    """In hours of the same accelerator the mix is as cheap as the cheapest way that it is made of, or cheaper."""
    study = mixed_study(
        tmp_path, "coreweave-contract", **{'value = "0.9"': f'value = "{utilization}"', '"0.7", "1"': '"0.3", "1"'}
    )
    hours = study.compare()["cost_per_accelerator_hour"]
    system = study.costs["mix"].offer.system.id  # type: ignore[union-attr]
    others = [id_ for id_ in study.deployments if id_ != "mix" and study.costs[id_].offer.system.id == system]  # type: ignore[union-attr]
    assert len(others) > 2
    assert hours["mix"] <= hours[others].min() * (1 + 1e-9)
    share = magnitude(study.costs["mix"]["held_share"], "1")
    assert 0 < share <= 1


def test_a_mix_is_a_way_like_any_other(tmp_path: Path) -> None:
    """It stands in comparison, statement, cash, intervals, explanation; where nothing is held it is its peak alone."""
    study = mixed_study(tmp_path, "copilot")
    assert study.compare()["cost_per_user_month"]["mix"] < study.compare()["cost_per_user_month"]["purchase/hgx-h100"]
    rows = study.statement()
    assert {"servers", "rent", "resale"} <= set(rows[rows["offer"] == "mix"]["component"])
    ways = study.ways()
    years = [name for name in ways.columns if str(name).startswith("cash_year_")]
    assert ways.loc["mix", years].notna().all()
    interval = study.intervals(samples=50)["mix"]
    assert interval.low <= interval.high
    dear = {"purchase/hgx-h100.price": "9 MUSD/server", "rental/coreweave-h100-five-year.price": 90.0}
    cost = study.sweep(dear)
    assert cost["mix"].tolist() == pytest.approx(cost["rental/coreweave-h100-on-demand"].tolist(), rel=1e-12)
    assert study.explain("held_share", "mix").value.magnitude == magnitude(study.costs["mix"]["held_share"], "1")


def test_a_mix_needs_both_ways_on_one_system(tmp_path: Path) -> None:
    """Without hours on demand of a system that is also held, the error says what is missing."""
    with pytest.raises(MissingData, match=r"copilot.toml:\d+: offers: mix needs one system"):
        mixed_study(tmp_path, "copilot", **{'  "rental/coreweave-h100-on-demand",\n': ""})
    with pytest.raises(CostModelError):
        mixed_study(tmp_path, "copilot", **{'"mix"': '"mixx"'})


def contract(**changes: Quantity) -> Rental:
    """Return a contract of five years on H100 that comes in steps over one, or a change of it."""
    found = load_offer(CATALOG, "rental/coreweave-h100-five-year", DAY)
    assert isinstance(found, Rental)
    return replace(found, id="rental/ramped", **{"prepayment": None, "ramp": quantity(1.0, "year"), **changes})


def pair(base: Rental, price: float) -> tuple[Mix, Rental]:
    """Return the mix of a base and hours on demand at a price, and these hours."""
    found = load_offer(CATALOG, "rental/coreweave-h100-on-demand", DAY)
    assert isinstance(found, Rental)
    peak = replace(found, price=quantity(price, "USD/accelerator/hour"))
    return Mix(id="mix", name="mix", system=base.system, bases=(base,), peaks=(peak,)), peak


def fleet(used: float) -> Fleet:
    """Return 128 systems that are needed for a share of the hours of five years."""
    share, rate = quantity(used), quantity(0.08, "1/year")
    site = load_site(CATALOG, "us-colocation")
    return Fleet(quantity(128.0, "server"), share, site, rate, rented=share, horizon=quantity(5.0, "year"))


def total(offer: Offer, one: Fleet) -> float:
    """Return USD a month, once all is there."""
    return float(magnitude(monthly_total(offer, one), "USD/month"))


@pytest.mark.parametrize("used", [0.3, 0.7, 1.0])
def test_a_base_that_comes_in_steps_delivers_less_meanwhile(used: float) -> None:
    """Where hours on demand cost no end, the mix is its base; where they cost little, it is them alone."""
    base = contract()
    mix, _ = pair(base, 1e4)
    assert total(mix, fleet(used)) == pytest.approx(total(base, fleet(used)), rel=1e-9)
    mix, peak = pair(base, 0.5)
    assert total(mix, fleet(used)) == pytest.approx(total(peak, fleet(used)), rel=1e-9)
    assert float(magnitude(mixed(mix, fleet(used)).held, "1")) == 0


def test_what_a_mix_delivers_is_what_its_parts_do_by_month() -> None:
    """In plain floats: its base serves what is below it, as far as it has come; its peak serves the rest."""
    used, months = 0.5, np.arange(1, 61)
    mix, _ = pair(contract(), 4.0)
    found = mixed(mix, fleet(used))
    held = float(magnitude(found.held, "1"))
    assert 0.3 < held < 0.9
    above = np.maximum(day(used) - held, 0).mean()
    discount = 1.08 ** (-(months - 0.5 + float(magnitude(fleet(used).terms.payment_delay, "month"))) / 12)
    here = np.minimum((months - 0.5) / 12, 1)
    right = (((used - above) * here + above) / used * discount).sum() / discount.sum()
    assert float(magnitude(found.delivered, "1")) == pytest.approx(right, rel=1e-5)


def test_a_mix_that_holds_nothing_has_the_systems_and_the_hours_of_its_peak(tmp_path: Path) -> None:
    """No reserve of a fleet that nobody holds is counted, in systems, energy, use or the cost of an hour."""
    dear = {
        "purchase/hgx-h100.price": "9 MUSD/server",
        "rental/coreweave-h100-five-year.price": "90 USD/accelerator/hour",
    }
    study = mixed_study(tmp_path, "copilot").with_(dear)
    mix, peak = (study.costs[one] for one in ("mix", "rental/coreweave-h100-on-demand"))
    assert magnitude(mix["held_share"], "1") == 0
    for name in ("servers", "utilization", "cost_per_accelerator_hour", "energy_per_query", "cost_per_user_month"):
        assert mix[name].magnitude == pytest.approx(peak[name].magnitude, rel=1e-12), name
    assert study.ways().loc["mix", "accelerators"] == study.ways().loc[peak.offer.id, "accelerators"]
