"""One door for tables of measurements: what a question reads as a number is declared with its bounds."""

from __future__ import annotations

import pandas as pd
import pytest

from costmodel.calibration.accuracy import Table, all_tables
from costmodel.calibration.accuracy.measure import judge
from costmodel.errors import SpecError
from costmodel.specs.catalog import Catalog, data_folder
from costmodel.specs.rows import as_numbers, read_rows

MEASURED = data_folder("hardware") / "measurements"
TABLES = [table for table in all_tables() if (MEASURED / f"{table.kind}.csv").is_file()]


@pytest.mark.parametrize("table", all_tables(), ids=lambda table: table.kind)
def test_a_word_in_any_column_of_numbers_is_named(table: Table, catalog: Catalog) -> None:
    """File, line and column are told before anything is predicted."""
    good = pd.DataFrame({name: ["1", "1"] for name in {*table.columns, *table.numbers}})
    for column in table.numbers:
        with pytest.raises(SpecError, match=rf"t.csv:3: {column}: 'x' is no number"):
            judge(good.assign(**{column: ["1", "x"]}), "t.csv", catalog)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.kind)
def test_what_was_measured_is_in_bounds(table: Table) -> None:
    """The shipped measurements pass the door."""
    rows = read_rows(MEASURED / f"{table.kind}.csv")
    as_numbers(rows, table.kind, table.numbers)
