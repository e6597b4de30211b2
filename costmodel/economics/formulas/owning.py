"""What systems that one owns cost: their price, network, spares, resale; maintenance, energy, facility, operations."""

from costmodel.formula import formula
from costmodel.formula.ops import ceil, maximum

SHARE = (0.0, 1.0)
ROUNDING = 1e-9


@formula(increasing=["price", "servers"])
def purchase(*, price: "USD/server", servers: "server") -> "USD":
    """Return what a number of systems costs to buy."""
    return price * servers


@formula(increasing=["systems", "share_of_cluster_cost"], bounds={"share_of_cluster_cost": (0, 0.95)})
def network_price(*, systems: "USD", share_of_cluster_cost: "1") -> "USD":
    """Return the price of switches, cables and storage, given as share f of the cost of the whole cluster.

    systems x f / (1 - f)
    """
    return systems * share_of_cluster_cost / (1 - share_of_cluster_cost)


@formula(increasing=["systems", "failures", "repair_time"])
def spares_price(*, systems: "USD", failures: "1/year", repair_time: "day") -> "USD":
    """Return the price of the systems that stand in for those under repair: as many as are out of use on average."""
    return systems * failures * repair_time


@formula(increasing=["price", "share"])
def sale(*, price: "USD", share: "1") -> "USD":
    """Return what used systems sell for, at a share of their price."""
    return price * share


@formula(increasing=["price", "remaining"], bounds={"remaining": (0, 1e4), "life": (1e-3, 1e4)})
def facility_value(*, price: "USD", remaining: "month", life: "month") -> "USD":
    """Return what a facility is worth to what comes next in it, so that every month of its life costs the same.

    price x remaining / life, both as the worth of level payments over them
    """
    return price * remaining / life


@formula(increasing=["financing_factor"])
def income_tax_cost(*, capital: "USD", financing_factor: "1") -> "USD":
    """Return the income tax that the return on capital must also earn, net of what depreciation saves, in its worth."""
    return capital * (financing_factor - 1)


@formula(increasing=["value", "share_per_year"])
def property_tax(*, value: "USD", share_per_year: "1/year") -> "USD/month":
    """Return the monthly tax on property, as a share of its price per year."""
    return value * share_per_year


@formula(increasing=["rate", "power", "pue", "servers"])
def demand_charge(*, rate: "USD/kW/month", power: "W/server", pue: "1", servers: "server") -> "USD/month":
    """Return what the highest power at the meter costs each month, beside the energy."""
    return rate * power * pue * servers


@formula(increasing=["price", "servers", "share_per_year"])
def maintenance_cost(*, price: "USD/server", servers: "server", share_per_year: "1/year") -> "USD/month":
    """Return the monthly cost of repair, spares and support, as a share of the price per year."""
    return price * servers * share_per_year


@formula(increasing=["peak_power", "busy_power", "idle_power"], bounds={"busy_power": SHARE})
def busy_system_power(*, peak_power: "W/server", idle_power: "W/server", busy_power: "1") -> "W/server":
    """Return the power of a system at work: a share of its rating, and no less than it takes to idle."""
    return maximum(peak_power * busy_power, idle_power)


@formula(increasing=["power", "network_power"], bounds={"network_power": SHARE})
def power_with_network(*, power: "W/server", network_power: "1") -> "W/server":
    """Return the power of a system with its share of network and storage."""
    return power * (1 + network_power)


@formula(increasing=["accelerators", "per_year"])
def yearly_per_accelerator(
    *, servers: "server", accelerators: "accelerator/server", per_year: "USD/accelerator/year"
) -> "USD/month":
    """Return a monthly cost that is charged per accelerator and year, such as that of a licence."""
    return servers * accelerators * per_year


@formula(increasing=["idle_power", "peak_power"], bounds={"utilization": SHARE})
def mean_power(*, idle_power: "W/server", peak_power: "W/server", utilization: "1") -> "W/server":
    """Return the mean power of a system that works at one power for a share of the time and idles the rest."""
    return idle_power * (1 - utilization) + peak_power * utilization


@formula(increasing=["power", "servers", "pue", "electricity_price"])
def energy_cost(*, power: "W/server", servers: "server", pue: "1", electricity_price: "USD/kWh") -> "USD/month":
    """Return the monthly cost of energy at the meter."""
    return power * servers * pue * electricity_price


@formula(increasing=["facility_cost", "peak_power", "servers"])
def facility_price(*, facility_cost: "USD/W", peak_power: "W/server", servers: "server") -> "USD":
    """Return the price of a facility of one's own, built for the peak power."""
    return facility_cost * peak_power * servers


@formula(increasing=["rent", "peak_power", "servers"])
def power_based_cost(*, rent: "USD/kW/month", peak_power: "W/server", servers: "server") -> "USD/month":
    """Return a monthly cost that is charged per power: colocation, or staff and services."""
    return rent * peak_power * servers


@formula(increasing=["accelerators"], decreasing=["per_system"])
def systems_needed(*, accelerators: "accelerator", unit: "accelerator", per_system: "accelerator/server") -> "server":
    """Return the systems that hold so many accelerators, got in whole units: systems, or what is rented at least.

    ceil(accelerators / unit) x unit / per_system; a part of a unit below 10^-9 is rounding
    """
    return ceil(accelerators / unit - ROUNDING) * unit / per_system
