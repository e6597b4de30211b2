"""What becomes of the costs of a study as its inputs move: crossings, draws, sweeps, maps, and the decision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd

from costmodel.analysis import in_time, sweeping
from costmodel.analysis.amounts import Amount
from costmodel.analysis.answered import AnsweredScenario
from costmodel.analysis.arguments import MOST_DRAWS, MOST_POINTS, drawn, named, names, pair, whole
from costmodel.analysis.break_even import QUERIES, Sweep, break_evens, pairs_of
from costmodel.analysis.break_even_spread import with_spread
from costmodel.analysis.certainty import MANY, Uncertainty, uncertainty
from costmodel.analysis.cheapest import cheapest
from costmodel.analysis.conditions import condition
from costmodel.analysis.crossing import DATE, TIME, BreakEven
from costmodel.analysis.decide import Decision, decide, decide_by_intervals
from costmodel.analysis.draws import BLOCK, CHUNK, DRAWS, SEED, together
from costmodel.analysis.in_time_spread import cash_in_draws, with_steps
from costmodel.analysis.mattering import Mattering
from costmodel.analysis.regions import DRAWN, NO_ENDS, POINTS, Ends, Regions, regions
from costmodel.analysis.sampling import MEMORY, PART, sample, sample_parts
from costmodel.analysis.sensitivity import BASE, Sensitivity, sensitivity
from costmodel.analysis.sharing import shared_costs
from costmodel.analysis.solution import Solution
from costmodel.analysis.solve import solve as solve_for
from costmodel.analysis.solve_together import solve_together
from costmodel.analysis.uncertainty import Interval, intervals
from costmodel.analysis.waiting import VOLUME
from costmodel.domain.token_api import TokenApi
from costmodel.domain.workload import TrainingRun
from costmodel.economics.at_load import UTILIZATION
from costmodel.economics.charging import SHARED
from costmodel.economics.unit_costs import work_of_month
from costmodel.errors import CostModelError
from costmodel.units import Quantity, magnitude, quantity


class Moves(AnsweredScenario):
    """A scenario whose inputs can be moved, one, several or all of them."""

    def break_even(
        self,
        over: str | None = None,
        between: tuple[str, str] | None = None,
        *,
        draws: int = 0,
        seed: int = SEED,
    ) -> list[BreakEven]:
        """Return where offers cost the same as a variable moves: any leaf, or a short name.

        Short names: `utilization`; `volume`; `time`, the months over which cash adds up, also against the `plan` that
        users pay (the first profitable month); `date`, of the prices. Without
        a variable: where programs meet other ways in volume, and purchases meet rentals in utilisation. Without a pair:
        all pairs that the variable sets against each other. With `draws`, each crossing has its 80%
        interval over so many joint draws of all other inputs, and the share of them in which it exists. In time, all
        inputs are drawn, and a price errs on every day as on that of the scenario.
        """
        draws, seed = drawn(draws, seed, least=0)
        if over is None:
            apis = any(isinstance(one, TokenApi) for one in self.scenario.offers if one.id in self.costs)
            short = [*self.model.short_names, *([QUERIES] if apis else [])]
            return [one for name in short for one in self.break_even(name, between, draws=draws, seed=seed)]
        if over in (TIME, DATE):
            return self._break_even_in_time(over, between, draws, seed)
        sweep = self.swept(over)
        pairs = [self._pair(between)] if between else pairs_of(sweep, self.scenario.offers)
        found = break_evens(sweep, [(self._id(one), self._id(other)) for one, other in pairs])
        return with_spread(found, sweep, self.links, draws, seed) if draws else found

    def swept(self, over: str) -> Sweep:
        """Return what every offer costs as a variable moves and all else stays; the same is compiled once."""
        if over not in self._swept:
            self._swept[over] = Sweep(self.model, self._ranked_over(over), over)
        return self._swept[over]

    @cached_property
    def _swept(self) -> dict[str, Sweep]:
        return {}

    def _break_even_in_time(self, over: str, between: tuple[str, str] | None, draws: int, seed: int) -> list[BreakEven]:
        pairs = [self._pair(between)] if between else list(combinations(self.costs, 2))
        if over == DATE:
            found = in_time.by_date(self.scenario, self.catalog, self.ranked, pairs)
            return with_steps(found, *self._by_day_in_draws(draws, seed)) if draws else found
        table, plan = self.cumulative_cash(), in_time.paid_by_users(self.scenario, self.costs)
        if plan is not None and not between:
            table, pairs = table.join(plan), [*pairs, *((id_, in_time.PLAN) for id_ in self.costs)]
        found = in_time.paybacks(table, pairs)
        months = table.index.to_numpy(dtype=float)
        paid = cash_in_draws(self.model, self.links, len(months) - 1, draws, seed) if draws else {}
        return with_steps(found, months, paid) if draws else found

    def _by_day_in_draws(
        self, draws: int, seed: int
    ) -> tuple[npt.NDArray[np.float64], dict[str, npt.NDArray[np.float64]]]:
        """Return the days on which prices change, and the cost of each offer on them, a row for each draw."""
        days = in_time.price_days(self.scenario, self.catalog)
        drawn = together(self.sampler.leaves, draws, seed, self.links)
        costs = in_time.costs_by_day(self.scenario, self.catalog, self.ranked, days, drawn)
        return in_time.numbers_of(days), costs

    def solve(
        self, unknowns: str | Sequence[str], such_that: str | Sequence[str], offer: str | None = None
    ) -> list[Solution]:
        """Return the value of each unknown, moved alone, at which a figure is as asked, under each offer.

        Unknowns are inputs by name; `such_that` is a text such as "cost_per_user_month = 30 USD/user/month". Several
        of them are met together, by as many unknowns that move together. Raises CostModelError where no value gives
        it, UnknownName and UnitError for what it cannot read.
        """
        asked_for = names("unknowns", unknowns)
        offers = [self._id(offer)] if offer else list(self.deployments)
        asked = [such_that] if isinstance(such_that, str) else list(such_that)
        if len(asked) == 1:
            return solve_for(self, asked_for, condition(asked[0]), offers)
        return solve_together(self, asked_for, [condition(one) for one in asked], offers)

    def intervals(self, samples: int = DRAWS, seed: int = SEED) -> Mapping[str, Interval]:
        """Return the 80% interval of the ranking quantity under each offer, from the ranges of all facts."""
        samples, seed = drawn(samples, seed)
        return intervals(self.ranked, samples=samples, seed=seed, links=self.links)

    def decide(self, draws: int = DRAWS, seed: int = SEED) -> Decision:
        """Return what is cheapest, how likely, what being wrong costs, what would flip it and what is worth knowing."""
        return decide(self, self._deciding, self._money, *drawn(draws, seed))

    @cached_property
    def verdict(self) -> Decision:
        """The decision over the draws behind the intervals, without what is worth knowing: quick after a comparison."""
        return decide_by_intervals(self, self._money)

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
        base = whole("base", base, BLOCK, CHUNK)
        id_ = self._id(offer) if offer else cheapest({one: self.costs[one][self.headline] for one in self.choices})
        return sensitivity(self.sampler, id_, *self._money, base=base, draws=draws, seed=seed, choices=self.choices)

    def matters(self) -> Mattering:
        """Return what the cheapest cost and the choice hang on, from the draws behind the intervals.

        Quicker than `sensitivity`, and without its indices.
        """
        return Mattering(self, *self._money)

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
        spans = {name: pair(name, one) for name, one in named("ends", ends).items()}
        return regions(self.model, sampler, (x, y), spans, points=points, draws=draws, seed=seed)

    def otherwise(self, reading: str) -> dict[str, Quantity]:
        """Return the ranking cost of each program that a reading answers: `own`, `shared` with others, `as_shipped`."""
        return {id_: one.otherwise[reading] for id_, one in self.costs.items() if reading in one.otherwise}

    def sample(
        self, samples: int, seed: int = SEED, *, columns: Sequence[str] = (), memory: Amount = MEMORY
    ) -> pd.DataFrame:
        """Return a table of draws: the inputs with a range, and the ranking cost under each offer; or some `columns`.

        A million draws take 8 MB a column: where that is more than `memory` (in MB, or "2 GB"), CostModelError says how
        many draws or columns fit; parts of any number of draws come from `samples`.
        """
        return sample(self.sampler, *drawn(samples, seed), columns, memory)

    def samples(
        self, samples: int, seed: int = SEED, *, columns: Sequence[str] = (), chunk: int = PART
    ) -> Iterator[pd.DataFrame]:
        """Return the table of `sample` in parts of `chunk` rows, of which one is held at a time."""
        return sample_parts(self.sampler, *drawn(samples, seed), columns, whole("chunk", chunk, 1, MOST_DRAWS))

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
        return sweeping.sweep(self.model, self._ranked_over(*named("values", values)), values, grid=grid, errors=errors)

    def cumulative_cash(self) -> pd.DataFrame:
        """Return what has been paid under each offer up to each month (row 0: the start), in real USD, undiscounted."""
        return in_time.cumulative_cash(self.costs)

    @cached_property
    def _deciding(self) -> sweeping.Sampler:
        """The ranking cost of every offer, and of programs that others share, as functions of all ranged inputs."""
        shared = {name: self.model.costs[id_].otherwise[SHARED] for id_, name in shared_costs(self).items()}
        return sweeping.Sampler({**self.ranked, **shared}, self.links) if shared else self.sampler

    @property
    def _money(self) -> tuple[float, str]:
        """What turns the ranking cost into money, the same for all offers: USD a month, or USD of a training run."""
        workload, first = self.scenario.workload, next(iter(self.costs.values()))
        if isinstance(workload, TrainingRun):
            return 1.0, "USD"
        each = quantity(1.0, f"{first[self.headline].units}")
        return float(magnitude(each * work_of_month(workload, first.money), "USD/month")), "USD/month"

    def _pair(self, between: tuple[str, str]) -> tuple[str, str]:
        first, *others = (self._id(one) for one in names("between", between))
        if len(others) != 1 or others[0] == first:
            msg = f"between: name two different ways, not {' and '.join(between)}"
            raise CostModelError(msg)
        return first, others[0]

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
