"""Dies: anchors of an independent model, and laws of yield and cost."""

from __future__ import annotations

import pytest
from hypothesis import given

from costmodel.economics.silicon import YIELDS, checked_area, die
from costmodel.errors import CostModelError, UnknownName
from costmodel.units import parse, quantity
from tests.strategies import magnitudes

ANCHORS = [
    ("800 mm^2", "16988 USD", "0.11 /cm^2", 58.793, 0.43024, 288.95, 671.59),
    ("400 mm^2", "16988 USD", "0.11 /cm^2", 129.984, 0.65012, 130.69, 201.03),
    ("100 mm^2", "16988 USD", "0.11 /cm^2", 571.71, 0.89637, 29.71, 33.15),
    ("800 mm^2", "9346 USD", "0.09 /cm^2", 58.793, 0.49894, 158.97, 318.60),
]
"""Chiplet-Actuary (DAC 2022): area, wafer price, defect density; gross dies, yield, raw cost, good cost."""

each_model = pytest.mark.parametrize("model", list(YIELDS))


@pytest.mark.parametrize(("area", "price", "density", "gross", "perfect", "raw", "good"), ANCHORS)
def test_dies_cost_what_chiplet_actuary_says(
    area: str, price: str, density: str, gross: float, perfect: float, raw: float, good: float
) -> None:
    """Gross dies, yield and costs agree in every digit that is given."""
    found = die(parse(area), parse(price), parse(density))
    assert found.gross_dies.magnitude == pytest.approx(gross, abs=6e-3)
    assert found.perfect.magnitude == pytest.approx(perfect, abs=5e-6)
    assert found.raw_cost.magnitude == pytest.approx(raw, abs=6e-3)
    assert found.good_cost.magnitude == pytest.approx(good, abs=6e-3)


@each_model
@given(area=magnitudes(1, 850), density=magnitudes(1e-3, 1))
def test_more_defects_never_cost_less(model: str, area: float, density: float) -> None:
    """A dirtier process never makes a cheaper die, under any model of yield."""
    price = quantity(17e3, "USD")
    clean, dirty = (
        die(quantity(area, "mm^2"), price, quantity(d, "1/cm^2"), yield_model=model) for d in (density, 2 * density)
    )
    assert clean.good_cost <= dirty.good_cost * (1 + 1e-12)


@each_model
@given(area=magnitudes(1, 400), density=magnitudes(1e-3, 1))
def test_the_cost_of_a_good_die_grows_faster_than_its_area(model: str, area: float, density: float) -> None:
    """Twice the area costs more than twice as much: the edge cuts more, and a defect kills more."""
    price = quantity(17e3, "USD")
    one, two = (
        die(quantity(a, "mm^2"), price, quantity(density, "1/cm^2"), yield_model=model) for a in (area, 2 * area)
    )
    # Scribe lanes are lost once for a large die, so that the law holds for what is not tiny.
    assert two.good_cost > 2 * one.good_cost or area < 30


@each_model
def test_without_defects_every_die_works(model: str) -> None:
    """A perfect process yields everything."""
    found = die(parse("800 mm^2"), parse("16988 USD"), parse("0 /cm^2"), yield_model=model)
    assert found.perfect.magnitude == pytest.approx(1.0, abs=1e-11)
    assert found.good_cost.magnitude == pytest.approx(found.raw_cost.magnitude)


@given(salvage=magnitudes(1e-3, 1.0))
def test_salvage_lies_between_its_ends(salvage: float) -> None:
    """Selling a share of defective dies makes good ones cheaper, but never below the raw cost."""
    given_ = (parse("800 mm^2"), parse("16988 USD"), parse("0.11 /cm^2"))
    plain, saved = die(*given_), die(*given_, salvage=quantity(salvage))
    assert saved.raw_cost <= saved.good_cost <= plain.good_cost
    share = 0.43024026 + salvage * (1 - 0.43024026)
    assert saved.good_cost.magnitude == pytest.approx(saved.raw_cost.magnitude / share, rel=1e-6)


@pytest.mark.parametrize("area", ["0 mm^2", "-5 mm^2", "900 mm^2"])
def test_impossible_dies_are_refused(area: str) -> None:
    """A die has an area, and no scanner exposes more than its field."""
    with pytest.raises(CostModelError, match="858"):
        checked_area(parse(area))


def test_unknown_yield_models_get_a_suggestion() -> None:
    """A misspelt model leads to the right one."""
    with pytest.raises(UnknownName, match='Did you mean "poisson"'):
        die(parse("80 mm^2"), parse("1 kUSD"), parse("0.1 /cm^2"), yield_model="poison")


@pytest.mark.parametrize(("density", "two_are_cheaper"), [(0.0, False), (0.11, True)])
def test_two_dies_of_half_the_area_against_one(density: float, two_are_cheaper: bool) -> None:
    """With a tenth more area for the links between them, two dies pay where defects are many, and not without any."""
    wafer, defects = quantity(16988.0, "USD"), quantity(density, "1/cm^2")
    one, half = (die(quantity(area, "mm^2"), wafer, defects).good_cost for area in (800.0, 440.0))
    assert bool(half * 2 < one) is two_are_cheaper
