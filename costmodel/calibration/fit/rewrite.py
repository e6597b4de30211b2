"""Writing what a fit found: values and intervals into constants.toml, half-widths into residuals.toml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import exp
from pathlib import Path

from costmodel.calibration.fit.objective import NORMAL_90, Estimate, Prior
from costmodel.performance.machine.constants import FILE
from costmodel.performance.service.interval import FILE as RESIDUALS

DIGITS = 5
FEWER = 4
NOT_INDEPENDENT = 3.0
"""Rows of one campaign are no independent witnesses: standard deviations are taken this much wider."""

LEAST_DEVIATION = 0.03


def write_constants(found: Estimate, priors: Mapping[str, Prior], file: Path = FILE) -> None:
    """Replace value and range of every fitted constant, and nothing else."""
    text = file.read_text(encoding="utf-8")
    for name, value in found.values.items():
        text = _replaced(text, name, value, _deviation(found.deviations[name], priors[name]))
    file.write_text(text, encoding="utf-8")


def _deviation(formal: float, prior: Prior) -> float:
    return min(max(NOT_INDEPENDENT * formal, LEAST_DEVIATION), prior.deviation)


def _replaced(text: str, name: str, value: float, deviation: float) -> str:
    """Return the text with one table's value and range replaced; the unit stays as it is."""
    head, table, rest = re.split(rf"(?m)^(\[{re.escape(name)}\]\n(?:.+\n)+)", text, maxsplit=1)
    unit = re.search(r'(?m)^unit = "(.*)"', table)
    suffix = f" {unit[1]}" if unit and unit[1] != "1" else ""
    factor = exp(NORMAL_90 * deviation)
    ends = ", ".join(f'"{one:.{FEWER}g}{suffix}"' for one in (value / factor, value * factor))
    table = re.sub(r"(?m)^value = .*$", f'value = "{value:.{DIGITS}g}{suffix}"', table)
    return head + re.sub(r"(?m)^range = .*$", f"range = [{ends}]", table) + rest


def write_residuals(
    widths: Mapping[str, Mapping[str, float]], known: Mapping[str, list[str]], file: Path = RESIDUALS
) -> None:
    """Write half-widths by kind of setup, and what the fit has seen."""
    lines = [
        "# How far measurements lie from predictions; written by `costmodel fit --write`. Half-widths are logarithms:",
        "# 80% of rows lie within exp(half-width) either way. `known` holds for what the fit has seen; a new model,",
        "# accelerator, framework or combination of these adds its own (root of the sum of squares). `tail` is the 90%",
        "# over the 80% width.",
        "",
        "[known]",
        *(f"{name} = [{_quoted(values)}]" for name, values in known.items()),
    ]
    for kind, figures in widths.items():
        lines += ["", f"[{kind}]", *(f"{name} = {value:.4g}" for name, value in figures.items())]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _quoted(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
