"""How number types of kernels store weights and activations, and in which type they multiply."""

from __future__ import annotations

import re
from dataclasses import dataclass

from costmodel.errors import unknown
from costmodel.specs.number_types import BYTES
from costmodel.units import Quantity, quantity


@dataclass(frozen=True)
class NumberFormat:
    """Bytes per weight and activation as they are read, block scales included."""

    name: str
    weight: float
    activation: float
    multiplied: str
    """The number type of the multiplication, whose peak counts."""
    quantised: bool = False
    """Whether a separate kernel turns 16-bit activations into this type before a product."""
    widened: bool = False
    """Whether weights are widened in registers, by kernels that use the instructions of 2020."""

    @property
    def weight_bytes(self) -> Quantity:
        """Bytes of a weight."""
        return quantity(self.weight, "byte")

    @property
    def activation_bytes(self) -> Quantity:
        """Bytes of an activation."""
        return quantity(self.activation, "byte")


SCALES_16, SCALES_32, SCALES_128 = 1 / 16, 1 / 32, 2 / 128
"""Bytes of scales per element: one byte for 16 or 32 of them, two for 128."""

_ALL = (
    NumberFormat("bf16", 2, 2, "bf16"),
    NumberFormat("fp16", 2, 2, "fp16"),
    NumberFormat("int8_wo", 1, 2, "bf16", widened=True),
    NumberFormat("fp8_wo", 1, 2, "bf16"),
    NumberFormat("int4_wo", 0.5 + SCALES_128, 2, "bf16", widened=True),
    NumberFormat("nvfp4_wo", 0.5 + SCALES_16, 2, "bf16"),
    NumberFormat("w4a16_mxfp4", 0.5 + SCALES_32, 2, "bf16"),
    NumberFormat("sq", 1, 1, "int8", quantised=True),
    NumberFormat("fp8", 1, 1, "fp8", quantised=True),
    NumberFormat("fp8_block", 1, 1, "fp8", quantised=True),
    NumberFormat("mxfp8", 1 + SCALES_32, 1 + SCALES_32, "fp8", quantised=True),
    NumberFormat("w4afp8", 0.5 + SCALES_128, 1, "fp8", quantised=True),
    NumberFormat("w4a8_mxfp4_mxfp8", 0.5 + SCALES_32, 1, "fp8", quantised=True),
    NumberFormat("w4a8_nvfp4_fp8", 0.5 + SCALES_16, 1, "fp8", quantised=True),
    NumberFormat("nvfp4", 0.5 + SCALES_16, 0.5 + SCALES_16, "fp4", quantised=True),
    NumberFormat("mxfp4", 0.5 + SCALES_32, 0.5 + SCALES_32, "fp4", quantised=True),
    NumberFormat("mx9", BYTES["mx9"], BYTES["mx9"], "mx9"),
    NumberFormat("mx6", BYTES["mx6"], BYTES["mx6"], "mx6"),
)
FORMATS = {one.name: one for one in _ALL}
ALIASES = {
    "bfloat16": "bf16",
    "float16": "fp16",
    "half": "fp16",
    "int8": "sq",
    "w8a8": "sq",
    "w8a16": "int8_wo",
    "w4a16": "int4_wo",
    "int4": "int4_wo",
    "fp8_static": "fp8",
    "fp8_ootb": "fp8",
    "fp8_e4m3": "fp8",
    "fp4": "nvfp4",
}


def number_format(name: str) -> NumberFormat:
    """Return a number format by its name or another spelling, or an UnknownName error with a near match.

    >>> number_format("bfloat16").multiplied
    'bf16'
    """
    plain = canonical_type(name)
    if plain not in FORMATS:
        raise unknown("number type of a kernel", name, [*FORMATS, *ALIASES])
    return FORMATS[plain]


def canonical_type(name: str) -> str:
    """Return the one spelling of a number type.

    >>> canonical_type("FP8-static")
    'fp8'
    """
    plain = re.sub(r"[^a-z0-9]+", "_", name.strip().lower())
    return ALIASES.get(plain, plain)
