"""Percentiles of latency, from stated assumptions on its distribution.

The wait for the first token is a fixed part and a queue; the queue is taken as exponential with its mean. The time
per token of a request is the mean of its steps, of which a share carries prompts and is longer; the steps are taken
as independent, and their mean as normal.
"""

from costmodel.formula import formula
from costmodel.formula.ops import log, maximum, minimum, sqrt

SHARE = (0.0, 1.0)


@formula(
    increasing=["fixed", "queue", "share"],
    bounds={"share": (0.5, 0.9999)},
)
def first_token_percentile(*, fixed: "second", queue: "second", share: "1") -> "second":
    """Return the time to first token that a share of requests stays under.

    fixed - queue x ln(1 - share)
    """
    return fixed - queue * log(1 - share)


@formula(increasing=["mixed"], decreasing=["plain"], bounds={"carrying": SHARE})
def step_deviation(*, plain: "second", mixed: "second", carrying: "1") -> "second":
    """Return the standard deviation of the time of a step, of which a share carries prompts.

    (mixed - plain) x sqrt(carrying x (1 - carrying))
    """
    return (maximum(mixed, plain) - plain) * sqrt(carrying * (1 - carrying))


@formula(increasing=["mean", "deviation", "score"], decreasing=["output"], bounds={"output": (1, 1e9), "score": (0, 4)})
def token_time_percentile(*, mean: "second", deviation: "second", output: "1", score: "1") -> "second":
    """Return the time per output token that a share of requests stays under; `score` is the normal quantile.

    mean + score x deviation / sqrt(output)
    """
    return mean + score * deviation / sqrt(output)


@formula(increasing=["share"])
def carrying_share(*, share: "1") -> "1":
    """Return the share of steps that carry prompts, of the prompts' steps per decode step."""
    return minimum(share, 1)
