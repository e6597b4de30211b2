"""How servers of measured rows were set, where rows do not say: when they look for new requests, or hold them back."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from costmodel.performance.machine.levels import SAME_SHAPE
from costmodel.specs.toml_file import read_table

FILE = Path(__file__).with_name("server_settings.toml")
SETTINGS = ("admission_interval", "admission_hold", "stream_interval")
LENGTHS = ("isl", "osl", "tp_size", "concurrency")
Array = npt.NDArray[np.float64]


@cache
def published(file: Path = FILE) -> list[dict[str, Any]]:
    """Return the published settings, each with the rows for which it holds."""
    content, _, _ = read_table(file)
    found: list[dict[str, Any]] = content["settings"]
    return found


def settings_of(rows: pd.DataFrame, software: str, model: str, accelerator: str) -> dict[str, Array]:
    """Return the steps of each setting for rows: as their columns say, else as their benchmark published them.

    Only dated rows are known to be of that benchmark.
    """
    named = {"software": software, "model": SAME_SHAPE.get(model, model), "accelerator": accelerator}
    found = dict.fromkeys(SETTINGS, np.zeros(len(rows)))
    for one in published():
        if _names(one, named):
            there = _rows(one, rows)
            found |= {name: np.where(there, one[name], found[name]) for name in SETTINGS if name in one}
    return {name: _told(rows, name, values) for name, values in found.items()}


def _names(one: Mapping[str, Any], named: Mapping[str, str]) -> bool:
    of_others = (name not in one.get(f"{what}s", [name]) for what, name in named.items() if what != "software")
    return one["software"] == named["software"] and not any(of_others)


def _rows(one: Mapping[str, Any], rows: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Return the rows for which a setting holds."""
    dates = rows.get("measured_last", pd.Series("", rows.index))
    there = (pd.to_datetime(dates, errors="coerce") >= pd.Timestamp(one.get("since", 0))).to_numpy(copy=True)
    if "precisions" in one:
        there &= rows["precision"].isin(one["precisions"]).to_numpy()
    for name in LENGTHS:
        values = pd.to_numeric(rows[name], errors="coerce").to_numpy(dtype=float)
        there &= (values >= one.get("least", {}).get(name, 0)) & (values <= one.get("most", {}).get(name, np.inf))
    return there


def _told(rows: pd.DataFrame, name: str, otherwise: Array) -> Array:
    if name not in rows:
        return otherwise
    values = pd.to_numeric(rows[name], errors="coerce").to_numpy(dtype=float)
    return np.where(np.isfinite(values), values, otherwise)
