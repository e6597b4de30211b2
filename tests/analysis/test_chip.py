"""What an accelerator costs to make, by part."""

from __future__ import annotations

from typing import Any, cast

from costmodel.analysis.chip import Chip
from tests.figures import interval


def test_the_share_of_parts_is_theirs_of_the_total() -> None:
    """3 and 1 of 8."""
    rows = {name: interval(*(3 * [f"{value} USD"])) for name, value in (("a", 3), ("b", 1), ("c", 4), ("total", 8))}
    one = Chip(cast("Any", None), rows)
    assert (one.share("a", "b"), one.share(), one.total.value.magnitude) == (0.5, 0.0, 8.0)
