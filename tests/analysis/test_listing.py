"""Specs as tables."""

from __future__ import annotations

import pandas as pd
import pytest

import costmodel as cm
from costmodel.analysis.filtering import kept
from costmodel.analysis.listing import LISTED, listing
from costmodel.errors import CostModelError, UnitError, UnknownName
from costmodel.specs.catalog import Catalog


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
