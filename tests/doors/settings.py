"""What is said of inputs and figures in options: `--set`, `--over`, `--for`, `--such-that`, `--lever`, `--where`."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.doors.commands import Command, words_of
from tests.doors.mutations import hostile, numbers

INPUTS: dict[str, dict[str, str]] = {
    "gpt3-2020": {
        "finance.real_discount_rate": "10 percent/year",
        "training.tokens": "1e11 token",
        "training.utilization": "0.3",
        "us-hyperscale.pue": "1.2",
        "purchase/dgx-1-v100-32gb.price": "300 kUSD/server",
        "price_date": "2020-06-01",
        "site": "us-colocation",
        "architecture": "llama-2-7b",
        "offers": "purchase/dgx-1-v100-32gb",
        "workload": "serving",
        "utilization": "0.5",
        "title": "x",
        "demand.users": "1e6",
    },
    "copilot-2023": {
        "demand.users": "1e6",
        "demand.peak_to_mean": "2",
        "demand.queries_per_user": "50 query/user/day",
        "query.prompt_tokens": "1000",
        "query.output_tokens": "50 token/query",
        "plan.price": "20 USD/user/month",
        "usage.spread": "1",
        "us-hyperscale.pue": "1.3",
        "usage.distribution": "gamma",
        "target.time_to_first_token": "500 ms",
        "deployment.precision": "fp8",
        "utilization": "0.5",
        "volume": "1e5",
        "site": "us-colocation",
        "levers": "x",
        "levers.cap": "1",
    },
}
"""Inputs of a scenario with a good value of each; the last ones are none, or no number."""
FIGURES = ("total_per_month", "cost_per_training_run", "cost_per_query", "cost_per_user_month", "energy", "power", "-x")
_UNITS = (
    "",
    "user",
    "%",
    "USD/query",
    "USD/month",
    "MUSD/month",
    "USD",
    "1/year",
    "year",
    "USD/user/month",
    "s",
    "kUSD",
)
_BEST = (
    "1",
    "0.5",
    "20 MUSD/month",
    "1e-3 USD/query",
    "1e6",
    "2023-02-01",
    "us-colocation",
    "+20%",
    "-30%",
    "bf16",
    "10",
)
_JOINS = ("=", "=", "=", "=", "=", "=", "=", "=", " = ", "==", "", ">=", "<", ":", "..", ";")
_WHERE = ("maker", "memory.capacity", "launch", "id", "peak.fp8", "memory.capacity [GB]")
_LINES = (
    "compare {scenario} --set {setting}",
    "compare {scenario} --set {setting} --set {setting} --format csv",
    "diff {scenario} --set {setting} --figure {figure}",
    "users {scenario} --set {setting}",
    "explain {scenario} {figure} --set {setting} --depth 2",
    "explain {scenario} {name}",
    "map {scenario} --over {span} --over {span} --points 2 --draws 1",
    "break-even {scenario} --over {name} --draws 0",
    "solve {scenario} --for {name} --such-that {asked}",
    "solve {scenario} --for {name} --for {name} --such-that {asked} --such-that {asked}",
    "levers {scenario} --lever {lever} --target {number}",
    "list accelerators --where maker={number} --sort {column} --columns {column},{column}",
    "list offers --where {where} --where {where} --format json",
)


def settings() -> st.SearchStrategy[Command]:
    """Return commands in which texts that say something of inputs and figures are right, nearly right, or hostile."""
    return st.tuples(st.sampled_from(_LINES), st.sampled_from(list(INPUTS))).flatmap(lambda one: _said(*one))


@st.composite
def _said(draw: st.DrawFn, line: str, scenario: str) -> Command:
    words = []
    for word in words_of(line):
        while "{" in word:
            before, _, rest = word.partition("{")
            what, _, after = rest.partition("}")
            said = scenario if what == "scenario" else draw(_of(what, scenario)).replace("{", "(").replace("\0", "")
            word = before + said + after  # noqa: PLW2901 - until all is said
        words.append(word)
    return Command(tuple(words))


def _of(what: str, scenario: str) -> st.SearchStrategy[str]:
    """Return texts that stand where something is said."""
    names, good = _mostly(st.sampled_from(list(INPUTS[scenario]))), st.sampled_from(list(INPUTS[scenario].items()))
    values = st.one_of(
        *[st.sampled_from(_BEST)] * 3,
        hostile,
        st.builds("{} {}".format, numbers, st.sampled_from(_UNITS)).map(str.strip),
    )
    ends = st.sampled_from(("0.1..0.9", "1..3", "1e5..1e7", "5..2", "0..0", "-1..1", "1..", "..", "1e400..2", "1..nan"))
    spans = st.builds("{}={} {}".format, names, ends, st.sampled_from(("", *_UNITS))).map(str.strip)
    terms = st.lists(_mostly(st.sampled_from(FIGURES)), min_size=1, max_size=3)
    sums = st.builds(lambda parts, sign: sign.join(parts), terms, st.sampled_from((" + ", " - ", "+", " ", "  -  ")))
    odd = st.builds("{}{}{}".format, names, st.sampled_from(_JOINS), values)
    pairs = st.one_of(good.map("=".join), good.map("=".join), odd)
    ways: dict[str, st.SearchStrategy[str]] = {
        "name": names,
        "setting": pairs,
        "span": st.one_of(names, spans, spans),
        "figure": sums,
        "asked": st.one_of(
            st.just("total_per_month = 1 MUSD/month"), st.builds("{}{}{}".format, sums, st.sampled_from(_JOINS), values)
        ),
        "lever": st.builds(lambda name, parts: f"{name}: {'; '.join(parts)}", values, st.lists(pairs, max_size=3)),
        "number": values,
        "where": st.builds("{}{}{}".format, st.sampled_from(_WHERE), st.sampled_from(_JOINS), values),
        "column": _mostly(st.sampled_from(_WHERE)),
    }
    return ways[what]


def _mostly(good: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(*[good] * 15, hostile)
