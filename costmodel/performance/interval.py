"""How far measurements lie from predictions."""

from __future__ import annotations

from math import exp

from costmodel.performance.setup import Setup


def prediction_interval(setup: Setup) -> tuple[float, float]:
    """Return factors."""
    return exp(-0.17), exp(0.17)
