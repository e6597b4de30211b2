"""A model on an accelerator in a deployment, with what follows from that before any request arrives."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from costmodel.domain.architecture import Architecture
from costmodel.domain.hardware import Accelerator
from costmodel.domain.workload import Deployment
from costmodel.formula.ops import maximum, minimum
from costmodel.once import once
from costmodel.performance.formulas import memory as f
from costmodel.performance.formulas import operators as o
from costmodel.performance.machine import shape
from costmodel.performance.machine.constants import Constants
from costmodel.performance.machine.levels import OF_FIRST, factor
from costmodel.performance.machine.number_types import STORED, NumberTypes, Weights, compute_type, number_types
from costmodel.performance.machine.software import Software, cache_type, software_of
from costmodel.specs.number_types import BYTES
from costmodel.units import Quantity, add, quantity

__all__ = ["ONE", "Setup", "compute_type"]

ONE = quantity(1.0)
UNLIMITED = quantity(1e12)
ALIKE = quantity(1e9)
"""Evenness at which places are equally popular."""
BINARY = ("HBM", "hbm")


@dataclass(frozen=True)
class Setup:
    """What the time and memory of a step depend on, besides the step's own rows."""

    model: Architecture
    accelerator: Accelerator
    deployment: Deployment
    constants: Constants
    benchmark: str = ""
    """Round of MLPerf that the setup was submitted to; none for all else."""
    levelled: bool = True
    """Whether times count what runs of the same kind show beside the time model; not while that is fitted."""

    @cached_property
    def level(self) -> Quantity:
        """Factor on times that runs of the same kind show."""
        return quantity(factor(self)) if self.levelled else ONE

    @cached_property
    def first_level(self) -> Quantity:
        """Further factor on times to first token."""
        return quantity(factor(self, OF_FIRST)) if self.levelled else ONE

    @property
    def ways(self) -> Quantity:
        """Accelerators that share every layer (tensor parallel)."""
        return self.deployment.tensor_parallel

    @property
    def stages(self) -> Quantity:
        """Groups of accelerators that hold different layers (pipeline parallel)."""
        return _or_one(self.deployment.pipeline_parallel)

    @property
    def copies(self) -> Quantity:
        """Copies of attention that share one set of experts."""
        return _or_one(self.deployment.attention_copies)

    @property
    def expert_ways(self) -> Quantity:
        """Accelerators over which experts are spread whole."""
        return _or_one(self.deployment.expert_parallel)

    @cached_property
    def expert_split(self) -> Quantity:
        """Accelerators that share one expert."""
        return self.ways * self.copies / self.expert_ways

    @cached_property
    def expert_holders(self) -> Quantity:
        """Accelerators that hold the experts of a token, all that share each of them."""
        return _different(self.expert_ways, self.model.experts_per_token) * self.expert_split

    @cached_property
    def expert_domains(self) -> Quantity:
        """Scale-up domains with accelerators that hold the experts of a token."""
        ways = self.ways * self.copies
        return _different(ways / minimum(ways, self.domain), self.model.experts_per_token * self.expert_split)

    @cached_property
    def fullest(self) -> Quantity:
        """Standard deviations by which the fullest place of experts has more than the mean one."""
        return o.largest_of_normals(count=self.expert_ways)

    @cached_property
    def replica(self) -> Quantity:
        """Accelerators of one replica."""
        return self.ways * self.stages * self.copies

    @cached_property
    def software(self) -> Software:
        """The serving stack, by framework and maker of the accelerator."""
        return software_of(self.deployment.framework, self.accelerator)

    @property
    def streams(self) -> bool:
        """Whether tokens go to clients one by one; what is submitted to MLPerf hands over their numbers alone."""
        return self.software.streams and not self.benchmark

    @cached_property
    def spans(self) -> list[shape.Span]:
        """The layers with softmax attention, by reach."""
        return shape.spans(self.model)

    @cached_property
    def types(self) -> NumberTypes:
        """How weights are stored and multiplied."""
        return number_types(self.model, self.accelerator, self.deployment.precision)

    @property
    def peak(self) -> Quantity:
        """Dense peak rate at which matrix products of the deployment's type run."""
        return self.peak_of(self.types.dense)

    @property
    def wide_peak(self) -> Quantity:
        """Dense peak rate of 16-bit products, for attention and the output head."""
        return self.peak_of(self.types.wide)

    def peak_of(self, weights: Weights) -> Quantity:
        """Return the dense peak rate at which weights are multiplied."""
        return self.accelerator.peak[weights.multiplied]

    @cached_property
    def cache_bytes(self) -> Quantity:
        """Bytes of an element of the KV cache."""
        width = STORED.get(self.deployment.precision, 1.0)
        name = cache_type(self.deployment.kv_cache_precision, width, self.software, self.accelerator)
        return quantity(BYTES[name], "byte")

    @once
    def cache_ways(self, of: shape.Attention) -> Quantity:
        """Return among how many accelerators the cache of a token is divided: no more than there are kept heads."""
        return f.sharing_ways(tensor_parallel=self.ways, heads=of.ways)

    @once
    def cache_per_token(self, of: shape.Attention) -> Quantity:
        """Return the bytes of cache of one token and one softmax layer on each accelerator."""
        return f.cache_per_token(
            elements=of.cache_elements,
            bytes_per_element=self.cache_bytes,
            ways=self.cache_ways(of),
            index=self.index_bytes * shape.indexed_share(self.model),
        )

    @cached_property
    def index_bytes(self) -> Quantity:
        """Bytes of the key that a sparse indexer keeps of a token in a layer: 8 bits, and a scale of 32; none else."""
        keys = self.model.sparse_index_size * quantity(1.0, "byte")
        return keys + self.constants["index_scale"] if self.model.is_sparse else keys

    @cached_property
    def attention_ways(self) -> Quantity:
        """Accelerators among which the work of attention is divided: kernels of sparse attention fill whole tiles."""
        if not self.model.is_sparse:
            return self.ways
        tiles = maximum(self.model.attention_query_heads / self.constants["sparse_heads"], ONE)
        return f.sharing_ways(tensor_parallel=self.ways, heads=tiles)

    @once
    def sustained_peak(self, number_type: str) -> Quantity:
        """Return the dense peak of a number type, times what is sustained of it relative to the chip that was measured.

        Arithmetic of half the bits takes half the energy: a peak that grows by more is not sustained at the same power.
        """
        peak, reference = self.accelerator.peak[number_type], f"power_per_peak_{self.accelerator.family}"
        if reference not in self.constants.value:
            return peak
        return peak * o.sustained_share(
            watts=self.accelerator.power * quantity(1.0, "accelerator"),
            peak=peak,
            reference=self.constants[reference] * (BYTES[number_type] / BYTES["bf16"]),
            exponent=self.constants["power_limit"],
            most=self.constants["power_headroom"],
        )

    @cached_property
    def capacity(self) -> Quantity:
        """Memory that programs find: HBM stated in GB is GiB."""
        stated = self.accelerator.memory_capacity
        if not self.accelerator.memory_type.startswith(BINARY) or "bi" in f"{stated.units}".partition("byte")[0]:
            return stated
        return f.usable_capacity(stated=stated, factor=self.constants["binary_gigabyte"])

    @cached_property
    def activation(self) -> Quantity:
        """Bytes of an element between operators."""
        return self.constants["activation_size"]

    @property
    def links(self) -> Quantity:
        """Bandwidth in one direction between accelerators of one scale-up domain."""
        return self.accelerator.link_bandwidth if self.accelerator.has_links else self.constants["host_link"]

    @property
    def network(self) -> Quantity:
        """Bandwidth in one direction beyond the domain: each accelerator's network, or the host where none is known."""
        found = self.accelerator.scale_out_bandwidth_one_way
        return self.constants["host_link"] if found is None else found

    @cached_property
    def domain(self) -> Quantity:
        """Accelerators that scale-up links join."""
        found = self.accelerator.scale_up_domain if self.accelerator.has_links else None
        return UNLIMITED if found is None else found / quantity(1.0, "accelerator")

    def bandwidth_among(self, ways: Quantity) -> Quantity:
        """Return the one-way bandwidth of the slowest link between so many accelerators."""
        if self.domain is UNLIMITED:
            return self.links
        return o.link_bandwidth(near=self.links, far=self.network, ways=ways, domain=self.domain)

    @cached_property
    def among_stages(self) -> Quantity:
        """One-way bandwidth of the slowest link of a replica."""
        return self.bandwidth_among(self.replica)

    def attended(self, span: shape.Span, context: Quantity) -> Quantity:
        """Return the cached tokens that one new token reads in the layers of a span, summed over them."""
        limit = UNLIMITED if span.limit is None else span.limit
        if span.limit is None and self.model.is_sparse:
            limit = self.model.sparse_top
        return f.attended_tokens(layers=span.layers, context=context, limit=limit)

    def cache_held(self, context: Quantity) -> Quantity:
        """Return the bytes that the cache of a sequence takes on each accelerator, of all layers together."""
        return add(
            f.attended_tokens(layers=one.keeping, context=context, limit=UNLIMITED if one.limit is None else one.limit)
            * self.cache_per_token(one.attention)
            for one in self.spans
        )


def _different(places: Quantity, chosen: Quantity) -> Quantity:
    """Return the expected number of different places among so many that experts chosen at random are in."""
    return o.experts_touched(experts=places, per_token=ONE, rows=chosen, evenness=ALIKE)


def _or_one(value: Quantity | None) -> Quantity:
    return ONE if value is None else value
