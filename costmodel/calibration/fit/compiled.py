"""Predictions of measured rows as compiled functions of the constants, for many sets of constants at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from costmodel.calibration.accuracy import mlperf
from costmodel.calibration.accuracy.serving_rows import Group, groups
from costmodel.calibration.accuracy.throughput import metrics, traced_timings
from costmodel.calibration.accuracy.throughput_rows import Run, column, runs
from costmodel.domain.accelerator_names import Accelerators
from costmodel.domain.architecture_names import Architectures
from costmodel.formula import Graph, Kernel, compile_numpy
from costmodel.formula.graph import order
from costmodel.formula.operations import LEAF
from costmodel.performance.machine.constants import Constants
from costmodel.performance.machine.setup import Setup
from costmodel.performance.service.serving import steady_state
from costmodel.specs.catalog import Catalog
from costmodel.units import Quantity, quantity

PREFIX = "performance."
Array = npt.NDArray[np.float64]
Values = Mapping[str, Array]
"""Constants by name; each with one value for each set of constants."""


@dataclass(frozen=True)
class Compiled:
    """The rows of one group, predicted for sets of constants: one row of the result for each set."""

    setup: Setup
    index: npt.NDArray[np.int64]
    """Places of the rows in their table."""
    predict: Callable[[Values], Mapping[str, Array]]


def compiled_serving(rows: pd.DataFrame, catalog: Catalog, constants: Constants) -> list[Compiled]:
    """Return served configurations; the results are times to first token and per token, in seconds."""
    return [_serving(group, rows) for group in groups(rows, catalog, constants) if isinstance(group, Group)]


def _serving(group: Group, rows: pd.DataFrame) -> Compiled:
    graph = Graph()
    setup = traced(graph, group.setup)
    names = ("prompt", "output", "concurrency", "spread", "undescribed")
    *arrays, spread, undescribed = (graph.leaf(name, quantity(getattr(group, name))) for name in names)
    served = steady_state(setup, *arrays, traffic=group.traffic(spread, undescribed))
    times = {"first": served.time_to_first_token, "token": served.time_per_output_token}
    return Compiled(group.setup, rows.index.get_indexer(group.rows.index), _runner(times))


def compiled_throughput(rows: pd.DataFrame, catalog: Catalog, constants: Constants) -> list[Compiled]:
    """Return offline runs; the result is the value of each row's metric."""
    return [_throughput(run, rows) for run in runs(rows, catalog, constants) if isinstance(run, Run)]


def _throughput(run: Run, rows: pd.DataFrame) -> Compiled:
    graph = Graph()
    leaves = {name: graph.leaf(name, quantity(getattr(run, name))) for name in ("prompt", "output", "batch")}
    forced = graph.leaf("forced", run.forced)
    runner = _runner(traced_timings(traced(graph, run.setup), **leaves, forced=forced))
    metric = run.rows["metric"].to_numpy()

    def predict(values: Values) -> dict[str, Array]:
        found = metrics(run, runner(values))
        return {"value": np.select([metric == name for name in found], list(found.values()), np.nan)}

    return Compiled(run.setup, rows.index.get_indexer(run.rows.index), predict)


def compiled_mlperf(rows: pd.DataFrame, catalog: Catalog, constants: Constants) -> list[Compiled]:
    """Return submissions to MLPerf Inference; the result is tokens per second of the system."""
    chips, models = Accelerators(catalog), Architectures(catalog)
    return [_mlperf(mlperf.setup_of(part, chips, models, constants), part, rows) for part in mlperf.parts(rows)]


def _mlperf(setup: Setup, part: pd.DataFrame, rows: pd.DataFrame) -> Compiled:
    graph = Graph()
    prompt, output = mlperf.lengths(part)
    leaves = {"prompt": prompt, "output": output, "grid": quantity(mlperf.batches(setup))}
    arrays = {name: graph.leaf(name, value) for name, value in leaves.items()}
    runner = _runner(mlperf.traced_rates(traced(graph, setup), part, **arrays))
    count = column(part, "n_chips", 1.0)

    def predict(values: Values) -> dict[str, Array]:
        found = runner(values)
        return {"value": mlperf.best_of(found["rate"], found["free"]) * count}

    return Compiled(setup, rows.index.get_indexer(part.index), predict)


def traced(graph: Graph, setup: Setup) -> Setup:
    """Return a setup whose constants and deployment are inputs of a graph, without what levels know."""
    deployment, constants = setup.deployment.traced(graph), setup.constants.traced(graph)
    return replace(setup, deployment=deployment, constants=constants, levelled=False)


def _runner(outputs: Mapping[str, Quantity]) -> Callable[[Values], dict[str, Array]]:
    """Return a function of the constants; other inputs keep the arrays that they were traced with."""
    nodes = order([value.magnitude for value in outputs.values()])
    leaves = {node.label.name: node.label.value for node in nodes if node.operation == LEAF}
    units = {name: f"{value.to_base_units().units}" for name, value in _like(outputs).items()}
    kernels: dict[tuple[str, ...], Kernel] = {}

    def run(values: Values) -> dict[str, Array]:
        used = tuple(name for name in values if PREFIX + name in leaves)
        rows = {name: value.magnitude for name, value in leaves.items() if np.ndim(value.magnitude)}
        if used not in kernels:
            kernels[used] = compile_numpy(outputs, [*(PREFIX + name for name in used), *rows])
        deep = max((np.ndim(one) for one in rows.values()), default=1)
        sets = {PREFIX + name: values[name].reshape(-1, *([1] * deep)) for name in used}
        found = kernels[used](**sets, **rows)
        return {name: found[name] * quantity(1.0, f"{outputs[name].units}").to(units[name]).magnitude for name in found}

    return run


def _like(outputs: Mapping[str, Quantity]) -> dict[str, Quantity]:
    return {name: quantity(1.0, f"{value.units}") for name, value in outputs.items()}
