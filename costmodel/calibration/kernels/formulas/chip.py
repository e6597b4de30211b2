"""What a spec sheet does not say, estimated from what it says."""

from costmodel.formula import formula
from costmodel.formula.ops import floor, log, maximum, minimum, power, where
from costmodel.units import quantity

FLOP = quantity(1.0, "FLOP")


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


@formula(bounds={"peak": (1, 1e24), "units": (1, 1e6), "clock": (1, 1e12), "most": (1, 2)})
def clock_gain(*, peak: "FLOP/s", units: "1", clock: "Hz", most: "1") -> "1":
    """Return how much more the units do at the highest clock than the printed 16-bit peak says.

    Matrix units do a power of two of operations per cycle, but some peaks are printed at lower clocks than the highest:
    2 ^ round(log2(peak / (units x clock))) x units x clock / peak. It is 1 where that is less, or more than the most
    that any printed peak lies below: such units do another number of operations.
    """
    printed = peak / (units * clock * FLOP)
    gain = power(2.0, floor(log(printed) / log(2.0) + 0.5)) / printed
    return maximum(where(most < gain, quantity(1.0), gain), 1.0)


@formula(increasing=["peak", "gain", "share"])
def sustained_peak(*, peak: "FLOP/s", gain: "1", share: "1") -> "FLOP/s":
    """Return the peak that an accelerator holds under its limits of power and heat, in kernels too short to slow it.

    peak x gain x share
    """
    return peak * gain * share


@formula(increasing=["peak", "units", "clock", "operations_per_cycle"])
def widening_peak(*, peak: "FLOP/s", units: "1", clock: "Hz", operations_per_cycle: "FLOP") -> "FLOP/s":
    """Return the peak of kernels that widen weights in registers: at most what older instructions give a unit.

    min(peak, units x clock x operations per cycle)
    """
    return minimum(peak, units * clock * operations_per_cycle)
