"""Facts that were found wrong and stay mended: values, dates, ranges and where they are from."""

from __future__ import annotations

from datetime import date

import pytest

from costmodel.specs.catalog import Catalog
from costmodel.specs.fact import ASSUMPTION, Fact

RECENT = date(2025, 10, 1)
BOUGHT_NOW = ("hgx-b200", "hgx-b300", "gb200-nvl72", "gb300-nvl72", "mi355x-server", "rubin-nvl72")


def newest(catalog: Catalog, kind: str, id_: str) -> Fact:
    """Return the newest price of an offer."""
    return catalog.get(kind, id_).histories["price"][-1]


@pytest.mark.parametrize(
    ("id_", "kilo", "other"), [("hgx-h100", 255.237, 230), ("hgx-a100-80gb", 148.39, 200), ("hgx-h800", 270, 358)]
)
def test_servers_cost_what_listings_say(catalog: Catalog, id_: str, kilo: float, other: float) -> None:
    """The newest listing that shows the server counts, with a range; a claim or a dearer row stands beside it."""
    price = newest(catalog, "purchase", id_)
    assert float(price.value.to("kUSD/server").magnitude) == pytest.approx(kilo)
    assert price.low is not None
    assert price.high is not None
    assert price.low < price.value < price.high
    assert other in [pytest.approx(float(one.value.to("kUSD/server").magnitude)) for one in price.alternatives]


def test_rents_follow_the_public_series(catalog: Catalog) -> None:
    """One-year contracts of H100: 1.70 in October 2025, 2.35 in March and about 2.65 in June 2026."""
    found = catalog.get("rental", "neocloud-h100-one-year").histories["price"]
    series = {(one.as_of or date.min).strftime("%Y-%m"): float(one.value.magnitude) for one in found}
    assert series == {"2025-10": 1.7, "2026-03": 2.35, "2026-06": 2.65}


@pytest.mark.parametrize(
    ("id_", "year", "month"),
    [("h200-sxm5-141gb", 2023, 11), ("h100-nvl-94gb", 2023, 3), ("ascend-910b", 2023, 8)],
)
def test_chips_were_launched_when_they_were_shown(catalog: Catalog, id_: str, year: int, month: int) -> None:
    """H200 in November 2023, H100 NVL in March 2023, Ascend 910B in 2023."""
    launch = catalog.get("accelerator", id_).values["launch"]
    assert (launch.year, launch.month) == (year, month)


@pytest.mark.parametrize(
    ("id_", "key", "unit", "low", "high"),
    [
        ("b300", "memory.capacity", "GB", 268, 278),
        ("gb300", "memory.capacity", "GB", 277, 279),
        ("gaudi-2", "scale_up.bandwidth_both_ways", "GB/s", 525, 525),
        ("gaudi-3", "scale_up.bandwidth_both_ways", "GB/s", 1050, 1050),
        ("mi455x", "peak.fp4", "TFLOP/s", 40300, 40300),
        ("rubin", "peak.int8", "TFLOP/s", 250, 250),
        ("ascend-950dt", "peak.bf16", "TFLOP/s", 486, 486),
        ("mi325x", "io_die.area", "mm^2", 1480, 1480),
        ("h200-sxm5-141gb", "on_chip.capacity", "MiB", 60, 60),
        ("rtx-4090", "memory.capacity", "MiB", 24564, 24564),
        ("rtx-pro-6000-workstation", "memory.capacity", "MiB", 97887, 97887),
    ],
)
def test_specifications_are_what_can_be_used(
    catalog: Catalog, id_: str, key: str, unit: str, low: float, high: float
) -> None:
    """What devices report, links without network ports, the peak that the maker prints."""
    assert low <= float(catalog.get("accelerator", id_).facts[key].value.to(unit).magnitude) <= high


@pytest.mark.parametrize("id_", BOUGHT_NOW)
def test_what_is_bought_now_has_a_price_of_now(catalog: Catalog, id_: str) -> None:
    """Prices newer than October 2025, with a range, and a reason where they are ours."""
    price = newest(catalog, "purchase", id_)
    assert price.as_of is not None
    assert price.as_of > RECENT
    assert price.low is not None
    assert price.source != ASSUMPTION or price.reason


def test_every_price_of_tokens_has_a_range(catalog: Catalog) -> None:
    """A list price is exact on its day; a question asks about another."""
    for record in catalog.all("api"):
        assert all(fact.low is not None for history in record.histories.values() for fact in history), record.id


def test_no_fact_rests_on_what_a_finance_department_refuses(catalog: Catalog) -> None:
    """Anonymous notes and generated research are gone; what was not read in its source says so; addresses are given."""
    gone = {"coreweave-thesis-note", "inference-margins"}
    assert not gone & catalog.sources.keys()
    without = {id_ for id_, one in catalog.sources.items() if not one.url}
    assert without <= {"public-throughput", "public-training", "power-torch", "ai-business-essays"}, (
        "the project's own collections"
    )
