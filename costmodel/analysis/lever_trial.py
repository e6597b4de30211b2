"""A set of levers tried: what it makes of the margin of a mean user under one way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cached_property

from costmodel.analysis.changes import Changes, changed_record, changed_scenario
from costmodel.analysis.lever_fleets import Asked, Fleet, asked_less
from costmodel.analysis.rival import with_rivals
from costmodel.analysis.scenario_layouts import Layouts
from costmodel.analysis.waiting import served_by
from costmodel.domain.levers import Lever
from costmodel.domain.offers import Offer, Way
from costmodel.domain.scenario import Scenario
from costmodel.domain.scenario_file import load_scenario
from costmodel.domain.token_api import TokenApi
from costmodel.domain.workload import Deployment
from costmodel.economics.called import called_costs
from costmodel.economics.costs import Costs
from costmodel.economics.fleet import Meanwhile
from costmodel.errors import CostModelError, Infeasible
from costmodel.performance.machine.constants import Constants
from costmodel.specs.catalog import Catalog
from costmodel.specs.record import Record
from costmodel.units import Quantity, magnitude

UNIT = "USD/user/month"
COST, LOSING = "cost_per_user_month", "share_of_users_losing"
TYPES = "deployment.precision"
UNSEEN = ("plan", "plans", "costs", "usage", "demand", "finance", "offers", "program")
"""Tables of a scenario that no search for layouts looks at: it ranks what it found by them afterwards."""


@dataclass(frozen=True)
class Outcome:
    """What a set of levers makes of a mean user, in USD a month."""

    levers: tuple[str, ...]
    offer: str
    margin: float = float("nan")
    cost: float = float("nan")
    revenue: float = float("nan")
    losing: float = float("nan")
    """Share of users that lose money; not a number where all users are alike."""
    worst: float = float("nan")
    """Loss on the heaviest user of a thousand; a gain is below zero."""
    reason: str = ""
    """Why there is no answer: the layouts tried meet no target, or the model does not fit."""


def _seen(changes: Changes) -> str:
    """Return what searches for layouts and predictions see of changes."""
    return f"{sorted((key, f'{one}') for key, one in changes.items() if key.partition('.')[0] not in UNSEEN)}"


def _without_types(changes: Changes) -> Changes:
    return {name: value for name, value in changes.items() if name != TYPES}


def _key(changes: Changes) -> str:
    return f"{sorted((name, f'{value}') for name, value in changes.items())}"


def _of_sale(changes: Changes) -> bool:
    """Say whether changes set what is sold, which decides what is the best on sale."""
    return any(name.startswith("purchase/") for name in changes)


@dataclass
class Trial:
    """A scenario of which sets of levers are tried under one offer, with what searches have found so far."""

    catalog: Catalog
    record: Record
    changes: Changes
    offer: str
    constants: Constants
    levers: tuple[Lever, ...]
    figure: str
    _layouts: dict[str, Layouts] = field(default_factory=dict)
    _in_any_type: dict[str, Layouts] = field(default_factory=dict)
    """The first layouts of scenarios that differ in their number types alone: a search is of one type."""
    _outcomes: dict[tuple[str, ...], Outcome] = field(default_factory=dict)
    _rivals: dict[str, tuple[Way, ...]] = field(default_factory=dict)
    _files: dict[str, Scenario] = field(default_factory=dict)
    _scenarios: dict[tuple[str, bool], Scenario] = field(default_factory=dict)

    def know(self, layouts: Layouts) -> None:
        """Use what has been found already of the scenario as it is."""
        self._layouts[_seen(self.changes)] = self._in_any_type[_seen(_without_types(self.changes))] = layouts

    def asked(self, changes: Changes) -> tuple[Scenario, Costs]:
        """Return the scenario with further changes, and its costs under the offer."""
        fleet = Fleet({**self.changes, **changes}, self.offer)
        return self.scenario(fleet), self._costs(fleet, self.offer)

    def check(self) -> None:
        """Refuse a lever that sets what a scenario does not have, before any is tried."""
        for lever in self.levers:
            with suppress(Infeasible), _said_of((lever,)):
                for changes, offer in ((fleet.changes, fleet.offer) for fleet in self._today.fleets((lever,))):
                    loaded = self._scenario(changes) if _of_sale(changes) else self._loaded(changes)
                    changed_scenario(loaded, changes).offer(offer)

    def outcome(self, names: Sequence[str]) -> Outcome:
        """Return what a set of levers makes of a mean user; the later ones of a set go before the earlier."""
        chosen = tuple(one for one in self.levers if one.name in names)
        key = tuple(one.name for one in chosen)
        if key not in self._outcomes:
            self._outcomes[key] = self._outcome(key, chosen)
        return self._outcomes[key]

    def _outcome(self, names: tuple[str, ...], chosen: Sequence[Lever]) -> Outcome:
        offer = self.offer
        try:
            with _said_of(chosen):
                fleets = self._today.fleets(chosen)
                offer = fleets[0].offer
                return self._answer(names, fleets)
        except Infeasible as error:
            return Outcome(names, offer, reason=str(error).splitlines()[0])

    def _answer(self, names: tuple[str, ...], fleets: Sequence[Fleet]) -> Outcome:
        found, *others = (self._costs(one, one.offer) for one in fleets)
        rest = sum(_plain(one[COST]) for one in others)
        margin, cost = _plain(found[self.figure]) - rest, _plain(found[COST]) + rest
        of_compute = _plain(found["margin_per_user_month"]) + _plain(found[COST])
        outcome = Outcome(names, fleets[0].offer, margin, cost, of_compute)
        return outcome if others or LOSING not in found.quantities else _with_losses(outcome, found)

    def fleets(self, names: Sequence[str]) -> tuple[Fleet, ...]:
        """Return what serves with a set of levers."""
        return self._today.fleets([one for one in self.levers if one.name in names])

    def scenario(self, fleet: Fleet, offer: str = "") -> Scenario:
        """Return the changed scenario of a fleet, or of another offer; only a share of the queries may be asked."""
        found = self._scenario(fleet.changes, offer or fleet.offer)
        return found if fleet.asked is None else asked_less(found, fleet.asked)

    def layout(self, scenario: Scenario, fleet: Fleet, offer: Offer) -> Deployment:
        """Return the layout of a fleet on an offer; what no search sees leaves those that are found as they are."""
        return self._known(scenario, fleet.changes).of(scenario).on(offer)

    @cached_property
    def _today(self) -> Asked:
        return Asked(self.record, self._scenario(self.changes).leaves(), self.changes, self.offer)

    def _scenario(self, changes: Changes, offer: str = "") -> Scenario:
        """Return a changed scenario, with the rivals of its programs unless it is asked of an offer that needs none."""
        loaded = self._loaded(changes)
        alone = not _of_sale(changes) and offer in {one.id for one in loaded.offers if not one.comes_later}
        key = _key(changes), alone
        if key not in self._scenarios:
            asked = loaded if alone else self._with_rivals(loaded, changes)
            self._scenarios[key] = changed_scenario(asked, changes)
        return self._scenarios[key]

    def _loaded(self, changes: Changes) -> Scenario:
        """Return what the file says with changes, which is read once for each set of them."""
        key = _key(changes)
        if key not in self._files:
            record = self.catalog.checked(changed_record(self.record, changes)) if changes else self.record
            self._files[key] = load_scenario(self.catalog, record)
        return self._files[key]

    def _with_rivals(self, scenario: Scenario, changes: Changes) -> Scenario:
        """Return a scenario with the rivals of its programs, which are looked for once for each set of changes."""
        key = _key(changes)
        if key not in self._rivals:
            found = with_rivals(self.catalog, scenario, self._known(scenario, changes), changes)
            self._rivals[key] = found.offers[len(scenario.offers) :]
        return scenario.with_offers(*scenario.offers, *self._rivals[key])

    def _costs(self, fleet: Fleet, offer: str) -> Costs:
        """Return the costs of a fleet, or of the same queries under another offer."""
        scenario = self.scenario(fleet, offer)
        one = scenario.offer(offer)
        if isinstance(one, TokenApi):
            return called_costs(scenario, one)
        meanwhile = self._meanwhile(scenario, fleet) if one.comes_later else ()
        return self._known(scenario, fleet.changes).of(scenario).costs(one, meanwhile)

    def _known(self, scenario: Scenario, changes: Changes) -> Layouts:
        key, alike = _seen(changes), _seen(_without_types(changes))
        if key not in self._layouts:
            known = self._in_any_type.setdefault(alike, Layouts(scenario, self.constants))
            self._layouts[key] = known.in_types_of(scenario)
        return self._layouts[key]

    def _meanwhile(self, scenario: Scenario, fleet: Fleet) -> tuple[Meanwhile, ...]:
        """Return what may serve until the systems of an offer arrive."""
        found, layouts = {}, self._known(scenario, fleet.changes).of(scenario)
        for other in scenario.offers:
            if not (other.comes_later or isinstance(other, TokenApi)):
                with suppress(Infeasible):
                    found[other.id] = layouts.ranking_costs(other)
        return served_by(scenario, found)


@contextmanager
def _said_of(levers: Sequence[Lever]) -> Iterator[None]:
    """Say in what is wrong with a set of levers which they are; what has no answer within the targets is not wrong."""
    try:
        yield
    except Infeasible:
        raise
    except CostModelError as error:
        if not levers:
            raise
        places = "; ".join(one.place for one in levers)
        msg = f"{places}: lever {', '.join(one.name for one in levers)}: {error}"
        raise CostModelError(msg) from None


def _with_losses(one: Outcome, found: Costs) -> Outcome:
    """Return an outcome with the share of users that lose money, and the worst loss."""
    share = float(found[LOSING].to("").magnitude)
    return replace(one, losing=share, worst=_plain(found["worst_loss_per_user_month"]))


def _plain(value: Quantity) -> float:
    return float(magnitude(value, UNIT))
