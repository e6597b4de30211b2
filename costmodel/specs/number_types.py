"""Number types, and how many bytes a value of each takes."""

from __future__ import annotations

NUMBER_TYPES = ("fp64", "fp32", "tf32", "fp16", "bf16", "fp8", "fp6", "fp4", "int8", "int4", "mx9", "mx6")
"""Number types whose dense peak a spec may give."""

WEIGHT_TYPES = (*NUMBER_TYPES, "mxfp4")
"""Number types of published weights: mxfp4 is fp4 with one scale for 32 values, where nvfp4 has one for 16."""

BYTES = {"fp32": 4.0, "fp16": 2.0, "bf16": 2.0, "fp8": 1.0, "int8": 1.0, "mx9": 1.125, "mx6": 0.75, "fp4": 0.5}
"""Bytes of one value, by number type."""
