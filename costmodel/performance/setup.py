"""A model on an accelerator in a deployment, with what follows from that before any request arrives."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from costmodel.domain.architecture import NONE, Architecture
from costmodel.domain.hardware import Accelerator
from costmodel.domain.workload import Deployment
from costmodel.performance import shape
from costmodel.performance.constants import Constants
from costmodel.performance.formulas import memory as f
from costmodel.specs.kinds import BYTES
from costmodel.units import Quantity, quantity

WIDER = {"fp4": "fp8", "mx6": "mx9", "mx9": "bf16", "fp8": "int8", "int8": "bf16", "bf16": "fp16", "fp16": "bf16"}
"""The type in which a product is computed where the weights' own type has no arithmetic."""

ACTIVATION = quantity(2.0, "byte")
"""Activations between operators are 16 bits in all serving software."""

UNLIMITED = quantity(1e12)


@dataclass(frozen=True)
class Setup:
    """What the time and memory of a step depend on, besides the step's own rows."""

    model: Architecture
    accelerator: Accelerator
    deployment: Deployment
    constants: Constants

    @property
    def ways(self) -> Quantity:
        """Accelerators that share every layer (tensor parallel)."""
        return self.deployment.tensor_parallel

    @cached_property
    def attention(self) -> shape.Attention:
        """The softmax attention of one layer."""
        return shape.attention(self.model)

    @property
    def weight_bytes(self) -> Quantity:
        """Bytes of a weight of attention and dense layers."""
        return quantity(BYTES[self.deployment.precision], "byte")

    @property
    def expert_bytes(self) -> Quantity:
        """Bytes of a weight of routed experts, which some publishers store in a narrower type."""
        published = self.model.published_expert_type
        return quantity(min(BYTES[self.deployment.precision], BYTES.get(published, 8.0)), "byte")

    @property
    def cache_bytes(self) -> Quantity:
        """Bytes of an element of the KV cache."""
        return quantity(BYTES[self.deployment.kv_cache_precision], "byte")

    @property
    def peak(self) -> Quantity:
        """Dense peak rate at which matrix products of the deployment's type run."""
        return self.accelerator.peak[compute_type(self.accelerator, self.deployment.precision)]

    @property
    def wide_peak(self) -> Quantity:
        """Dense peak rate of 16-bit products, for attention and the output head."""
        return self.accelerator.peak[compute_type(self.accelerator, "bf16")]

    @cached_property
    def cache_ways(self) -> Quantity:
        """Accelerators among which the cache of a token is divided."""
        return f.sharing_ways(tensor_parallel=self.ways, heads=self.attention.ways)

    @cached_property
    def cache_per_token(self) -> Quantity:
        """Bytes of cache of one token and one softmax layer on each accelerator."""
        return f.cache_per_token(
            elements=self.attention.cache_elements, bytes_per_element=self.cache_bytes, ways=self.cache_ways
        )

    def attended(self, context: Quantity) -> Quantity:
        """Return the cached tokens that one new token reads, summed over layers."""
        model = self.model
        full = f.attended_tokens(layers=shape.full_layers(model), context=context, limit=self.limit)
        window = f.attended_tokens(layers=model.attention_window_layers, context=context, limit=model.attention_window)
        chunk = f.attended_tokens(layers=model.attention_chunk_layers, context=context, limit=model.attention_chunk)
        return full + window + chunk

    @property
    def limit(self) -> Quantity:
        """Tokens that a layer of full attention reads at most: those a sparse indexer selects, else all."""
        return UNLIMITED if self.model.sparse_top is NONE else self.model.sparse_top


def compute_type(accelerator: Accelerator, number_type: str) -> str:
    """Return the type in which an accelerator computes products of weights of a type."""
    tried: list[str] = []
    while number_type not in accelerator.peak and number_type not in tried:
        tried.append(number_type)
        number_type = WIDER.get(number_type, "bf16")
    accelerator.peak_for(number_type)
    return number_type
