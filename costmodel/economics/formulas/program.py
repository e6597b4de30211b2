"""What an accelerator program of one's own adds to the price of a system."""

from costmodel.formula import formula
from costmodel.formula.ops import maximum
from costmodel.units import quantity

ONE = quantity(1.0, "accelerator")


@formula(increasing=["design_cost"], decreasing=["volume"], source="chiplet-actuary")
def design_share(*, design_cost: "USD", volume: "accelerator") -> "USD/accelerator":
    """Return the cost of the design on each accelerator that is ever made."""
    return design_cost / volume


@formula(increasing=["team_cost", "program_life"], decreasing=["volume"])
def team_share(*, team_cost: "USD/year", program_life: "year", volume: "accelerator") -> "USD/accelerator":
    """Return the cost of the program's team, over the years of production, on each accelerator."""
    return team_cost * program_life / volume


@formula(increasing=["systems", "per_system"])
def accelerators_of_fleet(*, systems: "server", per_system: "accelerator/server") -> "accelerator":
    """Return the accelerators of a fleet: what a program makes that has no other user. At least one."""
    return maximum(systems * per_system, ONE)


@formula(increasing=["share", "per_system"])
def share_of_system(*, share: "USD/accelerator", per_system: "accelerator/server") -> "USD/server":
    """Return what a cost per accelerator adds to one system."""
    return share * per_system


@formula(increasing=["accelerators", "rest"])
def system_price(*, accelerators: "USD/server", rest: "USD/server") -> "USD/server":
    """Return what one system costs to make: its accelerators, and board, host, rack and cooling."""
    return accelerators + rest
