"""What a die costs: the gross dies of a wafer, the share of them that works, and the price of those."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from costmodel.economics.formulas import silicon as f
from costmodel.errors import CostModelError, unknown
from costmodel.units import Quantity, quantity

SCRIBE = quantity(0.2, "mm")
EDGE_LOSS = quantity(5.0, "mm")
DIAMETER = quantity(300.0, "mm")
CLUSTERING = quantity(10.0)
"""As Chiplet-Actuary has them (DAC 2022, spec/parameter.ini): the lane between dies, the edge of a 300 mm wafer that
holds none, and how defects cluster."""

NEGATIVE_BINOMIAL = "negative-binomial"
Yield = Callable[[Quantity, Quantity], Quantity]
YIELDS: dict[str, Yield] = {
    NEGATIVE_BINOMIAL: lambda area, density: f.yield_negative_binomial(
        area=area, defect_density=density, clustering=CLUSTERING
    ),
    "poisson": lambda area, density: f.yield_poisson(area=area, defect_density=density),
    "murphy": lambda area, density: f.yield_murphy(area=area, defect_density=density),
    "seeds": lambda area, density: f.yield_seeds(area=area, defect_density=density),
}


@dataclass(frozen=True)
class Die:
    """One die and what it costs."""

    gross_dies: Quantity
    perfect: Quantity
    """Share of dies without a defect."""
    raw_cost: Quantity
    good_cost: Quantity


def die(
    area: Quantity,
    wafer_price: Quantity,
    defect_density: Quantity,
    *,
    yield_model: str = NEGATIVE_BINOMIAL,
    salvage: Quantity | None = None,
) -> Die:
    """Return what a die of an area costs on a 300 mm wafer.

    `salvage` is the share of defective dies that are sold all the same, with parts switched off.

    Raises
    ------
    UnknownName
        For a yield model that is none of `YIELDS`.

    >>> from costmodel.units import parse
    >>> found = die(parse("800 mm^2"), parse("16988 USD"), parse("0.11 /cm^2"))
    >>> print(f"{found.gross_dies.magnitude:.3f} {found.good_cost:.2f~P}")
    58.793 671.59 USD
    """
    if yield_model not in YIELDS:
        raise unknown("yield model", yield_model, YIELDS)
    pitch = f.area_with_scribe(area=area, scribe=SCRIBE)
    gross = f.gross_dies(pitch_area=pitch, diameter=DIAMETER, edge_loss=EDGE_LOSS)
    perfect = YIELDS[yield_model](area, defect_density)
    raw = f.raw_die_cost(wafer_price=wafer_price, gross_dies=gross)
    sold = perfect if salvage is None else f.sold_share(perfect=perfect, salvage=salvage)
    return Die(gross, perfect, raw, f.good_die_cost(raw_die_cost=raw, sold=sold))


def checked_area(area: Quantity, place: str = "") -> Quantity:
    """Return the area of a die, or say, after its place, that no scanner exposes it in one field."""
    if not 0 < area.to("mm^2").magnitude <= f.RETICLE.magnitude:
        msg = (
            f"{place}A die of {area:.6g~P} cannot be made: scanners expose fields of up to {f.RETICLE:~P}, so that a "
            "die has an area above 0 and up to that; split it into several dies of one package"
        )
        raise CostModelError(msg)
    return area
