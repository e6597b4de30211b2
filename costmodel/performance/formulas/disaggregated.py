"""Disaggregated serving: balance of accelerators that read prompts and those that write."""

from costmodel.formula import formula
from costmodel.units import quantity

TOKEN = quantity(1.0, "token")
ACCELERATOR = quantity(1.0, "accelerator")
BELOW_FULL = (0.0, 0.99)
SOME_LOAD = (0.05, 0.99)


@formula(increasing=["cache"], decreasing=["bandwidth"])
def cache_transfer_time(*, cache: "byte", bandwidth: "byte/s") -> "second":
    """Return the time in which the cache of a prompt moves from where it was read to where it is written from."""
    return cache / bandwidth


@formula(
    increasing=["prompt_time", "load", "transfer", "per_token", "request_overhead"],
    bounds={"load": BELOW_FULL},
    source="pollaczek-khinchine",
)
def first_token_time(
    *, prompt_time: "second", load: "1", transfer: "second", per_token: "second", request_overhead: "second"
) -> "second":
    """Return the time to first token: overhead, a queue with random arrivals, the prompt, the move, and one step.

    overhead + prompt_time x (1 + load / (2 (1 - load))) + transfer + per_token
    """
    queue = load / (2 * (1 - load))
    return request_overhead + prompt_time * (1 + queue) + transfer + per_token


@formula(increasing=["batch", "prompt_time"], decreasing=["output", "per_token", "load"], bounds={"load": SOME_LOAD})
def readers_per_writer(*, batch: "1", output: "1", per_token: "second", prompt_time: "second", load: "1") -> "1":
    """Return the reading replicas that keep one writing replica busy: prompts it needs over those a reader makes."""
    return batch / (output * per_token) * prompt_time / load


@formula(increasing=["batch"], decreasing=["per_token", "writers", "readers", "reader"])
def output_rate_of_all(
    *, batch: "1", per_token: "second", writers: "1", readers: "1", reader: "1"
) -> "token/second/accelerator":
    """Return output tokens per second and accelerator, over writing accelerators and those that read for them."""
    return TOKEN * batch / per_token / ((writers + readers * reader) * ACCELERATOR)
