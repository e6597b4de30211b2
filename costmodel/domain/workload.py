"""What is computed, for whom and laid out how: demand, query, plan, training run, capacity, deployment."""

from __future__ import annotations

from dataclasses import dataclass

from costmodel.domain.hardware import Accelerator
from costmodel.domain.noun import Noun
from costmodel.domain.plans import Accounts, FurtherCost, Investment, Load, Plan
from costmodel.domain.usage import Usage
from costmodel.specs.tables.training import PRETRAINING, REINFORCEMENT
from costmodel.units import Quantity


@dataclass(frozen=True, kw_only=True)
class Asked(Noun):
    """What the scenario's own file says: its leaves go by their keys there, such as `demand.users`."""

    @property
    def root(self) -> str:
        """Nothing."""
        return ""


@dataclass(frozen=True, kw_only=True)
class TrainingRun(Asked):
    """One training run of a model."""

    kind: str = PRETRAINING
    tokens: Quantity
    """Of the data, each counted once."""
    batch: Quantity
    sequence_length: Quantity
    accelerators: Quantity
    epochs: Quantity | None = None
    """How often steps go through the tokens; once, if not said."""
    trained_share: Quantity | None = None
    """Share of the weights that is trained; all of them, if not said."""
    rollout_prompt_tokens: Quantity | None = None
    """Reinforcement learning: of what the model answers to learn from it; `rollout_output_tokens`: of its answers."""
    rollout_output_tokens: Quantity | None = None
    rollouts_per_sequence: Quantity | None = None
    """Answers that are written for each sequence that is trained on."""
    scoring_passes: Quantity | None = None
    """Forward passes of other models over each answer, in those of the trained one: reference, reward, critic."""
    rollout_waiting: Quantity | None = None
    """Share of the time of rollouts in which accelerators wait for the longest."""
    goodput: Quantity | None = None
    """Share of the time that makes progress, where it is given instead of computed from what follows."""
    interruptions: Quantity | None = None
    """How often one accelerator, or what it needs, stops the run."""
    storage_bandwidth: Quantity | None = None
    """Of checkpoints, for each accelerator."""
    checkpoint_interval: Quantity | None = None
    """Time between checkpoints, where it is not that of Young and Daly."""
    restart_time: Quantity | None = None
    stragglers: Quantity | None = None
    """Share by which the slowest accelerators lengthen steps."""
    evaluation: Quantity | None = None
    """Share of the time in which the model is evaluated; `warm_up`: that a run loses before it is up to speed."""
    warm_up: Quantity | None = None
    spot_price_share: Quantity | None = None
    """Price of hours that may be taken away over that on demand; `spot_interruptions`: how often, for each system."""
    spot_interruptions: Quantity | None = None
    utilization: Quantity | None = None
    """Share of the peak that is used (MFU), where it is given instead of predicted."""
    runs_per_year: Quantity | None = None
    """Of a model that is served: how often it is trained again."""
    failed_share: Quantity | None = None
    reported_cost: Quantity | None = None
    """What the run is said to have cost: no input, but what the answer is compared with."""
    further_costs: tuple[FurtherCost, ...] = ()
    """Of a run of its own: staff, data and the like over its time."""

    @property
    def rolls_out(self) -> bool:
        """Whether the model learns from answers that it writes meanwhile."""
        return self.kind == REINFORCEMENT


@dataclass(frozen=True, kw_only=True)
class Serving(Asked):
    """Answering queries: those of users, or so many a second."""

    users: Quantity | None = None
    queries_per_user: Quantity | None = None
    rate: Quantity | None = None
    """Queries per second on average, where nothing is said of users."""
    peak_to_mean: Quantity | None = None
    """None where it follows from how the load swings."""
    prompt_tokens: Quantity
    output_tokens: Quantity
    prompt_spread: Quantity | None = None
    """Standard deviation of the tokens of prompts over their mean; `output_spread` likewise."""
    output_spread: Quantity | None = None
    arrival_spread: Quantity | None = None
    """Likewise of the time between arrivals, where requests come at random."""
    cached_share: Quantity | None = None
    """Share of the tokens read that were read before and are still in a cache."""
    ramp: Quantity | None = None
    """Time until all users are there; they come in equal steps by month."""
    time_to_first_token: Quantity | None = None
    time_per_output_token: Quantity | None = None
    time_to_first_token_share: float | None = None
    """Share of requests that keep the limit; without it, the mean does. `time_per_output_token_share` likewise."""
    time_per_output_token_share: float | None = None
    load: Load | None = None
    growth: Quantity | None = None
    """Of the users, for a table of months to come; costs are those of the users of today."""
    usage: Usage | None = None
    """How the usage of users differs; None where they are alike."""
    plans: tuple[Plan, ...] = ()
    further_costs: tuple[FurtherCost, ...] = ()
    training: TrainingRun | None = None
    """How the served model is trained, again and again; None where that is not counted."""

    @property
    def plan_price(self) -> Quantity | None:
        """The price of the one plan; None where there is none, or several."""
        return self.plans[0].price if len(self.plans) == 1 else None

    @property
    def per_user(self) -> bool:
        """Whether a user is what costs are counted by: not where requests come at a rate, or where tokens are sold."""
        return self.users is not None and not (self.plans and all(one.price is None for one in self.plans))

    @property
    def at_random(self) -> bool:
        """Whether requests come at random, so that latencies differ: at a rate, or for limits of a share of them."""
        shares = self.time_to_first_token_share, self.time_per_output_token_share
        return self.rate is not None or any(share is not None for share in shares)


@dataclass(frozen=True, kw_only=True)
class Capacity(Asked):
    """Accelerator-hours over years, whatever is computed in them."""

    reference: Accelerator
    accelerators: Quantity
    duration: Quantity
    utilization: Quantity
    budget: Quantity | None = None
    accounts: Accounts | None = None
    """Of the company that uses the capacity; None where that is not the question."""
    further_costs: tuple[FurtherCost, ...] = ()
    investments: tuple[Investment, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Deployment(Noun):
    """How a workload is laid on systems.

    A replica splits every layer over `tensor_parallel` accelerators, and layers into `pipeline_parallel` stages;
    `attention_copies` of such groups may share one set of experts, spread whole over `expert_parallel` accelerators.
    For serving, `concurrency` requests are in flight on a replica. For training, the rest is data parallel.
    """

    precision: str
    chip: str = ""
    """The accelerator's id: how far predictions are off is one fact for all layouts on it."""
    tensor_parallel: Quantity
    pipeline_parallel: Quantity | None = None
    attention_copies: Quantity | None = None
    expert_parallel: Quantity | None = None
    concurrency: Quantity | None = None
    micro_batch: Quantity | None = None
    context_parallel: Quantity | None = None
    """Training: accelerators that share the tokens of a sequence."""
    virtual_stages: Quantity | None = None
    """Training: parts of a model in each pipeline stage, worked through in turn (interleaved)."""
    schedule: str = "1f1b"
    """Training: order of a pipeline: 1f1b (interleaved where stages have several parts) or zero-bubble."""
    recompute: str = "none"
    """Training: what the backward pass computes again: none, selective (attention), elementwise, full, or unstated.

    Elementwise is all between products: attention, norms, activation functions.
    """
    sharding: str = "optimizer"
    """Training: what copies of the model share: the optimiser's state, or in full also weights and gradients."""
    kv_cache_precision: str = "bf16"
    """Number type of the cache; empty for what the framework takes by itself."""
    framework: str = "vllm"
    admission_interval: Quantity | None = None
    """Steps after which software looks for new requests, where it does not at each; `admission_hold`: for which it
    holds new prompts back, so that more are read together."""
    admission_hold: Quantity | None = None
    stream_interval: Quantity | None = None
    """Tokens that software sends to a client as one group, where it does not send each as it comes."""
    software_newer: Quantity | None = None
    """Years by which the software is newer than that of October 2025."""
    cached_prompt_share: Quantity | None = None
    """Share of prompt tokens found in the prefix cache."""
    draft_tokens: Quantity | None = None
    """Speculative decoding: tokens that are guessed per step."""
    draft_acceptance: Quantity | None = None
    """Speculative decoding: probability that a guessed token is accepted."""
    training: Deployment | None = None
    """How the served model is trained on the same systems, where that is counted too."""
    rollouts: Deployment | None = None
    """How a run of reinforcement learning writes its rollouts on the same systems."""
    rate_share: Quantity | None = None
    """Highest rate at which simulated requests keep the targets, over that of the closed form at `concurrency`."""
    model_error: Quantity | None = None
    """Factor on all times, one but for its range: how far measurements lie from predictions."""

    def leaf_name(self, name: str) -> str:
        """Return the name of a leaf; that of the error belongs to the accelerator, what is cached to the scenario."""
        if name == "cached_prompt_share" and name in self.facts:
            return self.facts[name].key
        return f"{self.chip or self.id}.{name}" if name == "model_error" else super().leaf_name(name)

    @property
    def layout(self) -> str:
        """Number type and parallelism in words: "fp8, tensor parallel 2, concurrency 18"."""
        splits = ("tensor_parallel", "pipeline_parallel", "attention_copies", "expert_parallel")
        names = (*splits, "concurrency", "micro_batch")
        chosen = {name: self.facts[name].value.magnitude for name in names if name in self.facts}
        return ", ".join([self.precision, *(f"{name.replace('_', ' ')} {size:g}" for name, size in chosen.items())])
