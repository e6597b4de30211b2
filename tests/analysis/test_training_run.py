"""The table of a run by hand: what is given, what spot costs too much, and which columns are parts."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from costmodel.analysis.runs import _beside, _place
from costmodel.analysis.training_run import (
    OWN_METHOD,
    _row,
    _source,
    _without_spot,
    given_in_words,
    methods_of,
    parts_of,
    run_of,
)
from costmodel.domain.workload import Capacity, Serving, TrainingRun
from costmodel.specs.fact import Fact
from costmodel.units import quantity
from tests.figures import interval, made

FACT = Fact("goodput", quantity(0.9), "paper", Path("x.toml"), 1)


@pytest.mark.parametrize(
    ("spot", "cloud", "words"),
    [(2.0, 2.0, ""), (1.0, 2.0, ""), (3.0, 2.0, "interrupted as often as spot is, the run would cost 1.5 times")],
)
def test_spot_is_left_out_where_it_costs_more_than_on_demand(spot: float, cloud: float, words: str) -> None:
    """Just as much is still a price; without either there is nothing to leave out."""
    row = {
        f"cost_at_{name}_price{end}": cost
        for name, cost in (("spot", spot), ("cloud", cloud))
        for end in ("", "_low", "_high")
    }
    assert _without_spot(row).startswith(words)
    assert ("cost_at_spot_price_low" in row) is (not words)
    assert bool(_without_spot(dict(row))) is False
    assert _without_spot({}) == _without_spot({"cost_at_spot_price": 5.0}) == ""
    assert _without_spot({"cost_at_spot_price": 0.0, "cost_at_cloud_price": 0.0}) == ""


def test_a_row_has_values_and_ends_in_the_units_of_the_table() -> None:
    """What an offer lacks is left out."""
    bands: Any = {
        ("one", "time_of_steps"): interval("24 hour", "12 hour", "3 day"),
        ("one", "goodput"): interval("0.5", "0.4", "0.6"),
    }
    found = _row("one", ["time_of_steps", "goodput", "other"], bands, {"time_of_steps": "day", "goodput": ""})
    assert found == pytest.approx(
        {
            "time_of_steps": 1.0,
            "time_of_steps_low": 0.5,
            "time_of_steps_high": 3.0,
            "goodput": 0.5,
            "goodput_low": 0.4,
            "goodput_high": 0.6,
        }
    )


def test_what_is_stated_is_said_with_its_source() -> None:
    """By a source, or as an assumption with its reason; what no file gives has none."""
    run = made(TrainingRun, utilization=quantity(0.4), goodput=quantity(0.9), facts={"goodput": FACT})
    scenario: Any = SimpleNamespace(workload=run)
    assert list(given_in_words(scenario)) == [
        "The utilisation (MFU) of the training run is given as 0.4, not predicted",
        "The goodput of the training run is given as 0.9, not computed from failures and restarts (paper)",
    ]
    assumed = Fact("goodput", quantity(0.9), "assumption", Path("x.toml"), 1, reason="usual")
    assert _source(assumed) == " (assumption: usual)"
    assert _source(None) == ""
    assert list(given_in_words(SimpleNamespace(workload=made(Capacity)))) == []  # type: ignore[arg-type]
    assert run_of(SimpleNamespace(workload=made(Serving, training=run))) is run  # type: ignore[arg-type]


def test_columns_are_told_apart_into_methods_and_parts() -> None:
    """Ends of intervals are none; further costs are parts."""
    columns = [
        "cost_of_steps",
        "cost_of_steps_low",
        "further_cost_staff",
        "whole_cost",
        "goodput",
        "cost_per_training_run",
    ]
    table = pd.DataFrame(columns=columns)
    assert parts_of(table) == ["cost_of_steps", "further_cost_staff", "whole_cost"]
    assert methods_of(table) == {"cost_per_training_run": OWN_METHOD}


def test_a_published_figure_lies_inside_at_both_ends() -> None:
    """Ours over theirs; what follows from given figures alone has no interval."""
    fact = Fact("cost", quantity(2.0, "kUSD"), "paper", Path("x.toml"), 1)
    assert _beside(3000.0, 2000.0, 4000.0, fact, "USD") == {"published": 2000.0, "ratio": 1.5, "inside": "inside"}
    assert [_place(said, 2.0, 4.0) for said in (1.9, 2.0, 4.0, 4.1)] == ["outside", "inside", "inside", "outside"]
    assert _place(2.0, 2.0, 2.0) == "no interval"
    assert _beside(1.0, 0.0, 2.0, None, "USD")["inside"] == ""
