"""How requests come and how they differ, besides their mean lengths."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from costmodel.performance.machine.constants import Constants
from costmodel.units import Quantity, quantity

NO_SPREADS: Mapping[str, Quantity] = {}
"""Spreads that are given: none."""

ENDLESS = quantity(1e9)
"""Rounds of a service whose start is forgotten."""


@dataclass(frozen=True)
class Traffic:
    """Spreads are standard deviations over means: none where all are alike, one for an exponential distribution."""

    prompt_spread: Quantity
    output_spread: Quantity
    arrival_spread: Quantity
    """Of the time between arrivals; only counts at an arrival rate."""
    rounds: Quantity = ENDLESS
    """Requests that follow one another at each place in flight, in a run whose first ones all begin at once."""
    open: bool = False
    """Whether requests come at a rate, whatever becomes of others; else one follows another."""
    undescribed: Quantity | None = None
    """One where requests of a measurement come by a client that nobody describes, which adds its own time to each."""


ALIKE = Traffic(quantity(0.0), quantity(0.0), quantity(1.0))
"""Requests of one length."""


def usual_traffic(
    constants: Constants,
    prompt_spread: Quantity | None = None,
    output_spread: Quantity | None = None,
    arrival_spread: Quantity | None = None,
) -> Traffic:
    """Return traffic with the given spreads; those of constants.toml for what is not given."""
    return Traffic(
        constants["prompt_spread"] if prompt_spread is None else prompt_spread,
        constants["output_spread"] if output_spread is None else output_spread,
        constants["arrival_spread"] if arrival_spread is None else arrival_spread,
    )
