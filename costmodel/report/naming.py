"""What offers are called on a page, and which colour each has on all pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from zlib import crc32

import pandas as pd

from costmodel.analysis.study import Study
from costmodel.domain.scenario import Scenario
from costmodel.report.numerals import OUTPUT_TOKENS

SHADES = (
    *("#2672b7", "#dd7433", "#456f4e", "#b8539c", "#6a55c9", "#2a9db5"),
    *("#ac4210", "#8a7d2a", "#3d9068", "#7b80de", "#7f8a94"),
)
"""Colours that can be told from each other, also by the colour-blind, and from white and from near-black paper."""
OWN = {
    "purchase/hgx-h100": 0,
    "purchase/hgx-a100-80gb": 1,
    "rental/coreweave-h100-on-demand": 2,
    "rental/coreweave-h200-on-demand": 2,
    "rental/coreweave-h100-five-year": 3,
    "rental/microsoft-openai-a100-2024": 3,
    "program/maia-100": 4,
    "purchase/hgx-h200": 4,
    "purchase/mi300x-server": 4,
    "program/maia-200": 5,
    "rental/azure-nd-v100-on-demand": 5,
    "purchase/gb200-nvl72": 6,
    "rental/lambda-v100-three-year": 3,
    "rental/neocloud-h100-three-year": 7,
    "rental/azure-nd-a100-80gb-three-year": 7,
    "rental/azure-nd-a100-80gb-on-demand": 8,
    "rental/lambda-h100-on-demand": 8,
    "rental/coreweave-openai-2025": 8,
    "rental/coreweave-h100-spot-interrupted": 9,
    "purchase/hgx-b200": 9,
    "purchase/dgx-1-v100-32gb": 9,
    "api/aws-llama-3.1-70b": 4,
    "api/novita-llama-3.1-70b": 1,
    "api/openai-gpt-5-mini": 2,
}
"""The places of the offers of shipped scenarios: no two that stand on one page have the same."""
COUNTED = {
    "cost_per_million_tokens": OUTPUT_TOKENS,
    "cost_per_accelerator_hour": "USD/used accelerator-hour",
}
"""Units of answers that would not say of which tokens or of which hours they are."""
LATER, LATER_PLACE = "purchase/rival-", 10
"""What is bought in a later year is grey."""


def names_of(scenario: Scenario) -> dict[str, str]:
    """Return the name of each offer by its id; those of one name have their id behind it.

    >>> from costmodel import load
    >>> names_of(load("billion-users").scenario)["purchase/hgx-h100"]
    'Buy HGX H100 servers'
    """
    known = Counter(one.name for one in scenario.offers)
    return {one.id: one.name if known[one.name] == 1 else f"{one.name} ({one.id})" for one in scenario.offers}


def by_cost(study: Study) -> list[str]:
    """Return the offers that have an answer, the cheapest first: the order in which tables and charts have them."""
    costs = {id_: float(one[study.headline].magnitude) for id_, one in study.costs.items()}
    return sorted(costs, key=lambda id_: costs[id_])


def in_order_of_cost(study: Study, table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with a row an offer, the cheapest first."""
    return table.loc[[id_ for id_ in by_cost(study) if id_ in table.index]]


def unit_of_answer(study: Study) -> str:
    """Return the unit of the figure by which a study ranks its offers, as people need it."""
    return COUNTED.get(study.headline) or f"{next(iter(study.ranked.values())).units:~C}"


def shades_of(scenario: Scenario) -> dict[str, str]:
    """Return the colour of each offer of a scenario by its name."""
    return shades_by_name(names_of(scenario))


def shades_by_name(names: Mapping[str, str]) -> dict[str, str]:
    """Return the same of offers that are named by their id."""
    return {names[id_]: colour for id_, colour in colours_of(list(names)).items()}


def colours_of(ids: Sequence[str]) -> dict[str, str]:
    """Return the colour of each offer by its id: its own, or the next free one from a place that its id gives.

    >>> colours_of(["purchase/hgx-h100", "purchase/of-mine"])["purchase/hgx-h100"]
    '#2672b7'
    """
    found: dict[str, int] = {}
    for id_ in sorted(ids, key=lambda one: _own(one) is None):
        own, taken = _own(id_), set(found.values())
        first = crc32(id_.encode()) % len(SHADES) if own is None or own in taken else own
        places = [(first + step) % len(SHADES) for step in range(len(SHADES))]
        found[id_] = next((place for place in places if place not in taken), first)
    return {id_: SHADES[found[id_]] for id_ in ids}


def _own(id_: str) -> int | None:
    return LATER_PLACE if id_.startswith(LATER) else OWN.get(id_)
