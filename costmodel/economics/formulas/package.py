"""From good dies to a tested package: memory, interposer, substrate, loss in assembly, test and a partner's margin."""

from costmodel.formula import formula

COUNT = (1e-9, 1e9)


@formula(increasing=["total"], decreasing=["count"], bounds={"count": COUNT})
def area_of_each(*, total: "mm^2", count: "1") -> "mm^2":
    """Return the area of one of several equal dies."""
    return total / count


@formula(increasing=["good_die_cost", "count"])
def dies_cost(*, good_die_cost: "USD", count: "1") -> "USD":
    """Return the cost of all equal dies of a package, each known to be good before it is mounted."""
    return good_die_cost * count


@formula(increasing=["capacity", "price"])
def memory_cost(*, capacity: "byte", price: "USD/GB") -> "USD":
    """Return the price of the memory on a package."""
    return capacity * price


@formula(increasing=["capacity"], decreasing=["stack_capacity"], bounds={"stack_capacity": (1e-6, 1e9)})
def stacks(*, capacity: "byte", stack_capacity: "GB") -> "1":
    """Return the memory stacks that hold a capacity, as an expectation where their size is a range."""
    return capacity / stack_capacity


@formula(increasing=["dies", "stacks", "stack_area", "area_scale"])
def interposer_area(*, dies: "mm^2", stacks: "1", stack_area: "mm^2", area_scale: "1") -> "mm^2":
    """Return the area of interposer that carries dies and memory stacks side by side.

    (dies + stacks x stack area) x scale
    """
    return (dies + stacks * stack_area) * area_scale


@formula(increasing=["area", "price"])
def substrate_cost(*, area: "mm^2", price: "USD/mm^2") -> "USD":
    """Return the price of substrate and final assembly below an interposer."""
    return area * price


@formula(increasing=["power", "price"])
def auxiliary_cost(*, power: "W", price: "USD/W") -> "USD":
    """Return the cost of test, lid and power delivery, which grows with the power of a package."""
    return power * price


@formula(
    increasing=["parts"], decreasing=["assembly_yield"], bounds={"assembly_yield": (1e-6, 1)}, source="chiplet-actuary"
)
def assembly_loss(*, parts: "USD", assembly_yield: "1") -> "USD":
    """Return what packages that work pay for those that do not: good dies and memory are lost with them.

    parts x (1 / yield - 1)
    """
    return parts * (1 / assembly_yield - 1)


@formula(increasing=["cost", "margin"], bounds={"margin": (0, 0.999)}, source="epoch-tpu-estimates")
def partner_margin_cost(*, cost: "USD", margin: "1") -> "USD":
    """Return what a partner adds who keeps a share of the price.

    cost x margin / (1 - margin)
    """
    return cost * margin / (1 - margin)


@formula(increasing=["package"])
def cost_per_accelerator(*, package: "USD", packages: "accelerator") -> "USD/accelerator":
    """Return the cost of a package as one of an accelerator."""
    return package / packages
