"""Rows that have no answer although their model, accelerator and software are known: what is missing, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from costmodel.calibration.accuracy.software_names import APART
from costmodel.domain.architecture import NONE
from costmodel.performance.machine.memory import holds_a_request, memory_for_cache, weights_on_accelerator
from costmodel.performance.machine.setup import Setup
from costmodel.units import magnitude, quantity

Array = npt.NDArray[np.float64]
Reasons = npt.NDArray[np.str_]
DRAFTS = ("draft_tokens", "draft_acceptance")
GUESSED = (
    f"speculative decoding is stated, but not how many tokens are guessed and accepted: add {' and '.join(DRAFTS)}"
)
SPECULATIVE = r"\bmtp\b|eagle|medusa|speculat|draft"
SAYS_SPECULATIVE = ("spec_decoding", "speculative_decoding", "speculative", "spec_method")
SAYS_APART = ("disagg", "disaggregated", "is_disagg")
NO = {"", "none", "no", "off", "false", "0", "0.0"}
COUNT_RECALLED = "dataflow"
"""Software of clouds whose number of chips is recalled, so that weights may lack room on paper."""


def empty(rows: pd.DataFrame, columns: Sequence[str]) -> pd.Series[str]:
    """Return which of some columns a row leaves empty, in words; nothing where none."""
    found = pd.Series("", rows.index)
    for name in columns:
        missing = rows[name].isna() | (rows[name].astype(str).str.strip() == "")
        found[(found == "") & missing] = f"{name} is empty"
    return found


def speculative(rows: pd.DataFrame) -> pd.Series[bool]:
    """Return the rows that say tokens are guessed, without how many of them and how many are accepted."""
    told = rows.reindex(columns=list(DRAFTS)).notna().all(axis=1)
    return _says(rows, SAYS_SPECULATIVE, SPECULATIVE) & ~told


def apart(rows: pd.DataFrame) -> pd.Series[bool]:
    """Return the rows which say that prompts are read on other accelerators."""
    return _says(rows, SAYS_APART, APART)


def without_room(setup: Setup, prompt: Array, output: Array) -> Reasons:
    """Return why rows cannot be: weights, or the cache of one request beside them, do not fit; else nothing."""
    size = np.broadcast_shapes(prompt.shape, output.shape)
    if setup.software.name == COUNT_RECALLED:
        return np.full(size, "", dtype=object)
    unlimited = replace(setup, model=replace(setup.model, context_limit=NONE))
    free = np.broadcast_to(magnitude(memory_for_cache(setup), "GB"), size)
    fits = np.broadcast_to(holds_a_request(unlimited, quantity(prompt), quantity(output)), size)
    held = np.broadcast_to(magnitude(weights_on_accelerator(setup), "GB"), size)
    where = f"on each {setup.accelerator.name} of {magnitude(setup.capacity, 'GB'):.4g} GB"
    what = f"{setup.model.name} in {setup.deployment.precision}"
    kept = "beside what software keeps for itself"
    weights = [f"{what} does not fit: {one:.4g} GB of weights {where}, {kept}" for one in held]
    cache = f"{what} leaves no room for the cache of one request {where}"
    return np.where(free <= 0, weights, np.where(fits, "", cache)).astype(object)


def _says(rows: pd.DataFrame, columns: Sequence[str], words: str) -> pd.Series[bool]:
    """Return the rows in which one of these columns is no empty word, or the framework says one of these words."""
    said = rows["framework"].fillna("").astype(str).str.lower().str.contains(words)
    for name in (one for one in columns if one in rows):
        said |= ~rows[name].fillna("").astype(str).str.strip().str.lower().isin(NO)
    return said
