"""Batches without arrivals: everything queued at once, or a batch that starts and ends together."""

from costmodel.formula import formula
from costmodel.formula.ops import maximum, minimum, power
from costmodel.units import quantity

TOKEN = quantity(1.0, "token")
AT_LEAST_ONE = (1.0, 1e9)
LEAST_MARGIN = 0.05
STEEPNESS = 4.0
"""How fast the rate falls beyond a limit per token; no more than a slope by which the best batch stays near it."""


@formula(
    increasing=["prompt", "carrying", "side"],
    bounds={"burst": AT_LEAST_ONE, "side": AT_LEAST_ONE, "stages": AT_LEAST_ONE},
    source="megatron-pipeline-bubble",
)
def batch_prompt_time(
    *, batch: "1", prompt: "1", burst: "1", carrying: "second", side: "1", stages: "1", step_overhead: "second"
) -> "second":
    """Return the time of all prompts of a batch, in as many steps as they need, until the last stage is done.

    (steps x side + stages - 1) / stages x carrying + step_overhead, with `side` micro-batches side by side in stages
    """
    steps = maximum(batch * prompt / burst, 1)
    return (steps * side + stages - 1) / stages * carrying + step_overhead


@formula(increasing=["step", "host", "output"])
def batch_writing_time(*, step: "second", host: "second", output: "1") -> "second":
    """Return the time in which a batch writes all tokens after the first."""
    return (step + host) * maximum(output - 1, 0)


@formula(increasing=["prompt", "chunk"], bounds={"prompt": AT_LEAST_ONE, "chunk": AT_LEAST_ONE})
def batch_burst(*, batch: "1", prompt: "1", chunk: "1") -> "1":
    """Return the prompt tokens of a step when the prompts of a batch come together; at least one."""
    return maximum(minimum(chunk, batch * prompt), 1)


@formula(increasing=["batch"], decreasing=["per_token"])
def saturated_rate(*, batch: "1", per_token: "second", accelerators: "accelerator") -> "token/second/accelerator":
    """Return output tokens per second and accelerator with a prompt always waiting."""
    return TOKEN * batch / per_token / accelerators


@formula(increasing=["limit", "most"], decreasing=["prompt_time", "tail"], bounds={"most": (0, 1)})
def load_under_limit(*, limit: "second", prompt_time: "second", tail: "1", most: "1") -> "1":
    """Return the share of the highest rate at which the slowest prompts still meet a limit; little where none does.

    min(x / (1 + x), most), with x = (limit / prompt_time - 1) / tail, at least 0.05: what was submitted met its limit
    """
    margin = maximum((limit / prompt_time - 1) / tail, LEAST_MARGIN)
    return minimum(margin / (1 + margin), most)


@formula(increasing=["rate", "share", "limit"], decreasing=["per_token"])
def rate_under_limit(
    *, rate: "token/second/accelerator", share: "1", per_token: "second", limit: "second"
) -> "token/second/accelerator":
    """Return the rate under a load, which falls steeply where the time per token is above its limit.

    rate x share x min(limit / per_token, 1) ^ 4: what was submitted met its limit, if by less than was predicted
    """
    return rate * share * power(minimum(limit / per_token, 1), STEEPNESS)


@formula(increasing=["gain", "newer"], bounds={"yearly": (1, 10), "newer": (-10, 10)})
def submission_gain(*, gain: "1", yearly: "1", newer: "1") -> "1":
    """Return the rate of a submission over that of a vendor's published run: it grows by `yearly` a year.

    gain x yearly ^ newer
    """
    return gain * power(yearly, newer)
