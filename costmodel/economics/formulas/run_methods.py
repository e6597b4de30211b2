"""What a training run costs by each way in which the field counts: cloud price, spot, amortised, acquisition."""

from costmodel.formula import formula
from costmodel.formula.ops import log
from costmodel.units import quantity

TEN = quantity(10.0)
SHARE = (1e-300, 1.0)


@formula(increasing=["hours", "price"])
def run_at_cloud_price(*, hours: "accelerator*hour", price: "USD/accelerator/hour") -> "USD":
    """Return the rent of all hours of a run, and of none beside them."""
    return hours * price


@formula(increasing=["price", "share"], bounds={"share": (0.0, 1.0)})
def spot_price(*, price: "USD/accelerator/hour", share: "1") -> "USD/accelerator/hour":
    """Return the price of hours that may be taken away at any time, as a share of that on demand."""
    return price * share


@formula(
    increasing=["hours", "goodput"],
    decreasing=["goodput_on_spot"],
    bounds={"goodput": SHARE, "goodput_on_spot": SHARE},
)
def hours_on_spot(*, hours: "accelerator*hour", goodput: "1", goodput_on_spot: "1") -> "accelerator*hour":
    """Return the hours of a run that is interrupted more often: as many make progress, so that more are lost."""
    return hours * goodput / goodput_on_spot


@formula(increasing=["acquisition", "decline", "duration"], source="epoch-training-cost-code")
def amortised_hardware(*, acquisition: "USD", decline: "1/year", duration: "day") -> "USD":
    """Return the worth that hardware loses during a run, as its price for performance falls by powers of ten.

    acquisition x decline x ln 10 x duration: the rate at the start of the run
    """
    return acquisition * decline * log(TEN) * duration


@formula(increasing=["energy", "duration"])
def energy_of_run(*, energy: "USD/month", duration: "day") -> "USD":
    """Return what the energy of a run costs."""
    return energy * duration


@formula(increasing=["hardware", "energy"], source="epoch-training-cost-code")
def amortised_run(*, hardware: "USD", energy: "USD") -> "USD":
    """Return the amortised cost of a run: hardware and energy; no building, staff or hours between runs."""
    return hardware + energy


@formula(increasing=["systems", "network"], source="epoch-training-cost-code")
def acquisition_of_cluster(*, systems: "USD", network: "USD") -> "USD":
    """Return what the cluster of a run costs to buy: servers and the network between them."""
    return systems + network


@formula(increasing=["cost"], bounds={"failed_share": (0, 0.95)})
def cost_with_failed_runs(*, cost: "USD", failed_share: "1") -> "USD":
    """Return what a run costs with all runs and trials that came to nothing: cost / (1 - failed share)."""
    return cost / (1 - failed_share)


@formula(increasing=["cost", "time"], decreasing=["duration"])
def cost_of_part(*, cost: "USD", time: "day", duration: "day") -> "USD":
    """Return the part of a run's cost that falls on one kind of its work, by time."""
    return cost * time / duration


@formula(increasing=["amount", "duration"], bounds={"failed_share": (0, 0.95)})
def cost_over_run(*, amount: "USD/month", duration: "day", failed_share: "1") -> "USD":
    """Return what is paid by time (staff, data) while a run lasts, and those before it that came to nothing."""
    return amount * duration / (1 - failed_share)
