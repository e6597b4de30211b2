"""Operators by hand: the work of a pass, experts that are chosen, attention, links."""

from __future__ import annotations

import math

from costmodel.formula import Formula
from costmodel.performance.formulas import operators as f
from tests.by_hand import cases, holds

ROOFLINE = {"peak": 1e15, "bandwidth": 4e12, "compute_efficiency": 0.5, "bandwidth_efficiency": 0.8}
TAIL = 0.625 / 8.25
"""One less Blom's plotting position of the largest of eight: 1 - (8 - 0.375) / 8.25."""


@cases(
    (f.roofline_time, {"operations": 2e12, "moved": 1.6e10, "overlap_loss": 0.3, **ROOFLINE}, 0.005 + 0.3 * 0.004),
    (f.roofline_time, {"operations": 1e12, "moved": 1.6e10, "overlap_loss": 0.3, **ROOFLINE}, 0.005 + 0.3 * 0.002),
    (f.roofline_time, {"operations": 2e12, "moved": 0, "overlap_loss": 0.3, **ROOFLINE}, 0.004),
    (f.matrix_product_operations, {"rows": 3, "weights": 5e9}, 3e10),
    (f.experts_touched, {"experts": 8, "per_token": 2, "rows": 3, "evenness": 1e9}, 8 * (1 - 0.75**3)),
    (
        f.experts_touched,
        {"experts": 8, "per_token": 2, "rows": 3, "evenness": 1.5},
        8 * (1 - (1 - 3 * math.log(0.75) / 1.5) ** -1.5),
    ),
    (f.experts_touched, {"experts": 8, "per_token": 2, "rows": 1, "evenness": 0.05}, 2),
    (f.experts_touched, {"experts": 1, "per_token": 1, "rows": 5, "evenness": 1e9}, 1),
    (f.experts_touched, {"experts": 8, "per_token": 2, "rows": 0, "evenness": 1.5}, 0),
    (
        f.expert_rows,
        {"rows": 100, "per_token": 8, "touched": 60, "tile": 16, "ways": 4, "unevenness": 1.25},
        (800 * 1.25 + 960) / 4,
    ),
    (f.largest_of_normals, {"count": 1}, 0),
    (f.largest_of_normals, {"count": 8}, ((1 - TAIL) ** 0.135 - TAIL**0.135) / 0.1975),
    (f.expert_unevenness, {"ways": 4, "largest": 1.2, "mean": 12}, 1 + 1.2 * 0.25),
    (f.expert_unevenness, {"ways": 4, "largest": 1.2, "mean": 0.01}, 4),
    (f.expert_unevenness, {"ways": 1, "largest": 0, "mean": 12}, 1),
    (f.mean_attended, {"new": 100, "cached": 0, "window": 1e12}, 50),
    (f.mean_attended, {"new": 100, "cached": 300, "window": 1e12}, 350),
    (f.mean_attended, {"new": 100, "cached": 0, "window": 40}, (40 * 20 + 60 * 40) / 100),
    (f.mean_attended, {"new": 100, "cached": 30, "window": 40}, (10 * 35 + 90 * 40) / 100),
    (f.mean_attended, {"new": 100, "cached": 90, "window": 40}, 40),
    (f.mean_attended_in_blocks, {"length": 100, "block": 64}, 32),
    (f.mean_attended_in_blocks, {"length": 50, "block": 64}, 25),
    (f.attention_operations, {"rows": 3, "attended": 700, "operations_per_pair": 4096}, 3 * 700 * 4096),
    (f.cache_read, {"sequences": 3, "attended": 700, "cache_per_token": 1024}, 3 * 700 * 1024),
    (f.index_operations, {"heads": 64, "size": 128, "pairs": 1000}, 2 * 64 * 128 * 1000),
    (f.activation_bytes, {"rows": 7, "width": 8192, "passes": 6, "bytes_per_element": 2}, 7 * 8192 * 12),
    (f.link_bandwidth, {"near": 450e9, "far": 50e9, "ways": 8, "domain": 8}, 450e9),
    (f.link_bandwidth, {"near": 450e9, "far": 50e9, "ways": 9, "domain": 8}, 50e9),
    (f.link_bandwidth, {"near": 20e9, "far": 50e9, "ways": 9, "domain": 8}, 20e9),
    (f.software_latency, {"latency": 0.01, "gain": 1.25, "newer": 2}, 0.01 / 1.25**2),
    (f.software_latency, {"latency": 0.01, "gain": 1.25, "newer": -1}, 0.0125),
    (f.pass_time, {"kernels": 0.02, "slowness": 1.1, "launches": 0.003, "latency": 0.7}, 0.022 + 0.0021),
    (f.sustained_share, {"watts": 300, "peak": 1e15, "reference": 1.2, "exponent": 0.5, "most": 1.2}, 0.5),
    (f.sustained_share, {"watts": 4800, "peak": 1e15, "reference": 1.2, "exponent": 0.5, "most": 1.2}, 1.2),
    (f.torus_share, {"ways": 16, "line": 4}, 0.5),
    (f.torus_share, {"ways": 4, "line": 4}, 1),
    (f.torus_share, {"ways": 2, "line": 4}, 1),
)
def test_by_hand(one: Formula, given: dict[str, float], right: float) -> None:
    """Operations, bytes and times are what plain arithmetic gives, on both sides of each limit."""
    assert holds(one, given, right)
