"""What runs of other kinds than pre-training take beside steps: several passes over data, rollouts, forward passes."""

from costmodel.formula import formula

SHARE = (0.0, 1.0)


@formula(increasing=["trained"], bounds={"trained": SHARE})
def passes_of_step(*, trained: "1") -> "1":
    """Return the passes over products of a step: forward, backward to inputs, and to the weights that are trained.

    2 + trained share: 3 where all weights are trained, close to 2 for adapters on frozen ones (LoRA)
    """
    return 2 + trained


@formula(increasing=["tokens", "epochs"])
def tokens_of_epochs(*, tokens: "token", epochs: "1") -> "token":
    """Return the tokens that steps work through: those of the data, as often as they are gone through."""
    return tokens * epochs


@formula(
    increasing=["tokens", "per_sequence"],
    decreasing=["prompt", "output"],
    bounds={"prompt": (1, 1e9), "output": (1, 1e9)},
)
def rollouts_written(*, tokens: "token", prompt: "token/query", output: "token/query", per_sequence: "1") -> "query":
    """Return the answers that a model writes to learn from: so many for each sequence that it is then trained on.

    tokens / (prompt + output) x rollouts for each sequence
    """
    return tokens / (prompt + output) * per_sequence


@formula(
    increasing=["rollouts", "waiting"],
    decreasing=["rate", "accelerators"],
    bounds={"waiting": (0, 0.95), "rate": (1e-9, 1e12), "accelerators": (1, 1e12)},
)
def rollout_time(
    *, rollouts: "query", rate: "query/second/accelerator", accelerators: "accelerator", waiting: "1"
) -> "day":
    """Return the time in which all accelerators of a run write its rollouts, some waiting for the longest of a step.

    rollouts / (rate x accelerators x (1 - waiting))
    """
    return rollouts / (rate * accelerators * (1 - waiting))


@formula(increasing=["step_time"], decreasing=["passes"], bounds={"passes": (1, 10)})
def forward_time(*, step_time: "second", passes: "1") -> "second":
    """Return the time of a forward pass over the tokens of a step: its part of the passes of a step."""
    return step_time / passes


@formula(increasing=["rollouts", "prompt", "output", "passes", "forward"], decreasing=["batch"])
def scoring_time(
    *,
    rollouts: "query",
    prompt: "token/query",
    output: "token/query",
    passes: "1",
    forward: "second",
    batch: "token",
) -> "day":
    """Return the time of forward passes over rollouts: of the reference, the reward and the critic model.

    rollouts x (prompt + output) / batch x passes x time of a forward pass over a batch
    """
    return rollouts * (prompt + output) / batch * passes * forward


@formula(increasing=["time"], decreasing=["goodput"], bounds={"goodput": (1e-3, 1)})
def time_with_losses(*, time: "day", goodput: "1") -> "day":
    """Return how long a part of a run takes with what interrupts and slows it."""
    return time / goodput
