"""The controls of a page: what they say of what stays as it is."""

from __future__ import annotations

import costmodel as cm
from costmodel.report.controls import controls_of


def test_prices_of_systems_say_that_the_best_of_a_later_market_stays() -> None:
    """By them it is chosen, which a page does not do again; where none is asked about, they say nothing."""
    chosen = [one.leaf for one in controls_of(cm.load("coreweave-contract")) if one.chosen]
    assert sorted(chosen) == ["purchase/gb200-nvl72.price", "purchase/hgx-h100.price"]
    assert not any(one.chosen for one in controls_of(cm.load("openai-2024")))
