"""The training run of a scenario: utilisation, goodput, hours, and its cost by each method of the field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from costmodel.analysis.answered import AnsweredScenario
from costmodel.analysis.statement import ENDS
from costmodel.analysis.uncertainty import Interval, intervals
from costmodel.domain.scenario import Scenario
from costmodel.domain.workload import Serving, TrainingRun
from costmodel.economics.run_methods import FURTHER, METHODS, WHOLE, WITH_FAILED, given_of
from costmodel.errors import MissingData
from costmodel.specs.fact import ASSUMPTION, Fact
from costmodel.units import magnitude

FIGURES = (
    *("model_flops_utilization", "goodput", "interruptions", "checkpoint_interval", "accelerator_hours"),
    *("time_of_steps", "time_of_rollouts", "time_of_scoring"),
)
PARTS = ("cost_of_steps", "cost_of_rollouts", "cost_of_scoring", WITH_FAILED, WHOLE)
"""What falls on each kind of work of a run, and what it costs with what is paid beside it."""
UNITS = {
    **dict.fromkeys(("time_of_steps", "time_of_rollouts", "time_of_scoring"), "day"),
    "model_flops_utilization": "",
    "goodput": "",
    "interruptions": "",
    "checkpoint_interval": "min",
    "accelerator_hours": "accelerator*h",
}
OWN = "cost_per_training_run"
OWN_METHOD = "levelised: systems over their life with cost of capital, building, staff, energy and hours between runs"
"""What the cost that offers are ranked by counts."""

AT_CLOUD, ON_SPOT = "cost_at_cloud_price", "cost_at_spot_price"

SAID = {
    "cost_of_rollouts": "the part of it in which the model writes what it is trained on",
    "cost_of_scoring": "the part in which reference, reward and critic models read that",
    WITH_FAILED: "the same with all runs and trials that come to nothing",
    WHOLE: "that with what is paid beside compute while they last",
}

WORDS = {
    "model_flops_utilization": "The utilisation (MFU) of the training run is given as {share:g}, not predicted",
    "goodput": "The goodput of the training run is given as {share:g}, not computed from failures and restarts",
}


def run_of(scenario: Scenario) -> TrainingRun | None:
    """Return the training run of a scenario: its workload, or that of the model which it serves."""
    workload = scenario.workload
    if isinstance(workload, Serving):
        return workload.training
    return workload if isinstance(workload, TrainingRun) else None


def given_in_words(scenario: Scenario) -> Iterator[str]:
    """Yield a sentence for each figure of a training run that is stated, with its source."""
    run = run_of(scenario)
    stated = {"model_flops_utilization": "utilization", "goodput": "goodput"}
    for name in () if run is None else given_of(run):
        field = stated[name]
        value = getattr(run, field)
        said = WORDS[name].format(share=float(value.magnitude))
        yield f"{said}{_source(run.facts.get(field) if run else None)}"


def _source(fact: Fact | None) -> str:
    if fact is None or not fact.source:
        return ""
    return f" (assumption: {fact.reason})" if fact.source == ASSUMPTION else f" ({fact.source})"


def run_table(study: AnsweredScenario) -> pd.DataFrame:
    """Return one row per offer: the figures of the run, its own cost and that by each method, with 80% intervals.

    A method for which an offer has no price is empty, and so is spot where the run costs more on it than on demand:
    `attrs["without"]` says so by offer. `attrs["given"]` names what was stated instead of computed.
    """
    if not isinstance(study.scenario.workload, TrainingRun):
        msg = f'{study.scenario.id} is no training run: ask this of a scenario with workload = "training"'
        raise MissingData(msg)
    costs = study.model.costs
    there = list(dict.fromkeys(name for one in costs.values() for name in one.quantities))
    further = [name for name in there if name.startswith(FURTHER)]
    names = [name for name in (*FIGURES, OWN, *METHODS, *PARTS[:-1], *further, WHOLE) if name in there]
    bands = intervals(
        {(id_, name): one[name] for id_, one in costs.items() for name in names if name in one.quantities},
        links=study.links,
    )
    units = {name: UNITS.get(name, "USD") for name in names}
    rows = {id_: _row(id_, names, bands, units) for id_ in study.costs}
    without = {id_: reason for id_, row in rows.items() if (reason := _without_spot(row))}
    table = pd.DataFrame(rows).T.reindex(columns=[f"{name}{end}" for name in names for end in ("", *ENDS)])
    found = table.reindex([offer.id for offer in study.scenario.offers if offer.id in rows]).rename_axis("offer")
    ends = {f"{name}{end}": unit for name, unit in units.items() for end in ("", *ENDS)}
    found.attrs = {"units": ends, "given": list(given_of(study.scenario.workload)), "without": without}
    return found


def _without_spot(row: dict[str, float]) -> str:
    """Take the cost on spot out of a row where nobody would pay it, and return why; nothing, where it is worth it."""
    spot, demand = row.get(ON_SPOT, 0.0), row.get(AT_CLOUD, float("inf"))
    if spot <= demand:
        return ""
    for end in ("", *ENDS):
        del row[f"{ON_SPOT}{end}"]
    return f"interrupted as often as spot is, the run would cost {spot / demand:.3g} times what it costs on demand"


def _row(
    id_: str, names: Sequence[str], bands: Mapping[tuple[str, str], Interval], units: Mapping[str, str]
) -> dict[str, float]:
    found = {}
    for name in names:
        if (id_, name) in bands:
            band = bands[id_, name]
            for end, side in zip(("", *ENDS), (band.value, band.low, band.high), strict=True):
                found[f"{name}{end}"] = float(magnitude(side, units[name] or "1"))
    return found


def methods_of(table: pd.DataFrame) -> dict[str, str]:
    """Return what each method of a table counts: they differ in what they leave out, and are never mixed."""
    return {name: words for name, words in {OWN: OWN_METHOD, **METHODS}.items() if name in table.columns}


def parts_of(table: pd.DataFrame) -> list[str]:
    """Return the columns of a table that say what a run's own cost falls on, and what is paid beside it."""
    names = [str(name) for name in table.columns if not str(name).endswith(ENDS)]
    return [name for name in names if name in PARTS or name.startswith(FURTHER)]
