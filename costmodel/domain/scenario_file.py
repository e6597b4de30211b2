"""Read a scenario from its file, with all objects that it names."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from costmodel.domain.architecture import load_architecture
from costmodel.domain.hardware import load_site
from costmodel.domain.levers import levers_from
from costmodel.domain.noun import build, in_dollars
from costmodel.domain.offers import MIX, Way, load_way, mixes
from costmodel.domain.scenario import Scenario, with_horizon
from costmodel.domain.terms import terms_from
from costmodel.domain.token_api import TokenApi
from costmodel.domain.workload_file import workload_from
from costmodel.errors import MissingData, unknown
from costmodel.specs.catalog import Catalog
from costmodel.specs.number_types import SERVED_TYPES
from costmodel.specs.record import Record
from costmodel.specs.tables.finance import AS_LISTED, MONTHLY


def load_scenario(catalog: Catalog, record: Record) -> Scenario:
    """Return a scenario with the objects that its file names."""
    values = record.values
    day: date = values["price_date"]
    offers = _offers(catalog, record, day)
    found = build(
        Scenario,
        record,
        name=values["title"],
        price_date=day,
        architecture=load_architecture(catalog, values["architecture"]) if "architecture" in values else None,
        workload=workload_from(catalog, record),
        site=load_site(catalog, values["site"]),
        offers=offers,
        terms=replace(terms_from(record.facts, str(record.file)), timing=values.get("finance.timing", MONTHLY)),
        precisions=_precisions(record),
        kv_cache_precision=values.get("deployment.kv_cache_precision", ""),
        framework=values.get("deployment.framework", "vllm"),
        stand_in_models=tuple(values.get("stand_in.models", ())),
        levers=levers_from(record),
    )
    _check_capital(found, record)
    _check_listed(catalog, found, record)
    indexed = found if found.finance_cost_index == AS_LISTED else in_dollars(found, day)
    return with_horizon(indexed, record.file)


def _offers(catalog: Catalog, record: Record, day: date) -> tuple[Way, ...]:
    """Return the offers of a scenario; a mix is made of the others, and stands where it is named."""
    named: list[str] = list(dict.fromkeys(record.values["offers"]))
    loaded = {id_: load_way(catalog, id_, day) for id_ in named if id_ != MIX}
    found: list[Way] = []
    for id_ in named:
        found += mixes(list(loaded.values()), record.place("offers")) if id_ == MIX else [loaded[id_]]
    return tuple(found)


def _precisions(record: Record) -> tuple[str, ...]:
    """Return the number types of the weights that a scenario allows, or an UnknownName error for what is none."""
    found = tuple(part.strip() for part in str(record.values.get("deployment.precision", "bf16")).split(","))
    for one in found:
        if one not in SERVED_TYPES:
            what = f"number type for deployment.precision in {record.file}"
            raise unknown(what, one, SERVED_TYPES)
    return found


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
