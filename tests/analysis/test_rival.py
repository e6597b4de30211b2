"""Rivals of programs by hand: the year in which they are bought, and what can be bought on a day."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from costmodel.analysis.on_sale import _front, _price_of_performance, of_listed
from costmodel.analysis.rival import _is_beyond, _set_of_rivals, _sold, _year, rival_of
from costmodel.domain.offers import Purchase, Rental
from costmodel.units import parse
from tests.figures import made

DAY = date(2026, 11, 1)
SCENARIO: Any = SimpleNamespace(price_date=DAY, best_on_sale="purchase/best")


@pytest.mark.parametrize(("later", "year"), [("0 year", 2026), ("60 day", 2026), ("61 day", 2027), ("3 year", 2029)])
def test_systems_arrive_so_many_days_later(later: str, year: int) -> None:
    """61 days after the first of November is the first of January."""
    assert _year(SCENARIO, parse(later)) == year


def test_a_program_that_has_shipped_has_the_best_of_today_as_its_rival() -> None:
    """Begun anew, or without an age, that of the year in which it ships."""
    old: Any = SimpleNamespace(age=parse("1 year"), arrival=parse("3 year"))
    new: Any = SimpleNamespace(age=None, arrival=parse("3 year"))
    assert rival_of(SCENARIO, old, anew=False) == "purchase/best"
    assert rival_of(SCENARIO, old, anew=True) == rival_of(SCENARIO, new, anew=False) == "purchase/rival-2029"


@pytest.mark.parametrize(("launch", "beyond"), [(None, True), (date(2026, 1, 1), True), (date(2027, 12, 1), False)])
def test_what_was_launched_in_an_earlier_year_stands_for_a_later_one(launch: date | None, beyond: bool) -> None:
    """Where the library ends before it."""
    best: Any = SimpleNamespace(system=SimpleNamespace(accelerator=SimpleNamespace(launch=launch)))
    assert _is_beyond(best, date(2027, 6, 1)) is beyond


def test_a_purchase_that_is_set_and_not_listed_is_the_one_that_is_meant() -> None:
    """Its name is told without what is done with it."""
    listed: Any = SimpleNamespace(offers=[SimpleNamespace(id="purchase/a")])
    changes = {"demand.users": 1, "purchase/a.price": 2, "purchase/b.price": 3}
    assert _set_of_rivals(listed, changes) == "purchase/b"
    assert _set_of_rivals(listed, {"purchase/a.price": 2}) == ""
    assert _sold(made(Purchase, name="Buy HGX")) == "HGX"


def sold(id_: str, price: str, peak: str, bandwidth: str, *, number: str = "8 accelerator/server") -> Any:
    """Return a purchase of systems."""
    chip = SimpleNamespace(
        peak_for=lambda _: parse(peak), best_type=lambda _: "bf16", memory_bandwidth=parse(bandwidth), launch=DAY
    )
    return made(
        Purchase, id=id_, price=parse(price), system=SimpleNamespace(accelerators=parse(number), accelerator=chip)
    )


def test_performance_is_the_geometric_mean_of_peak_and_bandwidth() -> None:
    """8 x 4 dollars for 100 TFLOP/s and 4 TB/s: 4 / 20 for one accelerator."""
    one = sold("a", "32 USD/server", "100 TFLOP/s", "4 TB/s")
    assert _price_of_performance(one, SimpleNamespace(precisions=())) == pytest.approx(0.2)  # type: ignore[arg-type]


def test_what_is_dearer_as_a_whole_and_for_its_performance_is_left_out() -> None:
    """A rack at the best price of performance, and each cheaper system after it."""
    scenario: Any = SimpleNamespace(precisions=(), offers=())
    ways = {
        "rack": sold("rack", "80 USD/server", "400 TFLOP/s", "4 TB/s"),
        "server": sold("server", "32 USD/server", "100 TFLOP/s", "1 TB/s"),
        "dear": sold("dear", "48 USD/server", "100 TFLOP/s", "1 TB/s"),
        "same": sold("same", "32 USD/server", "81 TFLOP/s", "1 TB/s"),
        "card": sold("card", "2 USD/server", "1 TFLOP/s", "0.01 TB/s", number="1 accelerator/server"),
    }
    assert [one.id for one in _front(ways, scenario)] == ["rack", "server", "card"]


def test_a_purchase_is_taken_as_the_scenario_lists_it() -> None:
    """With what is set of it; a rental of that name is none."""
    sale, listed = sold("a", "1 USD/server", "1 TFLOP/s", "1 TB/s"), sold("a", "2 USD/server", "1 TFLOP/s", "1 TB/s")
    scenario: Any = SimpleNamespace(
        offers=(made(Rental, id="a"), sold("b", "1 USD/server", "1 TFLOP/s", "1 TB/s"), listed)
    )
    assert of_listed(scenario, sale) is listed
    scenario.offers = scenario.offers[:2]
    assert of_listed(scenario, sale) is sale
