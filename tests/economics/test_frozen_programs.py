"""Programs charged to their own fleets, on the facts of 2026-11-25, against values from plain floats.

The plain floats pay for design and team on the first day and for all else at year ends, with nameplate power; a program
is charged to the fleet that its scenario held, or spread over the volume that its file stated.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from costmodel.domain.offers import Program
from costmodel.economics.fleet import Fleet
from costmodel.specs.catalog import Catalog
from costmodel.units import quantity
from tests.economics.programs import AT_ONCE, fleet, per_month, program

FACTS = Path(__file__).parents[1] / "golden" / "facts_2026_11_25"
PLAIN = {
    "finance.payment_delay": "0.5 year",
    "fleet.insurance": "0 1/year",
    "fleet.busy_power": "1",
    "fleet.network_power": "0",
}
USERS = 1.5
"""Million users of `copilot`."""

CASES = {
    "copilot, USD a user and month": ("maia-100", 800, 1050, 1 / 3, USERS, 12.50, 1.61),
    "maia, Maia 100, MUSD a month": ("maia-100", 800, 7292, 0.4, 1.0, 31.1, 16.9),
    "maia, Maia 200, MUSD a month": ("maia-200", 1050, 1604, 0.4, 1.0, 25.8, 4.2),
}
"""Program, design and team in MUSD, systems, mean over peak load, divisor; paid by the own fleet; printed."""
VOLUMES = {"maia-100": 200e3, "maia-200": 500e3}


def _offer_and_fleet(name: str, once: float, servers: float, busy: float) -> tuple[Program, Fleet]:
    catalog = Catalog([FACTS])
    offer = program(catalog, f"program/{name}", **AT_ONCE, bring_up=quantity(once, "MUSD"))
    return offer, fleet(catalog, servers, busy, PLAIN)


@pytest.mark.parametrize("case", CASES)
def test_a_program_is_charged_to_its_own_fleet(case: str) -> None:
    """By default it pays all of design and team; over the volume that a file stated it costs what was printed."""
    name, once, servers, busy, users, own, printed = CASES[case]
    offer, here = _offer_and_fleet(name, once, servers, busy)
    assert per_month(offer, here) / users == pytest.approx(own, rel=0.01)
    shared = replace(here, made=quantity(VOLUMES[name], "accelerator"))
    assert per_month(offer, shared) / users == pytest.approx(printed, rel=0.01)


def test_a_fleet_that_runs_keep_busy_pays_seven_millions_a_run() -> None:
    """Training of GPT-3 on 1,024 Maia 100: 274 kUSD a run over 200,000 chips were 7.5 MUSD over its own."""
    offer, here = _offer_and_fleet("maia-100", 800, 256, 1.0)
    shared = replace(here, made=quantity(VOLUMES["maia-100"], "accelerator"))
    assert 0.274 * per_month(offer, here) / per_month(offer, shared) == pytest.approx(7.5, rel=0.02)
