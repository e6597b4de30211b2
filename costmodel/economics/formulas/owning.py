"""Monthly costs of systems that one owns: capital, network, maintenance, energy, facility, operations."""

from costmodel.formula import formula
from costmodel.formula.ops import ceil

SHARE = (0.0, 1.0)
ROUNDING = 1e-9


@formula(increasing=["price", "servers", "annuity"], decreasing=["residual_share"], bounds={"residual_share": SHARE})
def capital_cost(*, price: "USD/server", servers: "server", annuity: "1/year", residual_share: "1") -> "USD/month":
    """Return the monthly cost of capital: the price, less what is got back in today's money, as an annuity."""
    return price * servers * (1 - residual_share) * annuity


@formula(increasing=["capital", "share_of_cluster_cost"], bounds={"share_of_cluster_cost": (0, 0.95)})
def network_cost(*, capital: "USD/month", share_of_cluster_cost: "1") -> "USD/month":
    """Return the cost of switches, cables and storage, given as share f of the cost of the whole cluster.

    systems x f / (1 - f)
    """
    return capital * share_of_cluster_cost / (1 - share_of_cluster_cost)


@formula(increasing=["capital", "failures", "repair_time"])
def spares_cost(*, capital: "USD/month", failures: "1/year", repair_time: "day") -> "USD/month":
    """Return the cost of the systems that stand in for those under repair: as many as are out of use on average."""
    return capital * failures * repair_time


@formula(increasing=["financing_factor"])
def income_tax_cost(*, capital: "USD/month", financing_factor: "1") -> "USD/month":
    """Return the income tax that the yearly return on capital must also earn, net of what depreciation saves."""
    return capital * (financing_factor - 1)


@formula(increasing=["price", "servers", "share_per_year"])
def maintenance_cost(*, price: "USD/server", servers: "server", share_per_year: "1/year") -> "USD/month":
    """Return the monthly cost of repair, spares and support, as a share of the price per year."""
    return price * servers * share_per_year


@formula(increasing=["idle_power", "peak_power"], bounds={"utilization": SHARE})
def mean_power(*, idle_power: "W/server", peak_power: "W/server", utilization: "1") -> "W/server":
    """Return the mean power of a system that works a share of the time and idles the rest."""
    return idle_power * (1 - utilization) + peak_power * utilization


@formula(increasing=["power", "servers", "pue", "electricity_price"])
def energy_cost(*, power: "W/server", servers: "server", pue: "1", electricity_price: "USD/kWh") -> "USD/month":
    """Return the monthly cost of energy at the meter."""
    return power * servers * pue * electricity_price


@formula(increasing=["facility_cost", "peak_power", "servers", "annuity"])
def facility_cost_owned(
    *, facility_cost: "USD/W", peak_power: "W/server", servers: "server", annuity: "1/year"
) -> "USD/month":
    """Return the monthly cost of a facility of one's own, built for the peak power and repaid over its own life."""
    return facility_cost * peak_power * servers * annuity


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
