"""A set of levers tried: what it makes of the margin of a mean user under one way."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from costmodel.analysis.changes import Changes, changed_record, changed_scenario, pairs
from costmodel.analysis.rival import with_rivals
from costmodel.analysis.scenario_layouts import Layouts
from costmodel.analysis.waiting import comes_later, served_by
from costmodel.domain.levers import Lever
from costmodel.domain.offers import Way
from costmodel.domain.scenario import Scenario
from costmodel.domain.scenario_file import load_scenario
from costmodel.domain.token_api import TokenApi
from costmodel.domain.workload import Serving
from costmodel.economics.called import called_costs
from costmodel.economics.costs import Costs
from costmodel.economics.fleet import Meanwhile
from costmodel.economics.offer_costs import costs
from costmodel.errors import CostModelError, Infeasible, SpecError, unknown
from costmodel.performance.machine.constants import Constants
from costmodel.performance.service.serving import ServingResult
from costmodel.specs.catalog import Catalog
from costmodel.specs.record import Record
from costmodel.units import Quantity, magnitude, parse, registry

OFFER, CASCADE, PASSED_ON = "offer", "cascade.architecture", "cascade.passed_on"
OWN_KEYS = (OFFER, CASCADE, PASSED_ON)
"""What a lever may change beside inputs: the way that is taken, and a smaller model that is asked first."""

UNIT = "USD/user/month"
UNSEEN = ("plan", "plans", "costs", "usage", "demand", "finance", "offers")
"""Tables of a scenario that no search for layouts looks at: it ranks what it found by them afterwards."""

RELATIVE = re.compile(r"([+-]\d+(?:\.\d+)?) ?%")
_OF_COMMAND = Path("--lever")


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
    reason: str = ""
    """Why there is no answer: the layouts tried meet no target, or the model does not fit."""


def lever_of(text: str) -> Lever:
    """Return the lever that an option gives: "NAME: KEY=VALUE; KEY=VALUE".

    >>> dict(lever_of("dearer: plan.price=20 USD/user/month").change)
    {'plan.price': '20 USD/user/month'}
    """
    name, colon, rest = text.partition(":")
    if not colon or not name.strip():
        msg = (
            f'"{text}" is no lever: write "NAME: KEY=VALUE; KEY=VALUE", such as "dearer: plan.price=20 USD/user/month"'
        )
        raise CostModelError(msg)
    found = pairs(part for part in rest.split(";") if part.strip())
    title = "; ".join(f"{key} = {value}" for key, value in found.items())
    return Lever(name.strip(), title, "asked on the command line", found, f"{_OF_COMMAND} {name.strip()}")


def _seen(changes: Changes) -> str:
    """Return what searches for layouts and predictions see of changes."""
    return f"{sorted((key, f'{one}') for key, one in changes.items() if key.partition('.')[0] not in UNSEEN)}"


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
    _served: dict[tuple[str, str, str], ServingResult] = field(default_factory=dict)
    _outcomes: dict[tuple[str, ...], Outcome] = field(default_factory=dict)
    _rivals: dict[str, tuple[Way, ...]] = field(default_factory=dict)

    def know(self, layouts: Layouts) -> None:
        """Use what has been found already of the scenario as it is."""
        self._layouts[_seen(self.changes)] = layouts

    def asked(self, changes: Changes) -> tuple[Scenario, Costs]:
        """Return the scenario with further changes, and its costs under the offer."""
        every = {**self.changes, **changes}
        return self._scenario(every, self.offer), self._costs(every, self.offer)

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
            changes, own = self._combined(chosen)
            offer = str(own.get(OFFER, offer))
            return self._answer(names, changes, own, offer)
        except Infeasible as error:
            return Outcome(names, offer, reason=str(error).splitlines()[0])
        except CostModelError as error:
            if not chosen:
                raise
            places = "; ".join(one.place for one in chosen)
            msg = f"{places}: lever {', '.join(names)}: {error}"
            raise CostModelError(msg) from None

    def _answer(self, names: tuple[str, ...], changes: Changes, own: Mapping[str, object], offer: str) -> Outcome:
        if CASCADE not in own:
            found = self._costs(changes, offer)
            margin, cost = found[self.figure], found["cost_per_user_month"]
        else:
            first = {**changes, "architecture": own[CASCADE]}
            found = self._costs(first, offer)
            passed_on = parse(str(own.get(PASSED_ON, "")))
            rest = self._costs(changes, offer, passed_on)["cost_per_user_month"]
            margin, cost = found[self.figure] - rest, found["cost_per_user_month"] + rest
        losing = found.quantities.get("share_of_users_losing") if CASCADE not in own else None
        of_compute = _plain(found["margin_per_user_month"]) + _plain(found["cost_per_user_month"])
        share = float("nan") if losing is None else float(losing.to("").magnitude)
        return Outcome(names, offer, _plain(margin), _plain(cost), of_compute, share)

    def _scenario(self, changes: Changes, offer: str = "") -> Scenario:
        """Return a changed scenario, with the rivals of its programs unless it is asked of an offer that needs none."""
        record = self.catalog.checked(changed_record(self.record, changes)) if changes else self.record
        loaded = load_scenario(self.catalog, record)
        alone = offer in {one.id for one in loaded.offers if not comes_later(one)}
        of_rivals = any(name.startswith("purchase/") for name in changes)
        asked = loaded if alone and not of_rivals else self._with_rivals(loaded, changes)
        return changed_scenario(asked, changes)

    def _with_rivals(self, scenario: Scenario, changes: Changes) -> Scenario:
        """Return a scenario with the rivals of its programs, which are looked for once for each set of changes."""
        key = f"{sorted((name, f'{value}') for name, value in changes.items())}"
        if key not in self._rivals:
            found = with_rivals(self.catalog, scenario, self._known(scenario, changes), changes)
            self._rivals[key] = found.offers[len(scenario.offers) :]
        return scenario.with_offers(*scenario.offers, *self._rivals[key])

    def _costs(self, changes: Changes, offer: str, asked: Quantity | None = None) -> Costs:
        """Return the costs of a changed scenario, in which only a share of the queries may be asked."""
        whole = self._scenario(changes, offer)
        scenario = whole if asked is None else _asked_less(whole, asked)
        one, seen = scenario.offer(offer), _seen(changes)
        if isinstance(one, TokenApi):
            return called_costs(scenario, one)
        layout = self._known(scenario, changes).of(scenario).on(one)
        served = (seen, one.system.id, layout.layout)
        results = {id(layout): self._served[served]} if served in self._served else {}
        meanwhile = self._meanwhile(scenario, changes, asked) if comes_later(one) else ()
        found = costs(scenario, one, layout, self.constants, results, meanwhile)
        self._served[served] = results[id(layout)]
        return found

    def _known(self, scenario: Scenario, changes: Changes) -> Layouts:
        return self._layouts.setdefault(_seen(changes), Layouts(scenario, self.constants))

    def _meanwhile(self, scenario: Scenario, changes: Changes, asked: Quantity | None) -> tuple[Meanwhile, ...]:
        """Return what may serve until the systems of an offer arrive."""
        found = {}
        for other in scenario.offers:
            if not (comes_later(other) or isinstance(other, TokenApi)):
                with suppress(Infeasible):
                    found[other.id] = self._costs(changes, other.id, asked)
        return served_by(scenario, found)

    def _combined(self, chosen: Sequence[Lever]) -> tuple[dict[str, object], dict[str, object]]:
        """Return the changes of inputs, and those of the way that is taken; relative ones follow one another."""
        found: dict[str, object] = dict(self.changes)
        own: dict[str, object] = {}
        for lever in chosen:
            for key, value in lever.change.items():
                if key in OWN_KEYS:
                    own[key] = value
                else:
                    found[key] = self._value(key, value, found)
        if OFFER in own:
            offers = [str(one) for one in self.record.values["offers"]]
            found["offers"] = ", ".join([*offers, str(own[OFFER])])
        return found, own

    def _value(self, key: str, value: object, before: Changes) -> object:
        if isinstance(value, list):
            return ", ".join(map(str, value))
        relative = RELATIVE.fullmatch(str(value).strip())
        if relative is None:
            return value
        today = before.get(key)
        if today is None:
            leaves = self._scenario(self.changes).leaves()
            if key not in leaves:
                raise unknown("input of this scenario", key, leaves)
            today = leaves[key][0]
        now = today if isinstance(today, registry.Quantity) else parse(str(today))
        return now * (1 + float(relative[1]) / 100)


def _asked_less(scenario: Scenario, share: Quantity) -> Scenario:
    """Return the scenario in which only a share of each user's queries is asked; caps shrink with them."""
    workload = scenario.workload
    assert isinstance(workload, Serving)  # noqa: S101 - levers are asked of serving only
    if not share.dimensionless or not 0 < share.to("").magnitude <= 1:
        msg = (
            f"{PASSED_ON} is {share:~P}; it is the share of queries that the first model passes on, above 0 and up to 1"
        )
        raise SpecError([msg])
    plans = tuple(one if one.cap is None else one.with_leaves(cap=one.cap * share) for one in workload.plans)
    fewer = replace(workload, queries_per_user=workload.queries_per_user * share, plans=plans)
    return replace(scenario, workload=fewer)


def _plain(value: Quantity) -> float:
    return float(magnitude(value, UNIT))
