"""What computes and where it stands: accelerators, systems and sites."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from costmodel.domain.noun import Noun, build, in_dollars
from costmodel.errors import Infeasible, MissingData
from costmodel.once import once
from costmodel.specs.catalog import Catalog
from costmodel.specs.fact import Fact
from costmodel.units import Quantity


@dataclass(frozen=True, kw_only=True)
class Accelerator(Noun):
    """One package that computes: a GPU, a TPU, a Maia."""

    maker: str
    family: str
    launch: date | None = None
    peak: Mapping[str, Quantity] = field(default_factory=dict)
    """Dense peak rate by number type."""
    memory_capacity: Quantity
    memory_bandwidth: Quantity
    memory_type: str = ""
    memory_stacks: Quantity | None = None
    memory_installed: Quantity | None = None
    """Memory on the package, where programs see less of it."""
    power: Quantity
    on_chip_capacity: Quantity | None = None
    compute_units: Quantity | None = None
    clock: Quantity | None = None
    sustained_share: Quantity | None = None
    aliases: list[str] = field(default_factory=list)
    scale_up_bandwidth_one_way: Quantity | None = None
    scale_up_bandwidth_both_ways: Quantity | None = None
    scale_up_domain: Quantity | None = None
    scale_out_bandwidth_one_way: Quantity | None = None
    die_area: Quantity | None = None
    die_count: Quantity | None = None
    die_process: str = ""
    die_footprint: Quantity | None = None
    """Area of interposer under the dies, where some stand on others."""
    io_die_area: Quantity | None = None
    io_die_count: Quantity | None = None
    io_die_process: str = ""
    packaging: str = ""

    @property
    def has_links(self) -> bool:
        """Whether the file gives scale-up links."""
        return self.scale_up_bandwidth_one_way is not None or self.scale_up_bandwidth_both_ways is not None

    @property
    def link_bandwidth(self) -> Quantity:
        """Scale-up bandwidth in one direction, whichever way the file states it."""
        if self.scale_up_bandwidth_one_way is None and self.scale_up_bandwidth_both_ways is not None:
            return self.scale_up_bandwidth_both_ways / 2
        return self.need("scale_up_bandwidth_one_way")

    def peak_for(self, number_type: str) -> Quantity:
        """Return the dense peak for a number type, or a MissingData error that lists what there is."""
        if number_type not in self.peak:
            msg = (
                f"{self.id} gives no dense peak for {number_type} (it has {', '.join(self.peak) or 'none'}): "
                f"add peak.{number_type} to {self.place or self.id}"
            )
            raise MissingData(msg)
        return self.peak[number_type]

    def best_type(self, wanted: tuple[str, ...]) -> str:
        """Return the first wanted number type that the accelerator computes in."""
        for number_type in wanted:
            if number_type in self.peak:
                return number_type
        known = ", ".join(self.peak) or "no known type"
        msg = f"{self.id} computes in {known}, not in {', '.join(wanted)}: allow one of its own (deployment.precision)"
        raise Infeasible(msg)


@dataclass(frozen=True, kw_only=True)
class System(Noun):
    """What is installed and priced as one: a server of 8, a rack of 72."""

    accelerator: Accelerator
    accelerators: Quantity
    peak_power: Quantity
    idle_power: Quantity
    embodied_carbon: Quantity | None = None
    network_per_accelerator: Quantity | None = None
    """Of its accelerators, which have it as their own: see `load_system`."""


@dataclass(frozen=True, kw_only=True)
class Site(Noun):
    """Where systems stand."""

    region: str
    electricity_price: Quantity
    pue: Quantity
    operations: Quantity
    demand_charge: Quantity | None = None
    electricity_escalation: Quantity | None = None
    facility_cost: Quantity | None = None
    facility_life: Quantity | None = None
    facility_rent: Quantity | None = None
    facility_term: Quantity | None = None
    carbon_intensity: Quantity | None = None
    water_intensity: Quantity | None = None


def load_accelerator(catalog: Catalog, id_: str) -> Accelerator:
    """Return an accelerator by id."""
    return build(Accelerator, catalog.get("accelerator", id_))


@once
def load_system(catalog: Catalog, id_: str) -> System:
    """Return a system with its accelerator, whose network is that of the system where its file states one."""
    record = catalog.get("system", id_)
    accelerator = load_accelerator(catalog, record.values["accelerator"])
    return build(System, record, accelerator=_networked(accelerator, record.facts.get("network_per_accelerator")))


def _networked(accelerator: Accelerator, network: Fact | None) -> Accelerator:
    known = accelerator.scale_out_bandwidth_one_way
    if network is None or (known is not None and network.value == known):
        return accelerator
    facts = {**accelerator.facts, "scale_out_bandwidth_one_way": network}
    return replace(accelerator, scale_out_bandwidth_one_way=network.value, facts=facts)


def load_site(catalog: Catalog, id_: str, on: date | None = None) -> Site:
    """Return a site by id, its costs in dollars of the year of a day."""
    return in_dollars(build(Site, catalog.get("site", id_)), on)
