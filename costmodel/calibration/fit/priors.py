"""What is believed of the constants of kernels before any row is read: a start, and how far it may move.

Spreads are standard deviations of logarithms. `kernel` bounds what software and number types may differ by, `engine`
what synchronous and asynchronous matrix instructions may (`kernel_engine` for one kernel), `generation` what
generations of accelerators may, `both` a kernel on one generation. Where a spread is zero there are no such
multipliers.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Prior:
    """One constant before the fit."""

    start: float
    spread: float
    meaning: str
    unit: str = "1"
    kernel: float = 0.0
    engine: float = 0.0
    kernel_engine: float = 0.0
    generation: float = 0.0
    both: float = 0.0
    reason: str = ""
    """Why the value is what it is, for a constant that is not fitted."""

    @property
    def fitted(self) -> bool:
        """Whether rows may move it."""
        return self.spread > 0


LATENCY = "cycles of launch, prologue and epilogue, at the boost clock"
LAUNCH = "time of launching kernels and waiting for memory, which no clock of the units makes faster"
READER = "cycles of a unit to start one kept head of one sequence"
COMPUTE = "share of the sustained peak that large shapes reach"
MEMORY = "share of the memory bandwidth sustained on large transfers"
WAVE = "share of the idle part of the last wave that is not hidden"
SHARPNESS = "exponent of the smooth maximum of computing and moving: 1 is their sum, large the longer"
INNER = "elements of the inner dimension that filling and draining the inner loop costs"
ROWS = "rows that a tile costs beside its own"
SIMULATED = "coefficient of the closed form, fitted to a simulation of the power law, not to measurements"

CACHE = {
    "cache_rate": Prior(15, 0.15, "bytes per cycle that one compute unit reads from the last-level cache", unit="byte"),
    "cache_share": Prior(1, 0.1, "working set, in last-level caches, at which half of the reads come from memory"),
    "cache_power": Prior(4, 0.1, "steepness of the passage from cache to memory"),
}
"""A chip has one cache, whichever kernels read it: hardly any room for them to differ, as they would without the one
chip whose cache is much faster than its memory."""

MATRIX_PRODUCT = {
    "latency": Prior(5e3, 1, LATENCY, kernel=0.7, engine=0.5, generation=0.2),
    "compute_efficiency": Prior(0.95, 0.3, COMPUTE, kernel=0.3, generation=0.15),
    "memory_efficiency": Prior(0.8, 0.2, MEMORY, kernel=0.2, engine=0.5, generation=0.1),
    "inner_half": Prior(100, 1, INNER),
    "feed": Prior(100, 0.7, "bytes of weights per cycle that a unit takes from the cache for a tile", unit="byte"),
    "wave_blend": Prior(0.5, 0.5, WAVE),
    "walk": Prior(0.25, 1.5, "cycles in which a unit walks a byte along the inner dimension", unit="1/byte"),
    "join": Prior(500, 1, "cycles to add one part of a split inner dimension to the others"),
    **CACHE,
    "sharpness": Prior(3, 0.5, SHARPNESS),
    "quantise_passes": Prior(1, 0.7, "passes over 16-bit activations to quantise them", kernel=0.5),
    "quantise_row": Prior(500, 1, "cycles per row and unit to start quantising it", kernel=0.7),
    "host": Prior(1.5e-4, 0.5, "time of one call from the host without a captured graph", unit="s", generation=1),
    "write_cost": Prior(1, 0.3, "cost of a byte written, in bytes read"),
}
PREFILL_ATTENTION = {
    "launch": Prior(3e-6, 0.3, LAUNCH, unit="s"),
    "latency": Prior(1e4, 1, LATENCY, kernel=0.5, engine=0.8, kernel_engine=0.8, generation=0.2),
    "compute_efficiency": Prior(0.75, 0.4, COMPUTE, kernel=0.4, engine=0.8, kernel_engine=0.8, generation=0.3),
    "memory_efficiency": Prior(0.7, 0.4, MEMORY, kernel=0.4, engine=0.8, kernel_engine=0.8, generation=0.15),
    "sequence_half": Prior(100, 1, "keys that each tile of queries costs beside those it sees"),
    "piece_time": Prior(500, 1, "cycles to start one tile of queries", kernel=0.4, engine=0.8, kernel_engine=0.8),
    **CACHE,
    "wave_blend": Prior(0.5, 0.7, WAVE),
    "serial": Prior(5, 1, "cycles per new token of a sequence", engine=0.8, kernel_engine=0.8),
    "score_time": Prior(
        1 / 16,
        1,
        "cycles of a unit for the exponential of one score: 16 of them a cycle on NVIDIA's",
        engine=0.8,
        kernel_engine=0.8,
    ),
    "row_time": Prior(
        2, 1.5, "cycles per row and unit to rotate and store it", kernel=0.5, engine=0.8, kernel_engine=0.8
    ),
    "sharpness": Prior(3, 0.5, SHARPNESS),
}
DECODE_ATTENTION = {
    "launch": Prior(3e-6, 0.3, LAUNCH, unit="s"),
    "latency": Prior(1e4, 1, LATENCY, kernel=0.25, generation=0.1),
    "vector_latency": Prior(1e4, 1, f"{LATENCY}, of kernels without matrix instructions", generation=0.1, both=0.5),
    "memory_efficiency": Prior(0.75, 0.3, MEMORY, kernel=0.15, generation=0.04),
    "compute_efficiency": Prior(0.3, 1, COMPUTE, kernel=0.35, kernel_engine=0.5, generation=0.25, both=0.2),
    "vector_rate": Prior(40, 1, "operations of a unit per cycle without matrix instructions", unit="FLOP", both=0.7),
    "group_half": Prior(4, 1, "query heads that padding adds to each kept head"),
    "start": Prior(5e3, 1, READER, kernel=0.25, engine=0.2, kernel_engine=0.5, generation=0.15),
    "query_time": Prior(1.5, 1, "cycles per element of a tile of queries, to fetch it and to write its results"),
    "vector_start": Prior(3e3, 1, f"{READER}, without matrix instructions", both=0.7),
    "unit_rate": Prior(15, 0.7, "bytes per cycle that a unit draws which works through a context alone", unit="byte"),
    "split_context": Prior(128, 1, "tokens, of heads of 128, that a part of a split context has", kernel=0.35),
    "join_time": Prior(5e3, 1, "cycles to join the parts of split contexts", kernel=0.2, engine=0.4),
    "kernel_time": Prior(4e3, 1, "cycles of a small kernel beside"),
    "wave_blend": Prior(0.3, 0.7, WAVE),
    **CACHE,
    "sharpness": Prior(2, 0.5, SHARPNESS, kernel=0.15),
}
EXPERT_LAYER = {
    "latency": Prior(5.7e3, 1, f"{LATENCY}, of each kernel", kernel=0.125, generation=0.2, both=0.15),
    "compute_efficiency": Prior(0.6, 0.5, COMPUTE, kernel=0.075, generation=0.3, both=0.2),
    "memory_efficiency": Prior(0.7, 0.3, MEMORY, kernel=0.05, generation=0.15, both=0.1),
    "rows_half": Prior(8, 1, ROWS, kernel=0.25),
    "inner_half": Prior(100, 1, INNER),
    "wave_blend": Prior(0.3, 0.7, WAVE),
    "expert_time": Prior(20, 1.5, "cycles of routing per expert of the layer"),
    "assignment_time": Prior(200, 1.5, "cycles per unit to route, gather and scatter one assignment", kernel=0.25),
    **CACHE,
    "activation_passes": Prior(1.5, 0.3, "passes over the activations of handled rows", kernel=0.125),
    "sharpness": Prior(3, 0.5, SHARPNESS),
    "group_spread": Prior(0.6546, 0, "height of the busiest rank above the mean, in spreads", reason=SIMULATED),
    "group_skew": Prior(0.6284, 0, "weight of the skew of the load of a rank", reason=SIMULATED),
}
COLLECTIVE = {
    "latency": Prior(1.2e4, 1, "cycles to start a collective of the general library", kernel=0.3, generation=0.2),
    "own_latency": Prior(5e3, 1, "cycles to start a framework's own all-reduce", kernel=0.5, generation=0.2),
    "crossing": Prior(0.5, 0.3, "power of the dies by which starting takes longer: paths grow with the root of area"),
    "hop": Prior(1e-6, 0.5, "time of one link after the other", unit="s", generation=0.25),
    "efficiency": Prior(0.8, 0.3, "share of the one-way link bandwidth", generation=0.15),
    "own_efficiency": Prior(0.6, 0.3, "share of it that a framework's own all-reduce uses", generation=0.15),
    "copied": Prior(0.3, 0.7, "data copied inside an accelerator, in data sent", kernel=0.4),
    "pipeline": Prior(0.3, 1, "weight of sqrt(start x transfer): filling the pipeline of chunks"),
    "contention": Prior(1.5, 0.3, "power of ways / 2 by which links through the host lose rate"),
}
PRIORS = {
    "matrix_product": MATRIX_PRODUCT,
    "prefill_attention": PREFILL_ATTENTION,
    "decode_attention": DECODE_ATTENTION,
    "expert_layer": EXPERT_LAYER,
    "collective": COLLECTIVE,
}

ASSUMPTIONS = {
    "sustained_share": Prior(
        0.75,
        0.15,
        "share of the 16-bit peak held where none was measured",
        reason="A100 0.87, H100 0.80, B200 0.78, L40S 0.70",
    ),
    "clock": Prior(1.8e9, 0.25, "boost clock where none is given", "Hz", reason="A100 1.41, H100 1.98, L40S 2.52 GHz"),
    "operations_per_cycle": Prior(
        4096, 0.5, "16-bit operations per unit and cycle", "FLOP", reason="A100 2048, H100 4096, B200 8192, L40S 1024"
    ),
    "clock_gain": Prior(
        1.2,
        0.05,
        "most by which a printed peak lies below that of the highest clock",
        reason="H100 NVL 1.16, H100 SXM 1.08, B200 1.06, others 1.00 to 1.03",
    ),
    "widening_operations": Prior(
        2048,
        0.3,
        "16-bit operations per unit and cycle of kernels that widen integer weights in registers",
        "FLOP",
        reason="they use the instructions of the A100, also on later generations",
    ),
    "dies": Prior(1, 0.3, "compute dies where none are given", reason="most packages hold one"),
    "cache_time": Prior(
        1.6e-5, 0.5, "last-level cache over memory bandwidth", "s", reason="A100 20 us, H100 16 us, B200 16 us"
    ),
    "link_bandwidth": Prior(
        3.2e10, 0.3, "one-way link where none is given", "byte/s", reason="PCI Express 4.0 with 16 lanes"
    ),
}
