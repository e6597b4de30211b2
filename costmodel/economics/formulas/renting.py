"""Monthly cost of rented hours."""

from costmodel.formula import formula


@formula(increasing=["price", "per_system", "servers"])
def rent_cost(*, price: "USD/accelerator/hour", per_system: "accelerator/server", servers: "server") -> "USD/month":
    """Return the rent of systems that are held around the clock."""
    return price * per_system * servers
