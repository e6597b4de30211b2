"""Deployments that a search chose, with facts that say so."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from costmodel.domain.workload import Deployment
from costmodel.performance.layout.layouts import SPLITS
from costmodel.specs.fact import ASSUMPTION, Fact
from costmodel.units import quantity

_HERE = Path(__file__)


def chosen(base: Deployment, reason: str, **numbers: float) -> Deployment:
    """Return a deployment with numbers that a search chose, each with a fact that says why."""
    facts = {
        name: Fact(name, quantity(float(value)), ASSUMPTION, _HERE, 1, confidence=ASSUMPTION, reason=reason)
        for name, value in numbers.items()
    }
    return replace(base, facts=facts).with_leaves(**{name: fact.value for name, fact in facts.items()})


def chosen_row(base: Deployment, row: Mapping[Hashable, Any], reason: str) -> Deployment:
    """Return the deployment of a row of a search; splits that are one are left out, as they have no effect."""
    splits = {name: row[name] for name in SPLITS if row[name] != 1 or name == "tensor_parallel"}
    typed = replace(base, precision=str(row["precision"]))
    return chosen(typed, reason, **splits, concurrency=row["concurrency"])


def with_fact(deployment: Deployment, name: str, fact: Fact) -> Deployment:
    """Return a deployment with one more quantity, and the fact behind it."""
    facts = {**deployment.facts, name: fact}
    return replace(deployment, facts=facts).with_leaves(**{name: fact.value})


def rate_share(share: float) -> Fact:
    """Return the rate that simulated requests keep, over that of the closed form, as a fact."""
    reason = (
        "highest rate at which requests at random, simulated step by step, keep the targets, over the closed form's"
    )
    return Fact("rate_share", quantity(share), ASSUMPTION, _HERE, 1, confidence=ASSUMPTION, reason=reason)
