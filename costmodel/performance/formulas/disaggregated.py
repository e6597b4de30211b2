"""Disaggregated serving: balance of accelerators that read prompts and those that write."""

from costmodel.formula import formula
from costmodel.formula.ops import maximum
from costmodel.units import quantity

TOKEN = quantity(1.0, "token")
ACCELERATOR = quantity(1.0, "accelerator")
BELOW_FULL = (0.0, 0.99)
SOME_LOAD = (0.05, 0.99)
SPREAD = (0.0, 10.0)


@formula(increasing=["cache"], decreasing=["bandwidth"])
def cache_transfer_time(*, cache: "byte", bandwidth: "byte/s") -> "second":
    """Return the time in which the cache of a prompt moves from where it was read to where it is written from."""
    return cache / bandwidth


@formula(increasing=["prompt_time", "transfer"], decreasing=["groups"])
def reading_interval(*, prompt_time: "second", groups: "1", transfer: "second") -> "second":
    """Return the time after which a reading replica takes the next prompt.

    Pipeline stages and copies of attention work on prompts side by side; the links are busy while a cache moves.

    max(prompt_time / groups, transfer)
    """
    return maximum(prompt_time / groups, transfer)


@formula(
    increasing=["interval", "load", "arrival_spread", "spread"],
    bounds={"load": BELOW_FULL, "arrival_spread": SPREAD, "spread": SPREAD},
    source="allen-cunneen",
)
def reading_queue(*, interval: "second", load: "1", arrival_spread: "1", spread: "1") -> "second":
    """Return the mean wait of a prompt behind others; where only arrivals differ, at random, that of fixed service.

    interval x load / (1 - load) x (arrival_spread^2 + spread^2) / 2
    """
    return interval * load / (1 - load) * (arrival_spread**2 + spread**2) / 2


@formula(increasing=["prompt_time", "transfer"])
def reading_and_moving(*, prompt_time: "second", transfer: "second") -> "second":
    """Return the time of reading a prompt and of the move of its cache to where the answer is written."""
    return prompt_time + transfer


@formula(increasing=["batch", "interval"], decreasing=["output", "per_token", "load"], bounds={"load": SOME_LOAD})
def readers_per_writer(*, batch: "1", output: "1", per_token: "second", interval: "second", load: "1") -> "1":
    """Return the reading replicas that keep one writing replica busy: prompts it needs over those a reader makes."""
    return batch / (output * per_token) * interval / load


@formula(increasing=["batch", "interval"], decreasing=["output", "per_token", "readers"])
def reading_load(*, batch: "1", output: "1", per_token: "second", interval: "second", readers: "1") -> "1":
    """Return the share of time in which reading replicas are busy: prompts that a writer needs over those read for it.

    batch / (output x per_token) x interval / readers
    """
    return batch / (output * per_token) * interval / readers


@formula(increasing=["batch"], decreasing=["per_token", "writers", "readers", "reader"])
def output_rate_of_all(
    *, batch: "1", per_token: "second", writers: "1", readers: "1", reader: "1"
) -> "token/second/accelerator":
    """Return output tokens per second and accelerator, over writing accelerators and those that read for them."""
    return TOKEN * batch / per_token / ((writers + readers * reader) * ACCELERATOR)
