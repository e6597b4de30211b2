"""How weights are stored and multiplied, from the deployment, the published checkpoint and the accelerator."""

from __future__ import annotations

from dataclasses import dataclass

from costmodel.domain.architecture import Architecture
from costmodel.domain.hardware import Accelerator
from costmodel.specs.number_types import BYTES, SCALED

USUAL_GROUP = 32
STORED = {name: value + scale / (shared or USUAL_GROUP) for name, (value, scale, shared) in SCALED.items()} | {
    **{name: size for name, size in BYTES.items() if name != "fp4"},
    "w8a16": 1.0,
}
"""Bytes of a stored weight: values of fewer bits carry scales; those of integers are for groups of 32."""

NARROW = 0.9
"""Weights of fewer bytes are 4 bits wide or six, with scales beside them."""

WIDER = {"fp4": "fp8", "mx6": "mx9", "mx9": "bf16", "fp8": "int8", "int8": "bf16", "bf16": "fp16", "fp16": "bf16"}
"""The type in which a product is computed where the weights' own type has no arithmetic."""

NO_ARITHMETIC = {"int4", "mxfp4", "w8a16"}
"""Types that are widened before they are multiplied."""

BY_WIDTH = (("fp4",), ("mx6",), ("fp8", "int8"), ("mx9",), ("bf16", "fp16"))
"""Types in which models are served, narrow ones first; of types of one width, the one that is preferred."""


@dataclass(frozen=True)
class Weights:
    """One group of weights: bytes each, the number type of the product, and the constants of its efficiency."""

    bytes: float
    multiplied: str
    efficiency: tuple[str, ...]
    """Constants whose product is the share of the peak that is reached."""

    @property
    def narrow(self) -> bool:
        """Whether the weights have fewer than 8 bits."""
        return self.bytes < NARROW


@dataclass(frozen=True)
class NumberTypes:
    """The weights of a model in a deployment."""

    dense: Weights
    """Attention, dense layers and shared experts."""
    experts: Weights
    wide: Weights
    """Output head and embeddings: 16 bits."""
    quantises: bool
    """Whether activations are quantised on the fly, block by block."""


def number_types(model: Architecture, accelerator: Accelerator, precision: str) -> NumberTypes:
    """Return how the weights of a model are stored and multiplied in a precision on an accelerator."""
    expert_type = _expert_type(model, precision)
    native = expert_type != precision
    four = STORED.get(precision, 1.0) < NARROW
    dense_type = "bf16" if native or (four and model.has_experts) else precision
    block = model.published_scaling == "block"
    has_four = "fp4" in accelerator.peak
    dense = _dense(dense_type, accelerator, block=block)
    return NumberTypes(
        dense=dense,
        experts=_experts(expert_type, accelerator, block=block, native=native),
        wide=Weights(2.0, compute_type(accelerator, "bf16"), ("matrix_efficiency",)),
        quantises=(dense.bytes <= 1 and block) or (four and has_four),
    )


def _expert_type(model: Architecture, precision: str) -> str:
    """Return the stored type of routed experts: that of the checkpoint where it is narrower than the deployment's.

    mxfp4 is kept in any deployment; other 4-bit checkpoints give way to a 4-bit deployment's own type.
    """
    published = model.published_expert_type
    if published == "mxfp4" or (published and STORED[published] < STORED.get(precision, 1.0)):
        return published
    return precision


def _dense(number_type: str, accelerator: Accelerator, *, block: bool) -> Weights:
    size, multiplied = STORED.get(number_type, 1.0), multiplied_type(accelerator, number_type)
    if size < NARROW and "fp4" in accelerator.peak:
        return Weights(size, multiplied, ("four_bit_efficiency",))
    scaled = ("block_efficiency",) if block and NARROW <= size <= 1 else ()
    return Weights(size, multiplied, ("matrix_efficiency", *scaled))


def _experts(number_type: str, accelerator: Accelerator, *, block: bool, native: bool) -> Weights:
    size, multiplied = STORED.get(number_type, 1.0), multiplied_type(accelerator, number_type)
    if native and number_type == "mxfp4" and "fp4" in accelerator.peak:
        multiplied = compute_type(accelerator, "fp8")  # 8-bit activations where there are 4-bit units
    wide = multiplied in ("bf16", "fp16")
    scaled = ("block_efficiency",) if block and not wide else ()
    return Weights(size, multiplied, ("expert_efficiency_16",) if wide else ("expert_efficiency", *scaled))


def multiplied_type(accelerator: Accelerator, number_type: str) -> str:
    """Return the type in which an accelerator multiplies stored weights of a type.

    Weights that the accelerator has no arithmetic for are widened to 16 bits as they are read; only 8-bit floats of
    accelerators other than NVIDIA's run on 8-bit integer units.
    """
    if number_type in accelerator.peak and number_type not in NO_ARITHMETIC:
        return number_type
    if number_type == "int8" and "fp8" in accelerator.peak:
        return "fp8"
    if number_type == "fp8" and "int8" in accelerator.peak and accelerator.maker != "NVIDIA":
        return "int8"
    return compute_type(accelerator, "bf16")


def compute_type(accelerator: Accelerator, number_type: str) -> str:
    """Return the type in which an accelerator computes products of weights and activations of a type."""
    tried: list[str] = []
    while number_type not in accelerator.peak and number_type not in tried:
        tried.append(number_type)
        number_type = WIDER.get(number_type, "bf16")
    accelerator.peak_for(number_type)
    return number_type


def served_types(accelerator: Accelerator) -> tuple[str, ...]:
    """Return the number types in which an accelerator computes and models are served, one of each width."""
    usable = ([name for name in names if name in accelerator.peak] for names in BY_WIDTH)
    return tuple(names[0] for names in usable if names)
