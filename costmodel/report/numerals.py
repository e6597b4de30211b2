"""How a number is written for people: the one home of digits, separators, prefixes and unit words."""

from __future__ import annotations

import re
from functools import lru_cache
from math import floor, isinf, isnan, log10

from costmodel.units import Quantity

NOTHING = "–"
"""What stands where there is no number."""

OUTPUT_TOKENS = "USD/million output tokens"
"""The unit of what answers cost: of which tokens it is, a plain one would not say."""

QUERIES_TOGETHER, FEW = 1_000, 0.01
"""Where a query costs less than so many dollars, so many queries are counted together."""

DIGITS = 3
CERTAIN = 0.995
"""From this share of draws on, whole percents would say that nothing else is left."""
FULL_UP_TO = 10_000
_SMALLEST_PLAIN, LARGEST_PLAIN = 1e-4, 1e12

_PREFIXES = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))
_WORDS = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))
_PREFIXED_HEADS = frozenset({"USD", "W", "Wh", "B"})
_PREFIXED_UNITS = frozenset({"FLOP/s", "FLOP/second"})
_PLURALS = {
    **{word: f"{word}s" for word in ("user", "token", "server", "accelerator", "month", "year", "hour", "day")},
    "query": "queries",
}
_SPELLED = {
    "percent": "%",
    "pct": "%",
    "dimensionless": "",
    "yr": "year",
    "d": "day",
    "h": "hour",
    "Mtoken": "million tokens",
    "Gtoken": "billion tokens",
    "Ttoken": "trillion tokens",
}
_WORD = re.compile(r"[A-Za-zµ]+")
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def figure(value: float, unit: str = "", digits: int = DIGITS) -> str:
    """Return a number and its unit, rounded to some significant digits and with a prefix where that reads better.

    Special cases: money, power, energy and data take a prefix from 10,000 on; people, queries, tokens, machines a word
    from a million on; a unit that has its prefix already keeps it; percents stand close; no number is a dash.

    >>> figure(12_345_678, "USD/month")
    '12.3 MUSD/month'
    >>> figure(0.0031, "USD/query")
    '0.0031 USD/query'
    >>> figure(300e9, "token")
    '300 billion tokens'
    >>> figure(8766, "hour"), figure(20, "percent")
    ('8,766 hours', '20%')
    """
    if not is_number(value):
        return number(value)
    factor, scaled = axis_unit(value, unit, digits)
    text = number(value / factor, digits)
    return joined(text, _singular(scaled) if text == "1" and factor == 1 else scaled)


def figure_of(value: Quantity, digits: int = DIGITS) -> str:
    """Return a quantity for people, in its own unit.

    >>> from costmodel.units import parse
    >>> figure_of(parse("6.2 USD/accelerator/hour"))
    '6.2 USD/accelerator/hour'
    """
    return figure(float(value.magnitude), f"{value.units:~C}", digits)


def number(value: float, digits: int = DIGITS) -> str:
    """Return a number with some significant digits, thousands apart, and a true minus sign.

    Special cases: below 10,000 the digits before the point are never rounded away; very small and very large
    numbers are written as powers of ten.

    >>> number(1234.56), number(-0.00312), number(3.14e23)
    ('1,235', '−0.00312', '3.14×10²³')
    """
    if isnan(value):
        return NOTHING
    if isinf(value):
        return "∞" if value > 0 else "−∞"
    return _written(rounded(value, digits))


def exact(value: float) -> str:
    """Return a number as it was given, with its thousands apart: for facts, which are never rounded.

    >>> exact(131072.0), exact(3.35)
    ('131,072', '3.35')
    """
    return _written(float(f"{value:.12g}")) if is_number(value) else number(value)


def interval(low: float | None, high: float | None) -> str:
    """Return a range, or an empty text where a bound is missing.

    >>> interval(230, 300)
    '230 – 300'
    """
    return "" if low is None or high is None else f"{exact(low)} – {exact(high)}"


def chance(share: float) -> str:
    """Return a share of draws in percent; none of which some are left is rounded to all or to nothing.

    >>> chance(0.997), chance(0.42), chance(0.001), chance(0.0)
    ('over 99%', '42%', 'under 1%', '0%')
    """
    if CERTAIN <= share < 1:
        return "over 99%"
    return "under 1%" if 0 < share <= 1 - CERTAIN else NOTHING if isnan(share) else f"{share:.0%}"


def joined(text: str, unit: str) -> str:
    """Return a written number with the text of its unit; a percent sign stands close, and so does what is only divided.

    >>> joined("3", "%/year"), joined("3", "USD"), joined("0.2", "1/year")
    ('3%/year', '3 USD', '0.2/year')
    """
    plain = unit.removeprefix("1") if unit.startswith("1/") else unit
    return f"{text}{plain}" if plain.startswith(("%", "/")) else f"{text} {plain}".strip()


@lru_cache(maxsize=1 << 10)
def unit_text(unit: str) -> str:
    """Return a unit as people write it.

    >>> unit_text("1/cm**2"), unit_text("percent"), unit_text("USD/W/yr")
    ('1/cm²', '%', 'USD/W/year')
    """
    text = "" if unit == "1" else _WORD.sub(lambda word: _SPELLED.get(word[0], word[0]), unit)
    for sign in "234":
        raised = sign.translate(_SUPERSCRIPT)
        text = text.replace(f"**{sign}", raised).replace(f"^{sign}", raised)
    return text.replace(" / ", "/").replace("*", "·")


def unit_in_head(name: str, unit: str) -> str:
    """Return the unit of a column for its head: that of many, and without what the column's name says already.

    >>> unit_in_head("Payback", "yr"), unit_in_head("Accelerators", "accelerator")
    ('years', '')
    >>> unit_in_head("Time to first token", "s")
    's'
    >>> unit_in_head("Cost per million output tokens", "USD/Mtoken")
    'USD'
    """
    text = unit_text(unit)
    head, _, per = text.partition("/")
    many = _plural(text) if head in _PLURALS else text
    if per.startswith("million") and "per million" in name.lower():
        return head
    return "" if names_unit(name, many) else many


def names_unit(name: str, unit: str) -> bool:
    """Say whether a name has a unit in it already, as words of its own.

    >>> names_unit("Accelerators held", "accelerators"), names_unit("Time to first token", "s")
    (True, False)
    """
    return re.search(rf"(?<!\w){re.escape(unit)}(?!\w)", name, re.IGNORECASE) is not None


def axis_unit(largest: float, unit: str, digits: int = DIGITS) -> tuple[float, str]:
    """Return by what to divide numbers up to `largest`, and the unit that they then have.

    >>> axis_unit(12_345_678, "USD/month")
    (1000000.0, 'MUSD/month')
    """
    size, unit = abs(rounded(largest, digits)) if is_number(largest) else 0.0, unit_text(unit)
    head = unit.split("/", maxsplit=1)[0]
    if head in _PREFIXED_HEADS or unit in _PREFIXED_UNITS:
        factor, prefix = next((step for step in _PREFIXES if size >= max(step[0], FULL_UP_TO)), (1.0, ""))
        return factor, f"{prefix}{unit}"
    if head in _PLURALS:
        factor, word = next((step for step in _WORDS if size >= step[0]), (1.0, ""))
        return factor, f"{word} {_plural(unit)}".strip()
    return 1.0, unit


def _plural(unit: str) -> str:
    head, slash, rest = unit.partition("/")
    return f"{_PLURALS[head]}{slash}{rest}"


def _singular(unit: str) -> str:
    head, slash, rest = unit.partition("/")
    return f"{next((one for one, many in _PLURALS.items() if many == head), head)}{slash}{rest}"


def is_number(value: float) -> bool:
    """Say whether there is a number to write."""
    return not (isnan(value) or isinf(value))


def power(size: float) -> int:
    """Return the power of ten of the first digit of a size."""
    return floor(log10(size)) if size else 0


def rounded(value: float, digits: int = DIGITS) -> float:
    """Return a number with some significant digits, but whole numbers below 10,000 whole.

    >>> rounded(432_720_515.0), rounded(9_366.4)
    (433000000.0, 9366.0)
    """
    whole = power(FULL_UP_TO - 1) + 1 if 1 <= abs(value) < FULL_UP_TO and power(abs(value)) >= digits else digits
    found = float(f"{value:.{whole}g}")
    return value if isinf(found) else found


def _written(value: float) -> str:
    if value and not _SMALLEST_PLAIN <= abs(value) < LARGEST_PLAIN:
        mantissa, _, tens = f"{value:.12e}".partition("e")
        return signed(f"{float(mantissa):g}×10{str(int(tens)).translate(_SUPERSCRIPT)}")
    text = f"{value:,.{max(0, 12 - max(0, power(abs(value))))}f}"
    return signed(text.rstrip("0").rstrip(".") if "." in text else text)


def signed(text: str) -> str:
    """Return a written number with a true minus sign, and nothing less than nothing."""
    minus_nothing = text.startswith("-") and not text.strip("-0.,")
    return text[1:] if minus_nothing else text.replace("-", "−", 1) if text.startswith("-") else text
