"""Watts of kept-up loads: the shipped constants are those of the fit, and tell what a chip draws that was left out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from costmodel.calibration.fit.power import NAMES, fit, left_out, loads, missed
from costmodel.performance.machine.constants import load_constants
from costmodel.specs.catalog import Catalog


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    """Return the measured loads."""
    return loads(Catalog())


def test_shipped_constants_are_fitted(rows: pd.DataFrame) -> None:
    """Each is what the fit finds."""
    shipped = [float(load_constants()[name].magnitude) for name in NAMES]
    assert shipped == pytest.approx(list(fit(rows)), rel=1e-3)


def test_a_chip_left_out_is_told_by_the_other(rows: pd.DataFrame) -> None:
    """Half of the loads within 2%, nine in ten within 18%: the faster memory draws more of the same design power."""
    far = np.abs(np.expm1(left_out(rows)))
    assert np.median(far) < 0.02
    assert np.quantile(far, 0.9) < 0.18


def test_shares_by_hand(rows: pd.DataFrame) -> None:
    """Products of 16 rows on the H100 move 2.66 of 3.35 TB/s and do 42.4 of 989 TFLOP/s; nothing is drawn beyond 1."""
    one = rows.query("system == 'h100_sxm' and watts == 471.6").iloc[0]
    assert one["memory"] == pytest.approx(2467.4 * 1.07794e9 / 3.35e12)
    assert one["compute"] == pytest.approx(2467.4 * 1.71799e10 / 989e12)
    share = 0.2 + 0.5 * one["memory"] + one["compute"]
    assert missed(rows.query("watts == 471.6"), np.array([0.2, 0.5, 1.0]))[0] == pytest.approx(
        np.log(700 * share / 471.6)
    )
    assert missed(rows.query("watts == 471.6"), np.array([1.0, 0.5, 1.0]))[0] == pytest.approx(np.log(700 / 471.6))
