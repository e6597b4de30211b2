"""What accelerators pass to each other by hand, in one domain and beyond it."""

from __future__ import annotations

from costmodel.formula import Formula
from costmodel.performance.formulas import collectives as f
from tests.by_hand import cases, holds

ROWS = {"rows": 10, "width": 100, "bytes_per_element": 2}
LINKS = {"links": 400e9, "network": 50e9, "latency": 1e-5, "efficiency": 0.5}


@cases(
    (
        f.all_reduce_across_time,
        {"data": 8e8, "ways": 32, "domain": 8, "network": 50e9, "latency": 1e-5, "efficiency": 0.5},
        1e-5 + 2 * 3 / 4 * 1e8 / 25e9,
    ),
    (
        f.all_reduce_across_time,
        {"data": 8e8, "ways": 8, "domain": 8, "network": 50e9, "latency": 1e-5, "efficiency": 0.5},
        0,
    ),
    (f.exchanged_inside, {**ROWS, "destinations": 4, "ways": 32, "domain": 8, "spread": 32}, 2000 * 4 * 7 / 32),
    (f.exchanged_inside, {**ROWS, "destinations": 4, "ways": 4, "domain": 8, "spread": 4}, 2000 * 4 * 3 / 4),
    (f.exchanged_across, {**ROWS, "destinations": 4, "ways": 32, "domain": 8}, 2000 * 4 * 0.75),
    (f.exchanged_across, {**ROWS, "destinations": 4, "ways": 8, "domain": 8}, 0),
    (f.exchange_time, {**LINKS, "inside": 4e8, "across": 1e7, "ways": 32}, 1e-5 + 4e8 / 200e9),
    (f.exchange_time, {**LINKS, "inside": 4e8, "across": 1e9, "ways": 32}, 1e-5 + 1e9 / 25e9),
    (f.exchange_time, {**LINKS, "inside": 4e8, "across": 1e9, "ways": 1}, 0),
    (f.halved_pass_time, {"kernels": 0.03, "exchange": 0.02, "overlap_loss": 0.25}, 0.035),
    (f.halved_pass_time, {"kernels": 0.02, "exchange": 0.04, "overlap_loss": 0.25}, 0.045),
    (
        f.stage_transfer_time,
        {"data": 1e8, "stages": 4, "bandwidth": 50e9, "latency": 1e-5, "efficiency": 0.5},
        3 * (1e-5 + 0.004),
    ),
    (
        f.stage_transfer_time,
        {"data": 1e8, "stages": 1, "bandwidth": 50e9, "latency": 1e-5, "efficiency": 0.5},
        0,
    ),
    (f.longest_stage, {"layers": 61, "stages": 4, "requests": 4}, 64 / 61),
    (f.longest_stage, {"layers": 60, "stages": 4, "requests": 9}, 1),
    (f.longest_stage, {"layers": 61, "stages": 4, "requests": 3}, 1),
    (f.rows_of_group, {"batch": 12, "groups": 8}, 1.5),
    (f.rows_of_group, {"batch": 3, "groups": 8}, 1),
    (f.rows_of_group, {"batch": 0.25, "groups": 8}, 0.25),
    (f.filled_share, {"requests": 12, "copies": 16, "stages": 2}, 6 / 16),
    (f.filled_share, {"requests": 1, "copies": 16, "stages": 2}, 1 / 16),
    (f.filled_share, {"requests": 99, "copies": 16, "stages": 2}, 1),
)
def test_by_hand(one: Formula, given: dict[str, float], right: float) -> None:
    """Bytes and times are what plain arithmetic gives, inside a domain and beyond it."""
    assert holds(one, given, right)
