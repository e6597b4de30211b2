"""Specs as tables: what there is, to filter, sort and put into a notebook."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from costmodel.analysis.filtering import column_named, kept
from costmodel.errors import unknown
from costmodel.specs.attribute import Attribute
from costmodel.specs.catalog import Catalog
from costmodel.specs.fact import Fact
from costmodel.specs.kinds import KINDS
from costmodel.specs.record import Record

COMMON_UNITS = {
    "FLOP/s": "TFLOP/s",
    "byte/s": "GB/s",
    "byte": "GB",
}
HIDDEN = {"note", "host", "aliases", "question"}


def hardware(
    kind: str = "accelerators", *, where: Sequence[str] = (), sort: str | None = None, specs: Sequence[Path | str] = ()
) -> pd.DataFrame:
    """Return the shipped specs of a kind (and those in folders of one's own) as a table, one row each.

    The unit of a number stands in brackets in the name of its column.

    >>> hardware(where=["maker=Microsoft"])["id"].tolist()
    ['microsoft/maia-100', 'microsoft/maia-200']
    """
    return listing(Catalog([Path(folder) for folder in specs]), kind, where=where, sort=sort)


def listing(catalog: Catalog, kind: str, *, where: Sequence[str] = (), sort: str | None = None) -> pd.DataFrame:
    """Return the specs of a kind as a table.

    Parameters
    ----------
    where
        Conditions that rows must fulfil: `maker=nvidia` (contains the text), `memory.capacity>=80 GB`, `launch<2024`.
    sort
        A column; with a minus before it, the largest first.
    """
    frame = LISTED[plural(kind)](catalog)
    for condition in where:
        frame = kept(frame, condition)
    if sort:
        column = column_named(frame, sort.removeprefix("-"))
        frame = frame.sort_values(column, ascending=not sort.startswith("-"), kind="stable")
    return frame.reset_index(drop=True)


def plural(kind: str) -> str:
    """Return the name of a list for a kind in the singular or plural."""
    for name in (kind, f"{kind}s", f"{kind}es"):
        if name in LISTED:
            return name
    raise unknown("kind", kind, LISTED)


def prices(catalog: Catalog) -> pd.DataFrame:
    """Return one row per dated price of every offer."""
    offers = [record for kind in ("purchase", "rental") for record in catalog.all(kind)]
    return pd.DataFrame([_price(catalog, one, fact) for one in offers for fact in one.histories.get("price", ())])


def _price(catalog: Catalog, record: Record, fact: Fact) -> dict[str, Any]:
    system = catalog.get("system", record.values["system"])
    offer = f"{record.kind.name}/{record.id}"
    unit = fact.value.units
    return {
        "id": f"{offer}/{fact.as_of}",
        "offer": offer,
        "provider": record.values.get("provider", ""),
        "commitment": record.values.get("commitment", "purchase"),
        "system": system.id,
        "accelerator": catalog.full_id("accelerator", system.values["accelerator"]),
        "as_of": fact.as_of,
        "price": float(fact.value.magnitude),
        "low": None if fact.low is None else float(fact.low.to(unit).magnitude),
        "high": None if fact.high is None else float(fact.high.to(unit).magnitude),
        "unit": f"{unit:~C}",
        "source": fact.source,
        "confidence": fact.confidence or catalog.source(fact).confidence,
    }


def _plain(kind: str) -> Callable[[Catalog], pd.DataFrame]:
    return lambda catalog: _frame(kind, [_row(record) for record in catalog.all(kind)])


def _frame(kind: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Return rows with their columns in the order of the kind's table."""
    found = {column for row in rows for column in row}
    order = [
        "id",
        *(column for attribute in KINDS[kind] for key in attribute.keys for column in _columns(attribute, key)),
    ]
    return pd.DataFrame(rows, columns=[column for column in dict.fromkeys(order) if column in found])


def _offer(record: Record) -> dict[str, Any]:
    history = record.histories.get("price") or record.histories.get("output_price", ())
    newest = history[-1] if history else None
    return {
        "id": f"{record.kind.name}/{record.id}",
        "name": record.values["name"],
        "system": record.values.get("system", ""),
        "prices": len(history),
        "newest": None if newest is None else newest.as_of,
        "price": None if newest is None else float(newest.value.magnitude),
        "unit": "" if newest is None else f"{newest.value.units:~C}",
    }


def _apis(catalog: Catalog) -> pd.DataFrame:
    """Return one row per API: the newest price of each sort of token, in USD per million."""
    prices = ("input_price", "cached_input_price", "output_price")
    rows = []
    for record in catalog.all("api"):
        newest = {key: record.histories[key][-1] for key in prices if key in record.histories}
        figures = {f"{key} [USD/Mtoken]": float(one.value.to("USD/Mtoken").magnitude) for key, one in newest.items()}
        who = {"id": record.id, "provider": record.values["provider"], "model": record.values["model"]}
        rows.append({**who, **figures, "as_of": newest["output_price"].as_of})
    return pd.DataFrame(rows, columns=["id", "provider", "model", *(f"{key} [USD/Mtoken]" for key in prices), "as_of"])


def _scenarios(catalog: Catalog) -> pd.DataFrame:
    keys = ("title", "workload", "architecture")
    rows = [{"id": r.id, **{key: r.values.get(key, "") for key in keys}} for r in catalog.all("scenario")]
    return pd.DataFrame(rows)


def _sources(catalog: Catalog) -> pd.DataFrame:
    keys = ("id", "title", "publisher", "date", "accessed", "confidence", "url")
    return pd.DataFrame([{key: getattr(source, key) for key in keys} for source in catalog.sources.values()])


LISTED: dict[str, Callable[[Catalog], pd.DataFrame]] = {
    "accelerators": _plain("accelerator"),
    "systems": _plain("system"),
    "processes": _plain("process"),
    "sites": _plain("site"),
    "offers": lambda catalog: pd.DataFrame([_offer(record) for record in catalog.all("offer")]),
    "purchases": _plain("purchase"),
    "rentals": _plain("rental"),
    "programs": _plain("program"),
    "apis": _apis,
    "prices": prices,
    "architectures": _plain("architecture"),
    "scenarios": _scenarios,
    "sources": _sources,
}


def _row(record: Record) -> dict[str, Any]:
    row: dict[str, Any] = {"id": record.id}
    for attribute in record.kind:
        for key in attribute.keys:
            row.update(zip(_columns(attribute, key), _values(attribute, key, record), strict=False))
    return row


def _columns(attribute: Attribute, key: str) -> tuple[str, ...]:
    """Return the names of a key's columns, with its unit; a history has two, its newest figure and the day of it."""
    if attribute.key in HIDDEN:
        return ()
    unit = COMMON_UNITS.get(attribute.unit, attribute.unit)
    name = key if unit in ("", "1") else f"{key} [{unit}]"
    return (name, f"{key}.as_of") if attribute.type == "history" else (name,)


def _values(attribute: Attribute, key: str, record: Record) -> Iterator[Any]:
    newest = record.histories.get(key, (None,))[-1]
    fact = newest or (record.facts.get(key) if attribute.type == "quantity" else None)
    if fact is not None:
        unit = COMMON_UNITS.get(attribute.unit, attribute.unit)
        yield float(fact.value.to("" if unit == "1" else unit).magnitude)
        if newest is not None:
            yield newest.as_of
    elif key in record.values:
        yield record.values[key]
