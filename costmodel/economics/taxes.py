"""The lines of an owner's taxes: on the return on capital, on property, on the sale of equipment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from costmodel.domain.offers import Program, Purchase
from costmodel.economics.fleet import Fleet, Tax
from costmodel.economics.formulas import finance, owning
from costmodel.economics.lines import Line, Lines, Money, present_value
from costmodel.economics.owned import lives_in, through_lives
from costmodel.units import Quantity, add

FACILITY = "facility"
EXPENSED = ("masks", "tape-outs", "re-spins", "porting")
"""Research and development, which is deducted when paid."""


def tax_lines(lines: Lines, offer: Purchase | Program, fleet: Fleet, tax: Tax) -> Iterator[Line]:
    """Yield the taxes on what was bought; running costs are deducted when paid, and carry none.

    What is sold is income: its tax is in the return that capital must earn, so that resale carries none of its own.
    """
    money = fleet.money(offer)
    bought = [line for line in lines if line.months is None and not line.name.endswith("resale")]
    things = [line for line in bought if line.name not in EXPENSED]
    if tax.sales is not None:
        for line in (one for one in things if one.name != FACILITY):
            yield replace(line, name="sales tax", amount=owning.sale(price=line.amount, share=tax.sales), end="nothing")
    if tax.property is not None:
        for line in things:
            yield from _property_tax(line, tax.property, money)
    if tax.rate is not None and bought:
        worth = add(_income_tax(line, offer, fleet, tax, tax.rate, money) for line in bought)
        yield Line("income tax", money.levelised(worth), months=money.horizon)


def _property_tax(line: Line, share: Quantity, money: Money) -> Iterator[Line]:
    yearly = owning.property_tax(value=line.amount, share_per_year=share)
    yield from through_lives(Line("property tax", yearly, decline=line.decline), lives_in(line.every, money.horizon))


def _income_tax(
    line: Line, offer: Purchase | Program, fleet: Fleet, tax: Tax, rate: Quantity, money: Money
) -> Quantity:
    factor = finance.project_financing_factor(tax_rate=rate, tax_shield=_shield(line.name, offer, fleet, tax))
    return owning.income_tax_cost(capital=present_value(line, money), financing_factor=factor)


def _shield(name: str, offer: Purchase | Program, fleet: Fleet, tax: Tax) -> Quantity:
    """Return what depreciation for tax is worth, per unit of what was paid."""
    rate = finance.nominal_discount_rate(real_discount_rate=fleet.real_discount_rate, inflation=tax.inflation)
    if name == FACILITY:
        life = fleet.terms.building_tax_life
        return finance.straight_line_tax_shield(nominal_discount_rate=rate, lifetime=life)
    if name in EXPENSED or tax.depreciation == "bonus":
        return finance.bonus_tax_shield(nominal_discount_rate=rate)
    if tax.depreciation == "macrs":
        return finance.macrs_tax_shield(nominal_discount_rate=rate)
    return finance.straight_line_tax_shield(nominal_discount_rate=rate, lifetime=offer.lifetime)
