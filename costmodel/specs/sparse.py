"""Rates with sparsity that stand where a dense one belongs: the commonest fault in tables of accelerators."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from costmodel.specs.fact import Fact
from costmodel.specs.record import Record

TWICE = 1.9
"""From which multiple of what its family reaches a rate is taken for a sparse one; 2:4 sparsity gives twice."""

SPARSE_TYPES = ("tf32", "fp16", "bf16", "fp8", "fp6", "fp4", "int8", "int4")
"""Number types that matrix units with 2:4 sparsity know."""

_SAME, _ALIKE = 0.005, 0.1
_SPARSE = re.compile(r"spars|2:4", re.IGNORECASE)
_DENSE = re.compile(r"\bdense\b|without spars", re.IGNORECASE)


def own_faults(record: Record) -> Iterator[str]:
    """Yield the dense peaks that the file itself shows to be sparse: by a remark, or as equal to a sparse peak."""
    for key, fact in _peaks(record):
        if _SPARSE.search(f"{fact.note} {fact.at}") and not _said_dense(fact):
            yield _fault(fact, "its note or place speaks of sparsity")
        other = record.facts.get(f"sparse_{key}")
        if other is not None and _rate(fact) >= _rate(other) * (1 - _SAME):
            yield _fault(fact, f"it is not below sparse_{key} ({other.value:~P})")


def family_faults(record: Record, others: Iterable[Record]) -> Iterator[str]:
    """Yield the dense peaks that other accelerators of the family reach only with sparsity."""
    family = [one for one in others if one.values["family"] == record.values["family"]]
    for key, fact in _peaks(record):
        judged = key.removeprefix("peak.") in SPARSE_TYPES and not _said_dense(fact)
        if judged and (why := _against(record, key, fact, family)):
            yield _fault(fact, why)


def _against(record: Record, key: str, fact: Fact, family: list[Record]) -> str:
    for other in family:
        sparse, dense = other.facts.get(f"sparse_{key}"), other.facts.get(key)
        if sparse is not None and dense is not None and _near(fact, sparse) and not _near(fact, dense):
            return f"it equals sparse_{key} of {other.id}, whose dense rate is {dense.value:~P}"
        if dense is not None and _same_base(record, other) and _rate(fact) >= TWICE * _rate(dense):
            return f"{other.id}, of the same family and 16-bit rate, has {dense.value:~P}"
    own, highest = _per_clock(record, key), max((_per_clock(one, key) for one in family), default=0.0)
    if highest and own >= TWICE * highest:
        return f"{own / highest:.2g} times the work per compute unit and clock of any other of the family"
    return ""


def _same_base(one: Record, other: Record) -> bool:
    """Whether two accelerators have the same 16-bit rate, within a tenth."""
    first, second = (record.facts.get("peak.bf16") or record.facts.get("peak.fp16") for record in (one, other))
    return first is not None and second is not None and abs(_rate(first) / _rate(second) - 1) < _ALIKE


def _per_clock(record: Record, key: str) -> float:
    """Operations of one compute unit in one clock."""
    rate, units, clock = (record.facts.get(name) for name in (key, "compute_units", "clock"))
    if rate is None or units is None or clock is None:
        return 0.0
    return float((rate.value / units.value / clock.value).to("FLOP").magnitude)


def _peaks(record: Record) -> list[tuple[str, Fact]]:
    has_peaks = record.kind.name == "accelerator"
    return [(key, fact) for key, fact in record.facts.items() if key.startswith("peak.")] if has_peaks else []


def _said_dense(fact: Fact) -> bool:
    return bool(_DENSE.search(f"{fact.note} {fact.at}"))


def _rate(fact: Fact) -> float:
    return float(fact.value.to("TFLOP/s").magnitude)


def _near(one: Fact, other: Fact) -> bool:
    return abs(_rate(one) / _rate(other) - 1) < _SAME if _rate(other) else False


def _fault(fact: Fact, why: str) -> str:
    return (
        f"{fact.place}: {fact.key}: {fact.value:~P} looks like a rate with sparsity: {why}. Peaks are dense: "
        f"write the dense rate here, usually half, and this one as sparse_{fact.key}. "
        f"If it is dense, say so in its note"
    )
