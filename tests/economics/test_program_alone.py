"""What a program costs if nobody else uses its chips."""

from __future__ import annotations

from dataclasses import replace

import pytest

from costmodel.analysis.study import Study
from costmodel.analysis.study import load as study
from costmodel.economics.costs import ALONE
from costmodel.units import magnitude


def _found(study_: Study) -> tuple[float, float]:
    costs = study_.costs["program/maia-100"]
    return tuple(float(magnitude(costs[name], "USD/month")) for name in (ALONE, "total_per_month"))  # type: ignore[return-value]


def test_a_program_alone_costs_what_it_costs_at_the_volume_of_its_fleet() -> None:
    """Both figures are one where the volume of the file is that of the scenario's own fleet; else alone is dearer."""
    usual = study("copilot")
    alone, shared = _found(usual)
    assert alone > shared
    costs = usual.costs["program/maia-100"]
    held = costs["servers"] * costs.offer.system.accelerators
    offers = [replace(one, volume=held) if one.id == "program/maia-100" else one for one in usual.scenario.offers]
    same, whole = _found(replace(usual, scenario=usual.scenario.with_offers(*offers)))
    assert same == pytest.approx(whole, rel=1e-9)
    assert same == pytest.approx(alone, rel=1e-9)
