"""What facts share, by hand: their source, their maker, and of money their silicon node."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from costmodel.analysis.correlations import links_of, loadings
from costmodel.domain.offers import Purchase, Rental
from costmodel.domain.token_api import TokenApi
from costmodel.formula.graph import Leaf
from costmodel.specs.fact import Fact
from costmodel.units import parse
from tests.figures import made

CHIP = SimpleNamespace(id="chip", maker="ACME", die_process="n5")
BARE = SimpleNamespace(id="bare", maker="Bare", die_process="")
SYSTEM = SimpleNamespace(id="system", accelerator=CHIP)
OFFERS = (
    made(Purchase, id="purchase/rival-2029", copies="purchase/one", system=SYSTEM),
    made(Rental, id="rental/one", system=SimpleNamespace(id="other", accelerator=BARE)),
    made(TokenApi, id="api/one"),
)


def leaf(name: str, text: str, *, ranged: bool = True) -> Leaf:
    """Return an input whose fact has a range, or none."""
    value = parse(text)
    low, high = (value / 2, value * 2) if ranged else (None, None)
    return Leaf(name, value, Fact(name, value, "list", Path("x.toml"), 1, low=low, high=high))


@pytest.mark.parametrize(
    ("name", "text", "factors"),
    [
        ("purchase/one.price", "3 USD", ["source: list", "maker: ACME", "process: n5"]),
        ("system.lifetime", "3 year", ["source: list", "maker: ACME"]),
        ("chip.price", "3 USD", ["source: list", "maker: ACME", "process: n5"]),
        ("rental/one.price", "3 USD", ["source: list", "maker: Bare"]),
        ("purchase/one.respin_outcome", "0.5", []),
        ("api/one.price", "3 USD", []),
        ("demand.users", "3 user", []),
    ],
)
def test_a_fact_shares_what_it_is_about(name: str, text: str, factors: list[str]) -> None:
    """Of a copy that is bought later, what it copies; how a program goes, and what an API asks, share nothing."""
    scenario: Any = SimpleNamespace(offers=OFFERS)
    kind = name.rpartition(".")[2]
    found = links_of(scenario, [leaf(name, text)]).get(name, ())
    told = [f"{by}: {rest}" for one in found for by, _, rest in [one.factor.removeprefix(f"{kind} by ").partition(" ")]]
    assert told == factors
    assert [one.loading for one in found] == [loadings()[by.partition(":")[0]] for by in factors]


def test_what_is_exact_is_linked_to_nothing() -> None:
    """Without a range there is no draw."""
    scenario: Any = SimpleNamespace(offers=OFFERS)
    assert links_of(scenario, [leaf("chip.price", "3 USD", ranged=False)]) == {}
