"""What serves until systems arrive, and who beats whom over draws, by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from costmodel.analysis.waiting import _plain, at_volume, served_by
from costmodel.analysis.who_pays import _beats, _id
from costmodel.domain.offers import Purchase, Rental
from costmodel.domain.workload import Capacity, TrainingRun
from costmodel.errors import MissingData
from costmodel.formula import Graph
from costmodel.units import magnitude, quantity
from tests.figures import costs_of, made

FLEET = SimpleNamespace(name="fleet", ramp=None, money=lambda _: None)


def _costs(kind: type, id_: str, cost: str, *, later: bool = False, fleet: object = FLEET) -> Any:
    fields = {"arrival": 1 if later else None} if kind is Purchase else {"ramp": None}
    figures = {
        "cost_per_accelerator_hour": f"{cost} USD/accelerator/hour",
        "cost_per_training_run": f"{cost} USD",
        "total_per_month": "9 USD/month",
        "duration": "6 day",
        "utilization": "0.5",
    }
    found = costs_of(figures, offer=made(kind, id=id_, **fields))
    object.__setattr__(found, "fleet", fleet)
    return found


FOUND = {
    "a": _costs(Rental, "a", "3"),
    "b": _costs(Purchase, "b", "2"),
    "c": _costs(Purchase, "c", "1", later=True),
    "d": _costs(Rental, "d", "1", fleet=None),
}


def scenario(workload: object, named: str = "") -> Any:
    """Return a scenario that names what serves meanwhile, or leaves it open."""
    return SimpleNamespace(id="s", workload=workload, program_meanwhile=named)


def test_the_cheapest_that_is_there_serves_meanwhile() -> None:
    """Not what comes later itself, nor an API without a fleet; all that may are told, one is chosen."""
    found = served_by(scenario(made(Capacity)), FOUND)
    assert [one.offer.id for one in found] == ["a", "b"]
    assert [magnitude(one.chosen, "1") for one in found] == [0.0, 1.0]
    assert [one.time_per_run for one in found] == [None, None]
    assert [magnitude(one.level, "USD/month") for one in found if one.level is not None] == [9.0, 9.0]


def test_a_named_offer_serves_alone_and_a_run_takes_its_time() -> None:
    """Six days at half of the time are twelve; one without an answer is told with those that have one."""
    (one,) = served_by(scenario(made(TrainingRun), "a"), FOUND)
    assert one.time_per_run is not None
    assert (one.offer.id, magnitude(one.chosen, "1"), magnitude(one.time_per_run, "day")) == ("a", 1.0, 12.0)
    with pytest.raises(MissingData, match=r"program\.meanwhile is c, which has no answer here: name one of a, b"):
        served_by(scenario(made(Capacity), "c"), FOUND)
    with pytest.raises(MissingData, match="nothing serves until"):
        served_by(scenario(made(Capacity)), {"c": FOUND["c"]})


def test_without_programs_nothing_has_a_volume() -> None:
    """A number is taken from a graph, or as it is."""
    assert at_volume(scenario(made(Capacity)), FOUND, Graph()) == {}
    assert _plain(quantity(3.0)) == 3.0
    assert _plain(2 * Graph().leaf("x", quantity(3.0))) == 6.0


def test_a_cost_beats_others_where_it_is_below_all_of_them() -> None:
    """Below both in two of four draws: what has no answer loses, what is alike does not beat."""
    ours = np.array([1.0, 2.0, 3.0, np.nan])
    others = [np.array([2.0, np.nan, 3.0, 9.0]), np.array([2.0, 3.0, 9.0, 9.0])]
    assert _beats(ours, others) == 0.5
    assert (_id(None), _id(made(Rental, id="a"))) == ("", "a")
