"""`decide`, as a user meets it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.cli.conftest import Ran

Run = Callable[..., Ran]


def test_json_has_the_decision(run: Run) -> None:
    """Winner, sentence, probabilities that sum to 1, regrets by offer, flips and what is worth knowing."""
    ran = run("decide", "maia", "--format", "json", "--draws", "512")
    found = json.loads(ran.out)
    assert ran.code == 0, ran.err
    assert found["winner"] in found["sentence"]
    assert sum(found["probability_cheapest"].values()) == pytest.approx(1.0)
    assert set(found["expected_regret"]) == set(found["probability_cheapest"])
    assert {"leaf", "value", "to"} <= found["flips"][0].keys()
    assert all({"leaf", "value"} <= one.keys() for one in found["worth_knowing"])


@pytest.mark.usefixtures("opened_anew")
def test_the_same_seed_prints_the_same_bytes(run: Run) -> None:
    """Seeded draws leave nothing to chance."""
    args = ("decide", "maia", "--format", "json", "--draws", "256", "--seed", "3")
    assert run(*args).out == run(*args).out


def test_the_table_begins_with_the_sentence(run: Run) -> None:
    """A person reads the answer first."""
    ran = run("decide", "maia", "--draws", "256")
    assert ran.code == 0, ran.err
    assert "being wrong costs" in ran.out.splitlines()[0] or "no draw" in ran.out.splitlines()[0]
    assert "What would flip it" in ran.out
