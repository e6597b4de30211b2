"""Read what a scenario asks of its offers: queries to serve, a run to train, or hours of accelerators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from costmodel.domain.hardware import load_accelerator
from costmodel.domain.plans import (
    FurtherCost,
    accounts_from,
    further_costs_from,
    investments_from,
    load_from,
    plans_from,
)
from costmodel.domain.scenario import Workload
from costmodel.domain.terms import DISTURBANCES, disturbances
from costmodel.domain.usage import usage_from
from costmodel.domain.workload import Capacity, Serving, TrainingRun
from costmodel.errors import MissingData
from costmodel.specs.catalog import Catalog
from costmodel.specs.fact import Fact
from costmodel.specs.record import Record
from costmodel.specs.tables.questions import MEAN
from costmodel.specs.tables.training import FINE_TUNING, PRETRAINING, REINFORCEMENT
from costmodel.units import Quantity

_SERVING = {
    "users": "demand.users",
    "queries_per_user": "demand.queries_per_user",
    "rate": "demand.rate",
    "arrival_spread": "demand.arrival_spread",
    "peak_to_mean": "demand.peak_to_mean",
    "ramp": "demand.ramp",
    "growth": "demand.growth",
    "prompt_tokens": "query.prompt_tokens",
    "output_tokens": "query.output_tokens",
    "prompt_spread": "query.prompt_spread",
    "output_spread": "query.output_spread",
    "cached_share": "query.cached_share",
    "time_to_first_token": "target.time_to_first_token",
    "time_per_output_token": "target.time_per_output_token",
}
_RUN = ("tokens", "batch", "sequence_length", "accelerators")
_CHOSEN = ("goodput", "utilization", "checkpoint_interval")
"""What replaces what would be computed, where it is given."""
_OF_KINDS = {
    "epochs": (FINE_TUNING, REINFORCEMENT),
    "trained_share": (FINE_TUNING, REINFORCEMENT),
    "rollout_prompt_tokens": (REINFORCEMENT,),
    "rollout_output_tokens": (REINFORCEMENT,),
    "rollouts_per_sequence": (REINFORCEMENT,),
    "scoring_passes": (REINFORCEMENT,),
}
"""What runs of some kinds say beside what all do."""
_TRAINED = (*_RUN, *_CHOSEN, *DISTURBANCES, *_OF_KINDS, "runs_per_year", "failed_share", "reported_cost")
_TRAINING = {name: f"training.{name}" for name in _TRAINED}
_CAPACITY = {name: f"capacity.{name}" for name in ("accelerators", "duration", "utilization", "budget")}
LIMITS = ("time_to_first_token", "time_per_output_token")
_OPTIONAL = {
    "users",
    "queries_per_user",
    "rate",
    "arrival_spread",
    "peak_to_mean",
    "growth",
    "ramp",
    "prompt_spread",
    "output_spread",
    "cached_share",
    "time_to_first_token",
    "time_per_output_token",
    "budget",
    "runs_per_year",
    "failed_share",
    "reported_cost",
    *(f"training.{name}" for name in (*_CHOSEN, *DISTURBANCES, *_OF_KINDS)),
}


def workload_from(catalog: Catalog, record: Record) -> Workload:
    """Return what a scenario's file asks for, or a MissingData error that names what it leaves out."""
    kind = record.values["workload"]
    if kind == "capacity":
        return _capacity(catalog, record)
    if "architecture" not in record.values:
        msg = f"{record.file}: a {kind} scenario needs architecture, the model that is served or trained"
        raise MissingData(msg)
    return _serving(catalog, record) if kind == "serving" else _training(record)


def _serving(catalog: Catalog, record: Record) -> Serving:
    _check_demand(record)
    content, facts = _fields(record, _SERVING)
    load = load_from(record)
    if load is None and "peak_to_mean" not in content:
        msg = f"{record.file}: a serving scenario needs demand.peak_to_mean, or load.day"
        raise MissingData(msg)
    users: dict[str, Any] = {
        "load": load,
        "usage": usage_from(record),
        "plans": plans_from(catalog, record),
        "further_costs": further_costs_from(record),
        "training": _retraining(record),
    }
    every = content | users | _shares(record)
    return Serving(id=record.id, name="serving", facts=facts, place=str(record.file), **every)


def _training(record: Record) -> TrainingRun:
    _, facts = _fields(record, _TRAINING)
    return replace(_run(record.id, facts, record), further_costs=_over_its_time(record))


def _run(id_: str, facts: Mapping[str, Fact], record: Record) -> TrainingRun:
    """Return a run of what a file says, with the project's assumptions of what disturbs it for what it leaves out."""
    kind = str(record.values.get("training.kind", PRETRAINING))
    _check_kind(kind, record)
    every = {**disturbances(), **facts}
    values: dict[str, Any] = {name: fact.value for name, fact in every.items()}
    return TrainingRun(id=id_, name="training run", kind=kind, facts=every, place=str(record.file), **values)


def _check_kind(kind: str, record: Record) -> None:
    """Refuse what means nothing in a run of a kind, and rollouts of no length."""
    for name, kinds in _OF_KINDS.items():
        key = f"training.{name}"
        if key in record.facts and kind not in kinds:
            other = f'write training.kind = "{kinds[0]}", or leave it out'
            msg = f"{record.place(key)}: {key}: a run of {kind} has none: {other}"
            raise MissingData(msg)
    keys = ("training.rollout_prompt_tokens", "training.rollout_output_tokens")
    lengths = [key for key in keys if key not in record.facts]
    if kind == REINFORCEMENT and lengths:
        msg = f"{record.place('training.kind')}: a run of {kind} writes its answers: add {' and '.join(lengths)}"
        raise MissingData(msg)


def _over_its_time(record: Record) -> tuple[FurtherCost, ...]:
    """Return the further costs of a run of its own, such as staff and data, which are paid over its time."""
    found = further_costs_from(record)
    for one in found:
        if one.amount is None or one.per_user is not None or one.revenue_share is not None:
            where = record.place(f"costs.{one.name}")
            msg = f"{where}: costs.{one.name}: a training run has neither users nor revenue: give an amount alone"
            raise MissingData(msg)
    return found


def _check_demand(record: Record) -> None:
    """Refuse demand that is said twice, half or not at all."""
    given = [key for key in ("demand.users", "demand.queries_per_user", "demand.rate") if key in record.facts]
    of_users = "either demand.users and demand.queries_per_user, or demand.rate"
    if given not in (["demand.users", "demand.queries_per_user"], ["demand.rate"]):
        msg = f"{record.file}: a serving scenario needs {of_users}; this one has {' and '.join(given) or 'neither'}"
        raise MissingData(msg)
    if given != ["demand.rate"]:
        return
    tables = ("plan", "plans", "usage", "costs", "regions")
    of_users_only = [key for key in record.facts if key.partition(".")[0] in tables]
    if of_users_only:
        msg = (
            f"{record.place(of_users_only[0])}: {of_users_only[0]} is about users, of whom demand.rate says nothing: "
            f"give {of_users}"
        )
        raise MissingData(msg)
    if not any(f"target.{name}" in record.facts for name in LIMITS):
        keys = " or ".join(f"target.{name}" for name in LIMITS)
        msg = f"{record.file}: demand.rate is held within limits of latency: add {keys}"
        raise MissingData(msg)


def _shares(record: Record) -> dict[str, Any]:
    """Return the shares of requests that keep the limits of latency, where they are not of the mean."""
    found: dict[str, Any] = {}
    for name in LIMITS:
        said = str(record.values.get(f"target.{name}_percentile", MEAN))
        if said != MEAN:
            if f"target.{name}" not in record.facts:
                msg = f"{record.file}: target.{name}_percentile is {said}, of no limit: add target.{name}"
                raise MissingData(msg)
            found[f"{name}_share"] = float(said.removeprefix("p")) / 100
    return found


def _capacity(catalog: Catalog, record: Record) -> Capacity:
    content, facts = _fields(record, _CAPACITY)
    if "capacity.reference" not in record.values:
        msg = f"{record.file}: a capacity scenario needs capacity.reference, the accelerator in which it is counted"
        raise MissingData(msg)
    reference = load_accelerator(catalog, record.values["capacity.reference"])
    place = str(record.file)
    company = {"accounts": accounts_from(record), "further_costs": further_costs_from(record)}
    own: dict[str, Any] = {**content, **company, "investments": investments_from(record)}
    return Capacity(id=record.id, name="capacity", facts=facts, place=place, reference=reference, **own)


def _retraining(record: Record) -> TrainingRun | None:
    """Return how the model of a serving scenario is trained; None where its file says nothing of that."""
    if not any(key.startswith("training.") for key in record.facts):
        return None
    missing = [
        key
        for name, key in _TRAINING.items()
        if key not in record.facts and not {name, key} & (_OPTIONAL - {"runs_per_year"})
    ]
    if missing:
        msg = f"{record.place('training')}: training: beside serving needs {', '.join(missing)} too"
        raise MissingData(msg)
    facts = {name: record.facts[key] for name, key in _TRAINING.items() if key in record.facts}
    return _run(f"{record.id}/training", facts, record)


def _fields(record: Record, keys: Mapping[str, str]) -> tuple[dict[str, Quantity], dict[str, Fact]]:
    missing = [key for name, key in keys.items() if key not in record.facts and not {name, key} & _OPTIONAL]
    if missing:
        msg = f"{record.file}: a {record.values['workload']} scenario needs {', '.join(missing)}"
        raise MissingData(msg)
    facts = {name: record.facts[key] for name, key in keys.items() if key in record.facts}
    return {name: fact.value for name, fact in facts.items()}, facts
