"""Fleets of `size`, each replica simulated by another simulator with other requests: they hold the targets.

The gate takes one short case; others run with `pytest -m slow`.
"""

from __future__ import annotations

import numpy as np
import pytest

import costmodel as cm
from costmodel.analysis.checked import checked_setup, lengths_of
from costmodel.domain.offers import load_offer
from costmodel.domain.workload import Deployment
from costmodel.performance.layout.layouts import SPLITS
from costmodel.units import quantity
from tests.reference.tabulated_engine import simulated_replica

FOUR = ("purchase/hgx-h100", "purchase/hgx-h200", "purchase/mi300x-server", "rental/coreweave-l40s-on-demand")
CASES = [
    ("llama-3.1-8b", FOUR[:1], 20, 500, 100, {"ttft_p95": 0.5, "tpot_p95": 0.02}),
    *(
        pytest.param(*case, marks=pytest.mark.slow)
        for case in [
            ("llama-3.1-70b", FOUR, 50, 2000, 300, {"ttft_p95": 1.5, "tpot_p95": 0.04}),
            ("llama-3.1-70b", FOUR[:3], 5, 500, 1000, {"ttft_p99": 1.5, "tpot_p50": 0.03}),
            ("llama-3.1-70b", FOUR[:3], 20, 8000, 300, {"ttft_p95": 8.0, "tpot_p90": 0.1}),
            ("llama-3.1-70b", FOUR[:3], 300, 300, 60, {"ttft_p90": 0.4, "tpot": 0.03}),
            ("llama-3.1-8b", FOUR, 200, 1000, 250, {"ttft_p95": 1.0, "tpot_p99": 0.05}),
        ]
    ),
]
SAMPLING = 1.03
"""Percentiles of some thousand requests differ from those of as many others by about so much."""


@pytest.mark.parametrize(("model", "offers", "rate", "prompt", "output", "targets"), CASES)
def test_a_fleet_holds_its_targets(
    model: str, offers: tuple[str, ...], rate: float, prompt: float, output: float, targets: dict[str, float]
) -> None:
    """At the peak, shared at random by the replicas, simulated latencies stay within the targets."""
    found = cm.size(model, offers, rate=rate, prompt=prompt, output=output, peak_to_mean=2, **targets)
    able = found[found["why"] == ""]
    assert len(able) >= min(len(offers), 3)
    for row in able.to_dict("records"):
        splits = {name: quantity(float(row[name])) for name in SPLITS if row[name] != 1 or name == "tensor_parallel"}
        deployment = Deployment(id="d", name="d", precision=row["precision"], kv_cache_precision="", **splits)
        chip = load_offer(cm.Catalog(), row["offer"], None).system.accelerator.id
        setup = checked_setup(cm.Catalog(), model, chip, deployment, *lengths_of(prompt, output))
        seen = simulated_replica(setup, prompt, output, 2 * rate / row["replicas"], 6000, 7)
        for name, limit in targets.items():
            times = seen.first if name.startswith("ttft") else seen.per_token
            share = name.partition("_p")[2]
            value = np.quantile(times, float(share) / 100) if share else times.mean()
            assert value <= limit * SAMPLING, (row["offer"], name, value)
