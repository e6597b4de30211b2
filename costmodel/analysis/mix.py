"""The cheapest mix of a base that is held around the clock and a peak that is rented by the hour."""

from __future__ import annotations

import pandas as pd

from costmodel.analysis.cash import HOURS
from costmodel.analysis.study import Study
from costmodel.domain.offers import Rental
from costmodel.domain.workload import Serving
from costmodel.economics.costs import Costs
from costmodel.economics.load_mix import cheapest_mix, daily_curve
from costmodel.economics.rented import hourly_price
from costmodel.errors import Infeasible
from costmodel.units import magnitude

PER_HOUR = "USD/accelerator/hour"


def cheapest_mixes(study: Study) -> pd.DataFrame:
    """Return one row per pair of offers on the same system: the best base, and its cost against either alone.

    The load is a day with the scenario's mean and peak (`daily_curve`), in accelerators; a base (owned, reserved or
    under contract) costs all hours at its levelised cost, a peak (on demand, spot) only those in use at its price.
    """
    workload = study.scenario.workload
    if not isinstance(workload, Serving):
        msg = f"{study.scenario.id} has no load that changes over the day: a mix needs a serving scenario"
        raise Infeasible(msg)
    peak_to_mean = float(magnitude(workload.peak_to_mean, "1"))
    every = list(study.costs.values())
    pairs = [(b, p) for b in every for p in every if not _is_elastic(b) and _is_elastic(p) and _same_system(b, p)]
    return pd.DataFrame([_row(base, peak, peak_to_mean) for base, peak in pairs])


def _row(base: Costs, peak: Costs, peak_to_mean: float) -> dict[str, object]:
    accelerators = float(magnitude(base["accelerators"], "accelerator"))
    held = float(magnitude(base["servers"] * base.offer.system.accelerators, "accelerator"))
    base_price = float(magnitude(base["total_per_month"], "USD/month")) / held / HOURS
    assert isinstance(peak.offer, Rental)  # noqa: S101 - for the type checker; pairs are chosen so
    peak_price = float(magnitude(hourly_price(peak.offer), PER_HOUR))
    mix = cheapest_mix(daily_curve(accelerators / peak_to_mean, peak_to_mean), base_price, peak_price)
    return {
        "base": base.offer.id,
        "peak": peak.offer.id,
        "base_price": base_price,
        "peak_price": peak_price,
        "base_accelerators": mix.base,
        "base_utilization": mix.base_utilization,
        "peak_share": mix.peak_share,
        "total_per_month": mix.cost * HOURS,
        "all_base_per_month": mix.cost_all_base * HOURS,
        "all_peak_per_month": mix.cost_all_peak * HOURS,
    }


def _is_elastic(one: Costs) -> bool:
    return isinstance(one.offer, Rental) and one.offer.is_elastic


def _same_system(one: Costs, other: Costs) -> bool:
    return one.offer.system.id == other.offer.system.id
