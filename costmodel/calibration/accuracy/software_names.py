"""What tables of measurements call software and number types, in the names of the time model."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from costmodel.errors import unknown
from costmodel.performance.machine.levels import SERVING
from costmodel.performance.machine.number_types import STORED

REFERENCE_DAY = pd.Timestamp("2026-01-15")
"""Middle of the days on which served rows were measured, so that rows without a day are taken as typical."""

YEAR = 365.25
MOST_YEARS = 2.5
"""How far from the reference day the yearly gain of software is carried at most."""

TRTLLM, SGLANG = "trtllm", "sglang"
_STACKS = {
    "trt": TRTLLM,
    "tensorrt": TRTLLM,
    "tensorrtllm": TRTLLM,
    "trtllm": TRTLLM,
    "vllm": "vllm",
    "sglang": SGLANG,
    "fastertransformer": "fastertransformer",
    "deepseek": "deepseek",
}
"""Word in the name of a framework -> stack; the first that is said counts."""

_QUEUED = {TRTLLM: "trtllm-offline", "fastertransformer": "trtllm-offline", "deepseek": "wide-ep"}
"""Stacks of runs that queue everything; NVIDIA's own engines were built for them."""

APART = r"\bdisagg"
"""How a framework says that prompts are read on other accelerators."""

TUNED = {"vllm": (0, 8), SGLANG: (0, 4)}
"""Version from which on the kernels of a stack are tuned for current accelerators."""

OTHER = "other"
UNSAID = ("", "nan", "none", "auto")
"""Words in place of a number type of the cache that nobody states."""

_TYPES = {
    **dict.fromkeys(("nvfp4", "mxfp4"), "fp4"),
    "mxfp6": "fp6",
    **dict.fromkeys(("w4a16", "awq", "gptq", "q4"), "int4"),
    **dict.fromkeys(("float8", "e4m3", "fp8e4m3", "mxfp8"), "fp8"),
    **dict.fromkeys(("float16", "half"), "fp16"),
    **dict.fromkeys(("bfloat16",), "bf16"),
    **dict.fromkeys(("float32",), "fp32"),
    **dict.fromkeys(("w8a8", "sq", "smoothquant"), "int8"),
    "q8": "w8a16",
}
"""Further words for number types of weights."""

WEIGHTS_ALONE = r"weight|(?<![a-z])wo(?![a-z])"
"""How tables say that only weights are narrow."""


def offline_framework(text: object, date: object = "") -> str:
    """Return the stack that a table of offline runs means by a framework and its date."""
    words = str(text).strip().lower()
    if re.search(APART, words):
        return "wide-ep"
    name = _stack(words)
    return "vllm-2024" if name in TUNED and not _is_tuned(words, str(date)) else _QUEUED.get(name, name)


def serving_framework(text: object) -> str:
    """Return the stack that a table of served requests means by a framework: one that nobody measured where unknown.

    >>> serving_framework("TensorRT-LLM 1.2.0rc4"), serving_framework("vLLM v0.11"), serving_framework("LMDeploy")
    ('trtllm', 'vllm', 'other')
    """
    name = _stack(str(text).strip().lower())
    return name if name in SERVING else OTHER


def _stack(words: str) -> str:
    """Return the first stack that words name; versions may stick to names: vllm0.8."""
    said = (re.sub(r"v?\d.*$", "", word) for word in re.split(r"[^a-z0-9.]+", words))
    return next((_STACKS[word] for word in said if word in _STACKS), OTHER)


def _is_tuned(words: str, date: str) -> bool:
    found = re.findall(r"(vllm|sglang)[ _-]*v?(\d+)\.(\d+)", words)
    versions = [(int(major), int(minor)) >= TUNED[name] for name, major, minor in found]
    return any(versions) if versions else date[:4].isdigit() and date[-4:] >= "2025" and date[:4] >= "2025"


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
    """Return the number type of the weights that a table describes in words: the first that it says.

    Errors: UnknownName where it says none.

    >>> weight_type("fp8 (bf16 MLA/combine)"), weight_type("int8 weights, bf16 compute"), weight_type("nvfp4")
    ('fp8', 'w8a16', 'fp4')
    >>> weight_type("AWQ INT4"), weight_type("W8A8 FP8"), weight_type("int8_wo"), weight_type("SmoothQuant")
    ('int4', 'fp8', 'w8a16', 'int8')
    """
    words = str(text).strip().lower()
    known = {name: name for name in STORED} | _TYPES
    said = [known[word] for word in re.split(r"[^a-z0-9]+", words) if word in known]
    if not said:
        raise unknown("number type of weights", text, known)
    if said[0] == "int8":
        return "w8a16" if re.search(WEIGHTS_ALONE, words) else "fp8" if "fp8" in said else "int8"
    return said[0]


def cache_type(text: object) -> str:
    """Return the number type of the cache that a table names: 16 bits where it names none."""
    return "bf16" if str(text).strip().lower() in UNSAID else weight_type(text)
