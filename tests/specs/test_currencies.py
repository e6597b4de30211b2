"""Money of other countries: in dollars at the dated mean rate, with its source, or refused with what is missing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from costmodel.analysis.opening import load
from costmodel.errors import SpecError, UnitError
from costmodel.specs.catalog import Catalog
from costmodel.specs.currencies import code_in, in_dollars, rates
from costmodel.specs.kinds import KINDS
from costmodel.specs.record import Record, read_record
from costmodel.units import magnitude

SITE = """
name = "Here"
region = "Somewhere"
[electricity_price]
value = "{value}"
range = ["0.15 EUR/kWh", "0.25 EUR/kWh"]
{day}
source = "assumption"
reason = "a bill"
[pue]
value = "1.2"
source = "assumption"
reason = "a guess"
[operations]
value = "40 USD/kW/month"
source = "assumption"
reason = "a guess"
[facility_rent]
value = "150 USD/kW/month"
source = "assumption"
reason = "a guess"
"""


def site(write: Callable[[str, str], Path], value: str = "0.2 EUR/kWh", day: str = "as_of = 2024-05-01") -> Record:
    """Return a site whose electricity is paid in euros."""
    return read_record(KINDS["site"], "here", write("sites/here.toml", SITE.format(value=value, day=day)))


def test_a_price_in_euros_is_counted_at_the_mean_of_its_year(write: Callable[[str, str], Path]) -> None:
    """0.2 EUR of 2024 at 0.9242 EUR a dollar are 0.2164 USD, by hand; its range likewise; the reason says so."""
    fact = site(write).facts["electricity_price"]
    assert magnitude(fact.value, "USD/kWh") == pytest.approx(0.2 / 0.9242, rel=1e-12)
    assert fact.low is not None
    assert magnitude(fact.low, "USD/kWh") == pytest.approx(0.15 / 0.9242, rel=1e-12)
    assert "0.2 EUR/kWh at 0.9242 EUR a dollar, the mean of 2024" in fact.reason


def test_an_answer_is_that_of_the_same_dollars(write: Callable[[str, str], Path]) -> None:
    """A site in euros gives the costs of a site in the dollars that they are."""
    site(write)
    folder = write("sites/here.toml", SITE.format(value="0.2 EUR/kWh", day="as_of = 2024-05-01")).parents[1]
    here = {"site": "here", "finance.cost_index": "as listed"}
    euros = load("copilot", specs=[folder], changes=here)
    dollars = load("copilot", specs=[folder], changes={**here, "here.electricity_price": f"{0.2 / 0.9242} USD/kWh"})
    one, other = (each.costs["purchase/hgx-h100"]["total_per_month"] for each in (euros, dollars))
    assert magnitude(one / other, "1") == pytest.approx(1, rel=1e-12)


def test_without_a_day_there_is_no_rate(write: Callable[[str, str], Path]) -> None:
    """File, line and key, and what to add."""
    with pytest.raises(SpecError, match=r"here.toml:\d+: electricity_price.*is in EUR and has no date: add as_of"):
        site(write, day="")


def test_a_currency_nobody_knows_is_a_wrong_unit(write: Callable[[str, str], Path]) -> None:
    """Codes without a rate are no unit."""
    with pytest.raises(SpecError, match="XAU"):
        site(write, value="0.2 XAU/kWh")


def test_a_day_before_all_rates_is_refused() -> None:
    """Nothing is taken from a later year."""
    with pytest.raises(UnitError, match="older than the first rate"):
        in_dollars("3 kEUR", date(1999, 1, 1))


@pytest.mark.parametrize("text", ["5 USD/Mtoken", "1 year", "3 kEURO", "EUR 5", "2 server"])
def test_other_units_are_no_currency(text: str) -> None:
    """Only a code that a unit begins with, with a prefix at most."""
    assert not code_in(text)


def test_every_rate_has_a_source_and_moves_by_less_than_a_quarter(catalog: Catalog) -> None:
    """Rates are facts of the bibliography, one a year, each near that of the year before."""
    for code, known in rates().items():
        years = [one.as_of.year for one in known if one.as_of]
        assert years == list(range(2018, 2027)), code
        assert {one.source for one in known} <= catalog.sources.keys()
        values = [float(one.value.magnitude) for one in known]
        assert all(0.75 < later / earlier < 1.33 for earlier, later in pairwise(values)), code
