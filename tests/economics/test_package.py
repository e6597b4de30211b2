"""Packages: published estimates of whole chips, and laws of their parts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from hypothesis import given

from costmodel.analysis.chip import chip
from costmodel.domain.hardware import load_accelerator
from costmodel.domain.offers import Program, load_offer
from costmodel.domain.process import Materials, load_materials
from costmodel.domain.terms import usual_terms
from costmodel.economics.components import system_price
from costmodel.economics.package import parts, unit_cost
from costmodel.errors import CostModelError, MissingData
from costmodel.specs.catalog import Catalog
from costmodel.units import add, magnitude, parse, quantity
from tests.shipped import ROOT
from tests.strategies import magnitudes

ESTIMATES = pd.read_csv(ROOT / "tests" / "reference" / "chip_costs.csv").to_dict("records")
CATALOG = Catalog()
MAIA = load_accelerator(CATALOG, "microsoft/maia-100")
MATERIALS = load_materials(CATALOG, MAIA)
LARGEST_SHARE_ERROR = 0.03


def _with(**changes: object) -> Materials:
    return replace(MATERIALS, **changes)  # type: ignore[arg-type]


def test_most_published_estimates_agree() -> None:
    """Of ten chips with estimates by others, at least eight cost as much from areas, node and stacks alone."""
    costs = {one["accelerator"]: chip(CATALOG, one["accelerator"], date.fromisoformat(one["on"])) for one in ESTIMATES}
    agree = [one for one in ESTIMATES if one["low"] <= costs[one["accelerator"]].total.value.magnitude <= one["high"]]
    assert len(ESTIMATES) == 10
    assert len(agree) >= 8


def test_memory_and_packaging_are_as_much_of_a_b200_as_published() -> None:
    """Epoch: 2,900 of 6,400 USD are memory, 63% with packaging."""
    found = chip(CATALOG, "nvidia/b200", date(2025, 12, 1))
    assert found.share("memory") == pytest.approx(0.45, abs=LARGEST_SHARE_ERROR)
    assert found.share("memory", "interposer", "substrate") == pytest.approx(0.63, abs=LARGEST_SHARE_ERROR)


def test_parts_are_the_whole() -> None:
    """What a package costs is the sum of its parts, and each of them costs something."""
    found = parts(MAIA, MATERIALS, quantity(0.3))
    assert all(cost.magnitude > 0 for cost in found.values())
    total = magnitude(unit_cost(MAIA, MATERIALS, quantity(0.3)), "USD/accelerator")
    assert total == pytest.approx(magnitude(add(found.values()), "USD"), rel=1e-12)


@given(margin=magnitudes(0.01, 0.9))
def test_a_partner_keeps_its_share_of_the_price(margin: float) -> None:
    """A margin is a share of the price, not of the cost."""
    price, cost = unit_cost(MAIA, MATERIALS, quantity(margin)), unit_cost(MAIA, MATERIALS)
    assert magnitude((price - cost) / price, "1") == pytest.approx(margin, rel=1e-9)


@given(better=magnitudes(0.5, 1), worse=magnitudes(0.1, 0.5))
def test_more_yield_in_assembly_never_costs_more(better: float, worse: float) -> None:
    """A line that loses fewer packages makes cheaper ones."""
    good, bad = (
        _with(packaging=replace(MATERIALS.packaging, assembly_yield=quantity(share))) for share in (better, worse)
    )
    assert unit_cost(MAIA, good) <= unit_cost(MAIA, bad)


@given(density=magnitudes(1e-3, 2))
def test_more_defects_never_make_a_cheaper_package(density: float) -> None:
    """Twice the defects cost as much or more."""
    clean, dirty = (
        _with(process=replace(MATERIALS.process, defect_density=quantity(d, "1/cm^2"))) for d in (density, 2 * density)
    )
    assert unit_cost(MAIA, clean) <= unit_cost(MAIA, dirty)


def test_a_program_without_a_unit_cost_has_that_of_its_chip() -> None:
    """What systems of a program cost follows from wafer, memory and packaging where no unit cost is given."""
    offer = load_offer(CATALOG, "program/maia-100", None)
    assert isinstance(offer, Program)
    given = replace(offer, unit_cost=quantity(3200.0, "USD/accelerator"))
    more = magnitude(system_price(offer, usual_terms()) - system_price(given, usual_terms()), "USD/server")
    by_hand = magnitude(unit_cost(MAIA, MATERIALS, offer.partner_margin), "USD/accelerator") - 3200
    assert more == pytest.approx(4 * by_hand, rel=1e-9)


def test_an_accelerator_that_does_not_say_what_it_is_made_of_names_the_key() -> None:
    """The message names file and key, and what would do instead."""
    unknown = replace(MAIA, die_process="")
    with pytest.raises(MissingData, match=r"no die\.process.*maia-100\.toml"):
        load_materials(CATALOG, unknown)
    with pytest.raises(MissingData, match=r"memory\.type = \"HBM9\" is none of the known memories"):
        load_materials(CATALOG, replace(MAIA, memory_type="HBM9"))


def test_dies_on_dies_are_paid_for_but_take_no_further_interposer() -> None:
    """The compute dies of an MI300X stand on I/O dies, whose wafer is paid for too."""
    accelerator = load_accelerator(CATALOG, "amd/mi300x")
    materials = load_materials(CATALOG, accelerator)
    flat = replace(accelerator, die_footprint=parse("1600 mm^2"))
    assert parts(flat, materials)["interposer"] > parts(accelerator, materials)["interposer"]
    assert parts(accelerator, materials)["wafer"] > parts(accelerator, replace(materials, io_process=None))["wafer"]


@pytest.mark.parametrize(("area", "count"), [("859 mm^2", 1), ("1720 mm^2", 2)])
def test_dies_beyond_the_field_of_a_scanner_are_refused_by_name(area: str, count: int) -> None:
    """Files and settings are alike: the message names the key, and that several dies would do."""
    values = {"die_area": parse(area), "die_count": quantity(float(count))}
    facts = {name: replace(MAIA.facts["die_area"], value=value) for name, value in values.items()}
    large = replace(MAIA, **values, facts={**MAIA.facts, **facts})  # type: ignore[arg-type]
    with pytest.raises(
        CostModelError, match=r"maia-100\.toml:\d+: microsoft/maia-100\.die\.area: A die of .* split it"
    ):
        unit_cost(large, MATERIALS)
