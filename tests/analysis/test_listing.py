"""Specs as tables."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

import costmodel as cm
from costmodel.analysis.coverage import confidence_of
from costmodel.analysis.filtering import kept
from costmodel.analysis.listing import LISTED, _columns, _offer, _price, _values, listing
from costmodel.errors import CostModelError, UnitError, UnknownName
from costmodel.specs.attribute import Attribute
from costmodel.specs.catalog import Catalog
from costmodel.specs.fact import Citation, Fact
from costmodel.units import parse


@pytest.mark.parametrize("kind", LISTED)
def test_every_list_has_unique_ids(catalog: Catalog, kind: str) -> None:
    """A row has an id, and no two rows share it."""
    frame = listing(catalog, kind)
    assert len(frame) > 0
    assert frame["id"].is_unique


def test_singular_and_plural_are_the_same_list(catalog: Catalog) -> None:
    """`process`, `processes`: both are found."""
    pd.testing.assert_frame_equal(listing(catalog, "process"), listing(catalog, "processes"))


def test_units_stand_in_the_names_of_columns() -> None:
    """A notebook gets numbers in one unit a column."""
    frame = cm.hardware().set_index("id")
    assert frame.loc["nvidia/h100-sxm5-80gb", "memory.bandwidth [GB/s]"] == pytest.approx(3350)
    assert frame.loc["nvidia/h100-sxm5-80gb", "compute_units"] == 132


def test_histories_show_their_newest_figure_and_its_day() -> None:
    """The newest price of an offer and the day it was seen stand beside each other."""
    frame = cm.hardware("rentals", where=["provider=AWS", "price.as_of>=2025"])
    assert len(frame) > 0
    assert all(str(day) >= "2025" for day in frame["price.as_of"])


@pytest.mark.parametrize(
    ("condition", "column", "holds"),
    [
        ("memory.capacity>=80 GB", "memory.capacity [GB]", lambda x: x >= 80),
        ("memory.capacity>=80", "memory.capacity [GB]", lambda x: x >= 80),
        ("memory.capacity<0.05 TB", "memory.capacity [GB]", lambda x: x < 50),
        ("launch<2021", "launch", lambda x: str(x) < "2021"),
        ("maker=nvidia", "maker", lambda x: x == "NVIDIA"),
        ("maker!=nvidia", "maker", lambda x: x != "NVIDIA"),
    ],
)
def test_conditions_keep_the_rows_that_fulfil_them(
    catalog: Catalog, condition: str, column: str, holds: object
) -> None:
    """Texts are contained, numbers compared in their units, dates as texts; rows without the fact are left out."""
    assert callable(holds)
    all_rows, rows = listing(catalog, "accelerators"), listing(catalog, "accelerators", where=[condition])
    assert 0 < len(rows) < len(all_rows)
    assert len(rows) == sum(holds(value) for value in all_rows[column].dropna())


@pytest.mark.parametrize(
    ("condition", "error", "said"),
    [
        ("maker", CostModelError, "is no condition"),
        ("makr=nvidia", UnknownName, 'Did you mean "maker"?'),
        ("memory.capacity>=80 W", UnitError, "a power"),
        ("memory.capacity>=much", UnitError, "number"),
    ],
)
def test_wrong_conditions_are_explained(catalog: Catalog, condition: str, error: type[Exception], said: str) -> None:
    """The message says what a condition looks like, or the nearest column."""
    with pytest.raises(error, match=said.replace("?", r"\?")):
        kept(listing(catalog, "accelerators"), condition)


def test_prices_have_offer_day_unit_and_source(catalog: Catalog) -> None:
    """Each dated price of each offer is one row."""
    frame = listing(catalog, "prices")
    assert {"offer", "as_of", "price", "unit", "source", "confidence", "accelerator"} <= set(frame.columns)
    assert frame["as_of"].notna().all()
    assert (frame["price"] > 0).all()


def fact(value: str, source: str = "s", **more: Any) -> Fact:
    """Return a fact of a file."""
    return Fact("price", parse(value), source, Path("x.toml"), 1, **more)


def test_a_row_of_a_list_has_a_column_for_each_key() -> None:
    """With its unit in brackets; a history has its newest figure and the day of it; notes are hidden."""
    amount = Attribute("memory.capacity", "x", unit="byte")
    history = Attribute("price", "x", type="history", unit="USD/server")
    assert _columns(amount, "memory.capacity") == ("memory.capacity [GB]",)
    assert _columns(history, "price") == ("price [USD/server]", "price.as_of")
    assert _columns(Attribute("heads", "x", unit="1"), "heads") == ("heads",)
    assert _columns(Attribute("note", "x", type="text"), "note") == ()
    day = date(2026, 1, 1)
    record: Any = SimpleNamespace(
        histories={"price": (fact("1 USD/server"), fact("2 kUSD/server", as_of=day))},
        facts={"memory.capacity": fact("80 GB")},
        values={"maker": "ACME"},
    )
    assert list(_values(history, "price", record)) == [2000.0, day]
    assert list(_values(amount, "memory.capacity", record)) == [80.0]
    assert list(_values(Attribute("maker", "x", type="text"), "maker", record)) == ["ACME"]
    assert list(_values(Attribute("none", "x"), "none", record)) == []


def test_an_offer_is_told_with_its_newest_price() -> None:
    """How many there are; an API has that of what is written; none is none."""
    prices = (fact("1 USD/server", as_of=date(2025, 1, 1)), fact("2 USD/server", as_of=date(2026, 1, 1)))
    kind = SimpleNamespace(name="purchase")
    one: Any = SimpleNamespace(id="a", kind=kind, values={"name": "A", "system": "s"}, histories={"price": prices})
    found = _offer(one)
    assert (found["id"], found["prices"], found["price"], found["newest"]) == ("purchase/a", 2, 2.0, date(2026, 1, 1))
    one.histories = {"output_price": prices[:1]}
    assert (_offer(one)["prices"], _offer(one)["unit"]) == (1, "USD/server")
    one.histories = {}
    assert (_offer(one)["prices"], _offer(one)["price"], _offer(one)["unit"]) == (0, None, "")


def test_a_price_has_its_ends_and_how_sure_it_is(catalog: Catalog) -> None:
    """In its own unit; by its own word, or that of its source."""
    record = catalog.get("purchase", "hgx-h100")
    ranged = fact(
        "2 kUSD/server",
        record.histories["price"][0].source,
        confidence="",
        low=parse("1000 USD/server"),
        high=parse("3 kUSD/server"),
    )
    row = _price(catalog, record, ranged)
    assert (row["price"], row["low"], row["high"], row["unit"], row["commitment"]) == (
        2.0,
        1.0,
        3.0,
        "kUSD/server",
        "purchase",
    )
    assert row["confidence"] == catalog.source(ranged).confidence == confidence_of(catalog, ranged)
    assert confidence_of(catalog, fact("1 USD", "nobody", confidence="primary")) == "primary"
    assert confidence_of(catalog, Citation("x", "y", "nobody", Path("x.toml"))) == "assumption"
    assert listing(catalog, "sites", sort="-pue")["pue"].is_monotonic_decreasing
    assert listing(catalog, "sites", sort="pue")["pue"].is_monotonic_increasing
