"""What a question assumes of money and of fleets: from its scenario, and from one file of assumptions for the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

from costmodel.domain.workload import Asked
from costmodel.errors import SpecError
from costmodel.specs.attribute import Attribute
from costmodel.specs.fact import Fact
from costmodel.specs.fact_reader import FactReader
from costmodel.specs.tables.finance import MONTHLY
from costmodel.specs.tables.questions import SCENARIO
from costmodel.specs.toml_file import read_table
from costmodel.units import Quantity

FILE = Path(__file__).with_name("assumptions.toml")
TABLES = ("finance", "fleet")
DISTURBANCES = (
    *("interruptions", "storage_bandwidth", "restart_time", "stragglers", "evaluation", "warm_up"),
    *("spot_price_share", "spot_interruptions", "rollout_waiting"),
)
"""What interrupts and slows a training run, below `training`, and what hours that may be taken away cost."""


@dataclass(frozen=True, kw_only=True)
class Terms(Asked):
    """Money and fleets as a scenario has them; every field goes by the same name below `finance` or `fleet`."""

    timing: str = MONTHLY
    """When what is paid in a year counts."""
    inflation: Quantity
    payment_delay: Quantity
    building_tax_life: Quantity
    price_performance_decline: Quantity
    """Fall of price for performance, in powers of ten a year."""
    resale_discount: Quantity
    rent_decline: Quantity
    sublet_share: Quantity
    token_price_decline: Quantity
    price_age: Quantity
    insurance: Quantity
    software: Quantity
    storage: Quantity
    support: Quantity
    egress: Quantity
    spare_replicas: Quantity
    spare_systems: Quantity
    maintenance: Quantity
    peak_utilization: Quantity
    training_utilization: Quantity
    headroom: Quantity
    start_up: Quantity
    busy_power: Quantity
    network_power: Quantity
    hardware_price_decline: Quantity | None = None
    """Fall per year of the price of what replaces a system; without it, that of price for performance."""


@cache
def assumed(file: Path = FILE) -> Mapping[str, Fact]:
    """Return the facts of the file of assumptions, by their keys in scenarios."""
    content, lines, faults = read_table(file)
    reader = FactReader(file, lines, lambda path, message: faults.append(f"{file}: {path}: {message}"))
    keys = SCENARIO.by_key()
    flat = {f"{table}.{name}": value for table in content for name, value in content[table].items()}
    found = {key: reader.fact(keys.get(key, Attribute(key, "")), key, value) for key, value in flat.items()}
    if faults:
        raise SpecError(faults)
    return found


def terms_from(facts: Mapping[str, Fact], place: str = str(FILE)) -> Terms:
    """Return the terms of a scenario with these facts, with the project's assumptions for what it leaves out."""
    every = {**assumed(), **facts}
    names = [one.name for one in fields(Terms)]
    own = {key.rpartition(".")[2]: fact for key, fact in every.items() if key.partition(".")[0] in TABLES}
    given = {name: own[name] for name in names if name in own}
    values: dict[str, Any] = {name: fact.value for name, fact in given.items()}
    return Terms(id="terms", name="terms of money and fleets", facts=given, place=place, **values)


@cache
def disturbances() -> Mapping[str, Fact]:
    """Return what the project assumes of what interrupts and slows a training run, by name."""
    return {name: assumed()[f"training.{name}"] for name in DISTURBANCES}


@cache
def usual_terms() -> Terms:
    """Return the terms of a question that says nothing about them."""
    return terms_from({})
