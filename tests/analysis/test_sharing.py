"""Who wins if others share a program, by hand: costs of both readings over four draws."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from costmodel.analysis.sharing import accelerators, if_shared, shared_costs
from costmodel.analysis.sweeping import Drawn
from costmodel.domain.offers import Program, Rental
from costmodel.domain.token_api import TokenApi
from costmodel.units import parse
from tests.figures import costs_of, made

SYSTEM = SimpleNamespace(accelerators=parse("8 accelerator/server"))
CHIP = made(Program, id="chip", system=SYSTEM, other_volume=parse("100 accelerator"))
FLEET = SimpleNamespace(servers=parse("3 server"))


def _costs(offer: object, cost: str, shared: str = "") -> Any:
    found = costs_of({"cost": cost, "servers": "3 server"}, offer=offer)
    object.__setattr__(found, "fleet", None if isinstance(offer, TokenApi) else FLEET)
    object.__setattr__(found, "otherwise", {"shared": parse(shared)} if shared else {})
    return found


COSTS = {
    "chip": _costs(CHIP, "9 USD", "3 USD"),
    "rent": _costs(made(Rental, id="rent", system=SYSTEM), "5 USD"),
    "api": _costs(made(TokenApi, id="api"), "6 USD"),
    "later": _costs(SimpleNamespace(id="later"), "1 USD"),
}
STUDY = cast(
    "Any",
    SimpleNamespace(
        costs=COSTS,
        choices=("chip", "rent", "api"),
        headline="cost",
        scenario=SimpleNamespace(program_other_volume=None),
    ),
)
DRAWN = Drawn(
    (),
    ("later", "chip", "rent", "api", "chip shared"),
    np.empty((4, 0)),
    np.array([[0.0, 9, 5, 6, 3], [0.0, 9, 5, 6, 4], [0.0, 9, 5, 6, 5.5], [0.0, 9, 5, 4, 7]]),
)


def test_a_program_that_others_share_competes_at_its_shared_cost() -> None:
    """At 3 it wins, in two of four draws; all its chips are 24 of its own and 100 of others."""
    found = if_shared(STUDY, DRAWN)
    assert found is not None
    assert (found.winner, found.cost.magnitude) == ("chip", 3.0)
    assert found.probability_cheapest == {"chip": 0.5, "rent": 0.25, "api": 0.25}
    assert found.accelerators == {"chip": 124.0}
    assert not found.close
    assert shared_costs(STUDY) == {"chip": "chip shared"}


def test_nothing_is_shared_where_no_file_says_of_others() -> None:
    """Without a reading of that name there is no second answer."""
    alone = cast("Any", SimpleNamespace(costs={"rent": COSTS["rent"]}))
    assert if_shared(alone, DRAWN) is None


def test_accelerators_are_those_of_the_systems_that_are_held() -> None:
    """Eight in each of three; an API has none, and what comes later is no choice of today."""
    assert accelerators(STUDY) == pytest.approx({"chip": 24.0, "rent": 24.0})
