"""What process, memory and packaging files may say."""

from __future__ import annotations

from costmodel.specs.attribute import Attribute, Kind
from costmodel.specs.tables.common import NAME, NOTE

PROCESS = Kind(
    "process",
    "processes",
    "A silicon node.",
    (
        NAME,
        Attribute("foundry", "Company that makes the wafers", "text", required=True),
        Attribute("wafer_price", "Price of a 300 mm wafer over time", "history", unit="USD", required=True),
        Attribute("defect_density", "Defects per area", unit="1/cm^2", required=True, most=1000.0),
        Attribute(
            "salvage",
            "Share of defective dies that are sold with parts off",
            unit="1",
            share=True,
            default="0",
        ),
        Attribute("mask_set", "Price of one set of masks", unit="USD"),
        Attribute("design_cost", "Cost to design a large chip, first tape-out included", unit="USD", indexed=True),
        Attribute("year", "Year of volume production", unit="1", whole=True),
        NOTE,
    ),
)

MEMORY = Kind(
    "memory",
    "memories",
    "A generation of memory stacks, as an accelerator's memory.type names it.",
    (
        NAME,
        Attribute("aliases", "Other names for it in files of accelerators", "references"),
        Attribute("price", "Price per capacity over time", "history", unit="USD/GB", required=True),
        Attribute("stack_capacity", "Capacity of one stack", unit="byte", required=True, positive=True),
        Attribute("stack_area", "Area of interposer under one stack", unit="mm^2", required=True),
        NOTE,
    ),
)

PACKAGING = Kind(
    "packaging",
    "packagings",
    "A way to join dies and memory into a package, as an accelerator's packaging names it.",
    (
        NAME,
        Attribute("aliases", "Other names for it in files of accelerators", "references"),
        Attribute(
            "wafer_price",
            "Price of a 300 mm wafer of interposers, with what stands on it mounted, over time",
            "history",
            unit="USD",
            required=True,
        ),
        Attribute("area_scale", "Area of an interposer per area of what stands on it", unit="1", required=True),
        Attribute("substrate", "Substrate and final assembly, per area of interposer", unit="USD/mm^2", required=True),
        Attribute(
            "auxiliary", "Test, lid and power delivery of the package, per watt of it", unit="USD/W", required=True
        ),
        Attribute(
            "assembly_yield",
            "Share of packages that work; the others are lost with all that is in them",
            unit="1",
            share=True,
            least=1e-6,
            required=True,
        ),
        NOTE,
    ),
)
