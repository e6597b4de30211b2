"""One model of each kind of layer, counted by hand: parameters, cache, state, operations of a token."""

from __future__ import annotations

from pathlib import Path

import pytest

from costmodel.domain.architecture import Architecture, architecture_of
from costmodel.performance.machine import published as sizes
from costmodel.performance.machine import shape
from costmodel.performance.machine.constants import load_constants
from costmodel.performance.machine.operator import NOTHING, Rows
from costmodel.performance.machine.operators import operators
from costmodel.specs.published import read_published
from costmodel.units import quantity
from tests.performance.service.test_serving import setup

HERE = Path(__file__).parent / "published"
TOKENS = 20_000
EXACT = 1e-3


def model(name: str) -> Architecture:
    """Return the shape that a published file gives."""
    return architecture_of("any", name, read_published(HERE / f"{name}.json").shape)


LLAMA = 32 * (2 * 4096 * 4096 + 2 * 4096 * 1024 + 3 * 4096 * 14336) + 128256 * 4096
MISTRAL = 32 * (2 * 4096 * 4096 + 2 * 4096 * 1024 + 3 * 4096 * 14336) + 32000 * 4096
MAMBA = 64 * (3 * 2560 * 5120 + 5120 * (160 + 32) + 160 * 5120 + 5120 * 16 + 5120 + 5120 * 4) + 50280 * 2560
NEMOTRON = (
    24 * (4096 * (2 * 8192 + 2 * 8 * 128 + 128) + 4 * (8192 + 2 * 8 * 128) + 256 + 8192 * 4096)
    + 24 * 2 * 4096 * 21504
    + 4 * (2 * 4096 * 4096 + 2 * 4096 * 1024)
    + 131072 * 4096
)
DELTA = 2048 * (2 * 2048 + 2 * 4096 + 2 * 32) + 4 * (2 * 2048 + 4096) + 4096 * 2048
QWEN = (
    36 * DELTA
    + 12 * (2048 * 16 * 256 * 2 + 2 * 2048 * 512 + 4096 * 2048)
    + 48 * (2048 * 512 + (10 + 1) * 3 * 2048 * 512)
    + 151936 * 2048
)
LIGHTNING = 5 * 6144 * 8192
MINIMAX = (
    70 * LIGHTNING + 10 * (2 * 6144 * 8192 + 2 * 6144 * 1024) + 80 * (6144 * 32 + 2 * 3 * 6144 * 9216) + 200064 * 6144
)
LATENT = 2048 * 16 * 192 + 2048 * 576 + 512 * 16 * 256 + 16 * 128 * 2048
DEEPSEEK = 27 * LATENT + 3 * 2048 * 10944 + 26 * (2048 * 64 + (6 + 2) * 3 * 2048 * 1408) + 102400 * 2048
GEMMA = (
    50 * (2 * 5376 * 32 * 256 + 2 * 5376 * 16 * 256)
    + 10 * (2 * 5376 * 32 * 512 + 2 * 5376 * 4 * 512)
    + 60 * 3 * 5376 * 21504
    + 262144 * 5376
)

HAND = {
    # name: weights of a token, attention operations of a token at 20,000, cache bytes at 20,000, state bytes
    "llama-3.1-8b": (LLAMA, 32 * 4 * 4096 * TOKENS, 32 * 2 * 1024 * 2 * TOKENS, 0),
    "mistral-7b-v0.1": (MISTRAL, 32 * 4 * 4096 * 4096, 32 * 2 * 1024 * 2 * 4096, 0),
    "mamba-2.8b": (MAMBA, 64 * 6 * 5120 * 16, 0, 64 * (5120 * 16 * 4 + 5120 * 3 * 2)),
    "nemotron-h-8b": (
        NEMOTRON,
        4 * 4 * 4096 * TOKENS + 24 * 6 * 8192 * 128,
        4 * 2 * 1024 * 2 * TOKENS,
        24 * (8192 * 128 * 4 + (8192 + 2048) * 3 * 2),
    ),
    "qwen3-next-80b": (
        QWEN,
        12 * 4 * 4096 * TOKENS + 36 * 8 * 32 * 128 * 128,
        12 * 2 * 512 * 2 * TOKENS,
        36 * (32 * 128 * 128 * 4 + 8192 * 3 * 2),
    ),
    "minimax-01": (
        MINIMAX,
        10 * 4 * 8192 * TOKENS + 70 * 6 * 64 * 128 * 128,
        10 * 2 * 1024 * 2 * TOKENS,
        70 * 64 * 128 * 128 * 4,
    ),
    "deepseek-v2-lite": (DEEPSEEK, 27 * 2 * 16 * (2 * 512 + 64) * TOKENS, 27 * 576 * 2 * TOKENS, 0),
    "gemma-4-31b": (
        GEMMA,
        10 * 4 * 32 * 512 * TOKENS + 50 * 4 * 32 * 256 * 1024,
        10 * 2 * 4 * 512 * 2 * TOKENS + 50 * 2 * 16 * 256 * 2 * 1024,
        0,
    ),
}


@pytest.mark.parametrize("name", HAND)
def test_weights_of_a_token(name: str) -> None:
    """Every projection that a token passes, once; the look-up in the embedding is not counted."""
    assert float(shape.active_parameters(model(name)).magnitude) == pytest.approx(HAND[name][0], rel=EXACT)


@pytest.mark.parametrize("name", HAND)
def test_operations_of_a_token(name: str) -> None:
    """Two for each weight that a token passes, and those of attention and states: the operators of a pass give them."""
    one = setup(ways=1)
    one = type(one)(model(name), one.accelerator, one.deployment, one.constants)
    row = Rows(quantity(1.0), quantity(float(TOKENS)), NOTHING, quantity(1.0))
    weights, rest = HAND[name][:2]
    kinds = {op.name: float(op.operations.to("FLOP").magnitude) for op in operators(one, row)}
    padded = {"experts", "shared experts"} & set(kinds)
    found = sum(work for kind, work in kinds.items() if kind not in padded)
    if padded:  # experts compute for tiles of rows: what a token needs is counted from its weights
        shape_of = one.model
        expert = float(shape.expert_weights(shape_of).magnitude * shape_of.experts_per_token.magnitude)
        shared = float((shape.shared_weights(shape_of) + shape.router_weights(shape_of)).magnitude)
        found += 2 * float(shape_of.experts_layers.magnitude) * (expert + shared)
    assert found == pytest.approx(2 * weights + rest, rel=EXACT)


@pytest.mark.parametrize("name", HAND)
def test_cache_and_state_of_a_sequence(name: str) -> None:
    """Windowed layers keep their window, layers with a state nothing that grows."""
    one = model(name)
    cache, state = HAND[name][2:]
    assert float(sizes.cache_bytes(one, quantity(float(TOKENS))).to("byte").magnitude) == pytest.approx(
        cache, rel=EXACT
    )
    found = sizes.state_bytes(one, load_constants())
    assert float(found.to("byte").magnitude) == pytest.approx(state, rel=EXACT)
