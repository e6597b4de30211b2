"""What is known about hardware, as of when, and how sure: counted from the files."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd

from costmodel.analysis.check import gaps
from costmodel.analysis.trends import performance_prices
from costmodel.specs.catalog import Catalog
from costmodel.specs.fact import ASSUMPTION, CONFIDENCES, Citation, Fact
from costmodel.specs.record import Record

KINDS_COVERED = ("accelerator", "system", "process", "site", "purchase", "rental", "program")


def confidence_of(catalog: Catalog, fact: Fact | Citation) -> str:
    """Return how sure a fact is: its own word, or that of its source."""
    source = catalog.sources.get(fact.source)
    return fact.confidence or (source.confidence if source else ASSUMPTION)


def coverage(catalog: Catalog) -> pd.DataFrame:
    """Return one row per kind: files, facts, how many of each confidence, with alternatives, and the newest date."""
    return pd.DataFrame([_kind(catalog, kind) for kind in KINDS_COVERED])


def _kind(catalog: Catalog, kind: str) -> dict[str, Any]:
    records = catalog.all(kind)
    facts = [fact for record in records for fact in record.stated]
    counted = Counter(confidence_of(catalog, fact) for fact in facts)
    days = [fact.as_of for fact in facts if isinstance(fact, Fact) and fact.as_of is not None]
    return {
        "kind": kind,
        "files": len(records),
        "facts": len(facts),
        **{name: counted[name] for name in CONFIDENCES},
        "with alternatives": sum(bool(getattr(fact, "alternatives", ())) for fact in facts),
        "newest price": str(max(days)) if days else "",
    }


def accelerator_coverage(catalog: Catalog) -> pd.DataFrame:
    """Return one row per accelerator: when it came, how many facts of which confidence, prices, and what is missing."""
    prices = _prices_by_accelerator(catalog)
    return pd.DataFrame([_accelerator(catalog, record, prices) for record in catalog.all("accelerator")])


def _accelerator(catalog: Catalog, record: Record, prices: dict[str, list[Fact]]) -> dict[str, Any]:
    facts = list(record.stated)
    counted = Counter(confidence_of(catalog, fact) for fact in facts)
    found = prices.get(record.id, [])
    return {
        "accelerator": record.values["name"],
        "launch": str(record.values.get("launch", "")),
        "facts": len(facts),
        **{name: counted[name] for name in CONFIDENCES},
        "prices": len(found),
        "newest price": str(max((one.as_of for one in found if one.as_of), default="")),
        "missing": ", ".join(gap.attribute.key for gap in gaps(record)),
    }


def _prices_by_accelerator(catalog: Catalog) -> dict[str, list[Fact]]:
    found: dict[str, list[Fact]] = {}
    for kind in ("purchase", "rental"):
        for offer in catalog.all(kind):
            system = catalog.get("system", offer.values["system"])
            id_ = catalog.full_id("accelerator", system.values["accelerator"])
            found.setdefault(id_, []).extend(offer.histories.get("price", ()))
    return found


def value_for_money(catalog: Catalog) -> pd.DataFrame:
    """Return peak and memory bandwidth per dollar and per watt of every accelerator with a launch day, by that day.

    The dollar is that of the first purchase price known of a whole system, divided by its accelerators; where none is
    known, the columns with a dollar are empty.
    """
    priced = performance_prices(catalog, "purchase", assumed=True).sort_values("as_of").drop_duplicates("accelerator")
    columns = (priced[name].tolist() for name in ("accelerator", "price", "source"))
    prices = {accelerator: (price, source) for accelerator, price, source in zip(*columns, strict=True)}
    rows = [
        _value(record, prices.get(record.id, (None, "")))
        for record in catalog.all("accelerator")
        if "launch" in record.values
    ]
    return pd.DataFrame(rows)


def _value(record: Record, priced: tuple[float | None, str]) -> dict[str, Any]:
    price, source = priced
    peak = record.facts.get("peak.bf16") or record.facts.get("peak.fp16")
    rate = float(peak.value.to("GFLOP/s").magnitude) if peak else None
    bandwidth = float(record.facts["memory.bandwidth"].value.to("GB/s").magnitude)
    watts = float(record.facts["power"].value.to("W/accelerator").magnitude)
    return {
        "accelerator": record.id,
        "name": record.values["name"],
        "maker": record.values["maker"],
        "launch": record.values["launch"],
        "peak per dollar": rate / price if rate and price else None,
        "peak per watt": rate / watts if rate else None,
        "bandwidth per dollar": bandwidth * 1e3 / price if price else None,
        "price": "assumed" if source == ASSUMPTION else "seen" if price else "",
    }


def rents(catalog: Catalog, accelerator: str) -> pd.DataFrame:
    """Return every dated rent of an hour of an accelerator: day, provider, commitment, price and source."""
    id_ = catalog.full_id("accelerator", accelerator)
    rows = [
        {
            "as_of": fact.as_of,
            "provider": offer.values["provider"],
            "commitment": offer.values["commitment"],
            "price": float(fact.value.to("USD/accelerator/hour").magnitude),
            "source": catalog.source(fact).title,
        }
        for offer in catalog.all("rental")
        if catalog.full_id("accelerator", catalog.get("system", offer.values["system"]).values["accelerator"]) == id_
        for fact in offer.histories.get("price", ())
    ]
    return pd.DataFrame(rows).sort_values("as_of", ignore_index=True)
