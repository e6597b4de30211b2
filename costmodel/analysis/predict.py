"""The speed of one deployment, with its interval and everything it was made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from costmodel.analysis.checked import checked_setup, lengths_of
from costmodel.domain.workload import Deployment
from costmodel.errors import CostModelError, Infeasible
from costmodel.formula import Explanation, Graph, explain
from costmodel.performance.formulas.percentiles import LONGEST
from costmodel.performance.machine.memory import weights_on_accelerator
from costmodel.performance.machine.operator import NOTHING, Operator, Rows
from costmodel.performance.machine.operators import operators
from costmodel.performance.machine.setup import Setup
from costmodel.performance.machine.step import linking_parts, step_parts
from costmodel.performance.service.arrivals import serve_arrivals
from costmodel.performance.service.interval import model_error, prediction_interval
from costmodel.performance.service.latency import Percentile, percentile
from costmodel.performance.service.serving import ServingResult, steady_state
from costmodel.performance.service.traffic import NO_SPREADS, Traffic, usual_traffic
from costmodel.performance.service.usage import Usage, usage
from costmodel.specs.catalog import Catalog
from costmodel.units import Quantity, magnitude, quantity

EXPLAINED = ("output_rate", "time_to_first_token", "time_per_output_token", "user_rate")

UNMEASURED = {
    "pipeline_parallel": "pipeline stages",
    "attention_copies": "copies of attention",
    "cached_prompt_share": "a prefix cache",
    "draft_tokens": "drafts",
}
"""Parts of a deployment that measurements of serving lack."""


@dataclass(frozen=True)
class Prediction:
    """One served deployment."""

    setup: Setup
    prompt: Quantity
    output: Quantity
    concurrency: Quantity
    result: ServingResult
    spreads: Mapping[str, Quantity] = field(default_factory=dict)
    """Spreads of lengths and arrivals that were given."""

    def __repr__(self) -> str:
        """Return what a prompt shows: the deployment, and its speed."""
        setup, rate, wait = self.setup, self.result.output_rate, self.result.time_to_first_token
        where = f"{setup.replica.magnitude:g} x {setup.accelerator.id} in {setup.deployment.precision}"
        return f"<Prediction {setup.model.id} on {where}: {rate:.4g~P}, first token after {wait:.3g~P}>"

    @cached_property
    def usage(self) -> Usage:
        """Utilisation, memory, power and energy."""
        return usage(self.result)

    def percentile(self, share: float) -> Percentile:
        """Return latencies that a share of requests stays under."""
        return percentile(self.result, share)

    @property
    def interval(self) -> tuple[float, float]:
        """Factors on the rate between which 80% of measurements lie."""
        return prediction_interval(self.setup)

    @property
    def why(self) -> str:
        """What the interval rests on."""
        return model_error(self.setup).reason

    @property
    def unmeasured(self) -> list[str]:
        """What the deployment has that no measurement behind the interval had."""
        deployment = self.setup.deployment
        return [words for name, words in UNMEASURED.items() if getattr(deployment, name) is not None]

    @property
    def rows(self) -> tuple[Rows, Rows]:
        """The rows of a pass that only decodes, and of one that carries prompts."""
        flow, batch = self.result.flow, self.result.times.batch
        beside = batch if self.setup.software.mixes else NOTHING
        return flow.rows(batch, NOTHING), flow.rows(beside, flow.burst(batch))

    def parts(self) -> dict[str, tuple[Quantity, Quantity]]:
        """Return the time of a step that only decodes and of one that carries prompts, by operator."""
        plain, carrying = (step_parts(self.setup, rows) for rows in self.rows)
        return {name: (plain[name], carrying[name]) for name in plain}

    def bounds(self) -> dict[str, str]:
        """Return what each operator of a decoding pass waits for: arithmetic, memory, links or launches."""
        found = {one.name: _bound(one) for one in operators(self.setup, self.rows[0])}
        links = dict.fromkeys(linking_parts(self.setup, self.rows[0]), "links")
        return found | links | {"launches": "launches"}

    @property
    def weights(self) -> Quantity:
        """Memory of the weights on each accelerator."""
        return weights_on_accelerator(self.setup)

    def explain(self, name: str = "output_rate") -> Explanation:
        """Return the tree of a quantity, down to its facts."""
        graph = Graph()
        setup = traced_setup(self.setup, graph)
        given = {"prompt": self.prompt, "output": self.output, "concurrency": self.concurrency}
        leaves = [graph.leaf(f"request.{leaf}", value) for leaf, value in given.items()]
        traffic = replace(traced_traffic(setup, graph, self.spreads), open=self.result.flow.traffic.open)
        traced = steady_state(setup, *leaves, traffic=traffic)
        tree = (
            explain(traced.output_rate, "output_rate")
            if name not in EXPLAINED
            else explain(getattr(traced, name), name)
        )
        return tree if name in EXPLAINED else tree.find(name)


def predict_serving(
    catalog: Catalog,
    model: str,
    accelerator: str,
    deployment: Deployment,
    *,
    prompt: float,
    output: float,
    concurrency: float | None = None,
    arrivals: Quantity | None = None,
    spreads: Mapping[str, Quantity] = NO_SPREADS,
) -> Prediction:
    """Return the steady state of a deployment at a concurrency, or at an arrival rate per replica.

    `spreads` are standard deviations over means: `prompt_spread`, `output_spread`, `arrival_spread`; those of
    constants.toml for the others.

    `model` is an id, an alias, or the path of a published config.json; `accelerator` an id or an alias.
    """
    lengths = lengths_of(prompt, output)
    setup = checked_setup(catalog, model, accelerator, deployment, *lengths)
    traffic = usual_traffic(setup.constants, **spreads)
    if arrivals is not None:
        if arrivals.magnitude <= 0:
            msg = f"queries arrive at a positive rate, not {arrivals:~P}"
            raise CostModelError(msg)
        result = serve_arrivals(setup, *lengths, arrivals, traffic)
    else:
        result = steady_state(setup, *lengths, quantity(float(concurrency or 1)), traffic=traffic)
    _refuse_days_in_a_queue(result)
    return Prediction(setup, *lengths, result.concurrency, result, spreads)


def _refuse_days_in_a_queue(result: ServingResult) -> None:
    first = float(magnitude(result.time_to_first_token, "second"))
    if first > LONGEST:
        many = f"{float(result.concurrency.magnitude):,.0f} requests in flight"
        msg = (
            f"{many} wait {first:,.0f} s for their first token, more than {LONGEST:,.0f} s: ask for a lower concurrency"
        )
        raise Infeasible(msg)


def traced_setup(setup: Setup, graph: Graph) -> Setup:
    """Return a setup with all its numbers as inputs of a graph."""
    return Setup(
        setup.model.traced(graph),
        setup.accelerator.traced(graph),
        setup.deployment.traced(graph),
        setup.constants.traced(graph),
    )


def traced_traffic(setup: Setup, graph: Graph, spreads: Mapping[str, Quantity]) -> Traffic:
    """Return traffic with spreads as inputs of a graph: those given, and the assumptions of a traced setup."""
    given = {name: graph.leaf(f"request.{name}", value) for name, value in spreads.items()}
    return usual_traffic(setup.constants, **given)


def _bound(one: Operator) -> str:
    computing = one.operations / one.peak / one.compute_efficiency
    moving = one.moved / one.bandwidth / one.bandwidth_efficiency
    return "arithmetic" if bool(computing > moving) else "memory"
