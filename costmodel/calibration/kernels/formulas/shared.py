"""What all kernels share: tiles and waves, the last-level cache, and how computing and moving overlap.

Latencies are held in cycles of the boost clock, which are pure numbers.
"""

from costmodel.formula import formula
from costmodel.formula.ops import ceil, maximum, minimum, power
from costmodel.performance.formulas.all_reduce import RATE
from costmodel.units import Quantity, quantity

COUNT = (1e-3, 1e15)
UNITS = (1.0, 1e6)
SHARE = (0.0, 1.0)
EFFICIENCY = (1e-3, 10.0)
LARGEST_FILL = 1e6
NO_TIME = quantity(1e-15, "second")


def whole(value: Quantity) -> Quantity:
    """Return a pure number rounded up; a billionth above a whole number is rounding, not a further tile."""
    return ceil(value.to("") * (1 - 1e-9))


@formula(increasing=["length"], bounds={"length": COUNT, "grain": COUNT, "largest": COUNT})
def tile_length(*, length: "1", grain: "1", largest: "1") -> "1":
    """Return the side of a tile: the length rounded up to whole grains, at most the largest tile.

    min(largest, grain x ceil(length / grain))
    """
    return minimum(largest, whole(length / grain) * grain)


@formula(
    increasing=["pieces", "unhidden"],
    decreasing=["units"],
    bounds={"pieces": (0, 1e18), "units": UNITS, "unhidden": SHARE},
)
def filled_waves(*, pieces: "1", units: "1", unhidden: "1") -> "1":
    """Return the waves in which the units work through pieces, with the unhidden share of the last wave's idle part.

    w + unhidden x (ceil(w) - w), with w = pieces / units
    """
    waves = pieces / units
    return waves + unhidden * maximum(whole(waves) - waves, 0.0)


@formula(
    increasing=["waves", "units", "operations"],
    decreasing=["peak", "efficiency"],
    bounds={"peak": RATE, "efficiency": EFFICIENCY},
)
def tiled_compute_time(*, waves: "1", units: "1", operations: "FLOP", peak: "FLOP/s", efficiency: "1") -> "second":
    """Return the time to compute waves of one tile on every unit, each of so many operations.

    waves x units x operations / (peak x efficiency)
    """
    return waves * units * operations / (peak * efficiency)


@formula(increasing=["units", "clock", "bytes_per_cycle"])
def cache_read_rate(*, units: "1", clock: "Hz", bytes_per_cycle: "byte") -> "byte/s":
    """Return the rate at which all units together read the last-level cache."""
    return units * clock * bytes_per_cycle


@formula(
    increasing=["capacity", "usable"],
    decreasing=["working_set"],
    bounds={"working_set": (0, 1e18), "capacity": (1, 1e15), "usable": (1e-3, 10), "steepness": (0.1, 50)},
)
def cached_share(*, working_set: "byte", capacity: "byte", usable: "1", steepness: "1") -> "1":
    """Return the share of a working set that is read from the last-level cache.

    1 / (1 + (working set / (usable x capacity)) ^ steepness)
    """
    fill = minimum(working_set / (usable * capacity), LARGEST_FILL)
    return 1 / (1 + power(fill, steepness))


@formula(
    increasing=["bandwidth", "cache_rate", "cached", "efficiency"],
    bounds={"bandwidth": RATE, "cached": SHARE, "efficiency": EFFICIENCY},
)
def effective_bandwidth(*, bandwidth: "byte/s", cache_rate: "byte/s", cached: "1", efficiency: "1") -> "byte/s":
    """Return the rate of a transfer of which a share comes from the cache and the rest from memory.

    efficiency / ((1 - cached) / bandwidth + cached / max(bandwidth, cache rate))
    """
    from_cache = maximum(bandwidth, cache_rate)
    return efficiency / ((1 - cached) / bandwidth + cached / from_cache)


@formula(increasing=["moved"], decreasing=["rate"], bounds={"rate": RATE})
def transfer_time(*, moved: "byte", rate: "byte/s") -> "second":
    """Return the time to move bytes at a rate."""
    return moved / rate


@formula(increasing=["cycles"], decreasing=["clock"], bounds={"clock": (1, 1e12)})
def cycle_time(*, cycles: "1", clock: "Hz") -> "second":
    """Return how long cycles last."""
    return cycles / clock


@formula(
    increasing=["first", "second"],
    decreasing=["sharpness"],
    bounds={"first": (0, 1e9), "second": (0, 1e9), "sharpness": (0.5, 50)},
)
def overlapped_time(*, first: "second", second: "second", sharpness: "1") -> "second":
    """Return the time of two things at once: a smooth maximum, from their sum (1) to the longer (large).

    (first ^ sharpness + second ^ sharpness) ^ (1 / sharpness)
    """
    longer = maximum(maximum(first, second), NO_TIME)
    ratio = minimum(first, second) / longer
    return longer * power(1 + power(ratio, sharpness), 1 / sharpness)
