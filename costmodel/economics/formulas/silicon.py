"""From a wafer to a good die: how many stand on it, how many of them work, and what each costs."""

from costmodel.economics.formulas.finance import SHARE
from costmodel.formula import formula
from costmodel.formula.ops import exp, expm1, maximum, power, sqrt
from costmodel.units import quantity

AREA = (1e-2, 1e6)
RETICLE = quantity(858.0, "mm^2")
"""The largest field that a scanner exposes: 26 mm x 33 mm; a larger die is several fields stitched, or several dies."""

DENSITY = (0.0, 1e3)
NO_DEFECTS = 1e-12
"""Expected defects below which a die is taken for sure: keeps a quotient from being 0 / 0."""

PI = 3.141592653589793


@formula(increasing=["area", "scribe"], bounds={"area": AREA, "scribe": (0, 10)}, source="chiplet-actuary")
def area_with_scribe(*, area: "mm^2", scribe: "mm") -> "mm^2":
    """Return the area of wafer that a square die takes with the lane in which it is sawn.

    (sqrt(area) + scribe)^2
    """
    side = sqrt(area) + scribe
    return side * side


@formula(
    increasing=["diameter"],
    decreasing=["pitch_area", "edge_loss"],
    bounds={"pitch_area": (1e-2, 3e3), "diameter": (150, 1e3), "edge_loss": (0, 10)},
    source="chiplet-actuary",
)
def gross_dies(*, pitch_area: "mm^2", diameter: "mm", edge_loss: "mm") -> "1":
    """Return the whole dies on a wafer, as an expectation: those of its usable area less those cut by its edge.

    pi (d/2 - e)^2 / A - pi (d - 2e) / sqrt(2A)
    """
    usable = diameter / 2 - edge_loss
    return PI * usable * usable / pitch_area - PI * 2 * usable / sqrt(2 * pitch_area)


@formula(
    decreasing=["area", "defect_density"],
    bounds={"area": AREA, "defect_density": DENSITY, "clustering": (0.1, 1e3)},
    source="chiplet-actuary",
)
def yield_negative_binomial(*, area: "mm^2", defect_density: "1/cm^2", clustering: "1") -> "1":
    """Return the share of dies without a defect where defects come in clusters: fewer dies are hit, each more often.

    (1 + A D / c)^-c
    """
    return power(1 + area * defect_density / clustering, -clustering)


@formula(decreasing=["area", "defect_density"], bounds={"area": AREA, "defect_density": (0, 50)})
def yield_poisson(*, area: "mm^2", defect_density: "1/cm^2") -> "1":
    """Return the share of dies without a defect where defects fall independently of each other.

    exp(-A D)
    """
    return exp(-area * defect_density)


@formula(decreasing=["area", "defect_density"], bounds={"area": AREA, "defect_density": DENSITY})
def yield_murphy(*, area: "mm^2", defect_density: "1/cm^2") -> "1":
    """Return the share of dies without a defect where the density differs over the wafer as a triangle.

    ((1 - exp(-A D)) / (A D))^2
    """
    expected = maximum((area * defect_density).to(""), NO_DEFECTS)
    share = -expm1(-expected) / expected
    return share * share


@formula(decreasing=["area", "defect_density"], bounds={"area": AREA, "defect_density": DENSITY})
def yield_seeds(*, area: "mm^2", defect_density: "1/cm^2") -> "1":
    """Return the share of dies without a defect where the density differs over wafers exponentially.

    1 / (1 + A D)
    """
    return 1 / (1 + area * defect_density)


@formula(increasing=["perfect", "salvage"], bounds={"perfect": SHARE, "salvage": SHARE})
def sold_share(*, perfect: "1", salvage: "1") -> "1":
    """Return the share of dies that are sold: those without a defect, and those of the others that work with parts off.

    perfect + salvage x (1 - perfect)
    """
    return perfect + salvage * (1 - perfect)


@formula(
    increasing=["wafer_price"], decreasing=["gross_dies"], bounds={"gross_dies": (1e-6, 1e9)}, source="chiplet-actuary"
)
def raw_die_cost(*, wafer_price: "USD", gross_dies: "1") -> "USD":
    """Return the wafer's price per die on it, whether it works or not."""
    return wafer_price / gross_dies


@formula(increasing=["raw_die_cost"], decreasing=["sold"], bounds={"sold": (1e-9, 1)}, source="chiplet-actuary")
def good_die_cost(*, raw_die_cost: "USD", sold: "1") -> "USD":
    """Return the cost of a die that works: those that do pay for those that do not."""
    return raw_die_cost / sold
