"""What files of programs may say: accelerators of one's own."""

from __future__ import annotations

from costmodel.specs.attribute import Attribute, Kind
from costmodel.specs.tables.common import NAME, NOTE, SHORTEST
from costmodel.specs.tables.offers import FAILURES, NETWORK, REPAIR_TIME, RESALE, SYSTEM


def _usual(
    key: str,
    description: str,
    unit: str = "1",
    *,
    share: bool = False,
    positive: bool = False,
    least: float | None = None,
    most: float | None = None,
) -> Attribute:
    """Return a row of what costmodel/domain/program.toml gives where a program leaves it out."""
    default = "domain/program.toml"
    return Attribute(
        key, description, unit=unit, share=share, positive=positive, least=least, most=most, default=default
    )


PROGRAM = Kind(
    "program",
    "offers/program",
    "An in-house accelerator program: design once, then make systems at cost.",
    (
        NAME,
        SYSTEM,
        Attribute(
            "team_cost",
            "Yearly cost of the software and hardware team that keeps it useful while it is made",
            unit="USD/year",
            required=True,
            indexed=True,
        ),
        Attribute(
            "design_cost",
            "Architecture, design and verification up to tape-out, with tools and licensed blocks, without masks",
            unit="USD",
            indexed=True,
            default="that of its process",
        ),
        Attribute("shipped", "Day of its first volume, where it has shipped", "date", cited=True),
        Attribute(
            "other_volume",
            "Accelerators that others than the scenario use over the program's life",
            unit="accelerator",
            positive=True,
            default="none: the scenario pays for the whole program",
        ),
        _usual("design_tools", "Share of design tools in the design cost", share=True, most=0.5),
        _usual("licensed_blocks", "Share of licensed blocks in the design cost", share=True, most=0.5),
        _usual(
            "derivatives", "Later generations that reuse blocks of the design and pay their part of them", most=100.0
        ),
        _usual("reused_design", "Share of the design that such a generation reuses", share=True),
        Attribute("mask_set", "One set of masks", unit="USD", default="that of its process"),
        _usual("tape_outs", "Tape-outs that are planned", most=100.0),
        _usual("bring_up", "First wafers, boards, test and laboratory of one tape-out", "USD"),
        _usual("respin_probability", "Probability that one more tape-out is needed", share=True),
        _usual("respin_share", "Cost of a re-spin over that of a set of masks with its bring-up", most=10.0),
        _usual("respin_delay", "Time that a re-spin takes", "year", most=10.0),
        _usual("time_to_tape_out", "Time from the start to tape-out", "year", positive=True, most=20.0),
        _usual("time_to_silicon", "Time from tape-out to first silicon", "year", most=10.0),
        _usual("time_to_volume", "Time from first silicon to the first systems in use", "year", most=10.0),
        _usual("ramp", "Time from the first systems to the whole fleet, in equal steps", "year", most=10.0),
        _usual("software_start", "Share of a mature stack's speed when the first systems are in use", share=True),
        _usual("software_time", "Time until the software is mature, in equal steps", "year", most=20.0),
        _usual("porting", "Moving models and kernels to the chip, once", "USD"),
        _usual("team_before", "Team before volume over that while it is made", most=10.0),
        _usual("team_after", "Team after production, while systems live, over that while it is made", most=10.0),
        _usual("failure_probability", "Probability that the program ends without a chip in volume", share=True),
        _usual("program_life", "Years of production, with the whole team", "year", positive=True, most=50.0),
        Attribute(
            "unit_cost",
            "Cost of one packaged, tested accelerator",
            unit="USD/accelerator",
            default="that of its dies, memory and packaging, and partner_margin",
        ),
        Attribute(
            "partner_margin",
            "Share of the price per accelerator that a design partner keeps, where unit_cost is not given",
            unit="1",
            share=True,
            most=0.95,
            default="0",
        ),
        Attribute(
            "system_cost",
            "Cost of the rest of one system: board, host, rack, cooling",
            unit="USD/server",
            required=True,
        ),
        _usual("lifetime", "Years over which a system is used", "year", least=SHORTEST, most=50.0),
        _usual("maintenance", "Repair, spares and support per year, as share of the price", "1/year", most=1.0),
        FAILURES,
        REPAIR_TIME,
        _usual("residual_value", "Share of the price got back at the end of life", share=True, most=0.95),
        RESALE,
        NETWORK,
        NOTE,
    ),
)
