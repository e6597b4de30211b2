"""How fast compute becomes cheaper: a line through dated prices per peak operation, with its interval."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from costmodel.errors import MissingData, unknown
from costmodel.specs.catalog import Catalog
from costmodel.specs.fact import ASSUMPTION, Fact
from costmodel.specs.record import Record
from costmodel.units import Quantity

Vector = npt.NDArray[np.float64]

UNITS = {"purchase": "USD/(TFLOP/s)", "rental": "USD/h/(TFLOP/s)"}
"""The unit of a price per performance, for each way to get accelerators."""

REFERENCE = date(2020, 1, 1)
LEAST_GROUPS = 4
COVERED = 0.90
_DAYS = 365.25
_BARE = "-baseboard"
"""How the ids of bare boards end: they are no systems, and cheaper by what is missing."""


@dataclass(frozen=True)
class Trend:
    """A fitted yearly decline, with its 90% interval.

    Shares of the price: 0.28 says that a dense operation per second costs 28% less each year.
    """

    yearly_decline: float
    low: float
    high: float
    rows: pd.DataFrame
    """The prices that it was fitted on, one a row."""
    level: float
    """log10 of the price per performance on `REFERENCE`, on the line."""

    @property
    def powers_of_ten(self) -> float:
        """The decline in powers of ten a year, as Epoch gives it."""
        return float(-np.log10(1 - self.yearly_decline))

    def price_per_performance(self, day: date) -> float:
        """Return what a TFLOP/s of dense 16-bit operations costs on a day, on the line."""
        return float(10 ** (self.level - self.powers_of_ten * _years(day)))


def price_trend(catalog: Catalog, kind: Literal["purchase", "rental"] = "purchase") -> Trend:
    """Return how fast the price per dense 16-bit operation falls: of systems bought, or of hours rented on demand.

    A straight line through log10(price / peak) over the days on which the prices were seen, by least squares. Prices of
    one accelerator rise and fall together, so its interval comes from errors clustered by accelerator. Epoch finds
    0.14 powers of ten a year, a decline of 28%, for the hardware of training runs; the purchases here must agree with
    that. Rents on demand fall more slowly, as list prices outlive the hardware.

    >>> round(price_trend(Catalog(), "purchase").powers_of_ten, 1)
    0.1
    """
    from scipy.special import stdtrit  # noqa: PLC0415 - a tenth of a second, for what few verbs ask

    rows = performance_prices(catalog, kind)
    groups = rows["accelerator"].nunique()
    if groups < LEAST_GROUPS:
        msg = f"A trend of {kind} prices needs prices of {LEAST_GROUPS} accelerators; there are {groups}"
        raise MissingData(msg)
    years = np.array([_years(day) for day in rows["as_of"]])
    level, slope, error = _fitted(years, np.log10(rows["price_per_performance"].to_numpy()), rows["accelerator"])
    reach = error * float(stdtrit(groups - 1, (1 + COVERED) / 2))
    return Trend(_decline(slope), _decline(slope + reach), _decline(slope - reach), rows, level)


def performance_prices(catalog: Catalog, kind: str, *, assumed: bool = False) -> pd.DataFrame:
    """Return every dated price of a kind per dense 16-bit TFLOP/s: systems bought whole, or hours on demand.

    Prices that the project assumed are left out unless asked for, as they rest on such a trend themselves.
    """
    if kind not in UNITS:
        raise unknown("kind of price", kind, UNITS)
    rows = [row for offer in catalog.all(kind) if _counts(offer) for row in _priced(catalog, offer)]
    return pd.DataFrame([row for row in rows if assumed or row["source"] != ASSUMPTION])


def _counts(offer: Record) -> bool:
    return not offer.id.endswith(_BARE) and offer.values.get("commitment", "on demand") == "on demand"


def _priced(catalog: Catalog, offer: Record) -> Iterator[dict[str, Any]]:
    system = catalog.get("system", offer.values["system"])
    accelerator = catalog.get("accelerator", system.values["accelerator"])
    peak = accelerator.facts.get("peak.bf16") or accelerator.facts.get("peak.fp16")
    for fact in offer.histories.get("price", ()) if peak is not None else ():
        price = _per_accelerator(fact, system)
        yield {
            "offer": f"{offer.kind.name}/{offer.id}",
            "accelerator": accelerator.id,
            "name": accelerator.values["name"],
            "maker": accelerator.values["maker"],
            "launch": accelerator.values.get("launch"),
            "as_of": fact.as_of,
            "price": price,
            "price_per_performance": price / float(peak.value.to("TFLOP/s").magnitude) if peak else np.nan,
            "source": fact.source,
        }


def _per_accelerator(fact: Fact, system: Record) -> float:
    """Return the price of one accelerator with its share of the system, in USD or USD an hour."""
    price: Quantity = fact.value
    if price.is_compatible_with("USD/server"):
        return float((price / system.facts["accelerators"].value).to("USD/accelerator").magnitude)
    return float(price.to("USD/accelerator/hour").magnitude)


def _fitted(x: Vector, y: Vector, groups: pd.Series[str]) -> tuple[float, float, float]:
    """Return level and slope of the line through the points, and the error of the slope clustered by group."""
    design = np.column_stack([np.ones_like(x), x])
    inverse = np.linalg.inv(design.T @ design)
    level, slope = inverse @ design.T @ y
    scores = design * (y - level - slope * x)[:, None]
    summed = np.array([scores[(groups == name).to_numpy()].sum(axis=0) for name in groups.unique()])
    few = len(summed) / (len(summed) - 1) * (len(x) - 1) / (len(x) - 2)
    error = np.sqrt((inverse @ summed.T @ summed @ inverse)[1, 1] * few)
    return float(level), float(slope), float(error)


def _decline(slope: float) -> float:
    return 1 - 10.0**slope


def _years(day: date) -> float:
    """Return the years since the reference day."""
    return (day - REFERENCE).days / _DAYS
