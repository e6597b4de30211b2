"""What follows from a model, an accelerator and a deployment before any request arrives."""

from __future__ import annotations

import pytest

from costmodel.units import magnitude, quantity
from tests.performance.machine.test_operators import SPARSE, small, with_keys
from tests.performance.service.test_serving import B200, H100, setup


def test_a_replica_is_ways_times_stages_times_copies() -> None:
    """Two ways, three stages and four copies are 24 accelerators; eight in a group, of which two share an expert."""
    four = {"attention_copies": quantity(4.0), "expert_parallel": quantity(4.0)}
    one = setup("deepseek-r1", ways=2, pipeline_parallel=quantity(3.0), **four)
    assert magnitude(one.replica, "1") == 24
    assert magnitude(one.expert_split, "1") == 2


def test_what_is_not_split_is_whole() -> None:
    """Without stages, copies and spread experts a replica is its tensor-parallel ways."""
    one = setup(ways=4)
    assert [magnitude(size, "1") for size in (one.stages, one.copies, one.expert_ways, one.replica)] == [1, 1, 1, 4]
    assert magnitude(one.expert_split, "1") == 4


@pytest.mark.parametrize(("ways", "shared"), [(1, 1), (2, 2), (8, 2)])
def test_a_cache_is_divided_by_heads(ways: float, shared: float) -> None:
    """Two key heads can be on two accelerators; eight hold them four times."""
    one = small(ways)
    kept = one.spans[0].attention
    assert magnitude(one.cache_ways(kept), "1") == shared
    assert magnitude(one.cache_per_token(kept) / one.cache_bytes, "1") == pytest.approx(2 * 2 * 8 / shared)


def test_types_have_peaks_of_their_own() -> None:
    """8-bit products run twice as fast as 16-bit ones on an H100."""
    one = setup(chip=H100)
    assert magnitude(one.peak / one.wide_peak, "1") == pytest.approx(2, rel=1e-3)


def test_tokens_that_are_read_and_held() -> None:
    """Sparse attention reads what is selected of what it holds."""
    one = with_keys(SPARSE)
    assert magnitude(one.attended(one.spans[0], quantity(100.0)), "1") == 10 * 50
    each = one.cache_per_token(one.spans[0].attention)
    assert magnitude(one.cache_held(quantity(100.0)) / each, "1") == pytest.approx(10 * 100)


def test_a_domain_ends_where_its_links_do() -> None:
    """Eight B200 are joined by links; the ninth is reached over the network."""
    one = setup(chip=B200)
    assert magnitude(one.domain, "1") == 8
    assert one.bandwidth_among(quantity(8.0)) == one.links
    assert one.bandwidth_among(quantity(9.0)) == one.network
