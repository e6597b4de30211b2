"""Rows of timed kernels as arrays for one compiled kernel of the time model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from costmodel.calibration.accuracy.kernel_rows import KernelRows
from costmodel.calibration.accuracy.kernels import measured_seconds
from costmodel.calibration.fit.priors import Prior
from costmodel.calibration.kernels.cases import TIMES, Case
from costmodel.calibration.kernels.chip import Chip, chip_of
from costmodel.calibration.kernels.constants import KernelTable, engine_of
from costmodel.domain.accelerator_names import Accelerators
from costmodel.formula import Graph, compile_numpy
from costmodel.formula.graph import order
from costmodel.formula.numpy_kernel import Kernel as Compiled
from costmodel.formula.operations import LEAF
from costmodel.units import Quantity, magnitude, quantity

Array = npt.NDArray[np.float64]
UNITS = {"sustained_peak": "FLOP/s", "bandwidth": "byte/s", "link_bandwidth": "byte/s", "clock": "Hz"}
BYTES = {"cache_capacity", "weight_bytes", "activation_bytes", "cache_bytes", "data"}
GENERATION, ENGINE = "generation", "engine"


@dataclass(frozen=True)
class Rows:
    """Rows of one family of kernels: inputs by name, the logarithm of seconds, and whose kernel on what each row is."""

    family: str
    work: type[Any]
    """Class of the shapes."""
    inputs: Mapping[str, Array]
    log_time: Array
    captured: npt.NDArray[np.bool_]
    """Whether a row was timed in a captured graph, as far as rows that occur twice tell; others are not fitted on."""
    group: npt.NDArray[np.int64]
    """Index into `keys`."""
    keys: Sequence[Mapping[str, str]]
    """For each group its key at every level of multipliers, and the system and accelerator."""

    def take(self, rows: npt.NDArray[Any]) -> Rows:
        """Return some of the rows."""
        inputs = {name: values[rows] for name, values in self.inputs.items()}
        return replace(
            self, inputs=inputs, log_time=self.log_time[rows], captured=self.captured[rows], group=self.group[rows]
        )

    def of(self, name: str) -> npt.NDArray[np.str_]:
        """Return a key of every row, such as its system."""
        return np.array([key[name] for key in self.keys])[self.group]


def read_rows(kind: KernelRows, folder: Path, accelerators: Accelerators, table: KernelTable) -> Rows:
    """Return all rows of one kind of table; of calls timed twice the slower was not captured in a graph."""
    frame = pd.read_csv(folder / f"{kind.kind}.csv")
    seconds = measured_seconds(frame)
    captured = seconds == seconds.groupby([frame[name] for name in kind.columns]).transform("min")
    parts, keys, places, groups = [], [], [], []
    for number, (key, part) in enumerate(kind.groups(frame)):
        case = kind.case(accelerators.find(key["system"]), key, kind.values(part))
        parts.append(_inputs(case, len(part), table))
        keys.append(_levels(case, key["system"]))
        places.append(part.index.to_numpy())
        groups.append(np.full(len(part), number))
    inputs = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    place = np.concatenate(places)
    log_time = np.log(seconds.to_numpy(dtype=float)[place])
    return Rows(
        kind.family, type(case.work), inputs, log_time, captured.to_numpy()[place], np.concatenate(groups), keys
    )


def compiled(rows: Rows, priors: Mapping[str, Prior]) -> Compiled:
    """Return the time of a family compiled for arrays of its inputs and constants."""
    graph = Graph()

    def traced(kind: Any) -> Any:
        return kind(**{one.name: graph.leaf(one.name, quantity(1.0, unit_of(one.name))) for one in fields(kind)})

    constants = {name: graph.leaf(name, quantity(1.0, prior.unit)) for name, prior in priors.items()}
    time = TIMES[rows.family](traced(Chip), traced(rows.work), constants)
    used = [node.label.name for node in order([time.magnitude]) if node.operation == LEAF]
    kernel = compile_numpy({"time": time}, vary=used)
    # A fit tries constants beyond their bounds on its way; what it ends with is checked when the table is used.
    free = tuple(replace(one, low=-np.inf, high=np.inf) for one in kernel.guards)
    return replace(kernel, guards=free)


def unit_of(name: str) -> str:
    """Return the unit in which an input is held as a plain array."""
    return UNITS.get(name, "byte" if name in BYTES else "1")


def _inputs(case: Case, size: int, table: KernelTable) -> dict[str, Array]:
    chip = chip_of(case.accelerator, case.form, table)
    values = {one.name: getattr(thing, one.name) for thing in (chip, case.work) for one in fields(thing)}
    return {name: _full(value, name, size) for name, value in values.items()}


def _full(value: Quantity, name: str, size: int) -> Array:
    return np.broadcast_to(np.asarray(magnitude(value, unit_of(name)), dtype=float), (size,))


def _levels(case: Case, system: str) -> dict[str, str]:
    kernel, generation = case.kernel, case.accelerator.family
    engine = engine_of(case.accelerator, kernel)
    return {
        "number_type": kernel.number_type,
        "framework": str(kernel.framework),
        "kernel": kernel.name,
        ENGINE: engine,
        "kernel_engine": f"{kernel.name}@{engine}",
        GENERATION: generation,
        "kernel_generation": f"{kernel.name}@{generation}",
        "system": system,
        "accelerator": case.accelerator.id,
    }
