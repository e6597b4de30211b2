"""What published costs come to by our prices and methods: each row from the hardware and the hours that it states."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property, partial
from math import isnan
from typing import Any

from costmodel.analysis.compared import of_offer
from costmodel.analysis.study import Study, study_of
from costmodel.analysis.uncertainty import intervals
from costmodel.domain.accelerator_names import Accelerators
from costmodel.domain.hardware import load_site
from costmodel.domain.offers import Offer, Purchase, Rental, load_offer
from costmodel.domain.terms import usual_terms
from costmodel.economics.fleet import Fleet
from costmodel.economics.formulas import run_methods as f
from costmodel.economics.rented import hourly_price
from costmodel.economics.run_methods import bought
from costmodel.errors import MissingData
from costmodel.formula import Graph
from costmodel.performance.formulas.training import hours_of_operations
from costmodel.performance.machine.number_types import compute_type
from costmodel.specs.catalog import Catalog
from costmodel.specs.runs import run_named
from costmodel.units import Quantity, magnitude, quantity

Row = Mapping[Any, Any]
SITE = "us-hyperscale"
LONG = 3.0
"""Years of the commitments whose rent the field takes for large runs."""
UNITS = {
    "USD/chip": "USD/accelerator",
    "H100-hours": "accelerator*hour",
    "servers of 8 A100": "server",
}
"""Units as tables write them, and ours."""
CENTS, PER_CHIP = "US cents", "USD/chip"
ACQUIRED = "cost_of_acquisition"
LATER = timedelta(days=366)
"""How much later a price may have become known, where none was before."""
MONTHS = 12


@dataclass(frozen=True)
class Figure:
    """From what a row comes to what, in the unit of its table, between the ends of what is uncertain."""

    how: str
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Published:
    """Published costs with our figures."""

    catalog: Catalog

    @cached_property
    def chips(self) -> Accelerators:
        """The accelerators that tables name."""
        return Accelerators(self.catalog)

    @cached_property
    def _studies(self) -> dict[str, Study]:
        return {}

    @cached_property
    def _systems(self) -> dict[str, str]:
        return {one.id: str(one.values["accelerator"]) for one in self.catalog.all("system")}

    def figure(self, row: Row) -> Figure:
        """Return what a row comes to, or a CostModelError that says why nothing answers it."""
        found = self._figure(row)
        return replace(found, how=f"{found.how}; {why}") if (why := text(row, "why")) else found

    def _figure(self, row: Row) -> Figure:
        if scenario := text(row, "scenario"):
            return self._of_scenario(scenario, row)
        item, unit = text(row, "item").lower(), text(row, "unit")
        if unit == PER_CHIP:
            return self._acquired(row)
        if text(row, "category") != "training" or not unit.startswith("USD"):
            msg = (
                "neither a cost of training nor a price of hardware, and its row names no scenario that has the figure"
            )
            raise MissingData(msg)
        ways = {"acquisition": self._acquired, "amortised": self._amortised}
        return next((way for word, way in ways.items() if word in item), self._rented)(row)

    def _of_scenario(self, scenario: str, row: Row) -> Figure:
        if scenario not in self._studies:
            record = run_named(self.catalog, scenario) or self.catalog.get("scenario", scenario)
            self._studies[scenario] = study_of(self.catalog, record)
        study, name = self._studies[scenario], text(row, "figure")
        subject = of_offer(study, text(row, "offer"))
        found = intervals({name: subject.figure(name)}, links=study.links)[name]
        ends = [_in_unit(one, row) for one in (found.value, found.low, found.high)]
        return Figure(f"{name} of {subject.name}", *ends)

    def _rented(self, row: Row) -> Figure:
        """Return hours x rent, as stated, or the lowest for three years, or the middle; between all that were asked."""
        hours, how = self._hours(row)
        stated = number(row, "price_per_chip_hour_usd")
        if stated is not None:
            return Figure(f"{how} at the stated {stated:.4g} USD", *(3 * [_rent(hours, stated)]))
        offers = [one for one in self._offers(row, Rental) if one.commitment != "spot"]
        long = [one for one in offers if one.term is not None and magnitude(one.term, "year") >= LONG]
        taken = min(long, key=_price) if long else sorted(offers, key=_price)[len(offers) // 2]
        prices = [_price(taken), min(map(_price, offers)), max(map(_price, offers))]
        return Figure(f"{how} at {prices[0]:.3g} USD ({taken.id})", *[_rent(hours, one) for one in prices])

    def _acquired(self, row: Row) -> Figure:
        return self._bought(row, ACQUIRED, quantity(1.0, "day"), "servers and network, no building")

    def _amortised(self, row: Row) -> Figure:
        hours, how = self._hours(row)
        return self._bought(row, "cost_amortised", hours / quantity(_count(row), "accelerator"), how)

    def _bought(self, row: Row, method: str, duration: Quantity, how: str) -> Figure:
        """Return a method of owners, with the interval of its facts."""
        offer = max(self._offers(row, Purchase), key=lambda one: one.facts["price"].as_of or date.min)
        count = 1.0 if text(row, "unit") == PER_CHIP else _count(row)
        graph = Graph()
        site, terms = load_site(self.catalog, SITE).traced(graph), usual_terms().traced(graph)
        one = offer.traced(graph)
        servers = quantity(count, "accelerator") / one.system.accelerators
        fleet = Fleet(servers, quantity(1.0), site, quantity(0.0, "1/year"), terms=terms)
        found = intervals({method: bought(one, fleet, duration, day_of(row))[method]})[method]
        ends = [float(magnitude(end, "USD")) for end in (found.value, found.low, found.high)]
        each, unit = (count, "an accelerator") if method == ACQUIRED else (_in_hours(count, duration), "an hour")
        return Figure(f"{how} at {ends[0] / each:,.3g} USD {unit} ({offer.id})", *ends)

    def _hours(self, row: Row) -> tuple[Quantity, str]:
        """Return the hours of all accelerators of a run, and where they come from."""
        stated = number(row, "chip_hours")
        wall = re.search(r"training hours ([\d.]+)", text(row, "assumptions"))
        share, operations = number(row, "utilisation_pct"), number(row, "train_flop")
        if stated is not None:
            return quantity(stated, "accelerator*hour"), f"{stated:,.0f} hours as published"
        if wall is not None and (count := number(row, "n_chips")) is not None:
            return quantity(count * float(wall[1]), "accelerator*hour"), f"{count:,.0f} accelerators x {wall[1]} hours"
        if share is None or operations is None:
            msg = "neither hours nor operations with a utilisation are given, and its row names no scenario"
            raise MissingData(msg)
        chip = self.chips.find(text(row, "hardware"))
        peak = chip.peak[compute_type(chip, "fp16")]
        work = {"operations": quantity(operations, "FLOP"), "utilization": quantity(share / 100)}
        said = f"{operations:.3g} operations at {share:g}% of {peak.to('TFLOP/s'):.0f~P}"
        return hours_of_operations(**work, peak=peak), said

    def _offers(self, row: Row, kind: type[Offer]) -> list[Any]:
        """Return the offers of a kind with the accelerator of a row, at their newest price up to its day."""
        chip, day = self.chips.find(text(row, "hardware")), day_of(row)
        for on, same in ((one, same) for same in _likeness(row) for one in (day, day + LATER)):
            ids = [one for one, system in self._owned[kind] if same(self._systems[system], chip.id)]
            if fits := [one for one in map(partial(self._priced, on), ids) if one is not None]:
                return fits
        words = {Rental: "rent", Purchase: "purchase"}[kind]
        msg = f"no {words} of {chip.name} is in the library up to {day}: what it cost its owner is not public"
        raise MissingData(msg)

    @cached_property
    def _owned(self) -> dict[type[Offer], list[tuple[str, str]]]:
        """Offers of systems by kind, each with its system."""
        kinds: dict[str, type[Offer]] = {"rental": Rental, "purchase": Purchase}
        found: dict[type[Offer], list[tuple[str, str]]] = {Rental: [], Purchase: []}
        for one in self.catalog.all("offer"):
            if one.kind.name in kinds:
                found[kinds[one.kind.name]].append((f"{one.kind.name}/{one.id}", str(one.values["system"])))
        return found

    def _priced(self, day: date, id_: str) -> Any:
        try:
            found: Any = load_offer(self.catalog, id_, day)
        except MissingData:  # no price by then
            return None
        return None if found.price is None else found


def day_of(row: Row) -> date:
    """Return the last day by which the prices of a row were known: of release, or of its source."""
    released = re.search(r"released (\d{4}-\d\d-\d\d)", text(row, "assumptions"))
    if released is not None:
        return date.fromisoformat(released[1])
    year, *parts = re.findall(r"\d+", text(row, "source_date")) or ["2026"]
    if len(parts) > 1:
        return date(int(year), int(parts[0]), int(parts[1]))
    month = int(parts[0]) if parts and int(parts[0]) <= MONTHS else MONTHS
    return date(int(year) + month // MONTHS, month % MONTHS + 1, 1) - timedelta(days=1)


def text(row: Row, name: str) -> str:
    """Return a column as a text, empty where there is nothing."""
    value = row.get(name)
    return "" if value is None or value != value else str(value).strip()  # noqa: PLR0124 - not a number


def number(row: Row, name: str) -> float | None:
    """Return a column as a number, or None where there is nothing."""
    try:
        value = float(row.get(name, "nan"))
    except (TypeError, ValueError):
        return None
    return None if isnan(value) else value


def _count(row: Row) -> float:
    found = number(row, "n_chips")
    if found is None:
        msg = "n_chips is missing: how many accelerators there were decides what they cost and how long they ran"
        raise MissingData(msg)
    return found


def _in_unit(value: Quantity, row: Row) -> float:
    unit = text(row, "unit")
    plain = unit.replace(CENTS, "USD").partition(" (")[0]
    times = 100.0 if unit.startswith(CENTS) else 1.0
    return times * float(magnitude(value, UNITS.get(plain, plain)))


def _likeness(row: Row) -> tuple[Callable[[str, str], bool], ...]:
    """Return what makes an accelerator that of a row: of any memory, where it says none or no other is had."""
    named = re.search(r"\d ?gb", text(row, "hardware").lower())
    return (str.__eq__, _same_but_for_memory) if named else (_same_but_for_memory,)


def _same_but_for_memory(one: str, other: str) -> bool:
    return re.sub(r"-\d+gb$", "", one) == re.sub(r"-\d+gb$", "", other)


def _price(offer: Rental) -> float:
    return float(magnitude(hourly_price(offer), "USD/accelerator/hour"))


def _in_hours(count: float, duration: Quantity) -> float:
    return count * float(magnitude(duration, "hour"))


def _rent(hours: Quantity, price: float) -> float:
    return float(magnitude(f.run_at_cloud_price(hours=hours, price=quantity(price, "USD/accelerator/hour")), "USD"))
