"""The files of what a fit found: constants.toml, offsets of levels in levels.toml, half-widths in residuals.toml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import exp
from pathlib import Path

from costmodel.calibration.fit.objective import NORMAL_90, Estimate, Prior
from costmodel.calibration.fit.widths import Widths
from costmodel.performance.machine.constants import FILE

DIGITS = 5
FEWER = 4
LEAST_DEVIATION = 0.03


def constants_text(found: Estimate, priors: Mapping[str, Prior], file: Path = FILE) -> str:
    """Return the file of constants with value and range of every fitted one replaced, and nothing else."""
    text = file.read_text(encoding="utf-8")
    for name, value in found.values.items():
        text = replaced(text, name, value, _deviation(found.deviations[name], priors[name]))
    return text


def _deviation(formal: float, prior: Prior) -> float:
    return min(max(formal, LEAST_DEVIATION), prior.deviation)


def replaced(text: str, name: str, value: float, deviation: float) -> str:
    """Return the text with one table's value and range replaced; the unit stays as it is."""
    head, table, rest = re.split(rf"(?m)^(\[{re.escape(name)}\]\n(?:.+\n)+)", text, maxsplit=1)
    unit = re.search(r'(?m)^unit = "(.*)"', table)
    suffix = f" {unit[1]}" if unit and unit[1] != "1" else ""
    factor = exp(NORMAL_90 * deviation)
    ends = ", ".join(f'"{one:.{FEWER}g}{suffix}"' for one in (value / factor, value * factor))
    table = re.sub(r"(?m)^value = .*$", f'value = "{value:.{DIGITS}g}{suffix}"', table)
    return head + re.sub(r"(?m)^range = .*$", f"range = [{ends}]", table) + rest


def levels_text(levels: Mapping[str, Mapping[str, float]]) -> str:
    """Return the file with the offset of every group of every level."""
    lines = [
        "# By how much times of groups of measured setups differ from the bare time model, as logarithms; written by",
        "# `costmodel fit --write`. A setup counts those of its groups that are here (performance/machine/levels.py).",
    ]
    for name, offsets in levels.items():
        lines += ["", f"[{name}]", *(f'"{key}" = {value:.{FEWER}g}' for key, value in offsets.items())]
    return "\n".join(lines) + "\n"


def residuals_text(widths: Widths, known: Mapping[str, Mapping[str, list[str]]]) -> str:
    """Return the file with half-widths, what novelties add, scales by kind of setup, and what the fit has seen."""
    lines = [
        "# How far measurements lie from predictions; written by `costmodel fit --write`. Half-widths are logarithms:",
        "# 80% of campaigns lie within exp(scale of the kind x half-width) either way. `configuration` holds for what",
        "# the fit has seen; a new campaign of known things, a new model, accelerator (or family) or software add",
        "# their own (root of the sum of squares), by what kind of measurements. `tail` is the 90% over the 80% width.",
    ]
    added = {f"added.{table}": figures for table, figures in widths.added.items()}
    for name, figures in {"widths": widths.widths, **added, "scales": widths.scales, "rows": widths.rows}.items():
        lines += ["", f"[{name}]", *(f"{what} = {value:.{FEWER}g}" for what, value in figures.items())]
    for table, names in known.items():
        lines += ["", f"[known.{table}]", *(f"{what} = [{_quoted(values)}]" for what, values in names.items())]
    return "\n".join(lines) + "\n"


def _quoted(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
