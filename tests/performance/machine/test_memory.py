"""Weights and cache of the small model, counted by hand; what fits, and what does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from costmodel.performance.machine import shape
from costmodel.performance.machine.memory import (
    cache_of_request,
    holds_a_request,
    memory_for_cache,
    requests_that_fit,
    weights_on_accelerator,
)
from costmodel.performance.machine.setup import Setup
from costmodel.units import magnitude, quantity
from tests.performance.machine.test_operators import EXPERTS, LINEAR, SPARSE, STATE, small, with_keys


def in_bytes(value: object) -> float:
    """Return bytes as a number."""
    return float(magnitude(value, "byte"))  # type: ignore[arg-type]


def with_capacity(one: Setup, size: float) -> Setup:
    """Return a setup whose accelerators have so many bytes."""
    chip = replace(one.accelerator, memory_type="GDDR", memory_capacity=quantity(size, "byte"))
    return replace(one, accelerator=chip)


@pytest.mark.parametrize("keys", [{}, EXPERTS, LINEAR], ids=["dense", "experts", "linear"])
def test_weights_are_those_of_the_model(keys: dict[str, int]) -> None:
    """One accelerator holds every weight once: two embedding tables in 16 bits, all else in 8; no layer is left out."""
    one = with_keys(keys)
    tables = 2 * 1000 * 64
    router = magnitude(one.model.experts_layers, "1") * 64 * keys.get("experts.count", 0)
    rest = magnitude(shape.parameters(one.model), "1") - tables - router
    assert in_bytes(weights_on_accelerator(one)) == pytest.approx(2 * tables + rest, rel=1e-9)


def test_heads_are_kept_whole() -> None:
    """On four accelerators two key heads are there twice; all else is split in four."""
    held = in_bytes(weights_on_accelerator(small(4)))
    layers = 10 * (2 * 64 * 32 / 4 + 2 * 64 * 16 / 2 + 3 * 64 * 256 / 4)
    assert held == pytest.approx(layers + 2 * 2 * 64_000 / 4)


@pytest.mark.parametrize(
    ("keys", "held"),
    [
        ({}, 10 * 100),
        ({"attention.window": 16, "attention.window_layers": 6}, 4 * 100 + 6 * 16),
        ({"attention.chunk": 16, "attention.chunk_layers": 6}, 4 * 100 + 6 * 16),
    ],
)
def test_cache_of_a_request(keys: dict[str, int], held: float) -> None:
    """Keys and values of two heads of eight, for the tokens that layers can look back to."""
    one = with_keys(keys)
    assert in_bytes(cache_of_request(one, quantity(100.0))) == pytest.approx(
        held * 2 * 2 * 8 * in_bytes(one.cache_bytes)
    )


def test_sparse_attention_holds_all_and_its_index() -> None:
    """What is not selected may be selected by the next token; the indexer keeps a key of 16 bytes and its scale."""
    one = with_keys(SPARSE)
    assert in_bytes(cache_of_request(one, quantity(100.0))) == pytest.approx(
        1000 * (32 * in_bytes(one.cache_bytes) + 16 + in_bytes(one.constants["index_scale"]))
    )


def test_linear_layers_hold_a_state() -> None:
    """Four layers with a cache that grows, and states that do not."""
    one = with_keys(LINEAR)
    states = STATE * in_bytes(one.constants["state_size"])
    for context in (0.0, 100.0):
        wanted = 4 * context * 32 * in_bytes(one.cache_bytes) + states
        assert in_bytes(cache_of_request(one, quantity(context))) == pytest.approx(wanted)


def test_what_fits_is_what_is_left_over_what_one_takes() -> None:
    """Memory beside a reserve and the weights, over the cache of a prompt and half of its answer."""
    one = with_capacity(small(), 1e9)
    reserve, share = (magnitude(one.constants[name], "1") for name in ("memory_reserve", "cache_share"))
    left = share * (1e9 * (1 - reserve) - in_bytes(weights_on_accelerator(one)))
    assert in_bytes(memory_for_cache(one)) == pytest.approx(left)
    each = in_bytes(cache_of_request(one, quantity(1000 + one.software.reserved * 400.0)))
    fits = magnitude(requests_that_fit(one, quantity(1000.0), quantity(400.0)), "1")
    assert fits == pytest.approx(left / each)


def test_a_request_too_many_is_told() -> None:
    """A little less memory than the weights and one request take holds none; a little more holds one."""
    prompt, output = quantity(1000.0), quantity(400.0)
    one = small()
    reserve, share = (magnitude(one.constants[name], "1") for name in ("memory_reserve", "cache_share"))
    each = in_bytes(cache_of_request(one, quantity(1000 + one.software.reserved * 400.0)))
    needed = (each / share + in_bytes(weights_on_accelerator(one))) / (1 - reserve)
    assert not holds_a_request(with_capacity(one, needed * 0.999), prompt, output)
    assert holds_a_request(with_capacity(one, needed * 1.001), prompt, output)
