"""Goodput of a training run: the share of its time that makes progress, in spite of what interrupts and slows it."""

from costmodel.formula import formula
from costmodel.formula.ops import exp, expm1, maximum, minimum, sqrt
from costmodel.units import quantity

SHARE = (0.0, 1.0)
LOST = (0.0, 0.95)
SELDOM = quantity(1e-9, "1/hour")
"""Below this rate a run is taken as never interrupted."""

MOST = 300.0
"""Times in which an interruption is expected so often are not told apart: nothing comes of such a run."""


@formula(increasing=["per_accelerator", "accelerators", "taken"])
def interruptions_of_run(
    *, per_accelerator: "1/accelerator/year", accelerators: "accelerator", taken: "1/hour"
) -> "1/hour":
    """Return how often a run stops: whenever one accelerator, or what it needs, fails; or systems are taken away."""
    return per_accelerator * accelerators + taken


@formula(increasing=["interruptions", "systems"])
def systems_taken(*, interruptions: "1/hour", systems: "1") -> "1/hour":
    """Return how often a provider takes any of the systems of a run away, each at its own time."""
    return interruptions * systems


@formula(
    increasing=["parameters", "each"],
    decreasing=["bandwidth", "accelerators"],
    bounds={"parameters": (1, 1e18), "bandwidth": (1e-3, 1e18), "accelerators": (1, 1e12)},
)
def checkpoint_time(
    *, parameters: "1", each: "byte", bandwidth: "byte/second/accelerator", accelerators: "accelerator"
) -> "second":
    """Return the time in which all accelerators together write weights and the optimiser's state to storage."""
    return parameters * each / (bandwidth * accelerators)


@formula(
    increasing=["checkpoint_time"], decreasing=["interruptions"], source="daly-2006", bounds={"interruptions": (0, 1e9)}
)
def young_daly_interval(*, checkpoint_time: "second", interruptions: "1/hour") -> "second":
    """Return the time between checkpoints at which writing them costs as much as the work lost without.

    sqrt(2 x checkpoint time / interruptions), by Young and Daly

    Special case: runs that are interrupted less than once in 10^9 hours count as interrupted so often.
    """
    return sqrt(2 * checkpoint_time / maximum(interruptions, SELDOM))


@formula(
    decreasing=["restart_time", "interruptions", "checkpoint_time"],
    source="daly-2006",
    bounds={"interval": (1e-3, 1e12), "interruptions": (0, 1e9), "checkpoint_time": (0, 1e12)},
)
def share_after_interruptions(
    *, interval: "second", checkpoint_time: "second", restart_time: "second", interruptions: "1/hour"
) -> "1":
    """Return the share of time that makes progress, where interruptions come at random and lose what is not saved.

    interval x rate / (e^(rate x restart) x (e^(rate x (interval + checkpoint)) - 1)), Daly's complete model: an
    interruption may also come while a checkpoint is written or the run restarts. It lies in (0, 1].
    """
    rate = maximum(interruptions, SELDOM)
    again = minimum(rate * (interval + checkpoint_time), MOST)
    done = again * interval / (interval + checkpoint_time)
    return done / expm1(again) * exp(-minimum(rate * restart_time, MOST))


@formula(
    increasing=["after_interruptions"],
    decreasing=["stragglers", "evaluation", "warm_up"],
    bounds={"after_interruptions": SHARE, "evaluation": LOST, "warm_up": LOST, "stragglers": (0, 100)},
)
def computed_goodput(*, after_interruptions: "1", stragglers: "1", evaluation: "1", warm_up: "1") -> "1":
    """Return the share of a run's time that makes progress at the rate of its undisturbed steps.

    after interruptions x (1 - evaluation) x (1 - warm-up) / (1 + stragglers)
    """
    return after_interruptions * (1 - evaluation) * (1 - warm_up) / (1 + stragglers)


@formula(increasing=["interruptions", "duration"])
def interruptions_expected(*, interruptions: "1/hour", duration: "day") -> "1":
    """Return how often a run is interrupted from its beginning to its end."""
    return interruptions * duration


@formula(increasing=["duration", "accelerators"])
def accelerator_hours(*, duration: "day", accelerators: "accelerator") -> "accelerator*hour":
    """Return the hours of all accelerators of a run, whether they make progress or not."""
    return duration * accelerators


@formula(increasing=["goodput"], bounds={"goodput": SHARE})
def given_goodput(*, goodput: "1") -> "1":
    """Return the share of a run's time that makes progress as it was given, not computed."""
    return goodput


@formula(increasing=["utilization"], bounds={"utilization": (0.0, 100.0)})
def given_utilization(*, utilization: "1") -> "1":
    """Return the share of the peak that is used (MFU) as it was given, not predicted."""
    return utilization
