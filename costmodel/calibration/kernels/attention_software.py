"""How software runs attention, as its public sources say it: what no shape and no spec sheet tells.

TensorRT-LLM (`decoderXQARunner`, `decoderXQAImplJIT`, `xqaDispatcher`; read 2026): where every query head has a cache
of its own, and from so many query heads per kept head on, a kernel without matrix instructions runs; on Hopper only
8-bit caches have kernels of Hopper's instructions; on Blackwell a kernel of its own rotates and stores before.
FlashAttention 2 (`flash_api.cpp`, `mha_varlen_fwd`): query heads of one kept head are gathered into a tile, for which
queries and results are copied, and only then contexts are split. FlashAttention 3 plans its work in a kernel before.
"""

from __future__ import annotations

from costmodel.calibration.kernels.constants import Kernel
from costmodel.calibration.kernels.work import DecodeSoftware
from costmodel.domain.hardware import Accelerator
from costmodel.units import Quantity, magnitude, quantity

BLACKWELL = ("blackwell", "blackwell-ultra")
TENSORRT_LLM, VLLM = "trtllm", "vllm"
LARGEST_GROUP = 32.0
"""Query heads per kept head up to which TensorRT-LLM has kernels with matrix instructions."""
GATHERED = 2.0
"""Query heads per kept head from which on queries are gathered."""
ANY_GROUP = 1e9
COPIES = 2.0
"""Kernels that FlashAttention 2 runs beside: one gathers queries, one puts results back."""
TILE_MEMORY = quantity(80.0, "KiB")
"""What a tile of FlashAttention 2 holds for heads of 128: 64 queries, and 128 keys and values, of 16 bits each."""
UNIT_MEMORY = {"volta": 96.0, "turing": 64.0, "ampere": 164.0, "ada": 100.0, "blackwell-rtx": 100.0}
"""KiB of shared memory of a unit, of generations whose warps wait for their matrix instructions, which version 2 is for
(CUDA C++ programming guide, compute capabilities, 2025)."""
SMALLER = 100.0
SMALLER_AMPERE = tuple(f"nvidia/{name}" for name in ("a10", "a10g", "a40", "rtx-3090", "rtx-a6000"))
"""Accelerators of Ampere with the units of workstations (compute capability 8.6), and KiB of theirs."""


def decode_software(accelerator: Accelerator, kernel: Kernel, caller: str | None) -> DecodeSoftware:
    """Return what the software does whose kernel it is, called by a framework; one that is unknown does nothing."""
    own, blackwell = caller == TENSORRT_LLM, accelerator.family in BLACKWELL
    older = _flash_attention_2(accelerator, kernel.framework) and kernel.number_type == "bf16"
    planned = kernel.framework == VLLM and accelerator.family == "hopper"
    return DecodeSoftware(
        smallest_group=quantity(GATHERED if own and not blackwell else 0.0),
        largest_group=quantity(LARGEST_GROUP if own else ANY_GROUP),
        split_single=quantity(float(not older)),
        copies=quantity(COPIES * older),
        beside=quantity(float(planned or (own and blackwell))),
        resident=_resident(accelerator) if older else quantity(1.0),
    )


def prefill_resident(accelerator: Accelerator, caller: str | None) -> Quantity:
    """Return the tiles of prefill that a unit works on at once."""
    return _resident(accelerator) if _flash_attention_2(accelerator, caller) else quantity(1.0)


def _flash_attention_2(accelerator: Accelerator, framework: str | None) -> bool:
    return framework == VLLM and accelerator.family in UNIT_MEMORY


def _resident(accelerator: Accelerator) -> Quantity:
    memory = SMALLER if accelerator.id in SMALLER_AMPERE else UNIT_MEMORY[accelerator.family]
    return quantity(max(memory // magnitude(TILE_MEMORY, "KiB"), 1.0))
