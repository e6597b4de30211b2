"""A scenario with everything needed to answer it: the one object behind the library, the command and the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from costmodel.analysis import accounts as about_company
from costmodel.analysis import break_even as crossing
from costmodel.analysis import cash, in_time, sweeping
from costmodel.analysis import statement as table
from costmodel.analysis import users as about_users
from costmodel.analysis.arguments import LONGEST_HORIZON, MOST_MONTHS, MOST_POINTS, Amount, drawn, names, number, whole
from costmodel.analysis.break_even_spread import with_spread
from costmodel.analysis.certainty import MANY, Uncertainty, uncertainty
from costmodel.analysis.changes import NONE, Changes, changed_record, changed_scenario, with_values
from costmodel.analysis.conditions import condition
from costmodel.analysis.correlations import links_of
from costmodel.analysis.decide import Decision, cheapest, decide, probabilities
from costmodel.analysis.difference import Difference, diff
from costmodel.analysis.draws import DRAWS, SEED, Links
from costmodel.analysis.fronts import front
from costmodel.analysis.lever_trial import Trial, lever_of
from costmodel.analysis.levers import LeverTable, lever_table
from costmodel.analysis.model import Model, trace
from costmodel.analysis.regions import DRAWN, NO_ENDS, POINTS, Ends, Regions, regions
from costmodel.analysis.rival import with_rivals
from costmodel.analysis.scenario_layouts import Layouts
from costmodel.analysis.sensitivity import BASE, Sensitivity, sensitivity
from costmodel.analysis.solution import Solution
from costmodel.analysis.solve import solve as solve_for
from costmodel.analysis.training_run import run_table
from costmodel.analysis.uncertainty import Answers, Interval, answers, intervals
from costmodel.analysis.waiting import VOLUME, is_bought_later
from costmodel.analysis.who_pays import Payers, who_pays
from costmodel.domain.levers import Lever
from costmodel.domain.offers import Way
from costmodel.domain.scenario import Scenario, load_scenario, over
from costmodel.domain.token_api import TokenApi
from costmodel.domain.workload import Capacity, Deployment, Serving, TrainingRun
from costmodel.economics.at_load import UTILIZATION
from costmodel.economics.called import serving_of
from costmodel.economics.charging import SHARED
from costmodel.economics.costs import Costs, headline_of
from costmodel.errors import CostModelError, Infeasible, MissingData, UnknownName, unknown
from costmodel.formula import Explanation, explain, explain_all
from costmodel.formula.graph import Leaf
from costmodel.performance.machine.constants import Constants, load_constants
from costmodel.specs.catalog import Catalog
from costmodel.specs.kinds import SCENARIO
from costmodel.specs.record import Record, read_record
from costmodel.specs.runs import read_runs, run_named, runs_file
from costmodel.units import Quantity

SERVING_COLUMNS = (
    "cost_per_query",
    "cost_per_million_tokens",
    "cost_per_user_month",
    "margin_per_user_month",
    "total_per_month",
)
TRAINING_COLUMNS = ("cost_per_training_run", "duration", "total_per_month")
CAPACITY_COLUMNS = ("cost_per_accelerator_hour", "total_per_month")
CHEAPEST = "probability_cheapest"


@dataclass(frozen=True)
class Study:
    """A scenario and its answers; each is computed when first asked for.

    >>> study = load("copilot")
    >>> study.with_({"demand.users": "3e6 user"}).decide(draws=512).winner
    'purchase/gb200-nvl72'
    >>> list(study.sweep({"demand.users": [1e5, 1e6], "fleet.peak_utilization": 0.8})["purchase/hgx-h100"].round(2))
    [3.05, 3.01]
    >>> len(study.sample(1_000, seed=1))
    1000
    >>> (found,) = study.break_even("volume", between=("maia-100", "hgx-h100"), draws=256)
    >>> found.status, found.spread.low < found.value < found.spread.high
    ('crosses', True)
    >>> study.uncertainty(draws=2_048).offers["probability_cheapest"].idxmax()
    'purchase/gb200-nvl72'
    >>> study.sensitivity(base=256, draws=512).inputs.index[0]
    'demand.queries_per_user'
    >>> sorted(set(study.map("demand.users", "demand.peak_to_mean", points=3, draws=16).cells["cheapest"]))
    ['purchase/gb200-nvl72', 'rental/coreweave-h100-on-demand']
    """

    scenario: Scenario
    catalog: Catalog
    constants: Constants = field(default_factory=load_constants)
    fronts: int = 1
    """Layouts of each offer among which the cheapest is chosen again wherever inputs move; one fixes the layout."""
    record: Record | None = None
    """What the scenario's file says, to ask it again with other values."""
    changes: Changes = field(default_factory=dict)
    """What has been set beside it."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The headline quantities of the scenario's workload."""
        if isinstance(self.scenario.workload, TrainingRun):
            return TRAINING_COLUMNS
        if isinstance(self.scenario.workload, Capacity):
            budget = self.scenario.workload.budget is not None
            return (*CAPACITY_COLUMNS, "accelerators_for_budget") if budget else CAPACITY_COLUMNS
        workload, absent = self.scenario.workload, set[str]()
        absent |= set() if workload.plans else {"margin_per_user_month"}
        absent |= {"cost_per_user_month"} if workload.users is None else set()
        return tuple(name for name in SERVING_COLUMNS if name not in absent)

    @property
    def headline(self) -> str:
        """The quantity by which offers are ranked."""
        return headline_of(self.scenario.workload)

    @cached_property
    def layouts(self) -> Layouts:
        """The search for layouts; offers of one system share it."""
        return Layouts(self.scenario, self.constants)

    @cached_property
    def deployments(self) -> dict[str, Deployment]:
        """The layout of the workload on the system of each offer that can run it, by offer."""
        return {id_: found for id_, found in self._tried.items() if isinstance(found, Deployment)}

    @cached_property
    def without(self) -> dict[str, str]:
        """Why an offer has no answer, by offer: it cannot hold the model, or none of its layouts meets the targets."""
        return {id_: str(found) for id_, found in self._tried.items() if isinstance(found, Infeasible)}

    @cached_property
    def model(self) -> Model:
        """All offers in one graph, which every answer is read from."""
        found = {id_: self._front(id_) for id_ in self._tried if id_ not in self.without}
        return trace(self.scenario, found, self.constants)

    @property
    def costs(self) -> Mapping[str, Costs]:
        """The costs under each offer that has an answer."""
        return self.model.plain

    @property
    def choices(self) -> tuple[str, ...]:
        """The offers that can be had today and have an answer: not those that wait for the market of a later year."""
        return tuple(id_ for id_, one in self.costs.items() if not is_bought_later(one.offer))

    @cached_property
    def answers(self) -> Answers[tuple[str, str]]:
        """Every column of the comparison, component and reading of a program over the same draws, by offer and name."""
        return answers(
            {
                (id_, name): value
                for id_, one in self.model.costs.items()
                for name, value in (
                    *((name, one[name]) for name in self.columns),
                    *one.components.items(),
                    *one.otherwise.items(),
                )
            },
            links=self.links,
        )

    @property
    def bands(self) -> dict[tuple[str, str], Interval]:
        """The 80% interval of every column of the comparison and of every component, by offer and name."""
        return self.answers.intervals

    @cached_property
    def links(self) -> Links:
        """What ranged inputs share by source, maker or silicon node, by input."""
        return links_of(self.scenario, self.inputs().values())

    @cached_property
    def sampler(self) -> sweeping.Sampler:
        """The ranking cost of every offer as a function of all ranged inputs."""
        return sweeping.Sampler(self.ranked, self.links)

    def compare(self) -> pd.DataFrame:
        """Return one row per offer with its headline quantities; `attrs["units"]` gives the unit of each column.

        Each column is followed by the ends of its 80% interval, `..._low` and `..._high`. An offer that cannot run the
        workload has a row without numbers; `attrs["without"]` says why. `probability_cheapest` is the share of the
        draws behind the intervals in which an offer is the cheapest of those that can be had today; what waits for the
        market of a later year has none.
        """
        frame = table.comparison(self.costs, self.columns, self.bands)
        units = frame.attrs["units"] | {CHEAPEST: ""}
        frame = frame.assign(**{CHEAPEST: pd.Series(self.probabilities())})
        frame.attrs["units"] = units
        found = frame.reindex([offer.id for offer in self.scenario.offers]).rename_axis("offer")
        found.attrs = {**frame.attrs, "without": self.without}
        return found

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
    def _user_bands(self) -> dict[tuple[str, str], Interval]:
        """The 80% interval of what is told of users, by offer and name."""
        costs = self.model.costs
        traced = {(id_, name): one[name] for id_, one in costs.items() for name in about_users.columns_of(one)}
        return intervals(traced, links=self.links) if traced else {}

    def caps(self, offer: str | None = None) -> pd.DataFrame:
        """Return what caps at the usage of some users do under an offer (the first, if none is named), row by row.

        Without a cap, and with one at the usage of the user whom a tenth, a hundredth, a thousandth of users exceed.
        """
        id_ = self._id(offer) if offer else next(iter(self.costs))
        return about_users.caps(self, id_)

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
        traced = {
            (id_, name): one[name]
            for id_, one in self.model.costs.items()
            for name in (*about_company.lines_of(one).values(), about_company.FIRST)
            if name in one.quantities
        }
        return about_company.year(self.scenario, self.costs, intervals(traced, links=self.links))

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

    def over(self, years: Amount | None) -> Study:
        """Return the study of the same question over another horizon, in which the compute is needed for so long."""
        if years is None:
            return self
        horizon = number("years", years, 1 / 12, LONGEST_HORIZON, "year")
        longer = {**self.changes, "finance.horizon": f"{horizon:g} year"}
        return replace(self, scenario=over(self.scenario, horizon), changes=longer)

    def break_even(
        self,
        over: str | None = None,
        between: tuple[str, str] | None = None,
        *,
        draws: int = 0,
        seed: int = SEED,
    ) -> list[crossing.BreakEven]:
        """Return where offers cost the same as a variable moves: any leaf, or a short name.

        Short names: `utilization`; `volume`; `time`, the months over which cash adds up, also against the `plan` that
        users pay (the first profitable month); `date`, of the prices. Without
        a variable: where programs meet other ways in volume, and purchases meet rentals in utilisation. Without a pair:
        all pairs that the variable sets against each other. With `draws`, each has the 80% interval of its first
        crossing over so many joint draws of all other inputs.
        """
        draws, seed = drawn(draws, seed, least=0)
        if over is None:
            apis = any(isinstance(one, TokenApi) for one in self.scenario.offers if one.id in self.costs)
            names = [*self.model.short_names, *([crossing.QUERIES] if apis else [])]
            return [one for name in names for one in self.break_even(name, between, draws=draws, seed=seed)]
        if over in (crossing.TIME, crossing.DATE):
            return self._break_even_in_time(over, between)
        sweep = crossing.Sweep(self.model, self._ranked_over(over), over)
        pairs = [self._pair(between)] if between else crossing.pairs_of(sweep, self.scenario.offers)
        found = crossing.break_evens(sweep, pairs)
        return with_spread(found, sweep, self.links, draws, seed) if draws else found

    def cumulative_cash(self) -> pd.DataFrame:
        """Return what has been paid under each offer up to each month (row 0: the start), in real USD, undiscounted."""
        return in_time.cumulative_cash(self.costs)

    def _break_even_in_time(self, over: str, between: tuple[str, str] | None) -> list[crossing.BreakEven]:
        pairs = [self._pair(between)] if between else list(combinations(self.costs, 2))
        if over == crossing.TIME:
            table, plan = self.cumulative_cash(), in_time.paid_by_users(self.scenario, self.costs)
            if plan is None or between:
                return in_time.paybacks(table, pairs)
            return in_time.paybacks(table.join(plan), [*pairs, *((id_, in_time.PLAN) for id_ in self.costs)])
        return in_time.by_date(self.scenario, self.catalog, self.ranked, pairs)

    def solve(self, unknowns: str | Sequence[str], such_that: str, offer: str | None = None) -> list[Solution]:
        """Return the value of each unknown, moved alone, at which a figure is as asked, under each offer.

        Unknowns are inputs by name; `such_that` is a text such as "cost_per_user_month = 30 USD/user/month". Raises
        CostModelError where no value gives it, UnknownName and UnitError for what it cannot read.
        """
        names = [unknowns] if isinstance(unknowns, str) else list(dict.fromkeys(unknowns))
        offers = [self._id(offer)] if offer else list(self.deployments)
        return solve_for(self, names, condition(such_that), offers)

    def intervals(self, samples: int = DRAWS, seed: int = SEED) -> dict[str, Interval]:
        """Return the 80% interval of the ranking quantity under each offer, from the ranges of all facts."""
        samples, seed = drawn(samples, seed)
        return intervals(self.ranked, samples=samples, seed=seed, links=self.links)

    def decide(self, draws: int = DRAWS, seed: int = SEED) -> Decision:
        """Return what is cheapest, how likely, what being wrong costs, what would flip it and what is worth knowing."""
        draws, seed = drawn(draws, seed)
        best = {id_: self.costs[id_][self.headline] for id_ in self.choices}
        factor, unit = self._money
        shared = self.otherwise(SHARED)
        return decide(self.model, self.sampler, factor, unit, best, shared, draws=draws, seed=seed)

    def uncertainty(self, draws: int = MANY, seed: int = SEED, *, linked: bool = True) -> Uncertainty:
        """Return medians, 50, 80 and 90% bands, who is cheaper than whom, regrets, and how far each may be off.

        Without `linked`, what facts share by source, maker and silicon node is left out: all are independent.
        """
        draws, seed = drawn(draws, seed)
        sampler = self.sampler if linked else sweeping.Sampler(self.ranked)
        return uncertainty(sampler, *self._money, draws=draws, seed=seed, choices=self.choices)

    def sensitivity(
        self, offer: str | None = None, *, base: int = BASE, draws: int = DRAWS, seed: int = SEED
    ) -> Sensitivity:
        """Return what the cost of an offer (the cheapest, if none is named) depends on, and what is worth knowing.

        Tornado, exact elasticities, Sobol indices from two sets of `base` draws, and the worth of each input to the
        decision among all offers from `draws`.
        """
        draws, seed = drawn(draws, seed)
        id_ = self._id(offer) if offer else cheapest({one: self.costs[one][self.headline] for one in self.choices})
        return sensitivity(self.sampler, id_, *self._money, base=base, draws=draws, seed=seed, choices=self.choices)

    def map(
        self,
        x: str,
        y: str,
        ends: Mapping[str, Ends] = NO_ENDS,
        *,
        points: int = POINTS,
        draws: int = DRAWN,
        seed: int = SEED,
    ) -> Regions:
        """Return which offer of today is the cheapest, and how likely each is, as two inputs move against each other.

        `ends` are the lowest and highest value of an input in its own unit; a tenth to ten times its own, if not given.
        """
        draws, seed = drawn(draws, seed)
        outputs, points = self._ranked_over(x, y), whole("points", points, 2, MOST_POINTS)
        sampler = sweeping.Sampler({id_: outputs[id_] for id_ in self.choices}, self.links)
        return regions(self.model, sampler, (x, y), ends, points=points, draws=draws, seed=seed)

    def otherwise(self, reading: str) -> dict[str, Quantity]:
        """Return the ranking cost of each program that a reading answers: `own`, `shared` with others, `as_shipped`."""
        return {id_: one.otherwise[reading] for id_, one in self.costs.items() if reading in one.otherwise}

    @cached_property
    def payers(self) -> list[Payers]:
        """Each program by who pays for it: its own demand, all who use its chips, or with what is sunk left out."""
        return who_pays(self)

    def probabilities(self) -> dict[str, float]:
        """Return the share of the draws behind the intervals in which each choice is the cheapest; they sum to 1."""
        offers = self.choices
        return probabilities(offers, np.stack([self.answers.drawn[id_, self.headline] for id_ in offers], axis=1))

    def sample(self, samples: int, seed: int = SEED) -> pd.DataFrame:
        """Return a table of draws: the inputs with a range, and the ranking cost under each offer."""
        return sweeping.sample(self.sampler, *drawn(samples, seed))

    def sweep(
        self,
        values: Mapping[str, npt.ArrayLike | Quantity],
        *,
        grid: bool = False,
        errors: sweeping.Errors = "raise",
    ) -> pd.DataFrame:
        """Return the ranking cost under each offer at given values of inputs, by row or on the grid of all of them.

        Out of the bounds of a formula raises; with `errors="mark"` such rows have no numbers.
        """
        return sweeping.sweep(self.model, self._ranked_over(*values), values, grid=grid, errors=errors)

    def with_(self, values: Changes) -> Study:
        """Return the study with other values of the scenario's inputs, by name: `{"demand.users": "3e6 user"}`.

        What is set has no range. An unknown name raises UnknownName with near matches, a wrong unit UnitError.
        """
        return replace(self, scenario=with_values(self.scenario, values), changes={**self.changes, **values})

    def again(self, changes: Changes) -> Study:
        """Return the study of the same file with other values of anything in it, beside those that are set already."""
        if self.record is None:
            msg = f"{self.scenario.id} was made without a file, so that it cannot be read again"
            raise MissingData(msg)
        return study_of(self.catalog, self.record, {**self.changes, **changes}, fronts=self.fronts)

    def diff(self, other: Study, figure: str = "") -> Difference:
        """Return which inputs of another study differ, and what each did to a figure (the ranking cost) of each offer.

        Parts of an offer sum to its whole difference; those of `other.diff(self)` have the other sign.
        """
        return diff(self, other, figure)

    def levers(
        self, *, target: float | None = None, offer: str | None = None, levers: Sequence[Lever | str] = ()
    ) -> LeverTable:
        """Return what each lever makes of the margin of a mean user, alone and after those before it.

        The levers are those of the scenario's file and further ones ("NAME: KEY=VALUE; KEY=VALUE"); the offer is the
        first of the scenario, if none is named. `target` is a margin in USD per user and month: the smallest sets of
        levers that reach it are looked for.
        """
        return lever_table(self._trial(offer, levers), target)

    def _trial(self, offer: str | None, levers: Sequence[Lever | str]) -> Trial:
        workload = self.scenario.workload
        if not isinstance(workload, Serving) or not workload.plans or self.record is None:
            msg = f"{self.scenario.id} has no plan that users pay: levers move its margin; add [plan] to its file"
            raise MissingData(msg)
        id_ = self.scenario.offer(offer).id if offer else self.scenario.offers[0].id
        every = (*self.scenario.levers, *(one if isinstance(one, Lever) else lever_of(one) for one in levers))
        figure = "result_per_user_month" if about_users.has_income(workload) else "margin_per_user_month"
        return Trial(self.catalog, self.record, self.changes, id_, self.constants, every, figure)

    @property
    def ranked(self) -> dict[str, Quantity]:
        """The traced quantity that offers are ranked by, by offer."""
        return {id_: one[self.headline] for id_, one in self.model.costs.items()}

    def explain(self, name: str, offer: str | None = None) -> Explanation:
        """Return the tree of a quantity under an offer (the first, if none is named), down to its facts."""
        one = self.model.costs[self._id(offer) if offer else next(iter(self.model.costs))]
        if name in one.quantities:
            return explain(one[name], name)
        found = [explain(value, column) for column, value in one.quantities.items()]
        for tree in found:
            try:
                return tree.find(name)
            except UnknownName:
                continue
        names = {part.formula or part.name for tree in found for part in tree.walk()}
        raise unknown("quantity", name, names | set(one.quantities))

    def trees(self) -> dict[tuple[str, str], Explanation]:
        """Return the tree of every column of the comparison, by offer and name; what they share is computed once."""
        columns = {(id_, name): one[name] for id_, one in self.model.costs.items() for name in self.columns}
        return dict(zip(columns, explain_all((name, one) for (_, name), one in columns.items()), strict=True))

    def trace(self, offer: str) -> dict[str, Quantity]:
        """Return the headline quantities under an offer as traced values, to compile or explain."""
        return dict(self.model.costs[self._id(offer)].quantities)

    def inputs(self) -> dict[str, Leaf]:
        """Return every input that any answer of the scenario depends on, by name."""
        return self.model.inputs

    def nouns(self) -> dict[str, str]:
        """Return the name, for people, of everything whose facts are inputs, by id."""
        found: dict[str, str] = {}
        for noun in (self.scenario, self.constants, *self.deployments.values()):
            found |= noun.names()
        return found

    @property
    def _money(self) -> tuple[float, str]:
        """What turns the ranking cost into money, the same for all offers: USD a month, or USD of a training run."""
        if isinstance(self.scenario.workload, TrainingRun):
            return 1.0, "USD"
        first = next(iter(self.costs.values()))
        total = float(first["total_per_month"].to("USD/month").magnitude)
        return total / float(first[self.headline].magnitude), "USD/month"

    @cached_property
    def _grounds(self) -> table.Grounds:
        return table.grounds(self.model, self.bands)

    def _id(self, offer: str) -> str:
        """Return the full id of an offer that has an answer, or the reason why it has none."""
        id_ = self.scenario.offer(offer).id
        if id_ in self.without:
            raise Infeasible(self.without[id_])
        return id_

    def _pair(self, between: tuple[str, str]) -> tuple[str, str]:
        first, *others = names("between", between)
        if len(others) != 1:
            msg = f"between: name two ways, not {len(others) + 1}"
            raise CostModelError(msg)
        return self._id(first), self._id(others[0])

    def _ranked_over(self, *variables: str) -> dict[str, Quantity]:
        """Return what offers are compared by as variables move: the load of systems moves the cost of their work."""
        short = {VOLUME if name.endswith(f".{VOLUME}") else name for name in variables} & {VOLUME, UTILIZATION}
        if VOLUME in short and UTILIZATION in short:
            msg = f"{VOLUME} and {UTILIZATION} do not move together: each counts a cost of its own"
            raise CostModelError(msg)
        if VOLUME in short:
            self.model.find(VOLUME)
            return dict(self.model.at_volume)
        return dict(self.model.at_load) if UTILIZATION in short and self.model.at_load else self.ranked

    @cached_property
    def _tried(self) -> dict[str, Deployment | TokenApi | Infeasible]:
        found = {offer.id: self._deployment_or_reason(offer) for offer in self.scenario.offers}
        reasons = [str(one) for one in found.values() if isinstance(one, Infeasible)]
        if len(reasons) == len(found):
            raise Infeasible("\n".join(dict.fromkeys(reasons)))
        return found

    def _deployment_or_reason(self, offer: Way) -> Deployment | TokenApi | Infeasible:
        """Return the layout on an offer's systems; an API that answers itself, since nobody else sees its layout."""
        try:
            if isinstance(offer, TokenApi):
                serving_of(self.scenario, offer)
                return offer
            return self.layouts.on(offer)
        except Infeasible as error:
            return error

    def _front(self, id_: str) -> list[Deployment]:
        offer = self.scenario.offer(id_)
        return [] if isinstance(offer, TokenApi) else front(self.layouts, offer, self.fronts)


def load(name: str | Path, *, specs: Sequence[str | Path] = (), fronts: int = 1, changes: Changes = NONE) -> Study:
    """Return the study of a scenario: the id of a shipped one, the path of a file, or one run of a file of several.

    `specs` are folders with spec files of one's own, laid out like `hardware/`. `fronts` is the number of layouts of
    each offer among which the cheapest that meets its targets is chosen again wherever inputs move. `changes` sets
    inputs by their names: `{"demand.users": "3e6 user", "site": "us-colocation"}`.
    """
    catalog = Catalog([Path(folder) for folder in specs])
    path = Path(name)
    if (file := runs_file(str(name))) is not None:
        runs = ", ".join(f"{file.stem}/{one.name}" for one in read_runs(catalog, file))
        msg = f"{file.stem} holds several training runs: compare answers for all; elsewhere name one: {runs}"
        raise UnknownName(msg)
    if (run := run_named(catalog, str(name))) is not None:
        return study_of(catalog, run, changes, fronts=fronts)
    if path.suffix != ".toml" and path.is_file() and str(name) not in catalog.ids("scenario"):
        msg = f"{path}: exists, but is no .toml file: a scenario is the path of one, or the id of a shipped one"
        raise UnknownName(msg)
    if path.suffix == ".toml":
        if not path.is_file():
            raise unknown("scenario file", str(path), catalog.ids("scenario"))
        record = catalog.checked(read_record(SCENARIO, path.stem, path))
    else:
        record = catalog.get("scenario", str(name))
    return study_of(catalog, record, changes, fronts=fronts)


def study_of(catalog: Catalog, record: Record, changes: Changes = NONE, *, fronts: int = 1) -> Study:
    """Return the study of a scenario's record with some inputs set to other values."""
    changed = catalog.checked(changed_record(record, changes)) if changes else record
    scenario = with_rivals(catalog, load_scenario(catalog, changed), changes)
    return Study(changed_scenario(scenario, changes), catalog, fronts=fronts, record=record, changes=changes)


def with_scenario(study: Study, scenario: Scenario) -> Study:
    """Return a study of a changed scenario with the same specs and constants."""
    return replace(study, scenario=scenario)
