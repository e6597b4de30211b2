"""A rate about twice that of its family is taken for one with sparsity."""

from __future__ import annotations

from dataclasses import replace

import pytest

from costmodel.specs.catalog import Catalog
from costmodel.specs.sparse import family_faults


@pytest.mark.parametrize(("times", "found"), [(1.85, False), (1.95, True), (2.0, True)])
def test_a_rate_of_nearly_twice_the_family_is_refused(catalog: Catalog, times: float, found: bool) -> None:
    """From 1.9 times on, also where nobody in the family states a sparse peak; below it a chip is just faster."""
    known = catalog.get("accelerator", "nvidia/h100-sxm5-80gb")
    plain = replace(known, facts={key: one for key, one in known.facts.items() if not key.startswith("sparse_")})
    fact = plain.facts["peak.fp8"]
    faster = replace(fact, value=fact.value * times, note="", at="")
    chip = replace(plain, id="us/chip", facts={**plain.facts, "peak.fp8": faster})
    assert bool(list(family_faults(chip, [plain]))) == found
