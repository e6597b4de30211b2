"""Tables in a window that is too narrow for them."""

from __future__ import annotations

import pytest

from costmodel.cli.shared import tell
from costmodel.cli.tables import print_table
from costmodel.cli.widths import folded, parted

COLUMNS = ["offer", "total per month\nUSD/month", "probability cheapest"]
ROWS = [["rental/coreweave-h100-on-demand", ("18,240,198", "1,528,108 to 18,240,198"), "0.0001221"]]


def test_figures_and_intervals_are_never_broken() -> None:
    """However narrow the window is, a column holds its longest interval; ids are folded after their signs."""
    assert parted(COLUMNS, ROWS, COLUMNS[1:], 60) == [{0: 24, 1: 23, 2: 11}]
    assert parted(COLUMNS, ROWS, COLUMNS[1:], 55) == [{0: 31, 1: 23}, {0: 31, 2: 20}]


def test_what_a_window_has_no_room_for_becomes_a_further_table() -> None:
    """Each has the first column again, and neither numbers nor words of heads are broken."""
    years = [f"cash year {year}" for year in range(4)]
    rows = [["purchase/hgx-a100-80gb", *["1,966,052,952"] * 4]]
    places = {window: [list(part) for part in parted(["offer", *years], rows, years, window)] for window in (80, 50, 8)}
    assert places == {80: [[0, 1, 2, 3, 4]], 50: [[0, 1, 2], [0, 3, 4]], 8: [[0, 1], [0, 2], [0, 3], [0, 4]]}


def test_a_table_that_fits_is_left_as_it_is() -> None:
    """In a wide window every cell has its one line."""
    assert parted(COLUMNS, ROWS, COLUMNS[1:], 80) == [{0: 31, 1: 23, 2: 20}]


def test_texts_share_a_window() -> None:
    """The longest of them is folded first, and none has less than a few letters."""
    assert parted(["key", "value", "note"], [["price", "1 USD", "x" * 99]], [], 40) == [{0: 5, 1: 5, 2: 28}]


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("USD/user/month", 9, ["USD/user/", "month"]),
        ("design and team are", 11, ["design and", "team are"]),
        ("  coreweave-h100", 12, ["  coreweave-", "h100"]),
        ("abcdefgh", 3, ["abc", "def", "gh"]),
        ("", 3, [""]),
    ],
)
def test_words_are_broken_after_their_own_signs(text: str, width: int, lines: list[str]) -> None:
    """A text is folded between words, a word too long for a line after a slash or a dash, and else anywhere."""
    assert folded(text, width) == lines


def test_no_line_is_longer_than_the_window(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables and sentences stay within a window, and every interval of theirs is on one line."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "50")
    monkeypatch.setenv("TERM", "dumb")
    print_table("What it costs", COLUMNS, ROWS, COLUMNS[1:])
    tell("rental/coreweave-h100-on-demand wins unless another way of getting accelerators becomes cheaper")
    printed = capsys.readouterr().out.splitlines()
    assert max(map(len, printed)) <= 50
    assert sum("1,528,108 to 18,240,198" in line for line in printed) == 1
