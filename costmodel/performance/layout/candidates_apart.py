"""Disaggregated deployments at once, as arrays: layouts of reading and writing replicas, and how many of each."""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd
from typing import Any

import numpy as np
import numpy.typing as npt

from costmodel.performance.layout.candidates import Asked, replica_size
from costmodel.performance.layout.layouts import SPLITS
from costmodel.performance.layout.table import Table, joined
from costmodel.performance.machine.memory import holds_a_request
from costmodel.performance.service.disaggregated import BUSIEST, Disaggregated, Reader, Writer, transfer_bandwidth
from costmodel.performance.service.latency import at_share
from costmodel.units import Quantity, magnitude, quantity

Array = npt.NDArray[np.float64]
MOST, TOGETHER = 12, 16
PAIRS = (-1, 1)
"""Pairs of splits stand in rows, numbers of replicas in columns."""
COUNTS = np.array(
    sorted(
        ((a, b) for a in range(1, MOST + 1) for b in range(1, MOST + 1) if gcd(a, b) == 1 and a + b <= TOGETHER),
        key=lambda pair: pair[0] / pair[1],
    )
)
"""Reading and writing replicas that belong together, in lowest terms: up to 12 of a kind and 16 in all."""

IDLE = 0.25
"""Reading replicas that are busy for a smaller share of the time hardly shorten the queue any more."""


def candidates_apart(
    asked: Asked,
    precisions: Sequence[str],
    splits: Table,
    concurrency: Sequence[float],
    draft_tokens: Sequence[float] = (0.0,),
    bandwidth: Quantity | None = None,
) -> Table:
    """Return deployments whose prompts are read on replicas of their own, over the splits of both and their numbers.

    Splits that another beats in both time and accelerators are not combined. Besides the columns of `candidates`:
    those of the reading split, reading_replicas, writing_replicas and reading_load.
    """
    links = transfer_bandwidth(asked.accelerator) if bandwidth is None else bandwidth
    return joined(_of_precision(asked, one, splits, concurrency, draft_tokens, links) for one in precisions)


def _of_precision(
    asked: Asked,
    precision: str,
    splits: Table,
    concurrency: Sequence[float],
    draft_tokens: Sequence[float],
    bandwidth: Quantity,
) -> Table:
    readers = _readers(asked, precision, splits.crossed(draft_tokens=(0.0,)), bandwidth)
    writers = _writers(asked, precision, splits.crossed(draft_tokens=draft_tokens, concurrency=concurrency))
    if not (len(readers) and len(writers)):
        return Table({"precision": np.empty(0, dtype=object)})
    place = np.indices((len(readers), len(writers))).reshape(2, -1)
    reading, writing = readers[place[0]], writers[place[1]]
    batch = quantity(writing["concurrency"].reshape(PAIRS))
    both = Disaggregated(
        Reader(asked.setup(precision, reading, PAIRS), asked.prompt, asked.output, asked.usual),
        Writer(asked.setup(precision, writing, PAIRS), asked.prompt, asked.output, batch, asked.usual),
        quantity(COUNTS[:, 0] / COUNTS[:, 1]),
        bandwidth,
    )
    return _found(asked, both, reading, writing).assign(precision=precision)


def _readers(asked: Asked, precision: str, splits: Table, bandwidth: Quantity) -> Table:
    """Return the splits that hold a prompt and that none beats in accelerator-seconds, time and transfer."""
    holds = holds_a_request(asked.setup(precision, splits), asked.prompt, asked.output)
    rows = splits[np.broadcast_to(holds, len(splits))]
    if not len(rows):
        return rows
    reader = Reader(asked.setup(precision, rows), asked.prompt, asked.output, asked.usual)
    time = _numbers(reader.prompt_time, "second", len(rows))
    moving = _numbers(reader.sent / bandwidth, "second", len(rows))
    busy: Array = np.maximum(time / _numbers(reader.groups, "1", len(rows)), moving)
    return rows[_unbeaten(replica_size(rows) * busy, time, moving)]


def _writers(asked: Asked, precision: str, rows: Table) -> Table:
    """Return the splits with a batch that fits and that none beats in accelerator-seconds per token, time and parts."""
    rows = rows[np.broadcast_to(holds_a_request(asked.setup(precision, rows), asked.prompt, asked.output), len(rows))]
    rows = rows.assign(fits=_numbers(_writer(asked, precision, rows).flow.fits, "1", len(rows)))
    rows = rows[(rows["fits"] >= rows["concurrency"]) & (rows["concurrency"] >= rows["pipeline_parallel"])]
    if not len(rows):
        return rows
    writer = _writer(asked, precision, rows)
    time, parts = (_numbers(writer.per_token, "s", len(rows)), _numbers(writer.received, "byte", len(rows)))
    return rows[_unbeaten(replica_size(rows) * time / rows["concurrency"], time, parts)]


def _writer(asked: Asked, precision: str, rows: Table) -> Writer:
    batch = quantity(rows["concurrency"])
    return Writer(asked.setup(precision, rows), asked.prompt, asked.output, batch, asked.usual)


def _unbeaten(cost: Array, time: Array, part: Array) -> npt.NDArray[np.bool_]:
    """Return which rows none beats in cost and time among those whose parts of the cache are no larger."""
    keep = np.zeros(len(cost), dtype=bool)
    order = np.lexsort((time, cost))
    for size in np.unique(part):
        mine = order[part[order] <= size]
        fastest = np.minimum.accumulate(np.concatenate(([np.inf], time[mine][:-1])))
        keep[mine[(time[mine] < fastest) & (part[mine] == size)]] = True
    return keep


def _found(asked: Asked, both: Disaggregated, reading: Table, writing: Table) -> Table:
    """Return the table of pairs and their numbers of replicas, without those whose readers fall behind."""
    shape = (len(writing), len(COUNTS))
    load = _flat(both.load, "1", shape)
    good = _worthwhile(load.reshape(shape)).ravel()
    pair, count = (one.ravel()[good] for one in np.indices(shape))
    columns: dict[str, Any] = {
        **{name: writing[name][pair] for name in (*SPLITS, "draft_tokens", "concurrency", "fits")},
        **{f"reading_{name}": reading[name][pair] for name in SPLITS},
        "reading_replicas": COUNTS[count, 0].astype(float),
        "writing_replicas": COUNTS[count, 1].astype(float),
        "reading_load": load[good],
        "output_rate": _flat(both.output_rate, "token/second/accelerator", shape)[good],
        "user_rate": _flat(both.user_rate, "token/second", shape)[good],
        "time_to_first_token": _flat(both.time_to_first_token, "second", shape)[good],
        "time_per_output_token": _flat(both.time_per_output_token, "second", shape)[good],
    }
    if asked.share is not None:
        slow = _flat(both.first_token_percentile(asked.share), "second", shape)[good]
        columns[at_share("time_to_first_token", asked.share)] = slow
        columns[at_share("time_per_output_token", asked.share)] = columns["time_per_output_token"]
    return Table(columns)


def _worthwhile(load: Array) -> npt.NDArray[np.bool_]:
    """Return which numbers of readers, fewest first, keep up and are not idle; the fewest that keep up always count."""
    enough = load <= BUSIEST
    first = enough & (np.cumsum(enough, axis=1) == 1)
    return enough & ((load >= IDLE) | first)


def _flat(value: Quantity, unit: str, shape: tuple[int, int]) -> Array:
    return np.broadcast_to(np.asarray(magnitude(value, unit), dtype=float), shape).ravel()


def _numbers(value: Quantity, unit: str, count: int) -> Array:
    return np.broadcast_to(np.asarray(magnitude(value, unit), dtype=float), count)
