"""Lines of the statement by hand: units, counts, methods, and tables joined."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

from costmodel.analysis.statement import (
    OUTPUT_UNITS,
    comparison,
    components,
    counted_in,
    further,
    grounds,
    joined,
    method_of,
    statement,
    value,
)
from costmodel.domain.token_api import TokenApi
from costmodel.units import magnitude, parse
from tests.figures import costs_of, interval, made

ONE = costs_of(
    {"cost_per_million_tokens": "0.000002 USD/token", "servers": "4 server", "capital": "3 kUSD"},
    {"servers": "20 USD/month", "energy": "0 USD/month"},
    lines=[SimpleNamespace(name="servers", months=None), SimpleNamespace(name="energy", months=1)],
)
API = costs_of({"input_tokens": "3 Mtoken/month"}, {"input tokens": "6 USD/month"}, offer=made(TokenApi, id="api"))
BANDS: Any = {
    ("one", "servers"): interval("20 USD/month", "10 USD/month", "50 USD/month"),
    ("one", "energy"): interval("0 USD/month", "0 USD/month", "0 USD/month"),
    ("api", "input tokens"): interval("6 USD/month", "3 USD/month", "9 USD/month"),
    ("one", "capital"): interval("3 kUSD", "2 kUSD", "4 kUSD"),
    ("one", "cost_per_million_tokens"): interval("2 USD/Mtoken", "1 USD/Mtoken", "4 USD/Mtoken"),
}


def _model(**found: Any) -> Any:
    """Return a model whose prices come from a list, those of energy apart."""
    facts = [SimpleNamespace(source="list"), SimpleNamespace(source="list"), SimpleNamespace(source="tariff")]
    prices = {
        id(cost): facts if name != "energy" else [] for one in found.values() for name, cost in one.components.items()
    }
    return SimpleNamespace(plain=found, costs=found, price_facts=lambda cost: prices[id(cost)])


def test_a_line_is_a_count_at_a_unit_price() -> None:
    """20 dollars for 4 servers, 6 for 3 million tokens; what costs nothing has no unit price and is computed."""
    frame = statement(cast("Any", SimpleNamespace(id="s")), _model(one=ONE, api=API), BANDS)
    rows = frame.set_index("component")
    assert rows["quantity"].tolist() == [4.0, 4.0, 3.0]
    assert rows["unit_price"].tolist() == [5.0, 0.0, 2.0]
    assert rows["unit_price_unit"].tolist() == ["USD/server/month", "USD/server/month", "USD/Mtoken"]
    assert rows["method"].tolist() == ["annuity", "running cost", "token price"]
    assert rows["source"].tolist() == ["list; tariff", "computed", "list; tariff"]
    assert rows.loc["servers", ["low", "high"]].tolist() == [10.0, 50.0]


def test_ends_of_a_component_are_shares_of_it() -> None:
    """Half and two and a half times; not a number of what costs nothing."""
    found = grounds(_model(one=ONE), BANDS)
    assert found["one", "servers"] == ("list; tariff", 0.5, 2.5)
    assert found["one", "energy"][0] == "computed"
    assert np.isnan(found["one", "energy"][1:]).all()


@pytest.mark.parametrize(
    ("name", "method"), [("servers", "annuity"), ("energy", "running cost"), ("rent", "rent"), ("prepayment", "rent")]
)
def test_what_is_paid_at_once_is_an_annuity(name: str, method: str) -> None:
    """What has months is a running cost, whatever the other lines have; rents go by their names."""
    assert method_of(ONE, name) == method


def test_a_comparison_has_numbers_in_the_units_people_use() -> None:
    """Per million tokens and in dollars, with the ends of each interval."""
    table = comparison({"one": ONE}, ["cost_per_million_tokens", "capital"], BANDS)
    assert table.loc["one"].tolist() == pytest.approx([2.0, 1.0, 4.0, 3000.0, 2000.0, 4000.0])
    assert table.attrs["units"]["capital_high"] == "USD"
    assert table.attrs["units"]["cost_per_million_tokens_low"] == "USD/Mtoken"
    assert set(OUTPUT_UNITS) >= {"capital", "duration"}
    assert value(ONE, "servers") == (4.0, "server")
    assert counted_in(API, "input tokens") == (3.0, "Mtoken")
    assert components(API) == {"input tokens": 6.0}


def test_what_an_offer_lacks_is_no_number_and_what_both_tables_have_is_kept_once() -> None:
    """Units come along; the first table's own columns stay."""
    more = further({"one": ONE, "api": API}, ["capital"])
    assert more["capital"].tolist() == pytest.approx([3000.0, np.nan], nan_ok=True)
    assert more.attrs["units"] == {"capital": "USD"}
    table = pd.DataFrame({"capital": [1.0, 2.0], "other": [3.0, 4.0]}, index=["one", "api"])
    table.attrs = {"units": {"capital": "EUR", "other": ""}, "without": {"x": "y"}}
    both = joined(table, more.assign(new=1.0).pipe(_with_units))
    assert both["capital"].tolist() == [1.0, 2.0]
    assert both.attrs == {"units": {"capital": "EUR", "other": "", "new": "s"}, "without": {"x": "y"}}
    assert magnitude(parse("1 kUSD"), "USD") == 1000


def _with_units(table: pd.DataFrame) -> pd.DataFrame:
    table.attrs["units"] = {"capital": "USD", "new": "s"}
    return table
