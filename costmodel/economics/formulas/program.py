"""What an accelerator program of one's own costs beside its systems: what is paid once, when, and by whom."""

from costmodel.economics.formulas.finance import LOG_OF_TEN
from costmodel.economics.formulas.owning import SHARE
from costmodel.formula import formula
from costmodel.formula.normal import share_below
from costmodel.formula.ops import exp, log, maximum, minimum, where
from costmodel.units import quantity

ONE = quantity(1.0, "accelerator")
NO_SYSTEM, TINY = quantity(0.0, "server"), quantity(1e-9, "server")
NO_TIME = quantity(0.0, "month")
MONTH = quantity(1.0, "month")


@formula(increasing=["systems", "per_system"])
def accelerators_of_fleet(*, systems: "server", per_system: "accelerator/server") -> "accelerator":
    """Return the accelerators of a fleet: what a program makes that has no other user. At least one."""
    return maximum(systems * per_system, ONE)


@formula(increasing=["own", "others"])
def accelerators_made(*, own: "accelerator", others: "accelerator") -> "accelerator":
    """Return all accelerators of a program: those of the scenario, and those that others use."""
    return own + others


@formula(increasing=["own"], decreasing=["made"], source="chiplet-actuary")
def charged_share(*, own: "accelerator", made: "accelerator") -> "1":
    """Return the part of design and team that falls on some accelerators of all that are ever made."""
    return own / made


@formula(increasing=["systems"])
def part_of_fleet(*, systems: "server", whole: "server") -> "1":
    """Return the part of a fleet that some of its systems are; all of one that has none."""
    return where(whole > NO_SYSTEM, systems / maximum(whole, TINY), quantity(1.0))


@formula(increasing=["design_cost"], bounds={"reused_design": SHARE})
def design_of_generation(*, design_cost: "USD", reused_design: "1", derivatives: "1") -> "USD":
    """Return the part of a design that one generation pays, where later ones pay alike for the blocks they reuse.

    cost x (1 - reused x n / (n + 1))
    """
    return design_cost * (1 - reused_design * derivatives / (derivatives + 1))


@formula(increasing=["design_cost", "share"], decreasing=["months"], bounds={"months": (1, 1200)})
def design_rate(*, design_cost: "USD", share: "1", months: "month") -> "USD/month":
    """Return what a part of the design costs a month until tape-out."""
    return design_cost * share / months


@formula(increasing=["tape_outs", "cost"])
def tape_out_cost(*, tape_outs: "1", cost: "USD") -> "USD":
    """Return what all planned tape-outs cost: their masks, or bringing them up."""
    return tape_outs * cost


@formula(
    increasing=["respin_probability", "respin_share", "mask_set", "bring_up"], bounds={"respin_probability": SHARE}
)
def respin_cost(*, respin_probability: "1", respin_share: "1", mask_set: "USD", bring_up: "USD") -> "USD":
    """Return what re-spins cost on average: a share of a set of masks with its bring-up, as often as one is needed."""
    return respin_probability * respin_share * (mask_set + bring_up)


@formula(increasing=["probability"], bounds={"probability": SHARE, "outcome": (1e-300, 1e300)})
def happens(*, probability: "1", outcome: "1") -> "1":
    """Return one where something happens in a draw, and zero where not; its probability, where nothing is drawn.

    The outcome is e^z of a normal score z: it happens where z is above the quantile of 1 - probability.

    Special case: exactly one stands for no draw.
    """
    drawn = where(share_below(log(outcome)) < 1 - probability, quantity(0.0), quantity(1.0))
    return where(maximum(outcome - 1, 1 - outcome) > 0, drawn, probability)


@formula(increasing=["arrival", "software_time"], decreasing=["software_start"], bounds={"software_start": SHARE})
def time_served_meanwhile(*, arrival: "year", software_start: "1", software_time: "year") -> "year":
    """Return for how long other systems serve: until the chips arrive, and while their software falls short.

    arrival + (1 - start) x time / 2, as speed grows evenly from a share of a mature stack's to all of it
    """
    return arrival + (1 - software_start) * software_time / 2


@formula(bounds={"life": (1, 1200), "horizon": (0, 1200), "arrival": (0, 1200)})
def months_lived(*, life: "month", horizon: "month", arrival: "month") -> "month":
    """Return the months of their life that systems serve between their arrival and the horizon; at least one."""
    return maximum(minimum(life, horizon - arrival), MONTH)


@formula(bounds={"horizon": (0, 1200), "arrival": (0, 1200), "lived": (0, 1200)})
def months_after(*, horizon: "month", arrival: "month", lived: "month") -> "month":
    """Return the months between the end of the systems' life and the horizon."""
    return maximum(horizon - arrival - lived, NO_TIME)


@formula(decreasing=["arrival"], increasing=["horizon"], bounds={"arrival": (0, 1200), "horizon": (0, 1200)})
def arrives(*, arrival: "month", horizon: "month") -> "1":
    """Return one where systems arrive before the horizon, zero where they do not."""
    return where(arrival < horizon, quantity(1.0), quantity(0.0))


@formula(increasing=["months"], decreasing=["horizon"], bounds={"months": (0, 1200), "horizon": (1, 1200)})
def share_of_horizon(*, months: "month", horizon: "month") -> "1":
    """Return the share of a horizon that some months are, each counted alike: for what is physical, not money."""
    return months / horizon


@formula(increasing=["program_life"], decreasing=["age"])
def production_left(*, program_life: "year", age: "year") -> "year":
    """Return the years for which a program that has shipped for some time is still made."""
    return maximum(program_life - age, quantity(0.0, "year"))


@formula(increasing=["team_cost", "share"], bounds={"probability": SHARE})
def team_rate(*, team_cost: "USD/year", share: "1", probability: "1") -> "USD/month":
    """Return what a part of the team costs a month, as likely as it is kept."""
    return team_cost * share * probability


@formula(increasing=["level", "probability"], bounds={"probability": SHARE})
def served_instead(*, level: "USD/month", probability: "1") -> "USD/month":
    """Return what other systems cost a month where a program has none, as likely as that is."""
    return level * probability


@formula(increasing=["duration"], decreasing=["utilization"], bounds={"utilization": (1e-3, 1)})
def time_per_run(*, duration: "day", utilization: "1") -> "day":
    """Return the time of the systems that a training run takes, with what they wait between runs."""
    return duration / utilization


@formula(increasing=["fixed"], decreasing=["runs"])
def fixed_cost_per_run(*, fixed: "USD/month", runs: "1/year") -> "USD":
    """Return what each of the training runs pays that share a program."""
    return fixed / runs


@formula(increasing=["price"], decreasing=["decline"])
def price_by_trend(*, price: "USD/server", decline: "1/year", years: "year") -> "USD/server":
    """Return what as much performance costs some years later, by a trend in powers of ten a year.

    price x 10^(-decline x years)
    """
    return price * exp(-LOG_OF_TEN * decline * years)


@formula(increasing=["share", "per_system"])
def share_of_system(*, share: "USD/accelerator", per_system: "accelerator/server") -> "USD/server":
    """Return what a cost per accelerator adds to one system."""
    return share * per_system


@formula(increasing=["accelerators", "rest"])
def system_price(*, accelerators: "USD/server", rest: "USD/server") -> "USD/server":
    """Return what one system costs to make: its accelerators, and board, host, rack and cooling."""
    return accelerators + rest
