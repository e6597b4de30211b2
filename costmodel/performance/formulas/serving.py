"""Continuous batching at a fixed number of requests in flight: from step times to tokens per second."""

from costmodel.formula import formula
from costmodel.formula.ops import maximum, minimum, where
from costmodel.units import quantity

TOKEN = quantity(1.0, "token")
QUERY = quantity(1.0, "query")
FLOP = quantity(1.0, "FLOP")
AT_LEAST_ONE = (1.0, 1e9)
SHARE = (0.0, 1.0)


@formula(increasing=["tokens"])
def per_query(*, tokens: "token/query") -> "1":
    """Return tokens per query as a plain count of rows."""
    return tokens * QUERY / TOKEN


@formula(increasing=["active_parameters", "prompt_tokens", "output_tokens"], source="6nd")
def compute_per_query(
    *, active_parameters: "1", prompt_tokens: "token/query", output_tokens: "token/query"
) -> "FLOP/query":
    """Return the operations of a query: 2 per weight and token read or written (attention not counted)."""
    return 2 * FLOP / TOKEN * active_parameters * (prompt_tokens + output_tokens)


@formula(increasing=["prompt"], decreasing=["cached_share"], bounds={"prompt": AT_LEAST_ONE, "cached_share": SHARE})
def new_tokens(*, prompt: "1", cached_share: "1") -> "1":
    """Return the tokens of a prompt that must be computed, where a share of it is in the prefix cache; at least one."""
    return maximum(prompt * (1 - cached_share), 1)


@formula(bounds={"output": AT_LEAST_ONE})
def prompts_per_step(*, batch: "1", output: "1") -> "1":
    """Return the prompts begun per decode step when `batch` sequences write `output` tokens each."""
    return batch / output


@formula(increasing=["prompt", "starts", "chunk"])
def prefill_burst(*, prompt: "1", starts: "1", chunk: "1") -> "1":
    """Return the prompt tokens of a step that carries any: a whole prompt or more, at most a chunk."""
    return maximum(minimum(chunk, maximum(prompt * starts, minimum(prompt, chunk))), 1)


@formula(increasing=["prompt", "starts"], decreasing=["burst"], bounds={"burst": AT_LEAST_ONE})
def prefill_share(*, prompt: "1", starts: "1", burst: "1") -> "1":
    """Return the steps with prompt tokens per decode step."""
    return starts * prompt / burst


@formula(increasing=["step", "sequence", "batch"])
def host_time(*, step: "second", sequence: "second", batch: "1") -> "second":
    """Return the host's time per step that does not hide behind the accelerator: scheduling, sampling, streaming."""
    return step + sequence * batch


@formula(increasing=["plain", "mixed", "host", "prompt_overhead"], bounds={"share": (0, 1e6)})
def mixed_step_interval(
    *, plain: "second", mixed: "second", share: "1", host: "second", prompt_overhead: "second"
) -> "second":
    """Return the mean time of a decode step where a share of the steps carries prompts beside it.

    max(1 - share, 0) plain + share (mixed + prompt_overhead) + host
    """
    return maximum(1 - share, 0) * plain + share * (mixed + prompt_overhead) + host


@formula(increasing=["plain", "alone", "share", "host", "prompt_overhead"], bounds={"share": (0, 1e6)})
def separate_step_interval(
    *, plain: "second", alone: "second", share: "1", host: "second", prompt_overhead: "second"
) -> "second":
    """Return the mean time of a decode step where prompts run in steps of their own, which decoding waits for.

    plain + share (alone + prompt_overhead) + host
    """
    return plain + share * (alone + prompt_overhead) + host


@formula(increasing=["prompt", "carrying", "prompt_overhead"], bounds={"burst": AT_LEAST_ONE})
def prompt_time(*, prompt: "1", burst: "1", carrying: "second", prompt_overhead: "second") -> "second":
    """Return the time in which a prompt passes through the model, in as many steps as it needs."""
    return maximum(prompt / burst, 1) * (carrying + prompt_overhead)


@formula(increasing=["overhead", "text", "prompt"])
def request_time(*, overhead: "second", text: "second", prompt: "1") -> "second":
    """Return the time of host and network before the first pass of a request: of each, and of each token of its text.

    overhead + text x prompt
    """
    return overhead + text * prompt


@formula(increasing=["way", "client", "undescribed"], bounds={"undescribed": (0, 1)})
def way_by_client(*, way: "second", client: "second", undescribed: "1") -> "second":
    """Return the way of a request that a client sends which nobody describes, and which adds its own time.

    way + undescribed x client
    """
    return way + undescribed * client


@formula(increasing=["interval", "hold"], decreasing=["starts"])
def steps_until_taken(*, interval: "1", hold: "1", starts: "1") -> "1":
    """Return the mean steps for which a request waits until software looks at it, and begins to read held prompts.

    interval / 2 + hold x (1 + a / 2) / (1 + a), a = starts x hold: the first prompt waits for the whole hold, those
    that come meanwhile for half of it
    """
    more = starts * hold
    return interval / 2 + hold * (1 + more / 2) / (1 + more)


@formula(increasing=["steps", "group", "share"], bounds={"share": SHARE})
def steps_until_sent(*, steps: "1", group: "1", share: "1") -> "1":
    """Return the steps until a client sees its first token, where tokens are sent in groups of so many.

    steps + share x group
    """
    return steps + share * group


@formula(increasing=["prompt_time", "wait", "interval", "steps", "request_overhead"])
def time_to_first_token(
    *, prompt_time: "second", wait: "second", interval: "second", steps: "1", request_overhead: "second"
) -> "second":
    """Return the mean time to the first token: overhead, wait, own prompt, and steps until the client sees it."""
    return request_overhead + wait + prompt_time + steps * interval


@formula(increasing=["admitted", "per_token"], decreasing=["first"], bounds={"output": AT_LEAST_ONE})
def steady_batch(*, admitted: "1", output: "1", per_token: "second", first: "second") -> "1":
    """Return the sequences that are writing, of those admitted, while the others wait for their first token.

    admitted x w / (w + first), w = (output - 1) x per_token: the pass that reads a prompt gives the first token
    """
    writing = (output - 1) * per_token
    return maximum(admitted * writing / (writing + first), 1)


@formula(increasing=["concurrency", "fits"])
def admitted(*, concurrency: "1", fits: "1") -> "1":
    """Return the requests that are worked on: those in flight, as far as their cache fits."""
    return minimum(concurrency, fits)


@formula(increasing=["time", "level"])
def levelled_time(*, time: "second", level: "1") -> "second":
    """Return a time with what measured runs of the same kind show beside the time model (levels.toml)."""
    return time * level


@formula(increasing=["time", "error"])
def expected_time(*, time: "second", error: "1") -> "second":
    """Return a predicted time times its error, which is one but for its range: the prediction interval."""
    return time * error


@formula(
    increasing=["concurrency"],
    decreasing=["per_token", "first", "accelerators"],
    bounds={"output": AT_LEAST_ONE},
)
def output_rate(
    *, concurrency: "1", per_token: "second", first: "second", output: "1", accelerators: "accelerator"
) -> "token/second/accelerator":
    """Return output tokens per second and accelerator: requests in flight over the time a request takes per token.

    concurrency x output / (first + (output - 1) x per_token) / accelerators
    """
    return TOKEN * concurrency * output / (first + (output - 1) * per_token) / accelerators


@formula(increasing=["output_rate"], decreasing=["output"])
def query_rate(*, output_rate: "token/second/accelerator", output: "token/query") -> "query/second/accelerator":
    """Return the queries that one accelerator answers per second."""
    return output_rate / output


@formula(increasing=["rate", "share"], bounds={"share": (1e-3, 1e3)})
def rate_at_random(*, rate: "query/second/accelerator", share: "1") -> "query/second/accelerator":
    """Return the queries that requests at random may bring within their targets, of those of the closed form."""
    return rate * share


@formula(increasing=["rate", "share"], bounds={"share": (1e-3, 1e3)})
def output_rate_at_random(*, rate: "token/second/accelerator", share: "1") -> "token/second/accelerator":
    """Return the tokens that are written where requests at random bring a share of the queries of the closed form."""
    return rate * share


@formula(increasing=["first", "per_token", "output"], bounds={"output": AT_LEAST_ONE})
def residence_time(*, first: "second", per_token: "second", output: "1") -> "second":
    """Return how long a request is in flight, from its arrival to its last token.

    first + (output - 1) x per_token
    """
    return first + (output - 1) * per_token


@formula(increasing=["per_token"], bounds={"output": AT_LEAST_ONE})
def time_between_tokens(*, per_token: "second", output: "1") -> "second":
    """Return the time per output token after the first: none in an answer of one token, which so keeps every limit."""
    return where(output > 1, per_token, 0 * per_token)


@formula(decreasing=["per_token", "first"], bounds={"output": AT_LEAST_ONE})
def user_rate(*, per_token: "second", first: "second", output: "1") -> "token/second":
    """Return the tokens per second that one user sees while an answer is written.

    1 / per_token; of an answer of one token 1 / first, since that is all he waits for
    """
    return TOKEN / where(output > 1, per_token, first)
