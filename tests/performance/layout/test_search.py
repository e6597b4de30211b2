"""The search: what it tries, what fits, and which accelerators are paid for."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest

from costmodel.domain.architecture import load_architecture
from costmodel.domain.hardware import System, load_system
from costmodel.domain.workload import Deployment
from costmodel.errors import Infeasible
from costmodel.performance.layout.candidates import Asked, replica_size
from costmodel.performance.layout.layouts import SPLITS, ways_in
from costmodel.performance.layout.search import (
    Breadth,
    different_types,
    fastest_types,
    search,
    usable_types,
    used_share,
)
from costmodel.performance.layout.table import Table
from costmodel.performance.machine.constants import load_constants
from costmodel.specs.catalog import Catalog
from costmodel.units import magnitude, parse, quantity
from tests.performance.service.test_serving import OUTPUT, PROMPT

H100 = "nvidia/hgx-h100"


@cache
def system(id_: str = H100) -> System:
    """Return a system of the library."""
    return load_system(Catalog(), id_)


def asked(model: str = "llama-3.1-70b", id_: str = H100) -> Asked:
    """Return the usual question on a system."""
    base = Deployment(id="d", name="d", precision="", tensor_parallel=quantity(1.0), kv_cache_precision="")
    shape = load_architecture(Catalog(), model)
    return Asked(shape, system(id_).accelerator, base, load_constants(), PROMPT, OUTPUT)


def test_every_row_fits_with_all_its_requests_on_one_system() -> None:
    """No replica is larger than a server, no request waits for memory, and every stage has work."""
    found = search(asked(), system(), Breadth(("bf16",))).frame()
    assert (found["fits"] >= found["concurrency"]).all()
    assert replica_size(found).max() <= 8
    assert (found["concurrency"] >= found["pipeline_parallel"]).all()
    assert not found.duplicated([*SPLITS, "precision", "concurrency"]).any()


def test_types_named_first_come_first_and_each_is_as_if_alone() -> None:
    """A search in two number types is the two searches, one after the other."""
    both = search(asked(), system(), Breadth(("bf16", "fp8"))).frame()
    alone = [search(asked(), system(), Breadth((one,))).frame() for one in ("bf16", "fp8")]
    pd.testing.assert_frame_equal(both, pd.concat(alone, ignore_index=True))


def test_a_wider_search_contains_the_narrower() -> None:
    """Drafts and disaggregation add rows and change none."""
    question = asked("llama-3.1-8b")
    question = replace(question, base=replace(question.base, draft_acceptance=quantity(0.7)))
    plain = search(question, system(), Breadth(("fp8",)))
    wide = search(question, system(), Breadth(("fp8",), (0.0, 2.0), disaggregated=True)).frame()
    same = wide[(wide["draft_tokens"] == 0) & wide["reading_replicas"].isna()]
    assert len(wide) > 2 * len(plain)
    assert np.sort(same["output_rate"]) == pytest.approx(np.sort(plain["output_rate"]), rel=1e-12)


def test_usable_types_are_those_of_the_data_sheet() -> None:
    """The A100 has no 8-bit floats; a wish that it cannot grant is Infeasible, with what it has."""
    a100 = system("nvidia/hgx-a100-80gb").accelerator
    assert usable_types(a100, ("fp8", "int8", "bf16")) == ("int8", "bf16")
    assert usable_types(a100, ("w8a16",)) == ("w8a16",)
    with pytest.raises(Infeasible, match="not in fp8"):
        usable_types(a100, ("fp8",))


def test_of_types_that_run_alike_the_first_is_kept() -> None:
    """On the H100, fp8 and int8 have one width and one rate; on the A100, int8 and bf16 differ."""
    h100, a100 = system().accelerator, system("nvidia/hgx-a100-80gb").accelerator
    assert different_types(h100, ("fp8", "int8", "bf16")) == ("fp8", "bf16")
    assert different_types(h100, ("int8", "fp8")) == ("int8",)
    assert different_types(a100, ("int8", "bf16")) == ("int8", "bf16")


def test_a_type_that_is_slower_than_one_as_wide_yields_no_more() -> None:
    """Rubin multiplies int8 far more slowly than fp8: no layout of it is faster. One that comes first is kept."""
    rubin = "nvidia/rubin-nvl72"
    chip = system(rubin).accelerator
    assert fastest_types(chip, ("fp8", "int8", "w8a16", "bf16")) == ("fp8", "w8a16", "bf16")
    assert fastest_types(chip, ("int8", "fp8")) == ("int8", "fp8")
    for model in ("llama-3.1-70b", "gpt-oss-20b"):
        fast, slow = (search(asked(model, rubin), system(rubin), Breadth((one,))) for one in ("fp8", "int8"))
        for name in (*SPLITS, "concurrency", "fits"):
            np.testing.assert_array_equal(fast[name], slow[name])
        assert np.all(fast["output_rate"] >= slow["output_rate"])
        for name in ("time_to_first_token", "time_per_output_token"):
            assert np.all(fast[name] <= slow[name])


def test_types_that_run_alike_yield_the_same() -> None:
    """What is left out as alike gives the very same rates."""
    rates = [search(asked(), system(), Breadth((one,)))["output_rate"] for one in ("fp8", "int8")]
    np.testing.assert_array_equal(*rates)


@pytest.mark.parametrize(
    ("sizes", "unit", "share"),
    [
        ((4.0, 1.0, 1.0), 8.0, 1.0),
        ((3.0, 1.0, 1.0), 8.0, 0.75),
        ((8.0, 2.0, 1.0), 8.0, 1.0),
        ((3.0, 4.0, 1.0), 8.0, 0.75),
    ],
)
def test_left_over_accelerators_are_paid_for(sizes: tuple[float, ...], unit: float, share: float) -> None:
    """By hand: two replicas of 3 leave 2 of 8 idle, one of 12 takes two systems and leaves 4 of 16."""
    row = Table({name: np.array([size]) for name, size in zip(SPLITS, (*sizes, 1.0), strict=True)})
    assert magnitude(used_share(row, quantity(unit, "accelerator")), "1") == pytest.approx(share)


@pytest.mark.parametrize(
    ("accelerators", "ways"), [("8", (1, 2, 4, 8)), ("6", (1, 2, 4)), ("1", (1,)), ("0.5", (1,)), ("72", (1, 2, 4, 8))]
)
def test_tensor_groups_stay_on_a_system_and_among_linked_accelerators(accelerators: str, ways: tuple[int, ...]) -> None:
    """Powers of two up to the system and to the eight that links join; one where there is less than one."""
    changed = replace(system(), accelerators=parse(f"{accelerators} accelerator/server"))
    assert ways_in(changed) == ways
