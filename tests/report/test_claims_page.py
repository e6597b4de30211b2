"""The words of the page of claims."""

from __future__ import annotations

from math import inf

import pytest

from costmodel.economics.company import NEVER
from costmodel.report.claims_page import _figure


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(2030.0, "yr", "2030"), (NEVER, "yr", "never"), (inf, "yr", "never"), (3.0, "yr", "3 years")],
)
def test_a_year_of_the_calendar_is_no_amount(value: float, unit: str, text: str) -> None:
    """A calendar year has no thousands apart, one beyond all that is looked at never comes; a time has its unit."""
    assert _figure(value, unit) == text
