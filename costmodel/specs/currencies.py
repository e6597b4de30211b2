"""Money of other countries in spec files: counted in US dollars at the mean rate of the year of its date."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from costmodel.errors import UnitError
from costmodel.specs.attribute import Attribute
from costmodel.specs.fact import Fact

FILE = Path(__file__).with_name("exchange_rates.toml")
DOLLAR = "USD"
_UNIT = Attribute("per_dollar", "What a US dollar buys", unit="1", positive=True)


@dataclass(frozen=True)
class Converted:
    """A text in dollars for one in another currency, the factor on its number, and how it was got."""

    text: str
    factor: float
    said: str


@cache
def rates() -> Mapping[str, tuple[Fact, ...]]:
    """Return what a dollar buys of each other currency, by its code, oldest first."""
    from costmodel.specs.fact_reader import FactReader  # noqa: PLC0415 - which reads rates where it meets a currency
    from costmodel.specs.toml_file import read_table  # noqa: PLC0415

    content, lines, faults = read_table(FILE)
    reader = FactReader(FILE, lines, lambda path, message: faults.append(f"{path}: {message}"))
    found = {code: tuple(reader.history(_UNIT, code, table["per_dollar"])) for code, table in content.items()}
    assert not faults, faults  # noqa: S101 - a shipped file, which a test reads
    return found


@cache
def code_in(text: str) -> str:
    """Return the code of the currency that a quantity is in, where it is another than the dollar; else nothing.

    >>> code_in("0.19 EUR/kWh"), code_in("230 kUSD"), code_in("1.2 GJPY")
    ('EUR', '', 'JPY')
    """
    _, _, unit = text.strip().partition(" ")
    found = re.match(rf"[kMGT]?({'|'.join(rates())})(?![A-Za-z])", unit)
    return found[1] if found else ""


def in_dollars(text: str, day: date | None) -> Converted:
    """Return a quantity of another currency in dollars, at the mean of the year of a day.

    Special cases: in a year without a mean, the newest known before its end. A UnitError without a day, and for a day
    before all rates.

    >>> in_dollars("0.19 EUR/kWh", date(2025, 6, 30)).said
    '0.19 EUR/kWh at 0.8845 EUR a dollar, the mean of 2025 (federal-reserve-h10)'
    """
    code = code_in(text)
    if day is None:
        msg = f'"{text}" is in {code} and has no date: add as_of, at the rate of whose year it is counted in dollars'
        raise UnitError(msg)
    known = [one for one in rates()[code] if one.as_of is not None and one.as_of.year <= day.year]
    if not known:
        msg = f'"{text}" of {day} is older than the first rate of {code}, of {rates()[code][0].as_of}: give it in USD'
        raise UnitError(msg)
    rate = known[-1]
    per_dollar = float(rate.value.magnitude)
    assert rate.as_of is not None  # noqa: S101 - rates are a history
    said = f"{text} at {per_dollar:g} {code} a dollar, the mean of {rate.as_of.year} ({rate.source})"
    return Converted(text.replace(code, DOLLAR), 1 / per_dollar, said)
