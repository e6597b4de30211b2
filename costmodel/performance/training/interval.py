"""How far measured steps lie from predictions: wider for chips and software that the fit has not seen."""

from __future__ import annotations

from costmodel.performance.machine.constants import Constants
from costmodel.units import magnitude

SUBMITTED = "mlperf"
"""Software of submissions to MLPerf."""
OWN = "own"
"""Software of companies' own, and such as has no name here: the level of many, the spread of what is new."""


def half_width(constants: Constants, family: str, software: str) -> float:
    """Return the logarithm of the factor within which 80% of campaigns lie, either way; wider for what is new."""
    if software == SUBMITTED:
        return float(magnitude(constants["training_spread_submitted"], "1"))
    known = {f"training_software_{software}", f"training_family_{family}"} <= set(constants.value)
    seen = known and software != OWN
    return float(magnitude(constants["training_spread" if seen else "training_spread_new"], "1"))
