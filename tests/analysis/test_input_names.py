"""What inputs are called."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from costmodel.analysis.input_names import input_name
from costmodel.specs.fact import Fact

NOUNS = {"purchase/x": "Buy X", "purchase/x-large": "Buy a large X"}


@pytest.mark.parametrize(
    ("name", "said", "label"),
    [
        ("purchase/x.price", "", "Buy X: price"),
        ("purchase/x-large.value.network_share", "", "Buy a large X: network share"),
        ("demand.users", "Paying users, as of the day", "Paying users"),
        ("costs.staff_pay.amount", "What it costs over time", "Staff pay: what it costs over time"),
        ("own.capacity.used", "", "Capacity used"),
    ],
)
def test_an_input_is_called_by_its_noun_or_by_its_table(name: str, said: str, label: str) -> None:
    """No reader of a page has to know an id; one of several costs has the name that its file gives."""
    fact = object.__new__(Fact)
    object.__setattr__(fact, "attribute", SimpleNamespace(description=said) if said else None)
    leaf: Any = SimpleNamespace(name=name, origin=fact)
    assert input_name(leaf, NOUNS, "own") == label
