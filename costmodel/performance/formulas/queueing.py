"""Queues of continuous batching: bursts, and waits behind other prompts."""

from costmodel.formula import formula
from costmodel.formula.ops import maximum, minimum, sqrt
from costmodel.units import quantity

AT_LEAST_ONE = (1.0, 1e9)
SHARE = (0.0, 1.0)
SPREAD = (0.0, 10.0)
NO_TIME = quantity(0.0, "second")


@formula(increasing=["length", "spread"], bounds={"spread": SPREAD})
def length_when_met(*, length: "1", spread: "1") -> "1":
    """Return the mean length of the outputs that are being written at a random moment: longer ones take longer.

    length x (1 + spread^2), with `spread` the standard deviation over the mean
    """
    return length * (1 + spread**2)


@formula(increasing=["prompt", "waiting", "chunk"], bounds={"chunk": AT_LEAST_ONE})
def full_pass_tokens(*, prompt: "1", waiting: "1", chunk: "1") -> "1":
    """Return the prompt tokens of a pass while so many prompts wait: a chunk, or all of them."""
    return maximum(minimum(chunk, prompt * waiting), 1)


@formula(increasing=["admitted", "tokens", "output"], decreasing=["prompt"], bounds={"prompt": AT_LEAST_ONE})
def writing_beside(*, admitted: "1", tokens: "1", prompt: "1", output: "1") -> "1":
    """Return the sequences that are written beside prompts that fill every pass.

    min(admitted / 2, tokens / prompt x max(output - 1, 0)): half of all, as far as so many begin with each pass
    """
    return minimum(admitted / 2, tokens / prompt * maximum(output - 1, 0))


@formula(increasing=["passes", "full_pass"])
def service_time(*, passes: "1", full_pass: "second") -> "second":
    """Return the time that each of many waiting prompts takes."""
    return passes * full_pass


@formula(increasing=["service", "waiting"])
def burst_wait(*, service: "second", waiting: "1", full_pass: "second", alone: "second") -> "second":
    """Return the mean wait of prompts that all come at once, beside the time of a prompt alone.

    max((waiting x service + max(full_pass, alone)) / 2 - alone, 0)
    """
    return maximum((waiting * service + maximum(full_pass, alone)) / 2 - alone, NO_TIME)


@formula(increasing=["output", "per_token"])
def writing_time(*, output: "1", per_token: "second") -> "second":
    """Return how long the tokens of a request are written."""
    return output * per_token


@formula(increasing=["writing", "service", "waiting", "spread", "rounds"], bounds={"spread": SPREAD})
def arrivals_period(*, writing: "second", service: "second", waiting: "1", spread: "1", rounds: "1") -> "second":
    """Return the time over which requests that began at once end, and are followed by others.

    min(writing, sqrt((waiting x service)^2 + 6 x rounds x (spread x writing)^2)): prompts leave one after another, and
    lengths that differ move them further apart in each round; the mean of the rounds
    """
    leaving, moved = waiting * service, spread * writing
    return minimum(writing, sqrt(leaving * leaving + 6 * rounds * moved * moved))


@formula(increasing=["writing"], decreasing=["period"])
def crowding(*, writing: "second", period: "second") -> "1":
    """Return how much more often than on average requests end while they end."""
    return writing / period


@formula(increasing=["time"], decreasing=["interval"])
def steps_in(*, time: "second", interval: "second") -> "1":
    """Return the decode steps in a time."""
    return time / interval


@formula(increasing=["starts", "passes", "crowding"])
def carrying_steps(*, starts: "1", passes: "1", crowding: "1") -> "1":
    """Return the share of steps that carry prompts, while requests end."""
    return minimum(starts * passes * crowding, 1)


@formula(increasing=["load", "crowding"])
def crowded_load(*, load: "1", crowding: "1") -> "1":
    """Return the share of time in which prompts are read, while requests end."""
    return minimum(load * crowding, 1)


@formula(increasing=["passes", "carrying"])
def time_alone(*, passes: "1", carrying: "second") -> "second":
    """Return the time in which a prompt that need not wait passes through the model."""
    return passes * carrying


@formula(increasing=["prompt"], decreasing=["tokens"], bounds={"tokens": AT_LEAST_ONE})
def service_passes(*, prompt: "1", tokens: "1") -> "1":
    """Return the passes that each of many waiting prompts takes: less than one where a pass carries several."""
    return prompt / tokens


@formula(increasing=["prompt"], decreasing=["burst"], bounds={"burst": AT_LEAST_ONE})
def passes_alone(*, prompt: "1", burst: "1") -> "1":
    """Return the passes of a prompt that need not wait."""
    return maximum(prompt / burst, 1)


@formula(
    increasing=["waiting", "alone", "spread"],
    decreasing=["period"],
    bounds={"waiting": AT_LEAST_ONE, "alone": AT_LEAST_ONE, "spread": SPREAD},
)
def passes_waited(*, waiting: "1", service: "1", alone: "1", period: "1", spread: "1") -> "1":
    """Return the mean passes that a prompt waits behind others, where so many requests are in flight.

    The positive w of w^2 + (period - (waiting - 2) service) w = (waiting - 1) service (alone - 1 + service)
    (1 + spread^2) / 2, all counted in steps: requests end with steps, one follows another, and each finds the queue
    that the others leave it
    """
    slack = period - (waiting - 2) * service
    load = 2 * (waiting - 1) * service * (alone - 1 + service) * (1 + spread**2)
    return (sqrt(slack * slack + load) - slack) / 2


@formula(increasing=["passes", "carrying", "running"])
def mixed_wait(*, passes: "1", carrying: "second", running: "second") -> "second":
    """Return the mean wait behind other prompts where decoding goes on beside them."""
    return passes * carrying + running


@formula(increasing=["share", "load"], bounds={"share": SHARE, "load": SHARE})
def running_wait(*, share: "1", load: "1", carrying: "second", way: "second") -> "second":
    """Return the mean wait for the end of a pass that carries prompts and is running.

    share x max(carrying - way, 0) + load x min(carrying, way) / 2: a request follows one that ended with a step, and
    comes in the next step if its way is shorter than that, else at any time
    """
    return share * maximum(carrying - way, NO_TIME) + load * minimum(carrying, way) / 2


@formula(increasing=["starts", "crowding", "alone", "way"], decreasing=["plain"])
def meeting_prompts(*, starts: "1", crowding: "1", alone: "second", plain: "second", way: "second") -> "1":
    """Return how many prompts meet one where decoding pauses for prompts, so that no request ends meanwhile.

    They come from requests that end in the same step, or that are on their way while it is read
    """
    return starts * crowding * (1 + minimum(alone, way) / plain)


@formula(increasing=["service", "meeting", "waiting"], bounds={"waiting": AT_LEAST_ONE})
def paused_wait(*, service: "second", meeting: "1", waiting: "1") -> "second":
    """Return the mean wait behind other prompts where decoding pauses for them: half of those that meet.

    service x min(meeting, waiting - 1) / 2: no more can meet than are in flight
    """
    return service * minimum(meeting, waiting - 1) / 2


@formula(increasing=["starts"], decreasing=["per_token"])
def prompt_rate(*, starts: "1", per_token: "second") -> "1/second":
    """Return the prompts that begin per second."""
    return starts / per_token


@formula(increasing=["rate", "alone"])
def prompt_load(*, rate: "1/second", alone: "second") -> "1":
    """Return the share of time in which prompts are read."""
    return minimum(rate * alone, 1)


@formula(
    increasing=["rate", "service", "alone", "arrival_spread", "spread", "waiting"],
    bounds={"waiting": AT_LEAST_ONE, "spread": SPREAD, "arrival_spread": SPREAD},
    source="allen-cunneen",
)
def open_wait(
    *, rate: "1/second", service: "second", alone: "second", arrival_spread: "1", spread: "1", waiting: "1"
) -> "second":
    """Return the mean wait behind other prompts where requests come whether or not others are answered.

    load / max(1 - load, 1 / waiting) x alone x (arrival_spread^2 + spread^2) / 2, with load = rate x service (Allen and
    Cunneen), as far as so many requests can make a queue
    """
    load = rate * service
    queue = minimum(load, 1) / maximum(1 - load, 1 / waiting)
    return queue * alone * (arrival_spread**2 + spread**2) / 2


@formula(increasing=["wait", "waiting", "service"], decreasing=["writing"], bounds={"waiting": AT_LEAST_ONE})
def wait_of_all(*, wait: "second", waiting: "1", service: "second", writing: "second") -> "second":
    """Return a wait, or more where the requests in flight would else begin faster than prompts can be read.

    max(wait, (waiting - 1) x service - writing): the prompts of all others are read while a request waits or is written
    """
    return maximum(wait, (waiting - 1) * service - writing)


@formula(increasing=["burst", "later"], bounds={"rounds": AT_LEAST_ONE})
def mean_wait(*, burst: "second", later: "second", rounds: "1") -> "second":
    """Return the mean wait of a run that begins with a burst: one of so many rounds."""
    return burst / rounds + later * (1 - 1 / rounds)


@formula(increasing=["count"])
def together(*, count: "1") -> "1":
    """Return requests that can wait for one another; at least one."""
    return maximum(count, 1)


@formula(increasing=["share"])
def mixed_share(*, share: "1") -> "1":
    """Return the steps with prompts per decode step where each may carry both: at most all."""
    return minimum(share, 1)
