"""Layers and weights of models: small ones by hand, large ones by their publisher's name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from costmodel.performance.machine import shape
from costmodel.units import magnitude
from tests.performance.machine.test_operators import EXPERTS, LINEAR, small, with_keys


def count(value: object) -> float:
    """Return a count as a number."""
    return float(magnitude(value, "1"))  # type: ignore[arg-type]


def test_weights_of_the_small_model() -> None:
    """Ten layers of attention and three matrices, and two tables; a token looks up one of them."""
    layer = 2 * 64 * 32 + 2 * 64 * 16 + 3 * 64 * 256
    assert count(shape.parameters(small().model)) == 10 * layer + 2 * 64_000
    assert count(shape.active_parameters(small().model)) == 10 * layer + 64_000


def test_experts_that_are_there_and_that_a_token_uses() -> None:
    """Eight experts in four layers, of which two are active; the router is part of both."""
    model = with_keys(EXPERTS).model
    expert, idle = 3 * 64 * 32, 6
    assert count(shape.parameters(model) - shape.active_parameters(model)) == 4 * idle * expert + 64_000
    assert count(shape.router_weights(model)) == 64 * 8
    assert count(shape.dense_layers(model)) == 6


def test_layers_of_each_kind_add_up() -> None:
    """Of ten layers six are linear, one has a window and one blocks: two attend to all."""
    more = {"attention.window": 16, "attention.window_layers": 1, "attention.chunk": 16, "attention.chunk_layers": 1}
    model = with_keys({**LINEAR, **more}).model
    assert count(shape.softmax_layers(model)) == 4
    assert count(shape.full_layers(model)) == 2


@pytest.mark.parametrize(("tied", "tables"), [("yes", 1), ("no", 2)])
def test_tied_embeddings_are_one_table(tied: str, tables: int) -> None:
    """The output head may be the input's table."""
    assert count(shape.embedding_tables(replace(small().model, tied_embeddings=tied))) == tables
