"""Measures what the GPU of this machine draws while it multiplies, reads, attends and rests, as a table.

python tests/benchmarks/power_on_gpu.py h200_sxm > mine.csv    needs PyTorch, nvidia-ml-py, a GPU and three minutes

A row is one load, kept up for some seconds: calls of it a second, each with so many operations and bytes of memory,
and the mean power by the card's own counter of energy. Products are of `rows` x 8192 numbers with several 8192 x 8192
weights in turn, so that none is read from the cache; `busy` is the share of time that has work. Numbers are random,
since those of a model are, and zeros draw less.
"""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pynvml
import torch
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn.functional import scaled_dot_product_attention

WIDTH, WEIGHTS, WARM_UP, SECONDS, QUEUED = 8192, 8, 1.5, 3.0, 4
ROWS = (16, 64, 128, 256, 512, 1024, 2048, 8192)
FP8 = torch.float8_e4m3fn


@dataclass(frozen=True)
class Load:
    """Work that is repeated: its operations and bytes of memory, in one captured graph."""

    name: str
    number_type: str
    rows: int
    operations: float
    moved: float
    run: Callable[[], object]
    busy: float = 1.0


def product(rows: int, number_type: str) -> Load:
    """Return products of a few or many rows with each of the weights."""
    numbers, weights = _numbers(rows, number_type), [_numbers(WIDTH, number_type) for _ in range(WEIGHTS)]
    width, one = numbers.element_size(), torch.ones((), device="cuda")

    def each() -> None:
        for weight in weights:
            if number_type == "fp8":
                torch._scaled_mm(numbers, weight.t(), one, one, out_dtype=torch.bfloat16, use_fast_accum=True)
            else:
                torch.nn.functional.linear(numbers, weight)

    moved = WEIGHTS * (width * WIDTH * (WIDTH + rows) + 2 * rows * WIDTH)
    return Load("product", number_type, rows, 2 * WEIGHTS * rows * WIDTH**2, moved, _captured(each))


def _numbers(rows: int, number_type: str) -> torch.Tensor:
    found = torch.randn(rows, WIDTH, device="cuda", dtype=torch.bfloat16)
    return found.to(FP8) if number_type == "fp8" else found


def copy() -> Load:
    """Return a copy of 4 GB, which computes nothing."""
    source = torch.randn(2**30, device="cuda")
    target = torch.empty_like(source)
    return Load("copy", "fp32", 0, 0.0, 2.0 * source.nbytes, _captured(lambda: target.copy_(source)))


def attention(length: int) -> Load:
    """Return causal attention of 32 heads over new tokens."""
    query, key, value = (torch.randn(4, 32, length, 128, device="cuda", dtype=torch.bfloat16) for _ in range(3))

    def each() -> None:
        with sdpa_kernel([SDPBackend.CUDNN_ATTENTION]):
            scaled_dot_product_attention(query, key, value, is_causal=True)

    return Load("attention", "bf16", length, 4 * 32 * 2 * 128 * length**2, 4.0 * query.nbytes, _captured(each))


def _captured(call: Callable[[], object]) -> Callable[[], object]:
    call()
    torch.cuda.synchronize()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        call()

    def replay(_held: Callable[[], object] = call) -> None:  # what the graph reads lives as long as it
        graph.replay()

    return replay


def loads() -> Iterator[Load]:
    """Yield all loads, one at a time, since each holds its own memory."""
    yield Load("rest", "", 0, 0.0, 0.0, lambda: time.sleep(0.1))
    for number_type in ("bf16", "fp8"):
        for rows in ROWS:
            yield product(rows, number_type)
    for busy in (0.25, 0.5, 0.75):
        for rows in (16, 2048):
            whole = product(rows, "bf16")
            yield Load(whole.name, whole.number_type, rows, whole.operations, whole.moved, whole.run, busy)
    yield copy()
    for length in (1024, 8192):
        yield attention(length)


def watched(load: Load, card: object) -> tuple[float, float, int]:
    """Return calls a second, watts and the clock in MHz while a load is kept up."""
    _keep_up(load, WARM_UP)
    before, began = pynvml.nvmlDeviceGetTotalEnergyConsumption(card), time.perf_counter()
    calls, clock = _keep_up(load, SECONDS, lambda: pynvml.nvmlDeviceGetClockInfo(card, pynvml.NVML_CLOCK_SM))
    after, ended = pynvml.nvmlDeviceGetTotalEnergyConsumption(card), time.perf_counter()
    return calls / (ended - began), (after - before) / 1e3 / (ended - began), clock


def _keep_up(load: Load, seconds: float, clock: Callable[[], int] = int) -> tuple[int, int]:
    calls, read, until = 0, 0, time.perf_counter() + seconds
    while time.perf_counter() < until:
        began = time.perf_counter()
        for _ in range(QUEUED):
            load.run()
        read = clock() if load.busy == 1 else read
        torch.cuda.synchronize()
        calls += QUEUED
        time.sleep((time.perf_counter() - began) * (1 / load.busy - 1))
    return calls, read


def main(system: str) -> None:
    """Write the table to standard output."""
    pynvml.nvmlInit()
    card = pynvml.nvmlDeviceGetHandleByIndex(0)
    writer = csv.writer(sys.stdout, lineterminator="\n")
    shape = ("load", "number_type", "rows", "busy", "operations", "bytes")
    writer.writerow(["system", *shape, "calls_per_s", "watts", "clock_mhz"])
    for load in loads():
        calls, watts, clock = watched(load, card)
        told = (load.name, load.number_type, load.rows, load.busy, f"{load.operations:.6g}", f"{load.moved:.6g}")
        writer.writerow([system, *told, f"{calls:.6g}", f"{watts:.1f}", clock])
        sys.stdout.flush()
        del load
        torch.cuda.empty_cache()


if __name__ == "__main__":
    main(*sys.argv[1:])
