"""What files of offers, and of those who rent out, may say."""

from __future__ import annotations

from costmodel.specs.attribute import Attribute, Kind
from costmodel.specs.tables.common import NAME, NOTE, SHORTEST

SYSTEM = Attribute("system", "The system it provides", "reference", refers_to="system", required=True)
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
RESALE = Attribute(
    "resale.*",
    "Share of the price that a used system sells for at an age in years",
    unit="1",
    share=True,
    choices=tuple(str(year) for year in range(1, 11)),
    default="as price for performance falls from new, less finance.resale_discount, to the residual value",
)
NETWORK = Attribute(
    "network_share_of_cluster_cost",
    "Share of switches, cables and storage in the cost of the whole cluster",
    unit="1",
    share=True,
    default="0",
    most=0.95,
)

FAILURES = Attribute(
    "failures",
    "Failures of one system per year that need a repair",
    unit="1/year",
    needed_for="how many spare systems are held",
)
REPAIR_TIME = Attribute("repair_time", "Time that a failed system is out of use", unit="day")

PURCHASE = Kind(
    "purchase",
    "offers/purchase",
    "Buying systems.",
    (
        NAME,
        SYSTEM,
        Attribute("price", "Price of one system over time", "history", unit="USD/server", required=True),
        _LIFETIME,
        _MAINTENANCE,
        FAILURES,
        REPAIR_TIME,
        _RESIDUAL,
        RESALE,
        NETWORK,
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
        SYSTEM,
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
