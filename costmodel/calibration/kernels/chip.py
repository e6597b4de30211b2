"""What kernels take from the spec sheet of an accelerator, with assumptions where it is silent."""

from __future__ import annotations

from dataclasses import dataclass

from costmodel.calibration.kernels.constants import KernelTable
from costmodel.calibration.kernels.formulas import chip as f
from costmodel.calibration.kernels.number_formats import NumberFormat
from costmodel.domain.hardware import Accelerator
from costmodel.performance.machine.number_types import compute_type, multiplied_type
from costmodel.units import Quantity, quantity


@dataclass(frozen=True)
class Chip:
    """The spec sheet as kernels see it; every field may be an array or a traced value."""

    sustained_peak: Quantity
    """Dense peak of the number type that is multiplied, times the share that the chip holds."""
    bandwidth: Quantity
    cache_capacity: Quantity
    units: Quantity
    clock: Quantity
    link_bandwidth: Quantity
    """Scale-up bandwidth in one direction."""
    dies: Quantity
    """Compute dies in the package."""


def chip_of(accelerator: Accelerator, form: NumberFormat, table: KernelTable) -> Chip:
    """Return the spec sheet for kernels that multiply in a number format.

    What the file of the accelerator does not say comes from the assumptions of the table: a clock, the operations of
    a unit per cycle, the last-level cache per memory bandwidth, the share of the peak held, and a PCI Express link.
    """
    assumed = table.assumptions
    clock = assumed["clock"] if accelerator.clock is None else accelerator.clock
    units = _units(accelerator, clock, table)
    share = assumed["sustained_share"] if accelerator.sustained_share is None else accelerator.sustained_share
    return Chip(
        sustained_peak=f.sustained_peak(
            peak=_peak(accelerator, form, units, clock, table), gain=_clock_gain(accelerator, table), share=share
        ),
        bandwidth=accelerator.memory_bandwidth,
        cache_capacity=_cache(accelerator, table),
        units=units,
        clock=clock,
        link_bandwidth=accelerator.link_bandwidth if accelerator.has_links else assumed["link_bandwidth"],
        dies=assumed["dies"] if accelerator.die_count is None else accelerator.die_count,
    )


def _peak(
    accelerator: Accelerator, form: NumberFormat, units: Quantity, clock: Quantity, table: KernelTable
) -> Quantity:
    peak = accelerator.peak[multiplied_type(accelerator, form.multiplied)]
    if not form.widened:
        return peak
    older = table.assumptions["widening_operations"]
    return f.widening_peak(peak=peak, units=units, clock=clock, operations_per_cycle=older)


def _clock_gain(accelerator: Accelerator, table: KernelTable) -> Quantity:
    """Return 1 where the file does not say how many units it has or how fast they run."""
    if accelerator.clock is None or accelerator.compute_units is None:
        return quantity(1.0)
    return f.clock_gain(
        peak=accelerator.peak[compute_type(accelerator, "bf16")],
        units=accelerator.compute_units,
        clock=accelerator.clock,
        most=table.assumptions["clock_gain"],
    )


def _units(accelerator: Accelerator, clock: Quantity, table: KernelTable) -> Quantity:
    if accelerator.compute_units is not None:
        return accelerator.compute_units
    return f.assumed_units(
        peak=accelerator.peak[compute_type(accelerator, "bf16")],
        clock=clock,
        operations_per_cycle=table.assumptions["operations_per_cycle"],
    )


def _cache(accelerator: Accelerator, table: KernelTable) -> Quantity:
    if accelerator.on_chip_capacity is not None:
        return accelerator.on_chip_capacity
    return f.assumed_cache(bandwidth=accelerator.memory_bandwidth, cache_time=table.assumptions["cache_time"])
