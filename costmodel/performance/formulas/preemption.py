"""Requests whose cache does not fit: how long they wait, and how often others are preempted for them.

The laws of preemption were found by simulating continuous batching (tests/reference/continuous_batching.py).
"""

from costmodel.formula import formula
from costmodel.formula.ops import maximum, minimum

AT_LEAST_ONE = (1.0, 1e9)


@formula(
    increasing=["concurrency", "per_token", "first"],
    decreasing=["admitted", "paused"],
    bounds={"admitted": AT_LEAST_ONE, "rounds": AT_LEAST_ONE, "output": AT_LEAST_ONE},
)
def wait_for_memory(
    *,
    concurrency: "1",
    admitted: "1",
    output: "1",
    per_token: "second",
    first: "second",
    rounds: "1",
    paused: "1",
) -> "second":
    """Return the wait of requests whose cache does not fit yet, over a run of so many rounds.

    (concurrency / admitted - 1 - paused) x (first + (output - 1) x per_token) x (1 - 1 / (2 rounds)): those that begin
    the run do not wait as long as later ones, and requests that are paused by preemption wait later, not first
    """
    others = maximum(concurrency / admitted - 1 - paused, 0)
    return others * (first + (output - 1) * per_token) * (1 - 1 / (2 * rounds))


@formula(increasing=["output", "concurrency"], decreasing=["fits", "prompt"], bounds={"prompt": AT_LEAST_ONE})
def paused_share(*, prompt: "1", output: "1", concurrency: "1", fits: "1", lost: "1", most: "1") -> "1":
    """Return the requests that are paused by preemption, for each that is worked on.

    min(lost x output / prompt, most x (concurrency / fits - 1)): space that a request leaves goes to new prompts as
    far as these fit and wait, and there is then none for the tokens that all others write
    """
    return minimum(lost * output / prompt, most * maximum(concurrency / fits - 1, 0))


@formula(increasing=["paused"], bounds={"lost": (0.01, 1.0)})
def preemptions(*, paused: "1", lost: "1") -> "1":
    """Return how often a request is preempted: by the share that is paused, and a paused one is away for some time.

    (paused / lost) / (1 + paused)
    """
    return paused / lost / (1 + paused)


@formula(increasing=["prompt", "output", "preemptions", "lost"])
def tokens_read(*, prompt: "1", output: "1", preemptions: "1", lost: "1") -> "1":
    """Return the tokens that are read for a request: its prompt, and at each preemption that and what it has written.

    prompt + preemptions x (prompt + lost x output)
    """
    return prompt + preemptions * (prompt + lost * output)


@formula(increasing=["interval", "paused"])
def time_with_pauses(*, interval: "second", paused: "1") -> "second":
    """Return the mean time between the tokens of a request that is now and then paused."""
    return interval * (1 + paused)
