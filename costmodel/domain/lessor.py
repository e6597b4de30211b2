"""A company that rents out systems, in one year of its accounts."""

from __future__ import annotations

from dataclasses import dataclass

from costmodel.domain.noun import Noun, build
from costmodel.specs.catalog import Catalog
from costmodel.units import Quantity


@dataclass(frozen=True, kw_only=True)
class LessorYear(Noun):
    """Its fleet, rents, debt, and what it reported."""

    accelerators_start: Quantity
    accelerators_end: Quantity
    earning_lag: Quantity
    rent: Quantity
    sold: Quantity
    cash_cost_share: Quantity
    installed_cost: Quantity
    depreciation_life: Quantity
    debt_start: Quantity
    debt_end: Quantity
    nominal_debt_rate: Quantity
    reported_revenue: Quantity
    reported_loss: Quantity
    interest_capitalised: Quantity | None = None
    fair_value_loss: Quantity | None = None
    income_tax: Quantity | None = None
    reported_operating_income: Quantity | None = None


def load_lessor(catalog: Catalog, id_: str) -> LessorYear:
    """Return a lessor's year by id, such as coreweave-2024."""
    return build(LessorYear, catalog.get("lessor", id_))
