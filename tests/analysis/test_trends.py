"""The yearly decline of the price of performance."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from costmodel.analysis import trends
from costmodel.analysis.trends import REFERENCE, Trend, _decline, _fitted, _years, performance_prices, price_trend
from costmodel.domain.terms import usual_terms
from costmodel.errors import MissingData, UnknownName
from costmodel.specs.catalog import Catalog
from costmodel.units import quantity

EPOCH = 0.14
"""Powers of ten a year by which the price of performance falls, in the code of Epoch's study of training costs."""


def test_purchases_agree_with_epoch(catalog: Catalog) -> None:
    """Epoch's 0.14 powers of ten a year, by which later prices fall, lies inside the 90% interval and 0.04 from it."""
    trend = price_trend(catalog, "purchase")
    assert usual_terms().price_performance_decline == quantity(EPOCH, "1/year")
    assert trend.powers_of_ten == pytest.approx(EPOCH, abs=0.04)
    assert trend.low < 1 - 10**-EPOCH < trend.high


@pytest.mark.parametrize("kind", ["purchase", "rental"])
def test_trend_falls_and_says_on_what_it_rests(catalog: Catalog, kind: str) -> None:
    """The interval is around the estimate and does not reach zero; each row has its source."""
    trend = price_trend(catalog, kind)  # type: ignore[arg-type]
    assert 0 < trend.low < trend.yearly_decline < trend.high < 1
    assert len(trend.rows) >= 20
    assert trend.rows["source"].isin(catalog.sources).all()


def test_line_falls_by_the_decline_in_a_year(catalog: Catalog) -> None:
    """A year later, the line is lower by the yearly decline."""
    trend = price_trend(catalog, "purchase")
    ratio = trend.price_per_performance(date(2025, 1, 1)) / trend.price_per_performance(date(2024, 1, 2))
    assert ratio == pytest.approx(1 - trend.yearly_decline, rel=1e-3)


def test_rents_are_of_hours_on_demand(catalog: Catalog) -> None:
    """Commitments and spot prices are other goods; bare boards are no systems."""
    rented = performance_prices(catalog, "rental")
    commitments = {catalog.get("offer", offer).values["commitment"] for offer in rented["offer"]}
    assert commitments == {"on demand"}
    assert not performance_prices(catalog, "purchase")["offer"].str.contains("baseboard").any()


def test_known_decline_is_found_with_an_interval_that_covers_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """On made-up prices that fall by 30% a year, with noise shared by each accelerator, the fit finds 30%."""
    monkeypatch.setattr(trends, "performance_prices", lambda *_: made_up(0.30))
    trend = price_trend(Catalog(), "purchase")
    assert trend.yearly_decline == pytest.approx(0.30, abs=0.05)
    assert trend.low < 0.30 < trend.high


def test_shared_noise_widens_the_interval() -> None:
    """Ten prices of one accelerator that move together say less than ten of ten accelerators."""
    rows = made_up(0.30)
    years = np.array([trends._years(day) for day in rows["as_of"]])
    logs = np.log10(rows["price_per_performance"].to_numpy())
    alone = pd.Series([str(place) for place in range(len(rows))])
    assert trends._fitted(years, logs, rows["accelerator"])[2] > trends._fitted(years, logs, alone)[2]


def test_too_few_prices_and_unknown_kinds_are_explained(monkeypatch: pytest.MonkeyPatch, catalog: Catalog) -> None:
    """A trend through three accelerators is refused; so is a kind without prices."""
    with pytest.raises(UnknownName, match="kind of price"):
        performance_prices(catalog, "program")
    monkeypatch.setattr(trends, "performance_prices", lambda *_: made_up(0.3).query("accelerator in ['0', '1']"))
    with pytest.raises(MissingData, match="needs prices of 4 accelerators"):
        price_trend(catalog, "purchase")


def made_up(decline: float, accelerators: int = 20, prices: int = 10) -> pd.DataFrame:
    """Return prices that fall by a known share a year, each accelerator off by its own factor."""
    random = np.random.default_rng(7)
    rows = []
    for accelerator in range(accelerators):
        offset, start = random.normal(0, 0.1), random.uniform(2019, 2026)
        for when in start + random.uniform(0, 0.5, prices):
            day = date(int(when), 1, 1 + int((when % 1) * 27))
            price = 100 * (1 - decline) ** trends._years(day) * 10**offset
            rows.append({"accelerator": str(accelerator), "as_of": day, "price_per_performance": price})
    return pd.DataFrame(rows)


def test_a_trend_is_a_line_through_logarithms() -> None:
    """Of 100, 10 and 1 in three years: a tenth each year; clustered errors by hand, of three groups of two."""
    x = np.array([0.0, 1.0, 2.0, 0.0, 1.0, 2.0])
    y = np.array([2.0, 1.0, 0.0, 2.2, 1.0, 0.2])
    groups = pd.Series(["a", "a", "b", "b", "c", "c"])
    level, slope, error = _fitted(x, y, groups)
    assert (level, slope) == (pytest.approx(31 / 15), pytest.approx(-1.0))
    left = y - level - slope * x
    design = np.column_stack([np.ones(6), x])
    inverse = np.linalg.inv(design.T @ design)
    sums = [sum(design[i] * left[i] for i in pair) for pair in ((0, 1), (2, 3), (4, 5))]
    spread = inverse @ sum(np.outer(one, one) for one in sums) @ inverse
    assert error == pytest.approx(float(np.sqrt(spread[1, 1] * 3 / 2 * 5 / 4)))
    assert _decline(-1.0) == pytest.approx(0.9)
    one = Trend(0.9, 0.0, 0.0, pd.DataFrame(), 2.0)
    assert one.powers_of_ten == pytest.approx(1.0)
    assert (REFERENCE, _years(date(2024, 1, 1))) == (date(2020, 1, 1), 4.0)
    assert one.price_per_performance(date(2022, 1, 1)) == pytest.approx(10 ** (2 - 731 / 365.25))
