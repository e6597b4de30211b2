"""A scenario with everything needed to answer it: the one object behind the library, the command and the report."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import pandas as pd

from costmodel.analysis import users as about_users
from costmodel.analysis.amounts import Amount, number
from costmodel.analysis.answered import AnsweredScenario
from costmodel.analysis.arguments import named
from costmodel.analysis.changes import NONE, Changes, changed_record, changed_scenario, set_in
from costmodel.analysis.difference import Difference, diff
from costmodel.analysis.lever_draws import NONE_KNOWN, known_of
from costmodel.analysis.lever_fleets import lever_of
from costmodel.analysis.lever_trial import UNIT, Trial
from costmodel.analysis.levers import Intervals, LeverTable, lever_table
from costmodel.analysis.rival import with_rivals
from costmodel.analysis.scenario_layouts import Layouts
from costmodel.analysis.study_moves import Moves
from costmodel.analysis.study_tables import Tables
from costmodel.analysis.who_pays import Payers, who_pays
from costmodel.domain.levers import Lever
from costmodel.domain.offers import Program
from costmodel.domain.scenario_file import load_scenario
from costmodel.domain.workload import Serving
from costmodel.errors import MissingData, UnitError, UnknownName, unknown
from costmodel.formula import Explanation, explain_all
from costmodel.performance.machine.constants import load_constants
from costmodel.specs.catalog import Catalog
from costmodel.specs.kinds import SCENARIO
from costmodel.specs.record import Record


class Study(Tables, Moves):
    """A scenario and its answers; each is computed when first asked for.

    >>> import costmodel as cm
    >>> study = cm.load("copilot")
    >>> study.with_({"demand.users": "3e6 user"}).decide(draws=512).winner
    'purchase/gb200-nvl72'
    >>> list(study.sweep({"demand.users": [1e5, 1e6], "fleet.peak_utilization": 0.8})["purchase/hgx-h100"].round(2))
    [2.34, 2.31]
    >>> len(study.sample(1_000, seed=1))
    1000
    >>> parts = study.samples(20_000, columns=["demand.peak_to_mean", "purchase/hgx-h100"], chunk=8_192)
    >>> [len(part) for part in parts]
    [8192, 8192, 3616]
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

    def again(self, changes: Changes) -> Study:
        """Return the study of the same file with other values of anything in it, beside those that are set already."""
        if self.record is None:
            msg = f"{self.scenario.id} was made without a file, so that it cannot be read again"
            raise MissingData(msg)
        return study_of(self.catalog, self.record, {**self.changes, **named("changes", changes)}, fronts=self.fronts)

    def caps(self, offer: str | None = None) -> pd.DataFrame:
        """Return what caps at the usage of some users do under an offer (the first, if none is named), row by row.

        Without a cap, and with one at the usage of the user whom a tenth, a hundredth, a thousandth of users exceed.
        """
        id_ = self._id(offer) if offer else next(iter(self.costs))
        return about_users.caps(self.scenario, self._trial(id_, ()))

    def diff(self, other: Study, figure: str = "") -> Difference:
        """Return which inputs of another study differ, and what each did to a figure (the ranking cost) of each offer.

        Parts of an offer sum to its whole difference; those of `other.diff(self)` have the other sign.
        """
        return diff(self, other, figure, _with_record)

    def levers(
        self,
        *,
        target: Amount | None = None,
        offer: str | None = None,
        levers: Sequence[Lever | str] = (),
        intervals: Intervals = True,
    ) -> LeverTable:
        """Return what each lever makes of the margin of a mean user, alone and after those before it.

        The levers are those of the scenario's file and further ones ("NAME: KEY=VALUE; KEY=VALUE"); the offer is the
        first of the scenario, if none is named. `target` is a margin in USD per user and month: the smallest sets of
        levers that reach it are looked for. Without `intervals` nothing is drawn, in less than half of the time; with
        "alone" only levers one by one are, and no cascade or way whose systems arrive later.
        """
        margin = None if target is None else number(target, UNIT)
        trial = self._trial(offer, levers)
        known = known_of(self.answers, trial.figure) if intervals else NONE_KNOWN
        return lever_table(trial, margin, intervals=intervals, known=known)

    def _trial(self, offer: str | None, levers: Sequence[Lever | str]) -> Trial:
        workload = self.scenario.workload
        if not isinstance(workload, Serving) or not workload.plans or self.record is None:
            msg = f"{self.scenario.id} has no plan that users pay: levers move its margin; add [plan] to its file"
            raise MissingData(msg)
        id_ = self.scenario.offer(offer).id if offer else self.scenario.offers[0].id
        every = (*self.scenario.levers, *(one if isinstance(one, Lever) else lever_of(one) for one in levers))
        figure = "result_per_user_month" if about_users.has_income(workload) else "margin_per_user_month"
        trial = Trial(self.catalog, self.record, self.changes, id_, self.constants, every, figure)
        trial.know(self.layouts)
        return trial

    @cached_property
    def payers(self) -> list[Payers]:
        """Each program by who pays for it: its own demand, all who use its chips, or with what is sunk left out."""
        return who_pays(self)

    def explain(self, name: str, offer: str | None = None) -> Explanation:
        """Return the tree of a quantity under an offer (the first, if none is named), down to its facts."""
        one = self.model.costs[self._id(offer) if offer else next(iter(self.model.costs))]
        asked = [(name, one[name])] if name in one.quantities else one.quantities.items()
        found = explain_all(asked, self.model.printed)
        for tree in found:
            try:
                return tree.find(name)
            except UnknownName:
                continue
        names = {part.formula or part.name for tree in found for part in tree.walk()}
        raise unknown("quantity", name, names | set(one.quantities))

    def trees(self) -> dict[tuple[str, str], Explanation]:
        """Return the tree of every column of the comparison, by offer and name; what they share is computed once."""
        columns = {
            (id_, name): one[name]
            for id_, one in self.model.costs.items()
            for name in (*self.columns, *self.further)
            if name in one.quantities
        }
        named = ((name, one) for (_, name), one in columns.items())
        return dict(zip(columns, explain_all(named, self.model.printed), strict=True))


def study_of(catalog: Catalog, record: Record, changes: Changes = NONE, *, fronts: int = 1) -> Study:
    """Return the study of a scenario's record with some inputs set to other values, after those that its file sets."""
    own = set_in(record)
    try:
        return _study_of(catalog, record, {**own, **changes}, fronts)
    except (UnknownName, UnitError) as error:
        if own.keys() - changes.keys():
            error.args = (f"{record.place('set')}: [set]: {error}",)
        raise


def _with_record(study: AnsweredScenario, record: Record) -> Study:
    """Return the study of another record, with what is set of the things that a scenario names as it is set in one."""
    own = {*SCENARIO.by_key(), "utilization"}
    rest = {name: value for name, value in study.changes.items() if name not in own}
    return _study_of(study.catalog, study.catalog.checked(record), rest, study.fronts)


def _study_of(catalog: Catalog, record: Record, changes: Changes, fronts: int) -> Study:
    changed = catalog.checked(changed_record(record, changes)) if changes else record
    constants, asked = load_constants(), load_scenario(catalog, changed)
    found = Layouts(asked, constants)
    if any(isinstance(one, Program) for one in asked.offers):
        asked = with_rivals(catalog, asked, found, changes)
    scenario = changed_scenario(asked, changes) if changes else asked
    study = Study(scenario, catalog, constants, fronts=fronts, record=record, changes=changes)
    if not changes:
        vars(study)["layouts"] = found.of(scenario)  # the search for rivals has been on most of the systems
    return study
