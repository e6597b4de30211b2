"""What is said to who writes a number or a unit otherwise than files have it."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from costmodel.errors import did_you_mean

_WORD = re.compile(r"[A-Za-zµ][A-Za-zµ_0-9]*")
_USUAL = {
    "accelerator": ("gpu", "gpus", "tpu", "tpus", "chip", "chips", "card", "cards"),
    "EUR": ("€",),
    "GBP": ("£",),
    "JPY": ("¥",),
    "mm^2": ("mm2",),
    "month": ("mo", "mos", "mon"),
    "query": ("req", "reqs", "request", "requests"),
    "query/s": ("qps", "rps"),
    "server": ("node", "nodes"),
    "token": ("tok", "toks"),
    "token/s": ("tps",),
    "USD": ("$", "us$", "dollar", "dollars"),
    "user": ("seat", "seats"),
    "year": ("y", "yrs"),
}
"""The units of files, and what people write for them, in small letters."""

_MULTIPLES = {
    "e3": ("k", "thousand"),
    "e6": ("m", "mn", "mio", "million", "millions"),
    "e9": ("b", "bn", "billion", "billions"),
    "e12": ("t", "tn", "trillion", "trillions"),
}
_DASHES = tuple("\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d")
"""What pages and editors put for a minus sign: hyphens, dashes and the mathematical sign."""

_MONEY = "$€£¥"


def unit_hint(word: str) -> str:
    """Return what a word that is no unit may stand for, or an empty text.

    >>> unit_hint("gpus"), unit_hint("million"), unit_hint("PFLOPS")
    ('Did you mean "accelerator"?', 'Write the number with e6 in place of "million"', 'Did you mean "PFLOP/s"?')
    """
    for power, words in _MULTIPLES.items():
        if word.lower() in words:
            return f'Write the number with {power} in place of "{word}"'
    per_second = re.fullmatch("([kMGTPEZ]?)FLOPS", word)
    usual = f"{per_second[1]}FLOP/s" if per_second else _usual().get(word.lower())
    return f'Did you mean "{usual}"?' if usual else did_you_mean(word, _spellings()).strip()


def no_unit(text: str) -> str:
    """Say what is wrong with a text that has signs which no unit has."""
    sign = next((one for one in _MONEY if one in text), "")
    said = unit_hint(sign) if sign else "write one number, a space and a unit"
    return f'"{sign or text}" is not a unit{"." if sign else ":"} {said}'


def no_number(text: str) -> str:
    """Say why a text does not begin with one number."""
    if text[:1] in _DASHES:
        return f'"{text}" begins with a dash that is no minus sign; write "-"'
    if re.match(rf"[+-]?[{_MONEY}]\s*\d", text):
        return f'"{text}" begins with a sign of money; write the number, a space and {_usual()[text.lstrip("+-")[0]]}'
    if re.match(r"[+-]?\d+,\d", text):
        return f'"{text}" has a comma in its number; write a decimal point, and "_" between thousands'
    if re.match(r"[+-]?\d", text):
        return f'"{text}" is not one number and a unit'
    return f'"{text}" does not start with a finite number'


@cache
def _usual() -> dict[str, str]:
    return {word: unit for unit, words in _USUAL.items() for word in words}


@cache
def _spellings() -> tuple[str, ...]:
    common = ["W", "kW", "MW", "kWh", "MWh", "Gbit/s", "GB", "TB", "GB/s", "TB/s", "TFLOP/s", "GHz"]
    prefixed = [f"{p}{u}" for p in "kMGTPE" for u in ("B", "bit", "FLOP", "USD", "W", "Wh", "token", "Hz")]
    binary = [f"{p}iB" for p in "KMGTP"]
    return tuple(dict.fromkeys([*common, *prefixed, *binary, *_words()]))


def _words() -> list[str]:
    lines = (files("costmodel") / "units.txt").read_text().splitlines()
    defined = [line for line in lines if "=" in line and not line.startswith("#") and "- =" not in line]
    return [word.strip() for line in defined for word in line.split("=") if _WORD.fullmatch(word.strip())]
