"""What a spec sheet does not say, estimated from what it says."""

from costmodel.formula import formula
from costmodel.formula.ops import maximum, minimum


@formula(
    increasing=["peak"],
    decreasing=["clock", "operations_per_cycle"],
    bounds={"clock": (1, 1e12), "operations_per_cycle": (1, 1e9)},
)
def assumed_units(*, peak: "FLOP/s", clock: "Hz", operations_per_cycle: "FLOP") -> "1":
    """Return the compute units that give a 16-bit peak at a clock; at least one.

    peak / (clock x operations per cycle)
    """
    return maximum(peak / (clock * operations_per_cycle), 1.0)


@formula(increasing=["bandwidth", "cache_time"])
def assumed_cache(*, bandwidth: "byte/s", cache_time: "second") -> "byte":
    """Return the last-level cache of an accelerator whose memory would fill it in a given time."""
    return bandwidth * cache_time


@formula(increasing=["peak", "share"])
def sustained_peak(*, peak: "FLOP/s", share: "1") -> "FLOP/s":
    """Return the peak that an accelerator holds under its limits of power and heat.

    peak x share
    """
    return peak * share


@formula(increasing=["peak", "units", "clock", "operations_per_cycle"])
def widening_peak(*, peak: "FLOP/s", units: "1", clock: "Hz", operations_per_cycle: "FLOP") -> "FLOP/s":
    """Return the peak of kernels that widen weights in registers: at most what older instructions give a unit.

    min(peak, units x clock x operations per cycle)
    """
    return minimum(peak, units * clock * operations_per_cycle)
