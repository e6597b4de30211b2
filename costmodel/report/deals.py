"""The sections of a scenario's page on the other side of its deals: what lessors earn, and who gets which profit."""

from __future__ import annotations

import pandas as pd

from costmodel.analysis.lessor_question import UNITS
from costmodel.analysis.study import Study
from costmodel.domain.deal import load_deal, sources
from costmodel.domain.offers import Purchase, Rental
from costmodel.domain.workload import Capacity
from costmodel.economics.held import cost_of_capital
from costmodel.economics.lessor import Lessor
from costmodel.economics.lines import timed
from costmodel.economics.waterfall import distribute
from costmodel.errors import Infeasible
from costmodel.report.content import Section
from costmodel.report.numerals import figure_of
from costmodel.specs.fact import ASSUMPTION
from costmodel.units import magnitude

SHARES = {"internal_rate_of_return": "percent/year", "margin": "percent", "break_even_utilization": "percent"}
"""What is said in percent."""
HEADS = {"payback_years": "payback", "break_even_utilization": "break-even utilisation"}
EARNED = """\
One system that is bought as in this question, at its site and cost of capital, and rented out at each contract's \
price for all hours of its years. At the rent floor, and at the break-even utilisation, its owner earns the cost of \
capital and no more; above 100% no utilisation is enough."""
SHARED = """\
What would be paid out of {profit} of profit, stage by stage, under “{deal}”. Compute that is paid in shares of profit \
costs what is shared, and nothing where there is no profit. Shares and caps are from {sources}. {why}"""


def deal_sections(study: Study) -> list[Section]:
    """Return the lessor's side of the contracts of a question of capacity, and the deal that a scenario names."""
    return [*_lessors(study), *_profit(study)]


def _lessors(study: Study) -> list[Section]:
    if not isinstance(study.scenario.workload, Capacity):
        return []
    rows = [row for one in study.scenario.offers if isinstance(one, Rental) and (row := _earned(study, one))]
    if not rows:
        return []
    table = pd.DataFrame(rows)
    shares = {name: unit for name, unit in SHARES.items() if name in table}
    table = table.assign(**{name: 100 * table[name] for name in shares})
    words = {name: HEADS.get(name, name.replace("_", " ")) for name in map(str, table.columns)}
    units = {words[name]: unit for name, unit in {**UNITS, **shares}.items() if unit and name in words}
    table = table.rename(columns=words)
    return [Section("The lessor's side", text=EARNED, table=table, units=units)]


def _earned(study: Study, let: Rental) -> dict[str, object] | None:
    """Return what one system under a contract earns its owner, where the question has a purchase of it."""
    scenario = study.scenario
    owners = [one for one in scenario.offers if isinstance(one, Purchase) and one.system.id == let.system.id]
    if let.term is None or not owners:
        return None
    months = round(float(magnitude(let.term, "month")))
    rate = cost_of_capital(scenario)
    owner = Lessor(let, owners[0], scenario.site, rate, months, timed(scenario.terms, rate))
    try:
        return {"contract": let.name, **owner.summary()}
    except Infeasible:
        return None


def _profit(study: Study) -> list[Section]:
    scenario = study.scenario
    if not scenario.deal_name:
        return []
    deal, profit = load_deal(scenario.deal_name), scenario.need("deal_profit")
    table = (distribute(deal, float(magnitude(profit, "USD"))) / 1e9).reset_index()
    spelled = {word.lower(): word for word in " ".join([deal.name, *map(str, table["stage"])]).split()}
    table.columns = [" ".join(spelled.get(word, word) for word in str(name).split("-")) for name in table.columns]
    units = {name: "GUSD" for name in table.columns if name != "stage"}
    titles = [f"“{study.catalog.sources[id_].title}”" for id_ in sorted(sources(deal))]
    fact = scenario.facts["deal_profit"]
    why = f"The sum is an assumption: {fact.reason}." if fact.source == ASSUMPTION else ""
    text = SHARED.format(profit=figure_of(profit), deal=deal.name, sources=", ".join(titles), why=why)
    return [Section("Who gets which profit", text=text, table=table, units=units)]
