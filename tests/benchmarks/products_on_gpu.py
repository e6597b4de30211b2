"""Times the bf16 matrix products of the shipped table on the GPU of this machine, as a table that `accuracy` reads.

python tests/benchmarks/products_on_gpu.py h200_sxm > mine.csv    needs PyTorch, a GPU and two minutes
costmodel accuracy mine.csv

As in the shipped table each product cycles through six copies of its weights, so that none is read from the cache of
the last one, in a captured graph; a row is the median of its replays. Numbers are random: zeros run faster.
"""

from __future__ import annotations

import csv
import statistics
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import torch

TABLE = Path(__file__).parents[2] / "hardware/measurements/kernels/gemm.csv"
COPIES, MOST_BYTES, REPLAYS = 6, 8e9, 60


def rows() -> Iterator[dict[str, str]]:
    """Yield the products that vLLM runs in bf16 on an H100: those of PyTorch itself."""
    with TABLE.open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            if (row["system"], row["framework"], row["dtype"]) == ("h100_sxm", "VLLM", "bfloat16"):
                yield row


def product(m: int, n: int, k: int) -> float:
    """Return the milliseconds of one product of m x k numbers with k x n weights."""
    numbers = torch.randn(m, k, device="cuda", dtype=torch.bfloat16)
    copies = max(1, min(COPIES, int(MOST_BYTES / (2 * n * k))))
    weights = [torch.randn(n, k, device="cuda", dtype=torch.bfloat16) for _ in range(copies)]
    return timed([lambda one=one: torch.nn.functional.linear(numbers, one) for one in weights])


def timed(calls: Sequence[Callable[[], object]]) -> float:
    """Return the milliseconds of one of these calls in a captured graph of all, the median of its replays."""
    for call in calls:
        call()
    torch.cuda.synchronize()
    graph, start, end = (
        torch.cuda.CUDAGraph(),
        torch.cuda.Event(enable_timing=True),
        torch.cuda.Event(enable_timing=True),
    )
    with torch.cuda.graph(graph):
        for call in calls:
            call()
    taken = []
    for _ in range(REPLAYS):
        start.record()
        graph.replay()
        end.record()
        end.synchronize()
        taken.append(start.elapsed_time(end) / len(calls))
    return statistics.median(taken[5:])


def main(system: str) -> None:
    """Write the table to standard output."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["system", "framework", "dtype", "m", "n", "k", "latency_ms"])
    for row in rows():
        shape = [int(row[name]) for name in "mnk"]
        writer.writerow([system, "torch", "bfloat16", *shape, f"{product(*shape):.6f}"])


if __name__ == "__main__":
    main(*sys.argv[1:])
