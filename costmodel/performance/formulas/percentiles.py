"""Percentiles of latency, from stated assumptions on its distribution.

The time to first token is a fixed part, and a wait and the reading of a prompt whose sum is taken as log-normal: the
wait is none for some requests and exponential for the others, and prompts differ in length. The time per token of a
request is the mean of its steps, which carry prompts, or pause for them, at random; it is taken as log-normal too.
"""

from costmodel.formula import formula
from costmodel.formula.ops import exp, log1p, maximum, minimum, sqrt
from costmodel.units import quantity

SHARE = (0.0, 1.0)
SCORE = (0.0, 4.0)
NO_TIME = quantity(0.0, "second")
LONGEST = 1e6
"""Seconds: days in a queue are no service."""


@formula(increasing=["wait"], decreasing=["load"], bounds={"load": (0.001, 1.0)})
def wait_deviation(*, wait: "second", load: "1") -> "second":
    """Return the standard deviation of a wait that a share of requests has, exponential for these.

    wait x sqrt(2 / load - 1)
    """
    return wait * sqrt(2 / load - 1)


@formula(increasing=["alone", "spread"], decreasing=["plain"])
def reading_deviation(*, alone: "second", plain: "second", spread: "1") -> "second":
    """Return the standard deviation of the time to read a prompt, of which a plain step is the same for all."""
    return spread * maximum(alone - plain, NO_TIME)


@formula(increasing=["wait", "stay", "spread"], decreasing=["admitted"], bounds={"admitted": (1.0, 1e9)})
def memory_wait_deviation(*, wait: "second", stay: "second", spread: "1", admitted: "1") -> "second":
    """Return the standard deviation of the wait for memory: the count of requests that wait goes up and down.

    min(stay x sqrt((1 + spread^2) / admitted), wait), with `stay` the time for which a request is worked on
    """
    return minimum(stay * sqrt((1 + spread**2) / admitted), wait)


@formula(increasing=["first", "second"])
def both_deviations(*, first: "second", second: "second") -> "second":
    """Return the standard deviation of the sum of two independent times."""
    return sqrt(first**2 + second**2)


@formula(increasing=["score"], bounds={"mean": (1e-6, LONGEST), "deviation": (0.0, LONGEST), "score": SCORE})
def log_normal_percentile(*, mean: "second", deviation: "second", score: "1") -> "second":
    """Return the time that a share of requests stays under, if log-normal; `score` is the normal quantile of the share.

    mean x e^(score x s - s^2 / 2), with s^2 = ln(1 + (deviation / mean)^2)
    """
    variance = log1p((deviation / mean) ** 2)
    return mean * exp(score * sqrt(variance) - variance / 2)


@formula(increasing=["share", "burst"], decreasing=["rounds"], bounds={"share": SHARE, "rounds": (1.0, 1e9)})
def burst_percentile(*, burst: "second", share: "1", rounds: "1") -> "second":
    """Return the wait that a share of the requests of a run stays under, if only its first burst waits.

    max(1 - (1 - share) x rounds, 0) x 2 burst: waits in a burst are spread evenly around their mean
    """
    return maximum(1 - (1 - share) * rounds, 0) * 2 * burst


@formula(increasing=["fixed", "later", "burst"])
def first_token_percentile(*, fixed: "second", later: "second", burst: "second") -> "second":
    """Return the time to first token that a share of requests stays under, of later requests or of the burst."""
    return fixed + maximum(later, burst)


@formula(increasing=["added", "share", "spread"], decreasing=["output"], bounds={"output": (1.0, 1e9)})
def token_deviation(*, added: "second", share: "1", spread: "1", output: "1") -> "second":
    """Return the standard deviation of a request's time per token, of which a share of steps takes longer.

    added x sqrt(share (1 + spread^2) / output): prompts come at random while the tokens are written, and requests
    with short outputs differ more
    """
    return added * sqrt(share * (1 + spread**2) / output)


@formula(increasing=["deviation", "prompt_spread", "output_spread"])
def token_deviation_at_random(*, deviation: "second", prompt_spread: "1", output_spread: "1") -> "second":
    """Return the deviation of a request's time per token where prompts come at random, one after another.

    deviation x sqrt((1 + prompt_spread^2) (1 + output_spread^2)): prompts of any length come, and as many short answers
    meet them as long ones, while requests that follow one another meet more as they are longer
    """
    return deviation * sqrt((1 + prompt_spread**2) * (1 + output_spread**2))


@formula(increasing=["interval"], decreasing=["batch", "least"], bounds={"batch": (1.0, 1e9), "least": (1e-6, 1e6)})
def batch_deviation(*, interval: "second", least: "second", batch: "1") -> "second":
    """Return the deviation of the time per token as requests that come at random make batches smaller and larger.

    max(interval - least, 0) x sqrt(interval / (least x batch)), with `least` the time per token of a request alone: in
    a queue whose requests share the machine, the count of those in it has the variance batch x interval / least
    """
    return maximum(interval - least, NO_TIME) * sqrt(interval / (least * batch))


@formula(increasing=["carrying"], decreasing=["plain"])
def added_time(*, carrying: "second", plain: "second") -> "second":
    """Return by how much a step that carries prompts is longer."""
    return maximum(carrying - plain, NO_TIME)


@formula(increasing=["interval", "paused"], decreasing=["preemptions"])
def pause_deviation(*, interval: "second", paused: "1", preemptions: "1") -> "second":
    """Return the standard deviation of a request's time per token that pauses by preemption add.

    interval x paused x sqrt(2 / preemptions): so many pauses on average, at random and of random length
    """
    return interval * paused * sqrt(2 / maximum(preemptions, 1e-3))


@formula(increasing=["load"])
def waiting_share(*, load: "1") -> "1":
    """Return the share of requests that wait: the load by prompts, not less than one in a thousand."""
    return minimum(maximum(load, 0.001), 1)
