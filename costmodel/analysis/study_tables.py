"""The tables of a study, at the values of its scenario: costs, cash, users, the year of a company, a training run."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import pandas as pd

from costmodel.analysis import accounts as about_company
from costmodel.analysis import cash
from costmodel.analysis import statement as table
from costmodel.analysis import users as about_users
from costmodel.analysis.amounts import Amount
from costmodel.analysis.answered import AnsweredScenario
from costmodel.analysis.arguments import MOST_MONTHS, whole
from costmodel.analysis.columns import CHEAPEST
from costmodel.analysis.training_run import run_table
from costmodel.analysis.uncertainty import Interval
from costmodel.domain.workload import Serving
from costmodel.errors import MissingData
from costmodel.units import Quantity


class Tables(AnsweredScenario):
    """A scenario that can be asked for tables."""

    def compare(self) -> pd.DataFrame:
        """Return one row per offer with its headline quantities; `attrs["units"]` gives the unit of each column.

        Each column is followed by the ends of its 80% interval, `..._low` and `..._high`; further ones (tokens in and
        out, an accelerator-hour, what is bought at the start) have none, nor a number where an offer has no such. An
        offer that cannot run the workload has a row without numbers; `attrs["without"]` says why.
        `probability_cheapest` is the share of the draws behind the intervals in which an offer is the cheapest of those
        that can be had today; what waits for the market of a later year has none.
        """
        frame = table.comparison(self.costs, self.columns, self.bands)
        frame = table.joined(frame, table.further(self.costs, self.further))
        units = frame.attrs["units"] | {CHEAPEST: ""}
        frame = frame.assign(**{CHEAPEST: pd.Series(self.probabilities())})
        frame.attrs["units"] = units
        found = frame.reindex([offer.id for offer in self.scenario.offers]).rename_axis("offer")
        found.attrs = {**frame.attrs, "without": self.without}
        return found

    def headlines(self) -> tuple[table.Rows, dict[str, str]]:
        """Return the plain numbers of a comparison by offer that has an answer, and their units, without a table."""
        rows, units = table.figures(self.costs, self.columns, self.bands)
        likely = self.probabilities()
        more = {id_: {CHEAPEST: likely[id_]} if id_ in likely else {} for id_ in rows}
        return {id_: {**row, **more[id_]} for id_, row in rows.items()}, units | {CHEAPEST: ""}

    def run(self) -> pd.DataFrame:
        """Return the training run under each offer: utilisation, goodput, hours, and its cost by each method.

        Methods: levelised (the one that ranks), cloud price, spot, amortised, acquisition; `attrs["given"]` names what
        was stated instead of predicted, `attrs["units"]` the units.
        """
        return run_table(self)

    def statement(self) -> pd.DataFrame:
        """Return the long table of cost lines: one row per offer and component."""
        return table.statement(self.scenario, self.model, self.bands)

    def users(self) -> pd.DataFrame:
        """Return what users cost by percentile of usage, pay and lose, one row per offer, with 80% intervals.

        `cost_per_user_month_p99` is the cost of the user whom 1% of the users exceed; `attrs["units"]` has the units.
        """
        if not self._user_bands or not isinstance(self.scenario.workload, Serving):
            msg = f'{self.scenario.id} serves no users: ask this of a scenario with workload = "serving"'
            raise MissingData(msg)
        return about_users.table_of_users(self.costs, self._user_bands)

    @cached_property
    def _user_bands(self) -> Mapping[tuple[str, str], Interval]:
        """The 80% interval of what is told of users, by offer and name."""
        return self.bands_of(self._of_users)

    @cached_property
    def _of_users(self) -> dict[tuple[str, str], Quantity]:
        costs = self.model.costs
        return {(id_, name): one[name] for id_, one in costs.items() for name in about_users.columns_of(one)}

    @cached_property
    def _of_company(self) -> dict[tuple[str, str], Quantity]:
        return {
            (id_, name): one[name]
            for id_, one in self.model.costs.items()
            for name in (*about_company.told(one), about_company.FIRST)
            if name in one.quantities
        }

    def told(self) -> dict[tuple[str, str], Quantity]:
        """Return what tables tell with intervals beside the comparison: of users, and of a company's year."""
        return self._of_users | self._of_company

    def months_ahead(self, months: int = 24) -> pd.DataFrame:
        """Return users, systems, cost and margin of the months to come, as users grow by `demand.growth`."""
        workload = self.scenario.workload
        if not isinstance(workload, Serving):
            msg = f"{self.scenario.id} serves no users, so that none are to come"
            raise MissingData(msg)
        return about_users.months_ahead(self.model, workload, whole("months", months, 1, MOST_MONTHS))

    def income(self) -> pd.DataFrame:
        """Return the month of the product under each offer: revenue, compute, further costs, margins."""
        return about_users.income(self.scenario, self.costs)

    def accounts(self) -> pd.DataFrame:
        """Return the year of the scenario's company under each offer, line by line with 80% intervals."""
        about_company.company_of(self.scenario)
        return about_company.year(self.scenario, self.costs, self.bands_of(self._of_company))

    def years_ahead(self, offer: str | None = None) -> pd.DataFrame:
        """Return revenue, cost and result of the company's year and those after it under an offer (the first)."""
        return about_company.years_ahead(
            self.scenario, self.costs[self._id(offer) if offer else next(iter(self.costs))]
        )

    def cash(self, years: Amount | None = None, depreciation: str = "annuity") -> pd.DataFrame:
        """Return the statement by month: cash when paid, and amortised over the months of use (column `view`).

        `years` is the horizon; without it, that of the scenario counts. `depreciation` is annuity, straight_line or
        price_performance.
        """
        if years is not None:
            return self.over(years).cash(depreciation=depreciation)
        writing = cash.writing_off(self.scenario, depreciation)
        return cash.statement_by_month(self.scenario, self.costs, self._grounds, writing)

    def ways(self, years: Amount | None = None) -> pd.DataFrame:
        """Return one row per offer: accelerators, present value, cost per accelerator-hour and cash by year."""
        return cash.ways(self.scenario, self.costs, self._grounds) if years is None else self.over(years).ways()

    def returns(self, base: str, years: Amount | None = None) -> pd.DataFrame:
        """Return what each other way gains against a base way: present value, rate of return, paybacks."""
        study = self.over(years)
        return cash.returns(study.costs, study.scenario.offer(base).id)
