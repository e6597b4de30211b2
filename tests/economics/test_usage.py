"""The load of a service by hand: a day, a week, and regions that live at different hours."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from costmodel.economics.usage import peak_to_mean_of
from costmodel.units import magnitude, quantity


def load(*regions: tuple[float, float], week: float | None = None) -> Any:
    """Return a workload whose day peaks at 1.5 times its mean, with shares of users some hours to the east."""
    places = [SimpleNamespace(share=quantity(share), hours_east=quantity(hours)) for share, hours in regions]
    day = SimpleNamespace(day=quantity(1.5), week=None if week is None else quantity(week), regions=tuple(places))
    return SimpleNamespace(load=day, need=lambda _: quantity(9.0))


@pytest.mark.parametrize(("week", "peak"), [(None, 1.5), (1.2, 1.8)])
def test_a_week_multiplies_the_peak_of_its_days(week: float | None, peak: float) -> None:
    """Without one all days are alike; without a load the peak is stated."""
    assert magnitude(peak_to_mean_of(load(week=week)), "1") == pytest.approx(peak)
    assert magnitude(peak_to_mean_of(SimpleNamespace(load=None, need=lambda _: quantity(3.0))), "1") == 3.0  # type: ignore[arg-type]


def test_regions_at_other_hours_even_the_day_out() -> None:
    """Two halves twelve hours apart cancel; six hours apart they swing by the root of a half; all in one, fully."""
    apart, quarter, one = (
        magnitude(peak_to_mean_of(load((0.5, 0.0), (0.5, hours))), "1") for hours in (12.0, 6.0, 0.0)
    )
    assert apart == pytest.approx(1.0)
    assert quarter == pytest.approx(1 + 0.5 * 0.5**0.5)
    assert one == pytest.approx(1.5)
