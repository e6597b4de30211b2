"""Conditions on rows by hand: at the very value, with a unit or without, and rows that say nothing."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from costmodel.analysis.filtering import column_named, kept
from costmodel.errors import CostModelError, UnknownName

TABLE = pd.DataFrame(
    {
        "id": ["a", "b", "c", "d"],
        "memory [GB]": [40.0, 80.0, 192.0, None],
        "launch": [date(2020, 1, 1), date(2023, 1, 1), None, date(2025, 1, 1)],
        "maker": ["NVIDIA", "AMD", "nvidia", None],
        "heads": [1.0, 2.0, 3.0, 4.0],
    }
)


@pytest.mark.parametrize(
    ("condition", "ids"),
    [
        ("memory>=80 GB", "bc"),
        ("memory>80 GB", "c"),
        ("memory<=80", "ab"),
        ("memory<0.08 TB", "a"),
        ("memory>=0.08 TB", "bc"),
        ("memory [GB]>=80", "bc"),
        ("heads>2", "cd"),
        ("launch<2023", "a"),
        ("launch>=2023-01-01", "bd"),
        ("launch>2023-01-01", "d"),
        ("launch<=2023-01-01", "ab"),
        ("maker=nvidia", "ac"),
        ("maker!=nvidia", "bd"),
        ("memory=80", "b"),
        ("memory=0.08 TB", "b"),
        ("memory=8", ""),
        ("memory!=80", "acd"),
        ("heads=1", "a"),
    ],
)
def test_rows_that_fulfil_a_condition_are_kept(condition: str, ids: str) -> None:
    """A row that says nothing fulfils no order."""
    assert "".join(kept(TABLE, condition)["id"]) == ids


def test_a_day_that_is_none_is_refused() -> None:
    """It once kept no row, in silence."""
    with pytest.raises(CostModelError, match='"yesterday" is no date, as those of launch are'):
        kept(TABLE, "launch>=yesterday")
    with pytest.raises(CostModelError, match="power"):
        kept(TABLE, "memory=80 W")


def test_a_column_goes_by_its_name_with_or_without_its_unit() -> None:
    """The whole name before that without a unit."""
    assert column_named(TABLE, "memory") == column_named(TABLE, "memory [GB]") == "memory [GB]"
    with pytest.raises(UnknownName, match='Did you mean "memory"'):
        column_named(TABLE, "memroy")
