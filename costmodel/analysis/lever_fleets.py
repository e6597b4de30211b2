"""What a set of levers changes: inputs, the way that is taken, and a small model that is asked before the other."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from costmodel.analysis.changes import Changes, pairs
from costmodel.domain.levers import Lever
from costmodel.domain.scenario import Scenario
from costmodel.domain.workload import Serving
from costmodel.errors import CostModelError, SpecError, unknown
from costmodel.specs.fact import Fact
from costmodel.specs.record import Record
from costmodel.units import Quantity, parse, registry

OFFER, CASCADE, PASSED_ON = "offer", "cascade.architecture", "cascade.passed_on"
OWN_KEYS = (OFFER, CASCADE, PASSED_ON)
"""What a lever may change beside inputs: the way that is taken, and a smaller model that is asked first."""

HORIZON = "finance.horizon"
RELATIVE = re.compile(r"([+-]\d+(?:\.\d+)?) ?%")
_OF_COMMAND = Path("--lever")

Leaves = Mapping[str, tuple[Quantity, Fact | None]]


@dataclass(frozen=True)
class Fleet:
    """What serves users with a set of levers, and the share of their queries that it is asked; all, if none is said."""

    changes: Changes
    offer: str
    asked: Quantity | None = None


@dataclass(frozen=True)
class Asked:
    """A scenario as it is asked today, which levers change."""

    record: Record
    leaves: Leaves
    changes: Changes
    offer: str

    def fleets(self, chosen: Sequence[Lever]) -> tuple[Fleet, ...]:
        """Return what serves with a set of levers: one fleet, or a small model's and that of the one behind it."""
        changes, own = self._combined(chosen)
        offer = str(own.get(OFFER, self.offer))
        if CASCADE not in own:
            return (Fleet(changes, offer),)
        passed_on = parse(str(own.get(PASSED_ON, "")))
        return Fleet({**changes, "architecture": own[CASCADE]}, offer), Fleet(changes, offer, passed_on)

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
            found.setdefault(HORIZON, self.leaves[HORIZON][0])  # another way moves no horizon of the question
        return found, own

    def _value(self, key: str, value: object, before: Changes) -> object:
        if isinstance(value, list):
            return ", ".join(map(str, value))
        relative = RELATIVE.fullmatch(str(value).strip())
        if relative is None:
            return value
        today, factor = before[key] if key in before else self._today(key), 1 + float(relative[1]) / 100
        if isinstance(today, Fact):
            return today.times(factor)
        return factor * (today if isinstance(today, registry.Quantity) else parse(str(today)))

    def _today(self, key: str) -> Fact | Quantity:
        """Return the fact of an input, with its range, as its file has it; its value where it has none."""
        if key not in self.leaves:
            raise unknown("input of this scenario", key, self.leaves)
        value, fact = self.leaves[key]
        return self.record.facts.get(key) or fact or value


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
    return Lever(name.strip(), title, "asked on the command line", found, str(_OF_COMMAND))


def asked_less(scenario: Scenario, share: Quantity) -> Scenario:
    """Return the scenario in which only a share of each user's queries is asked; caps shrink with them."""
    workload = scenario.workload
    assert isinstance(workload, Serving)  # noqa: S101 - levers are asked of serving only
    if not share.dimensionless or not 0 < share.to("").magnitude <= 1:
        msg = (
            f"{PASSED_ON} is {share:~P}; it is the share of queries that the first model passes on, above 0 and up to 1"
        )
        raise SpecError([msg])
    parts = (workload, "queries_per_user"), *((one, "cap") for one in workload.plans if one.cap is not None)
    factor = float(share.to("").magnitude)
    return scenario.with_facts({one.leaf_name(name): one.facts[name].times(factor) for one, name in parts})
