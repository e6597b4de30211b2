"""What a scenario may say of money over time, and of how fleets are kept."""

from __future__ import annotations

from costmodel.specs.attribute import Attribute
from costmodel.specs.tables.common import SHORTEST, assumed

MONTHLY = "monthly"
TIMINGS = {MONTHLY: None, "mid-year": 6.0, "year-end": 12.0}
"""When payments of a year may count, and the months from its start to then; each month by itself has none."""

CONSUMER_PRICES, AS_LISTED = "consumer prices", "as listed"

FINANCE = (
    Attribute(
        "finance.real_discount_rate",
        "Cost of capital per year above inflation; or what equity and debt cost",
        unit="1/year",
        or_else=("finance.return_on_equity",),
        needed_for="what money costs over time",
        most=1.0,
    ),
    Attribute(
        "finance.return_on_equity",
        "Return that equity asks for, nominal, instead of a rate",
        unit="1/year",
        most=2.0,
    ),
    Attribute("finance.debt_share", "Share of debt in the capital", unit="1", share=True),
    Attribute("finance.debt_rate", "Interest on debt, nominal", unit="1/year", most=2.0),
    Attribute(
        "finance.depreciation",
        "How equipment is written off for tax: by five-year MACRS, in equal parts over its life, or at once",
        "choice",
        choices=("macrs", "straight line", "bonus"),
        default="bonus, as the law of 2025 has it",
    ),
    assumed(
        "finance.building_tax_life", "Years over which buildings are written off for tax", "year", least=1.0, most=200.0
    ),
    Attribute(
        "finance.property_tax", "Tax on property per year, as share of its price", unit="1/year", default="0", most=1.0
    ),
    Attribute(
        "finance.sales_tax", "Tax on the sale of equipment, as share of its price", unit="1", default="0", most=1.0
    ),
    Attribute(
        "finance.horizon",
        "Years that are compared: what is owned is sold at their end, commitments beyond it are paid",
        unit="year",
        default="the duration of a capacity, or the longest life or term among the offers",
        least=SHORTEST,
        most=100.0,
    ),
    assumed(
        "finance.inflation", "Rise of all prices per year; prices of contracts do not rise with it", "1/year", most=0.5
    ),
    Attribute(
        "finance.cost_index",
        "By what dated costs of wages, buildings and energy come into dollars of the year of price_date",
        "choice",
        choices=(CONSUMER_PRICES, AS_LISTED),
        default=CONSUMER_PRICES,
    ),
    assumed("finance.payment_delay", "Time from the month of use to payment", "day", most=365.0),
    Attribute(
        "finance.timing",
        "When what is paid in a year counts: in its months, or all in the middle or at the end of it",
        "choice",
        choices=tuple(TIMINGS),
        default=MONTHLY,
    ),
    Attribute(
        "finance.tax_rate",
        "Income tax on what the systems earn; none is counted without it",
        unit="1",
        share=True,
        most=0.95,
    ),
    assumed(
        "finance.price_performance_decline",
        "Fall of price for performance in powers of ten a year: of used systems, and of what is bought later",
        "1/year",
        most=1.9,
    ),
    assumed("finance.resale_discount", "Share by which a used system sells below its worth in performance", most=0.99),
    Attribute(
        "finance.hardware_price_decline",
        "Fall per year of the price of what replaces a system, where it is not that of price for performance",
        unit="1/year",
        signed=True,
        least=-0.5,
        most=0.99,
    ),
    assumed(
        "finance.rent_decline",
        "Fall of market rents per year above inflation",
        "1/year",
        signed=True,
        least=-0.5,
        most=0.5,
    ),
    assumed(
        "finance.token_price_decline",
        "Fall per year of the prices of an API, above inflation",
        "1/year",
        signed=True,
    ),
    assumed("finance.price_age", "Age from which a price is named as old beside an answer", "year"),
    assumed("finance.sublet_share", "Share of the rent that comes back for hours beyond the need", share=True),
    assumed("fleet.insurance", "Insurance of owned systems per year, as share of their price", "1/year", most=1.0),
    assumed("fleet.software", "Licences of software per accelerator", "USD/accelerator/year"),
    assumed("fleet.storage", "Storage beyond that of the cluster, per accelerator", "USD/accelerator/year"),
    assumed("fleet.support", "Support beyond maintenance, per accelerator", "USD/accelerator/year"),
    assumed("fleet.egress", "Traffic out of the site, per accelerator", "USD/accelerator/year"),
    assumed("fleet.spare_replicas", "Replicas that stand ready beside those that carry the peak (N+1)"),
    assumed("fleet.spare_systems", "Whole systems that stand ready beside those", "server"),
    assumed("fleet.maintenance", "Share of the time in which a replica is out for planned work", most=0.9),
    assumed(
        "fleet.peak_utilization",
        "Share of their rate that replicas are planned for at the peak",
        share=True,
        least=0.001,
    ),
    assumed(
        "fleet.training_utilization",
        "Share of their time in which systems that train and are held do so",
        share=True,
        least=0.001,
    ),
    assumed("fleet.headroom", "Share of what runs that is kept free, where hours follow the load", most=10.0),
    assumed("fleet.start_up", "Time from renting an accelerator to its first answer", "hour", most=24.0),
    assumed("fleet.busy_power", "Power of a busy system over its rating", share=True),
    assumed("fleet.network_power", "Power of network and storage over that of the systems", share=True),
)
