"""Energy, greenhouse gas and water beside money."""

from costmodel.formula import formula


@formula(increasing=["power", "servers", "pue"])
def energy_use(*, power: "W/server", servers: "server", pue: "1") -> "kWh/month":
    """Return the energy at the meter."""
    return power * servers * pue


@formula(increasing=["energy", "carbon_intensity"])
def grid_carbon(*, energy: "kWh/month", carbon_intensity: "gram/kWh") -> "kilogram/month":
    """Return the greenhouse gas of the energy, as CO2 equivalent by the mix of the site's grid."""
    return energy * carbon_intensity


@formula(increasing=["embodied_carbon", "servers"], decreasing=["lifetime"])
def embodied_carbon_share(*, embodied_carbon: "gram/server", servers: "server", lifetime: "year") -> "kilogram/month":
    """Return the greenhouse gas of making the systems, spread evenly over their life."""
    return embodied_carbon * servers / lifetime


@formula(increasing=["power", "servers", "water_intensity"])
def water_use(*, power: "W/server", servers: "server", water_intensity: "litre/kWh") -> "litre/month":
    """Return the water that cooling takes, given per energy of the systems (not of the meter)."""
    return power * servers * water_intensity


@formula(increasing=["energy"], decreasing=["queries"])
def energy_per_query(*, energy: "kWh/month", queries: "query/second") -> "Wh/query":
    """Return the energy of one query, with its share of idle hours and of cooling."""
    return energy / queries


@formula(increasing=["carbon"], decreasing=["queries"])
def carbon_per_query(*, carbon: "kilogram/month", queries: "query/second") -> "gram/query":
    """Return the greenhouse gas of one query."""
    return carbon / queries


@formula(increasing=["water"], decreasing=["queries"])
def water_per_query(*, water: "litre/month", queries: "query/second") -> "milliliter/query":
    """Return the water of one query."""
    return water / queries


@formula(increasing=["energy_per_query", "queries_per_user"])
def energy_per_user_month(*, energy_per_query: "Wh/query", queries_per_user: "query/user/day") -> "kWh/user/month":
    """Return the energy of one user in a month."""
    return energy_per_query * queries_per_user


@formula(increasing=["carbon_per_query", "queries_per_user"])
def carbon_per_user_month(
    *, carbon_per_query: "gram/query", queries_per_user: "query/user/day"
) -> "kilogram/user/month":
    """Return the greenhouse gas of one user in a month."""
    return carbon_per_query * queries_per_user


@formula(increasing=["water_per_query", "queries_per_user"])
def water_per_user_month(
    *, water_per_query: "milliliter/query", queries_per_user: "query/user/day"
) -> "litre/user/month":
    """Return the water of one user in a month."""
    return water_per_query * queries_per_user
