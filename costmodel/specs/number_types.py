"""Number types, and how many bytes a value of each takes."""

from __future__ import annotations

NUMBER_TYPES = ("fp64", "fp32", "tf32", "fp16", "bf16", "fp8", "fp6", "fp4", "int8", "int4", "mx9", "mx6")
"""Number types whose dense peak a spec may give."""

WEIGHT_TYPES = (*NUMBER_TYPES, "mxfp4", "mxfp8", "nf4", "int2", "int3", "int5", "int6")
"""Number types of published weights: mxfp4 is fp4 with one scale for 32 values, where nvfp4 has one for 16."""

SERVED_TYPES = (*(name for name in WEIGHT_TYPES if name not in ("fp64", "tf32")), "w8a16")
"""Number types in which weights may be served: w8a16 are those of 8 bits that are multiplied in 16."""

BYTES = {"fp32": 4.0, "fp16": 2.0, "bf16": 2.0, "fp8": 1.0, "int8": 1.0, "mx9": 1.125, "mx6": 0.75, "fp4": 0.5}
"""Bytes of one value, by number type."""

SCALED = {
    "fp4": (0.5, 1.0, 16),
    "mxfp4": (0.5, 1.0, 32),
    "mxfp8": (1.0, 1.0, 32),
    "fp6": (0.75, 1.0, 32),
    "nf4": (0.5, 4.0, 64),
    **{f"int{bits}": (bits / 8, 2.0, 0) for bits in (2, 3, 4, 5, 6, 8)},
}
"""Published weights with scales: bytes of a value, of a scale, and the values that share one (0: as the file says)."""
