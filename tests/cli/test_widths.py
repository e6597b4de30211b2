"""Tables in a window that is too narrow for them."""

from __future__ import annotations

from costmodel.cli.widths import narrowed, parted

COLUMNS = ["offer", "total per month", "probability cheapest"]
ROWS = [["purchase/hgx-a100-80gb", ("18,240,198", "1,528,108 to 18,240,198"), "0.0001221"]]


def test_numbers_are_never_broken() -> None:
    """Columns of numbers hold their longest number however narrow the window is; heads get what is left."""
    assert narrowed(COLUMNS, ROWS, COLUMNS[1:], 30) == {"total per month": 10, "probability cheapest": 9}
    assert narrowed(COLUMNS, ROWS, COLUMNS[1:], 50) == {"total per month": 10, "probability cheapest": 11}


def test_what_a_window_has_no_room_for_becomes_a_further_table() -> None:
    """Each has the first column again, and neither numbers nor words of heads are broken."""
    years = [f"cash year {year}" for year in range(4)]
    rows = [["purchase/hgx-a100-80gb", *["1,966,052,952"] * 4]]
    assert parted(["offer", *years], rows, years, 80) == [[0, 1, 2, 3, 4]]
    assert parted(["offer", *years], rows, years, 50) == [[0, 1, 2], [0, 3, 4]]
    assert parted(["offer", *years], rows, years, 10) == [[0, 1], [0, 2], [0, 3], [0, 4]]


def test_a_table_that_fits_is_left_as_it_is() -> None:
    """In a wide window every cell has its one line."""
    assert narrowed(COLUMNS, ROWS, COLUMNS[1:], 80) == {}
