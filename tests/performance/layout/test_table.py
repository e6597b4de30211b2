"""Tables of rows as arrays: what pandas makes of the same."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from costmodel.performance.layout.table import Table, joined

COLUMNS = st.dictionaries(st.sampled_from("abc"), st.lists(st.floats(-9, 9), min_size=3, max_size=3), min_size=1)
VALUES = st.lists(st.floats(-9, 9), min_size=1, max_size=4)


def table(columns: dict[str, list[float]]) -> Table:
    """Return a table of columns."""
    return Table({name: np.array(one) for name, one in columns.items()})


@given(columns=COLUMNS, first=VALUES, second=VALUES)
def test_crossing_gives_every_combination_once_in_order(
    columns: dict[str, list[float]], first: list[float], second: list[float]
) -> None:
    """As pandas merges, the last values moving fastest."""
    merged = pd.DataFrame(columns).merge(pd.DataFrame({"x": first}), how="cross")
    merged = merged.merge(pd.DataFrame({"y": second}), how="cross")
    pd.testing.assert_frame_equal(table(columns).crossed(x=first, y=second).frame(), merged)


@given(tables=st.lists(COLUMNS, min_size=1, max_size=3))
def test_tables_are_joined_with_no_number_where_a_column_is_lacking(tables: list[dict[str, list[float]]]) -> None:
    """As pandas puts tables below each other."""
    below = pd.concat([pd.DataFrame(one) for one in tables], ignore_index=True)
    pd.testing.assert_frame_equal(joined(map(table, tables)).frame(), below)


def test_rows_are_taken_and_told() -> None:
    """A mask, places in any order, one row, and a text for all rows."""
    rows = table({"a": [1.0, 2.0, 3.0]}).assign(kind="x", b=4.0)
    assert rows[rows["a"] > 1].columns["a"].tolist() == [2.0, 3.0]
    assert rows[np.array([2, 0])].row(0) == {"a": 3.0, "kind": "x", "b": 4.0}
    assert "kind" in rows
    assert (len(rows), len(Table({}))) == (3, 0)
