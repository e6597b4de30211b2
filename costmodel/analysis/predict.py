"""The speed of one deployment, with its interval and everything it was made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from costmodel.analysis.accuracy.accelerators import Accelerators
from costmodel.analysis.accuracy.architectures import Architectures
from costmodel.domain.architecture import Architecture, architecture_of
from costmodel.domain.hardware import Accelerator
from costmodel.domain.workload import Deployment
from costmodel.errors import Infeasible
from costmodel.formula import Explanation, Graph, explain
from costmodel.performance.arrivals import serve_arrivals
from costmodel.performance.constants import load_constants
from costmodel.performance.interval import model_error, prediction_interval
from costmodel.performance.latency import Percentile, percentile
from costmodel.performance.memory import memory_for_cache
from costmodel.performance.operators import NOTHING
from costmodel.performance.serving import ServingResult, steady_state
from costmodel.performance.setup import Setup
from costmodel.performance.step import step_parts
from costmodel.performance.traffic import usual_traffic
from costmodel.performance.usage import Usage, usage
from costmodel.specs.catalog import Catalog
from costmodel.specs.published import read_published
from costmodel.units import Quantity, quantity

NO_SPREADS: Mapping[str, Quantity] = {}
EXPLAINED = ("output_rate", "time_to_first_token", "time_per_output_token", "user_rate")


@dataclass(frozen=True)
class Prediction:
    """One served deployment."""

    setup: Setup
    prompt: Quantity
    output: Quantity
    concurrency: Quantity
    result: ServingResult

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

    def parts(self) -> dict[str, tuple[Quantity, Quantity]]:
        """Return the time of a step that only decodes and of one that carries prompts, by operator."""
        flow, batch = self.result.flow, self.result.times.batch
        plain = step_parts(self.setup, flow.rows(batch, NOTHING))
        carrying = step_parts(self.setup, flow.rows(batch if self.setup.software.mixes else NOTHING, flow.burst(batch)))
        return {name: (plain[name], carrying[name]) for name in plain}

    def explain(self, name: str = "output_rate") -> Explanation:
        """Return the tree of a quantity, down to its facts."""
        graph = Graph()
        setup = replace(
            self.setup,
            model=self.setup.model.traced(graph),
            accelerator=self.setup.accelerator.traced(graph),
            deployment=self.setup.deployment.traced(graph),
            constants=self.setup.constants.traced(graph),
        )
        given = {"prompt": self.prompt, "output": self.output, "concurrency": self.concurrency}
        leaves = [graph.leaf(f"request.{leaf}", value) for leaf, value in given.items()]
        traced = steady_state(setup, *leaves, traffic=self.result.flow.traffic)
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
    setup = Setup(find_model(catalog, model), find_accelerator(catalog, accelerator), deployment, load_constants())
    if memory_for_cache(setup).magnitude <= 0:
        msg = (
            f"{setup.model.name} in {deployment.precision} does not fit on {setup.replica.magnitude:g} of "
            f"{setup.accelerator.name}; use more accelerators or a narrower number type"
        )
        raise Infeasible(msg)
    lengths = quantity(float(prompt)), quantity(float(output))
    traffic = usual_traffic(setup.constants, **spreads)
    if arrivals is not None:
        result = serve_arrivals(setup, *lengths, arrivals, traffic)
    else:
        result = steady_state(setup, *lengths, quantity(float(concurrency or 1)), traffic=traffic)
    return Prediction(setup, *lengths, result.concurrency, result)


def find_model(catalog: Catalog, name: str) -> Architecture:
    """Return a model by id, alias or path of a published config.json."""
    path = Path(name)
    if path.suffix == ".json" and path.is_file():
        stem = path.stem.removesuffix("_config")
        label = stem.replace("--", "/") if stem != "config" else path.resolve().parent.name
        return architecture_of(label.lower(), label, read_published(path))
    return Architectures(catalog).find(name)


def find_accelerator(catalog: Catalog, name: str) -> Accelerator:
    """Return an accelerator by id or alias."""
    return Accelerators(catalog).find(name)
