"""How much of a training run's time makes progress: given, or computed from what interrupts and slows it."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real

from costmodel.domain.workload import TrainingRun
from costmodel.errors import Infeasible
from costmodel.performance.formulas import goodput as f
from costmodel.performance.machine import shape
from costmodel.performance.machine.setup import Setup
from costmodel.units import Quantity, magnitude, quantity

NONE = quantity(0.0)
NEVER = quantity(0.0, "1/hour")


LEAST = 0.002
"""Below this share of its time nothing comes of a run."""


@dataclass(frozen=True)
class Goodput:
    """The share of time that makes progress, and what it was computed from; a given one has only itself."""

    share: Quantity
    interruptions: Quantity | None = None
    """Of the whole run, per time."""
    checkpoint_time: Quantity | None = None
    checkpoint_interval: Quantity | None = None


def goodput_of(setup: Setup, workload: TrainingRun, taken: Quantity = NEVER) -> Goodput:
    """Return the goodput of a run whose systems a provider takes away so often.

    A given one replaces what failures leave; what is taken away comes on top.
    """
    if workload.goodput is not None and taken is NEVER:
        return Goodput(f.given_goodput(goodput=workload.goodput))
    rate = taken
    if workload.goodput is None:
        each = workload.need("interruptions")
        rate = f.interruptions_of_run(per_accelerator=each, accelerators=workload.accelerators, taken=taken)
    written = f.checkpoint_time(
        parameters=shape.parameters(setup.model),
        each=setup.constants["training_weight_bytes"] + setup.constants["training_optimizer_bytes"],
        bandwidth=workload.need("storage_bandwidth"),
        accelerators=workload.accelerators,
    )
    interval = workload.checkpoint_interval
    if interval is None:
        interval = f.young_daly_interval(checkpoint_time=written, interruptions=rate)
    after = f.share_after_interruptions(
        interval=interval, checkpoint_time=written, restart_time=workload.need("restart_time"), interruptions=rate
    )
    _check(after, rate, workload)
    if workload.goodput is not None:
        share = f.computed_goodput(
            after_interruptions=after * workload.goodput, stragglers=NONE, evaluation=NONE, warm_up=NONE
        )
        return Goodput(share, rate, written, interval)
    slowed = {name: workload.need(name) for name in ("stragglers", "evaluation", "warm_up")}
    return Goodput(f.computed_goodput(after_interruptions=after, **slowed), rate, written, interval)


def _check(share: Quantity, rate: Quantity, workload: TrainingRun) -> None:
    """Refuse a run that is interrupted before it gets anywhere; traced ones are checked when they are evaluated."""
    if isinstance(share.magnitude, Real) and share.magnitude < LEAST:
        apart = 3600 / float(magnitude(rate, "1/hour"))
        restart = float(magnitude(workload.need("restart_time"), "minute"))
        msg = (
            f"a run on {workload.accelerators:,g~P} makes no progress: interrupted every {apart:.3g} s on average, "
            f"it restarts in {restart:.3g} min and loses what no checkpoint holds: use fewer accelerators, a lower "
            "training.interruptions, a shorter training.restart_time or training.checkpoint_interval"
        )
        raise Infeasible(msg)
