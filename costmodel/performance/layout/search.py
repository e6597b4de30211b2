"""The one search: every deployment of a model that fits in memory, over number types, splits and requests in flight."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from costmodel.domain.hardware import Accelerator, System
from costmodel.performance.formulas import layout
from costmodel.performance.layout.candidates import Asked, candidates, replica_size
from costmodel.performance.layout.candidates_apart import candidates_apart
from costmodel.performance.layout.layouts import layouts, ways_in
from costmodel.performance.layout.table import Table, joined
from costmodel.performance.machine.number_types import NO_ARITHMETIC, STORED, multiplied_type, served_types
from costmodel.units import Quantity, magnitude, quantity

Array = npt.NDArray[np.float64]
CONCURRENCIES = np.unique(np.round(np.geomspace(1, 1024, 61)))
PER_SYSTEM = 8.0
"""Accelerators of a replica up to which the numbers of requests in flight are tried; larger ones get more in step.

So do several copies of attention.
"""


@dataclass(frozen=True)
class Breadth:
    """What a search may try besides splits and requests in flight, which it always tries."""

    precisions: tuple[str, ...] = ()
    """Number types of the weights; none means all in which the accelerator computes."""
    draft_tokens: tuple[float, ...] = (0.0,)
    disaggregated: bool = False
    transfer_bandwidth: Quantity | None = None


def search(asked: Asked, system: System, breadth: Breadth) -> Table:
    """Return what fits in memory with all its requests, on one system or on the fewest accelerators that hold it.

    One row for each deployment, those of a number type named first before others, with the columns of `candidates` and
    those of `candidates_apart`.
    """
    types = usable_types(asked.accelerator, breadth.precisions)
    installed = float(system.accelerators.to("accelerator/server").magnitude)
    splits = layouts(asked.model, ways_in(system)[-1])
    counts = _counts(max(installed / PER_SYSTEM, splits["attention_copies"].max()))
    rows = joined(_fitting(asked, one, splits, counts, breadth.draft_tokens, installed) for one in types)
    if not (breadth.disaggregated and len(rows)):
        return rows
    small = splits[replica_size(splits) <= max(installed, replica_size(rows).max())]
    apart = candidates_apart(asked, types, small, counts, breadth.draft_tokens, breadth.transfer_bandwidth)
    return joined([rows, apart])


def usable_types(accelerator: Accelerator, precisions: tuple[str, ...]) -> tuple[str, ...]:
    """Return the number types that an accelerator computes in, or widens as it reads them; Infeasible if none does."""
    wanted = tuple(one for one in precisions or served_types(accelerator) if one in STORED)
    usable = tuple(one for one in wanted if one in accelerator.peak or one in NO_ARITHMETIC)
    return usable or (accelerator.best_type(wanted),)


def different_types(accelerator: Accelerator, types: Sequence[str]) -> tuple[str, ...]:
    """Return the first of number types as wide as each other and multiplied at one rate, as fp8 and int8 often are."""
    kept: dict[tuple[float, float], str] = {}
    for one in types:
        peak = accelerator.peak[multiplied_type(accelerator, one)]
        kept.setdefault((STORED[one], magnitude(peak, "FLOP/s")), one)
    return tuple(kept.values())


def fastest_types(accelerator: Accelerator, types: Sequence[str]) -> tuple[str, ...]:
    """Return number types without those that yield no more than one before: as wide, and multiplied no faster."""
    fastest: dict[tuple[float, bool], float] = {}
    kept = []
    for one in types:
        alike = STORED[one], one in NO_ARITHMETIC  # what is widened as it is read has efficiencies of its own
        peak = float(magnitude(accelerator.peak[multiplied_type(accelerator, one)], "FLOP/s"))
        if peak > fastest.get(alike, 0.0):
            fastest[alike] = peak
            kept.append(one)
    return tuple(kept)


def used_share(rows: Table, unit: Quantity) -> Quantity:
    """Return the share of the accelerators that are paid for which each layout uses, side by side with its likes.

    Accelerators come `unit` at a time.
    """
    used, held = np.zeros(len(rows)), np.zeros(len(rows))
    for size, count in _replicas(rows):
        share = layout.occupied_share(replica=quantity(size, "accelerator"), unit=unit)
        used, held = used + count * size, held + count * size / magnitude(share, "1")
    return quantity(used / held)


def _fitting(
    asked: Asked, number_type: str, splits: Table, counts: Sequence[float], drafts: Sequence[float], installed: float
) -> Table:
    """Return what fits in a number type; larger replicas than a system are only tried where none fits on one."""
    within = splits[replica_size(splits) <= installed]
    rows = _compact(candidates(asked, (number_type,), within, counts, drafts), installed) if len(within) else within
    return rows if len(rows) else _compact(candidates(asked, (number_type,), splits, counts, drafts), installed)


def _counts(widest: float) -> list[float]:
    """Return the numbers of requests in flight to try: more on larger systems, and for more copies of attention."""
    more = CONCURRENCIES[-1] * np.geomspace(1, max(widest, 1), 13)
    return np.unique(np.round(np.concatenate((CONCURRENCIES, more)))).tolist()


def _compact(tried: Table, installed: float) -> Table:
    """Return the deployments that fit, with work for every stage, on one system or the fewest accelerators that do.

    Passes of uneven length leave stages waiting, which the time model does not charge, so that wider replicas would
    look too good.
    """
    sizes = replica_size(tried)
    most = CONCURRENCIES[-1] * np.maximum(np.maximum(sizes / PER_SYSTEM, tried["attention_copies"]), 1)
    count = tried["concurrency"]
    good = (tried["fits"] >= count) & (count >= tried["pipeline_parallel"]) & (count <= most)
    rows, sizes = tried[good], sizes[good]
    fewest = np.empty(len(rows))
    for one in dict.fromkeys(rows["precision"]):
        alike = rows["precision"] == one
        fewest[alike] = sizes[alike].min()
    return rows[sizes <= np.maximum(fewest, installed)]


def _replicas(rows: Table) -> Iterator[tuple[Array, Array]]:
    """Return the accelerators of each kind of replica of a layout, and how many replicas of it there are."""
    for prefix, name, absent in (("", "writing_replicas", 1.0), ("reading_", "reading_replicas", 0.0)):
        if not prefix or name in rows:
            count = np.asarray(rows[name], dtype=float) if name in rows else np.full(len(rows), absent)
            yield replica_size(rows, prefix), np.where(np.isnan(count), absent, count)
