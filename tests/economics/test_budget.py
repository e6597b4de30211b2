"""What a sum pays for, by hand."""

from __future__ import annotations

import pytest

from costmodel.economics.formulas.demand import accelerators_for_budget
from costmodel.units import quantity


def test_a_budget_is_spent_in_equal_hours_of_use() -> None:
    """8.766 MUSD over two years of 8,766 hours at 2 USD a used hour, half of the time used: 500 accelerators."""
    found = accelerators_for_budget(
        budget=quantity(8.766e6, "USD"),
        cost_per_accelerator_hour=quantity(2.0, "USD/accelerator/hour"),
        duration=quantity(2.0, "year"),
        utilization=quantity(0.5),
    )
    assert found.to("accelerator").magnitude == pytest.approx(500.0)
