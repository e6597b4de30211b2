"""The annuity against numpy-financial, an independent implementation of spreadsheet functions."""

from __future__ import annotations

import numpy as np
import numpy_financial as npf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from costmodel.economics.formulas.finance import annuity
from costmodel.units import quantity

rates = st.floats(1e-4, 1.0)
lives = st.integers(1, 60)


@given(rate=rates, years=lives)
def test_the_annuity_is_the_payment_on_a_loan(rate: float, years: int) -> None:
    """What repays 1 in n years, with interest, is PMT."""
    ours = annuity(real_discount_rate=quantity(rate, "1/year"), lifetime=quantity(float(years), "year")).magnitude
    assert ours == pytest.approx(-float(npf.pmt(rate, years, 1.0)), rel=1e-10)


@given(rate=rates, years=lives)
def test_payments_are_worth_what_they_repay(rate: float, years: int) -> None:
    """The present value of all payments is the sum borrowed."""
    ours = annuity(real_discount_rate=quantity(rate, "1/year"), lifetime=quantity(float(years), "year")).magnitude
    flows = np.concatenate([[-1.0], np.full(years, ours)])
    assert float(npf.npv(rate, flows)) == pytest.approx(0.0, abs=1e-9)
