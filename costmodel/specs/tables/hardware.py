"""What accelerator, system and site files may say."""

from __future__ import annotations

from costmodel.specs.attribute import Attribute, Kind
from costmodel.specs.number_types import NUMBER_TYPES
from costmodel.specs.tables.common import NAME, NOTE, SHORTEST

ACCELERATOR = Kind(
    "accelerator",
    "accelerators",
    "One package that computes: a GPU, a TPU, a Maia.",
    (
        NAME,
        Attribute("maker", "Company that designs it", "text", required=True),
        Attribute("family", "Generation that shares one microarchitecture, such as hopper", "text", required=True),
        Attribute(
            "launch", "Day of launch or first delivery", "date", cited=True, needed_for="its place in price trends"
        ),
        Attribute(
            "status",
            "Whether it can be had",
            "choice",
            choices=("announced", "shipping", "withdrawn"),
            default="shipping",
        ),
        Attribute("aliases", "Other names under which measurements and catalogues know it", "references"),
        Attribute(
            "peak.*",
            "Dense peak rate for a number type (never a sparse one)",
            unit="FLOP/s",
            choices=NUMBER_TYPES,
            required=True,
            positive=True,
        ),
        Attribute(
            "sparse_peak.*",
            "Peak rate with structured sparsity, kept apart from the dense one",
            unit="FLOP/s",
            choices=NUMBER_TYPES,
        ),
        Attribute("memory.capacity", "Memory that programs can use", unit="byte", required=True, positive=True),
        Attribute("memory.bandwidth", "Peak bandwidth of the memory", unit="byte/s", required=True, positive=True),
        Attribute(
            "memory.type",
            "Kind of memory, such as HBM3",
            "text",
            cited=True,
            needed_for="what a chip of this size costs to make",
        ),
        Attribute("memory.stacks", "Number of memory stacks", unit="1", whole=True),
        Attribute(
            "memory.installed",
            "Memory on the package, which is what is bought, where programs see less of it",
            unit="byte",
            default="the memory that programs can use",
        ),
        Attribute("on_chip.capacity", "Last-level cache or scratchpad on the package", unit="byte"),
        Attribute("clock", "Boost clock of the compute units", unit="GHz", default="assumed with the kernels"),
        Attribute(
            "sustained_share",
            "Share of the dense 16-bit peak that large products reached in an independent benchmark",
            unit="1",
            share=True,
            default="assumed with the kernels",
        ),
        Attribute(
            "compute_units",
            "Streaming multiprocessors or cores that share the work",
            unit="1",
            whole=True,
            default="assumed with the kernels",
        ),
        Attribute(
            "scale_up.bandwidth_one_way",
            "Link bandwidth per accelerator in one direction",
            unit="byte/s",
            positive=True,
            or_else=("scale_up.bandwidth_both_ways",),
            needed_for="work on more than one accelerator of a system",
        ),
        Attribute(
            "scale_up.bandwidth_both_ways", "Link bandwidth summed over both directions", unit="byte/s", positive=True
        ),
        Attribute(
            "scale_up.domain",
            "Accelerators that the scale-up links join",
            unit="accelerator",
            least=1.0,
            most=1e6,
            default="the accelerators of one system",
        ),
        Attribute(
            "scale_out.bandwidth_one_way",
            "Network bandwidth per accelerator in one direction",
            unit="byte/s",
            positive=True,
            needed_for="training on more than one system",
        ),
        Attribute(
            "power",
            "Thermal design power of the package",
            unit="watt/accelerator",
            required=True,
            least=1.0,
            most=1e6,
        ),
        Attribute(
            "die.area",
            "Area of the compute dies together",
            unit="mm^2",
            needed_for="what a chip of this size costs to make",
        ),
        Attribute("die.count", "Number of compute dies in the package", unit="1", whole=True),
        Attribute("die.transistors", "Transistors of the package", unit="1"),
        Attribute(
            "die.process",
            "Silicon node of the compute dies",
            "reference",
            refers_to="process",
            cited=True,
            needed_for="what a chip of this size costs to make",
        ),
        Attribute(
            "die.footprint",
            "Area of interposer under the dies, where some stand on others",
            unit="mm^2",
            default="the area of all dies",
        ),
        Attribute(
            "io_die.area", "Area of further dies together, of another node: links, caches, controllers", unit="mm^2"
        ),
        Attribute("io_die.count", "Number of further dies in the package", unit="1", whole=True),
        Attribute("io_die.process", "Silicon node of the further dies", "reference", refers_to="process", cited=True),
        Attribute(
            "packaging",
            "Packaging technology, such as CoWoS-S",
            "text",
            cited=True,
            needed_for="what a chip of this size costs to make",
        ),
        NOTE,
    ),
)

SYSTEM = Kind(
    "system",
    "systems",
    "What is installed and priced as one: a server of 8, a rack of 72.",
    (
        NAME,
        Attribute("accelerator", "The accelerator it holds", "reference", refers_to="accelerator", required=True),
        Attribute(
            "accelerators",
            "How many it holds; a slice of one is described as an accelerator of its own",
            unit="accelerator/server",
            required=True,
            whole=True,
            positive=True,
        ),
        Attribute("peak_power", "Highest sustained power of the whole system", unit="watt/server", required=True),
        Attribute("idle_power", "Power when switched on without work", unit="watt/server", required=True),
        Attribute(
            "embodied_carbon",
            "Greenhouse gas of making one system",
            unit="gram/server",
            needed_for="the greenhouse gas of making it",
        ),
        Attribute(
            "network_per_accelerator",
            "Scale-out network bandwidth per accelerator, one way",
            unit="byte/s",
            positive=True,
        ),
        Attribute("rack_units", "Height in rack units", unit="1", whole=True),
        Attribute("host", "Host processors and memory", "text"),
        Attribute("cooling", "Air or liquid", "choice", choices=("air", "liquid")),
        NOTE,
    ),
)

SITE = Kind(
    "site",
    "sites",
    "Where systems stand: energy, cooling, space, staff.",
    (
        NAME,
        Attribute("region", "Country or region", "text", required=True),
        Attribute("electricity_price", "Price of energy at the meter", unit="USD/kWh", required=True, indexed=True),
        Attribute(
            "demand_charge",
            "Price of the highest power at the meter, beside the energy",
            unit="USD/kW/month",
            indexed=True,
        ),
        Attribute(
            "electricity_escalation", "Yearly rise of the price of energy above inflation", unit="1/year", signed=True
        ),
        Attribute(
            "pue",
            "Power usage effectiveness: energy at the meter per energy of the systems",
            unit="1",
            required=True,
            least=1.0,
        ),
        Attribute(
            "facility_cost",
            "Building, power and cooling, per watt of the systems",
            unit="USD/W",
            indexed=True,
            or_else=("facility_rent",),
            needed_for="the cost of the building around owned systems",
        ),
        Attribute(
            "facility_life",
            "Years over which the facility is written off",
            unit="year",
            most=100.0,
            or_else=("facility_rent",),
            needed_for="the cost of the building around owned systems",
            least=SHORTEST,
        ),
        Attribute(
            "facility_rent",
            "Colocation rent per power of the systems, instead of an own facility",
            unit="USD/kW/month",
            indexed=True,
        ),
        Attribute(
            "facility_term",
            "Length of the lease at a facility rent, which is paid also where it is needed for less",
            unit="year",
            default="none: it ends with the need",
            positive=True,
        ),
        Attribute(
            "operations",
            "Staff and services per power of the systems",
            unit="USD/kW/month",
            required=True,
            indexed=True,
        ),
        Attribute(
            "carbon_intensity",
            "Greenhouse gas per energy from the grid",
            unit="gram/kWh",
            needed_for="the greenhouse gas of running systems there",
        ),
        Attribute(
            "water_intensity",
            "Water per energy of the systems",
            unit="litre/kWh",
            needed_for="the water that systems there use",
        ),
        NOTE,
    ),
)
