"""Serving software: what each does with prompts and the cache, and which constants are its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from costmodel.domain.hardware import Accelerator
from costmodel.specs.kinds import BYTES

SIXTEEN_BITS = 2.0


@dataclass(frozen=True)
class Software:
    """Static facts of one serving stack; names of constants end in its `slowness` and the like."""

    name: str
    slowness: str
    latency: str
    request: str = "vllm"
    mixes: bool = True
    """Whether prompts share a step with decoding; else they run in steps of their own."""
    reserved: float = 0.5
    """Share of the output whose cache a request occupies on average: all of it where it is reserved at the start."""
    host_share: float = 1.0
    """Share of the host's work per step that does not hide behind the accelerator."""
    streams: bool = True
    """Whether tokens go to clients one by one; offline runs only collect them."""
    narrow_cache: Callable[[Accelerator], bool] = lambda _: False
    """Whether the cache is 8 bits wide by itself when the weights are narrower than 16."""


def _always(_: Accelerator) -> bool:
    return True


def _has_four_bits(accelerator: Accelerator) -> bool:
    return "fp4" in accelerator.peak


SOFTWARE = {
    one.name: one
    for one in (
        Software("trtllm", "trtllm", "trtllm", "trtllm", reserved=1.0, narrow_cache=_always),
        Software("vllm", "vllm", "vllm", "vllm", narrow_cache=_has_four_bits),
        Software("sglang", "sglang", "sglang", "sglang", mixes=False),
        Software("trtllm-offline", "offline", "trtllm", "trtllm", reserved=1.0, host_share=0.5, streams=False),
        Software("vllm-2024", "early", "early", "vllm"),
        Software("rocm", "rocm", "vendor", "vllm"),
        Software("gaudi", "gaudi", "vendor", "vllm", host_share=0.5, streams=False),
        Software("neuron", "neuron", "neuron", "vllm", host_share=0.5, streams=False),
        Software("tpu", "tpu", "vendor", "vllm", host_share=0.5, streams=False),
        Software("other", "other", "vllm", "vllm"),
        Software("training", "none", "none", "vllm"),
    )
}
"""Stacks by name; `other` is one that nobody measured, `training` runs kernels and nothing else."""

_BY_FAMILY = {"gaudi": "gaudi", "inferentia": "neuron", "trainium": "neuron", "tpu": "tpu"}


def software_of(framework: str, accelerator: Accelerator) -> Software:
    """Return the stack of a framework on an accelerator: makers other than NVIDIA have stacks of their own."""
    if accelerator.maker == "NVIDIA" or framework not in ("trtllm", "vllm", "sglang"):
        return SOFTWARE.get(framework, SOFTWARE["other"])
    family = next((stack for word, stack in _BY_FAMILY.items() if word in accelerator.id), "")
    return SOFTWARE[family or ("rocm" if accelerator.maker == "AMD" else "other")]


def cache_type(wanted: str, precision_bytes: float, software: Software, accelerator: Accelerator) -> str:
    """Return the number type of the cache: the wanted one, or what the software takes by itself."""
    if wanted in BYTES:
        return wanted
    narrow = precision_bytes < SIXTEEN_BITS and software.narrow_cache(accelerator)
    return "fp8" if narrow else "bf16"
