"""Whose kernels run expert layers, and what they do beside the products: what no shape and no spec sheet tells.

vLLM chooses in an order that its source states (`fused_moe/oracle`; read 2026): on Blackwell TensorRT-LLM's kernels,
by FlashInfer; on Hopper CUTLASS's for 8-bit experts and, for those scaled by blocks, DeepGEMM's where whole experts
are spread over accelerators; else its own in Triton. Marlin, of NVIDIA's accelerators alone, widens integer weights,
and floating ones of 4 bits where no other kernel is made for them; on Hopper OpenAI's in Triton is. The benchmark that
timed the tables labels its kernels alike (`kernel_source` of ai-dynamo/aiconfigurator, a column that the tables here
do not have).
"""

from __future__ import annotations

from dataclasses import dataclass

from costmodel.calibration.kernels.attention_software import BLACKWELL, TENSORRT_LLM, VLLM
from costmodel.calibration.kernels.constants import ENGINES
from costmodel.calibration.kernels.number_formats import NumberFormat
from costmodel.domain.hardware import Accelerator

HOPPER = "hopper"
CUTLASS, DEEPGEMM, MARLIN = "cutlass", "deepgemm", "marlin"
ADOPTED = ("bf16", "fp8", "nvfp4", "w4a8_mxfp4_mxfp8", "w4a16_mxfp4")
"""Number types for which vLLM runs TensorRT-LLM's kernels on Blackwell."""
INTEGER, FLOATING = ("int4_wo",), ("w4a16_mxfp4",)
"""Weights of 4 bits that vLLM multiplies with 16-bit activations."""

LAUNCHES, FUSED_LAUNCHES = 7.0, 4.0
"""Kernels of an expert layer: two that sort, gather rows, product, activation, product, weighted sum; and routing,
product with gathering and activation, product, sum. Read in TensorRT-LLM's source (`moe_kernels.cu` and
`blockScaleMoe/runner.cu`); other software is taken to launch as many as the former."""
FUSED = {VLLM: ADOPTED, TENSORRT_LLM: ("w4a8_mxfp4_mxfp8",)}
"""Number types of experts for which a framework runs TensorRT-LLM's fused kernels on Blackwell."""
EVERY_ROW = (VLLM, MARLIN)
"""Software whose kernels for activation and sum pass over the rows of all assignments, also those that other
accelerators hold (vLLM's `fused_experts`, whose buffers have a row for each; TensorRT-LLM's gather their own)."""


@dataclass(frozen=True)
class ExpertSoftware:
    """Whose kernels run a layer of experts; the name is none where nothing is known."""

    name: str | None
    launches: float = LAUNCHES

    @property
    def every_row(self) -> bool:
        """Whether rows of experts that other accelerators hold are passed over too."""
        return self.name in EVERY_ROW

    @property
    def widens(self) -> bool:
        """Whether weights are widened in registers and multiplied by the instructions of 2020."""
        return self.name == MARLIN


def expert_software(
    accelerator: Accelerator, form: NumberFormat, framework: str | None, *, spread: bool
) -> ExpertSoftware:
    """Return whose kernels a framework runs; `spread` says whether whole experts are spread over accelerators."""
    fused = accelerator.family in BLACKWELL and form.name in FUSED.get(framework or "", ())
    name = _chosen(accelerator, form.name, spread=spread) if framework == VLLM else framework
    return ExpertSoftware(name, FUSED_LAUNCHES if fused else LAUNCHES)


def _chosen(accelerator: Accelerator, number_type: str, *, spread: bool) -> str:
    """Return whose kernels vLLM runs."""
    family = accelerator.family
    if family in BLACKWELL and number_type in ADOPTED:
        return TENSORRT_LLM
    if family in ENGINES and (number_type in INTEGER or (number_type in FLOATING and family != HOPPER)):
        return MARLIN
    if family == HOPPER and number_type == "fp8":
        return CUTLASS
    return DEEPGEMM if family == HOPPER and number_type == "fp8_block" and spread else VLLM
