"""Rows of training measurements as setups and runs of the time model."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from costmodel.calibration.accuracy.architectures import of_row
from costmodel.calibration.accuracy.training_layouts import Row, deployment_of, fastest_layout, number, stated_layout
from costmodel.calibration.accuracy.training_metrics import ADAPTERS, published_metric, submitted_metric
from costmodel.domain.accelerator_names import Accelerators
from costmodel.domain.architecture_names import Architectures
from costmodel.domain.hardware import Accelerator
from costmodel.domain.terms import disturbances
from costmodel.domain.workload import TrainingRun
from costmodel.errors import CostModelError, MissingData
from costmodel.performance.machine.constants import Constants
from costmodel.performance.machine.setup import Setup
from costmodel.performance.training.case import UNSTATED, Case, case_of
from costmodel.specs.catalog import Catalog
from costmodel.units import magnitude, quantity

FLEET = 1024.0
"""Accelerators where a row of a whole run gives none."""
USUAL_BATCH = 4e6
"""Tokens of a step where a row gives none: that of Llama 2 and 3.1 8B."""


@dataclass(frozen=True)
class TrainingRow:
    """One row as a case, and how its metric follows from tokens per second and accelerator."""

    case: Case
    family: str
    software: str
    factor: float
    exponent: float
    """metric = factor x rate ^ exponent."""


def training_rows(
    rows: pd.DataFrame, catalog: Catalog, constants: Constants, *, submitted: bool = False
) -> dict[Any, TrainingRow | str]:
    """Return each row by its index, or the reason why it has no answer."""
    models, chips = Architectures(catalog, rows.attrs.get("architectures", ())), Accelerators(catalog)
    found: dict[Any, TrainingRow | str] = {}
    for index, row in rows.iterrows():
        try:
            found[index] = _row(row.to_dict(), models, chips, constants, submitted=submitted)
        except CostModelError as error:
            found[index] = str(error)
    return found


def measured_setups(
    rows: pd.DataFrame, catalog: Catalog, constants: Constants, *, recompute_unstated: str
) -> dict[Any, tuple[Setup, TrainingRun]]:
    """Return the layout and the run of each row by its index, and what those that are silent compute again."""
    models, chips = Architectures(catalog), Accelerators(catalog)
    found = {}
    for index, row in rows.iterrows():
        setup, run = _measured(row.to_dict(), models, chips, constants, submitted=False)
        if setup.deployment.recompute == UNSTATED:
            setup = replace(setup, deployment=replace(setup.deployment, recompute=recompute_unstated))
        found[index] = setup, run
    return found


def _row(row: Row, models: Architectures, chips: Accelerators, constants: Constants, *, submitted: bool) -> TrainingRow:
    setup, run = _measured(row, models, chips, constants, submitted=submitted)
    total = float(magnitude(run.accelerators, "accelerator"))
    factor, exponent = submitted_metric(row, total) if submitted else published_metric(row, setup, run)
    return TrainingRow(case_of(setup, run), setup.accelerator.family, setup.deployment.framework, factor, exponent)


def _measured(
    row: Row, models: Architectures, chips: Accelerators, constants: Constants, *, submitted: bool
) -> tuple[Setup, TrainingRun]:
    """Return the layout of a row, as stated or the fastest that fits, and its run."""
    chip, model = _networked(chips.find(str(row["chip"])), constants), of_row(models, row)
    frozen = submitted and str(row["model"]).lower().startswith(ADAPTERS)
    run = replace(_run(row), trained_share=quantity(0.0)) if frozen else _run(row)
    setup = Setup(model, chip, deployment_of(row, submitted=submitted), constants)
    if number(row, "tp") is None:
        return replace(setup, deployment=fastest_layout(setup, run)), run
    return replace(setup, deployment=stated_layout(row, setup, run, float(magnitude(model.layers, "1")))), run


def _networked(chip: Accelerator, constants: Constants) -> Accelerator:
    """Return a chip with its network; a card whose maker states none has that of a host, as where it serves."""
    if chip.scale_out_bandwidth_one_way is not None:
        return chip
    return chip.with_leaves(scale_out_bandwidth_one_way=constants["host_link"])


def _run(row: Row) -> TrainingRun:
    length = number(row, "seq_len")
    if length is None:
        msg = "seq_len is missing: the tokens of a sequence decide what attention and memory take"
        raise MissingData(msg)
    batch = (number(row, "gbs_seqs") or USUAL_BATCH / length) * length
    return TrainingRun(
        id="measured",
        name="measured run",
        tokens=quantity(batch, "token"),
        batch=quantity(batch, "token"),
        sequence_length=quantity(length, "token"),
        accelerators=quantity(number(row, "n_chips") or FLEET, "accelerator"),
        **{name: fact.value for name, fact in disturbances().items()},  # type: ignore[arg-type]
    )
