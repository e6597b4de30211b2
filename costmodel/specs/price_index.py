"""Costs of another year in dollars of the year of a question: wages, buildings and energy, by consumer prices.

List prices, contracts and revenues are not moved: who buys on a day pays what is listed on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

from costmodel.errors import MissingData
from costmodel.specs.attribute import Attribute
from costmodel.specs.fact import Fact

FILE = Path(__file__).with_name("price_index.toml")
_INDEX = Attribute("index", "Consumer prices of a year", unit="1", positive=True)
_RATES = {
    name: Attribute(name, description, unit="1/year", signed=True)
    for name, description in (("real_rise", "Beyond consumer prices"), ("later_rise", "After the last known year"))
}


@dataclass(frozen=True)
class PriceIndex:
    """Consumer prices by year, and the yearly rises by which a cost may differ from them and goes on after them."""

    years: Mapping[int, Fact]
    real_rise: Fact
    later_rise: Fact

    def level(self, year: int) -> float:
        """Return the index of a year; after the last known, that one and the usual rise of each year since.

        Raises
        ------
        MissingData
            For a year before the first.
        """
        if year in self.years:
            return _number(self.years[year])
        last = max(self.years)
        if year < last:
            msg = f"{FILE}: has no consumer prices of {year}; the first are of {min(self.years)}: give a later as_of"
            raise MissingData(msg)
        return _number(self.years[last]) * (1 + _number(self.later_rise)) ** (year - last)


@cache
def price_index() -> PriceIndex:
    """Return the consumer prices of the shipped file."""
    from costmodel.specs.fact_reader import FactReader  # noqa: PLC0415 - as for currencies
    from costmodel.specs.toml_file import read_table  # noqa: PLC0415

    content, lines, faults = read_table(FILE)
    reader = FactReader(FILE, lines, lambda path, message: faults.append(f"{path}: {message}"))
    rates = {name: reader.fact(row, name, content[name]) for name, row in _RATES.items()}
    known = reader.history(_INDEX, "index", content["consumer_prices"]["index"])
    assert not faults, faults  # noqa: S101 - a shipped file, which a test reads
    return PriceIndex({one.as_of.year: one for one in known if one.as_of is not None}, **rates)


def in_dollars_of(fact: Fact, day: date | None) -> Fact:
    """Return a fact in dollars of the year of a day, where it is a dated cost that moves with prices.

    value x (index of then / index of its year); its range is wider by what such a cost may rise beyond consumer prices
    each year. Special case: what has no date is taken to be in dollars of any day.
    """
    moves = fact.attribute is not None and fact.attribute.indexed
    if day is None or fact.as_of is None or not moves or fact.as_of.year == day.year:
        return fact
    found = price_index()
    factor = found.level(day.year) / found.level(fact.as_of.year)
    less, more = _wider(found.real_rise, day.year - fact.as_of.year)
    low, high = (fact.value if end is None else end for end in (fact.low, fact.high))
    moved = f"{fact.value:.6g~P} in {fact.as_of.year}, x {factor:.4g} by consumer prices: USD of {day.year}"
    said = "; ".join(filter(None, [(fact.reason or fact.note).rstrip(". \n"), moved]))
    return replace(
        fact,
        value=fact.value * factor,
        low=low * factor * less,
        high=high * factor * more,
        moved=moved,
        note=fact.note if fact.reason else said,
        reason=said if fact.reason else "",
    )


def _wider(real_rise: Fact, years: int) -> tuple[float, float]:
    """Return by which factors the ends of a range move over years, forwards or back."""
    assert real_rise.low is not None and real_rise.high is not None  # noqa: S101, PT018 - a shipped file with a range
    ends = [(1 + float(one.to("1/year").magnitude)) ** years for one in (real_rise.low, real_rise.high)]
    return min(ends), max(ends)


def _number(fact: Fact) -> float:
    return float(fact.value.to(fact.attribute.unit if fact.attribute else "").magnitude)
