"""How far measured steps lie from predictions: wider for chips and software that the fit has not seen."""

from __future__ import annotations

from costmodel.performance.machine.constants import Constants
from costmodel.units import magnitude

SUBMITTED = "mlperf"
"""Software of submissions to MLPerf."""
UNNAMED = "other"
"""Software that is not named: its level is that of many kinds, its spread that of one which nobody measured."""


def half_width(constants: Constants, family: str, software: str) -> float:
    """Return the logarithm of the factor within which 80% of campaigns lie, either way."""
    if software == SUBMITTED:
        return float(magnitude(constants["training_spread_submitted"], "1"))
    measured = software != UNNAMED and f"training_software_{software}" in constants.value
    seen = measured and f"training_family_{family}" in constants.value
    return float(magnitude(constants["training_spread" if seen else "training_spread_new"], "1"))
