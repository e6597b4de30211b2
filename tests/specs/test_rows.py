"""Tables of numbers: what is no number, or cannot be one, is a fault with its line and column."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from costmodel.errors import SpecError
from costmodel.specs.rows import COUNT, MAYBE_NONE, Bounds, as_numbers, read_rows


@pytest.mark.parametrize(
    ("bounds", "text", "said"),
    [
        (Bounds(), "many", "'many' is no number"),
        (Bounds(), "1e400", "'1e400' is no finite number"),
        (Bounds(most=1), "1.5", "'1.5' is not from 0 to 1"),
        (MAYBE_NONE, "-1", "'-1' is not a whole number from 0 to 1e+09"),
        (COUNT, "0", "'0' is not a whole number from 1 to 1e+09"),
        (COUNT, "2.5", "'2.5' is not a whole number from 1 to 1e+09"),
    ],
)
def test_a_fault_has_line_and_column(bounds: Bounds, text: str, said: str) -> None:
    """The first cell that breaks the bounds of its column is told; the others are numbers, or nothing where empty."""
    rows = pd.DataFrame({"a": ["x", "y"], "b": [None, text]})
    with pytest.raises(SpecError) as fault:
        as_numbers(rows, "t.csv", {"b": bounds})
    assert str(fault.value) == f"t.csv:3: b: {said}"


def test_numbers_in_bounds_and_empty_cells_are_taken() -> None:
    """The ends of the bounds belong to them; columns that a table lacks are no matter."""
    rows = as_numbers(pd.DataFrame({"a": ["0", None, "1"]}), "t.csv", {"a": Bounds(most=1, whole=True), "b": COUNT})
    assert rows["a"].fillna(-1).tolist() == [0.0, -1.0, 1.0]


def test_a_line_is_that_of_the_file(tmp_path: Path) -> None:
    """Empty lines are no rows, and a cell may hold the end of a line."""
    (tmp_path / "t.csv").write_text('a,b\n\n1,2\n"x\ny",3\n  \n,\n4,z\n', encoding="utf-8")
    with pytest.raises(SpecError, match=r"t.csv:8: b: 'z'"):
        as_numbers(read_rows(tmp_path / "t.csv"), "t.csv", {"b": COUNT})
