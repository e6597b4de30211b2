"""Remarks by hand: whose model an API sells, what was moved to another year, and which prices are old."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from costmodel.analysis.remarks import DAYS, _listed, _moved, _old, old_prices
from costmodel.domain.token_api import TokenApi
from costmodel.formula.graph import Leaf
from costmodel.specs.fact import Fact
from costmodel.units import parse
from tests.figures import made

DAY = date(2026, 11, 1)


def fact(text: str, days: int | None, moved: str = "") -> Fact:
    """Return a fact that was so many days old on the day of the question."""
    seen = None if days is None else DAY - timedelta(days=days)
    return Fact("x", parse(text), "s", Path("x.toml"), 1, as_of=seen, moved=moved)


def study(facts: dict[str, Fact], age: str = "1 year", offers: tuple[Any, ...] = ()) -> Any:
    """Return a study with these inputs, in which prices may be so old."""
    scenario = SimpleNamespace(
        price_date=DAY,
        terms=SimpleNamespace(price_age=parse(age)),
        offers=offers,
        stand_in_models=("other",),
        stand_in_reason="as large",
        model=SimpleNamespace(id="own"),
    )
    inputs = {name: Leaf(name, one.value, one) for name, one in facts.items()} | {
        "plain": Leaf("plain", parse("1"), None)
    }
    return SimpleNamespace(scenario=scenario, inputs=lambda: inputs, costs={one.id: None for one in offers})


FACTS = {
    "old.price": fact("1 USD", 366),
    "just.price": fact("1 USD", 365),
    "plan.price": fact("1 USD", 900),
    "moved.price": fact("1 USD", 900, "from 2020 by prices"),
    "size": fact("1 s", 900),
    "undated.price": fact("1 USD", None),
}


def test_prices_of_more_than_a_year_are_old() -> None:
    """365.25 days; plans, what an index moves, what is no money and what has no date are left out."""
    assert DAYS == 365.25
    assert list(old_prices(study(FACTS))) == ["old.price"]
    (said,) = _old(study(FACTS), str)
    assert said == "On 2026-11-01 these prices are older than 1 year: old.price of 2025-10-31 (1.0 years)"
    (said,) = _old(study({"old.price": fact("1 USD", 1096)}, "2 year"), str)
    assert said.endswith("are older than 2 years: old.price of 2023-11-01 (3.0 years)")
    assert list(_old(study({}), str)) == []


def test_what_an_index_moved_is_told_with_its_year() -> None:
    """All in one sentence, or none."""
    (said,) = _moved(study(FACTS), str)
    assert "counted in USD of 2026 by consumer prices: moved.price (from 2020). List prices" in said
    assert list(_moved(study({"old.price": FACTS["old.price"]}), str)) == []


@pytest.mark.parametrize(("model", "sentences"), [("other", 2), ("own", 1)])
def test_an_api_of_another_model_says_so(model: str, sentences: int) -> None:
    """And every API that nobody here knows its latency."""
    said = list(_listed(study({}, offers=(made(TokenApi, id="api", model=model),)), str))
    assert len(said) == sentences
    assert said[-1].startswith("Tokens of an API are counted at list prices")
    assert sentences == 1 or said[0] == "api: other stands for own: as large"
    assert list(_listed(study({}), str)) == []
