"""Serving software: what each does with prompts and the cache, and which constants are its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from costmodel.domain.hardware import Accelerator
from costmodel.specs.number_types import BYTES

SIXTEEN_BITS = 2.0


@dataclass(frozen=True)
class Software:
    """Static facts of one serving stack; `latency` and `kernels` end the names of its constants."""

    name: str
    latency: str
    """Constant on launches: the same for stacks that launch alike."""
    kernels: str = ""
    """Constant on the time of kernels; none for the serving frameworks, which call much the same ones."""
    gain: str = ""
    """Constant on how much faster kernels get by year; none where no dated runs tell."""
    all_reduce: str = ""
    """Constant on the start of an all-reduce; none for those that are like vLLM's."""
    request: str = "request_overhead"
    first_steps: str = "first_steps"
    """Constants on the way of a request to its first pass, and of its first token to the client."""
    mixes: bool = True
    """Whether prompts share a step with decoding; else they run in steps of their own."""
    reserved: float = 0.5
    """Share of the output whose cache a request occupies on average: all of it where it is reserved at the start."""
    preempts: bool = False
    """Whether a request is admitted once its prompt fits, and preempted when others need the space it took."""
    streams: bool = True
    """Whether tokens go to clients one by one; offline runs only collect them."""
    halves: bool = False
    """Whether a pass runs in two halves, one of which computes while the tokens of the other are exchanged."""
    apart: bool = False
    """Whether prompts are read on other accelerators than those that write."""
    narrow_cache: Callable[[Accelerator], bool] = lambda _: False
    """Whether the cache is 8 bits wide by itself when the weights are narrower than 16."""


def _always(_: Accelerator) -> bool:
    return True


def _has_four_bits(accelerator: Accelerator) -> bool:
    return "fp4" in accelerator.peak


SOFTWARE = {
    one.name: one
    for one in (
        Software(
            "trtllm",
            "trtllm",
            all_reduce="trtllm",
            reserved=1.0,
            narrow_cache=_always,
        ),
        Software("vllm", "vllm", request="request_overhead_vllm", preempts=True, narrow_cache=_has_four_bits),
        Software("sglang", "sglang", request="request_overhead_sglang", first_steps="first_steps_sglang", mixes=False),
        Software("wide-ep", "sglang", mixes=False, halves=True, apart=True),
        Software("trtllm-offline", "trtllm", "offline", all_reduce="trtllm", reserved=1.0, streams=False),
        Software("vllm-2024", "early", "early", preempts=True),
        Software("rocm", "vendor", "rocm", "rocm", preempts=True),
        Software("gaudi", "vendor", "gaudi", streams=False),
        Software("neuron", "neuron", "neuron", streams=False),
        Software("tpu", "vendor", "tpu", streams=False),
        Software("dataflow", "dataflow", "other", streams=False),
        Software("other", "vllm", "other", preempts=True),
        Software("training", ""),
    )
}
"""Stacks by name; `other` is one that nobody measured, `training` runs kernels and nothing else.

`wide-ep` spreads experts over many accelerators and reads prompts on others: DeepSeek's own, and what follows it.
Tables give such fleets one phase at a time; of both, `disaggregated.py` says more than a replica that does both.
"""

_BY_WORD = {"gaudi": "gaudi", "inferentia": "neuron", "trainium": "neuron", "tpu-": "tpu"} | dict.fromkeys(
    ("sambanova/", "groq/", "cerebras/"), "dataflow"
)
"""Word in the id of an accelerator -> its maker's own stack."""


def software_of(framework: str, accelerator: Accelerator) -> Software:
    """Return the stack of a framework on an accelerator: makers other than NVIDIA have stacks of their own."""
    if accelerator.maker == "NVIDIA" or framework == "training":
        return SOFTWARE.get(framework, SOFTWARE["other"])
    stack = next((stack for word, stack in _BY_WORD.items() if word in accelerator.id), "")
    return SOFTWARE[stack or ("rocm" if accelerator.maker == "AMD" else "other")]


def cache_type(wanted: str, precision_bytes: float, software: Software, accelerator: Accelerator) -> str:
    """Return the number type of the cache: the wanted one, or what the software takes by itself."""
    if wanted in BYTES:
        return wanted
    narrow = precision_bytes < SIXTEEN_BITS and software.narrow_cache(accelerator)
    return "fp8" if narrow else "bf16"
