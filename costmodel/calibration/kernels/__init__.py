"""Seconds of single kernels, from the spec sheet of an accelerator and a few fitted constants."""

from costmodel.calibration.kernels.constants import Kernel, KernelTable, load_kernel_table
from costmodel.calibration.kernels.times import (
    Timed,
    collective_time,
    decode_attention_time,
    expert_layer_time,
    matrix_product_time,
    prefill_attention_time,
)

__all__ = [
    "Kernel",
    "KernelTable",
    "Timed",
    "collective_time",
    "decode_attention_time",
    "expert_layer_time",
    "load_kernel_table",
    "matrix_product_time",
    "prefill_attention_time",
]
