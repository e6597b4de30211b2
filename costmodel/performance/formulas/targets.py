"""Whether a layout can serve: its requests fit, and answers are fast enough. One says yes and zero says no."""

from costmodel.formula import formula
from costmodel.formula.ops import where
from costmodel.units import quantity

YES, NO = quantity(1.0), quantity(0.0)
NOWHERE = quantity(float("nan"))


@formula(increasing=["limit"], decreasing=["time"])
def keeps_time(*, time: "second", limit: "second") -> "1":
    """Return whether a latency keeps its limit."""
    return where(time <= limit, YES, NO)


@formula(increasing=["free"], decreasing=["held"])
def holds(*, held: "byte", free: "byte") -> "1":
    """Return whether the cache of one request fits beside the weights."""
    return where(held <= free, YES, NO)


@formula(increasing=["most"], decreasing=["count"])
def keeps_count(*, count: "1", most: "1") -> "1":
    """Return whether a number of requests or tokens is no larger than what fits or is allowed."""
    return where(count <= most, YES, NO)


@formula(bounds={"layouts": (1, 1e6)})
def within_targets(*, layouts: "1") -> "1":
    """Return one where at least one of the layouts tried meets the targets; elsewhere there is no answer.

    1 if layouts >= 1
    """
    return where(layouts < 1, NOWHERE, YES)
