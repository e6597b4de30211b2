"""The speed of a disaggregated deployment: replicas that read prompts, replicas that write answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from math import ceil

from costmodel.analysis.checked import checked_setup, lengths_of
from costmodel.analysis.predict import EXPLAINED, traced_setup, traced_traffic
from costmodel.domain.workload import Deployment
from costmodel.errors import CostModelError, Infeasible
from costmodel.formula import Explanation, Graph, explain
from costmodel.performance.machine.setup import Setup
from costmodel.performance.service.disaggregated import BUSIEST, LOAD, Disaggregated, Writer, serve_disaggregated
from costmodel.performance.service.interval import model_error, prediction_interval
from costmodel.performance.service.traffic import NO_SPREADS, usual_traffic
from costmodel.specs.catalog import Catalog
from costmodel.units import Quantity, quantity


@dataclass(frozen=True)
class DisaggregatedPrediction:
    """A number of reading and of writing replicas, and what they do together."""

    readers: int
    writers: int
    result: Disaggregated
    spreads: Mapping[str, Quantity] = field(default_factory=dict)
    """Spreads of lengths and arrivals that were given."""

    @property
    def reading(self) -> Setup:
        """The replica that reads prompts."""
        return self.result.reader.setup

    @property
    def writing(self) -> Setup:
        """The replica that writes answers."""
        return self.result.writer.setup

    @property
    def accelerators(self) -> float:
        """Accelerators of all replicas."""
        return float((self.readers * self.reading.replica + self.writers * self.writing.replica).magnitude)

    @property
    def interval(self) -> tuple[float, float]:
        """Factors on the rate between which 80% of measurements of replicas that do both lie."""
        return prediction_interval(self.writing)

    @property
    def why(self) -> str:
        """What the interval rests on."""
        return f"{model_error(self.writing).reason}; replicas that do both were measured, disaggregated ones were not"

    def explain(self, name: str = "time_to_first_token") -> Explanation:
        """Return the tree of a quantity, down to its facts."""
        graph, one = Graph(), self.result
        writing, reading = traced_setup(self.writing, graph), traced_setup(self.reading, graph)
        given = {
            "prompt": one.writer.prompt,
            "output": one.writer.output,
            "concurrency": one.writer.batch,
            "readers": one.readers,
            "transfer_bandwidth": one.bandwidth,
        }
        leaves = {leaf: graph.leaf(f"request.{leaf}", value) for leaf, value in given.items()}
        lengths = leaves["prompt"], leaves["output"], leaves["concurrency"]
        traced = serve_disaggregated(
            reading,
            writing,
            *lengths,
            readers=leaves["readers"],
            bandwidth=leaves["transfer_bandwidth"],
            traffic=traced_traffic(writing, graph, self.spreads),
        )
        if name in EXPLAINED:
            return explain(getattr(traced, name), name)
        return explain(traced.time_to_first_token, "time_to_first_token").find(name)


def predict_disaggregated(
    catalog: Catalog,
    model: str,
    accelerator: str,
    reading: Deployment,
    writing: Deployment,
    *,
    prompt: float,
    output: float,
    concurrency: float,
    readers: int | None = None,
    writers: int = 1,
    bandwidth: Quantity | None = None,
    spreads: Mapping[str, Quantity] = NO_SPREADS,
) -> DisaggregatedPrediction:
    """Return what reading and writing replicas do with `concurrency` answers at a time on each writing one.

    Without `readers`, there are as many as are busy for at most 80% of the time. `spreads` as in `predict_serving`.
    """
    lengths = lengths_of(prompt, output)
    reader, writer = (checked_setup(catalog, model, accelerator, one, *lengths) for one in (reading, writing))
    batch, traffic = quantity(float(concurrency)), usual_traffic(writer.constants, **spreads)
    fits = Writer(writer, *lengths, batch, traffic).flow.fits
    if bool(batch > fits):
        msg = f"{concurrency:g} requests do not fit on a writing replica: its memory holds the cache of {fits:.0f~P}"
        raise Infeasible(msg)
    if writers < 1 or (readers is not None and readers < 1):
        msg = f"There is at least one replica of a kind, not {min(writers, writers if readers is None else readers)}"
        raise CostModelError(msg)
    serve = partial(serve_disaggregated, reader, writer, *lengths, batch, bandwidth=bandwidth, traffic=traffic)
    needed = serve().readers * writers
    count = readers or ceil(float(needed.magnitude))
    ratio = quantity(count / writers)
    result = serve(readers=ratio)
    if float(result.load.magnitude) > BUSIEST:
        least = ceil(float((needed * LOAD / BUSIEST).magnitude))
        msg = (
            f"{count} reading replicas fall behind {writers} writing ones: they would be busy "
            f"{100 * float(result.load.magnitude):.0f}% of the time; use at least {least}, or fewer requests in flight"
        )
        raise Infeasible(msg)
    return DisaggregatedPrediction(count, writers, result, spreads)
