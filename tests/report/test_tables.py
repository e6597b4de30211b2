"""Data frames as tables."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from costmodel.report import FactRow
from costmodel.report.tables import grouped, table_of


def test_numbers_stand_right_and_words_left() -> None:
    """A column of numbers is marked as one, with its unit under its name."""
    table = table_of(pd.DataFrame({"offer": ["a"], "unit_cost": [1.5]}), {"unit_cost": "USD/query"})
    assert [(head.name, head.unit, head.is_number) for head in table.heads] == [
        ("Offer", "", False),
        ("Unit cost", "USD/query", True),
    ]


def test_a_unit_that_all_numbers_share_is_said_once() -> None:
    """Where every number is in the same unit, the columns need not repeat it."""
    frame = pd.DataFrame({"offer": ["a"], "rent": [1], "energy": [2]})
    shared = table_of(frame, {"rent": "USD/month", "energy": "USD/month"})
    assert (shared.unit, {head.unit for head in shared.heads}) == ("USD/month", {""})
    assert table_of(frame, {"rent": "USD/month"}).unit == ""


def test_every_kind_of_cell_becomes_text() -> None:
    """Truth, dates and what is missing have words of their own."""
    cells = ["x", True, np.bool_(False), date(2026, 1, 2), pd.Timestamp("2026-01-03"), None, pd.NaT, float("nan")]
    rows = table_of(pd.DataFrame({"any": pd.Series(cells, dtype=object)}), {}).rows
    assert [row.cells[0] for row in rows] == ["x", "yes", "no", "2026-01-02", "2026-01-03", "–", "–", "–"]


def test_missing_whole_numbers_are_a_dash() -> None:
    """Nullable numbers of pandas work as plain ones do."""
    rows = table_of(pd.DataFrame({"servers": pd.array([12, None], dtype="Int64")}), {}).rows
    assert [row.cells for row in rows] == [("12",), ("–",)]


def test_a_total_is_marked() -> None:
    """The row named Total is set as a sum."""
    rows = table_of(pd.DataFrame({"part": ["energy", "Total"], "cost": [1, 1]}), {}).rows
    assert [row.is_total for row in rows] == [False, True]


def test_two_columns_of_one_name_both_show() -> None:
    """Columns are taken by place, so that equal names do not hide one another."""
    table = table_of(pd.DataFrame([[1, 2]], columns=["a", "a"]), {})
    assert table.rows[0].cells == ("1", "2")


def test_facts_of_a_group_stand_together() -> None:
    """A group that comes back later joins its first rows."""
    facts = tuple(FactRow(name, 1, group=group) for name, group in [("a", "x"), ("b", "y"), ("c", "x")])
    assert [(group, [f.name for f in rows]) for group, rows in grouped(facts)] == [("x", ["a", "c"]), ("y", ["b"])]


def test_sums_of_money_are_read_in_millions() -> None:
    """A column of large sums has the prefix that its middle one takes, and keeps each in full for who saves it."""
    worth = pd.DataFrame({"input": ["a", "b", "c"], "worth": [375_873_001.0, 14_240_432.0, np.nan]})
    table = table_of(worth, {"worth": "USD/month"})
    assert (table.heads[1].unit, table.heads[1].scale) == ("MUSD/month", 1e6)
    assert [row.cells[1] for row in table.rows] == ["375.9", "14.2", "–"]
    assert table.rows[0].values[1] == 375_873_001.0


def test_columns_that_share_a_unit_share_its_prefix() -> None:
    """Costs beside each other are compared: one unit is said of them all."""
    costs = pd.DataFrame({"part": ["servers", "spares"], "buy": [267_600.0, 615.5], "rent": [870_402.0, 0.0]})
    table = table_of(costs, dict.fromkeys(("buy", "rent"), "USD/month"))
    assert (table.unit, {head.scale for head in table.heads if head.is_number}) == ("kUSD/month", {1e3})
