"""Power and energy of serving, from how much of the machine is in use."""

from costmodel.formula import formula
from costmodel.formula.ops import minimum

SHARE = (0.0, 1.0)


@formula(increasing=["work"], decreasing=["time"])
def used_share(*, work: "second", time: "second") -> "1":
    """Return the utilisation of a part of the machine: time that its work takes at its peak, over time that passes."""
    return minimum(work / time, 1)


@formula(
    increasing=["power", "idle", "memory", "compute", "memory_share", "compute_share"],
    bounds={"idle": SHARE, "memory_share": SHARE, "compute_share": SHARE},
)
def power_draw(
    *,
    power: "watt/accelerator",
    idle: "1",
    memory: "1",
    compute: "1",
    memory_share: "1",
    compute_share: "1",
) -> "watt/accelerator":
    """Return the power that an accelerator draws: idle, plus memory and compute by use, at most its design power.

    power x min(1, idle + memory x memory_share + compute x compute_share)
    """
    return power * minimum(idle + memory * memory_share + compute * compute_share, 1)


@formula(increasing=["power"], decreasing=["output_rate"])
def energy_per_token(*, power: "watt/accelerator", output_rate: "token/second/accelerator") -> "joule/token":
    """Return the energy of one output token, prompts included."""
    return power / output_rate
