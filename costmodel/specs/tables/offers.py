"""What files of offers, and of those who rent out, may say."""

from __future__ import annotations

from costmodel.specs.attribute import Attribute, Kind
from costmodel.specs.tables.common import NAME, NOTE, SHORTEST

_SYSTEM = Attribute("system", "The system it provides", "reference", refers_to="system", required=True)
_LIFETIME = Attribute(
    "lifetime",
    "Years over which a system earns its price back",
    unit="year",
    required=True,
    least=SHORTEST,
    most=100.0,
)
_MAINTENANCE = Attribute(
    "maintenance", "Repair, spares and support per year, as share of the price", unit="1/year", required=True, most=1.0
)
_RESIDUAL = Attribute(
    "residual_value",
    "Share of the price got back at the end of life",
    unit="1",
    share=True,
    default="what price for performance leaves of it, less finance.resale_discount",
    most=0.95,
)
_RESALE = Attribute(
    "resale.*",
    "Share of the price that a used system sells for at an age in years",
    unit="1",
    share=True,
    choices=tuple(str(year) for year in range(1, 11)),
    default="as price for performance falls from new, less finance.resale_discount, to the residual value",
)
_NETWORK = Attribute(
    "network_share_of_cluster_cost",
    "Share of switches, cables and storage in the cost of the whole cluster",
    unit="1",
    share=True,
    default="0",
    most=0.95,
)

_FAILURES = Attribute(
    "failures",
    "Failures of one system per year that need a repair",
    unit="1/year",
    needed_for="how many spare systems are held",
)
_REPAIR_TIME = Attribute("repair_time", "Time that a failed system is out of use", unit="day")

PURCHASE = Kind(
    "purchase",
    "offers/purchase",
    "Buying systems.",
    (
        NAME,
        _SYSTEM,
        Attribute("price", "Price of one system over time", "history", unit="USD/server", required=True),
        _LIFETIME,
        _MAINTENANCE,
        _FAILURES,
        _REPAIR_TIME,
        _RESIDUAL,
        _RESALE,
        _NETWORK,
        NOTE,
    ),
)

RENTAL = Kind(
    "rental",
    "offers/rental",
    "Renting hours of systems.",
    (
        NAME,
        Attribute("provider", "Company that rents out", "text", required=True),
        _SYSTEM,
        Attribute(
            "commitment",
            "How it is bound",
            "choice",
            required=True,
            choices=("on demand", "spot", "reserved", "contract", "capacity block"),
        ),
        Attribute("region", "Where it is offered", "text"),
        Attribute(
            "price",
            "Rent over time; a contract may give its value instead",
            "history",
            unit="USD/accelerator/hour",
            or_else=("value",),
            needed_for="what it costs",
        ),
        Attribute("discount", "Share taken off the price for the commitment", unit="1", share=True),
        Attribute("value", "Sum of all payments of a contract, instead of a price", unit="USD"),
        Attribute(
            "accelerators",
            "Accelerators that the contract provides",
            unit="accelerator",
            least=1.0,
            most=1e9,
        ),
        Attribute(
            "smallest",
            "Fewest accelerators that are rented; more come in multiples of it",
            unit="accelerator",
            whole=True,
            positive=True,
            default="those of one system",
        ),
        Attribute("term", "Length of the commitment", unit="year", least=SHORTEST, most=100.0),
        Attribute("ramp", "Time until all accelerators are delivered, in equal steps", unit="year", most=10.0),
        Attribute(
            "escalation",
            "Yearly rise of the rent, in the contract's own money",
            unit="1/year",
            signed=True,
            least=-0.5,
            most=0.5,
        ),
        Attribute("minimum_time", "Shortest time that is billed when rented anew", unit="hour", default="none"),
        Attribute(
            "use",
            "Whether hours are rented as the load asks for them, or held around the clock",
            "choice",
            choices=("follows load", "held"),
            default="follows load on demand and spot, else held",
        ),
        Attribute("prepayment", "Share of the contract's value paid at its start", unit="1", share=True),
        Attribute(
            "take_or_pay", "Share of the committed hours that is paid even if unused", unit="1", share=True, default="1"
        ),
        Attribute("shares_received", "Worth of the provider's shares received with the contract", unit="USD"),
        Attribute("credits.share", "Share of the rent that is paid with cloud credits", unit="1", share=True),
        Attribute("credits.cost", "What a dollar of cloud credit costs who pays with it", unit="1"),
        Attribute("interruptions", "Times per hour of use that the systems are taken away", unit="1/hour"),
        Attribute("lost_time", "Work lost and time to start again at an interruption", unit="hour"),
        NOTE,
    ),
)


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
        _SYSTEM,
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
        _FAILURES,
        _REPAIR_TIME,
        _usual("residual_value", "Share of the price got back at the end of life", share=True, most=0.95),
        _RESALE,
        _NETWORK,
        NOTE,
    ),
)

LESSOR = Kind(
    "lessor",
    "lessors",
    "A company that rents out systems, in one year of its accounts.",
    (
        NAME,
        Attribute(
            "accelerators_start", "Accelerators under power at the start of the year", unit="accelerator", required=True
        ),
        Attribute(
            "accelerators_end", "Accelerators under power at the end of the year", unit="accelerator", required=True
        ),
        Attribute(
            "earning_lag",
            "Time from power to the first rent: installation, test, acceptance",
            unit="year",
            required=True,
        ),
        Attribute(
            "rent", "Rent of a sold hour, blended over all contracts", unit="USD/accelerator/hour", required=True
        ),
        Attribute("sold", "Share of the hours that is sold", unit="1", share=True, required=True),
        Attribute(
            "cash_cost_share", "Cost of power, sites and staff as share of revenue", unit="1", share=True, required=True
        ),
        Attribute(
            "installed_cost",
            "Price of an accelerator with its share of server and network",
            unit="USD/accelerator",
            required=True,
        ),
        Attribute("depreciation_life", "Years of straight-line depreciation", unit="year", required=True),
        Attribute("debt_start", "Debt at the start of the year", unit="USD", required=True),
        Attribute("debt_end", "Debt at the end of the year", unit="USD", required=True),
        Attribute("nominal_debt_rate", "Effective rate of the debt", unit="1/year", required=True),
        Attribute("interest_capitalised", "Interest that is booked as cost of assets under construction", unit="USD"),
        Attribute("fair_value_loss", "Loss on derivatives and warrants, which no cost explains", unit="USD"),
        Attribute("income_tax", "Income tax of the year", unit="USD"),
        Attribute("reported_revenue", "Revenue as reported", unit="USD", required=True),
        Attribute("reported_loss", "Net loss as reported", unit="USD", required=True),
        Attribute("reported_operating_income", "Operating income as reported", unit="USD"),
        NOTE,
    ),
)
