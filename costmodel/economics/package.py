"""What an accelerator costs to make, part by part: dies, memory, packaging, losses, test, a partner's margin."""

from __future__ import annotations

from costmodel.domain.hardware import Accelerator
from costmodel.domain.process import Materials, Process
from costmodel.economics.formulas import package as f
from costmodel.economics.formulas import silicon
from costmodel.economics.silicon import DIAMETER, EDGE_LOSS, SCRIBE, checked_area, die
from costmodel.formula import label
from costmodel.units import Quantity, add, quantity

ONE = quantity(1.0)
ACCELERATOR = quantity(1.0, "accelerator")
Parts = dict[str, Quantity]
"""Cost by part, in the order in which they are added."""


def parts(accelerator: Accelerator, materials: Materials, margin: Quantity | None = None) -> Parts:
    """Return what each part adds to the cost of one tested package; together they are its cost.

    Dies are split into wafer (each die's share of the wafer) and yield loss (what good dies pay for bad ones).

    Raises
    ------
    MissingData
        Where the accelerator's file gives no area of its dies.
    """
    memory, packaging = materials.memory, materials.packaging
    installed = accelerator.memory_capacity if accelerator.memory_installed is None else accelerator.memory_installed
    area = _interposer(accelerator, materials, installed)
    made = _dies(accelerator, materials) | {
        "memory": f.memory_cost(capacity=installed, price=memory.price),
        "interposer": _interposer_cost(area, packaging.wafer_price),
        "substrate": f.substrate_cost(area=area, price=packaging.substrate),
        "test": f.auxiliary_cost(power=accelerator.power * ACCELERATOR, price=packaging.auxiliary),
    }
    made["assembly_loss"] = f.assembly_loss(parts=add(made.values()), assembly_yield=packaging.assembly_yield)
    if margin is not None:
        made["partner_margin"] = f.partner_margin_cost(cost=add(made.values()), margin=margin)
    return {name: label(cost, name) for name, cost in made.items()}


def unit_cost(accelerator: Accelerator, materials: Materials, margin: Quantity | None = None) -> Quantity:
    """Return what one tested package costs, with a partner's margin where there is one."""
    total = add(parts(accelerator, materials, margin).values())
    return f.cost_per_accelerator(package=total, packages=ACCELERATOR)


def _dies(accelerator: Accelerator, materials: Materials) -> Parts:
    _check_reticle(accelerator, "die")
    _check_reticle(accelerator, "io_die")
    count = ONE if accelerator.die_count is None else accelerator.die_count
    wafer, good = _silicon(accelerator.need("die_area"), count, materials.process)
    if materials.io_process is not None:
        more = ONE if accelerator.io_die_count is None else accelerator.io_die_count
        io_wafer, io_good = _silicon(accelerator.need("io_die_area"), more, materials.io_process)
        wafer, good = wafer + io_wafer, good + io_good
    return {"wafer": wafer, "yield_loss": good - wafer}


def _check_reticle(accelerator: Accelerator, kind: str) -> None:
    """Refuse dies that no scanner exposes in one field, by what the facts say of them."""
    area, count = (accelerator.facts.get(f"{kind}_{name}") for name in ("area", "count"))
    if area is not None:
        each = area.value if count is None else area.value / count.value
        place = area.place if area.file.suffix else f"{area.file}"
        checked_area(each, f"{place}: {accelerator.id}.{kind}.area: ")


def _silicon(area: Quantity, count: Quantity, process: Process) -> tuple[Quantity, Quantity]:
    """Return the share of a wafer that equal dies take, and what they cost if only good ones count."""
    each = f.area_of_each(total=area, count=count)
    one = die(each, process.wafer_price, process.defect_density, salvage=process.salvage)
    return f.dies_cost(good_die_cost=one.raw_cost, count=count), f.dies_cost(good_die_cost=one.good_cost, count=count)


def _interposer(accelerator: Accelerator, materials: Materials, installed: Quantity) -> Quantity:
    memory = materials.memory
    stacks = accelerator.memory_stacks
    if stacks is None:
        stacks = f.stacks(capacity=installed, stack_capacity=memory.stack_capacity)
    dies = accelerator.need("die_area") if accelerator.die_footprint is None else accelerator.die_footprint
    scale = materials.packaging.area_scale
    return f.interposer_area(dies=dies, stacks=stacks, stack_area=memory.stack_area, area_scale=scale)


def _interposer_cost(area: Quantity, wafer_price: Quantity) -> Quantity:
    pitch = silicon.area_with_scribe(area=area, scribe=SCRIBE)
    gross = silicon.gross_dies(pitch_area=pitch, diameter=DIAMETER, edge_loss=EDGE_LOSS)
    return silicon.raw_die_cost(wafer_price=wafer_price, gross_dies=gross)
