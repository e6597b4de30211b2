"""What the composition of every kernel shares: the largest tile, and the rate of memory and cache."""

from __future__ import annotations

from typing import Protocol

from costmodel.calibration.kernels.chip import Chip
from costmodel.calibration.kernels.formulas import shared as s
from costmodel.units import Quantity

TILE = 128.0
"""Rows and columns of the largest tile of a result."""


class Named(Protocol):
    """Constants by name."""

    def __getitem__(self, name: str, /) -> Quantity:
        """Return one."""


def memory_rate(chip: Chip, constants: Named, working_set: Quantity) -> Quantity:
    """Return the rate at which a working set is read, from the last-level cache as far as it fits."""
    cached = s.cached_share(
        working_set=working_set,
        capacity=chip.cache_capacity,
        usable=constants["cache_share"],
        steepness=constants["cache_power"],
    )
    cache = s.cache_read_rate(units=chip.units, clock=chip.clock, bytes_per_cycle=constants["cache_rate"])
    return s.effective_bandwidth(
        bandwidth=chip.bandwidth, cache_rate=cache, cached=cached, efficiency=constants["memory_efficiency"]
    )
