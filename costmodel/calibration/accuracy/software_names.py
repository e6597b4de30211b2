"""What tables of measurements call software and number types, in the names of the time model."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

REFERENCE_DAY = pd.Timestamp("2026-01-15")
"""Middle of the days on which served rows were measured, so that rows without a day are taken as typical."""

YEAR = 365.25
MOST_YEARS = 2.5
"""How far from the reference day the yearly gain of software is carried at most."""

_FIRST = {
    "tensorrt": "trtllm-offline",
    "fastertransformer": "trtllm-offline",
    "vllm": "vllm",
    "sglang": "sglang",
    "deepseek": "wide-ep",
}
"""First word of a framework -> stack, for runs that queue everything; NVIDIA's own engines were built for them."""

APART = "disaggregated"
"""How a framework says that prompts are read on other accelerators."""

TUNED = (0, 8)
"""Version of vLLM from which on its kernels are tuned for current accelerators."""


def offline_framework(text: object, date: object = "") -> str:
    """Return the stack that a table of offline runs means by a framework and its date."""
    words = str(text).strip().lower()
    if APART in words:
        return "wide-ep"
    name = next((stack for word, stack in _FIRST.items() if words.startswith(word)), "other")
    return "vllm-2024" if name in ("vllm", "sglang") and not _is_tuned(words, str(date)) else name


def _is_tuned(words: str, date: str) -> bool:
    versions = [(int(a), int(b)) for a, b in re.findall(r"vllm[ _-]*v?(\d+)\.(\d+)", words)]
    return max(versions) >= TUNED if versions else date[:4].isdigit() and date[-4:] >= "2025" and date[:4] >= "2025"


def years_since_reference(dates: pd.Series[Any] | None, rows: int) -> npt.NDArray[np.float64]:
    """Return years by which software is newer than the reference day, from texts with a date; none where there is none.

    >>> years_since_reference(pd.Series(["2025-01", "a fork of 2026-05-10", None]), 3).round(1)
    array([-1. ,  0.3,  0. ])
    """
    if dates is None:
        return np.zeros(rows)
    found = dates.astype(str).str.extract(r"(20\d\d-[01]\d(?:-[0-3]\d)?)")[0]
    days = (pd.to_datetime(found, errors="coerce", format="ISO8601") - REFERENCE_DAY).dt.days
    return np.clip((days / YEAR).fillna(0.0).to_numpy(dtype=float), -MOST_YEARS, MOST_YEARS)


def weight_type(text: object) -> str:
    """Return the number type of the weights that a table describes in words.

    >>> weight_type("fp8 (bf16 MLA/combine)"), weight_type("int8 weights, bf16 compute"), weight_type("nvfp4")
    ('fp8', 'w8a16', 'fp4')
    """
    words = str(text).strip().lower()
    first = re.split(r"[\s,;(]", words)[0].removesuffix("-ish")
    if first == "int8" and "weight" in words:
        return "w8a16"
    known = {"nvfp4": "fp4", "mxfp4": "fp4", "w4a16": "int4", "int4": "int4", "float16": "fp16", "bfloat16": "bf16"}
    return known.get(first, first)
