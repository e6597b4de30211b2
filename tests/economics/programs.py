"""Programs for tests: without lead, risk and team around them where a law is about who pays alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from costmodel.domain.hardware import load_site
from costmodel.domain.offers import Program, Rental, load_offer
from costmodel.domain.terms import terms_from
from costmodel.economics.components import cost_lines, monthly_costs, monthly_total
from costmodel.economics.fleet import Fleet, Meanwhile
from costmodel.economics.lines import present_value
from costmodel.specs.catalog import Catalog
from costmodel.specs.fact import ASSUMPTION, Fact
from costmodel.units import Quantity, add, magnitude, parse, quantity

DAY = date(2026, 11, 1)
NO_TIME, NO_MONEY, NONE, ALL = quantity(0.0, "year"), quantity(0.0, "USD"), quantity(0.0), quantity(1.0)
AT_ONCE = {
    **dict.fromkeys(("respin_delay", "time_to_tape_out", "time_to_silicon", "time_to_volume", "ramp"), NO_TIME),
    "software_time": NO_TIME,
    **dict.fromkeys(("respin_probability", "failure_probability", "team_after"), NONE),
    "software_start": ALL,
    **dict.fromkeys(("design_cost", "mask_set", "porting"), NO_MONEY),
    "team_cost": quantity(0.0, "USD/year"),
}
"""A program whose chips are there on the first day, for the sum that its one tape-out costs."""


def program(catalog: Catalog, id_: str = "program/maia-100", **changes: Quantity) -> Program:
    """Return a program with other values."""
    offer = load_offer(catalog, id_, DAY)
    assert isinstance(offer, Program)
    return replace(offer, **changes)


def fleet(
    catalog: Catalog, servers: float, busy: float, terms: dict[str, str] | None = None, years: float = 5
) -> Fleet:
    """Return systems at Microsoft's site, with hours on demand as what serves meanwhile."""
    rented = load_offer(catalog, "rental/coreweave-h100-on-demand", DAY)
    assert isinstance(rented, Rental)
    facts = {
        key: Fact(key, parse(text), ASSUMPTION, catalog.files("site")["us-hyperscale"])
        for key, text in (terms or {}).items()
    }
    count = quantity(servers, "server")
    here = Fleet(
        count,
        quantity(busy),
        load_site(catalog, "us-hyperscale"),
        quantity(0.08, "1/year"),
        horizon=quantity(float(years), "year"),
        terms=terms_from(facts),
        whole=count,
    )
    return replace(here, meanwhile=(Meanwhile(rented, replace(here, servers=count / 2)),))


def per_month(offer: Program, fleet_: Fleet) -> float:
    """Return MUSD a month."""
    return float(magnitude(monthly_total(offer, fleet_), "MUSD/month"))


def worth(offer: Program, fleet_: Fleet) -> float:
    """Return the present value of all lines in MUSD."""
    money = fleet_.money(offer)
    return float(magnitude(add(present_value(line, money) for line in cost_lines(offer, fleet_)), "MUSD"))


def parts(offer: Program, fleet_: Fleet) -> dict[str, float]:
    """Return MUSD a month by component."""
    return {name: float(magnitude(cost, "MUSD/month")) for name, cost in monthly_costs(offer, fleet_).items()}
