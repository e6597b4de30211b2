"""Operations and bytes of a pass by hand, on a model small enough to count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import pytest

from costmodel.domain.architecture import architecture_of
from costmodel.performance.machine.operator import NOTHING, Operator, Rows
from costmodel.performance.machine.operators import operators
from costmodel.performance.machine.setup import Setup
from costmodel.units import magnitude, quantity
from tests.performance.service.test_serving import B200, setup

PLAIN = {
    "layers": 10,
    "hidden_size": 64,
    "vocabulary": 1000,
    "attention.query_heads": 4,
    "attention.key_value_heads": 2,
    "attention.head_size": 8,
    "feed_forward.width": 256,
    "feed_forward.matrices": 3,
}
EXPERTS = {"experts.count": 8, "experts.per_token": 2, "experts.width": 32, "experts.layers": 4}
LINEAR = {
    "linear.layers": 6,
    "linear.key_heads": 2,
    "linear.value_heads": 4,
    "linear.key_size": 8,
    "linear.value_size": 6,
}
SPARSE = {"sparse.top": 50, "sparse.index_heads": 3, "sparse.index_size": 16}
STATE = 6 * 4 * 8 * 6
"""Elements that a sequence keeps in six layers of linear attention: heads x key size x value size."""


def small(ways: float = 1, keys: Mapping[str, int] = MappingProxyType({})) -> Setup:
    """Return the small model in 8 bits, with keys of its file added or changed."""
    return replace(setup(chip=B200, ways=ways), model=architecture_of("small", "Small", {**PLAIN, **keys}))


def with_keys(keys: dict[str, int]) -> Setup:
    """Return the small model with keys of a kind of layer."""
    return small(1, keys)


def of(one: Setup, rows: Rows) -> dict[str, Operator]:
    """Return the operators of a pass by name."""
    return {each.name: each for each in operators(one, rows)}


def decoding(sequences: float = 5, context: float = 100, each: float = 1) -> Rows:
    """Return a pass that only decodes."""
    return Rows(quantity(sequences), quantity(context), NOTHING, quantity(40.0), each=quantity(each))


def reading(tokens: float = 80, length: float = 40, cached: float = 0) -> Rows:
    """Return a pass that only reads prompts."""
    return Rows(NOTHING, quantity(100.0), quantity(tokens), quantity(length), cached=quantity(cached))


def work(one: Operator) -> float:
    """Return the operations of an operator."""
    return float(magnitude(one.operations, "FLOP"))


def moved(one: Operator) -> float:
    """Return the bytes of an operator."""
    return float(magnitude(one.moved, "byte"))


def test_products_of_dense_layers() -> None:
    """Ten layers: queries and output of 4 heads, keys and values of 2, three matrices of 64 x 256; 5 rows."""
    found = of(small(), decoding())
    attention, block = 2 * 64 * 32 + 2 * 64 * 16, 3 * 64 * 256
    for name, weights in (("attention projections", attention), ("feed-forward", block)):
        assert work(found[name]) == pytest.approx(10 * 2 * 5 * weights)
        assert moved(found[name]) == pytest.approx(10 * weights)


def test_the_head_counts_tokens_that_are_written() -> None:
    """One row for each sequence, each guess that is checked, and each prompt that is finished; 16 bits a weight."""
    assert work(of(small(), decoding(5))["output head"]) == pytest.approx(2 * 5 * 64_000)
    assert work(of(small(), decoding(5, each=3))["output head"]) == pytest.approx(2 * 15 * 64_000)
    assert work(of(small(), reading(80, 40))["output head"]) == pytest.approx(2 * 2 * 64_000)
    assert moved(of(small(), decoding(5))["output head"]) == pytest.approx(2 * 64_000)


def test_tensor_parallel_splits_the_products() -> None:
    """Two accelerators have half of the weights each; activations stay whole for half of each pass."""
    one, two = of(small(), decoding()), of(small(2), decoding())
    for name in ("attention projections", "feed-forward", "output head"):
        assert work(two[name]) == pytest.approx(work(one[name]) / 2)
    assert moved(two["activations"]) == pytest.approx(moved(one["activations"]) * 3 / 4)


def test_decoding_reads_the_cache() -> None:
    """Keys and values of 2 heads of 8 for 100 tokens, 10 layers, 5 sequences; 4 heads take 128 operations a pair."""
    one = small()
    found = of(one, decoding())["decode attention"]
    per_element = magnitude(one.cache_bytes, "byte")
    assert moved(found) == pytest.approx(5 * 10 * 100 * 2 * 2 * 8 * per_element)
    assert work(found) == pytest.approx(5 * 10 * 100 * 4 * 4 * 8)


def test_guesses_share_a_reading_of_the_cache() -> None:
    """Three tokens of a sequence compute three times as much, and read the cache once."""
    once, thrice = (of(small(), decoding(each=each))["decode attention"] for each in (1, 3))
    assert work(thrice) == pytest.approx(3 * work(once))
    assert moved(thrice) == pytest.approx(moved(once))


@pytest.mark.parametrize(("cached", "attended"), [(0, 20), (60, 80)])
def test_prompts_attend_to_what_is_before_them(cached: float, attended: float) -> None:
    """A token of a prompt of 40 sees 20 on average, and all that are in the prefix cache."""
    assert work(of(small(), reading(cached=cached))["prefill attention"]) == pytest.approx(80 * 10 * attended * 128)


@pytest.mark.parametrize(
    ("keys", "decoded", "read"),
    [
        (
            {"attention.window": 16, "attention.window_layers": 6},
            4 * 100 + 6 * 16,
            4 * 20 + 6 * (16 * 8 + 24 * 16) / 40,
        ),
        ({"attention.chunk": 16, "attention.chunk_layers": 6}, 4 * 100 + 6 * 16, 4 * 20 + 6 * 8),
        ({"attention.chunk": 64, "attention.chunk_layers": 6}, 4 * 100 + 6 * 64, 4 * 20 + 6 * 20),
    ],
)
def test_windows_and_blocks_limit_attention(keys: dict[str, int], decoded: float, read: float) -> None:
    """Six of ten layers see at most their window, or half of their block when prompts are read."""
    one = with_keys(keys)
    assert work(of(one, decoding())["decode attention"]) == pytest.approx(5 * decoded * 128)
    assert work(of(one, reading())["prefill attention"]) == pytest.approx(80 * read * 128)


def test_cached_tokens_count_for_blocks() -> None:
    """Forty new tokens behind 60 cached ones fill blocks of 64."""
    one = with_keys({"attention.chunk": 64, "attention.chunk_layers": 6})
    assert work(of(one, reading(cached=60))["prefill attention"]) == pytest.approx(80 * (4 * 80 + 6 * 32) * 128)


def test_linear_attention_reads_and_writes_its_state() -> None:
    """Once each for every sequence, whatever its context; four layers are left that attend to all of it."""
    one = with_keys(LINEAR)
    size = magnitude(one.constants["state_size"], "byte")
    for context in (100, 9000):
        found = of(one, decoding(5, context))
        assert moved(found["linear attention"]) == pytest.approx(2 * size * 5 * STATE)
        assert work(found["decode attention"]) == pytest.approx(5 * 4 * context * 128)
    weights = 64 * (2 * 2 * 8 + 3 * 4 * 6 + 2 * 4)
    assert work(of(one, decoding())["linear attention projections"]) == pytest.approx(6 * 2 * 5 * weights)
    assert work(of(one, reading())["linear attention updates"]) == pytest.approx(8 * STATE * 80)
    assert moved(of(one, reading())["linear attention"]) == 0


def test_sparse_attention_reads_what_its_indexer_selects() -> None:
    """Of 100 tokens of context 50 are attended to; short contexts whole."""
    one = with_keys(SPARSE)
    assert work(of(one, decoding(5, 100))["decode attention"]) == pytest.approx(5 * 10 * 50 * 128)
    assert work(of(one, decoding(5, 30))["decode attention"]) == pytest.approx(5 * 10 * 30 * 128)


def test_the_indexer_scores_every_pair() -> None:
    """Three heads of 16 for each of 100 tokens of 5 sequences, and for the 20 before each token of a prompt."""
    one = with_keys(SPARSE)
    assert work(of(one, decoding())["sparse indexer"]) == pytest.approx(10 * 2 * 3 * 16 * 5 * 100)
    assert work(of(one, decoding(each=2))["sparse indexer"]) == pytest.approx(2 * 10 * 2 * 3 * 16 * 5 * 100)
    assert work(of(one, reading())["sparse indexer"]) == pytest.approx(10 * 2 * 3 * 16 * 80 * 20)
    assert work(of(one, reading(cached=60))["sparse indexer"]) == pytest.approx(10 * 2 * 3 * 16 * 80 * 80)
    assert "sparse indexer" not in of(small(), decoding())


def test_layers_with_experts_replace_dense_ones() -> None:
    """Four of ten layers have experts, and six the dense block; each layer more is as much work as one before it."""
    block = 3 * 64 * 256
    assert work(of(with_keys(EXPERTS), decoding())["feed-forward"]) == pytest.approx(6 * 2 * 5 * block)
    four, eight = (_of_experts(with_keys({**EXPERTS, "experts.layers": layers})) for layers in (4, 8))
    assert four.keys() == eight.keys() != set()
    for name, one in four.items():
        assert work(eight[name]) == pytest.approx(2 * work(one)), name
        assert moved(eight[name]) == pytest.approx(2 * moved(one)), name


def test_many_rows_read_all_experts() -> None:
    """Eight experts of three matrices of 64 x 32 in four layers, once, however many rows choose them."""
    one = with_keys(EXPERTS)
    found = sum(moved(each) for name, each in _of_experts(one, 1e7).items() if name == "experts")
    assert found == pytest.approx(4 * 8 * 3 * 64 * 32 * one.types.experts.bytes, rel=2e-3)


def test_experts_compute_for_those_who_choose_them() -> None:
    """Each of many rows visits two experts: at least that much work, and not a third more."""
    rows = 1e5
    found = work(_of_experts(with_keys(EXPERTS), rows)["experts"])
    assert 1 <= found / (4 * 2 * rows * 2 * 3 * 64 * 32) < 4 / 3


def _of_experts(one: Setup, rows: float = 5) -> dict[str, Operator]:
    return {name: each for name, each in of(one, decoding(rows)).items() if "expert" in name}
