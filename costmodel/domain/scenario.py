"""One question: offers x workload x demand x finance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

from costmodel.domain.architecture import Architecture, load_architecture
from costmodel.domain.dollars import in_dollars
from costmodel.domain.hardware import Site, load_accelerator, load_site
from costmodel.domain.levers import Lever, levers_from
from costmodel.domain.noun import build
from costmodel.domain.offers import MIX, Program, Way, load_way, mixes, span
from costmodel.domain.plans import FurtherCost, accounts_from, further_costs_from, load_from, plans_from
from costmodel.domain.terms import DISTURBANCES, Terms, disturbances, terms_from
from costmodel.domain.token_api import TokenApi
from costmodel.domain.usage import usage_from
from costmodel.domain.workload import Asked, Capacity, Serving, TrainingRun
from costmodel.errors import FormulaError, MissingData, unknown
from costmodel.specs.catalog import Catalog
from costmodel.specs.fact import ASSUMPTION, Fact
from costmodel.specs.record import Record
from costmodel.specs.tables.questions import (
    AS_LISTED,
    CONSUMER_PRICES,
    FINE_TUNING,
    MEAN,
    PRETRAINING,
    REINFORCEMENT,
)
from costmodel.units import Quantity, quantity

Workload: TypeAlias = Serving | TrainingRun | Capacity

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
_TRAINED = (*_RUN, *_CHOSEN, *DISTURBANCES, *_OF_KINDS, "runs_per_year", "failed_share")
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
    *(f"training.{name}" for name in (*_CHOSEN, *DISTURBANCES, *_OF_KINDS)),
}


OWN, ALL = "own demand", "all uses"
"""Who pays for the design and the team of a program."""
ANEW, SHIPPED = "anew", "as shipped"
"""Whether a program begins on the day of the question, or what it has cost so far is sunk."""


@dataclass(frozen=True, kw_only=True)
class Scenario(Asked):
    """A question as a file asks it, with all objects it names."""

    title: str
    question: str
    price_date: date
    architecture: Architecture | None = None
    workload: Workload
    site: Site
    offers: tuple[Way, ...]
    finance_real_discount_rate: Quantity | None = None
    finance_return_on_equity: Quantity | None = None
    finance_debt_share: Quantity | None = None
    finance_debt_rate: Quantity | None = None
    finance_depreciation: str = "bonus"
    finance_property_tax: Quantity | None = None
    finance_sales_tax: Quantity | None = None
    finance_horizon: Quantity | None = None
    finance_tax_rate: Quantity | None = None
    finance_cost_index: str = CONSUMER_PRICES
    program_charged_to: str = OWN
    program_start: str = ANEW
    program_other_volume: Quantity | None = None
    program_meanwhile: str = ""
    best_on_sale: str = ""
    """The purchase that is the best on the market of the day, where a program has to beat it."""
    terms: Terms
    precisions: tuple[str, ...] = ("bf16",)
    kv_cache_precision: str = ""
    framework: str = "vllm"
    stand_in_models: tuple[str, ...] = ()
    """Listed models whose APIs stand for the scenario's own model, and why."""
    stand_in_reason: str = ""
    deal_name: str = ""
    """A deal that shares profit in stages, and the sum that it shares out."""
    deal_profit: Quantity | None = None
    note: str = ""
    levers: tuple[Lever, ...] = ()

    @property
    def model(self) -> Architecture:
        """The shape of the model, or a MissingData error."""
        if self.architecture is None:
            msg = f"{self.id} names no model: add architecture = ... to {self.place or self.id}"
            raise MissingData(msg)
        return self.architecture

    def offer(self, id_: str) -> Way:
        """Return one of the scenario's offers by its id or the last part of it."""
        fits = [offer for offer in self.offers if id_ in (offer.id, offer.id.rpartition("/")[2])]
        if len(fits) != 1:
            raise unknown("offer of this scenario", id_, [offer.id for offer in self.offers])
        return fits[0]

    def with_offers(self, *offers: Way) -> Scenario:
        """Return the scenario with other offers."""
        return replace(self, offers=offers)


def load_scenario(catalog: Catalog, record: Record) -> Scenario:
    """Return a scenario with the objects that its file names."""
    values = record.values
    day: date = values["price_date"]
    precision = str(values.get("deployment.precision", "bf16"))
    offers = _offers(catalog, values["offers"], day)
    found = build(
        Scenario,
        record,
        name=values["title"],
        price_date=day,
        architecture=load_architecture(catalog, values["architecture"]) if "architecture" in values else None,
        workload=_workload(catalog, record),
        site=load_site(catalog, values["site"]),
        offers=offers,
        terms=terms_from(record.facts, str(record.file)),
        precisions=tuple(part.strip() for part in precision.split(",")),
        kv_cache_precision=values.get("deployment.kv_cache_precision", ""),
        framework=values.get("deployment.framework", "vllm"),
        stand_in_models=tuple(values.get("stand_in.models", ())),
        levers=levers_from(record),
    )
    _check_capital(found, record)
    _check_listed(catalog, found, record)
    indexed = found if found.finance_cost_index == AS_LISTED else in_dollars(found, day)
    return with_horizon(indexed, record.file)


def _offers(catalog: Catalog, ids: Sequence[str], day: date) -> tuple[Way, ...]:
    """Return the offers of a scenario; a mix is made of the others, and stands where it is named."""
    named = list(dict.fromkeys(ids))
    loaded = {id_: load_way(catalog, id_, day) for id_ in named if id_ != MIX}
    found: list[Way] = []
    for id_ in named:
        found += mixes(list(loaded.values())) if id_ == MIX else [loaded[id_]]
    return tuple(found)


def _check_capital(found: Scenario, record: Record) -> None:
    """Refuse a scenario with no cost of capital, or with two."""
    if (found.finance_real_discount_rate is None) == (found.finance_return_on_equity is None):
        both = found.finance_return_on_equity is not None
        msg = (
            f"{record.file}: finance gives {'both' if both else 'neither'} real_discount_rate "
            f"{'and' if both else 'nor'} return_on_equity (with debt_share and debt_rate): give one of them"
        )
        raise MissingData(msg)
    if found.finance_return_on_equity is not None:
        found.need("finance_debt_share")
        found.need("finance_debt_rate")


def _check_listed(catalog: Catalog, found: Scenario, record: Record) -> None:
    """Refuse an API of another model than the scenario's, unless the file says that it stands for it, and why."""
    if found.stand_in_models and not found.stand_in_reason:
        msg = f"{record.file}: stand_in.models names models and stand_in.reason does not say why: add it"
        raise MissingData(msg)
    for one in found.offers:
        if not isinstance(one, TokenApi) or found.architecture is None or one.model in found.stand_in_models:
            continue
        if not one.architecture or catalog.full_id("architecture", one.architecture) != found.architecture.id:
            msg = (
                f"{record.file}: {one.id} sells {one.model}, and the model of this scenario is "
                f"{found.architecture.id}: name an API of that model, or say that this one stands for it, with "
                f'stand_in.models = ["{one.model}"] and stand_in.reason'
            )
            raise MissingData(msg)


def over(scenario: Scenario, years: float) -> Scenario:
    """Return the scenario over another horizon; a capacity is needed until then.

    Raises
    ------
    FormulaError
        For a horizon below a month.
    """
    if not years * 12 >= 1:
        msg = f"a horizon of {years:g} years; it must be at least 1 month"
        raise FormulaError(msg)
    horizon = quantity(float(years), "year")
    workload = scenario.workload
    if isinstance(workload, Capacity):
        workload = workload.with_leaves(duration=horizon)
    return replace(scenario, workload=workload, finance_horizon=horizon)


def with_horizon(found: Scenario, place: Path) -> Scenario:
    """Return the scenario with a horizon: its own, the duration of its capacity, or the longest life or term."""
    if found.finance_horizon is not None:
        return found
    if isinstance(found.workload, Capacity):
        fact = found.workload.facts["duration"]
    else:
        years = max((_needed(found, one) for one in found.offers), key=lambda one: one.to("year").magnitude)
        why = "the longest life or term among the offers, with the time until an own chip arrives"
        fact = Fact("finance.horizon", years.to("year"), ASSUMPTION, place, reason=why)
    return replace(found, finance_horizon=fact.value, facts={**found.facts, "finance_horizon": fact})


def _needed(found: Scenario, offer: Way) -> Quantity:
    """Return the span of an offer, which begins for programs when their systems are there."""
    if isinstance(offer, Program) and (found.program_start == ANEW or offer.age is None):
        return offer.arrival + offer.lifetime
    return span(offer)


def _workload(catalog: Catalog, record: Record) -> Workload:
    kind = record.values["workload"]
    if kind == "capacity":
        return _capacity(catalog, record)
    if "architecture" not in record.values:
        msg = f"{record.file}: a {kind} scenario needs architecture, the model that is served or trained"
        raise MissingData(msg)
    if kind == "serving":
        _check_demand(record)
        content, facts = _fields(record, _SERVING)
        load = load_from(record)
        if load is None and "peak_to_mean" not in content:
            msg = f"{record.file}: a serving scenario needs demand.peak_to_mean, or load.day"
            raise MissingData(msg)
        users: dict[str, Any] = {
            "load": load,
            "usage": usage_from(record),
            "plans": plans_from(record),
            "further_costs": further_costs_from(record),
            "training": _retraining(record),
        }
        return Serving(
            id=record.id, name="serving", facts=facts, place=str(record.file), **(content | users | _shares(record))
        )
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
            other = f'write training.kind = "{kinds[-1]}", or leave it out'
            msg = f"{record.place(key)}: {key}: a run of {kind} has none: {other}"
            raise MissingData(msg)
    lengths = [
        key for key in ("training.rollout_prompt_tokens", "training.rollout_output_tokens") if key not in record.facts
    ]
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
    company: dict[str, Any] = {"accounts": accounts_from(record), "further_costs": further_costs_from(record)}
    own: dict[str, Any] = content | company
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
