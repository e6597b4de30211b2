"""Which offers a variable sets against each other."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from costmodel.analysis.break_even import pairs_of
from costmodel.domain.offers import Program, Purchase, Rental
from costmodel.domain.token_api import TokenApi


def way(kind: type, id_: str) -> Any:
    """Return an offer of a kind that has an id alone."""
    made = object.__new__(kind)
    object.__setattr__(made, "id", id_)
    return made


WAYS = [way(Purchase, "own"), way(Rental, "rent"), way(TokenApi, "api"), way(Program, "chip")]


@pytest.mark.parametrize(
    ("variable", "pairs"),
    [
        ("queries_per_day", [("api", "own"), ("api", "rent"), ("api", "chip")]),
        ("utilization", [("own", "rent"), ("own", "api")]),
        ("volume", [("chip", "own"), ("chip", "rent"), ("chip", "api")]),
        ("maia.volume", [("chip", "own"), ("chip", "rent"), ("chip", "api")]),
        ("price", [("own", "rent"), ("own", "api"), ("own", "chip")]),
    ],
)
def test_pairs_are_of_kinds_or_of_what_moves(variable: str, pairs: list[tuple[str, str]]) -> None:
    """An API against all systems, what is owned against what is not, and what moves against all others."""
    moving = ["chip"] if variable.endswith("volume") else ["own"]
    outputs = {one.id: 1.0 for one in WAYS}
    sweep = cast("Any", SimpleNamespace(variable=variable, outputs=outputs, moving=lambda: moving))
    assert pairs_of(sweep, WAYS) == pairs
