"""Specs as tables: what there is, to filter, sort and put into a notebook."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from costmodel.errors import unknown
from costmodel.specs.attribute import Attribute
from costmodel.specs.catalog import Catalog
from costmodel.specs.fact import Fact
from costmodel.specs.record import Record

COMMON_UNITS = {
    "FLOP/s": "TFLOP/s",
    "byte/s": "GB/s",
    "byte": "GB",
}
HIDDEN = {"note", "host", "aliases", "question"}


def accelerators(catalog: Catalog) -> pd.DataFrame:
    """Return one row per accelerator; the unit of a number stands in brackets in the name of its column."""
    return pd.DataFrame([_row(record) for record in catalog.all("accelerator")])


def prices(catalog: Catalog) -> pd.DataFrame:
    """Return one row per dated price of every offer."""
    offers = [record for kind in ("purchase", "rental") for record in catalog.all(kind)]
    return pd.DataFrame([_price(catalog, record, fact) for record in offers for fact in record.histories["price"]])


def _price(catalog: Catalog, record: Record, fact: Fact) -> dict[str, Any]:
    system = catalog.get("system", record.values["system"])
    offer = f"{record.kind.name}/{record.id}"
    return {
        "id": f"{offer}/{fact.as_of}",
        "offer": offer,
        "accelerator": catalog.full_id("accelerator", system.values["accelerator"]),
        "as_of": fact.as_of,
        "price": float(fact.value.magnitude),
        "unit": f"{fact.value.units:~C}",
        "commitment": record.values.get("commitment", "purchase"),
        "source": fact.source,
    }


def _plain(kind: str) -> Callable[[Catalog], pd.DataFrame]:
    return lambda catalog: pd.DataFrame([_row(record) for record in catalog.all(kind)])


def _offers(catalog: Catalog) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": f"{record.kind.name}/{record.id}",
            "name": record.values["name"],
            "system": record.values["system"],
            "prices": len(record.histories.get("price", ())),
        }
        for record in catalog.all("offer")
    )


def _scenarios(catalog: Catalog) -> pd.DataFrame:
    keys = ("title", "workload", "architecture")
    rows = [{"id": r.id, **{key: r.values.get(key, "") for key in keys}} for r in catalog.all("scenario")]
    return pd.DataFrame(rows)


LISTED: dict[str, Callable[[Catalog], pd.DataFrame]] = {
    "accelerators": accelerators,
    "systems": _plain("system"),
    "processes": _plain("process"),
    "sites": _plain("site"),
    "offers": _offers,
    "prices": prices,
    "architectures": _plain("architecture"),
    "scenarios": _scenarios,
}


def listing(catalog: Catalog, kind: str, *, where: Sequence[str] = (), sort: str | None = None) -> pd.DataFrame:
    """Return the specs of a kind as a table, filtered by `column=text` and sorted by a column (`-column`: falling)."""
    plural = kind if kind in LISTED else f"{kind}s" if f"{kind}s" in LISTED else f"{kind}es"
    if plural not in LISTED:
        raise unknown("kind", kind, LISTED)
    frame = LISTED[plural](catalog)
    for condition in where:
        column, _, text = condition.partition("=")
        kept = frame[_column(frame, column)].astype(str).str.contains(text, case=False, regex=False)
        frame = frame[kept]
    if sort:
        frame = frame.sort_values(_column(frame, sort.lstrip("-")), ascending=not sort.startswith("-"))
    return frame.reset_index(drop=True)


def _column(frame: pd.DataFrame, name: str) -> str:
    """Return a column by its whole name or by the name before its unit."""
    names = [str(column) for column in frame.columns]
    fits = [column for column in names if name in (column, column.partition(" [")[0])]
    if not fits:
        raise unknown("column", name, [column.partition(" [")[0] for column in names])
    return fits[0]


def _row(record: Record) -> dict[str, Any]:
    row: dict[str, Any] = {"id": record.id}
    for attribute in record.kind:
        for key in attribute.keys if attribute.key not in HIDDEN else ():
            row |= _cells(attribute, key, record)
    return row


def _cells(attribute: Attribute, key: str, record: Record) -> dict[str, Any]:
    if key in record.histories:
        newest = record.histories[key][-1]
        return {f"{key} [{newest.value.units:~C}]": float(newest.value.magnitude)}
    if key in record.facts and attribute.type != "count":
        unit = COMMON_UNITS.get(attribute.unit, attribute.unit)
        name = key if unit in ("", "1") else f"{key} [{unit}]"
        return {name: float(record.facts[key].value.to("" if unit == "1" else unit).magnitude)}
    return {key: record.values[key]} if key in record.values else {}
