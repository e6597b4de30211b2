"""Intervals and shares of draws by hand."""

from __future__ import annotations

import numpy as np
import pytest

from costmodel.analysis.lever_draws import ends, share_reaching

DRAWS = np.array([*np.arange(11.0), np.nan, np.nan])


def test_an_interval_holds_four_fifths_of_the_draws_with_an_answer() -> None:
    """Of 0 to 10, from 1 to 9; without any there is none."""
    assert ends(DRAWS) == pytest.approx((1.0, 9.0))
    assert np.isnan(ends(DRAWS[11:])).all()


def test_a_figure_that_is_just_as_asked_reaches_it() -> None:
    """Eight of eleven are 3 or more; without an answer there is no share."""
    assert share_reaching(DRAWS, 3.0) == pytest.approx(8 / 11)
    assert np.isnan(share_reaching(DRAWS[11:], 3.0))
