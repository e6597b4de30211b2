"""Times bf16 attention of the shipped tables on the GPU of this machine, as tables that `accuracy` reads.

python tests/benchmarks/attention_on_gpu.py h200_sxm prefill > mine.csv    needs PyTorch, a GPU and two minutes
costmodel accuracy mine.csv

Each shape is timed in a captured graph of four calls with PyTorch's two kernels, cuDNN's and FlashAttention's, and the
faster counts, as software would choose it; a row is the median of its replays. Numbers are random.
"""

from __future__ import annotations

import csv
import statistics
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import torch
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn.functional import scaled_dot_product_attention

FOLDER = Path(__file__).parents[2] / "hardware/measurements/kernels"
BACKENDS = (SDPBackend.CUDNN_ATTENTION, SDPBackend.FLASH_ATTENTION)
CALLS, REPLAYS, MOST_BYTES, MOST_ROWS = 4, 20, 12e9, 200
SHAPE = ("batch_size", "num_heads", "num_kv_heads", "head_dim")
KEYS = {"prefill": "isl", "decode": "context"}


def rows(kind: str) -> Iterator[dict[str, int]]:
    """Yield shapes that vLLM runs in bf16 on an H100, evenly chosen from the table."""
    with (FOLDER / f"{kind}_attention.csv").open(newline="", encoding="utf-8") as lines:
        found = [row for row in csv.DictReader(lines) if _wanted(row)]
    step = max(1, len(found) // MOST_ROWS)
    for row in found[::step]:
        shape = {name: int(row[name]) for name in (*SHAPE, KEYS[kind])}
        if 4 * shape["batch_size"] * shape["num_heads"] * shape[KEYS[kind]] * shape["head_dim"] < MOST_BYTES:
            yield shape


def _wanted(row: dict[str, str]) -> bool:
    types = (row["attn_dtype"], row["kv_cache_dtype"])
    return (row["system"], row["framework"], *types) == ("h100_sxm", "VLLM", "bfloat16", "bfloat16")


def attention(kind: str, shape: dict[str, int]) -> float | None:
    """Return the milliseconds of one call by the faster kernel, or nothing where neither takes the shape."""
    batch, heads, kept, size = (shape[name] for name in SHAPE)
    keys = shape[KEYS[kind]]
    queries = keys if kind == "prefill" else 1

    def numbers(count: int, length: int) -> torch.Tensor:
        return torch.randn(batch, length, count, size, device="cuda", dtype=torch.bfloat16).transpose(1, 2)

    query, key, value = numbers(heads, queries), numbers(kept, keys), numbers(kept, keys)

    def call() -> object:
        causal = kind == "prefill"
        return scaled_dot_product_attention(query, key, value, is_causal=causal, enable_gqa=heads != kept)

    found = []
    for backend in BACKENDS:
        try:
            with sdpa_kernel([backend]):
                found.append(timed(call))
        except RuntimeError:
            torch.cuda.synchronize()
    return min(found, default=None)


def timed(call: Callable[[], object]) -> float:
    """Return the milliseconds of a call in a captured graph, the median of its replays."""
    call()
    torch.cuda.synchronize()
    graph = torch.cuda.CUDAGraph()
    start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    with torch.cuda.graph(graph):
        for _ in range(CALLS):
            call()
    taken = []
    for _ in range(REPLAYS):
        start.record()
        graph.replay()
        end.record()
        end.synchronize()
        taken.append(start.elapsed_time(end) / CALLS)
    return statistics.median(taken[3:])


def main(system: str, kind: str) -> None:
    """Write one table to standard output."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    types = ("attn_dtype", "kv_cache_dtype")
    writer.writerow(["system", "framework", SHAPE[0], KEYS[kind], *SHAPE[1:], *types, "latency_ms"])
    for shape in rows(kind):
        found = attention(kind, shape)
        if found is not None:
            values = [shape[name] for name in (SHAPE[0], KEYS[kind], *SHAPE[1:])]
            writer.writerow([system, "torch", *values, "bfloat16", "bfloat16", f"{found:.6f}"])
            sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
